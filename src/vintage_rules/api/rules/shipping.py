"""When a parcel arrives, and what to do when it seems to stand still."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from vintage_rules.api.answers import Answer, Value, answer
from vintage_rules.api.facts import Address, Day, DayOrMoment, Facts
from vintage_rules.api.ruling import Rule, Ruling
from vintage_rules.dates import local_day, zone
from vintage_rules.orders import HousePolicy
from vintage_rules.places import Place
from vintage_rules.shipping import (
    Comfortable,
    ContactUs,
    DeliveryEstimate,
    Investigate,
    Possible,
    Unlikely,
    Wait,
    assess_arrival,
    assess_tracking,
    estimate_delivery,
)
from vintage_rules.world import calendar_of, locate


class DeliveryFacts(Facts):
    """The facts of `estimate-delivery`."""

    destination: Address
    dispatched: Day


def decide_delivery(facts: DeliveryFacts, house: HousePolicy) -> Answer:
    """Say between which days a parcel arrives. Clauses L9 to L11."""
    return delivery_answer(_estimate(facts.destination, facts.dispatched, house))


def delivery_answer(estimate: DeliveryEstimate) -> Answer:
    """Write what was estimated."""
    transit = estimate.transit
    value = {
        **_window(estimate),
        "min": transit.minimum,
        "max": transit.maximum,
        "basis": transit.count,
        "from": estimate.origin,
    }
    return answer("estimated", estimate, value)


def _estimate(place: Place, dispatched: date, house: HousePolicy) -> DeliveryEstimate:
    destination = locate(place)
    delivery = house.shipping.delivery
    return estimate_delivery(destination, dispatched, delivery, calendar_of(destination))


def _window(estimate: DeliveryEstimate) -> dict[str, Value]:
    return {"earliest": estimate.window.earliest, "latest": estimate.window.latest}


class ArrivalFacts(Facts):
    """The facts of `arrive-by`."""

    destination: Address
    dispatched: Day
    wanted: Day


def decide_arrival(facts: ArrivalFacts, house: HousePolicy) -> Answer:
    """Say how likely a parcel is there on a day. Clause L7."""
    estimate = _estimate(facts.destination, facts.dispatched, house)
    match assess_arrival(facts.wanted, estimate):
        case Comfortable() as sure:
            return answer("comfortable", sure, _window(estimate))
        case Possible() as perhaps:
            return answer("possible", perhaps, _window(estimate))
        case Unlikely() as hardly:
            return answer("unlikely", hardly, _window(estimate))


class TrackingFacts(Facts):
    """The facts of `tracking`; a moment counts as the day it falls on in the house's zone."""

    dispatched: Day
    last_movement: DayOrMoment
    now: DayOrMoment
    destination: Address


def decide_tracking(facts: TrackingFacts, house: HousePolicy) -> Answer:
    """Say whether to wait for a parcel that does not move. Clause S3."""
    policy = house.shipping.tracking
    assessed = assess_tracking(
        _estimate(facts.destination, facts.dispatched, house),
        policy,
        calendar_of(locate(facts.destination)),
        last_movement=_day(facts.last_movement, policy.zone),
        today=_day(facts.now, policy.zone),
    )
    match assessed:
        case Wait(until=until):
            return answer("wait", assessed, {"until": until})
        case ContactUs(until=until):
            return answer("contact", assessed, {"until": until})
        case Investigate(estimate=estimate):
            return answer("investigate", assessed, {"latest": estimate.window.latest})


def _day(given: date | datetime, where: str) -> date:
    return local_day(given, zone(where)) if isinstance(given, datetime) else given


RULES: Mapping[str, Ruling] = {
    "estimate-delivery": Rule(
        facts=DeliveryFacts, decide=decide_delivery, elsewhere={"day": "dispatched"}
    ),
    "arrive-by": Rule(facts=ArrivalFacts, decide=decide_arrival, elsewhere={"day": "dispatched"}),
    "tracking": Rule(
        facts=TrackingFacts,
        decide=decide_tracking,
        elsewhere={"day": "dispatched", "today": "now"},
    ),
}
