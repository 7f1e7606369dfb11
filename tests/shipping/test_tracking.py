"""What to do about a tracking page that does not move."""

from __future__ import annotations

from datetime import UTC, date, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import BORDEAUX, SYDNEY, french_calendar, imparfaite, weekdays
from vintage_rules.dates import Calendar, Duration
from vintage_rules.errors import DayError
from vintage_rules.places import Destination
from vintage_rules.shipping import (
    ContactUs,
    DeliveryEstimate,
    Investigate,
    TrackingAssessment,
    Wait,
    assess_tracking,
    estimate_delivery,
)


def estimated(to: Destination, dispatched: str, calendar: Calendar) -> DeliveryEstimate:
    """Estimate by the shipped policy."""
    delivery = imparfaite().shipping.delivery
    return estimate_delivery(to, date.fromisoformat(dispatched), delivery, calendar)


def track(
    moved: str,
    today: str,
    *,
    to: Destination = SYDNEY,
    calendar: Calendar | None = None,
) -> TrackingAssessment:
    """Ask about a parcel dispatched on Monday, 7 September 2026."""
    at_home = calendar or weekdays()
    return assess_tracking(
        estimated(to, "2026-09-07", at_home),
        imparfaite().shipping.tracking,
        at_home,
        last_movement=date.fromisoformat(moved),
        today=date.fromisoformat(today),
    )


class TestS3TrackingThatDoesNotMove:
    """Three jours ouvrés without movement are normal; then write; past the estimate we look."""

    @pytest.mark.parametrize(
        ("moved", "today", "until"),
        [
            ("2026-09-07", "2026-09-07", "2026-09-10"),
            ("2026-09-07", "2026-09-10", "2026-09-10"),
            ("2026-09-10", "2026-09-15", "2026-09-15"),
            ("2026-09-12", "2026-09-16", "2026-09-16"),
        ],
    )
    def test_wait(self, moved: str, today: str, until: str) -> None:
        """Up to and including the third day; a weekend does not count."""
        found = track(moved, today)
        assert isinstance(found, Wait)
        assert found.until == date.fromisoformat(until)

    @pytest.mark.parametrize(
        ("moved", "today", "until"),
        [
            ("2026-09-07", "2026-09-11", "2026-09-10"),
            ("2026-09-10", "2026-09-16", "2026-09-15"),
            ("2026-09-07", "2026-09-18", "2026-09-10"),
        ],
    )
    def test_contact_us(self, moved: str, today: str, until: str) -> None:
        """From the day after, up to and including the latest day of the estimate."""
        found = track(moved, today)
        assert isinstance(found, ContactUs)
        assert found.until == date.fromisoformat(until)

    @pytest.mark.parametrize("moved", ["2026-09-07", "2026-09-18", "2026-09-19"])
    def test_investigate(self, moved: str) -> None:
        """The day after the latest estimate, however lately it moved."""
        found = track(moved, "2026-09-19")
        assert isinstance(found, Investigate)
        assert found.latest == date(2026, 9, 18)

    def test_nobody_waits_past_the_latest_estimate(self) -> None:
        """Patience ends with it."""
        found = track("2026-09-17", "2026-09-18")
        assert isinstance(found, Wait)
        assert found.until == date(2026, 9, 18)

    def test_holidays_are_not_counted(self) -> None:
        """Over Ascension in France the third day is a Tuesday."""
        at_home = french_calendar()
        found = assess_tracking(
            estimated(BORDEAUX, "2026-05-13", at_home),
            imparfaite().shipping.tracking,
            at_home,
            last_movement=date(2026, 5, 13),
            today=date(2026, 5, 19),
        )
        assert isinstance(found, Wait)
        assert found.until == date(2026, 5, 19)

    def test_says_why(self) -> None:
        """The clause, and past the estimate also those of the estimate."""
        for today, sources in (
            ("2026-09-07", ("S3",)),
            ("2026-09-11", ("S3",)),
            ("2026-09-19", ("S3", "L11")),
        ):
            found = track("2026-09-07", today)
            assert (found.sources, found.edition) == (sources, imparfaite().edition)

    def test_another_house_may_be_more_patient(self) -> None:
        """The few days are a value of the policy."""
        patient = attrs.evolve(imparfaite().shipping.tracking, patience=Duration.of(9, "days"))
        found = assess_tracking(
            estimated(SYDNEY, "2026-09-07", weekdays()),
            patient,
            weekdays(),
            last_movement=date(2026, 9, 7),
            today=date(2026, 9, 16),
        )
        assert isinstance(found, Wait)

    def test_the_last_movement_is_not_in_the_future(self) -> None:
        """By one day already."""
        with pytest.raises(
            DayError,
            match=r"^last_movement: must be not after 2026-09-08, got datetime.date\(2026, 9, 9\)",
        ):
            track("2026-09-09", "2026-09-08")

    def test_days_are_dates(self) -> None:
        """Both of them."""
        moment, day = datetime(2026, 9, 8, tzinfo=UTC), date(2026, 9, 8)
        for last, today, name in ((moment, day, "last_movement"), (day, moment, "today")):
            with pytest.raises(DayError, match=f"{name}: must be a date"):
                assess_tracking(
                    estimated(SYDNEY, "2026-09-07", weekdays()),
                    imparfaite().shipping.tracking,
                    weekdays(),
                    last_movement=last,
                    today=today,
                )

    @given(moved=st.integers(0, 30), later=st.integers(0, 30))
    def test_only_grows_more_worried(self, moved: int, later: int) -> None:
        """The longer a page stands still, the more is done."""
        levels = {Wait: 0, ContactUs: 1, Investigate: 2}
        last = date(2026, 9, 7).replace(day=1 + moved % 28)
        answers = [
            levels[
                type(
                    assess_tracking(
                        estimated(SYDNEY, "2026-09-07", weekdays()),
                        imparfaite().shipping.tracking,
                        weekdays(),
                        last_movement=last,
                        today=date.fromordinal(last.toordinal() + after),
                    )
                )
            ]
            for after in (later, later + 1)
        ]
        assert answers == sorted(answers)
