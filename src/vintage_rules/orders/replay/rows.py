"""What the history of an order shows of its machine: its events, its books, its pieces."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from attrs import evolve as changed

from vintage_rules.ids import SellerId
from vintage_rules.money import Money, total, zero
from vintage_rules.orders.cases import OrderCase
from vintage_rules.orders.events import (
    CarrierPaid,
    ClaimChanged,
    DisputeLost,
    DisputeWon,
    OrderEvent,
    OrderPlaced,
    OutcomeFeesCharged,
    ParcelChanged,
    PaymentCaptured,
    PaymentDisputed,
    PayoutBegun,
    PayoutFellDue,
    PayoutScheduled,
    PayoutSent,
    PayoutWithheld,
    PieceFailed,
    PiecePassed,
    PiecesArrived,
    PiecesCancelled,
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
from vintage_rules.orders.replay.commands import CLAIM_PREFIX, RETURN_PREFIX
from vintage_rules.orders.replay.history import (
    Balance,
    RefundedTender,
    ReplayedCase,
    ReplayedEvent,
    ReplayedPayout,
    ReplayedRefund,
)
from vintage_rules.orders.states import Order
from vintage_rules.orders.waiting_events import ArrivalAwaited, OrderStalled
from vintage_rules.returns.claim.events import (
    ClaimEvent,
    ClaimOpened,
    ClaimUpheld,
    InvestigationOpened,
)
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.request.events import (
    PiecesReceived,
    RefundFellDue,
    ReturnAccepted,
    ReturnEvent,
    ReturnRequested,
)
from vintage_rules.shipping.parcel.events import ParcelHandedIn

# ---- what happened ----


def case_row(case: OrderCase, event: OrderEvent, names: Mapping[str, str]) -> ReplayedCase:
    """Return what a history shows of a case that an event opens; `names` are as for events."""
    match event:
        case ParcelChanged() | ReturnChanged() | ClaimChanged() | OrderStalled():
            name = _shown(case.subject, names)
        case _:
            name = case.subject
    return ReplayedCase(at=event.at, kind=case.kind, why=f"{name}: {case.why}")


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
        case PiecesArrived(parcel=parcel, pieces=pieces):
            row = ReplayedEvent(at=event.at, event=event.name, pieces=pieces)
            return changed(row, parcel=names[parcel])
        case PiecePassed(piece=piece) | PieceFailed(piece=piece):
            return ReplayedEvent(at=event.at, event=event.name, pieces=(piece,))
        case ArrivalAwaited(until=until):
            return ReplayedEvent(at=event.at, event=event.name, until=until)
        case _:
            return _money_row(event, names, currency)


def _return_row(event: ReturnEvent) -> ReplayedEvent:
    row = ReplayedEvent(at=event.at, event=event.name)
    match event:
        case ReturnRequested():
            to = None if event.parcel is None else event.parcel.to
            return changed(row, pieces=event.pieces, to=to)
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
        case WindowOpened() | PiecesCancelled():
            return changed(row, pieces=event.pieces)
        case OutcomeFeesCharged():
            amount = total(event.shares.values(), currency)
            return changed(row, pieces=tuple(event.shares), cause=event.outcome, amount=amount)
        case QuestionOpened():
            return changed(row, pieces=event.pieces, cause=event.question, until=event.until)
        case QuestionClosed() | QuestionExpired():
            return changed(row, pieces=event.pieces, cause=event.question)
        case ReceiptConfirmed():
            return changed(row, pieces=event.pieces)
        case OrderStalled(subject=subject):
            return changed(row, cause=_shown(subject, names))
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

    What a side still owes of fees on an outcome is taken to be paid. Nothing moves but between two
    of them, so that it adds up to zero.
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
    accounts = moved(accounts, BUYER, HOUSE, order.owed_by_buyer())
    for line in order.placed.lines:
        seller = seller_account(line.seller)
        accounts = moved(accounts, seller, HOUSE, order.seller_debt(line.piece))
    return Balance(
        buyer=accounts[BUYER],
        house=accounts[HOUSE],
        carrier=accounts[CARRIER],
        sellers={seller: accounts[seller_account(seller)] for seller in sellers},
    )
