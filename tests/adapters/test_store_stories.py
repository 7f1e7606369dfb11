"""Conversations with a store: whatever is asked in whatever order, it answers as a few lists do."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from attrs import define, field
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.adapters.sql_stores import empty, looking_in
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.errors import InvalidValueError, VersionConflictError
from vintage_rules.ports.store import (
    Change,
    DeadLetter,
    DeadLettered,
    Done,
    EventStore,
    Leased,
    OutboxMessage,
    Outcome,
    PersonalData,
    Postponed,
    Record,
    Row,
    RowKey,
    StreamRows,
)
from vintage_rules.testing.contracts.store.base import MONDAY

LEASE = timedelta(seconds=5)
STREAMS = ["piece/a", "piece/b", "order/é", "piece/%"]
KEYS = ["a", "B", "é"]
LISTS = ["on-sale", "sold"]
few = st.integers(0, 1)
moments = st.integers(-3, 20).map(lambda seconds: MONDAY + timedelta(seconds=seconds))


@define
class Told:
    """A message, what it waits for, and what was said of it."""

    message: OutboxMessage
    wakes_at: datetime | None
    attempt: int = 0
    leased: bool = False
    done: datetime | None = None
    dead_lettered: DeadLettered | None = None


@define
class Lists:
    """What a store must know, in the plainest way."""

    records: dict[str, list[Record]] = field(factory=dict)
    deadlines: dict[str, datetime] = field(factory=dict)
    told: dict[str, Told] = field(factory=dict)
    personal: dict[tuple[str, str], PersonalData] = field(factory=dict)
    rows: dict[str, dict[str, Row]] = field(factory=dict)
    written: list[tuple[str, int, Record]] = field(factory=list)

    def write(self, changes: list[Change]) -> None:
        """Write changes that fit."""
        for change in changes:
            self.records.setdefault(change.stream, []).extend(change.records)
            self.written += [
                (change.stream, version, record)
                for version, record in enumerate(change.records, start=change.expected + 1)
            ]
            self.deadlines.pop(change.stream, None)
            if change.deadline is not None:
                self.deadlines[change.stream] = change.deadline
            for message in change.outbox:
                new = Told(message, wakes_at=message.not_before)
                self.told.setdefault(message.key, new)
            self.personal |= {(one.stream, one.name): one for one in change.personal}
            rows = self.rows.setdefault(change.stream, {})
            rows |= {row.name: row for row in change.rows}
            for name in change.rows_removed:
                rows.pop(name, None)

    def waiting(self) -> dict[str, datetime]:
        """Give the moment each message waits for."""
        return {key: told.wakes_at for key, told in self.told.items() if told.wakes_at}

    def say(self, leased: Leased, outcome: Outcome) -> None:
        """Note what came of a message."""
        told = self.told[leased.message.key]
        if isinstance(outcome, Done):
            told.done = told.done or outcome.at
            told.dead_lettered, told.wakes_at, told.leased = None, None, False
        elif told.leased and told.attempt == leased.attempt:
            told.leased = False
            if isinstance(outcome, DeadLettered):
                told.dead_lettered, told.wakes_at = outcome, None
            else:
                told.wakes_at = max(outcome.until, told.message.not_before)


def ripe(waiting: dict[str, datetime], now: datetime, limit: int) -> list[str]:
    """Name what waits for no later moment than now, in order."""
    return sorted(
        (name for name, moment in waiting.items() if moment <= now),
        key=lambda name: (waiting[name], name),
    )[:limit]


@st.composite
def outbox(draw: st.DrawFn, stream: str) -> tuple[OutboxMessage, ...]:
    """Draw what is to be carried out for a stream."""
    keys = draw(st.lists(st.sampled_from(KEYS), max_size=2))
    return tuple(
        OutboxMessage(key=key, kind="k", stream=stream, data=key, not_before=draw(moments))
        for key in keys
    )


@st.composite
def personal(draw: st.DrawFn, stream: str) -> tuple[PersonalData, ...]:
    """Draw what is kept of people for a stream."""
    names = draw(st.lists(st.sampled_from(KEYS), max_size=2, unique=True))
    return tuple(
        PersonalData(
            stream=stream,
            name=name,
            person=draw(st.sampled_from(["zoe", "max"])),
            at=draw(moments),
            data=name,
        )
        for name in names
    )


@st.composite
def rows(draw: st.DrawFn) -> tuple[Row, ...]:
    """Draw what is shown of a stream."""
    names = draw(st.lists(st.sampled_from(KEYS), max_size=2, unique=True))
    lists = st.dictionaries(st.sampled_from(LISTS), st.sampled_from(["", "1", "é"]))
    return tuple(Row(name=name, data=name, lists=draw(lists)) for name in names)


class Story(RuleBasedStateMachine):
    """Random verbs, asked of a store and of the lists."""

    def __init__(self, store: EventStore) -> None:
        super().__init__()
        self.store = store
        self.lists = Lists()
        self.leases: list[Leased] = []

    @rule(data=st.data(), wrong=st.integers(0, 9))
    def append(self, data: st.DataObject, wrong: int) -> None:
        """Write to some streams, now and then on top of what is not there."""
        names = data.draw(st.lists(st.sampled_from(STREAMS), min_size=1, max_size=3, unique=True))
        versions = {name: len(self.lists.records.get(name, [])) for name in names}
        changes = [
            Change(
                stream=name,
                expected=versions[name] + (wrong == place),
                records=(Record(name="r", at=data.draw(moments), data=str(versions[name])),),
                deadline=data.draw(st.none() | moments),
                outbox=data.draw(outbox(name)),
                personal=data.draw(personal(name)),
                rows=(shown := data.draw(rows())),
                rows_removed=tuple({*KEYS} - {row.name for row in shown})[: data.draw(few)],
            )
            for place, name in enumerate(names)
        ]
        if wrong < len(names):
            with pytest.raises(VersionConflictError) as caught:
                self.store.append(changes)
            assert caught.value.stream == names[wrong]
        else:
            self.store.append(changes)
            self.lists.write(changes)

    @rule(now=moments, limit=st.integers(0, 3))
    def due(self, now: datetime, limit: int) -> None:
        """Take due streams."""
        expected = ripe(self.lists.deadlines, now, limit)
        assert [*self.store.due(now, limit, worker="w", lease=LEASE)] == expected
        self.lists.deadlines |= dict.fromkeys(expected, now + LEASE)

    @rule(now=moments, limit=st.integers(0, 3))
    def pending(self, now: datetime, limit: int) -> None:
        """Take pending messages."""
        expected = ripe(self.lists.waiting(), now, limit)
        taken = self.store.pending(now, limit, worker="w", lease=LEASE)
        for key in expected:
            told = self.lists.told[key]
            told.attempt, told.leased, told.wakes_at = told.attempt + 1, True, now + LEASE
        assert [(one.message, one.attempt, one.until) for one in taken] == [
            (told.message, told.attempt, told.wakes_at)
            for told in (self.lists.told[key] for key in expected)
        ]
        self.leases += taken

    @precondition(lambda self: self.leases)
    @rule(data=st.data(), moment=moments, outcome=st.sampled_from(["done", "later", "never"]))
    def settle(self, data: st.DataObject, moment: datetime, outcome: str) -> None:
        """Say what came of something that was taken once, again and again."""
        leased = data.draw(st.sampled_from(self.leases))
        said: Outcome
        match outcome:
            case "done":
                said = Done(at=moment)
            case "later":
                said = Postponed(until=moment, reason="busy")
            case _:
                said = DeadLettered(at=moment, reason="no")
        self.store.settle(leased, said)
        self.lists.say(leased, said)

    @rule(key=st.sampled_from(KEYS), at=moments)
    def resume(self, key: str, at: datetime) -> None:
        """Resume what may be dead-lettered."""
        told = self.lists.told.get(key)
        if told is None or told.dead_lettered is None:
            with pytest.raises(InvalidValueError):
                self.store.resume(key, at)
        else:
            self.store.resume(key, at)
            told.dead_lettered, told.wakes_at = None, max(at, told.message.not_before)

    @rule(stream=st.sampled_from(STREAMS), names=st.lists(st.sampled_from(KEYS), unique=True))
    def erase(self, stream: str, names: list[str]) -> None:
        """Erase what may be kept under some names."""
        kept = [
            PersonalData(stream=stream, name=name, person="zoe", at=MONDAY, data="")
            for name in names
        ]
        gone = [self.lists.personal.pop((stream, name), None) for name in names]
        assert self.store.erase(kept) == len([one for one in gone if one])

    @precondition(lambda self: self.lists.records)
    @rule(data=st.data(), wrong=st.integers(0, 4))
    def replace_rows(self, data: st.DataObject, wrong: int) -> None:
        """Replace what is shown of a stream, now and then by what was computed too early."""
        stream = data.draw(st.sampled_from(sorted(self.lists.records)))
        version = len(self.lists.records[stream])
        shown = data.draw(rows())
        if wrong or version == 1:
            self.store.replace_rows([StreamRows(stream=stream, version=version, rows=shown)])
            self.lists.rows[stream] = {row.name: row for row in shown}
        else:
            with pytest.raises(VersionConflictError):
                self.store.replace_rows([StreamRows(stream=stream, version=1, rows=shown)])

    @invariant()
    def shows_the_same(self) -> None:
        """Of a stream, and in every list from both ends."""
        for stream in STREAMS:
            kept = self.lists.rows.get(stream, {})
            assert [*self.store.rows(stream)] == [kept[name] for name in sorted(kept)]
        for name in LISTS:
            keys = sorted(
                RowKey(sort=row.lists[name], stream=stream, name=row.name)
                for stream, kept in self.lists.rows.items()
                for row in kept.values()
                if name in row.lists
            )
            assert [each.key for each in self.store.page(name, 1_000)] == keys
            after = keys[len(keys) // 2] if keys else None
            upwards = self.store.page(name, 2, after=after, descending=True)
            before = [key for key in keys if after and key < after]
            assert [each.key for each in upwards] == before[::-1][:2]

    @rule(before=moments)
    def purge(self, before: datetime) -> None:
        """Delete what was done before a moment."""
        told = self.lists.told
        gone = [key for key, one in told.items() if one.done and one.done < before]
        assert self.store.purge(before, 10) == len(gone)
        for key in gone:
            del told[key]
        self.leases = [one for one in self.leases if one.message.key not in gone]

    @invariant()
    def keeps_the_same_of_people(self) -> None:
        """However it is looked for."""
        kept = [self.lists.personal[name] for name in sorted(self.lists.personal)]
        for stream in STREAMS:
            assert [*self.store.personal(stream)] == [one for one in kept if one.stream == stream]
        assert [*self.store.personal_of("zoe")] == [one for one in kept if one.person == "zoe"]
        old = sorted((one for one in kept if one.at < MONDAY), key=lambda one: one.at)
        assert [*self.store.personal_before(MONDAY)] == old

    @invariant()
    def knows_the_same(self) -> None:
        """What can be looked at without taking it is the same."""
        assert [*self.store.streams("")] == sorted(self.lists.records)
        for name in STREAMS:
            assert [*self.store.read(name).records] == self.lists.records.get(name, [])
        events = self.store.events(0, 1_000)
        assert [(one.stream, one.version, one.record) for one in events] == self.lists.written
        moments = [*self.lists.deadlines.values(), *self.lists.waiting().values()]
        assert self.store.next_moment() == min(moments, default=None)
        assert [(each.next_at, each.message.key) for each in self.store.waiting(1_000)] == sorted(
            (at, key) for key, at in self.lists.waiting().items()
        )
        assert sum(each.messages for each in self.store.backlog()) == len(self.lists.waiting())
        letters = [told for told in self.lists.told.values() if told.dead_lettered]
        assert [*self.store.dead_letters(10)] == sorted(
            (
                DeadLetter(message=told.message, at=told.dead_lettered.at, reason="no")
                for told in letters
                if told.dead_lettered
            ),
            key=lambda one: (one.at, one.message.key),
        )


def check(empty_store: Callable[[], EventStore], share: int) -> None:
    """Tell stories, as many of a hundred as the profile tells examples; one at least."""
    told = settings().max_examples * share // 100
    some = settings(max_examples=max(told, 1), stateful_step_count=30)

    class OfOneStore(Story):
        def __init__(self) -> None:
            super().__init__(empty_store())

    run_state_machine_as_test(OfOneStore, settings=some)


def check_sql(url: str) -> None:
    """Tell stories to one database, emptied before each."""
    with SqlStore.open(url) as store, looking_in(url) as engine:

        def empty_store() -> SqlStore:
            empty(engine)
            return store

        check(empty_store, share=10)


class TestStories:
    """Every store answers as the lists do."""

    def test_in_memory(self) -> None:
        """`MemoryStore`."""
        check(MemoryStore, share=100)

    def test_on_sqlite(self, tmp_path: Path) -> None:
        """`SqlStore` on a file."""
        check_sql(f"sqlite:///{tmp_path / 'shop.db'}")

    def test_on_postgresql(self, postgresql_server: str) -> None:
        """`SqlStore` on a server."""
        check_sql(postgresql_server)
