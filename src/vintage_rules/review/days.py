"""The days on which windows are tried, and the events they may start at before a delivery."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from vintage_rules.dates import Calendar, Window, end_of_day, last_day_before, zone

MONDAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
WEEKDAYS = Calendar.without_holidays("none")
SAMPLE = tuple(date(2026, 1, 1) + timedelta(days=n) for n in range(365))
BEFORE_DISPATCH = ("accepted", "ordered", "paid")
DISPATCHED = "dispatched"


def last_day(window: Window, start: date, calendar: Calendar) -> date:
    """Return the last day of a window; one of hours starts at the end of its day.

    That of one that never ends is the last of all days.

    >>> from vintage_rules import Duration
    >>> from vintage_rules.dates import Roll
    >>> window = Window(
    ...     anchor="received", length=Duration.of(48, "hours"), roll=Roll.NONE
    ... )
    >>> last_day(window, date(2026, 3, 2), Calendar.without_holidays("none"))
    datetime.date(2026, 3, 4)
    """
    if not window.length.ends:
        return date.max
    if not window.length.is_elapsed:
        return window.last_day(start, calendar)
    where = zone("UTC")
    return last_day_before(window.length.after(end_of_day(start, where)), where)
