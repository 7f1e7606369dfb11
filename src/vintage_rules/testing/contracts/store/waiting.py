"""What waits in the outbox can be looked at, and counted, without being taken."""

from __future__ import annotations

from datetime import datetime

import pytest

from vintage_rules.errors import InvalidValueError
from vintage_rules.ports.store import (
    Backlog,
    DeadLettered,
    Done,
    EventStore,
    OutboxMessage,
    Postponed,
    Waiting,
)
from vintage_rules.testing.contracts.store.base import (
    COAT,
    HOUR,
    MINUTE,
    MONDAY,
    TICK,
    StoreFixtures,
    append_messages,
    change,
    outbox_message,
    pending,
)


def named(waiting: tuple[Waiting, ...]) -> list[str]:
    """Name what waits, in its order."""
    return [each.message.key for each in waiting]


class WaitingContract(StoreFixtures):
    """`waiting`: messages that are neither done nor dead-lettered."""

    def test_a_message_waits_as_it_was_written(self, store: EventStore) -> None:
        """No worker has taken it yet, and looking at it takes it from none."""
        append_messages(store, outbox_message("a", MONDAY + TICK, data="{é}"))
        known = Waiting(
            message=outbox_message("a", MONDAY + TICK, data="{é}"),
            next_at=MONDAY + TICK,
            attempts=0,
            reason="",
            worker=None,
        )
        assert store.waiting(10) == store.waiting(10) == (known,)
        assert pending(store, MONDAY + TICK)[0].attempt == 1

    def test_what_is_leased_waits_for_its_worker(self, store: EventStore) -> None:
        """Until the end of the lease, and on after it, for the latest worker."""
        append_messages(store, outbox_message("a"))
        pending(store, worker="anna")
        pending(store, MONDAY + MINUTE, worker="ben", lease=HOUR)
        (shown,) = store.waiting(10)
        assert (shown.worker, shown.attempts) == ("ben", 2)
        assert shown.next_at == MONDAY + MINUTE + HOUR

    @pytest.mark.parametrize("failed", [True, False])
    def test_what_is_postponed_says_why(self, store: EventStore, failed: bool) -> None:  # noqa: FBT001
        """The latest reason, and kept while the next worker has it."""
        append_messages(store, outbox_message("a"))
        for reason in ("first", "no answer: 'é'"):
            (leased,) = pending(store)
            store.settle(leased, Postponed(until=MONDAY, reason=reason, failed=failed))
        (shown,) = store.waiting(10)
        assert (shown.worker, shown.attempts, shown.reason) == (None, 2, "no answer: 'é'")
        assert shown.next_at == MONDAY
        pending(store)
        assert store.waiting(10)[0].reason == "no answer: 'é'"

    def test_what_has_ended_does_not_wait(self, store: EventStore) -> None:
        """Done or dead-lettered; what is resumed waits again, with its reason."""
        append_messages(store, *(outbox_message(key) for key in "abc"))
        done, dead, _ = pending(store)
        store.settle(done, Done(at=MONDAY))
        store.settle(dead, DeadLettered(at=MONDAY, reason="no such card"))
        assert named(store.waiting(10)) == ["c"]
        store.resume("b", MONDAY + HOUR)
        resumed = store.waiting(10)[1]
        assert (resumed.message.key, resumed.next_at) == ("b", MONDAY + HOUR)
        assert (resumed.reason, resumed.worker) == ("no such card", None)

    def test_the_next_come_first_then_in_the_order_of_keys(self, store: EventStore) -> None:
        """Whatever their order when they were written, and keys by code point."""
        moments = {"b": 1, "Z": 1, "a": 1, "é": 1, "last": 2, "z": 0}
        append_messages(
            store, *(outbox_message(key, MONDAY + after * TICK) for key, after in moments.items())
        )
        assert named(store.waiting(10)) == ["z", "Z", "a", "b", "é", "last"]
        assert named(store.waiting(2)) == ["z", "Z"]
        assert store.waiting(0) == ()

    def test_a_reader_of_what_waits_goes_on_after_the_last(self, store: EventStore) -> None:
        """Even where that is done since."""
        append_messages(store, *(outbox_message(key, MONDAY + TICK) for key in "bcd"))
        append_messages_of(store, outbox_message("a", MONDAY + HOUR))
        first = store.waiting(2)
        for leased in pending(store, MONDAY + TICK, limit=2):
            store.settle(leased, Done(at=MONDAY))
        rest = store.waiting(9, first[-1])
        assert named((*first, *rest)) == ["b", "c", "d", "a"]
        assert store.waiting(9, rest[-1]) == ()

    def test_a_negative_limit_of_what_waits_is_refused(self, store: EventStore) -> None:
        """With the field, what was found and what is allowed."""
        with pytest.raises(InvalidValueError, match=r"^limit: must be .*, got -1$"):
            store.waiting(-1)


def append_messages_of(store: EventStore, *outbox: OutboxMessage) -> None:
    """Write messages with one more record of the stream."""
    version = store.read(COAT).version
    store.append([change(COAT, version, outbox=outbox)])


class BacklogContract(StoreFixtures):
    """`backlog`: how many messages wait, by kind."""

    def test_an_empty_outbox_has_none(self, store: EventStore) -> None:
        """No kind is named."""
        assert store.backlog() == ()

    def test_each_kind_is_counted(self, store: EventStore) -> None:
        """With the earliest moment for which one was written, however often it was postponed."""
        append_messages(
            store,
            *(of_kind("void", key, MONDAY + HOUR) for key in "bc"),
            of_kind("void", "a", MONDAY + 2 * HOUR),
            of_kind("Mail", "d", MONDAY),
        )
        (leased,) = pending(store)
        store.settle(leased, Postponed(until=MONDAY + 9 * HOUR, reason="no answer"))
        assert store.backlog() == (
            Backlog(kind="Mail", messages=1, oldest=MONDAY),
            Backlog(kind="void", messages=3, oldest=MONDAY + HOUR),
        )

    def test_what_is_leased_is_counted_and_what_has_ended_is_not(self, store: EventStore) -> None:
        """Done and dead-lettered messages wait for no worker."""
        append_messages(store, *(of_kind("void", key, MONDAY) for key in "abc"))
        done, dead, _ = pending(store)
        store.settle(done, Done(at=MONDAY))
        store.settle(dead, DeadLettered(at=MONDAY, reason="no such card"))
        assert store.backlog() == (Backlog(kind="void", messages=1, oldest=MONDAY),)


def of_kind(kind: str, key: str, not_before: datetime) -> OutboxMessage:
    """Make a message of a kind."""
    return OutboxMessage(key=key, kind=kind, stream=COAT, data="{}", not_before=not_before)
