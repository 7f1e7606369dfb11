"""Personal data are kept apart from the records, found, and erased for good."""

from __future__ import annotations

from datetime import datetime

import pytest

from vintage_rules.errors import InvalidValueError, VersionConflictError
from vintage_rules.ports.store import (
    Change,
    DeadLettered,
    Done,
    EventStore,
    PersonalData,
    Postponed,
)
from vintage_rules.testing.contracts.store.base import (
    COAT,
    HAT,
    HOUR,
    MINUTE,
    MONDAY,
    TICK,
    StoreFixtures,
    append_messages,
    change,
    keys,
    outbox_message,
    pending,
    record,
)
from vintage_rules.testing.contracts.store.histories import TEXTS


def personal(
    stream: str = COAT,
    name: str = "address",
    person: str = "zoe",
    at: datetime = MONDAY,
    data: str = '{"city":"Bordeaux"}',
) -> PersonalData:
    """Make personal data."""
    return PersonalData(stream=stream, name=name, person=person, at=at, data=data)


def keeping(stream: str, expected: int, *kept: PersonalData) -> Change:
    """Make a change of one record that keeps personal data."""
    return Change(
        stream=stream, expected=expected, records=(record(),), deadline=None, personal=kept
    )


class PersonalDataContract(StoreFixtures):
    """What identifies people: written with the records that need it, and erased without them."""

    def test_they_are_kept_with_the_records(self, store: EventStore) -> None:
        """Those of a stream by their names, and they are no records."""
        address, phone = personal(name="address"), personal(name="Phone", data="06")
        store.append([keeping(COAT, 0, address, phone), keeping(HAT, 0, personal(HAT))])
        assert store.personal(COAT) == (phone, address)
        assert store.personal(HAT) == (personal(HAT),)
        assert store.personal("piece/none") == ()
        assert store.read(COAT).records == (record(),)

    def test_a_conflict_keeps_nothing(self, store: EventStore) -> None:
        """Neither of the stream that conflicts nor of the others; what was kept is as it was."""
        store.append([keeping(COAT, 0, personal())])
        with pytest.raises(VersionConflictError):
            store.append([keeping(HAT, 0, personal(HAT)), keeping(COAT, 0, personal(data="other"))])
        assert store.personal(HAT) == ()
        assert store.personal(COAT) == (personal(),)

    def test_the_same_name_replaces_what_was_kept(self, store: EventStore) -> None:
        """Of another person too, and of an earlier moment."""
        later = personal(person="max", at=MONDAY - HOUR, data="{}")
        store.append([keeping(COAT, 0, personal())])
        store.append([keeping(COAT, 1, later)])
        store.append([change(COAT, 2)])
        assert store.personal(COAT) == (later,)
        assert store.personal_of("zoe") == ()

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_they_are_read_as_they_were_written(self, store: EventStore, text: str) -> None:
        """No character is lost, added, joined or cut."""
        store.append([keeping(COAT, 0, personal(data=text, at=MONDAY + TICK))])
        assert store.personal(COAT) == (personal(data=text, at=MONDAY + TICK),)

    def test_those_of_a_person_are_found(self, store: EventStore) -> None:
        """In every stream, in the order of streams, then of names; names alike are others."""
        hers = [personal(COAT, "b"), personal(COAT, "c"), personal(HAT, "a")]
        others = [personal(HAT, "z", "Zoe"), personal(HAT, "y", "zoé"), personal(HAT, "x", "zoe_")]
        store.append([keeping(HAT, 0, hers[2], *others), keeping(COAT, 0, *hers[:2])])
        assert store.personal_of("zoe") == tuple(hers)
        assert store.personal_of("max") == ()

    def test_the_oldest_are_found_first(self, store: EventStore) -> None:
        """Those kept since before a moment, exclusive; of one moment by stream and name."""
        old = personal(HAT, "b", at=MONDAY - HOUR)
        same = [personal(COAT, "b"), personal(COAT, "c"), personal(HAT, "a")]
        late = personal(COAT, "a", at=MONDAY + TICK)
        store.append([keeping(HAT, 0, old, same[2]), keeping(COAT, 0, late, *same[:2])])
        assert list(store.personal_before(MONDAY)) == [old]
        assert list(store.personal_before(MONDAY + TICK)) == [old, *same]
        assert list(store.personal_before(MONDAY + 2 * TICK)) == [old, *same, late]

    def test_many_are_found_once_each(self, store: EventStore) -> None:
        """More than any page holds, and many of one moment."""
        kept = [personal(name=f"{number:05}") for number in range(2_500)]
        store.append([keeping(COAT, 0, *kept)])
        assert list(store.personal_before(MONDAY + TICK)) == kept
        assert store.personal(COAT) == tuple(kept)

    def test_what_is_erased_is_gone(self, store: EventStore) -> None:
        """From every way to find it; the records and what was not erased are as they were."""
        address, phone = personal(name="address"), personal(name="phone")
        store.append([keeping(COAT, 0, address, phone), keeping(HAT, 0, personal(HAT))])
        before = store.read(COAT)
        assert store.erase([address, personal(HAT)]) == 2
        assert store.personal(COAT) == (phone,)
        assert store.personal_of("zoe") == (phone,)
        assert list(store.personal_before(MONDAY + TICK)) == [phone]
        assert store.read(COAT) == before

    def test_erasing_again_changes_nothing(self, store: EventStore) -> None:
        """What is not kept is passed over, and counted as nothing."""
        store.append([keeping(COAT, 0, personal())])
        assert store.erase([]) == 0
        assert store.erase([personal(), personal(), personal(HAT), personal(name="b")]) == 1
        assert store.erase([personal()]) == 0
        store.append([keeping(COAT, 1, personal(data="new"))])
        assert store.personal(COAT) == (personal(data="new"),)

    def test_they_are_shared(self, store: EventStore, other: EventStore) -> None:
        """What one has kept or erased the other finds so."""
        store.append([keeping(COAT, 0, personal())])
        assert other.personal(COAT) == (personal(),)
        assert other.erase([personal()]) == 1
        assert store.personal(COAT) == ()

    def test_what_cannot_be_named_is_refused(self, store: EventStore) -> None:
        """As it is for streams."""
        with pytest.raises(InvalidValueError, match=r"^stream: must be"):
            store.personal("")
        with pytest.raises(InvalidValueError, match=r"^person: must be"):
            store.personal_of("a\nb")
        with pytest.raises(InvalidValueError, match=r"^at: must be a moment with an offset"):
            list(store.personal_before(MONDAY.replace(tzinfo=None)))


