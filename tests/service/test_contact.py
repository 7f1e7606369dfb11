"""When the house can be reached, to the minute."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import french_calendar, imparfaite, weekdays
from vintage_rules.dates import Calendar, zone
from vintage_rules.errors import CalendarRangeError, DayError, InvalidValueError
from vintage_rules.service import (
    ContactAssessment,
    ContactClosed,
    ContactOpen,
    ContactPolicy,
    OpeningHours,
    assess_contact,
)

PARIS = zone("Europe/Paris")


def policy(*, closed_on_holidays: bool = False) -> ContactPolicy:
    """Give the hours of the shipped policy."""
    shipped = imparfaite().service.contact
    return attrs.evolve(shipped, closed_on_holidays=closed_on_holidays)


def paris(text: str) -> datetime:
    """Give a moment on a clock in Paris."""
    return datetime.fromisoformat(text).replace(tzinfo=PARIS)


def ask(text: str, *, closed_on_holidays: bool = False) -> str:
    """Tell on a clock in Paris until when somebody answers, or from when on."""
    terms = policy(closed_on_holidays=closed_on_holidays)
    match assess_contact(paris(text), terms, french_calendar()):
        case ContactOpen(closes_at=closes_at):
            return f"open until {closes_at.astimezone(PARIS):%Y-%m-%d %H:%M}"
        case ContactClosed(opens_at=opens_at):
            return f"closed until {opens_at.astimezone(PARIS):%Y-%m-%d %H:%M}"


class TestK1Contact:
    """Phone and chat: Monday to Friday, 9:30–12:30 and 13:30–18:30 in Paris; mail at any time."""

    @pytest.mark.parametrize(
        ("at", "answer"),
        [
            ("2026-09-07T00:00:00", "closed until 2026-09-07 09:30"),
            ("2026-09-07T09:29:59.999999", "closed until 2026-09-07 09:30"),
            ("2026-09-07T09:30:00", "open until 2026-09-07 12:30"),
            ("2026-09-07T12:29:59.999999", "open until 2026-09-07 12:30"),
            ("2026-09-07T12:30:00", "closed until 2026-09-07 13:30"),
            ("2026-09-07T13:00:00", "closed until 2026-09-07 13:30"),
            ("2026-09-07T13:29:59.999999", "closed until 2026-09-07 13:30"),
            ("2026-09-07T13:30:00", "open until 2026-09-07 18:30"),
            ("2026-09-07T18:29:59.999999", "open until 2026-09-07 18:30"),
            ("2026-09-07T18:30:00", "closed until 2026-09-08 09:30"),
            ("2026-09-07T23:59:59.999999", "closed until 2026-09-08 09:30"),
        ],
    )
    def test_both_sides_of_every_minute(self, at: str, answer: str) -> None:
        """The opening minute is open, the closing minute is closed, and lunch is an hour."""
        assert ask(at) == answer

    @pytest.mark.parametrize(
        ("at", "answer"),
        [
            ("2026-09-11T18:29:00", "open until 2026-09-11 18:30"),
            ("2026-09-11T18:30:00", "closed until 2026-09-14 09:30"),
            ("2026-09-12T10:00:00", "closed until 2026-09-14 09:30"),
            ("2026-09-13T15:00:00", "closed until 2026-09-14 09:30"),
            ("2026-09-14T09:30:00", "open until 2026-09-14 12:30"),
        ],
    )
    def test_friday_evening_to_monday_morning(self, at: str, answer: str) -> None:
        """Nobody answers on Saturday and Sunday."""
        assert ask(at) == answer

    @pytest.mark.parametrize(
        ("at", "opens_at"),
        [
            ("2026-03-27T19:00:00", "2026-03-30T07:30:00"),
            ("2026-03-29T02:30:00", "2026-03-30T07:30:00"),
            ("2026-10-23T19:00:00", "2026-10-26T08:30:00"),
            ("2026-10-25T02:30:00", "2026-10-26T08:30:00"),
        ],
    )
    def test_weekends_on_which_clocks_change(self, at: str, opens_at: str) -> None:
        """It opens at 9:30 on the clock, which is an hour earlier or later in UTC."""
        found = assess_contact(paris(at), policy(), french_calendar())
        assert isinstance(found, ContactClosed)
        assert found.opens_at == datetime.fromisoformat(opens_at).replace(tzinfo=UTC)
        assert found.opens_at.tzinfo is UTC

    def test_the_day_is_that_of_paris(self) -> None:
        """Sunday night in UTC is Monday there, and Monday morning in Tokyo still Sunday."""
        late = datetime(2026, 9, 6, 23, 30, tzinfo=UTC)
        found = assess_contact(late, policy(), french_calendar())
        assert isinstance(found, ContactClosed)
        assert found.opens_at == datetime(2026, 9, 7, 7, 30, tzinfo=UTC)
        tokyo = datetime(2026, 9, 7, 16, 30, tzinfo=zone("Asia/Tokyo"))
        assert isinstance(assess_contact(tokyo, policy(), french_calendar()), ContactOpen)

    def test_mail_is_never_closed(self) -> None:
        """The channels are in alphabetical order."""
        at_ten = assess_contact(paris("2026-09-07T10:00:00"), policy(), french_calendar())
        at_night = assess_contact(paris("2026-09-07T23:00:00"), policy(), french_calendar())
        assert (at_ten.channels, at_night.channels) == (("chat", "mail", "phone"), ("mail",))

    def test_says_why(self) -> None:
        """Open or closed, by the clause and the edition."""
        for at in ("2026-09-07T10:00:00", "2026-09-07T23:00:00"):
            found = assess_contact(paris(at), policy(), french_calendar())
            assert (found.sources, found.edition) == (("K1",), imparfaite().edition)

    @given(
        at=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 11, 30)),  # noqa: DTZ001
        holidays=st.booleans(),
    )
    def test_agrees_with_the_clock(self, at: datetime, holidays: bool) -> None:  # noqa: FBT001
        """What is open or closed stays so until the minute told, and changes then."""
        moment = at.replace(tzinfo=UTC)
        terms = policy(closed_on_holidays=holidays)
        found = assess_contact(moment, terms, french_calendar())
        assert isinstance(found, ContactOpen) == is_answered(moment, rests=holidays)
        change = found.closes_at if isinstance(found, ContactOpen) else found.opens_at
        assert change > moment
        just_before = change - timedelta(microseconds=1)
        assert is_answered(just_before, rests=holidays) == isinstance(found, ContactOpen)
        assert is_answered(change, rests=holidays) != isinstance(found, ContactOpen)


def is_answered(moment: datetime, *, rests: bool) -> bool:
    """Read the hours off a clock in Paris."""
    local = moment.astimezone(PARIS)
    clock = f"{local:%H:%M}"
    hours = "09:30" <= clock < "12:30" or "13:30" <= clock < "18:30"
    return hours and local.isoweekday() <= 5 and not (rests and local.date() in french_calendar())


class TestHolidays:
    """Whether nobody answers on a public holiday is a value of the policy."""

    @pytest.mark.parametrize(
        ("at", "open_all_the_same", "closed"),
        [
            ("2026-07-14T10:00:00", "open until 2026-07-14 12:30", "closed until 2026-07-15 09:30"),
            (
                "2026-07-13T19:00:00",
                "closed until 2026-07-14 09:30",
                "closed until 2026-07-15 09:30",
            ),
            (
                "2026-12-24T19:00:00",
                "closed until 2026-12-25 09:30",
                "closed until 2026-12-28 09:30",
            ),
        ],
    )
    def test_on_and_off(self, at: str, open_all_the_same: str, closed: str) -> None:
        """This house's text names no holiday; another house may rest."""
        assert ask(at) == open_all_the_same
        assert ask(at, closed_on_holidays=True) == closed

    def test_must_be_known_only_where_they_count(self) -> None:
        """Beyond the calendar's years nothing is guessed."""
        beyond = datetime(2060, 9, 6, 10, tzinfo=UTC)
        assert isinstance(assess_contact(beyond, policy(), weekdays()), ContactOpen)
        with pytest.raises(CalendarRangeError):
            assess_contact(beyond, policy(closed_on_holidays=True), weekdays())


