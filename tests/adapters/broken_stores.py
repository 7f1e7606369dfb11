"""Stores that each keep the port but for one thing, held to the contract.

Not collected with the other tests: `test_broken_stores.py` runs them and expects each to fail.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import nullcontext, suppress
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from threading import Event

import pytest
from attrs import evolve

from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.errors import InvalidValueError, VersionConflictError
from vintage_rules.ports.store import (
    Backlog,
    Change,
    DeadLetter,
    DeadLettered,
    EventStore,
    History,
    Leased,
    ListedRow,
    Outcome,
    PersonalData,
    Postponed,
    Record,
    Row,
    RowKey,
    StoredEvent,
    StreamRows,
    Waiting,
    require_changes,
)
from vintage_rules.testing.contracts.store import EventStoreContract


class ForgetsVersions(MemoryStore):
    """Writes whatever is expected."""

    def _require_version(self, stream: str, expected: int) -> None:
        pass


class AllowsGaps(MemoryStore):
    """Webhooks records it does not expect, and not those that are missing."""

    def _require_version(self, stream: str, expected: int) -> None:
        if len(self._records.get(stream, ())) > expected:
            super()._require_version(stream, expected)


class WritesHalf(MemoryStore):
    """Writes the first stream before it looks at the second."""

    def append(self, changes: Sequence[Change]) -> None:
        """Write one change after the other."""
        for change in require_changes(changes):
            super().append([change])


class NamesTheWrongConflict(MemoryStore):
    """Looks at streams in the order of their names."""

    def append(self, changes: Sequence[Change]) -> None:
        """Write changes in another order."""
        super().append(sorted(changes, key=lambda change: change.stream))


class SwallowsErrors(MemoryStore):
    """Says nothing when it does not write."""

    def append(self, changes: Sequence[Change]) -> None:
        """Write, or do not."""
        with suppress(VersionConflictError):
            super().append(changes)


class Reorders(MemoryStore):
    """Reads records in the order of their moments."""

    def read(self, stream: str, after: int = 0) -> History:
        """Give the records of a stream, sorted."""
        read = super().read(stream, after)
        return evolve(read, records=tuple(sorted(read.records, key=lambda record: record.at)))


class ReadsAll(MemoryStore):
    """Reads all records of a stream, however many of them are known."""

    def read(self, stream: str, after: int = 0) -> History:
        """Give all of a stream."""
        return evolve(super().read(stream), after=after)


class MixesStreams(MemoryStore):
    """Gives several streams in the order of their names, whatever order they were wanted in."""

    def read_several(self, after: Mapping[str, int]) -> tuple[History, ...]:
        """Give them, sorted."""
        return super().read_several(dict(sorted(after.items())))


class Rewrites(MemoryStore):
    """Changes each record a little on its way in."""

    def _write(self, change: Change) -> None:
        super()._write(evolve(change, records=tuple(self._keep(one) for one in change.records)))

    def _keep(self, record: Record) -> Record:
        return record


class LosesMicroseconds(Rewrites):
    """Keeps moments to the millisecond."""

    def _keep(self, record: Record) -> Record:
        return evolve(
            record, at=record.at.replace(microsecond=record.at.microsecond // 1000 * 1000)
        )


class LosesTheZone(Rewrites):
    """Keeps moments without their offset and takes them for local ones afterwards."""

    def _keep(self, record: Record) -> Record:
        with suppress(OverflowError):
            return evolve(record, at=record.at - timedelta(hours=2))
        return record


class ComposesAccents(Rewrites):
    """Keeps text in one normal form."""

    def _keep(self, record: Record) -> Record:
        return evolve(record, data=unicodedata.normalize("NFC", record.data))


class CutsLongData(Rewrites):
    """Keeps no more than a column of 64 KiB holds."""

    def _keep(self, record: Record) -> Record:
        return evolve(record, data=record.data[: 1 << 16])


class FoldsCase(MemoryStore):
    """Takes names that differ in case for the same."""

    def read(self, stream: str, after: int = 0) -> History:
        """Give a stream, whatever the case of its name."""
        return evolve(super().read(stream.lower(), after), stream=stream)

    def append(self, changes: Sequence[Change]) -> None:
        """Write changes, whatever the case of their names."""
        super().append([evolve(change, stream=change.stream.lower()) for change in changes])


class LeaksWildcards(MemoryStore):
    """Takes characters of a prefix for patterns."""

    def streams(self, prefix: str) -> Iterator[str]:
        """Give the names that match."""
        pattern = prefix.replace("%", "*").replace("_", "?") + "*"
        return (name for name in super().streams("") if fnmatchcase(name, pattern))


class ListsAPage(MemoryStore):
    """Lists the first thousand streams and forgets the rest."""

    def streams(self, prefix: str) -> Iterator[str]:
        """Give some names."""
        return iter([*super().streams(prefix)][:1_000])


class FeedsByMoment(MemoryStore):
    """Gives the records of all streams in the order of their moments."""

    def events(self, after: int, limit: int) -> tuple[StoredEvent, ...]:
        """Give records."""
        return tuple(sorted(super().events(after, limit), key=lambda event: event.record.at))


class FeedsAgain(MemoryStore):
    """Gives the last record that a reader has seen once more."""

    def events(self, after: int, limit: int) -> tuple[StoredEvent, ...]:
        """Give records."""
        return super().events(max(after - 1, 0) if after >= 0 else after, limit)


class DrawsPositionsEarly(MemoryStore):
    """Gives a record its position before others can see it, and lets others be first."""

    def events(self, after: int, limit: int) -> tuple[StoredEvent, ...]:
        """Give records; now and then without one that was written before the last."""
        events = super().events(after, limit)
        return (*events[:-2], *events[-1:])


class ForgetsDeadlines(MemoryStore):
    """Keeps the first deadline of a stream."""

    def _write(self, change: Change) -> None:
        known = change.stream in self._records
        kept = self._deadlines._moments.get(change.stream)  # noqa: SLF001 - it breaks what it is made of
        super()._write(evolve(change, deadline=kept) if known else change)


class KeepsOldDeadlines(MemoryStore):
    """Takes no deadline for no change of it."""

    def _write(self, change: Change) -> None:
        kept = self._deadlines._moments.get(change.stream)  # noqa: SLF001 - the same
        super()._write(evolve(change, deadline=change.deadline or kept))


class KeepsLeases(MemoryStore):
    """Lets a lease outlive a new deadline."""

    def __init__(self) -> None:
        super().__init__()
        self._leased: dict[str, datetime] = {}

    def due(self, now: datetime, limit: int, *, worker: str, lease: timedelta) -> tuple[str, ...]:
        """Take streams, and remember until when."""
        taken = super().due(now, limit, worker=worker, lease=lease)
        self._leased |= dict.fromkeys(taken, now + lease)
        return taken

    def _write(self, change: Change) -> None:
        leased = self._leased.get(change.stream)
        deadline = change.deadline
        super()._write(evolve(change, deadline=leased if leased and deadline else deadline))


class GivesTwice(MemoryStore):
    """Gives a leased message to whoever asks next."""

    def pending(
        self, now: datetime, limit: int, *, worker: str, lease: timedelta
    ) -> tuple[Leased, ...]:
        """Take messages, and put them back at once."""
        taken = super().pending(now, limit, worker=worker, lease=lease)
        for leased in taken:
            self._waiting.put(leased.message.key, now)
        return taken


class GivesDueTwice(MemoryStore):
    """Gives a leased stream to whoever asks next."""

    def due(self, now: datetime, limit: int, *, worker: str, lease: timedelta) -> tuple[str, ...]:
        """Take streams, and put them back at once."""
        taken = super().due(now, limit, worker=worker, lease=lease)
        for stream in taken:
            self._deadlines.put(stream, now)
        return taken


class NeverTakesOver(MemoryStore):
    """Keeps what a dead worker had for ever."""

    def pending(
        self, now: datetime, limit: int, *, worker: str, lease: timedelta
    ) -> tuple[Leased, ...]:
        """Take messages for good."""
        taken = super().pending(now, limit, worker=worker, lease=lease)
        for leased in taken:
            self._waiting.put(leased.message.key, None)
        return taken


class CountsNoDeadWorker(MemoryStore):
    """Thinks nothing of a lease that ended without an outcome."""

    def _lease(self, key: str, worker: str, until: datetime) -> Leased:
        kept = self._outbox[key]
        before = kept.failures
        leased = super()._lease(key, worker, until)
        kept.failures = before
        return evolve(leased, failures=before)


class NeverForgives(MemoryStore):
    """Counts on after a person has resumed a message."""

    def resume(self, key: str, at: datetime) -> None:
        """Resume it with its failures."""
        kept = self._outbox.get(key)
        before = kept.failures if kept else 0
        super().resume(key, at)
        self._outbox[key].failures = before


class LetsStaleWorkersSettle(MemoryStore):
    """Believes whoever had a message once."""

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Say what came of it, whoever says it."""
        kept = self._outbox.get(leased.message.key)
        super().settle(evolve(leased, attempt=kept.attempt if kept else 0), outcome)


