"""Rows of pages are written with the records they come from, and read by lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from vintage_rules.errors import InvalidValueError, VersionConflictError
from vintage_rules.ports.store import (
    Change,
    EventStore,
    ListedRow,
    Row,
    RowKey,
    StreamRows,
)
from vintage_rules.testing.contracts.store.base import (
    COAT,
    HAT,
    StoreFixtures,
    change,
    record,
)
from vintage_rules.testing.contracts.store.histories import TEXTS

SALE = "on-sale"


def row(name: str = "piece", data: str = "{}", lists: Mapping[str, str] | None = None) -> Row:
    """Make a row."""
    return Row(name=name, data=data, lists={} if lists is None else lists)


def showing(stream: str, expected: int, *rows: Row, removed: Sequence[str] = ()) -> Change:
    """Make a change of one record that writes rows."""
    return Change(
        stream=stream,
        expected=expected,
        records=(record(),),
        deadline=None,
        rows=rows,
        rows_removed=tuple(removed),
    )


def rebuilt(stream: str, version: int, *rows: Row) -> StreamRows:
    """Make all rows of a stream."""
    return StreamRows(stream=stream, version=version, rows=rows)


def listed(store: EventStore, name: str = SALE) -> list[tuple[str, str, str]]:
    """Name what is in a list: by its sort, stream and name."""
    return [(each.key.sort, each.key.stream, each.key.name) for each in store.page(name, 1_000)]


class RowsContract(StoreFixtures):
    """Rows: those of a stream, written in the same append."""

    def test_rows_are_read_as_they_were_written(self, store: EventStore) -> None:
        """In the order of their names, with the lists they are in; they are no records."""
        piece = row("piece", '{"price":"90.00 EUR"}', {SALE: "9000", "of-ada": ""})
        offer, alert = row("offer/1"), row("Alert", "{}", {"of-zoe": "1"})
        store.append([showing(COAT, 0, piece, offer, alert), showing(HAT, 0, row("piece"))])
        assert store.rows(COAT) == (alert, offer, piece)
        assert store.rows(HAT) == (row("piece"),)
        assert store.rows("piece/none") == ()
        assert store.read(COAT).records == (record(),)

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_no_character_of_a_row_is_lost(self, store: EventStore, text: str) -> None:
        """Nor added, joined or cut."""
        store.append([showing(COAT, 0, row(data=text, lists={SALE: ""}))])
        assert store.rows(COAT) == (row(data=text, lists={SALE: ""}),)
        assert [each.data for each in store.page(SALE, 10)] == [text]

    def test_a_row_that_is_written_again_is_replaced(self, store: EventStore) -> None:
        """With its places in lists; the others are as they were."""
        other = row("offer/1", lists={SALE: "5", "offers": "5"})
        store.append([showing(COAT, 0, row(lists={SALE: "1", "new": "1", "gone": "1"}), other)])
        again = row(data="[]", lists={SALE: "7", "new": "1", "sold": "1"})
        store.append([showing(COAT, 1, again)])
        assert store.rows(COAT) == (other, again)
        assert listed(store) == [("5", COAT, "offer/1"), ("7", COAT, "piece")]
        assert listed(store, "gone") == []
        assert listed(store, "sold") == [("1", COAT, "piece")]
        assert [each.data for each in store.page("new", 10)] == ["[]"]

    def test_a_change_without_rows_leaves_them(self, store: EventStore) -> None:
        """What is not named is not touched."""
        kept = row(lists={SALE: "1"})
        store.append([showing(COAT, 0, kept)])
        store.append([change(COAT, 1)])
        assert store.rows(COAT) == (kept,)

    def test_a_row_that_is_removed_is_gone(self, store: EventStore) -> None:
        """From every list; what is not there is passed over, and one may come again."""
        piece, offer = row(lists={SALE: "1"}), row("offer/1", lists={SALE: "2", "offers": "1"})
        store.append([showing(COAT, 0, piece, offer), showing(HAT, 0, offer)])
        store.append([showing(COAT, 1, removed=["offer/1", "offer/2"])])
        assert store.rows(COAT) == (piece,)
        assert listed(store) == [("1", COAT, "piece"), ("2", HAT, "offer/1")]
        assert listed(store, "offers") == [("1", HAT, "offer/1")]
        store.append([showing(COAT, 2, offer)])
        assert store.rows(COAT) == (offer, piece)

    def test_a_conflict_writes_no_row(self, store: EventStore) -> None:
        """Neither of the stream that conflicts nor of the others, and removes none."""
        kept = row(lists={SALE: "1"})
        store.append([showing(COAT, 0, kept)])
        for changes in (
            [showing(HAT, 0, row(lists={SALE: "2"})), showing(COAT, 0, row(data="[]"))],
            [showing(COAT, 1, removed=["piece"]), showing(HAT, 1)],
        ):
            with pytest.raises(VersionConflictError):
                store.append(changes)
        assert (store.rows(HAT), store.rows(COAT)) == ((), (kept,))
        assert listed(store) == [("1", COAT, "piece")]

    def test_rows_that_cannot_be_named_are_refused(self, store: EventStore) -> None:
        """As it is for streams."""
        with pytest.raises(InvalidValueError, match=r"^stream: must be"):
            store.rows("")
        with pytest.raises(InvalidValueError, match=r"^list: must be"):
            store.page("a\nb", 1)
        with pytest.raises(InvalidValueError, match=r"^limit: must be"):
            store.page("a", -1)


class PagesContract(StoreFixtures):
    """`page`: a list from any place in it, in either direction."""

    def test_an_empty_list_has_no_page(self, store: EventStore) -> None:
        """Nor has one that no row was ever in."""
        assert store.page(SALE, 10) == store.page(SALE, 10, descending=True) == ()

    def test_rows_are_in_the_order_of_their_sorts(self, store: EventStore) -> None:
        """By code point, whatever the database's language; sorted alike, by stream and name."""
        sorts = ["", " ", "-1", "10", "9", "Z", "a", "z", "é", "\uffff", "𝄞"]
        for number, sort in enumerate(reversed(sorts)):
            store.append([showing(f"piece/{number}", 0, row(lists={SALE: sort}))])
        store.append([showing(COAT, 0, row("b", lists={SALE: "9"}), row("B", lists={SALE: "9"}))])
        found = [each.key for each in store.page(SALE, 100)]
        assert found == sorted(found)
        assert [key.sort for key in found if key.name == "piece"] == sorts
        nines = [(key.stream, key.name) for key in found if key.sort == "9"]
        assert nines == [("piece/6", "piece"), (COAT, "B"), (COAT, "b")]
        assert [each.key for each in store.page(SALE, 100, descending=True)] == found[::-1]

    @pytest.mark.parametrize("descending", [False, True])
    def test_pages_follow_on_one_another(self, store: EventStore, *, descending: bool) -> None:
        """Each row once, however many are sorted alike."""
        changes = [
            showing(f"piece/{number}", 0, row(data=str(number), lists={SALE: str(number % 3)}))
            for number in range(10)
        ]
        store.append(changes)
        whole = store.page(SALE, 100, descending=descending)
        found: list[ListedRow] = []
        while page := store.page(
            SALE, 3, after=found[-1].key if found else None, descending=descending
        ):
            found += page
        assert tuple(found) == whole
        assert {each.data for each in whole} == {str(number) for number in range(10)}

    def test_a_place_need_not_be_taken(self, store: EventStore) -> None:
        """What was there may have moved on since; a reader goes on from where it was."""
        store.append([showing(COAT, 0, row(lists={SALE: "1"})), showing(HAT, 0)])
        between = RowKey(sort="2", stream=COAT, name="piece")
        store.append([showing(HAT, 1, row(lists={SALE: "3"}))])
        assert [each.key.sort for each in store.page(SALE, 9, after=between)] == ["3"]
        upwards = store.page(SALE, 9, after=between, descending=True)
        assert [each.key.sort for each in upwards] == ["1"]

    def test_lists_alike_are_others(self, store: EventStore) -> None:
        """Whatever the case of their names, and whatever characters mean elsewhere."""
        store.append([showing(COAT, 0, row(lists={"a%": "1", "A_": "2"}))])
        assert [listed(store, name) for name in ("ab", "A%", "a_", "a")] == [[]] * 4
        assert listed(store, "a%") == [("1", COAT, "piece")]

    def test_a_page_of_0_is_empty(self, store: EventStore) -> None:
        """As for everything that has one."""
        store.append([showing(COAT, 0, row(lists={SALE: "1"}))])
        assert store.page(SALE, 0) == store.page(SALE, 0, descending=True) == ()


