"""What PayPal reports of payouts to sellers.

Words are those of PayPal's list of webhook events and of its Payouts API v1, read 2026-11.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cryptography.x509 import Certificate

from vintage_rules.adapters.http_requests import Transport
from vintage_rules.adapters.json_answers import Answer
from vintage_rules.adapters.paypal.api import PayPalAccount, PayPalApi
from vintage_rules.adapters.paypal.events import Events
from vintage_rules.adapters.paypal.words import payout_kind
from vintage_rules.ports.clock import Clock
from vintage_rules.ports.payouts import PayoutWebhook, PayoutWebhookKind


class PayPalPayoutReader:
    """Reads webhooks about payouts to sellers. See `PayoutReader`.

    Your `SellerPayouts` makes a batch of one item for each of our keys, with the key as its
    `sender_batch_id`, and returns its `payout_batch_id` as the reference. What is acted on is read
    again from PayPal, as `PayPalGateway.read_webhook` does; `transport` and `trusted` are as there.
    """

    def __init__(
        self,
        account: PayPalAccount,
        clock: Clock,
        *,
        transport: Transport | None = None,
        trusted: Sequence[Certificate] | None = None,
    ) -> None:
        self._api = PayPalApi(account, clock, transport)
        self._events = Events(account, clock, self._api, trusted)

    def close(self) -> None:
        """Close the connection."""
        self._api.close()

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PayoutWebhook:
        """Verify and read a webhook of PayPal. Header names are of any case."""

        def is_acted_on(read: PayoutWebhook) -> bool:
            return read.kind is not PayoutWebhookKind.UNKNOWN

        return self._events.read(headers, body, _of_payout, is_acted_on)


def _of_payout(event: Answer) -> PayoutWebhook:
    word, resource = event.text("event_type"), event.get("resource")
    return PayoutWebhook(
        id=event.text("id"),
        kind=payout_kind(word),
        at=event.moment("create_time"),
        reference=resource.text_or_none("payout_batch_id"),
        code=word,
        key=resource.text_or_none("sender_batch_id"),
    )
