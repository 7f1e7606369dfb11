"""Moments, days of a zone, months and years, durations and windows."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import french_calendar, weekdays
from vintage_rules.dates import (
    NEVER,
    Calendar,
    DayCount,
    DayWindow,
    Duration,
    Roll,
    Unit,
    Window,
    add_days,
    add_months,
    anniversary,
    end_of_day,
    instant,
    local_day,
    require_day,
    start_of_day,
    zone,
)
from vintage_rules.errors import CalendarRangeError, DayError

PARIS = zone("Europe/Paris")
KIRITIMATI = zone("Pacific/Kiritimati")
ZONES = st.sampled_from(
    ["Europe/Paris", "America/Sao_Paulo", "Pacific/Kiritimati", "Pacific/Apia", "Asia/Kolkata"]
)
DAYS = st.dates(min_value=date(1990, 1, 1), max_value=date(2099, 12, 31))


def utc(text: str) -> datetime:
    """Give a moment in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class TestRequireDay:
    """A day is a plain date: a moment lies on different days in different zones."""

    def test_takes_a_date(self) -> None:
        """And gives it back."""
        assert require_day(date(2026, 11, 22)) == date(2026, 11, 22)

    @pytest.mark.parametrize(
        "day", [datetime(2026, 11, 22, tzinfo=UTC), "2026-11-22", 20261122, None], ids=repr
    )
    def test_refuses_the_rest(self, day: object) -> None:
        """The field is named, and an example is given."""
        with pytest.raises(
            DayError, match="received: must be a date such as 2026-11-22, without"
        ) as no:
            require_day(day, "received")  # type: ignore[arg-type]
        assert no.value.found == day


class TestInstant:
    """A moment has an offset and is held in UTC."""

    @pytest.mark.parametrize(
        ("given", "held"),
        [
            ("2026-09-07T13:00:00+02:00", "2026-09-07T11:00:00+00:00"),
            ("2026-09-07T00:30:00+02:00", "2026-09-06T22:30:00+00:00"),
            ("2026-09-07T13:00:00Z", "2026-09-07T13:00:00+00:00"),
            ("2026-09-07T13:00:00.000001-00:30", "2026-09-07T13:30:00.000001+00:00"),
        ],
    )
    def test_is_held_in_utc(self, given: str, held: str) -> None:
        """The same instant, written in one way."""
        taken = instant(datetime.fromisoformat(given))
        assert (taken.isoformat(), taken.tzinfo) == (held, UTC)

    def test_both_of_a_repeated_hour_are_kept_apart(self) -> None:
        """On the day summer time ends, 2:30 in Paris comes twice, one hour apart."""
        first = datetime(2026, 10, 25, 2, 30, tzinfo=PARIS)
        again = first.replace(fold=1)
        assert instant(again) - instant(first) == timedelta(hours=1)

    @pytest.mark.parametrize(
        "moment",
        [
            datetime(2026, 9, 7, 13, 0),  # noqa: DTZ001 - naive on purpose
            date(2026, 9, 7),
            "2026-09-07T13:00:00Z",
            1757250000,
            None,
        ],
        ids=repr,
    )
    def test_a_moment_without_an_offset_is_refused(self, moment: object) -> None:
        """Nobody knows when it is."""
        allowed = r"sent: must be a moment with an offset, such as 2026-11-22T10:00:00\+01:00, got"
        with pytest.raises(DayError, match=allowed) as refused:
            instant(moment, "sent")  # type: ignore[arg-type]
        assert refused.value.found == moment

    @pytest.mark.parametrize(
        "moment",
        [
            datetime.min.replace(tzinfo=timezone(timedelta(hours=1))),
            datetime.max.replace(tzinfo=timezone(timedelta(hours=-1))),
        ],
        ids=["first", "last"],
    )
    def test_a_moment_beyond_the_years_there_are_is_refused(self, moment: datetime) -> None:
        """With our own error."""
        allowed = "at: must be a moment between the years 1 and 9999 in UTC, got"
        with pytest.raises(DayError, match=allowed) as refused:
            instant(moment)
        assert refused.value.found == moment


class TestZone:
    """A time zone is named as IANA names it."""

    def test_is_found_by_its_name(self) -> None:
        """And only so."""
        assert zone("Europe/Paris") == ZoneInfo("Europe/Paris")

    @pytest.mark.parametrize(
        "name",
        ["Europe/Atlantis", "", "Europe", "../etc", "/etc/hosts", "a\0b", None, 1],
        ids=range(8),  # a tool that calls a test by its name trips over backslashes
    )
    def test_an_unknown_one_is_refused(self, name: object) -> None:
        """Whatever the look-up raises for it."""
        with pytest.raises(DayError) as error:
            zone(name)  # type: ignore[arg-type]
        allowed = "zone: must be the name of a time zone, such as Europe/Paris"
        assert str(error.value) == f"{allowed}, got {name!r}"


