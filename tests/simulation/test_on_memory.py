"""Months in towns on a store in memory, with faults at every call of every port."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from tests.effort import sampled
from tests.simulation.towns import CHUNK, CHUNKS, month, month_of
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.policies import PolicyBook
from vintage_rules.testing import strategies
from vintage_rules.testing.simulation import Fault
from vintage_rules.testing.simulation.town import START

# What comes late and what handlers do wrong: ten months see all of it.
AFTERMATH = {
    "payment-disputed",
    "dispute-won",
    "dispute-lost",
    "card-disputed",
    "refund-failed",
    "payout-failed",
    "payouts-frozen",
    "payouts-released",
    "pieces-cancelled",
    "poison",
    "killing",
    "slow",
}


@pytest.mark.parametrize("first", CHUNKS)
def test_nothing_is_lost(first: int) -> None:
    """Every cent is in one place, every piece is sold once, every mail came, nothing is stuck."""
    reports = [month(seed, MemoryStore()) for seed in range(first, first + CHUNK)]
    assert {report.seed: report.violations for report in reports if report.violations} == {}
    assert all(report.faults and report.orders for report in reports)
    happened = set().union(*(report.events.keys() | report.faults.keys() for report in reports))
    assert happened >= AFTERMATH | set(Fault) - {Fault.NONE}


@settings(
    max_examples=sampled(4, 2),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(book=strategies.policies(), seed=st.integers(0, 1000))
def test_a_drawn_house_loses_nothing(book: PolicyBook, seed: int) -> None:
    """In its own currency and zone, whatever it decides that loads."""
    assume(book.editions[0].edition.since <= START.date())
    report = month_of(book, seed, MemoryStore(), days=10)
    # A drawn house may pay its sellers years later, or never.
    found = [each for each in report.violations if "neither refunded nor paid for" not in each]
    assert found == []
    assert report.captured.currency.code == book.latest.currency


def test_a_seed_reproduces_its_run() -> None:
    """To the last byte; another seed is another run."""
    once, again, other = (month(seed, MemoryStore()).digest for seed in (7, 7, 15))
    assert once == again != other
