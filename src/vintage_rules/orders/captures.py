"""What cancelled pieces have back, and so what of a payment is captured. Clauses C7, R2, L5.

Theory. A piece may be cancelled while the price of the order is only held. What its cancellation
refunds is then not captured at all: the hold is captured for the rest, once, and the provider
releases what is left. How much that is follows from the refund that the cancellation would owe if
all had been captured, by the same function, so that a capture that was faster than the cancellation
and one that was slower leave the buyer with the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from vintage_rules.money import Money, total
from vintage_rules.orders.events import OutcomeFeesCharged, PiecesCancelled, RefundOwed
from vintage_rules.orders.evolve import consequences
from vintage_rules.orders.outcomes import fees_of_cancellation
from vintage_rules.orders.refunds import Rules, owed_refund
from vintage_rules.orders.states import Order, OrderState
from vintage_rules.returns.cancellation_policy import CancelledBy, Canceller
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.pieces import SettledPiece


def of_cancellation(
    order: Order, cancelled: PiecesCancelled, rules: Rules
) -> Iterator[OutcomeFeesCharged | RefundOwed]:
    """Owe the refund of what was cancelled, on the terms of those who did, less what they owe.

    Clauses R2, L5.
    """
    for charged in fees_of_cancellation(order, cancelled, rules.policy):
        order = consequences(order, charged, order.state)
        yield charged
    cancellations = rules.policy.returns.of_cancellations
    match cancelled.by:
        case CancelledBy.BUYER | CancelledBy.SELLER | CancelledBy.HOUSE:
            terms = cancellations.rule(Canceller(cancelled.by)).refund
        case CancelledBy.SILENCE | CancelledBy.CHECK:
            terms = cancellations.refund
        case _:
            assert_never(cancelled.by)
    settled = [SettledPiece(piece=piece) for piece in cancelled.pieces]
    yield owed_refund(order, cancelled.cause, settled, terms, rules)


def amount_to_capture(order: Order, payment: Payment, rules: Rules) -> Money:
    """Return what is to be taken of a payment that is held: all but what was cancelled of it.

    It may be zero, where another means of payment pays for all that is left. Of a cancelled order
    nothing is to be taken.
    """
    if order.state is OrderState.CANCELLED:
        return payment.amount * 0
    back: list[Payment] = []
    for cancelled in order.cancellations.values():
        for event in of_cancellation(order, cancelled, rules):
            order = consequences(order, event, order.state)
            if isinstance(event, RefundOwed):
                back.extend(event.payments)
    key = (payment.tender, payment.reference)
    refunded = (each.amount for each in back if (each.tender, each.reference) == key)
    return payment.amount - total(refunded, order.currency)
