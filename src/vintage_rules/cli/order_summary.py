"""One order through every rule that applies to it: price, days and customs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from attrs import field, frozen

from vintage_rules.api.converter import kind_of
from vintage_rules.api.facts import Mode, Parts, Pieces, Sum
from vintage_rules.api.rejection import Problems
from vintage_rules.money import Money
from vintage_rules.orders.borders import Journeys, import_facts
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import (
    OrderNotQuoted,
    OrderQuote,
    OrderQuoting,
    PricedParcel,
    quote_order,
)
from vintage_rules.places import Destination
from vintage_rules.shipping.customs import ImportAssessment
from vintage_rules.shipping.delivery import DeliveryEstimate, estimate_delivery
from vintage_rules.shipping.import_facts import Rates
from vintage_rules.world.calendars import calendar_of
from vintage_rules.world.imports import assess_parcel
from vintage_rules.world.territory_rows import mainland


@frozen(kw_only=True)
class OrderFile:
    """An order in a file: the facts of `quote-order`, the day it leaves, and exchange rates."""

    mode: Mode
    destination: Destination
    pieces: Pieces
    gift_card_balance: Sum | None = None
    options: Sequence[str] = ()
    parts: Parts = field(factory=dict[str, Money])
    dispatched: date | None = None
    rates: Rates | None = None


def read_order(given: object, house: HousePolicy) -> OrderFile:
    """Read an order, as it is written in JSON.

    Raises:
        Rejection: If the facts are wrong.
    """
    try:
        order: OrderFile = kind_of(OrderFile).read(given, house)
    except Problems as problems:
        raise problems.rejection() from problems
    return order


@frozen(kw_only=True)
class Customs:
    """The decision about the customs of one parcel."""

    parcel: PricedParcel
    assessed: ImportAssessment


@frozen(kw_only=True)
class OrderSummary:
    """What an order costs, when it arrives, and what customs will charge on each parcel.

    `delivery` is None if the house does not deliver, which `quote` then refuses.
    """

    quote: OrderQuoting
    dispatched: date
    delivery: DeliveryEstimate | None
    customs: tuple[Customs, ...]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources of every decision, each once."""
        delivery = () if self.delivery is None else (self.delivery,)
        decided = [self.quote, *delivery, *(one.assessed for one in self.customs)]
        return tuple(dict.fromkeys(source for one in decided for source in one.sources))


def summarize_order(order: OrderFile, house: HousePolicy, today: date) -> OrderSummary:
    """Decide everything about an order; without a day of dispatch it leaves today.

    Raises:
        VintageRulesError: Whatever the rules raise.
    """
    dispatched = order.dispatched or today
    quoting = quote_order(
        order.pieces,
        order.destination,
        order.mode,
        house,
        gift_card_balance=order.gift_card_balance,
        options=order.options,
        parts=order.parts,
    )
    return OrderSummary(
        quote=quoting,
        dispatched=dispatched,
        delivery=_delivery(quoting, order.destination, dispatched, house),
        customs=_customs(quoting, house, dispatched, order.rates or {}),
    )


def _delivery(
    quoting: OrderQuoting, destination: Destination, dispatched: date, house: HousePolicy
) -> DeliveryEstimate | None:
    policy = house.shipping.delivery
    served = any(zone.covers(destination.territory) for zone in policy.zones)
    if isinstance(quoting, OrderNotQuoted) and not served:
        return None
    return estimate_delivery(destination, dispatched, policy, calendar_of(destination))


def _customs(
    quoting: OrderQuoting, house: HousePolicy, dispatched: date, rates: Rates
) -> tuple[Customs, ...]:
    match quoting:
        case OrderNotQuoted():
            return ()
        case OrderQuote() as quote:
            origin = mainland(house.origin)
            senders = [parcel.plan.sender for parcel in quote.parcels]
            parcels = import_facts(
                quote,
                house,
                Journeys(
                    origins=dict.fromkeys(senders, origin),
                    dispatched=dict.fromkeys(senders, dispatched),
                    rates=rates,
                ),
            ).values()
            return tuple(
                Customs(
                    parcel=parcel,
                    assessed=assess_parcel(seen, quote.destination, house.shipping.customs),
                )
                for parcel, seen in zip(quote.parcels, parcels, strict=True)
            )
