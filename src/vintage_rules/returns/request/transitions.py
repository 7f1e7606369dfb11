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
from vintage_rules.returns.request.states import ReturnStatus

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
