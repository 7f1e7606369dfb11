"""What PayPal tells of its own accord: whose word it is, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zlib import crc32

import httpx2
import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding

from tests.adapters.paypal import signing
from tests.adapters.paypal.bookkeeping import Account
from tests.adapters.paypal.conftest import WEBHOOK
from tests.adapters.paypal.server import FakePayPal, Interruption
from tests.adapters.paypal.signing import NOW, RESOLVED, signer
from vintage_rules.adapters.paypal import LIVE, PayPalAccount, PayPalGateway, PayPalSite
from vintage_rules.adapters.paypal.signatures import EARLIEST, OLDEST
from vintage_rules.errors import ForgedWebhookError, OutsideUnavailableError
from vintage_rules.ids import OrderId
from vintage_rules.ports.payments import PaymentWebhook, WebhookKind

REFERENCE = "5O190127TN364715T"
CAPTURED = "PAYMENT.CAPTURE.COMPLETED"
BODY = signing.message("WH-1", CAPTURED, signing.resource(CAPTURED, REFERENCE, "7"))
# Of an event that nothing is done about, PayPal is not requested for its own words.
QUIET = signing.message("WH-Q", "BILLING.PLAN.CREATED", {})
SECOND = timedelta(seconds=1)


@pytest.fixture
def url(paypal: FakePayPal) -> str:
    """Publish the certificate, and say where."""
    paypal.certificates["CERT-1"] = signer().chain
    return f"{paypal.url}/v1/notifications/certs/CERT-1"


def signed(url: str, body: bytes = BODY, *, sent_at: datetime = NOW) -> dict[str, str]:
    """Sign as PayPal does."""
    return signing.headers(signer(), WEBHOOK, url, body, sent_at=sent_at)


class TestNotice:
    """What a message says."""

    def test_is_told_with_everything_it_names(self, gateway: PayPalGateway, url: str) -> None:
        """What, when, of which hold and which order, and PayPal's own word for it."""
        assert gateway.read_webhook(signed(url), BODY) == PaymentWebhook(
            id="WH-1",
            kind=WebhookKind.CAPTURED,
            at=NOW,
            reference=REFERENCE,
            order=OrderId("7"),
            code=CAPTURED,
        )

    @pytest.mark.parametrize(
        ("event_type", "told"),
        [
            ("PAYMENT.AUTHORIZATION.CREATED", (WebhookKind.AUTHORISED, REFERENCE, "7")),
            ("PAYMENT.AUTHORIZATION.VOIDED", (WebhookKind.VOIDED, REFERENCE, "7")),
            ("PAYMENT.CAPTURE.COMPLETED", (WebhookKind.CAPTURED, REFERENCE, "7")),
            ("PAYMENT.CAPTURE.DECLINED", (WebhookKind.DECLINED, REFERENCE, "7")),
            ("PAYMENT.CAPTURE.DENIED", (WebhookKind.DECLINED, REFERENCE, "7")),
            ("PAYMENT.CAPTURE.PENDING", (WebhookKind.UNKNOWN, REFERENCE, "7")),
            ("PAYMENT.CAPTURE.REFUNDED", (WebhookKind.REFUNDED, None, "7")),
            ("PAYMENT.CAPTURE.REVERSED", (WebhookKind.DISPUTED, REFERENCE, "7")),
            ("PAYMENT.REFUND.FAILED", (WebhookKind.REFUND_FAILED, None, "7")),
            ("PAYMENT.REFUND.PENDING", (WebhookKind.UNKNOWN, None, "7")),
            ("CUSTOMER.DISPUTE.CREATED", (WebhookKind.DISPUTED, None, "7")),
            ("CUSTOMER.DISPUTE.RESOLVED", (WebhookKind.UNKNOWN, None, "7")),
            (f"{RESOLVED} CANCELED_BY_BUYER", (WebhookKind.DISPUTE_WON, None, "7")),
            (f"{RESOLVED} RESOLVED_BUYER_FAVOUR", (WebhookKind.DISPUTE_LOST, None, "7")),
            (f"{RESOLVED} RESOLVED_SELLER_FAVOUR", (WebhookKind.DISPUTE_WON, None, "7")),
            (f"{RESOLVED} RESOLVED_WITH_PAYOUT", (WebhookKind.DISPUTE_WON, None, "7")),
            (f"{RESOLVED} A_WORD_OF_NEXT_YEAR", (WebhookKind.UNKNOWN, None, "7")),
            ("CHECKOUT.ORDER.APPROVED", (WebhookKind.UNKNOWN, REFERENCE, "7")),
            ("BILLING.PLAN.CREATED", (WebhookKind.UNKNOWN, None, None)),
            ("A.WORD.OF.NEXT.YEAR", (WebhookKind.UNKNOWN, None, None)),
        ],
    )
    def test_is_of_the_kind_that_paypal_means(
        self,
        gateway: PayPalGateway,
        url: str,
        event_type: str,
        told: tuple[WebhookKind, str | None, str | None],
    ) -> None:
        """And of none where we have no word for it; PayPal's own is kept."""
        body = signing.message("WH-2", event_type, signing.resource(event_type, REFERENCE, "7"))
        webhook = gateway.read_webhook(signed(url, body), body)
        assert (webhook.kind, webhook.reference, webhook.order) == told
        assert webhook.code == event_type.partition(" ")[0]

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"{",
            b"[]",
            b"\xff",
            b'{"id": "WH-1", "event_type": "X", "resource": {}}',
            b'{"id": "WH-1", "create_time": "2026-11-22T10:00:00Z", "resource": {}}',
            b'{"event_type": "X", "create_time": "2026-11-22T10:00:00Z", "resource": {}}',
            b'{"id": 7, "event_type": "X", "create_time": "2026-11-22T10:00:00Z", "resource": {}}',
            b'{"id": "W", "event_type": "X", "create_time": "yesterday", "resource": {}}',
            b'{"id": "W", "event_type": "X", "create_time": "2026-11-22T10:00:00", "resource": {}}',
            b'{"id": "W", "event_type": "X", "create_time": "2026-11-22T10:00:00Z"}',
            b"[" * 980 + b"]" * 980,
            b"[" * 100_000 + b"]" * 100_000,
        ],
    )
    def test_that_is_not_whole_is_refused(
        self, gateway: PayPalGateway, url: str, body: bytes
    ) -> None:
        """Even when it is signed."""
        with pytest.raises(ForgedWebhookError):
            gateway.read_webhook(signed(url, body), body)


