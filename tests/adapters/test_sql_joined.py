"""A store within a transaction of its host: both are committed, or neither is."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from attrs import evolve
from sqlalchemy import create_engine, make_url, text

from tests.adapters.hosts import HOSTS, TABLE, Host, django_connection
from tests.postgresql import emptied
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.errors import (
    InvalidValueError,
    OutsideRejectedError,
    OutsideUnavailableError,
    VersionConflictError,
)
from vintage_rules.ports import Change, Done, OutboxMessage, PersonalData, Record

NOON = datetime(2026, 9, 7, 12, 0, 0, 1, tzinfo=UTC)
LEASE = timedelta(minutes=5)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Name a database, with a table of the host in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'shop.db'}"
    else:
        url = request.getfixturevalue("postgresql_database")
    run(url, TABLE)
    return url


@pytest.fixture
def store(url: str) -> Iterator[SqlStore]:
    """Open the store there."""
    with SqlStore.open(url) as store:
        yield store


@pytest.fixture(params=HOSTS, ids=lambda host: host.__name__)
def host(request: pytest.FixtureRequest) -> Host:
    """Give each host in turn."""
    host: Host = request.param
    return host


def run(url: str, statement: str) -> list[object]:
    """Run a statement beside the host and the store."""
    where = make_url(url)
    kind = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg"}
    engine = create_engine(where.set(drivername=kind[where.get_backend_name()]))
    try:
        with engine.begin() as connection:
            result = connection.execute(text(statement))
            return [row[0] for row in result] if result.returns_rows else []
    finally:
        engine.dispose()


def invoices(url: str) -> list[object]:
    """Give what the host has committed."""
    return run(url, "SELECT name FROM invoices ORDER BY name")


def listed(stream: str, expected: int = 0) -> Change:
    """List a piece, with a deadline and an effect."""
    message = OutboxMessage(
        key=f"{stream}#{expected}.0", kind="write", stream=stream, data="{}", not_before=NOON
    )
    return Change(
        stream=stream,
        expected=expected,
        records=(Record(name="listed", at=NOON, data='{"is":"listed"}'),),
        deadline=NOON + timedelta(hours=1),
        outbox=(message,),
    )


class TestBothOrNeither:
    """What the host writes and what the store appends."""

    def test_are_committed_together(self, store: SqlStore, url: str, host: Host) -> None:
        """The append, its deadline and its message are there when the host has committed."""
        with host(url) as (connection, write):
            write("i1")
            store.joined(connection).append([listed("piece/coat")])
        assert invoices(url) == ["i1"]
        assert store.read("piece/coat").records == listed("piece/coat").records
        (taken,) = store.pending(NOON, 9, worker="w", lease=LEASE)
        assert taken.message == listed("piece/coat").outbox[0]
        assert store.due(NOON + timedelta(hours=1), 9, worker="w", lease=LEASE) == ("piece/coat",)

    def test_are_rolled_back_together(self, store: SqlStore, url: str, host: Host) -> None:
        """Nothing is there when the host has not."""
        with pytest.raises(ZeroDivisionError), host(url) as (connection, write):  # noqa: PT012
            write("i1")
            store.joined(connection).append([listed("piece/coat")])
            raise ZeroDivisionError
        assert invoices(url) == []
        assert store.read("piece/coat").version == 0
        assert store.pending(NOON, 9, worker="w", lease=LEASE) == ()
        assert store.next_moment() is None

    def test_a_conflict_leaves_what_the_host_wrote(
        self, store: SqlStore, url: str, host: Host
    ) -> None:
        """Another writer was first: the host goes on in the same transaction."""
        store.append([listed("piece/coat")])
        with host(url) as (connection, write):
            write("i1")
            joined = store.joined(connection)
            with pytest.raises(VersionConflictError) as caught:
                joined.append([listed("piece/bag"), listed("piece/coat")])
            joined.append([listed("piece/hat")])
            write("i2")
        assert (caught.value.stream, caught.value.found) == ("piece/coat", 1)
        assert invoices(url) == ["i1", "i2"]
        assert [store.read(f"piece/{name}").version for name in ("coat", "bag", "hat")] == [1, 0, 1]


class TestWithin:
    """A store within a transaction has every verb, and sees what it has written itself."""

    def test_reads_what_it_appended_and_the_outside_does_not(
        self, store: SqlStore, url: str, host: Host
    ) -> None:
        """Others see it after the commit."""
        with host(url) as (connection, _):
            joined = store.joined(connection)
            joined.append([listed("piece/coat")])
            joined.append([listed("piece/coat", expected=1)])
            assert joined.read("piece/coat").version == 2
            assert list(joined.streams("piece/")) == ["piece/coat"]
            assert store.read("piece/coat").version == 0
        assert store.read("piece/coat").version == 2

    def test_takes_and_settles_messages(self, store: SqlStore, url: str, host: Host) -> None:
        """A worker may handle messages within it too."""
        store.append([listed("piece/coat")])
        with host(url) as (connection, _):
            joined = store.joined(connection)
            (taken,) = joined.pending(NOON, 9, worker="w", lease=LEASE)
            joined.settle(taken, Done(at=NOON))
            assert joined.dead_letters(9) == ()
        assert store.pending(NOON + LEASE, 9, worker="w", lease=LEASE) == ()

    def test_erases_with_the_host(self, store: SqlStore, url: str, host: Host) -> None:
        """What is erased is there again when the host rolls back."""
        known = PersonalData(stream="order/o1", name="home", person="zoe", at=NOON, data="{}")
        store.append([evolve(listed("order/o1"), personal=(known,))])
        with pytest.raises(ZeroDivisionError), host(url) as (connection, _):  # noqa: PT012
            assert store.joined(connection).erase([known]) == 1
            raise ZeroDivisionError
        assert store.personal("order/o1") == (known,)
        with host(url) as (connection, _):
            assert store.joined(connection).erase([known]) == 1
        assert store.personal("order/o1") == ()

    def test_closing_it_leaves_the_connection_and_the_store_open(
        self, store: SqlStore, url: str, host: Host
    ) -> None:
        """Both are closed by those who opened them."""
        with host(url) as (connection, write):
            with store.joined(connection) as joined:
                joined.append([listed("piece/coat")])
            write("i1")
        assert invoices(url) == ["i1"]
        assert store.read("piece/coat").version == 1

    def test_an_error_of_the_database_is_ours(self, store: SqlStore, url: str, host: Host) -> None:
        """A savepoint keeps the transaction of the host alive."""
        run(url, "DROP TABLE vintage_outbox")
        expected = OutsideUnavailableError if "sqlite" in url else OutsideRejectedError
        with host(url) as (connection, write):
            with pytest.raises(expected, match="vintage_outbox"):
                store.joined(connection).append([listed("piece/coat")])
            write("i1")
        assert invoices(url) == ["i1"]
        assert store.read("piece/coat").version == 0


class TestRefused:
    """A connection that could not be committed with the host's rows is refused at once."""

    @pytest.mark.parametrize("other", [3, None, "sqlite:///shop.db"])
    def test_what_is_no_connection(self, store: SqlStore, other: object) -> None:
        """The error names what is allowed."""
        with pytest.raises(InvalidValueError, match="connection: must be a connection to"):
            store.joined(other)

    def test_one_of_sqlalchemy_that_has_not_begun(self, store: SqlStore, url: str) -> None:
        """No one would commit what it appends."""
        engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"))
        with (
            engine.connect() as connection,
            pytest.raises(InvalidValueError, match="inside a transaction"),
        ):
            store.joined(connection)
        engine.dispose()

    def test_one_of_django_outside_of_atomic(self, store: SqlStore, url: str) -> None:
        """Each statement would be committed by itself."""
        with (
            django_connection(url) as connection,
            pytest.raises(InvalidValueError, match="inside a transaction"),
        ):
            store.joined(connection)

    def test_one_of_sqlite3_that_commits_each_statement(self, tmp_path: Path) -> None:
        """It may be joined once it has begun a transaction."""
        file = tmp_path / "shop.db"
        with SqlStore.open(f"sqlite:///{file}") as store:
            connection = sqlite3.connect(file, isolation_level=None)
            with pytest.raises(InvalidValueError, match="inside a transaction"):
                store.joined(connection)
            connection.execute("BEGIN")
            store.joined(connection).append([listed("piece/coat")])
            connection.execute("COMMIT")
            connection.close()
            assert store.read("piece/coat").version == 1


