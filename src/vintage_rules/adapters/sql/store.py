"""An `EventStore` in SQLite or PostgreSQL, over SQLAlchemy."""

from __future__ import annotations

import json
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime, timedelta
from threading import Lock
from types import TracebackType
from typing import Self

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from vintage_rules.adapters.sql import statements
from vintage_rules.adapters.sql.appending import (
    Atomic,
    append_at_once,
    append_in_steps,
    single_statement,
)
from vintage_rules.adapters.sql.connecting import POSTGRESQL, connect, forget, transaction
from vintage_rules.adapters.sql.errors import ours
from vintage_rules.adapters.sql.feed import last_settled
from vintage_rules.adapters.sql.joining import connect_to, savepoint
from vintage_rules.adapters.sql.rows import page_of, replace_rows, rows_of
from vintage_rules.adapters.sql.schema import bring_up_to_date
from vintage_rules.dates import instant
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import identifier
from vintage_rules.ports.store import (
    Backlog,
    Change,
    DeadLetter,
    History,
    Leased,
    ListedRow,
    OutboxMessage,
    Outcome,
    PersonalData,
    Record,
    Row,
    RowKey,
    StoredEvent,
    StreamRows,
    Waiting,
    lease_end,
    list_name,
    require_changes,
    require_limit,
    require_position,
    require_rebuilt,
    require_wanted,
)

PAGE = 1_000  # names of streams, or rows of personal data, that are fetched at once