class TestAge:
    """When a message was sent."""

    def test_may_be_as_long_ago_as_paypal_goes_on_sending(
        self, gateway: PayPalGateway, url: str
    ) -> None:
        """And as far ahead as clocks differ; not a second more."""
        for sent_at in (NOW - OLDEST, NOW + EARLIEST):
            assert gateway.read_webhook(signed(url, sent_at=sent_at), BODY).id == "WH-1"
        for sent_at in (NOW - OLDEST - SECOND, NOW + EARLIEST + SECOND):
            with pytest.raises(ForgedWebhookError, match="too long ago or yet to come"):
                gateway.read_webhook(signed(url, sent_at=sent_at), BODY)

    @pytest.mark.parametrize("written", ["yesterday", "2026-11-22T10:00:00", "2026-11-22"])
    def test_must_be_a_moment(self, gateway: PayPalGateway, url: str, written: str) -> None:
        """In no zone, it is none."""
        headers = signed(url) | {"PAYPAL-TRANSMISSION-TIME": written}
        with pytest.raises(ForgedWebhookError, match="no moment"):
            gateway.read_webhook(headers, BODY)


class TestSignature:
    """Whose word it is."""

    @pytest.mark.parametrize(
        "name",
        [
            "PAYPAL-AUTH-ALGO",
            "PAYPAL-CERT-URL",
            "PAYPAL-TRANSMISSION-ID",
            "PAYPAL-TRANSMISSION-SIG",
            "PAYPAL-TRANSMISSION-TIME",
        ],
    )
    @pytest.mark.parametrize("value", [None, "", "other", "é"])
    def test_needs_each_header(
        self, gateway: PayPalGateway, url: str, name: str, value: str | None
    ) -> None:
        """A missing or another one is a forgery."""
        headers = {key: text for key, text in signed(url).items() if key != name}
        if value is not None:
            headers[name] = value
        with pytest.raises(ForgedWebhookError):
            gateway.read_webhook(headers, BODY)

    def test_is_of_this_webhook(self, gateway: PayPalGateway, url: str) -> None:
        """What PayPal signed for another shop is not for us."""
        headers = signing.headers(signer(), "9ZZ", url, BODY)
        with pytest.raises(ForgedWebhookError, match="the signature is not of this message"):
            gateway.read_webhook(headers, BODY)

    def test_is_made_with_the_key_of_the_certificate(
        self, gateway: PayPalGateway, url: str
    ) -> None:
        """Anybody can make a key; PayPal's certificate names one."""
        forger = signer("forger.example")
        headers = signing.headers(forger, WEBHOOK, url, BODY)
        with pytest.raises(ForgedWebhookError, match="the signature is not of this message"):
            gateway.read_webhook(headers, BODY)

    def test_is_of_the_crc_of_the_message_alone(self, gateway: PayPalGateway, url: str) -> None:
        """PayPal's own weakness, kept in view: another message of the same CRC-32 passes. That is
        why an event that is acted on is read again: of one that it does not know, PayPal says so.
        """
        crafted = same_crc(BODY.replace(b"WH-1", b"WH-9"), crc32(BODY))
        assert crafted != BODY
        with pytest.raises(ForgedWebhookError, match="PayPal knows no event WH-9"):
            gateway.read_webhook(signed(url), crafted)
        quiet = same_crc(QUIET.replace(b"WH-Q", b"WH-R"), crc32(QUIET))
        assert gateway.read_webhook(signed(url, QUIET), quiet).id == "WH-R"