class RebuildingContract(StoreFixtures):
    """`replace_rows`: all rows of a stream, computed again."""

    def test_they_replace_all_that_were_there(self, store: EventStore) -> None:
        """Those of other streams are as they were, and so is everything else of the stream."""
        old = row("old", lists={SALE: "1"})
        store.append([showing(COAT, 0, old, row()), showing(HAT, 0, old)])
        new = [row("new", lists={SALE: "2"}), row(data="[]")]
        before = store.read(COAT)
        store.replace_rows([rebuilt(COAT, 1, *new)])
        assert store.rows(COAT) == (new[0], new[1])
        assert listed(store) == [("1", HAT, "old"), ("2", COAT, "new")]
        assert store.read(COAT) == before
        store.replace_rows([rebuilt(COAT, 1), rebuilt(HAT, 1, row())])
        assert (store.rows(COAT), store.rows(HAT), listed(store)) == ((), (row(),), [])

    def test_a_stream_goes_on_as_it_was(self, store: EventStore) -> None:
        """It is appended to under its version, and its deadline has not moved."""
        store.append([change(COAT, deadline=None)])
        store.replace_rows([rebuilt(COAT, 1, row(lists={SALE: "1"}))])
        assert store.next_moment() is None
        store.append([showing(COAT, 1, removed=["piece"])])
        assert (store.read(COAT).version, listed(store)) == (2, [])

    @pytest.mark.parametrize("version", [1, 3])
    def test_a_stream_that_has_grown_is_a_conflict(self, store: EventStore, version: int) -> None:
        """And no other is replaced either."""
        store.append([showing(COAT, 0, row()), showing(HAT, 0, row())])
        store.append([change(COAT, 1)])
        with pytest.raises(VersionConflictError) as caught:
            store.replace_rows([rebuilt(HAT, 1), rebuilt(COAT, version)])
        assert (caught.value.stream, caught.value.expected, caught.value.found) == (
            COAT,
            version,
            2,
        )
        assert (store.rows(COAT), store.rows(HAT)) == ((row(),), (row(),))

    def test_a_stream_that_is_not_there_is_a_conflict(self, store: EventStore) -> None:
        """It is not begun."""
        with pytest.raises(VersionConflictError):
            store.replace_rows([rebuilt(COAT, 1, row())])
        assert (list(store.streams("")), store.rows(COAT)) == ([], ())

    def test_nothing_to_replace_changes_nothing(self, store: EventStore) -> None:
        """A stream named twice is refused."""
        store.replace_rows([])
        with pytest.raises(InvalidValueError, match=r"^rebuilt: must be of streams named once"):
            store.replace_rows([rebuilt(COAT, 1), rebuilt(COAT, 1)])

    def test_rows_are_shared(self, store: EventStore, other: EventStore) -> None:
        """What one has written or replaced the other finds so."""
        store.append([showing(COAT, 0, row(lists={SALE: "1"}))])
        assert other.rows(COAT) == store.rows(COAT)
        other.replace_rows([rebuilt(COAT, 1, row(lists={SALE: "2"}))])
        assert listed(store) == listed(other) == [("2", COAT, "piece")]
