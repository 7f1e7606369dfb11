"""Checks of times against the calendars: none may end after the last day that they know."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.dates import Calendar, Duration, Roll, Window, zone
from vintage_rules.errors import CalendarRangeError, DayError
from vintage_rules.findings import Path, is_list, is_table
from vintage_rules.policies.pages import Page
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, shown
from vintage_rules.review.days import SAMPLE
from vintage_rules.windows import end_of
from vintage_rules.wording.common import length as in_words


def calendar_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Find times that end too late for any rule to compute, even if they start this year."""
    for at, length, roll in _times(sheet.edition, ()):
        if not _is_computable(length, roll, sheet.calendar):
            code, lasts = CheckCode.BEYOND_CALENDARS, in_words(length)
            yield flaw(code, at, shown(str(length)), length=lasts, last=Calendar.LAST)


def _times(value: object, path: Path) -> Iterator[tuple[Path, Duration, Roll]]:
    """Give every duration that a page says, and what becomes of its last day."""
    if isinstance(value, Duration):
        yield path, value, Roll.NONE
    elif isinstance(value, Page):
        roll = value["roll"] if value.shape.kind is Window else None
        for field, item in value.fields():
            where = (*path, field.key)
            if isinstance(roll, Roll) and isinstance(item, Duration):
                yield where, item, roll
            else:
                yield from _times(item, where)
    elif is_table(value):
        for key, item in value.items():
            yield from _times(item, (*path, key))
    elif is_list(value):
        for i, item in enumerate(value):
            yield from _times(item, (*path, i))


def _is_computable(length: Duration, roll: Roll, calendar: Calendar) -> bool:
    window = Window(anchor="received", length=length, roll=roll)
    try:
        end_of(window, SAMPLE[-1], zone("UTC"), calendar)
    except (CalendarRangeError, DayError):
        return False
    return True
