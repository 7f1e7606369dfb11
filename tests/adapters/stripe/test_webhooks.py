from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import SimpleQueue
from threading import Thread
from urllib.request import Request, urlopen

import pytest

from tests.adapters.stripe.peers import API_KEY, WEBHOOK_SECRET, Peers, signed
from vintage_rules.adapters.stripe import StripeGateway
from vintage_rules.errors import ForgedWebhookError
from vintage_rules.ids import OrderId
from vintage_rules.money import Money
from vintage_rules.ports.payments import Authorised, Charge, WebhookKind
from vintage_rules.testing.contracts.payments import Delivery
from vintage_rules.testing.contracts.payments.fixtures import unique

EVENT: dict[str, object] = {
    "object": "event",
    "id": "evt_1",
    "type": "payment_intent.succeeded",
    "created": 1_795_000_000,
    "data": {
        "object": {
            "object": "payment_intent",
            "id": "pi_1",
            "metadata": {"vintage_rules_order": "o1"},
        },
    },
}


@pytest.fixture
def gateway() -> StripeGateway:
    """Give an adapter that asks nobody."""
    return StripeGateway(API_KEY, WEBHOOK_SECRET, url="http://127.0.0.1:9")


def event(**fields: object) -> str:
    """Write an event."""
    return json.dumps({**EVENT, **fields})


def about(kind: str, **fields: object) -> dict[str, object]:
    """Write what an event is about."""
    return {"data": {"object": {"object": kind, "id": "x_1", **fields}}}


class TestFreshness:
    """Webhooks are believed for five minutes, or as long as one is told."""

    def test_ends(self, gateway: StripeGateway) -> None:
        """A minute before the end it is believed, a minute after it is not."""
        young = signed(event(), sent_ago=timedelta(minutes=4))
        assert gateway.read_webhook(young.headers, young.body).id == "evt_1"
        old = signed(event(), sent_ago=timedelta(minutes=6))
        with pytest.raises(ForgedWebhookError, match="Timestamp outside the tolerance zone"):
            gateway.read_webhook(old.headers, old.body)

    def test_can_be_longer(self) -> None:
        """For a host whose queue is slow."""
        patient = StripeGateway(API_KEY, WEBHOOK_SECRET, tolerance=timedelta(hours=1))
        old = signed(event(), sent_ago=timedelta(minutes=50))
        assert patient.read_webhook(old.headers, old.body).id == "evt_1"

    def test_is_signed_too(self, gateway: StripeGateway) -> None:
        """An old webhook cannot be made young by changing its date."""
        old = signed(event(), sent_ago=timedelta(days=1))
        young = signed(event())
        date = young.headers["Stripe-Signature"].partition(",")[0]
        signature = old.headers["Stripe-Signature"].partition(",")[2]
        with pytest.raises(ForgedWebhookError):
            gateway.read_webhook({"Stripe-Signature": f"{date},{signature}"}, old.body)


class TestForgeries:
    """What is not from Stripe, or not whole."""

    def test_are_signed_with_another_secret(self, gateway: StripeGateway) -> None:
        """Anybody can sign with a secret of their own."""
        forged = signed(event(), secret="whsec_of_somebody_else")  # noqa: S106 - the forger's own
        with pytest.raises(ForgedWebhookError, match="No signatures found matching"):
            gateway.read_webhook(forged.headers, forged.body)

    @pytest.mark.parametrize("header", ["t=1795000000,v1=é", "t=1795000000,v0=ab", "v1=ab", "t=,"])
    def test_have_headers_that_cannot_be_read(self, gateway: StripeGateway, header: str) -> None:
        """No error of another kind comes out, whatever stands there."""
        with pytest.raises(ForgedWebhookError):
            gateway.read_webhook({"Stripe-Signature": header}, event().encode())

    @pytest.mark.parametrize("depth", [990, 100_000])
    def test_are_nested_without_end(self, gateway: StripeGateway, depth: int) -> None:
        """Though its signature is right: it is no event."""
        deep = signed("[" * depth + "]" * depth)
        with pytest.raises(ForgedWebhookError):
            gateway.read_webhook(deep.headers, deep.body)

    def test_are_not_even_text(self, gateway: StripeGateway) -> None:
        """Bytes that are no UTF-8."""
        with pytest.raises(ForgedWebhookError):
            gateway.read_webhook(signed(event()).headers, b"\xff\xfe")

    @pytest.mark.parametrize(
        "body",
        [
            "",
            "[]",
            '"text"',
            "{}",
            event(id=None),
            event(id=""),
            event(created="yesterday"),
            event(created=[]),
            event(created=10**20),
            event(type=None),
            event(data=[]),
            event(**about("payment_intent", metadata=[])),
            event(**about("payment_intent", metadata={"vintage_rules_order": " "})),
        ],
    )
    def test_are_signed_and_make_no_sense(self, gateway: StripeGateway, body: str) -> None:
        """What Stripe would never write was not written by it."""
        odd = signed(body)
        with pytest.raises(ForgedWebhookError):
            gateway.read_webhook(odd.headers, odd.body)


