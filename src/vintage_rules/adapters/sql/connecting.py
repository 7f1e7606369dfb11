"""Connections to SQLite and PostgreSQL, set up so that the store can rely on them.

Each statement stands for itself unless it is inside `transaction`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, SQLAlchemyError
from sqlalchemy.pool import ConnectionPoolEntry

from vintage_rules.errors import InvalidValueError, without_secrets

SQLITE = "sqlite"
POSTGRESQL = "postgresql"

_PATIENCE = "30"  # seconds that a writer to SQLite waits for those before it

_SETTINGS = {
    SQLITE: (
        "PRAGMA journal_mode = WAL",  # readers and the writer do not wait for one another
        "PRAGMA synchronous = FULL",  # what was committed outlives a power cut
        "PRAGMA secure_delete = ON",  # what was erased is overwritten, not only unlinked
    ),
    POSTGRESQL: (
        "SET SESSION timezone TO 'UTC'",
        # Tables grow from nothing: a plan that was cached while one was small must not read it all.
        "SET SESSION enable_seqscan TO off",
        "SET SESSION jit TO off",
    ),
}
_BEGIN = {SQLITE: "BEGIN IMMEDIATE", POSTGRESQL: "BEGIN ISOLATION LEVEL READ COMMITTED"}


def connect(url: str) -> Engine:
    """Prepare connections to a database, without making one.

    Texts travel as UTF-8, also to a database of PostgreSQL that was made without an encoding.

    `timeout` in the URL of a SQLite file is how many seconds a writer waits for others, 30 by
    default.

    Raises:
        InvalidValueError: For what is no URL of a SQLite file or of PostgreSQL.
    """
    where = _require_url(url)
    engine = create_engine(where, isolation_level="AUTOCOMMIT", hide_parameters=True)
    event.listen(engine, "connect", _set_up(where.get_backend_name()))
    return engine


@contextmanager
def transaction(connection: Connection) -> Generator[None]:
    """Do all or nothing of what is inside; on SQLite, while no one else writes."""
    connection.exec_driver_sql(_BEGIN[connection.dialect.name])
    try:
        yield
    except BaseException:
        with suppress(SQLAlchemyError):  # a connection that is lost has rolled back
            connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def forget(connection: Connection) -> None:
    """Have SQLite empty its log of earlier pages, which holds what was just deleted.

    While others read from the log, it is emptied later. PostgreSQL has its VACUUM.
    """
    if connection.dialect.name == SQLITE:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")


def _require_url(url: str) -> URL:
    allowed = "the URL of a SQLite file or of PostgreSQL, such as sqlite:///shop.db"
    try:
        where = make_url(url)
    except (ArgumentError, ValueError):
        raise InvalidValueError("url", without_secrets(url), allowed) from None
    match where.get_backend_name():
        case "sqlite" if where.database not in {None, "", ":memory:"}:
            patient = {"timeout": _PATIENCE} | where.query
            return where.set(drivername="sqlite+pysqlite", query=patient)
        case "postgresql":
            query = {"client_encoding": "utf8"} | where.query
            return where.set(drivername="postgresql+psycopg", query=query)
        case _:
            raise InvalidValueError("url", without_secrets(url), allowed)


def _set_up(database: str) -> Callable[[DBAPIConnection, ConnectionPoolEntry], None]:
    def run_settings(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for setting in _SETTINGS[database]:
            cursor.execute(setting)
        cursor.close()

    return run_settings
