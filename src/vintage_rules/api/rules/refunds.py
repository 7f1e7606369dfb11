"""What is refunded, to which means of payment, and when a seller is paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Self

from attrs import frozen
from pydantic import Field, model_validator

from vintage_rules.api.answers import Answer, Value, answer
from vintage_rules.api.facts import (
    Address,
    DayOrMoment,
    Facts,
    Moment,
    PieceName,
    SenderName,
    Sum,
)
from vintage_rules.api.names import one_of
from vintage_rules.api.rejection import Rejection, path_of
from vintage_rules.api.rules.pricing import QUALITY_CONTROL, quality_control_fee
from vintage_rules.api.rules.returns import NOT_ELIGIBLE, CaseFacts, case_of
from vintage_rules.api.ruling import Rule, Ruling
from vintage_rules.dates import local_day
from vintage_rules.errors import InvalidValueError, UnknownTermError, shortened
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money, total, zero
from vintage_rules.orders import HousePolicy, PricedPiece, quote_fees
from vintage_rules.pricing import FeePolicy, Sale
from vintage_rules.returns import (
    FeeByTerms,
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

    tender: str
    amount: Sum


class PaidFeeFacts(Facts):
    """A fee of the house and what was paid for it."""

    name: str
    fee: Sum


class RefundFacts(CaseFacts):
    """The facts of `quote-refund`: the order as it was paid, and the pieces returned now.

    What was paid for fees is the `quality_control_fee`, or all `fees` by their names. The pieces
    `returned_before` came back on the same terms.
    """

    mode: str
    reason: str
    parcels: list[PaidParcelFacts]
    quality_control_fee: Sum | None = None
    fees: list[PaidFeeFacts] | None = None
    payments: list[PaymentFacts]
    already_refunded: list[PaymentFacts] | None = None
    returned: list[PieceName]
    returned_before: list[PieceName] | None = None

    @model_validator(mode="after")
    def _tells_fees_once(self) -> Self:
        if (self.quality_control_fee is None) == (self.fees is None):
            found = self.quality_control_fee
            raise InvalidValueError("quality_control_fee", found, "given, or fees by their names")
        return self


def decide_refund(facts: RefundFacts, house: HousePolicy) -> Answer:
    """Say what is refunded, and to which means of payment. Clauses F1 to F4, L221-24."""
    mode, returns = house.shipping.mode(facts.mode).name, house.returns.returns
    rule = returns.rule_for(case_of(facts, facts.reason, mode, house))
    if rule.terms is None:
        refused_ = NoReturn(edition=returns.edition, sources=rule.sources)
        return answer("refused", refused_, reasons=NOT_ELIGIBLE)
    back, fees = rule.terms.refund, _Fees.of(facts, house)
    order = PaidOrder(
        parcels=tuple(map(_parcel, facts.parcels)),
        fee=fees.paid(falls=True),
        kept_fees=fees.paid(falls=False),
        payments=_payments("payments", facts.payments, house),
    )
    quoted = quote_refund(
        order,
        [ReturnedPiece(id=piece, terms=back) for piece in facts.returned],
        house.returns.refunds,
        lambda kept: fees.on_kept(kept, fees.policies(falls=True)),
        by_terms=tuple(fees.by_terms()),
        before=[ReturnedPiece(id=piece, terms=back) for piece in facts.returned_before or ()],
        already_refunded=_payments("already_refunded", facts.already_refunded or (), house),
    )
    match quoted:
        case Refundable() as refund:
            return answer("refundable", refund, _refund(refund, facts))
        case NotRefundable() as refused:
            return answer("refused", refused, reasons=refused.reasons)


@frozen
class _Fees:
    """What was paid for each fee of an order, and how they are reckoned again."""

    facts: RefundFacts
    house: HousePolicy
    amounts: Mapping[str, Money]

    @classmethod
    def of(cls, facts: RefundFacts, house: HousePolicy) -> Self:
        if facts.fees is None:
            paid = facts.quality_control_fee or zero(house.currency)
            return cls(facts, house, {QUALITY_CONTROL: paid})
        known = tuple(sorted(fee.name for fee in house.pricing.fees))
        for fee in facts.fees:
            if fee.name not in known:
                raise UnknownTermError("fees", fee.name, known)
        return cls(facts, house, {fee.name: fee.fee for fee in facts.fees})

    def policies(self, *, falls: bool) -> list[FeePolicy]:
        """Those that any refund brings down, or the others."""
        own = [fee for fee in self.house.pricing.fees if fee.name in self.amounts]
        named = own or [quality_control_fee(self.house)]
        return [fee for fee in named if (fee.refundable and fee.refunded_with is None) is falls]

    def paid(self, *, falls: bool) -> Money:
        names = (fee.name for fee in self.policies(falls=falls))
        return total((self.amounts[name] for name in names), self.house.currency)

    def by_terms(self) -> Iterator[FeeByTerms]:
        for fee in self.policies(falls=False):
            if fee.refunded_with is not None:
                yield FeeByTerms(
                    paid=self.amounts[fee.name],
                    terms=fee.refunded_with,
                    on_kept=partial(self.on_kept, policies=[fee]),
                )

    def on_kept(self, kept: Mapping[PieceId, Money], policies: Sequence[FeePolicy]) -> Money:
        facts, house = self.facts, self.house
        sold = Sale(
            category=facts.category, seller_kind=facts.seller_kind, sale_kind=facts.sale_kind
        )
        senders = {piece.id: parcel.sender for parcel in facts.parcels for piece in parcel.pieces}
        charged = quote_fees(
            policies,
            [
                PricedPiece(seller=SellerId(senders[piece]), price=price, sale=sold)
                for piece, price in kept.items()
            ],
            total((parcel.shipping for parcel in facts.parcels), house.currency),
            house,
            mode=facts.mode,
            zone=house.shipping.delivery.zone_of(locate(facts.destination).territory).name,
        )
        return total((fee.fee for fee in charged), house.currency)


def _parcel(given: PaidParcelFacts) -> PaidParcel:
    pieces = tuple(PaidPiece(id=piece.id, price=piece.price) for piece in given.pieces)
    return PaidParcel(pieces=pieces, shipping=given.shipping)


def _payments(name: str, given: Sequence[PaymentFacts], house: HousePolicy) -> tuple[Payment, ...]:
    known = sorted(frozenset[str]().union(*house.returns.refunds.tenders))
    for place, payment in enumerate(given):
        if payment.tender not in known:
            message = f"must be {one_of(payment.tender, known)}, got {shortened(payment.tender)}"
            raise Rejection(path_of(("facts", name, place, "tender")), message)
    return tuple(Payment(tender=payment.tender, amount=payment.amount) for payment in given)


def _refund(refund: Refundable, facts: RefundFacts) -> dict[str, Value]:
    fee = "quality_control_fee" if facts.fees is None else "fees"
    return {
        "pieces": refund.pieces,
        "shipping": refund.shipping,
        fee: refund.fee,
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
    destination: Address | None = None


def decide_payout(facts: PayoutFacts, house: HousePolicy) -> Answer:
    """Say whether a seller is paid for a piece. Clause R6."""
    policy = house.returns.payouts
    match assess_payout(
        _day(facts.received, house),
        facts.now,
        policy,
        calendar(house.calendar),
        returns_open=facts.returns_open,
        territory=None if facts.destination is None else locate(facts.destination).territory,
    ):
        case PayoutDue() as due:
            return answer("due", due, {"since": due.since})
        case PayoutHeld() as held:
            return answer("held", held, {"until": held.until}, held.reasons)


def _day(given: date | datetime, house: HousePolicy) -> date:
    where = house.returns.payouts.where
    return local_day(given, where) if isinstance(given, datetime) else given


RULES: Mapping[str, Ruling] = {
    "quote-refund": Rule(
        facts=RefundFacts, decide=decide_refund, elsewhere={"before": "returned_before"}
    ),
    "assess-payout": Rule(facts=PayoutFacts, decide=decide_payout, elsewhere={"day": "received"}),
}
