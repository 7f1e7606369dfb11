"""The audit finds what it is there to find: banks, posts and payers that do not keep their word."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from attrs import evolve

from tests.simulation.towns import BOOK, month_of
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.payouts import MemoryPayouts
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.ids import SellerId
from vintage_rules.money import Money
from vintage_rules.ports import (
    Captured,
    Change,
    Charge,
    Done,
    Leased,
    Message,
    Outcome,
    PaidOut,
    PaymentRefused,
    PayoutRefused,
    Refunded,
    Sent,
    Undeliverable,
    Voided,
)

COUNT = iter(range(10**9))


def forgetful_refund(
    self: MemoryGateway, key: str, receipt: str, amount: Money
) -> Refunded | PaymentRefused:
    """Refund anew for each request, whatever its key."""
    return REFUND(self, f"{key} {next(COUNT)}", receipt, amount)


def lazy_void(self: MemoryGateway, charge: Charge) -> Voided | PaymentRefused:  # noqa: ARG001 - not even read
    """Say that it is let go of, and hold it."""
    return Voided()


def generous_payout(
    self: MemoryPayouts, key: str, seller: SellerId, amount: Money
) -> PaidOut | PayoutRefused:
    """Pay anew for each request, whatever its key."""
    return PAY(self, f"{key} {next(COUNT)}", seller, amount)


def silent_capture(
    self: MemoryGateway,  # noqa: ARG001 - not even asked
    key: str,
    reference: str,  # noqa: ARG001 - the same
    amount: Money,
) -> Captured | PaymentRefused:
    """Say that it is taken, and take nothing."""
    return Captured(receipt=key, amount=amount)


def dropping(self: Outbox, message: Message) -> Sent | Undeliverable:
    """Drop every third message."""
    return Sent() if next(COUNT) % 3 == 0 else SEND(self, message)


def careless(self: MemoryStore, leased: Leased, outcome: Outcome) -> None:
    """Take whatever was tried for done."""
    SETTLE(self, leased, Done(at=getattr(outcome, "at", leased.until)))


def without_cases(self: MemoryStore, changes: Sequence[Change]) -> None:
    """Drop what is to be written of cases for review."""
    APPEND(self, [change for change in changes if not change.stream.startswith("case/")])


def without_rows(self: MemoryStore, changes: Sequence[Change]) -> None:
    """Show for ever what was shown first."""
    APPEND(self, [evolve(each, rows=()) if each.expected else each for each in changes])


REFUND, PAY, SEND, SETTLE, APPEND = (
    MemoryGateway.refund,
    MemoryPayouts.pay,
    Outbox.send,
    MemoryStore.settle,
    MemoryStore.append,
)


@pytest.mark.parametrize(
    ("kind", "verb", "broken", "found"),
    [
        (MemoryGateway, "refund", forgetful_refund, "bank has"),
        (MemoryGateway, "void", lazy_void, "still holds"),
        (MemoryGateway, "capture", silent_capture, "bank has"),
        (MemoryPayouts, "pay", generous_payout, "sellers were paid"),
        (Outbox, "send", dropping, "is owed"),
        (MemoryStore, "settle", careless, ""),
        (MemoryStore, "append", without_cases, "and the case is None"),
        (MemoryStore, "append", without_rows, "pages show"),
    ],
    ids=[
        "refunds twice",
        "voids nothing",
        "captures nothing",
        "pays twice",
        "drops",
        "forgets",
        "opens no case",
        "shows what was",
    ],
)
def test_finds_what_is_broken(
    kind: type, verb: str, broken: object, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One outside that does not do what its contract says, in a month with many faults."""
    monkeypatch.setattr(kind, verb, broken)
    months = (month_of(BOOK, seed, MemoryStore(), chance=0.2).violations for seed in range(40))
    assert any(found in each for told in months for each in told)


@pytest.mark.parametrize(
    ("forgotten", "found"),
    [
        ("disputes.of_order", "the shop did not record"),
        ("reported_payments._report_failed_refund", "bank has"),
        ("webhooks.record_failed_payout", "sellers were paid"),
        ("orders._may_cancel", "allowed to a stranger"),
    ],
)
def test_finds_what_a_shop_forgets(
    forgotten: str, found: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shop that does nothing about what comes late, or asks no one who they are."""
    monkeypatch.setattr(f"vintage_rules.marketplace.commands.{forgotten}", lambda *_: ())
    months = (month_of(BOOK, seed, MemoryStore(), chance=0).violations for seed in range(40))
    assert any(found in each for violations in months for each in violations)
