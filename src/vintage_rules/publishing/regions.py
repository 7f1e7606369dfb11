"""The countries of the world, grouped by equal terms.

Published documents name countries, as schema.org and its readers do. A part of a country that is no
country of its own in ISO 3166, such as the Canary Islands, is not distinguished here.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from typing import TypeVar

from attrs import frozen

from vintage_rules.errors import UnknownTermError
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Area, Territory
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.table_policy import ReturnRule
from vintage_rules.shipping.policy import DeliveryPolicy, ModePolicy, PostageTable, Sender, Transit
from vintage_rules.world.territory_rows import countries

WITHDRAWAL = "withdrawal"

Key = TypeVar("Key", bound=Hashable)


@frozen(kw_only=True)
class ShippingRegion:
    """Countries to which a mode takes equally long and costs the same.

    `transit` is None where the house does not deliver, `postage` where a parcel has no price.
    """

    countries: tuple[str, ...]
    transit: Transit | None
    postage: PostageTable | None


@frozen(kw_only=True)
class ReturnRegion:
    """Countries from which pieces come back on the same terms.

    `withdrawal` decides a change of mind, None if the policy knows of none; `defects` decide every
    other reason.
    """

    zone: str
    countries: tuple[str, ...]
    withdrawal: ReturnRule | None
    defects: tuple[ReturnRule, ...]


def transit_to(territory: Territory, policy: DeliveryPolicy) -> Transit | None:
    """Return how long a parcel travels to a territory, or None where the house does not deliver."""
    own = policy.times.get(territory.country)
    if own is not None:
        return own
    try:
        return policy.zone_of(territory).transit
    except UnknownTermError:
        return None


def posted_modes(house: HousePolicy) -> tuple[ModePolicy, ...]:
    """Return the modes by which pieces travel to the buyer, without collection."""
    modes = house.shipping.modes.values()
    return tuple(mode for mode in modes if mode.sender is not Sender.BUYER)


def shipping_regions(house: HousePolicy, mode: str) -> tuple[ShippingRegion, ...]:
    """Return the countries grouped by how long a mode takes and what it costs.

    Raises:
        UnknownTermError: For an unknown mode.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> shipping_regions(house, "direct")[0].countries
    ('FR',)
    """
    shipping = house.shipping
    name = shipping.mode(mode).name

    def region_of(territory: Territory) -> tuple[Transit | None, int | None]:
        tables = enumerate(shipping.postage.tables)
        table = next((place for place, each in tables if each.covers(territory, name)), None)
        return transit_to(territory, shipping.delivery), table

    return tuple(
        ShippingRegion(
            countries=codes,
            transit=transit,
            postage=None if table is None else shipping.postage.tables[table],
        )
        for (transit, table), codes in _together(region_of)
    )


def return_regions(house: HousePolicy) -> tuple[ReturnRegion, ...]:
    """Return the countries grouped by the terms on which pieces come back.

    They are the terms of the kind of sale that the policy assumes.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> [each.zone for each in return_regions(house)]
    ['metropolitan-france', 'elsewhere']
    """
    return tuple(
        ReturnRegion(
            zone=zone,
            countries=codes,
            withdrawal=next(iter(rules_of(house, zone, only=WITHDRAWAL)), None),
            defects=rules_of(house, zone, but=WITHDRAWAL),
        )
        for zone, codes in _together(house.returns.returns.zone_of)
    )


def rules_of(
    house: HousePolicy, zone: str, *, only: str | None = None, but: str | None = None
) -> tuple[ReturnRule, ...]:
    """Return the rows that decide the reasons of a zone, each once: one of them, or all but one."""
    policy, assumed = house.returns.returns, house.returns.returns.assumed
    reasons = [
        reason for reason in policy.domain.reason if only in {None, reason} and reason != but
    ]
    cases = (
        ReturnCase(
            reason=reason,
            seller_kind=assumed.seller_kind,
            zone=zone,
            mode=assumed.mode,
            category=assumed.category,
            sale_kind=assumed.sale_kind,
        )
        for reason in reasons
    )
    found = {rule.name: rule for rule in map(policy.rule_for, cases)}
    return tuple(found.values())


def _together(key_of: Callable[[Territory], Key]) -> Iterator[tuple[Key, tuple[str, ...]]]:
    """France first, where it is one of them; the others by their codes."""
    found: dict[Key, list[str]] = {}
    for territory in _in_order(countries()):
        found.setdefault(key_of(territory), []).append(territory.code)
    for key, codes in found.items():
        yield key, tuple(codes)


def _in_order(territories: Iterable[Territory]) -> list[Territory]:
    areas = tuple(Area)
    return sorted(territories, key=lambda each: (areas.index(each.area), each.code))
