"""The territories of the world as far as customs, VAT and delivery distinguish them.

Those with a row of their own are in `data/territories.csv`; every other country of ISO 3166 is one
territory, outside the European Union's areas.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from attrs import frozen

from vintage_rules.errors import PlaceError
from vintage_rules.places import Area, Membership, Territory
from vintage_rules.world.tables import rows

KOSOVO = "XK"  # the code that customs and the post use; ISO 3166 has none


@frozen(kw_only=True)
class TerritoryRow:
    """A row of the table: a territory, since when it has its status, and how sure that is.

    `mainland` is None where the territory is one place; where an address leaves open which of
    several territories it lies in, it is the code of the main one, or `none` if there is no such.
    `status_since` None means since before anything this library decides. `calendar` is the key of
    its public holidays, None where the postal code may decide a region. `verified` is `page` (seen
    in an official page or the vendor's), `secondary`, `derived` from other rows, or `memory`.
    """

    territory: Territory
    mainland: str | None
    status_since: date | None
    calendar: str | None
    verified: str
    notes: str


@cache
def territories() -> Mapping[str, TerritoryRow]:
    """Return the table of territories by their code.

    >>> territories()["IT-22061"].status_since
    datetime.date(2020, 1, 1)
    """
    return MappingProxyType({row["code"]: _row(row) for row in rows("territories")})


def _row(row: dict[str, str]) -> TerritoryRow:
    since = row["status_since"]
    return TerritoryRow(
        territory=Territory(
            code=row["code"],
            name=row["name"],
            country=row["country"],
            area=Area(row["area"]),
            eu_customs=Membership(row["eu_customs"]),
            eu_vat=Membership(row["eu_vat"]),
            source=row["source"],
        ),
        mainland=row["mainland"] or None,
        status_since=date.fromisoformat(since) if since else None,
        calendar=row["calendar"] or None,
        verified=row["verified"],
        notes=row["notes"],
    )


@cache
def every_territory() -> tuple[Territory, ...]:
    """Return every territory: those of the table, and every other country.

    >>> {"FR", "GB-NIR", "PE"} <= {territory.code for territory in every_territory()}
    True
    """
    import pycountry

    codes = sorted({*territories(), *(country.alpha_2 for country in pycountry.countries)})
    return tuple(territory_row(code).territory for code in codes)


@cache  # bounded by the territories and countries; any other code raises
def territory_row(code: str) -> TerritoryRow:
    """Return a territory's row, or a derived one for a country that has none.

    Raises:
        PlaceError: If the code is neither in the table nor a country of ISO 3166.

    >>> territory_row("PE").territory.area
    <Area.WORLD: 'world'>
    """
    return territories().get(code) or _elsewhere(code)


def _elsewhere(code: str) -> TerritoryRow:
    import pycountry

    country = pycountry.countries.get(alpha_2=code)
    if country is None:
        raise PlaceError("country", code, "the ISO 3166 code of a country or territory")
    return TerritoryRow(
        territory=Territory(
            code=code,
            name=country.name,
            country=code,
            area=Area.WORLD,
            eu_customs=Membership.NONE,
            eu_vat=Membership.NONE,
            source="ISO 3166-1; assumption: no part of Europe in UN M49 nor of the Union's areas",
        ),
        mainland=None,
        status_since=None,
        calendar=None,
        verified="derived",
        notes="",
    )


def mainland(code: str) -> Territory:
    """Return the territory that a country's code alone stands for: its mainland.

    `code` may also be a territory's own, or the name of a calendar of public holidays.

    Raises:
        PlaceError: If the code is neither in the table nor a country of ISO 3166.

    >>> [mainland(code).code for code in ("GB", "FR-57", "ES-CN", "US")]
    ['GB-GBN', 'FR', 'ES-CN', 'US']
    """
    row = territories().get(code) or territory_row(code.partition("-")[0])
    main = row.mainland and territories().get(row.mainland)
    return main.territory if main else row.territory


@cache
def countries() -> tuple[Territory, ...]:
    """Return the main territory of every country of ISO 3166, and of Kosovo, by their codes.

    >>> [each.code for each in countries()][:3]
    ['AD', 'AE', 'AF']
    """
    import pycountry

    codes = {country.alpha_2 for country in pycountry.countries}
    return tuple(territory_row(code).territory for code in sorted({*codes, KOSOVO}))
