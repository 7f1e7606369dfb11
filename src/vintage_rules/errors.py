"""Every exception this library raises on purpose.

A business "no" is never an exception: it is a decision with its reasons. What is raised means
that a value makes no sense, that a document is faulty, that a history is corrupt, or that
something needed is missing::

    VintageRulesError
    ├── InvalidValueError (a ValueError)      a value refused where it enters
    │   ├── MoneyError                        not an exact, bounded amount of a known currency
    │   ├── DayError                          not a day, a moment, a duration or a zone
    │   ├── PlaceError                        not an address this library can place
    │   └── IdentifierError                   not a usable identifier
    ├── CurrencyMismatchError (a TypeError)   two currencies where one is needed
    ├── CalendarRangeError (a LookupError)    a day outside the years a calendar covers
    ├── MissingRateError (a LookupError)      no exchange rate for a pair of currencies
    │   └── RatesEndError                     none for that day: it lies outside those published
    ├── UnknownLocaleError (a LookupError)    a language without a catalogue
    ├── MissingWordsError (a LookupError)     a catalogue that lacks a message
    ├── CorruptHistoryError                   events that no machine of ours can have written
    ├── NotFoundError (a LookupError)         an order, a piece or a parcel never recorded
    ├── NotAllowedError (a PermissionError)   the actor may not do this
    ├── NameTakenError                        a name given before, for something else
    ├── VersionConflictError                  a stream has moved on since it was read
    ├── NewerVersionError                     what a newer version of this library stored
    ├── OutsideError                          a port: payments, carriers, storage, mail
    │   ├── OutsideUnavailableError           no answer: it may have happened or not, retry
    │   ├── OutsideRejectedError              the outside says that the request was wrong
    │   │   └── OutsideDeniedError            it says so of every request: wrong credentials
    │   └── ForgedWebhookError                a message that is not the provider's own
    └── PolicyError
        ├── PolicyDocumentError (a ValueError)   every fault of one document, with its place
        ├── UnknownPolicyError (a LookupError)   no shipped policy and no file of that name
        ├── UnsoundTableError (a ValueError)     a table with gaps, overlaps or dead rows
        ├── NoColumnFormError (a ValueError)     a policy that says what columns cannot compute
        ├── NoEditionError (a LookupError)       no edition in force on that day
        └── UnknownTermError (a LookupError)     a mode, zone or fee that the policy does not name
"""

from __future__ import annotations

import re
from datetime import date
from functools import partial

from attrs import frozen


class VintageRulesError(Exception):
    """The base of everything this library raises on purpose."""


class InvalidValueError(VintageRulesError, ValueError):
    """A value refused where it enters, with the field, what was found and what is allowed.

    >>> print(InvalidValueError("weight_g", -5, "a whole number of grams above 0"))
    weight_g: must be a whole number of grams above 0, got -5

    The value as a whole has no field:

    >>> print(InvalidValueError("", 3, "an object"))
    must be an object, got 3
    """

    def __init__(self, field: str, found: object, allowed: str) -> None:
        self.field = field
        self.found = found
        self.allowed = allowed
        super().__init__(field, found, allowed)

    def __str__(self) -> str:
        message = f"must be {self.allowed}, got {shortened(self.found)}"
        return f"{self.field}: {message}" if self.field else message


class MoneyError(InvalidValueError):
    """Not an exact, finite, bounded amount of a currency that exists."""


class DayError(InvalidValueError):
    """Not a day, a moment, a duration or a time zone."""


class PlaceError(InvalidValueError):
    """Not an address that can be placed."""


class IdentifierError(InvalidValueError):
    """Not a usable identifier."""


class CurrencyMismatchError(VintageRulesError, TypeError):
    """Two currencies met where one is needed.

    >>> print(CurrencyMismatchError("goods", found="GBP", expected="EUR"))
    goods: must be in EUR, got GBP
    """

    def __init__(self, field: str, *, found: str, expected: str) -> None:
        self.field = field
        self.found = found
        self.expected = expected
        super().__init__(field, found, expected)

    def __reduce__(self) -> tuple[partial[CurrencyMismatchError], tuple[str]]:
        # An exception is copied, and sent to another process, by its positional arguments alone.
        named = partial(CurrencyMismatchError, found=self.found, expected=self.expected)
        return named, (self.field,)

    def __str__(self) -> str:
        return f"{self.field}: must be in {self.expected}, got {self.found}"


class CalendarRangeError(VintageRulesError, LookupError):
    """A day outside the years whose holidays a calendar knows."""

    def __init__(self, day: date, first: date, last: date) -> None:
        self.day = day
        self.first = first
        self.last = last
        super().__init__(day, first, last)

    def __str__(self) -> str:
        return f"day: must be between {self.first} and {self.last}, got {self.day}"


