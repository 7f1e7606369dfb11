"""A change is written as a whole, on top of what its writer has read, or not at all."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from vintage_rules.errors import InvalidValueError, VersionConflictError
from vintage_rules.ports.store import Change, EventStore
from vintage_rules.testing.contracts.store.base import (
    COAT,
    HAT,
    HOUR,
    MINUTE,
    MONDAY,
    StoreFixtures,
    change,
    due,
    keys,
    outbox_message,
    pending,
    record,
)

SCARF = "piece/scarf"


def refused(store: EventStore, *changes: Change) -> tuple[str, int, int]:
    """Append what must conflict, and give the stream, what was expected and what was found."""
    with pytest.raises(VersionConflictError) as caught:
        store.append(changes)
    return caught.value.stream, caught.value.expected, caught.value.found


class AppendingContract(StoreFixtures):
    """`append`: all or nothing, on top of what was read."""

    @pytest.fixture
    def priced(self, store: EventStore) -> EventStore:
        """Write two records of a coat."""
        store.append([change(COAT, 0, record("listed"), record("priced"), deadline=MONDAY)])
        return store

    def test_several_streams_are_written_at_once(self, priced: EventStore) -> None:
        """Each with its own records, deadline and messages."""
        capture, ship = outbox_message("capture"), outbox_message("ship")
        priced.append(
            [
                change(HAT, 0, deadline=MONDAY, outbox=[ship]),
                change(COAT, 2, record("sold"), deadline=None),
                change("order/1", 0, record("a"), record("b"), outbox=[capture]),
            ]
        )
        assert [priced.read(name).version for name in (COAT, HAT, "order/1")] == [3, 1, 2]
        assert due(priced) == (HAT,)
        assert keys(pending(priced)) == ["capture", "ship"]

    @pytest.mark.parametrize("after", [0, 1, 2, 200])
    def test_a_stream_is_read_without_its_first_records(
        self, priced: EventStore, after: int
    ) -> None:
        """Those after so many; none where there are no more."""
        read = priced.read(COAT, after)
        assert read.records == priced.read(COAT).records[after:]
        assert (read.after, read.version) == (after, max(after, 2))

    def test_a_number_below_zero_is_refused(self, priced: EventStore) -> None:
        """There is nothing before the first record."""
        with pytest.raises(InvalidValueError, match=r"^after: must be a position, 0 or more"):
            priced.read(COAT, -1)

    def test_several_streams_are_read_as_each_alone(self, priced: EventStore) -> None:
        """In the order in which they were named, each without its own first records."""
        wanted = {"order/1": 0, HAT: 3, COAT: 1, 'of "two" words, é': 0}
        alone = tuple(priced.read(name, after) for name, after in wanted.items())
        assert priced.read_several(wanted) == alone
        assert [each.version for each in alone] == [0, 3, 2, 0]
        assert priced.read_several({}) == ()

    def test_several_streams_with_a_wrong_one_are_refused(self, priced: EventStore) -> None:
        """By its name or its number, as one alone is."""
        with pytest.raises(InvalidValueError, match=r"^stream: must be"):
            priced.read_several({COAT: 0, "": 0})
        with pytest.raises(InvalidValueError, match=r"^after: must be a position, 0 or more"):
            priced.read_several({COAT: 0, HAT: -1})

    @pytest.mark.parametrize("expected", [0, 1, 3, 200])
    def test_another_number_of_records_is_a_conflict(
        self, priced: EventStore, expected: int
    ) -> None:
        """Fewer or more than there are: the error says what was expected and what was found."""
        before = priced.read(COAT)
        assert refused(priced, change(COAT, expected, record("sold"))) == (COAT, expected, 2)
        assert priced.read(COAT) == before

    def test_a_stream_that_is_not_there_holds_no_record(self, store: EventStore) -> None:
        """To expect one is a conflict, and begins no stream."""
        assert refused(store, change(COAT, 1)) == (COAT, 1, 0)
        assert list(store.streams("")) == []
        store.append([change(COAT, 0)])
        assert store.read(COAT).version == 1

    @pytest.mark.parametrize(
        ("first", "second"),
        [
            (change(HAT, 0), change(COAT, 1)),
            (change(COAT, 2), change(HAT, 1)),
            (change(COAT, 2), change(SCARF, 0)),
            (change(HAT, 0), change(SCARF, 0)),
            (change(HAT, 0), change(SCARF, 2)),
        ],
        ids=["begun-behind", "grown-missing", "grown-there", "begun-there", "begun-ahead"],
    )
    def test_a_conflict_in_the_second_stream_writes_nothing(
        self, priced: EventStore, first: Change, second: Change
    ) -> None:
        """No record, deadline, message or stream of the first, nor of the second."""
        priced.append([change(SCARF, 0, deadline=MONDAY + HOUR)])
        early = MONDAY - HOUR
        changes = [
            change(first.stream, first.expected, deadline=early, outbox=[outbox_message("a")]),
            change(second.stream, second.expected, deadline=early, outbox=[outbox_message("b")]),
        ]
        assert refused(priced, *changes)[0] == second.stream
        assert [priced.read(name).version for name in (COAT, HAT, SCARF)] == [2, 0, 1]
        assert list(priced.streams("")) == [COAT, SCARF]
        assert pending(priced) == ()
        assert due(priced, MONDAY - MINUTE) == ()
        assert due(priced, MONDAY + HOUR) == (COAT, SCARF)

    @pytest.mark.parametrize("streams", [(HAT, COAT, SCARF), (SCARF, HAT, COAT)])
    def test_the_first_of_several_conflicts_is_named(
        self, priced: EventStore, streams: Sequence[str]
    ) -> None:
        """First in the order of the changes, not of the names."""
        assert refused(priced, *(change(name, 7) for name in streams))[0] == streams[0]

    def test_after_a_conflict_the_store_goes_on(self, priced: EventStore) -> None:
        """A writer that reads again may write."""
        refused(priced, change(COAT, 0))
        priced.append([change(COAT, priced.read(COAT).version, record("sold"))])
        assert [entry.name for entry in priced.read(COAT).records] == ["listed", "priced", "sold"]

    def test_writing_the_same_again_is_a_conflict(self, store: EventStore) -> None:
        """A writer that got no answer learns so that it was written, and nothing is there twice."""
        same = change(COAT, 0, record("listed"), outbox=[outbox_message("a")])
        store.append([same])
        assert refused(store, same) == (COAT, 0, 1)
        assert store.read(COAT).version == 1
        assert keys(pending(store)) == ["a"]

    def test_a_stream_named_twice_is_refused(self, priced: EventStore) -> None:
        """Even where the versions would follow on one another; nothing is written."""
        with pytest.raises(InvalidValueError, match=r"^changes: must be of streams named once"):
            priced.append([change(HAT), change(COAT, 2), change(COAT, 3)])
        assert (priced.read(COAT).version, priced.read(HAT).version) == (2, 0)

    def test_nothing_to_write_is_refused(self, store: EventStore) -> None:
        """It can only be a mistake."""
        with pytest.raises(InvalidValueError, match=r"^changes: must be one change or more"):
            store.append([])
