"""What the history of an order shows of its machine: its events, its books, its pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from attrs import evolve as changed

from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money, total, zero
from vintage_rules.orders.events import (
    CarrierPaid,
    ClaimChanged,
    DisputeLost,
    DisputeWon,
    OrderEvent,
    OrderPlaced,
    ParcelChanged,
    PaymentCaptured,
    PaymentDisputed,
    PayoutBegun,
    PayoutFellDue,
    PayoutScheduled,
    PayoutSent,
    PayoutWithheld,
    QuestionClosed,
    QuestionExpired,
    QuestionOpened,
    ReceiptConfirmed,
    RefundBegun,
    RefundOwed,
    RefundRevoked,
    RefundSent,
    ReturnChanged,
    WindowOpened,
)
from vintage_rules.orders.ledger import BUYER, CARRIER, HOUSE, moved, paid, seller_account
from vintage_rules.orders.placing import paid_order
from vintage_rules.orders.replay.commands import CLAIM_PREFIX, RETURN_PREFIX
from vintage_rules.orders.replay.history import (
    Balance,
    PieceStatus,
    RefundedTender,
    ReplayedEvent,
    ReplayedParcel,
    ReplayedPayout,
    ReplayedPiece,
    ReplayedRefund,
)
from vintage_rules.orders.states import Order, OrderState
from vintage_rules.returns.claim.events import (
    ClaimEvent,
    ClaimOpened,
    ClaimUpheld,
    InvestigationOpened,
)
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.refund import price_back
from vintage_rules.returns.request.events import (
    PiecesReceived,
    RefundFellDue,
    ReturnAccepted,
    ReturnEvent,
    ReturnRequested,
)
from vintage_rules.shipping.parcel.events import ParcelHandedIn
from vintage_rules.shipping.parcel.states import ParcelState

# ---- what happened ----


def event_row(event: OrderEvent, names: Mapping[str, str], currency: str) -> ReplayedEvent:
    """Return what a history shows of an event; `names` are those of the parcels by their ids."""
    match event:
        case ParcelChanged(event=inner):
            until = inner.overdue_at if isinstance(inner, ParcelHandedIn) else None
            row = ReplayedEvent(at=event.at, event=inner.name, until=until)
            return changed(row, parcel=names[event.parcel])
        case ReturnChanged(event=inner):
            return changed(_return_row(inner), return_=_shown(event.case, names))
        case ClaimChanged(event=inner):
            return changed(_claim_row(inner), claim=_shown(event.case, names))
        case _:
            return _money_row(event, names, currency)


def _return_row(event: ReturnEvent) -> ReplayedEvent:
    row = ReplayedEvent(at=event.at, event=event.name)
    match event:
        case ReturnRequested():
            return changed(row, pieces=event.pieces)
        case ReturnAccepted() | PiecesReceived():
            return changed(row, until=event.lapses_at)
        case RefundFellDue():
            return changed(row, pieces=tuple(settled.piece for settled in event.refunds))
        case _:
            return row


def _claim_row(event: ClaimEvent) -> ReplayedEvent:
    row = ReplayedEvent(at=event.at, event=event.name)
    match event:
        case ClaimOpened():
            return changed(row, pieces=event.pieces)
        case ClaimUpheld():
            return changed(row, pieces=tuple(settled.piece for settled in event.refunds))
        case InvestigationOpened():
            return changed(row, until=event.ends_at)
        case _:
            return row


def _money_row(  # noqa: C901, PLR0912 - one for each event
    event: OrderEvent, names: Mapping[str, str], currency: str
) -> ReplayedEvent:
    row = ReplayedEvent(at=event.at, event=event.name)
    match event:
        case OrderPlaced():
            return changed(row, amount=paid(event.payments, currency))
        case PaymentCaptured(payment=payment):
            return changed(row, tender=payment.tender, amount=payment.amount)
        case WindowOpened():
            return changed(row, pieces=event.pieces)
        case QuestionOpened():
            return changed(row, pieces=event.pieces, cause=event.question, until=event.until)
        case QuestionClosed() | QuestionExpired():
            return changed(row, pieces=event.pieces, cause=event.question)
        case ReceiptConfirmed():
            return changed(row, pieces=event.pieces)
        case PayoutScheduled():
            return changed(row, pieces=event.pieces, until=event.due_at)
        case RefundOwed():
            back = tuple(piece.id for piece in event.pieces)
            amount = paid(event.payments, currency)
            return changed(row, cause=_shown(event.cause, names), pieces=back, amount=amount)
        case RefundSent():
            amount = paid(event.payments, currency)
            return changed(row, cause=_shown(event.cause, names), amount=amount)
        case RefundRevoked() | RefundBegun():
            return changed(row, cause=_shown(event.cause, names))
        case PayoutWithheld():
            return changed(row, pieces=(event.piece,))
        case PayoutFellDue() | PayoutBegun() | PayoutSent():
            return changed(row, pieces=(event.piece,), seller=event.seller, amount=event.amount)
        case CarrierPaid():
            return changed(row, amount=event.amount)
        case PaymentDisputed() | DisputeWon():
            return changed(row, tender=event.tender)
        case DisputeLost():
            return changed(row, tender=event.tender, amount=paid(event.payments, currency))
        case _:
            return row


def _shown(name: str, parcels: Mapping[str, str]) -> str:
    """Return the name by which a return, a claim or the cause of a refund is known outside."""
    parcel, _, number = name.partition("/")
    if parcel in parcels:
        return "/".join(filter(None, (parcels[parcel], number)))
    return name.removeprefix(RETURN_PREFIX).removeprefix(CLAIM_PREFIX)


# ---- the books ----


def refund_rows(
    events: Sequence[OrderEvent], names: Mapping[str, str], currency: str
) -> tuple[ReplayedRefund, ...]:
    """Return every refund that was made; the parts of one return that are made at once are one."""
    owed = {event.cause: event for event in events if isinstance(event, RefundOwed)}
    made = [event for event in events if isinstance(event, RefundSent) and event.payments]
    return tuple(
        _refund(list(some), cause, owed, currency)
        for (_, cause), some in groupby(
            made, key=lambda sent: (sent.at, _requested(sent.cause, names, events))
        )
    )


def _refund(
    made: Sequence[RefundSent], cause: str, owed: Mapping[str, RefundOwed], currency: str
) -> ReplayedRefund:
    payments = [payment for sent in made for payment in sent.payments]
    return ReplayedRefund(
        at=made[0].at,
        cause=cause,
        pieces=tuple(piece.id for sent in made for piece in owed[sent.cause].pieces),
        total=paid(payments, currency),
        by_tender=tuple(_by_tender(payments, currency)),
    )


def _requested(cause: str, names: Mapping[str, str], events: Iterable[OrderEvent]) -> str:
    """Return the name under which the return was requested that a refund is for.

    A request that makes several parcels is several returns, numbered from 1 on.
    """
    base, _, number = cause.rpartition("-")
    returns = {event.case for event in events if isinstance(event, ReturnChanged)}
    is_part = cause in returns and number.isdecimal() and {f"{base}-1", f"{base}-2"} <= returns
    return _shown(base if is_part else cause, names)


def _by_tender(payments: Iterable[Payment], currency: str) -> Iterator[RefundedTender]:
    sums: dict[str, Money] = {}
    for payment in payments:
        sums[payment.tender] = sums.get(payment.tender, zero(currency)) + payment.amount
    for tender, amount in sums.items():
        yield RefundedTender(tender=tender, amount=amount)


def payout_rows(events: Iterable[OrderEvent], currency: str) -> tuple[ReplayedPayout, ...]:
    """Return every payout that was made; what a seller is paid at one moment is one."""
    made: dict[tuple[object, SellerId], list[PayoutSent]] = {}
    for event in events:
        if isinstance(event, PayoutSent):
            made.setdefault((event.at, event.seller), []).append(event)
    return tuple(
        ReplayedPayout(
            at=some[0].at,
            seller=seller,
            pieces=tuple(payout.piece for payout in some),
            amount=total((payout.amount for payout in some), currency),
        )
        for (_, seller), some in made.items()
    )


def balance_of(events: Iterable[OrderEvent], order: Order) -> Balance:
    """Return what each has received, less what they paid.

    Nothing moves but between two of them, so that it adds up to zero.
    """
    sellers = list(dict.fromkeys(line.seller for line in order.placed.lines))
    accounts = dict.fromkeys(
        (BUYER, HOUSE, CARRIER, *map(seller_account, sellers)), zero(order.currency)
    )
    for event in events:
        match event:
            case PaymentCaptured(payment=payment):
                accounts = moved(accounts, BUYER, HOUSE, payment.amount)
            case RefundSent() | DisputeLost():
                back = paid(event.payments, order.currency)
                accounts = moved(accounts, HOUSE, BUYER, back)
            case PayoutSent():
                accounts = moved(accounts, HOUSE, seller_account(event.seller), event.amount)
            case CarrierPaid():
                accounts = moved(accounts, HOUSE, CARRIER, event.amount)
            case _:
                pass
    return Balance(
        buyer=accounts[BUYER],
        house=accounts[HOUSE],
        carrier=accounts[CARRIER],
        sellers={seller: accounts[seller_account(seller)] for seller in sellers},
    )


# ---- parcels and pieces ----


def parcel_rows(order: Order) -> tuple[ReplayedParcel, ...]:
    """Return the parcels of an order as they are."""
    return tuple(
        ReplayedParcel(
            id=parcel.sender,
            from_=parcel.sender,
            to=order.placed.buyer,
            pieces=parcel.pieces,
            state=order.parcels[parcel.id].state,
        )
        for parcel in order.placed.parcels
    )


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
    if order.state is OrderState.CANCELLED:
        return PieceStatus.CANCELLED
    if any(piece == back.id for refund in order.sent.values() for back in refund.pieces):
        return PieceStatus.REFUNDED
    if any(piece == back.id for refund in order.owed.values() for back in refund.pieces):
        return PieceStatus.REFUND_DUE
    if any(each.is_open and piece in each.opened.pieces for each in order.returns.values()):
        return PieceStatus.RETURNING
    if any(piece in claim.held_pieces for claim in order.claims.values()):
        return PieceStatus.CLAIMED
    parcel = next(parcel for parcel in order.placed.parcels if piece in parcel.pieces)
    return _BY_PARCEL[order.parcels[parcel.id].state]
