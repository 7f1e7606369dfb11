"""Stripe's webhooks: verified by its own library, read with care."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from attrs import frozen

from vintage_rules.adapters.stripe.answers import KEY, ORDER, PORT
from vintage_rules.errors import ForgedWebhookError, InvalidValueError
from vintage_rules.ids import OrderId, identifier
from vintage_rules.ports.payments import PaymentWebhook, WebhookKind

T = TypeVar("T")

HEADER = "stripe-signature"
ACT = "read webhook"
DISPUTE_CLOSED = "charge.dispute.closed"
KINDS = {
    "charge.dispute.created": WebhookKind.DISPUTED,
    "charge.refunded": WebhookKind.REFUNDED,
    "payment_intent.amount_capturable_updated": WebhookKind.AUTHORISED,
    "payment_intent.canceled": WebhookKind.VOIDED,
    "payment_intent.payment_failed": WebhookKind.DECLINED,
    "payment_intent.succeeded": WebhookKind.CAPTURED,
    "refund.failed": WebhookKind.REFUND_FAILED,
}


# How a dispute ended, by the status of a closed one; an inquiry takes nothing back.
_ENDED = {
    "lost": WebhookKind.DISPUTE_LOST,
    "warning_closed": WebhookKind.DISPUTE_WON,
    "won": WebhookKind.DISPUTE_WON,
}


def require_seconds(duration: timedelta, field: str) -> None:
    """Require a second or more: Stripe's library takes a tolerance of no seconds for none at all.

    Raises:
        InvalidValueError: For less.
    """
    if duration < timedelta(seconds=1):
        raise InvalidValueError(field, duration, "a second or longer")


def verify(headers: Mapping[str, str], body: bytes, secret: str, tolerance: timedelta) -> None:
    """Raise `ForgedWebhookError` unless Stripe has signed a body, and not too long ago."""
    import stripe

    header = next((value for name, value in headers.items() if name.lower() == HEADER), None)
    seconds = int(tolerance.total_seconds())
    try:
        stripe.WebhookSignature.verify_header(  # pyright: ignore[reportUnknownMemberType] - its own
            body, header, secret, seconds
        )
    except (TypeError, ValueError, stripe.SignatureVerificationError) as error:
        raise ForgedWebhookError(PORT, ACT, str(error)) from error


@frozen
class Event:
    """An event of Stripe: its name, its word, its moment, and what it is about."""

    id: str
    word: str
    at: datetime
    subject: Mapping[str, Any]


def read(body: bytes, understand: Callable[[Event], T]) -> T:
    """Read the event of a body that was verified.

    Raises:
        ForgedWebhookError: If it is none.
    """
    try:
        event = json.loads(body)
        return understand(
            Event(
                identifier(event["id"], "id"),
                identifier(event["type"], "type"),
                _moment(event["created"]),
                event.get("data", {}).get("object", {}),
            )
        )
    except (
        AttributeError,
        KeyError,
        OverflowError,
        RecursionError,
        TypeError,
        ValueError,
    ) as error:
        raise ForgedWebhookError(PORT, ACT, f"not an event: {error!r}") from error


def of_payment(event: Event) -> PaymentWebhook:
    """Return what an event says of a payment."""
    return PaymentWebhook(
        id=event.id,
        kind=_kind(event.word, event.subject),
        at=event.at,
        reference=_reference(event.subject),
        order=_order(event.subject),
        code=event.word,
        key=key_of(event.subject),
    )


def _kind(word: str, subject: Mapping[str, Any]) -> WebhookKind:
    # Stripe reports what was only held, and is released, as refunded too.
    if word == "charge.refunded" and subject.get("captured") is False:
        return WebhookKind.UNKNOWN
    if word == DISPUTE_CLOSED:
        return _ENDED.get(str(subject.get("status")), WebhookKind.UNKNOWN)
    return KINDS.get(word, WebhookKind.UNKNOWN)


def _moment(created: int | str) -> datetime:
    # Events of the second kind of API have a text instead of seconds.
    if isinstance(created, str):
        return datetime.fromisoformat(created)
    return datetime.fromtimestamp(created, UTC)


def _reference(subject: Mapping[str, Any]) -> str | None:
    name = "id" if subject.get("object") == "payment_intent" else "payment_intent"
    reference = subject.get(name)
    return reference if isinstance(reference, str) else None


def _order(subject: Mapping[str, Any]) -> OrderId | None:
    order = _noted(subject, ORDER)
    return None if order is None else OrderId(identifier(order, "order"))


def key_of(subject: Mapping[str, Any]) -> str | None:
    """Return our key in the metadata of what an event is about."""
    key = _noted(subject, KEY)
    return None if key is None else identifier(key, "key")


def _noted(subject: Mapping[str, Any], name: str) -> Any:  # noqa: ANN401 - whatever Stripe says
    metadata = subject.get("metadata")
    return None if metadata is None else metadata.get(name)
