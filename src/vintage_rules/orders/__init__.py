"""Orders: the other contexts composed into one price and one check before it is placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.orders.cases import CaseKind as CaseKind
    from vintage_rules.orders.checkout import (
        assess_checkout as assess_checkout,
        Buyer as Buyer,
        CartLine as CartLine,
        Checkout as Checkout,
        CheckoutAdmissible as CheckoutAdmissible,
        CheckoutAssessment as CheckoutAssessment,
        CheckoutRefusal as CheckoutRefusal,
        CheckoutRefused as CheckoutRefused,
        PriceChange as PriceChange,
    )
    from vintage_rules.orders.commands import (
        BeginPayout as BeginPayout,
        BeginRefund as BeginRefund,
        AnswerQuestion as AnswerQuestion,
        CancelOrder as CancelOrder,
        CancelPieces as CancelPieces,
        ChangeAddress as ChangeAddress,
        WorkshopFinding as WorkshopFinding,
        CheckPiece as CheckPiece,
        ConfirmReceipt as ConfirmReceipt,
        FreezePayouts as FreezePayouts,
        OrderCommand as OrderCommand,
        ReceiveParcel as ReceiveParcel,
        RecordCapture as RecordCapture,
        RecordCarrierPaid as RecordCarrierPaid,
        RecordDispute as RecordDispute,
        RecordDisputeLost as RecordDisputeLost,
        RecordDisputeWon as RecordDisputeWon,
        RecordPayoutFailed as RecordPayoutFailed,
        RecordPayoutSent as RecordPayoutSent,
        RecordRefundFailed as RecordRefundFailed,
        RecordRefundSent as RecordRefundSent,
        ReleasePayouts as ReleasePayouts,
        CommandClaim as CommandClaim,
        CommandParcel as CommandParcel,
        CommandReturn as CommandReturn,
    )
    from vintage_rules.orders.decide import (
        ORDER as ORDER,
        OrderRefused as OrderRefused,
    )
    from vintage_rules.orders.events import (
        CarrierPaid as CarrierPaid,
        ClaimChanged as ClaimChanged,
        DisputeLost as DisputeLost,
        DisputeWon as DisputeWon,
        InboundParcel as InboundParcel,
        OrderCancelled as OrderCancelled,
        OrderEvent as OrderEvent,
        OrderLine as OrderLine,
        OrderPaid as OrderPaid,
        OrderParcel as OrderParcel,
        OrderPlaced as OrderPlaced,
        OrderReduction as OrderReduction,
        OutcomeFeesCharged as OutcomeFeesCharged,
        ParcelChanged as ParcelChanged,
        PaymentCaptured as PaymentCaptured,
        PaymentDisputed as PaymentDisputed,
        PayoutBegun as PayoutBegun,
        PayoutFellDue as PayoutFellDue,
        PayoutScheduled as PayoutScheduled,
        PayoutSent as PayoutSent,
        PayoutWithheld as PayoutWithheld,
        PieceFailed as PieceFailed,
        PiecePassed as PiecePassed,
        PiecesArrived as PiecesArrived,
        PiecesCancelled as PiecesCancelled,
        QuestionClosed as QuestionClosed,
        QuestionExpired as QuestionExpired,
        QuestionOpened as QuestionOpened,
        ReceiptConfirmed as ReceiptConfirmed,
        RefundBegun as RefundBegun,
        RefundOwed as RefundOwed,
        RefundRevoked as RefundRevoked,
        RefundSent as RefundSent,
        ReturnChanged as ReturnChanged,
        SellerShare as SellerShare,
        WindowOpened as WindowOpened,
    )
    from vintage_rules.orders.refund_events import (
        RefundFailed as RefundFailed,
    )
    from vintage_rules.orders.waiting_events import (
        ArrivalAwaited as ArrivalAwaited,
        Awaited as Awaited,
        OrderStalled as OrderStalled,
    )
    from vintage_rules.orders.fees import (
        PricedPiece as PricedPiece,
        quote_fees as quote_fees,
        quote_listing as quote_listing,
        quote_outcome_fees as quote_outcome_fees,
    )
    from vintage_rules.orders.labels import HouseLabels as HouseLabels, NO_LABELS as NO_LABELS
    from vintage_rules.orders.payouts import (
        OrderPayouts as OrderPayouts,
        PiecePayout as PiecePayout,
        quote_order_payouts as quote_order_payouts,
    )
    from vintage_rules.orders.placing import (
        paid_order as paid_order,
        place_order as place_order,
    )
    from vintage_rules.orders.payout_events import (
        PayoutFailed as PayoutFailed,
        PayoutsFrozen as PayoutsFrozen,
        PayoutsReleased as PayoutsReleased,
    )
    from vintage_rules.orders.policy import (
        AfterAnOffer as AfterAnOffer,
        CheckoutPolicy as CheckoutPolicy,
        HousePolicy as HousePolicy,
    )
    from vintage_rules.orders.promise import (
        promise_of as promise_of,
    )
    from vintage_rules.orders.quote import (
        OrderNotQuoted as OrderNotQuoted,
        OrderQuote as OrderQuote,
        OrderQuoting as OrderQuoting,
        OrderRefusal as OrderRefusal,
        Piece as Piece,
        PricedParcel as PricedParcel,
        quote_order as quote_order,
    )
    from vintage_rules.orders.reductions import (
        GrantedReduction as GrantedReduction,
        Reduction as Reduction,
    )
    from vintage_rules.orders.refusals import (
        AddressRefusal as AddressRefusal,
        OrderCommandRefusal as OrderCommandRefusal,
    )
    from vintage_rules.orders.replay.commands import (
        StepRefusal as StepRefusal,
    )
    from vintage_rules.orders.replay.history import (
        Balance as Balance,
        OrderHistory as OrderHistory,
        PieceStatus as PieceStatus,
        RefundedTender as RefundedTender,
        RefusedStep as RefusedStep,
        ReplayedCase as ReplayedCase,
        ReplayedEvent as ReplayedEvent,
        ReplayedParcel as ReplayedParcel,
        ReplayedPayout as ReplayedPayout,
        ReplayedPiece as ReplayedPiece,
        ReplayedRefund as ReplayedRefund,
    )
    from vintage_rules.orders.replay.run import (
        replay_order as replay_order,
    )
    from vintage_rules.orders.replay.steps import (
        Do as Do,
        ParcelScan as ParcelScan,
        Step as Step,
        StepFinding as StepFinding,
    )
    from vintage_rules.orders.states import (
        Order as Order,
        OrderState as OrderState,
        PayoutState as PayoutState,
        PieceQuestion as PieceQuestion,
        PieceStage as PieceStage,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
