"""Moments, days, three ways of counting days, and the law's roll of a last day.

Theory. Four things look alike and must not be mixed.

1. A *moment* is an instant in UTC; a *day* is a date of a named zone. The same moment is two days:
   22:00 UTC on 15 September is the 16th in Paris. So nothing here turns one into the other without
   a zone (`local_day`, `start_of_day`, `end_of_day`).
2. An *elapsed* length (hours, minutes) is added to a moment, whatever the clocks do: 24 hours after
   noon on the eve of summer time is 13:00 the next day. A length of *dates* (days, months, years)
   is added to a day. `Duration.unit` says which; 24 hours and one day are different promises.
3. Days are counted in three ways, the members of `DayCount`: every calendar day; *ouvrables*,
   Monday to Saturday without public holidays; *ouvrés*, Monday to Friday without them. The day a
   count starts from is never counted: one day after Monday is Tuesday.
4. The law's *roll* is no fourth way of counting. A period of calendar days that would end on a
   Saturday, a Sunday or a public holiday ends on the next working day (Code de la consommation
   L221-19, Regulation (EEC) 1182/71 article 3(4)): the days in between count, only the end moves.
   `Window.roll` says whether a policy applies it, `Calendar.next_working_day` does it.

Ends are exclusive: a deadline is the first moment that is too late, the start of the day after the
last one, because midnight belongs to one day only. Months are added by their number, and a day that
the month lacks becomes its last: 31 January and one month is 28 or 29 February.

A `Calendar` precomputes its counts, for each way of counting: the list of counted days, and for
each day of the range how many are counted up to it. The nth counted day after a day is then one
addition and two look-ups, and the days between two are one subtraction. Outside its years nothing
is known about holidays, so a count of worked days that leaves them is an error and never a guess.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, compress
from typing import assert_never
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from attrs import field, frozen

from vintage_rules.errors import CalendarRangeError, DayError


class DayCount(StrEnum):
    """Which days count when days are counted. Clauses L9 to L11."""

    CALENDAR = "calendar"
    OUVRABLES = "ouvrables"
    OUVRES = "ouvres"


# From Monday: which days of the week count where they are no holidays.
_WEEKS = {DayCount.OUVRABLES: b"\1\1\1\1\1\1\0", DayCount.OUVRES: b"\1\1\1\1\1\0\0"}
_KNOWN_YEARS = "a day between the years 1 and 9999"


class Unit(StrEnum):
    """What a duration counts. Hours and minutes are elapsed time; days are dates."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    OUVRABLES = "ouvrables"
    OUVRES = "ouvres"
    MONTHS = "months"
    YEARS = "years"
    NEVER = "never"


_COUNTS = {
    Unit.DAYS: DayCount.CALENDAR,
    Unit.OUVRABLES: DayCount.OUVRABLES,
    Unit.OUVRES: DayCount.OUVRES,
}
_ELAPSED = {Unit.MINUTES: timedelta(minutes=1), Unit.HOURS: timedelta(hours=1)}


def require_day(day: date, field: str = "day") -> date:
    """Return a plain date unchanged; refuse anything else, a datetime included.

    Raises:
        DayError: If a day or a moment is not valid.

    >>> require_day(date(2026, 11, 22))
    datetime.date(2026, 11, 22)
    """
    if type(day) is not date:
        raise DayError(field, day, "a date such as 2026-11-22, without a time")
    return day


def instant(moment: datetime, field: str = "at") -> datetime:
    """Return a moment in UTC.

    Raises:
        DayError: If it has no offset.

    >>> instant(datetime.fromisoformat("2026-09-07T13:00:00+02:00"))
    datetime.datetime(2026, 9, 7, 11, 0, tzinfo=datetime.timezone.utc)
    """
    if not isinstance(moment, datetime) or moment.utcoffset() is None:
        raise DayError(field, moment, "a moment with an offset, such as 2026-11-22T10:00:00+01:00")
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise DayError(field, moment, "a moment between the years 1 and 9999 in UTC") from None


