"""When a parcel arrives, and what to do when it does not move."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar

from attrs import frozen

from vintage_rules.api.rule import Answer, rule
from vintage_rules.dates import DayCount, local_day, zone
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination
from vintage_rules.shipping.delivery import (
    BasisOrigin,
    Comfortable,
    DeliveryEstimate,
    Possible,
    Unlikely,
    assess_arrival,
    estimate_delivery,
)
from vintage_rules.shipping.tracking import ContactUs, Investigate, Wait, assess_tracking
from vintage_rules.world.calendars import calendar_of


@frozen(kw_only=True)
class Estimated(Answer):
    """The days between which a parcel arrives, and how they were counted.

    That is from how many to how many days, of which count, and whether they are those of the
    country or of its zone.
    """

    decision: ClassVar[str] = "estimated"

    earliest: date
    latest: date
    min: int
    max: int
    basis: DayCount
    from_: BasisOrigin


@rule("estimate-delivery", day="dispatched")
def estimate_delivery_rule(
    house: HousePolicy, *, destination: Destination, dispatched: date
) -> Estimated:
    """Say between which days a parcel arrives. Clauses L9 to L11."""
    return estimated(_estimate(destination, dispatched, house))


def estimated(estimate: DeliveryEstimate) -> Estimated:
    """Answer with an estimate."""
    transit = estimate.transit
    return Estimated(
        decided=estimate,
        earliest=estimate.window.earliest,
        latest=estimate.window.latest,
        min=transit.minimum,
        max=transit.maximum,
        basis=transit.count,
        from_=estimate.origin,
    )


def _estimate(destination: Destination, dispatched: date, house: HousePolicy) -> DeliveryEstimate:
    delivery = house.shipping.delivery
    return estimate_delivery(destination, dispatched, delivery, calendar_of(destination))


@frozen(kw_only=True)
class Window(Answer):
    """How likely a parcel is there on a day, and between which days it arrives."""

    earliest: date
    latest: date


class ComfortablyThere(Window):
    """Even the slowest estimate is in time."""

    decision: ClassVar[str] = "comfortable"


class PossiblyThere(Window):
    """Only the quickest estimates are in time."""

    decision: ClassVar[str] = "possible"


class HardlyThere(Window):
    """Even the quickest estimate is too late."""

    decision: ClassVar[str] = "unlikely"


@rule("arrive-by", day="dispatched")
def arrive_by_rule(
    house: HousePolicy, *, destination: Destination, dispatched: date, wanted: date
) -> ComfortablyThere | PossiblyThere | HardlyThere:
    """Say how likely a parcel is there on a day. Clause L7."""
    estimate = _estimate(destination, dispatched, house)
    earliest, latest = estimate.window.earliest, estimate.window.latest
    match assess_arrival(wanted, estimate):
        case Comfortable() as sure:
            return ComfortablyThere(decided=sure, earliest=earliest, latest=latest)
        case Possible() as perhaps:
            return PossiblyThere(decided=perhaps, earliest=earliest, latest=latest)
        case Unlikely() as hardly:
            return HardlyThere(decided=hardly, earliest=earliest, latest=latest)


@frozen(kw_only=True)
class Waiting(Answer):
    """A parcel that may take until the end of that day to move."""

    decision: ClassVar[str] = "wait"

    until: date


@frozen(kw_only=True)
class ToContact(Answer):
    """A parcel that should have moved by the end of that day: ask the house."""

    decision: ClassVar[str] = "contact"

    until: date


@frozen(kw_only=True)
class ToInvestigate(Answer):
    """A parcel that should have arrived by that day: the house looks for it."""

    decision: ClassVar[str] = "investigate"

    latest: date


@rule("tracking", day="dispatched", today="now")
def tracking_rule(
    house: HousePolicy,
    *,
    dispatched: date,
    last_movement: date | datetime,
    now: date | datetime,
    destination: Destination,
) -> Waiting | ToContact | ToInvestigate:
    """Assess whether to wait for a parcel that does not move.

    A moment counts as the day it falls on in the house's zone. Clause S3.
    """
    policy = house.shipping.tracking
    assessed = assess_tracking(
        _estimate(destination, dispatched, house),
        policy,
        calendar_of(destination),
        last_movement=_day(last_movement, policy.zone),
        today=_day(now, policy.zone),
    )
    match assessed:
        case Wait(until=until):
            return Waiting(decided=assessed, until=until)
        case ContactUs(until=until):
            return ToContact(decided=assessed, until=until)
        case Investigate(estimate=estimate):
            return ToInvestigate(decided=assessed, latest=estimate.window.latest)


def _day(given: date | datetime, where: str) -> date:
    return local_day(given, zone(where)) if isinstance(given, datetime) else given
