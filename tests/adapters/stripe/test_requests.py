from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from attrs import evolve

from tests.adapters.stripe.peers import API_KEY, WEBHOOK_SECRET, Peers, client
from vintage_rules.adapters.stripe import StripeGateway
from vintage_rules.errors import InvalidValueError, OutsideRejectedError, OutsideUnavailableError
from vintage_rules.ids import OrderId
from vintage_rules.money import Money
from vintage_rules.ports.payments import (
    Authorised,
    Captured,
    ChallengeNeeded,
    Charge,
    Declined,
    PaymentRefusal,
    PaymentRefused,
    Refunded,
    Voided,
)
from vintage_rules.testing.contracts.payments.fixtures import unique
from vintage_rules.testing.contracts.proxy import FaultyProxy, faulty_proxy

PRICE = Money("89.90", "EUR")
HALF = Money("44.95", "EUR")


def charge(amount: Money = PRICE, source: str = "pm_card_visa", key: str = "") -> Charge:
    """Make a charge that was never asked for."""
    return Charge(key=key or unique("pay"), order=OrderId("o1"), amount=amount, source=source)


def asked(proxy: FaultyProxy) -> list[str]:
    """Say what was asked of Stripe, with names that Stripe gave left out."""
    paths = [(exchange.method, exchange.path.partition("?")[0]) for exchange in proxy.exchanges]
    return [
        f"{method} "
        + "/".join("…" if part[:3] in {"pi_", "ch_"} else part for part in path.split("/"))
        for method, path in paths
    ]


def keys(proxy: FaultyProxy) -> list[str]:
    """Give the idempotency keys that were sent, in order."""
    sent = (exchange.headers.get("idempotency-key") for exchange in proxy.exchanges)
    return [key for key in sent if key is not None]


def fields(proxy: FaultyProxy, number: int) -> dict[str, str]:
    """Give the fields of one request."""
    return dict(parse_qsl(proxy.exchanges[number].body.decode()))


@pytest.fixture
def proxy(peers: Peers) -> Iterator[FaultyProxy]:
    """Stand before localstripe and what keeps keys for it."""
    with faulty_proxy(peers.keeper) as proxy:
        yield proxy


@pytest.fixture
def gateway(proxy: FaultyProxy) -> StripeGateway:
    """Give the adapter."""
    return StripeGateway(API_KEY, WEBHOOK_SECRET, url=proxy.url)


@pytest.fixture
def forgetful(peers: Peers) -> StripeGateway:
    """Give the adapter before a Stripe that has forgotten every key, as it does after a day."""
    address = f"http://127.0.0.1:{peers.forgetful}"
    return StripeGateway(API_KEY, WEBHOOK_SECRET, url=address)


def reference_of(gateway: StripeGateway, one: Charge) -> str:
    """Have a charge held, and give its reference."""
    held = gateway.authorise(one)
    assert isinstance(held, Authorised)
    return held.reference


def receipt_of(gateway: StripeGateway, amount: Money = PRICE) -> str:
    """Have an amount captured, and give its receipt."""
    taken = gateway.capture(unique("take"), reference_of(gateway, charge(amount)), amount)
    assert isinstance(taken, Captured)
    return taken.receipt