def told(found: ContactAssessment) -> str:
    """Give the day and the hour of the change, in UTC."""
    match found:
        case ContactOpen(closes_at=until):
            return f"open {until:%d %H:%M}"
        case ContactClosed(opens_at=until):
            return f"closed {until:%d %H:%M}"


class TestOtherHours:
    """Another house's hours, in whatever order they are written."""

    HOURS = (
        OpeningHours(weekdays=frozenset({5}), opens=time(14), closes=time(16)),
        OpeningHours(weekdays=frozenset({5, 6}), opens=time(10), closes=time(12)),
    )

    @pytest.mark.parametrize(
        ("at", "answer"),
        [
            (datetime(2026, 9, 11, 12, tzinfo=UTC), "closed 12 08:00"),
            (datetime(2026, 9, 12, 7, tzinfo=UTC), "closed 12 08:00"),
            (datetime(2026, 9, 12, 9, tzinfo=UTC), "open 12 10:00"),
            (datetime(2026, 9, 12, 11, tzinfo=UTC), "closed 12 12:00"),
            (datetime(2026, 9, 12, 13, tzinfo=UTC), "open 12 14:00"),
            (datetime(2026, 9, 12, 14, tzinfo=UTC), "closed 13 08:00"),
            (datetime(2026, 9, 13, 11, tzinfo=UTC), "closed 19 08:00"),
        ],
        ids=str,
    )
    def test_the_next_opening_is_found(self, at: datetime, answer: str) -> None:
        """On the same day or on a later one; told in UTC."""
        terms = attrs.evolve(policy(), hours=self.HOURS)
        assert told(assess_contact(at, terms, weekdays())) == answer

    def test_west_of_greenwich_the_day_is_longer(self) -> None:
        """Monday evening in Los Angeles is Tuesday in UTC, and somebody still answers."""
        there = attrs.evolve(policy(), zone="America/Los_Angeles")
        found = assess_contact(datetime(2026, 9, 8, 1, tzinfo=UTC), there, weekdays())
        assert told(found) == "open 08 01:30"

    def test_every_day_of_the_week_may_be_one(self) -> None:
        """Also Sunday, and all seven."""
        daily = OpeningHours(weekdays=frozenset(range(7)), opens=time(9), closes=time(10))
        there = attrs.evolve(policy(), hours=(daily,))
        found = assess_contact(datetime(2026, 9, 13, 5, tzinfo=UTC), there, weekdays())
        assert told(found) == "closed 13 07:00"

    def test_a_house_that_never_opens_is_refused(self) -> None:
        """Or nobody could say when it opens."""
        with pytest.raises(
            InvalidValueError, match=r"hours: must be at least one opening, got \(\)"
        ):
            attrs.evolve(policy(), hours=())

    @pytest.mark.parametrize("weekdays", [set(), {7}, {-1, 0}])
    def test_days_of_the_week_are_checked(self, weekdays: set[int]) -> None:
        """0 is Monday and 6 Sunday."""
        found = re.escape(str(sorted(weekdays)))
        allowed = r"weekdays: must be at least one of 0 \(Monday\) to 6 \(Sunday\), got " + found
        with pytest.raises(InvalidValueError, match=allowed):
            OpeningHours(weekdays=frozenset(weekdays), opens=time(9), closes=time(10))

    @pytest.mark.parametrize("closes", [time(9), time(8, 59)])
    def test_hours_are_not_reversed(self, closes: time) -> None:
        """Nor empty."""
        allowed = f"closes: must be later than 09:00:00, got '{closes}'"
        with pytest.raises(InvalidValueError, match=allowed):
            OpeningHours(weekdays=frozenset({0}), opens=time(9), closes=closes)

    def test_a_moment_has_an_offset(self) -> None:
        """Or nobody knows when it is."""
        with pytest.raises(DayError, match="at: must be a moment with an offset"):
            assess_contact(date(2026, 9, 7), policy(), weekdays())  # type: ignore[arg-type]

    def test_holidays_may_be_many(self) -> None:
        """A whole week of them is passed over."""
        week = [date(2026, 9, day) for day in range(7, 12)]
        resting = policy(closed_on_holidays=True)
        found = assess_contact(paris("2026-09-07T10:00:00"), resting, Calendar("FR", week))
        assert isinstance(found, ContactClosed)
        assert found.opens_at == paris("2026-09-14T09:30:00")
