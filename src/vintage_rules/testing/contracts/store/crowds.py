"""Many at once: every append wins or loses as a whole, and no two are given the same lease."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest

from vintage_rules.errors import VersionConflictError
from vintage_rules.ports.store import Change, Done, EventStore, Record
from vintage_rules.testing.contracts.store.base import (
    COAT,
    HAT,
    HOUR,
    MONDAY,
    StoreFixtures,
    append_messages,
    change,
    due,
    outbox_message,
    pending,
    record,
)

T = TypeVar("T")

CROWD = 8
PATIENCE = 60  # seconds after which a crowd counts as hung


def at_once(jobs: Sequence[Callable[[], T]]) -> list[T]:
    """Start all jobs at the same moment, each in its own thread, and give what they answer."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], T]) -> T:
        start.wait(PATIENCE)
        return job()

    with ThreadPoolExecutor(len(jobs)) as pool:
        running = [pool.submit(run, job) for job in jobs]
        return [job.result(PATIENCE) for job in running]


def wins(store: EventStore, changes: Iterable[Change]) -> bool:
    """Append, and return whether it was written."""
    try:
        store.append([*changes])
    except VersionConflictError:
        return False
    return True


def until_nothing(take: Callable[[], Sequence[T]], most: int) -> list[T]:
    """Take again and again, until there is nothing left; never more than there is."""
    taken: list[T] = []
    while more := take():
        taken += more
        assert len(taken) <= most
    return taken


