"""Three counts of days that look alike, held against a walk from day to day."""

from __future__ import annotations

import copy
import pickle
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import french_calendar
from vintage_rules.dates import Calendar, DayCount
from vintage_rules.errors import CalendarRangeError, DayError

FIRST, LAST = date(2026, 1, 1), date(2026, 12, 31)
IN_RANGE = st.dates(min_value=FIRST, max_value=LAST)
HOLIDAYS = st.frozensets(IN_RANGE, max_size=60)
COUNTS = st.sampled_from(DayCount)
ONE_DAY = timedelta(days=1)


def counts(day: date, holidays: frozenset[date], count: DayCount) -> bool:
    """Say whether a day counts, from the meaning of the words."""
    match count:
        case DayCount.CALENDAR:
            return True
        case DayCount.OUVRABLES:
            return day.isoweekday() in {1, 2, 3, 4, 5, 6} and day not in holidays
        case DayCount.OUVRES:
            return day.isoweekday() in {1, 2, 3, 4, 5} and day not in holidays


def walk(start: date, days: int, holidays: frozenset[date], count: DayCount) -> date:
    """Go from day to day until enough have counted."""
    day = start
    while days:
        day += ONE_DAY
        days -= counts(day, holidays, count)
    return day


def a_year(holidays: frozenset[date]) -> Calendar:
    """Give a calendar of 2026."""
    return Calendar("test", holidays, first=FIRST, last=LAST)


class TestAddingDays:
    """Day 1 is the first counted day after the start. L9, L10, L11."""

    @pytest.mark.parametrize(
        ("dispatched", "least", "most", "ouvrables", "ouvres"),
        [
            ("2026-11-23", 2, 5, "2026-11-25/2026-11-28", "2026-11-25/2026-11-30"),
            ("2026-11-26", 2, 5, "2026-11-28/2026-12-02", "2026-11-30/2026-12-03"),
            ("2026-12-24", 2, 5, "2026-12-28/2026-12-31", "2026-12-29/2027-01-04"),
            ("2026-04-30", 2, 5, "2026-05-04/2026-05-07", "2026-05-05/2026-05-11"),
            ("2026-05-13", 2, 5, "2026-05-16/2026-05-20", "2026-05-18/2026-05-21"),
            ("2026-11-27", 4, 9, "2026-12-02/2026-12-08", "2026-12-03/2026-12-10"),
            ("2026-12-18", 5, 10, "2026-12-24/2026-12-31", "2026-12-28/2027-01-05"),
        ],
    )
    def test_by_hand(
        self, dispatched: str, least: int, most: int, ouvrables: str, ouvres: str
    ) -> None:
        """Windows around weekends and French holidays, in both counts."""
        start = date.fromisoformat(dispatched)
        for count, window in ((DayCount.OUVRABLES, ouvrables), (DayCount.OUVRES, ouvres)):
            days = [french_calendar().add(start, n, count) for n in (least, most)]
            assert "/".join(map(str, days)) == window

    @given(start=IN_RANGE, days=st.integers(0, 40), holidays=HOLIDAYS, count=COUNTS)
    def test_agrees_with_a_walk(
        self, start: date, days: int, holidays: frozenset[date], count: DayCount
    ) -> None:
        """Whatever the holidays; beyond the last known day it says so."""
        calendar = a_year(holidays)
        wanted = walk(start, days, holidays, count)
        if wanted > LAST and count is not DayCount.CALENDAR:
            with pytest.raises(CalendarRangeError):
                calendar.add(start, days, count)
        else:
            assert calendar.add(start, days, count) == wanted

    @pytest.mark.parametrize("count", DayCount)
    def test_of_no_days_is_the_day_itself(self, count: DayCount) -> None:
        """Even one that does not count, and outside the known years."""
        christmas = date(2026, 12, 25)
        assert french_calendar().add(christmas, 0, count) == christmas
        assert french_calendar().add(date(1999, 1, 1), 0, count) == date(1999, 1, 1)

    def test_calendar_days_need_no_known_holidays(self) -> None:
        """They go beyond the calendar on both sides."""
        assert a_year(frozenset()).add(date(2040, 2, 28), 2, DayCount.CALENDAR) == date(2040, 3, 1)
        assert a_year(frozenset()).add(LAST, 1, DayCount.CALENDAR) == date(2027, 1, 1)

    @pytest.mark.parametrize("count", [DayCount.OUVRABLES, DayCount.OUVRES])
    def test_worked_days_are_known_only_in_its_years(self, count: DayCount) -> None:
        """Both ends are exact, and the message says which day was asked for."""
        calendar = a_year(frozenset())
        assert calendar.add(FIRST, 1, count) == date(2026, 1, 2)
        assert calendar.add(date(2026, 12, 30), 1, count) == LAST
        with pytest.raises(CalendarRangeError, match=r"2026-01-01 and 2026-12-31, got 2027-01-01$"):
            calendar.add(LAST, 1, count)
        with pytest.raises(CalendarRangeError, match=r"2026-01-01 and 2026-12-31, got 2027-01-01$"):
            calendar.add(date(2026, 12, 30), 2, count)
        with pytest.raises(CalendarRangeError, match=r"2026-01-01 and 2026-12-31, got 2027-06-01$"):
            calendar.add(date(2027, 6, 1), 1, count)
        with pytest.raises(CalendarRangeError, match=r"2026-01-01 and 2026-12-31, got 2025-12-31$"):
            calendar.add(date(2025, 12, 31), 1, count)
        with pytest.raises(CalendarRangeError, match=r"got 2025-12-01$"):
            calendar.add(date(2025, 12, 1), 300, count)

    @pytest.mark.parametrize("days", [-1, 1.0, True, "1", None], ids=repr)
    def test_the_number_is_whole_and_not_negative(self, days: object) -> None:
        """The message says so."""
        with pytest.raises(DayError, match="days: must be a whole number, 0 or more, got") as no:
            french_calendar().add(FIRST, days, DayCount.OUVRES)  # type: ignore[arg-type]
        assert no.value.found is days

    @pytest.mark.parametrize("count", DayCount)
    @pytest.mark.parametrize("days", [0, 1])
    def test_the_start_is_a_date(self, count: DayCount, days: int) -> None:
        """A moment lies on different days in different zones."""
        with pytest.raises(DayError, match="day: must be a date"):
            french_calendar().add(datetime(2026, 5, 1, tzinfo=UTC), days, count)


