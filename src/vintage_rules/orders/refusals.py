"""Why a command changes nothing about an order, and why no address of it is given."""

from __future__ import annotations

from enum import StrEnum

from vintage_rules.machine import Refused
from vintage_rules.orders.states import Order


class AddressRefusal(StrEnum):
    """Why no address or label is given: nothing is to be posted now, or there is none."""

    ADDRESS_UNKNOWN = "address-unknown"
    NO_LABEL = "no-label"
    NOTHING_TO_POST = "nothing-to-post"


class OrderCommandRefusal(StrEnum):
    """Why an order refuses a command, which then changes nothing."""

    ADDRESS_FIXED = "address-fixed"
    ALREADY_BEGUN = "already-begun"
    ALREADY_CANCELLED = "already-cancelled"
    ALREADY_CAPTURED = "already-captured"
    ALREADY_CHECKED = "already-checked"
    ALREADY_CLAIMED = "already-claimed"
    ALREADY_DISPUTED = "already-disputed"
    ALREADY_CONFIRMED = "already-confirmed"
    ALREADY_POSTED = "already-posted"
    ALREADY_RECEIVED = "already-received"
    ALREADY_REFUNDED = "already-refunded"
    AWAITS_PIECES = "awaits-pieces"
    MAY_NOT_CANCEL = "may-not-cancel"
    NO_SUCH_QUESTION = "no-such-question"
    NOT_POSSIBLE_NOW = "not-possible-now"
    NOT_DISPUTED = "not-disputed"
    NOT_RECEIVED = "not-received"
    NOTHING_OWED = "nothing-owed"
    OUT_OF_ORDER = "out-of-order"
    PAYMENT_DISPUTED = "payment-disputed"
    REFUND_UNDER_WAY = "refund-under-way"
    TOO_LATE = "too-late"


def refused(
    order: Order, *reasons: OrderCommandRefusal, sources: tuple[str, ...] = ()
) -> Refused[OrderCommandRefusal]:
    """Refuse a command under the edition of an order."""
    return Refused(reasons=reasons, edition=order.placed.edition, sources=sources)
