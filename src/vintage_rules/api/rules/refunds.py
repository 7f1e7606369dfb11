"""What is refunded, to which means of payment, and when a seller is paid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from functools import partial
from typing import Annotated, ClassVar

from attrs import frozen

from vintage_rules.api.facts import (
    Events,
    FeeName,
    Mode,
    Parts,
    Price,
    Reason,
    SaleKind,
    SenderId,
    Sum,
    Tender,
)
from vintage_rules.api.kinds import AtLeast
from vintage_rules.api.rejection import Problem, Problems
from vintage_rules.api.rule import Answer, Refused, rule
from vintage_rules.api.rules.contract_fees import fee_in
from vintage_rules.api.rules.orders import NamedFee
from vintage_rules.api.rules.returns import NOT_ELIGIBLE, case_of, require_events
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money, total, zero
from vintage_rules.orders.fees import PricedPiece, assumed, quote_kept_fees
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination
from vintage_rules.pricing.fee_policy import FeePolicy, Per, Sale
from vintage_rules.pricing.policy import PayablePolicy
from vintage_rules.returns.deadline import NoReturn
from vintage_rules.returns.payments import PaidOrder, PaidParcel, PaidPiece, Payment, ReturnedPiece
from vintage_rules.returns.payout import RECEIPTS, PayoutDue, PayoutHeld, assess_payout
from vintage_rules.returns.pending_refunds import (
    RefundAwaited,
    RefundOverdue,
    assess_pending_refund,
    estimate_statement,
)
from vintage_rules.returns.refund import FeeByTerms, NotRefundable, Refundable, quote_refund
from vintage_rules.shipping.policy import Sender
from vintage_rules.world.calendars import calendar

_CONTRACT_FEE = fee_in("quality_control_fee")
_UNSPECIFIED = Sale()
_NO_EVENTS: Mapping[str, date | datetime] = {}
_NO_PARTS: Mapping[str, Money] = {}


@frozen(kw_only=True)
class PaidPieceFacts:
    """A piece and what was paid for it.

    Its seller if another sent it and the house has fees for each seller, and the price it was
    listed at if a fee depends on it.
    """

    id: PieceId
    price: Sum
    seller: SellerId | None = None
    list_price: Price | None = None


@frozen(kw_only=True)
class PaidParcelFacts:
    """A parcel of the order and what its shipping cost."""

    from_: SenderId
    pieces: Annotated[list[PaidPieceFacts], AtLeast(1)]
    shipping: Sum


@frozen(kw_only=True)
class PaidFee:
    """A fee of the house and what was paid for it; a fee on each piece comes once for each."""

    name: FeeName
    fee: Sum


@frozen(kw_only=True)
class ByTender:
    """What a means of payment paid, or gets back."""

    tender: Tender
    amount: Sum


@frozen(kw_only=True)
class RefundQuoted(Answer):
    """What is refunded, in its parts, and to which means of payment.

    `quality_control_fee` if that is the only fee the request gives, `fees` if it gives them by
    name; `return_cost` is what is kept once of the return, if anything is, and
    `rounding` what it is more, or less, by being in steps.
    """

    decision: ClassVar[str] = "refundable"

    pieces: Money
    shipping: Money
    quality_control_fee: Money | None
    fees: Money | None
    rounding: Money | None
    return_cost: Money | None
    total: Money
    by_tender: tuple[ByTender, ...]


@rule("quote-refund", before="returned_before", pieces="parcels")
def quote_refund_rule(
    house: HousePolicy,
    *,
    destination: Destination,
    sale: Sale = _UNSPECIFIED,
    mode: Mode,
    reason: Reason,
    parcels: list[PaidParcelFacts],
    quality_control_fee: Sum | None = None,
    fees: list[PaidFee] | None = None,
    parts: Parts = _NO_PARTS,
    payments: list[ByTender],
    already_refunded: list[ByTender] | None = None,
    returned: list[PieceId],
    returned_before: list[PieceId] | None = None,
) -> RefundQuoted | Refused:
    """Quote what is refunded of an order as it was paid, and to which means of payment.

    The pieces `returned_before` came back on the same terms; `parts` are what the fees were
    computed on beside the order. An order with reductions is refunded by `replay-order`: the
    request does not say what of them fell on which piece. Clauses F1, L221-24.
    """
    returns = house.returns.returns
    row = returns.rule_for(case_of(destination, reason, mode, sale, house))
    if row.terms is None:
        refused_ = NoReturn(edition=returns.edition, sources=row.sources)
        return Refused(decided=refused_, reasons=NOT_ELIGIBLE)
    back = row.terms.refund
    paid = _PaidFees(
        amounts=_amounts(quality_control_fee, fees, house),
        parcels=parcels,
        sale=sale,
        mode=mode,
        zone=house.shipping.delivery.zone_of(destination.territory).name,
        parts=parts,
        house=house,
    )
    payable = house.pricing.payable
    order = PaidOrder(
        parcels=tuple(map(_parcel, parcels)),
        fee=paid.total(falls=True),
        kept_fees=paid.total(falls=False),
        payments=_payments(payments),
        rounding=None if payable is None else _rounding(parcels, paid, payable),
    )
    quoted = quote_refund(
        order,
        [ReturnedPiece(id=piece, terms=back) for piece in returned],
        house.returns.refunds,
        lambda kept: paid.on_kept(kept, paid.policies(falls=True)),
        by_terms=tuple(paid.by_terms()),
        rounds=None if payable is None else payable.of,
        before=[ReturnedPiece(id=piece, terms=back) for piece in returned_before or ()],
        already_refunded=_payments(already_refunded or ()),
    )
    match quoted:
        case Refundable() as refund:
            return RefundQuoted(
                decided=refund,
                pieces=refund.pieces,
                shipping=refund.shipping,
                quality_control_fee=refund.fee if fees is None else None,
                fees=None if fees is None else refund.fee,
                rounding=refund.rounding or None,
                return_cost=refund.cost or None,
                total=refund.total,
                by_tender=tuple(
                    ByTender(tender=payment.tender, amount=payment.amount)
                    for payment in refund.by_tender
                ),
            )
        case NotRefundable() as refused:
            return Refused(decided=refused, reasons=refused.reasons)


def _amounts(
    contract_fee: Money | None, fees: Sequence[NamedFee | PaidFee] | None, house: HousePolicy
) -> dict[str, Money]:
    """What was paid for each fee by its name.

    What `quote-order` answers is what is taken here: the fee that the contract names apart from the
    others, and a fee on each piece once for each.
    """
    if contract_fee is None and fees is None:
        raise InvalidValueError("quality_control_fee", None, "given, or fees by their names")
    paid: dict[str, Money] = {}
    for each in fees or ():
        paid[each.name] = paid.get(each.name, zero(house.currency)) + each.fee
    if contract_fee is not None:
        if _CONTRACT_FEE in paid:
            allowed = f"left out where fees name {_CONTRACT_FEE}"
            raise InvalidValueError("quality_control_fee", contract_fee, allowed)
        if house.pricing.fee(_CONTRACT_FEE) is not None:
            paid[_CONTRACT_FEE] = contract_fee
        elif contract_fee.amount:
            allowed = "zero for a house that has no such fee"
            raise InvalidValueError("quality_control_fee", contract_fee, allowed)
    return paid


@frozen(kw_only=True)
class _PaidFees:
    """What was paid for each fee of an order, and how they are computed of what is kept."""

    amounts: Mapping[str, Money]
    parcels: Sequence[PaidParcelFacts]
    sale: Sale
    mode: str
    zone: str
    parts: Mapping[str, Money]
    house: HousePolicy

    def policies(self, *, falls: bool) -> list[FeePolicy]:
        """Those that any refund brings down, or the others."""
        paid = [fee for fee in self.house.pricing.fees if fee.name in self.amounts]
        return [fee for fee in paid if (fee.refundable and fee.refunded_with is None) is falls]

    def total(self, *, falls: bool) -> Money:
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
        """What some of the fees come to on the pieces that are kept, computed among them all."""
        self._require_known()
        paid = [fee for fee in self.house.pricing.fees if fee.name in self.amounts]
        charged = quote_kept_fees(
            paid,
            [self._priced(place, piece) for place, piece in self._pieces()],
            kept,
            {str(place): parcel.shipping for place, parcel in enumerate(self.parcels)},
            self.house,
            mode=self.mode,
            zone=self.zone,
            parts=self.parts,
        )
        fees = (fee.fee for fee in charged if fee.policy in policies)
        return total(fees, self.house.currency)

    def _pieces(self) -> Iterator[tuple[int, PaidPieceFacts]]:
        for place, parcel in enumerate(self.parcels):
            for piece in parcel.pieces:
                yield place, piece

    def _priced(self, place: int, piece: PaidPieceFacts) -> PricedPiece:
        return PricedPiece(
            id=piece.id,
            seller=piece.seller or SellerId(self.parcels[place].from_),
            price=piece.price,
            parcel=str(place),
            list_price=piece.list_price,
            sale=self.sale,
        )

    def _require_known(self) -> None:
        """Require of each piece what the fees depend on: its list price, or its seller.

        The seller of a piece is who sent it, unless that is the workshop.
        """
        paid = [fee for fee in self.house.pricing.fees if fee.name in self.amounts]
        by_workshop = self.house.shipping.mode(self.mode).sender is Sender.WORKSHOP
        of_sellers = by_workshop and any(fee.per is Per.SELLER for fee in paid)
        listed = next((fee for fee in paid if "list-price" in fee.parts), None)
        for place, parcel in enumerate(self.parcels):
            for number, piece in enumerate(parcel.pieces):
                at = ("parcels", place, "pieces", number)
                if piece.seller is None and of_sellers and len(parcel.pieces) > 1:
                    message = "must be given: a fee is charged for each seller, got nothing"
                    raise Problems([Problem((*at, "seller"), message)])
                if piece.list_price is None and listed is not None:
                    message = f"must be given: the fee {listed.name} depends on it, got nothing"
                    raise Problems([Problem((*at, "list_price"), message)])


def _rounding(parcels: Sequence[PaidParcelFacts], paid: _PaidFees, payable: PayablePolicy) -> Money:
    """Return what the total was rounded by when the order was placed."""
    prices = [piece.price for parcel in parcels for piece in parcel.pieces]
    shipping = [parcel.shipping for parcel in parcels]
    fees = [paid.total(falls=True), paid.total(falls=False)]
    due = total([*prices, *shipping, *fees], paid.house.currency)
    return payable.of(due) - due


def _parcel(given: PaidParcelFacts) -> PaidParcel:
    pieces = tuple(PaidPiece(id=piece.id, price=piece.price) for piece in given.pieces)
    return PaidParcel(pieces=pieces, shipping=given.shipping)


def _payments(given: Sequence[ByTender]) -> tuple[Payment, ...]:
    return tuple(Payment(tender=payment.tender, amount=payment.amount) for payment in given)


@frozen(kw_only=True)
class Due(Answer):
    """A seller who is to be paid, since that moment."""

    decision: ClassVar[str] = "due"

    since: datetime


@frozen(kw_only=True)
class Held(Answer):
    """A seller who is not paid yet, until that moment where it is known."""

    decision: ClassVar[str] = "held"

    until: datetime | None


@rule("assess-payout", day="received")
def assess_payout_rule(
    house: HousePolicy,
    *,
    received: date | datetime | None = None,
    returns_open: bool,
    now: datetime,
    destination: Destination | None = None,
    sale_kind: SaleKind | None = None,
    events: Events = _NO_EVENTS,
) -> Due | Held:
    """Assess whether a seller is paid for a piece.

    Receipt is delivery too, unless `events` says otherwise; a time that counts from any other event
    needs it there. Without a destination it is the time that holds wherever `payouts.elsewhere`
    names no other. Clause R6.
    """
    policy = house.returns.payouts
    territory = None if destination is None else destination.territory
    kind = assumed(Sale(sale_kind=sale_kind), house).sale_kind
    window, _ = policy.at(territory, kind)
    require_events(window.anchor, events, () if received is None else RECEIPTS)
    match assess_payout(
        received,
        now,
        policy,
        calendar(house.calendar),
        returns_open=returns_open,
        territory=territory,
        sale_kind=kind,
        events=events,
    ):
        case PayoutDue() as due:
            return Due(decided=due, since=due.since)
        case PayoutHeld() as held:
            return Held(decided=held, until=held.until, reasons=held.reasons)


@frozen(kw_only=True)
class StatementEstimated(Answer):
    """The days between which a refund shows on the buyer's statement."""

    decision: ClassVar[str] = "estimated"

    earliest: date
    latest: date


