"""Phrases that several contexts share: reasons, lengths of time, windows of days."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from vintage_rules.dates import DayCount, DayWindow, Duration, Several, Unit
from vintage_rules.wording.phrases import Phrase, Term, Value, counted, listed, phrase

_COUNTS: Mapping[Unit, DayCount] = {
    Unit.DAYS: DayCount.CALENDAR,
    Unit.OUVRABLES: DayCount.OUVRABLES,
    Unit.OUVRES: DayCount.OUVRES,
}


def reasons(codes: Iterable[str]) -> tuple[Phrase, ...]:
    """Return the phrase of every reason of a refusal.

    >>> reasons(["expired"])[0].key
    'reason.expired'
    """
    return tuple(phrase(f"reason.{code}") for code in codes)


def length(duration: Duration) -> Phrase:
    """Return the phrase of a length of time, in its own unit.

    >>> length(Duration.of(14, "days")).key
    'duration.days'
    """
    if not duration.ends:
        return phrase("duration.never")
    return counted(f"duration.{duration.unit}", duration.amount)


def days(window: DayWindow) -> Phrase:
    """Return the phrase of a window of days, or of the one day it is.

    >>> from datetime import date
    >>> days(DayWindow(date(2026, 5, 16), date(2026, 5, 16))).key
    'window.day'
    """
    if window.earliest == window.latest:
        return phrase("window.day", day=window.earliest)
    return phrase("window.days", earliest=window.earliest, latest=window.latest)


def day_range(minimum: int, maximum: int, count: DayCount) -> Phrase:
    """Return the phrase of a range of numbers of days.

    >>> day_range(3, 3, DayCount.OUVRES).key
    'duration.ouvres'
    """
    unit = "days" if count is DayCount.CALENDAR else count
    if minimum == maximum:
        return counted(f"duration.{unit}", maximum)
    return counted(f"range.{unit}", maximum, minimum=minimum)


def range_of(earliest: Duration, latest: Duration) -> Phrase | None:
    """Return the phrase of a range between two numbers of days of one count; None for any other.

    >>> range_of(Duration.of(5, "ouvres"), Duration.of(10, "ouvres")).key
    'range.ouvres'
    """
    count = _COUNTS.get(latest.unit)
    if count is None or earliest.unit is not latest.unit:
        return None
    return day_range(earliest.amount, latest.amount, count)


def meaning(count: DayCount) -> Phrase:
    """Return the phrase of what happens to public holidays.

    >>> meaning(DayCount.OUVRABLES).key
    'meaning.without-holidays'
    """
    every_day = count is DayCount.CALENDAR
    return phrase("meaning.every-day" if every_day else "meaning.without-holidays")


def event_of(anchor: str | Several) -> Value:
    """Return from which event on a time counts, or from the first or last of several.

    With its preposition, since the case of the event depends on it.

    >>> event_of("dispatched")
    Term(kind='from', name='dispatched')
    """
    if isinstance(anchor, str):
        return Term("from", anchor)
    events = listed(Term("start", event) for event in anchor.events)
    return phrase(f"faq.from.{anchor.pick}", events=events)
