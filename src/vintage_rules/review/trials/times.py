"""Questions about times: on their last day or in their last minute, and just after."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import partial

from vintage_rules.dates import Duration, Window, local_day, zone
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.review.days import MONDAY, NOON, WEEKDAYS
from vintage_rules.review.limits import PolicyLimit, limits_of
from vintage_rules.review.trials.trial import Trial
from vintage_rules.wording.phrases import (
    Figure,
    Moment,
    Phrase,
    Term,
    phrase,
)

_A_DAY = timedelta(days=1)
_A_MINUTE = timedelta(minutes=1)


def of_a_time(limit: PolicyLimit, house: HousePolicy) -> Iterator[Trial]:
    """Look on the last day of a time that begins on a Monday, and on the day after.

    At one of hours that begins at noon, look a minute before its end, and at its end.
    """
    ends = _end(limit.value, house)
    if ends is None:
        return
    by_day = not isinstance(ends, datetime)
    start: Figure = MONDAY if by_day else Moment(NOON, house.zone)
    for at in (ends, ends + _A_DAY) if by_day else (ends - _A_MINUTE, ends):
        question = phrase(
            "diff.ask.time",
            what=Term("key", limit.field.key),
            path=limit.path,
            start=start,
            at=_shown(at, house),
        )
        ask = partial(_runs, limit.path, at)
        yield Trial(question=question, ask=ask, at=at, varies="at")


def _shown(end: date, house: HousePolicy) -> Figure:
    return Moment(end, house.zone) if isinstance(end, datetime) else end


def _end(time: object, house: HousePolicy) -> date | None:
    """Return the last day, or the moment at which it is over for a time of hours."""
    length = time.length if isinstance(time, Window) else time
    if not isinstance(length, Duration) or not length.ends:
        return None
    if length.is_elapsed:
        return length.deadline(NOON, WEEKDAYS, zone(house.zone))
    if isinstance(time, Window):
        return time.last_day(MONDAY, WEEKDAYS)
    return length.after_day(MONDAY, WEEKDAYS)


def _runs(path: str, at: date, house: HousePolicy) -> Phrase | None:
    """Say whether the time that is written at a path still runs then, and until when."""
    for limit in limits_of(house):
        if limit.path == path:
            return _running(_end(limit.value, house), at, house)
    return None


def _running(ends: date | None, at: date, house: HousePolicy) -> Phrase:
    if ends is None:
        return phrase("diff.for-ever")
    if isinstance(ends, datetime):
        now = at if isinstance(at, datetime) else datetime.combine(at, NOON.timetz())
        return phrase("diff.runs" if now < ends else "diff.over", end=Moment(ends, house.zone))
    day = local_day(at, zone(house.zone)) if isinstance(at, datetime) else at
    return phrase("diff.runs-through" if day <= ends else "diff.over-after", end=ends)