class TestPayPalsOwnWords:
    """What is acted on is what PayPal says of an event, not what a message says."""

    @pytest.mark.parametrize(
        "lie", [b"PAYMENT.AUTHORIZATION.VOIDED", b"CUSTOMER.DISPUTE.CREATED", b"another order"]
    )
    def test_are_believed(self, gateway: PayPalGateway, url: str, lie: bytes) -> None:
        """A forged message of a known event says nothing new."""
        honest = gateway.read_webhook(signed(url), BODY)
        truth = b'"custom_id": "7"' if lie == b"another order" else CAPTURED.encode()
        told = b'"custom_id": "8"' if lie == b"another order" else lie
        crafted = same_crc(BODY.replace(truth, told), crc32(BODY))
        assert crafted != BODY
        assert gateway.read_webhook(signed(url), crafted) == honest

    def test_are_requested_with_our_credentials(
        self, gateway: PayPalGateway, url: str, paypal: FakePayPal
    ) -> None:
        """Only we may read them, and only of what something is done about."""
        gateway.read_webhook(signed(url, QUIET), QUIET)
        assert [asked.path for asked in paypal.asked] == ["/v1/notifications/certs/CERT-1"]
        gateway.read_webhook(signed(url), BODY)
        assert paypal.asked[-1].path == "/v1/notifications/webhooks-events/WH-1"
        assert paypal.asked[-1].headers["authorization"].startswith("Bearer ")

    @pytest.mark.parametrize("name", ["../v2/checkout/orders/X", "WH 1", "W" * 101])
    def test_are_requested_by_a_name(
        self, gateway: PayPalGateway, url: str, paypal: FakePayPal, name: str
    ) -> None:
        """No other resource of PayPal's is taken for an event."""
        body = signing.message(name, CAPTURED, {})
        with pytest.raises(ForgedWebhookError, match="no name of an event"):
            gateway.read_webhook(signed(url, body), body)
        assert len(paypal.asked) == 1

    @pytest.mark.parametrize(
        "answer", [b"{}", b'{"id": "WH-8"}', b'{"id": "WH-1", "event_type": "X"}', b"[]", b"x"]
    )
    def test_that_cannot_be_understood_are_no_forgery(
        self, gateway: PayPalGateway, url: str, paypal: FakePayPal, answer: bytes
    ) -> None:
        """Nothing is done; PayPal sends the message again."""
        gateway.read_webhook(signed(url), BODY)
        paypal.interruptions.append(Interruption(status=200, body=answer))
        with pytest.raises(OutsideUnavailableError):
            gateway.read_webhook(signed(url), BODY)
        assert gateway.read_webhook(signed(url), BODY).id == "WH-1"


