"""What a command does to a claim. Clauses R9, R10.

It is opened, looked into, found or lost, settled or refused.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from vintage_rules.dates import Calendar
from vintage_rules.errors import InvalidValueError
from vintage_rules.machine import Machine, Refused, admits, needed, refuse
from vintage_rules.returns.claim.commands import (
    ClaimCommand,
    LookAgain,
    OpenClaim,
    RecordSettlement,
    RejectClaim,
    ReportFound,
    ReportLost,
    UpholdClaim,
)
from vintage_rules.returns.claim.due import next_due
from vintage_rules.returns.claim.events import (
    ClaimEvent,
    ClaimOpened,
    ClaimRejected,
    ClaimSettled,
    ClaimUpheld,
    InvestigationOpened,
    ParcelFound,
    ParcelLost,
)
from vintage_rules.returns.claim.evolve import consequences, opened
from vintage_rules.returns.claim.states import Claim, ClaimState
from vintage_rules.returns.claim.transitions import CLAIM_TRANSITIONS
from vintage_rules.returns.claim_policy import ClaimPolicy
from vintage_rules.returns.claims import ClaimRefused, assess_claim
from vintage_rules.returns.pieces import require_settled


class ClaimCommandRefusal(StrEnum):
    """Why a claim refuses a command, which then changes nothing."""

    ALREADY_OPENED = "already-opened"
    NOT_POSSIBLE_NOW = "not-possible-now"
    OUT_OF_ORDER = "out-of-order"


ClaimEvents: TypeAlias = tuple[ClaimEvent, ...]


ClaimAnswer: TypeAlias = ClaimEvents | ClaimRefused | Refused[ClaimCommandRefusal]


_LaterCommand: TypeAlias = (
    LookAgain | ReportFound | ReportLost | UpholdClaim | RejectClaim | RecordSettlement
)


def begin(command: ClaimCommand, policy: ClaimPolicy, calendar: Calendar | None) -> ClaimAnswer:
    """Return the events of an opening, or why the house does not take the claim: a `ClaimRefused`.

    Only an opening begins a claim.
    """
    if not isinstance(command, OpenClaim):
        return refuse(ClaimCommandRefusal.NOT_POSSIBLE_NOW)
    return _opened(command, policy, needed(calendar))


def answer(
    state: Claim, command: ClaimCommand, policy: ClaimPolicy, calendar: Calendar | None
) -> ClaimAnswer:
    """Return the events of a command, or why it makes none.

    Raises:
        InvalidValueError: For another edition than the one the claim was opened under, and for
            pieces that are not those of the claim.
    """
    if isinstance(command, OpenClaim):
        return refuse(ClaimCommandRefusal.ALREADY_OPENED)
    events = _answer(state, command, policy, needed(calendar))
    if not events or not admits(CLAIM_TRANSITIONS, state.state, type(events[0])):
        return refuse(ClaimCommandRefusal.NOT_POSSIBLE_NOW)
    return events


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
    """Return the events a command would make; none where there is nothing to do."""
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
    """Reject a claim, also once upheld where the piece never came back.

    What is refunded without a return is owed already.
    """
    if state.state is ClaimState.UPHELD and not state.return_needed:
        return ()
    return (ClaimRejected(at=command.at, reasons=command.reasons),)


def _upheld(state: Claim, command: UpholdClaim, policy: ClaimPolicy) -> ClaimUpheld:
    require_settled(command.refunds, state.opened.pieces)
    needed = policy.terms(state.opened.kind).return_needed and not command.already_refunded
    return ClaimUpheld(at=command.at, refunds=command.refunds, return_needed=needed)


def _state(state: Claim) -> ClaimState:
    return state.state


CLAIM: Machine[
    Claim,
    ClaimState,
    ClaimCommand,
    ClaimEvent,
    ClaimPolicy,
    ClaimRefused | Refused[ClaimCommandRefusal],
] = Machine(
    transitions=CLAIM_TRANSITIONS,
    state_of=_state,
    opened=opened,
    consequences=consequences,
    next_due=next_due,
    begin=begin,
    answer=answer,
    out_of_order=refuse(ClaimCommandRefusal.OUT_OF_ORDER),
)
"""The machine of a claim, from the report to the settlement. Clauses R9, R10."""