class MissingRateError(VintageRulesError, LookupError):
    """No exchange rate was given from one currency to another."""

    def __init__(self, source: str, target: str) -> None:
        self.source = source
        self.target = target
        super().__init__(source, target)

    def __str__(self) -> str:
        return f"rates: must hold {self.source}/{self.target}, got no such rate"


class RatesEndError(MissingRateError):
    """A day outside those for which rates were published: none is guessed.

    >>> print(
    ...     RatesEndError(
    ...         "EUR", "GBP", date(2030, 1, 1), date(1999, 1, 4), date(2026, 10, 1)
    ...     )
    ... )
    rates: must be of a day between 1999-01-04 and 2026-10-01 for EUR/GBP, got 2030-01-01
    """

    def __init__(self, source: str, target: str, day: date, first: date, last: date) -> None:
        super().__init__(source, target)
        self.day = day
        self.first = first
        self.last = last
        self.args = (source, target, day, first, last)

    def __str__(self) -> str:
        known = f"between {self.first} and {self.last} for {self.source}/{self.target}"
        return f"rates: must be of a day {known}, got {self.day}"


class UnknownLocaleError(VintageRulesError, LookupError):
    """A locale that does not exist, or whose language has no catalogue of words.

    >>> print(UnknownLocaleError("tlh", ("en", "fr")))
    locale: must be of one of the languages en, fr, got 'tlh'
    """

    def __init__(self, locale: str, known: tuple[str, ...]) -> None:
        self.locale = locale
        self.known = known
        super().__init__(locale, known)

    def __str__(self) -> str:
        known = ", ".join(self.known)
        return f"locale: must be of one of the languages {known}, got {shortened(self.locale)}"


class MissingWordsError(VintageRulesError, LookupError):
    """A message that a catalogue of words does not hold."""

    def __init__(self, key: str, locale: str) -> None:
        self.key = key
        self.locale = locale
        super().__init__(key, locale)

    def __str__(self) -> str:
        return f"words: must hold {self.key} in {self.locale}, got no such message"


class CorruptHistoryError(VintageRulesError):
    """Events that no machine of this library can have written in that order."""

    def __init__(self, event: object, state: object) -> None:
        self.event = event
        self.state = state
        super().__init__(event, state)

    def __str__(self) -> str:
        return f"{type(self.event).__name__} cannot follow {shortened(self.state)}"


class NotFoundError(VintageRulesError, LookupError):
    """An order, a piece, a parcel, a return, a claim or a checkout that was never recorded.

    What a policy does not name is an `UnknownTermError`: a host answers this one with 404, that
    one with 422. `known` are the names there are, where they are no secret.

    >>> print(NotFoundError("order", "o9"))
    order: must be one that was recorded, got 'o9'
    >>> print(NotFoundError("parcel", "o1-9", ("o1-1", "o1-2")))
    parcel: must be one of o1-1, o1-2, got 'o1-9'
    """

    def __init__(self, field: str, found: str, known: tuple[str, ...] = ()) -> None:
        self.field = field
        self.found = found
        self.known = known
        super().__init__(field, found, known)

    def __str__(self) -> str:
        known = f"one of {', '.join(self.known)}" if self.known else "one that was recorded"
        return f"{self.field}: must be {known}, got {shortened(self.found)}"


class NotAllowedError(VintageRulesError, PermissionError):
    """The actor may not do this.

    >>> print(
    ...     NotAllowedError("buyer max", "accept an offer", "the seller of the piece")
    ... )
    actor: must be the seller of the piece to accept an offer, got buyer max
    """

    def __init__(self, actor: str, act: str, allowed: str) -> None:
        self.actor = actor
        self.act = act
        self.allowed = allowed
        super().__init__(actor, act, allowed)

    def __str__(self) -> str:
        return f"actor: must be {self.allowed} to {self.act}, got {self.actor}"


class NameTakenError(VintageRulesError):
    """A name that a host gave before, for something else or for another person.

    The same again is answered again; of what has the name, nothing is revealed.

    >>> print(NameTakenError("order", "o1"))
    order: must be a name of nothing else, got 'o1'
    """

    def __init__(self, field: str, found: str) -> None:
        self.field = field
        self.found = found
        super().__init__(field, found)

    def __str__(self) -> str:
        return f"{self.field}: must be a name of nothing else, got {shortened(self.found)}"


