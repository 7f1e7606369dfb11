"""What events make of a return. No policy and no guard lives here."""

from __future__ import annotations

from datetime import datetime

from attrs import evolve as changed

from vintage_rules.errors import CorruptHistoryError
from vintage_rules.machine import state_after
from vintage_rules.returns.pending_refunds import ReturnSteps
from vintage_rules.returns.request.events import (
    PiecesReceived,
    RefundFellDue,
    RefundWentOverdue,
    ReturnAccepted,
    ReturnEvent,
    ReturnPassed,
    ReturnPosted,
    ReturnPostedLate,
    ReturnQuestioned,
    ReturnReceived,
    ReturnReceivedLate,
    ReturnRequested,
)
from vintage_rules.returns.request.states import Return, ReturnState
from vintage_rules.returns.request.transitions import RETURN_DEADLINES, RETURN_TRANSITIONS


def consequences(state: Return, event: ReturnEvent, next_state: ReturnState) -> Return:
    """Return the return after an event that leads to a state of the table."""
    return _changed(changed(state, state=next_state, at=event.at), event)


def opened(event: ReturnEvent) -> Return:
    """Return the return that its request makes.

    Raises:
        CorruptHistoryError: For another event.
    """
    if not isinstance(event, ReturnRequested):
        raise CorruptHistoryError(event, None)
    return Return(
        state=state_after(RETURN_TRANSITIONS, ReturnState.UNREQUESTED, event),
        at=event.at,
        opened=event,
        steps=ReturnSteps(informed=event.informed),
        received=event.received,
    )


def _changed(state: Return, event: ReturnEvent) -> Return:
    """Return the consequences of an event that has already moved the state."""
    steps = state.steps
    match event:
        case ReturnAccepted():
            accepted = changed(state, accepted_at=event.at)
            return changed(accepted, post_by=event.post_by, deadline=event.lapses_at)
        case PiecesReceived():
            received = changed(state, received=event.received)
            return changed(received, post_by=event.post_by, deadline=event.lapses_at)
        case ReturnPosted():
            promised = _promised(state, event.overdue_at)
            return changed(promised, steps=changed(steps, posted=event.postmark))
        case ReturnPostedLate():
            return changed(state, steps=changed(steps, posted=event.postmark), deadline=None)
        case ReturnReceived():
            promised = _promised(state, event.overdue_at)
            return changed(promised, steps=changed(steps, received=event.arrived))
        case ReturnReceivedLate():
            return changed(state, steps=changed(steps, received=event.arrived), deadline=None)
        case ReturnPassed() | ReturnQuestioned():
            checked = changed(steps, checked=event.checked)
            return changed(state, steps=checked, findings=event.findings)
        case RefundFellDue():
            return changed(_promised(state, event.overdue_at), refunds=event.refunds)
        case RefundWentOverdue():
            return changed(state, overdue_since=event.at, deadline=None)
        case _:  # settled, paid, declined, lapsed: nothing is waited for
            return changed(state, deadline=None)


def _promised(state: Return, overdue_at: datetime | None) -> Return:
    """Wait for the moment a refund goes overdue: once, and only while something is waited for."""
    waits = state.overdue_since is None and state.state in RETURN_DEADLINES
    return changed(state, deadline=overdue_at if waits else None)
