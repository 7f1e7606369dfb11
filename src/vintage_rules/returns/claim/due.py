"""What time alone brings to a claim: the search for the parcel ends in vain. Clause R10."""

from __future__ import annotations

from datetime import datetime

from vintage_rules.dates import instant
from vintage_rules.returns.claim.events import ClaimEvent
from vintage_rules.returns.claim.states import Claim
from vintage_rules.returns.claim.transitions import CLAIM_DEADLINES


def fall_due(state: Claim | None, now: datetime) -> tuple[ClaimEvent, ...]:
    """Return what time alone has done by a moment, dated when it happened.

    >>> fall_due(None, datetime.fromisoformat("2026-09-15T10:00:00Z"))
    ()
    """
    if state is None or state.deadline is None or state.in_vain is None:
        return ()
    if instant(now, "now") < state.deadline:
        return ()
    return (CLAIM_DEADLINES[state.status][state.in_vain](at=state.deadline),)
