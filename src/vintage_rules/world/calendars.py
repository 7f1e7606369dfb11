"""The public holidays of every destination, by region where the postal code decides it.

They come from the `holidays` library by way of a file, so that every installation counts the same
days and no import waits for the holidays of all other countries.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache

from vintage_rules.dates import Calendar
from vintage_rules.errors import PlaceError
from vintage_rules.places import Destination
from vintage_rules.world.public_holidays import (
    known_holidays,
    public_holidays,
    regions_with_holidays,
)
from vintage_rules.world.tables import PrefixTable, beginnings, grouped
from vintage_rules.world.territory_rows import TerritoryRow, territory_row

NO_HOLIDAYS_KNOWN = "none"
_ALIKE = 0.85
_KEY = re.compile(r"([A-Z]{2})(?:-([A-Za-z0-9]+))?")


def calendar_key(row: TerritoryRow, code: str) -> str:
    """Return the name of an address's calendar: its territory's, or its region's if known.

    >>> calendar_key(territory_row("FR"), "67000")
    'FR-6AE'
    """
    if row.calendar is not None:
        return row.calendar
    holder = row.territory.country
    region = _regions(holder).get(code) if code else None
    return f"{holder}-{region}" if region else holder


@cache  # bounded by the countries that the territories belong to
def _regions(country: str) -> PrefixTable[str]:
    rows = _region_rows().get(country, ())
    return PrefixTable(
        (beginning, row["region"]) for row in rows for beginning in beginnings(row["postal_codes"])
    )


@cache
def _region_rows() -> dict[str, tuple[dict[str, str], ...]]:
    return grouped("holiday_regions", "country")


def calendar_of(destination: Destination) -> Calendar:
    """Return the calendar of public holidays kept at a destination. Clauses L9 to L11.

    Raises:
        PlaceError: For a destination that names a calendar which does not exist.

    >>> from datetime import date
    >>> from vintage_rules import Place
    >>> from vintage_rules.world import locate
    >>> date(2026, 12, 26) in calendar_of(
    ...     locate(Place(country="FR", postal_code="67000"))
    ... )
    True
    """
    return calendar(destination.calendar)


def is_calendar(key: str) -> bool:
    """Return whether `calendar` knows a key, without computing any holiday.

    >>> [is_calendar(key) for key in ("FR", "FR-57", "FR-58", "ZZ", "US-XX")]
    [True, True, False, False, False]
    """
    match = _KEY.fullmatch(key)
    if match is None:
        return False
    country, region = match.groups()
    if key in known_holidays():
        return True
    if region not in (None, NO_HOLIDAYS_KNOWN):
        return False
    try:
        return bool(country in known_holidays() or territory_row(country))
    except PlaceError:
        return False


def nearest_calendar(key: str) -> str | None:
    """Return the known key that is most like another one, or None where none is.

    >>> nearest_calendar("US-XX"), nearest_calendar("FR-5")
    ('US', 'FR-57')
    """
    close = get_close_matches(key, known_holidays(), n=1, cutoff=_ALIKE)
    country = key.partition("-")[0]
    return country if country in known_holidays() and not close else next(iter(close), None)


@cache  # bounded by the countries and their regions; any other key raises
def calendar(key: str) -> Calendar:
    """Return a calendar by its key: a country, or a country and a region.

    Regions have the names that the `holidays` library gives them. A key that ends in `-none` means
    that the holidays of that place are unknown: only the days of the week count, and the key says
    so.

    Raises:
        PlaceError: For an unknown key.

    >>> calendar("FR-57")
    Calendar('FR-57', 533 holidays, 2010-01-01..2050-12-31)
    """
    match = _KEY.fullmatch(key)
    if match is None:
        raise PlaceError("calendar", key, "a country and perhaps a region, such as FR or FR-57")
    country, region = match.groups()
    if region == NO_HOLIDAYS_KNOWN:
        if not is_calendar(key):
            raise PlaceError("calendar", key, "a country of ISO 3166 before -none, such as CP-none")
        return Calendar.without_holidays(key)
    days = public_holidays(country, region)
    if days is not None:
        return Calendar(key, days)
    if region is not None:
        regions = ", ".join(regions_with_holidays(country)) or "no region"
        raise PlaceError("calendar", key, f"{country}, alone or with one of: {regions}")
    return Calendar.without_holidays(f"{territory_row(country).territory.code}-none")
