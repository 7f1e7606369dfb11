"""What a command makes of a return: the guards. Clauses R1 to R9, F1, F4."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias, assert_never
from zoneinfo import ZoneInfo

from attrs import evolve as changed
from attrs import frozen

from vintage_rules.dates import Calendar, local_day, require_day
from vintage_rules.errors import DayError, InvalidValueError
from vintage_rules.ids import PieceId
from vintage_rules.machine import Machine, Refused, admits, needed, refuse
from vintage_rules.returns.deadline import lapses_at, last_posting_day
from vintage_rules.returns.eligibility import Returnable, ReturnRefused, assess_return
from vintage_rules.returns.pending_refunds import ReturnSteps, overdue_at
from vintage_rules.returns.pieces import Finding, SettledPiece, require_settled
from vintage_rules.returns.policy import ReturnsPolicy
from vintage_rules.returns.request.commands import (
    AcceptReturn,
    DeclineReturn,
    RecordArrival,
    RecordCheck,
    RecordDelivery,
    RecordPosting,
    RecordRefund,
    RequestReturn,
    ReturnCommand,
    SettleReview,
)
from vintage_rules.returns.request.due import next_due
from vintage_rules.returns.request.events import (
    PiecesReceived,
    RefundFellDue,
    RefundPaid,
    ReturnAccepted,
    ReturnDeclined,
    ReturnEvent,
    ReturnPassed,
    ReturnPosted,
    ReturnPostedLate,
    ReturnQuestioned,
    ReturnReceived,
    ReturnReceivedLate,
    ReturnRequested,
    ReviewSettled,
)
from vintage_rules.returns.request.evolve import consequences, opened
from vintage_rules.returns.request.states import Return, ReturnState
from vintage_rules.returns.request.transitions import RETURN_TRANSITIONS
from vintage_rules.returns.terms import PostingProof, RefundTrigger, ReturnTerms
from vintage_rules.windows import Events


class ReturnCommandRefusal(StrEnum):
    """Why a return refuses a command, which then changes nothing."""

    ALREADY_REQUESTED = "already-requested"
    NOT_POSSIBLE_NOW = "not-possible-now"
    OUT_OF_ORDER = "out-of-order"


_LaterCommand: TypeAlias = (
    RecordDelivery
    | AcceptReturn
    | DeclineReturn
    | RecordPosting
    | RecordArrival
    | RecordCheck
    | SettleReview
    | RecordRefund
)


ReturnEvents: TypeAlias = tuple[ReturnEvent, ...]


ReturnAnswer: TypeAlias = ReturnEvents | ReturnRefused | Refused[ReturnCommandRefusal]


def begin(command: ReturnCommand, policy: ReturnsPolicy, calendar: Calendar | None) -> ReturnAnswer:
    """Return the events of a request, or why the house does not take it: a `ReturnRefused`.

    Only a request begins a return.
    """
    if not isinstance(command, RequestReturn):
        return refuse(ReturnCommandRefusal.NOT_POSSIBLE_NOW)
    return _requested(command, policy, needed(calendar))


def answer(
    state: Return, command: ReturnCommand, policy: ReturnsPolicy, calendar: Calendar | None
) -> ReturnAnswer:
    """Return the events of a command, or why it makes none.

    Raises:
        InvalidValueError: For another edition than the return was requested under, and for pieces
            that are not those of the return.
        DayError: For a receipt, a postmark or an arrival after the day it is recorded, for one of
            the last two before the return began, and for an arrival before its postmark.
    """
    if isinstance(command, RequestReturn):
        return refuse(ReturnCommandRefusal.ALREADY_REQUESTED)
    events = _answer(_case(state, policy, needed(calendar)), command)
    if not events or not admits(RETURN_TRANSITIONS, state.state, type(events[0])):
        return refuse(ReturnCommandRefusal.NOT_POSSIBLE_NOW)
    return events


def _requested(command: RequestReturn, policy: ReturnsPolicy, calendar: Calendar) -> ReturnAnswer:
    request = command.request
    decision = assess_return(request, policy.returns, calendar)
    if isinstance(decision, ReturnRefused):
        return decision
    where = policy.returns.where
    received = request.received
    request_made = ReturnRequested(
        at=command.at,
        edition=policy.edition,
        case=request.case,
        pieces=command.pieces,
        parcel=command.parcel,
        received=local_day(received, where) if isinstance(received, datetime) else received,
        informed=local_day(request.requested_at, where),
        last_day=decision.last_day,
        refunds=command.refunds,
    )
    if not isinstance(decision, Returnable):
        return (request_made,)
    case = _case(opened(request_made), policy, calendar)
    return (request_made, *_accepted(case, command.at, request.events))


@frozen(kw_only=True)
class _Case:
    """A return and the terms it is settled on."""

    state: Return
    terms: ReturnTerms
    policy: ReturnsPolicy
    calendar: Calendar

    @property
    def where(self) -> ZoneInfo:
        return self.policy.returns.where

    @property
    def trigger(self) -> RefundTrigger:
        return self.terms.refund.trigger

    @property
    def waits_for_time(self) -> bool:
        """Whether time alone will still decide what happens to it.

        Once its refund is overdue, or where no clock runs at all, a person ends what never came.
        """
        under_way = self.state.state in {ReturnState.ACCEPTED, ReturnState.POSTED}
        return under_way and self.state.deadline is not None

    def is_late(self, day: date) -> bool:
        return self.state.post_by is not None and day > self.state.post_by

    @property
    def arrival_counts(self) -> bool:
        posting = self.terms.posting
        return posting is not None and posting.proof is PostingProof.ARRIVAL

    def overdue_at(self, steps: ReturnSteps, at: datetime) -> datetime | None:
        """Return when the refund goes overdue; at once where that day has passed already."""
        moment = overdue_at(
            steps, self.terms.refund, self.policy.refunds, self.where, self.calendar
        )
        return None if moment is None else max(moment, at)


def _case(state: Return, policy: ReturnsPolicy, calendar: Calendar) -> _Case:
    asked_under = state.opened.edition
    terms = policy.returns.rule_for(state.opened.case).terms
    if terms is None or policy.edition != asked_under:
        raise InvalidValueError("policy", str(policy.edition), f"the edition {asked_under}")
    return _Case(state=state, terms=terms, policy=policy, calendar=calendar)


def _answer(case: _Case, command: _LaterCommand) -> ReturnEvents:
    """Return the events a command would make; none where there is nothing left to record."""
    match command:
        case RecordDelivery():
            return _received(case, command)
        case AcceptReturn():
            return _accepted(case, command.at, command.events)
        case DeclineReturn():
            return _declined(case, command)
        case RecordPosting():
            return _posted(case, command)
        case RecordArrival():
            return _arrived(case, command)
        case RecordCheck():
            return _checked(case, command)
        case SettleReview():
            return _settled(case, command)
        case RecordRefund():
            return (RefundPaid(at=command.at, payments=command.payments),)
        case _:
            assert_never(command)


def _accepted(case: _Case, at: datetime, events: Events) -> ReturnEvents:
    post_by, lapses = _posting(case, case.state.received, at, events)
    accepted = ReturnAccepted(at=at, post_by=post_by, lapses_at=lapses)
    if case.trigger is RefundTrigger.NONE_NEEDED:
        return (accepted, _fell_due(case, case.state.steps, at))
    return (accepted,)


def _received(case: _Case, command: RecordDelivery) -> ReturnEvents:
    _require_not_after("received", command.received, local_day(command.at, case.where))
    if case.state.received is not None:
        return ()
    accepted_at = case.state.accepted_at
    post_by, lapses = _posting(case, command.received, accepted_at, command.events)
    if lapses is not None:  # recorded so late that it is over already, it is over from then on
        lapses = max(lapses, command.at)
    received = PiecesReceived(
        at=command.at, received=command.received, post_by=post_by, lapses_at=lapses
    )
    return (received,)


def _posting(
    case: _Case, received: date | None, accepted_at: datetime | None, events: Events
) -> tuple[date | None, datetime | None]:
    """Return the last day for posting and the moment the return lapses.

    There is neither before it is both accepted and there to be posted.
    """
    posting = case.terms.posting_clock
    if posting is None or received is None or accepted_at is None:
        return None, None
    post_by = last_posting_day(
        posting,
        received=received,
        requested=case.state.opened.informed,
        accepted=local_day(accepted_at, case.where),
        events=events,
        where=case.where,
        calendar=case.calendar,
    )
    return post_by, lapses_at(post_by, posting.allowance, case.where, case.calendar)


def _posted(case: _Case, command: RecordPosting) -> ReturnEvents:
    _require_happened(case, "postmark", command.postmark, command.at)
    if case.is_late(command.postmark):  # what is posted too late arrives too late
        return (ReturnPostedLate(at=command.at, postmark=command.postmark),)
    steps = changed(case.state.steps, posted=command.postmark)
    posted = ReturnPosted(
        at=command.at, postmark=command.postmark, overdue_at=case.overdue_at(steps, command.at)
    )
    if case.trigger is RefundTrigger.POSTED:
        return (posted, _fell_due(case, steps, command.at))
    return (posted,)


def _arrived(case: _Case, command: RecordArrival) -> ReturnEvents:
    before = case.state.steps
    for postmark in (command.postmark, before.posted):
        if postmark is not None:
            _require_happened(case, "postmark", postmark, command.at)
            _require_since("arrived", command.arrived, postmark, "its postmark")
    _require_happened(case, "arrived", command.arrived, command.at)
    if before.received is not None:
        return ()
    # Without a postmark, what has arrived by the last day was posted by then.
    proof = None if case.arrival_counts else before.posted or command.postmark
    if case.is_late(proof or command.arrived):
        return (ReturnReceivedLate(at=command.at, arrived=command.arrived),)
    steps = changed(before, received=command.arrived)
    received = ReturnReceived(
        at=command.at, arrived=command.arrived, overdue_at=case.overdue_at(steps, command.at)
    )
    waits = case.trigger in {RefundTrigger.POSTED, RefundTrigger.RECEIVED}
    if waits and not case.state.refunds:
        return (received, _fell_due(case, steps, command.at))
    return (received,)


def _checked(case: _Case, command: RecordCheck) -> ReturnEvents:
    _require_pieces(case, "findings", [checked.piece for checked in command.findings])
    before = case.state.steps
    if before.received is None or before.checked is not None:
        return ()
    day = local_day(command.at, case.where)
    if any(checked.finding is not Finding.AS_SENT for checked in command.findings):
        return (ReturnQuestioned(at=command.at, checked=day, findings=command.findings),)
    passed = ReturnPassed(at=command.at, checked=day, findings=command.findings)
    if case.state.refunds:
        return (passed,)
    return (passed, _fell_due(case, before, command.at))


def _declined(case: _Case, command: DeclineReturn) -> ReturnEvents:
    if case.waits_for_time:
        return ()
    return (ReturnDeclined(at=command.at, reasons=command.reasons),)


def _settled(case: _Case, command: SettleReview) -> ReturnEvents:
    if case.waits_for_time:
        return ()
    require_settled(command.refunds, case.state.opened.pieces)
    settled = ReviewSettled(at=command.at, refunds=command.refunds)
    return (settled, _fell_due(case, case.state.steps, command.at, command.refunds))


def _fell_due(
    case: _Case, steps: ReturnSteps, at: datetime, refunds: tuple[SettledPiece, ...] = ()
) -> RefundFellDue:
    """Refund what a person settled, of the return or of the claim that was upheld before.

    Without a settlement, every piece is refunded in full.
    """
    opened = case.state.opened
    upheld = {settled.piece: settled for settled in opened.refunds}
    every = tuple(upheld.get(piece, SettledPiece(piece=piece)) for piece in opened.pieces)
    return RefundFellDue(at=at, refunds=refunds or every, overdue_at=case.overdue_at(steps, at))


def _require_happened(case: _Case, field: str, day: date, at: datetime) -> None:
    """Refuse a day after the one it is recorded on, or before the parcel could be posted."""
    _require_not_after(field, day, local_day(at, case.where))
    informed, received = case.state.opened.informed, case.state.received
    first = informed if received is None else min(informed, received)
    _require_since(field, day, first, "the first day it could be posted")


def _require_not_after(field: str, day: date, recorded: date) -> None:
    if require_day(day, field) > recorded:
        raise DayError(field, day, f"not after {recorded}, when it is recorded")


def _require_since(field: str, day: date, first: date, what: str) -> None:
    if require_day(day, field) < first:
        raise DayError(field, day, f"not before {first}, {what}")


def _require_pieces(case: _Case, field: str, found: list[PieceId]) -> None:
    if sorted(found) != sorted(case.state.opened.pieces):
        raise InvalidValueError(field, found, f"one for each of {case.state.opened.pieces}")


def _state(state: Return) -> ReturnState:
    return state.state


RETURN: Machine[
    Return,
    ReturnState,
    ReturnCommand,
    ReturnEvent,
    ReturnsPolicy,
    ReturnRefused | Refused[ReturnCommandRefusal],
] = Machine(
    transitions=RETURN_TRANSITIONS,
    state_of=_state,
    opened=opened,
    consequences=consequences,
    next_due=next_due,
    begin=begin,
    answer=answer,
    out_of_order=refuse(ReturnCommandRefusal.OUT_OF_ORDER),
)
"""The machine of a return, from the request to the settlement. Clauses R1 to R8, F1 to F4."""
