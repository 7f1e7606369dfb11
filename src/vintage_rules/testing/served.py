"""Where a house delivers, and what its host gives with an order, for all that draws orders."""

from __future__ import annotations

from collections.abc import Sequence

from vintage_rules.errors import UnknownTermError
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Place
from vintage_rules.shipping.postage import PostageQuoted, quote_postage
from vintage_rules.world.addresses import locate


def serves(policy: HousePolicy, place: Place, mode: str) -> bool:
    """Return whether a house sends a light parcel to a place in a mode.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("vinted-pl").on(date(2026, 9, 7))
    >>> [
    ...     serves(house, Place(country=country, postal_code=code), "direct")
    ...     for country, code in (("PL", "00-001"), ("FR", "75011"))
    ... ]
    [True, False]
    """
    territory = locate(place).territory
    try:
        policy.shipping.delivery.zone_of(territory)
    except UnknownTermError:
        return False
    return isinstance(quote_postage(1, territory, mode, policy.shipping.postage), PostageQuoted)


def named_parts(policy: HousePolicy) -> Sequence[str]:
    """Return the parts that fees depend on and that a host alone knows.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> named_parts(load_policy("vinted").on(date(2026, 9, 7)))
    []
    """
    named = frozenset[str]().union(*(fee.parts for fee in policy.pricing.fees))
    return sorted(named & {"duties", "tax"})
