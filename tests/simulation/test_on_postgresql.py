"""A tenth of the same months on PostgreSQL: of two hundred twenty in CI, two otherwise."""

from __future__ import annotations

import pytest

from tests.postgresql import emptied
from tests.simulation.towns import SEEDS, month
from vintage_rules.adapters.sql import SqlStore


@pytest.mark.parametrize("seed", range(SEEDS // 10))
def test_nothing_is_lost(seed: int, postgresql_server: str) -> None:
    """One server, emptied before each town."""
    with SqlStore.open(postgresql_server) as store:
        emptied(postgresql_server)
        assert month(seed, store).violations == ()