def same_crc(body: bytes, wanted: int) -> bytes:
    """Append white space until the CRC-32 is the one that is wanted: 32 places of two kinds each
    span all values, as the CRC is linear.
    """
    length, base = 64, crc32(body + b" " * 64)
    flips = []
    for place in range(length):
        tail = bytearray(b" " * length)
        tail[place] = ord("\t")
        flips.append(crc32(body + bytes(tail)) ^ base)
    chosen = solved(flips, wanted ^ base)
    return body + bytes(ord("\t") if place in chosen else ord(" ") for place in range(length))


def solved(flips: list[int], wanted: int) -> set[int]:
    """Choose flips whose exclusive or is the one wanted, by elimination."""
    basis: dict[int, tuple[int, set[int]]] = {}
    for place, flip in enumerate(flips):
        value, chosen = reduced(flip, {place}, basis)
        if value:
            basis[value.bit_length()] = (value, chosen)
    left, chosen = reduced(wanted, set(), basis)
    assert left == 0
    return chosen


def reduced(
    value: int, chosen: set[int], basis: dict[int, tuple[int, set[int]]]
) -> tuple[int, set[int]]:
    """Take out of a value whatever the basis spans."""
    while value and value.bit_length() in basis:
        other, places = basis[value.bit_length()]
        value, chosen = value ^ other, chosen ^ places
    return value, chosen


