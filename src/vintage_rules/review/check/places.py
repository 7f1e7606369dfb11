"""Checks of the parts of the world: zones and tables that no place reaches, places without one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol, TypeAlias

from vintage_rules.errors import UnknownTermError
from vintage_rules.findings import Path, items_in
from vintage_rules.places import Area, Territory
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, shown
from vintage_rules.wording.phrases import Country, Phrase, phrase

_ZONES: Path = ("shipping", "delivery", "zones")
_TABLES: Path = ("shipping", "postage", "tables")
_RETURN_ZONES: Path = ("returns", "returns", "zones")
_Case: TypeAlias = tuple[Territory, str]


class _Part(Protocol):
    """Part of the world, as any policy names it."""

    @property
    def areas(self) -> frozenset[Area]:
        """Whole areas of the world."""
        ...

    @property
    def codes(self) -> frozenset[str]:
        """Countries and territories by code."""
        ...


def place_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Check delivery zones, postage tables, the zones of returns, and countries by their codes."""
    shipping, returns = sheet.policy.shipping, sheet.policy.returns.returns
    yield from _parts(_ZONES, shipping.delivery.zones, sheet)
    yield from _parts(_TABLES, shipping.postage.tables, sheet)
    yield from _parts(_RETURN_ZONES, returns.zones, sheet)
    yield from _order(_ZONES, shipping.delivery.zones, sheet)
    yield from _order(_RETURN_ZONES, returns.zones, sheet)
    yield from _table_order(sheet)
    yield from _countries(sheet)
    yield from _unpriced(sheet)
    yield from _untimed(sheet)


def covers(part: _Part, territory: Territory) -> bool:
    """Return whether a territory lies in a part of the world.

    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import every_territory
    >>> europe = load_policy("imparfaite").latest.shipping.delivery.zones[1]
    >>> [t.code for t in every_territory() if covers(europe, t)][:2]
    ['AD', 'AL']
    """
    return territory.area in part.areas or bool(_codes(territory) & part.codes)


def _codes(territory: Territory) -> set[str]:
    return {territory.code, territory.country}


def of_place(territory: Territory) -> Phrase:
    """Show a flaw by a parcel to a territory.

    >>> from vintage_rules.world import every_territory
    >>> of_place(every_territory()[0]).key
    'lint.example.place'
    """
    return phrase("lint.example.place", country=Country(territory.country), code=territory.code)


def _parts(at: Path, parts: Sequence[_Part], sheet: Sheet) -> Iterator[Flaw]:
    """Look at the codes of each part: `areas` and `codes` are joined by *or*, never by *and*."""
    for i, part in enumerate(parts):
        for j, code in enumerate(map(str, items_in(sheet.edition.at(*at, i, "codes")))):
            meant = [t for t in sheet.territories if code in _codes(t)]
            if all(_is_covered_without(code, territory, part) for territory in meant):
                example = of_place(meant[0])
                where = (*at, i, "codes", j)
                yield flaw(CheckCode.CODE_ALREADY_COVERED, where, example, code=code)


def _is_covered_without(code: str, territory: Territory, part: _Part) -> bool:
    return territory.area in part.areas or bool(_codes(territory) & (part.codes - {code}))


def _order(at: Path, parts: Sequence[_Part], sheet: Sheet) -> Iterator[Flaw]:
    """Try every territory: the first part that covers it takes it."""
    taken = {i: [t for t in sheet.territories if covers(part, t)] for i, part in enumerate(parts)}
    yield from _never_first(at, {i: [(t, "") for t in found] for i, found in taken.items()}, parts)


def _table_order(sheet: Sheet) -> Iterator[Flaw]:
    """Try every territory with every mode of shipping."""
    tables, modes = sheet.policy.shipping.postage.tables, sheet.policy.shipping.modes
    taken = {
        i: [(t, mode) for t in sheet.territories for mode in modes if table.covers(t, mode)]
        for i, table in enumerate(tables)
    }
    yield from _never_first(_TABLES, taken, tables)


def _never_first(
    at: Path, taken: Mapping[int, Sequence[_Case]], parts: Sequence[_Part]
) -> Iterator[Flaw]:
    """Find a part, or a code of one, all of whose cases an earlier part takes."""
    before: set[tuple[str, str]] = set()
    for i, cases in taken.items():
        left = [case for case in cases if _key(case) not in before]
        if cases and not left:
            yield flaw(CheckCode.ZONE_NEVER_REACHED, (*at, i), of_place(cases[0][0]))
        elif left:
            yield from _codes_taken(at, i, cases, left, parts[i])
        before.update(map(_key, cases))


def _key(case: _Case) -> tuple[str, str]:
    return case[0].code, case[1]


def _codes_taken(
    at: Path, i: int, cases: Sequence[_Case], left: Sequence[_Case], part: _Part
) -> Iterator[Flaw]:
    reached = {code for territory, _ in left for code in _codes(territory)}
    named = {code for territory, _ in cases for code in _codes(territory)} & part.codes
    for code in sorted(named - reached):
        example = of_place(next(t for t, _ in cases if code in _codes(t)))
        yield flaw(CheckCode.CODE_TAKEN_BEFORE, (*at, i, "codes"), example, code=code)


def _zone_of(territory: Territory, sheet: Sheet) -> str | None:
    try:
        return sheet.policy.shipping.delivery.zone_of(territory).name
    except UnknownTermError:
        return None


def _countries(sheet: Sheet) -> Iterator[Flaw]:
    """A time of a country's own is looked up by country, once a zone covers the place."""
    reached = {t.country for t in sheet.territories if _zone_of(t, sheet)}
    for i, group in enumerate(sheet.policy.shipping.delivery.countries):
        for code in group.transit:
            if code not in reached:
                where: Path = ("shipping", "delivery", "countries", i, "transit", code)
                yield flaw(CheckCode.COUNTRY_TIME_NEVER_USED, where, shown(code), code=code)


def _unpriced(sheet: Sheet) -> Iterator[Flaw]:
    """Find places that are delivered to at no price, for each mode."""
    postage = sheet.policy.shipping.postage
    for mode in sheet.policy.shipping.modes:
        priced = [t for t in sheet.territories if any(x.covers(t, mode) for x in postage.tables)]
        missing = [t for t in sheet.territories if _zone_of(t, sheet) and t not in priced]
        if missing:
            yield _missing(CheckCode.PLACE_WITHOUT_PRICE, _TABLES, missing, mode)


def _untimed(sheet: Sheet) -> Iterator[Flaw]:
    """Find places that have a price and no delivery time."""
    postage = sheet.policy.shipping.postage
    missing = [
        t
        for t in sheet.territories
        if _zone_of(t, sheet) is None and any(covers(table, t) for table in postage.tables)
    ]
    if missing:
        yield _missing(CheckCode.PRICE_WITHOUT_DELIVERY_TIME, _ZONES, missing, "")


def _missing(code: CheckCode, at: Path, missing: Sequence[Territory], mode: str) -> Flaw:
    return flaw(code, at, of_place(missing[0]), count=len(missing), mode=mode)
