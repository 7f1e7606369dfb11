"""What may follow what in the life of an order and of each payout, and what time alone brings."""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.orders.events import (
    CarrierPaid,
    ClaimChanged,
    DisputeLost,
    DisputeWon,
    OrderCancelled,
    OrderEvent,
    OrderPaid,
    OutcomeFeesCharged,
    ParcelChanged,
    PaymentCaptured,
    PaymentDisputed,
    PayoutBegun,
    PayoutFellDue,
    PayoutScheduled,
    PayoutSent,
    PayoutWithheld,
    PieceFailed,
    PiecePassed,
    PiecesArrived,
    PiecesCancelled,
    QuestionClosed,
    QuestionExpired,
    QuestionOpened,
    ReceiptConfirmed,
    RefundBegun,
    RefundOwed,
    RefundRevoked,
    RefundSent,
    ReturnChanged,
    WindowOpened,
)
from vintage_rules.orders.payout_events import PayoutFailed, PayoutsFrozen, PayoutsReleased
from vintage_rules.orders.refund_events import RefundFailed
from vintage_rules.orders.states import OrderState, PayoutState, PieceStage
from vintage_rules.orders.waiting_events import ArrivalAwaited, OrderStalled

_S = OrderState


ORDER_TRANSITIONS: Mapping[OrderState, Mapping[type[OrderEvent], OrderState]] = {
    _S.PLACED: {
        PaymentCaptured: _S.PLACED,
        OrderPaid: _S.PAID,
        OrderCancelled: _S.CANCELLED,
        PiecesCancelled: _S.PLACED,
        # A provider may report a dispute before it has answered to the capture.
        PaymentDisputed: _S.PLACED,
        DisputeWon: _S.PLACED,
        DisputeLost: _S.PLACED,
    },
    _S.PAID: {
        ArrivalAwaited: _S.PAID,
        PiecesArrived: _S.PAID,
        PiecePassed: _S.PAID,
        PieceFailed: _S.PAID,
        PiecesCancelled: _S.PAID,
        OutcomeFeesCharged: _S.PAID,
        ParcelChanged: _S.PAID,
        ReturnChanged: _S.PAID,
        ClaimChanged: _S.PAID,
        WindowOpened: _S.PAID,
        ReceiptConfirmed: _S.PAID,
        QuestionOpened: _S.PAID,
        QuestionClosed: _S.PAID,
        QuestionExpired: _S.PAID,
        OrderStalled: _S.PAID,
        RefundOwed: _S.PAID,
        RefundRevoked: _S.PAID,
        RefundBegun: _S.PAID,
        RefundSent: _S.PAID,
        RefundFailed: _S.PAID,
        PayoutScheduled: _S.PAID,
        PayoutFellDue: _S.PAID,
        PayoutWithheld: _S.PAID,
        PayoutBegun: _S.PAID,
        PayoutSent: _S.PAID,
        PayoutFailed: _S.PAID,
        PayoutsFrozen: _S.PAID,
        PayoutsReleased: _S.PAID,
        CarrierPaid: _S.PAID,
        PaymentDisputed: _S.PAID,
        DisputeWon: _S.PAID,
        DisputeLost: _S.PAID,
    },
    _S.CANCELLED: {
        PaymentCaptured: _S.CANCELLED,
        RefundOwed: _S.CANCELLED,
        RefundRevoked: _S.CANCELLED,
        RefundBegun: _S.CANCELLED,
        RefundSent: _S.CANCELLED,
        RefundFailed: _S.CANCELLED,
        PaymentDisputed: _S.CANCELLED,
        DisputeWon: _S.CANCELLED,
        DisputeLost: _S.CANCELLED,
    },
}


PIECE_TRANSITIONS: Mapping[PieceStage, Mapping[type[OrderEvent], PieceStage]] = {
    PieceStage.ORDERED: {
        PiecesArrived: PieceStage.RECEIVED,
        PiecesCancelled: PieceStage.CANCELLED,
    },
    PieceStage.RECEIVED: {
        PiecePassed: PieceStage.CHECKED,
        PieceFailed: PieceStage.FAILED,
        PiecesCancelled: PieceStage.CANCELLED,
    },
    PieceStage.CHECKED: {PiecesCancelled: PieceStage.CANCELLED},
    PieceStage.FAILED: {PiecesCancelled: PieceStage.CANCELLED},
    PieceStage.CANCELLED: {},
}


PIECE_DEADLINES: Mapping[PieceStage, type[PiecesCancelled]] = {PieceStage.ORDERED: PiecesCancelled}


PAYOUT_TRANSITIONS: Mapping[PayoutState, Mapping[type[OrderEvent], PayoutState]] = {
    PayoutState.WAITING: {
        PayoutFellDue: PayoutState.DUE,
        PayoutsFrozen: PayoutState.WAITING,
        PayoutsReleased: PayoutState.WAITING,
    },
    PayoutState.DUE: {
        PayoutsFrozen: PayoutState.DUE,  # then withheld
        PayoutWithheld: PayoutState.WAITING,
        PayoutBegun: PayoutState.BEGUN,
        PayoutSent: PayoutState.SENT,
    },
    PayoutState.BEGUN: {PayoutSent: PayoutState.SENT, PayoutFailed: PayoutState.WAITING},
    PayoutState.SENT: {PayoutFailed: PayoutState.WAITING},
}


PAYOUT_DEADLINES: Mapping[PayoutState, type[PayoutFellDue]] = {PayoutState.WAITING: PayoutFellDue}
