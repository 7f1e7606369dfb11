"""What a claim lives through: opened, looked into, found or lost, settled or refused. Clauses R9,
R10.

`decide` holds the guards, `fall_due` says what time alone has done, `evolve` the consequences; the
edges are in `tables`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from vintage_rules.dates import Calendar, instant
from vintage_rules.errors import CorruptHistoryError, InvalidValueError
from vintage_rules.returns.claim_events import (
    ClaimCommand,
    ClaimEvent,
    ClaimOpened,
    ClaimRejected,
    ClaimSettled,
    ClaimUpheld,
    InvestigationOpened,
    LookAgain,
    OpenClaim,
    ParcelFound,
    ParcelLost,
    RecordSettlement,
    RejectClaim,
    ReportFound,
    ReportLost,
    UpholdClaim,
)
from vintage_rules.returns.claim_states import Claim, ClaimStatus
from vintage_rules.returns.claims import ClaimRefused, assess_claim
from vintage_rules.returns.policy import ClaimPolicy
from vintage_rules.returns.return_events import SettledPiece, require_settled
from vintage_rules.returns.tables import CLAIM_DEADLINES, CLAIM_TRANSITIONS, admits, following


class ClaimCommandRefusal(StrEnum):
    """Why a command changes nothing."""

    ALREADY_OPENED = "already-opened"
    NOT_POSSIBLE_NOW = "not-possible-now"
    OUT_OF_ORDER = "out-of-order"


@frozen(kw_only=True)
class ClaimCommandRefused:
    """The command does not fit where the claim stands; nothing has changed."""

    reasons: tuple[ClaimCommandRefusal, ...]


ClaimEvents: TypeAlias = tuple[ClaimEvent, ...]
ClaimAnswer: TypeAlias = ClaimEvents | ClaimRefused | ClaimCommandRefused
_LaterCommand: TypeAlias = (
    LookAgain | ReportFound | ReportLost | UpholdClaim | RejectClaim | RecordSettlement
)


def decide(
    state: Claim | None, command: ClaimCommand, policy: ClaimPolicy, calendar: Calendar
) -> ClaimAnswer:
    """Give the events a command makes, after those that time has made by then, or why it makes
    none.

    A claim that the house does not take is a `ClaimRefused`, a command that does not fit where the
    claim stands a `ClaimCommandRefused`; both change nothing. Raises `InvalidValueError` for
    another edition than the one the claim was opened under, and for pieces that are not those of
    the claim.
    """
    if state is None:
        if isinstance(command, OpenClaim):
            return _opened(command, policy, calendar)
        return _refused(ClaimCommandRefusal.NOT_POSSIBLE_NOW)
    if isinstance(command, OpenClaim):
        return _refused(ClaimCommandRefusal.ALREADY_OPENED)
    if command.at < state.at:
        return _refused(ClaimCommandRefusal.OUT_OF_ORDER)
    due = fall_due(state, command.at)
    for event in due:
        state = evolve(state, event)
    events = _answer(state, command, policy, calendar)
    if not events or not admits(CLAIM_TRANSITIONS, state.status, type(events[0])):
        return _refused(ClaimCommandRefusal.NOT_POSSIBLE_NOW)
    return (*due, *events)


def fall_due(state: Claim | None, now: datetime) -> ClaimEvents:
    """Give what time alone has done by a moment, dated when it happened, however late it is asked.

    >>> fall_due(None, datetime.fromisoformat("2026-09-15T10:00:00Z"))
    ()
    """
    if state is None or state.deadline is None or state.in_vain is None:
        return ()
    if instant(now, "now") < state.deadline:
        return ()
    return (CLAIM_DEADLINES[state.status][state.in_vain](at=state.deadline),)


def evolve(state: Claim | None, event: ClaimEvent) -> Claim:
    """Give the claim as an event leaves it; of none, the one that its opening makes.

    Raises `CorruptHistoryError` when the event cannot follow, or is dated before the one before it.
    """
    if state is None:
        return _first(event)
    status = following(CLAIM_TRANSITIONS, state.status, event)
    if event.at < state.at:
        raise CorruptHistoryError(event, state)
    moved = changed(state, status=status, at=event.at, deadline=None, in_vain=None)
    match event:
        case InvestigationOpened():
            return changed(moved, deadline=event.ends_at, in_vain=event.in_vain)
        case ClaimUpheld():
            return changed(moved, refunds=event.refunds, return_needed=event.return_needed)
        case ParcelLost():
            return changed(moved, refunds=_in_full(state))
        case ParcelFound() | ClaimRejected():
            return changed(moved, refunds=(), return_needed=False)
        case _:  # stalled, settled: the status says it all
            return moved


def replay(events: Iterable[ClaimEvent], state: Claim | None = None) -> Claim | None:
    """Give the claim that events have made, from its opening on or from the state given."""
    for event in events:
        state = evolve(state, event)
    return state


def _refused(reason: ClaimCommandRefusal) -> ClaimCommandRefused:
    return ClaimCommandRefused(reasons=(reason,))


def _first(event: ClaimEvent) -> Claim:
    if not isinstance(event, ClaimOpened):
        raise CorruptHistoryError(event, None)
    status = following(CLAIM_TRANSITIONS, ClaimStatus.UNOPENED, event)
    return Claim(status=status, at=event.at, opened=event)


def _in_full(state: Claim) -> tuple[SettledPiece, ...]:
    return tuple(SettledPiece(piece=piece) for piece in state.opened.pieces)


def _opened(command: OpenClaim, policy: ClaimPolicy, calendar: Calendar) -> ClaimAnswer:
    decision = assess_claim(command.request, policy, calendar)
    if isinstance(decision, ClaimRefused):
        return decision
    kind = command.request.kind
    opened = ClaimOpened(
        at=command.at, edition=policy.edition, kind=kind, pieces=command.request.pieces
    )
    return (opened, *_investigation(kind, command.at, policy, calendar))


def _investigation(kind: str, at: datetime, policy: ClaimPolicy, calendar: Calendar) -> ClaimEvents:
    """Open an investigation where that kind of claim has one. Clause R10."""
    investigation = policy.terms(kind).investigation
    if investigation is None:
        return ()
    ends_at = investigation.ends_at(at, policy.where, calendar)
    return (InvestigationOpened(at=at, ends_at=ends_at, in_vain=investigation.in_vain),)


def _answer(
    state: Claim, command: _LaterCommand, policy: ClaimPolicy, calendar: Calendar
) -> ClaimEvents:
    """Give the events a command would make; none where there is nothing to do."""
    opened = state.opened
    if policy.edition != opened.edition:
        raise InvalidValueError("policy", str(policy.edition), f"the edition {opened.edition}")
    match command:
        case LookAgain():
            return _investigation(opened.kind, command.at, policy, calendar)
        case ReportFound():
            return (ParcelFound(at=command.at),)
        case ReportLost():
            return (ParcelLost(at=command.at),)
        case UpholdClaim():
            return (_upheld(state, command, policy),)
        case RejectClaim():
            return _rejected(state, command)
        case RecordSettlement():
            return (ClaimSettled(at=command.at, payments=command.payments),)
        case _:
            assert_never(command)


def _rejected(state: Claim, command: RejectClaim) -> ClaimEvents:
    """Reject it, also once upheld where the piece never came back; what is refunded without a
    return is owed already.
    """
    if state.status is ClaimStatus.UPHELD and not state.return_needed:
        return ()
    return (ClaimRejected(at=command.at, reasons=command.reasons),)


def _upheld(state: Claim, command: UpholdClaim, policy: ClaimPolicy) -> ClaimUpheld:
    require_settled(command.refunds, state.opened.pieces)
    return ClaimUpheld(
        at=command.at,
        refunds=command.refunds,
        return_needed=policy.terms(state.opened.kind).return_needed,
    )
