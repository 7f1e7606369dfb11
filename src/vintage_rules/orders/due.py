"""What time alone does to an order.

It changes its parcels, returns and claims, and what sellers are owed.

Each thing is dated when it happened: called late, twice or never in between, the history is the
same.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from vintage_rules.ids import PieceId
from vintage_rules.orders.before_posting import without
from vintage_rules.orders.events import (
    ClaimChanged,
    OrderEvent,
    ParcelChanged,
    PayoutFellDue,
    PiecesCancelled,
    QuestionExpired,
    ReturnChanged,
)
from vintage_rules.orders.states import Order
from vintage_rules.orders.transitions import PAYOUT_DEADLINES
from vintage_rules.orders.waiting import waits
from vintage_rules.orders.waiting_events import OrderStalled
from vintage_rules.returns.cancellation_policy import CancelledBy
from vintage_rules.returns.claim.decide import CLAIM
from vintage_rules.returns.request.decide import RETURN
from vintage_rules.service.policy import SilenceMeans
from vintage_rules.shipping.parcel.decide import PARCEL


def next_due(order: Order, now: datetime) -> OrderEvent | None:
    """Return what time alone brings to an order next, or to a part of it; None when nothing."""
    return min(_all_due(order, now), key=lambda event: event.at, default=None)


def _all_due(order: Order, now: datetime) -> Iterator[OrderEvent]:
    for name, parcel in order.parcels.items():
        moved = PARCEL.next_due(parcel, now)
        if moved is not None:
            yield ParcelChanged(at=moved.at, parcel=name, event=moved)
    for case, returned in order.returns.items():
        lapsed = RETURN.next_due(returned, now)
        if lapsed is not None:
            yield ReturnChanged(at=lapsed.at, case=case, event=lapsed)
    for case, claim in order.claims.items():
        ended = CLAIM.next_due(claim, now)
        if ended is not None:
            yield ClaimChanged(at=ended.at, case=case, event=ended)
    yield from _never_arrived(order, now)
    yield from _payouts_due(order, now)
    yield from _questions_due(order, now)
    yield from _waited_too_long(order, now)


def _questions_due(order: Order, now: datetime) -> Iterator[QuestionExpired]:
    """Every question that was not answered in time."""
    silent: dict[tuple[str, datetime, SilenceMeans], list[PieceId]] = {}
    for (name, piece), question in order.questions.items():
        since = max(question.until, order.at)
        if question.is_open and since <= now:
            silent.setdefault((name, since, question.on_silence), []).append(piece)
    for (name, since, means), pieces in silent.items():
        yield QuestionExpired(at=since, question=name, pieces=tuple(pieces), means=means)


def _waited_too_long(order: Order, now: datetime) -> Iterator[OrderStalled]:
    """All that the order has waited for without an end for as long as the house says, once."""
    limit = None if order.placed.review_after is None else order.placed.review_after.elapsed
    if limit is None:
        return
    for wait in waits(order):
        at = max(wait.since + limit, order.at)
        if at <= now and order.stalled.get((wait.awaited, wait.subject)) != wait.since:
            yield OrderStalled(at=at, awaited=wait.awaited, subject=wait.subject, since=wait.since)


def _never_arrived(order: Order, now: datetime) -> Iterator[PiecesCancelled]:
    """Cancel what the workshop has waited for in vain. Clause L5.

    A piece about which something is open is looked for, and waits until that is settled.
    """
    if order.awaited_until is None:
        return
    since = max(order.awaited_until, order.at)
    late = order.still_to_come(order.stages) if since <= now else ()
    if late:
        yield without(order, late, CancelledBy.SILENCE, at=since)


def _payouts_due(order: Order, now: datetime) -> Iterator[PayoutFellDue]:
    """Every payout whose time comes with nothing open on the piece. Clause R6.

    A payout whose time came before the order's last event falls due with that event: it was
    the scan that came late, or the end of the return or claim, that let it, since whatever was due
    before has been recorded before.
    """
    held = order.unpaid_pieces()
    for piece, payable_at in order.payable_at.items():
        due, since = PAYOUT_DEADLINES.get(order.payouts[piece]), max(payable_at, order.at)
        if due is None or since > now or piece in held:
            continue
        amount = order.earned(piece)
        if amount.amount > 0:
            yield due(at=since, piece=piece, seller=order.line(piece).seller, amount=amount)
    yield from _left_to_sellers(order, held, now)


def _left_to_sellers(
    order: Order, held: frozenset[PieceId], now: datetime
) -> Iterator[PayoutFellDue]:
    """What a refund of a cancelled piece leaves its seller, once the refund is made."""
    made = {piece.id for refund in order.sent.values() for piece in refund.pieces}
    for piece in (piece for piece in order.cancelled if piece in made - held):
        due, amount = PAYOUT_DEADLINES.get(order.payouts[piece]), order.earned(piece)
        if due is not None and order.at <= now and amount.amount > 0:
            yield due(at=order.at, piece=piece, seller=order.line(piece).seller, amount=amount)
