"""What may come back, to whom, at whose cost; what is refunded, and when a seller is paid.

The machine of a return is in `request`, that of a claim in `claim`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.returns.cancellation_policy import (
        CancellableUntil as CancellableUntil,
        CancellationPolicy as CancellationPolicy,
        CancellationRule as CancellationRule,
        CancelledBy as CancelledBy,
        Canceller as Canceller,
        PieceAfter as PieceAfter,
    )
    from vintage_rules.returns.cancellations import (
        assess_cancellation as assess_cancellation,
        Cancellable as Cancellable,
        CancellationAssessment as CancellationAssessment,
        CancellationRefusal as CancellationRefusal,
        NotCancellable as NotCancellable,
    )
    from vintage_rules.returns.claim.commands import (
        ClaimCommand as ClaimCommand,
        LookAgain as LookAgain,
        OpenClaim as OpenClaim,
        RecordSettlement as RecordSettlement,
        RejectClaim as RejectClaim,
        ReportFound as ReportFound,
        ReportLost as ReportLost,
        UpholdClaim as UpholdClaim,
    )
    from vintage_rules.returns.claim.decide import (
        CLAIM as CLAIM,
        ClaimCommandRefusal as ClaimCommandRefusal,
    )
    from vintage_rules.returns.claim.events import (
        ClaimEvent as ClaimEvent,
        ClaimOpened as ClaimOpened,
        ClaimRejected as ClaimRejected,
        ClaimSettled as ClaimSettled,
        ClaimUpheld as ClaimUpheld,
        InvestigationOpened as InvestigationOpened,
        InvestigationStalled as InvestigationStalled,
        ParcelFound as ParcelFound,
        ParcelLost as ParcelLost,
    )
    from vintage_rules.returns.claim.states import (
        Claim as Claim,
        ClaimState as ClaimState,
    )
    from vintage_rules.returns.claim_policy import (
        ClaimPolicy as ClaimPolicy,
        ClaimTerms as ClaimTerms,
        Investigation as Investigation,
        LookedInVain as LookedInVain,
    )
    from vintage_rules.returns.claims import (
        assess_claim as assess_claim,
        ClaimAdmitted as ClaimAdmitted,
        ClaimAssessment as ClaimAssessment,
        ClaimRefusal as ClaimRefusal,
        ClaimRefused as ClaimRefused,
        ClaimRequest as ClaimRequest,
    )
    from vintage_rules.returns.deadline import (
        NoReturn as NoReturn,
        ReceivedParcel as ReceivedParcel,
        return_deadline as return_deadline,
        ReturnDeadline as ReturnDeadline,
        window_starts as window_starts,
    )
    from vintage_rules.returns.decision_table import (
        HitPolicy as HitPolicy,
        ReturnCase as ReturnCase,
        ReturnCondition as ReturnCondition,
        ReturnDomain as ReturnDomain,
    )
    from vintage_rules.returns.eligibility import (
        assess_return as assess_return,
        NeedsReview as NeedsReview,
        Returnable as Returnable,
        ReturnAssessment as ReturnAssessment,
        ReturnRefusal as ReturnRefusal,
        ReturnRefused as ReturnRefused,
        ReturnRequest as ReturnRequest,
        ReturnReview as ReturnReview,
        Wants as Wants,
    )
    from vintage_rules.returns.payments import (
        PaidOrder as PaidOrder,
        PaidParcel as PaidParcel,
        PaidPiece as PaidPiece,
        PaidReduction as PaidReduction,
        Payment as Payment,
        ReturnedPiece as ReturnedPiece,
    )
    from vintage_rules.returns.payout import (
        assess_payout as assess_payout,
        PayoutAssessment as PayoutAssessment,
        PayoutDue as PayoutDue,
        PayoutHeld as PayoutHeld,
        PayoutHold as PayoutHold,
        quote_seller_payouts as quote_seller_payouts,
        SellerPayout as SellerPayout,
        SoldPiece as SoldPiece,
    )
    from vintage_rules.returns.pending_refunds import (
        assess_pending_refund as assess_pending_refund,
        estimate_statement as estimate_statement,
        PendingRefund as PendingRefund,
        refund_due as refund_due,
        RefundAwaited as RefundAwaited,
        RefundDue as RefundDue,
        RefundOverdue as RefundOverdue,
        ReturnSteps as ReturnSteps,
        StatementEstimate as StatementEstimate,
    )
    from vintage_rules.returns.pieces import (
        CheckedPiece as CheckedPiece,
        Finding as Finding,
        SettledPiece as SettledPiece,
    )
    from vintage_rules.returns.policy import (
        CustomsOutcome as CustomsOutcome,
        ReturnsPolicy as ReturnsPolicy,
        UndeliveredPolicy as UndeliveredPolicy,
        UnpaidCustoms as UnpaidCustoms,
    )
    from vintage_rules.returns.refund import (
        FeeByTerms as FeeByTerms,
        FeeOnKept as FeeOnKept,
        NotRefundable as NotRefundable,
        quote_refund as quote_refund,
        Refundable as Refundable,
        RefundRefusal as RefundRefusal,
    )
    from vintage_rules.returns.refund_policy import (
        DisputeBearer as DisputeBearer,
        PayoutPolicy as PayoutPolicy,
        PayoutTerms as PayoutTerms,
        RefundPolicy as RefundPolicy,
        Split as Split,
        StatementDelay as StatementDelay,
    )
    from vintage_rules.returns.request.commands import (
        AcceptReturn as AcceptReturn,
        DeclineReturn as DeclineReturn,
        RecordArrival as RecordArrival,
        RecordCheck as RecordCheck,
        RecordDelivery as RecordDelivery,
        RecordPosting as RecordPosting,
        RecordRefund as RecordRefund,
        RequestReturn as RequestReturn,
        ReturnCommand as ReturnCommand,
        SettleReview as SettleReview,
    )
    from vintage_rules.returns.request.decide import (
        RETURN as RETURN,
        ReturnCommandRefusal as ReturnCommandRefusal,
    )
    from vintage_rules.returns.request.events import (
        PiecesReceived as PiecesReceived,
        RefundFellDue as RefundFellDue,
        RefundPaid as RefundPaid,
        RefundWentOverdue as RefundWentOverdue,
        ReturnAccepted as ReturnAccepted,
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
    )
    from vintage_rules.returns.request.states import (
        Return as Return,
        ReturnState as ReturnState,
    )
    from vintage_rules.returns.routing import (
        NoRoute as NoRoute,
        ReturnedFrom as ReturnedFrom,
        ReturnParcel as ReturnParcel,
        ReturnRoute as ReturnRoute,
        route_return as route_return,
        WORKSHOP as WORKSHOP,
    )
    from vintage_rules.returns.table_policy import (
        Assumed as Assumed,
        ReturnPolicy as ReturnPolicy,
        ReturnRule as ReturnRule,
        ReturnZone as ReturnZone,
        SeveralParcels as SeveralParcels,
    )
    from vintage_rules.returns.terms import (
        Deduction as Deduction,
        Evidence as Evidence,
        Label as Label,
        LastDays as LastDays,
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
        assess_undelivered as assess_undelivered,
        UndeliveredAssessment as UndeliveredAssessment,
        UndeliveredForfeited as UndeliveredForfeited,
        UndeliveredRefunded as UndeliveredRefunded,
        UndeliveredRelisted as UndeliveredRelisted,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
