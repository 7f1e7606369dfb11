"""A host's own transaction, joined: its rows and ours are committed together, or none are.

The host lends a connection: SQLAlchemy's or a session, Django's, psycopg's or sqlite3's. Our
statements run on it, and only the host ends its transaction: `commit`, `rollback` and `close` do
nothing here. What must be written as a whole is written inside a savepoint, so that a failure of
ours leaves what the host has done as it was.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, Engine, StaticPool
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from vintage_rules.adapters.sql.connecting import POSTGRESQL, SQLITE
from vintage_rules.errors import InvalidValueError

if TYPE_CHECKING:
    from sqlalchemy.engine.interfaces import DBAPICursor

_ALLOWED = (
    "a connection to {} inside a transaction: SQLAlchemy's, a session, Django's, psycopg's or "
    "sqlite3's"
)
_COMMITTED = "a transaction of READ COMMITTED, which sees what others commit"
_OFFSETS = "a connection that gives moments with their offset: Django's does with USE_TZ"


class _Lent:
    """A connection of which only the host ends the transaction."""

    def __init__(self, connection: Any, row_factory: object) -> None:  # noqa: ANN401 - the driver's
        self._connection = connection
        self._row_factory = row_factory

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401 - whatever the driver has
        return getattr(self._connection, name)

    def cursor(self, *arguments: Any, **named: Any) -> DBAPICursor:  # noqa: ANN401 - the driver's
        """Return a cursor whose rows are tuples, whatever the host's are."""
        opened = self._connection.cursor(*arguments, **named)
        opened.row_factory = self._row_factory
        cursor: DBAPICursor = opened
        return cursor

    def commit(self) -> None:
        """Leave it to the host."""

    def rollback(self) -> None:
        """Leave it to the host."""

    def close(self) -> None:
        """Leave it to the host."""


def connect_to(engine: Engine, connection: object) -> Callable[[], Connection]:
    """Return what gives an engine's connections over the one that a host lends.

    Raises:
        InvalidValueError: For what is no connection to this kind of database, one outside a
            transaction, or a transaction of PostgreSQL that does not see what others commit.
        SQLAlchemyError: If the host's connection fails.
    """
    lend = {SQLITE: _lent_by_sqlite, POSTGRESQL: _lent_by_postgresql}[engine.dialect.name]
    lent = lend(_driven(connection))
    if lent is None:
        allowed = _ALLOWED.format(engine.dialect.name)
        raise InvalidValueError("connection", type(connection), allowed)
    pool = StaticPool(partial(_itself, lent), dialect=engine.dialect, reset_on_return=None)

    def connect() -> Connection:
        return Connection(engine, connection=pool.connect())

    with connect() as joined:
        if engine.dialect.name == SQLITE:
            _begin(joined, lent)
        else:
            _require_its_settings(joined)
    return connect


@contextmanager
def savepoint(connection: Connection) -> Generator[None]:
    """Do all or nothing of what is inside, within the transaction of the host."""
    connection.exec_driver_sql("SAVEPOINT vintage")
    try:
        yield
    except BaseException:
        with suppress(SQLAlchemyError):  # a connection that is lost has rolled back
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT vintage")
            connection.exec_driver_sql("RELEASE SAVEPOINT vintage")
        raise
    connection.exec_driver_sql("RELEASE SAVEPOINT vintage")


def _itself(lent: Any) -> Any:  # noqa: ANN401 - a driver's connection
    return lent


def _driven(connection: object) -> Any:  # noqa: ANN401 - a driver's connection, not known by type
    """Return the driver's connection behind one of a framework."""
    if isinstance(connection, Session):
        connection = connection.connection()
    if isinstance(connection, Connection):
        return connection.connection.driver_connection if connection.in_transaction() else None
    if getattr(connection, "in_atomic_block", False):  # Django's
        return getattr(connection, "connection", None)
    return connection


def _lent_by_sqlite(connection: object) -> _Lent | None:
    if not isinstance(connection, sqlite3.Connection):
        return None
    try:
        begun = connection.in_transaction or connection.isolation_level is not None
    except sqlite3.ProgrammingError:  # it is closed
        return None
    return _Lent(connection, None) if begun else None


def _begin(joined: Connection, lent: _Lent) -> None:
    """Begin what the driver would begin before the first row is written; its `commit` ends it."""
    if not lent.in_transaction:
        joined.exec_driver_sql("BEGIN IMMEDIATE")


def _lent_by_postgresql(connection: object) -> _Lent | None:
    from psycopg import Connection as Psycopg
    from psycopg.pq import TransactionStatus
    from psycopg.rows import tuple_row

    if not isinstance(connection, Psycopg):
        return None
    idle = connection.info.transaction_status == TransactionStatus.IDLE
    return None if connection.autocommit and idle else _Lent(connection, tuple_row)


def _require_its_settings(joined: Connection) -> None:
    settings = "SELECT current_setting('transaction_isolation'), now()"
    isolation, now = joined.exec_driver_sql(settings).one()
    if isolation != "read committed":
        raise InvalidValueError("connection", isolation, _COMMITTED)
    if now.tzinfo is None:
        raise InvalidValueError("connection", now, _OFFSETS)