class TestReading:
    """What an event tells."""

    @pytest.mark.parametrize(
        ("fields", "kind", "reference", "order"),
        [
            ({}, WebhookKind.CAPTURED, "pi_1", "o1"),
            ({"type": "payment_intent.created"}, WebhookKind.UNKNOWN, "pi_1", "o1"),
            (
                {"type": "charge.refunded"}
                | about(
                    "charge",
                    captured=True,
                    payment_intent="pi_2",
                    metadata={"vintage_rules_order": "o2"},
                ),
                WebhookKind.REFUNDED,
                "pi_2",
                "o2",
            ),
            (
                {"type": "charge.refunded"}
                | about("charge", captured=False, payment_intent="pi_2"),
                WebhookKind.UNKNOWN,
                "pi_2",
                None,
            ),
            (
                {"type": "charge.dispute.created"}
                | about("dispute", payment_intent={"id": "pi_3"}),
                WebhookKind.DISPUTED,
                None,
                None,
            ),
            *(
                (
                    {"type": "charge.dispute.closed"}
                    | about("dispute", payment_intent="pi_3", status=status),
                    ended,
                    "pi_3",
                    None,
                )
                for status, ended in (
                    ("lost", WebhookKind.DISPUTE_LOST),
                    ("won", WebhookKind.DISPUTE_WON),
                    ("warning_closed", WebhookKind.DISPUTE_WON),
                    ("a word of next year", WebhookKind.UNKNOWN),
                )
            ),
            (
                {"type": "refund.failed"}
                | about("refund", payment_intent="pi_4", metadata={"order": "another shop's"}),
                WebhookKind.REFUND_FAILED,
                "pi_4",
                None,
            ),
        ],
    )
    def test_names_what_is_named(
        self,
        gateway: StripeGateway,
        fields: dict[str, object],
        kind: WebhookKind,
        reference: str | None,
        order: str | None,
    ) -> None:
        """The intent of what the event is about, the order of its metadata, and nothing guessed."""
        sent = signed(event(**fields))
        webhook = gateway.read_webhook(sent.headers, sent.body)
        assert (webhook.kind, webhook.reference, webhook.order) == (kind, reference, order)
        assert webhook.at == datetime.fromtimestamp(1_795_000_000, UTC)
        assert webhook.code == fields.get("type", "payment_intent.succeeded")

    def test_of_the_second_kind_of_api_is_unknown(self, gateway: StripeGateway) -> None:
        """An event that is thin, with its moment as text, is from Stripe all the same."""
        thin = {
            "object": "v2.core.event",
            "id": "evt_2",
            "type": "v1.billing.meter.no_meter_found",
            "created": "2026-11-25T12:00:00.000Z",
        }
        sent = signed(json.dumps(thin))
        webhook = gateway.read_webhook(sent.headers, sent.body)
        assert (webhook.id, webhook.kind, webhook.reference) == ("evt_2", WebhookKind.UNKNOWN, None)
        assert webhook.at == datetime(2026, 11, 25, 12, tzinfo=UTC)


@pytest.fixture
def letterbox() -> Iterator[tuple[str, SimpleQueue[Delivery]]]:
    """Listen for webhooks on this machine; give the address and what has arrived."""
    arrived: SimpleQueue[Delivery] = SimpleQueue()

    class Letterbox(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            arrived.put(Delivery(headers=dict(self.headers.items()), body=body))

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as it asks
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Letterbox)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/", arrived
    server.shutdown()
    server.server_close()
    thread.join()


class TestWebhooks:
    """Webhooks as localstripe signs and sends them."""

    def test_tell_what_was_captured(
        self, peers: Peers, letterbox: tuple[str, SimpleQueue[Delivery]]
    ) -> None:
        """The webhook names the authorisation and the order."""
        address, arrived = letterbox
        local = f"http://127.0.0.1:{peers.localstripe}"
        wanted = {"url": address, "secret": WEBHOOK_SECRET, "events": ["payment_intent.succeeded"]}
        request = Request(  # noqa: S310 - an address of this machine
            f"{local}/_config/webhooks/{unique('box')}", data=json.dumps(wanted).encode()
        )
        urlopen(request, timeout=30).close()  # noqa: S310 - the same
        address = f"http://127.0.0.1:{peers.forgetful}"
        gateway = StripeGateway(API_KEY, WEBHOOK_SECRET, url=address)
        order = OrderId(unique("order"))
        price = Money("89.90", "EUR")
        charge = Charge(key=unique("pay"), order=order, amount=price, source="pm_card_visa")
        held = gateway.authorise(charge)
        assert isinstance(held, Authorised)
        gateway.capture(unique("take"), held.reference, price)
        sent = arrived.get(timeout=60)
        webhook = gateway.read_webhook(sent.headers, sent.body)
        while webhook.reference != held.reference:  # the peer serves other tests too
            sent = arrived.get(timeout=60)
            webhook = gateway.read_webhook(sent.headers, sent.body)
        assert webhook.kind is WebhookKind.CAPTURED
        assert webhook.order == order
        assert webhook.id.startswith("evt_")
        with pytest.raises(ForgedWebhookError):
            gateway.read_webhook(sent.headers, sent.body.replace(b"89", b"88"))
