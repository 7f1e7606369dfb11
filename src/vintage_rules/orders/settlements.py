"""Money that moves on an order: refunds and payouts that are begun and made, the carrier paid."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TypeAlias

from vintage_rules.dates import Calendar
from vintage_rules.machine import Refused, taken
from vintage_rules.orders.before_posting import all_back
from vintage_rules.orders.commands import (
    BeginPayout,
    BeginRefund,
    FreezePayouts,
    RecordCarrierPaid,
    RecordPayoutFailed,
    RecordPayoutSent,
    RecordRefundFailed,
    RecordRefundSent,
    ReleasePayouts,
)
from vintage_rules.orders.events import (
    CarrierPaid,
    ClaimChanged,
    OrderEvent,
    PayoutBegun,
    PayoutSent,
    RefundBegun,
    RefundOwed,
    RefundSent,
    ReturnChanged,
)
from vintage_rules.orders.ledger import CARRIER
from vintage_rules.orders.payout_events import PayoutFailed, PayoutsFrozen, PayoutsReleased
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.refund_events import RefundFailed
from vintage_rules.orders.refusals import OrderCommandRefusal, refused
from vintage_rules.orders.states import Order, PayoutState
from vintage_rules.pricing.policy import GIFT_CARD
from vintage_rules.returns.claim.commands import RecordSettlement
from vintage_rules.returns.claim.decide import CLAIM
from vintage_rules.returns.request.commands import RecordRefund
from vintage_rules.returns.request.decide import RETURN

Settled: TypeAlias = tuple[OrderEvent, ...] | Refused[OrderCommandRefusal]


def refund_begun(order: Order, command: BeginRefund) -> Settled:
    """Return that a refund is about to be passed on, or why it is not."""
    if command.cause not in order.owed:
        return refused(order, OrderCommandRefusal.NOTHING_OWED)
    if command.cause in order.begun:
        return refused(order, OrderCommandRefusal.ALREADY_BEGUN)
    if _is_disputed(order, order.owed[command.cause]):
        return refused(order, OrderCommandRefusal.PAYMENT_DISPUTED)
    return (RefundBegun(at=command.at, cause=command.cause),)


def refund_sent(
    order: Order, command: RecordRefundSent, policy: HousePolicy, calendar: Calendar
) -> Settled:
    """Return that a refund was passed on, and what that settles, or why it was not."""
    owed = order.owed.get(command.cause)
    if owed is None:
        return refused(order, OrderCommandRefusal.NOTHING_OWED)
    if command.cause not in order.begun and _is_disputed(order, owed):
        return refused(order, OrderCommandRefusal.PAYMENT_DISPUTED)
    sent = RefundSent(at=command.at, cause=command.cause, payments=owed.payments)
    return (sent, *_refund_recorded(order, owed, command.at, policy, calendar))


def _refund_recorded(
    order: Order, owed: RefundOwed, at: datetime, policy: HousePolicy, calendar: Calendar
) -> Iterator[OrderEvent]:
    """Record a refund on its return or claim, and on the claims that waited for a return."""
    returned = order.returns.get(owed.cause)
    if returned is not None:
        paid = RecordRefund(at=at, payments=owed.payments)
        decided = RETURN.decide(returned, paid, policy.returns, calendar)
        for event in taken(decided, paid, returned):
            yield ReturnChanged(at=event.at, case=owed.cause, event=event)
    refunded = {piece.id for refund in (*order.sent.values(), owed) for piece in refund.pieces}
    for name, claim in order.claims.items():
        back = refunded.issuperset(piece.piece for piece in claim.refunds)
        if name == owed.cause or (claim.awaits_return and back):
            settlement = RecordSettlement(at=at, payments=owed.payments)
            settled = CLAIM.decide(claim, settlement, policy.returns.claims, calendar)
            for ended in taken(settled, settlement, claim):
                yield ClaimChanged(at=ended.at, case=name, event=ended)


def refund_failed(order: Order, command: RecordRefundFailed) -> Settled:
    """Return that what was refunded came back and is owed again, or that it was not refunded.

    What was put back on a gift card stays there.
    """
    refund = order.sent.get(command.cause)
    made = () if refund is None else refund.payments
    named = (command.tender, command.reference)
    for payment in made:
        is_named = (payment.tender, payment.reference) == named
        if is_named and payment.amount and payment.tender != GIFT_CARD:
            again = order.unused_cause(command.cause)
            failed = RefundFailed(at=command.at, cause=command.cause, payment=payment, again=again)
            return (failed, all_back(command.at, again, (payment,)))
    return refused(order, OrderCommandRefusal.NOT_POSSIBLE_NOW)


def payout_begun(order: Order, command: BeginPayout) -> Settled:
    """Return that a seller is about to be paid, or why they are not."""
    line = order.line(command.piece)
    if order.payouts[line.piece] is PayoutState.BEGUN:
        return refused(order, OrderCommandRefusal.ALREADY_BEGUN)
    if order.payouts[line.piece] is not PayoutState.DUE:
        return refused(order, OrderCommandRefusal.NOTHING_OWED)
    amount = order.earned(line.piece)
    return (PayoutBegun(at=command.at, piece=line.piece, seller=line.seller, amount=amount),)


def payout_sent(order: Order, command: RecordPayoutSent) -> Settled:
    """Return that a seller was paid, or why they were not."""
    line = order.line(command.piece)
    if order.payouts[line.piece] not in {PayoutState.DUE, PayoutState.BEGUN}:
        return refused(order, OrderCommandRefusal.NOTHING_OWED)
    amount = order.paying.get(line.piece, order.earned(line.piece))
    return (PayoutSent(at=command.at, piece=line.piece, seller=line.seller, amount=amount),)


def payout_failed(order: Order, command: RecordPayoutFailed) -> Settled:
    """Return that what a seller was paid came back and is owed again, or that it was not paid.

    It may be reported before our own record that it was made.
    """
    line = order.line(command.piece)
    if order.payouts[line.piece] not in {PayoutState.BEGUN, PayoutState.SENT}:
        return refused(order, OrderCommandRefusal.NOT_POSSIBLE_NOW)
    amount = order.paying.get(line.piece, order.earned(line.piece))
    return (PayoutFailed(at=command.at, piece=line.piece, seller=line.seller, amount=amount),)


def payouts_frozen(order: Order, command: FreezePayouts) -> Settled:
    """Return which payouts wait for the house from now on, or that none can."""
    named = tuple(order.line(piece).piece for piece in command.pieces)
    if any(order.payouts[piece] is PayoutState.BEGUN for piece in named):
        return refused(order, OrderCommandRefusal.ALREADY_BEGUN)
    pieces = tuple(
        piece
        for piece, payout in order.payouts.items()
        if payout in {PayoutState.WAITING, PayoutState.DUE}
        and piece not in order.frozen
        and piece in (named or order.payouts)
    )
    if not pieces or not {*pieces, *order.frozen}.issuperset(named):
        return refused(order, OrderCommandRefusal.NOTHING_OWED)
    return (PayoutsFrozen(at=command.at, pieces=pieces, reason=command.reason),)


def payouts_released(order: Order, command: ReleasePayouts) -> Settled:
    """Return which payouts the house does not hold any more, or that it holds none."""
    named = tuple(order.line(piece).piece for piece in command.pieces)
    pieces = tuple(p for p in order.payouts if p in order.frozen and p in (named or order.frozen))
    if not pieces or not order.frozen.issuperset(named):
        return refused(order, OrderCommandRefusal.NOT_POSSIBLE_NOW)
    return (PayoutsReleased(at=command.at, pieces=pieces),)


def carrier_paid(order: Order, command: RecordCarrierPaid) -> Settled:
    """Return that the carrier was paid, or that it was owed nothing."""
    owed = order.accounts[CARRIER]
    if not owed:
        return refused(order, OrderCommandRefusal.NOTHING_OWED)
    return (CarrierPaid(at=command.at, amount=owed),)


def _is_disputed(order: Order, owed: RefundOwed) -> bool:
    """Return whether a refund would pay what a bank may take back too."""
    return any(payment.tender in order.disputed for payment in owed.payments)
