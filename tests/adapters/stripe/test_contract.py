from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import ClassVar

import pytest
import stripe

from tests.adapters.stripe.peers import API_KEY, WEBHOOK_SECRET, Peers, client, signed
from vintage_rules.adapters.stripe import StripeGateway
from vintage_rules.money import Money
from vintage_rules.ports.payments import ChallengeNeeded, Charge, WebhookKind
from vintage_rules.testing.contracts.payments import (
    Booked,
    Booking,
    Delivery,
    ForgottenRefundsContract,
    LostRefundsContract,
    PaymentGatewayContract,
    RefundsContract,
    Source,
    WebhookDraft,
)
from vintage_rules.testing.contracts.proxy import FaultyProxy, faulty_proxy, unused_port

# Numbers of cards that Stripe publishes for tests.
CHALLENGED_CARD = "4000002500003155"

INTENT_EVENTS = {
    WebhookKind.AUTHORISED: "payment_intent.amount_capturable_updated",
    WebhookKind.CAPTURED: "payment_intent.succeeded",
    WebhookKind.DECLINED: "payment_intent.payment_failed",
    WebhookKind.UNKNOWN: "payment_intent.partially_funded",
    WebhookKind.VOIDED: "payment_intent.canceled",
}
OTHER_EVENTS = {
    WebhookKind.DISPUTED: ("charge.dispute.created", "dispute"),
    WebhookKind.DISPUTE_LOST: ("charge.dispute.closed", "dispute"),
    WebhookKind.DISPUTE_WON: ("charge.dispute.closed", "dispute"),
    WebhookKind.REFUNDED: ("charge.refunded", "charge"),
    WebhookKind.REFUND_FAILED: ("refund.failed", "refund"),
}


def event_of(draft: WebhookDraft) -> dict[str, object]:
    """Write an event as Stripe does, in the parts that are read."""
    metadata = {"vintage_rules_order": draft.order}
    if draft.kind in INTENT_EVENTS:
        word = INTENT_EVENTS[draft.kind]
        subject = {"object": "payment_intent", "id": draft.reference, "metadata": metadata}
    else:
        word, kind = OTHER_EVENTS[draft.kind]
        subject = {"object": kind, "id": "x_1", "payment_intent": draft.reference, "metadata": {}}
        if kind == "dispute":
            subject["status"] = str(draft.kind).removeprefix("dispute-")
    return {
        "object": "event",
        "id": draft.id,
        "type": word,
        "created": 1_795_000_000,
        "data": {"object": subject},
    }


