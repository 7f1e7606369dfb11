"""The tables of the SQL store.

Their names begin alike, so that they may lie in a host's own database. One column, `wakes_at`,
holds what a stream or a message waits for: its deadline, or the end of a lease; nothing while it
waits for nothing. So what is due is the beginning of one index. A column that changes here changes
in `migrations` too, for the databases that exist.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    TypedColumns,
    TypeDecorator,
)
from sqlalchemy.types import TypeEngine, UserDefinedType

from vintage_rules.dates import instant

metadata = MetaData()


class State(StrEnum):
    """What has become of a message."""

    WAITING = "waiting"
    LEASED = "leased"
    DEAD_LETTERED = "dead-lettered"
    DONE = "done"


class _SqliteInstant(UserDefinedType[datetime]):
    """Text that is in order by its characters, however a host reads and writes moments.

    Django's connections read columns of this type as moments; others get the text.
    """

    cache_ok: bool | None = True

    def get_col_spec(self, **_: Any) -> str:  # noqa: ANN401 - the signature is SQLAlchemy's
        return "DATETIME"

    def bind_processor(self, dialect: Dialect) -> Any:  # noqa: ANN401, ARG002 - its type is private
        return _text_of

    def result_processor(
        self,
        dialect: Dialect,  # noqa: ARG002 - the same
        coltype: object,  # noqa: ARG002 - the same
    ) -> Any:  # noqa: ANN401 - the same
        return _moment_of


def _text_of(value: datetime | None) -> str | None:
    return None if value is None else value.replace(tzinfo=None).isoformat(" ", "microseconds")


def _moment_of(value: str | datetime | None) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


class Instant(TypeDecorator[datetime]):
    """A moment in UTC to the microsecond.

    SQLite forgets offsets, PostgreSQL answers in the zone of the session.
    """

    impl: TypeEngine[Any] | type[TypeEngine[Any]] = DateTime(timezone=True)
    cache_ok: bool | None = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return how a database keeps a moment."""
        if dialect.name == "sqlite":
            return dialect.type_descriptor(_SqliteInstant())
        return super().load_dialect_impl(dialect)

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Return the database a moment in UTC."""
        return None if value is None else instant(value)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the same
        """Take a moment in UTC from the database."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


# Names are distinguished and put in order by their characters, not by the rules of a language.
_NAME = Text().with_variant(Text(collation="C"), "postgresql")


class StreamColumns(TypedColumns):
    """How many records a stream holds, and what it waits for."""

    stream = Column(_NAME, primary_key=True)
    version = Column(Integer, nullable=False)
    wakes_at = Column(Instant)


class RecordColumns(TypedColumns):
    """One record, its position in its stream from 1 on, and that among all records."""

    stream = Column(_NAME, primary_key=True)
    position = Column(Integer, primary_key=True)
    name = Column(Text, nullable=False)
    at = Column(Instant, nullable=False)
    data = Column(Text, nullable=False)
    feed_position = Column(BigInteger, nullable=False)


class OutboxColumns(TypedColumns):
    """One message, and what has become of it, with who took it last."""

    key = Column(_NAME, primary_key=True)
    stream = Column(_NAME, nullable=False)
    kind = Column(Text, nullable=False)
    data = Column(Text, nullable=False)
    not_before = Column(Instant, nullable=False)
    wakes_at = Column(Instant)
    state = Column(Text, nullable=False)
    attempt = Column(Integer, nullable=False)
    failures = Column(Integer, nullable=False)
    worker = Column(Text)
    settled_at = Column(Instant)
    reason = Column(Text)


class PersonalColumns(TypedColumns):
    """Personal data of a stream: the only table whose rows are deleted for good."""

    stream = Column(_NAME, primary_key=True)
    name = Column(_NAME, primary_key=True)
    person = Column(_NAME, nullable=False)
    at = Column(Instant, nullable=False)
    data = Column(Text, nullable=False)


class RowColumns(TypedColumns):
    """One row of a page, found by its stream and its name there."""

    stream = Column(_NAME, primary_key=True)
    name = Column(_NAME, primary_key=True)
    data = Column(Text, nullable=False)


class ListColumns(TypedColumns):
    """One place of a row in a list."""

    list = Column(_NAME, primary_key=True)
    sort = Column(_NAME, primary_key=True)
    stream = Column(_NAME, primary_key=True)
    name = Column(_NAME, primary_key=True)


streams = Table("vintage_streams", metadata, StreamColumns)
records = Table("vintage_records", metadata, RecordColumns)
outbox = Table("vintage_outbox", metadata, OutboxColumns)
personal = Table("vintage_personal", metadata, PersonalColumns)
rows = Table("vintage_rows", metadata, RowColumns)
lists = Table("vintage_lists", metadata, ListColumns)


def _index(name: str, *columns: Column[str] | Column[datetime], where: ColumnElement[bool]) -> None:
    Index(name, *columns, postgresql_where=where, sqlite_where=where)


Index("vintage_records_feed", records.c.feed_position, unique=True)
_index(
    "vintage_streams_waiting",
    streams.c.wakes_at,
    streams.c.stream,
    where=streams.c.wakes_at.is_not(None),
)
_index(
    "vintage_outbox_waiting",
    outbox.c.wakes_at,
    outbox.c.key,
    where=outbox.c.wakes_at.is_not(None),
)
_index(
    "vintage_outbox_dead_letters",
    outbox.c.settled_at,
    outbox.c.key,
    where=outbox.c.state == State.DEAD_LETTERED,
)
_index(
    "vintage_outbox_done",
    outbox.c.settled_at,
    outbox.c.key,
    where=outbox.c.state == State.DONE,
)
Index("vintage_personal_people", personal.c.person, personal.c.stream, personal.c.name)
Index("vintage_personal_moments", personal.c.at, personal.c.stream, personal.c.name)
Index("vintage_lists_rows", lists.c.stream, lists.c.name)
