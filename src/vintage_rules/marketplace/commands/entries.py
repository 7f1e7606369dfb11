"""Checks of what a host passes in, before anything is read, held or recorded.

They belong to commands, not to events: what was recorded under other limits is still read.
"""

from __future__ import annotations

from vintage_rules.errors import IdentifierError, InvalidValueError
from vintage_rules.ids import identifier

# Streams, keys and the names of parcels and refunds begin with the name of an order or a piece.
LONGEST_NAME = 100


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
    if (
        not isinstance(text, str)
        or len(text) > longest
        or "\0" in text
        or text.encode("utf-8", "replace").decode("utf-8") != text
    ):
        allowed = f"a text of at most {longest} whole characters without U+0000"
        raise InvalidValueError(field, text, allowed)
