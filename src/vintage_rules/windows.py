"""When a window starts and when it ends.

It is anchored to an event, to the day after one, or to the first or last of several.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from vintage_rules.dates import (
    Calendar,
    Pick,
    Several,
    Window,
    add_days,
    end_of_day,
    instant,
    local_day,
    require_day,
    start_of_day,
)

When: TypeAlias = date | datetime
Events: TypeAlias = Mapping[str, When]

DAY_AFTER = "day-after-"
"""What an event's name begins with where it is the day after another one."""


def moment_of(
    anchor: str | Several, events: Mapping[str, When | None], where: ZoneInfo
) -> When | None:
    """Return the day or moment at which a window with this anchor starts; None if not known yet.

    If some of several events are days and others moments, they are compared as days of the zone,
    and on one day a moment comes before the day, which lasts to its end.

    Raises:
        DayError: If a day or a moment is not valid.

    >>> from vintage_rules.dates import zone
    >>> events = {"received": date(2026, 9, 1), "reported": date(2026, 9, 3)}
    >>> latest = Several(pick=Pick.LATEST, events=("received", "reported"))
    >>> moment_of(latest, events, zone("Europe/Paris"))
    datetime.date(2026, 9, 3)
    >>> moment_of("day-after-received", events, zone("Europe/Paris"))
    datetime.date(2026, 9, 2)
    """
    if isinstance(anchor, str):
        return _event(anchor, events, where)
    found = [_event(event, events, where) for event in anchor.events]
    known = [when for when in found if when is not None]
    if not known or (anchor.pick is Pick.LATEST and len(known) < len(found)):
        return None
    choose = min if anchor.pick is Pick.EARLIEST else max
    return choose(known, key=lambda when: _place_in_time(when, where))


def _place_in_time(when: When, where: ZoneInfo) -> tuple[date, datetime]:
    day = as_day(when, where)
    return day, instant(when) if isinstance(when, datetime) else end_of_day(day, where)


def _event(name: str, events: Mapping[str, When | None], where: ZoneInfo) -> When | None:
    known = events.get(name)
    if known is not None or not name.startswith(DAY_AFTER):
        return known
    before = events.get(name.removeprefix(DAY_AFTER))
    return None if before is None else add_days(as_day(before, where), 1)


def events_of(anchor: str | Several) -> tuple[str, ...]:
    """Return the event an anchor names, or each of several.

    >>> events_of("received")
    ('received',)
    """
    return (anchor,) if isinstance(anchor, str) else anchor.events


def as_day(when: When, where: ZoneInfo) -> date:
    """Return the day a moment falls on in a zone; a day is returned unchanged.

    Raises:
        DayError: If a day or a moment is not valid.

    >>> from vintage_rules.dates import zone
    >>> as_day(date(2026, 9, 1), zone("Europe/Paris"))
    datetime.date(2026, 9, 1)
    """
    return local_day(when, where) if isinstance(when, datetime) else require_day(when)


def start_of(
    window: Window, events: Events, where: ZoneInfo, known: When | None = None
) -> When | None:
    """Return the day or moment a window starts; None if it is not known yet.

    `known` is that of the window's own event, if it has only one and `events` lacks it. Raises what
    `moment_of` raises.

    >>> from vintage_rules import Duration
    >>> from vintage_rules.dates import Roll, zone
    >>> fortnight = Window(
    ...     anchor="received", length=Duration.of(14, "days"), roll=Roll.NONE
    ... )
    >>> start_of(fortnight, {}, zone("Europe/Paris"), known=date(2026, 9, 1))
    datetime.date(2026, 9, 1)
    """
    anchor = window.anchor
    if not isinstance(anchor, str) or anchor in events:
        return moment_of(anchor, events, where)
    if anchor.startswith(DAY_AFTER):
        return moment_of(anchor, {anchor.removeprefix(DAY_AFTER): known, **events}, where)
    return known


def end_of(window: Window, start: When, where: ZoneInfo, calendar: Calendar) -> datetime | None:
    """Return the moment, exclusive, in UTC, at which a window ends; None if it never does.

    A window of hours that starts with a day starts at the end of that day. Raises what
    `Window.last_day` raises.

    >>> from datetime import UTC
    >>> from vintage_rules import Duration
    >>> from vintage_rules.dates import Roll, zone
    >>> two_days = Window(
    ...     anchor="received", length=Duration.of(48, "hours"), roll=Roll.NONE
    ... )
    >>> nine = datetime(2026, 9, 1, 9, tzinfo=UTC)
    >>> end_of(two_days, nine, zone("Europe/Paris"), Calendar("FR", [])).isoformat()
    '2026-09-03T09:00:00+00:00'
    """
    if not window.length.ends:
        return None
    if window.length.is_elapsed:
        exact = start if isinstance(start, datetime) else end_of_day(start, where)
        return window.length.after(exact)
    return end_of_day(window.last_day(as_day(start, where), calendar), where)


def opens_at(window: Window, start: When, where: ZoneInfo, calendar: Calendar) -> datetime | None:
    """Return the moment, in UTC, from which something may be done; None if it always may.

    Hours after a day are hours after its end; days after an event are whole days. Raises what
    `Window.last_day` raises.

    >>> from datetime import UTC
    >>> from vintage_rules import Duration
    >>> from vintage_rules.dates import Roll, zone
    >>> later = Window(
    ...     anchor="received",
    ...     starts_after=Duration.of(2, "days"),
    ...     length=Duration.of(14, "days"),
    ...     roll=Roll.NONE,
    ... )
    >>> nine = datetime(2026, 9, 1, 9, tzinfo=UTC)
    >>> opens_at(later, nine, zone("Europe/Paris"), Calendar("FR", [])).isoformat()
    '2026-09-02T22:00:00+00:00'
    """
    if window.starts_after is None:
        return None
    if window.starts_after.is_elapsed:
        exact = start if isinstance(start, datetime) else end_of_day(start, where)
        return window.starts_after.after(exact)
    return start_of_day(window.starts_after.after_day(as_day(start, where), calendar), where)


def is_early(
    window: Window, start: When | None, now: datetime, where: ZoneInfo, calendar: Calendar
) -> bool:
    """Return whether a window has not opened yet; so it is while its event has not happened.

    Raises what `opens_at` raises.

    >>> from vintage_rules import Duration
    >>> from vintage_rules.dates import NEVER, Roll, zone
    >>> later = Window(
    ...     anchor="received",
    ...     starts_after=Duration.of(48, "hours"),
    ...     length=NEVER,
    ...     roll=Roll.NONE,
    ... )
    >>> now = datetime.fromisoformat("2026-09-03T09:00:00+02:00")
    >>> monday = datetime.fromisoformat("2026-09-01T09:00:00+02:00")
    >>> paris, weekdays = zone("Europe/Paris"), Calendar("FR", [])
    >>> [is_early(later, start, now, paris, weekdays) for start in (None, monday)]
    [True, False]
    """
    if window.starts_after is None:
        return False
    opens = None if start is None else opens_at(window, start, where, calendar)
    return opens is None or instant(now, "now") < opens
