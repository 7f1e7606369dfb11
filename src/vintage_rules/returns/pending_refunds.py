"""By when a refund is made, when the buyer sees it, and when it is overdue.

Clauses F1, F3, F4, L221-24.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import TypeAlias, assert_never
from zoneinfo import ZoneInfo

from attrs import frozen

from vintage_rules.dates import Calendar, DayWindow, end_of_day, local_day, require_day
from vintage_rules.decision import Decision
from vintage_rules.errors import UnknownTermError
from vintage_rules.returns.refund_policy import RefundPolicy
from vintage_rules.returns.terms import RECOVERED, RefundTerms, RefundTrigger


@frozen(kw_only=True)
class ReturnSteps:
    """The days on which a return moved on: house informed, parcel posted, received, checked.

    Raises:
        DayError: If one of them is no day.
    """

    informed: date
    posted: date | None = None
    received: date | None = None
    checked: date | None = None

    def __attrs_post_init__(self) -> None:
        require_day(self.informed, "informed")
        later = {"posted": self.posted, "received": self.received, "checked": self.checked}
        for name, day in later.items():
            if day is not None:
                require_day(day, name)

    @property
    def recovered(self) -> date | None:
        """The day the goods or the proof of their dispatch arrived, whichever came first."""
        known = [day for day in (self.posted, self.received) if day is not None]
        return min(known, default=None)


@frozen(kw_only=True)
class RefundDue(Decision):
    """The day a refund is due by the house and by the law.

    None while it is not known, or if no law sets one.
    """

    by_house: date | None
    by_law: date | None

    @property
    def day(self) -> date | None:
        """The earlier of the two, as far as they are known."""
        return min((day for day in (self.by_house, self.by_law) if day is not None), default=None)


@frozen(kw_only=True)
class RefundAwaited(Decision):
    """A return is back and its refund is not overdue yet: it is after that day."""

    until: date


@frozen(kw_only=True)
class RefundOverdue(Decision):
    """A return is back and its refund was due by that day: write to the house."""

    since: date


PendingRefund: TypeAlias = RefundAwaited | RefundOverdue
"""Whether a refund that has not come is still to be awaited. Clause F4."""


@frozen(kw_only=True)
class StatementEstimate(Decision):
    """The days between which a refund shows on the buyer's statement."""

    window: DayWindow


def refund_due(
    steps: ReturnSteps, terms: RefundTerms, policy: RefundPolicy, calendar: Calendar
) -> RefundDue:
    """Return the day a refund is due by the house and by the law. Clause F1, L221-24.

    The house counts from what it waits for. The law counts 14 days from the day it was informed,
    and lets it wait no longer than until the goods or the proof of their dispatch are there,
    whichever comes first; where it counts from that event instead (United Kingdom, regulation 34),
    the policy's window says so. Without a return there is nothing to wait for.

    Raises:
        CalendarRangeError: If the calendar does not cover the day.

    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22)).returns
    >>> terms = next(rule.terms for rule in house.returns.rules if rule.terms).refund
    >>> steps = ReturnSteps(informed=date(2026, 9, 1), posted=date(2026, 9, 18))
    >>> refund_due(steps, terms, house.refunds, calendar("FR")).by_law
    datetime.date(2026, 9, 18)
    """
    waited_for = _waited_for(steps, terms.trigger)
    return RefundDue(
        by_house=None if waited_for is None else policy.due.after_day(waited_for, calendar),
        by_law=_due_by_law(steps, terms, calendar),
        edition=policy.edition,
        sources=(*policy.due_sources, *terms.law_sources),
    )


def _waited_for(steps: ReturnSteps, trigger: RefundTrigger) -> date | None:
    match trigger:
        case RefundTrigger.NONE_NEEDED:
            return steps.informed
        case RefundTrigger.POSTED:
            return steps.recovered
        case RefundTrigger.RECEIVED:
            return steps.received
        case RefundTrigger.CHECKED:
            return steps.checked
        case _:
            assert_never(trigger)


def _due_by_law(steps: ReturnSteps, terms: RefundTerms, calendar: Calendar) -> date | None:
    if terms.law is None:
        return None
    if terms.trigger is RefundTrigger.NONE_NEEDED:
        return terms.law.last_day(steps.informed, calendar)
    if steps.recovered is None:
        return None
    if terms.law.anchor == RECOVERED:
        return terms.law.last_day(steps.recovered, calendar)
    return max(terms.law.last_day(steps.informed, calendar), steps.recovered)


def assess_pending_refund(
    received: date, now: datetime, policy: RefundPolicy, calendar: Calendar
) -> PendingRefund:
    """Return whether a buyer whose return is back without a refund should write. Clause F4.

    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar
    >>> refunds = load_policy("imparfaite").on(date(2026, 11, 22)).returns.refunds
    >>> now = datetime.fromisoformat("2026-12-31T10:00:00+01:00")
    >>> type(
    ...     assess_pending_refund(date(2026, 9, 1), now, refunds, calendar("FR"))
    ... ).__name__
    'RefundOverdue'
    """
    last = policy.overdue.last_day(require_day(received, "received"), calendar)
    if local_day(now, policy.where) > last:
        return RefundOverdue(since=last, edition=policy.edition, sources=policy.overdue_sources)
    return RefundAwaited(until=last, edition=policy.edition, sources=policy.overdue_sources)


def estimate_statement(
    refunded_at: datetime, tender: str, policy: RefundPolicy, calendar: Calendar
) -> StatementEstimate:
    """Return the days between which a refund shows on the buyer's statement. Clause F3.

    Where public holidays move the earliest day past the latest, both are that earliest day.

    Raises:
        UnknownTermError: For a tender of which the policy says nothing.

    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar
    >>> refunds = load_policy("imparfaite").on(date(2026, 11, 22)).returns.refunds
    >>> at = datetime.fromisoformat("2026-09-15T10:00:00+02:00")
    >>> str(estimate_statement(at, "paypal", refunds, calendar("FR")).window.latest)
    '2026-09-15'
    """
    delay = policy.statement.get(tender)
    if delay is None:
        raise UnknownTermError("tender", tender, tuple(sorted(policy.statement)))
    day = local_day(refunded_at, policy.where)
    earliest = delay.earliest.after_day(day, calendar)
    window = DayWindow(earliest, max(earliest, delay.latest.after_day(day, calendar)))
    return StatementEstimate(window=window, edition=policy.edition, sources=delay.sources)


def overdue_at(
    steps: ReturnSteps,
    terms: RefundTerms,
    policy: RefundPolicy,
    where: ZoneInfo,
    calendar: Calendar,
) -> datetime | None:
    """Return the moment from which a refund is overdue. Clause F4.

    It is past the law's day, or the house's after receipt.
    """
    days = [_due_by_law(steps, terms, calendar)]
    if steps.received is not None:
        days.append(policy.overdue.last_day(steps.received, calendar))
    known = [day for day in days if day is not None]
    return end_of_day(min(known), where) if known else None
