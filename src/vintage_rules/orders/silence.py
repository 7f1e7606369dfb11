"""What the silence of a person does to an order when a question has expired."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.orders.before_posting import without
from vintage_rules.orders.deadlines import after_silence, cancels, refunds
from vintage_rules.orders.events import OrderEvent, PiecesCancelled, QuestionExpired, RefundOwed
from vintage_rules.orders.evolve import consequences
from vintage_rules.orders.outcomes import fees_of_silence
from vintage_rules.orders.refunds import Rules, owed_refund
from vintage_rules.orders.states import Order
from vintage_rules.returns.cancellation_policy import CancelledBy
from vintage_rules.returns.pieces import SettledPiece
from vintage_rules.shipping.parcel.states import ParcelState


def of_silence(order: Order, event: QuestionExpired, rules: Rules) -> Iterator[OrderEvent]:
    """Return what silence means. What was not posted in time is cancelled and refunded in full."""
    territory = order.placed.destination.territory
    asked = rules.policy.service.questions_in(territory)
    question = next(each for each in asked if each.name == event.question)
    yield from fees_of_silence(order, event, rules.policy)
    yield from after_silence(order, event, question, rules.policy, rules.calendar)
    if cancels(event, question):
        unposted = tuple(piece for piece in event.pieces if piece not in order.gone)
        if unposted:
            yield without(order, unposted, CancelledBy.SILENCE, at=order.at, cause=event.question)
    elif refunds(event, question):
        yield from _refunded(order, event, rules)


def _refunded(
    order: Order, event: QuestionExpired, rules: Rules
) -> Iterator[PiecesCancelled | RefundOwed]:
    """Refund what a buyer is silent about; what was not posted is cancelled, so that it stays."""
    unposted = [
        piece for piece in event.pieces if order.parcel_of(piece).state is ParcelState.ANNOUNCED
    ]
    if unposted:
        cancelled = without(order, unposted, CancelledBy.SILENCE, at=order.at, cause=event.question)
        yield cancelled
        order = consequences(order, cancelled, order.state)
    settled = tuple(SettledPiece(piece=piece) for piece in event.pieces if piece not in unposted)
    if settled:
        terms = rules.policy.returns.undelivered.lost
        yield owed_refund(order, order.unused_cause(event.question), settled, terms, rules)
