"""When something that starts at a moment is over."""

from __future__ import annotations

from datetime import UTC, datetime

from vintage_rules.dates import Calendar, Duration, instant, zone
from vintage_rules.errors import DayError


def in_utc(moment: datetime, field: str = "at") -> datetime:
    """Hold a moment in UTC; one that is in UTC already, as nearly all are, is spared the way there.

    Raises:
        DayError: If it has no offset.
    """
    if type(moment) is datetime and moment.tzinfo is UTC:
        return moment
    return instant(moment, field)


def end_of(
    duration: Duration, start: datetime, zone_name: str, calendar: Calendar | None
) -> datetime | None:
    """Return the instant, exclusive, at which a duration from a UTC moment is over; None for never.

    Raises:
        DayError: If it counts dates and there is no calendar to count them with, or ends after the
            year 9999.
    """
    try:
        if duration.elapsed is not None:
            return start + duration.elapsed
        if not duration.ends:
            return None
        if calendar is None:
            raise DayError("calendar", calendar, f"a calendar, since the policy says {duration}")
        return duration.deadline(start, calendar, zone(zone_name))
    except OverflowError:
        raise DayError(
            "at", start, f"early enough for {duration} to end by the year 9999"
        ) from None
