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
    ├── UnknownLocaleError (a LookupError)    a language nobody has written a catalogue for
    ├── MissingWordsError (a LookupError)     a catalogue that lacks a message
    ├── CorruptHistoryError                   events that no machine of ours can have written
    └── PolicyError
        ├── PolicyDocumentError (a ValueError)   every fault of one document, with its place
        ├── UnknownPolicyError (a LookupError)   no shipped policy and no file of that name
        ├── UnsoundTableError (a ValueError)     a table with gaps, overlaps or dead rows
        ├── NoEditionError (a LookupError)       no edition in force on that day
        └── UnknownTermError (a LookupError)     a mode, zone or fee that the policy does not name
"""

from __future__ import annotations

from datetime import date
from functools import partial

from attrs import frozen


class VintageRulesError(Exception):
    """The base of everything this library raises on purpose."""


class InvalidValueError(VintageRulesError, ValueError):
    """A value refused where it enters, with the field, what was found and what is allowed.

    >>> print(InvalidValueError("weight_g", -5, "a whole number of grams above 0"))
    weight_g: must be a whole number of grams above 0, got -5
    """

    def __init__(self, field: str, found: object, allowed: str) -> None:
        self.field = field
        self.found = found
        self.allowed = allowed
        super().__init__(field, found, allowed)

    def __str__(self) -> str:
        return f"{self.field}: must be {self.allowed}, got {shortened(self.found)}"


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


class PolicyError(VintageRulesError):
    """A policy that cannot be read, found or asked."""


@frozen(kw_only=True)
class Fault:
    """One thing wrong in a policy document: where, what is allowed there and what was found.

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
    """No shipped policy and no document of that name."""

    def __init__(self, name: str, shipped: tuple[str, ...]) -> None:
        self.name = name
        self.shipped = shipped
        super().__init__(name, shipped)

    def __str__(self) -> str:
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
        told = "; ".join(self.faults[:5])
        more = f"; and {len(self.faults) - 5} more" if len(self.faults) > 5 else ""  # noqa: PLR2004
        return f"{self.field}: must be a table that decides every case, got: {told}{more}"


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
        known = ", ".join(self.known) or "nothing: this policy names none"
        return f"{self.field}: must be one of {known}, got {shortened(self.found)}"


def shortened(found: object, limit: int = 80) -> str:
    """Show a value in an error message without letting a huge one flood it.

    >>> shortened("x" * 200)[-5:]
    "xxx…'"
    """
    try:
        text = repr(found)
    except ValueError:  # an int beyond the interpreter's digit limit has no repr
        return f"a {type(found).__name__} too large to print"
    if len(text) <= limit:
        return text
    quote = text[-1] if text[-1] in "'\"" else ""
    return f"{text[: limit - 2]}…{quote}"
