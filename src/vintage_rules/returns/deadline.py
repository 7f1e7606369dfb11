"""Until when a return may be requested and posted. Clauses R1 and R2.

The day of receipt is day 0 and the last day counts to its end in the policy's zone. A last day that
is a Saturday, a Sunday or a public holiday of the calendar given moves on if the window rolls. A
window of hours ends at a moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import assert_never
from zoneinfo import ZoneInfo

from attrs import frozen

from vintage_rules.dates import (
    Calendar,
    Duration,
    Pick,
    Several,
    Window,
    end_of_day,
    instant,
    last_day_before,
    local_day,
    require_day,
)
from vintage_rules.decision import Decision
from vintage_rules.errors import UnknownTermError
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.table_policy import ReturnPolicy, SeveralParcels
from vintage_rules.returns.terms import (
    RECEIVED,
    REQUESTED,
    RETURN_ACCEPTED,
    LastDays,
    Posting,
)
from vintage_rules.windows import Events, When, as_day, moment_of, start_of

_NO_EVENTS: Events = {}


@frozen(kw_only=True)
class ReturnDeadline(Decision):
    """The last day on which a return may be requested, and the calendar days from `anchor` to it.

    Both are None if it never ends. `ends_at` is the moment, exclusive, at which a window of hours
    ends; None if whole days count. `zone` is that of the house.
    """

    last_day: date | None
    window_days: int | None
    anchor: str | Several
    ends_at: datetime | None
    zone: str


@frozen(kw_only=True)
class NoReturn(Decision):
    """Such a piece is not taken back, so that nothing runs out."""


@frozen(kw_only=True)
class ReceivedParcel:
    """A parcel of an order: its sender, and when it was received or None while it is not.

    Raises:
        DayError: For anything but a day or a moment.
    """

    sender: str
    received: When | None

    def __attrs_post_init__(self) -> None:
        if isinstance(self.received, datetime):
            instant(self.received, "received")
        elif self.received is not None:
            require_day(self.received, "received")


def return_deadline(
    received: When,
    case: ReturnCase,
    policy: ReturnPolicy,
    calendar: Calendar,
    *,
    events: Events = _NO_EVENTS,
    seller_gives: Duration | None = None,
) -> ReturnDeadline | NoReturn:
    """Return the last day for requesting a return. Clause R1, Code de la consommation L221-19.

    `received` is the day or moment of the event the window is anchored at, `events` those of
    several if it is anchored at the first or last of them; `seller_gives` is the longer time that
    the seller gives, if the house lets them. `calendar` holds the holidays that move a last day on.
    A window of hours that is given only a day starts at the end of that day.

    Raises:
        UnknownTermError: For a case outside the policy's domain.
        DayError: If a day or a moment is not valid.
        CalendarRangeError: If the calendar does not cover the day.

    >>> from vintage_rules import Place
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar, locate
    >>> returns = load_policy("imparfaite").on(date(2026, 11, 22)).returns.returns
    >>> bordeaux = locate(Place(country="FR", postal_code="33000")).territory
    >>> case = returns.case(bordeaux, reason="withdrawal")
    >>> deadline = return_deadline(date(2026, 4, 17), case, returns, calendar("FR"))
    >>> str(deadline.last_day), deadline.window_days
    ('2026-05-04', 17)
    """
    rule = policy.rule_for(case)
    if rule.terms is None:
        return NoReturn(edition=policy.edition, sources=rule.sources)
    last_days = rule.terms.last_days_of(seller_gives)
    start = started(last_days.window, received, events, policy.where)
    last_day, ends_at = window_end(start, last_days, policy.where, calendar)
    return ReturnDeadline(
        last_day=last_day,
        window_days=None if last_day is None else (last_day - _day(start, policy.where)).days,
        anchor=last_days.window.anchor,
        ends_at=ends_at,
        zone=policy.zone,
        edition=policy.edition,
        sources=rule.terms.sources,
    )


def started(window: Window, received: When, events: Events, where: ZoneInfo) -> When:
    """Return the day or moment a window starts.

    Raises:
        UnknownTermError: If the event that starts it is not given.
    """
    start = start_of(window, _with_receipt(received, events), where, known=received)
    if start is None:
        raise UnknownTermError("events", str(window.anchor), tuple(sorted(events)))
    return start


def _with_receipt(received: When, events: Events) -> Events:
    return {RECEIVED: received, **events} if events else events


def window_end(
    start: When, last_days: LastDays, where: ZoneInfo, calendar: Calendar
) -> tuple[date | None, datetime | None]:
    """Return the last day of a window, and the moment it ends if it counts hours.

    Neither if it never ends.
    """
    length = last_days.window.length
    if not length.ends:
        return None, None
    if length.is_elapsed:
        ends_at = length.after(_moment(start, where))
        return last_day_before(ends_at, where), ends_at
    return last_days[_day(start, where), calendar], None


def _day(when: When, where: ZoneInfo) -> date:
    return local_day(when, where) if isinstance(when, datetime) else require_day(when, "received")


def _moment(when: When, where: ZoneInfo) -> datetime:
    if isinstance(when, datetime):
        return instant(when, "received")
    return end_of_day(require_day(when, "received"), where)


def last_posting_day(
    posting: Posting,
    *,
    received: date,
    requested: date,
    accepted: date,
    events: Events,
    where: ZoneInfo,
    calendar: Calendar,
) -> date:
    """Return the last day on which a return may be posted; the postmark is the proof (L221-23).

    `events` are those of the order that the time may start at.

    Recital 41 of Directive 2011/83 counts its periods by Regulation 1182/71, so this last day
    rolls too where the policy says so. It never starts before the piece has arrived, since it
    cannot be posted earlier, nor ends before the house has accepted and sent the address (clause
    R5).

    Raises:
        UnknownTermError: If the event that starts it is not given.
    """
    own = {REQUESTED: requested, RETURN_ACCEPTED: accepted, RECEIVED: received}
    known = {**events, **own}
    start = moment_of(posting.window.anchor, known, where)
    if start is None:
        raise UnknownTermError("events", str(posting.window.anchor), tuple(sorted(known)))
    return max(posting.last_days[max(as_day(start, where), received), calendar], accepted)


def window_starts(
    parcels: Sequence[ReceivedParcel], policy: ReturnPolicy
) -> tuple[When | None, ...]:
    """Return for each parcel of an order when its window starts; None if not known yet.

    Directive 2011/83 article 9 and L221-18: goods delivered apart count from the last one. How far
    they are pooled is the policy's.

    >>> from vintage_rules.policies import load_policy
    >>> returns = load_policy("imparfaite").on(date(2026, 11, 22)).returns.returns
    >>> ada = ReceivedParcel(sender="ada", received=date(2026, 9, 1))
    >>> lou = ReceivedParcel(sender="lou", received=date(2026, 9, 4))
    >>> [str(day) for day in window_starts([ada, lou], returns)]
    ['2026-09-04', '2026-09-04']
    """
    match policy.several_parcels:
        case SeveralParcels.EACH:
            return tuple(parcel.received for parcel in parcels)
        case SeveralParcels.LAST_OF_SENDER:
            return tuple(
                _last([other for other in parcels if other.sender == parcel.sender], policy)
                for parcel in parcels
            )
        case SeveralParcels.LAST_OF_ORDER:
            return (_last(parcels, policy),) * len(parcels)
        case _:
            assert_never(policy.several_parcels)


def _last(parcels: Sequence[ReceivedParcel], policy: ReturnPolicy) -> When | None:
    received = {str(number): parcel.received for number, parcel in enumerate(parcels)}
    return moment_of(Several(pick=Pick.LATEST, events=tuple(received)), received, policy.where)


def lapses_at(post_by: date, allowance: Duration, where: ZoneInfo, calendar: Calendar) -> datetime:
    """Return the moment at which a return that never arrived lapses.

    It is later than the last day of posting, since a timely postmark may still travel.
    """
    return end_of_day(allowance.after_day(post_by, calendar), where)