@rule("estimate-statement", day="refunded_at")
def estimate_statement_rule(
    house: HousePolicy, *, refunded_at: datetime, tender: Tender
) -> StatementEstimated:
    """Say when a refund that was passed on shows on the buyer's statement. Clauses F2, F3."""
    estimate = estimate_statement(
        refunded_at, tender, house.returns.refunds, calendar(house.calendar)
    )
    window = estimate.window
    return StatementEstimated(decided=estimate, earliest=window.earliest, latest=window.latest)


@frozen(kw_only=True)
class PendingRefundAwaited(Answer):
    """A refund that is not overdue yet: it is after that day."""

    decision: ClassVar[str] = "awaited"

    until: date


@frozen(kw_only=True)
class PendingRefundOverdue(Answer):
    """A refund that was due by that day: the buyer should write."""

    decision: ClassVar[str] = "overdue"

    since: date


@rule("assess-pending-refund", day="received")
def assess_pending_refund_rule(
    house: HousePolicy, *, received: date, now: datetime
) -> PendingRefundAwaited | PendingRefundOverdue:
    """Say whether a return that is back without its refund is overdue. Clause F4."""
    match assess_pending_refund(received, now, house.returns.refunds, calendar(house.calendar)):
        case RefundAwaited() as awaited:
            return PendingRefundAwaited(decided=awaited, until=awaited.until)
        case RefundOverdue() as overdue:
            return PendingRefundOverdue(decided=overdue, since=overdue.since)