class ForgetsLateDone(MemoryStore):
    """Ignores that a stale worker has carried it out."""

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Say what came of it, while the lease lasts."""
        kept = self._outbox.get(leased.message.key)
        if kept is None or kept.attempt == leased.attempt:
            super().settle(leased, outcome)


class RevivesDone(MemoryStore):
    """Carries out again what was done, when it is written again."""

    def _write(self, change: Change) -> None:
        for message in change.outbox:
            kept = self._outbox.get(message.key)
            if kept and kept.state.name == "DONE":
                del self._outbox[message.key]
        super()._write(change)


class RepeatsMessages(MemoryStore):
    """Writes a message again whose key is known."""

    def _write(self, change: Change) -> None:
        for message in change.outbox:
            self._outbox.pop(message.key, None)
        super()._write(change)


class PostponesTooSoon(MemoryStore):
    """Tries again before the moment that was written."""

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Say what came of it."""
        super().settle(leased, outcome)
        if isinstance(outcome, Postponed):
            self._waiting.put(leased.message.key, outcome.until)


class GivesTooMany(MemoryStore):
    """Takes no webhook of a limit."""

    def pending(
        self, now: datetime, limit: int, *, worker: str, lease: timedelta
    ) -> tuple[Leased, ...]:
        """Take everything."""
        return super().pending(now, limit and 1_000, worker=worker, lease=lease)