class TestCertificate:
    """By what the signature is believed."""

    def test_is_fetched_once(self, gateway: PayPalGateway, url: str, paypal: FakePayPal) -> None:
        """And serves for what is signed with it later."""
        for number in range(3):
            body = signing.message(f"WH-N{number}", "BILLING.PLAN.CREATED", {})
            gateway.read_webhook(signed(url, body), body)
        assert [asked.path for asked in paypal.asked] == ["/v1/notifications/certs/CERT-1"]

    def test_is_asked_for_without_credentials(
        self, gateway: PayPalGateway, url: str, paypal: FakePayPal
    ) -> None:
        """The address came with the message: it is shown no secret."""
        gateway.read_webhook(signed(url), BODY)
        assert "authorization" not in paypal.asked[0].headers

    @pytest.mark.parametrize(
        "elsewhere",
        [
            "https://api.paypal.example/v1/notifications/certs/CERT-1",
            "https://paypal.com.example/v1/notifications/certs/CERT-1",
            "https://evilpaypal.com/v1/notifications/certs/CERT-1",
            "http://api.paypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com@forger.example/v1/notifications/certs/CERT-1",
            "https://forger.example#.paypal.com/v1/notifications/certs/CERT-1",
            "https://forger.example\\.paypal.com/v1/notifications/certs/CERT-1",
            "https://api.paypal.com:8443/v1/notifications/certs/CERT-1",
            "https://api.paypal.com/v1/other/CERT-1",
            "https://api.paypal.com/v1/notifications/certs/../../../redirect",
            "https://api.paypal.com/\nv1/notifications/certs/CERT-1",
            "https://[::",
            "file:///v1/notifications/certs/CERT-1",
            "/v1/notifications/certs/CERT-1",
        ],
    )
    def test_is_fetched_from_paypal_only(
        self, gateway: PayPalGateway, paypal: FakePayPal, elsewhere: str
    ) -> None:
        """Whoever sends a message does not choose whom we ask."""
        with pytest.raises(ForgedWebhookError, match="a certificate from elsewhere"):
            gateway.read_webhook(signed(elsewhere), BODY)
        assert paypal.asked == []

    @pytest.mark.parametrize("site", ["api.paypal.com", "api-m.sandbox.paypal.com"])
    def test_is_fetched_from_any_host_of_paypal(self, shop: Account, site: str) -> None:
        """The host that serves certificates need not be the one that we ask."""
        certificates = Certificates()
        account = PayPalAccount(client_id="c", client_secret="s", webhook_id=WEBHOOK, site=LIVE)  # noqa: S106 - it opens nothing
        live = signer(LIVE.signer)
        certificates.chain = live.chain
        gateway = PayPalGateway(account, shop.clock, transport=certificates, trusted=[live.root])
        url = f"https://{site}/v1/notifications/certs/CERT-1"
        headers = signing.headers(live, WEBHOOK, url, QUIET)
        assert gateway.read_webhook(headers, QUIET).id == "WH-Q"
        assert certificates.asked == [url]

    def test_of_an_authority_that_is_not_trusted_is_refused(
        self, paypal: FakePayPal, url: str, connect: Callable[..., PayPalGateway]
    ) -> None:
        """In PayPal's own name, but under a root of the forger's."""
        forged = signing.certified("forger's root", None)
        leaf = signing.certified(signing.SIGNER, forged, host=signing.SIGNER)
        forger = signing.Signer(
            root=forged.certificate,
            between=forged.certificate,
            leaf=leaf.certificate,
            key=leaf.key,
        )
        paypal.certificates["CERT-1"] = forger.chain
        headers = signing.headers(forger, WEBHOOK, url, BODY)
        with pytest.raises(ForgedWebhookError, match="a certificate that is not PayPal's"):
            connect(paypal.url).read_webhook(headers, BODY)

    def test_of_somebody_else_is_refused(
        self, shop: Account, paypal: FakePayPal, direct: httpx2.HTTPTransport
    ) -> None:
        """A good certificate of a trusted authority for another name is not PayPal's."""
        other = signer("shop.example")
        paypal.certificates["CERT-2"] = other.chain
        url = f"{paypal.url}/v1/notifications/certs/CERT-2"
        site = signing_site(paypal.url)
        gateway = PayPalGateway(
            site, shop.clock, transport=direct, trusted=[other.root, signer().root]
        )
        with pytest.raises(ForgedWebhookError, match="a certificate that is not PayPal's"):
            gateway.read_webhook(signing.headers(other, WEBHOOK, url, BODY), BODY)

    def test_of_another_kind_of_key_is_refused(
        self, shop: Account, paypal: FakePayPal, url: str, direct: httpx2.HTTPTransport
    ) -> None:
        """PayPal signs with RSA: in its name, under a trusted root, but on an elliptic curve."""
        root = signing.certified("root", None)
        curve = generate_private_key(SECP256R1())
        leaf = signing.certified(signing.SIGNER, root, host=signing.SIGNER, key=curve)
        paypal.certificates["CERT-1"] = leaf.certificate.public_bytes(Encoding.PEM)
        account, trusted = signing_site(paypal.url), [root.certificate]
        gateway = PayPalGateway(account, shop.clock, transport=direct, trusted=trusted)
        with pytest.raises(ForgedWebhookError, match="a certificate without an RSA key"):
            gateway.read_webhook(signed(url), BODY)

    def test_that_has_ended_is_refused(
        self, shop: Account, paypal: FakePayPal, direct: httpx2.HTTPTransport
    ) -> None:
        """Good until its last second."""
        until = NOW + timedelta(hours=1)
        short = signer(until=until)
        paypal.certificates["CERT-3"] = short.chain
        url = f"{paypal.url}/v1/notifications/certs/CERT-3"
        account = signing_site(paypal.url)
        gateway = PayPalGateway(account, shop.clock, transport=direct, trusted=[short.root])
        headers = signing.headers(short, WEBHOOK, url, QUIET)
        shop.clock.set(until)
        assert gateway.read_webhook(headers, QUIET).id == "WH-Q"
        shop.clock.set(until + SECOND)
        with pytest.raises(ForgedWebhookError, match="a certificate that is not PayPal's"):
            gateway.read_webhook(headers, QUIET)

    def test_is_believed_under_public_roots_by_default(
        self, shop: Account, paypal: FakePayPal, url: str, direct: httpx2.HTTPTransport
    ) -> None:
        """Our own root is none of them."""
        gateway = PayPalGateway(signing_site(paypal.url), shop.clock, transport=direct)
        with pytest.raises(ForgedWebhookError, match="a certificate that is not PayPal's"):
            gateway.read_webhook(signed(url), BODY)

    @pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----"])
    def test_that_cannot_be_read_is_refused(
        self, gateway: PayPalGateway, paypal: FakePayPal, url: str, content: bytes
    ) -> None:
        """A page of somebody before PayPal is no certificate."""
        paypal.certificates["CERT-1"] = content
        with pytest.raises(ForgedWebhookError, match="no certificate"):
            gateway.read_webhook(signed(url), BODY)

    def test_that_does_not_exist_is_refused(
        self, gateway: PayPalGateway, paypal: FakePayPal
    ) -> None:
        """PayPal does not know it, so it is not PayPal's."""
        url = f"{paypal.url}/v1/notifications/certs/CERT-0"
        with pytest.raises(ForgedWebhookError, match="no certificate"):
            gateway.read_webhook(signed(url), BODY)

    def test_that_cannot_be_fetched_now_is_no_forgery(
        self, gateway: PayPalGateway, paypal: FakePayPal, url: str
    ) -> None:
        """The host says so to PayPal, which sends the message again."""
        paypal.interruptions.append(Interruption(status=503, body=b""))
        with pytest.raises(OutsideUnavailableError, match="reading a webhook failed: 503"):
            gateway.read_webhook(signed(url), BODY)
        assert gateway.read_webhook(signed(url), BODY).id == "WH-1"

    def test_takes_no_more_room_than_a_few(
        self, gateway: PayPalGateway, paypal: FakePayPal, url: str
    ) -> None:
        """However many are named: old ones are fetched again."""
        for number in range(40):
            paypal.certificates[f"CERT-9{number}"] = signer().chain
            gateway.read_webhook(signed(f"{url[:-1]}9{number}"), BODY)
        kept = gateway._events._signatures._fetched  # noqa: SLF001 - what is kept is not shown
        assert 1 <= len(kept) <= 16


def signing_site(url: str) -> PayPalAccount:
    """Name an account of the stand-in, whose messages the tests sign."""
    site = PayPalSite(url=url, signer=signing.SIGNER)
    return PayPalAccount(client_id="c", client_secret="s", webhook_id=WEBHOOK, site=site)  # noqa: S106 - it opens nothing


class Certificates(httpx2.BaseTransport):
    """Serves one chain of certificates, wherever it is asked for."""

    def __init__(self) -> None:
        self.chain = b""
        self.asked: list[str] = []

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """Serve it."""
        self.asked.append(str(request.url))
        return httpx2.Response(200, content=self.chain)
