"""What a gateway owes a caller that listens to its provider."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import timedelta

import pytest

from vintage_rules.errors import ForgedWebhookError
from vintage_rules.ids import OrderId
from vintage_rules.ports.payments import PaymentGateway, PaymentWebhook, WebhookKind
from vintage_rules.testing.contracts.payments.fixtures import (
    Delivery,
    GatewayFixtures,
    WebhookDraft,
    unique,
)

LONG_AGO = timedelta(days=30)


def draft(
    kind: WebhookKind = WebhookKind.CAPTURED, *, sent_ago: timedelta | None = None
) -> WebhookDraft:
    """Make a webhook to be sent, of something that happened to an unknown order."""
    return WebhookDraft(
        id=unique("webhook"),
        kind=kind,
        reference=unique("authorisation"),
        order=OrderId(unique("order")),
        sent_ago=sent_ago or timedelta(),
    )


def received(gateway: PaymentGateway, delivery: Delivery) -> PaymentWebhook:
    """Have a webhook read as it arrived."""
    return gateway.read_webhook(delivery.headers, delivery.body)


def renamed(headers: Mapping[str, str], rename: Callable[[str], str]) -> dict[str, str]:
    """Write the names of headers another way."""
    return {rename(name): value for name, value in headers.items()}


class WebhooksContract(GatewayFixtures):
    """`PaymentGateway.read_webhook`: what the provider alone reports, of its own accord.

    It needs the fixtures `gateway` and `deliver` only.
    """

    @pytest.fixture
    def captured_webhook(self, deliver: Callable[[WebhookDraft], Delivery]) -> Delivery:
        """Return a webhook that is the provider's own."""
        return deliver(draft())

    def test_reads_each_kind(
        self, gateway: PaymentGateway, deliver: Callable[[WebhookDraft], Delivery]
    ) -> None:
        """What happened, when, to which authorisation and order, as far as the message says."""
        for kind in sorted(self.webhook_kinds):
            sent = draft(kind)
            webhook = received(gateway, deliver(sent))
            assert webhook.kind is kind
            assert webhook.id
            assert webhook.code
            assert webhook.reference in {None, sent.reference}
            assert webhook.order in {None, sent.order}

    def test_names_the_authorisation_of_what_was_captured(
        self, gateway: PaymentGateway, deliver: Callable[[WebhookDraft], Delivery]
    ) -> None:
        """So that an answer that was lost can be found again."""
        sent = draft(WebhookKind.CAPTURED)
        assert received(gateway, deliver(sent)).reference == sent.reference

    def test_leaves_unknown_what_it_has_no_word_for(
        self, gateway: PaymentGateway, deliver: Callable[[WebhookDraft], Delivery]
    ) -> None:
        """A new kind of message is neither an error nor taken for one that is known."""
        assert received(gateway, deliver(draft(WebhookKind.UNKNOWN))).kind is WebhookKind.UNKNOWN

    def test_reads_headers_of_any_case(
        self, gateway: PaymentGateway, captured_webhook: Delivery
    ) -> None:
        """Web servers write the names of headers as they like."""
        expected = received(gateway, captured_webhook)
        renames: Iterable[Callable[[str], str]] = (str.lower, str.upper, str.title)
        for rename in renames:
            headers = renamed(captured_webhook.headers, rename)
            assert gateway.read_webhook(headers, captured_webhook.body) == expected

    def test_knows_a_notice_that_comes_twice(
        self, gateway: PaymentGateway, deliver: Callable[[WebhookDraft], Delivery]
    ) -> None:
        """The same message is the same webhook; sent again it has its id, another has another."""
        sent = draft()
        first = deliver(sent)
        assert received(gateway, first) == received(gateway, first)
        assert received(gateway, deliver(sent)).id == received(gateway, first).id
        assert received(gateway, deliver(draft())).id != received(gateway, first).id

    def test_refuses_what_nobody_signed(
        self, gateway: PaymentGateway, captured_webhook: Delivery
    ) -> None:
        """A message without the provider's headers is anybody's."""
        for headers in ({}, {"Content-Type": "application/json"}):
            with pytest.raises(ForgedWebhookError):
                gateway.read_webhook(headers, captured_webhook.body)

    def test_refuses_a_signature_that_cannot_be_read(
        self, gateway: PaymentGateway, captured_webhook: Delivery
    ) -> None:
        """Nonsense in each header is a forgery, not an error of another kind."""
        for nonsense in ("", "nonsense", "t=,v1=", "t=1795000000,v1=é", "," * 50):
            headers = dict.fromkeys(captured_webhook.headers, nonsense)
            with pytest.raises(ForgedWebhookError):
                gateway.read_webhook(headers, captured_webhook.body)

    def test_refuses_the_signature_of_another_message(
        self, gateway: PaymentGateway, deliver: Callable[[WebhookDraft], Delivery]
    ) -> None:
        """A signature that was overheard signs one message only."""
        overheard, other = deliver(draft()), deliver(draft(WebhookKind.VOIDED))
        with pytest.raises(ForgedWebhookError):
            gateway.read_webhook(overheard.headers, other.body)

    def test_refuses_what_was_changed_on_the_way(
        self, gateway: PaymentGateway, captured_webhook: Delivery
    ) -> None:
        """One character more, and a message is not the provider's any more."""
        with pytest.raises(ForgedWebhookError):
            gateway.read_webhook(captured_webhook.headers, captured_webhook.body + b" ")

    def test_refuses_what_is_not_whole(
        self, gateway: PaymentGateway, captured_webhook: Delivery
    ) -> None:
        """A body that was cut off anywhere, to the last byte and to nothing, says nothing."""
        body = captured_webhook.body
        for length in {0, 1, len(body) // 2, len(body) - 1}:
            with pytest.raises(ForgedWebhookError):
                gateway.read_webhook(captured_webhook.headers, body[:length])

    def test_refuses_what_is_old(
        self, gateway: PaymentGateway, deliver: Callable[[WebhookDraft], Delivery]
    ) -> None:
        """A message that was recorded a month ago and is played again is refused."""
        with pytest.raises(ForgedWebhookError):
            received(gateway, deliver(draft(sent_ago=LONG_AGO)))
