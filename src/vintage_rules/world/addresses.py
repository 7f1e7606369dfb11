"""From an address to the territory it lies in.

One place may be written in two ways (FR or RE 97400, ES or IC 35001, DE 78266 or CH 8238): the
patterns of `data/addresses.csv` lead both to one territory, and no address to two.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from attrs import frozen

from vintage_rules.errors import PlaceError
from vintage_rules.places import Destination, Place
from vintage_rules.world.calendars import calendar_key
from vintage_rules.world.tables import grouped
from vintage_rules.world.territory_rows import mainland, territory_row

_EXAMPLES = 3
_SEPARATORS = str.maketrans("", "", " -.")


@frozen(kw_only=True)
class _Addresses:
    """How the addresses of one country are written, and where they lie."""

    pattern: re.Pattern[str] | None
    parts: tuple[str, ...]
    examples: tuple[str, ...]
    without_code: str | None
    prefixes: tuple[str, ...] = ()


@lru_cache(maxsize=8192)
def locate(place: Place) -> Destination:
    """Find the territory of an address and the calendar of public holidays kept there.

    Where only customs depend on a missing code, the territory's memberships are unknown. Clauses L9
    to L11, L13.

    Raises:
        PlaceError: On `country` for an unknown code, and on `postal_code` for one that is
            malformed, contradicts the country, or is missing where nothing can be said without it.

    >>> locate(Place(country="FR", postal_code="97400")).territory.code
    'RE'
    >>> locate(Place(country="DE", postal_code="D-10115")).territory.code
    'DE'
    >>> locate(Place(country="RE", postal_code="01"))
    Traceback (most recent call last):
    vintage_rules.errors.PlaceError: postal_code: must be a code of RE such as 97400, got '01'
    """
    part, code = _part(place, _addresses(place.country))
    row = territory_row(_by_city(part, place.city))
    return Destination(place=place, territory=row.territory, calendar=calendar_key(row, code))


def locate_mainland(place: Place) -> Destination:
    """Find the territory of an address; of a country alone, its mainland. Clause L12.

    Raises:
        PlaceError: As `locate` does; of a country alone only for an unknown code on `country`.

    >>> locate_mainland(Place(country="FR")).territory.code
    'FR'
    >>> locate_mainland(Place(country="FR", postal_code="97400")).territory.code
    'RE'
    """
    if not place.is_country_alone:
        return locate(place)
    needs_code = _addresses(place.country).without_code is None
    main = mainland(place.country if needs_code else locate(place).territory.code)
    return Destination(
        place=place, territory=main, calendar=calendar_key(territory_row(main.code), "")
    )


def locate_home(origin: str, calendar: str) -> Destination:
    """Return where a house is, by the code its parcels start from and the holidays it keeps.

    >>> (
    ...     locate_home("GB-NIR", "GB").territory.code,
    ...     locate_home("FR-57", "FR-57").place.country,
    ... )
    ('GB-NIR', 'FR')
    """
    territory = mainland(origin)
    place = Place(country=territory.country)
    return Destination(place=place, territory=territory, calendar=calendar)


def _part(place: Place, addresses: _Addresses) -> tuple[str, str]:
    """Return the code of the territory, and the postal code without what people add to it."""
    code = (place.postal_code or "").translate(_SEPARATORS)
    if not code and addresses.without_code is not None:
        return addresses.without_code, code
    if addresses.pattern is None:
        return addresses.parts[0], code
    written = [code, *(code.removeprefix(prefix) for prefix in addresses.prefixes)]
    match = next(filter(None, map(addresses.pattern.fullmatch, written)), None)
    if match is None or match.lastindex is None:
        raise PlaceError("postal_code", place.postal_code, _allowed(place.country, addresses))
    return addresses.parts[match.lastindex - 1], match.group()


def _allowed(country: str, addresses: _Addresses) -> str:
    return f"a code of {country} such as {' or '.join(addresses.examples[:_EXAMPLES])}"


@cache  # bounded by the countries; any other code raises
def _addresses(country: str) -> _Addresses:
    written = _written().get(country)
    if written is None:
        code = territory_row(country).territory.code
        return _Addresses(pattern=None, parts=(code,), examples=(), without_code=code)
    if written[0]["written"] == "like":
        return _addresses(written[0]["pattern"])
    codes = _codes(country)
    return _Addresses(
        pattern=re.compile("|".join(f"({row['pattern']})" for row in codes)),
        parts=tuple(row["territory"] for row in codes),
        examples=tuple(row["example"] for row in codes),
        without_code=_without_code(country, written),
        prefixes=_prefixes(country),
    )


@cache
def _written() -> Mapping[str, tuple[dict[str, str], ...]]:
    return MappingProxyType(grouped("addresses", "country"))


def _codes(country: str) -> tuple[dict[str, str], ...]:
    """Return a country's own codes, and those of the territories that are also written under it."""
    rows = _written()[country]
    under = [row["pattern"].split() for row in rows if row["written"] == "under"]
    own = tuple(row for row in rows if row["written"] == "code")
    return own + tuple(code for names in under for name in names for code in _codes(name))


def _prefixes(country: str) -> tuple[str, ...]:
    """What is written before a code: the country's own signs, and those of whose post it has."""
    own = (row["pattern"] for row in _written()[country] if row["written"] == "prefix")
    above = (
        name
        for name, rows in _written().items()
        for row in rows
        if row["written"] == "under" and country in row["pattern"].split()
    )
    return (country, *own, *(prefix for name in above for prefix in _prefixes(name)))


def _without_code(country: str, written: tuple[dict[str, str], ...]) -> str | None:
    by_kind = {row["written"]: row["territory"] for row in written}
    if "required" in by_kind:
        return None
    return by_kind.get("no-code", country)


def _by_city(territory: str, city: str | None) -> str:
    """Choose by the city, if one is given, among places that share a postal code."""
    shared = _shared_codes().get(territory)
    if shared is None or city is None:
        return territory
    words = _words(city)
    for row in shared:
        if row["city"] in words or row["city"] == "*":
            return row["territory"]
    return territory


@cache
def _shared_codes() -> Mapping[str, tuple[dict[str, str], ...]]:
    return MappingProxyType(grouped("shared_codes", "matched"))


def _words(city: str) -> frozenset[str]:
    plain = unicodedata.normalize("NFKD", city.casefold())
    return frozenset(re.findall("[a-z]+", plain))
