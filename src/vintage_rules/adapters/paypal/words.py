"""PayPal's words as ours. A word in no table is kept and is refused or unknown.

Sources: PayPal's descriptions of Orders v2 (2.13) and Payments v2 (2.5), and its list of webhook
events.
"""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.ports.payments import PaymentRefusal, WebhookKind
from vintage_rules.ports.payouts import PayoutWebhookKind

REFUSALS: Mapping[str, PaymentRefusal] = {
    "AUTHORIZATION_ALREADY_CAPTURED": PaymentRefusal.ALREADY_CAPTURED,
    "AUTHORIZATION_EXPIRED": PaymentRefusal.EXPIRED,
    "AUTHORIZATION_VOIDED": PaymentRefusal.VOIDED,
    "CAPTURE_FULLY_REFUNDED": PaymentRefusal.ABOVE_CAPTURED,
    "INVALID_RESOURCE_ID": PaymentRefusal.UNKNOWN_REFERENCE,
    "MAX_CAPTURE_COUNT_EXCEEDED": PaymentRefusal.ALREADY_CAPTURED,
    "PREVIOUSLY_CAPTURED": PaymentRefusal.ALREADY_CAPTURED,
    "PREVIOUSLY_VOIDED": PaymentRefusal.VOIDED,
    "REFUND_AMOUNT_EXCEEDED": PaymentRefusal.ABOVE_CAPTURED,
    "REFUND_TIME_LIMIT_EXCEEDED": PaymentRefusal.TOO_LATE,
    "RESOURCE_NOT_FOUND": PaymentRefusal.UNKNOWN_REFERENCE,
}

# The request was wrong: an impossible amount, or a key that was used before for something else.
ASKED_WRONGLY = frozenset(
    {
        "AUTHORIZATION_CURRENCY_MISMATCH",
        "AUTH_CAPTURE_CURRENCY_MISMATCH",
        "CANNOT_BE_NEGATIVE",
        "CANNOT_BE_ZERO_OR_NEGATIVE",
        "CURRENCY_MISMATCH",
        "DECIMALS_NOT_SUPPORTED",
        "DECIMAL_PRECISION",
        "DUPLICATE_REQUEST_ID",
        "INVALID_CURRENCY_CODE",
        "MAX_VALUE_EXCEEDED",
        "PAYPAL_REQUEST_ID_PREVIOUSLY_USED",
        "REFUND_CAPTURE_CURRENCY_MISMATCH",
    }
)

# Nothing has been decided yet: a later retry helps.
NOT_YET = frozenset({"PENDING_CAPTURE", "PREVIOUS_REQUEST_IN_PROGRESS"})

# The buyer must go back to PayPal.
BUYER_NEEDED = frozenset({"ORDER_NOT_APPROVED", "PAYER_ACTION_REQUIRED"})

# Nothing is held under an authorisation that cannot be voided for one of these.
RELEASED = frozenset({"AUTHORIZATION_EXPIRED", "AUTHORIZATION_VOIDED", "PREVIOUSLY_VOIDED"})

# What was captured, whatever has become of it since.
TAKEN = frozenset({"COMPLETED", "PARTIALLY_REFUNDED", "REFUNDED"})

# A reversal takes a captured amount back, as a chargeback does: a person must look at it.
WEBHOOKS: Mapping[str, WebhookKind] = {
    "CUSTOMER.DISPUTE.CREATED": WebhookKind.DISPUTED,
    "PAYMENT.AUTHORIZATION.CREATED": WebhookKind.AUTHORISED,
    "PAYMENT.AUTHORIZATION.VOIDED": WebhookKind.VOIDED,
    "PAYMENT.CAPTURE.COMPLETED": WebhookKind.CAPTURED,
    "PAYMENT.CAPTURE.DECLINED": WebhookKind.DECLINED,
    "PAYMENT.CAPTURE.DENIED": WebhookKind.DECLINED,
    "PAYMENT.CAPTURE.REFUNDED": WebhookKind.REFUNDED,
    "PAYMENT.CAPTURE.REVERSED": WebhookKind.DISPUTED,
    "PAYMENT.REFUND.FAILED": WebhookKind.REFUND_FAILED,
}


# How a dispute ended, by the code of its outcome. PayPal bears what it pays out itself.
DISPUTE_RESOLVED = "CUSTOMER.DISPUTE.RESOLVED"
OUTCOMES: Mapping[str, WebhookKind] = {
    "CANCELED_BY_BUYER": WebhookKind.DISPUTE_WON,
    "RESOLVED_BUYER_FAVOUR": WebhookKind.DISPUTE_LOST,
    "RESOLVED_SELLER_FAVOUR": WebhookKind.DISPUTE_WON,
    "RESOLVED_WITH_PAYOUT": WebhookKind.DISPUTE_WON,
}


# What became of a payout to one person. One that is unclaimed or held may still be paid.
PAYOUTS: Mapping[str, PayoutWebhookKind] = {
    "PAYMENT.PAYOUTS-ITEM.BLOCKED": PayoutWebhookKind.FAILED,
    "PAYMENT.PAYOUTS-ITEM.CANCELED": PayoutWebhookKind.FAILED,
    "PAYMENT.PAYOUTS-ITEM.DENIED": PayoutWebhookKind.FAILED,
    "PAYMENT.PAYOUTS-ITEM.FAILED": PayoutWebhookKind.FAILED,
    "PAYMENT.PAYOUTS-ITEM.REFUNDED": PayoutWebhookKind.FAILED,
    "PAYMENT.PAYOUTS-ITEM.RETURNED": PayoutWebhookKind.FAILED,
    "PAYMENT.PAYOUTS-ITEM.SUCCEEDED": PayoutWebhookKind.PAID,
}


def payout_kind(event_type: str) -> PayoutWebhookKind:
    """Return our word for what became of a payout.

    >>> payout_kind("PAYMENT.PAYOUTS-ITEM.RETURNED")
    <PayoutWebhookKind.FAILED: 'failed'>
    >>> payout_kind("PAYMENT.PAYOUTS-ITEM.UNCLAIMED")
    <PayoutWebhookKind.UNKNOWN: 'unknown'>
    """
    return PAYOUTS.get(event_type, PayoutWebhookKind.UNKNOWN)


def refusal(code: str) -> PaymentRefusal:
    """Return our word for PayPal's reason to refuse.

    >>> refusal("REFUND_TIME_LIMIT_EXCEEDED")
    <PaymentRefusal.TOO_LATE: 'too-late'>
    >>> refusal("A_WORD_OF_NEXT_YEAR")
    <PaymentRefusal.REFUSED: 'refused'>
    """
    return REFUSALS.get(code, PaymentRefusal.REFUSED)


def webhook_kind(event_type: str) -> WebhookKind:
    """Return our word for the kind of a webhook.

    >>> webhook_kind("PAYMENT.CAPTURE.COMPLETED")
    <WebhookKind.CAPTURED: 'captured'>
    >>> webhook_kind("PAYMENT.CAPTURE.PENDING")
    <WebhookKind.UNKNOWN: 'unknown'>
    """
    return WEBHOOKS.get(event_type, WebhookKind.UNKNOWN)


def dispute_outcome(code: str | None) -> WebhookKind:
    """Return our word for how a dispute ended.

    >>> dispute_outcome("RESOLVED_BUYER_FAVOUR")
    <WebhookKind.DISPUTE_LOST: 'dispute-lost'>
    >>> dispute_outcome(None)
    <WebhookKind.UNKNOWN: 'unknown'>
    """
    return WebhookKind.UNKNOWN if code is None else OUTCOMES.get(code, WebhookKind.UNKNOWN)
