"""Whether a claim is taken: a defect, a piece not as described, something that never arrived.

Clauses R9, R10.

A claim is not a change of mind: it has its own window, wants photos where there is something to
show, and costs the buyer nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.dates import Calendar, instant, local_day
from vintage_rules.decision import Decision
from vintage_rules.ids import Edition, PieceId
from vintage_rules.machine import Refused
from vintage_rules.returns.claim_policy import ClaimPolicy, ClaimTerms
from vintage_rules.returns.deadline import started, window_end
from vintage_rules.returns.eligibility import distinct
from vintage_rules.windows import Events, When, is_early


class ClaimRefusal(StrEnum):
    """Why a claim is not taken."""

    NO_ORDER_NUMBER = "no-order-number"
    NO_PARCEL_NUMBER = "no-parcel-number"
    NO_PIECES = "no-pieces"
    NOT_IN_WRITING = "not-in-writing"
    TOO_EARLY = "too-early"
    TOO_FEW_PHOTOS = "too-few-photos"
    TOO_LATE = "too-late"


@frozen(kw_only=True)
class ClaimRequest:
    """What a buyer complains of, and with what evidence.

    `since` is the day or moment of the event that the window of this kind is anchored at; None
    while it has not happened, so that no time has run; `events` are those of others, where it
    starts at the first or last of several.

    Raises:
        DayError: If the moment of the claim has no offset.
        InvalidValueError: If a piece is named twice.
    """

    kind: str
    since: When | None
    claimed_at: datetime = field(converter=instant)
    pieces: tuple[PieceId, ...] = field(converter=distinct)
    photos: int
    in_writing: bool
    parcel_number: str | None
    order_number: str | None
    events: Events = field(factory=dict[str, When], hash=False)


@frozen(kw_only=True)
class ClaimAdmitted(Decision):
    """It is looked into.

    `last_day` is the last on which it could have been made, None while no time runs.
    """

    last_day: date | None


@frozen(kw_only=True)
class ClaimRefused(Refused[ClaimRefusal]):
    """It is not, with every reason."""

    reasons: tuple[ClaimRefusal, ...]
    last_day: date | None
    edition: Edition


ClaimAssessment: TypeAlias = ClaimAdmitted | ClaimRefused
"""Whether a claim is looked into. Clauses R9, R10."""


def assess_claim(request: ClaimRequest, policy: ClaimPolicy, calendar: Calendar) -> ClaimAssessment:
    """Decide whether a claim is looked into, with every reason when it is not. Clauses R9, R10.

    Raises:
        UnknownTermError: For a kind of claim that the policy does not name.
        DayError: If a day or a moment is not valid.
        CalendarRangeError: If the calendar does not cover the day.

    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar
    >>> claims = load_policy("imparfaite").on(date(2026, 11, 22)).returns.claims
    >>> request = ClaimRequest(
    ...     kind="defect",
    ...     since=date(2026, 9, 1),
    ...     claimed_at=datetime.fromisoformat("2026-09-03T10:00:00+02:00"),
    ...     pieces=(PieceId("coat"),),
    ...     photos=0,
    ...     in_writing=True,
    ...     parcel_number="8R123",
    ...     order_number="1007",
    ... )
    >>> [
    ...     str(reason)
    ...     for reason in assess_claim(request, claims, calendar("FR")).reasons
    ... ]
    ['too-few-photos']
    """
    terms = policy.terms(request.kind)
    last_day, untimely = _timing(request, terms, policy, calendar)
    reasons = tuple(sorted((*untimely, *_reasons(request, terms))))
    if reasons:
        return ClaimRefused(
            reasons=reasons, last_day=last_day, edition=policy.edition, sources=terms.sources
        )
    return ClaimAdmitted(last_day=last_day, edition=policy.edition, sources=terms.sources)


def _timing(
    request: ClaimRequest, terms: ClaimTerms, policy: ClaimPolicy, calendar: Calendar
) -> tuple[date | None, tuple[ClaimRefusal, ...]]:
    """Return the last day for a claim, and whether it comes before its time or after."""
    window, where, now = terms.window, policy.where, request.claimed_at
    start = None
    if request.since is not None:
        start = started(window, request.since, request.events, where)
    early = (ClaimRefusal.TOO_EARLY,) if is_early(window, start, now, where, calendar) else ()
    if start is None:
        return None, early
    last_day, ends_at = window_end(start, terms.last_days, where, calendar)
    late = last_day is not None and local_day(now, where) > last_day
    if ends_at is not None:
        late = now >= ends_at
    return last_day, (*early, ClaimRefusal.TOO_LATE) if late else early


def _reasons(request: ClaimRequest, terms: ClaimTerms) -> Iterator[ClaimRefusal]:
    if not request.pieces:
        yield ClaimRefusal.NO_PIECES
    if terms.order_number and not request.order_number:
        yield ClaimRefusal.NO_ORDER_NUMBER
    if terms.evidence.parcel_number and not request.parcel_number:
        yield ClaimRefusal.NO_PARCEL_NUMBER
    if terms.evidence.in_writing and not request.in_writing:
        yield ClaimRefusal.NOT_IN_WRITING
    if request.photos < terms.evidence.photos:
        yield ClaimRefusal.TOO_FEW_PHOTOS
