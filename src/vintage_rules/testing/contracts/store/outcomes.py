"""What came of a message, said once, twice, too late or by the wrong worker."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from attrs import evolve

from vintage_rules.errors import InvalidValueError
from vintage_rules.ports.store import DeadLetter, DeadLettered, Done, EventStore, Leased, Postponed
from vintage_rules.testing.contracts.store.base import (
    HOUR,
    MINUTE,
    MONDAY,
    TICK,
    StoreFixtures,
    append_messages,
    keys,
    outbox_message,
    pending,
)

DONE = Done(at=MONDAY)
LATER = Postponed(until=MONDAY + HOUR, reason="no answer")
FAILED = Postponed(until=MONDAY + HOUR, reason="KeyError: 'zoe'", failed=True)
NEVER = DeadLettered(at=MONDAY, reason="no such card")
FOREVER = datetime(9998, 1, 1, tzinfo=UTC)


def taken(store: EventStore, now: datetime = MONDAY, worker: str = "anna") -> Leased:
    """Take the only message there is to take."""
    (leased,) = pending(store, now, worker=worker)
    return leased


class OutcomesContract(StoreFixtures):
    """`settle`: what a worker says, and which worker is believed."""

    @pytest.fixture
    def one(self, store: EventStore) -> EventStore:
        """Write one message."""
        append_messages(store, outbox_message("a"))
        return store

    @pytest.fixture
    def leased(self, one: EventStore) -> Leased:
        """Let Anna take it."""
        return taken(one)

    def test_what_is_done_never_comes_up_again(self, one: EventStore, leased: Leased) -> None:
        """Nor is it waited for, nor dead-lettered."""
        one.settle(leased, DONE)
        assert pending(one, FOREVER) == ()
        assert one.next_moment() is None
        assert one.dead_letters(10) == ()

    @pytest.mark.parametrize("second", [DONE, LATER, NEVER], ids=["done", "later", "never"])
    def test_done_is_for_ever(
        self, one: EventStore, leased: Leased, second: Done | Postponed | DeadLettered
    ) -> None:
        """Whatever the same worker says after it."""
        one.settle(leased, DONE)
        one.settle(leased, second)
        assert pending(one, FOREVER) == ()
        assert one.dead_letters(10) == ()

    def test_what_is_postponed_comes_up_at_its_moment(
        self, one: EventStore, leased: Leased
    ) -> None:
        """Not a microsecond earlier, as it was written, and that is the next moment."""
        one.settle(leased, LATER)
        assert one.next_moment() == LATER.until
        assert pending(one, LATER.until - TICK) == ()
        again = taken(one, LATER.until, "ben")
        assert (again.attempt, again.worker) == (2, "ben")
        assert again.message == outbox_message("a")

    def test_to_postpone_ends_the_lease(self, one: EventStore, leased: Leased) -> None:
        """It may come up before the lease would have ended."""
        one.settle(leased, Postponed(until=MONDAY + TICK, reason="busy"))
        assert taken(one, MONDAY + TICK).attempt == 2

    def test_nothing_is_postponed_to_before_its_moment(self, store: EventStore) -> None:
        """A worker whose clock has stepped back cannot bring it forward."""
        append_messages(store, outbox_message("a", MONDAY))
        store.settle(taken(store), Postponed(until=MONDAY - HOUR, reason="busy"))
        assert pending(store, MONDAY - TICK) == ()
        assert taken(store).attempt == 2

    @pytest.mark.parametrize("late", [DONE, LATER, NEVER], ids=["done", "later", "never"])
    def test_a_worker_whose_time_is_up_is_still_believed(
        self, one: EventStore, leased: Leased, late: Done | Postponed | DeadLettered
    ) -> None:
        """As long as no other worker has taken over: no clock is read."""
        assert leased.until < LATER.until
        one.settle(leased, late)
        assert pending(one, LATER.until - TICK) == ()

    @pytest.mark.parametrize("late", [LATER, NEVER], ids=["later", "never"])
    def test_after_a_take_over_a_late_word_is_ignored(
        self, one: EventStore, leased: Leased, late: Postponed | DeadLettered
    ) -> None:
        """It ends no lease of another, moves nothing and dead-letters nothing."""
        after = taken(one, leased.until, "ben")
        one.settle(leased, late)
        assert one.next_moment() == after.until
        assert one.dead_letters(10) == ()
        assert pending(one, after.until - TICK) == ()
        one.settle(after, Postponed(until=MONDAY + 2 * HOUR, reason="busy"))
        assert one.next_moment() == MONDAY + 2 * HOUR

    def test_a_worker_that_takes_over_from_itself_is_another(
        self, one: EventStore, leased: Leased
    ) -> None:
        """The attempt distinguishes its leases, not its name."""
        after = taken(one, leased.until, "anna")
        one.settle(leased, NEVER)
        assert one.dead_letters(10) == ()
        one.settle(after, NEVER)
        assert len(one.dead_letters(10)) == 1

    def test_after_a_take_over_done_is_still_done(self, one: EventStore, leased: Leased) -> None:
        """It was carried out, by either worker; what the other says then counts no more."""
        after = taken(one, leased.until, "ben")
        one.settle(leased, DONE)
        one.settle(after, LATER)
        one.settle(after, NEVER)
        assert pending(one, FOREVER) == ()
        assert one.dead_letters(10) == ()

    def test_done_undoes_dead_lettering(self, one: EventStore, leased: Leased) -> None:
        """Another gave it up meanwhile, yet it was carried out: no one must look any more."""
        after = taken(one, leased.until, "ben")
        one.settle(after, NEVER)
        one.settle(leased, DONE)
        assert one.dead_letters(10) == ()
        with pytest.raises(InvalidValueError):
            one.resume("a", MONDAY)

    @pytest.mark.parametrize("second", [LATER, NEVER], ids=["later", "never"])
    @pytest.mark.parametrize("first", [LATER, NEVER], ids=["later", "never"])
    def test_the_first_word_of_a_lease_counts(
        self,
        one: EventStore,
        leased: Leased,
        first: Postponed | DeadLettered,
        second: Postponed | DeadLettered,
    ) -> None:
        """It ended the lease; the same said again changes nothing, another word neither."""
        one.settle(leased, first)
        before = (one.next_moment(), one.dead_letters(10))
        one.settle(leased, second)
        assert (one.next_moment(), one.dead_letters(10)) == before

    def test_others_are_left_alone(self, store: EventStore) -> None:
        """What is said of one message is said of no other."""
        append_messages(store, *(outbox_message(key) for key in ("a", "a%", "b", "c")))
        first, second, third, fourth = pending(store)
        store.settle(first, DONE)
        store.settle(third, NEVER)
        store.settle(fourth, LATER)
        assert keys(pending(store, second.until)) == ["a%"]
        assert [letter.message.key for letter in store.dead_letters(10)] == ["b"]

    @pytest.mark.parametrize("outcome", [DONE, LATER, NEVER], ids=["done", "later", "never"])
    def test_an_unknown_message_is_refused(
        self, one: EventStore, leased: Leased, outcome: Done | Postponed | DeadLettered
    ) -> None:
        """It belongs to another store."""
        stranger = evolve(leased, message=outbox_message("stranger"))
        with pytest.raises(InvalidValueError, match=r"^key: must be .*, got 'stranger'$"):
            one.settle(stranger, outcome)


class FailuresContract(StoreFixtures):
    """`Leased.failures`: how often in a row a message has failed, with any worker."""

    @pytest.fixture
    def one(self, store: EventStore) -> EventStore:
        """Write one message."""
        append_messages(store, outbox_message("a"))
        return store

    def test_a_lease_without_an_outcome_is_a_failure(self, one: EventStore) -> None:
        """It is counted when the message is taken again: its worker is not there to report it."""
        moments = [MONDAY + number * MINUTE for number in range(3)]
        assert [taken(one, now).failures for now in moments] == [0, 1, 2]

    def test_what_is_postponed_as_failed_is_one(self, one: EventStore) -> None:
        """Together with those of leases that ended."""
        taken(one)
        one.settle(taken(one, MONDAY + MINUTE), FAILED)
        assert taken(one, FAILED.until).failures == 2

    def test_what_waits_for_something_else_begins_again(self, one: EventStore) -> None:
        """The outside did not answer, or a parcel is still on its way."""
        one.settle(taken(one), FAILED)
        one.settle(taken(one, FAILED.until), LATER)
        assert taken(one, FAILED.until).failures == 0

    def test_what_is_resumed_begins_again(self, one: EventStore) -> None:
        """A person has mended it."""
        one.settle(taken(one), FAILED)
        one.settle(taken(one, FAILED.until), NEVER)
        one.resume("a", FAILED.until)
        assert taken(one, FAILED.until).failures == 0

    def test_a_late_word_counts_no_failure(self, one: EventStore) -> None:
        """The lease has ended without an outcome, which was counted already."""
        late = taken(one)
        after = taken(one, late.until)
        one.settle(late, FAILED)
        one.settle(after, FAILED)
        assert taken(one, FAILED.until).failures == 2

    def test_others_are_not_counted(self, store: EventStore) -> None:
        """Each message has failures of its own."""
        append_messages(store, outbox_message("a"), outbox_message("b"))
        first, second = pending(store)
        store.settle(first, FAILED)
        store.settle(second, LATER)
        assert [leased.failures for leased in pending(store, LATER.until)] == [1, 0]


class StuckContract(StoreFixtures):
    """`dead_letters` and `resume`: what a person must look at."""

    @pytest.fixture
    def dead_lettered(self, store: EventStore) -> Leased:
        """Return up the only message there is."""
        append_messages(store, outbox_message("a", MONDAY - HOUR))
        leased = taken(store)
        store.settle(leased, NEVER)
        return leased

    def test_what_is_dead_lettered_waits_for_a_person(
        self, store: EventStore, dead_lettered: Leased
    ) -> None:
        """As it was written, with when and why; no worker is given it."""
        known = DeadLetter(message=dead_lettered.message, at=MONDAY, reason="no such card")
        assert store.dead_letters(10) == (known,)
        assert store.dead_letters(10)[0].at.tzinfo is UTC
        assert pending(store, FOREVER) == ()
        assert store.next_moment() is None

    def test_the_oldest_come_first_then_in_the_order_of_keys(self, store: EventStore) -> None:
        """Up to a limit, and looking takes nothing away."""
        moments = {"b": 1, "Z": 1, "a": 1, "last": 2, "z": 0}
        append_messages(store, *(outbox_message(key) for key in moments))
        for leased in pending(store):
            at = MONDAY + moments[leased.message.key] * TICK
            store.settle(leased, DeadLettered(at=at, reason="no"))
        letter = [entry.message.key for entry in store.dead_letters(10)]
        assert letter == ["z", "Z", "a", "b", "last"]
        assert [entry.message.key for entry in store.dead_letters(2)] == ["z", "Z"]
        assert store.dead_letters(0) == ()

    def test_a_reader_goes_on_after_the_last_it_has_seen(self, store: EventStore) -> None:
        """Even where that was resumed since."""
        append_messages(store, *(outbox_message(key) for key in "abcd"))
        for leased in pending(store):
            later = MONDAY + (TICK if leased.message.key == "d" else 0 * TICK)
            store.settle(leased, DeadLettered(at=later, reason="no"))
        first = store.dead_letters(2)
        store.resume("b", MONDAY)
        rest = store.dead_letters(9, first[-1])
        assert [entry.message.key for entry in (*first, *rest)] == ["a", "b", "c", "d"]
        assert store.dead_letters(9, rest[-1]) == ()

    def test_a_negative_limit_is_refused(self, store: EventStore) -> None:
        """With the field, what was found and what is allowed."""
        with pytest.raises(InvalidValueError, match=r"^limit: must be .*, got -1$"):
            store.dead_letters(-1)

    @pytest.mark.parametrize("reason", ["", "déjà 🧥 'x' %s", "é" * 100_000], ids=len)
    def test_the_reason_is_kept_as_it_was_given(self, store: EventStore, reason: str) -> None:
        """However long it is."""
        append_messages(store, outbox_message("a"))
        store.settle(taken(store), DeadLettered(at=MONDAY, reason=reason))
        assert store.dead_letters(1)[0].reason == reason

    def test_what_is_resumed_comes_up_again(self, store: EventStore, dead_lettered: Leased) -> None:
        """From its moment on, counting on, and no one must look any more."""
        store.resume("a", MONDAY + HOUR)
        assert store.dead_letters(10) == ()
        assert store.next_moment() == MONDAY + HOUR
        assert pending(store, MONDAY + HOUR - TICK) == ()
        again = taken(store, MONDAY + HOUR, "ben")
        assert again.message == dead_lettered.message
        assert again.attempt == 2

    def test_nothing_is_resumed_before_its_moment(
        self, store: EventStore, dead_lettered: Leased
    ) -> None:
        """Whatever moment is given."""
        store.resume("a", MONDAY - 2 * HOUR)
        assert store.next_moment() == dead_lettered.message.not_before

    @pytest.mark.parametrize("late", [LATER, NEVER], ids=["later", "never"])
    def test_after_it_is_resumed_the_word_of_before_is_ignored(
        self, store: EventStore, dead_lettered: Leased, late: Postponed | DeadLettered
    ) -> None:
        """The worker that gave it up holds no lease any more."""
        store.resume("a", MONDAY + MINUTE)
        store.settle(dead_lettered, late)
        assert store.next_moment() == MONDAY + MINUTE
        assert store.dead_letters(10) == ()

    def test_what_is_resumed_may_be_dead_lettered_again(
        self, store: EventStore, dead_lettered: Leased
    ) -> None:
        """With a new moment and reason."""
        store.resume("a", MONDAY)
        store.settle(taken(store), DeadLettered(at=MONDAY + MINUTE, reason="still not"))
        (known,) = store.dead_letters(10)
        assert (known.at, known.reason) == (MONDAY + MINUTE, "still not")
        assert known.message == dead_lettered.message

    def test_what_is_not_dead_lettered_cannot_be_resumed(self, store: EventStore) -> None:
        """Unknown, waiting, leased, postponed or done; nothing changes."""
        now = [outbox_message(key) for key in ("done", "leased", "postponed")]
        append_messages(store, *now, outbox_message("waiting", MONDAY + HOUR))
        done, _, postponed = pending(store)
        store.settle(done, DONE)
        store.settle(postponed, LATER)
        before = store.next_moment()
        for key in ("unknown", "waiting", "leased", "postponed", "done"):
            with pytest.raises(InvalidValueError, match=f"^key: must be .*, got '{key}'$"):
                store.resume(key, MONDAY)
        assert store.next_moment() == before
        assert pending(store) == ()

    @pytest.mark.usefixtures("dead_lettered")
    def test_it_is_resumed_once(self, store: EventStore) -> None:
        """Then it is not dead-lettered any more."""
        store.resume("a", MONDAY)
        with pytest.raises(InvalidValueError):
            store.resume("a", MONDAY)

    @pytest.mark.usefixtures("dead_lettered")
    def test_a_naive_moment_is_refused(self, store: EventStore) -> None:
        """It stays dead-lettered."""
        with pytest.raises(InvalidValueError, match=r"^at: must be"):
            store.resume("a", MONDAY.replace(tzinfo=None))
        assert len(store.dead_letters(10)) == 1
