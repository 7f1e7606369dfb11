"""Instructions are handed out one worker at a time, for as long as a lease lasts."""

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
    change,
    instruction,
    keys,
    pending,
    told,
)
from vintage_rules.testing.contracts.store.histories import TEXTS


class InstructionsContract(StoreFixtures):
    """`pending`, and the instructions that `append` writes."""

    def test_an_instruction_is_given_as_it_was_written(self, store: EventStore) -> None:
        """With who has it, until when, and that it is the first time."""
        written = OutboxMessage(
            key="mail/é 100%/'1'",
            kind="send-mail",
            stream=HAT,
            data='{"to": "zoé"}',
            not_before=datetime(2026, 9, 7, 9, 0, 0, 1, tzinfo=timezone(timedelta(hours=2))),
        )
        told(store, written)
        (leased,) = pending(store, worker="anna")
        until = MONDAY + MINUTE
        assert leased == Leased(instruction=written, attempt=1, worker="anna", until=until)
        assert leased.until.tzinfo is UTC
        assert leased.instruction.not_before.tzinfo is UTC

    @pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
    def test_data_is_given_as_it_was_written(self, store: EventStore, text: str) -> None:
        """No character is lost, added, joined or cut."""
        told(store, instruction("a", data=text))
        (leased,) = pending(store)
        assert leased.instruction.data == text

    def test_it_is_not_carried_out_before_its_moment(self, store: EventStore) -> None:
        """Not a microsecond earlier."""
        told(store, instruction("a", MONDAY))
        assert pending(store, MONDAY - TICK) == ()
        assert keys(pending(store, MONDAY)) == ["a"]

    def test_the_earliest_come_first_then_in_the_order_of_keys(self, store: EventStore) -> None:
        """Not in the order they were written, and keys by code point."""
        moments = {"b": 1, "Z": 1, "a": 1, "é": 1, "last": 2, "z": 0}
        told(store, *(instruction(key, MONDAY + after * TICK) for key, after in moments.items()))
        taken = pending(store, MONDAY + MINUTE)
        assert keys(taken) == ["z", "Z", "a", "b", "é", "last"]

    def test_a_limit_takes_the_earliest_instructions(self, store: EventStore) -> None:
        """Each call goes on where the one before ended; a limit of nothing takes nothing."""
        names = [str(number) for number in range(7)]
        told(store, *(instruction(key) for key in reversed(names)))
        taken = [keys(pending(store, limit=limit)) for limit in (0, 3, 3, 3, 3)]
        assert taken == [[], names[:3], names[3:6], names[6:], []]

    @pytest.mark.parametrize("worker", ["anna", "ben"])
    def test_nobody_is_given_a_leased_instruction(self, store: EventStore, worker: str) -> None:
        """Until the lease ends, to the microsecond; then anybody is, for the second time."""
        told(store, instruction("a"))
        pending(store, worker="anna")
        assert pending(store, MONDAY + MINUTE - TICK, worker=worker) == ()
        (again,) = pending(store, MONDAY + MINUTE, worker=worker, lease=HOUR)
        assert (again.attempt, again.worker) == (2, worker)
        assert again.until == MONDAY + MINUTE + HOUR
        assert again.instruction == instruction("a")

    def test_each_time_it_is_taken_counts(self, store: EventStore) -> None:
        """However often its workers die."""
        told(store, instruction("a"))
        attempts = [pending(store, MONDAY + n * MINUTE)[0].attempt for n in range(5)]
        assert attempts == [1, 2, 3, 4, 5]

    def test_an_instruction_nobody_finishes_does_not_hold_others_up(
        self, store: EventStore
    ) -> None:
        """After a lease it waits behind those that have come up meanwhile."""
        told(store, instruction("a", MONDAY), instruction("b", MONDAY + TICK))
        taken = [keys(pending(store, MONDAY + after, limit=1)) for after in (0 * TICK, MINUTE)]
        assert [*taken, keys(pending(store, MONDAY + MINUTE, limit=1))] == [["a"], ["b"], ["a"]]

    def test_a_clock_behind_waits_longer_for_instructions(self, store: EventStore) -> None:
        """A worker whose clock is slow, or steps back, is given nothing twice."""
        told(store, instruction("a"))
        assert keys(pending(store, MONDAY + HOUR, worker="anna")) == ["a"]
        assert pending(store, MONDAY, worker="ben") == ()
        assert pending(store, MONDAY + HOUR - TICK, worker="anna") == ()
        assert keys(pending(store, MONDAY + HOUR + MINUTE, worker="ben")) == ["a"]

    def test_a_clock_ahead_takes_over_early(self, store: EventStore) -> None:
        """The lease ends by the clock of whoever asks, and then it is theirs for all clocks."""
        told(store, instruction("a"))
        pending(store, worker="anna")
        (ahead,) = pending(store, MONDAY + HOUR, worker="ben")
        assert ahead.attempt == 2
        assert pending(store, MONDAY + MINUTE, worker="anna") == ()

    def test_an_append_leaves_leases_of_instructions_alone(self, store: EventStore) -> None:
        """Only a deadline's lease ends by it."""
        told(store, instruction("a"))
        pending(store)
        store.append([change(COAT, 1, deadline=MONDAY)])
        assert pending(store) == ()

    def test_a_key_within_one_append_is_known_after_its_first(self, store: EventStore) -> None:
        """In one change and over two."""
        first, second = (instruction("a", data=data) for data in ("first", "second"))
        third, other = instruction("a", data="third"), instruction("b")
        store.append(
            [change(COAT, instructions=[first, second]), change(HAT, instructions=[third, other])]
        )
        taken = pending(store)
        assert [leased.instruction for leased in taken] == [first, other]

    def test_a_key_that_is_known_is_left_as_it_was(self, store: EventStore) -> None:
        """Its data, its moment and its stream; the records beside it are written."""
        told(store, instruction("a", MONDAY + MINUTE, data="first"))
        again = instruction("a", MONDAY, data="second")
        store.append([change(HAT, instructions=[again, instruction("b")])])
        assert store.read(HAT).version == 1
        assert keys(pending(store)) == ["b"]
        (leased,) = pending(store, MONDAY + MINUTE, lease=HOUR, limit=1)
        assert leased.instruction == instruction("a", MONDAY + MINUTE, data="first")

    def test_a_key_that_is_leased_is_not_given_again(self, store: EventStore) -> None:
        """Writing it again does not end the lease."""
        told(store, instruction("a"))
        pending(store)
        store.append([change(COAT, 1, instructions=[instruction("a")])])
        assert pending(store) == ()
        assert pending(store, MONDAY + MINUTE)[0].attempt == 2

    @pytest.mark.parametrize(
        "outcome",
        [
            Done(at=MONDAY),
            Postponed(until=MONDAY + HOUR, reason="busy"),
            DeadLettered(at=MONDAY, reason="no such card"),
        ],
        ids=["done", "postponed", "given-up"],
    )
    def test_a_key_that_was_settled_stays_so(
        self, store: EventStore, outcome: Done | Postponed | DeadLettered
    ) -> None:
        """What is done is not done again, what waits waits, what is stuck is stuck."""
        told(store, instruction("a"))
        store.settle(pending(store)[0], outcome)
        before = (store.next_moment(), store.stuck(10))
        store.append([change(COAT, 1, instructions=[instruction("a")])])
        assert pending(store, MONDAY + MINUTE) == ()
        assert (store.next_moment(), store.stuck(10)) == before