class VersionConflictError(VintageRulesError):
    """A stream holds another number of records than its writer has read.

    >>> print(VersionConflictError("piece/coat", expected=3, found=4))
    piece/coat: must hold 3 records for this change, got 4
    """

    def __init__(self, stream: str, *, expected: int, found: int) -> None:
        self.stream = stream
        self.expected = expected
        self.found = found
        super().__init__(stream, expected, found)

    def __reduce__(self) -> tuple[partial[VersionConflictError], tuple[str]]:
        named = partial(VersionConflictError, expected=self.expected, found=self.found)
        return named, (self.stream,)

    def __str__(self) -> str:
        return f"{self.stream}: must hold {self.expected} records for this change, got {self.found}"


class NewerVersionError(VintageRulesError):
    """A newer version of this library stored it, and this one must not guess what it means.

    `known` is the newest version of it that this one reads; 0 for a name that it does not know. A
    worker leaves it to a newer one.

    >>> print(NewerVersionError("refund-owed", 3, 2))
    refund-owed: version 3 was written by a newer vintage_rules; this one reads versions 1 to 2
    >>> print(NewerVersionError("piece-lent", 1, 0))
    piece-lent: version 1 was written by a newer vintage_rules; this one does not know the name
    """

    def __init__(self, name: str, version: int, known: int) -> None:
        self.name = name
        self.version = version
        self.known = known
        super().__init__(name, version, known)

    def __str__(self) -> str:
        reads = f"reads versions 1 to {self.known}" if self.known else "does not know the name"
        by = "was written by a newer vintage_rules"
        return f"{self.name}: version {self.version} {by}; this one {reads}"


class OutsideError(VintageRulesError):
    """Something behind a port did not do its part: the port, the request, the answer.

    >>> print(OutsideRejectedError("stripe", "refund", "no such charge"))
    stripe: refund failed: no such charge
    """

    def __init__(self, port: str, act: str, message: str) -> None:
        self.port = port
        self.act = act
        self.message = message
        super().__init__(port, act, message)

    def __str__(self) -> str:
        return f"{self.port}: {self.act} failed: {shortened_text(self.message)}"


class OutsideUnavailableError(OutsideError):
    """No answer, or none that can be understood: it may have happened or not.

    Retry with the same key.
    """


class OutsideRejectedError(OutsideError):
    """The outside says that the request was wrong: an unknown field, an amount it cannot take.

    A retry does not help.
    """


class OutsideDeniedError(OutsideRejectedError):
    """The outside does not know us, or not any more: a wrong or revoked key, a wrong password.

    Nothing is wrong with the request, and every other is answered alike: it is an outage that lasts
    until the credentials are mended. Retry with the same key.
    """


class ForgedWebhookError(OutsideError):
    """A message that is not from whom it says, is not whole, or is too old."""


class PolicyError(VintageRulesError):
    """A policy that cannot be read, found or used."""


@frozen(kw_only=True)
class Fault:
    """One thing wrong in a policy document: where, what is allowed there and what was found.

    `code` is what kind of fault it is, for programs; `vintage-rules policy check` prints it too.

    >>> print(
    ...     Fault(
    ...         file="x.toml",
    ...         line=14,
    ...         column=8,
    ...         path="rate",
    ...         allowed="between 0 and 1",
    ...         found="10",
    ...     )
    ... )
    x.toml:14:8: rate: must be between 0 and 1, got 10
    """

    file: str
    line: int
    column: int
    path: str
    allowed: str
    found: str
    code: str = "invalid-value"

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}:"
        path = f" {self.path}:" if self.path else ""
        return f"{where}{path} must be {self.allowed}, got {self.found}"


