"""Messages are handed out one worker at a time, for as long as a lease lasts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from vintage_rules.ports.store import (
    DeadLettered,
    Done,
    EventStore,
    Leased,
    OutboxMessage,
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
)
from vintage_rules.testing.contracts.store.histories import TEXTS


class OutboxContract(StoreFixtures):
    """`pending`, and the messages that `append` writes."""

    def test_a_message_is_given_as_it_was_written(self, store: EventStore) -> None:
        """With who has it, until when, and that it is the first time."""
        written = OutboxMessage(
            key="mail/é 100%/'1'",
            kind="send-mail",
            stream=HAT,
            data='{"to": "zoé"}',
            not_before=datetime(2026, 9, 7, 9, 0, 0, 1, tzinfo=timezone(timedelta(hours=2))),
        )
        append_messages(store, written)
        (leased,) = pending(store, worker="anna")
        until = MONDAY + MINUTE
        assert leased == Leased(message=written, attempt=1, failures=0, worker="anna", until=until)
        assert leased.until.tzinfo is UTC
        assert leased.message.not_before.tzinfo is UTC

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_data_is_given_as_it_was_written(self, store: EventStore, text: str) -> None:
        """No character is lost, added, joined or cut."""
        append_messages(store, outbox_message("a", data=text))
        (leased,) = pending(store)
        assert leased.message.data == text

    def test_it_is_not_carried_out_before_its_moment(self, store: EventStore) -> None:
        """Not a microsecond earlier."""
        append_messages(store, outbox_message("a", MONDAY))
        assert pending(store, MONDAY - TICK) == ()
        assert keys(pending(store, MONDAY)) == ["a"]

    def test_the_earliest_come_first_then_in_the_order_of_keys(self, store: EventStore) -> None:
        """Not in the order they were written, and keys by code point."""
        moments = {"b": 1, "Z": 1, "a": 1, "é": 1, "last": 2, "z": 0}
        append_messages(
            store, *(outbox_message(key, MONDAY + after * TICK) for key, after in moments.items())
        )
        taken = pending(store, MONDAY + MINUTE)
        assert keys(taken) == ["z", "Z", "a", "b", "é", "last"]

    def test_a_limit_takes_the_earliest_messages(self, store: EventStore) -> None:
        """Each call goes on where the one before ended; a limit of nothing takes nothing."""
        names = [str(number) for number in range(7)]
        append_messages(store, *(outbox_message(key) for key in reversed(names)))
        taken = [keys(pending(store, limit=limit)) for limit in (0, 3, 3, 3, 3)]
        assert taken == [[], names[:3], names[3:6], names[6:], []]

    @pytest.mark.parametrize("worker", ["anna", "ben"])
    def test_nobody_is_given_a_leased_message(self, store: EventStore, worker: str) -> None:
        """Until the lease ends, to the microsecond; then anybody is, for the second time."""
        append_messages(store, outbox_message("a"))
        pending(store, worker="anna")
        assert pending(store, MONDAY + MINUTE - TICK, worker=worker) == ()
        (again,) = pending(store, MONDAY + MINUTE, worker=worker, lease=HOUR)
        assert (again.attempt, again.worker) == (2, worker)
        assert again.until == MONDAY + MINUTE + HOUR
        assert again.message == outbox_message("a")

    def test_each_time_it_is_taken_counts(self, store: EventStore) -> None:
        """However often its workers die."""
        append_messages(store, outbox_message("a"))
        attempts = [pending(store, MONDAY + n * MINUTE)[0].attempt for n in range(5)]
        assert attempts == [1, 2, 3, 4, 5]

    def test_a_message_nobody_finishes_does_not_hold_others_up(self, store: EventStore) -> None:
        """After a lease it waits behind those that have come up meanwhile."""
        append_messages(store, outbox_message("a", MONDAY), outbox_message("b", MONDAY + TICK))
        taken = [keys(pending(store, MONDAY + after, limit=1)) for after in (0 * TICK, MINUTE)]
        assert [*taken, keys(pending(store, MONDAY + MINUTE, limit=1))] == [["a"], ["b"], ["a"]]

    def test_a_clock_behind_waits_longer_for_messages(self, store: EventStore) -> None:
        """A worker whose clock is slow, or steps back, is given nothing twice."""
        append_messages(store, outbox_message("a"))
        assert keys(pending(store, MONDAY + HOUR, worker="anna")) == ["a"]
        assert pending(store, MONDAY, worker="ben") == ()
        assert pending(store, MONDAY + HOUR - TICK, worker="anna") == ()
        assert keys(pending(store, MONDAY + HOUR + MINUTE, worker="ben")) == ["a"]

    def test_a_clock_ahead_takes_over_early(self, store: EventStore) -> None:
        """The lease ends by the clock of the next worker, and then it is theirs for all clocks."""
        append_messages(store, outbox_message("a"))
        pending(store, worker="anna")
        (ahead,) = pending(store, MONDAY + HOUR, worker="ben")
        assert ahead.attempt == 2
        assert pending(store, MONDAY + MINUTE, worker="anna") == ()

    def test_an_append_leaves_leases_of_messages_alone(self, store: EventStore) -> None:
        """Only a deadline's lease ends by it."""
        append_messages(store, outbox_message("a"))
        pending(store)
        store.append([change(COAT, 1, deadline=MONDAY)])
        assert pending(store) == ()

    def test_a_key_within_one_append_is_known_after_its_first(self, store: EventStore) -> None:
        """In one change and over two."""
        first, second = (outbox_message("a", data=data) for data in ("first", "second"))
        third, other = outbox_message("a", data="third"), outbox_message("b")
        store.append([change(COAT, outbox=[first, second]), change(HAT, outbox=[third, other])])
        taken = pending(store)
        assert [leased.message for leased in taken] == [first, other]

    def test_a_key_that_is_known_is_left_as_it_was(self, store: EventStore) -> None:
        """Its data, its moment and its stream; the records beside it are written."""
        append_messages(store, outbox_message("a", MONDAY + MINUTE, data="first"))
        again = outbox_message("a", MONDAY, data="second")
        store.append([change(HAT, outbox=[again, outbox_message("b")])])
        assert store.read(HAT).version == 1
        assert keys(pending(store)) == ["b"]
        (leased,) = pending(store, MONDAY + MINUTE, lease=HOUR, limit=1)
        assert leased.message == outbox_message("a", MONDAY + MINUTE, data="first")

    def test_a_key_that_is_leased_is_not_given_again(self, store: EventStore) -> None:
        """Writing it again does not end the lease."""
        append_messages(store, outbox_message("a"))
        pending(store)
        store.append([change(COAT, 1, outbox=[outbox_message("a")])])
        assert pending(store) == ()
        assert pending(store, MONDAY + MINUTE)[0].attempt == 2

    @pytest.mark.parametrize(
        "outcome",
        [
            Done(at=MONDAY),
            Postponed(until=MONDAY + HOUR, reason="busy"),
            DeadLettered(at=MONDAY, reason="no such card"),
        ],
        ids=["done", "postponed", "dead-lettered"],
    )
    def test_a_key_that_was_settled_stays_so(
        self, store: EventStore, outcome: Done | Postponed | DeadLettered
    ) -> None:
        """What is done is not done again, what waits waits, what is dead-lettered stays so."""
        append_messages(store, outbox_message("a"))
        store.settle(pending(store)[0], outcome)
        before = (store.next_moment(), store.dead_letters(10))
        store.append([change(COAT, 1, outbox=[outbox_message("a")])])
        assert pending(store, MONDAY + MINUTE) == ()
        assert (store.next_moment(), store.dead_letters(10)) == before
