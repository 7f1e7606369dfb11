"""What Stripe reports of payouts and transfers, in the shapes of its reference."""

from __future__ import annotations

import json
from datetime import timedelta
from itertools import count

import pytest

from tests.adapters.stripe.peers import WEBHOOK_SECRET, signed
from vintage_rules.adapters.stripe import StripeGateway, StripePayoutReader
from vintage_rules.errors import ForgedWebhookError, InvalidValueError
from vintage_rules.ports.payments import WebhookKind
from vintage_rules.ports.payouts import PayoutWebhookKind
from vintage_rules.testing.contracts.payouts import PayoutReaderContract, Report, Reported

FAILED, PAID, UNKNOWN = (
    PayoutWebhookKind.FAILED,
    PayoutWebhookKind.PAID,
    PayoutWebhookKind.UNKNOWN,
)
WORDS = {FAILED: "payout.failed", PAID: "payout.paid", UNKNOWN: "payout.reconciliation_completed"}
NUMBERS = count(1)


def event(word: str, **subject: object) -> str:
    """Write an event about a payout."""
    number = next(NUMBERS)
    about = {"object": "payout", "id": f"po_{number}", "metadata": {}, **subject}
    fields = {"object": "event", "id": f"evt_{number}", "type": word, "created": 1_795_000_000}
    return json.dumps({**fields, "data": {"object": about}})


class TestStripePayoutReader(PayoutReaderContract):
    """The reader does what every one must."""

    @pytest.fixture
    def reader(self) -> StripePayoutReader:
        """Give the reader."""
        return StripePayoutReader(WEBHOOK_SECRET)

    @pytest.fixture
    def report(self) -> Report:
        """Sign an event as Stripe's own library does."""

        def report(kind: PayoutWebhookKind) -> Reported:
            number = next(NUMBERS)
            reference, key = f"po_9{number}", f"k{number}"
            body = event(WORDS[kind], id=reference, metadata={"vintage_rules_key": key})
            sent = signed(body)
            return Reported(headers=sent.headers, body=sent.body, reference=reference, key=key)

        return report


@pytest.mark.parametrize(
    ("word", "subject", "kind"),
    [
        ("payout.canceled", {}, FAILED),
        ("payout.created", {}, UNKNOWN),
        ("payout.failed", {}, FAILED),
        ("payout.paid", {}, PAID),
        ("transfer.created", {}, UNKNOWN),
        ("transfer.reversed", {"reversed": True}, FAILED),
        ("transfer.reversed", {"reversed": False}, UNKNOWN),
        ("transfer.reversed", {}, UNKNOWN),
        ("a.word.of.next.year", {}, UNKNOWN),
    ],
)
def test_s10_kinds(word: str, subject: dict[str, object], kind: PayoutWebhookKind) -> None:
    """S10: what came back in full has failed; a part of a transfer has not."""
    sent = signed(event(word, **subject))
    assert StripePayoutReader(WEBHOOK_SECRET).read_webhook(sent.headers, sent.body).kind is kind


def test_the_code_is_why_it_failed() -> None:
    """Or Stripe's word for the event, where it gives no reason."""
    reader = StripePayoutReader(WEBHOOK_SECRET)
    for fields, code in (
        ({"failure_code": "account_closed"}, "account_closed"),
        ({}, "payout.failed"),
    ):
        sent = signed(event("payout.failed", **fields))
        assert reader.read_webhook(sent.headers, sent.body).code == code


@pytest.mark.parametrize("subject", [{"id": 7}, {"id": None}])
def test_one_without_a_name_is_found_by_our_key(subject: dict[str, object]) -> None:
    """What is no name is none."""
    sent = signed(event("payout.failed", metadata={"vintage_rules_key": "k"}, **subject))
    webhook = StripePayoutReader(WEBHOOK_SECRET).read_webhook(sent.headers, sent.body)
    assert (webhook.reference, webhook.key) == (None, "k")


@pytest.mark.parametrize("body", ["", "[]", "{}", event("x", metadata=[])])
def test_what_makes_no_sense_is_refused(body: str) -> None:
    """Although it is signed."""
    sent = signed(body)
    with pytest.raises(ForgedWebhookError):
        StripePayoutReader(WEBHOOK_SECRET).read_webhook(sent.headers, sent.body)


def test_a_message_is_believed_for_as_long_as_one_says() -> None:
    """Five minutes unless it is said; no time at all would be for ever."""
    old = signed(event("payout.paid"), sent_ago=timedelta(minutes=6))
    with pytest.raises(ForgedWebhookError):
        StripePayoutReader(WEBHOOK_SECRET).read_webhook(old.headers, old.body)
    patient = StripePayoutReader(WEBHOOK_SECRET, tolerance=timedelta(hours=1))
    assert patient.read_webhook(old.headers, old.body).kind is PAID
    with pytest.raises(InvalidValueError):
        StripePayoutReader(WEBHOOK_SECRET, tolerance=timedelta())


def test_a_payout_is_no_payment() -> None:
    """The gateway reads it as nothing that it knows."""
    sent = signed(event("payout.failed"))
    gateway = StripeGateway("sk_test_x", WEBHOOK_SECRET, url="http://127.0.0.1:9")
    assert gateway.read_webhook(sent.headers, sent.body).kind is WebhookKind.UNKNOWN
