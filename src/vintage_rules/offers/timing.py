"""When something that starts at a moment is over."""

from __future__ import annotations

from datetime import datetime

from vintage_rules.dates import Calendar, Duration, zone
from vintage_rules.errors import DayError


def end_of(
    duration: Duration, start: datetime, zone_name: str, calendar: Calendar | None
) -> datetime | None:
    """Give the instant, exclusive and in UTC, at which a duration is over; None when it never ends.

    Raises `DayError` when it counts dates and there is no calendar to count them with, or ends
    after the year 9999.
    """
    try:
        if duration.is_elapsed:
            return duration.after(start)
        if not duration.ends:
            return None
        if calendar is None:
            raise DayError("calendar", calendar, f"a calendar, since the policy says {duration}")
        return duration.deadline(start, calendar, zone(zone_name))
    except OverflowError:
        raise DayError(
            "at", start, f"early enough for {duration} to end by the year 9999"
        ) from None
