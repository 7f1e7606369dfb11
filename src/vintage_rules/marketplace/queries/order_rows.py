"""The rows of an order: for its buyer, its sellers, those who post its parcels, and the house."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from vintage_rules.ids import PieceId
from vintage_rules.marketplace.queries.views import (
    DISPUTED,
    OPEN_CLAIMS,
    OPEN_RETURNS,
    TO_CHECK,
    TO_RECEIVE,
    TRAVELLING,
    DisputedOrder,
    OpenClaim,
    OpenReturn,
    ParcelToPost,
    ParcelToReceive,
    PieceToCheck,
    PlacedOrder,
    SellerPayout,
    TravellingParcel,
    moment,
    orders_of,
    parcels_to_post,
    payouts_of,
    returns_to,
)
from vintage_rules.marketplace.storage.codec import encode_view
from vintage_rules.money import total
from vintage_rules.orders.deadlines import DISPATCH
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import OrderEvent, PaymentDisputed, PayoutSent, PiecesArrived
from vintage_rules.orders.states import Order, OrderState, PayoutState, PieceStage
from vintage_rules.ports.store import Row
from vintage_rules.returns.routing import WORKSHOP
from vintage_rules.shipping.parcel.states import ParcelState

_TRAVELLING = frozenset(
    {
        ParcelState.HANDED_IN,
        ParcelState.UNDER_WAY,
        ParcelState.HELD_AT_CUSTOMS,
        ParcelState.OVERDUE,
        ParcelState.HELD_OVERDUE,
    }
)


def order_rows(order: Order, events: Sequence[OrderEvent]) -> Iterator[Row]:
    """Return the rows of an order."""
    placed = _placed(order)
    yield Row(
        name="order",
        data=encode_view(placed),
        lists={orders_of(placed.buyer): moment(placed.placed_at)},
    )
    if order.state is OrderState.PAID:
        yield from _to_post(order)
        yield from _to_receive(order)
        yield from _to_check(order, events)
        yield from _payouts(order, events)
    yield from _travelling(order)
    yield from _returns(order)
    yield from _claims(order)
    yield from _disputed(order, events)


def _placed(order: Order) -> PlacedOrder:
    paid = (payment.amount for payment in order.placed.payments)
    back = (payment.amount for payment in order.refunded_payments)
    return PlacedOrder(
        due=ORDER.next_deadline(order),
        order=order.placed.order,
        buyer=order.placed.buyer,
        state=order.state,
        pieces=tuple(line.piece for line in order.placed.lines),
        cancelled=tuple(sorted(order.cancelled)),
        paid=total(paid, order.currency),
        refunded=total(back, order.currency),
        placed_at=order.placed.at,
    )


def _to_post(order: Order) -> Iterator[Row]:
    for parcel in order.placed.all_parcels:
        waiting = order.parcels[parcel.id].state is ParcelState.ANNOUNCED
        pieces = tuple(piece for piece in order.pieces_in(parcel.id) if piece not in order.gone)
        unchecked = parcel.sender == WORKSHOP and any(map(order.awaits_check, pieces))
        if waiting and pieces and not unchecked:
            post_by = _post_by(order, pieces)
            paid_at = order.paid_at or order.placed.at
            shown = ParcelToPost(
                due=post_by,
                order=order.placed.order,
                parcel=parcel.id,
                sender=parcel.sender,
                pieces=pieces,
                to_workshop=order.is_inbound(parcel.id),
                paid_at=paid_at,
                post_by=post_by,
            )
            yield Row(
                name=f"post/{parcel.id}",
                data=encode_view(shown),
                lists={parcels_to_post(parcel.sender): moment(post_by or paid_at)},
            )


def _post_by(order: Order, pieces: Sequence[PieceId]) -> datetime | None:
    asked = (order.questions.get((DISPATCH, piece)) for piece in pieces)
    return min((each.until for each in asked if each is not None and each.is_open), default=None)


def _to_receive(order: Order) -> Iterator[Row]:
    for inbound in order.placed.inbound:
        pieces = order.still_to_come(inbound.pieces)
        if pieces:
            parcel = order.parcels[inbound.id]
            shown = ParcelToReceive(
                order=order.placed.order,
                parcel=inbound.id,
                seller=inbound.sender,
                pieces=pieces,
                tracking_number=parcel.tracking_number,
                handed_in_at=parcel.handed_in_at,
            )
            since = parcel.handed_in_at or order.paid_at or order.placed.at
            yield Row(
                name=f"receive/{inbound.id}",
                data=encode_view(shown),
                lists={TO_RECEIVE: moment(since)},
            )


def _to_check(order: Order, events: Sequence[OrderEvent]) -> Iterator[Row]:
    for line in order.placed.lines:
        if order.stages[line.piece] is PieceStage.RECEIVED and line.piece not in order.gone:
            at = max(
                event.at
                for event in events
                if isinstance(event, PiecesArrived) and line.piece in event.pieces
            )
            shown = PieceToCheck(
                order=order.placed.order, piece=line.piece, seller=line.seller, received_at=at
            )
            yield Row(
                name=f"check/{line.piece}", data=encode_view(shown), lists={TO_CHECK: moment(at)}
            )


def _payouts(order: Order, events: Sequence[OrderEvent]) -> Iterator[Row]:
    sent_at = {event.piece: event.at for event in events if isinstance(event, PayoutSent)}
    held = order.unpaid_pieces()
    for line in order.placed.lines:
        state = order.payouts[line.piece]
        if line.piece in order.cancelled:
            continue
        payable_at = order.payable_at.get(line.piece)
        shown = SellerPayout(
            due=payable_at if state is PayoutState.WAITING else None,
            order=order.placed.order,
            piece=line.piece,
            seller=line.seller,
            state=state,
            amount=order.paying.get(line.piece, order.earned(line.piece)),
            held=line.piece in held,
            payable_at=payable_at,
            sent_at=sent_at.get(line.piece),
        )
        yield Row(
            name=f"payout/{line.piece}",
            data=encode_view(shown),
            lists={payouts_of(line.seller): moment(order.placed.at)},
        )


def _travelling(order: Order) -> Iterator[Row]:
    for parcel in order.parcels.values():
        if parcel.state in _TRAVELLING and parcel.overdue_at is not None:
            shown = TravellingParcel(
                order=order.placed.order,
                parcel=parcel.id,
                state=parcel.state,
                tracking_number=parcel.tracking_number,
                handed_in_at=parcel.handed_in_at,
                overdue_at=parcel.overdue_at,
            )
            yield Row(
                name=f"travelling/{parcel.id}",
                data=encode_view(shown),
                lists={TRAVELLING: moment(parcel.overdue_at)},
            )


def _returns(order: Order) -> Iterator[Row]:
    for name, returned in order.returns.items():
        if returned.is_open:
            opened = returned.opened
            to = None if opened.parcel is None else opened.parcel.to
            shown = OpenReturn(
                due=returned.deadline,
                order=order.placed.order,
                case=name,
                buyer=order.placed.buyer,
                state=returned.state,
                pieces=opened.pieces,
                to=to,
                requested_at=opened.at,
                post_by=returned.post_by,
            )
            sort = moment(opened.at)
            own = {} if to is None else {returns_to(to): sort}
            yield Row(
                name=f"return/{name}", data=encode_view(shown), lists={OPEN_RETURNS: sort, **own}
            )


def _claims(order: Order) -> Iterator[Row]:
    for name, claim in order.claims.items():
        if claim.is_open:
            shown = OpenClaim(
                due=claim.deadline,
                order=order.placed.order,
                case=name,
                buyer=order.placed.buyer,
                kind=claim.opened.kind,
                state=claim.state,
                pieces=claim.opened.pieces,
                opened_at=claim.opened.at,
            )
            yield Row(
                name=f"claim/{name}",
                data=encode_view(shown),
                lists={OPEN_CLAIMS: moment(claim.opened.at)},
            )


def _disputed(order: Order, events: Sequence[OrderEvent]) -> Iterator[Row]:
    if order.disputed:
        since = max(
            event.at
            for event in events
            if isinstance(event, PaymentDisputed) and event.tender in order.disputed
        )
        shown = DisputedOrder(
            order=order.placed.order,
            buyer=order.placed.buyer,
            tenders=tuple(sorted(order.disputed)),
            since=since,
        )
        yield Row(name="dispute", data=encode_view(shown), lists={DISPUTED: moment(since)})
