from __future__ import annotations

from datetime import date, datetime

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.returns.house import (
    EDITION,
    FRANCE,
    PARIS,
    REFUND_OF_A_CLAIM,
    REFUND_OF_A_LOSS,
    REFUND_OF_A_WITHDRAWAL,
    REFUNDS,
    ROLLING,
    paris,
)
from vintage_rules.dates import DayWindow, Duration, Roll, Window, zone
from vintage_rules.errors import DayError, InvalidValueError, UnknownTermError
from vintage_rules.returns.pending_refunds import (
    RefundAwaited,
    RefundDue,
    RefundOverdue,
    ReturnSteps,
    assess_pending_refund,
    estimate_statement,
    overdue_at,
    refund_due,
)
from vintage_rules.returns.terms import RefundTerms, RefundTrigger

INFORMED = date(2026, 9, 1)
BY_LAW = date(2026, 9, 15)


def due(steps: ReturnSteps, terms: RefundTerms = REFUND_OF_A_WITHDRAWAL) -> RefundDue:
    """Give when a refund is due."""
    return refund_due(steps, terms, REFUNDS, FRANCE)


class TestF1RefundDue:
    """F1: a refund is made when the piece is back and has been checked."""

    def test_is_due_by_the_house_once_checked(self) -> None:
        """One *ouvré* after the check of a Friday is Monday."""
        steps = ReturnSteps(informed=INFORMED, received=date(2026, 9, 9), checked=date(2026, 9, 11))
        assert due(steps).by_house == date(2026, 9, 14)

    def test_is_not_due_by_the_house_while_it_is_only_back(self) -> None:
        """Back and checked, both."""
        assert due(ReturnSteps(informed=INFORMED, received=date(2026, 9, 9))).by_house is None

    @pytest.mark.parametrize(
        ("trigger", "day"),
        [
            (RefundTrigger.NONE_NEEDED, date(2026, 9, 2)),
            (RefundTrigger.POSTED, date(2026, 9, 4)),
            (RefundTrigger.RECEIVED, date(2026, 9, 9)),
            (RefundTrigger.CHECKED, date(2026, 9, 10)),
        ],
    )
    def test_another_house_waits_for_something_else(
        self, trigger: RefundTrigger, day: date
    ) -> None:
        """For nothing, for a tracking number, for receipt or for the check."""
        steps = ReturnSteps(
            informed=INFORMED,
            posted=date(2026, 9, 3),
            received=date(2026, 9, 8),
            checked=date(2026, 9, 9),
        )
        assert due(steps, evolve(REFUND_OF_A_WITHDRAWAL, trigger=trigger)).by_house == day

    def test_posting_is_proven_by_arrival_too(self) -> None:
        """What has arrived was posted."""
        terms = evolve(REFUND_OF_A_WITHDRAWAL, trigger=RefundTrigger.POSTED)
        steps = ReturnSteps(informed=INFORMED, received=date(2026, 9, 8))
        assert due(steps, terms).by_house == date(2026, 9, 9)

    def test_names_what_decided(self) -> None:
        """The clause and the law."""
        found = due(ReturnSteps(informed=INFORMED))
        assert (found.edition, found.sources) == (EDITION, ("F1", "L221-24"))