class PolicyDocumentError(PolicyError, ValueError):
    """Everything that is wrong in one policy document, in the order of the document."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__(faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)


class UnknownPolicyError(PolicyError, LookupError):
    """No shipped policy and no document of that name.

    >>> print(UnknownPolicyError("my_house.toml", ("imparfaite",)))
    policy: must be a document, got 'my_house.toml': there is no such file
    """

    def __init__(self, name: str, shipped: tuple[str, ...]) -> None:
        self.name = name
        self.shipped = shipped
        super().__init__(name, shipped)

    def __str__(self) -> str:
        if self.name.endswith(".toml"):
            return f"policy: must be a document, got {self.name!r}: there is no such file"
        shipped = ", ".join(self.shipped)
        return f"policy: must be one of {shipped} or the path of a document, got {self.name!r}"


class UnsoundTableError(PolicyError, ValueError):
    """A decision table that leaves a case undecided, decides one twice or holds a dead row.

    >>> print(UnsoundTableError("rules", ("no row decides claim/private",)))
    rules: must be a table that decides every case, got: no row decides claim/private
    """

    def __init__(self, field: str, faults: tuple[str, ...]) -> None:
        self.field = field
        self.faults = faults
        super().__init__(field, faults)

    def __str__(self) -> str:
        listed = "; ".join(self.faults[:5])
        more = f"; and {len(self.faults) - 5} more" if len(self.faults) > 5 else ""  # noqa: PLR2004
        return f"{self.field}: must be a table that decides every case, got: {listed}{more}"


class NoColumnFormError(PolicyError, ValueError):
    """A policy that says what columns cannot compute: where, and the name of each shape.

    >>> print(NoColumnFormError((("pricing.fees.protection", "fine-rate"),)))
    policy: must be one that frames can compute, got pricing.fees.protection: fine-rate
    """

    def __init__(self, shapes: tuple[tuple[str, str], ...]) -> None:
        self.shapes = shapes
        super().__init__(shapes)

    def __str__(self) -> str:
        found = "; ".join(f"{at}: {shape}" for at, shape in self.shapes)
        return f"policy: must be one that frames can compute, got {found}"


class NoEditionError(PolicyError, LookupError):
    """The house had no edition in force on that day."""

    def __init__(self, name: str, day: date, first: date) -> None:
        self.name = name
        self.day = day
        self.first = first
        super().__init__(name, day, first)

    def __str__(self) -> str:
        return f"on: {self.name} has no edition before {self.first}, got {self.day}"


class UnknownTermError(PolicyError, LookupError):
    """A mode, a zone, a fee or another term that the policy does not name."""

    def __init__(self, field: str, found: str, known: tuple[str, ...]) -> None:
        self.field = field
        self.found = found
        self.known = known
        super().__init__(field, found, known)

    def __str__(self) -> str:
        known = f"must be one of {', '.join(self.known)}" if self.known else "this policy has none"
        return f"{self.field}: {known}, got {shortened(self.found)}"


def shortened_text(text: str, limit: int = 300) -> str:
    """Show a text of the outside in a message, on one line and not without end.

    >>> shortened_text("no  such charge ")
    'no such charge'
    """
    line = " ".join(text.split())
    return line if len(line) <= limit else f"{line[: limit - 1]}…"


def without_secrets(address: str) -> str:
    """Show an address without the user, the password and the keys that may be in it.

    One that is not well-formed, which is why it is shown, may hold them anywhere before its last
    `@`.

    >>> without_secrets(
    ...     "postgresql://shop:s3cret@db.example/shop?sslpassword=x&timeout=5"
    ... )
    'postgresql://***@db.example/shop?sslpassword=***&timeout=5'
    """
    named = re.sub(
        r"((?:pass\w*|secret|token|key)\s*=\s*)[^&;\s]*", r"\1***", address, flags=re.IGNORECASE
    )
    placed = re.sub(r"^([A-Za-z][\w+.-]*://)?.*@", r"\1***@", named, flags=re.DOTALL)
    return re.sub(r"(://[^/?#:]+:)[^/?#]*[^/?#\d][^/?#]*", r"\1***", placed)  # no port is a word


_SECRETS = (
    (re.compile(r"(?<=://)[^\s/@]+(?=@)"), "***"),  # who signs in, in an address
    (re.compile(r"\b(bearer|basic)\s+[^\s'\"]+", re.IGNORECASE), r"\1 ***"),
    (re.compile(r"\b(?:sk|rk|whsec)_\w+"), "***"),  # keys of a payment provider
    (re.compile(r"\b(?:[A-Z2-7]{4}[- ]?){6}[A-Z2-7]{2}\b"), "***"),  # the code of a gift card
    (
        re.compile(
            r"((?:pass\w*|secret|token|key|code)[\"']?\s*[=:]\s*)[\"']?[^&;,\s\"')]+",
            re.IGNORECASE,
        ),
        r"\1***",
    ),
)


def without_secrets_in(text: str) -> str:
    """Return the text of an error that is not ours without what may be a secret in it.

    >>> without_secrets_in("POST https://shop:pw@mail.example/?token=abc refused")
    'POST https://***@mail.example/?token=*** refused'
    """
    for secret, shown in _SECRETS:
        text = secret.sub(shown, text)
    return text


def shortened(found: object, limit: int = 80) -> str:
    """Show a value in an error message without letting a huge one flood it.

    >>> shortened("x" * 200)[-5:]
    "xxx…'"
    """
    try:
        text = repr(found)
    except ValueError:  # an int beyond the interpreter's digit limit has no repr
        return f"a {type(found).__name__} too large to print"
    except RecursionError:
        return f"a {type(found).__name__} nested too deep to print"
    if len(text) <= limit:
        return text
    quote = text[-1] if text[-1] in "'\"" else ""
    return f"{text[: limit - 2]}…{quote}"