class CrowdsContract(StoreFixtures):
    """Threads over one store and a second connection to it."""

    @pytest.fixture
    def crowd(self, store: EventStore, other: EventStore) -> list[EventStore]:
        """Return each of a crowd its connection, half of them the same one."""
        if not self.concurrent:
            pytest.skip("says that its stores are not for several threads")
        return [store, other] * (CROWD // 2)

    @pytest.mark.parametrize("version", [0, 1])
    def test_of_many_that_append_the_same_one_wins(
        self, crowd: list[EventStore], store: EventStore, version: int
    ) -> None:
        """Whether the stream is begun or goes on; all others learn that they lost."""
        if version:
            store.append([change(COAT)])

        def sell(buyer: int) -> Callable[[], bool]:
            sold = change(COAT, version, record("sold", data=str(buyer)))
            order = change(f"order/{buyer}", outbox=[outbox_message(f"capture/{buyer}")])
            return lambda: wins(crowd[buyer], [order, sold])

        won = at_once([sell(buyer) for buyer in range(CROWD)])
        assert won.count(True) == 1
        winner = won.index(True)
        assert [entry.data for entry in store.read(COAT).records[version:]] == [str(winner)]
        assert list(store.streams("order/")) == [f"order/{winner}"]
        assert [leased.message.key for leased in pending(store)] == [f"capture/{winner}"]

    def test_crossed_appends_neither_hang_nor_mix(
        self, crowd: list[EventStore], store: EventStore
    ) -> None:
        """Half name the coat first, half the hat: each writes to both or to neither."""

        def cross(number: int) -> Callable[[], int]:
            names = (COAT, HAT) if number % 2 else (HAT, COAT)

            def write() -> int:
                versions = {name: crowd[number].read(name).version for name in (COAT, HAT)}
                return wins(crowd[number], [change(name, versions[name]) for name in names])

            return lambda: sum(write() for _ in range(10))

        written = sum(at_once([cross(number) for number in range(CROWD)]))
        assert written >= 1
        assert store.read(COAT).version == store.read(HAT).version == written

    def test_whoever_reads_again_gets_everything_in(
        self, crowd: list[EventStore], store: EventStore
    ) -> None:
        """Every record is there once, in an order that everybody sees."""

        def insist(number: int) -> Callable[[], None]:
            mine = crowd[number]

            def tries(entry: Record) -> Iterator[bool]:
                for _ in range(PATIENCE * 100):
                    yield wins(mine, [change(COAT, mine.read(COAT).version, entry)])

            def write() -> None:
                for turn in range(5):
                    assert any(tries(record(data=f"{number}/{turn}")))

            return write

        at_once([insist(number) for number in range(CROWD)])
        written = [entry.data for entry in store.read(COAT).records]
        assert sorted(written) == [f"{n}/{turn}" for n in range(CROWD) for turn in range(5)]
        for number in range(CROWD):
            own = [data for data in written if data.startswith(f"{number}/")]
            assert own == sorted(own)

    def test_due_streams_are_shared_out(self, crowd: list[EventStore], store: EventStore) -> None:
        """Each is given to one, and none is left."""
        names = [f"piece/{number:03}" for number in range(300)]
        store.append([change(name, deadline=MONDAY) for name in names])

        def take(mine: EventStore) -> list[str]:
            return until_nothing(lambda: due(mine, limit=7, lease=HOUR), len(names))

        shares = at_once([partial(take, mine) for mine in crowd])
        assert Counter(name for share in shares for name in share) == Counter(names)

    def test_messages_are_shared_out(self, crowd: list[EventStore], store: EventStore) -> None:
        """Each is carried out by one, while others take theirs; none is left or dead-lettered."""
        names = [f"mail/{number:03}" for number in range(150)]
        append_messages(store, *(outbox_message(key) for key in names))

        def carry_out(mine: EventStore) -> list[str]:
            def some() -> list[str]:
                taken = pending(mine, limit=5, lease=HOUR)
                for leased in taken:
                    mine.settle(leased, Done(at=MONDAY))
                return [leased.message.key for leased in taken]

            return until_nothing(some, len(names))

        shares = at_once([partial(carry_out, mine) for mine in crowd])
        assert Counter(key for share in shares for key in share) == Counter(names)
        assert store.next_moment() is None

    def test_a_key_many_write_at_once_is_kept_once(
        self, crowd: list[EventStore], store: EventStore
    ) -> None:
        """Each with its own stream, which all are written."""

        def write(number: int) -> Callable[[], bool]:
            both = [outbox_message(key) for key in (("a", "b") if number % 2 else ("b", "a"))]
            return lambda: wins(crowd[number], [change(f"piece/{number}", outbox=both)])

        assert at_once([write(number) for number in range(CROWD)]) == [True] * CROWD
        assert [leased.message.key for leased in pending(store)] == ["a", "b"]

    def test_a_reader_sees_whole_appends(self, crowd: list[EventStore], store: EventStore) -> None:
        """Never some records of a change without the rest."""
        several = 20

        def write() -> set[int]:
            entries = [record(data=str(number)) for number in range(several)]
            for turn in range(10):
                crowd[0].append([change(COAT, turn * several, *entries)])
            return set()

        def watch(mine: EventStore) -> set[int]:
            return {mine.read(COAT).version % several for _ in range(20)}

        jobs: list[Callable[[], set[int]]] = [write, *(partial(watch, mine) for mine in crowd[1:4])]
        seen = at_once(jobs)
        assert set().union(*seen) == {0}
        assert store.read(COAT).version == 10 * several

    def test_streams_read_together_are_of_one_moment(
        self, crowd: list[EventStore], store: EventStore
    ) -> None:
        """Of an append to several streams, all is read or nothing."""
        turns = 30

        def write() -> set[bool]:
            for turn in range(turns):
                crowd[0].append([change(COAT, turn), change(HAT, turn)])
            return set()

        def watch(mine: EventStore) -> set[bool]:
            reads = (mine.read_several({COAT: 0, HAT: 0}) for _ in range(turns))
            return {coat.version == hat.version for coat, hat in reads}

        jobs: list[Callable[[], set[bool]]] = [
            write,
            *(partial(watch, mine) for mine in crowd[1:4]),
        ]
        assert set().union(*at_once(jobs)) == {True}
        assert store.read(HAT).version == turns
