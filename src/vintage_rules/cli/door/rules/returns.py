"""What may come back, until when, to whom, and at whose cost."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from vintage_rules.cli.door.answers import Answer, Value, answer
from vintage_rules.cli.door.facts import (
    Address,
    DayOrMoment,
    Facts,
    Moment,
    PieceName,
    SellerName,
)
from vintage_rules.cli.door.ruling import Rule, Ruling
from vintage_rules.dates import Unit
from vintage_rules.orders import HousePolicy
from vintage_rules.returns import (
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
    Wants,
    assess_return,
    return_deadline,
    route_return,
)
from vintage_rules.world import calendar, locate

WITHDRAWAL = "withdrawal"
NOT_ELIGIBLE = ("not-eligible",)


class DeadlineFacts(Facts):
    """The facts of `return-deadline`; a moment counts as the day it falls on where the house is."""

    destination: Address
    received: DayOrMoment


def decide_deadline(facts: DeadlineFacts, house: HousePolicy) -> Answer:
    """Say until when a return may be asked for. Clause R1."""
    returns = house.returns.returns
    case = returns.case(locate(facts.destination).territory, reason=WITHDRAWAL)
    match return_deadline(facts.received, case, returns, calendar(house.calendar)):
        case ReturnDeadline() as deadline:
            value: dict[str, Value] = {
                "last_day": deadline.last_day,
                "window_days": _window_days(deadline, case, house),
            }
            return answer("deadline", deadline, value)
        case NoReturn() as refused:
            return answer("refused", refused, reasons=NOT_ELIGIBLE)


def _window_days(deadline: ReturnDeadline, case: ReturnCase, house: HousePolicy) -> int:
    """The days that the house gives, before a last day of rest moves on; of a window in another
    unit, the days that it came to.
    """
    terms = house.returns.returns.rule_for(case).terms
    if terms is None or terms.window.length.unit is not Unit.DAYS:
        return deadline.window_days
    return terms.window.length.amount


class ReturnFacts(Facts):
    """The facts of `assess-return`; what comes through this door is in writing unless it says
    otherwise.
    """

    destination: Address
    received: DayOrMoment
    requested_at: Moment
    parcel_number: str | None = None
    pieces: list[PieceName]
    in_writing: bool = True
    wants: Literal["refund", "exchange"]


def decide_return(facts: ReturnFacts, house: HousePolicy) -> Answer:
    """Say whether pieces may come back. Clauses R1, R2, R6, R8."""
    returns = house.returns.returns
    request = ReturnRequest(
        case=returns.case(locate(facts.destination).territory, reason=WITHDRAWAL),
        received=facts.received,
        requested_at=facts.requested_at,
        pieces=tuple(facts.pieces),
        parcel_number=facts.parcel_number,
        in_writing=facts.in_writing,
        photos=0,
        wants=Wants(facts.wants),
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


class RouteFacts(Facts):
    """The facts of `route-return`."""

    destination: Address
    pieces: list[RoutedPiece]


def decide_route(facts: RouteFacts, house: HousePolicy) -> Answer:
    """Say where pieces go back to, and at whose cost. Clauses R3, R4, R7."""
    returns = house.returns.returns
    case = returns.case(locate(facts.destination).territory, reason=WITHDRAWAL)
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


RULES: Mapping[str, Ruling] = {
    "return-deadline": Rule(
        facts=DeadlineFacts, decide=decide_deadline, elsewhere={"day": "received"}
    ),
    "assess-return": Rule(facts=ReturnFacts, decide=decide_return, elsewhere={"day": "received"}),
    "route-return": Rule(facts=RouteFacts, decide=decide_route),
}
