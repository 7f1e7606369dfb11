"""How a house takes an order: the shapes that a policy document fills."""

from __future__ import annotations

from enum import StrEnum

from attrs import frozen

from vintage_rules.ids import Edition
from vintage_rules.offers.policy import ListingPolicy
from vintage_rules.pricing.policy import PricingPolicy
from vintage_rules.returns.policy import ReturnsPolicy
from vintage_rules.service.policy import ServicePolicy
from vintage_rules.shipping.policy import ShippingPolicy


class AfterAnOffer(StrEnum):
    """Under which edition an order is placed that follows an accepted offer: the one in force, or
    the one the offer was opened under.
    """

    AS_PLACED = "as-placed"
    AS_OFFERED = "as-offered"


@frozen(kw_only=True)
class CheckoutPolicy:
    """What must hold before an order is taken. Clauses C1, C2, C4.

    `after_an_offer` says whether offers opened before this edition keep theirs for the order that
    follows. `handling_fees` names the fees that customs count as handling (clause L16).
    """

    edition: Edition
    guests_may_order: bool
    required_address_fields: tuple[str, ...]
    handling_fees: tuple[str, ...]
    after_an_offer: AfterAnOffer
    availability_sources: tuple[str, ...]
    address_sources: tuple[str, ...]
    account_sources: tuple[str, ...]


@frozen(kw_only=True)
class HousePolicy:
    """One edition of everything a house has decided.

    `calendar` names the public holidays its own working days leave out, such as FR.
    """

    edition: Edition
    currency: str
    zone: str
    calendar: str
    pricing: PricingPolicy
    shipping: ShippingPolicy
    listing: ListingPolicy
    returns: ReturnsPolicy
    service: ServicePolicy
    checkout: CheckoutPolicy