class TestAWindowOfDays:
    """Both ends of a window are what adding days gives."""

    @given(
        start=st.dates(date(2026, 1, 1), date(2026, 9, 30)),
        shortest=st.integers(0, 20),
        more=st.integers(0, 20),
        count=st.sampled_from(DayCount),
    )
    def test_is_two_additions(self, start: date, shortest: int, more: int, count: DayCount) -> None:
        """Whatever is counted, from whichever day."""
        calendar = french_calendar()
        window = calendar.window(start, shortest, shortest + more, count)
        assert window.earliest == calendar.add(start, shortest, count)
        assert window.latest == calendar.add(start, shortest + more, count)

    @pytest.mark.parametrize(
        ("shortest", "longest", "found"),
        [
            (-1, 2, "days"),
            (1, -2, "days"),
            (1, "2", "days"),
            ("1", 2, "days"),
            (1.0, 2, "days"),
            (True, 2, "days"),
            (1, True, "days"),
            (3, 2, "latest"),
            (1, 0, "latest"),
        ],
        ids=repr,
    )
    @pytest.mark.parametrize("day", [date(2025, 12, 1), date(2026, 9, 7)])
    def test_numbers_that_are_none(
        self, day: date, shortest: int, longest: int, found: str
    ) -> None:
        """Days that are no number of days, and ends the wrong way round, are named."""
        with pytest.raises(DayError, match=f"^{found}: must be"):
            french_calendar().window(day, shortest, longest, DayCount.OUVRES)

    @pytest.mark.parametrize("days", [0, 1])
    @pytest.mark.parametrize("count", DayCount)
    def test_begins_on_a_date(self, days: int, count: DayCount) -> None:
        """A moment lies on different days in different zones."""
        with pytest.raises(DayError, match="day: must be a date"):
            french_calendar().window(datetime(2026, 5, 1, tzinfo=UTC), days, 5, count)

    @pytest.mark.parametrize(
        ("day", "missing"),
        [
            (date(2025, 12, 31), date(2025, 12, 31)),
            (date(2025, 12, 1), date(2025, 12, 1)),
            (date(2026, 12, 28), date(2027, 1, 1)),
            (date(2026, 12, 31), date(2027, 1, 1)),
            (date(2027, 6, 1), date(2027, 6, 1)),
        ],
    )
    def test_beyond_the_calendar(self, day: date, missing: date) -> None:
        """Outside the years that are known there is no answer, and the day missing is told."""
        allowed = f"day: must be between 2026-01-01 and 2026-12-31, got {missing}$"
        with pytest.raises(CalendarRangeError, match=allowed):
            a_year(frozenset()).window(day, 1, 5, DayCount.OUVRES)

    def test_from_the_first_day_to_the_last(self) -> None:
        """Both ends of the calendar are known."""
        calendar = a_year(frozenset())
        assert calendar.window(FIRST, 1, 1, DayCount.OUVRABLES).latest == date(2026, 1, 2)
        assert calendar.window(date(2026, 12, 29), 1, 2, DayCount.OUVRES).latest == LAST


