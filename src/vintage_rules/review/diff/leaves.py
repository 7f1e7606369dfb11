"""A policy document as single values, each under a path that names what has a name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal

from attrs import evolve, frozen

from vintage_rules.dates import Duration
from vintage_rules.fields import DayRange, Kind, Name, Rate, Weight
from vintage_rules.findings import is_list, is_table
from vintage_rules.policies.house import PolicyDocument
from vintage_rules.policies.pages import Page
from vintage_rules.policies.paths import bare
from vintage_rules.policies.shapes import ByName, Form, ListOf, One, TableOf, Value
from vintage_rules.wording.common import day_range, length
from vintage_rules.wording.phrases import Amount, Grams, Percent, listed, phrase
from vintage_rules.wording.phrases import Value as Shown

_WRITING_ONLY = frozenset({"extends"})
ORDER = "order"
SOURCES = frozenset({"source", "sources"})


@frozen(kw_only=True)
class Steps:
    """A list whose items say more one after the other: its path, and the keys they say it under."""

    path: str
    keys: tuple[str, ...]


@frozen(kw_only=True)
class Leaf:
    """One value: its path, the key it is under, and what it says, to compare and to show.

    `steps` is the list of ascending items that it is in, such as the tiers of a fee. A value that
    `is_default` need not have been written.
    """

    path: str
    key: str
    compared: object
    shown: Shown
    steps: Steps | None = None
    is_default: bool = False

    @property
    def is_source(self) -> bool:
        """Whether it only says where another value comes from."""
        return self.key in SOURCES


def leaves_of(document: PolicyDocument, edition: Page) -> Mapping[str, Leaf]:
    """Return every value of a house and one of its editions, by its path.

    Items of a list that have names are under them, so that a fee is compared with the fee of its
    name; the order of such a list is a value of its own. Whether an edition was written in full or
    extends the one before is none.

    >>> from vintage_rules.policies import load_policy
    >>> document = load_policy("imparfaite").document
    >>> leaves_of(document, document.editions[0])["pricing.gift_card.maximum"].compared
    Decimal('500.00')
    """
    currency = document.currency
    house = _page(document.page, "", currency, without=frozenset({"edition"}))
    own = _page(edition, "", currency, without=_WRITING_ONLY, sources_at="edition")
    return {leaf.path: leaf for leaf in (*house, *own)}


def _page(
    page: Page,
    path: str,
    currency: str,
    *,
    without: frozenset[str] = frozenset(),
    sources_at: str | None = None,
) -> Iterator[Leaf]:
    for field, value in page.fields():
        if field.key not in without:
            where = _joined(path, field.key)
            within = _value(field.form, value, where, field.key, currency)
            if field.ascending is not None:
                steps = Steps(path=where, keys=field.ascending.keys)
                within = (evolve(leaf, steps=steps) for leaf in within)
            elif not field.needed and value == field.default:
                within = (evolve(leaf, is_default=True) for leaf in within)
            yield from within
    if page.shape.sourced:
        at = path if sources_at is None else sources_at
        yield _leaf(_NAMES, list(page.source), _joined(at, "source"), "source", currency)
        for key, sources in page.sources.items():
            where = f"{_joined(at, 'sources')}.{bare(key)}"
            yield _leaf(_NAMES, list(sources), where, "sources", currency)


_NAMES = Name()


def _joined(path: str, key: str) -> str:
    return f"{path}.{bare(key)}" if path else bare(key)


def _value(form: Form, value: object, path: str, key: str, currency: str) -> Iterator[Leaf]:
    if isinstance(value, Page):
        yield from _page(value, path, currency)
    elif isinstance(form, TableOf) and is_table(value):
        for name, item in value.items():
            yield from _value(form.item, item, _joined(path, name), key, currency)
    elif is_list(value) and value and isinstance(value[0], Page):
        yield from _items(value, path, currency)
    elif value is not None and value not in ([], {}):
        yield _leaf(_kind_in(form), value, path, key, currency)


def _kind_in(form: Form) -> Kind:
    match form:
        case Value():
            return form.kind
        case ListOf() | TableOf():
            return _kind_in(form.item)
        case One() | ByName():
            return _NAMES


def _items(items: Sequence[object], path: str, currency: str) -> Iterator[Leaf]:
    pages = [item for item in items if isinstance(item, Page)]
    named = [name for page in pages if isinstance(name := page.values.get("name"), str)]
    if len(named) == len(pages) > 1:
        order = listed(named)
        yield Leaf(path=f"{path}[{ORDER}]", key=ORDER, compared=tuple(named), shown=order)
    for i, page in enumerate(pages):
        name = named[i] if len(named) == len(pages) else i
        yield from _page(page, f"{path}[{name}]", currency)


def _leaf(kind: Kind, value: object, path: str, key: str, currency: str) -> Leaf:
    return Leaf(path=path, key=key, compared=value, shown=shown(value, kind, currency))


def shown(value: object, kind: Kind, currency: str) -> Shown:
    """Return a value of a document as words and formats show it.

    An amount in the house's currency, a rate in per cent, a duration in its unit.

    >>> shown(Decimal("0.30"), Rate(), "EUR")
    Percent(rate=Decimal('0.30'))
    >>> shown(value=True, kind=Name(), currency="EUR").key
    'diff.yes'
    """
    match value:
        case bool():
            return phrase("diff.yes" if value else "diff.no")
        case Decimal():
            return Percent(value) if isinstance(kind, Rate) else Amount(value, currency)
        case int():
            return Grams(value) if isinstance(kind, Weight) else value
        case Duration():
            return length(value)
        case DayRange():
            return day_range(value.minimum, value.maximum, value.count)
        case date() | time():
            return value
        case _ if is_list(value):
            return listed([shown(item, kind, currency) for item in value])
        case _:
            return str(value)
