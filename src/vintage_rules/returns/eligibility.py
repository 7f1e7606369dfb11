"""Whether a return is accepted, with every reason against it. Clauses R1, R2, R6, R8, R9.

A request is in time by the moment it is made, in the policy's zone. One made before the parcel
arrived is in time as well: L221-18 lets a buyer withdraw from the conclusion of the contract on.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.dates import Calendar, Duration, Window, instant, local_day
from vintage_rules.decision import Decision
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import Edition, PieceId, identifier, term
from vintage_rules.machine import Refused
from vintage_rules.returns.deadline import last_posting_day, started, window_end
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.table_policy import ReturnPolicy, ReturnRule
from vintage_rules.returns.terms import Evidence, PostingProof, ReturnTerms
from vintage_rules.windows import Events, When, as_day, is_early, start_of


class Wants(StrEnum):
    """What a buyer requests in exchange for what comes back."""

    REFUND = "refund"
    EXCHANGE = "exchange"


class ReturnRefusal(StrEnum):
    """Why a return is not accepted."""

    EXCHANGE = "exchange"
    NO_PARCEL_NUMBER = "no-parcel-number"
    NO_PIECES = "no-pieces"
    NOT_ELIGIBLE = "not-eligible"
    NOT_IN_WRITING = "not-in-writing"
    TOO_EARLY = "too-early"
    TOO_FEW_PHOTOS = "too-few-photos"
    TOO_LATE = "too-late"


class ReturnReview(StrEnum):
    """Why a person must look at a request."""

    EVIDENCE_TO_JUDGE = "evidence-to-judge"
    NOT_RECEIVED = "not-received"


def distinct(pieces: tuple[PieceId, ...]) -> tuple[PieceId, ...]:
    """Return the ids of pieces, each named once.

    Raises:
        InvalidValueError: If a value is not valid.
        IdentifierError: If an identifier is not valid.

    >>> distinct((PieceId("coat"), PieceId("bag")))
    ('coat', 'bag')
    """
    for piece in pieces:
        identifier(piece, "pieces")
    if len(set(pieces)) < len(pieces):
        raise InvalidValueError("pieces", pieces, "distinct pieces")
    return tuple(pieces)


def _wants(text: str) -> Wants:
    return term(Wants, text, "wants")


@frozen(kw_only=True)
class ReturnRequest:
    """A buyer's request for pieces that make one case; hosts split a request over several cases.

    `received` is the day or moment of the event that the window is anchored at, None while it has
    not happened; `events` are those of others, if the window starts at the first or last of
    several. `seller_gives` is the longer time that the seller gives. `upheld` is whether the house
    has upheld a claim on these pieces, and so already judged whether it came in time and was
    proven. `begun` is whether the window has: it has not for a buyer who received one parcel while
    others of the order are to come, and who may send it back already.

    Raises:
        DayError: If the moment of the request has no offset.
        InvalidValueError: If a piece is named twice, the case is none of the table, or something
            else than a refund or an exchange is wanted.
    """

    case: ReturnCase
    received: When | None
    requested_at: datetime = field(converter=instant)
    pieces: tuple[PieceId, ...] = field(converter=distinct)
    parcel_number: str | None
    in_writing: bool
    photos: int
    wants: Wants = field(converter=_wants)
    events: Events = field(factory=dict[str, When], hash=False)
    seller_gives: Duration | None = None
    upheld: bool = False
    begun: bool = True

    def __attrs_post_init__(self) -> None:
        if not isinstance(self.case, ReturnCase):
            raise InvalidValueError("case", self.case, "a `ReturnCase` of the policy")


@frozen(kw_only=True)
class Returnable(Decision):
    """It is accepted: requested in time, and to be posted by that day, or to have arrived.

    `proof` says which of the two; both are None if there is no time limit for posting, and
    `last_day` if there is none for requesting it.
    """

    last_day: date | None
    post_by: date | None
    proof: PostingProof | None


@frozen(kw_only=True)
class ReturnRefused(Refused[ReturnRefusal]):
    """It is not accepted, with every reason.

    `last_day` is the last day of the window, None if there is none. `ends_at` is the moment,
    exclusive, at which a window of hours ends; None if whole days count. `zone` is that of the
    house.
    """

    reasons: tuple[ReturnRefusal, ...]
    last_day: date | None
    ends_at: datetime | None
    zone: str
    edition: Edition


@frozen(kw_only=True)
class NeedsReview(Decision):
    """Nothing is against it, but a person must look before it is accepted.

    `post_by` and `proof` are what they would be if it was accepted on the day it was requested.
    """

    reasons: tuple[ReturnReview, ...]
    last_day: date | None
    post_by: date | None
    proof: PostingProof | None


ReturnAssessment: TypeAlias = Returnable | ReturnRefused | NeedsReview
"""Whether pieces may go back, or a person must decide. Clauses R1, R2, R6."""


def assess_return(
    request: ReturnRequest, policy: ReturnPolicy, calendar: Calendar
) -> ReturnAssessment:
    """Return whether a return is accepted, with every reason if it is not.

    `calendar` holds the holidays that move a last day on. Clauses R1, R2, R6, R8.

    Raises:
        UnknownTermError: For a case outside the policy's domain.
        DayError: If a day or a moment is not valid.
        CalendarRangeError: For days that make no sense.

    >>> from vintage_rules import Place
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import calendar, locate
    >>> returns = load_policy("imparfaite").on(date(2026, 11, 22)).returns.returns
    >>> bordeaux = locate(Place(country="FR", postal_code="33000")).territory
    >>> request = ReturnRequest(
    ...     case=returns.case(bordeaux, reason="withdrawal"),
    ...     received=date(2026, 9, 1),
    ...     requested_at=datetime.fromisoformat("2026-09-15T23:59:59+02:00"),
    ...     pieces=(PieceId("coat"),),
    ...     parcel_number="8R123",
    ...     in_writing=True,
    ...     photos=0,
    ...     wants=Wants.REFUND,
    ... )
    >>> decision = assess_return(request, returns, calendar("FR"))
    >>> str(decision.last_day), str(decision.post_by)
    ('2026-09-15', '2026-09-29')
    """
    rule = policy.rule_for(request.case)
    terms = rule.terms
    if terms is None:
        return _refused(request, policy, rule, None)
    last_days = terms.last_days_of(request.seller_gives)
    requested = local_day(request.requested_at, policy.where)
    start = _start(request, last_days.window, policy)
    early = not request.upheld and is_early(
        last_days.window, start, request.requested_at, policy.where, calendar
    )
    incomplete = early or _is_incomplete(request, policy, terms.evidence)
    if start is None:
        if incomplete:
            return _refused(request, policy, rule, None, early=early)
        return _unreceived(policy, rule, None)
    last_day, ends_at = window_end(start, last_days, policy.where, calendar)
    over = last_day is not None and requested > last_day
    if ends_at is not None:
        over = request.requested_at >= ends_at
    late = over and not request.upheld
    if late or incomplete:
        return _refused(request, policy, rule, last_day, ends_at, early=early, late=late)
    if request.received is None:
        return _unreceived(policy, rule, last_day)
    post_by = _post_by(request, request.received, terms, policy, calendar)
    proof = None if post_by is None or terms.posting is None else terms.posting.proof
    if rule.review and not request.upheld:
        return NeedsReview(
            reasons=(ReturnReview.EVIDENCE_TO_JUDGE,),
            last_day=last_day,
            post_by=post_by,
            proof=proof,
            edition=policy.edition,
            sources=rule.sources,
        )
    return Returnable(
        last_day=last_day,
        post_by=post_by,
        proof=proof,
        edition=policy.edition,
        sources=rule.sources,
    )


def _is_incomplete(request: ReturnRequest, policy: ReturnPolicy, evidence: Evidence) -> bool:
    return (
        not request.pieces
        or (evidence.parcel_number and _is_blank(request.parcel_number))
        or (evidence.in_writing and not request.in_writing)
        or (request.photos < evidence.photos and not request.upheld)
        or (request.wants is Wants.EXCHANGE and not policy.exchanges)
    )


def _post_by(
    request: ReturnRequest,
    received: When,
    terms: ReturnTerms,
    policy: ReturnPolicy,
    calendar: Calendar,
) -> date | None:
    """Return the last day for posting, as if it was accepted on the day it was requested."""
    posting = terms.posting_clock
    if posting is None:
        return None
    requested = local_day(request.requested_at, policy.where)
    return last_posting_day(
        posting,
        received=as_day(received, policy.where),
        requested=requested,
        accepted=requested,
        events=request.events,
        where=policy.where,
        calendar=calendar,
    )


def _start(request: ReturnRequest, window: Window, policy: ReturnPolicy) -> When | None:
    """Return when the time of a request starts; None if no time runs before receipt."""
    if request.received is None:
        return start_of(window, request.events, policy.where)
    if not request.begun:  # it begins no earlier than today
        return local_day(request.requested_at, policy.where)
    return started(window, request.received, request.events, policy.where)


def _unreceived(policy: ReturnPolicy, rule: ReturnRule, last_day: date | None) -> NeedsReview:
    reasons = [ReturnReview.NOT_RECEIVED]
    if rule.review:
        reasons.insert(0, ReturnReview.EVIDENCE_TO_JUDGE)
    return NeedsReview(
        reasons=tuple(reasons),
        last_day=last_day,
        post_by=None,
        proof=None,
        edition=policy.edition,
        sources=rule.sources,
    )


def _refused(
    request: ReturnRequest,
    policy: ReturnPolicy,
    rule: ReturnRule,
    last_day: date | None,
    ends_at: datetime | None = None,
    *,
    early: bool = False,
    late: bool = False,
) -> ReturnRefused:
    because = sorted(_reasons(request, policy, rule, early=early, late=late))
    return ReturnRefused(
        reasons=tuple(reason for reason, _ in because),
        last_day=last_day,
        ends_at=ends_at,
        zone=policy.zone,
        edition=policy.edition,
        sources=tuple(dict.fromkeys(source for _, cited in because for source in cited)),
    )


def _reasons(
    request: ReturnRequest, policy: ReturnPolicy, rule: ReturnRule, *, early: bool, late: bool
) -> Iterator[tuple[ReturnRefusal, tuple[str, ...]]]:
    """Return each reason against a request with the clauses it rests on."""
    terms = rule.terms
    if request.wants is Wants.EXCHANGE and not policy.exchanges:
        yield ReturnRefusal.EXCHANGE, policy.exchange_sources
    if not request.pieces:
        yield ReturnRefusal.NO_PIECES, rule.sources if terms is None else terms.evidence.sources
    if terms is None:
        yield ReturnRefusal.NOT_ELIGIBLE, rule.sources
        return
    if early:
        yield ReturnRefusal.TOO_EARLY, terms.sources
    if late:
        yield ReturnRefusal.TOO_LATE, terms.sources
    for reason in missing_evidence(request, terms.evidence):
        yield reason, terms.evidence.sources


def missing_evidence(request: ReturnRequest, evidence: Evidence) -> Iterator[ReturnRefusal]:
    """Return the evidence a request should have brought and did not. Clauses R2, R9."""
    if evidence.parcel_number and _is_blank(request.parcel_number):
        yield ReturnRefusal.NO_PARCEL_NUMBER
    if evidence.in_writing and not request.in_writing:
        yield ReturnRefusal.NOT_IN_WRITING
    if request.photos < evidence.photos and not request.upheld:
        yield ReturnRefusal.TOO_FEW_PHOTOS


def _is_blank(number: str | None) -> bool:
    return number is None or not number.strip()
