"""Whether pieces may come back, until when, where to, and what becomes of claims."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import ClassVar

from attrs import frozen

from vintage_rules.api.facts import Count, Events, Mode, Reason
from vintage_rules.api.rejection import Problem, Problems
from vintage_rules.api.rule import Answer, Refused, rule
from vintage_rules.dates import Duration, Pick, Several, Unit
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination
from vintage_rules.pricing.fee_policy import Sale
from vintage_rules.returns.cancellation_policy import Canceller, PieceAfter
from vintage_rules.returns.cancellations import Cancellable, NotCancellable, assess_cancellation
from vintage_rules.returns.claims import ClaimAdmitted, ClaimRefused, ClaimRequest, assess_claim
from vintage_rules.returns.deadline import NoReturn, ReturnDeadline, return_deadline
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.eligibility import (
    NeedsReview,
    Returnable,
    ReturnRefused,
    ReturnRequest,
    Wants,
    assess_return,
)
from vintage_rules.returns.routing import NoRoute, ReturnedFrom, ReturnRoute, route_return
from vintage_rules.returns.terms import (
    RECEIVED,
    REQUESTED,
    RETURN_ACCEPTED,
    Label,
    RefundPart,
    ReturnPayer,
)
from vintage_rules.returns.undelivered import (
    UndeliveredForfeited,
    UndeliveredRefunded,
    UndeliveredRelisted,
    assess_undelivered,
)
from vintage_rules.windows import DAY_AFTER, start_of
from vintage_rules.world.calendars import calendar

WITHDRAWAL = "withdrawal"
NOT_ELIGIBLE = ("not-eligible",)
_UNSPECIFIED = Sale()
_NO_EVENTS: Mapping[str, date | datetime] = {}


def case_of(
    destination: Destination, reason: str, mode: str | None, sale: Sale, house: HousePolicy
) -> ReturnCase:
    """Say a case in the terms of the table; what is left out is as the policy assumes it."""
    return house.returns.returns.case(
        destination.territory,
        reason=reason,
        seller_kind=sale.seller_kind,
        mode=mode,
        category=sale.category,
        sale_kind=sale.sale_kind,
    )


def _require_start(case: ReturnCase, events: Events, house: HousePolicy) -> None:
    """Refuse to count from an event that is not given. Raises `Problems` that name it.

    Receipt is given by `received`, and so is the day after it; any other event is a fact of its
    own, for which the day of receipt is no substitute.
    """
    terms = house.returns.returns.rule_for(case).terms
    if terms is not None:
        require_events(terms.window.anchor, events, [RECEIVED])


def _require_posting_start(case: ReturnCase, events: Events, house: HousePolicy) -> None:
    """Refuse to count the time for posting from an event that is not given. Raises `Problems`."""
    terms = house.returns.returns.rule_for(case).terms
    if terms is not None and terms.posting_clock is not None:
        known = (RECEIVED, REQUESTED, RETURN_ACCEPTED)
        require_events(terms.posting_clock.window.anchor, events, known)


def require_events(anchor: str | Several, events: Events, received: Collection[str]) -> None:
    """Refuse to count from an event that is not given; the day of receipt gives some.

    Raises:
        Problems: If one is missing, by its name.
    """
    missing = _missing_events(anchor, events, received)
    if missing:
        given = ", ".join(sorted(events)) or "none"
        message = f"must hold {', '.join(missing)}, which the time counts from, got {given}"
        raise Problems([Problem(("events",), message)])


def _missing_events(anchor: str | Several, events: Events, received: Collection[str]) -> list[str]:
    if isinstance(anchor, str):
        alone = anchor.removeprefix(DAY_AFTER)
        return [] if {anchor, alone} & {*received, *events} else [alone]
    missing = [event for event in anchor.events if event not in {*received, *events}]
    return missing if anchor.pick is Pick.LATEST or not events else []


@frozen(kw_only=True)
class Deadline(Answer):
    """The last day for a return, and the days that the house gives before it rolls.

    `ends_at` is the moment at which a window of hours is over.
    """

    decision: ClassVar[str] = "deadline"

    last_day: date | None
    window_days: int | None
    ends_at: datetime | None


@rule("return-deadline", day="received")
def return_deadline_rule(
    house: HousePolicy,
    *,
    destination: Destination,
    sale: Sale = _UNSPECIFIED,
    reason: Reason = WITHDRAWAL,
    mode: Mode | None = None,
    received: date | datetime,
    events: Events = _NO_EVENTS,
    seller_gives: Duration | None = None,
) -> Deadline | Refused:
    """Return the last day for requesting a return.

    A moment counts as the day it falls on in the zone of the house. Clause R1.
    """
    returns, case = house.returns.returns, case_of(destination, reason, mode, sale, house)
    _require_start(case, events, house)
    match return_deadline(
        received,
        case,
        returns,
        calendar(house.calendar),
        events=events,
        seller_gives=seller_gives,
    ):
        case ReturnDeadline() as deadline:
            return Deadline(
                decided=deadline,
                last_day=deadline.last_day,
                window_days=_window_days(deadline, case, seller_gives, house),
                ends_at=deadline.ends_at,
            )
        case NoReturn() as refused:
            return Refused(decided=refused, reasons=NOT_ELIGIBLE)


def _window_days(
    deadline: ReturnDeadline, case: ReturnCase, given: Duration | None, house: HousePolicy
) -> int | None:
    """The days that the house gives, before a last day of rest moves on.

    Of a window in another unit, the days that it came to.
    """
    terms = house.returns.returns.rule_for(case).terms
    length = given or (None if terms is None else terms.window.length)
    if length is None or length.unit is not Unit.DAYS:
        return deadline.window_days
    return length.amount


@frozen(kw_only=True)
class MayReturn(Answer):
    """A return that is taken, and the last days to request and to post it."""

    decision: ClassVar[str] = "returnable"

    last_day: date | None
    post_by: date | None


@frozen(kw_only=True)
class ToReview(Answer):
    """A return that a person must look at first."""

    decision: ClassVar[str] = "needs-review"

    last_day: date | None
    post_by: date | None


@rule("assess-return", day="received")
def assess_return_rule(
    house: HousePolicy,
    *,
    destination: Destination,
    sale: Sale = _UNSPECIFIED,
    reason: Reason = WITHDRAWAL,
    mode: Mode | None = None,
    received: date | datetime,
    requested_at: datetime,
    parcel_number: str | None = None,
    pieces: tuple[PieceId, ...],
    in_writing: bool = True,
    photos: Count = 0,
    wants: Wants,
    events: Events = _NO_EVENTS,
    seller_gives: Duration | None = None,
) -> MayReturn | Refused | ToReview:
    """Assess whether pieces may be returned.

    A request to the API is in writing unless it says otherwise. Clauses A3, R1, R2, R6,
    R8.
    """
    case = case_of(destination, reason, mode, sale, house)
    _require_start(case, events, house)
    _require_posting_start(case, events, house)
    request = ReturnRequest(
        case=case,
        received=received,
        requested_at=requested_at,
        pieces=pieces,
        parcel_number=parcel_number,
        in_writing=in_writing,
        photos=photos,
        wants=wants,
        events=events,
        seller_gives=seller_gives,
    )
    match assess_return(request, house.returns.returns, calendar(house.calendar)):
        case Returnable() as taken:
            return MayReturn(decided=taken, last_day=taken.last_day, post_by=taken.post_by)
        case ReturnRefused() as refused:
            return Refused(decided=refused, reasons=refused.reasons)
        case NeedsReview() as doubt:
            return ToReview(
                decided=doubt,
                last_day=doubt.last_day,
                post_by=doubt.post_by,
                reasons=doubt.reasons,
            )


@frozen(kw_only=True)
class PieceOfSeller:
    """A piece that goes back, and who sold it."""

    id: PieceId
    seller: SellerId


@frozen(kw_only=True)
class RoutedParcel:
    """A parcel that goes back: to whom, with which pieces, under whose label."""

    to: str
    pieces: tuple[PieceId, ...]
    label: Label


@frozen(kw_only=True)
class Routed(Answer):
    """The parcels that go back, and who pays for them."""

    decision: ClassVar[str] = "routed"

    parcels: tuple[RoutedParcel, ...]
    paid_by: ReturnPayer


@rule("route-return")
def route_return_rule(
    house: HousePolicy,
    *,
    destination: Destination,
    sale: Sale = _UNSPECIFIED,
    reason: Reason = WITHDRAWAL,
    mode: Mode | None = None,
    pieces: list[PieceOfSeller],
) -> Routed | Refused:
    """Say where pieces go back to, and at whose cost. Clauses R3, R4, R7."""
    case = case_of(destination, reason, mode, sale, house)
    sold = [ReturnedFrom(piece=piece.id, seller=piece.seller) for piece in pieces]
    match route_return(case, sold, house.returns.returns):
        case ReturnRoute() as route:
            parcels = tuple(
                RoutedParcel(to=parcel.to, pieces=parcel.pieces, label=parcel.label)
                for parcel in route.parcels
            )
            return Routed(decided=route, parcels=parcels, paid_by=route.paid_by)
        case NoRoute() as refused:
            return Refused(decided=refused, reasons=NOT_ELIGIBLE)


@frozen(kw_only=True)
class Admitted(Answer):
    """A claim that is looked into, the last day for it, and whether the piece must come back."""

    decision: ClassVar[str] = "admitted"

    last_day: date | None
    return_needed: bool


@rule("assess-claim", day="since")
def assess_claim_rule(
    house: HousePolicy,
    *,
    kind: str,
    since: date | datetime | None = None,
    claimed_at: datetime,
    pieces: tuple[PieceId, ...],
    photos: Count = 0,
    in_writing: bool = True,
    parcel_number: str | None = None,
    order_number: str | None = None,
    events: Events = _NO_EVENTS,
) -> Admitted | Refused:
    """Assess whether a claim is investigated.

    A request to the API is in writing unless it says otherwise. Clauses R9, R10.
    """
    claims = house.returns.claims
    window = claims.terms(kind).window
    request = ClaimRequest(
        kind=kind,
        since=start_of(window, events, claims.where) if since is None and events else since,
        claimed_at=claimed_at,
        pieces=pieces,
        photos=photos,
        in_writing=in_writing,
        parcel_number=parcel_number,
        order_number=order_number,
        events=events,
    )
    match assess_claim(request, claims, calendar(house.calendar)):
        case ClaimAdmitted() as admitted:
            needed = claims.terms(kind).return_needed
            return Admitted(decided=admitted, last_day=admitted.last_day, return_needed=needed)
        case ClaimRefused() as refused:
            return Refused(decided=refused, reasons=refused.reasons)


@frozen(kw_only=True)
class Refunded(Answer):
    """A parcel whose buyer gets back these parts."""

    decision: ClassVar[str] = "refunded"

    parts: tuple[RefundPart, ...]


@frozen(kw_only=True)
class Relisted(Answer):
    """A parcel whose pieces are listed again for their buyer."""

    decision: ClassVar[str] = "relisted"


@frozen(kw_only=True)
class Forfeited(Answer):
    """A parcel for which its buyer gets nothing."""

    decision: ClassVar[str] = "nothing"


@rule("undelivered")
def undelivered_rule(
    house: HousePolicy, *, unpaid_customs: bool
) -> Refunded | Relisted | Forfeited:
    """Say what becomes of a parcel that went back to its sender. Clause L14."""
    match assess_undelivered(house.returns, unpaid_customs=unpaid_customs):
        case UndeliveredRefunded(terms=terms) as refunded:
            return Refunded(decided=refunded, parts=tuple(sorted(terms.parts)))
        case UndeliveredRelisted() as relisted:
            return Relisted(decided=relisted)
        case UndeliveredForfeited() as forfeited:
            return Forfeited(decided=forfeited)


@frozen(kw_only=True)
class MayCancel(Answer):
    """A piece that may be cancelled, with what is refunded of it and what becomes of it.

    `until` is the moment from which it may not; it is left out where that is the hand-in alone.
    """

    decision: ClassVar[str] = "cancellable"

    until: datetime | None
    parts: tuple[RefundPart, ...]
    piece: PieceAfter


@rule("assess-cancellation")
def assess_cancellation_rule(
    house: HousePolicy, *, by: Canceller, ordered_at: datetime, now: datetime, posted: bool
) -> MayCancel | Refused:
    """Assess whether a piece may be cancelled before it is posted. Clauses R2, L5."""
    match assess_cancellation(
        by,
        ordered_at=ordered_at,
        now=now,
        posted=posted,
        policy=house.returns,
        calendar=calendar(house.calendar),
    ):
        case Cancellable() as granted:
            return MayCancel(
                decided=granted,
                until=granted.until,
                parts=tuple(sorted(granted.terms.parts)),
                piece=granted.piece,
            )
        case NotCancellable() as refused:
            return Refused(decided=refused, reasons=refused.reasons)
