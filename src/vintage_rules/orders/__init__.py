"""Orders: the other contexts composed into one price and one check before it is placed."""

from vintage_rules.orders.checkout import (
    Buyer,
    CartLine,
    Checkout,
    CheckoutAdmissible,
    CheckoutAssessment,
    CheckoutRefusal,
    CheckoutRefused,
    PriceChange,
    assess_checkout,
)
from vintage_rules.orders.policy import CheckoutPolicy, HousePolicy
from vintage_rules.orders.quote import (
    OrderNotQuoted,
    OrderQuote,
    OrderQuoting,
    OrderRefusal,
    Piece,
    PricedParcel,
    quote_order,
)

__all__ = [
    "Buyer",
    "CartLine",
    "Checkout",
    "CheckoutAdmissible",
    "CheckoutAssessment",
    "CheckoutPolicy",
    "CheckoutRefusal",
    "CheckoutRefused",
    "HousePolicy",
    "OrderNotQuoted",
    "OrderQuote",
    "OrderQuoting",
    "OrderRefusal",
    "Piece",
    "PriceChange",
    "PricedParcel",
    "assess_checkout",
    "quote_order",
]
