"""The same months on SQLite in a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.simulation.towns import CHUNK, CHUNKS, month
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.sql import SqlStore


@pytest.mark.parametrize("first", CHUNKS)
def test_nothing_is_lost(first: int, tmp_path: Path) -> None:
    """A file of its own for each town."""
    found = {}
    for seed in range(first, first + CHUNK):
        with SqlStore.open(f"sqlite:///{tmp_path / str(seed)}.db") as store:
            report = month(seed, store)
        if report.violations:
            found[seed] = report.violations
    assert found == {}


def test_the_same_history_as_in_memory(tmp_path: Path) -> None:
    """What is written does not depend on where it is written."""
    with SqlStore.open(f"sqlite:///{tmp_path / 'town.db'}") as store:
        assert month(3, store).digest == month(3, MemoryStore()).digest
