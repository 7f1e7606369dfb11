"""What is charged, what a gift card is good for, and what may be paid with."""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.api.answers import Answer, answer
from vintage_rules.api.facts import Day, Facts, Sum
from vintage_rules.api.rejection import Rejection
from vintage_rules.api.ruling import Rule, Ruling
from vintage_rules.errors import UnknownTermError
from vintage_rules.orders import HousePolicy
from vintage_rules.pricing import (
    GIFT_CARD,
    Combine,
    FeeCharged,
    FeeNotCharged,
    FeePolicy,
    GiftCardRefused,
    GiftCardValid,
    Payer,
    Per,
    TenderAccepted,
    TenderRefused,
    assess_gift_card,
    assess_tender,
    quote_fee,
)

QUALITY_CONTROL = "quality-control"


class FeeFacts(Facts):
    """The facts of `quality-control-fee`."""

    mode: str
    goods: Sum


def decide_fee(facts: FeeFacts, house: HousePolicy) -> Answer:
    """Say what checking the pieces costs. Clause L4."""
    mode = house.shipping.mode(facts.mode).name
    match quote_fee(quality_control_fee(house), {"pieces": facts.goods}, mode=mode):
        case FeeCharged() as charged:
            return answer("charged", charged, {"fee": charged.fee})
        case FeeNotCharged() as free:
            return answer("not-charged", free)


def quality_control_fee(house: HousePolicy) -> FeePolicy:
    """Give the fee for checking pieces; that of a house that charges none never applies."""
    return house.pricing.fee(QUALITY_CONTROL) or FeePolicy(
        edition=house.edition,
        name=QUALITY_CONTROL,
        payer=Payer.BUYER,
        per=Per.ORDER,
        currency=house.currency,
        combine=Combine.SUM,
        components=(),
        refundable=False,
        refunded_with=None,
        optional=False,
        sources=(),
    )


class GiftCardFacts(Facts):
    """The facts of `gift-card`."""

    amount: Sum
    purchased_on: Day
    used_on: Day | None = None
    tender: str | None = None


def decide_gift_card(facts: GiftCardFacts, house: HousePolicy) -> Answer:
    """Say whether a gift card may be sold, or used. Clause C5."""
    cards = house.pricing.gift_card
    if cards is None:
        raise Rejection("policy", f"must be of a house that sells gift cards, got {house.edition}")
    _require_tender(facts.tender, house)
    match assess_gift_card(
        facts.amount,
        cards,
        purchased_on=facts.purchased_on,
        used_on=facts.used_on,
        tender=facts.tender,
    ):
        case GiftCardValid() as valid:
            return answer("valid", valid, {"last_day": valid.last_day})
        case GiftCardRefused() as refused:
            return answer("refused", refused, reasons=refused.reasons)


def _require_tender(tender: str | None, house: HousePolicy) -> None:
    kinds = (*house.pricing.tenders.brands, GIFT_CARD)
    if tender is not None and tender not in kinds:
        raise UnknownTermError("tender", tender, tuple(sorted(kinds)))


class TenderFacts(Facts):
    """The facts of `tender`."""

    kind: str
    brand: str | None = None


def decide_tender(facts: TenderFacts, house: HousePolicy) -> Answer:
    """Say whether a means of payment is taken. Clause C6."""
    match assess_tender(facts.kind, house.pricing.tenders, brand=facts.brand):
        case TenderAccepted() as accepted:
            return answer("accepted", accepted)
        case TenderRefused() as refused:
            return answer("refused", refused, reasons=refused.reasons)


RULES: Mapping[str, Ruling] = {
    "quality-control-fee": Rule(facts=FeeFacts, decide=decide_fee, elsewhere={"pieces": "goods"}),
    "gift-card": Rule(
        facts=GiftCardFacts, decide=decide_gift_card, elsewhere={"months": "purchased_on"}
    ),
    "tender": Rule(facts=TenderFacts, decide=decide_tender),
}
