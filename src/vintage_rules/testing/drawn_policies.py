"""From a policy document to documents like it, each value drawn by its kind and within its bounds.

What a value may be is derived from the shape of the document, as its reader and its JSON Schema
are. How values fit together is not: a change is kept where the document still loads with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from typing import Final

from attrs import frozen
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from moneyed import Currency

from vintage_rules.dates import Unit
from vintage_rules.fields import (
    COUNTED,
    AddressField,
    Amount,
    Anchor,
    Count,
    CurrencyCode,
    Day,
    Days,
    HolidayCalendar,
    Hour,
    Kind,
    Length,
    Name,
    Rate,
    Reference,
    SumOf,
    TerritoryCode,
    TimeZone,
    Weight,
    Words,
)
from vintage_rules.findings import Path, Written, items_in, table_in
from vintage_rules.money import currency_of, quantum_of
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.editions import completed
from vintage_rules.policies.house import PolicyDocument, document_shape, names_in, read_document
from vintage_rules.policies.kinds import NAME_PATTERN, SEVERAL, signed
from vintage_rules.policies.loading import book_from, load_policy, policy_tables
from vintage_rules.policies.shapes import (
    ByName,
    Choice,
    Field,
    Flag,
    Form,
    ListOf,
    One,
    Shape,
    TableOf,
    Value,
    shape_in,
)
from vintage_rules.world.territory_rows import territories

_MOST_CHANGES = 8
_LONGEST_LIST = 3
_LARGEST_AMOUNT = 1_000
_LONGEST = 60
_MINUTES_A_DAY = 24 * 60
_LEFT_OUT: Final = object()


@frozen
class _Spot:
    """A field of a document that may be written otherwise: where it is, and what it says now."""

    path: Path
    field: Field
    is_written: bool

    @property
    def kind(self) -> type[object]:
        return _kind_of(self.field.form)


@st.composite
def varied(draw: DrawFn, house: str) -> PolicyBook:
    """Draw a shipped policy, or the one of a document, with up to eight fields written otherwise.

    Fields of every kind that a document has are equally likely, however few there are. Raises as
    `load_policy`.

    >>> from hypothesis import find
    >>> find(varied("vinted"), lambda book: True)
    PolicyBook(name='vinted', editions=(vinted@2024-06-01))
    """
    book = load_policy(house)
    written: Written = policy_tables(house)
    document = book.document
    for _ in range(draw(st.integers(0, _MOST_CHANGES))):
        changed = _changed(draw, written)
        found = _read(changed)
        if found is not None:
            document, written = found, changed
    return book if document is book.document else book_from(document)


def _read(document: Written) -> PolicyDocument | None:
    whole, _ = completed(document)
    return read_document(whole)[0]


def _changed(draw: DrawFn, document: Written) -> Written:
    by_kind: dict[type[object], list[_Spot]] = {}
    for spot in _spots(document_shape(), document):
        by_kind.setdefault(spot.kind, []).append(spot)
    spot = draw(st.sampled_from(by_kind[draw(st.sampled_from(list(by_kind)))]))
    fresh = _Values(document).of_form(spot.field.form)
    may_go = spot.is_written and not spot.field.needed
    value = draw(st.one_of(fresh, st.just(_LEFT_OUT)) if may_go else fresh)
    return table_in(_with(document, spot.path, value))


def _spots(shape: Shape, table: Written, path: Path = ()) -> Iterator[_Spot]:
    """Return every field of a table and the tables in it that may be written otherwise.

    A table that an edition must write, or take over from the one before, is not changed whole,
    unless it may be short: its fields are.
    """
    for field in shape.fields:
        here, is_written = (*path, field.key), field.key in table
        holds_tables = shape_in(field.form) is not None
        may_be_short = isinstance(field.form, One) and field.form.short is not None
        if may_be_short or not (field.needed and (holds_tables or not is_written)):
            yield _Spot(here, field, is_written)
        if holds_tables and is_written:
            for below, found, where in _tables(field.form, table[field.key], here):
                yield from _spots(below, found, where)


def _tables(form: Form, found: object, path: Path) -> Iterator[tuple[Shape, Written, Path]]:
    match form:
        case One():
            yield form.shape_for(found), table_in(found), path
        case ByName():
            yield from _tables(ListOf(One(form.shape), form.least, tuple), found, path)
        case ListOf():
            for i, item in enumerate(items_in(found)):
                yield from _tables(form.item, item, (*path, i))
        case TableOf():
            for key, item in table_in(found).items():
                yield from _tables(form.item, item, (*path, key))
        case Value():
            return


def _kind_of(form: Form) -> type[object]:
    """Return the kind of the values that a form holds, or that it holds tables."""
    match form:
        case Value():
            return type(form.kind)
        case ListOf() | TableOf():
            return _kind_of(form.item)
        case One() | ByName():
            return One


def _with(found: object, path: Path, value: object) -> object:
    """Return a copy of a document that says something else at a path."""
    if not path:
        return value
    step, below = path[0], path[1:]
    if isinstance(step, int):
        items = items_in(found)
        return [*items[:step], _with(items[step], below, value), *items[step + 1 :]]
    table = table_in(found)
    if value is _LEFT_OUT and not below:
        return {key: table[key] for key in table if key != step}
    return {**table, step: _with(table.get(step), below, value)}


class _Values:
    """The values that a document may hold: in its currency, and by the names that it gives."""

    def __init__(self, document: Written) -> None:
        self._currency = currency_of(str(document["currency"]))
        self._names = _names(completed(document)[0])

    def of_form(self, form: Form) -> SearchStrategy[object]:
        match form:
            case Value():
                return self.of_kind(form.kind)
            case One():
                whole = self._of_shape(form.shape)
                short = form.short
                return whole if short is None else st.one_of(whole, self._of_shape(short.shape))
            case ByName():
                return self._listed(self._of_shape(form.shape), form.least)
            case ListOf():
                return self._listed(self.of_form(form.item), form.least)
            case TableOf():
                keys, items = self.of_kind(form.key).map(str), self.of_form(form.item)
                return st.dictionaries(keys, items, max_size=_LONGEST_LIST)

    def _listed(self, items: SearchStrategy[object], least: int) -> SearchStrategy[object]:
        if items.is_empty:  # references to things of which the house has none
            return st.nothing() if least else st.just(list[object]())
        return st.lists(items, min_size=least, max_size=_LONGEST_LIST, unique_by=repr)

    def _of_shape(self, shape: Shape) -> SearchStrategy[object]:
        """Draw a table with all that it needs, and some of its other values."""
        needed = {field.key: self.of_form(field.form) for field in shape.fields if field.needed}
        others = {
            field.key: self.of_form(field.form)
            for field in shape.fields
            if not field.needed and shape_in(field.form) is None
        }
        source = {"source": st.just("assumption: drawn for a test")} if shape.sourced else {}
        return st.fixed_dictionaries({**source, **needed}, optional=others)

    def of_kind(self, kind: Kind) -> SearchStrategy[object]:
        match kind:
            case Amount():
                return _amounts(self._currency)
            case Count() | Weight():
                bounds = st.sampled_from([kind.least, kind.most])
                return st.one_of(bounds, st.integers(kind.least, kind.most))
            case Length():
                return _lengths(kind.units)
            case Reference():
                names = self._names.get(kind.things, ())
                return st.sampled_from(names) if names else st.nothing()
            case Choice():
                return st.sampled_from([str(member) for member in kind.members])
            case Words():
                return st.sampled_from(list(kind.meanings))
            case SumOf():
                return st.sampled_from(signed(kind.parts))
            case Anchor():
                return _anchors(kind)
            case _:
                return _DRAWN[type(kind)]()


def _names(document: Written) -> Mapping[str, tuple[str, ...]]:
    """Return what any of the editions calls its things; the reader knows which edition does."""
    found: dict[str, tuple[str, ...]] = {}
    for edition in items_in(document.get("edition")):
        for things, names in names_in(edition).items():
            found[things] = tuple(dict.fromkeys((*found.get(things, ()), *names)))
    return found


def _amounts(currency: Currency) -> SearchStrategy[object]:
    unit = quantum_of(currency)
    most = int(_LARGEST_AMOUNT / unit)
    return st.integers(0, most).map(lambda units: units * unit)


def _rates() -> SearchStrategy[object]:
    """Draw rates, often their bounds and what is next to these."""
    limits = st.sampled_from([Decimal(rate) for rate in ("0", "0.0001", "0.9999", "1")])
    return st.one_of(limits, st.decimals(0, 1, places=4))


def _lengths(units: tuple[Unit, ...]) -> SearchStrategy[object]:
    counted = [unit for unit in units if unit is not Unit.NEVER]
    some = st.tuples(st.integers(0, _LONGEST), st.sampled_from(counted)).map(_spaced)
    return st.one_of(some, st.just(str(Unit.NEVER))) if Unit.NEVER in units else some


def _spaced(words: tuple[object, ...]) -> str:
    return " ".join(map(str, words))


def _day_ranges() -> SearchStrategy[object]:
    days = st.integers(0, _LONGEST)
    ranges = st.tuples(days, days).map(sorted).map(lambda both: f"{both[0]} to {both[1]}")
    return st.tuples(ranges, st.sampled_from(list(COUNTED.values()))).map(_spaced)


def _hours() -> SearchStrategy[object]:
    minutes = st.integers(0, _MINUTES_A_DAY - 1)
    return minutes.map(lambda minute: f"{minute // 60:02}:{minute % 60:02}")


def _anchors(kind: Anchor) -> SearchStrategy[object]:
    one = st.sampled_from(kind.events)
    if not kind.several:
        return one
    two = st.lists(one, min_size=2, max_size=2, unique=True)
    return st.one_of(
        one, st.dictionaries(st.sampled_from(list(SEVERAL)), two, min_size=1, max_size=1)
    )


def _one_of(*values: str) -> Callable[[], SearchStrategy[object]]:
    return lambda: st.sampled_from(values)


_DRAWN: Mapping[type[Kind], Callable[[], SearchStrategy[object]]] = {
    AddressField: _one_of("name", "line1", "line2", "postal_code", "city", "country"),
    CurrencyCode: _one_of("EUR", "GBP", "PLN", "JPY"),
    Day: st.dates,
    Days: _day_ranges,
    Flag: st.booleans,
    HolidayCalendar: _one_of("FR", "FR-57", "GB", "GB-SCT", "PL"),
    Hour: _hours,
    Name: lambda: st.from_regex(NAME_PATTERN, fullmatch=True),
    Rate: _rates,
    TerritoryCode: lambda: st.sampled_from(list(territories())),
    TimeZone: _one_of("Europe/Paris", "Europe/London", "Europe/Warsaw", "Asia/Tokyo"),
}