class TestDaysOfAZone:
    """A day begins and ends with the clocks of its zone."""

    @pytest.mark.parametrize(
        ("moment", "day"),
        [
            ("2026-09-15T21:59:59.999999", date(2026, 9, 15)),
            ("2026-09-15T22:00:00", date(2026, 9, 16)),
            ("2026-12-15T22:59:59.999999", date(2026, 12, 15)),
            ("2026-12-15T23:00:00", date(2026, 12, 16)),
        ],
    )
    def test_a_moment_falls_on_a_day_in_paris(self, moment: str, day: date) -> None:
        """Two hours ahead of UTC in summer, one in winter."""
        assert local_day(utc(moment), PARIS) == day

    @pytest.mark.parametrize(
        ("day", "hours"),
        [(date(2026, 3, 28), 24), (date(2026, 3, 29), 23), (date(2026, 10, 25), 25)],
        ids=str,
    )
    def test_a_day_on_which_clocks_change(self, day: date, hours: int) -> None:
        """It has 23 or 25 hours."""
        assert end_of_day(day, PARIS) - start_of_day(day, PARIS) == timedelta(hours=hours)

    def test_a_day_that_begins_at_one(self) -> None:
        """In São Paulo the clocks went from midnight to 1:00 on 4 November 2018."""
        there = zone("America/Sao_Paulo")
        start = start_of_day(date(2018, 11, 4), there)
        assert start == utc("2018-11-04T03:00:00")
        assert local_day(start, there) == date(2018, 11, 4)
        assert local_day(start - timedelta(microseconds=1), there) == date(2018, 11, 3)

    def test_a_day_that_never_was(self) -> None:
        """Samoa went from 29 to 31 December 2011: the 30th was over when it began."""
        apia = zone("Pacific/Apia")
        missing = date(2011, 12, 30)
        assert start_of_day(missing, apia) == end_of_day(missing, apia)

    @given(day=DAYS, name=ZONES)
    def test_days_follow_one_another(self, day: date, name: str) -> None:
        """One ends when the next begins, and its first instant lies on it unless it never was."""
        where = zone(name)
        start, end = start_of_day(day, where), end_of_day(day, where)
        assert end == start_of_day(day + timedelta(days=1), where)
        assert start == end or local_day(start, where) == day
        assert start == end or local_day(end - timedelta(microseconds=1), where) == day

    def test_a_moment_is_no_day(self) -> None:
        """So it has no beginning."""
        with pytest.raises(DayError, match="day: must be a date"):
            start_of_day(utc("2026-09-15T22:00:00"), PARIS)
        with pytest.raises(DayError, match="day: must be a date"):
            end_of_day(utc("2026-09-15T22:00:00"), PARIS)

    def test_days_beyond_the_years_there_are(self) -> None:
        """They are refused with our own errors."""
        allowed = "day: must be a day between the years 1 and 9999 in UTC, got datetime.date"
        with pytest.raises(DayError, match=allowed):
            start_of_day(date.min, PARIS)
        allowed = "days: must be days from 9999-12-31 to a day between the years 1 and 9999, got 1$"
        with pytest.raises(DayError, match=allowed):
            end_of_day(date.max, PARIS)
        with pytest.raises(
            DayError, match=r"at: must be .* years 1 and 9999 in Pacific/Kiritimati"
        ):
            local_day(datetime.max.replace(tzinfo=UTC), KIRITIMATI)
        with pytest.raises(
            DayError, match=r"Pacific/Kiritimati, got datetime.datetime\(9999, 12, "
        ):
            local_day(datetime.max.replace(tzinfo=UTC), KIRITIMATI)