def zone(name: str, field: str = "zone") -> ZoneInfo:
    """Return the time zone of an IANA name.

    Raises:
        DayError: If it is unknown.

    >>> zone("Europe/Paris").key
    'Europe/Paris'
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError, TypeError):
        raise DayError(field, name, "the name of a time zone, such as Europe/Paris") from None


def local_day(moment: datetime, where: ZoneInfo) -> date:
    """Return the day a moment falls on in a zone.

    >>> local_day(datetime(2026, 9, 15, 22, 0, tzinfo=UTC), zone("Europe/Paris"))
    datetime.date(2026, 9, 16)
    """
    try:
        return instant(moment).astimezone(where).date()
    except OverflowError:
        raise DayError("at", moment, f"{_KNOWN_YEARS} in {where.key}") from None


def start_of_day(day: date, where: ZoneInfo) -> datetime:
    """Return the first instant of a day in a zone, in UTC.

    Raises:
        DayError: If a day or a moment is not valid.

    >>> start_of_day(date(2026, 7, 1), zone("Europe/Paris")).isoformat()
    '2026-06-30T22:00:00+00:00'
    """
    midnight = datetime.combine(require_day(day), time.min, tzinfo=where)
    try:
        return midnight.astimezone(UTC)
    except OverflowError:
        raise DayError("day", day, f"{_KNOWN_YEARS} in UTC") from None


def end_of_day(day: date, where: ZoneInfo) -> datetime:
    """Return the first instant *after* a day in a zone, in UTC: whatever happens then is too late.

    Raises:
        DayError: If a day or a moment is not valid.

    >>> end_of_day(date(2026, 7, 1), zone("Europe/Paris")).isoformat()
    '2026-07-01T22:00:00+00:00'
    """
    return start_of_day(add_days(day, 1), where)


def last_day_before(end: datetime, where: ZoneInfo) -> date:
    """Return the last day, in a zone, of a time that is over, exclusive, at a moment.

    Raises:
        DayError: If the moment is not valid.

    >>> last_day_before(end_of_day(date(2026, 7, 1), zone("UTC")), zone("UTC"))
    datetime.date(2026, 7, 1)
    """
    return local_day(instant(end) - _INSTANT, where)


_INSTANT = timedelta(microseconds=1)


def add_days(day: date, days: int) -> date:
    """Return the date some days later, or earlier.

    Raises:
        DayError: Beyond the year 9999.

    >>> add_days(date(2026, 12, 25), 14)
    datetime.date(2027, 1, 8)
    """
    try:
        return require_day(day) + timedelta(days=days)
    except OverflowError:
        raise DayError("days", days, f"days from {day} to {_KNOWN_YEARS}") from None


def anniversary(day: date, years: int) -> date:
    """Return the same day some years later; 29 February becomes 28 February. Clause C5.

    Raises:
        DayError: Beyond the year 9999.

    >>> anniversary(date(2028, 2, 29), 1)
    datetime.date(2029, 2, 28)
    """
    return add_months(day, 12 * years)


def add_months(day: date, months: int) -> date:
    """Return the same day of the month some months later.

    Where that month is shorter, its last day.

    Raises:
        DayError: Beyond the year 9999.

    >>> add_months(date(2026, 1, 31), 1)
    datetime.date(2026, 2, 28)
    """
    from calendar import monthrange  # it loads `locale`, which few need

    years, month = divmod(require_day(day).month - 1 + months, 12)
    year = day.year + years
    if not date.min.year <= year <= date.max.year:
        raise DayError("months", months, f"months from {day} to {_KNOWN_YEARS}")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@frozen
class DayWindow:
    """The first and the last day between which something is expected.

    Raises:
        DayError: If one is no date or they are reversed.

    >>> date(2026, 5, 18) in DayWindow(date(2026, 5, 16), date(2026, 5, 20))
    True
    """

    earliest: date
    latest: date

    def __attrs_post_init__(self) -> None:
        earliest, latest = self.earliest, self.latest
        if type(earliest) is not date or type(latest) is not date:
            require_day(earliest, "earliest")
            require_day(latest, "latest")
        if latest < earliest:
            raise DayError("latest", self.latest, f"on or after {self.earliest}")

    def __contains__(self, day: date) -> bool:
        return self.earliest <= day <= self.latest


@frozen(kw_only=True)
class Duration:
    """A length of time with its unit and calendar, or one that never ends.

    `elapsed` is its elapsed time if it counts hours or minutes, else None.

    Raises:
        DayError: If the amount is negative or not a whole number, or is given for `never`, and if
            the unit is none.

    >>> Duration.of(24, "hours").after(
    ...     datetime(2026, 3, 28, 12, 0, tzinfo=UTC)
    ... ).isoformat()
    '2026-03-29T12:00:00+00:00'
    """

    amount: int
    unit: Unit
    elapsed: timedelta | None = field(init=False, eq=False, repr=False)

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.unit, Unit):
            raise DayError("unit", self.unit, "one of " + ", ".join(Unit))
        if type(self.amount) is not int or self.amount < 0:
            raise DayError("amount", self.amount, "a whole number, 0 or more")
        if self.unit is Unit.NEVER and self.amount:
            raise DayError("amount", self.amount, "0 for a duration that never ends")
        object.__setattr__(self, "elapsed", _elapsed(self.amount, self.unit))

    @classmethod
    def of(cls, amount: int, unit: str) -> Duration:
        """Build a duration from an amount and the name of a unit.

        Raises:
            DayError: For an unknown unit.

        >>> Duration.of(3, "ouvres")
        Duration(amount=3, unit=<Unit.OUVRES: 'ouvres'>)
        """
        try:
            known = Unit(unit)
        except ValueError:
            raise DayError("unit", unit, "one of " + ", ".join(Unit)) from None
        return cls(amount=amount, unit=known)

    @property
    def is_elapsed(self) -> bool:
        """Whether it counts elapsed time rather than dates."""
        return self.elapsed is not None

    @property
    def ends(self) -> bool:
        """Whether it ever ends."""
        return self.unit is not Unit.NEVER

    def after(self, start: datetime) -> datetime:
        """Return the instant at which an elapsed duration that starts then is over, in UTC.

        Raises:
            DayError: If the unit counts dates: those need a zone and a calendar, see `after_day`;
                and beyond the year 9999.

        >>> Duration.of(90, "minutes").after(datetime(2026, 1, 1, tzinfo=UTC)).isoformat()
        '2026-01-01T01:30:00+00:00'
        """
        if self.elapsed is None:
            raise DayError("unit", self.unit, "hours or minutes where an instant is needed")
        try:
            return instant(start) + self.elapsed
        except OverflowError:
            raise DayError("at", start, f"{_KNOWN_YEARS} even {self} later") from None

    def after_day(self, start: date, calendar: Calendar) -> date:
        """Return the last day of a duration of dates, the first day not counted.

        Raises:
            DayError: If the unit counts elapsed time or never ends and beyond the year 9999.
            CalendarRangeError: If worked days are counted beyond the calendar.

        >>> Duration.of(14, "days").after_day(
        ...     date(2026, 9, 1), Calendar.without_holidays("none")
        ... )
        datetime.date(2026, 9, 15)
        """
        count = _COUNTS.get(self.unit)
        if count is not None:
            return calendar.add(start, self.amount, count)
        if self.unit is Unit.MONTHS:
            return add_months(start, self.amount)
        if self.unit is Unit.YEARS:
            return anniversary(start, self.amount)
        raise DayError("unit", self.unit, "a unit of dates where a day is needed")

    def deadline(self, start: datetime, calendar: Calendar, where: ZoneInfo) -> datetime | None:
        """Return the instant, exclusive, in UTC, at which the duration is over; None if never.

        A duration of dates ends with its last day in the zone.

        >>> paris = zone("Europe/Paris")
        >>> Duration.of(1, "days").deadline(
        ...     datetime(2026, 3, 28, 12, tzinfo=UTC),
        ...     Calendar.without_holidays("none"),
        ...     paris,
        ... ).isoformat()
        '2026-03-29T22:00:00+00:00'
        """
        if not self.ends:
            return None
        if self.is_elapsed:
            return self.after(start)
        return end_of_day(self.after_day(local_day(start, where), calendar), where)

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}" if self.ends else str(self.unit)


def _elapsed(amount: int, unit: Unit) -> timedelta | None:
    """Return the elapsed time of a duration in hours or minutes; beyond all years, the largest."""
    step = _ELAPSED.get(unit)
    try:
        return None if step is None else amount * step
    except OverflowError:
        return timedelta.max


NEVER = Duration(amount=0, unit=Unit.NEVER)


class Roll(StrEnum):
    """What happens to a last day on which nothing can be done."""

    NONE = "none"
    NEXT_WORKING_DAY = "next-working-day"


class Pick(StrEnum):
    """Which of several events a window starts at."""

    EARLIEST = "earliest"
    LATEST = "latest"


@frozen(kw_only=True)
class Several:
    """The earliest or the latest of several events.

    The latest is known once all of them are.

    >>> str(Several(pick=Pick.LATEST, events=("received", "reported")))
    'latest of received, reported'
    """

    pick: Pick
    events: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.pick} of {', '.join(self.events)}"


@frozen(kw_only=True)
class Window:
    """A time in which something may be done.

    It counts from an event, or from one of several, and its last day may roll on. `starts_after` is
    how long after that event it opens; what comes before is in time too where that is None.

    >>> Window(
    ...     anchor="received",
    ...     length=Duration.of(14, "days"),
    ...     roll=Roll.NEXT_WORKING_DAY,
    ... ).last_day(date(2026, 4, 17), Calendar("FR", [date(2026, 5, 1)]))
    datetime.date(2026, 5, 4)
    """

    anchor: str | Several
    length: Duration
    roll: Roll
    starts_after: Duration | None = None

    def last_day(self, start: date, calendar: Calendar) -> date:
        """Return the last day on which it is still in time.

        Raises what `Duration.after_day` raises.
        """
        day = self.length.after_day(start, calendar)
        match self.roll:
            case Roll.NONE:
                return day
            case Roll.NEXT_WORKING_DAY:
                return calendar.next_working_day(day)
            case _:
                assert_never(self.roll)


@lru_cache(maxsize=8)
def _all_days(first: date, last: date) -> tuple[date, ...]:
    """Return every day of a range; calendars over the same years share the tuple."""
    return tuple(map(date.fromordinal, range(first.toordinal(), last.toordinal() + 1)))


class Calendar:
    """The public holidays of one place over some years, with every count of days precomputed.

    Adding days looks two tables up. Calendar days need no holidays and go beyond these years. A
    calendar is also a `Container` of its holidays.

    Raises:
        DayError: For a holiday that is no date or a range that is reversed.
        CalendarRangeError: If worked days are counted outside its years.

    >>> calendar = Calendar("FR", [date(2026, 5, 14)])
    >>> calendar.add(date(2026, 5, 13), 2, DayCount.OUVRABLES)
    datetime.date(2026, 5, 16)
    """

    FIRST = date(2010, 1, 1)
    LAST = date(2050, 12, 31)

    __slots__ = ("_days", "_elapsed", "_offset", "first", "holidays", "key", "last")

    def __init__(
        self, key: str, holidays: Iterable[date], *, first: date = FIRST, last: date = LAST
    ) -> None:
        if require_day(last, "last") < require_day(first, "first"):
            raise DayError("last", last, f"on or after {first}")
        self.key = key
        self.first = first
        self.last = last
        self.holidays = frozenset(
            day for day in holidays if first <= require_day(day, "holidays") <= last
        )
        self._offset = first.toordinal()
        self._days: dict[DayCount, tuple[date, ...]] = {}
        self._elapsed: dict[DayCount, array[int]] = {}
        for count, week in _WEEKS.items():
            self._work_out(count, week)

    @classmethod
    def without_holidays(cls, key: str) -> Calendar:
        """Build a calendar that knows no public holiday: only the days of the week count.

        >>> date(2026, 12, 25) in Calendar.without_holidays("none")
        False
        """
        return cls(key, ())

    def _work_out(self, count: DayCount, week: bytes) -> None:
        """List all counted days, and for each day of the range how many were counted up to it."""
        days = _all_days(self.first, self.last)
        monday = self.first.weekday()
        weeks = week * ((monday + len(days)) // len(week) + 1)
        counts = bytearray(weeks[monday : monday + len(days)])
        for day in self.holidays:
            counts[day.toordinal() - self._offset] = 0
        self._days[count] = tuple(compress(days, counts))
        self._elapsed[count] = array("I", accumulate(counts))

    def __contains__(self, day: object) -> bool:
        return day in self.holidays

    def __repr__(self) -> str:
        return f"Calendar({self.key!r}, {len(self.holidays)} holidays, {self.first}..{self.last})"

    def add(self, start: date, days: int, count: DayCount) -> date:
        """Return the nth counted day after a day; the first counted day after it is day 1.

        After 0 days it is the day itself.

        Raises:
            DayError: If the number is negative or the answer lies beyond the year 9999.
            CalendarRangeError: If worked days are counted beyond the calendar.

        >>> Calendar("BE", []).add(date(2026, 9, 4), 3, DayCount.OUVRES)
        datetime.date(2026, 9, 9)
        """
        if type(days) is not int or days < 0:
            raise DayError("days", days, "a whole number, 0 or more")
        if count is DayCount.CALENDAR or not days:
            return add_days(start, days)
        try:
            place = (
                start if type(start) is date else require_day(start)
            ).toordinal() - self._offset
            if place >= 0:
                return self._days[count][self._elapsed[count][place] + days - 1]
        except IndexError:
            raise self._beyond(start) from None
        raise CalendarRangeError(start, self.first, self.last)

    def window(self, start: date, shortest: int, longest: int, count: DayCount) -> DayWindow:
        """Return the days between which something arrives that takes so many to so many days.

        Both ends are what `add` returns. Raises what `add` raises.

        Raises:
            DayError: If they are reversed.

        >>> Calendar("BE", []).window(date(2026, 9, 4), 3, 4, DayCount.OUVRES).latest
        datetime.date(2026, 9, 10)
        """
        days = self._days.get(count)  # None for calendar days, which need no holidays
        whole = type(shortest) is int and type(longest) is int
        if days is None or not whole or not 0 < shortest <= longest:
            return DayWindow(self.add(start, shortest, count), self.add(start, longest, count))
        if type(start) is not date or start < self.first:
            self._require(start)
        try:
            counted = self._elapsed[count][start.toordinal() - self._offset] - 1
            return DayWindow(days[counted + shortest], days[counted + longest])
        except IndexError:
            raise self._beyond(start) from None

    def is_counted(self, day: date, count: DayCount) -> bool:
        """Return whether a day counts.

        Raises:
            CalendarRangeError: If that is not known.

        >>> Calendar("FR", []).is_counted(date(2026, 11, 22), DayCount.OUVRABLES)
        False
        """
        if count is DayCount.CALENDAR:
            return bool(require_day(day))
        return not self.is_holiday(day) and bool(_WEEKS[count][day.weekday()])

    def is_holiday(self, day: date) -> bool:
        """Return whether a day is a public holiday.

        Raises:
            CalendarRangeError: If that is not known.

        >>> Calendar("FR", [date(2026, 7, 14)]).is_holiday(date(2026, 7, 14))
        True
        """
        self._require(day)
        return day in self.holidays

    def between(self, start: date, end: date, count: DayCount) -> int:
        """Return how many counted days lie after the start, up to and with the end.

        0 if the end is not later than the start.

        Raises:
            CalendarRangeError: If worked days are not known.

        >>> Calendar("FR", []).between(
        ...     date(2026, 11, 20), date(2026, 11, 23), DayCount.OUVRES
        ... )
        1
        """
        if count is DayCount.CALENDAR:
            return max((require_day(end) - require_day(start)).days, 0)
        self._require(start)
        self._require(end)
        elapsed, offset = self._elapsed[count], self._offset
        return max(elapsed[end.toordinal() - offset] - elapsed[start.toordinal() - offset], 0)

    def next_working_day(self, day: date) -> date:
        """Roll a last day that is a Saturday, a Sunday or a holiday on to the next working day.

        Code de la consommation L221-19, Regulation (EEC) 1182/71 article 3(4).

        Raises:
            CalendarRangeError: If the calendar does not cover the day.

        >>> Calendar("FR", [date(2026, 5, 1)]).next_working_day(date(2026, 5, 1))
        datetime.date(2026, 5, 4)
        """
        self._require(day)
        working = self._days[DayCount.OUVRES]
        place = bisect_left(working, day)
        if place == len(working):
            raise self._beyond(day)
        return working[place]

    def _beyond(self, start: date) -> CalendarRangeError:
        # What is missing is the first day that is not known any more, unless the start is later.
        missing = max(start, add_days(self.last, 1))
        return CalendarRangeError(missing, self.first, self.last)

    def _require(self, day: date) -> None:
        if not self.first <= require_day(day) <= self.last:
            raise CalendarRangeError(day, self.first, self.last)
