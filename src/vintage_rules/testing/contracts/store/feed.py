"""One order of everything, in which a reader that goes on misses nothing."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from threading import Event

import pytest

from vintage_rules.errors import InvalidValueError, VersionConflictError
from vintage_rules.ports.store import EventStore
from vintage_rules.testing.contracts.store.base import (
    COAT,
    HAT,
    HOUR,
    MONDAY,
    StoreFixtures,
    change,
    record,
)
from vintage_rules.testing.contracts.store.crowds import CROWD, PATIENCE, at_once


def followed(store: EventStore, limit: int, enough: int) -> list[tuple[str, int]]:
    """Follow the feed in pages until it has given enough; name each record by stream and version.

    It looks again for as long as writers may take, and not for ever.
    """
    seen: list[tuple[str, int]] = []
    after = 0
    for _ in range(PATIENCE * 500):
        page = store.events(after, limit)
        for event in page:
            assert event.position > after
            after = event.position
            seen.append((event.stream, event.version))
        if len(seen) >= enough:
            break
        if not page:
            Event().wait(0.001)
    return seen


class FeedContract(StoreFixtures):
    """`events`: the records of all streams in one order."""

    def test_an_empty_store_has_none(self, store: EventStore) -> None:
        """However many are wanted, from wherever."""
        assert store.events(0, 10) == store.events(7, 10) == ()

    def test_records_come_in_the_order_they_were_written(self, store: EventStore) -> None:
        """Whatever their streams are called and whatever their moments are."""
        store.append([change(HAT, 0, record("b", MONDAY + HOUR), record("a"))])
        store.append([change(COAT), change(HAT, 2, record("c", MONDAY - HOUR))])
        store.append([change(COAT, 1, record("d", data='{"é": "𝄞"}'))])
        events = store.events(0, 10)
        assert [(event.stream, event.version) for event in events] == [
            (HAT, 1),
            (HAT, 2),
            (COAT, 1),
            (HAT, 3),
            (COAT, 2),
        ]
        for name in (COAT, HAT):
            own = tuple(event.record for event in events if event.stream == name)
            assert own == store.read(name).records

    def test_a_reader_goes_on_from_the_last_position(self, store: EventStore) -> None:
        """In pages, and with what is written later."""
        store.append([change(f"piece/{number}") for number in range(5)])
        first = store.events(0, 2)
        second = store.events(first[-1].position, 2)
        assert (*first, *second) == store.events(0, 4)
        assert first[0].position >= 1
        store.append([change(HAT)])
        rest = store.events(second[-1].position, 10)
        assert [event.stream for event in rest] == ["piece/4", HAT]
        assert store.events(rest[-1].position, 10) == ()

    def test_what_was_refused_is_not_in_it(self, store: EventStore) -> None:
        """Nor does it hold up what comes after."""
        store.append([change(COAT)])
        with pytest.raises(VersionConflictError):
            store.append([change(HAT), change(COAT)])
        store.append([change(COAT, 1)])
        assert [event.version for event in store.events(0, 10)] == [1, 2]

    def test_a_limit_of_0_gives_none(self, store: EventStore) -> None:
        """Below it is an error, as is a position below 0."""
        store.append([change(COAT)])
        assert store.events(0, 0) == ()
        with pytest.raises(InvalidValueError, match="limit"):
            store.events(0, -1)
        with pytest.raises(InvalidValueError, match="after"):
            store.events(-1, 1)

    def test_another_connection_sees_the_same_order(
        self, store: EventStore, other: EventStore
    ) -> None:
        """Whichever wrote."""
        store.append([change(HAT)])
        other.append([change(COAT)])
        store.append([change(HAT, 1)])
        assert store.events(0, 10) == other.events(0, 10)
        assert [event.stream for event in other.events(0, 10)] == [HAT, COAT, HAT]

    def test_a_reader_misses_nothing_while_many_write(
        self, store: EventStore, other: EventStore
    ) -> None:
        """Each record once, and of each stream in its order."""
        if not self.concurrent:
            pytest.skip("says that its stores are not for several threads")
        each = 15

        def write(number: int) -> list[tuple[str, int]]:
            mine = (store, other)[number % 2]
            for version in range(each):
                mine.append(
                    [change(f"piece/{number}", version), change(f"order/{number}", version)]
                )
            return []

        enough = 2 * each * (CROWD - 2)
        jobs: list[Callable[[], list[tuple[str, int]]]] = [
            partial(followed, store, 7, enough),
            partial(followed, other, 1_000, enough),
            *(partial(write, number) for number in range(CROWD - 2)),
        ]
        for seen in at_once(jobs)[:2]:
            assert len(seen) == len(set(seen)) == enough
            for name in {stream for stream, _ in seen}:
                assert [version for stream, version in seen if stream == name] == [
                    *range(1, each + 1)
                ]
