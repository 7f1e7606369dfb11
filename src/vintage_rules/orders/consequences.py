"""What follows in an order from what happened to a part of it.

Windows open, refunds are owed or in question again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from vintage_rules.dates import Calendar, local_day
from vintage_rules.errors import InvalidValueError
from vintage_rules.machine import admits, taken
from vintage_rules.orders.before_posting import without
from vintage_rules.orders.borders import assess_sent_back
from vintage_rules.orders.captures import of_cancellation
from vintage_rules.orders.deadlines import (
    questions,
    scheduled,
)
from vintage_rules.orders.events import (
    ClaimChanged,
    DisputeLost,
    OrderEvent,
    OrderPaid,
    OrderParcel,
    OutcomeFeesCharged,
    ParcelChanged,
    PaymentDisputed,
    PayoutScheduled,
    PayoutWithheld,
    PieceFailed,
    PiecesCancelled,
    QuestionClosed,
    QuestionExpired,
    QuestionOpened,
    RefundOwed,
    RefundRevoked,
    ReturnChanged,
    WindowOpened,
)
from vintage_rules.orders.evolve import consequences
from vintage_rules.orders.payout_events import PayoutsFrozen
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.refunds import Rules, owed_refund, quoted_refund
from vintage_rules.orders.requests import events_of_pieces
from vintage_rules.orders.silence import of_silence
from vintage_rules.orders.states import Order, OrderState, PayoutState
from vintage_rules.orders.waiting_events import ArrivalAwaited, OrderStalled
from vintage_rules.returns.cancellation_policy import CancelledBy
from vintage_rules.returns.claim.commands import ReportFound
from vintage_rules.returns.claim.decide import CLAIM
from vintage_rules.returns.claim.events import ClaimUpheld
from vintage_rules.returns.claim.events import ParcelFound as ClaimFound
from vintage_rules.returns.claim.events import ParcelLost as ClaimFoundLost
from vintage_rules.returns.claim.transitions import CLAIM_TRANSITIONS
from vintage_rules.returns.deadline import ReceivedParcel, window_starts
from vintage_rules.returns.pieces import SettledPiece
from vintage_rules.returns.request.commands import RecordDelivery
from vintage_rules.returns.request.decide import RETURN
from vintage_rules.returns.request.events import PiecesReceived, RefundFellDue, ReturnQuestioned
from vintage_rules.returns.request.transitions import RETURN_TRANSITIONS
from vintage_rules.returns.terms import RefundTerms, ReturnTerms
from vintage_rules.returns.undelivered import UndeliveredRefunded
from vintage_rules.shipping.parcel.events import (
    ParcelDelivered,
    ParcelFound,
    ParcelLost,
    RefundAgreed,
)
from vintage_rules.windows import as_day

_WAITED_FOR = (OrderStalled, PayoutScheduled, QuestionOpened, QuestionClosed)


def reactions(
    order: Order, event: OrderEvent, policy: HousePolicy, calendar: Calendar
) -> Iterator[OrderEvent]:
    """Return what an event that has just happened brings about for the rest of the order."""
    if order.state is OrderState.PAID and not isinstance(event, _WAITED_FOR):
        # First what the order waits for, on which nothing else follows.
        yield from scheduled(order, policy, calendar)
        yield from questions(order, policy, calendar)
    yield from _brought(order, event, Rules(policy=policy, calendar=calendar))


def require_edition(order: Order, policy: HousePolicy) -> None:
    """Refuse any edition but the one an order was placed under.

    Raises:
        InvalidValueError: For another edition.
    """
    edition = order.placed.edition
    if policy.edition != edition:
        raise InvalidValueError("policy", str(policy.edition), f"the edition {edition}")


def _brought(  # noqa: C901, PLR0912 - one case for each event
    order: Order, event: OrderEvent, rules: Rules
) -> Iterator[OrderEvent]:
    match event:
        case OrderPaid():
            yield from _of_payment(order, rules)
        case PiecesCancelled() if order.state is OrderState.PAID:
            yield from of_cancellation(order, event, rules)
        case PieceFailed(piece=piece):
            yield without(order, [piece], CancelledBy.CHECK, at=order.at)
        case ParcelChanged() if order.is_inbound(event.parcel):
            yield from _of_inbound(order, event)
        case ParcelChanged():
            yield from _of_parcel(order, event, rules)
        case RefundOwed():  # the returns first: each window that opens reaches them by itself
            yield from _returns_received(order, rules)
            yield from _windows(order, rules)
            yield from _withheld(order)
        case WindowOpened():
            yield from _returns_received(order, rules)
        case RefundRevoked():
            yield from _windows(order, rules)
        case PaymentDisputed() | PayoutsFrozen():
            yield from _withheld(order)
        case DisputeLost():  # what is owed to other means of payment is owed to them alone
            for revoked in _charged_back_already(order, event):
                order = _after(order, revoked)
                yield revoked
            if order.state is not OrderState.CANCELLED:
                yield from _taken_back(order, (), rules)
        case QuestionExpired():
            yield from of_silence(order, event, rules)
        case ReturnChanged():
            yield from _of_return(order, event, rules)
            yield from _withheld(order)
        case ClaimChanged():
            yield from _of_claim(order, event, rules)
            yield from _withheld(order)
        case _:
            return


def _of_payment(order: Order, rules: Rules) -> Iterator[OrderEvent]:
    """Owe what was cancelled before it was paid, and begin to wait for what is to arrive."""
    for cancelled in order.cancellations.values():
        for owed in of_cancellation(order, cancelled, rules):
            order = _after(order, owed)
            yield owed
    waits = rules.policy.shipping.mode(order.placed.mode).arrives_within
    if order.placed.inbound and waits is not None:
        where = rules.policy.returns.returns.where
        until = waits.deadline(order.at, rules.calendar, where)
        if until is not None:
            yield ArrivalAwaited(at=order.at, until=until)


def _of_inbound(order: Order, event: ParcelChanged) -> Iterator[PiecesCancelled]:
    """Cancel what was lost on its way to the workshop. Clause L5."""
    late = order.still_to_come(order.pieces_in(event.parcel))
    if isinstance(event.event, ParcelLost) and late:
        yield without(order, late, CancelledBy.SILENCE, at=order.at)


def _of_parcel(order: Order, event: ParcelChanged, rules: Rules) -> Iterator[OrderEvent]:
    match event.event:
        case ParcelDelivered():
            yield from _windows(order, rules)
            yield from _regained(order, event, rules)
            yield from _claims_found(order, rules)
        case ParcelFound():
            yield from _regained(order, event, rules)
        case ParcelLost():
            yield from _parcel_refund(order, event, rules.policy.returns.undelivered.lost, rules)
        case RefundAgreed():
            cause = order.parcels[event.parcel].cause
            back = assess_sent_back(order.placed, cause, rules.policy)
            if isinstance(back, UndeliveredRefunded):
                yield from _parcel_refund(order, event, back.terms, rules)
        case _:
            return


def _of_return(order: Order, event: ReturnChanged, rules: Rules) -> Iterator[OrderEvent]:
    match event.event:
        case RefundFellDue() as due if terms := _terms(order, event, rules):
            yield owed_refund(order, event.case, due.refunds, terms.refund, rules)
        case ReturnQuestioned():
            yield from _taken_back(order, [event.case], rules)
        case _:
            return


def _of_claim(order: Order, event: ClaimChanged, rules: Rules) -> Iterator[OrderEvent]:
    match event.event:
        case ClaimFoundLost() | ClaimUpheld(return_needed=False):
            claim = order.claims[event.case]
            terms = rules.policy.returns.claims.terms(claim.opened.kind).refund
            yield owed_refund(order, event.case, claim.refunds, terms, rules)
        case ClaimFound():
            yield from _taken_back(order, [event.case], rules)
        case _:
            return


def _withheld(order: Order) -> Iterator[PayoutWithheld]:
    """Let the payouts wait again that are due and held by now. Clause R6."""
    held = order.unpaid_pieces()
    for piece, payout in order.payouts.items():
        if payout is PayoutState.DUE and piece in held:
            yield PayoutWithheld(at=order.at, piece=piece)


def _claims_found(order: Order, rules: Rules) -> Iterator[ClaimChanged]:
    """End the search for pieces that have been delivered since it began. Clause R10."""
    for name, claim in order.claims.items():
        delivered = [order.delivered_at(piece) for piece in claim.opened.pieces]
        if name in order.begun or not all(at and at > claim.opened.at for at in delivered):
            continue
        if not admits(CLAIM_TRANSITIONS, claim.state, ClaimFound):  # it searches for nothing
            continue
        report = ReportFound(at=order.at)
        decided = CLAIM.decide(claim, report, rules.policy.returns.claims, rules.calendar)
        for found in taken(decided, report, claim):
            yield ClaimChanged(at=found.at, case=name, event=found)


def _regained(order: Order, event: ParcelChanged, rules: Rules) -> Iterator[OrderEvent]:
    """Take back what is owed for a parcel that was lost, and is not any more. Clause R10."""
    others = {*order.returns, *order.claims}
    own = (cause for cause in order.owed if cause not in others)
    numbered = f"{event.parcel}/"
    owed = [cause for cause in own if cause == event.parcel or cause.startswith(numbered)]
    return _taken_back(order, owed, rules)


def _taken_back(order: Order, causes: Iterable[str], rules: Rules) -> Iterator[OrderEvent]:
    """Revoke refunds that are owed and not begun, and recompute the others.

    Each of the others is quoted beside the ones before it alone, so that together they come to
    what is due for all their pieces. Those that come to something else are owed again.
    """
    for cause in causes:
        if cause in order.owed and cause not in order.begun:
            revoked = RefundRevoked(at=order.at, cause=cause)
            order = _after(order, revoked)
            yield revoked
    # What is owed for no piece is what came back of a refund: no other refund changes it.
    others = [
        owed for cause, owed in order.owed.items() if cause not in order.begun and owed.pieces
    ]
    revocations = {owed.cause: RefundRevoked(at=order.at, cause=owed.cause) for owed in others}
    for revoked in revocations.values():
        order = _after(order, revoked)
    for owed in others:
        again = quoted_refund(order, owed.cause, owed.pieces, rules)
        order = _after(order, again)
        if (again.payments, again.released) != (owed.payments, owed.released):
            yield from (revocations[owed.cause], again)


def _charged_back_already(order: Order, event: DisputeLost) -> Iterator[RefundRevoked]:
    """Owe nothing back to a payment that the bank has taken back in full.

    That is one of a cancelled order, or one whose refund came back.
    """
    for cause, owed in order.owed.items():
        tenders = {payment.tender for payment in owed.payments}
        if tenders == {event.tender} and not owed.pieces and cause not in order.begun:
            yield RefundRevoked(at=order.at, cause=cause)


def _after(order: Order, event: RefundRevoked | RefundOwed | OutcomeFeesCharged) -> Order:
    return consequences(order, event, order.state)


def questioned_refund(event: OrderEvent) -> str:
    """Name the refund that an event puts in question; empty where it questions none.

    >>> from datetime import UTC, datetime
    >>> from vintage_rules.orders import OrderPaid
    >>> questioned_refund(OrderPaid(at=datetime(2026, 9, 7, tzinfo=UTC)))
    ''
    """
    match event:
        case ReturnChanged(event=ReturnQuestioned()) | ClaimChanged(event=ClaimFound()):
            return event.case
        case _:
            return ""


def _terms(order: Order, event: ReturnChanged, rules: Rules) -> ReturnTerms | None:
    case = order.returns[event.case].opened.case
    return rules.policy.returns.returns.rule_for(case).terms


def _windows(order: Order, rules: Rules) -> Iterator[WindowOpened]:
    """Record of every piece of which it is now known when it was received.

    Clauses R1, R6.

    What is refunded needs no window, and no longer keeps the others waiting.
    """
    refunded = {piece.id for piece in order.refunded_pieces}
    live = [parcel for parcel in order.placed.parcels if not set(parcel.pieces) <= refunded]
    returns = rules.policy.returns.returns
    received = [_received(order, parcel) for parcel in live]
    for parcel, start in zip(live, window_starts(received, returns), strict=True):
        there = order.pieces_in(parcel.id)
        pieces = tuple(piece for piece in there if piece not in order.received)
        if isinstance(start, datetime) and pieces:
            day = local_day(start, returns.where)
            yield WindowOpened(at=order.at, pieces=pieces, received=day, received_at=start)


def _returns_received(order: Order, rules: Rules) -> Iterator[ReturnChanged]:
    """Record on every earlier return that all its pieces are there.

    Not on those that were refunded meanwhile. Its time for posting starts. Clause R1.
    """
    refunded = {piece.id for piece in order.refunded_pieces}
    where = rules.policy.returns.returns.where
    for case, returned in order.returns.items():
        known = [
            order.received.get(piece) for piece in returned.opened.pieces if piece not in refunded
        ]
        days = [as_day(received, where) for received in known if received is not None]
        if returned.received is not None or not days or len(days) < len(known):
            continue
        if not admits(RETURN_TRANSITIONS, returned.state, PiecesReceived):  # it is over
            continue
        events = events_of_pieces(order, returned.opened.pieces, where)
        delivery = RecordDelivery(at=order.at, received=max(days), events=events)
        decided = RETURN.decide(returned, delivery, rules.policy.returns, rules.calendar)
        for event in taken(decided, delivery, returned):
            yield ReturnChanged(at=event.at, case=case, event=event)


def _received(order: Order, parcel: OrderParcel) -> ReceivedParcel:
    return ReceivedParcel(sender=parcel.sender, received=order.parcels[parcel.id].delivered_at)


def _parcel_refund(
    order: Order, event: ParcelChanged, terms: RefundTerms, rules: Rules
) -> Iterator[RefundOwed]:
    """Owe a whole parcel that never reached its buyer, once. Clauses L14, R10.

    Where it was refunded when it was lost before, nothing more is.
    """
    parcel = next(parcel for parcel in order.placed.parcels if parcel.id == event.parcel)
    refunded = {piece.id for piece in order.refunded_pieces}
    if not refunded.issuperset(parcel.pieces):
        pieces = tuple(SettledPiece(piece=piece) for piece in parcel.pieces)
        yield owed_refund(order, order.unused_cause(event.parcel), pieces, terms, rules)
