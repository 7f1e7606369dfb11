"""What may come back, until when, to whom, and at whose cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field

from vintage_rules.api.answers import Answer, Value, answer
from vintage_rules.api.facts import (
    Address,
    Count,
    DayOrMoment,
    Facts,
    Length,
    Moment,
    PieceName,
    SellerName,
)
from vintage_rules.api.ruling import Rule, Ruling
from vintage_rules.dates import Duration, Unit
from vintage_rules.orders import HousePolicy
from vintage_rules.returns import (
    ClaimAdmitted,
    ClaimRefused,
    ClaimRequest,
    NeedsReview,
    NoReturn,
    NoRoute,
    Returnable,
    ReturnCase,
    ReturnDeadline,
    ReturnedFrom,
    ReturnRefused,
    ReturnRequest,
    ReturnRoute,
    UndeliveredForfeited,
    UndeliveredRefunded,
    UndeliveredRelisted,
    Wants,
    assess_claim,
    assess_return,
    assess_undelivered,
    return_deadline,
    route_return,
)
from vintage_rules.world import calendar, locate

WITHDRAWAL = "withdrawal"
NOT_ELIGIBLE = ("not-eligible",)


class CaseFacts(Facts):
    """What the table of returns is asked about; what is left out is as the policy assumes it."""

    destination: Address
    seller_kind: str | None = None
    category: str | None = None
    sale_kind: str | None = None


def case_of(facts: CaseFacts, reason: str, mode: str | None, house: HousePolicy) -> ReturnCase:
    """Say the case that facts describe in the terms of the table."""
    return house.returns.returns.case(
        locate(facts.destination).territory,
        reason=reason,
        seller_kind=facts.seller_kind,
        mode=mode,
        category=facts.category,
        sale_kind=facts.sale_kind,
    )


class DeadlineFacts(CaseFacts):
    """The facts of `return-deadline`; a moment counts as the day it falls on where the house is."""

    reason: str = WITHDRAWAL
    mode: str | None = None
    received: DayOrMoment
    events: dict[str, DayOrMoment] = Field(default={})
    seller_gives: Length | None = None


def decide_deadline(facts: DeadlineFacts, house: HousePolicy) -> Answer:
    """Say until when a return may be asked for. Clause R1."""
    returns, case = house.returns.returns, case_of(facts, facts.reason, facts.mode, house)
    match return_deadline(
        facts.received,
        case,
        returns,
        calendar(house.calendar),
        events=facts.events,
        seller_gives=facts.seller_gives,
    ):
        case ReturnDeadline() as deadline:
            value: dict[str, Value] = {
                "last_day": deadline.last_day,
                "window_days": _window_days(deadline, case, facts.seller_gives, house),
                "ends_at": deadline.ends_at,
            }
            return answer("deadline", deadline, value)
        case NoReturn() as refused:
            return answer("refused", refused, reasons=NOT_ELIGIBLE)


def _window_days(
    deadline: ReturnDeadline, case: ReturnCase, given: Duration | None, house: HousePolicy
) -> int:
    """The days that the house gives, before a last day of rest moves on; of a window in another
    unit, the days that it came to.
    """
    terms = house.returns.returns.rule_for(case).terms
    length = given or (None if terms is None else terms.window.length)
    if length is None or length.unit is not Unit.DAYS:
        return deadline.window_days
    return length.amount


class ReturnFacts(CaseFacts):
    """The facts of `assess-return`; what comes through this door is in writing unless it says
    otherwise.
    """

    reason: str = WITHDRAWAL
    mode: str | None = None
    received: DayOrMoment
    requested_at: Moment
    parcel_number: str | None = None
    pieces: list[PieceName]
    in_writing: bool = True
    photos: Count = 0
    wants: Literal["refund", "exchange"]
    events: dict[str, DayOrMoment] = Field(default={})
    seller_gives: Length | None = None


def decide_return(facts: ReturnFacts, house: HousePolicy) -> Answer:
    """Say whether pieces may come back. Clauses R1, R2, R6, R8."""
    returns = house.returns.returns
    request = ReturnRequest(
        case=case_of(facts, facts.reason, facts.mode, house),
        received=facts.received,
        requested_at=facts.requested_at,
        pieces=tuple(facts.pieces),
        parcel_number=facts.parcel_number,
        in_writing=facts.in_writing,
        photos=facts.photos,
        wants=Wants(facts.wants),
        events=facts.events,
        seller_gives=facts.seller_gives,
    )
    match assess_return(request, returns, calendar(house.calendar)):
        case Returnable() as taken:
            value: dict[str, Value] = {"last_day": taken.last_day, "post_by": taken.post_by}
            return answer("returnable", taken, value)
        case ReturnRefused() as refused:
            return answer("refused", refused, reasons=refused.reasons)
        case NeedsReview() as open_:
            doubt: dict[str, Value] = {"last_day": open_.last_day, "post_by": open_.post_by}
            return answer("needs-review", open_, doubt, open_.reasons)


class RoutedPiece(Facts):
    """A piece that goes back, and who sold it."""

    id: PieceName
    seller: SellerName


class RouteFacts(CaseFacts):
    """The facts of `route-return`."""

    reason: str = WITHDRAWAL
    mode: str | None = None
    pieces: list[RoutedPiece]


def decide_route(facts: RouteFacts, house: HousePolicy) -> Answer:
    """Say where pieces go back to, and at whose cost. Clauses R3, R4, R7."""
    returns, case = house.returns.returns, case_of(facts, facts.reason, facts.mode, house)
    pieces = [ReturnedFrom(piece=piece.id, seller=piece.seller) for piece in facts.pieces]
    match route_return(case, pieces, returns):
        case ReturnRoute() as route:
            parcels = [
                {"to": parcel.to, "pieces": parcel.pieces, "label": parcel.label}
                for parcel in route.parcels
            ]
            return answer("routed", route, {"parcels": parcels, "paid_by": route.paid_by})
        case NoRoute() as refused:
            return answer("refused", refused, reasons=NOT_ELIGIBLE)


class ClaimFacts(Facts):
    """The facts of `assess-claim`; what comes through this door is in writing unless it says
    otherwise.
    """

    kind: str
    since: DayOrMoment | None = None
    claimed_at: Moment
    pieces: list[PieceName]
    photos: Count = 0
    in_writing: bool = True
    parcel_number: str | None = None
    order_number: str | None = None
    events: dict[str, DayOrMoment] = Field(default={})


def decide_claim(facts: ClaimFacts, house: HousePolicy) -> Answer:
    """Say whether a claim is looked into. Clauses R9, R10."""
    request = ClaimRequest(
        kind=facts.kind,
        since=facts.since,
        claimed_at=facts.claimed_at,
        pieces=tuple(facts.pieces),
        photos=facts.photos,
        in_writing=facts.in_writing,
        parcel_number=facts.parcel_number,
        order_number=facts.order_number,
        events=facts.events,
    )
    claims = house.returns.claims
    match assess_claim(request, claims, calendar(house.calendar)):
        case ClaimAdmitted() as admitted:
            needed = claims.terms(facts.kind).return_needed
            value: dict[str, Value] = {"last_day": admitted.last_day, "return_needed": needed}
            return answer("admitted", admitted, value)
        case ClaimRefused() as refused:
            return answer("refused", refused, reasons=refused.reasons)


class UndeliveredFacts(Facts):
    """The facts of `undelivered`."""

    unpaid_customs: bool


def decide_undelivered(facts: UndeliveredFacts, house: HousePolicy) -> Answer:
    """Say what becomes of a parcel that went back to its sender. Clause L14."""
    match assess_undelivered(house.returns, unpaid_customs=facts.unpaid_customs):
        case UndeliveredRefunded(terms=terms) as refunded:
            return answer("refunded", refunded, {"parts": sorted(terms.parts)})
        case UndeliveredRelisted() as relisted:
            return answer("relisted", relisted)
        case UndeliveredForfeited() as forfeited:
            return answer("nothing", forfeited)


RULES: Mapping[str, Ruling] = {
    "return-deadline": Rule(
        facts=DeadlineFacts, decide=decide_deadline, elsewhere={"day": "received"}
    ),
    "assess-return": Rule(facts=ReturnFacts, decide=decide_return, elsewhere={"day": "received"}),
    "route-return": Rule(facts=RouteFacts, decide=decide_route),
    "assess-claim": Rule(facts=ClaimFacts, decide=decide_claim, elsewhere={"day": "since"}),
    "undelivered": Rule(facts=UndeliveredFacts, decide=decide_undelivered),
}
