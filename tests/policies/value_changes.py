"""One value of a tested policy changed at a time, whichever kind of value it is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from itertools import pairwise

from attrs import frozen

from tests.policies.corner_shop import CORNER_SHOP, HOUSES, POINTS
from tests.review.mutations import SCHEMA, book_of, others, parsed, part_of, values_in
from vintage_rules.fields import Listed, Reference
from vintage_rules.findings import Path, is_list, items_in, table_in, within
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.editions import completed
from vintage_rules.policies.house import document_shape
from vintage_rules.policies.shapes import (
    Field,
    Form,
    ListOf,
    One,
    TableOf,
    Value,
    fields_in,
    shape_in,
)

ABOUT_THE_WRITING = "edition.extends"
FIELDS: Mapping[str, Field] = {
    ".".join(map(str, path)): field for path, _, field in fields_in(document_shape())
}
VALUES: Mapping[str, Field] = {
    key: field
    for key, field in FIELDS.items()
    if shape_in(field.form) is None and key != ABOUT_THE_WRITING
}
WHOLE = (CORNER_SHOP, (HOUSES / "grand-bazaar.toml").read_text("utf-8"))
EXTENDED = tuple(CORNER_SHOP + path.read_text("utf-8") for path in sorted(POINTS.glob("*.toml")))
_MOST = 5


@frozen(eq=False)
class Sample:
    """The last edition of a tested document, and where it writes each value."""

    table: Mapping[str, object]
    policy: HousePolicy
    places: Mapping[str, tuple[tuple[Path, object], ...]]


def key_of(path: Path) -> str:
    """Name the value that a path leads to, without names and places in lists."""
    found = ""
    for step in path:
        longer = f"{found}.{step}" if found else str(step)
        if isinstance(step, str) and longer in FIELDS:
            found = longer
    return found


@cache
def tested() -> tuple[Sample, ...]:
    """Read every tested document, of what extends the corner shop only the values of its own."""
    corner, bazaar = (document_of(text, whole=True) for text in WHOLE)
    return (corner, *(document_of(text, whole=False) for text in EXTENDED), bazaar)


def document_of(text: str, *, whole: bool) -> Sample:
    """Read a document, whole or only the values that its last edition writes."""
    written = parsed(text)
    table = _last_edition(completed(written)[0])
    places: dict[str, list[tuple[Path, object]]] = {}
    for path, value in values_in(table if whole else _last_edition(written)):
        if (key := key_of(path)) in VALUES:
            places.setdefault(key, []).append((path, value))
    return Sample(table, _latest(table), {key: tuple(found) for key, found in places.items()})


def _last_edition(document: Mapping[str, object]) -> dict[str, object]:
    last = table_in(items_in(document["edition"])[-1])
    return {**document, "edition": [{k: v for k, v in last.items() if k != "extends"}]}


def _latest(table: Mapping[str, object]) -> HousePolicy:
    book = book_of(table)
    assert book is not None
    return book.latest


def changes_of(key: str) -> Iterator[tuple[Sample, HousePolicy]]:
    """Give tested policies, each with one that differs from it in this value alone.

    Where one change alone would leave a case undecided, two tables swap theirs.
    """
    for house in tested():
        for path, value in house.places.get(key, ())[:_MOST]:
            for table in _changed(house.table, path, value):
                book = book_of(table)
                if book is not None:
                    yield house, book.latest
        for (one, first), (other, second) in pairwise(house.places.get(key, ())):
            book = book_of(_with(_with(house.table, one, second), other, first))
            if first != second and book is not None and not key.endswith(".name"):
                yield house, book.latest


def changed_at(house: Sample, path: Path) -> Iterator[HousePolicy]:
    """Give the policy with another value at a place, and with none."""
    (value,) = (value for at, value in house.places[key_of(path)] if at == path)
    for table in _changed(house.table, path, value):
        book = book_of(table)
        if book is not None:
            yield book.latest


def _changed(
    table: Mapping[str, object], path: Path, value: object
) -> Iterator[Mapping[str, object]]:
    """Write another value, or none."""
    for other in (*_alike(table, path, value), *others(value, part_of(SCHEMA, path))):
        if other != value:
            yield _with(table, path, other)
    yield _with(table, path, None)
    if value is False and _flags_a_short_table(path):
        yield _with(table, path[:-1], within(_first_edition(CORNER_SHOP), *map(str, path[2:-1])))


def _flags_a_short_table(path: Path) -> bool:
    """Whether the table that a value is in holds nothing else where it is false."""
    form = FIELDS[key_of(path[:-1])].form
    return isinstance(form, One) and form.short is not None and form.short.flag == path[-1]


def _first_edition(text: str) -> object:
    return items_in(parsed(text)["edition"])[0]


def _alike(table: Mapping[str, object], path: Path, value: object) -> Iterator[object]:
    """Give what the document says of the same kind elsewhere, one for one or one less."""
    field = VALUES[key_of(path)]
    things = _referred(field.form)
    if things is not None:
        keys = _listing(things)
    else:
        keys = frozenset(key for key, other in VALUES.items() if other.key == field.key)
    known = [
        each
        for place, found in values_in(table)
        if key_of(place) in keys
        for each in (found if is_list(found) else [found])
    ]
    if is_list(value):
        yield value[1:]
        yield value[::-1]
        yield from ([*value[:-1], new] for new in _once(known)[:_MOST])
    elif isinstance(value, str):
        yield from _once(known)[:_MOST]


def _referred(form: Form) -> str | None:
    """Name the things that a value, or each of a list, is the name of."""
    match form:
        case Value(kind=Reference(things=things)):
            return things
        case ListOf() | TableOf():
            return _referred(form.item)
        case _:
            return None


@cache
def _listing(things: str) -> frozenset[str]:
    """Give the values that hold the names of things: names of tables, or a list of names."""
    listing = {key for key, each in FIELDS.items() if each.listed == Listed(things)}
    return frozenset(listing | {f"{key}.name" for key in listing})


def _once(values: list[object]) -> list[object]:
    return [each for i, each in enumerate(values) if each not in values[:i]]


def _with(table: Mapping[str, object], path: Path, value: object) -> dict[str, object]:
    changed = deepcopy(dict(table))
    here: object = changed
    for step in path[:-1]:
        here = here[step] if is_list(here) and isinstance(step, int) else table_in(here)[str(step)]
    last = str(path[-1])
    if isinstance(here, dict):
        here[last] = value
        if value is None:
            del here[last]
    return changed
