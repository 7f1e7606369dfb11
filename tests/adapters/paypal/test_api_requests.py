"""How PayPal is asked: tokens, and everything that can go wrong on the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from threading import Barrier, Thread

import httpx2
import pytest
from attrs import evolve

from tests.adapters.paypal.bookkeeping import Account
from tests.adapters.paypal.server import FakePayPal, Interruption
from tests.adapters.paypal.test_gateway import CHARGE, PRICE, approved, as_read, taken
from vintage_rules.adapters.paypal import LIVE, SANDBOX, PayPalAccount, PayPalGateway, PayPalSite
from vintage_rules.adapters.paypal.api import RENEWED_BEFORE
from vintage_rules.errors import (
    InvalidValueError,
    OutsideError,
    OutsideRejectedError,
    OutsideUnavailableError,
)
from vintage_rules.ports.payments import Authorised, Captured, Declined

TOKENS = "/v1/oauth2/token"


def tokens(paypal: FakePayPal) -> int:
    """Count how often a token was asked for."""
    return sum(asked.path == TOKENS for asked in paypal.asked)


class TestTokens:
    """The token by which PayPal knows us."""

    def test_is_asked_for_once(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """And serves until it ends."""
        taken(shop, gateway)
        assert tokens(paypal) == 1

    def test_is_renewed_a_minute_before_it_ends(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """To the second: it must not end on its way."""
        gateway.authorise(CHARGE)
        shop.clock.advance(shop.lasts - RENEWED_BEFORE - timedelta(seconds=1))
        gateway.authorise(CHARGE)
        assert tokens(paypal) == 1
        shop.clock.advance(timedelta(seconds=1))
        gateway.authorise(CHARGE)
        assert tokens(paypal) == 2

    def test_is_renewed_when_paypal_knows_it_no_more(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """The request that met it is repeated, once, under the same id."""
        charge = approved(shop)
        gateway.authorise(charge)
        shop.tokens.clear()
        assert isinstance(gateway.capture("k", charge.source, PRICE), Captured)
        assert tokens(paypal) == 2
        assert len(shop.orders[charge.source].captures) == 1

    def test_that_is_refused_twice_is_our_mistake(
        self, gateway: PayPalGateway, paypal: FakePayPal
    ) -> None:
        """Credentials that open nothing: there is no third time."""
        gateway.authorise(CHARGE)
        paypal.asked.clear()
        refused = Interruption(status=401, body=b'{"error": "invalid_token"}')
        paypal.interruptions.append(refused)
        paypal.interruptions.append(
            Interruption(status=200, body=b'{"access_token": "x", "expires_in": 9}')
        )
        with pytest.raises(OutsideRejectedError, match="401"):
            gateway.authorise(CHARGE)
        assert len(paypal.asked) == 3

    def test_of_an_account_without_a_secret_is_our_mistake(
        self, paypal: FakePayPal, connect: Callable[..., PayPalGateway]
    ) -> None:
        """And PayPal's own words are told."""
        gateway = connect(paypal.url, secret="")
        with pytest.raises(OutsideRejectedError, match=r"a token failed: 401.*invalid_c"):
            gateway.authorise(CHARGE)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"[]",
            b"{}",
            b'{"access_token": "x"}',
            b'{"access_token": "", "expires_in": 9}',
            b'{"access_token": "x", "expires_in": "soon"}',
        ],
    )
    def test_that_cannot_be_understood_is_no_answer(
        self, gateway: PayPalGateway, paypal: FakePayPal, body: bytes
    ) -> None:
        """It may be better next time."""
        paypal.interruptions.append(Interruption(status=200, body=body))
        with pytest.raises(OutsideUnavailableError, match="requesting a token"):
            gateway.authorise(CHARGE)
        gateway.authorise(CHARGE)

    def test_is_asked_for_once_by_many_workers(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal
    ) -> None:
        """Eight threads that begin together share one."""
        together, answers = Barrier(8), []
        charges = [evolve(approved(shop), key=f"worker {number}") for number in range(8)]

        def work(number: int) -> None:
            together.wait()
            answers.append(gateway.authorise(charges[number]))

        threads = [Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [type(answer) for answer in answers] == [Authorised] * 8
        assert tokens(paypal) == 1

    def test_is_not_shown(self, shop: Account) -> None:
        """A secret in a log is no secret."""
        account = PayPalAccount(
            client_id="c", client_secret=shop.secret, webhook_id="w", site=SANDBOX
        )
        assert shop.secret not in repr(account)


class TestSites:
    """Where PayPal is."""

    def test_are_paypals_own(self) -> None:
        """By HTTPS; the live one unless the other is named."""
        assert LIVE.url == "https://api-m.paypal.com"
        assert SANDBOX.url == "https://api-m.sandbox.paypal.com"
        account = PayPalAccount(client_id="c", client_secret="s", webhook_id="w")  # noqa: S106 - it opens nothing
        assert account.site is LIVE


NOT_PAYPALS = b"<html>busy</html>"


class TestStatuses:
    """What PayPal, or somebody before it, answers with."""

    @pytest.mark.parametrize("after_effect", [False, True])
    @pytest.mark.parametrize("status", [408, 409, 425, 429, 500, 502, 503, 504])
    def test_that_may_pass_are_no_answer(
        self,
        gateway: PayPalGateway,
        shop: Account,
        paypal: FakePayPal,
        status: int,
        *,
        after_effect: bool,
    ) -> None:
        """Whether PayPal had acted or not: asked again, it is done once."""
        charge = approved(shop)
        gateway.authorise(charge)
        order = shop.orders[charge.source]
        paypal.interruptions.append(as_read(paypal, order))
        paypal.interruptions.append(
            Interruption(status=status, body=NOT_PAYPALS, after_effect=after_effect)
        )
        with pytest.raises(OutsideUnavailableError, match=f"capture failed: {status}"):
            gateway.capture("k", charge.source, PRICE)
        assert len(order.captures) == after_effect
        assert isinstance(gateway.capture("k", charge.source, PRICE), Captured)
        assert len(order.captures) == 1

    @pytest.mark.parametrize("status", [400, 403, 405, 406, 410, 413, 415])
    def test_that_blame_us_are_our_mistake(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal, status: int
    ) -> None:
        """HttpConnection again does not help; what was said is told."""
        _, captured = taken(shop, gateway)
        body = b'{"name": "INVALID_REQUEST", "details": [{"issue": "MALFORMED_REQUEST_JSON"}]}'
        paypal.interruptions.append(Interruption(status=status, body=body))
        with pytest.raises(OutsideRejectedError, match=f"{status}.*MALFORMED_REQUEST_JSON"):
            gateway.refund("k", captured.receipt, PRICE)

    @pytest.mark.parametrize(
        ("status", "body"),
        [
            (200, b""),
            (200, NOT_PAYPALS),
            (200, b"[1]"),
            (200, b"{}"),
            (200, b'{"status": "COMPLETED"}'),
            (200, b'{"status": "COMPLETED", "id": 7}'),
            (200, b'{"status": "PERHAPS", "id": "7"}'),
            (200, b'{"status": "COMPLETED", "id": "7", "amount": {"value": "x"}}'),
            (301, b""),
            (404, NOT_PAYPALS),
            (404, b'{"name": "NOT_FOUND"}'),
            (422, NOT_PAYPALS),
            (422, b'{"details": [{"issue": "REFUND_AMOUNT_EXCEEDED"}]}'),
        ],
    )
    def test_that_cannot_be_understood_are_no_answer(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal, status: int, body: bytes
    ) -> None:
        """A page of somebody before PayPal is neither a refusal nor a refund."""
        _, captured = taken(shop, gateway)
        paypal.interruptions.append(
            Interruption(status=status, body=body, headers={"Location": "/elsewhere"})
        )
        with pytest.raises(OutsideUnavailableError, match="refund"):
            gateway.refund("k", captured.receipt, PRICE)

    @pytest.mark.parametrize("issue", ["PENDING_CAPTURE", "PREVIOUS_REQUEST_IN_PROGRESS"])
    def test_that_say_not_yet_are_no_answer(
        self, gateway: PayPalGateway, shop: Account, paypal: FakePayPal, issue: str
    ) -> None:
        """What cannot be given back yet is not refused for ever."""
        _, captured = taken(shop, gateway)
        body = f'{{"name": "UNPROCESSABLE_ENTITY", "details": [{{"issue": "{issue}"}}]}}'
        paypal.interruptions.append(Interruption(status=422, body=body.encode()))
        with pytest.raises(OutsideUnavailableError, match=issue):
            gateway.refund("k", captured.receipt, PRICE)

    def test_without_details_give_their_name(
        self, gateway: PayPalGateway, paypal: FakePayPal
    ) -> None:
        """PayPal leaves them out at times."""
        gateway.authorise(CHARGE)
        body = b'{"name": "RESOURCE_NOT_FOUND"}'
        paypal.interruptions.append(Interruption(status=404, body=body))
        answer = gateway.authorise(evolve(CHARGE, source="5O190127TN364715T"))
        assert answer == Declined(code="RESOURCE_NOT_FOUND")


class Failing(httpx2.BaseTransport):
    """Fails with one error."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Fail."""
        assert request.url.path == TOKENS
        raise self._error


def made(kind: type[Exception]) -> Exception:
    """Make an error of httpx2."""
    if issubclass(kind, httpx2.HTTPStatusError):
        request = httpx2.Request("GET", "http://127.0.0.1")
        return kind("x", request=request, response=httpx2.Response(500, request=request))
    return kind() if issubclass(kind, NO_MESSAGE) else kind("x")


NO_MESSAGE = (
    httpx2.RequestNotRead,
    httpx2.ResponseNotRead,
    httpx2.StreamClosed,
    httpx2.StreamConsumed,
)


def every_error(base: type[Exception]) -> Iterator[type[Exception]]:
    """Give a kind of error and all kinds of it that httpx2 has."""
    yield base
    for kind in base.__subclasses__():
        if kind.__module__.startswith("httpx2"):
            yield from every_error(kind)


def public_errors() -> set[type[Exception]]:
    """Give every error that httpx2 offers by name."""
    offered: list[object] = [getattr(httpx2, name) for name in httpx2.__all__]
    return {one for one in offered if isinstance(one, type) and issubclass(one, Exception)}


OURS = {httpx2.InvalidURL, httpx2.LocalProtocolError, httpx2.UnsupportedProtocol}
# Of streams and cookies that somebody handles by hand; we handle none.
BY_HAND = {httpx2.CookieConflict, *every_error(httpx2.StreamError)}
CARRIED = {*every_error(httpx2.HTTPError)}


def by_name(kinds: set[type[Exception]]) -> list[type[Exception]]:
    """Put kinds of errors in an order that stays."""
    return sorted(kinds, key=str)


class TestTransport:
    """Every error of httpx2."""

    def test_is_known(self) -> None:
        """A new one of a new version is noticed here."""
        assert public_errors() == OURS | CARRIED | BY_HAND

    @pytest.mark.parametrize("kind", by_name(CARRIED | OURS))
    def test_is_one_of_ours(
        self, connect: Callable[..., PayPalGateway], kind: type[Exception]
    ) -> None:
        """An address that is none is our mistake; for the rest nobody knows what happened."""
        gateway = connect("http://127.0.0.1", transport=Failing(made(kind)))
        with pytest.raises(OutsideError, match=f"failed: {kind.__name__}: ") as told:
            gateway.authorise(CHARGE)
        assert type(told.value) is (
            OutsideRejectedError if kind in OURS else OutsideUnavailableError
        )
        assert type(told.value.__cause__) is kind


class TestAddress:
    """Where a site is said to be."""

    @pytest.mark.parametrize(
        "url", ["", "paypal.example", "ftp://127.0.0.1", "http://[::", "https://a b", "https:///v2"]
    )
    def test_must_be_one(self, url: str) -> None:
        """Whoever mistypes it learns so at once, and not from a buyer."""
        with pytest.raises(InvalidValueError, match=r"^url: must be an address"):
            PayPalSite(url=url, signer="paypal.example")
