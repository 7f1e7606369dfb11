"""Why a command changes nothing about an order."""

from __future__ import annotations

from enum import StrEnum


class OrderCommandRefusal(StrEnum):
    """Why a command changes nothing."""

    ADDRESS_FIXED = "address-fixed"
    ALREADY_BEGUN = "already-begun"
    ALREADY_CAPTURED = "already-captured"
    ALREADY_CLAIMED = "already-claimed"
    ALREADY_DISPUTED = "already-disputed"
    ALREADY_REFUNDED = "already-refunded"
    NOT_POSSIBLE_NOW = "not-possible-now"
    NOT_DISPUTED = "not-disputed"
    NOTHING_OWED = "nothing-owed"
    OUT_OF_ORDER = "out-of-order"
    PAYMENT_DISPUTED = "payment-disputed"
    REFUND_UNDER_WAY = "refund-under-way"
