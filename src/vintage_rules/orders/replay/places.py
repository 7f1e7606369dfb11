"""Where the parcels and the pieces of an order are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.money import zero
from vintage_rules.orders.events import (
    OrderEvent,
    PayoutSent,
)
from vintage_rules.orders.placing import paid_order
from vintage_rules.orders.replay.history import (
    PieceStatus,
    ReplayedParcel,
    ReplayedPiece,
)
from vintage_rules.orders.states import Order, OrderState, PieceStage
from vintage_rules.returns.refund import price_back
from vintage_rules.shipping.delivery import DoorPromise
from vintage_rules.shipping.parcel.states import ParcelState
from vintage_rules.shipping.parcels import TO_WORKSHOP, WORKSHOP


def parcel_rows(
    order: Order, promises: Mapping[ParcelId, DoorPromise]
) -> tuple[ReplayedParcel, ...]:
    """Return the parcels of an order as they are, and when those to come arrive."""
    arriving = {parcel: promise.window for parcel, promise in promises.items()}
    outbound = (
        ReplayedParcel(
            id=parcel.sender,
            from_=parcel.sender,
            to=order.placed.buyer,
            pieces=order.pieces_in(parcel.id),
            state=order.parcels[parcel.id].state,
            earliest=arriving[parcel.id].earliest if parcel.id in arriving else None,
            latest=arriving[parcel.id].latest if parcel.id in arriving else None,
        )
        for parcel in order.placed.parcels
    )
    inbound = (
        ReplayedParcel(
            id=f"{TO_WORKSHOP}{parcel.sender}",
            from_=parcel.sender,
            to=WORKSHOP,
            pieces=order.pieces_in(parcel.id),
            state=order.parcels[parcel.id].state,
        )
        for parcel in order.placed.inbound
    )
    return (*outbound, *inbound)


def piece_rows(events: Sequence[OrderEvent], order: Order) -> tuple[ReplayedPiece, ...]:
    """Return the pieces of an order as they are, with the money that moved for each."""
    nothing = zero(order.currency)
    prices = paid_order(order.placed)
    refunded = {
        piece.id: price_back(prices, piece)
        for refund in order.sent.values()
        for piece in refund.pieces
    }
    paid_out = {event.piece: event.amount for event in events if isinstance(event, PayoutSent)}
    return tuple(
        ReplayedPiece(
            id=line.piece,
            state=_status(line.piece, order),
            refunded=refunded.get(line.piece, nothing),
            paid_out=paid_out.get(line.piece, nothing),
        )
        for line in order.placed.lines
    )


_BY_PARCEL: Mapping[ParcelState, PieceStatus] = {
    ParcelState.ANNOUNCED: PieceStatus.ANNOUNCED,
    ParcelState.HANDED_IN: PieceStatus.HANDED_IN,
    ParcelState.UNDER_WAY: PieceStatus.UNDER_WAY,
    ParcelState.HELD_AT_CUSTOMS: PieceStatus.UNDER_WAY,
    ParcelState.OVERDUE: PieceStatus.UNDER_WAY,
    ParcelState.HELD_OVERDUE: PieceStatus.UNDER_WAY,
    ParcelState.FOUND: PieceStatus.UNDER_WAY,
    ParcelState.DELIVERED: PieceStatus.DELIVERED,
    ParcelState.GOING_BACK: PieceStatus.GOING_BACK,
    ParcelState.BACK_AT_SENDER: PieceStatus.BACK_AT_SENDER,
    ParcelState.BUYER_ASKED: PieceStatus.BACK_AT_SENDER,
    ParcelState.REFUND_AGREED: PieceStatus.BACK_AT_SENDER,
    ParcelState.REFUND_DECLINED: PieceStatus.BACK_AT_SENDER,
    ParcelState.LOST: PieceStatus.LOST,
}


def _status(piece: PieceId, order: Order) -> PieceStatus:
    if order.state is OrderState.CANCELLED or piece in order.cancelled:
        return PieceStatus.CANCELLED
    if any(piece == back.id for refund in order.sent.values() for back in refund.pieces):
        return PieceStatus.REFUNDED
    if any(piece == back.id for refund in order.owed.values() for back in refund.pieces):
        return PieceStatus.REFUND_DUE
    if any(each.is_open and piece in each.opened.pieces for each in order.returns.values()):
        return PieceStatus.RETURNING
    if any(piece in claim.held_pieces for claim in order.claims.values()):
        return PieceStatus.CLAIMED
    parcel, inbound = order.parcel_of(piece), order.inbound(piece)
    if inbound is None or parcel.state is not ParcelState.ANNOUNCED:
        return _BY_PARCEL[parcel.state]
    return _at_workshop(order.stages[piece], order.parcels[inbound.id].state)


def _at_workshop(stage: PieceStage, inbound: ParcelState) -> PieceStatus:
    match stage:
        case PieceStage.CHECKED:
            return PieceStatus.CHECKED
        case PieceStage.RECEIVED:
            return PieceStatus.AT_WORKSHOP
        case _:
            return _TO_WORKSHOP.get(inbound, PieceStatus.TO_WORKSHOP)


_TO_WORKSHOP: Mapping[ParcelState, PieceStatus] = {
    ParcelState.ANNOUNCED: PieceStatus.ANNOUNCED,
    ParcelState.GOING_BACK: PieceStatus.GOING_BACK,
    ParcelState.BACK_AT_SENDER: PieceStatus.BACK_AT_SENDER,
    ParcelState.LOST: PieceStatus.LOST,
}
