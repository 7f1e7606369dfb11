"""A policy document as single values, each under a path that names what has a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal

from attrs import frozen

from vintage_rules.dates import Duration
from vintage_rules.policies.documents.common import Record, Table
from vintage_rules.policies.documents.house import EditionDocument, HouseDocument
from vintage_rules.policies.documents.values import DayRange
from vintage_rules.policies.paths import bare
from vintage_rules.policies.shapes import is_list, is_table
from vintage_rules.review.tree import keys_of
from vintage_rules.wording.common import day_range, length
from vintage_rules.wording.phrases import Amount, Grams, Percent, Value, listed, phrase

_WRITING_ONLY = frozenset({"extends"})
_AMOUNTS = frozenset({"above", "at_least", "below", "fixed", "maximum", "minimum", "price"})
_WEIGHTS = frozenset({"packaging_g", "up_to_g"})
ORDER = "order"
SOURCES = frozenset({"source", "sources"})


@frozen(kw_only=True)
class Leaf:
    """One value: its path, the key it stands under, and what it says, to compare and to show."""

    path: str
    key: str
    compared: object
    shown: Value

    @property
    def is_source(self) -> bool:
        """Whether it only says where another value comes from."""
        return self.key in SOURCES


def leaves_of(document: HouseDocument, edition: EditionDocument) -> Mapping[str, Leaf]:
    """Give every value of a house and one of its editions, by its path.

    Items of a list that have names stand under them, so that a fee is compared with the fee of its
    name; the order of such a list is a value of its own. Whether an edition was written in full or
    extends the one before is none.

    >>> from vintage_rules.policies import load_policy
    >>> document = load_policy("imparfaite").document
    >>> leaves_of(document, document.edition[0])["pricing.gift_card.maximum"].compared
    Decimal('500.00')
    """
    currency = document.currency
    house = _record(document, "", currency, without=frozenset({"edition"}))
    own = _record(edition, "", currency, without=_WRITING_ONLY, sources_at="edition")
    return {leaf.path: leaf for leaf in (*house, *own)}


def _record(
    record: Record,
    path: str,
    currency: str,
    *,
    without: frozenset[str] = frozenset(),
    sources_at: str | None = None,
) -> Iterator[Leaf]:
    for key in keys_of(record):
        if key not in without:
            yield from _value(getattr(record, key), _joined(path, key), key, currency)
    if isinstance(record, Table):
        at = path if sources_at is None else sources_at
        yield _leaf(list(record.source), _joined(at, "source"), "source", currency)
        for key, sources in record.sources.items():
            where = f"{_joined(at, 'sources')}.{bare(key)}"
            yield _leaf(list(sources), where, "sources", currency)


def _joined(path: str, key: str) -> str:
    return f"{path}.{bare(key)}" if path else bare(key)


def _value(value: object, path: str, key: str, currency: str) -> Iterator[Leaf]:
    if isinstance(value, Record):
        yield from _record(value, path, currency)
    elif is_table(value):
        for name, item in value.items():
            yield from _value(item, _joined(path, name), key, currency)
    elif is_list(value) and value and isinstance(value[0], Record):
        yield from _items(value, path, currency)
    elif value is not None and value not in ([], {}):
        yield _leaf(value, path, key, currency)


def _items(items: Sequence[object], path: str, currency: str) -> Iterator[Leaf]:
    names = [getattr(item, "name", None) for item in items]
    named = [name for name in names if isinstance(name, str)]
    if len(named) == len(items) > 1:
        order = listed(named)
        yield Leaf(path=f"{path}[{ORDER}]", key=ORDER, compared=tuple(named), shown=order)
    for i, item in enumerate(items):
        name = named[i] if len(named) == len(items) else i
        yield from _value(item, f"{path}[{name}]", ORDER, currency)


def _leaf(value: object, path: str, key: str, currency: str) -> Leaf:
    return Leaf(path=path, key=key, compared=value, shown=shown(value, key, currency))


def shown(value: object, key: str, currency: str) -> Value:
    """Give a value of a document as words and formats show it: an amount in the house's currency, a
    rate in per cent, a duration in its unit.

    >>> shown(Decimal("0.30"), "largest_cut", "EUR")
    Percent(rate=Decimal('0.30'))
    >>> shown(True, "exchanges", "EUR").key
    'diff.yes'
    """
    match value:
        case bool():
            return phrase("diff.yes" if value else "diff.no")
        case Decimal():
            return Amount(value, currency) if key in _AMOUNTS else Percent(value)
        case int():
            return Grams(value) if key in _WEIGHTS else value
        case Duration():
            return length(value)
        case DayRange():
            return day_range(value.minimum, value.maximum, value.count)
        case date() | time():
            return value
        case _ if is_list(value):
            return listed([shown(item, key, currency) for item in value])
        case _:
            return str(value)
