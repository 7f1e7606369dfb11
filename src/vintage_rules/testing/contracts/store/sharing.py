"""Two connections to the same data see the same, and hold one another's leases."""

from __future__ import annotations

import pytest

from vintage_rules.errors import VersionConflictError
from vintage_rules.ports.store import DeadLettered, Done, EventStore, Postponed
from vintage_rules.testing.contracts.store.base import (
    COAT,
    HAT,
    MINUTE,
    MONDAY,
    StoreFixtures,
    append_messages,
    change,
    due,
    keys,
    outbox_message,
    pending,
    record,
)


class SharingContract(StoreFixtures):
    """What one connection writes, another finds: at once, and after a restart."""

    def test_records_are_found(self, store: EventStore, other: EventStore) -> None:
        """In both directions, and streams are listed."""
        store.append([change(COAT, 0, record("listed"))])
        assert other.read(COAT) == store.read(COAT)
        other.append([change(COAT, 1, record("sold")), change(HAT)])
        assert store.read(COAT).version == 2
        assert list(store.streams("piece/")) == list(other.streams("piece/")) == [COAT, HAT]

    def test_versions_are_shared(self, store: EventStore, other: EventStore) -> None:
        """What another wrote since it was read is a conflict."""
        version = store.read(COAT).version
        other.append([change(COAT)])
        with pytest.raises(VersionConflictError):
            store.append([change(COAT, version)])

    def test_deadlines_and_their_leases_are_shared(
        self, store: EventStore, other: EventStore
    ) -> None:
        """A stream that one has taken the other is not given, until the lease ends."""
        store.append([change(COAT, deadline=MONDAY)])
        assert due(other) == (COAT,)
        assert due(store) == ()
        assert store.next_moment() == other.next_moment() == MONDAY + MINUTE
        assert due(store, MONDAY + MINUTE) == (COAT,)

    def test_messages_and_their_leases_are_shared(
        self, store: EventStore, other: EventStore
    ) -> None:
        """One takes over what the other has released, and knows that it was taken before."""
        append_messages(store, outbox_message("a"))
        (first,) = pending(other)
        assert pending(store) == ()
        (second,) = pending(store, MONDAY + MINUTE)
        assert (first.attempt, second.attempt) == (1, 2)
        other.settle(first, Postponed(until=MONDAY, reason="late"))
        assert pending(other, MONDAY + MINUTE) == ()

    def test_outcomes_are_shared(self, store: EventStore, other: EventStore) -> None:
        """What one has settled, or resumed, is so for the other."""
        append_messages(store, *(outbox_message(key) for key in ("a", "b")))
        first, second = pending(store)
        other.settle(first, Done(at=MONDAY))
        store.settle(second, DeadLettered(at=MONDAY, reason="no"))
        assert [letter.message.key for letter in other.dead_letters(10)] == ["b"]
        other.resume("b", MONDAY)
        assert store.dead_letters(10) == ()
        assert keys(pending(store)) == ["b"]

    def test_keys_are_shared(self, store: EventStore, other: EventStore) -> None:
        """A message that one wrote the other does not write again."""
        append_messages(store, outbox_message("a", data="first"))
        other.append([change(HAT, outbox=[outbox_message("a", data="second")])])
        assert [leased.message.data for leased in pending(other)] == ["first"]