class TestCountingDays:
    """How many days counted between two days, the first not counted and the last counted."""

    @given(start=IN_RANGE, end=IN_RANGE, holidays=HOLIDAYS, count=COUNTS)
    def test_agrees_with_a_walk(
        self, start: date, end: date, holidays: frozenset[date], count: DayCount
    ) -> None:
        """None when the end is not later."""
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        wanted = sum(counts(day, holidays, count) for day in days)
        assert a_year(holidays).between(start, end, count) == wanted

    @given(start=IN_RANGE, days=st.integers(1, 40), holidays=HOLIDAYS, count=COUNTS)
    def test_undoes_adding(
        self, start: date, days: int, holidays: frozenset[date], count: DayCount
    ) -> None:
        """As many lie between as were added."""
        wanted = walk(start, days, holidays, count)
        calendar = Calendar("test", holidays, first=FIRST, last=max(LAST, wanted))
        assert calendar.between(start, wanted, count) == days

    def test_worked_days_are_known_only_in_its_years(self) -> None:
        """Calendar days everywhere."""
        calendar = a_year(frozenset())
        beyond = date(2027, 1, 4)
        assert calendar.between(date(2025, 12, 31), beyond, DayCount.CALENDAR) == 369
        assert calendar.between(beyond, FIRST, DayCount.CALENDAR) == 0
        for start, end in ((FIRST, beyond), (beyond, FIRST), (date(2025, 12, 31), LAST)):
            with pytest.raises(CalendarRangeError):
                calendar.between(start, end, DayCount.OUVRES)
        for count in DayCount:
            with pytest.raises(DayError, match="day: must be a date"):
                calendar.between(FIRST, "2026", count)  # type: ignore[arg-type]
            with pytest.raises(DayError, match="day: must be a date"):
                calendar.between("2026", FIRST, count)  # type: ignore[arg-type]


class TestOneDay:
    """Whether a day counts, and whether it is a holiday."""

    @given(day=IN_RANGE, holidays=HOLIDAYS, count=COUNTS)
    def test_counts_as_its_name_says(
        self, day: date, holidays: frozenset[date], count: DayCount
    ) -> None:
        """Monday to Saturday, Monday to Friday, or any."""
        calendar = a_year(holidays)
        assert calendar.is_counted(day, count) == counts(day, holidays, count)
        assert calendar.is_holiday(day) == (day in calendar) == (day in holidays)

    def test_is_unknown_outside_its_years(self) -> None:
        """Only that calendar days count is always known."""
        calendar = a_year(frozenset())
        for day in (date(2025, 12, 31), date(2027, 1, 1)):
            assert calendar.is_counted(day, DayCount.CALENDAR) is True
            with pytest.raises(CalendarRangeError):
                calendar.is_counted(day, DayCount.OUVRABLES)
            with pytest.raises(CalendarRangeError):
                calendar.is_holiday(day)
        with pytest.raises(DayError, match="day: must be a date"):
            calendar.is_counted("2026-01-01", DayCount.CALENDAR)  # type: ignore[arg-type]

    def test_contains_its_holidays(self) -> None:
        """And nothing else."""
        calendar = french_calendar()
        assert date(2026, 7, 14) in calendar
        assert date(2026, 7, 15) not in calendar
        assert "2026-07-14" not in calendar


