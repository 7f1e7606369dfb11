"""What customs will charge on parcels of a cart, an order and a return. Clauses L13 to L16.

A parcel starts where its sender is, by the directory; one whose sender has no usable address there
starts where the policy says that parcels do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from datetime import date

from attrs import frozen

from vintage_rules.dates import local_day, zone
from vintage_rules.errors import PlaceError
from vintage_rules.ids import ParcelId
from vintage_rules.marketplace.commands.addresses import addressee
from vintage_rules.marketplace.shop import Shop
from vintage_rules.orders.borders import (
    Journeys,
    import_facts,
    inbound_import_facts,
    returned_import_facts,
    sent_import_facts,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderQuote
from vintage_rules.orders.states import Order
from vintage_rules.places import Destination, Territory
from vintage_rules.returns.request.states import Return
from vintage_rules.shipping.customs import ImportAssessment
from vintage_rules.shipping.import_facts import ImportFacts, Rates
from vintage_rules.shipping.parcels import TO_WORKSHOP, WORKSHOP
from vintage_rules.world.addresses import locate_home, locate_mainland
from vintage_rules.world.imports import assess_parcel


@frozen(kw_only=True)
class ParcelImport:
    """What customs will charge on the parcel of one sender, and the facts it depends on."""

    sender: str
    assessed: ImportAssessment


def quoted_imports(
    shop: Shop, quote: OrderQuote, policy: HousePolicy, day: date, rates: Rates
) -> tuple[ParcelImport, ...]:
    """Return what customs will charge on the parcels of a quote that leave on a day."""
    senders = [parcel.plan.sender for parcel in quote.parcels]
    journeys = Journeys(
        origins=_origins(shop, senders, policy),
        dispatched=dict.fromkeys(senders, day),
        rates=rates,
    )
    facts = import_facts(quote, policy, journeys)
    return _assessed(facts, quote.destination, policy)


def sent_imports(shop: Shop, order: Order, today: date, rates: Rates) -> tuple[ParcelImport, ...]:
    """Return the same for the parcels of an order, as on the day each left or would leave."""
    policy = shop.edition(order.placed.edition)
    parcels: dict[str, ParcelId] = {each.sender: each.id for each in order.placed.parcels}
    journeys = Journeys(
        origins=_origins(shop, parcels, policy),
        dispatched=_days_sent(order, parcels, today, policy),
        rates=rates,
    )
    carried = {each.sender: order.pieces_in(each.id) for each in order.placed.parcels}
    facts = sent_import_facts(order.placed, carried, policy, journeys)
    return _assessed(facts, order.placed.destination, policy)


def inbound_imports(
    shop: Shop, order: Order, today: date, rates: Rates
) -> tuple[ParcelImport, ...]:
    """Return what customs will charge the workshop on what sellers post to it.

    Each parcel is called `to-workshop/` and its seller's id.
    """
    policy = shop.edition(order.placed.edition)
    parcels: dict[str, ParcelId] = {each.sender: each.id for each in order.placed.inbound}
    journeys = Journeys(
        origins=_origins(shop, parcels, policy),
        dispatched=_days_sent(order, parcels, today, policy),
        rates=rates,
    )
    carried = {each.sender: order.pieces_in(each.id) for each in order.placed.inbound}
    facts = inbound_import_facts(order.placed, carried, journeys)
    named = {f"{TO_WORKSHOP}{seller}": seen for seller, seen in facts.items()}
    return _assessed(named, _place_of(shop, WORKSHOP, policy), policy)


def _days_sent(
    order: Order, parcels: Mapping[str, ParcelId], today: date, policy: HousePolicy
) -> dict[str, date]:
    """Return the day on which each parcel left, or would leave."""
    where = zone(policy.zone)
    left = {sender: order.parcels[parcel].handed_in_at for sender, parcel in parcels.items()}
    return {sender: today if at is None else local_day(at, where) for sender, at in left.items()}


def returned_import(
    shop: Shop, order: Order, returned: Return, today: date, rates: Rates
) -> ImportAssessment | None:
    """Return what customs will charge on a return; None where nothing is sent back."""
    parcel = returned.opened.parcel
    if parcel is None:
        return None
    policy = shop.edition(order.placed.edition)
    facts = returned_import_facts(order.placed, parcel.pieces, dispatched=today, rates=rates)
    return assess_parcel(facts, _place_of(shop, parcel.to, policy), policy.shipping.customs)


def _origins(shop: Shop, senders: Iterable[str], policy: HousePolicy) -> dict[str, Territory]:
    return {sender: _place_of(shop, sender, policy).territory for sender in senders}


def _place_of(shop: Shop, sender: str, policy: HousePolicy) -> Destination:
    address = addressee(shop, sender)
    if address is not None:
        with suppress(PlaceError):
            return locate_mainland(address.place)
    return locate_home(policy.origin, policy.calendar)


def _assessed(
    facts: Mapping[str, ImportFacts], destination: Destination, policy: HousePolicy
) -> tuple[ParcelImport, ...]:
    customs = policy.shipping.customs
    return tuple(
        ParcelImport(sender=sender, assessed=assess_parcel(seen, destination, customs))
        for sender, seen in facts.items()
    )
