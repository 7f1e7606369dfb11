"""What may come back, to whom, at whose cost; what is refunded, and when a seller is paid.

The machines of a return and of a claim are in `return_decide`, `return_machine` and
`claim_machine`, each with its own `decide`, `fall_due`, `evolve` and `replay`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.returns.claim_events import (
        ClaimCommand as ClaimCommand,
        ClaimEvent as ClaimEvent,
        ClaimOpened as ClaimOpened,
        ClaimRejected as ClaimRejected,
        ClaimSettled as ClaimSettled,
        ClaimUpheld as ClaimUpheld,
        InvestigationOpened as InvestigationOpened,
        InvestigationStalled as InvestigationStalled,
        LookAgain as LookAgain,
        OpenClaim as OpenClaim,
        ParcelFound as ParcelFound,
        ParcelLost as ParcelLost,
        RecordSettlement as RecordSettlement,
        RejectClaim as RejectClaim,
        ReportFound as ReportFound,
        ReportLost as ReportLost,
        UpholdClaim as UpholdClaim,
    )
    from vintage_rules.returns.claim_machine import (
        ClaimAnswer as ClaimAnswer,
        ClaimCommandRefusal as ClaimCommandRefusal,
        ClaimCommandRefused as ClaimCommandRefused,
        ClaimEvents as ClaimEvents,
    )
    from vintage_rules.returns.claim_states import (
        Claim as Claim,
        ClaimStatus as ClaimStatus,
    )
    from vintage_rules.returns.claims import (
        ClaimAdmitted as ClaimAdmitted,
        ClaimAssessment as ClaimAssessment,
        ClaimRefusal as ClaimRefusal,
        ClaimRefused as ClaimRefused,
        ClaimRequest as ClaimRequest,
        assess_claim as assess_claim,
    )
    from vintage_rules.returns.deadline import (
        NoReturn as NoReturn,
        ReceivedParcel as ReceivedParcel,
        ReturnDeadline as ReturnDeadline,
        return_deadline as return_deadline,
        started as started,
        window_starts as window_starts,
    )
    from vintage_rules.returns.due import (
        PendingRefund as PendingRefund,
        RefundAwaited as RefundAwaited,
        RefundDue as RefundDue,
        RefundOverdue as RefundOverdue,
        ReturnSteps as ReturnSteps,
        StatementEstimate as StatementEstimate,
        assess_pending_refund as assess_pending_refund,
        estimate_statement as estimate_statement,
        refund_due as refund_due,
    )
    from vintage_rules.returns.eligibility import (
        NeedsReview as NeedsReview,
        ReturnAssessment as ReturnAssessment,
        ReturnRefusal as ReturnRefusal,
        ReturnRefused as ReturnRefused,
        ReturnRequest as ReturnRequest,
        ReturnReview as ReturnReview,
        Returnable as Returnable,
        Wants as Wants,
        assess_return as assess_return,
    )
    from vintage_rules.returns.payments import (
        PaidOrder as PaidOrder,
        PaidParcel as PaidParcel,
        PaidPiece as PaidPiece,
        Payment as Payment,
        ReturnedPiece as ReturnedPiece,
    )
    from vintage_rules.returns.payout import (
        PayoutAssessment as PayoutAssessment,
        PayoutDue as PayoutDue,
        PayoutHeld as PayoutHeld,
        PayoutHold as PayoutHold,
        SellerPayout as SellerPayout,
        SoldPiece as SoldPiece,
        assess_payout as assess_payout,
        quote_seller_payouts as quote_seller_payouts,
    )
    from vintage_rules.returns.policy import (
        Assumed as Assumed,
        ClaimPolicy as ClaimPolicy,
        ClaimTerms as ClaimTerms,
        CustomsOutcome as CustomsOutcome,
        Investigation as Investigation,
        LookedInVain as LookedInVain,
        PayoutPolicy as PayoutPolicy,
        PayoutTerms as PayoutTerms,
        RefundPolicy as RefundPolicy,
        ReturnPolicy as ReturnPolicy,
        ReturnRule as ReturnRule,
        ReturnZone as ReturnZone,
        ReturnsPolicy as ReturnsPolicy,
        SeveralParcels as SeveralParcels,
        Split as Split,
        StatementDelay as StatementDelay,
        UnpaidCustoms as UnpaidCustoms,
    )
    from vintage_rules.returns.refund import (
        FeeByTerms as FeeByTerms,
        FeeOnKept as FeeOnKept,
        NotRefundable as NotRefundable,
        RefundRefusal as RefundRefusal,
        Refundable as Refundable,
        quote_refund as quote_refund,
    )
    from vintage_rules.returns.return_decide import (
        ReturnAnswer as ReturnAnswer,
        ReturnCommandRefusal as ReturnCommandRefusal,
        ReturnCommandRefused as ReturnCommandRefused,
        ReturnEvents as ReturnEvents,
    )
    from vintage_rules.returns.return_events import (
        AcceptReturn as AcceptReturn,
        CheckedPiece as CheckedPiece,
        DeclineReturn as DeclineReturn,
        Finding as Finding,
        PiecesReceived as PiecesReceived,
        RecordArrival as RecordArrival,
        RecordCheck as RecordCheck,
        RecordDelivery as RecordDelivery,
        RecordPosting as RecordPosting,
        RecordRefund as RecordRefund,
        RefundFellDue as RefundFellDue,
        RefundPaid as RefundPaid,
        RefundWentOverdue as RefundWentOverdue,
        RequestReturn as RequestReturn,
        ReturnAccepted as ReturnAccepted,
        ReturnCommand as ReturnCommand,
        ReturnDeclined as ReturnDeclined,
        ReturnEvent as ReturnEvent,
        ReturnLapsed as ReturnLapsed,
        ReturnPassed as ReturnPassed,
        ReturnPosted as ReturnPosted,
        ReturnPostedLate as ReturnPostedLate,
        ReturnQuestioned as ReturnQuestioned,
        ReturnReceived as ReturnReceived,
        ReturnReceivedLate as ReturnReceivedLate,
        ReturnRequested as ReturnRequested,
        ReviewSettled as ReviewSettled,
        SettleReview as SettleReview,
        SettledPiece as SettledPiece,
        requests_by_parcel as requests_by_parcel,
    )
    from vintage_rules.returns.return_states import (
        Return as Return,
        ReturnStatus as ReturnStatus,
    )
    from vintage_rules.returns.routing import (
        WORKSHOP as WORKSHOP,
        NoRoute as NoRoute,
        ReturnParcel as ReturnParcel,
        ReturnRoute as ReturnRoute,
        ReturnedFrom as ReturnedFrom,
        route_return as route_return,
    )
    from vintage_rules.returns.decision_table import (
        HitPolicy as HitPolicy,
        Overlap as Overlap,
        ReturnCase as ReturnCase,
        ReturnCondition as ReturnCondition,
        ReturnDomain as ReturnDomain,
        TableReport as TableReport,
        UnknownTerm as UnknownTerm,
        Unreachable as Unreachable,
        prove_table as prove_table,
    )
    from vintage_rules.returns.tables import (
        CLAIM_DEADLINES as CLAIM_DEADLINES,
        CLAIM_TRANSITIONS as CLAIM_TRANSITIONS,
        RETURN_DEADLINES as RETURN_DEADLINES,
        RETURN_TRANSITIONS as RETURN_TRANSITIONS,
    )
    from vintage_rules.returns.terms import (
        Deduction as Deduction,
        Evidence as Evidence,
        Label as Label,
        Posting as Posting,
        PostingProof as PostingProof,
        RefundPart as RefundPart,
        RefundTerms as RefundTerms,
        RefundTrigger as RefundTrigger,
        ReturnPayer as ReturnPayer,
        ReturnTerms as ReturnTerms,
        ReturnTo as ReturnTo,
        Routing as Routing,
    )
    from vintage_rules.returns.undelivered import (
        UndeliveredAssessment as UndeliveredAssessment,
        UndeliveredForfeited as UndeliveredForfeited,
        UndeliveredRefunded as UndeliveredRefunded,
        UndeliveredRelisted as UndeliveredRelisted,
        assess_undelivered as assess_undelivered,
    )
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "claim_events": (
                "ClaimCommand ClaimEvent ClaimOpened ClaimRejected ClaimSettled ClaimUpheld "
                "InvestigationOpened InvestigationStalled LookAgain OpenClaim ParcelFound "
                "ParcelLost RecordSettlement RejectClaim ReportFound ReportLost UpholdClaim"
            ),
            "claim_machine": "ClaimAnswer ClaimCommandRefusal ClaimCommandRefused ClaimEvents",
            "claim_states": "Claim ClaimStatus",
            "claims": (
                "ClaimAdmitted ClaimAssessment ClaimRefusal ClaimRefused ClaimRequest assess_claim"
            ),
            "deadline": (
                "NoReturn ReceivedParcel ReturnDeadline return_deadline started window_starts"
            ),
            "due": (
                "PendingRefund RefundAwaited RefundDue RefundOverdue ReturnSteps "
                "StatementEstimate assess_pending_refund estimate_statement refund_due"
            ),
            "eligibility": (
                "NeedsReview ReturnAssessment ReturnRefusal ReturnRefused ReturnRequest "
                "ReturnReview Returnable Wants assess_return"
            ),
            "payments": "PaidOrder PaidParcel PaidPiece Payment ReturnedPiece",
            "payout": (
                "PayoutAssessment PayoutDue PayoutHeld PayoutHold SellerPayout SoldPiece "
                "assess_payout quote_seller_payouts"
            ),
            "policy": (
                "Assumed ClaimPolicy ClaimTerms CustomsOutcome Investigation LookedInVain "
                "PayoutPolicy PayoutTerms RefundPolicy ReturnPolicy ReturnRule ReturnZone "
                "ReturnsPolicy SeveralParcels Split StatementDelay UnpaidCustoms"
            ),
            "refund": "FeeByTerms FeeOnKept NotRefundable RefundRefusal Refundable quote_refund",
            "return_decide": "ReturnAnswer ReturnCommandRefusal ReturnCommandRefused ReturnEvents",
            "return_events": (
                "AcceptReturn CheckedPiece DeclineReturn Finding PiecesReceived RecordArrival "
                "RecordCheck RecordDelivery RecordPosting RecordRefund RefundFellDue RefundPaid "
                "RefundWentOverdue "
                "RequestReturn ReturnAccepted ReturnCommand ReturnDeclined ReturnEvent "
                "ReturnLapsed ReturnPassed ReturnPosted ReturnPostedLate ReturnQuestioned "
                "ReturnReceived ReturnReceivedLate ReturnRequested ReviewSettled SettleReview "
                "SettledPiece requests_by_parcel"
            ),
            "return_states": "Return ReturnStatus",
            "routing": "WORKSHOP NoRoute ReturnParcel ReturnRoute ReturnedFrom route_return",
            "decision_table": (
                "HitPolicy Overlap ReturnCase ReturnCondition ReturnDomain TableReport UnknownTerm "
                "Unreachable prove_table"
            ),
            "tables": "CLAIM_DEADLINES CLAIM_TRANSITIONS RETURN_DEADLINES RETURN_TRANSITIONS",
            "terms": (
                "Deduction Evidence Label Posting PostingProof RefundPart RefundTerms "
                "RefundTrigger ReturnPayer ReturnTerms ReturnTo Routing"
            ),
            "undelivered": (
                "UndeliveredAssessment UndeliveredForfeited UndeliveredRefunded "
                "UndeliveredRelisted assess_undelivered"
            ),
        },
    )
