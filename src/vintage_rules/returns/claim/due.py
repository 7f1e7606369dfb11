"""What time alone brings to a claim: the search for the parcel ends in vain. Clause R10."""

from __future__ import annotations

from datetime import datetime

from vintage_rules.returns.claim.events import InvestigationStalled, ParcelLost
from vintage_rules.returns.claim.states import Claim
from vintage_rules.returns.claim.transitions import CLAIM_DEADLINES


def next_due(state: Claim, now: datetime) -> ParcelLost | InvestigationStalled | None:
    """Return what time alone brings to a claim next: the search has been in vain."""
    if state.deadline is None or state.in_vain is None or state.deadline > now:
        return None
    return CLAIM_DEADLINES[state.state][state.in_vain](at=state.deadline)
