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
    from vintage_rules.orders.policy import (
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
                "Buyer CartLine Checkout CheckoutAdmissible CheckoutAssessment CheckoutRefusal "
                "CheckoutRefused PriceChange assess_checkout"
            ),
            "policy": "CheckoutPolicy HousePolicy",
            "quote": (
                "OrderNotQuoted OrderQuote OrderQuoting OrderRefusal Piece PricedParcel quote_order"
            ),
        },
    )
