"""When a parcel that is handed in now is overdue: once the last day of its estimate is over."""

from __future__ import annotations

from datetime import date, datetime

from vintage_rules.dates import Calendar, end_of_day, local_day, zone
from vintage_rules.ids import ParcelId
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.states import Order
from vintage_rules.shipping.delivery import estimate_delivery


def overdue_at(
    order: Order,
    parcel: ParcelId,
    at: datetime,
    policy: HousePolicy,
    *,
    calendar: Calendar,
    destination_calendar: Calendar,
) -> datetime | None:
    """Return when a parcel of an order is overdue that is handed in at a moment. Clauses L3, S3.

    `calendar` holds the days of rest of the house, which count on the way to the workshop,
    `destination_calendar` those of the place the order goes to. None for a parcel to the workshop
    where the house says nothing of the way there.
    """
    where = zone(policy.zone)
    day = local_day(at, where)
    latest = (
        _latest_at_workshop(order, day, policy, calendar)
        if order.is_inbound(parcel)
        else _latest_at_buyer(order, day, policy, destination_calendar)
    )
    return None if latest is None else end_of_day(latest, where)


def _latest_at_workshop(
    order: Order, day: date, policy: HousePolicy, calendar: Calendar
) -> date | None:
    way = policy.shipping.mode(order.placed.mode).inbound
    return None if way is None else calendar.add(day, way.maximum, way.count)


def _latest_at_buyer(order: Order, day: date, policy: HousePolicy, calendar: Calendar) -> date:
    delivery = policy.shipping.delivery
    return estimate_delivery(order.placed.destination, day, delivery, calendar).window.latest