class TestWhatIsAsked:
    """What Stripe is asked, and in which order."""

    def test_an_intent_is_made_looked_at_and_confirmed(
        self, gateway: StripeGateway, proxy: FaultyProxy
    ) -> None:
        """For a card, to be captured by hand, with what finds it again."""
        one = charge()
        gateway.authorise(one)
        assert asked(proxy) == [
            "POST /v1/payment_intents",
            "GET /v1/payment_intents/…",
            "POST /v1/payment_intents/…/confirm",
        ]
        assert fields(proxy, 0) == {
            "amount": "8990",
            "currency": "eur",
            "capture_method": "manual",
            "payment_method": "pm_card_visa",
            "allowed_payment_method_types[0]": "card",
            "metadata[vintage_rules_key]": one.key,
            "metadata[vintage_rules_order]": "o1",
        }

    def test_asked_again_it_is_only_looked_at(
        self, gateway: StripeGateway, proxy: FaultyProxy
    ) -> None:
        """The card is not charged anew."""
        one = charge()
        gateway.authorise(one)
        proxy.exchanges.clear()
        gateway.authorise(one)
        assert asked(proxy) == ["POST /v1/payment_intents", "GET /v1/payment_intents/…"]

    def test_a_charge_that_was_never_asked_for_is_voided_without_touching_the_card(
        self, gateway: StripeGateway, proxy: FaultyProxy
    ) -> None:
        """Nothing is confirmed, before or after."""
        one = charge()
        assert gateway.void(one) == Voided()
        assert gateway.authorise(one) == Declined(code="canceled")
        assert not [path for path in asked(proxy) if path.endswith("/confirm")]

    def test_each_endpoint_has_a_key_of_its_own(
        self, gateway: StripeGateway, proxy: FaultyProxy
    ) -> None:
        """Derived from the action's, so that no two endpoints ever share one."""
        one, other = charge(key=unique("a")), charge(key=unique("b"))
        receipt = gateway.capture(one.key, reference_of(gateway, one), PRICE)
        assert isinstance(receipt, Captured)
        gateway.refund(one.key, receipt.receipt, PRICE)
        gateway.authorise(other)
        gateway.void(other)
        endpoints = ["create", "confirm", "capture", "refund"]
        assert keys(proxy) == [
            *(f"{one.key}/{endpoint}" for endpoint in endpoints),
            *(f"{other.key}/{endpoint}" for endpoint in ("create", "confirm", "create", "cancel")),
        ]

    def test_a_key_may_hold_any_character_that_prints(
        self, gateway: StripeGateway, proxy: FaultyProxy
    ) -> None:
        """A header may not: it is sent as a digest of the key, always the same."""
        one = charge(key=unique("commande-é-訂單"))
        reference = reference_of(gateway, one)
        assert reference_of(gateway, one) == reference
        assert all(key.isascii() and len(key) <= 255 for key in keys(proxy))
        assert len(set(keys(proxy))) == 2

    def test_nothing_is_asked_twice_by_itself(
        self, proxy: FaultyProxy, gateway: StripeGateway, peers: Peers
    ) -> None:
        """A provider that is out of order is asked once; whoever calls decides what next."""
        with faulty_proxy(peers.mock) as mock:
            nobody = StripeGateway(API_KEY, WEBHOOK_SECRET, url=f"{mock.url}/nowhere")
            with pytest.raises(OutsideRejectedError):
                nobody.authorise(charge())
            assert len(mock.exchanges) == 1
        assert gateway.void(charge()) == Voided()
        assert len(proxy.exchanges) == 3

    @pytest.mark.parametrize(
        ("amount", "units"),
        [
            (Money("89.90", "EUR"), 8990),
            (Money("0.01", "EUR"), 1),
            (Money("5000", "JPY"), 5000),
            (Money("12.340", "KWD"), 12340),
            (Money("12.340", "TND"), 12340),
            (Money("500", "ISK"), 50000),
        ],
        ids=str,
    )
    def test_amounts_arrive_exactly(
        self, gateway: StripeGateway, peers: Peers, amount: Money, units: int
    ) -> None:
        """Of currencies with two decimals, none and three; read at the peer itself."""
        reference = reference_of(gateway, charge(amount))
        intents = client(peers.localstripe).v1.payment_intents
        found = intents.retrieve(reference)
        assert (found.amount, found.currency) == (units, amount.currency.code.lower())
        gateway.capture(unique("take"), reference, amount)
        assert intents.retrieve(reference).status == "succeeded"


