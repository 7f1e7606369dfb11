"""How a contract comes by the store it tests, and what it writes to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest

from vintage_rules.ports.store import Change, EventStore, Leased, OutboxMessage, Record

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
TICK = timedelta(microseconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
COAT = "piece/coat"
HAT = "piece/hat"


class StoreFixtures:
    """What an adapter declares about itself."""

    durable: ClassVar[bool] = True
    """Whether a second connection finds what was written through the first."""

    concurrent: ClassVar[bool] = True
    """Whether threads may use one store at once."""

    @pytest.fixture
    def store(self) -> EventStore:
        """Make an empty store."""
        message = f"{type(self).__name__} must have a fixture `store` that gives an empty store"
        raise NotImplementedError(message)

    @pytest.fixture
    def other(self, store: EventStore) -> EventStore:
        """Connect to what the store keeps a second time."""
        if self.durable:
            message = (
                f"{type(self).__name__} must have a fixture `other` that gives a second connection "
                "to what `store` keeps, or say durable = False"
            )
            raise NotImplementedError(message)
        return store


def record(name: str = "listed", at: datetime = MONDAY, data: str = "{}") -> Record:
    """Make a record."""
    return Record(name=name, at=at, data=data)


def change(
    stream: str = COAT,
    expected: int = 0,
    *records: Record,
    deadline: datetime | None = None,
    outbox: Iterable[OutboxMessage] = (),
) -> Change:
    """Make a change, of one record by default."""
    return Change(
        stream=stream,
        expected=expected,
        records=records or (record(),),
        deadline=deadline,
        outbox=tuple(outbox),
    )


def outbox_message(key: str, not_before: datetime = MONDAY, data: str = "{}") -> OutboxMessage:
    """Make a message of a piece."""
    return OutboxMessage(key=key, kind="capture", stream=COAT, data=data, not_before=not_before)


def append_messages(store: EventStore, *outbox: OutboxMessage) -> None:
    """Write a stream whose only change is that these must be carried out."""
    store.append([change(outbox=outbox)])


def due(
    store: EventStore,
    now: datetime = MONDAY,
    limit: int = 100,
    worker: str = "anna",
    lease: timedelta = MINUTE,
) -> tuple[str, ...]:
    """Take due streams for a minute."""
    return store.due(now, limit, worker=worker, lease=lease)


def pending(
    store: EventStore,
    now: datetime = MONDAY,
    limit: int = 100,
    worker: str = "anna",
    lease: timedelta = MINUTE,
) -> tuple[Leased, ...]:
    """Take pending messages for a minute."""
    return store.pending(now, limit, worker=worker, lease=lease)


def keys(taken: Iterable[Leased]) -> list[str]:
    """Name what was taken, in its order."""
    return [leased.message.key for leased in taken]
