"""What there is to say, before any language: message keys and the values they need.

Nothing here has words or formats. The type of a value says what it is; a voice says how a locale
writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Protocol, TypeAlias

from attrs import frozen

from vintage_rules.ids import Edition
from vintage_rules.money import Money

UTC = "UTC"


@frozen
class Term:
    """A name from a policy, such as a mode or a fee.

    One without a label of the house or words in a catalogue is shown in quotation marks.
    """

    kind: str
    name: str


@frozen
class Amount:
    """An amount of a policy, which may have more decimals than its currency."""

    amount: Decimal
    currency: str


@frozen
class Percent:
    """A rate: 0.10 is ten per cent."""

    rate: Decimal


@frozen
class Grams:
    """A weight."""

    weight: int


@frozen
class Moment:
    """An instant, shown on the clock of a zone; of UTC if a decision knows no other."""

    at: datetime
    zone: str = UTC


@frozen
class Weekday:
    """A day of the week; 0 is Monday."""

    number: int


@frozen
class Country:
    """A country by its ISO 3166 code."""

    code: str


@frozen
class CurrencyName:
    """A currency, called by its name."""

    code: str


@frozen
class Listed:
    """Several values, shown one after the other."""

    items: tuple[Value, ...]


@frozen
class Phrase:
    """A message of the catalogues with the values it needs; `count` chooses its plural form."""

    key: str
    values: Mapping[str, Value]
    count: int | None = None


Name: TypeAlias = Term | Country | CurrencyName | Weekday
Figure: TypeAlias = int | Money | Amount | Percent | Grams | date | time | Moment
Value: TypeAlias = "str | Name | Figure | Listed | Phrase"


def phrase(key: str, /, **values: Value) -> Phrase:
    """Build a message that has one form.

    >>> phrase("gift-card.refused").key
    'gift-card.refused'
    """
    return Phrase(key, values)


def counted(key: str, count: int, /, **values: Value) -> Phrase:
    """Build a message that has plural forms; its words may hold `{count}`.

    >>> counted("duration.days", 14).count
    14
    """
    return Phrase(key, {"count": count, **values}, count)


def listed(values: Iterable[Value]) -> Listed:
    """Put several values in one place of a message.

    >>> listed(["ada", "lou"]).items
    ('ada', 'lou')
    """
    return Listed(tuple(values))


def terms(kind: str, names: Iterable[str]) -> Listed:
    """Put several names of a policy in one place of a message, in alphabetical order.

    >>> terms("mode", {"grouped", "direct"}).items[0]
    Term(kind='mode', name='direct')
    """
    return listed(Term(kind, name) for name in sorted(names))


class Sourced(Protocol):
    """What every decision holds: the edition that decided, and the clauses it rests on."""

    @property
    def edition(self) -> Edition:
        """The edition of the policy that decided."""
        ...

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        ...


@frozen
class Account:
    """Everything to say about one decision, in order, and what it rests on.

    There is no edition if no policy decided.
    """

    phrases: tuple[Phrase, ...]
    sources: tuple[str, ...]
    edition: Edition | None


def account(decision: Sourced, *phrases: Phrase) -> Account:
    """Return the account of a decision with these phrases.

    >>> from datetime import date
    >>> from vintage_rules.service import RequestRefused
    >>> refused = RequestRefused(
    ...     request="try-on",
    ...     edition=Edition(name="house", since=date(2026, 1, 1)),
    ...     sources=("A2",),
    ... )
    >>> account(refused, phrase("request.refused")).sources
    ('A2',)
    """
    return Account(phrases, decision.sources, decision.edition)
