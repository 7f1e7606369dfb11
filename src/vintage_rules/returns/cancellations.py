"""Whether a piece may be cancelled before it is posted. Clauses R2, L5."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import Calendar, instant
from vintage_rules.decision import Decision
from vintage_rules.returns.cancellation_policy import CancellableUntil, Canceller, PieceAfter
from vintage_rules.returns.policy import ReturnsPolicy
from vintage_rules.returns.terms import RefundTerms


class CancellationRefusal(StrEnum):
    """Why a piece cannot be cancelled."""

    ALREADY_POSTED = "already-posted"
    MAY_NOT_CANCEL = "may-not-cancel"
    TOO_LATE = "too-late"


@frozen(kw_only=True)
class Cancellable(Decision):
    """A piece that may be cancelled, on which terms, and what becomes of it.

    `until` is the moment, exclusive, from which it no longer may; None for as long as it has not
    been handed in. `zone` is that of the house.
    """

    until: datetime | None
    zone: str
    terms: RefundTerms
    piece: PieceAfter


@frozen(kw_only=True)
class NotCancellable(Decision):
    """A piece that may not be cancelled, with every reason."""

    reasons: tuple[CancellationRefusal, ...]


CancellationAssessment: TypeAlias = Cancellable | NotCancellable
"""Whether a piece may be cancelled before it is posted. Clauses R2, L5."""


def assess_cancellation(
    by: Canceller,
    *,
    ordered_at: datetime,
    now: datetime,
    posted: bool,
    policy: ReturnsPolicy,
    calendar: Calendar,
) -> CancellationAssessment:
    """Return whether one side may cancel a piece of an order. Clauses R2, L5; recital 40.

    `posted` says whether the piece has left: for a seller, whether they have posted it; for the
    buyer and the house, whether the parcel to the buyer has been handed in. What has left is
    refused at the door or sent back as any return.

    Raises:
        DayError: For a moment without an offset.
        CalendarRangeError: If the calendar does not cover a day.

    >>> from datetime import UTC, date
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22)).returns
    >>> monday = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> assess_cancellation(
    ...     Canceller.BUYER,
    ...     ordered_at=monday,
    ...     now=monday,
    ...     posted=True,
    ...     policy=house,
    ...     calendar=calendar("FR"),
    ... ).reasons
    (<CancellationRefusal.ALREADY_POSTED: 'already-posted'>,)
    """
    rule = policy.of_cancellations.rule(by)
    if rule.until is CancellableUntil.NEVER:
        return _refused([CancellationRefusal.MAY_NOT_CANCEL], policy, rule.sources)
    start, where = instant(ordered_at, "ordered_at"), policy.returns.where
    until = rule.time_limit.deadline(start, calendar, where)
    found = {
        CancellationRefusal.ALREADY_POSTED: posted,
        CancellationRefusal.TOO_LATE: until is not None and instant(now, "now") >= until,
    }
    if any(found.values()):
        return _refused([reason for reason, holds in found.items() if holds], policy, rule.sources)
    return Cancellable(
        until=until,
        zone=policy.returns.zone,
        terms=rule.refund,
        piece=rule.piece,
        edition=policy.edition,
        sources=rule.sources,
    )


def _refused(
    reasons: list[CancellationRefusal], policy: ReturnsPolicy, sources: tuple[str, ...]
) -> NotCancellable:
    return NotCancellable(reasons=tuple(reasons), edition=policy.edition, sources=sources)
