"""What the adapter for Stripe is tried against, each in a process of its own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import stripe
from attrs import frozen

from vintage_rules.testing.contracts.payments import Delivery

HERE = Path(__file__).parent
API_KEY = "sk_test_" + "0" * 24  # any key that begins so is one to both peers
WEBHOOK_SECRET = "whsec_" + "0" * 24  # it guards nothing


@frozen
class Peers:
    """The ports of 127.0.0.1 on which the peers listen.

    `localstripe` is localstripe itself, `forgetful` the same for an adapter, `keeper` the same
    behind something that remembers idempotency keys, `mock` is stripe-stateful-mock, and
    `keyless_mock` the same with what it holds, which is passed no idempotency keys.
    """

    localstripe: int
    forgetful: int
    keeper: int
    mock: int
    keyless_mock: int


@contextmanager
def running(command: list[str], **variables: str) -> Generator[str, None, None]:
    """Run a server as long as the block lasts; give the line in which it says where it listens."""
    with subprocess.Popen(
        command,
        env=os.environ | variables,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"{command} did not start"
        yield line
        process.stdin.close()


def client(port: int) -> stripe.StripeClient:
    """Give Stripe's own library, to prepare and to look at what a peer holds."""
    address = f"http://127.0.0.1:{port}"
    return stripe.StripeClient(API_KEY, base_addresses={"api": address})


def signed(
    body: str, *, secret: str = WEBHOOK_SECRET, sent_ago: timedelta = timedelta()
) -> Delivery:
    """Sign a body as Stripe's own library does for tests, now or a while ago."""
    now = datetime.now(UTC)  # noqa: TID251 - the library compares with its own clock
    moment = int((now - sent_ago).timestamp())
    header = stripe.WebhookSignature.generate_signature_header(body, secret, moment)
    return Delivery(headers={"Stripe-Signature": header}, body=body.encode())