class TestThreeDSecure:
    """Charges for which the bank wants to see the buyer."""

    @pytest.fixture
    def source(self, peers: Peers) -> str:
        """Give a card whose bank does."""
        card = {"number": "4000002500003155", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
        made = client(peers.localstripe).raw_request(
            "post", "/v1/payment_methods", type="card", card=card
        )
        return str(json.loads(made.body)["id"])

    def answer(self, peers: Peers, reference: str, success: str) -> None:
        """Do the buyer's part."""
        api = client(peers.localstripe)
        secret = api.v1.payment_intents.retrieve(reference).client_secret
        path = f"/v1/payment_intents/{reference}/_authenticate"
        api.raw_request("post", path, client_secret=secret, success=success)

    def test_a_buyer_who_fails_is_declined(
        self, gateway: StripeGateway, peers: Peers, source: str
    ) -> None:
        """With Stripe's own code, however often it is asked."""
        one = charge(source=source)
        needed = gateway.authorise(one)
        assert isinstance(needed, ChallengeNeeded)
        assert needed.url is None
        self.answer(peers, needed.reference, "false")
        code = "payment_intent_authentication_failure"
        assert gateway.authorise(one) == Declined(code=code)
        assert gateway.authorise(one) == Declined(code=code)
        assert gateway.void(one) == Voided()

    def test_where_the_buyer_comes_back_to_is_told_when_it_is_confirmed(
        self, gateway: StripeGateway, proxy: FaultyProxy, source: str
    ) -> None:
        """Localstripe knows no such field and says so: that is our mistake, not an outage."""
        one = evolve(charge(source=source), return_url="https://shop.example/back?order=o1")
        with pytest.raises(OutsideRejectedError, match="Unexpected return_url"):
            gateway.authorise(one)
        assert fields(proxy, 2)["return_url"] == "https://shop.example/back?order=o1"


class TestRefunds:
    """Amounts given back."""

    def test_name_a_charge_or_an_intent(self, gateway: StripeGateway, proxy: FaultyProxy) -> None:
        """Either finds the other's refunds: the same key gives one refund."""
        one = charge()
        reference = reference_of(gateway, one)
        taken = gateway.capture(unique("take"), reference, PRICE)
        assert isinstance(taken, Captured)
        assert taken.receipt.startswith("ch_")
        first = gateway.refund(unique("back"), reference, HALF)
        assert isinstance(first, Refunded)
        assert fields(proxy, -1)["payment_intent"] == reference
        key = unique("back")
        second = gateway.refund(key, taken.receipt, HALF)
        assert fields(proxy, -1)["charge"] == taken.receipt
        assert gateway.refund(key, reference, HALF) == second
        assert second != first

    def test_are_known_by_their_key_when_stripe_has_forgotten_it(
        self, forgetful: StripeGateway, peers: Peers
    ) -> None:
        """The key stands in the refund's metadata, for ever."""
        receipt = receipt_of(forgetful)
        key = unique("back")
        first = forgetful.refund(key, receipt, HALF)
        assert isinstance(first, Refunded)
        assert forgetful.refund(key, receipt, HALF) == first
        refunds = client(peers.localstripe).v1.refunds.list({"charge": receipt})
        assert [(refund.id, refund.amount) for refund in refunds.data] == [(first.reference, 4495)]
        with pytest.raises(OutsideRejectedError, match="the key gave 4495 back, not 8990"):
            forgetful.refund(key, receipt, PRICE)

    def test_are_not_made_of_what_is_only_held(self, gateway: StripeGateway, peers: Peers) -> None:
        """Stripe would release the hold: that is what voiding is for."""
        reference = reference_of(gateway, charge())
        intent = client(peers.localstripe).v1.payment_intents.retrieve(reference)
        held = intent.latest_charge
        assert held is not None
        receipt = held if isinstance(held, str) else held.id
        for name in (reference, receipt):
            with pytest.raises(OutsideRejectedError, match=f"nothing was captured of {name}"):
                gateway.refund(unique("back"), name, PRICE)
        assert isinstance(gateway.capture(unique("take"), reference, PRICE), Captured)

    def test_are_found_among_many(self, forgetful: StripeGateway, peers: Peers) -> None:
        """A list comes in pages: a key of the first refund is found after more than a page."""
        receipt = receipt_of(forgetful, Money("200.00", "EUR"))
        key = unique("back")
        first = forgetful.refund(key, receipt, Money("1.00", "EUR"))
        api = client(peers.localstripe).v1
        for _ in range(101):
            api.refunds.create({"charge": receipt, "amount": 100})
        assert forgetful.refund(key, receipt, Money("1.00", "EUR")) == first


class TestForgottenKeys:
    """A Stripe that has forgotten our keys, as it does after a day."""

    def test_releases_what_it_holds(self, forgetful: StripeGateway, peers: Peers) -> None:
        """Under its reference: no second intent is made and cancelled while the first holds on."""
        lost = charge()
        known = evolve(lost, reference=reference_of(forgetful, lost))
        assert forgetful.void(known) == Voided()
        intent = client(peers.localstripe).v1.payment_intents.retrieve(str(known.reference))
        assert intent.status == "canceled"

    def test_holds_nothing_twice(self, forgetful: StripeGateway) -> None:
        """Requested again under its reference, it is the same hold."""
        lost = charge()
        reference = reference_of(forgetful, lost)
        again = forgetful.authorise(evolve(lost, reference=reference))
        assert isinstance(again, Authorised)
        assert again.reference == reference

    def test_refuses_to_capture_again(self, forgetful: StripeGateway) -> None:
        """How the intent stands is enough: nothing is taken twice."""
        reference = reference_of(forgetful, charge())
        key = unique("take")
        assert isinstance(forgetful.capture(key, reference, PRICE), Captured)
        assert forgetful.capture(key, reference, PRICE) == PaymentRefused(
            reason=PaymentRefusal.ALREADY_CAPTURED, code="succeeded"
        )


class TestSources:
    """Payment methods that nobody has."""

    def test_are_our_mistake(self, gateway: StripeGateway) -> None:
        """The browser cannot have been given one."""
        with pytest.raises(OutsideRejectedError, match="InvalidRequestError"):
            gateway.authorise(charge(source="pm_0000000000000000"))

    def test_hold_nothing(self, gateway: StripeGateway) -> None:
        """There is nothing to void, and so it is."""
        assert gateway.void(charge(source="pm_0000000000000000")) == Voided()


class TestSettings:
    """How the adapter is set up."""

    @pytest.mark.parametrize("field", ["timeout", "tolerance"])
    def test_durations_are_a_second_or_longer(self, field: str) -> None:
        """Stripe's library takes no tolerance for any, which would let every old webhook in."""
        second = timedelta(seconds=1)
        durations = {"timeout": second, "tolerance": second}

        def made(timeout: timedelta, tolerance: timedelta) -> StripeGateway:
            return StripeGateway(API_KEY, WEBHOOK_SECRET, timeout=timeout, tolerance=tolerance)

        assert isinstance(made(**durations), StripeGateway)
        with pytest.raises(InvalidValueError, match=rf"^{field}: must be a second or longer"):
            made(**{**durations, field: second - timedelta.resolution})

    def test_nobody_waits_for_ever(self) -> None:
        """A server that takes a request and never answers is out of reach."""
        with socket.socket() as silent:
            silent.bind(("127.0.0.1", 0))
            silent.listen()
            address = f"http://127.0.0.1:{silent.getsockname()[1]}"
            gateway = StripeGateway(
                API_KEY, WEBHOOK_SECRET, url=address, timeout=timedelta(seconds=1)
            )
            with pytest.raises(OutsideUnavailableError, match="timed out"):
                gateway.authorise(charge())
