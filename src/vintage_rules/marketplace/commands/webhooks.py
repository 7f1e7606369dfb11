"""Messages that providers and carriers send of their own accord: verified, taken once, and told to
whom they concern.
"""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from vintage_rules.ids import OrderId
from vintage_rules.marketplace.actors import Courier
from vintage_rules.marketplace.commands.order_commands import Answer, OrderDesk, tell
from vintage_rules.marketplace.commands.parcels import Parcels
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.inbound_streams import WebhookReceived
from vintage_rules.marketplace.storage.streams import ORDERS, WEBHOOKS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.commands import CancelOrder
from vintage_rules.orders.states import OrderState
from vintage_rules.ports import PaymentWebhook, ScanReader, WebhookKind


@frozen
class Webhooks:
    """What the outside tells us. Raises `ForgedWebhookError` for what is not theirs."""

    shop: Shop

    def payment(self, tender: str, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """Take a message of the provider of a means of payment; one that comes again is known.

        An authorisation that was voided before it was captured cancels its order. A refund that
        failed and a payment that is disputed wait for a person. Anything else only confirms what
        we were answered, and changes nothing.
        """
        webhook = self.shop.gateway(tender).read_webhook(headers, body)
        self.shop.do(f"provider of {tender}", lambda session: self._taken(session, tender, webhook))
        return webhook

    def _taken(self, session: UnitOfWork, tender: str, webhook: PaymentWebhook) -> None:
        taken = session.load(WEBHOOKS, f"{tender}/{webhook.id}")
        if taken.state is not None:
            return
        event = WebhookReceived(
            at=session.now,
            sender=tender,
            kind=webhook.kind,
            reference=webhook.reference,
            order=webhook.order,
            code=webhook.code,
        )
        session.happen(taken, [event])
        if webhook.kind is WebhookKind.VOIDED and webhook.order is not None:
            self._voided(session, webhook.order)

    def _voided(self, session: UnitOfWork, order: OrderId) -> None:
        loaded = session.load(ORDERS, order)
        if loaded.state is not None and loaded.state.state is OrderState.PLACED:
            voided = CancelOrder(at=session.now, reason=WebhookKind.VOIDED)
            tell(self.shop, session, loaded, [voided])

    def scans(
        self, carrier: str, reader: ScanReader, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """Take a carrier's message about a parcel. Scans that were told already change nothing.

        Raises `NotFoundError` for a number that was never handed in.
        """
        webhook = reader.read_webhook(headers, body)
        tracking = webhook.tracking
        return Parcels(OrderDesk(self.shop)).record_scan(
            Courier(carrier), tracking.tracking_number, *tracking.scans
        )
