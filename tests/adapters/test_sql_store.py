"""The SQL store, held to the contract on both of its databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.adapters.sql_stores import empty, looking_in
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.testing.contracts.store import EventStoreContract


class TestOnSqlite(EventStoreContract):
    """`SqlStore` on a SQLite file."""

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        """Name a file that is not there yet."""
        return f"sqlite:///{tmp_path / 'shop.db'}"

    @pytest.fixture
    def store(self, url: str) -> Iterator[SqlStore]:
        """Open it."""
        with SqlStore.open(url) as store:
            yield store

    @pytest.fixture
    def other(self, url: str) -> Iterator[SqlStore]:
        """Open it again."""
        with SqlStore.open(url) as other:
            yield other


@pytest.fixture(scope="module")
def on_postgresql(postgresql_server: str) -> Iterator[tuple[SqlStore, SqlStore]]:
    """Open a store on a PostgreSQL server twice."""
    with SqlStore.open(postgresql_server) as one, SqlStore.open(postgresql_server) as other:
        yield one, other


class TestOnPostgresql(EventStoreContract):
    """`SqlStore` on a PostgreSQL server."""

    @pytest.fixture
    def store(self, on_postgresql: tuple[SqlStore, SqlStore], postgresql_server: str) -> SqlStore:
        """Empty its tables."""
        with looking_in(postgresql_server) as engine:
            empty(engine)
        return on_postgresql[0]

    @pytest.fixture
    def other(self, on_postgresql: tuple[SqlStore, SqlStore]) -> SqlStore:
        """Give the second connection to it."""
        return on_postgresql[1]
