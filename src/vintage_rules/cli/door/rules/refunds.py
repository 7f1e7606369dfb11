"""What is refunded, to which means of payment, and when a seller is paid."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Literal, TypeAlias

from pydantic import Field

from vintage_rules.cli.door.answers import Answer, Value, answer
from vintage_rules.cli.door.facts import (
    Address,
    DayOrMoment,
    Facts,
    Moment,
    PieceName,
    SenderName,
    Sum,
)
from vintage_rules.cli.door.rules.pricing import quality_control_fee
from vintage_rules.cli.door.rules.returns import NOT_ELIGIBLE
from vintage_rules.cli.door.ruling import Rule, Ruling
from vintage_rules.dates import local_day
from vintage_rules.ids import PieceId
from vintage_rules.money import Money, total, zero
from vintage_rules.orders import HousePolicy
from vintage_rules.pricing import FeeCharged, FeeNotCharged, quote_fee
from vintage_rules.returns import (
    NoReturn,
    NotRefundable,
    PaidOrder,
    PaidParcel,
    PaidPiece,
    Payment,
    PayoutDue,
    PayoutHeld,
    Refundable,
    ReturnedPiece,
    assess_payout,
    quote_refund,
)
from vintage_rules.world import calendar, locate

Tender: TypeAlias = Literal["card", "paypal", "gift-card"]


class PaidPieceFacts(Facts):
    """A piece and what was paid for it."""

    id: PieceName
    price: Sum


class PaidParcelFacts(Facts):
    """A parcel of the order and what its shipping cost."""

    sender: SenderName = Field(alias="from")
    pieces: list[PaidPieceFacts] = Field(min_length=1)
    shipping: Sum


class PaymentFacts(Facts):
    """What a means of payment paid, or got back."""

    tender: Tender
    amount: Sum


class RefundFacts(Facts):
    """The facts of `quote-refund`: the order as it was paid, and the pieces returned now."""

    mode: str
    destination: Address
    parcels: list[PaidParcelFacts]
    quality_control_fee: Sum
    payments: list[PaymentFacts]
    already_refunded: list[PaymentFacts] | None = None
    returned: list[PieceName]
    reason: Literal["withdrawal", "claim"]


def decide_refund(facts: RefundFacts, house: HousePolicy) -> Answer:
    """Say what is refunded, and to which means of payment. Clauses F1 to F4, L221-24."""
    mode, returns = house.shipping.mode(facts.mode).name, house.returns.returns
    territory = locate(facts.destination).territory
    rule = returns.rule_for(returns.case(territory, reason=facts.reason, mode=mode))
    if rule.terms is None:
        refused_ = NoReturn(edition=returns.edition, sources=rule.sources)
        return answer("refused", refused_, reasons=NOT_ELIGIBLE)
    back = rule.terms.refund
    order = PaidOrder(
        parcels=tuple(map(_parcel, facts.parcels)),
        fee=facts.quality_control_fee,
        payments=tuple(map(_payment, facts.payments)),
    )
    quoted = quote_refund(
        order,
        [ReturnedPiece(id=piece, terms=back) for piece in facts.returned],
        house.returns.refunds,
        fee_on_kept(house, mode),
        already_refunded=tuple(map(_payment, facts.already_refunded or ())),
    )
    match quoted:
        case Refundable() as refund:
            return answer("refundable", refund, _refund(refund))
        case NotRefundable() as refused:
            return answer("refused", refused, reasons=refused.reasons)


def fee_on_kept(house: HousePolicy, mode: str) -> Callable[[Mapping[PieceId, Money]], Money]:
    """Give what reckons the quality-control fee again on the pieces that are kept."""

    def fee(kept: Mapping[PieceId, Money]) -> Money:
        goods = total(kept.values(), house.currency)
        match quote_fee(quality_control_fee(house), {"pieces": goods}, mode=mode):
            case FeeCharged(fee=charged):
                return charged
            case FeeNotCharged():
                return zero(house.currency)

    return fee


def _parcel(given: PaidParcelFacts) -> PaidParcel:
    pieces = tuple(PaidPiece(id=piece.id, price=piece.price) for piece in given.pieces)
    return PaidParcel(pieces=pieces, shipping=given.shipping)


def _payment(given: PaymentFacts) -> Payment:
    return Payment(tender=given.tender, amount=given.amount)


def _refund(refund: Refundable) -> dict[str, Value]:
    return {
        "pieces": refund.pieces,
        "shipping": refund.shipping,
        "quality_control_fee": refund.fee,
        "total": refund.total,
        "by_tender": [
            {"tender": payment.tender, "amount": payment.amount} for payment in refund.by_tender
        ],
    }


class PayoutFacts(Facts):
    """The facts of `assess-payout`; a moment counts as the day it falls on where the house is."""

    received: DayOrMoment
    returns_open: bool
    now: Moment


def decide_payout(facts: PayoutFacts, house: HousePolicy) -> Answer:
    """Say whether a seller is paid for a piece. Clause R6."""
    policy = house.returns.payouts
    match assess_payout(
        _day(facts.received, house),
        facts.now,
        policy,
        calendar(house.calendar),
        returns_open=facts.returns_open,
    ):
        case PayoutDue() as due:
            return answer("due", due, {"since": due.since})
        case PayoutHeld() as held:
            return answer("held", held, {"until": held.until}, held.reasons)


def _day(given: date | datetime, house: HousePolicy) -> date:
    where = house.returns.payouts.where
    return local_day(given, where) if isinstance(given, datetime) else given


RULES: Mapping[str, Ruling] = {
    "quote-refund": Rule(facts=RefundFacts, decide=decide_refund),
    "assess-payout": Rule(facts=PayoutFacts, decide=decide_payout, elsewhere={"day": "received"}),
}
