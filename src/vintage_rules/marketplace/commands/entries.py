"""Checks of what a host passes in, before anything is read, held or recorded.

They belong to commands, not to events: what was recorded under other limits is still read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sized

from vintage_rules.errors import IdentifierError, InvalidValueError
from vintage_rules.ids import LONGEST, identifier

# Streams, keys and the names of parcels and refunds begin with the name of an order or a piece.
LONGEST_NAME = 100

_LONGEST_LINE = 500
_LONGEST_REASON = 1_000
_MOST_LINES = 50
_MOST_PHOTOS = 1_000


def require_name(name: str, field: str) -> None:
    """Require a name that leaves room for what names its parcels, charges and refunds.

    Raises:
        IdentifierError: If it is not a name, or longer than 100 characters.

    >>> require_name("x" * 101, "order")
    Traceback (most recent call last):
    vintage_rules.errors.IdentifierError: order: must be 1 to 100 printable characters, got ...
    """
    if len(identifier(name, field)) > LONGEST_NAME:
        raise IdentifierError(field, name, f"1 to {LONGEST_NAME} printable characters")


def require_text(text: object, field: str, longest: int) -> None:
    r"""Require a text that every database and every mail can hold.

    Raises:
        InvalidValueError: If it is no string, is longer than so many characters, or holds U+0000 or
            half a character.

    >>> require_text("a \ud800", "words", 1_000)
    Traceback (most recent call last):
    vintage_rules.errors.InvalidValueError: words: must be a text of at most 1000 whole ...
    """
    if not _is_text(text, longest):
        raise InvalidValueError(field, text, _TEXT.format(longest))


def require_secret(text: object, field: str, longest: int) -> None:
    r"""Require a text that every database can hold, without showing it.

    Raises:
        InvalidValueError: As `require_text`.

    >>> require_secret("tok_1\0", "source", 1_000)
    Traceback (most recent call last):
    vintage_rules.errors.InvalidValueError: source: must be a text of at most 1000 whole ...
    """
    if not _is_text(text, longest):
        found = f"{len(text)} characters" if isinstance(text, str) else type(text).__name__
        raise InvalidValueError(field, found, _TEXT.format(longest))


_TEXT = "a text of at most {} whole characters without U+0000"


def _is_text(text: object, longest: int) -> bool:
    return (
        isinstance(text, str)
        and len(text) <= longest
        and "\0" not in text
        and text.encode("utf-8", "replace").decode("utf-8") == text
    )


def require_address(address: Mapping[str, object], field: str) -> None:
    """Require an address that a database, a label and a mail can hold, field by field.

    Raises:
        IdentifierError: For the name of a field of more than 100 characters.
        InvalidValueError: For more than 50 fields, or a text of more than 500 characters.

    >>> require_address({"line1": "x" * 501}, "shipping_address")
    Traceback (most recent call last):
    vintage_rules.errors.InvalidValueError: shipping_address.line1: must be a text of at most ...
    """
    require_few(address, field, _MOST_LINES)
    for name, text in address.items():
        require_name(name, field)
        require_text("" if text is None else text, f"{field}.{name}", _LONGEST_LINE)


def require_few(things: Sized, field: str, most: int) -> None:
    """Require at most so many things.

    Raises:
        InvalidValueError: If there are more.

    >>> require_few("abc", "options", 2)
    Traceback (most recent call last):
    vintage_rules.errors.InvalidValueError: options: must be at most 2, got 3
    """
    if len(things) > most:
        raise InvalidValueError(field, len(things), f"at most {most}")


def require_reasons(reasons: Iterable[object]) -> None:
    """Require reasons that a mail can hold, each of at most 1,000 characters.

    Raises:
        InvalidValueError: For any other, by its place.

    >>> require_reasons(["late", 5])
    Traceback (most recent call last):
    vintage_rules.errors.InvalidValueError: reasons[1]: must be a text of at most 1000 ...
    """
    for place, reason in enumerate(reasons):
        require_text(reason, f"reasons[{place}]", _LONGEST_REASON)


def require_evidence(photos: int, parcel_number: str | None) -> None:
    """Require what may prove a request: so many photos, and the number of a parcel.

    Raises:
        InvalidValueError: For a number of photos that is none, or more than 1,000; for a number of
            a parcel of more than 200 characters.

    >>> require_evidence(-1, None)
    Traceback (most recent call last):
    vintage_rules.errors.InvalidValueError: photos: must be a whole number from 0 to 1000, got -1
    """
    if type(photos) is not int or not 0 <= photos <= _MOST_PHOTOS:
        raise InvalidValueError("photos", photos, f"a whole number from 0 to {_MOST_PHOTOS}")
    require_text(parcel_number or "", "parcel_number", LONGEST)