class SortsByName(MemoryStore):
    """Gives what is due in the order of names."""

    def due(self, now: datetime, limit: int, *, worker: str, lease: timedelta) -> tuple[str, ...]:
        """Take streams."""
        return tuple(sorted(super().due(now, limit, worker=worker, lease=lease)))


class SleepsThroughLeases(MemoryStore):
    """Knows of no moment while everything is leased."""

    def next_moment(self) -> datetime | None:
        """Give the earliest moment of what is not leased."""
        moment = super().next_moment()
        return None if moment and moment.second == 0 and moment.minute == 1 else moment


class TellsNaiveMoments(MemoryStore):
    """Gives moments as the database has them."""

    def next_moment(self) -> datetime | None:
        """Give a moment without an offset."""
        moment = super().next_moment()
        return moment and moment.replace(tzinfo=None)


class LosesReasons(MemoryStore):
    """Forgets why a message was dead-lettered."""

    def dead_letters(self, limit: int, after: DeadLetter | None = None) -> tuple[DeadLetter, ...]:
        """Give what is dead-lettered."""
        return tuple(
            evolve(letter, reason=letter.reason[:255])
            for letter in super().dead_letters(limit, after)
        )


class ShowsDueOnly(MemoryStore):
    """Shows no message that was postponed."""

    def waiting(self, limit: int, after: Waiting | None = None) -> tuple[Waiting, ...]:
        """Give what waits for the first time."""
        return tuple(each for each in super().waiting(limit, after) if not each.reason)


