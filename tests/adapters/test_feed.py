"""The feed on PostgreSQL, where positions are drawn in one order and committed in another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from tests.adapters.sql_stores import empty, looking_in
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.adapters.sql.appending import append_at_once, single_statement
from vintage_rules.adapters.sql.connecting import transaction
from vintage_rules.ports.store import EventStore
from vintage_rules.testing.contracts.store.base import COAT, HAT, change


@pytest.fixture
def store(postgresql_server: str) -> Iterator[SqlStore]:
    """Open a store that holds two records."""
    with SqlStore.open(postgresql_server) as opened, looking_in(postgresql_server) as engine:
        empty(engine)
        opened.append([change(COAT), change(HAT)])
        yield opened


def streams(store: EventStore, after: int = 0) -> list[str]:
    """Name the stream of each record."""
    return [event.stream for event in store.events(after, 10)]


class TestWritersThatHaveNotCommitted:
    """What such a writer wrote will appear before what others have committed since."""

    def test_nothing_is_given_that_comes_after_it(
        self, store: SqlStore, postgresql_server: str
    ) -> None:
        """A reader that went on from the order would never see the slow one."""
        with looking_in(postgresql_server) as engine, engine.connect() as connection:
            with transaction(connection):
                append_at_once(connection, [change("slow")], single_statement)
                store.append([change("order")])
                assert streams(store) == [COAT, HAT]
            assert streams(store) == [COAT, HAT, "slow", "order"]

    def test_one_that_wrote_late_holds_up_what_came_later_alone(
        self, store: SqlStore, postgresql_server: str
    ) -> None:
        """What others committed before it drew its position is given."""
        with (
            looking_in(postgresql_server) as engine,
            engine.connect() as connection,
            transaction(connection),
        ):
            connection.execute(text("SELECT 1"))
            store.append([change("order")])
            append_at_once(connection, [change("slow")], single_statement)
            assert streams(store) == [COAT, HAT, "order"]

    def test_one_that_is_rolled_back_leaves_its_positions_out(
        self, store: SqlStore, postgresql_server: str
    ) -> None:
        """A reader goes on past them."""
        with looking_in(postgresql_server) as engine, engine.connect() as connection:
            connection.exec_driver_sql("BEGIN")
            append_at_once(connection, [change("slow")], single_statement)
            store.append([change("order")])
            connection.exec_driver_sql("ROLLBACK")
        events = store.events(0, 10)
        assert [event.stream for event in events] == [COAT, HAT, "order"]
        assert events[2].position > events[1].position + 1

    def test_no_other_transaction_of_the_server_holds_it_up(
        self, store: SqlStore, postgresql_server: str
    ) -> None:
        """Nor a lock of somebody else's, of whatever number."""
        with (
            looking_in(postgresql_server) as engine,
            engine.connect() as connection,
            transaction(connection),
        ):
            connection.execute(text("CREATE TEMPORARY TABLE of_the_host (fish integer)"))
            connection.execute(text("SELECT pg_advisory_xact_lock(1), pg_advisory_xact_lock(1, 1)"))
            store.append([change("order")])
            assert streams(store) == [COAT, HAT, "order"]
