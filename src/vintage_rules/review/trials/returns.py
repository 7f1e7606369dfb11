"""Questions about returns and claims: in time and too late, with enough evidence and too little."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial

from attrs import evolve

from vintage_rules.fields import ANCHORS
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Territory
from vintage_rules.returns.claim_policy import ClaimTerms
from vintage_rules.returns.claims import ClaimRequest, assess_claim
from vintage_rules.returns.deadline import NoReturn, return_deadline
from vintage_rules.returns.decision_table import ReturnCase
from vintage_rules.returns.eligibility import ReturnRequest, Wants, assess_return
from vintage_rules.returns.routing import ReturnedFrom, route_return
from vintage_rules.returns.table_policy import ReturnPolicy, ReturnRule
from vintage_rules.review.days import MONDAY, NOON, WEEKDAYS
from vintage_rules.review.limits import PolicyLimit
from vintage_rules.review.places import territory_of
from vintage_rules.review.trials.trial import Trial, count_of
from vintage_rules.windows import DAY_AFTER
from vintage_rules.wording.phrases import (
    Country,
    phrase,
)

_ENOUGH = 1_000
_A_DAY = timedelta(days=1)
_EVENTS = {event: MONDAY for event in ANCHORS if not event.startswith(DAY_AFTER)}
"""What times may be counted from: on the day of receipt, like all else."""


def of_evidence(limit: PolicyLimit, house: HousePolicy) -> Iterator[Trial]:
    """Bring one photo too few, and just enough."""
    most = count_of(limit)
    for photos in (most - 1, most) if most else ():
        if any(isinstance(table, ClaimTerms) for table in limit.tables):
            name = limit.within(ClaimTerms).name
            question = phrase("diff.ask.photos-of-claim", photos=photos, claim=name)
            ask = partial(_claimed, name, photos)
            yield Trial(question=question, ask=ask, at=photos, varies="photos")
        elif (found := _case_of(limit.within(ReturnRule), house)) is not None:
            territory, case = found
            question = phrase("diff.ask.photos", photos=photos, case=named(case))
            ask = partial(_with_photos, territory, case, photos)
            yield Trial(question=question, ask=ask, at=photos, varies="photos")


def _claimed(name: str, photos: int, house: HousePolicy) -> object:
    request = ClaimRequest(
        kind=name,
        since=MONDAY,
        events=_EVENTS,
        claimed_at=NOON,
        pieces=(PieceId("piece"),),
        photos=photos,
        in_writing=True,
        parcel_number="parcel",
        order_number="order",
    )
    return assess_claim(request, house.returns.claims, WEEKDAYS)


def _case_of(rule: ReturnRule, house: HousePolicy) -> tuple[Territory, ReturnCase] | None:
    """Return a case that a row decides, and a territory where it arises."""
    table = house.returns.returns
    for case in table.domain.cases():
        if table.rule_for(case) is rule:
            place = territory_of(house, partial(_is_in, table, case.zone))
            if place is not None:
                return place, case
    return None


def _is_in(table: ReturnPolicy, zone_name: str, territory: Territory) -> bool:
    return table.zone_of(territory) == zone_name


def named(case: ReturnCase) -> str:
    """Name a case without its zone, which each policy calls as it likes.

    >>> from vintage_rules.policies import load_policy
    >>> cases = load_policy("imparfaite").latest.returns.returns.domain.cases()
    >>> sorted({named(case) for case in cases})[0]
    'claim/private/direct/any/sale'
    """
    return f"{case.reason}/{case.seller_kind}/{case.mode}/{case.category}/{case.sale_kind}"


def case_in(house: HousePolicy, territory: Territory, case: ReturnCase) -> ReturnCase:
    """Return a case as a policy calls it in a territory: its own zone, all else by name."""
    return house.returns.returns.case(
        territory,
        reason=case.reason,
        seller_kind=case.seller_kind,
        mode=case.mode,
        category=case.category,
        sale_kind=case.sale_kind,
    )


def _with_photos(territory: Territory, case: ReturnCase, photos: int, house: HousePolicy) -> object:
    request = evolve(_request(territory, case, house), photos=photos)
    return assess_return(request, house.returns.returns, WEEKDAYS)


def _request(territory: Territory, case: ReturnCase, house: HousePolicy) -> ReturnRequest:
    return ReturnRequest(
        case=case_in(house, territory, case),
        received=MONDAY,
        events=_EVENTS,
        requested_at=NOON,
        pieces=(PieceId("piece"),),
        parcel_number="parcel",
        in_writing=True,
        photos=_ENOUGH,
        wants=Wants.REFUND,
    )


def of_a_return(limit: PolicyLimit, house: HousePolicy) -> Iterator[Trial]:
    """Request a return on the last day that a row allows, and on the day after."""
    found = _case_of(limit.within(ReturnRule), house)
    if found is not None:
        yield from (return_trial(*found, day) for day in return_days(*found, house))


def return_days(territory: Territory, case: ReturnCase, house: HousePolicy) -> tuple[date, ...]:
    """Return the last day on which a house takes a return, and the day after; none if it has none.

    Raises:
        UnknownTermError: If the house knows no such case.
    """
    here = case_in(house, territory, case)
    deadline = return_deadline(MONDAY, here, house.returns.returns, WEEKDAYS, events=_EVENTS)
    if isinstance(deadline, NoReturn) or deadline.last_day is None:
        return ()
    return deadline.last_day, deadline.last_day + _A_DAY


def return_trial(territory: Territory, case: ReturnCase, day: date) -> Trial:
    """Request a return of what was received on a Monday."""
    question = phrase(
        "diff.ask.return",
        case=named(case),
        country=Country(territory.country),
        received=MONDAY,
        day=day,
    )
    ask = partial(_requested, territory, case, day)
    return Trial(question=question, ask=ask, at=day, varies="day")


def _requested(territory: Territory, case: ReturnCase, day: date, house: HousePolicy) -> object:
    at = datetime.combine(day, time(12), tzinfo=UTC)
    request = evolve(_request(territory, case, house), requested_at=at)
    return assess_return(request, house.returns.returns, WEEKDAYS)


def of_a_route(limit: PolicyLimit, house: HousePolicy) -> Iterator[Trial]:
    """Send back just as many pieces as go to their sellers, and one more."""
    found = _case_of(limit.within(ReturnRule), house)
    most = count_of(limit)
    if found is None or not most:
        return
    territory, case = found
    for pieces in (most, most + 1):
        question = phrase("diff.ask.pieces", pieces=pieces, case=named(case))
        ask = partial(_routed, territory, case, pieces)
        yield Trial(question=question, ask=ask, at=pieces, varies="pieces")


def _routed(territory: Territory, case: ReturnCase, pieces: int, house: HousePolicy) -> object:
    back = [
        ReturnedFrom(piece=PieceId(f"piece-{n}"), seller=SellerId("seller")) for n in range(pieces)
    ]
    return route_return(case_in(house, territory, case), back, house.returns.returns)
