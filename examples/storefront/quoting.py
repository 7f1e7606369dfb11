"""What a cart costs, when it arrives and what customs will want, by the rules of the library."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from attrs import frozen

from examples.storefront.site import RATES, Site
from vintage_rules import (
    DayWindow,
    assess_arrival,
    calendar_of,
    estimate_delivery,
    estimate_promise,
)
from vintage_rules.marketplace import Buyer, Cart
from vintage_rules.marketplace.commands.imports import ParcelImport
from vintage_rules.orders.quote import OrderQuote
from vintage_rules.shipping.customs import NoImport
from vintage_rules.shipping.delivery import ArrivalAssessment, DoorPromise, Promise

_WEEK = 7


@frozen(kw_only=True)
class Preview:
    """All that a buyer is to know before they pay.

    `window` are the days of the calendar: those of the promise, or where none is made those of a
    parcel that leaves today.
    """

    quote: OrderQuote
    promise: Promise
    window: DayWindow
    customs: Sequence[ParcelImport]
    arrival: ArrivalAssessment | None

    @property
    def promised(self) -> bool:
        """Whether the house promises these days."""
        return isinstance(self.promise, DoorPromise)


def preview(site: Site, by: Buyer, cart: Cart, wanted: date | None = None) -> Preview | object:
    """Return what a buyer is to know of a cart, or why it has no price."""
    answer = site.market.checkouts.quote(by, cart)
    if not isinstance(answer, OrderQuote):
        return answer
    imports = site.market.checkouts.imports(by, cart, rates=RATES)
    if not isinstance(imports, tuple):
        return imports
    shop = site.market.shop
    now = site.clock.now()
    house, today = shop.policy(now), shop.day(now)
    delivery, there = house.shipping.delivery, calendar_of(answer.destination)
    estimate = estimate_delivery(answer.destination, today, delivery, there)
    promise = estimate_promise(
        answer.destination,
        today,
        house.shipping.mode(cart.mode),
        delivery,
        at_sellers=shop.calendar,
        at_destination=there,
    )
    return Preview(
        quote=answer,
        promise=promise,
        window=promise.window if isinstance(promise, DoorPromise) else estimate.window,
        customs=[each for each in imports if not isinstance(each.assessed, NoImport)],
        arrival=None if wanted is None else assess_arrival(wanted, estimate),
    )


@frozen(kw_only=True)
class Day:
    """A day of a calendar, and whether a parcel may arrive on it."""

    day: date
    arrives: bool
    today: bool


def weeks(window: DayWindow, today: date) -> Sequence[Sequence[Day]]:
    """Return the weeks of a calendar, from that of today to that of the last day."""
    day = today - timedelta(days=today.weekday())
    days = list[Day]()
    while day <= window.latest or day.weekday():
        inside = window.earliest <= day <= window.latest
        days.append(Day(day=day, arrives=inside, today=day == today))
        day += timedelta(days=1)
    return [days[start : start + _WEEK] for start in range(0, len(days), _WEEK)]
