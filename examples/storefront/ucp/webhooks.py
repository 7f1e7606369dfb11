"""Reports to platforms what becomes of their orders: signed, and again where it fails.

An event is sent once the one before it has arrived, so that what a platform hears last is true.
"""

from __future__ import annotations

import hashlib
import json
import logging
from datetime import UTC, datetime, timedelta

import httpx2
from attrs import define, evolve, field

from examples.storefront.ucp.agents import Agents
from examples.storefront.ucp.keeping import Checkout, Watched
from examples.storefront.ucp.orders import Orders
from examples.storefront.ucp.signing import SigningKey
from examples.storefront.ucp.wire import Json

_LOG = logging.getLogger("storefront.ucp")
_MOST = 200  # orders that are looked at in a round
_RETRY_FIRST, _RETRY_LAST = timedelta(seconds=5), timedelta(hours=1)
_TRIES = 40  # about a day and a half
_HEARD_FOR = timedelta(days=120)
_TIMEOUT = 5.0  # seconds


@define
class Webhooks:
    """Sends the events of orders to the platforms that placed them."""

    orders: Orders
    agents: Agents
    key: SigningKey
    _client: httpx2.Client | None = field(default=None, init=False)

    def deliver(self) -> int:
        """Send what is due now, and return how many events have arrived."""
        checkouts = self.orders.checkouts
        now, arrived = checkouts.site.clock.now(), 0
        for watched in checkouts.keeping.watched(now, _MOST):
            checkout = checkouts.keeping.checkout_of(watched.order)
            if checkout is not None:
                arrived += self._of_order(watched, checkout, now)
        return arrived

    def _of_order(self, watched: Watched, checkout: Checkout, now: datetime) -> int:
        keeping = self.orders.checkouts.keeping
        placed = self.orders.checkouts.order_of(checkout)
        if placed is None or placed.placed.at + _HEARD_FOR < now:
            keeping.forget_watched(watched.order)
            return 0
        news = self.orders.news(checkout)
        entity, arrived = self.orders.shown(checkout, placed), 0
        for number in range(watched.sent, len(news)):
            event = event_of(entity, news[number], number, now)
            if not self._sent(watched.webhook, event):
                self._again_later(watched, now)
                return arrived
            watched = evolve(watched, sent=number + 1, tries=0)
            keeping.update_watched(watched)
            arrived += 1
        keeping.update_watched(evolve(watched, next_at=now))
        return arrived

    def _again_later(self, watched: Watched, now: datetime) -> None:
        keeping = self.orders.checkouts.keeping
        if watched.tries + 1 >= _TRIES:
            _LOG.error("%s does not take the events of %s", watched.webhook, watched.order)
            keeping.forget_watched(watched.order)
            return
        wait = min(_RETRY_FIRST * 2 ** min(watched.tries, 20), _RETRY_LAST)
        keeping.update_watched(evolve(watched, tries=watched.tries + 1, next_at=now + wait))

    def _sent(self, webhook: str, event: Json) -> bool:
        """Send an event, and return whether it has arrived."""
        if not self.agents.may_be_called(webhook):
            return False
        body = json.dumps(event).encode()
        profile = f"{self.orders.checkouts.site.settings.url}/.well-known/ucp"
        headers = {
            "Content-Type": "application/json",
            "Request-Signature": self.key.sign(body),
            "UCP-Agent": f'profile="{profile}"',
            "Idempotency-Key": str(event["event_id"]),
        }
        if self._client is None:
            self._client = httpx2.Client(timeout=_TIMEOUT, follow_redirects=False)
        try:
            # What a platform answers is not read: it may never end.
            with self._client.stream("POST", webhook, content=body, headers=headers) as answer:
                return bool(answer.is_success)
        except (httpx2.HTTPError, httpx2.InvalidURL):
            return False


def event_of(entity: Json, kind: str, number: int, now: datetime) -> Json:
    """Return an event: the whole order, and what has happened to it.

    The specification has the order itself at the top; the conformance suite reads it from `order`.
    """
    name = hashlib.sha256(f"{entity['id']}/{number}".encode()).hexdigest()[:32]
    return {
        **entity,
        "event_id": f"evt_{name}",
        "event_type": kind,
        "created_time": now.astimezone(UTC).isoformat(),
        "order": dict(entity),
    }
