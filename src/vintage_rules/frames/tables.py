"""Small tables of a policy, made from the tables of the world, that frames are joined with."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.frames.arithmetic import minor
from vintage_rules.frames.engine import Table
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Territory
from vintage_rules.shipping.policy import PostageTable
from vintage_rules.shipping.postage import PostageRefusal
from vintage_rules.world.territory_rows import every_territory


@lru_cache(maxsize=1)
def known_territories() -> tuple[Territory, ...]:
    """Return every territory that an address can lie in, each once.

    >>> "FR" in {territory.code for territory in known_territories()}
    True
    """
    return tuple({territory.code: territory for territory in every_territory()}.values())


def territory_of(code: str) -> Territory:
    """Return the territory of a code.

    Raises:
        InvalidValueError: For a code of none.

    >>> territory_of("GB-NIR").country
    'GB'
    """
    found = _by_code().get(code)
    if found is None:
        raise InvalidValueError("territory", code, "the code of a territory")
    return found


@lru_cache(maxsize=1)
def _by_code() -> dict[str, Territory]:
    return {territory.code: territory for territory in known_territories()}


def zone_name(policy: HousePolicy, territory: Territory) -> str | None:
    """Return the name of the zone a territory lies in; None where the house does not deliver."""
    try:
        return policy.shipping.delivery.zone_of(territory).name
    except UnknownTermError:
        return None


def zones(policy: HousePolicy, name: str) -> Table:
    """Return the zone of each territory, as a column of that name."""
    known = known_territories()
    return {
        "territory": [territory.code for territory in known],
        name: [zone_name(policy, territory) for territory in known],
    }


def band_ends(policy: HousePolicy) -> Sequence[int]:
    """Return every weight, in grams, at which a band of postage ends, the lightest first."""
    tables = policy.shipping.postage.tables
    return sorted({band.up_to_g for table in tables for band in table.bands})


def postage(policy: HousePolicy, price: str, refusal: str) -> Table:
    """Return what a parcel costs by territory, mode and how many ends of bands it exceeds."""
    ends = band_ends(policy)
    rows = [
        (territory.code, mode, exceeded, *_price(policy, table, weight))
        for territory in known_territories()
        for mode in policy.shipping.modes
        for table in [_covering(policy, territory, mode)]
        for exceeded, weight in enumerate([*ends, ends[-1] + 1])
    ]
    names = ("territory", "mode", "band", price, refusal)
    return {name: [row[i] for row in rows] for i, name in enumerate(names)}


def _covering(policy: HousePolicy, territory: Territory, mode: str) -> PostageTable | None:
    tables = policy.shipping.postage.tables
    return next((table for table in tables if table.covers(territory, mode)), None)


def _price(
    policy: HousePolicy, table: PostageTable | None, weight: int
) -> tuple[int | None, str | None]:
    if table is None:
        return None, PostageRefusal.NO_RATE.value
    for band in table.bands:
        if weight <= band.up_to_g:
            return minor(band.price, policy.currency), None
    return None, PostageRefusal.ABOVE_LAST_BAND.value
