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
from vintage_rules.returns.claim.states import ClaimState
from vintage_rules.returns.claim_policy import LookedInVain

CLAIM_TRANSITIONS: Mapping[ClaimState, Mapping[type[ClaimEvent], ClaimState]] = {
    ClaimState.UNOPENED: {
        ClaimOpened: ClaimState.OPENED,
    },
    ClaimState.OPENED: {
        InvestigationOpened: ClaimState.INVESTIGATING,
        ClaimUpheld: ClaimState.UPHELD,
        ClaimRejected: ClaimState.REJECTED,
    },
    ClaimState.INVESTIGATING: {
        ParcelFound: ClaimState.FOUND,
        ParcelLost: ClaimState.LOST,
        InvestigationStalled: ClaimState.OPENED,
    },
    ClaimState.LOST: {
        ParcelFound: ClaimState.FOUND,
        ClaimSettled: ClaimState.SETTLED,
    },
    ClaimState.UPHELD: {
        ClaimSettled: ClaimState.SETTLED,
        ClaimRejected: ClaimState.REJECTED,
    },
    ClaimState.FOUND: {},
    ClaimState.REJECTED: {},
    ClaimState.SETTLED: {},
}


CLAIM_DEADLINES: Mapping[
    ClaimState, Mapping[LookedInVain, type[ParcelLost | InvestigationStalled]]
] = {
    ClaimState.INVESTIGATING: {
        LookedInVain.LOST: ParcelLost,
        LookedInVain.REVIEW: InvestigationStalled,
    },
}
