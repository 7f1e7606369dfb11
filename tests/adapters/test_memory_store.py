"""The store in memory, held to the contract."""

from __future__ import annotations

import pytest

from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.testing.contracts.store import EventStoreContract


class TestMemoryStore(EventStoreContract):
    """`MemoryStore`."""

    durable = False

    @pytest.fixture
    def store(self) -> MemoryStore:
        """Make one; it is empty."""
        return MemoryStore()