class TestF1RefundDueByLaw:
    """L221-24: within 14 days of being informed, or once the goods or the proof of dispatch are
    there, whichever of these two comes first, when that is later.
    """

    @pytest.mark.parametrize(
        ("posted", "received", "expected"),
        [
            (None, None, None),  # the house may wait
            (date(2026, 9, 3), None, BY_LAW),
            (date(2026, 9, 15), None, BY_LAW),
            (date(2026, 9, 16), None, date(2026, 9, 16)),  # no new 14 days start
            (None, date(2026, 9, 10), BY_LAW),
            (None, date(2026, 9, 20), date(2026, 9, 20)),
            (date(2026, 9, 18), date(2026, 9, 22), date(2026, 9, 18)),
            (date(2026, 9, 22), date(2026, 9, 18), date(2026, 9, 18)),
        ],
    )
    def test_in_france(
        self, posted: date | None, received: date | None, expected: date | None
    ) -> None:
        """The later of 14 days and the earlier of the two proofs."""
        steps = ReturnSteps(informed=INFORMED, posted=posted, received=received)
        assert due(steps).by_law == expected

    def test_in_the_united_kingdom_the_clock_starts_with_the_proof(self) -> None:
        """Regulation 34: 14 days after the goods, or the evidence of their return."""
        law = Window(anchor="recovered", length=Duration.of(14, "days"), roll=Roll.NONE)
        terms = evolve(REFUND_OF_A_WITHDRAWAL, law=law)
        steps = ReturnSteps(informed=INFORMED, posted=date(2026, 9, 3), received=date(2026, 9, 8))
        assert due(steps, terms).by_law == date(2026, 9, 17)
        assert due(ReturnSteps(informed=INFORMED), terms).by_law is None

    def test_a_policy_may_roll_it(self) -> None:
        """Regulation 1182/71 would move a Saturday; this house pays before."""
        steps = ReturnSteps(informed=date(2026, 9, 5), posted=date(2026, 9, 6))
        assert due(steps).by_law == date(2026, 9, 19)
        law = Window(anchor="informed", length=Duration.of(14, "days"), roll=ROLLING)
        assert due(steps, evolve(REFUND_OF_A_WITHDRAWAL, law=law)).by_law == date(2026, 9, 21)

    def test_what_is_lost_needs_no_proof(self) -> None:
        """Without a return there is nothing to wait for."""
        assert due(ReturnSteps(informed=INFORMED), REFUND_OF_A_LOSS).by_law == BY_LAW

    def test_a_claim_has_none_where_the_policy_names_none(self) -> None:
        """Then the house's own day is all there is."""
        steps = ReturnSteps(informed=INFORMED, received=date(2026, 9, 9), checked=date(2026, 9, 9))
        found = due(steps, REFUND_OF_A_CLAIM)
        assert found.by_law is None
        assert found.day == found.by_house == date(2026, 9, 10)

    def test_the_earlier_of_both_is_the_day(self) -> None:
        """The law does not wait for a slow check, nor the house for the law."""
        slow = ReturnSteps(informed=INFORMED, posted=date(2026, 9, 3), checked=date(2026, 9, 30))
        assert due(slow).day == BY_LAW
        quick = ReturnSteps(informed=INFORMED, posted=date(2026, 9, 3), checked=date(2026, 9, 7))
        assert due(quick).day == date(2026, 9, 8)
        assert due(ReturnSteps(informed=INFORMED)).day is None


class TestF3Statement:
    """F3: on a card it shows after a few days, on PayPal at once."""

    def test_a_card_takes_the_policy_s_days(self) -> None:
        """Five to ten *ouvrés* after Tuesday 15 September."""
        at = paris("2026-09-15T10:00:00+02:00")
        found = estimate_statement(at, "card", REFUNDS, FRANCE)
        assert found.window == DayWindow(date(2026, 9, 22), date(2026, 9, 29))
        assert found.sources[0] == "F3"
        assert found.edition == EDITION

    def test_paypal_shows_it_the_same_day(self) -> None:
        """The day it is in Paris."""
        at = paris("2026-09-16T00:30:00+02:00")
        found = estimate_statement(at, "paypal", REFUNDS, FRANCE)
        assert found.window == DayWindow(date(2026, 9, 16), date(2026, 9, 16))

    def test_holidays_that_move_the_earliest_day_past_the_latest(self) -> None:
        """Ten *ouvrés* are 14 days, or 15 where the first of May is among them."""
        delay = evolve(
            REFUNDS.statement["card"],
            earliest=Duration.of(10, "ouvres"),
            latest=Duration.of(14, "days"),
        )
        policy = evolve(REFUNDS, statement={"card": delay})
        spring = estimate_statement(paris("2026-04-22T10:00:00+02:00"), "card", policy, FRANCE)
        assert spring.window == DayWindow(date(2026, 5, 7), date(2026, 5, 7))
        autumn = estimate_statement(paris("2026-09-15T10:00:00+02:00"), "card", policy, FRANCE)
        assert autumn.window == DayWindow(date(2026, 9, 29), date(2026, 9, 29))

    def test_of_another_tender_nothing_is_invented(self) -> None:
        """The tender is named with those the policy knows."""
        with pytest.raises(UnknownTermError, match="card, paypal"):
            estimate_statement(paris("2026-09-15T10:00:00+02:00"), "cheque", REFUNDS, FRANCE)


