"""Fees, gift cards, means of payment, payouts, reductions: what is paid, to the cent."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.pricing.fee_policy import (
        Base as Base,
        Combine as Combine,
        Condition as Condition,
        FeeComponent as FeeComponent,
        FeePolicy as FeePolicy,
        Outcome as Outcome,
        Payer as Payer,
        Per as Per,
        Sale as Sale,
        Tier as Tier,
        Tiering as Tiering,
    )
    from vintage_rules.pricing.fees import (
        FeeCharged as FeeCharged,
        FeeNotCharged as FeeNotCharged,
        FeeQuote as FeeQuote,
        quote_fee as quote_fee,
    )
    from vintage_rules.pricing.gift_card.commands import (
        CancelCard as CancelCard,
        CardCommand as CardCommand,
        CreditCard as CreditCard,
        RecordCardDispute as RecordCardDispute,
        RecordCardDisputeLost as RecordCardDisputeLost,
        RecordCardDisputeWon as RecordCardDisputeWon,
        RecordCardPaid as RecordCardPaid,
        SpendCard as SpendCard,
    )
    from vintage_rules.pricing.gift_card.decide import (
        CARD as CARD,
        CardRefusal as CardRefusal,
        order_card as order_card,
    )
    from vintage_rules.pricing.gift_card.events import (
        CardCancelled as CardCancelled,
        CardCredited as CardCredited,
        CardDisputed as CardDisputed,
        CardDisputeLost as CardDisputeLost,
        CardDisputeWon as CardDisputeWon,
        CardEvent as CardEvent,
        CardExpired as CardExpired,
        CardOrdered as CardOrdered,
        CardPaid as CardPaid,
        CardSpent as CardSpent,
    )
    from vintage_rules.pricing.gift_card.states import (
        Card as Card,
        CardState as CardState,
    )
    from vintage_rules.pricing.gift_card.taking import (
        CardNotTaken as CardNotTaken,
        GiftCardNotTaken as GiftCardNotTaken,
        spread_over_cards as spread_over_cards,
        take_cards as take_cards,
    )
    from vintage_rules.pricing.gift_cards import (
        assess_gift_card as assess_gift_card,
        gift_card_last_day as gift_card_last_day,
        GiftCardAssessment as GiftCardAssessment,
        GiftCardRefusal as GiftCardRefusal,
        GiftCardRefused as GiftCardRefused,
        GiftCardValid as GiftCardValid,
    )
    from vintage_rules.pricing.order_price import (
        OrderPrice as OrderPrice,
        quote_total as quote_total,
    )
    from vintage_rules.pricing.policy import (
        GIFT_CARD as GIFT_CARD,
        GiftCardPolicy as GiftCardPolicy,
        PayablePolicy as PayablePolicy,
        PriceReductionPolicy as PriceReductionPolicy,
        PricingPolicy as PricingPolicy,
        TenderPolicy as TenderPolicy,
    )
    from vintage_rules.pricing.reduction_policy import (
        AppliesTo as AppliesTo,
        Bearer as Bearer,
        CountsAs as CountsAs,
        OnReturn as OnReturn,
        ReductionPolicy as ReductionPolicy,
    )
    from vintage_rules.pricing.reductions import (
        assess_price_reduction as assess_price_reduction,
        NoReduction as NoReduction,
        PublicPrice as PublicPrice,
        ReductionAssessment as ReductionAssessment,
        ReductionNotice as ReductionNotice,
    )
    from vintage_rules.pricing.tenders import (
        assess_tender as assess_tender,
        TenderAccepted as TenderAccepted,
        TenderAssessment as TenderAssessment,
        TenderRefusal as TenderRefusal,
        TenderRefused as TenderRefused,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