class TestTheMachinesOwnZone:
    """Where the machine thinks it is changes no answer."""

    @pytest.mark.parametrize("name", ["Asia/Tokyo", "America/New_York"])
    def test_is_never_asked(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Moments are held in UTC, days begin where they were said to."""
        monkeypatch.setenv("TZ", name)
        time.tzset()
        try:
            moment = instant(datetime.fromisoformat("2026-09-07T13:00:00+02:00"))
            start = start_of_day(date(2026, 7, 1), PARIS)
            assert moment.isoformat() == "2026-09-07T11:00:00+00:00"
            assert start.isoformat() == "2026-06-30T22:00:00+00:00"
        finally:
            monkeypatch.undo()
            time.tzset()


class TestMonthsAndYears:
    """The same day of a later month, or that month's last day where it is shorter. C5."""

    @pytest.mark.parametrize(
        ("day", "months", "later"),
        [
            ("2026-01-31", 1, "2026-02-28"),
            ("2028-01-31", 1, "2028-02-29"),
            ("2026-01-31", 3, "2026-04-30"),
            ("2026-01-30", 3, "2026-04-30"),
            ("2026-11-30", 1, "2026-12-30"),
            ("2026-12-31", 1, "2027-01-31"),
            ("2026-12-31", 12, "2027-12-31"),
            ("2026-12-31", 14, "2028-02-29"),
            ("2026-05-15", 0, "2026-05-15"),
            ("2026-03-31", -1, "2026-02-28"),
            ("2026-01-15", -1, "2025-12-15"),
            ("0001-02-01", -1, "0001-01-01"),
            ("9999-11-30", 1, "9999-12-30"),
        ],
    )
    def test_months(self, day: str, months: int, later: str) -> None:
        """Over the ends of months and of years."""
        assert add_months(date.fromisoformat(day), months) == date.fromisoformat(later)

    @pytest.mark.parametrize(
        ("day", "years", "later"),
        [
            ("2026-09-01", 1, "2027-09-01"),
            ("2028-02-29", 1, "2029-02-28"),
            ("2028-02-29", 4, "2032-02-29"),
            ("2027-02-28", 1, "2028-02-28"),
            ("2096-02-29", 4, "2100-02-28"),
            ("2026-09-01", 0, "2026-09-01"),
        ],
    )
    def test_anniversaries(self, day: str, years: int, later: str) -> None:
        """29 February becomes the last day of February, and 2100 is no leap year."""
        assert anniversary(date.fromisoformat(day), years) == date.fromisoformat(later)

    @pytest.mark.parametrize("months", [1, 12, 10**12, -(10**12)])
    def test_beyond_the_years_there_are(self, months: int) -> None:
        """Refused with our own error, however far."""
        start = date(9999, 12, 31) if months > 0 else date(1, 1, 1)
        allowed = f"months: must be months from {start} to a day between the years 1 and 9999"
        with pytest.raises(DayError, match=f"{allowed}, got {months}$"):
            add_months(start, months)
        with pytest.raises(DayError, match="day: must be a date"):
            add_months(utc("2026-09-15T22:00:00"), 1)

    @given(day=DAYS, months=st.integers(min_value=0, max_value=600))
    def test_never_runs_over_into_the_next_month(self, day: date, months: int) -> None:
        """It is the month counted, and the same day or that month's last."""
        later = add_months(day, months)
        counted = (later.year - day.year) * 12 + later.month - day.month
        assert counted == months
        assert later.day == day.day or (later + timedelta(days=1)).day == 1
        assert later.day <= day.day


class TestAddDays:
    """Calendar days, forwards and back."""

    def test_goes_both_ways(self) -> None:
        """Over a leap day too."""
        assert add_days(date(2028, 2, 28), 2) == date(2028, 3, 1)
        assert add_days(date(2028, 3, 1), -1) == date(2028, 2, 29)

    @pytest.mark.parametrize("days", [10**7, -(10**7), 10**20, -(10**20)])
    def test_beyond_the_years_there_are(self, days: int) -> None:
        """Refused with our own error, however far."""
        allowed = "days: must be days from 2026-11-22 to a day between the years 1 and 9999"
        with pytest.raises(DayError, match=f"{allowed}, got {days}$"):
            add_days(date(2026, 11, 22), days)


class TestDayWindow:
    """Two days and all between them."""

    def test_holds_both_ends(self) -> None:
        """And nothing outside."""
        window = DayWindow(date(2026, 5, 16), date(2026, 5, 20))
        inside = [date(2026, 5, day) in window for day in (15, 16, 18, 20, 21)]
        assert inside == [False, True, True, True, False]

    def test_may_be_one_day(self) -> None:
        """When both are the same."""
        day = date(2026, 5, 16)
        assert day in DayWindow(day, day)

    def test_is_not_reversed(self) -> None:
        """By one day already."""
        with pytest.raises(DayError, match="latest: must be on or after 2026-05-16, got datetime"):
            DayWindow(date(2026, 5, 16), date(2026, 5, 15))

    def test_is_made_of_dates(self) -> None:
        """Moments are refused, and the field is named."""
        day, moment = date(2026, 5, 16), utc("2026-05-16T00:00:00")
        with pytest.raises(DayError, match=r"earliest: must be a date .* got datetime.datetime\("):
            DayWindow(moment, day)
        with pytest.raises(DayError, match=r"latest: must be a date .* got datetime.datetime\("):
            DayWindow(day, moment)


class TestDuration:
    """Hours are elapsed time whatever the clocks do; days are dates; some never end."""

    @pytest.mark.parametrize(
        ("amount", "unit", "start", "over"),
        [
            (24, "hours", "2026-03-28T12:00:00", "2026-03-29T12:00:00"),
            (24, "hours", "2026-10-24T12:00:00", "2026-10-25T12:00:00"),
            (90, "minutes", "2026-01-01T00:00:00", "2026-01-01T01:30:00"),
            (0, "hours", "2026-01-01T00:00:00", "2026-01-01T00:00:00"),
        ],
    )
    def test_elapsed_time(self, amount: int, unit: str, start: str, over: str) -> None:
        """N6: 24 hours after noon is noon in UTC, even where summer time begins or ends."""
        duration = Duration.of(amount, unit)
        assert duration.after(utc(start)) == utc(over)
        assert duration.deadline(utc(start), weekdays(), PARIS) == utc(over)
        assert duration.is_elapsed

    @pytest.mark.parametrize(
        ("amount", "unit", "last_day"),
        [
            (14, "days", "2026-05-27"),
            (2, "ouvrables", "2026-05-16"),
            (2, "ouvres", "2026-05-18"),
            (1, "months", "2026-06-13"),
            (1, "years", "2027-05-13"),
            (0, "days", "2026-05-13"),
        ],
    )
    def test_dates(self, amount: int, unit: str, last_day: str) -> None:
        """From 13 May 2026, the eve of Ascension: each unit has its own count."""
        found = Duration.of(amount, unit).after_day(date(2026, 5, 13), french_calendar())
        assert found == date.fromisoformat(last_day)
        assert not Duration.of(amount, unit).is_elapsed

    @pytest.mark.parametrize(
        ("start", "over"),
        [
            ("2026-03-28T12:00:00", "2026-03-29T22:00:00"),
            ("2026-03-28T23:30:00", "2026-03-30T22:00:00"),
            ("2026-10-24T12:00:00", "2026-10-25T23:00:00"),
        ],
    )
    def test_dates_end_with_their_last_day(self, start: str, over: str) -> None:
        """One day from a moment is over when the next day is, in the zone."""
        duration = Duration.of(1, "days")
        assert duration.deadline(utc(start), weekdays(), PARIS) == utc(over)

    def test_never(self) -> None:
        """It has no deadline, no last day, and no amount."""
        assert NEVER.deadline(utc("2026-01-01T00:00:00"), weekdays(), PARIS) is None
        assert (NEVER.ends, Duration.of(1, "days").ends) == (False, True)
        with pytest.raises(DayError, match=r"of dates where a day is needed, got <Unit.NEVER"):
            NEVER.after_day(date(2026, 1, 1), weekdays())
        with pytest.raises(
            DayError, match="amount: must be 0 for a duration that never ends, got 1"
        ):
            Duration(amount=1, unit=Unit.NEVER)

    def test_prints_itself(self) -> None:
        """As it is written in a policy."""
        assert (str(Duration.of(3, "ouvres")), str(NEVER)) == ("3 ouvres", "never")

    @pytest.mark.parametrize("unit", ["days", "ouvrables", "ouvres", "months", "years", "never"])
    def test_dates_have_no_instant(self, unit: str) -> None:
        """They need a zone and a calendar."""
        allowed = (
            f"unit: must be hours or minutes where an instant is needed, got <Unit.{unit.upper()}:"
        )
        with pytest.raises(DayError, match=allowed):
            Duration.of(0, unit).after(utc("2026-01-01T00:00:00"))

    @pytest.mark.parametrize(
        ("amount", "unit", "elapsed"),
        [
            (24, "hours", timedelta(days=1)),
            (90, "minutes", timedelta(hours=1, minutes=30)),
            (0, "hours", timedelta(0)),
            (10**15, "hours", timedelta.max),
            (1, "days", None),
            (0, "never", None),
        ],
    )
    def test_elapsed_time_is_known(self, amount: int, unit: str, elapsed: timedelta | None) -> None:
        """Of hours and minutes alone; what is longer than any time is the longest there is."""
        length = Duration.of(amount, unit)
        assert (length.elapsed, length.is_elapsed) == (elapsed, elapsed is not None)

    @pytest.mark.parametrize("unit", ["hours", "minutes"])
    def test_elapsed_time_has_no_last_day(self, unit: str) -> None:
        """It ends in the middle of one."""
        with pytest.raises(DayError, match=f"where a day is needed, got <Unit.{unit.upper()}:"):
            Duration.of(1, unit).after_day(date(2026, 1, 1), weekdays())

    @pytest.mark.parametrize("amount", [-1, 1.0, True, "1", None], ids=repr)
    def test_the_amount_is_a_whole_number(self, amount: object) -> None:
        """Of zero or more."""
        with pytest.raises(DayError, match="amount: must be a whole number, 0 or more, got") as no:
            Duration(amount=amount, unit=Unit.DAYS)  # type: ignore[arg-type]
        assert no.value.found is amount

    @pytest.mark.parametrize("unit", ["day", "", "DAYS", None], ids=repr)
    def test_the_unit_is_known(self, unit: object) -> None:
        """The message lists them."""
        allowed = "minutes, hours, days, ouvrables, ouvres, months, years, never"
        with pytest.raises(DayError, match=f"unit: must be one of {allowed}, got {unit!r}"):
            Duration.of(1, unit)  # type: ignore[arg-type]
        with pytest.raises(DayError, match=f"unit: must be one of {allowed}, got {unit!r}"):
            Duration(amount=1, unit=unit)  # type: ignore[arg-type]

    def test_dates_go_beyond_the_years_of_a_calendar(self) -> None:
        """Calendar days, months and years need no holidays; worked days do."""
        day = date(2060, 1, 31)
        assert Duration.of(1, "days").after_day(day, weekdays()) == date(2060, 2, 1)
        assert Duration.of(1, "months").after_day(day, weekdays()) == date(2060, 2, 29)
        assert Duration.of(1, "years").after_day(day, weekdays()) == date(2061, 1, 31)
        with pytest.raises(CalendarRangeError):
            Duration.of(1, "ouvres").after_day(day, weekdays())

    @pytest.mark.parametrize("unit", ["hours", "minutes", "days", "months", "years"])
    def test_ends_within_the_years_there_are(self, unit: str) -> None:
        """Refused with our own error, however long."""
        endless = Duration.of(10**15, unit)
        with pytest.raises(DayError, match="a day between the years 1 and 9999") as refused:
            endless.deadline(utc("2026-01-01T00:00:00"), weekdays(), PARIS)
        if endless.is_elapsed:
            assert str(refused.value).startswith("at: must be")
            assert f"even {endless} later, got datetime.datetime(2026, 1, 1" in str(refused.value)


class TestWindow:
    """A time for something, whose last day may move on to the next working day. R1, L221-19."""

    @pytest.mark.parametrize(
        ("received", "last_day"),
        [
            ("2026-11-20", "2026-12-04"),
            ("2026-11-21", "2026-12-07"),
            ("2026-11-22", "2026-12-07"),
            ("2026-12-11", "2026-12-28"),
            ("2026-12-18", "2027-01-04"),
            ("2027-03-13", "2027-03-30"),
            ("2026-04-30", "2026-05-15"),
            ("2026-04-17", "2026-05-04"),
        ],
    )
    def test_rolls_as_the_law_says(self, received: str, last_day: str) -> None:
        """The eight examples: weekends, holidays, and both in a row."""
        window = Window(
            anchor="received", length=Duration.of(14, "days"), roll=Roll.NEXT_WORKING_DAY
        )
        found = window.last_day(date.fromisoformat(received), french_calendar())
        assert found == date.fromisoformat(last_day)

    def test_does_not_roll_where_the_law_does_not(self) -> None:
        """In the United Kingdom a Christmas Day is a last day like any other."""
        window = Window(anchor="received", length=Duration.of(14, "days"), roll=Roll.NONE)
        assert window.last_day(date(2026, 12, 11), french_calendar()) == date(2026, 12, 25)


class TestCalendarUnitsAgree:
    """A duration of worked days is the calendar's own count."""

    @given(
        start=st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31)),
        amount=st.integers(min_value=0, max_value=60),
        unit=st.sampled_from([Unit.DAYS, Unit.OUVRABLES, Unit.OUVRES]),
    )
    def test_whatever_the_unit(self, start: date, amount: int, unit: Unit) -> None:
        """Each unit has exactly one count."""
        count = DayCount("calendar" if unit is Unit.DAYS else unit.value)
        calendar: Calendar = french_calendar()
        found = Duration(amount=amount, unit=unit).after_day(start, calendar)
        assert found == calendar.add(start, amount, count)