class TestF4Overdue:
    """F4: a return that was delivered, and whose refund is still pending: write."""

    @pytest.mark.parametrize(
        ("now", "overdue"),
        [
            ("2026-09-08T10:00:00+02:00", False),
            ("2026-09-15T23:59:59.999999+02:00", False),
            ("2026-09-16T00:00:00+02:00", True),
        ],
    )
    def test_after_the_policy_s_days(self, now: str, overdue: bool) -> None:  # noqa: FBT001
        """Five *ouvrés* after Tuesday 8 September end on Tuesday 15."""
        found = assess_pending_refund(
            date(2026, 9, 8), datetime.fromisoformat(now), REFUNDS, FRANCE
        )
        last = date(2026, 9, 15)
        expected = (
            RefundOverdue(since=last, edition=EDITION, sources=("F4",))
            if overdue
            else RefundAwaited(until=last, edition=EDITION, sources=("F4",))
        )
        assert found == expected

    def test_a_day_of_receipt_is_a_day(self) -> None:
        """The field is named."""
        with pytest.raises(DayError, match="received"):
            assess_pending_refund(
                "2026-09-08",  # type: ignore[arg-type]
                paris("2026-09-15T10:00:00+02:00"),
                REFUNDS,
                FRANCE,
            )

    def test_a_refund_goes_overdue_at_the_end_of_the_earliest_day(self) -> None:
        """The law's after posting, the house's once it is back."""
        where = zone(PARIS)
        posted = ReturnSteps(informed=INFORMED, posted=date(2026, 9, 3))
        terms = REFUND_OF_A_WITHDRAWAL
        found = overdue_at(posted, terms, REFUNDS, where, FRANCE)
        assert found == paris("2026-09-16T00:00:00+02:00")
        arrived = evolve(posted, received=date(2026, 9, 7))
        assert overdue_at(arrived, terms, REFUNDS, where, FRANCE) == paris(
            "2026-09-15T00:00:00+02:00"
        )
        assert overdue_at(ReturnSteps(informed=INFORMED), terms, REFUNDS, where, FRANCE) is None


class TestReturnSteps:
    """The steps of a return are days; moments fall on other days in other places."""

    MOMENT = datetime.fromisoformat("2026-09-18T10:00:00+02:00")

    @pytest.mark.parametrize("step", ["informed", "posted", "received", "checked"])
    def test_a_moment_is_no_day(self, step: str) -> None:
        """It is refused where it enters, by the name of its step."""
        with pytest.raises(DayError, match=f"^{step}: must be a date such as"):
            ReturnSteps(**{"informed": INFORMED, step: self.MOMENT})


class TestDurationsOfRefunds:
    """Refunds count days."""

    def test_hours_are_refused(self) -> None:
        """Both of the policy's terms are checked by name."""
        hours = Duration.of(5, "hours")
        with pytest.raises(InvalidValueError, match="due"):
            evolve(REFUNDS, due=hours)
        with pytest.raises(InvalidValueError, match="overdue"):
            evolve(REFUNDS, overdue=Window(anchor="received", length=hours, roll=Roll.NONE))

    def test_what_never_ends_is_refused(self) -> None:
        """A refund is due some day."""
        with pytest.raises(InvalidValueError, match="due"):
            evolve(REFUNDS, due=Duration.of(0, "never"))


@given(
    st.dates(date(2026, 1, 1), date(2027, 6, 30)),
    st.integers(min_value=0, max_value=40),
    st.integers(min_value=0, max_value=40),
)
def test_the_law_s_day_is_never_before_the_proof_nor_the_fortnight(
    informed: date, posted_after: int, received_after: int
) -> None:
    """Whatever comes first, both have passed on the day, and one of them is that day."""
    posted = date.fromordinal(informed.toordinal() + posted_after)
    received = date.fromordinal(informed.toordinal() + received_after)
    steps = ReturnSteps(informed=informed, posted=posted, received=received)
    by_law = due(steps).by_law
    assert by_law is not None
    waited = (by_law - informed).days
    assert waited == max(14, min(posted_after, received_after))
