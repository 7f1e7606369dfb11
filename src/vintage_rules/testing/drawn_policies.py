"""From a policy document to documents like it, each value drawn by its kind and within its bounds.

What a value may be is derived from the shape of the document, as its reader and its JSON Schema
are. How values fit together is not: a change is kept where the document still loads with it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache, lru_cache
from typing import Final, TypeAlias

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
    Label,
    Language,
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
from vintage_rules.policies.house import (
    HouseReader,
    PolicyDocument,
    document_shape,
    names_in,
    read_document,
)
from vintage_rules.policies.kinds import NAME_PATTERN, SEVERAL, signed
from vintage_rules.policies.loading import book_from, load_policy, policy_tables
from vintage_rules.policies.pages import Page
from vintage_rules.policies.shapes import (
    ByName,
    Choice,
    Field,
    Flag,
    Form,
    ListOf,
    One,
    Shape,
    Short,
    TableOf,
    Value,
    fields_in,
    shape_in,
)
from vintage_rules.world.territory_rows import territories

_MOST_CHANGES = 8
_LONGEST_LIST = 3
_LARGEST_AMOUNT = 1_000
_LONGEST = 60
_MINUTES_A_DAY = 24 * 60
_Pages: TypeAlias = dict[int, tuple[tuple[object, object], Page]]
_LEFT_OUT: Final = object()
_MOST_REPAIRS = 4
_EXTENDS = ("edition", "extends")
_EDITION_DAYS = st.integers(1, 1_000)


@cache
def drawn_fields() -> tuple[tuple[str, ...], ...]:
    """Return the fields that are drawn, each by the keys that lead to it.

    A table that an edition must write is not changed whole, unless it may be short: its fields are.

    >>> drawn_fields()[:3]
    (('name',), ('currency',), ('zone',))
    """
    return tuple(
        tuple(map(str, keys))
        for keys, _, field in fields_in(document_shape())
        if _may_be_short(field.form) or not (field.needed and shape_in(field.form) is not None)
    )


def _may_be_short(form: Form) -> bool:
    return isinstance(form, One) and form.short is not None


def varied(house: str, *fields: tuple[str, ...]) -> SearchStrategy[PolicyBook]:
    """Draw a shipped policy, or the one of a document, with some fields written otherwise.

    These fields, or up to eight of all, each equally likely. One that does not fit the rest of the
    document is drawn again a few times, with what it does not fit. Raises as `load_policy`.

    >>> from hypothesis import find
    >>> find(varied("vinted", ("zone",)), lambda book: True)
    PolicyBook(name='vinted', editions=(vinted@2024-06-01))
    """
    some = st.sampled_from(drawn_fields())
    numbers = st.integers(0, _MOST_CHANGES)

    def drawn(draw: DrawFn) -> PolicyBook:
        book = load_policy(house)
        known = _known(house)
        document, written = book.document, known.written
        for keys in fields or [draw(some) for _ in range(draw(numbers))]:
            found = _changed(draw, written, keys, known)
            if found is not None:
                document, written = found
        return book if document is book.document else book_from(document)

    return st.composite(drawn)()


def _changed(
    draw: DrawFn, written: Written, keys: tuple[str, ...], known: _Known
) -> tuple[PolicyDocument, Written] | None:
    """Return a document with one field written otherwise; None where it does not fit."""
    changed = _Writing(draw, written).document(keys)
    for _ in range(_MOST_REPAIRS):
        document, mismatches = read_document(changed, _Reader(known.pages))
        if document is not None:
            return document, changed
        for mismatch in mismatches:
            changed = _Writing(draw, changed).again(mismatch.path)
    return None


@frozen
class _Known:
    """What a document says that draws begin from, and the pages that were read of its tables."""

    written: Written
    pages: _Pages


@lru_cache
def _known(house: str) -> _Known:
    known = _Known(completed(policy_tables(house))[0], {})
    read_document(known.written, _Reader(known.pages, learns=True))
    return known


class _Reader(HouseReader):
    """Reads no table again that is known, and means what it did: most of a draw is as it was."""

    def __init__(self, known: _Pages, *, learns: bool = False) -> None:
        super().__init__()
        self._known, self._learns = known, learns

    def table(self, shape: Shape, found: object, path: Path) -> Page | None:
        names = {things: self.around.names.get(things) for things in _things_in(shape)}
        around = (self.around.currency, names)
        known = self._known.get(id(found))
        if known is not None and known[0] == around:
            return known[1]
        page = super().table(shape, found, path)
        if self._learns and page is not None:
            self._known[id(found)] = around, page
        return page


@cache  # bounded by the shapes of tables
def _things_in(shape: Shape) -> frozenset[str]:
    """Return the things of a house that the values below a table name."""
    kinds = (_kind_in(field.form) for _, _, field in fields_in(shape))
    return frozenset(kind.things for kind in kinds if isinstance(kind, Reference))


def _kind_in(form: Form) -> Kind | None:
    match form:
        case Value():
            return form.kind
        case ListOf() | TableOf():
            return _kind_in(form.item)
        case One() | ByName():
            return None


@frozen
class _Writing:
    """Writes a document with one field drawn, and the tables that lead to it if there are none."""

    draw: DrawFn
    whole: Written

    def document(self, keys: tuple[str, ...]) -> Written:
        if keys == _EXTENDS:
            return self._another_edition()
        return self._table(document_shape(), self.whole, keys)

    def again(self, path: Path) -> Written:
        """Draw what is at a path again: a field, or one of the fields of a table."""
        return self._table_again(document_shape(), self.whole, path)

    def _table_again(self, shape: Shape, table: Written, path: Path) -> Written:
        if not path:
            return self._table(shape, table, (self.draw(st.sampled_from(list(shape.keys))),))
        key, below = str(path[0]), path[1:]
        field = shape.keys.get(key)
        if field is None:
            return table
        if shape_in(field.form) is None or not below:
            return self._table(shape, table, (key,))
        return {**table, key: self._again(field.form, table.get(key), below)}

    def _again(self, form: Form, found: object, path: Path) -> object:
        match form:
            case Value():
                return found
            case One():
                return self._table_again(form.shape_for(found), table_in(found), path)
            case ByName():
                return self._again(ListOf(One(form.shape), form.least, tuple), found, path)
            case ListOf():
                items, i = items_in(found), int(path[0])
                if i >= len(items):  # drawn again with its list already
                    return found
                return [*items[:i], self._again(form.item, items[i], path[1:]), *items[i + 1 :]]
            case TableOf():
                table, name = table_in(found), str(path[0])
                return {**table, name: self._again(form.item, table.get(name), path[1:])}

    def _another_edition(self) -> Written:
        """Return the document with an edition more, which says all that the one before says."""
        editions = items_in(self.whole["edition"])
        before = table_in(editions[-1])
        since = date.fromisoformat(str(before["since"])) + timedelta(days=self.draw(_EDITION_DAYS))
        return {
            **self.whole,
            "edition": [*editions, {**before, "since": since, "extends": "previous"}],
        }

    def _table(self, shape: Shape, table: Written, keys: tuple[str, ...]) -> Written:
        field, below = shape.keys[keys[0]], keys[1:]
        if below:
            found = self._below(field.form, table.get(field.key), below, adds=not field.needed)
            return {**table, field.key: found}
        fresh = self._values.of_field(field)
        may_go = field.key in table and not field.needed
        value = self.draw(st.one_of(fresh, st.just(_LEFT_OUT)) if may_go else fresh)
        if value is _LEFT_OUT:
            return {key: table[key] for key in table if key != field.key}
        return {**table, field.key: value}

    def _below(self, form: Form, found: object, keys: tuple[str, ...], *, adds: bool) -> object:
        """Return what a field holds with something below it written otherwise.

        In one of the items of a list, or in a new one where it `adds` to lists.
        """
        match form:
            case Value():
                return found
            case One():
                if form.short is not None and keys == (form.short.flag,):
                    return self.draw(self._values.of_form(form))
                has_it = found is not None and keys[0] in form.shape_for(found).keys
                table = found if has_it else self.draw(self._values.of_whole(form))
                return self._table(form.shape_for(table), table_in(table), keys)
            case ByName():
                return self._below(
                    ListOf(One(form.shape), form.least, tuple), found, keys, adds=adds
                )
            case ListOf():
                items = items_in(found)
                i = self.draw(st.integers(0, len(items) if adds or not items else len(items) - 1))
                item = self._below(form.item, items[i] if i < len(items) else None, keys, adds=adds)
                return [*items[:i], item, *items[i + 1 :]]
            case TableOf():
                table = table_in(found)
                names = st.sampled_from(list(table)) if table else self._values.of_kind(form.key)
                if names.is_empty:  # of things of which the house has none
                    return table
                name = str(self.draw(names))
                return {**table, name: self._below(form.item, table.get(name), keys, adds=adds)}

    @property
    def _values(self) -> _Values:
        return _Values(self.whole)


class _Values:
    """The values that a document may hold: in its currency, and by the names that it gives."""

    def __init__(self, document: Written) -> None:
        self._currency = currency_of(str(document["currency"]))
        self._names = _names(document)

    def of_field(self, field: Field) -> SearchStrategy[object]:
        """Draw a value of a field: one that is called as things of the house are, of their names.

        A row of a table of decisions may name the categories that the house has, and no others.
        """
        names = self._names.get(field.key.replace("_", " "), ())
        fresh = self.of_form(field.form)
        if not names or field.form != ListOf(Value(Name()), 1, frozenset):
            return fresh
        return st.one_of(fresh, self._listed(st.sampled_from(names), 1))

    def of_form(self, form: Form) -> SearchStrategy[object]:
        match form:
            case Value():
                return self.of_kind(form.kind)
            case One():
                whole, short = self.of_whole(form), form.short
                if short is None:
                    return whole
                return st.one_of(whole, _flagged(self.of_shape(short.shape), short, on=False))
            case ByName():
                return self._listed(self.of_shape(form.shape), form.least)
            case ListOf():
                return self._listed(self.of_form(form.item), form.least)
            case TableOf():
                keys, items = self.of_kind(form.key).map(str), self.of_form(form.item)
                if keys.is_empty:  # as above
                    return st.just(dict[str, object]())
                return st.dictionaries(keys, items, max_size=_LONGEST_LIST)

    def _listed(self, items: SearchStrategy[object], least: int) -> SearchStrategy[object]:
        if items.is_empty:  # references to things of which the house has none
            return st.nothing() if least else st.just(list[object]())
        return st.lists(items, min_size=least, max_size=_LONGEST_LIST, unique_by=repr)

    def of_whole(self, form: One) -> SearchStrategy[object]:
        """Draw a table that is not short."""
        whole = self.of_shape(form.shape)
        return whole if form.short is None else _flagged(whole, form.short, on=True)

    def of_shape(self, shape: Shape) -> SearchStrategy[Written]:
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


def _flagged(tables: SearchStrategy[Written], short: Short, *, on: bool) -> SearchStrategy[Written]:
    """Draw tables whose flag says whether they are short: it decides which keys they may have."""
    return tables.map(lambda table: {**table, short.flag: on})


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
    Label: _one_of("Protection", "Frais de dossier", "Schutz"),
    Language: _one_of("en", "fr", "de"),
    HolidayCalendar: _one_of("FR", "FR-57", "GB", "GB-SCT", "PL"),
    Hour: _hours,
    Name: lambda: st.from_regex(NAME_PATTERN, fullmatch=True),
    Rate: _rates,
    TerritoryCode: lambda: st.sampled_from(list(territories())),
    TimeZone: _one_of("Europe/Paris", "Europe/London", "Europe/Warsaw", "Asia/Tokyo"),
}
