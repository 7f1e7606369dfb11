"""What is read is what was written, to the last character and microsecond."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from vintage_rules.errors import InvalidValueError
from vintage_rules.ports.store import EventStore, Record
from vintage_rules.testing.contracts.store.base import (
    COAT,
    HAT,
    MINUTE,
    MONDAY,
    StoreFixtures,
    change,
    record,
)

TEXTS = {
    "empty": "",
    "accents": '{"à": "où, là-bas – 200 €"}',
    "decomposed": "e\u0301 is not \u00e9",
    "beyond the first plane": "𝄞 🧥 👩🏽‍🎨",
    "right to left": "معطف ישן",
    "escapes": r'{"a": "\u0000 \\ \" \n %s %(x)s :x ? $1 {}"}',
    "quotes": "'; drop table streams; -- \"",
    "lines": "one\ntwo\r\nthree\t\x1f\x7f",
    "long": '{"text": "' + "ça " * 400_000 + '"}',
}
NAMES = [
    "piece/100%_x",
    "piece/É",
    "piece/é",
    "piece/E\u0301",
    'it\'s "quoted" \\ and; spaced',
    "𝄞/🧥",
    "x" * 200,
    "é" * 200,
]
PREFIXED = ["a%c/1", "a_c/1", "abc/1", "abc/2", "ABC/1", "a*c/1", "a?c/1", "[a]c/1", "a\\c/1", "ab"]


class HistoriesContract(StoreFixtures):
    """Streams as they are read, and their names."""

    def test_a_stream_nobody_wrote_to_is_empty(self, store: EventStore) -> None:
        """It has no record and version 0, and reading it begins nothing."""
        history = store.read(COAT)
        assert (history.stream, history.records, history.version) == (COAT, (), 0)
        assert list(store.streams("")) == []

    def test_records_are_read_in_the_order_they_were_written(self, store: EventStore) -> None:
        """Whatever their moments and names, within one change and over several."""
        first = [record(f"r{9 - number}", MONDAY - number * MINUTE) for number in range(5)]
        second = [record("same"), record("same"), record("a", MONDAY + MINUTE)]
        store.append([change(COAT, 0, *first)])
        store.append([change(COAT, 5, *second)])
        assert store.read(COAT).records == (*first, *second)
        assert store.read(COAT).version == 8

    def test_a_long_history_is_read_whole(self, store: EventStore) -> None:
        """A thousand records in one change, and a thousand after them."""
        records = [record(f"r{number}", data=str(number)) for number in range(2_000)]
        store.append([change(COAT, 0, *records[:1_000])])
        store.append([change(COAT, 1_000, *records[1_000:])])
        assert store.read(COAT).records == tuple(records)

    def test_streams_do_not_mix(self, store: EventStore) -> None:
        """What is written to one is not read from another."""
        store.append([change(COAT, 0, record("coat")), change(HAT, 0, record("hat"))])
        store.append([change(HAT, 1, record("sold"))])
        assert [entry.name for entry in store.read(COAT).records] == ["coat"]
        assert [entry.name for entry in store.read(HAT).records] == ["hat", "sold"]

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_data_is_read_as_it_was_written(self, store: EventStore, text: str) -> None:
        """No character is lost, added, joined or cut."""
        store.append([change(COAT, 0, record(data=text), record(data="{}"))])
        assert [entry.data for entry in store.read(COAT).records] == [text, "{}"]

    @pytest.mark.parametrize(
        "moment",
        [
            datetime(2026, 9, 7, 8, 0, 0, 1, tzinfo=UTC),
            datetime(2026, 9, 7, 8, 0, 0, 999_999, tzinfo=UTC),
            datetime(2026, 10, 25, 2, 30, fold=1, tzinfo=timezone(timedelta(hours=2))),
            datetime(2026, 9, 7, 23, 30, tzinfo=timezone(-timedelta(hours=9, minutes=30))),
            datetime(2026, 9, 7, tzinfo=timezone(timedelta(hours=5, minutes=53, seconds=28))),
            datetime(1, 1, 1, tzinfo=UTC),
            datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
            datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        ],
        ids=str,
    )
    def test_moments_are_read_in_utc_to_the_microsecond(
        self, store: EventStore, moment: datetime
    ) -> None:
        """Whatever offset they were given in."""
        store.append([change(COAT, 0, record(at=moment))])
        (read,) = store.read(COAT).records
        assert read.at == moment
        assert read.at.tzinfo is UTC
        assert read.at.microsecond == moment.microsecond

    def test_streams_whose_names_look_alike_are_apart(self, store: EventStore) -> None:
        """Case, accents, how an accent is written, and any printable character count."""
        store.append([change(name, 0, record(data=name)) for name in NAMES])
        assert [store.read(name).records for name in NAMES] == [
            (Record(name="listed", at=MONDAY, data=name),) for name in NAMES
        ]

    @pytest.mark.parametrize("name", ["", " coat", "a\nb", "a\0b", "\ud800", "x" * 201], ids=ascii)
    def test_what_cannot_name_a_stream_is_refused(self, store: EventStore, name: str) -> None:
        """The same names are refused that cannot be written."""
        with pytest.raises(InvalidValueError, match=r"^stream: must be"):
            store.read(name)


class ListingContract(StoreFixtures):
    """The names of streams, listed."""

    def test_all_streams_are_listed_by_code_point(self, store: EventStore) -> None:
        """Not by the rules of a language, and not by halves of characters."""
        names = ["Z", "a", "b", "À", "à", "ﬀ", "𝄞", "a b", "a-b", "a/b", "a_b", "aB", "10", "9"]
        store.append([change(name) for name in names])
        assert list(store.streams("")) == sorted(names)

    @pytest.mark.parametrize(
        "prefix", ["a", "a%", "a_", "a*", "a?", "a\\", "[", "abc", "abc/1", "ABC", "é", "%", "_"]
    )
    def test_a_prefix_is_taken_literally(self, store: EventStore, prefix: str) -> None:
        """No character of it stands for others, and case counts."""
        store.append([change(name) for name in PREFIXED])
        found = list(store.streams(prefix))
        assert found == sorted(name for name in PREFIXED if name.startswith(prefix))

    @pytest.mark.parametrize("prefix", ["a\0", "\n", "\ud800", "\U0010ffff"], ids=ascii)
    def test_a_prefix_no_name_can_have_finds_nothing(self, store: EventStore, prefix: str) -> None:
        """A query for it is no error."""
        store.append([change("a"), change("b")])
        assert list(store.streams(prefix)) == []

    def test_a_prefix_may_end_in_a_space(self, store: EventStore) -> None:
        """A name may hold one, only not at its end."""
        store.append([change("a b"), change("ab")])
        assert list(store.streams("a ")) == ["a b"]

    def test_many_streams_are_listed_once_each(self, store: EventStore) -> None:
        """More than any page holds, and more than are written at once."""
        names = [f"piece/{number:05}" for number in range(2_500)]
        store.append([change(name) for name in names])
        store.append([change(name, 1) for name in names])
        assert list(store.streams("piece/")) == names
