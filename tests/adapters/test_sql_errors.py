"""Every error of a database comes out in our words, and what was asked has happened or not."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import exc, text

from tests.adapters.sql_stores import empty, looking_in
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.adapters.sql.errors import ours
from vintage_rules.errors import OutsideError, OutsideRejectedError, OutsideUnavailableError
from vintage_rules.ports.store import (
    DeadLettered,
    Done,
    EventStore,
    Leased,
    PersonalData,
    StreamRows,
)
from vintage_rules.testing.contracts.store.base import (
    MONDAY,
    change,
    due,
    outbox_message,
    pending,
    record,
)

HANG_UP = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()
"""
LOCK = "SELECT version FROM vintage_streams WHERE stream = %s FOR UPDATE"
WAITING = "SELECT count(*) FROM pg_locks WHERE NOT granted"
TAKEN = Leased(message=outbox_message("a"), attempt=1, failures=0, worker="anna", until=MONDAY)
KEPT = PersonalData(stream="a", name="n", person="zoe", at=MONDAY, data="{}")
TABLES = ("streams", "records", "outbox", "personal", "rows", "lists")
LOOKING = ("read", "next_moment", "dead_letters", "waiting", "backlog", "streams", "rows", "page")
OF_PEOPLE = ("personal", "personal_of", "personal_before")
VERBS: dict[str, Callable[[EventStore], object]] = {
    "read": lambda store: store.read("a"),
    "append": lambda store: store.append([change("a")]),
    "rows": lambda store: store.rows("a"),
    "page": lambda store: store.page("a", 1),
    "replace_rows": lambda store: store.replace_rows(
        [StreamRows(stream=name, version=1, rows=()) for name in store.streams("")]
        or [StreamRows(stream="a", version=1, rows=())]
    ),
    "due": due,
    "pending": pending,
    "settle": lambda store: store.settle(TAKEN, Done(at=MONDAY)),
    "next_moment": lambda store: store.next_moment(),
    "dead_letters": lambda store: store.dead_letters(1),
    "waiting": lambda store: store.waiting(1),
    "backlog": lambda store: store.backlog(),
    "resume": lambda store: store.resume("a", MONDAY),
    "streams": lambda store: [*store.streams("")],
    "personal": lambda store: store.personal("a"),
    "personal_of": lambda store: store.personal_of("a"),
    "personal_before": lambda store: [*store.personal_before(MONDAY)],
    "erase": lambda store: store.erase([KEPT]),
    "purge": lambda store: store.purge(MONDAY, 1),
}


def below(kind: type[Exception]) -> Iterator[type[Exception]]:
    """Give a class of errors and all that are made from it."""
    yield kind
    for narrower in kind.__subclasses__():
        yield from below(narrower)


def kind_of(driver: type[Exception], base: type[Exception]) -> type[OutsideError]:
    """Give the kind of error of ours that stands for one of a driver's."""
    error = exc.DBAPIError.instance("SELECT 1", {}, driver("no"), base)
    assert isinstance(error, exc.DBAPIError)
    told = ours(error, "sqlite", "read")
    assert (told.port, told.act, told.message) == ("sqlite", "read", "no")
    return type(told)


UNAVAILABLE = (
    *(sqlite3.OperationalError, sqlite3.InterfaceError, sqlite3.InternalError),
    *(psycopg.OperationalError, psycopg.InterfaceError, psycopg.InternalError),
)


class TestErrors:
    """The errors of SQLAlchemy and of the drivers."""

    @pytest.mark.parametrize(
        ("base", "how_many"), [(sqlite3.Error, 8), (psycopg.Error, 250)], ids=["sqlite", "psycopg"]
    )
    def test_of_a_driver_are_each_one_of_ours(self, base: type[Exception], how_many: int) -> None:
        """Whether the database was not reached, or says that we asked wrongly."""
        kinds = [kind for kind in below(base) if kind is not base]
        assert len(kinds) >= how_many
        for kind in kinds:
            unavailable = issubclass(kind, UNAVAILABLE)
            expected = OutsideUnavailableError if unavailable else OutsideRejectedError
            assert kind_of(kind, base) is expected, kind

    @pytest.mark.parametrize(
        ("driver", "expected"),
        [
            (psycopg.errors.AdminShutdown, OutsideUnavailableError),
            (psycopg.errors.CannotConnectNow, OutsideUnavailableError),
            (psycopg.errors.DeadlockDetected, OutsideUnavailableError),
            (psycopg.errors.DiskFull, OutsideUnavailableError),
            (psycopg.errors.InsufficientPrivilege, OutsideRejectedError),
            (psycopg.errors.QueryCanceled, OutsideUnavailableError),
            (psycopg.errors.ReadOnlySqlTransaction, OutsideUnavailableError),
            (psycopg.errors.UndefinedTable, OutsideRejectedError),
            (psycopg.errors.UniqueViolation, OutsideRejectedError),
        ],
    )
    def test_that_are_common_are_what_they_should_be(
        self, driver: type[Exception], expected: type[OutsideError]
    ) -> None:
        """What may help to ask again is unavailable."""
        assert kind_of(driver, psycopg.Error) is expected

    def test_of_sqlalchemy_itself_are_each_one_of_ours(self) -> None:
        """None is left to a host that does not know SQLAlchemy."""
        kinds = [*below(exc.SQLAlchemyError)]
        assert len(kinds) >= 30
        for kind in kinds:
            error = kind.__new__(kind)
            assert isinstance(error, exc.SQLAlchemyError)
            if isinstance(error, exc.StatementError):
                error.orig = ValueError("no")  # it was made without one
            assert isinstance(ours(error, "sqlite", "read"), OutsideError)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give a database whose writers have little patience."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'shop.db'}?timeout=0.05"
    server: str = request.getfixturevalue("postgresql_server")
    return server