class TestTheLawsRoll:
    """A last day of rest moves on to the next day of work. L221-19, Regulation 1182/71."""

    @pytest.mark.parametrize(
        ("raw", "legal"),
        [
            ("2026-12-04", "2026-12-04"),
            ("2026-12-05", "2026-12-07"),
            ("2026-12-06", "2026-12-07"),
            ("2026-12-25", "2026-12-28"),
            ("2027-01-01", "2027-01-04"),
            ("2027-03-27", "2027-03-30"),
            ("2026-05-14", "2026-05-15"),
            ("2026-05-01", "2026-05-04"),
        ],
    )
    def test_by_hand(self, raw: str, legal: str) -> None:
        """A Saturday moves to Monday: this is neither ouvrables nor a count."""
        found = french_calendar().next_working_day(date.fromisoformat(raw))
        assert found == date.fromisoformat(legal)

    @given(day=st.dates(min_value=FIRST, max_value=date(2026, 6, 30)), holidays=HOLIDAYS)
    def test_agrees_with_a_walk(self, day: date, holidays: frozenset[date]) -> None:
        """The first day that is worked, itself included."""
        wanted = day
        while not counts(wanted, holidays, DayCount.OUVRES):
            wanted += ONE_DAY
        assert a_year(holidays).next_working_day(day) == wanted

    def test_at_the_end_of_its_years(self) -> None:
        """It says which day it does not know."""
        calendar = Calendar("test", [LAST], first=FIRST, last=LAST)
        assert calendar.next_working_day(FIRST) == FIRST
        assert calendar.next_working_day(date(2026, 12, 30)) == date(2026, 12, 30)
        with pytest.raises(CalendarRangeError, match=r"2026-01-01 and 2026-12-31, got 2027-01-01$"):
            calendar.next_working_day(LAST)
        for day in (date(2025, 12, 31), date(2027, 1, 1)):
            with pytest.raises(CalendarRangeError, match=f"2026-01-01 and 2026-12-31, got {day}$"):
                calendar.next_working_day(day)


class TestTheCalendarItself:
    """What it is made of, and what it refuses."""

    def test_covers_four_decades_unless_told_otherwise(self) -> None:
        """2010 to 2050."""
        calendar = Calendar("FR", [])
        assert (calendar.first, calendar.last) == (date(2010, 1, 1), date(2050, 12, 31))
        assert calendar.add(date(2050, 12, 29), 2, DayCount.OUVRABLES) == date(2050, 12, 31)
        assert calendar.add(date(2010, 1, 1), 1, DayCount.OUVRABLES) == date(2010, 1, 2)

    def test_keeps_the_holidays_of_its_years(self) -> None:
        """Others are left out; both ends are kept."""
        days = [FIRST - ONE_DAY, FIRST, LAST, LAST + ONE_DAY]
        calendar = Calendar("FR", iter(days), first=FIRST, last=LAST)
        assert calendar.holidays == {FIRST, LAST}
        assert repr(calendar) == "Calendar('FR', 2 holidays, 2026-01-01..2026-12-31)"
        assert calendar.key == "FR"

    def test_may_be_of_one_day(self) -> None:
        """The shortest there is."""
        monday = date(2026, 11, 23)
        calendar = Calendar("FR", [], first=monday, last=monday)
        assert calendar.is_counted(monday, DayCount.OUVRES)
        assert calendar.next_working_day(monday) == monday

    def test_without_holidays(self) -> None:
        """Only the days of the week count."""
        calendar = Calendar.without_holidays("none")
        assert (calendar.key, calendar.holidays) == ("none", frozenset())
        assert calendar.is_counted(date(2026, 12, 25), DayCount.OUVRES)

    def test_is_not_reversed(self) -> None:
        """By one day already."""
        with pytest.raises(DayError, match="last: must be on or after 2026-01-01, got datetime"):
            Calendar("FR", [], first=FIRST, last=FIRST - ONE_DAY)

    def test_is_made_of_dates(self) -> None:
        """The field that is none is named."""
        moment = datetime(2026, 5, 1, tzinfo=UTC)
        with pytest.raises(DayError, match="holidays: must be a date"):
            Calendar("FR", [moment])
        with pytest.raises(DayError, match="first: must be a date"):
            Calendar("FR", [], first=moment)
        with pytest.raises(DayError, match="last: must be a date"):
            Calendar("FR", [], last=moment)

    def test_can_be_copied_and_pickled(self) -> None:
        """So that it can be sent to another process."""
        for copied in (
            copy.deepcopy(french_calendar()),
            pickle.loads(pickle.dumps(french_calendar())),  # noqa: S301 - our own bytes
        ):
            assert copied.holidays == french_calendar().holidays
            assert copied.add(date(2026, 5, 13), 2, DayCount.OUVRES) == date(2026, 5, 18)
