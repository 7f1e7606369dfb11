"""The same months on SQLite in a file: as many as in memory, outside CI half of them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.effort import sampled
from tests.simulation.towns import CHUNK, month
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.sql import SqlStore

IN_MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of one's own is made in it


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a town waits for the disk longer than it computes."""
    if not os.access(IN_MEMORY, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=IN_MEMORY) as made:
        yield Path(made)


@pytest.mark.parametrize("first", range(0, sampled(200, 20), CHUNK))
def test_nothing_is_lost(first: int, folder: Path) -> None:
    """A file of its own for each town."""
    found = {}
    for seed in range(first, first + CHUNK):
        with SqlStore.open(f"sqlite:///{folder / str(seed)}.db") as store:
            report = month(seed, store)
        if report.violations:
            found[seed] = report.violations
    assert found == {}


def test_the_same_history_as_in_memory(tmp_path: Path) -> None:
    """What is written does not depend on where it is written."""
    with SqlStore.open(f"sqlite:///{tmp_path / 'town.db'}") as store:
        assert month(3, store).digest == month(3, MemoryStore()).digest