@pytest.mark.parametrize("verb", VERBS.values(), ids=VERBS)
class TestVerbs:
    """Each verb, when its database fails it."""

    def test_tells_that_tables_are_missing(
        self, url: str, verb: Callable[[EventStore], object]
    ) -> None:
        """Somebody has dropped them; when they are back it works again."""
        with SqlStore.open(url) as store, looking_in(url) as engine:
            with engine.connect() as connection:
                for table in TABLES:
                    connection.execute(text(f"ALTER TABLE vintage_{table} RENAME TO {table}_away"))
                with pytest.raises(OutsideError, match=r"^(sqlite|postgresql): \w+ failed: "):
                    verb(store)
                for table in TABLES:
                    connection.execute(text(f"ALTER TABLE {table}_away RENAME TO vintage_{table}"))
            store.append([change("b")])
            assert store.read("b").version == 1
            empty(engine)

    def test_tells_that_the_server_hung_up(
        self, postgresql_server: str, verb: Callable[[EventStore], object]
    ) -> None:
        """Asked again, it connects again."""
        with SqlStore.open(postgresql_server) as store, looking_in(postgresql_server) as engine:
            empty(engine)
            store.append([change("a", outbox=[outbox_message("a")])])
            store.settle(pending(store)[0], DeadLettered(at=MONDAY, reason="no"))
            with engine.connect() as connection:
                connection.execute(text(HANG_UP))
            with pytest.raises(OutsideUnavailableError, match=r"^postgresql: \w+ failed: "):
                verb(store)
            if verb is VERBS["append"]:
                store.append([change("b")])
            else:
                verb(store)

    def test_tells_that_sqlite_stays_busy(
        self, tmp_path: Path, verb: Callable[[EventStore], object]
    ) -> None:
        """Those that only look do not wait; those that write give up in the end."""
        url = f"sqlite:///{tmp_path / 'shop.db'}?timeout=0.01"
        with SqlStore.open(url) as store, sqlite3.connect(tmp_path / "shop.db") as busy:
            store.append([change("b", outbox=[outbox_message("a")])])
            store.settle(pending(store)[0], DeadLettered(at=MONDAY, reason="no"))
            busy.execute("BEGIN IMMEDIATE")
            if verb in [VERBS[name] for name in (*LOOKING, *OF_PEOPLE)]:
                verb(store)
            else:
                with pytest.raises(OutsideUnavailableError, match="database is locked"):
                    verb(store)
            busy.execute("ROLLBACK")
            verb(store)
        busy.close()


class TestAppending:
    """What becomes of an append that a database does not take."""

    def test_errors_tell_no_data(self, url: str) -> None:
        """What is written is nobody's business."""
        with SqlStore.open(url) as store, looking_in(url) as engine:
            with engine.connect() as connection:
                connection.execute(text("ALTER TABLE vintage_records RENAME TO away"))
                with pytest.raises(OutsideError) as caught:
                    store.append([change("piece/secret", 0, record(data="secret"))])
                connection.execute(text("ALTER TABLE away RENAME TO vintage_records"))
            assert "secret" not in f"{caught.value}{caught.value.__cause__}"

    def test_what_fails_in_the_middle_writes_nothing(self, tmp_path: Path) -> None:
        """SQLite takes several statements: the first are undone when a later one fails."""
        url = f"sqlite:///{tmp_path / 'shop.db'}"
        with SqlStore.open(url) as store, looking_in(url) as engine, engine.connect() as connection:
            connection.execute(text("ALTER TABLE vintage_outbox RENAME TO away"))
            with pytest.raises(OutsideError):
                store.append([change("a", deadline=MONDAY, outbox=[outbox_message("a")])])
            connection.execute(text("ALTER TABLE away RENAME TO vintage_outbox"))
            assert store.read("a").version == 0
            assert [*store.streams("")] == []
            assert store.next_moment() is None

    def test_two_that_wait_for_one_another_are_both_written(self, postgresql_server: str) -> None:
        """PostgreSQL stops one of them: ours, which asks again."""
        with SqlStore.open(postgresql_server) as store, looking_in(postgresql_server) as engine:
            empty(engine)
            store.append([change("a"), change("b")])
            with psycopg.connect(postgresql_server) as other, ThreadPoolExecutor(1) as pool:
                other.execute("SET deadlock_timeout = '60s'")  # the server lets this one go on
                other.execute(LOCK, ["b"])
                appending = pool.submit(store.append, [change("a", 1), change("b", 1)])
                with engine.connect() as connection:
                    while not connection.scalar(text(WAITING)):
                        pass
                other.execute(LOCK, ["a"])
                other.commit()
                appending.result(60)
            assert [store.read(name).version for name in ("a", "b")] == [2, 2]
