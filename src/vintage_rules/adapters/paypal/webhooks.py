"""What PayPal's webhooks say of payments."""

from __future__ import annotations

from vintage_rules.adapters.json_answers import Answer
from vintage_rules.adapters.paypal.documents import within
from vintage_rules.adapters.paypal.words import (
    DISPUTE_RESOLVED,
    dispute_outcome,
    webhook_kind,
)
from vintage_rules.ids import OrderId
from vintage_rules.ports.payments import PaymentWebhook, WebhookKind


def webhook(event: Answer) -> PaymentWebhook:
    """Read an event about a payment.

    Raises:
        InvalidValueError: If it is not whole.

    >>> from vintage_rules.adapters.json_answers import read_json
    >>> event = read_json(
    ...     b'{"id": "WH-1", "create_time": "2026-11-22T10:00:00Z",'
    ...     b' "event_type": "PAYMENT.AUTHORIZATION.VOIDED",'
    ...     b' "resource": {"id": "6AB", "custom_id": "order-7",'
    ...     b' "supplementary_data": {"related_ids": {"order_id": "5XY"}}}}'
    ... )
    >>> read = webhook(event)
    >>> read.kind, read.reference, read.order
    (<WebhookKind.VOIDED: 'voided'>, '5XY', 'order-7')
    """
    kind = event.text("event_type")
    resource = event.get("resource")
    if not isinstance(resource.value, dict):
        raise resource.wrong("an object")
    return PaymentWebhook(
        id=event.text("id"),
        kind=_kind(kind, resource),
        at=event.moment("create_time"),
        reference=_reference(kind, resource),
        order=_order(resource),
        code=kind,
    )


def _kind(word: str, resource: Answer) -> WebhookKind:
    if word != DISPUTE_RESOLVED:
        return webhook_kind(word)
    outcome = within(resource, "dispute_outcome")
    return dispute_outcome(outcome.text_or_none("outcome_code") if outcome else None)


def _reference(kind: str, resource: Answer) -> str | None:
    if kind.startswith("CHECKOUT.ORDER."):
        return resource.text_or_none("id")
    related = within(resource, "supplementary_data", "related_ids")
    return related.text_or_none("order_id") if related else None


def _order(resource: Answer) -> OrderId | None:
    """Return our order's id: in the payment, in the order, or in what is disputed."""
    names = [resource.text_or_none("custom_id")]
    names += [unit.text_or_none("custom_id") for unit in resource.each("purchase_units")]
    names += [
        disputed.text_or_none("custom") for disputed in resource.each("disputed_transactions")
    ]
    named = next((name for name in names if name), None)
    return OrderId(named) if named else None