class TestFailed:
    """A connection of the host that fails is an error of the store, in its words."""

    def test_another_writes_to_sqlite(self, tmp_path: Path) -> None:
        """The host may begin again; nothing was written."""
        file = tmp_path / "shop.db"
        with SqlStore.open(f"sqlite:///{file}") as store:
            busy, host = sqlite3.connect(file), sqlite3.connect(file, timeout=0)
            busy.execute("BEGIN IMMEDIATE")
            with pytest.raises(OutsideUnavailableError, match="database is locked"):
                store.joined(host)
            busy.rollback()
            store.joined(host).append([listed("piece/coat")])
            host.commit()
            assert store.read("piece/coat").version == 1
            busy.close()
            host.close()

    def test_a_connection_that_is_closed(self, store: SqlStore, url: str) -> None:
        """sqlite3 shows that it is; that of psycopg fails."""
        name = str(make_url(url).database)
        closed = sqlite3.connect(name) if "sqlite" in url else psycopg.connect(url)
        closed.close()
        expected = InvalidValueError if "sqlite" in url else OutsideUnavailableError
        with pytest.raises(expected, match=r"inside a transaction|closed"):
            store.joined(closed)


class TestOnPostgresql:
    """What only PostgreSQL has."""

    @pytest.fixture
    def url(self, postgresql_server: str) -> str:
        """Use the server itself."""
        return postgresql_server

    @pytest.fixture
    def store(self, url: str) -> Iterator[SqlStore]:
        """Open an empty store."""
        with SqlStore.open(url) as store:
            emptied(url)
            yield store

    def test_one_of_another_database_is_refused(self, store: SqlStore) -> None:
        """The statements would not fit."""
        with pytest.raises(InvalidValueError, match="a connection to postgresql"):
            store.joined(sqlite3.connect(":memory:"))

    def test_one_that_commits_each_statement_is_refused(self, store: SqlStore, url: str) -> None:
        """It may be joined once it has begun a transaction."""
        with psycopg.connect(url, autocommit=True) as connection:
            with pytest.raises(InvalidValueError, match="inside a transaction"):
                store.joined(connection)
            with connection.transaction():
                store.joined(connection).append([listed("piece/coat")])
        assert store.read("piece/coat").version == 1

    @pytest.mark.parametrize("isolation", ["REPEATABLE READ", "SERIALIZABLE"])
    def test_one_that_does_not_see_what_others_commit_is_refused(
        self, store: SqlStore, url: str, isolation: str
    ) -> None:
        """A retried decision would see the same again."""
        with psycopg.connect(url) as connection:
            connection.execute(f"SET TRANSACTION ISOLATION LEVEL {isolation}")
            with pytest.raises(InvalidValueError, match="READ COMMITTED"):
                store.joined(connection)

    def test_moments_without_an_offset_are_refused(self, store: SqlStore, url: str) -> None:
        """Django without time zones gives local ones: which moment is meant is not known."""
        with django_connection(url, use_tz=False) as connection:
            from django.db import transaction

            with (
                transaction.atomic(using="shop"),
                pytest.raises(InvalidValueError, match="USE_TZ"),
            ):
                store.joined(connection)

    def test_a_transaction_that_has_failed_is_refused(self, store: SqlStore, url: str) -> None:
        """It can only be rolled back."""
        with psycopg.connect(url) as connection:
            with pytest.raises(psycopg.Error):
                connection.execute("SELECT nothing")
            with pytest.raises(OutsideUnavailableError, match="aborted"):
                store.joined(connection)
            connection.rollback()

    def test_the_feed_waits_for_it(self, store: SqlStore, url: str) -> None:
        """What others have committed since comes after it, once the host has committed."""
        with psycopg.connect(url) as connection:
            store.joined(connection).append([listed("piece/coat")])
            store.append([listed("piece/bag")])
            assert store.events(0, 9) == ()
            connection.commit()
            streams = [event.stream for event in store.events(0, 9)]
        assert streams == ["piece/coat", "piece/bag"]

    def test_two_that_begin_one_stream_wait_for_one_another(
        self, store: SqlStore, url: str
    ) -> None:
        """The second sees the conflict, and its transaction goes on."""
        with psycopg.connect(url) as first, psycopg.connect(url) as second:
            store.joined(first).append([listed("piece/coat")])
            joined = store.joined(second)
            assert joined.read("piece/coat").version == 0
            first.commit()
            with pytest.raises(VersionConflictError):
                joined.append([listed("piece/coat")])
            second.execute("SELECT 1")
