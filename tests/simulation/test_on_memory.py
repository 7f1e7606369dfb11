"""Months in towns on a store in memory, with faults at every call of every port."""

from __future__ import annotations

import pytest

from tests.simulation.towns import CHUNK, CHUNKS, month
from vintage_rules.adapters.memory.store import MemoryStore


@pytest.mark.parametrize("first", CHUNKS)
def test_nothing_is_lost(first: int) -> None:
    """Every cent is in one place, every piece is sold once, every mail came, nothing is stuck."""
    reports = [month(seed, MemoryStore()) for seed in range(first, first + CHUNK)]
    assert {report.seed: report.violations for report in reports if report.violations} == {}
    assert all(report.faults and report.orders for report in reports)


def test_a_seed_reproduces_its_run() -> None:
    """To the last byte; another seed is another run."""
    once, again, other = (month(seed, MemoryStore()).digest for seed in (7, 7, 8))
    assert once == again != other
