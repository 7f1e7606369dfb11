"""What a running order waits for: payouts that fall due, and questions that must be answered.

Both follow from the policy and from the events that have happened, so they are computed again
whenever something has. A question is about a piece. It opens when the event happens that its time
counts from, and it is closed by what answers it:

- one about the sale, put to the seller or the house before anything is posted: by dispatch, or by
  an answer where the question is not for dispatch itself;
- one about receipt, put to the buyer: by confirming it, or by reporting a problem;
- one about a request, put to the seller or the house: by accepting or declining it.

If its time passes first, silence means what the policy says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from enum import StrEnum, auto
from typing import TypeAlias, assert_never

from vintage_rules.dates import Calendar, Several
from vintage_rules.ids import PieceId
from vintage_rules.machine import Refused, taken
from vintage_rules.orders.commands import AnswerQuestion, ConfirmReceipt
from vintage_rules.orders.events import (
    ClaimChanged,
    OrderEvent,
    PayoutScheduled,
    QuestionClosed,
    QuestionExpired,
    QuestionOpened,
    ReceiptConfirmed,
    ReturnChanged,
)
from vintage_rules.orders.fees import assumed
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.refusals import OrderCommandRefusal, refused
from vintage_rules.orders.requests import events_of_pieces, upheld_by
from vintage_rules.orders.states import Order, PayoutState
from vintage_rules.orders.timeline import Timeline, timeline
from vintage_rules.returns.claim.commands import RejectClaim, UpholdClaim
from vintage_rules.returns.claim.decide import CLAIM, ClaimCommandRefusal
from vintage_rules.returns.claim.states import ClaimState
from vintage_rules.returns.payout import payable_at
from vintage_rules.returns.pieces import SettledPiece
from vintage_rules.returns.request.commands import AcceptReturn, DeclineReturn
from vintage_rules.returns.request.decide import RETURN, ReturnCommandRefusal
from vintage_rules.returns.request.states import ReturnState
from vintage_rules.service.policy import Addressee, QuestionRule, SilenceMeans
from vintage_rules.service.silence import answer_until

OrderEvents: TypeAlias = tuple[OrderEvent, ...]

DISPATCH = "dispatch"
"""The question that nothing but dispatch answers."""

_OF_REQUESTS = frozenset({"requested", "issue-reported"})
_UNDECIDED = frozenset({ClaimState.OPENED, ClaimState.INVESTIGATING})
_SILENT = ("not-answered",)


class Subject(StrEnum):
    """What a question is about."""

    SALE = auto()
    RECEIPT = auto()
    REQUEST = auto()


def subject_of(question: QuestionRule) -> Subject:
    """Return what a question is about: by the event it starts at, and its addressee."""
    anchor = question.window.anchor
    events = anchor.events if isinstance(anchor, Several) else (anchor,)
    if _OF_REQUESTS.intersection(events):
        return Subject.REQUEST
    return Subject.RECEIPT if question.asked is Addressee.BUYER else Subject.SALE


# ---- payouts ----


def scheduled(order: Order, policy: HousePolicy, calendar: Calendar) -> Iterator[PayoutScheduled]:
    """Schedule each payout for the moment that the policy sets, as far as its events are known.

    Where the buyer's silence pays the seller, so does their word that all is well. What was begun
    or sent has no moment any more. Clause R6.
    """
    payouts, territory = policy.returns.payouts, order.placed.destination.territory
    changes: dict[datetime | None, list[PieceId]] = {}
    for piece, state in order.payouts.items():
        if state not in {PayoutState.WAITING, PayoutState.DUE}:
            continue
        events = timeline(order, piece, payouts.where)
        kind = assumed(order.line(piece).sale, policy).sale_kind
        closes_at = payable_at(events, payouts, calendar, territory=territory, sale_kind=kind)
        known = [moment for moment in (closes_at, _paid_by_silence(order, piece)) if moment]
        due_at = min(known, default=None)
        if due_at != order.payable_at.get(piece):
            changes.setdefault(due_at, []).append(piece)
    for due_at, pieces in changes.items():
        yield PayoutScheduled(at=order.at, pieces=tuple(pieces), due_at=due_at)


def _paid_by_silence(order: Order, piece: PieceId) -> datetime | None:
    moments = [
        moment
        for (_, of), question in order.questions.items()
        if of == piece and question.on_silence is SilenceMeans.PAY_SELLER
        for moment in (question.expired_at, order.confirmed.get(piece))
        if moment is not None
    ]
    return min(moments, default=None)


# ---- questions ----


def questions(order: Order, policy: HousePolicy, calendar: Calendar) -> Iterator[OrderEvent]:
    """Open the questions whose time has begun, and close those that something has answered."""
    territory = order.placed.destination.territory
    gone = order.gone
    closed: dict[str, list[PieceId]] = {}
    opened: dict[tuple[QuestionRule, datetime], list[PieceId]] = {}
    where = policy.returns.returns.where
    for question in policy.service.questions_in(territory):
        for piece in order.payouts:
            events = timeline(order, piece, where)
            answered = piece in gone or _is_answered(order, piece, question, events)
            known = order.questions.get((question.name, piece))
            until = answer_until(question, events, policy.service, calendar)
            if known is not None and known.is_open and answered:
                closed.setdefault(question.name, []).append(piece)
            elif known is None and until is not None and not answered:
                opened.setdefault((question, until), []).append(piece)
    for name, pieces in closed.items():
        yield QuestionClosed(at=order.at, question=name, pieces=tuple(pieces))
    for (question, until), pieces in opened.items():
        yield QuestionOpened(
            at=order.at,
            question=question.name,
            asked=question.asked,
            pieces=tuple(pieces),
            until=until,
            on_silence=question.on_silence,
        )


def _is_answered(order: Order, piece: PieceId, question: QuestionRule, events: Timeline) -> bool:
    subject = subject_of(question)
    match subject:
        case Subject.SALE:
            return "dispatched" in events or order.has_left_seller(piece)
        case Subject.RECEIPT:
            return piece in order.confirmed or "issue-reported" in events
        case Subject.REQUEST:
            return not (_requests_on(order, piece) or _claims_on(order, piece))
        case _:
            assert_never(subject)


def _requests_on(order: Order, piece: PieceId) -> list[str]:
    return [
        name
        for name, returned in order.returns.items()
        if returned.state is ReturnState.REQUESTED and piece in returned.opened.pieces
    ]


def _claims_on(order: Order, piece: PieceId) -> list[str]:
    return [
        name
        for name, claim in order.claims.items()
        if claim.state in _UNDECIDED and piece in claim.opened.pieces
    ]


# ---- silence ----

_AGREES: Mapping[SilenceMeans, bool | None] = {
    SilenceMeans.APPROVE: True,
    SilenceMeans.REFUND: True,
    SilenceMeans.LAPSE: False,
    SilenceMeans.REFUSE: False,
    SilenceMeans.PAY_SELLER: False,
    SilenceMeans.ESCALATE: None,
}
"""Whether silence grants a request; None where a person decides."""


def cancels(event: QuestionExpired, question: QuestionRule) -> bool:
    """Return whether silence ends a sale: what was not posted is cancelled and refunded."""
    ends = {SilenceMeans.LAPSE, SilenceMeans.REFUSE, SilenceMeans.REFUND}
    return subject_of(question) is Subject.SALE and event.means in ends


def refunds(event: QuestionExpired, question: QuestionRule) -> bool:
    """Return whether silence refunds what was received."""
    return subject_of(question) is Subject.RECEIPT and event.means is SilenceMeans.REFUND


def after_silence(
    order: Order,
    event: QuestionExpired,
    question: QuestionRule,
    policy: HousePolicy,
    calendar: Calendar,
) -> Iterator[OrderEvent]:
    """Return what the silence of a person means for receipt, or for what was requested."""
    match subject_of(question):
        case Subject.RECEIPT if event.means is SilenceMeans.APPROVE:
            yield ReceiptConfirmed(at=order.at, pieces=event.pieces)
        case Subject.REQUEST if (agrees := _AGREES[event.means]) is not None:
            yield from _decided(order, event.pieces, policy, calendar, agrees=agrees)
        case _:
            return


def _decided(
    order: Order,
    pieces: Iterable[PieceId],
    policy: HousePolicy,
    calendar: Calendar,
    *,
    agrees: bool,
) -> Iterator[OrderEvent]:
    """Grant or decline every request and claim on some pieces, each once."""
    at, returns = order.at, policy.returns
    of_returns = dict.fromkeys(name for piece in pieces for name in _requests_on(order, piece))
    of_claims = dict.fromkeys(name for piece in pieces for name in _claims_on(order, piece))
    for name in of_returns:
        returned = order.returns[name]
        events = events_of_pieces(order, returned.opened.pieces, returns.returns.where)
        accept = AcceptReturn(at=at, events=events)
        answer = accept if agrees else DeclineReturn(at=at, reasons=_SILENT)
        settled = RETURN.decide(returned, answer, returns, calendar)
        none = [ReturnCommandRefusal.NOT_POSSIBLE_NOW]
        for inner in taken(settled, answer, returned, expected=none):
            yield ReturnChanged(at=inner.at, case=name, event=inner)
    for name in of_claims:
        claim = order.claims[name]
        whole = tuple(SettledPiece(piece=piece) for piece in claim.opened.pieces)
        uphold = upheld_by(order, UpholdClaim(at=at, refunds=whole))
        decision = uphold if agrees else RejectClaim(at=at, reasons=_SILENT)
        decided = CLAIM.decide(claim, decision, returns.claims, calendar)
        # What is looked for is found or lost, in spite of the silence.
        looked_for = [ClaimCommandRefusal.NOT_POSSIBLE_NOW]
        for ended in taken(decided, decision, claim, expected=looked_for):
            yield ClaimChanged(at=ended.at, case=name, event=ended)


# ---- commands ----


def confirm(order: Order, command: ConfirmReceipt) -> OrderEvents | Refused[OrderCommandRefusal]:
    """Return that a buyer confirms what was posted to them, or why they cannot.

    Raises:
        NotFoundError: For a piece that the order does not hold.
    """
    gone = {piece.id for piece in order.refunded_pieces}
    named = [order.line(piece).piece for piece in command.pieces] or [
        piece for piece in order.payouts if piece not in {*gone, *order.confirmed}
    ]
    posted = [piece for piece in named if order.parcel_of(piece).handed_in_at is not None]
    found: list[OrderCommandRefusal] = []
    if gone.intersection(named):
        found.append(OrderCommandRefusal.ALREADY_REFUNDED)
    if order.confirmed.keys() & set(named) or not named:
        found.append(OrderCommandRefusal.ALREADY_CONFIRMED)
    if (named and not posted) or (command.pieces and len(posted) < len(named)):
        found.append(OrderCommandRefusal.NOT_POSSIBLE_NOW)
    if found:
        return refused(order, *sorted(found))
    return (ReceiptConfirmed(at=command.at, pieces=tuple(posted)),)


def answer_question(
    order: Order, command: AnswerQuestion, policy: HousePolicy
) -> OrderEvents | Refused[OrderCommandRefusal]:
    """Return that a question about the sale is answered with yes, or why it cannot be.

    Raises:
        NotFoundError: For a piece that the order does not hold.
    """
    pieces = [order.line(piece).piece for piece in command.pieces] or list(order.payouts)
    asked = policy.service.questions_in(order.placed.destination.territory)
    by_word = {
        question.name
        for question in asked
        if subject_of(question) is Subject.SALE and question.name != DISPATCH
    }
    known = {piece: order.questions.get((command.question, piece)) for piece in pieces}
    is_open = tuple(piece for piece, each in known.items() if each is not None and each.is_open)
    if command.question not in by_word or not is_open:
        return refused(order, OrderCommandRefusal.NO_SUCH_QUESTION)
    return (QuestionClosed(at=command.at, question=command.question, pieces=is_open),)
