"""An `EventStore` in this process: gone with it, and exact to the letter of the port."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum, auto
from threading import Lock

from attrs import define

from vintage_rules.adapters.memory.agenda import Agenda
from vintage_rules.dates import instant
from vintage_rules.errors import InvalidValueError, VersionConflictError
from vintage_rules.ids import identifier
from vintage_rules.ports.store import (
    Backlog,
    Change,
    DeadLetter,
    DeadLettered,
    Done,
    History,
    Leased,
    ListedRow,
    OutboxMessage,
    Outcome,
    PersonalData,
    Postponed,
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


class _State(Enum):
    """What has become of a message."""

    WAITING = auto()
    LEASED = auto()
    DEAD_LETTERED = auto()
    DONE = auto()


@define
class _Kept:
    """A message and what has become of it; `at` is when it was done or dead-lettered.

    `worker` leased it last.
    """

    message: OutboxMessage
    state: _State = _State.WAITING
    attempt: int = 0
    failures: int = 0
    at: datetime | None = None
    reason: str = ""
    worker: str | None = None


class MemoryStore:
    """An `EventStore` that keeps everything in this process, for any number of its threads.

    >>> from datetime import UTC
    >>> monday = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> listed = Record(name="listed", at=monday, data="{}")
    >>> store = MemoryStore()
    >>> store.append(
    ...     [
    ...         Change(
    ...             stream="piece/coat", expected=0, records=(listed,), deadline=monday
    ...         )
    ...     ]
    ... )
    >>> store.read("piece/coat").version
    1
    >>> store.due(monday, 10, worker="w1", lease=timedelta(minutes=1))
    ('piece/coat',)
    """

    def __init__(self) -> None:
        self._lock = Lock()
        self._records: dict[str, list[Record]] = {}
        self._events: list[StoredEvent] = []
        self._deadlines = Agenda()
        self._outbox: dict[str, _Kept] = {}
        self._waiting = Agenda()
        self._personal: dict[tuple[str, str], PersonalData] = {}
        self._rows: dict[str, dict[str, Row]] = {}
        self._lists: dict[str, list[RowKey]] = {}

    def read(self, stream: str, after: int = 0) -> History:
        """Return a stream as it is."""
        identifier(stream, "stream")
        first = require_position(after)
        with self._lock:
            return self._history(stream, first)

    def read_several(self, after: Mapping[str, int]) -> tuple[History, ...]:
        """Return several streams as they were at one moment."""
        wanted = require_wanted(after)
        with self._lock:
            return tuple(self._history(stream, first) for stream, first in wanted.items())

    def _history(self, stream: str, after: int) -> History:
        records = tuple(self._records.get(stream, ())[after:])
        return History(stream=stream, records=records, after=after)

    def events(self, after: int, limit: int) -> tuple[StoredEvent, ...]:
        """Return records of all streams in one order, those after a position."""
        first, most = require_position(after), require_limit(limit)
        with self._lock:
            return tuple(self._events[first : first + most])

    def append(self, changes: Sequence[Change]) -> None:
        """Write all changes or none."""
        given = require_changes(changes)
        with self._lock:
            for change in given:
                self._require_version(change.stream, change.expected)
            for change in given:
                self._write(change)

    def rows(self, stream: str) -> tuple[Row, ...]:
        """Return the rows of a stream."""
        identifier(stream, "stream")
        with self._lock:
            rows = self._rows.get(stream, {})
            return tuple(rows[name] for name in sorted(rows))

    def page(
        self, name: str, limit: int, *, after: RowKey | None = None, descending: bool = False
    ) -> tuple[ListedRow, ...]:
        """Return rows of a list, those after a place in it."""
        list_name(name)
        most = require_limit(limit)
        with self._lock:
            keys = self._lists.get(name, [])
            if descending:
                end = len(keys) if after is None else bisect_left(keys, after)
                wanted = keys[max(end - most, 0) : end][::-1]
            else:
                begin = 0 if after is None else bisect_right(keys, after)
                wanted = keys[begin : begin + most]
            return tuple(
                ListedRow(key=key, data=self._rows[key.stream][key.name].data) for key in wanted
            )

    def replace_rows(self, rebuilt: Sequence[StreamRows]) -> None:
        """Replace all rows of some streams."""
        given = require_rebuilt(rebuilt)
        with self._lock:
            for each in given:
                self._require_version(each.stream, each.version)
            for each in given:
                self._put_rows(each.stream, each.rows, tuple(self._rows.get(each.stream, ())))

    def due(self, now: datetime, limit: int, *, worker: str, lease: timedelta) -> tuple[str, ...]:
        """Take streams whose deadline has come."""
        until = lease_end(now, limit, worker=worker, lease=lease)
        with self._lock:
            taken = self._deadlines.take(now, limit)
            for stream in taken:
                self._deadlines.put(stream, until)
        return tuple(taken)

    def pending(
        self, now: datetime, limit: int, *, worker: str, lease: timedelta
    ) -> tuple[Leased, ...]:
        """Take messages that may be handled now."""
        until = lease_end(now, limit, worker=worker, lease=lease)
        with self._lock:
            taken = self._waiting.take(now, limit)
            return tuple(self._lease(key, worker, until) for key in taken)

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Record the outcome of a message, and end the lease."""
        with self._lock:
            kept = self._outbox.get(leased.message.key)
            if kept is None:
                key = leased.message.key
                raise InvalidValueError("key", key, "that of a message kept here")
            if isinstance(outcome, Done):
                if kept.state is not _State.DONE:
                    kept.state, kept.at = _State.DONE, outcome.at
                self._waiting.put(leased.message.key, None)
            elif kept.state is _State.LEASED and kept.attempt == leased.attempt:
                self._set_aside(kept, outcome)

    def next_moment(self) -> datetime | None:
        """Return the earliest moment at which something may be there to take."""
        with self._lock:
            moments = (self._deadlines.first(), self._waiting.first())
        return min((moment for moment in moments if moment is not None), default=None)

    def dead_letters(self, limit: int, after: DeadLetter | None = None) -> tuple[DeadLetter, ...]:
        """Return the messages that are dead-lettered, the oldest first."""
        require_limit(limit)
        with self._lock:
            letters = [
                DeadLetter(message=kept.message, at=kept.at, reason=kept.reason)
                for kept in self._outbox.values()
                if kept.state is _State.DEAD_LETTERED and kept.at is not None
            ]
        letters.sort(key=_age)
        begin = 0 if after is None else bisect_right(letters, _age(after), key=_age)
        return tuple(letters[begin : begin + limit])

    def waiting(self, limit: int, after: Waiting | None = None) -> tuple[Waiting, ...]:
        """Return the messages that wait, in the order in which they are taken."""
        require_limit(limit)
        with self._lock:
            moments = self._waiting.moments()
            last = None if after is None else (after.next_at, after.message.key)
            begin = 0 if last is None else bisect_right(moments, last)
            return tuple(self._shown(key, at) for at, key in moments[begin : begin + limit])

    def backlog(self) -> tuple[Backlog, ...]:
        """Return how many messages wait, by kind."""
        with self._lock:
            waiting = [self._outbox[key].message for _, key in self._waiting.moments()]
        counts = Counter(message.kind for message in waiting)
        return tuple(
            Backlog(
                kind=kind,
                messages=counts[kind],
                oldest=min(each.not_before for each in waiting if each.kind == kind),
            )
            for kind in sorted(counts)
        )

    def resume(self, key: str, at: datetime) -> None:
        """Let a dead-lettered message be taken again from a moment on."""
        moment = instant(at)
        with self._lock:
            kept = self._outbox.get(key)
            if kept is None or kept.state is not _State.DEAD_LETTERED:
                raise InvalidValueError("key", key, "that of a dead-lettered message")
            kept.failures = 0
            self._wait(kept, moment)

    def streams(self, prefix: str) -> Iterator[str]:
        """Return the names of all streams that begin so."""
        with self._lock:
            names = sorted(stream for stream in self._records if stream.startswith(prefix))
        return iter(names)

    def personal(self, stream: str) -> tuple[PersonalData, ...]:
        """Return the personal data of a stream."""
        identifier(stream, "stream")
        return tuple(each for each in self._by_name() if each.stream == stream)

    def personal_of(self, person: str) -> tuple[PersonalData, ...]:
        """Return the personal data of a person."""
        identifier(person, "person")
        return tuple(each for each in self._by_name() if each.person == person)

    def personal_before(self, moment: datetime) -> Iterator[PersonalData]:
        """Return the personal data kept since before a moment, the oldest first."""
        end = instant(moment)
        old = (each for each in self._by_name() if each.at < end)
        return iter(sorted(old, key=lambda each: each.at))

    def erase(self, personal: Sequence[PersonalData]) -> int:
        """Erase personal data."""
        with self._lock:
            erased = [self._personal.pop((each.stream, each.name), None) for each in personal]
        return sum(each is not None for each in erased)

    def purge(self, before: datetime, limit: int) -> int:
        """Delete messages that were done before a moment."""
        end = instant(before)
        require_limit(limit)
        with self._lock:
            old = [
                key
                for key, kept in self._outbox.items()
                if kept.state is _State.DONE and kept.at is not None and kept.at < end
            ]
            for key in old[:limit]:
                del self._outbox[key]
        return len(old[:limit])

    def _by_name(self) -> list[PersonalData]:
        with self._lock:
            return [self._personal[key] for key in sorted(self._personal)]

    def _require_version(self, stream: str, expected: int) -> None:
        found = len(self._records.get(stream, ()))
        if found != expected:
            raise VersionConflictError(stream, expected=expected, found=found)

    def _write(self, change: Change) -> None:
        self._records.setdefault(change.stream, []).extend(change.records)
        for version, record in enumerate(change.records, start=change.expected + 1):
            self._events.append(
                StoredEvent(
                    position=len(self._events) + 1,
                    stream=change.stream,
                    version=version,
                    record=record,
                )
            )
        self._deadlines.put(change.stream, change.deadline)
        self._personal.update({(each.stream, each.name): each for each in change.personal})
        self._put_rows(change.stream, change.rows, change.rows_removed)
        for message in change.outbox:
            if message.key not in self._outbox:
                self._outbox[message.key] = _Kept(message)
                self._waiting.put(message.key, message.not_before)

    def _put_rows(self, stream: str, rows: Sequence[Row], removed: Sequence[str]) -> None:
        kept = self._rows.setdefault(stream, {})
        for name in (*removed, *(row.name for row in rows)):
            old = kept.pop(name, None)
            for where, sort in old.lists.items() if old else ():
                keys = self._lists[where]
                del keys[bisect_left(keys, RowKey(sort=sort, stream=stream, name=name))]
        for row in rows:
            kept[row.name] = row
            for where, sort in row.lists.items():
                key = RowKey(sort=sort, stream=stream, name=row.name)
                insort(self._lists.setdefault(where, []), key)

    def _lease(self, key: str, worker: str, until: datetime) -> Leased:
        kept = self._outbox[key]
        if kept.state is _State.LEASED:  # a lease ended without an outcome
            kept.failures += 1
        kept.state = _State.LEASED
        kept.attempt += 1
        kept.worker = worker
        self._waiting.put(key, until)
        return Leased(
            message=kept.message,
            attempt=kept.attempt,
            failures=kept.failures,
            worker=worker,
            until=until,
        )

    def _shown(self, key: str, at: datetime) -> Waiting:
        kept = self._outbox[key]
        return Waiting(
            message=kept.message,
            next_at=at,
            attempts=kept.attempt,
            reason=kept.reason,
            worker=kept.worker if kept.state is _State.LEASED else None,
        )

    def _set_aside(self, kept: _Kept, outcome: Postponed | DeadLettered) -> None:
        kept.reason = outcome.reason
        if isinstance(outcome, Postponed):
            kept.failures = kept.failures + 1 if outcome.failed else 0
            self._wait(kept, outcome.until)
        else:
            kept.state = _State.DEAD_LETTERED
            kept.at = outcome.at
            self._waiting.put(kept.message.key, None)

    def _wait(self, kept: _Kept, until: datetime) -> None:
        kept.state = _State.WAITING
        self._waiting.put(kept.message.key, max(until, kept.message.not_before))


def _age(letter: DeadLetter) -> tuple[datetime, str]:
    return letter.at, letter.message.key
