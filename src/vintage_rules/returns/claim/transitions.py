"""What may follow what in the life of a claim, and what time alone brings to it.

What people and time do is in `CLAIM_TRANSITIONS`: state, event, next state. What time alone brings
is in `CLAIM_DEADLINES`: the event that happens when a state's `deadline` comes.
"""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.returns.claim.events import (
    ClaimEvent,
    ClaimOpened,
    ClaimRejected,
    ClaimSettled,
    ClaimUpheld,
    InvestigationOpened,
    InvestigationStalled,
    ParcelFound,
    ParcelLost,
)
from vintage_rules.returns.claim.states import ClaimStatus
from vintage_rules.returns.claim_policy import LookedInVain

CLAIM_TRANSITIONS: Mapping[ClaimStatus, Mapping[type[ClaimEvent], ClaimStatus]] = {
    ClaimStatus.UNOPENED: {
        ClaimOpened: ClaimStatus.OPENED,
    },
    ClaimStatus.OPENED: {
        InvestigationOpened: ClaimStatus.INVESTIGATING,
        ClaimUpheld: ClaimStatus.UPHELD,
        ClaimRejected: ClaimStatus.REJECTED,
    },
    ClaimStatus.INVESTIGATING: {
        ParcelFound: ClaimStatus.FOUND,
        ParcelLost: ClaimStatus.LOST,
        InvestigationStalled: ClaimStatus.OPENED,
    },
    ClaimStatus.LOST: {
        ParcelFound: ClaimStatus.FOUND,
        ClaimSettled: ClaimStatus.SETTLED,
    },
    ClaimStatus.UPHELD: {
        ClaimSettled: ClaimStatus.SETTLED,
        ClaimRejected: ClaimStatus.REJECTED,
    },
    ClaimStatus.FOUND: {},
    ClaimStatus.REJECTED: {},
    ClaimStatus.SETTLED: {},
}


CLAIM_DEADLINES: Mapping[
    ClaimStatus, Mapping[LookedInVain, type[ParcelLost | InvestigationStalled]]
] = {
    ClaimStatus.INVESTIGATING: {
        LookedInVain.LOST: ParcelLost,
        LookedInVain.REVIEW: InvestigationStalled,
    },
}
