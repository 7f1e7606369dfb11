"""PayPal's events: a webhook is verified, and what is acted on is read again from PayPal.

PayPal signs no more than a CRC-32 of a message, and anyone can write another message of the same
CRC-32 once they have seen one. So the signature lets a message in, and then its name alone counts:
what is done is what PayPal itself says of the event of that name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from cryptography.x509 import Certificate

from vintage_rules.adapters.json_answers import Answer, read_json
from vintage_rules.adapters.paypal.api import Issue, PayPalAccount, PayPalApi
from vintage_rules.adapters.paypal.documents import PORT, understood
from vintage_rules.adapters.paypal.signatures import Signatures
from vintage_rules.errors import ForgedWebhookError, InvalidValueError
from vintage_rules.ports.clock import Clock

T = TypeVar("T")

_ACT = "reading a webhook"
_EVENTS = "/v1/notifications/webhooks-events"
_NAME = re.compile(r"[A-Za-z0-9-]{1,100}")


class Events:
    """Reads the events of webhooks, as PayPal has them."""

    def __init__(
        self,
        account: PayPalAccount,
        clock: Clock,
        api: PayPalApi,
        trusted: Sequence[Certificate] | None,
    ) -> None:
        self._api = api
        self._signatures = Signatures(account, clock, api, trusted)

    def read(
        self,
        headers: Mapping[str, str],
        body: bytes,
        parse: Callable[[Answer], T],
        is_acted_on: Callable[[T], bool],
    ) -> T:
        """Return what a webhook says; what is acted on, as PayPal itself says it.

        Raises:
            ForgedWebhookError: If it is not PayPal's, is not whole, or PayPal knows no such event.
            OutsideUnavailableError: If PayPal does not answer now.
        """
        self._signatures.verify(headers, body)
        try:
            event = read_json(body, "webhook")
            reported = parse(event)
            name = event.text("id")
        except InvalidValueError as error:
            raise ForgedWebhookError(PORT, _ACT, str(error)) from error
        if not is_acted_on(reported):
            return reported
        with understood(_ACT):
            return parse(self._known(name))

    def _known(self, name: str) -> Answer:
        if not _NAME.fullmatch(name):
            raise ForgedWebhookError(PORT, _ACT, f"no name of an event: {name}")
        event = self._api.get(_ACT, f"{_EVENTS}/{name}")
        if isinstance(event, Issue):
            raise ForgedWebhookError(PORT, _ACT, f"PayPal knows no event {name}: {event.code}")
        if event.text("id") != name:
            raise event.get("id").wrong(name)
        return event
