"""What an order waits for that neither time nor a question ends, and since when.

Whatever has a time of its own is not here: a parcel that is overdue, a question that is open, a
return that lapses; nor a dispute, which has its case from the first day. What is here would wait
for ever, and hold what is owed for as long; once it has waited for as long as the house says, a
person looks. No money moves by that.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from attrs import frozen

from vintage_rules.ids import PieceId
from vintage_rules.orders.states import Order, OrderState, PieceStage
from vintage_rules.orders.waiting_events import Awaited
from vintage_rules.returns.claim.states import ClaimState
from vintage_rules.returns.request.states import ReturnState
from vintage_rules.shipping.parcel.states import Parcel, ParcelState
from vintage_rules.shipping.parcel.transitions import PARCEL_DEADLINES


@frozen(kw_only=True)
class Wait:
    """Something that an order waits for; `subject` is a parcel, a piece, a return or a claim."""

    awaited: Awaited
    subject: str
    since: datetime


_TO_POST = frozenset({ParcelState.ANNOUNCED, ParcelState.REFUND_DECLINED})
_TO_ARRIVE = frozenset({ParcelState.GOING_BACK, ParcelState.FOUND})
_TO_DECIDE = frozenset({ParcelState.BACK_AT_SENDER, ParcelState.BUYER_ASKED})
_OVERDUE = frozenset({ParcelState.OVERDUE, ParcelState.HELD_OVERDUE})
_OF_RETURN = {
    ReturnState.REQUESTED: Awaited.DECISION,
    ReturnState.ACCEPTED: Awaited.RETURN,
    ReturnState.POSTED: Awaited.ARRIVAL,
    ReturnState.RECEIVED: Awaited.CHECK,
}
_UNDECIDED = frozenset({ClaimState.OPENED, ClaimState.INVESTIGATING})


def waits(order: Order) -> Iterator[Wait]:
    """Return all that a paid order waits for without an end. Clauses L3, L5, L14, R9.

    >>> from datetime import UTC, date
    >>> from vintage_rules import Money, Piece, Place, load_policy, locate, quote_order
    >>> from vintage_rules.orders import place_order
    >>> from vintage_rules.orders.commands import RecordCapture
    >>> from vintage_rules.orders.decide import ORDER
    >>> from vintage_rules.returns import Payment
    >>> from vintage_rules.world import calendar
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> coat = Piece(
    ...     id="coat", seller="ada", price=Money("90.00", "EUR"), weight_g=1400
    ... )
    >>> home = locate(Place(country="FR", postal_code="33000"))
    >>> quote = quote_order([coat], home, "direct", house)
    >>> card = Payment(tender="card", amount=quote.price.total)
    >>> at = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> placed = place_order(
    ...     quote, house, order="o1", buyer="zoe", payments=[card], at=at
    ... )
    >>> capture = RecordCapture(at=at, tender="card", reference=card.reference)
    >>> order = ORDER.replay([placed])
    >>> paid = ORDER.replay(ORDER.decide(order, capture, house, calendar("FR")), order)
    >>> [(str(wait.awaited), wait.subject) for wait in waits(paid)]
    [('posting', 'o1-1')]
    """
    if order.state is not OrderState.PAID or order.paid_at is None:
        return
    asked = {piece for (_, piece), question in order.questions.items() if question.is_open}
    yield from _parcels(order, order.paid_at, asked)
    yield from _workshop(order)
    yield from _returns(order, asked)
    yield from _claims(order, asked)


def _parcels(order: Order, paid_at: datetime, asked: set[PieceId]) -> Iterator[Wait]:
    gone = order.gone
    for planned in order.placed.all_parcels:
        live = [piece for piece in planned.pieces if piece not in gone]
        parcel = order.parcels[planned.id]
        if not live or not asked.isdisjoint(live):
            continue
        inbound = order.is_inbound(planned.id)
        awaited = _inbound(order, live, parcel) if inbound else _outbound(order, live, parcel)
        if awaited is Awaited.POSTING:
            since = max(paid_at, parcel.at, *_known(order, live))
            yield Wait(awaited=awaited, subject=planned.id, since=since)
        elif awaited is not None:
            yield Wait(awaited=awaited, subject=planned.id, since=parcel.at)


def _known(order: Order, pieces: Iterable[PieceId]) -> Iterator[datetime]:
    """When a piece came to who is to post it, or a question about it was not answered."""
    for piece in pieces:
        yield order.arrived.get(piece, order.placed.at)
    for (_, piece), question in order.questions.items():
        if piece in pieces and question.expired_at is not None:
            yield question.expired_at


def _inbound(order: Order, pieces: Iterable[PieceId], parcel: Parcel) -> Awaited | None:
    """A parcel to the workshop, where the house does not say until when it waits. Clause L5."""
    to_come = any(order.stages[piece] is PieceStage.ORDERED for piece in pieces)
    if order.awaited_until is not None or not to_come or parcel.state in _OVERDUE:
        return None
    if parcel.state in _TO_POST:
        return Awaited.POSTING
    timed = parcel.state in PARCEL_DEADLINES and parcel.overdue_at is not None
    return None if timed else Awaited.ARRIVAL


def _outbound(order: Order, pieces: Iterable[PieceId], parcel: Parcel) -> Awaited | None:
    if parcel.state in _TO_POST:
        return None if any(map(order.awaits_check, pieces)) else Awaited.POSTING
    if parcel.state in _TO_ARRIVE:
        return Awaited.ARRIVAL
    return Awaited.DECISION if parcel.state in _TO_DECIDE else None


def _workshop(order: Order) -> Iterator[Wait]:
    """What the workshop has and has not checked. Clause L5."""
    gone = order.gone
    for piece, stage in order.stages.items():
        if stage is PieceStage.RECEIVED and piece not in gone:
            yield Wait(awaited=Awaited.CHECK, subject=piece, since=order.arrived[piece])


def _returns(order: Order, asked: set[PieceId]) -> Iterator[Wait]:
    """Returns without a time of their own. One that is accepted waits for receipt first."""
    for case, returned in order.returns.items():
        awaited = _OF_RETURN.get(returned.state)
        timed = returned.deadline is not None or returned.overdue_since is not None
        on_the_way = returned.state is ReturnState.ACCEPTED and returned.received is None
        if awaited is None or timed or on_the_way or not asked.isdisjoint(returned.opened.pieces):
            continue
        yield Wait(awaited=awaited, subject=case, since=returned.at)


def _claims(order: Order, asked: set[PieceId]) -> Iterator[Wait]:
    """Claims without a decision, and pieces of upheld ones that do not come back. Clause R9."""
    to_come = order.awaited_pieces()
    for case, claim in order.claims.items():
        pieces = claim.held_pieces
        if claim.state in _UNDECIDED and claim.deadline is None and asked.isdisjoint(pieces):
            yield Wait(awaited=Awaited.DECISION, subject=case, since=claim.at)
        elif claim.awaits_return and not to_come.isdisjoint(pieces):
            returns = (each for each in order.returns.values() if pieces & {*each.opened.pieces})
            since = max([claim.at, *(each.at for each in returns)])
            yield Wait(awaited=Awaited.RETURN, subject=case, since=since)
