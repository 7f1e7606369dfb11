"""What events make of a claim. No policy and no guard lives here."""

from __future__ import annotations

from attrs import evolve as changed

from vintage_rules.errors import CorruptHistoryError
from vintage_rules.machine import state_after
from vintage_rules.returns.claim.events import (
    ClaimEvent,
    ClaimOpened,
    ClaimRejected,
    ClaimUpheld,
    InvestigationOpened,
    ParcelFound,
    ParcelLost,
)
from vintage_rules.returns.claim.states import Claim, ClaimState
from vintage_rules.returns.claim.transitions import CLAIM_TRANSITIONS
from vintage_rules.returns.pieces import SettledPiece


def consequences(state: Claim, event: ClaimEvent, next_state: ClaimState) -> Claim:
    """Return the claim after an event that leads to a state of the table."""
    moved = changed(state, state=next_state, at=event.at, deadline=None, in_vain=None)
    match event:
        case InvestigationOpened():
            return changed(moved, deadline=event.ends_at, in_vain=event.in_vain)
        case ClaimUpheld():
            return changed(moved, refunds=event.refunds, return_needed=event.return_needed)
        case ParcelLost():
            return changed(moved, refunds=_in_full(state))
        case ParcelFound() | ClaimRejected():
            return changed(moved, refunds=(), return_needed=False)
        case _:  # stalled, settled: the state says it all
            return moved


def opened(event: ClaimEvent) -> Claim:
    """Return the claim that its opening makes.

    Raises:
        CorruptHistoryError: For another event.
    """
    if not isinstance(event, ClaimOpened):
        raise CorruptHistoryError(event, None)
    reached = state_after(CLAIM_TRANSITIONS, ClaimState.UNOPENED, event)
    return Claim(state=reached, at=event.at, opened=event)


def _in_full(state: Claim) -> tuple[SettledPiece, ...]:
    return tuple(SettledPiece(piece=piece) for piece in state.opened.pieces)
