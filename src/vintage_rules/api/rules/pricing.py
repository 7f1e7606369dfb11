"""What is charged, what a gift card is good for, and what may be paid with."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from attrs import frozen

from vintage_rules.api.facts import FeeName, Mode, Parts, Sum
from vintage_rules.api.rejection import Rejection
from vintage_rules.api.rule import Answer, Refused, rule
from vintage_rules.api.rules.contract_fees import fee_in, fee_policy
from vintage_rules.errors import UnknownTermError
from vintage_rules.money import Money
from vintage_rules.orders.fees import assumed
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination
from vintage_rules.pricing.fee_policy import UNSPECIFIED, Sale
from vintage_rules.pricing.fees import FeeCharged, FeeNotCharged, quote_fee
from vintage_rules.pricing.gift_cards import GiftCardRefused, GiftCardValid, assess_gift_card
from vintage_rules.pricing.policy import GIFT_CARD
from vintage_rules.pricing.tenders import TenderAccepted, TenderRefused, assess_tender


@frozen(kw_only=True)
class Charged(Answer):
    """A fee that applies."""

    decision: ClassVar[str] = "charged"

    fee: Money


@frozen(kw_only=True)
class NotCharged(Answer):
    """A fee that does not apply."""

    decision: ClassVar[str] = "not-charged"


QUALITY_CONTROL_FEE = "quality-control-fee"


@rule(QUALITY_CONTROL_FEE, pieces="goods")
def quality_control_fee_rule(house: HousePolicy, *, mode: Mode, goods: Sum) -> Charged | NotCharged:
    """Say what checking the pieces costs. Clause L4."""
    fee = fee_policy(fee_in(QUALITY_CONTROL_FEE), house)
    try:
        quote = quote_fee(fee, {"pieces": goods}, mode=mode)
    except UnknownTermError as missing:
        raise Rejection(
            "facts.goods",
            f"must be priced by quote-order: the fee {fee.name} is computed on {missing.found} too",
        ) from missing
    match quote:
        case FeeCharged() as charged:
            return Charged(decided=charged, fee=charged.fee)
        case FeeNotCharged() as free:
            return NotCharged(decided=free)


@rule("quote-fee", zone="destination")
def quote_fee_rule(
    house: HousePolicy,
    *,
    fee: FeeName,
    mode: Mode | None = None,
    destination: Destination | None = None,
    parts: Parts,
    sale: Sale = UNSPECIFIED,
) -> Charged | NotCharged:
    """Say what one fee of the house comes to; `parts` are what it is computed on."""
    policy = next(each for each in house.pricing.fees if each.name == fee)
    delivery = house.shipping.delivery
    zone = None if destination is None else delivery.zone_of(destination.territory).name
    try:
        quote = quote_fee(policy, parts, mode=mode, zone=zone, sale=assumed(sale, house))
    except UnknownTermError as missing:
        message = f"must be given: the fee {fee} is computed on it, got nothing"
        raise Rejection(f"facts.parts.{missing.found}", message) from missing
    match quote:
        case FeeCharged() as charged:
            return Charged(decided=charged, fee=charged.fee)
        case FeeNotCharged() as free:
            return NotCharged(decided=free)


@frozen(kw_only=True)
class Valid(Answer):
    """A gift card that may be sold, or used, until the end of that day."""

    decision: ClassVar[str] = "valid"

    last_day: date


@rule("gift-card", months="purchased_on")
def gift_card_rule(
    house: HousePolicy,
    *,
    amount: Sum,
    purchased_on: date,
    used_on: date | None = None,
    tender: str | None = None,
) -> Valid | Refused:
    """Say whether a gift card may be sold, or used. Clause C5."""
    cards = house.pricing.gift_card
    if cards is None:
        raise Rejection("policy", f"must be of a house that sells gift cards, got {house.edition}")
    _require_tender(tender, house)
    match assess_gift_card(
        amount, cards, purchased_on=purchased_on, used_on=used_on, tender=tender
    ):
        case GiftCardValid() as valid:
            return Valid(decided=valid, last_day=valid.last_day)
        case GiftCardRefused() as refused:
            return Refused(decided=refused, reasons=refused.reasons)


def _require_tender(tender: str | None, house: HousePolicy) -> None:
    kinds = (*house.pricing.tenders.kinds, GIFT_CARD)
    if tender is not None and tender not in kinds:
        raise UnknownTermError("tender", tender, tuple(sorted(kinds)))


@frozen(kw_only=True)
class Accepted(Answer):
    """A means of payment that is taken."""

    decision: ClassVar[str] = "accepted"


@rule("tender")
def tender_rule(house: HousePolicy, *, kind: str, brand: str | None = None) -> Accepted | Refused:
    """Say whether a means of payment is taken. Clause C6."""
    match assess_tender(kind, house.pricing.tenders, brand=brand):
        case TenderAccepted() as accepted:
            return Accepted(decided=accepted)
        case TenderRefused() as refused:
            return Refused(decided=refused, reasons=refused.reasons)
