"""What a provider reports of a charge, done to the order or gift card that it pays.

The report names the charge by the provider's reference, the order or both. It acts on what that
charge pays and on nothing else: the charge of a card that the buyer gave up is not the order's.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256

from vintage_rules.machine import taken
from vintage_rules.marketplace.commands.disputes import (
    DisputeStatus,
    record_on_card,
    record_on_order,
)
from vintage_rules.marketplace.commands.order_commands import execute_own
from vintage_rules.marketplace.commands.payment_holds import checkout_of, keep_reference
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.checkout_stream import (
    ChargeReported,
    ChargeState,
    card_of_checkout,
)
from vintage_rules.marketplace.storage.streams import CARDS, CHECKOUTS, ORDERS
from vintage_rules.marketplace.storage.unit_of_work import Stream, UnitOfWork
from vintage_rules.orders.commands import CancelOrder, RecordRefundFailed
from vintage_rules.orders.events import OrderEvent
from vintage_rules.orders.states import Order, OrderState
from vintage_rules.ports.payments import PaymentWebhook, WebhookKind
from vintage_rules.pricing.gift_card.commands import CancelCard
from vintage_rules.pricing.gift_card.decide import CARD
from vintage_rules.pricing.gift_card.events import CardEvent
from vintage_rules.pricing.gift_card.states import Card, CardState

_DISPUTES: Mapping[WebhookKind, DisputeStatus] = {
    WebhookKind.DISPUTED: DisputeStatus.OPENED,
    WebhookKind.DISPUTE_WON: DisputeStatus.WON,
    WebhookKind.DISPUTE_LOST: DisputeStatus.LOST,
}


def lasting_key(*names: str) -> str:
    """Return the key of what happens once for ever, whichever of several effects requests it.

    A refund that was revoked is owed again under its cause, a payout withheld falls due again.
    """
    return sha256("\n".join(names).encode()).hexdigest()


def refund_key(order: str, cause: str, number: int) -> str:
    """Return our key of the request for the first, second, … payment of a refund."""
    return lasting_key("refund", order, cause, str(number))


def reported_checkout(work: UnitOfWork, tender: str, webhook: PaymentWebhook) -> str | None:
    """Return the checkout that a report is about: the one it names, or that of its charge."""
    if webhook.order is not None or webhook.reference is None:
        return webhook.order
    return checkout_of(work, tender, webhook.reference)


def apply_report(shop: Shop, work: UnitOfWork, tender: str, webhook: PaymentWebhook) -> None:
    """Do what a report means for what its charge pays."""
    checkout = reported_checkout(work, tender, webhook)
    if checkout is None:
        return
    card = _card(work, checkout, tender, webhook.reference)
    order = work.load(ORDERS, checkout)
    match webhook.kind:
        case WebhookKind.DISPUTED | WebhookKind.DISPUTE_WON | WebhookKind.DISPUTE_LOST:
            if card is not None:
                record_on_card(work, card, _DISPUTES[webhook.kind])
            else:
                _report_dispute(shop, work, order, tender, webhook)
        case WebhookKind.AUTHORISED:
            _report_held(work, checkout, tender, webhook)
        case WebhookKind.CAPTURED:
            if _waits_for(order, tender, webhook.reference) or _awaits_payment(card):
                _report(work, checkout, webhook.kind)
        case WebhookKind.REFUND_FAILED:
            _report_failed_refund(shop, work, order, webhook.key)
        case WebhookKind.VOIDED if card is not None:
            _cancel_card(work, card)
        case WebhookKind.VOIDED if _waits_for(order, tender, webhook.reference):
            execute_own(shop, work, order, CancelOrder(at=work.now, reason=WebhookKind.VOIDED))
        case _:
            return


def _report_dispute(
    shop: Shop,
    work: UnitOfWork,
    order: Stream[Order, OrderEvent],
    tender: str,
    webhook: PaymentWebhook,
) -> None:
    if _pays(order, tender, webhook.reference):
        record_on_order(shop, work, order, tender, _DISPUTES[webhook.kind])


def _cancel_card(work: UnitOfWork, stream: Stream[Card, CardEvent]) -> None:
    """Cancel a gift card whose price is not held any more, unless it is paid for."""
    card = stream.state
    if card is not None and card.state is CardState.ORDERED:
        command = CancelCard(at=work.now, reason=WebhookKind.VOIDED)
        work.record(stream, taken(CARD.decide(card, command, None), command, card.state))


def _report_failed_refund(
    shop: Shop, work: UnitOfWork, stream: Stream[Order, OrderEvent], key: str | None
) -> None:
    """Record that a refund came back, found by our key of it. Reported again, it is none any more.

    What was refunded of a gift card's price is in no books of an order.
    """
    order = stream.state
    if order is None:
        return
    for cause, refund in order.sent.items():
        for number, payment in enumerate(refund.payments):
            if payment.amount and key == refund_key(order.placed.order, cause, number):
                command = RecordRefundFailed(
                    at=work.now, cause=cause, tender=payment.tender, reference=payment.reference
                )
                execute_own(shop, work, stream, command)


def _report(work: UnitOfWork, checkout: str, kind: WebhookKind) -> None:
    work.record(work.load(CHECKOUTS, checkout), [ChargeReported(at=work.now, kind=kind)])


def _report_held(work: UnitOfWork, checkout: str, tender: str, webhook: PaymentWebhook) -> None:
    """Keep the name of a charge that is held, and go on with it if an order waits for it.

    A message that names neither our key nor the provider's name of it may be about another charge
    of the same checkout.
    """
    stream = work.load(CHECKOUTS, checkout)
    state = stream.state
    if state is None:
        return
    if webhook.reference is not None and webhook.key in state.keys:
        keep_reference(work, checkout, webhook.key, (tender, webhook.reference))
    begun = state.begun
    names = {begun.charge.source, state.references.get(begun.charge.key)}
    is_meant = webhook.key == begun.charge.key or webhook.reference in names
    if state.state is ChargeState.BEGUN and begun.tender == tender and is_meant:
        _report(work, checkout, webhook.kind)


def _awaits_payment(card: Stream[Card, CardEvent] | None) -> bool:
    """Say whether a gift card is ordered, and its capture not recorded yet."""
    return card is not None and card.state is not None and card.state.state is CardState.ORDERED


def _card(
    work: UnitOfWork, checkout: str, tender: str, reference: str | None
) -> Stream[Card, CardEvent] | None:
    """Return the gift card that a charge pays for, if it pays for one."""
    number = card_of_checkout(checkout)
    stream = None if number is None else work.load(CARDS, number)
    if stream is None or stream.state is None:
        return None
    ordered = stream.state.ordered
    is_paid_so = ordered.tender == tender and reference in {None, ordered.reference}
    return stream if is_paid_so else None


def _pays(order: Stream[Order, OrderEvent], tender: str, reference: str | None) -> bool:
    """Say whether an order is paid by a charge; a dispute may name the order alone."""
    return order.state is not None and any(
        payment.tender == tender and reference in {None, payment.reference}
        for payment in order.state.placed.payments
    )


def _waits_for(stream: Stream[Order, OrderEvent], tender: str, reference: str | None) -> bool:
    """Say whether an order is still to be paid by the charge that a report names."""
    order = stream.state
    return (
        order is not None
        and order.state is OrderState.PLACED
        and any(
            (payment.tender, payment.reference) == (tender, reference)
            for payment in order.placed.payments
            if not order.is_captured(payment)
        )
    )
