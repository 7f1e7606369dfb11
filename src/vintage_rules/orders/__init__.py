"""Orders: the other contexts composed into one price and one check before it is placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.orders.checkout import (
        Buyer as Buyer,
        CartLine as CartLine,
        Checkout as Checkout,
        CheckoutAdmissible as CheckoutAdmissible,
        CheckoutAssessment as CheckoutAssessment,
        CheckoutRefusal as CheckoutRefusal,
        CheckoutRefused as CheckoutRefused,
        PriceChange as PriceChange,
        assess_checkout as assess_checkout,
    )
    from vintage_rules.orders.consequences import (
        Rules as Rules,
        with_consequences as with_consequences,
    )
    from vintage_rules.orders.fees import (
        PricedPiece as PricedPiece,
        assumed as assumed,
        fees_of as fees_of,
        quote_fees as quote_fees,
        quote_listing as quote_listing,
    )
    from vintage_rules.orders.order_decide import (
        CANCELLATION as CANCELLATION,
        OrderAnswer as OrderAnswer,
        OrderCommandRefusal as OrderCommandRefusal,
        OrderCommandRefused as OrderCommandRefused,
        OrderEvents as OrderEvents,
        decide_order as decide_order,
    )
    from vintage_rules.orders.order_due import (
        order_fall_due as order_fall_due,
        order_next_deadline as order_next_deadline,
    )
    from vintage_rules.orders.order_events import (
        CancelOrder as CancelOrder,
        CarrierPaid as CarrierPaid,
        ChangeAddress as ChangeAddress,
        ClaimChanged as ClaimChanged,
        OrderCancelled as OrderCancelled,
        OrderCommand as OrderCommand,
        OrderEvent as OrderEvent,
        OrderLine as OrderLine,
        OrderPaid as OrderPaid,
        OrderParcel as OrderParcel,
        OrderPlaced as OrderPlaced,
        ParcelChanged as ParcelChanged,
        PaymentCaptured as PaymentCaptured,
        PayoutFellDue as PayoutFellDue,
        PayoutSent as PayoutSent,
        RecordCapture as RecordCapture,
        RecordCarrierPaid as RecordCarrierPaid,
        RecordPayoutSent as RecordPayoutSent,
        RecordRefundSent as RecordRefundSent,
        RefundOwed as RefundOwed,
        RefundRevoked as RefundRevoked,
        RefundSent as RefundSent,
        ReturnChanged as ReturnChanged,
        SellerShare as SellerShare,
        TellClaim as TellClaim,
        TellParcel as TellParcel,
        TellReturn as TellReturn,
        WindowOpened as WindowOpened,
    )
    from vintage_rules.orders.order_machine import (
        ORDER_TRANSITIONS as ORDER_TRANSITIONS,
        PAYOUT_DEADLINES as PAYOUT_DEADLINES,
        PAYOUT_TRANSITIONS as PAYOUT_TRANSITIONS,
        evolve_order as evolve_order,
        replay_order as replay_order,
    )
    from vintage_rules.orders.order_states import (
        Order as Order,
        OrderState as OrderState,
        PayoutState as PayoutState,
        ReturnWindow as ReturnWindow,
    )
    from vintage_rules.orders.placing import (
        fee_on_kept as fee_on_kept,
        fees_by_terms as fees_by_terms,
        paid_order as paid_order,
        place_order as place_order,
        seller_fee as seller_fee,
    )
    from vintage_rules.orders.policy import (
        AfterAnOffer as AfterAnOffer,
        CheckoutPolicy as CheckoutPolicy,
        HousePolicy as HousePolicy,
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
else:
    __all__, __getattr__, __dir__ = lazily(
        __name__,
        {
            "checkout": (
                "Buyer CartLine Checkout CheckoutAdmissible CheckoutAssessment "
                "CheckoutRefusal CheckoutRefused PriceChange assess_checkout"
            ),
            "consequences": "Rules with_consequences",
            "fees": "PricedPiece assumed fees_of quote_fees quote_listing",
            "order_decide": (
                "CANCELLATION OrderAnswer OrderCommandRefusal OrderCommandRefused "
                "OrderEvents decide_order"
            ),
            "order_due": "order_fall_due order_next_deadline",
            "order_events": (
                "CancelOrder CarrierPaid ChangeAddress ClaimChanged OrderCancelled "
                "OrderCommand OrderEvent OrderLine OrderPaid OrderParcel OrderPlaced "
                "ParcelChanged PaymentCaptured PayoutFellDue PayoutSent RecordCapture "
                "RecordCarrierPaid RecordPayoutSent RecordRefundSent RefundOwed "
                "RefundRevoked RefundSent ReturnChanged SellerShare TellClaim TellParcel "
                "TellReturn WindowOpened"
            ),
            "order_machine": (
                "ORDER_TRANSITIONS PAYOUT_DEADLINES PAYOUT_TRANSITIONS evolve_order replay_order"
            ),
            "order_states": "Order OrderState PayoutState ReturnWindow",
            "placing": "fee_on_kept fees_by_terms paid_order place_order seller_fee",
            "policy": "AfterAnOffer CheckoutPolicy HousePolicy",
            "quote": (
                "OrderNotQuoted OrderQuote OrderQuoting OrderRefusal Piece PricedParcel quote_order"
            ),
        },
    )
