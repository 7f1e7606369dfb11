"""Webhooks of payment providers and carriers: verified, and processed once."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import frozen

from vintage_rules.ids import OrderId
from vintage_rules.marketplace.actors import Courier
from vintage_rules.marketplace.commands.order_commands import Answer, execute_own
from vintage_rules.marketplace.commands.parcels import Parcels
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.case_stream import CaseOpened, CaseReason
from vintage_rules.marketplace.storage.inbound_streams import WebhookReceived
from vintage_rules.marketplace.storage.streams import CASES, ORDERS, WEBHOOKS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.commands import CancelOrder
from vintage_rules.orders.states import Order, OrderState
from vintage_rules.ports.carrier import ScanReader
from vintage_rules.ports.payments import PaymentWebhook, WebhookKind

# What no rule settles: a person must look.
_CASES: Mapping[WebhookKind, CaseReason] = {
    WebhookKind.DISPUTED: CaseReason.PAYMENT_DISPUTED,
    WebhookKind.REFUND_FAILED: CaseReason.REFUND_FAILED,
}


@frozen
class Webhooks:
    """Receives webhooks.

    Raises:
        ForgedWebhookError: For a message that is not the provider's.
    """

    shop: Shop

    def payment(self, tender: str, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """Process a webhook of the provider of a means of payment.

        One that comes again changes nothing.

        An authorisation that was voided before it was captured cancels the order it pays for; one
        that the order does not use, such as the first of two that a buyer tried, changes nothing. A
        refund that failed and a payment that is disputed open a case for review: see `Cases`.
        Anything else only confirms what the provider answered before, and changes nothing.
        """
        webhook = self.shop.gateway(tender).read_webhook(headers, body)
        self.shop.do(f"provider of {tender}", lambda work: self._process(work, tender, webhook))
        return webhook

    def _process(self, work: UnitOfWork, tender: str, webhook: PaymentWebhook) -> None:
        name = f"{tender}/{webhook.id}"
        stream = work.load(WEBHOOKS, name)
        if stream.state is not None:
            return
        event = WebhookReceived(
            at=work.now,
            sender=tender,
            kind=webhook.kind,
            reference=webhook.reference,
            order=webhook.order,
            code=webhook.code,
        )
        work.record(stream, [event])
        if webhook.kind in _CASES:
            self._open_case(work, name, tender, webhook)
        if webhook.kind is WebhookKind.VOIDED and webhook.order is not None:
            self._cancel(work, webhook.order, tender, webhook.reference)

    def _open_case(self, work: UnitOfWork, name: str, tender: str, webhook: PaymentWebhook) -> None:
        opened = CaseOpened(
            at=work.now,
            case=name,
            reason=_CASES[webhook.kind],
            tender=tender,
            reference=webhook.reference,
            order=webhook.order,
            code=webhook.code,
        )
        work.record(work.load(CASES, name), [opened])

    def _cancel(self, work: UnitOfWork, order: OrderId, tender: str, reference: str | None) -> None:
        stream = work.load(ORDERS, order)
        if stream.state is not None and _waits_for(stream.state, tender, reference):
            cancel = CancelOrder(at=work.now, reason=WebhookKind.VOIDED)
            execute_own(self.shop, work, stream, cancel)

    def scans(
        self, carrier: str, reader: ScanReader, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """Process a carrier's webhook about a parcel. Scans recorded already change nothing.

        Raises:
            NotFoundError: For a number that was never handed in.
        """
        webhook = reader.read_webhook(headers, body)
        tracking = webhook.tracking
        return Parcels(self.shop).record_scan(
            Courier(carrier), tracking.tracking_number, *tracking.scans
        )


def _waits_for(order: Order, tender: str, reference: str | None) -> bool:
    """Say whether an order is still to be paid by the charge that a webhook names."""
    return order.state is OrderState.PLACED and any(
        (payment.tender, payment.reference) == (tender, reference)
        for payment in order.placed.payments
        if payment not in order.captured
    )
