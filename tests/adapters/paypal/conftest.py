"""PayPal's stand-in, started once for each process of tests, and an account of it for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import httpx2
import pytest

from tests.adapters.paypal.bookkeeping import Account
from tests.adapters.paypal.server import FakePayPal
from tests.adapters.paypal.signing import NOW, SIGNER, signer
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.paypal import PayPalAccount, PayPalGateway, PayPalSite

WEBHOOK = "8PT597110X687430LKGECATA"
NUMBERS = count(1)


@pytest.fixture(scope="session")
def server() -> Iterator[FakePayPal]:
    """Start PayPal's stand-in."""
    paypal = FakePayPal()
    paypal.start()
    yield paypal
    paypal.stop()


@pytest.fixture(scope="session")
def direct() -> Iterator[httpx2.HTTPTransport]:
    """Give a way there that leads through nobody's proxy."""
    with httpx2.HTTPTransport() as transport:
        yield transport


@pytest.fixture
def paypal(server: FakePayPal) -> Iterator[FakePayPal]:
    """Give PayPal's stand-in, and hold what it answered to PayPal's own descriptions."""
    server.asked.clear()
    server.interruptions.clear()
    server.drifted.clear()
    yield server
    assert server.drifted == []


@pytest.fixture
def shop(paypal: FakePayPal) -> Account:
    """Open an account that nothing has happened to."""
    account = Account(f"shop-{next(NUMBERS)}", "secret", MemoryClock(NOW))
    paypal.accounts[account.client_id] = account
    return account


@pytest.fixture
def connect(shop: Account, direct: httpx2.HTTPTransport) -> Callable[..., PayPalGateway]:
    """Give what connects to PayPal, at an address and with a secret."""

    def connected(
        url: str, *, secret: str = shop.secret, transport: httpx2.BaseTransport = direct
    ) -> PayPalGateway:
        account = PayPalAccount(
            client_id=shop.client_id,
            client_secret=secret,
            webhook_id=WEBHOOK,
            site=PayPalSite(url=url, signer=SIGNER),
        )
        return PayPalGateway(account, shop.clock, transport=transport, trusted=[signer().root])

    return connected


@pytest.fixture
def gateway(paypal: FakePayPal, connect: Callable[..., PayPalGateway]) -> PayPalGateway:
    """Connect to PayPal's stand-in."""
    return connect(paypal.url)