class ShowsFormerWorkers(MemoryStore):
    """Shows who had a message last, as if they had it still."""

    def waiting(self, limit: int, after: Waiting | None = None) -> tuple[Waiting, ...]:
        """Give what waits."""
        shown = super().waiting(limit, after)
        return tuple(evolve(each, worker=self._outbox[each.message.key].worker) for each in shown)


class StartsOver(MemoryStore):
    """Begins at the first message that waits, whichever was seen last."""

    def waiting(self, limit: int, after: Waiting | None = None) -> tuple[Waiting, ...]:  # noqa: ARG002
        """Give what waits."""
        return super().waiting(limit)


class CountsPostponements(MemoryStore):
    """Takes a message for as old as its last attempt."""

    def backlog(self) -> tuple[Backlog, ...]:
        """Count what waits."""
        moments = {each.message.kind: each.next_at for each in reversed(self.waiting(1_000))}
        return tuple(evolve(each, oldest=moments[each.kind]) for each in super().backlog())


class ResumesAnything(MemoryStore):
    """Says nothing when there is nothing to resume."""

    def resume(self, key: str, at: datetime) -> None:
        """Resume, or do not."""
        with suppress(InvalidValueError):
            super().resume(key, at)


class ForgetsNothing(MemoryStore):
    """Says that it erased what it still keeps."""

    def erase(self, personal: Sequence[PersonalData]) -> int:
        """Count what would be erased."""
        return sum((each.stream, each.name) in self._personal for each in personal)


class ErasesPeople(MemoryStore):
    """Erases all that is kept of a person along with one thing."""

    def erase(self, personal: Sequence[PersonalData]) -> int:
        """Erase more than what is named."""
        return super().erase([kept for each in personal for kept in self.personal_of(each.person)])


class KeepsTheFirst(MemoryStore):
    """Keeps personal data as they were first written."""

    def _write(self, change: Change) -> None:
        known = {each.name for each in self._by_name_of(change.stream)}
        new = tuple(each for each in change.personal if each.name not in known)
        super()._write(evolve(change, personal=new))

    def _by_name_of(self, stream: str) -> list[PersonalData]:
        return [kept for (where, _), kept in self._personal.items() if where == stream]


class PurgesDeadLetters(MemoryStore):
    """Deletes what a person must still see to."""

    def purge(self, before: datetime, limit: int) -> int:
        """Delete whatever is settled."""
        for kept in self._outbox.values():
            if kept.state.name == "DEAD_LETTERED":
                kept.state = type(kept.state)["DONE"]
        return super().purge(before, limit)


class KeepsOldPlaces(MemoryStore):
    """Leaves a row that is written again where it was, too."""

    def _put_rows(self, stream: str, rows: Sequence[Row], removed: Sequence[str]) -> None:
        known = self._rows.get(stream, {})
        rows = [
            evolve(row, lists={**(known[row.name].lists if row.name in known else {}), **row.lists})
            for row in rows
        ]
        super()._put_rows(stream, rows, removed)


class RemovesNoRows(MemoryStore):
    """Shows for ever what was shown once."""

    def _put_rows(self, stream: str, rows: Sequence[Row], removed: Sequence[str]) -> None:  # noqa: ARG002 - that is the fault
        super()._put_rows(stream, rows, ())


class ShowsWhatWasRefused(MemoryStore):
    """Writes the rows of a change before it looks at the versions."""

    def append(self, changes: Sequence[Change]) -> None:
        """Write rows, then the rest."""
        for change in require_changes(changes):
            self._put_rows(change.stream, change.rows, change.rows_removed)
        super().append(changes)


