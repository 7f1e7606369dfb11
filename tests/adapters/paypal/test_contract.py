"""PayPal's gateway, held to the contract: against a PayPal that keeps books."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import ClassVar

import pytest

from tests.adapters.paypal import signing
from tests.adapters.paypal.bookkeeping import Account, Order
from tests.adapters.paypal.conftest import WEBHOOK
from tests.adapters.paypal.server import FakePayPal
from vintage_rules.adapters.paypal import PayPalGateway
from vintage_rules.ids import OrderId
from vintage_rules.money import Money
from vintage_rules.ports.payments import ChallengeNeeded, Charge, PaymentGateway
from vintage_rules.testing.contracts.payments import (
    Booked,
    Booking,
    Delivery,
    GatewayFixtures,
    PaymentGatewayContract,
    Source,
    WebhookDraft,
)
from vintage_rules.testing.contracts.proxy import FaultyProxy, faulty_proxy, unused_port


class PayPalContract(PaymentGatewayContract):
    """The contract, with orders that the shop's pages made."""

    amounts: ClassVar[tuple[Money, ...]] = (
        Money("89.90", "EUR"),
        Money("5000", "JPY"),
        Money("12500", "HUF"),
    )
    unknown_reference = "5O190127TN364715T"
    unknown_receipt = "2GG279541U471931P"
    unused_source = "5O190127TN364715T"

    @pytest.fixture
    def faults(self, paypal: FakePayPal) -> Iterator[FaultyProxy]:
        """Stand before PayPal."""
        with faulty_proxy(paypal.port) as proxy:
            yield proxy

    @pytest.fixture
    def gateway(self, faults: FaultyProxy, connect: Callable[..., PayPalGateway]) -> PaymentGateway:
        """Connect through the faults."""
        return connect(faults.url)

    @pytest.fixture
    def forget(self, shop: Account, gateway: PaymentGateway) -> Callable[[], PaymentGateway]:
        """Let PayPal forget every request id; of refunds it does after 45 days."""

        def forget() -> PaymentGateway:
            shop.answered.clear()
            for order in shop.orders.values():
                for capture in order.captures:
                    capture.at -= timedelta(days=45)
            return gateway

        return forget

    @pytest.fixture
    def stranger(self, paypal: FakePayPal, connect: Callable[..., PayPalGateway]) -> PaymentGateway:
        """Connect with a secret that was never right."""
        return connect(paypal.url, secret="wrong")  # noqa: S106 - it opens nothing

    @pytest.fixture
    def unreachable(self, connect: Callable[..., PayPalGateway]) -> PaymentGateway:
        """Connect to nobody."""
        return connect(f"http://127.0.0.1:{unused_port()}")

    @pytest.fixture
    def approved(self, shop: Account) -> Source:
        """Make orders and let the buyer approve them."""
        return lambda amount: self.approve(shop, ordered(shop, amount))

    @pytest.fixture
    def declined(self, shop: Account) -> Source:
        """Make orders that are approved, and which PayPal refuses all the same."""

        def decline(amount: Money) -> str:
            order = ordered(shop, amount)
            order.refuses = "TRANSACTION_REFUSED"
            return self.approve(shop, order)

        return decline

    @pytest.fixture
    def challenged(self, shop: Account) -> Source:
        """Make orders that the buyer has not approved."""
        return lambda amount: ordered(shop, amount).id

    @pytest.fixture
    def pass_challenge(self, shop: Account) -> Callable[[ChallengeNeeded], None]:
        """Let the buyer approve."""
        return lambda challenge: shop.approve(challenge.reference)

    @pytest.fixture
    def booked(self, shop: Account) -> Booking:
        """Read the books of PayPal itself."""

        def booked(charge: Charge, reference: str) -> Booked:
            order, code = shop.orders[reference], charge.amount.currency.code
            is_held = order.authorisation is not None and order.authorisation_status == "CREATED"
            refunds = (refund for taken in order.captures for refund in taken.refunds)
            returned = sum(each.value for each in refunds if each.status == "COMPLETED")
            return Booked(
                held=Money(order.value if is_held else 0, code),
                taken=Money(sum(taken.value for taken in order.captures), code),
                returned=Money(returned, code),
            )

        return booked

    @pytest.fixture
    def deliver(
        self, paypal: FakePayPal, faults: FaultyProxy
    ) -> Callable[[WebhookDraft], Delivery]:
        """Sign as PayPal does."""
        paypal.certificates["CERT-1"] = signing.signer().chain

        def delivered(draft: WebhookDraft) -> Delivery:
            kind, sent_at = signing.EVENTS[draft.kind], signing.NOW - draft.sent_ago
            about = signing.resource(kind, draft.reference, draft.order)
            body = signing.message(draft.id, kind, about, sent_at)
            url = f"{faults.url}/v1/notifications/certs/CERT-1"
            headers = signing.headers(signing.signer(), WEBHOOK, url, body, sent_at=sent_at)
            return Delivery(headers=headers, body=body)

        return delivered

    def approve(self, shop: Account, order: Order) -> str:
        """Let the buyer approve."""
        shop.approve(order.id)
        return order.id

    def charge(self, amount: Money, source: str) -> Charge:
        """Make a charge of the order that the shop's pages named to PayPal."""
        made = super().charge(amount, source)
        return Charge(key=made.key, order=OrderId(f"of {source}"), amount=amount, source=source)

    def smallest(self, amount: Money) -> Money:
        """Give the smallest amount that PayPal takes: it takes no decimals of forints."""
        return Money(1, "HUF") if amount.currency.code == "HUF" else super().smallest(amount)


def ordered(shop: Account, amount: Money) -> Order:
    """Make an order as the shop's pages do, for an order of the shop's."""
    order = shop.order(str(amount.amount), amount.currency.code, None)
    order.custom_id = f"of {order.id}"
    return order


class TestPayPalGateway(PayPalContract):
    """Orders that the shop's pages made."""


class TestPayPalGatewayThatMakesTheOrder(PayPalContract):
    """Orders that the gateway makes, for charges without a source."""

    unused_source = ""

    @pytest.fixture
    def approved(self, shop: Account) -> Source:
        """Let the buyer approve an order as soon as it is made."""
        return lambda _: self.prepared(shop, buyer_is_quick=True)

    @pytest.fixture
    def declined(self, shop: Account) -> Source:
        """Let PayPal refuse what the buyer approved."""
        return lambda _: self.prepared(shop, buyer_is_quick=True, refuses="PAYER_CANNOT_PAY")

    @pytest.fixture
    def challenged(self, shop: Account) -> Source:
        """Let the buyer take their time."""
        return lambda _: self.prepared(shop, buyer_is_quick=False)

    def charge(self, amount: Money, source: str) -> Charge:
        """Make a charge of an order of the shop's that PayPal is still to hear of."""
        return GatewayFixtures.charge(self, amount, source)

    def prepared(self, shop: Account, *, buyer_is_quick: bool, refuses: str | None = None) -> str:
        """Say what happens to orders from now on; none of them has a name yet."""
        shop.buyer_is_quick, shop.refuses = buyer_is_quick, refuses
        return ""
