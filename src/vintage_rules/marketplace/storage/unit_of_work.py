"""The unit of work: a command reads streams, decides, and appends everything or nothing.

**One append.** What a command reads is kept in its `UnitOfWork`; the events it records are applied
to the state at once, so that a later step of the same command sees them. Nothing is written before
`commit`, which appends the changes of all streams in one transaction, with the effects of their
events and the cases for review that they open. A crash before it leaves no trace, a crash after it
loses nothing.

**Optimistic concurrency.** No stream is locked. Each change names the version its stream was read
at; where another command has appended meanwhile, the store writes nothing and raises
`VersionConflictError`. `decide_and_commit` then throws the unit of work away and runs the whole
command again on what the other left. So a command must not touch the outside: it may run several
times. What the outside must do is recorded as effects, which a worker handles later.

Of a command that writes, only the streams it writes to are checked. What it merely reads may be
stale by the time it commits: a decision that depends on another stream must write to that stream
too. A command that writes nothing is checked as one that writes: an answer or an error that comes
of several streams, one read before and one after another command, is thrown away and decided again.

**Keys.** The key of an effect is made of its place: `order/o1#4.0` is the first effect of the
fourth event of that stream. Since a stream's fourth event is written once, its effects have one key
each for ever, however often the command was tried.

**Replay.** A state is made of all the events of its stream. A shop reads the same streams again and
again, so it keeps what those it read last have led to (`Replays`), reads what came since, and
replays that. The last record that it knows is read again with it: where the store has another in
its place, as after a backup was put back, all of the stream is. Nothing of this is stored, so that
no state outlives the code that has made it.

**Time.** `UnitOfWork.now` is the moment of the command. Hosts and workers have clocks that differ;
the events of a stream must not run backwards for that, so `now` is never before the latest event of
a stream that was read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any, Generic, TypeVar

from attrs import define, field, frozen

from vintage_rules.errors import OutsideError, VersionConflictError, VintageRulesError
from vintage_rules.marketplace.effects.effects import Delayed, Effect
from vintage_rules.marketplace.storage.case_stream import CaseOpened
from vintage_rules.marketplace.storage.codec import encode_effect, stable_name
from vintage_rules.marketplace.storage.personal import kept
from vintage_rules.marketplace.storage.streams import CASES, E, S, StreamType
from vintage_rules.ports.store import (
    Change,
    EventStore,
    History,
    OutboxMessage,
    PersonalData,
    Record,
    Row,
)

T = TypeVar("T")

# So many streams are kept replayed; where there are more, all are forgotten.
_REPLAYED = 1_000

# A command that loses this often in a row is not retried any more: its caller gets the conflict.
_ATTEMPTS = 50


@frozen
class Replayed:
    """The first events of a stream, what they have led to, and the last record of them."""

    events: tuple[Any, ...] = ()
    at: datetime | None = None
    state: Any = None
    last: Record | None = None

    @property
    def before_last(self) -> int:
        """The number of records before the last one."""
        return max(len(self.events) - 1, 0)

    def begins(self, history: History) -> bool:
        """Return whether a stream, read from the last record on, has that record there."""
        return self.last is None or history.records[:1] == (self.last,)


class Replays:
    """What the streams that were read last have led to."""

    def __init__(self) -> None:
        self._kept: dict[str, Replayed] = {}

    def of(self, stream: str) -> Replayed:
        """Return what is known of a stream, or nothing."""
        return self._kept.get(stream, Replayed())

    def keep(self, stream: str, replayed: Replayed) -> None:
        """Keep what a stream has led to for the next that reads it."""
        if len(self._kept) >= _REPLAYED:
            self._kept.clear()
        self._kept[stream] = replayed


@define
class Stream(Generic[S, E]):
    """A stream as it was read, and what a command has recorded on it since."""

    type: StreamType[S, E]
    name: str
    version: int
    state: S | None
    at: datetime | None
    history: list[E]
    records: list[Record] = field(factory=list[Record])
    outbox: list[OutboxMessage] = field(factory=list[OutboxMessage])
    cases: list[CaseOpened] = field(factory=list[CaseOpened])
    personal: list[PersonalData] = field(factory=list[PersonalData])
    read: S | None = None

    def record(self, events: Iterable[E], actor: str) -> S:
        """Record events, with their effects and cases, and give the state they lead to."""
        for event in events:
            state = self.type.evolve(self.state, event)
            place = f"{self.name}#{self.version + len(self.records)}"
            self._add_effects(state, event, place)
            self.cases.extend(self.type.review(state, event, place))
            self.state = state
            self.records.append(self.type.codec.encode(event, event.at, actor))
            self.history.append(event)
        if self.state is None:
            raise VersionConflictError(self.name, expected=self.version, found=0)
        return self.state

    def _add_effects(self, state: S, event: E, place: str) -> None:
        for number, reaction in enumerate(self.type.react(state, event)):
            key = f"{place}.{number}"
            if isinstance(reaction, Delayed):
                message = outbox_message(key, self.name, reaction.effect, event.at + reaction.by)
            else:
                message = outbox_message(key, self.name, reaction, event.at)
            self.outbox.append(message)

    def rows(self) -> tuple[Row, ...]:
        """Return the rows that pages show of it now."""
        return () if self.state is None else tuple(self.type.rows(self.state, self.history))

    def _rows_read(self) -> dict[str, Row]:
        if self.read is None:
            return {}
        rows = self.type.rows(self.read, self.history[: self.version])
        return {row.name: row for row in rows}

    def change(self) -> Change:
        """Return what is to be written: of the rows, those that are not as they were read."""
        before, now = self._rows_read(), self.rows()
        return Change(
            stream=self.name,
            expected=self.version,
            records=tuple(self.records),
            deadline=None if self.state is None else self.type.deadline(self.state),
            outbox=tuple(self.outbox),
            personal=tuple(self.personal),
            rows=tuple(row for row in now if before.get(row.name) != row),
            rows_removed=tuple(before.keys() - {row.name for row in now}),
        )


def outbox_message(key: str, stream: str, effect: Effect, not_before: datetime) -> OutboxMessage:
    """Return an effect as a store keeps it."""
    return OutboxMessage(
        key=key,
        kind=stable_name(type(effect)),
        stream=stream,
        data=encode_effect(effect),
        not_before=not_before,
    )


class UnitOfWork:
    """What one command reads and writes, on behalf of an actor."""

    def __init__(
        self, store: EventStore, now: datetime, actor: str, replays: Replays | None = None
    ) -> None:
        self._store = store
        self._replays = replays or Replays()
        self._streams: dict[str, Stream[Any, Any]] = {}
        self._moments = 0
        self.actor = actor
        self.now = now

    def load(self, stream_type: StreamType[S, E], name: str) -> Stream[S, E]:
        """Read a stream, once."""
        stream_name = stream_type.stream_name(name)
        loaded = self._streams.get(stream_name)
        if loaded is not None:
            return loaded
        history = self._store.read(stream_name, self._replays.of(stream_name).before_last)
        self._moments += 1
        return self._loaded(stream_type, history)

    def load_together(self, *wanted: tuple[StreamType[Any, Any], str]) -> None:
        """Read several streams as they were at one moment, each once.

        A command that knows which streams it will load saves a call of the store for each, and one
        that writes nothing the calls that check that none has grown between them.
        """
        types = {stream_type.stream_name(name): stream_type for stream_type, name in wanted}
        after = {
            stream: self._replays.of(stream).before_last
            for stream in types.keys() - self._streams.keys()
        }
        if after:
            self._moments += 1
            for history in self._store.read_several(after):
                self._loaded(types[history.stream], history)

    def _loaded(self, stream_type: StreamType[S, E], history: History) -> Stream[S, E]:
        """Return the stream of what was read of it."""
        known: Replayed = self._replayed(stream_type, history)
        state: S | None = known.state
        events: list[E] = [*known.events]
        name = history.stream
        stream = Stream(stream_type, name, len(events), state, known.at, events, read=state)
        self._streams[name] = stream
        self.now = self.now if known.at is None else max(self.now, known.at)
        return stream

    def _replayed(self, stream_type: StreamType[S, E], history: History) -> Replayed:
        """Replay what a stream has gained since it was replayed last."""
        stream = history.stream
        known: Replayed = self._replays.of(stream)
        if not known.begins(history):
            known, history = Replayed(), self._store.read(stream)
            self._moments += 1
        gained = history.records[len(known.events) - history.after :]
        if not gained:
            return known
        state: S | None = known.state
        events: list[E] = []
        for record in gained:
            event = stream_type.codec.decode(record).event
            state = stream_type.evolve(state, event)
            events.append(event)
        at = max(record.at for record in gained)
        replayed = Replayed(
            events=(*known.events, *events),
            at=at if known.at is None else max(at, known.at),
            state=state,
            last=gained[-1],
        )
        self._replays.keep(stream, replayed)
        return replayed

    def begin(self, stream_type: StreamType[S, E], name: str) -> Stream[S, E]:
        """Return a stream that nothing was recorded on yet, without reading it.

        If that is wrong, the append is refused as one that another writer was first to.
        """
        stream_name = stream_type.stream_name(name)
        known = self._streams.get(stream_name)
        if known is not None:
            return known
        stream = Stream(stream_type, stream_name, 0, None, None, list[E]())
        self._streams[stream_name] = stream
        self._moments += 1
        return stream

    def record(self, stream: Stream[S, E], events: Iterable[E]) -> S:
        """Record events on a stream, and give the state they lead to."""
        return stream.record(events, self.actor)

    def keep(self, stream: Stream[S, E], name: str, person: str, fields: Mapping[str, str]) -> None:
        """Keep what identifies a person with the events that are recorded on a stream."""
        stream.personal.append(kept(stream.name, name, person, fields, self.now))

    def rows(self, stream: str) -> tuple[Row, ...]:
        """Return the rows that pages show of a stream that was read."""
        return self._streams[stream].rows()

    def commit(self) -> None:
        """Append everything or nothing; where there is nothing, check what was read.

        Raises:
            VersionConflictError: If another writer was first.
        """
        self._open_cases()
        changes = [stream.change() for stream in self._streams.values() if stream.records]
        if changes:
            self._store.append(changes)
        else:
            self.require_unchanged()

    def _open_cases(self) -> None:
        """Record the cases that events open, each on a stream that none has written to."""
        for opened in [case for stream in self._streams.values() for case in stream.cases]:
            self.begin(CASES, opened.case).record([opened], self.actor)

    def require_unchanged(self) -> None:
        """Check that the streams were read as they were at one moment.

        A single one always is, and so are those that were read together: a store never reads in
        the middle of an append.

        Raises:
            VersionConflictError: If one of several has grown since it was read.
        """
        if self._moments <= 1:
            return
        known = {stream.name: stream.version for stream in self._streams.values()}
        after = {stream: max(version - 1, 0) for stream, version in known.items()}
        for history in self._store.read_several(after):
            expected, found = known[history.stream], history.version
            if found != expected:
                raise VersionConflictError(history.stream, expected=expected, found=found)


def decide_and_commit(
    store: EventStore,
    now: Callable[[], datetime],
    actor: str,
    command: Callable[[UnitOfWork], T],
    replays: Replays | None = None,
) -> T:
    """Run a command as one unit of work; after a conflict, run it again on what the others left.

    Raises what `command` raises, and `VersionConflictError` when others are first without end.
    """
    for _ in range(_ATTEMPTS - 1):
        with suppress(VersionConflictError):
            return _run(UnitOfWork(store, now(), actor, replays), command)
    return _run(UnitOfWork(store, now(), actor, replays), command)


def _run(work: UnitOfWork, command: Callable[[UnitOfWork], T]) -> T:
    try:
        result = command(work)
    except OutsideError:
        raise
    except VintageRulesError:
        work.require_unchanged()
        raise
    work.commit()
    return result
