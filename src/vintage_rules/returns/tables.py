"""What may follow what: every edge of the machines of a return and of a claim, as data.

What people and time do is in `RETURN_TRANSITIONS` and `CLAIM_TRANSITIONS`: state, event, next
state. What time alone brings is in `RETURN_DEADLINES` and `CLAIM_DEADLINES`: the event that
happens when a state's `deadline` comes. The diagrams of the documentation are generated from these
tables, and all machines read them through `following` and `admits`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from vintage_rules.errors import CorruptHistoryError
from vintage_rules.returns.claim_events import (
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
from vintage_rules.returns.claim_states import ClaimStatus
from vintage_rules.returns.policy import LookedInVain
from vintage_rules.returns.return_events import (
    PiecesReceived,
    RefundFellDue,
    RefundPaid,
    RefundWentOverdue,
    ReturnAccepted,
    ReturnDeclined,
    ReturnEvent,
    ReturnLapsed,
    ReturnPassed,
    ReturnPosted,
    ReturnPostedLate,
    ReturnQuestioned,
    ReturnReceived,
    ReturnReceivedLate,
    ReturnRequested,
    ReviewSettled,
)
from vintage_rules.returns.return_states import ReturnStatus

S = TypeVar("S")
E = TypeVar("E")

RETURN_TRANSITIONS: Mapping[ReturnStatus, Mapping[type[ReturnEvent], ReturnStatus]] = {
    ReturnStatus.UNREQUESTED: {
        ReturnRequested: ReturnStatus.REQUESTED,
    },
    ReturnStatus.REQUESTED: {
        PiecesReceived: ReturnStatus.REQUESTED,
        ReturnAccepted: ReturnStatus.ACCEPTED,
        ReturnDeclined: ReturnStatus.DECLINED,
    },
    ReturnStatus.ACCEPTED: {
        PiecesReceived: ReturnStatus.ACCEPTED,
        ReturnPosted: ReturnStatus.POSTED,
        ReturnPostedLate: ReturnStatus.NEEDS_REVIEW,
        ReturnReceived: ReturnStatus.RECEIVED,
        ReturnReceivedLate: ReturnStatus.NEEDS_REVIEW,
        RefundFellDue: ReturnStatus.REFUND_DUE,
        ReturnLapsed: ReturnStatus.LAPSED,
        ReturnDeclined: ReturnStatus.DECLINED,
    },
    ReturnStatus.LAPSED: {
        ReturnPosted: ReturnStatus.POSTED,
        ReturnPostedLate: ReturnStatus.NEEDS_REVIEW,
        ReturnReceived: ReturnStatus.RECEIVED,
        ReturnReceivedLate: ReturnStatus.NEEDS_REVIEW,
    },
    ReturnStatus.POSTED: {
        ReturnReceived: ReturnStatus.RECEIVED,
        RefundFellDue: ReturnStatus.REFUND_DUE,
        RefundWentOverdue: ReturnStatus.POSTED,
        ReviewSettled: ReturnStatus.CHECKED,
        ReturnDeclined: ReturnStatus.DECLINED,
    },
    ReturnStatus.RECEIVED: {
        ReturnPassed: ReturnStatus.CHECKED,
        ReturnQuestioned: ReturnStatus.NEEDS_REVIEW,
        RefundFellDue: ReturnStatus.REFUND_DUE,
        RefundWentOverdue: ReturnStatus.RECEIVED,
    },
    ReturnStatus.NEEDS_REVIEW: {
        ReviewSettled: ReturnStatus.CHECKED,
        ReturnDeclined: ReturnStatus.DECLINED,
        ReturnReceivedLate: ReturnStatus.NEEDS_REVIEW,
        RefundWentOverdue: ReturnStatus.NEEDS_REVIEW,
    },
    ReturnStatus.CHECKED: {
        RefundFellDue: ReturnStatus.REFUND_DUE,
    },
    ReturnStatus.REFUND_DUE: {
        RefundPaid: ReturnStatus.REFUNDED,
        RefundWentOverdue: ReturnStatus.REFUND_DUE,
        ReturnReceived: ReturnStatus.REFUND_DUE,
        ReturnPassed: ReturnStatus.REFUND_DUE,
        ReturnQuestioned: ReturnStatus.NEEDS_REVIEW,
    },
    ReturnStatus.REFUNDED: {
        ReturnReceived: ReturnStatus.REFUNDED,
        ReturnPassed: ReturnStatus.REFUNDED,
        ReturnQuestioned: ReturnStatus.REFUNDED,
    },
    ReturnStatus.DECLINED: {},
}

RETURN_DEADLINES: Mapping[ReturnStatus, type[ReturnLapsed | RefundWentOverdue]] = {
    ReturnStatus.ACCEPTED: ReturnLapsed,
    ReturnStatus.POSTED: RefundWentOverdue,
    ReturnStatus.RECEIVED: RefundWentOverdue,
    ReturnStatus.NEEDS_REVIEW: RefundWentOverdue,
    ReturnStatus.REFUND_DUE: RefundWentOverdue,
}

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


def following(table: Mapping[S, Mapping[type[E], S]], state: S, event: E) -> S:
    """Look up the state an event leads to. Raises `CorruptHistoryError` when it cannot happen
    there.

    >>> following({"shut": {str: "open"}, "open": {}}, "shut", "knock")
    'open'
    """
    try:
        return table[state][type(event)]
    except KeyError:
        raise CorruptHistoryError(event, state) from None


def admits(table: Mapping[S, Mapping[type[E], S]], state: S, event: type[E]) -> bool:
    """Tell whether an event of that type can happen in a state.

    >>> admits({"shut": {str: "open"}, "open": {}}, "open", str)
    False
    """
    return event in table[state]
