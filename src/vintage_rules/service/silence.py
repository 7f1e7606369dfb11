"""What it means that a question was not answered in time.

For example dispatch, a sale to be confirmed or a problem to be reported.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import Calendar, instant, zone
from vintage_rules.decision import Decision
from vintage_rules.errors import UnknownTermError
from vintage_rules.places import Territory
from vintage_rules.service.policy import QuestionRule, ServicePolicy
from vintage_rules.windows import Events, end_of, start_of


@frozen(kw_only=True)
class AnswerAwaited(Decision):
    """There is still time to answer: until a moment, exclusive, or for ever.

    `zone` is that of the house.
    """

    question: QuestionRule
    until: datetime | None
    zone: str


@frozen(kw_only=True)
class NotAnswered(Decision):
    """There was no answer in time; since that moment silence means what the question says.

    `zone` is that of the house.
    """

    question: QuestionRule
    since: datetime
    zone: str


SilenceAssessment: TypeAlias = AnswerAwaited | NotAnswered
"""Whether a question still waits for an answer, or what the silence means."""


def assess_silence(
    name: str,
    events: Events,
    now: datetime,
    policy: ServicePolicy,
    calendar: Calendar,
    *,
    territory: Territory | None = None,
) -> SilenceAssessment:
    """Return whether an unanswered question still waits, or what the silence means.

    `events` gives the days or moments of those its window starts at; `territory` is the parcel's
    destination. No clause: the shipped house waits for no such answer.

    Raises:
        UnknownTermError: If the policy has no such question there, or an event is not given.
        DayError: If a day or a moment is not valid.
        CalendarRangeError: If the calendar does not cover the day.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar
    >>> service = load_policy("selency").on(date(2026, 11, 22)).service
    >>> ordered = datetime.fromisoformat("2026-11-20T10:00:00+01:00")
    >>> later = datetime.fromisoformat("2026-11-23T10:00:00+01:00")
    >>> silence = assess_silence(
    ...     "confirm-sale", {"ordered": ordered}, later, service, calendar("FR")
    ... )
    >>> str(silence.question.on_silence)
    'refuse'
    """
    question = _question(name, policy, territory)
    if start_of(question.window, events, zone(policy.zone)) is None:
        raise UnknownTermError("events", str(question.window.anchor), tuple(sorted(events)))
    until = answer_until(question, events, policy, calendar)
    if until is None or instant(now, "now") < until:
        return AnswerAwaited(
            question=question,
            until=until,
            zone=policy.zone,
            edition=policy.edition,
            sources=question.sources,
        )
    return NotAnswered(
        question=question,
        since=until,
        zone=policy.zone,
        edition=policy.edition,
        sources=question.sources,
    )


def answer_until(
    question: QuestionRule, events: Events, policy: ServicePolicy, calendar: Calendar
) -> datetime | None:
    """Return until when a question may be answered, exclusive.

    None while its time has not begun, and where it never ends. `assess_silence` and the running
    order both decide by this.

    Raises:
        DayError: If a day or a moment is not valid.
        CalendarRangeError: If the calendar does not cover the day.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar
    >>> service = load_policy("vinted").on(date(2026, 11, 22)).service
    >>> paid = {"paid": date(2026, 11, 20)}
    >>> answer_until(service.questions[0], paid, service, calendar("FR")).isoformat()
    '2026-11-27T23:00:00+00:00'
    """
    where = zone(policy.zone)
    start = start_of(question.window, events, where)
    return None if start is None else end_of(question.window, start, where, calendar)


def _question(name: str, policy: ServicePolicy, territory: Territory | None) -> QuestionRule:
    known = {question.name: question for question in policy.questions_in(territory)}
    if name not in known:
        raise UnknownTermError("question", name, tuple(known))
    return known[name]
