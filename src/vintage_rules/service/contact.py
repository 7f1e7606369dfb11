"""When the house can be reached, and when it can be next. Clause K1."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from operator import attrgetter
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import Calendar, add_days, instant, local_day, zone
from vintage_rules.decision import PolicyDecision
from vintage_rules.service.policy import ContactPolicy


@frozen(kw_only=True)
class ContactOpen(PolicyDecision):
    """The house answers now, through these channels, until a moment in UTC."""

    channels: tuple[str, ...]
    closes_at: datetime
    policy: ContactPolicy


@frozen(kw_only=True)
class ContactClosed(PolicyDecision):
    """The house does not answer now.

    These channels can be used all the same, and the others open at a moment in UTC.
    """

    channels: tuple[str, ...]
    opens_at: datetime
    policy: ContactPolicy


ContactAssessment: TypeAlias = ContactOpen | ContactClosed
"""Whether phone and chat are answered at a moment. Clause K1."""


def assess_contact(at: datetime, policy: ContactPolicy, calendar: Calendar) -> ContactAssessment:
    """Return whether phone and chat are answered at a moment, and when that changes. Clause K1.

    Opening hours are read on the clock of the policy's zone; `calendar` holds its public holidays,
    which count only if the policy says so.

    Raises:
        DayError: For a moment without an offset, and where holidays count.
        CalendarRangeError: Outside the calendar.

    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar
    >>> contact = load_policy("imparfaite").on(date(2026, 11, 22)).service.contact
    >>> lunch = datetime.fromisoformat("2026-09-07T13:00:00+02:00")
    >>> assess_contact(lunch, contact, calendar("FR")).opens_at.isoformat()
    '2026-09-07T11:30:00+00:00'
    """
    moment = instant(at)
    opens_at, closes_at = next(
        opening for opening in _openings(moment, policy, calendar) if moment < opening[1]
    )
    if opens_at <= moment:
        return ContactOpen(
            channels=tuple(sorted((*policy.always, *policy.staffed))),
            closes_at=closes_at,
            policy=policy,
        )
    return ContactClosed(
        channels=tuple(sorted(policy.always)),
        opens_at=opens_at,
        policy=policy,
    )


def _openings(
    moment: datetime, policy: ContactPolicy, calendar: Calendar
) -> Iterator[tuple[datetime, datetime]]:
    """Return every opening from the moment's own day on, in order."""
    in_order = sorted(policy.hours, key=attrgetter("opens"))
    day = local_day(moment, zone(policy.zone))
    while True:
        rests = policy.closed_on_holidays and calendar.is_holiday(day)
        for hours in in_order:
            if day.weekday() in hours.weekdays and not rests:
                yield _at(day, hours.opens, policy), _at(day, hours.closes, policy)
        day = add_days(day, 1)


def _at(day: date, clock: time, policy: ContactPolicy) -> datetime:
    return datetime.combine(day, clock, tzinfo=zone(policy.zone)).astimezone(UTC)