class PurgeContract(StoreFixtures):
    """Messages that are done, deleted after a time."""

    def test_what_was_done_before_is_deleted(self, store: EventStore) -> None:
        """Exclusive; those that were done since are kept, and so are the records."""
        append_messages(store, *(outbox_message(key) for key in "abc"))
        for leased, at in zip(pending(store), (MONDAY - TICK, MONDAY, MONDAY + TICK), strict=True):
            store.settle(leased, Done(at=at))
        version = store.read(COAT).version
        assert store.purge(MONDAY - TICK, 10) == 0
        assert store.purge(MONDAY, 10) == 1
        assert store.purge(MONDAY, 10) == 0
        assert store.purge(MONDAY + HOUR, 10) == 2
        assert store.read(COAT).version == version

    def test_at_most_so_many(self, store: EventStore) -> None:
        """The rest is left for another call."""
        append_messages(store, *(outbox_message(key) for key in "abcde"))
        for leased in pending(store):
            store.settle(leased, Done(at=MONDAY))
        assert [store.purge(MONDAY + TICK, limit) for limit in (0, 2, 2, 2, 2)] == [0, 2, 2, 1, 0]

    def test_what_is_not_done_is_kept(self, store: EventStore) -> None:
        """What waits, is leased, postponed or dead-lettered, however old."""
        append_messages(store, *(outbox_message(key) for key in "abcd"))
        leased, postponed, dead = pending(store, limit=3)
        store.settle(postponed, Postponed(until=MONDAY, reason="late"))
        store.settle(dead, DeadLettered(at=MONDAY, reason="no"))
        assert store.purge(MONDAY + HOUR, 10) == 0
        assert [letter.message.key for letter in store.dead_letters(10)] == ["c"]
        assert keys(pending(store)) == ["b", "d"]
        store.settle(leased, Done(at=MONDAY))
        assert keys(pending(store, MONDAY + MINUTE)) == ["b", "d"]

    def test_done_a_second_time_counts_from_the_first(self, store: EventStore) -> None:
        """A worker that comes late does not keep a message for longer."""
        append_messages(store, outbox_message("a"))
        (first,) = pending(store)
        store.settle(first, Done(at=MONDAY))
        store.settle(first, Done(at=MONDAY + HOUR))
        assert store.purge(MONDAY + TICK, 10) == 1

    def test_nonsense_is_refused(self, store: EventStore) -> None:
        """A limit below nothing, a moment without an offset."""
        with pytest.raises(InvalidValueError, match=r"^limit: must be"):
            store.purge(MONDAY, -1)
        with pytest.raises(InvalidValueError, match=r"^at: must be a moment with an offset"):
            store.purge(MONDAY.replace(tzinfo=None), 1)