class TestOnLocalstripe(PaymentGatewayContract):
    """The adapter does what every gateway must, against localstripe and what keeps keys for it.

    localstripe lets a refund exceed what was captured: see `TestRefundsOnStatefulMock`. What keeps
    keys keeps them by address, of which each intent has its own: Stripe itself refuses a key that
    comes to another one, as it does one with another amount, which is tried.
    """

    guards_captured = False
    guards_keys = False

    unknown_reference: ClassVar[str] = "pi_0000000000000000"
    unknown_receipt: ClassVar[str] = "ch_0000000000000000"
    unused_source: ClassVar[str] = "pm_0000000000000000"

    @pytest.fixture
    def proxy(self, peers: Peers) -> Iterator[FaultyProxy]:
        """Stand before localstripe."""
        with faulty_proxy(peers.keeper) as proxy:
            yield proxy

    @pytest.fixture
    def faults(self, proxy: FaultyProxy) -> FaultyProxy:
        """The proxy makes requests go wrong."""
        return proxy

    @pytest.fixture
    def gateway(self, proxy: FaultyProxy) -> StripeGateway:
        """Give the adapter."""
        return StripeGateway(API_KEY, WEBHOOK_SECRET, url=proxy.url)

    @pytest.fixture
    def forget(self, peers: Peers) -> Callable[[], StripeGateway]:
        """Lead past what keeps keys, to the same localstripe."""
        address = f"http://127.0.0.1:{peers.forgetful}"
        return lambda: StripeGateway(API_KEY, WEBHOOK_SECRET, url=address)

    @pytest.fixture
    def stranger(self, proxy: FaultyProxy) -> StripeGateway:
        """Give an adapter whose key is none."""
        return StripeGateway("no_key", WEBHOOK_SECRET, url=proxy.url)

    @pytest.fixture
    def unreachable(self) -> StripeGateway:
        """Give an adapter that looks where nobody is."""
        return StripeGateway(API_KEY, WEBHOOK_SECRET, url=f"http://127.0.0.1:{unused_port()}")

    @pytest.fixture
    def approved(self) -> Source:
        """Give a card that is good for any amount."""
        return lambda _: "pm_card_visa"

    @pytest.fixture
    def declined(self) -> Source:
        """Give a card that can be attached and not charged."""
        return lambda _: "pm_card_chargeCustomerFail"

    @pytest.fixture
    def challenged(self, peers: Peers) -> Source:
        """Give a card whose bank wants to see the buyer."""
        card = {"number": CHALLENGED_CARD, "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        made = client(peers.localstripe).raw_request(
            "post", "/v1/payment_methods", type="card", card=card
        )
        return lambda _: str(json.loads(made.body)["id"])

    @pytest.fixture
    def pass_challenge(self, peers: Peers) -> Callable[[ChallengeNeeded], None]:
        """Let the buyer confirm, as the page of their bank would tell localstripe."""

        def confirm(needed: ChallengeNeeded) -> None:
            api = client(peers.localstripe)
            secret = api.v1.payment_intents.retrieve(needed.reference).client_secret
            path = f"/v1/payment_intents/{needed.reference}/_authenticate"
            api.raw_request("post", path, client_secret=secret, success="true")

        return confirm

    @pytest.fixture
    def booked(self, peers: Peers) -> Booking:
        """Read localstripe itself, past the adapter and its proxy."""
        api = client(peers.localstripe).v1

        def booked(charge: Charge, reference: str) -> Booked:
            intent = api.payment_intents.retrieve(reference)
            refunds = api.refunds.list({"payment_intent": reference, "limit": 100}).data
            unit = self.smallest(charge.amount)
            is_held, is_taken = (intent.status == s for s in ("requires_capture", "succeeded"))
            # localstripe lists the rest of a part that was captured as refunded too.
            released = intent.amount - intent.amount_received if is_taken else 0
            return Booked(
                held=unit * (intent.amount if is_held else 0),
                taken=unit * intent.amount_received,
                returned=unit * (sum(refund.amount for refund in refunds) - released),
            )

        return booked

    @pytest.fixture
    def deliver(self) -> Callable[[WebhookDraft], Delivery]:
        """Sign an event as Stripe's own library does."""
        return lambda draft: signed(json.dumps(event_of(draft)), sent_ago=draft.sent_ago)

    def smallest(self, amount: Money) -> Money:
        """Stripe takes no thousandths."""
        return Money("0.010", "KWD") if amount.currency.code == "KWD" else super().smallest(amount)


class TestRefundsOnStatefulMock(RefundsContract, LostRefundsContract, ForgottenRefundsContract):
    """What is given back by charge, against stripe-stateful-mock.

    It keeps idempotency keys and refuses what goes beyond a charge, and knows no intents.
    """

    unknown_receipt: ClassVar[str] = "ch_0000000000000000"

    @pytest.fixture
    def proxy(self, peers: Peers) -> Iterator[FaultyProxy]:
        """Stand before the mock."""
        with faulty_proxy(peers.mock) as proxy:
            yield proxy

    @pytest.fixture
    def faults(self, proxy: FaultyProxy) -> FaultyProxy:
        """The proxy makes requests go wrong."""
        return proxy

    @pytest.fixture
    def gateway(self, proxy: FaultyProxy) -> StripeGateway:
        """Give the adapter."""
        return StripeGateway(API_KEY, WEBHOOK_SECRET, url=proxy.url)

    @pytest.fixture
    def forget(self, peers: Peers) -> Callable[[], StripeGateway]:
        """Lead to the same mock, which is passed no keys."""
        address = f"http://127.0.0.1:{peers.keyless_mock}"
        return lambda: StripeGateway(API_KEY, WEBHOOK_SECRET, url=address)

    @pytest.fixture
    def captured(self, peers: Peers) -> Callable[[Money], str]:
        """Charge a card at once, past the adapter."""

        def charge(amount: Money) -> str:
            params: stripe.params.ChargeCreateParams = {
                "amount": amount.get_amount_in_sub_unit(),
                "currency": amount.currency.code.lower(),
                "source": "tok_visa",
            }
            return client(peers.mock).v1.charges.create(params).id

        return charge
