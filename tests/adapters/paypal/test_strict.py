"""PayPal's gateway against the strict mock that is run from PayPal's own descriptions.

The mock refuses every request that they do not allow, and answers the others with samples that it
makes up. So each request of the contract is shown to it on its way to the PayPal that keeps books;
and its samples are what nobody can understand.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest

from tests.adapters.paypal import strict_peer
from tests.adapters.paypal.bookkeeping import Account
from tests.adapters.paypal.descriptions import folder, needed
from tests.adapters.paypal.server import FakePayPal
from tests.adapters.paypal.test_contract import PayPalContract, ordered
from vintage_rules.adapters.paypal import PayPalAccount, PayPalGateway, PayPalSite
from vintage_rules.errors import OutsideError
from vintage_rules.ids import OrderId
from vintage_rules.money import Money
from vintage_rules.ports.payments import (
    Authorised,
    Captured,
    ChallengeNeeded,
    Charge,
    PaymentGateway,
    Refunded,
    Voided,
)
from vintage_rules.testing.contracts.proxy import FaultyProxy

PEER = Path(strict_peer.__file__)
ALLOWED = {"Authorization": f"Bearer {strict_peer.TOKEN}"}
REFUND = "/v2/payments/captures/1/refund"
PRICE = Money("89.90", "EUR")


@pytest.fixture(scope="session")
def strict() -> Iterator[str]:
    """Start the strict mock, and give its address."""
    command = [sys.executable, "-W", "ignore", str(PEER), str(folder())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.terminate()


class Shown(httpx2.BaseTransport):
    """Shows each request to the strict mock, and then carries it where it goes."""

    def __init__(self, http: httpx2.Client, onwards: httpx2.BaseTransport) -> None:
        self.verdicts: Counter[str] = Counter()
        self._http = http
        self._onwards = onwards

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Refuse what the mock refuses."""
        if request.url.path.startswith("/v2/"):
            headers = request.headers.copy()
            headers.update(ALLOWED)
            headers.pop("host")
            url = request.url.raw_path.decode()
            answer = self._http.request(
                request.method, url, headers=headers, content=request.content
            )
            assert not answer.is_client_error, f"{request.method} {url}: {answer.text}"
            self.verdicts[request.method] += 1
        return self._onwards.handle_request(request)


@pytest.fixture(scope="session")
def http(strict: str) -> Iterator[httpx2.Client]:
    """Ask the strict mock itself."""
    with httpx2.Client(base_url=strict, trust_env=False, timeout=30) as client:
        yield client


@pytest.fixture
def shown(http: httpx2.Client, direct: httpx2.HTTPTransport) -> Shown:
    """Stand between the gateway and PayPal."""
    return Shown(http, direct)


@needed
class TestPayPalGatewayUnderStrictEyes(PayPalContract):
    """The whole contract: no request of it is one that PayPal's descriptions do not allow."""

    @pytest.fixture
    def gateway(
        self, faults: FaultyProxy, shown: Shown, connect: Callable[..., PayPalGateway]
    ) -> PaymentGateway:
        """Connect through the faults, and show what is asked."""
        return connect(faults.url, transport=shown)


@needed
class TestWhatIsShown:
    """Every endpoint that the gateway uses is among what the strict mock has seen."""

    def test_is_every_endpoint(
        self,
        shop: Account,
        shown: Shown,
        paypal: FakePayPal,
        connect: Callable[..., PayPalGateway],
    ) -> None:
        """Orders made, read, changed and authorised; captures, voids and refunds; of each currency
        with the decimals PayPal wants, and with names that have to be escaped.
        """
        gateway = connect(paypal.url, transport=shown)
        shop.buyer_is_quick = True
        for amount in (PRICE, Money("5000", "JPY"), Money("12500", "HUF")):
            charge = named('a/b c"\u00e9', amount)
            held = gateway.authorise(charge)
            assert isinstance(held, Authorised)
            taken = gateway.capture(f"c {amount}", held.reference, amount)
            assert isinstance(taken, Captured)
            assert isinstance(gateway.refund(f"r {amount}", taken.receipt, amount), Refunded)
        assert gateway.void(named("never", PRICE)) == Voided()
        released = named("released", PRICE)
        gateway.authorise(released)
        assert gateway.void(released) == Voided()
        assert set(shown.verdicts) == {"GET", "PATCH", "POST"}


def named(key: str, amount: Money) -> Charge:
    """Make a charge whose order PayPal is still to make."""
    return Charge(
        key=f"{key} {amount}",
        order=OrderId(f"order {key}"),
        amount=amount,
        source="",
        return_url="https://shop.example/back?order=7",
    )


@needed
class TestStrictMock:
    """The strict mock is strict: a check that lets everything pass proves nothing."""

    @pytest.mark.parametrize(
        ("path", "body", "status"),
        [
            ("/v2/checkout/orders", {"intent": "AUTHORIZE"}, 400),
            ("/v2/checkout/orders", {"intent": "HOLD", "purchase_units": [{}]}, 400),
            ("/v2/payments/captures/1/refund", {"amount": {"currency_code": "EUR"}}, 400),
            (
                "/v2/payments/captures/1/refund",
                {"amount": {"currency_code": "EUR", "value": 1}},
                400,
            ),
            ("/v2/payments/captures/1/return", {}, 404),
        ],
    )
    def test_refuses_what_is_malformed(
        self, http: httpx2.Client, path: str, body: dict[str, object], status: int
    ) -> None:
        """A field that is missing, of another type or of another word; an endpoint that is none."""
        answer = http.post(path, json=body, headers=ALLOWED)
        assert answer.status_code == status

    def test_refuses_a_token_it_does_not_know(self, http: httpx2.Client) -> None:
        """And a request without any."""
        for headers in ({}, {"Authorization": "Bearer other"}):
            answer = http.get("/v2/checkout/orders/A", headers=headers)
            assert answer.status_code == 401


@needed
class TestSamples:
    """What the strict mock makes up."""

    @pytest.mark.parametrize("time", range(5))
    def test_are_never_taken_for_an_answer(
        self, strict: str, shop: Account, direct: httpx2.HTTPTransport, time: int
    ) -> None:
        """A sample has no meaning: nothing is held or taken because of it, and whatever is wrong
        with it is one of our errors.
        """
        client_id, secret = strict_peer.CREDENTIALS
        site = PayPalSite(url=strict, signer="nobody.example")
        account = PayPalAccount(
            client_id=client_id, client_secret=secret, webhook_id="W", site=site
        )
        gateway = PayPalGateway(account, shop.clock, transport=direct)
        charge = named(f"time {time}", PRICE)
        asks: tuple[Callable[[], object], ...] = (
            lambda: gateway.authorise(charge),
            lambda: gateway.void(charge),
            lambda: gateway.capture("k", ordered(shop, PRICE).id, PRICE),
        )
        for ask in asks:
            with suppress(OutsideError):
                assert not isinstance(ask(), Authorised | ChallengeNeeded | Captured)
