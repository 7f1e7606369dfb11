"""What Stripe reports of payouts and transfers to sellers.

Words are those of docs.stripe.com/api/events/types, read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from vintage_rules.adapters.stripe import webhooks
from vintage_rules.adapters.stripe.webhooks import Event
from vintage_rules.ports.payouts import PayoutWebhook, PayoutWebhookKind

_REVERSED = "transfer.reversed"
_KINDS = {
    "payout.canceled": PayoutWebhookKind.FAILED,
    "payout.failed": PayoutWebhookKind.FAILED,
    "payout.paid": PayoutWebhookKind.PAID,
}


class StripePayoutReader:
    """Reads webhooks about payouts to sellers. See `PayoutReader`.

    Your `SellerPayouts` makes a payout or a transfer for each of our keys, notes the key in its
    metadata as `vintage_rules_key`, and returns its id as the reference. `webhook_secret` is that
    of the endpoint: one for connected accounts has its own. A payout that was paid may fail days
    later; a transfer has failed once all of it is reversed.

    >>> reader = StripePayoutReader("whsec_x")
    >>> reader.read_webhook({"Stripe-Signature": "t=1,v1=00"}, b"{}")
    Traceback (most recent call last):
    ...
    vintage_rules.errors.ForgedWebhookError: stripe: read webhook failed: No signatures found...
    """

    def __init__(self, webhook_secret: str, *, tolerance: timedelta = timedelta(minutes=5)) -> None:
        webhooks.require_seconds(tolerance, "tolerance")
        self._webhook_secret = webhook_secret
        self._tolerance = tolerance

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PayoutWebhook:
        """Verify and read a webhook of Stripe. Header names are of any case."""
        webhooks.verify(headers, body, self._webhook_secret, self._tolerance)
        return webhooks.read(body, _of_payout)


def _of_payout(event: Event) -> PayoutWebhook:
    reference = event.subject.get("id")
    return PayoutWebhook(
        id=event.id,
        kind=_kind(event),
        at=event.at,
        reference=reference if isinstance(reference, str) else None,
        code=str(event.subject.get("failure_code") or event.word),
        key=webhooks.key_of(event.subject),
    )


def _kind(event: Event) -> PayoutWebhookKind:
    # A part that is reversed is reported alike, and leaves the rest with the seller.
    if event.word == _REVERSED and event.subject.get("reversed") is True:
        return PayoutWebhookKind.FAILED
    return _KINDS.get(event.word, PayoutWebhookKind.UNKNOWN)
