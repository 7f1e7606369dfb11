"""One unit of work: streams as they were read, what happens to them, all of it in one append."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from attrs import define, field

from vintage_rules.errors import VersionConflictError
from vintage_rules.marketplace.effects.effects import Effect
from vintage_rules.marketplace.storage.codec import encode_effect, stable_name
from vintage_rules.marketplace.storage.streams import E, S, StreamType
from vintage_rules.ports.store import Change, EventStore, OutboxMessage, Record

T = TypeVar("T")

# A stream on which so many others win in a row is one that nobody should be told about by a loop.
_ATTEMPTS = 50


@define
class Stream(Generic[S, E]):
    """A stream as it was read, and what has been decided about it since."""

    kind: StreamType[S, E]
    stream: str
    version: int
    state: S | None
    at: datetime | None
    history: list[E]
    records: list[Record] = field(factory=list[Record])
    instructions: list[OutboxMessage] = field(factory=list[OutboxMessage])

    def happen(self, events: Iterable[E], asked_by: str) -> S:
        """Let events happen, with what follows from them."""
        for event in events:
            self.state = self.kind.evolve(self.state, event)
            self._follow(event)
            self.records.append(self.kind.codec.encode(event, event.at, asked_by))
            self.history.append(event)
        if self.state is None:
            raise VersionConflictError(self.stream, expected=self.version, found=0)
        return self.state

    def _follow(self, event: E) -> None:
        if self.state is None:
            return
        position = self.version + len(self.records)
        for number, (delay, work) in enumerate(self.kind.follow(self.state, event)):
            key = f"{self.stream}#{position}.{number}"
            self.instructions.append(instruction(key, self.stream, work, event.at + delay))

    def change(self) -> Change:
        """Give what is to be written."""
        return Change(
            stream=self.stream,
            expected=self.version,
            records=tuple(self.records),
            deadline=None if self.state is None else self.kind.deadline(self.state),
            instructions=tuple(self.instructions),
        )


def instruction(key: str, stream: str, work: Effect, not_before: datetime) -> OutboxMessage:
    """Give an instruction as a store keeps it."""
    return OutboxMessage(
        key=key,
        kind=stable_name(type(work)),
        stream=stream,
        data=encode_effect(work),
        not_before=not_before,
    )


class UnitOfWork:
    """What one command reads and writes."""

    def __init__(self, store: EventStore, now: datetime, asked_by: str) -> None:
        self._store = store
        self._loaded: dict[str, Stream[Any, Any]] = {}
        self.asked_by = asked_by
        self.now = now

    def load(self, kind: StreamType[S, E], name: str) -> Stream[S, E]:
        """Read a stream, once. Time never runs backwards for what is in it."""
        stream = kind.stream(name)
        known = self._loaded.get(stream)
        if known is not None:
            return known
        history = self._store.read(stream)
        state: S | None = None
        events: list[E] = []
        for record in history.records:
            event = kind.codec.decode(record).event
            state = kind.evolve(state, event)
            events.append(event)
        at = max((record.at for record in history.records), default=None)
        loaded = Stream(kind, stream, history.version, state, at, events)
        self._loaded[stream] = loaded
        self.now = self.now if at is None else max(self.now, at)
        return loaded

    def happen(self, loaded: Stream[S, E], events: Iterable[E]) -> S:
        """Let events happen to a stream."""
        return loaded.happen(events, self.asked_by)

    def commit(self) -> None:
        """Write everything or nothing. Raises `VersionConflictError`."""
        changes = [loaded.change() for loaded in self._loaded.values() if loaded.records]
        if changes:
            self._store.append(changes)


def decide_and_commit(
    store: EventStore,
    now: Callable[[], datetime],
    asked_by: str,
    act: Callable[[UnitOfWork], T],
) -> T:
    """Do one unit of work; where somebody else was first, do it again on what they left.

    Raises what `act` raises, and `VersionConflictError` when others are first without end.
    """
    for _ in range(_ATTEMPTS - 1):
        session = UnitOfWork(store, now(), asked_by)
        result = act(session)
        try:
            session.commit()
        except VersionConflictError:
            continue
        return result
    session = UnitOfWork(store, now(), asked_by)
    result = act(session)
    session.commit()
    return result


def backoff(attempt: int) -> timedelta:
    """Give how long to wait after so many attempts: a minute, then twice as long each time, at most
    an hour.

    >>> [backoff(attempt).seconds for attempt in (1, 2, 3, 20)]
    [60, 120, 240, 3600]
    """
    return min(timedelta(minutes=2 ** min(attempt - 1, 6)), timedelta(hours=1))
