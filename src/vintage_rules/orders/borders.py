"""The parcels of an order as customs see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from attrs import evolve, frozen

from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money, allocate, total, zero
from vintage_rules.orders.events import OrderPlaced
from vintage_rules.orders.placing import fees_charged
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderQuote
from vintage_rules.places import Territory
from vintage_rules.pricing.fees import FeeCharged
from vintage_rules.returns.undelivered import UndeliveredAssessment, assess_undelivered
from vintage_rules.shipping.import_facts import ImportFacts, Rates
from vintage_rules.shipping.parcel.states import SentBackCause

_DUTIES = "duties"


@frozen(kw_only=True)
class Journeys:
    """Where the parcels of each sender start, on which day, and at which rates of exchange."""

    origins: Mapping[str, Territory]
    dispatched: Mapping[str, date]
    rates: Rates


def import_facts(
    quote: OrderQuote, house: HousePolicy, journeys: Journeys
) -> dict[str, ImportFacts]:
    """Return each parcel by its sender, with its goods, postage and share of what is handling.

    Clause L16.
    """
    price_of = {piece.id: piece.price for piece in quote.pieces}
    parcels = [
        _Contents(
            sender=parcel.plan.sender,
            goods=total((price_of[id_] for id_ in parcel.plan.pieces), house.currency),
            shipping=parcel.postage.price,
        )
        for parcel in quote.parcels
    ]
    return _as_seen(parcels, quote.price.fees, house, journeys)


def sent_import_facts(
    placed: OrderPlaced,
    carried: Mapping[str, Collection[PieceId]],
    house: HousePolicy,
    journeys: Journeys,
) -> dict[str, ImportFacts]:
    """Return the same for the pieces of an order that its parcels carry, by sender.

    A parcel that carries nothing is left out.
    """
    price_of = {line.piece: line.price for line in placed.lines}
    parcels = [
        _Contents(
            sender=parcel.sender,
            goods=total((price_of[piece] for piece in carried[parcel.sender]), house.currency),
            shipping=parcel.shipping,
        )
        for parcel in placed.parcels
        if carried[parcel.sender]
    ]
    if not parcels:
        return {}
    sent = {piece: price_of[piece] for pieces in carried.values() for piece in pieces}
    return _as_seen(parcels, fees_charged(placed, house, sent), house, journeys)


def inbound_import_facts(
    placed: OrderPlaced, carried: Mapping[SellerId, Collection[PieceId]], journeys: Journeys
) -> dict[SellerId, ImportFacts]:
    """Return each parcel that sellers post to the workshop, by its sender. Clauses L3, L8.

    Its postage is in no books and counts as nothing; no buyer pays its duties with the price.
    """
    return {
        parcel.sender: _of_prices(
            placed,
            carried[parcel.sender],
            origin=journeys.origins[parcel.sender],
            dispatched=journeys.dispatched[parcel.sender],
            rates=journeys.rates,
        )
        for parcel in placed.inbound
        if carried[parcel.sender]
    }


def returned_import_facts(
    placed: OrderPlaced, pieces: Collection[PieceId], *, dispatched: date, rates: Rates
) -> ImportFacts:
    """Return the parcel of a return, which comes back to where its pieces were sold from.

    Its postage is in no books and counts as nothing.
    """
    origin = placed.destination.territory
    facts = _of_prices(placed, pieces, origin=origin, dispatched=dispatched, rates=rates)
    return evolve(facts, returned=True)


def _of_prices(
    placed: OrderPlaced,
    pieces: Collection[PieceId],
    *,
    origin: Territory,
    dispatched: date,
    rates: Rates,
) -> ImportFacts:
    currency = placed.fee.currency.code
    prices = (line.price for line in placed.lines if line.piece in pieces)
    return ImportFacts(
        origin=origin,
        goods=total(prices, currency),
        shipping=zero(currency),
        handling=zero(currency),
        rates=rates,
        dispatched=dispatched,
        duties_paid=False,
    )


def duties_are_paid(fees: Iterable[FeeCharged]) -> bool:
    """Return whether the buyer has paid duties with the price, by the fees that were charged."""
    return any(_DUTIES in fee.policy.parts for fee in fees)


def assess_sent_back(
    placed: OrderPlaced, cause: SentBackCause | None, policy: HousePolicy
) -> UndeliveredAssessment:
    """Return what happens to a parcel of an order that came back to its sender. Clause L14.

    A buyer who has paid the duties with the price owed nothing at the border, whatever the carrier
    says of it.
    """
    collected = policy.shipping.customs.collects(placed.destination.territory)
    paid = collected and duties_are_paid(fees_charged(placed, policy))
    unpaid = cause is SentBackCause.UNPAID_DUTIES and not paid
    return assess_undelivered(policy.returns, unpaid_customs=unpaid)


@frozen(kw_only=True)
class _Contents:
    sender: str
    goods: Money
    shipping: Money


def _as_seen(
    parcels: Sequence[_Contents],
    fees: Sequence[FeeCharged],
    house: HousePolicy,
    journeys: Journeys,
) -> dict[str, ImportFacts]:
    counted = (fee.fee for fee in fees if fee.policy.name in house.checkout.handling_fees)
    handling = allocate(total(counted, house.currency), [each.goods.amount for each in parcels])
    return {
        parcel.sender: ImportFacts(
            origin=journeys.origins[parcel.sender],
            goods=parcel.goods,
            shipping=parcel.shipping,
            handling=share,
            rates=journeys.rates,
            dispatched=journeys.dispatched[parcel.sender],
            duties_paid=duties_are_paid(fees),
        )
        for parcel, share in zip(parcels, handling, strict=True)
    }
