"""What a dispute that was lost takes back, and who bears it.

The buyer's bank takes back what a means of payment was charged. What was refunded to it before, or
is being refunded, it does not take again: over all, nothing gets back more than it paid.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from attrs import evolve as changed

from vintage_rules.errors import UnknownTermError
from vintage_rules.machine import Refused
from vintage_rules.money import Money, allocate, total, zero
from vintage_rules.orders.commands import RecordDispute, RecordDisputeLost, RecordDisputeWon
from vintage_rules.orders.events import (
    DisputeLost,
    DisputeWon,
    OrderEvent,
    PaymentDisputed,
    RefundOwed,
    SellerShare,
)
from vintage_rules.orders.refusals import OrderCommandRefusal, refused
from vintage_rules.orders.states import Order, OrderState, PayoutState
from vintage_rules.returns.payments import Payment, by_tender
from vintage_rules.returns.refund_policy import DisputeBearer

_UNPAID = frozenset({PayoutState.WAITING, PayoutState.DUE})


def disputed(
    order: Order,
    command: RecordDispute | RecordDisputeWon | RecordDisputeLost,
    bearer: DisputeBearer,
) -> tuple[OrderEvent, ...] | Refused[OrderCommandRefusal]:
    """Return that a payment is disputed or how that ended, or why it is nothing new.

    Raises:
        UnknownTermError: For a means of payment that the order was not paid by.
    """
    tenders = tuple(dict.fromkeys(payment.tender for payment in order.placed.payments))
    if command.tender not in tenders:
        raise UnknownTermError("tender", command.tender, tenders)
    if isinstance(command, RecordDispute):
        if command.tender in order.disputed:
            return refused(order, OrderCommandRefusal.ALREADY_DISPUTED)
        return (PaymentDisputed(at=command.at, tender=command.tender),)
    if command.tender not in order.disputed:
        return refused(order, OrderCommandRefusal.NOT_DISPUTED)
    if isinstance(command, RecordDisputeWon):
        return (DisputeWon(at=command.at, tender=command.tender),)
    return (lost_dispute(order, command.tender, bearer, command.at),)


def lost_dispute(order: Order, tender: str, bearer: DisputeBearer, at: datetime) -> DisputeLost:
    """Return what a bank takes back of a means of payment, and what of it sellers bear.

    They bear no more than they are still to be paid, in proportion to it; the house bears the rest.
    Of a cancelled order they are to be paid nothing.
    """
    made = (*order.sent.values(), *(order.owed[cause] for cause in order.begun))
    payments = tuple(each for each in _not_back(order, made) if each.tender == tender)
    lost = total((payment.amount for payment in payments), order.currency)
    of_sellers = bearer is DisputeBearer.SELLER and order.state is not OrderState.CANCELLED
    shares = _shares(order, lost) if of_sellers else ()
    return DisputeLost(at=at, tender=tender, payments=payments, shares=tuple(shares))


def parted_by_disputes(
    order: Order, quoted: tuple[Payment, ...]
) -> tuple[tuple[Payment, ...], tuple[Payment, ...]]:
    """Return what of a refund is still to be paid, and what lost disputes have given back before.

    A refund is quoted as if nothing had been disputed, so that what one means of payment has back
    already is not refunded to another one.
    """
    if not order.charged_back:
        return quoted, ()
    left = {
        (payment.tender, payment.reference): payment.amount
        for payment in _not_back(order, order.refunds)
    }
    nothing = zero(order.currency)
    due = [(payment, left.get((payment.tender, payment.reference), nothing)) for payment in quoted]
    payable = (changed(payment, amount=min(payment.amount, most)) for payment, most in due)
    had = (
        changed(payment, amount=payment.amount - min(payment.amount, most)) for payment, most in due
    )
    return tuple(p for p in payable if p.amount), tuple(p for p in had if p.amount)


def _not_back(order: Order, refunds: Iterable[RefundOwed]) -> Iterator[Payment]:
    """Return what of each captured payment neither refunds nor lost disputes have given back."""
    made: tuple[RefundOwed | DisputeLost, ...] = (*refunds, *order.charged_back)
    back = by_tender(tuple(payment for each in made for payment in each.payments), order.currency)
    for payment in order.captured:
        got = back.get((payment.tender, payment.reference))
        left = payment.amount if got is None else payment.amount - got
        if left.amount:
            yield changed(payment, amount=left)


def _shares(order: Order, lost: Money) -> Iterator[SellerShare]:
    earned = {
        piece: order.earned(piece)
        for piece, payout in order.payouts.items()
        if payout in _UNPAID and order.earned(piece).amount > 0
    }
    borne = min(lost, total(earned.values(), order.currency))
    if not borne.amount:
        return
    parts = allocate(borne, [amount.amount for amount in earned.values()])
    for piece, part in zip(earned, parts, strict=True):
        if part.amount:
            yield SellerShare(piece=piece, seller=order.line(piece).seller, amount=part)
