"""Streams come up when their time has come, to one worker at a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from vintage_rules.errors import InvalidValueError
from vintage_rules.ports.store import EventStore
from vintage_rules.testing.contracts.store.base import (
    COAT,
    HAT,
    HOUR,
    MINUTE,
    MONDAY,
    TICK,
    StoreFixtures,
    change,
    due,
    outbox_message,
    pending,
)


class DeadlinesContract(StoreFixtures):
    """`due`, and the deadlines that `append` sets."""

    @pytest.fixture
    def ripe(self, store: EventStore) -> EventStore:
        """Write a coat whose time comes on Monday."""
        store.append([change(COAT, 0, deadline=MONDAY)])
        return store

    def test_a_deadline_has_come_at_its_very_moment(self, ripe: EventStore) -> None:
        """Not a microsecond earlier."""
        assert due(ripe, MONDAY - TICK) == ()
        assert due(ripe, MONDAY) == (COAT,)

    def test_moments_are_compared_whatever_their_offsets(self, store: EventStore) -> None:
        """A deadline in Tokyo has come in New York at the same moment."""
        tokyo, new_york = timezone(timedelta(hours=9)), timezone(timedelta(hours=-4))
        deadline = datetime(2026, 9, 7, 17, 0, 0, 1, tzinfo=tokyo)
        store.append([change(COAT, 0, deadline=deadline)])
        assert due(store, datetime(2026, 9, 7, 4, tzinfo=new_york)) == ()
        assert due(store, datetime(2026, 9, 7, 4, 0, 0, 1, tzinfo=new_york)) == (COAT,)

    def test_a_stream_without_a_deadline_never_comes_up(self, store: EventStore) -> None:
        """Not at the end of time either."""
        store.append([change(COAT, 0)])
        assert due(store, datetime(9999, 1, 1, tzinfo=UTC)) == ()

    def test_a_deadline_may_be_long_past_or_far_ahead(self, store: EventStore) -> None:
        """As far as moments go."""
        first, last = datetime(1, 1, 1, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
        store.append([change(COAT, 0, deadline=last), change(HAT, 0, deadline=first)])
        assert store.next_moment() == first
        assert due(store, first) == (HAT,)
        assert due(store, last) == (HAT, COAT)

    def test_the_earliest_come_first_then_in_the_order_of_names(self, store: EventStore) -> None:
        """Not in the order they were written, and names by code point."""
        moments = {"b": 1, "Z": 1, "a": 1, "é": 1, "last": 2, "z": 0}
        store.append(
            [change(name, deadline=MONDAY + after * TICK) for name, after in moments.items()]
        )
        assert due(store, MONDAY + MINUTE) == ("z", "Z", "a", "b", "é", "last")

    def test_a_limit_takes_the_earliest_streams(self, store: EventStore) -> None:
        """Each call goes on where the one before ended."""
        names = [f"piece/{number}" for number in range(7)]
        store.append([change(name, deadline=MONDAY) for name in reversed(names)])
        assert [due(store, limit=3) for _ in range(4)] == [
            (*names[:3],),
            (*names[3:6],),
            (*names[6:],),
            (),
        ]

    def test_a_limit_of_nothing_takes_nothing(self, ripe: EventStore) -> None:
        """And leases nothing."""
        assert due(ripe, limit=0) == ()
        assert due(ripe) == (COAT,)

    @pytest.mark.parametrize("worker", ["anna", "ben"])
    def test_nobody_is_given_a_leased_stream(self, ripe: EventStore, worker: str) -> None:
        """Until the lease ends, to the microsecond; then anybody is, and leases it again."""
        assert due(ripe) == (COAT,)
        assert due(ripe, MONDAY + MINUTE - TICK, worker=worker) == ()
        assert due(ripe, MONDAY + MINUTE, worker=worker, lease=HOUR) == (COAT,)
        assert due(ripe, MONDAY + HOUR + MINUTE - TICK) == ()
        assert due(ripe, MONDAY + HOUR + MINUTE) == (COAT,)

    def test_a_stream_nobody_finishes_does_not_hold_up_the_rest(self, store: EventStore) -> None:
        """After a lease it waits behind those that have come up meanwhile."""
        store.append([change(COAT, deadline=MONDAY), change(HAT, deadline=MONDAY + TICK)])
        assert due(store, limit=1) == (COAT,)
        assert due(store, MONDAY + MINUTE, limit=1) == (HAT,)
        assert due(store, MONDAY + MINUTE, limit=1) == (COAT,)

    def test_a_new_deadline_replaces_the_one_before(self, ripe: EventStore) -> None:
        """A later one waits, an earlier one has come sooner."""
        ripe.append([change(COAT, 1, deadline=MONDAY + HOUR)])
        assert due(ripe, MONDAY + HOUR - TICK) == ()
        ripe.append([change(COAT, 2, deadline=MONDAY - HOUR)])
        assert due(ripe, MONDAY - HOUR) == (COAT,)

    def test_no_deadline_replaces_the_one_before_too(self, ripe: EventStore) -> None:
        """Time changes it no more."""
        ripe.append([change(COAT, 1, deadline=None)])
        assert due(ripe, MONDAY + HOUR) == ()
        assert ripe.next_moment() is None

    def test_a_new_deadline_ends_the_lease(self, ripe: EventStore) -> None:
        """What is due again is not held back for the worker that had it before."""
        assert due(ripe, lease=HOUR) == (COAT,)
        ripe.append([change(COAT, 1, deadline=MONDAY)])
        assert due(ripe, worker="ben") == (COAT,)

    def test_no_deadline_ends_the_lease_for_good(self, ripe: EventStore) -> None:
        """It does not come up again when the lease would have ended."""
        assert due(ripe) == (COAT,)
        ripe.append([change(COAT, 1, deadline=None)])
        assert due(ripe, MONDAY + HOUR) == ()

    def test_a_clock_behind_waits_longer_for_streams(self, ripe: EventStore) -> None:
        """A worker whose clock is slow gives a lease more time, and is given nothing twice."""
        assert due(ripe, MONDAY + HOUR, worker="anna") == (COAT,)
        assert due(ripe, MONDAY, worker="ben") == ()
        assert due(ripe, MONDAY + HOUR, worker="ben") == ()
        assert due(ripe, MONDAY + HOUR + MINUTE, worker="ben") == (COAT,)

    def test_a_clock_that_steps_back_breaks_nothing(self, ripe: EventStore) -> None:
        """What was taken stays taken until its lease ends, what is not due is not given."""
        assert due(ripe, MONDAY + HOUR) == (COAT,)
        ripe.append([change(HAT, deadline=MONDAY + MINUTE)])
        assert due(ripe, MONDAY) == ()
        assert due(ripe, MONDAY + MINUTE) == (HAT,)
        assert due(ripe, MONDAY + 2 * HOUR) == (HAT, COAT)

    @pytest.mark.parametrize(
        ("field", "wrong"),
        [
            ("now", {"now": MONDAY.replace(tzinfo=None)}),
            ("limit", {"limit": -1}),
            ("worker", {"worker": ""}),
            ("lease", {"lease": timedelta()}),
            ("lease", {"lease": -MINUTE}),
            ("lease", {"lease": timedelta.max}),
        ],
        ids=["naive", "limit", "nobody", "no-lease", "negative-lease", "endless-lease"],
    )
    def test_nonsense_is_refused_and_takes_nothing(
        self, ripe: EventStore, field: str, wrong: dict[str, object]
    ) -> None:
        """By `due` and by `pending`, with the field, what was found and what is allowed."""
        ripe.append([change(HAT, outbox=[outbox_message("a")])])
        arguments = {"now": MONDAY, "limit": 1, "worker": "anna", "lease": MINUTE} | wrong
        for verb in (due, pending):
            with pytest.raises(InvalidValueError, match=f"^{field}: must be"):
                verb(ripe, **arguments)  # type: ignore[arg-type]  # the arguments are nonsense
        assert due(ripe) == (COAT,)
        assert len(pending(ripe)) == 1


class NextMomentContract(StoreFixtures):
    """`next_moment`: how long a worker may sleep."""

    def test_nothing_waits_in_an_empty_store(self, store: EventStore) -> None:
        """Nor where no stream has a deadline or a message."""
        assert store.next_moment() is None
        store.append([change(COAT)])
        assert store.next_moment() is None

    @pytest.mark.parametrize(("deadline", "not_before"), [(1, 2), (2, 1), (1, 1), (-2, -1)])
    def test_the_earlier_of_deadline_and_message_counts(
        self, store: EventStore, deadline: int, not_before: int
    ) -> None:
        """To the microsecond, past moments too."""
        messages = [outbox_message("a", MONDAY + not_before * TICK)]
        store.append([change(COAT, deadline=MONDAY + deadline * TICK, outbox=messages)])
        assert store.next_moment() == MONDAY + min(deadline, not_before) * TICK

    def test_it_is_in_utc(self, store: EventStore) -> None:
        """Like every moment a store gives."""
        store.append([change(COAT, deadline=MONDAY)])
        moment = store.next_moment()
        assert moment is not None
        assert moment.tzinfo is UTC

    def test_the_end_of_a_lease_counts(self, store: EventStore) -> None:
        """Then a dead worker's work is there to be taken over."""
        store.append([change(COAT, deadline=MONDAY, outbox=[outbox_message("a")])])
        due(store)
        pending(store, lease=HOUR)
        assert store.next_moment() == MONDAY + MINUTE
        due(store, MONDAY + MINUTE, lease=2 * HOUR)
        assert store.next_moment() == MONDAY + HOUR

    def test_it_is_when_something_is_given(self, store: EventStore) -> None:
        """A worker that sleeps until then never sleeps in vain, nor too long."""
        store.append(
            [change(f"piece/{number}", deadline=MONDAY + number * HOUR) for number in (2, 1)]
        )
        given: list[str] = []
        while (moment := store.next_moment()) is not None:
            assert due(store, moment - TICK) == ()
            (stream,) = due(store, moment)
            given.append(stream)
            store.append([change(stream, 1, deadline=None)])
        assert given == ["piece/1", "piece/2"]
