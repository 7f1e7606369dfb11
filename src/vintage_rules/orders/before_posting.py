"""What happens to a piece before it is posted to its buyer: cancelled, received, checked.

Theory. A piece is part of an order until it is cancelled: by a person, by the silence of a seller
who posts nothing, or by the check of the workshop. What is cancelled is refunded as a return is,
by the same function of the set of pieces that are gone, so that cancelling them in any order and in
any groups gives back the same. What has left is cancelled no more: it is refused at the door or
sent back (Directive 2011/83, recital 40).

In a grouped order each seller posts to the workshop first. The parcel that carries a piece there
has a life of its own, and whether a piece is there is what the workshop says, not the carrier: a
parcel may come without one of its pieces. All pieces still in the order leave together, once each
of them has been received and has passed the check (clauses L3, L5).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TypeAlias

from vintage_rules.dates import Calendar
from vintage_rules.errors import InvalidValueError, NotFoundError
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.machine import Refused
from vintage_rules.orders.commands import (
    CancelOrder,
    CancelPieces,
    CheckPiece,
    CommandParcel,
    ReceiveParcel,
    WorkshopFinding,
)
from vintage_rules.orders.events import (
    OrderCancelled,
    OrderEvent,
    ParcelChanged,
    PieceFailed,
    PiecePassed,
    PiecesArrived,
    PiecesCancelled,
    RefundOwed,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.refusals import OrderCommandRefusal, refused
from vintage_rules.orders.states import CANCELLATION, Order, OrderState, PieceStage
from vintage_rules.returns.cancellation_policy import CancelledBy, Canceller, PieceAfter
from vintage_rules.returns.cancellations import NotCancellable, assess_cancellation
from vintage_rules.returns.payments import Payment
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    AskBuyer,
    HandIn,
    RecordReceipt,
    SendAgain,
)
from vintage_rules.shipping.parcel.decide import PARCEL
from vintage_rules.shipping.parcel.states import ParcelState

_Answer: TypeAlias = tuple[OrderEvent, ...] | Refused[OrderCommandRefusal]


def cancel_order(order: Order, command: CancelOrder) -> tuple[OrderEvent, ...]:
    """Cancel an order that cannot be paid: what was charged of it goes back. Clause C7."""
    cancelled = OrderCancelled(at=command.at, reason=command.reason)
    if not order.captured:
        return (cancelled,)
    return (cancelled, all_back(command.at, CANCELLATION, order.captured))


def all_back(at: datetime, cause: str, payments: tuple[Payment, ...]) -> RefundOwed:
    """Owe payments back as they were made."""
    return RefundOwed(at=at, cause=cause, pieces=(), payments=payments, shares=())


def cancel_pieces(
    order: Order, command: CancelPieces, policy: HousePolicy, calendar: Calendar
) -> _Answer:
    """Cancel the pieces named, all or none; without any, all that may still be cancelled.

    Those are the pieces of the seller that the command names, or of all sellers.

    An order that is not paid yet and keeps no piece is cancelled as a whole, so that nothing is
    charged.

    Raises:
        NotFoundError: For a piece that the order does not hold, or a seller who has none in it.
    """
    for piece in command.pieces:
        order.line(piece)
    named = dict.fromkeys(command.pieces or _pieces_of(order, command.seller))
    against = {piece: _against(order, piece, command, policy, calendar) for piece in named}
    free = tuple(piece for piece, refusal in against.items() if refusal is None)
    refusals = [refusal for refusal in against.values() if refusal is not None]
    if not free or (command.pieces and refusals):
        return _all_of(order, refusals)
    cancelled = PiecesCancelled(
        at=command.at,
        cause=order.unused_cause(),
        pieces=free,
        by=CancelledBy(command.by),
        withdrawn=policy.returns.of_cancellations.rule(command.by).piece is PieceAfter.WITHDRAWN,
    )
    gone = {*order.cancelled, *free}
    if order.state is OrderState.PLACED and gone.issuperset(order.stages):
        whole = CancelOrder(at=command.at, reason=command.by)
        return (cancelled, *cancel_order(order, whole))
    return (cancelled,)


def _pieces_of(order: Order, seller: SellerId | None) -> tuple[PieceId, ...]:
    if seller is None:
        return tuple(order.stages)
    lines = order.placed.lines
    theirs = tuple(line.piece for line in lines if line.seller == seller)
    if not theirs:
        raise NotFoundError("seller", seller, tuple(dict.fromkeys(line.seller for line in lines)))
    return theirs


def _against(
    order: Order, piece: PieceId, command: CancelPieces, policy: HousePolicy, calendar: Calendar
) -> Refused[OrderCommandRefusal] | None:
    if piece in order.cancelled:
        return refused(order, OrderCommandRefusal.ALREADY_CANCELLED)
    if any(back.id == piece for back in order.refunded_pieces):
        return refused(order, OrderCommandRefusal.ALREADY_REFUNDED)
    if piece in order.open_pieces():
        return refused(order, OrderCommandRefusal.ALREADY_CLAIMED)
    assessed = assess_cancellation(
        command.by,
        ordered_at=order.placed.at,
        now=command.at,
        posted=_has_left(order, piece, command.by),
        policy=policy.returns,
        calendar=calendar,
    )
    if isinstance(assessed, NotCancellable):
        reasons = map(OrderCommandRefusal, assessed.reasons)
        return refused(order, *reasons, sources=assessed.sources)
    return None


def _has_left(order: Order, piece: PieceId, by: Canceller) -> bool:
    """Return whether a piece has left: its seller for them, for anyone else the last who has it."""
    inbound = order.inbound(piece)
    if by is Canceller.SELLER and inbound is not None:
        return order.has_left_seller(piece)
    return order.parcels[order.outbound(piece).id].state is not ParcelState.ANNOUNCED


def _all_of(
    order: Order, refusals: Sequence[Refused[OrderCommandRefusal]]
) -> Refused[OrderCommandRefusal]:
    reasons = sorted({reason for each in refusals for reason in each.reasons})
    sources = dict.fromkeys(source for each in refusals for source in each.sources)
    return refused(order, *reasons, sources=tuple(sources))


def without(
    order: Order,
    pieces: Sequence[PieceId],
    by: CancelledBy,
    *,
    at: datetime,
    cause: str = CANCELLATION,
) -> PiecesCancelled:
    """Take pieces out of an order that no person cancels.

    Their sellers have them, or get them back, and decide.
    """
    name = order.unused_cause(cause)
    return PiecesCancelled(at=at, cause=name, pieces=tuple(pieces), by=by, withdrawn=True)


def receive_parcel(order: Order, command: ReceiveParcel) -> _Answer:
    """Record that the workshop has pieces of a parcel, and that the parcel is there.

    Pieces that were cancelled meanwhile change nothing by their arrival.

    Raises:
        NotFoundError: For a parcel that the order does not hold, or a piece that is not in it.
    """
    parcel = next((each for each in order.placed.inbound if each.id == command.parcel), None)
    if parcel is None:
        order.pieces_in(command.parcel)
        return refused(order, OrderCommandRefusal.NOT_POSSIBLE_NOW)
    for piece in command.pieces:
        if piece not in parcel.pieces:
            raise NotFoundError("piece", piece, parcel.pieces)
    named = dict.fromkeys(command.pieces or parcel.pieces)
    arrived = tuple(piece for piece in named if order.stages[piece] is PieceStage.ORDERED)
    moved = PARCEL.decide(order.parcels[parcel.id], RecordReceipt(at=command.at), None)
    # What the workshop has in its hands is there, whatever became of the parcel.
    receipt = () if isinstance(moved, Refused) else moved
    events: list[OrderEvent] = [
        ParcelChanged(at=event.at, parcel=parcel.id, event=event) for event in receipt
    ]
    if arrived:
        events.append(PiecesArrived(at=command.at, parcel=parcel.id, pieces=arrived))
    if not events:
        return refused(order, OrderCommandRefusal.ALREADY_RECEIVED)
    return tuple(events)


_NOT_TO_CHECK = {
    PieceStage.ORDERED: OrderCommandRefusal.NOT_RECEIVED,
    PieceStage.CHECKED: OrderCommandRefusal.ALREADY_CHECKED,
    PieceStage.FAILED: OrderCommandRefusal.ALREADY_CHECKED,
    PieceStage.CANCELLED: OrderCommandRefusal.ALREADY_CANCELLED,
}


def check_piece(order: Order, command: CheckPiece) -> _Answer:
    """Record what the workshop's check of a piece found, once. Clause L5.

    Raises:
        NotFoundError: For a piece that the order does not hold.
    """
    stage = order.stages[order.line(command.piece).piece]
    if stage is not PieceStage.RECEIVED:
        return refused(order, _NOT_TO_CHECK[stage])
    if command.finding is WorkshopFinding.FAILS:
        return (PieceFailed(at=command.at, piece=command.piece),)
    return (PiecePassed(at=command.at, piece=command.piece),)


def refusal_of_parcel(order: Order, command: CommandParcel) -> Refused[OrderCommandRefusal] | None:
    """Return why the order as a whole refuses a command on one of its parcels; None if it does not.

    A parcel that carries nothing any more is not handed in, nor one from the workshop that still
    waits for a piece. About a parcel to the workshop no buyer decides.

    Raises:
        InvalidValueError: For a receipt, which is recorded on the order.
    """
    match command.command:
        case RecordReceipt():
            raise InvalidValueError(
                "command", "RecordReceipt", "recorded on the order: ReceiveParcel"
            )
        case HandIn() if order.state is OrderState.PAID:
            pieces = order.pieces_in(command.parcel)
            if not pieces:
                return refused(order, OrderCommandRefusal.ALREADY_CANCELLED)
            if not order.is_inbound(command.parcel) and any(map(order.awaits_check, pieces)):
                return refused(order, OrderCommandRefusal.AWAITS_PIECES)
        case AskBuyer() | AnswerRefund() | SendAgain() if order.is_inbound(command.parcel):
            return refused(order, OrderCommandRefusal.NOT_POSSIBLE_NOW)
        case _:
            pass
    return None