class SortsAsPeopleDo(MemoryStore):
    """Sorts lists without regard to case."""

    def page(
        self, name: str, limit: int, *, after: RowKey | None = None, descending: bool = False
    ) -> tuple[ListedRow, ...]:
        """Give rows in the order of a dictionary."""
        page = super().page(name, limit, after=after, descending=descending)
        return tuple(sorted(page, key=lambda each: each.key.sort.casefold(), reverse=descending))


class PagesBySort(MemoryStore):
    """Goes on after all rows that are sorted like the last one."""

    def page(
        self, name: str, limit: int, *, after: RowKey | None = None, descending: bool = False
    ) -> tuple[ListedRow, ...]:
        """Give rows with another sort than that of the place."""
        whole = super().page(name, 1_000_000, after=after, descending=descending)
        return tuple(each for each in whole if not after or each.key.sort != after.sort)[:limit]


class RebuildsBlindly(MemoryStore):
    """Replaces rows by those of a stream that was shorter."""

    def replace_rows(self, rebuilt: Sequence[StreamRows]) -> None:
        """Replace rows, whatever the versions."""
        versions = {each.stream: self.read(each.stream).version or 1 for each in rebuilt}
        super().replace_rows([evolve(each, version=versions[each.stream]) for each in rebuilt])


class AddsRebuiltRows(MemoryStore):
    """Keeps the rows that were there along with those that are rebuilt."""

    def replace_rows(self, rebuilt: Sequence[StreamRows]) -> None:
        """Add rows."""
        super().replace_rows(
            [evolve(each, rows=(*each.rows, *self._others(each))) for each in rebuilt]
        )

    def _others(self, given: StreamRows) -> list[Row]:
        names = {row.name for row in given.rows}
        return [row for row in self.rows(given.stream) if row.name not in names]


class AcceptsStrangers(MemoryStore):
    """Says nothing when it is told about what it does not keep."""

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Say what came of it."""
        with suppress(InvalidValueError):
            super().settle(leased, outcome)


class ForgetsDeadLettering(MemoryStore):
    """Tries for ever."""

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """Say what came of it."""
        if isinstance(outcome, DeadLettered):
            outcome = Postponed(until=outcome.at, reason=outcome.reason)
        super().settle(leased, outcome)


class Races(MemoryStore):
    """Lets others in between looking and writing."""

    def append(self, changes: Sequence[Change]) -> None:
        """Write changes without a lock."""
        locked, self._lock = self._lock, nullcontext()  # type: ignore[assignment]  # that is the fault
        try:
            super().append(changes)
        finally:
            self._lock = locked

    def _require_version(self, stream: str, expected: int) -> None:
        super()._require_version(stream, expected)
        Event().wait(0.001)


SOUND: type[MemoryStore] = MemoryStore
BROKEN: list[type[MemoryStore]] = [
    kind
    for kind in list(globals().values())
    if isinstance(kind, type) and issubclass(kind, MemoryStore) and kind not in {SOUND, Rewrites}
]


class OneOf(EventStoreContract):
    """The contract over one of the stores."""

    durable = False
    kind: type[MemoryStore]

    @pytest.fixture
    def store(self) -> EventStore:
        """Make one."""
        return self.kind()


class Forgetful(EventStoreContract):
    """The contract over a store that claims to be durable and is not."""

    @pytest.fixture
    def store(self) -> EventStore:
        """Make one."""
        return MemoryStore()

    @pytest.fixture
    def other(self) -> EventStore:
        """Make one that knows nothing of the first."""
        return MemoryStore()


for _kind in [SOUND, *BROKEN]:
    _name = f"Test{_kind.__name__}"
    globals()[_name] = type(_name, (OneOf,), {"kind": _kind, "__doc__": _kind.__doc__})
TestForgetful = Forgetful
