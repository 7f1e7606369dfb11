"""What PayPal reports of payouts, in the shapes of its samples."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count

import httpx2
import pytest

from tests.adapters.paypal import signing
from tests.adapters.paypal.bookkeeping import Account, Document
from tests.adapters.paypal.conftest import WEBHOOK
from tests.adapters.paypal.server import FakePayPal
from tests.adapters.paypal.signing import SIGNER, signer
from vintage_rules.adapters.paypal import PayPalAccount, PayPalPayoutReader, PayPalSite
from vintage_rules.errors import ForgedWebhookError
from vintage_rules.ports.payouts import PayoutWebhookKind
from vintage_rules.testing.contracts.payouts import PayoutReaderContract, Report, Reported

FAILED, PAID, UNKNOWN = (
    PayoutWebhookKind.FAILED,
    PayoutWebhookKind.PAID,
    PayoutWebhookKind.UNKNOWN,
)
ITEM = "PAYMENT.PAYOUTS-ITEM."
WORDS = {FAILED: f"{ITEM}RETURNED", PAID: f"{ITEM}SUCCEEDED", UNKNOWN: f"{ITEM}HELD"}
NUMBERS = count(1)


def item(reference: str | None, key: str | None) -> Document:
    """Show a payout to one person."""
    known: Document = {
        "payout_item_id": "VHBFGN95AWV82",
        "transaction_status": "RETURNED",
        "payout_item": {"recipient_type": "EMAIL", "receiver": "ada@example.com"},
    }
    names = {"payout_batch_id": reference, "sender_batch_id": key}
    return {**known, **{name: text for name, text in names.items() if text is not None}}


@pytest.fixture
def reader(
    paypal: FakePayPal, shop: Account, direct: httpx2.HTTPTransport
) -> Iterator[PayPalPayoutReader]:
    """Connect to PayPal's stand-in."""
    account = PayPalAccount(
        client_id=shop.client_id,
        client_secret=shop.secret,
        webhook_id=WEBHOOK,
        site=PayPalSite(url=paypal.url, signer=SIGNER),
    )
    reader = PayPalPayoutReader(account, shop.clock, transport=direct, trusted=[signer().root])
    yield reader
    reader.close()


@pytest.fixture
def url(paypal: FakePayPal) -> str:
    """Publish the certificate, and say where."""
    paypal.certificates["CERT-1"] = signer().chain
    return f"{paypal.url}/v1/notifications/certs/CERT-1"


def sent(url: str, word: str, about: Document) -> tuple[dict[str, str], bytes]:
    """Have PayPal sign a message about an event."""
    body = signing.message(f"WH-P{next(NUMBERS)}", word, about)
    return signing.headers(signer(), WEBHOOK, url, body), body


class TestPayPalPayoutReader(PayoutReaderContract):
    """The reader does what every one must."""

    @pytest.fixture
    def reader(self, reader: PayPalPayoutReader) -> PayPalPayoutReader:
        """Give the reader."""
        return reader

    @pytest.fixture
    def report(self, url: str) -> Report:
        """Sign as PayPal does."""

        def report(kind: PayoutWebhookKind) -> Reported:
            number = next(NUMBERS)
            reference, key = f"Q8KVJG9TZT{number}", f"k{number}"
            headers, body = sent(url, WORDS[kind], item(reference, key))
            return Reported(headers=headers, body=body, reference=reference, key=key)

        return report


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("BLOCKED", FAILED),
        ("CANCELED", FAILED),
        ("DENIED", FAILED),
        ("FAILED", FAILED),
        ("HELD", UNKNOWN),
        ("REFUNDED", FAILED),
        ("RETURNED", FAILED),
        ("SUCCEEDED", PAID),
        ("UNCLAIMED", UNKNOWN),
    ],
)
def test_s10_kinds(
    reader: PayPalPayoutReader, url: str, word: str, kind: PayoutWebhookKind
) -> None:
    """S10: what is the house's again has failed; what may be claimed still has not."""
    headers, body = sent(url, f"{ITEM}{word}", item("B1", "k1"))
    webhook = reader.read_webhook(headers, body)
    assert (webhook.kind, webhook.code) == (kind, f"{ITEM}{word}")


def test_one_that_names_no_batch(reader: PayPalPayoutReader, url: str) -> None:
    """A person looks: nothing is known of it."""
    headers, body = sent(url, f"{ITEM}FAILED", item(None, None))
    webhook = reader.read_webhook(headers, body)
    assert (webhook.reference, webhook.key) == (None, None)


def test_what_paypal_does_not_know_is_refused(reader: PayPalPayoutReader, url: str) -> None:
    """Although its signature is right: a CRC-32 can be matched."""
    headers, body = sent(url, f"{ITEM}FAILED", item("B1", "k1"))
    del signing.SENT[json.loads(body)["id"]]
    with pytest.raises(ForgedWebhookError, match="PayPal knows no event"):
        reader.read_webhook(headers, body)
