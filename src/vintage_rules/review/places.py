"""Where examples take place: one territory for each part of the world that a policy names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial

from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Area, Destination, Place, Territory
from vintage_rules.world.territory_rows import every_territory

_WELL_KNOWN = ("FR", "DE", "GB-GBN", "US", "CH", "JP")
_UNKNOWN = "-unknown"


def home_of(house: HousePolicy) -> str:
    """Return the country whose public holidays a house keeps.

    >>> from vintage_rules.policies import load_policy
    >>> home_of(load_policy("vinted-pl").latest)
    'PL'
    """
    return house.calendar.partition("-")[0]


def destination_in(territory: Territory) -> Destination:
    """Return a destination of which no more than the territory is known.

    >>> from vintage_rules.world import territories
    >>> destination_in(territories()["GP"].territory).place.country
    'GP'
    """
    place = Place(country=territory.country)
    return Destination(place=place, territory=territory, calendar=territory.country)


def territory_of(house: HousePolicy, is_meant: Callable[[Territory], bool]) -> Territory | None:
    """Return a territory that is meant: at home if it is there, or one that most readers know.

    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("vinted-pl").latest
    >>> territory_of(house, lambda territory: territory.area == "europe").code
    'PL'
    """
    return next(filter(is_meant, _in_order(home_of(house))), None)


@cache  # bounded by the countries that houses are at home in
def _in_order(home: str) -> tuple[Territory, ...]:
    """Return every territory that an address can name: at home first, then well-known ones."""
    first = (home, *_WELL_KNOWN)
    named = (each for each in every_territory() if not each.code.endswith(_UNKNOWN))
    return tuple(sorted(named, key=lambda each: _rank(each, first)))


def _rank(territory: Territory, first: tuple[str, ...]) -> int:
    codes = (territory.code, territory.country)
    return next((i for i, code in enumerate(first) if code in codes), len(first))


def destinations_of(houses: Iterable[HousePolicy]) -> tuple[Destination, ...]:
    """Return a destination in every part of the world that one of the houses distinguishes.

    >>> from vintage_rules.policies import load_policy
    >>> found = destinations_of([load_policy("imparfaite").latest])
    >>> [destination.territory.code for destination in found][:3]
    ['FR', 'DE', 'US']
    """
    found: dict[str, Territory] = {}
    for house in houses:
        for covers in _parts_of(house):
            territory = territory_of(house, covers)
            if territory is not None:
                found.setdefault(territory.code, territory)
    return tuple(map(destination_in, found.values()))


def _parts_of(house: HousePolicy) -> Iterator[Callable[[Territory], bool]]:
    home, returns = home_of(house), house.returns.returns
    parts: list[tuple[frozenset[Area], frozenset[str]]] = [(frozenset(), frozenset({home}))]
    parts += [(zone.areas, zone.codes) for zone in house.shipping.delivery.zones]
    parts += [(table.areas, table.codes) for table in house.shipping.postage.tables]
    parts += [(zone.areas, zone.codes) for zone in returns.zones]
    for areas, codes in dict.fromkeys(parts):
        yield partial(Territory.lies_in, areas=areas, codes=codes)
