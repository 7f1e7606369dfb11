"""What may follow what in the life of a return, and what time alone brings to it.

What people and time do is in `RETURN_TRANSITIONS`: state, event, next state. What time alone brings
is in `RETURN_DEADLINES`: the event that happens when a state's `deadline` comes.
"""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.returns.request.events import (
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
from vintage_rules.returns.request.states import ReturnState

RETURN_TRANSITIONS: Mapping[ReturnState, Mapping[type[ReturnEvent], ReturnState]] = {
    ReturnState.UNREQUESTED: {
        ReturnRequested: ReturnState.REQUESTED,
    },
    ReturnState.REQUESTED: {
        PiecesReceived: ReturnState.REQUESTED,
        ReturnAccepted: ReturnState.ACCEPTED,
        ReturnDeclined: ReturnState.DECLINED,
    },
    ReturnState.ACCEPTED: {
        PiecesReceived: ReturnState.ACCEPTED,
        ReturnPosted: ReturnState.POSTED,
        ReturnPostedLate: ReturnState.NEEDS_REVIEW,
        ReturnReceived: ReturnState.RECEIVED,
        ReturnReceivedLate: ReturnState.NEEDS_REVIEW,
        RefundFellDue: ReturnState.REFUND_DUE,
        ReturnLapsed: ReturnState.LAPSED,
        ReturnDeclined: ReturnState.DECLINED,
    },
    ReturnState.LAPSED: {
        ReturnPosted: ReturnState.POSTED,
        ReturnPostedLate: ReturnState.NEEDS_REVIEW,
        ReturnReceived: ReturnState.RECEIVED,
        ReturnReceivedLate: ReturnState.NEEDS_REVIEW,
    },
    ReturnState.POSTED: {
        ReturnReceived: ReturnState.RECEIVED,
        RefundFellDue: ReturnState.REFUND_DUE,
        RefundWentOverdue: ReturnState.POSTED,
        ReviewSettled: ReturnState.CHECKED,
        ReturnDeclined: ReturnState.DECLINED,
    },
    ReturnState.RECEIVED: {
        ReturnPassed: ReturnState.CHECKED,
        ReturnQuestioned: ReturnState.NEEDS_REVIEW,
        RefundFellDue: ReturnState.REFUND_DUE,
        RefundWentOverdue: ReturnState.RECEIVED,
    },
    ReturnState.NEEDS_REVIEW: {
        ReviewSettled: ReturnState.CHECKED,
        ReturnDeclined: ReturnState.DECLINED,
        ReturnReceivedLate: ReturnState.NEEDS_REVIEW,
        RefundWentOverdue: ReturnState.NEEDS_REVIEW,
    },
    ReturnState.CHECKED: {
        RefundFellDue: ReturnState.REFUND_DUE,
    },
    ReturnState.REFUND_DUE: {
        RefundPaid: ReturnState.REFUNDED,
        RefundWentOverdue: ReturnState.REFUND_DUE,
        ReturnReceived: ReturnState.REFUND_DUE,
        ReturnPassed: ReturnState.REFUND_DUE,
        ReturnQuestioned: ReturnState.NEEDS_REVIEW,
    },
    ReturnState.REFUNDED: {
        ReturnReceived: ReturnState.REFUNDED,
        ReturnPassed: ReturnState.REFUNDED,
        ReturnQuestioned: ReturnState.REFUNDED,
    },
    ReturnState.DECLINED: {},
}


RETURN_DEADLINES: Mapping[ReturnState, type[ReturnLapsed | RefundWentOverdue]] = {
    ReturnState.ACCEPTED: ReturnLapsed,
    ReturnState.POSTED: RefundWentOverdue,
    ReturnState.RECEIVED: RefundWentOverdue,
    ReturnState.NEEDS_REVIEW: RefundWentOverdue,
    ReturnState.REFUND_DUE: RefundWentOverdue,
}
