"""Webhooks of payment providers and carriers: verified, and processed once."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager

from attrs import frozen

from vintage_rules.marketplace.actors import Courier
from vintage_rules.marketplace.commands.order_commands import Answer
from vintage_rules.marketplace.commands.parcels import Parcels
from vintage_rules.marketplace.commands.reported_payments import apply_report, reported_checkout
from vintage_rules.marketplace.commands.reported_payouts import (
    record_failed_payout,
    reported_payout,
)
from vintage_rules.marketplace.observing import observed
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.case_stream import CaseOpened, CaseReason
from vintage_rules.marketplace.storage.inbound_streams import WebhookReceived, name_given
from vintage_rules.marketplace.storage.streams import CASES, PAYOUT_WEBHOOKS, WEBHOOKS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.ports.carrier import ScanReader
from vintage_rules.ports.observer import Activity, ActivityKind
from vintage_rules.ports.payments import PaymentWebhook, WebhookKind
from vintage_rules.ports.payouts import PayoutReader, PayoutWebhook, PayoutWebhookKind

# What no rule settles: a person must look.
_CASES: Mapping[WebhookKind, CaseReason] = {
    WebhookKind.DISPUTED: CaseReason.PAYMENT_DISPUTED,
    WebhookKind.DISPUTE_LOST: CaseReason.DISPUTE_LOST,
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

        One that says an amount is held has the order or gift card placed that waits for it, whose
        buyer has closed the page or whose process died; one that it was captured has that recorded.
        Both are first looked up with the provider. One that a refund failed has it owed again.

        It acts on the order or gift card whose charge it names, and on no other. An authorisation
        that was voided or has lapsed before it was captured cancels what it pays for; one that the
        order does not use, such as the first of two that a buyer tried, changes nothing. A dispute
        is recorded on the order or gift card: see `DisputeStatus`. A payment that is disputed, a
        dispute that is lost and a refund that failed open a case for review: see `Cases`. Anything
        else only confirms what the provider answered before, and changes nothing.
        """
        with self._watched(tender) as activity:
            webhook = self.shop.gateway(tender).read_webhook(headers, body)
            activity.about = {"kind": str(webhook.kind)}
            self.shop.do(f"provider of {tender}", lambda work: self._process(work, tender, webhook))
        return webhook

    def _watched(self, sender: str) -> AbstractContextManager[Activity]:
        activity = Activity(kind=ActivityKind.WEBHOOK, name=sender)
        return observed(self.shop.observers, activity)

    def _process(self, work: UnitOfWork, tender: str, webhook: PaymentWebhook) -> None:
        name = name_given(tender, webhook.id)
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
        apply_report(self.shop, work, tender, webhook)

    def _open_case(self, work: UnitOfWork, name: str, tender: str, webhook: PaymentWebhook) -> None:
        opened = CaseOpened(
            at=work.now,
            case=name,
            reason=_CASES[webhook.kind],
            tender=tender,
            reference=webhook.reference,
            order=reported_checkout(work, tender, webhook),
            code=webhook.code,
        )
        work.record(work.load(CASES, name), [opened])

    def payout(
        self, payer: str, reader: PayoutReader, headers: Mapping[str, str], body: bytes
    ) -> PayoutWebhook:
        """Process a webhook of the payer of sellers. One that comes again changes nothing.

        A payout that came back is owed again and frozen, its seller is mailed, and a case for
        review is opened: once it is known to which account it goes, `Orders.release_payouts` has it
        paid, or `Orders.record_payout` says that it was paid by other means.
        """
        with self._watched(payer) as activity:
            webhook = reader.read_webhook(headers, body)
            activity.about = {"kind": str(webhook.kind)}
            self.shop.do(f"payer {payer}", lambda work: self._process_payout(work, payer, webhook))
        return webhook

    def _process_payout(self, work: UnitOfWork, payer: str, webhook: PayoutWebhook) -> None:
        name = name_given(payer, webhook.id)
        stream = work.load(PAYOUT_WEBHOOKS, name)
        if stream.state is not None:
            return
        named = reported_payout(work, webhook)
        order = None if named is None else named.order
        event = WebhookReceived(
            at=work.now,
            sender=payer,
            kind=webhook.kind,
            reference=webhook.reference,
            order=order,
            code=webhook.code,
        )
        work.record(stream, [event])
        if webhook.kind is not PayoutWebhookKind.FAILED:
            return
        opened = CaseOpened(
            at=work.now,
            case=f"payout/{name}",
            reason=CaseReason.PAYOUT_FAILED,
            tender=None,
            reference=webhook.reference,
            order=order,
            code=webhook.code,
            subject=None if named is None else named.piece,
        )
        work.record(work.load(CASES, opened.case), [opened])
        if named is not None:
            record_failed_payout(self.shop, work, named)

    def scans(
        self, carrier: str, reader: ScanReader, headers: Mapping[str, str], body: bytes
    ) -> Answer:
        """Process a carrier's webhook about a parcel. Scans recorded already change nothing.

        Raises:
            NotFoundError: For a number that was never handed in.
        """
        with self._watched(carrier) as activity:
            tracking = reader.read_webhook(headers, body).tracking
            activity.about = {"kind": "scans"}
            return Parcels(self.shop).record_scan(
                Courier(carrier), tracking.tracking_number, *tracking.scans
            )