class SqlStore:
    """An `EventStore` that any number of threads and processes share.

    >>> from datetime import UTC
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> monday = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> listed = Record(name="listed", at=monday, data="{}")
    >>> with (
    ...     TemporaryDirectory() as folder,
    ...     SqlStore.open(f"sqlite:///{Path(folder, 'shop.db')}") as store,
    ... ):
    ...     store.append(
    ...         [
    ...             Change(
    ...                 stream="piece/coat",
    ...                 expected=0,
    ...                 records=(listed,),
    ...                 deadline=None,
    ...             )
    ...         ]
    ...     )
    ...     store.read("piece/coat").version
    1
    """

    def __init__(self, engine: Engine) -> None:
        """Keep everything through an engine of `connect`, in a schema that is up to date."""
        self._engine = engine
        self._port = engine.dialect.name
        self._connect = engine.connect
        self._atomic: Atomic = transaction
        self._attempt: Atomic = single_statement
        self._forget: Callable[[Connection], None] = forget
        # SQLite lets one write at a time and others try again now and then: threads queue instead.
        self._turn = nullcontext() if self._port == POSTGRESQL else Lock()

    @classmethod
    def open(cls, url: str) -> Self:
        """Open a store by the URL of its database.

        It is `sqlite:///shop.db` or `postgresql://user@host/shop`. The tables are created, or
        migrated to what this version needs.

        Raises:
            InvalidValueError: For a URL of another kind.
            OutsideUnavailableError: If the database cannot be reached.
            OutsideRejectedError: If it cannot be used: it is none, or its tables are of a version
                that this one does not know.
        """
        store = cls(connect(url))
        try:
            with store._connected("open") as connection:
                bring_up_to_date(connection)
        except BaseException:
            store.close()
            raise
        return store

    def joined(self, connection: object) -> SqlStore:
        """Return this store within the transaction of a connection that the host holds.

        It is a `Connection` or `Session` of SQLAlchemy, Django's `connection`, or one of psycopg or
        sqlite3, to the database of this store and inside a transaction. What is appended is
        committed or rolled back with what the host has written. On a connection of sqlite3 that
        begins transactions by itself, one is begun.

        Raises:
            InvalidValueError: For another kind of connection, one that is closed or outside a
                transaction, or a transaction of PostgreSQL that is not `READ COMMITTED`.
            OutsideUnavailableError: If the database cannot be reached, another writes to SQLite, or
                the transaction has failed.
        """
        # The engine's own first connection learns which version of a server it is.
        with self._connected("join"):
            connect = connect_to(self._engine, connection)
        return _JoinedStore(self._engine, connect)

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def read(self, stream: str, after: int = 0) -> History:
        """Return a stream as it is."""
        identifier(stream, "stream")
        values = {"wanted": stream, "after": require_position(after)}
        with self._connected("read") as connection:
            rows = connection.execute(statements.READ, values).all()
        records = tuple(Record(name=name, at=at, data=data) for name, at, data in rows)
        return History(stream=stream, records=records, after=after)

    def read_several(self, after: Mapping[str, int]) -> tuple[History, ...]:
        """Return several streams as they were at one moment."""
        wanted = require_wanted(after)
        records: dict[str, list[Record]] = {stream: [] for stream in wanted}
        with self._connected("read_several") as connection:
            statement = statements.READ_SEVERAL[self._port]
            rows = connection.execute(statement, {"wanted": json.dumps([*wanted.items()])}).all()
        for stream, name, at, data in rows:
            records[stream].append(Record(name=name, at=at, data=data))
        return tuple(
            History(stream=stream, records=tuple(found), after=wanted[stream])
            for stream, found in records.items()
        )

    def events(self, after: int, limit: int) -> tuple[StoredEvent, ...]:
        """Return records of all streams in one order, those after a position."""
        bounds = {"after": require_position(after), "limit": require_limit(limit)}
        with self._connected("events") as connection:
            bounds["last"] = last_settled(connection)
            rows = connection.execute(statements.EVENTS, bounds).all()
        return tuple(
            StoredEvent(
                position=row.feed_position,
                stream=row.stream,
                version=row.position,
                record=Record(name=row.name, at=row.at, data=row.data),
            )
            for row in rows
        )

    def append(self, changes: Sequence[Change]) -> None:
        """Write all changes or none."""
        given = require_changes(changes)
        with self._turn, self._connected("append") as connection:
            if self._port == POSTGRESQL:
                append_at_once(connection, given, self._attempt)
            else:
                append_in_steps(connection, given, self._atomic)

    def rows(self, stream: str) -> tuple[Row, ...]:
        """Return the rows of a stream."""
        identifier(stream, "stream")
        with self._connected("rows") as connection:
            return rows_of(connection, stream)

    def page(
        self, name: str, limit: int, *, after: RowKey | None = None, descending: bool = False
    ) -> tuple[ListedRow, ...]:
        """Return rows of a list, those after a place in it."""
        list_name(name)
        most = require_limit(limit)
        with self._connected("page") as connection:
            return page_of(connection, name, most, after, descending=descending)

    def replace_rows(self, rebuilt: Sequence[StreamRows]) -> None:
        """Replace all rows of some streams, all or none."""
        given = require_rebuilt(rebuilt)
        if not given:
            return
        with self._turn, self._connected("replace_rows") as connection, self._atomic(connection):
            replace_rows(connection, given)

    def due(self, now: datetime, limit: int, *, worker: str, lease: timedelta) -> tuple[str, ...]:
        """Take streams whose deadline has come."""
        until = lease_end(now, limit, worker=worker, lease=lease)
        with self._turn, self._connected("due") as connection, self._atomic(connection):
            arguments = {"now": now, "limit": limit}
            taken = connection.scalars(statements.DUE_STREAMS, arguments).all()
            if taken:
                leases = [{"wanted": stream, "until": until} for stream in taken]
                connection.execute(statements.LEASE_STREAM, leases)
        return tuple(taken)

    def pending(
        self, now: datetime, limit: int, *, worker: str, lease: timedelta
    ) -> tuple[Leased, ...]:
        """Take messages that may be handled now."""
        until = lease_end(now, limit, worker=worker, lease=lease)
        with self._turn, self._connected("pending") as connection, self._atomic(connection):
            arguments = {"now": now, "limit": limit}
            rows = connection.execute(statements.PENDING_MESSAGES, arguments).all()
            if rows:
                leases = [{"wanted": row.key, "leased_to": worker, "until": until} for row in rows]
                connection.execute(statements.LEASE_MESSAGE, leases)
        return tuple(
            Leased(
                message=_message(*row[:5]),
                attempt=row.attempt + 1,
                failures=row.failures,
                worker=worker,
                until=until,
            )
            for row in rows
        )

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Record the outcome of a message, and end the lease."""
        key = leased.message.key
        with self._turn, self._connected("settle") as connection:
            statement, values = statements.settling(leased, outcome)
            settled = connection.execute(statement, values).rowcount
            if not settled and connection.scalar(statements.KNOWN, {"wanted": key}) is None:
                raise InvalidValueError("key", key, "that of a message kept here")

    def next_moment(self) -> datetime | None:
        """Return the earliest moment at which something may be there to take."""
        with self._connected("next_moment") as connection:
            moment: datetime | None = connection.scalar(statements.NEXT_MOMENT)
        return moment

    def dead_letters(self, limit: int, after: DeadLetter | None = None) -> tuple[DeadLetter, ...]:
        """Return the messages that are dead-lettered, the oldest first."""
        values: dict[str, object] = {"limit": require_limit(limit)}
        statement = statements.DEAD_LETTERS
        if after is not None:
            statement = statements.LATER_DEAD_LETTERS
            values |= {"at": after.at, "wanted": after.message.key}
        with self._connected("dead_letters") as connection:
            rows = connection.execute(statement, values).all()
        return tuple(
            DeadLetter(message=_message(*row[:5]), at=row.settled_at, reason=row.reason)
            for row in rows
        )

    def waiting(self, limit: int, after: Waiting | None = None) -> tuple[Waiting, ...]:
        """Return the messages that wait, in the order in which they are taken."""
        values: dict[str, object] = {"limit": require_limit(limit)}
        statement = statements.WAITING
        if after is not None:
            statement = statements.LATER_WAITING
            values |= {"at": after.next_at, "wanted": after.message.key}
        with self._connected("waiting") as connection:
            rows = connection.execute(statement, values).all()
        return tuple(
            Waiting(
                message=_message(*row[:5]),
                next_at=row.wakes_at,
                attempts=row.attempt,
                reason=row.reason or "",
                worker=row.leased_to,
            )
            for row in rows
        )

    def backlog(self) -> tuple[Backlog, ...]:
        """Return how many messages wait, by kind."""
        with self._connected("backlog") as connection:
            rows = connection.execute(statements.BACKLOG).all()
        found = (Backlog(kind=r.kind, messages=r.messages, oldest=r.oldest) for r in rows)
        return tuple(sorted(found, key=lambda each: each.kind))

    def resume(self, key: str, at: datetime) -> None:
        """Let a dead-lettered message be taken again from a moment on."""
        values = {"wanted": key, "until": instant(at)}
        with self._turn, self._connected("resume") as connection:
            if not connection.execute(statements.RESUME, values).rowcount:
                raise InvalidValueError("key", key, "that of a dead-lettered message")

    def streams(self, prefix: str) -> Iterator[str]:
        """Return the names of all streams that begin so."""
        if not prefix.isprintable():
            return  # no name of a stream holds such a character
        page = self._page(prefix, "")
        while page:
            yield from page
            page = self._page(prefix, page[-1])

    def personal(self, stream: str) -> tuple[PersonalData, ...]:
        """Return the personal data of a stream."""
        identifier(stream, "stream")
        with self._connected("personal") as connection:
            rows = connection.execute(statements.PERSONAL, {"wanted": stream}).all()
        return tuple(_personal(*row) for row in rows)

    def personal_of(self, person: str) -> tuple[PersonalData, ...]:
        """Return the personal data of a person."""
        identifier(person, "person")
        with self._connected("personal_of") as connection:
            rows = connection.execute(statements.PERSONAL_OF, {"wanted": person}).all()
        return tuple(_personal(*row) for row in rows)

    def personal_before(self, moment: datetime) -> Iterator[PersonalData]:
        """Return the personal data kept since before a moment, the oldest first."""
        return self._kept_before(instant(moment))

    def _kept_before(self, end: datetime) -> Iterator[PersonalData]:
        page = self._personal_page(end, None)
        while page:
            yield from page
            page = self._personal_page(end, page[-1])

    def _personal_page(self, end: datetime, last: PersonalData | None) -> tuple[PersonalData, ...]:
        values: dict[str, object] = {"until": end, "limit": PAGE}
        statement = statements.PERSONAL_BEFORE
        if last is not None:
            statement = statements.PERSONAL_AFTER
            values |= {"at": last.at, "wanted": last.stream, "last_name": last.name}
        with self._connected("personal_before") as connection:
            rows = connection.execute(statement, values).all()
        return tuple(_personal(*row) for row in rows)

    def erase(self, personal: Sequence[PersonalData]) -> int:
        """Erase personal data, all or none."""
        names = sorted({(each.stream, each.name) for each in personal})
        with self._turn, self._connected("erase") as connection:
            with self._atomic(connection):
                erased = sum(
                    connection.execute(statements.ERASE, {"wanted": stream, "named": name}).rowcount
                    for stream, name in names
                )
            self._forget(connection)
        return erased

    def purge(self, before: datetime, limit: int) -> int:
        """Delete messages that were done before a moment."""
        values = {"until": instant(before), "limit": require_limit(limit)}
        with self._turn, self._connected("purge") as connection:
            purged = connection.execute(statements.PURGE, values).rowcount
            self._forget(connection)
        return purged

    def _page(self, prefix: str, after: str) -> Sequence[str]:
        with self._connected("streams") as connection:
            return connection.scalars(statements.names(prefix, after), {"limit": PAGE}).all()

    @contextmanager
    def _connected(self, act: str) -> Generator[Connection]:
        try:
            with self._connect() as connection:
                yield connection
        except SQLAlchemyError as error:
            raise ours(error, self._port, act) from error


class _JoinedStore(SqlStore):
    """The store within a transaction of the host."""

    def __init__(self, engine: Engine, connect: Callable[[], Connection]) -> None:
        super().__init__(engine)
        self._connect = connect
        self._atomic = self._attempt = savepoint
        self._turn = nullcontext()
        self._forget = _later

    def close(self) -> None:
        """Leave the connection to the host."""


def _later(_connection: Connection) -> None:
    """Leave SQLite's log as it is: only an erasure after the commit of the host can empty it."""


def _message(key: str, kind: str, stream: str, data: str, not_before: datetime) -> OutboxMessage:
    return OutboxMessage(key=key, kind=kind, stream=stream, data=data, not_before=not_before)


def _personal(stream: str, name: str, person: str, at: datetime, data: str) -> PersonalData:
    return PersonalData(stream=stream, name=name, person=person, at=at, data=data)
