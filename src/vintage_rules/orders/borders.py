"""The parcels of an order as customs see them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from vintage_rules.money import Money, allocate, total
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderQuote
from vintage_rules.places import Territory
from vintage_rules.shipping.import_facts import ImportFacts, Rates


def import_facts(
    quote: OrderQuote,
    house: HousePolicy,
    origins: Mapping[str, Territory],
    dispatched: Mapping[str, date],
    rates: Rates,
) -> dict[str, ImportFacts]:
    """Return each parcel by its sender, with its goods, postage and share of what is handling.

    `origins` are where each sender's parcels start, `dispatched` when. Clause L16.
    """
    price_of = {piece.id: piece.price for piece in quote.pieces}
    goods = [
        total((price_of[id_] for id_ in parcel.plan.pieces), house.currency)
        for parcel in quote.parcels
    ]
    handling = allocate(_handling(quote, house), [money.amount for money in goods])
    return {
        parcel.plan.sender: ImportFacts(
            origin=origins[parcel.plan.sender],
            goods=worth,
            shipping=parcel.postage.price,
            handling=share,
            rates=rates,
            dispatched=dispatched[parcel.plan.sender],
        )
        for parcel, worth, share in zip(quote.parcels, goods, handling, strict=True)
    }


def _handling(quote: OrderQuote, house: HousePolicy) -> Money:
    fees = (quote.price.fee(name) for name in house.checkout.handling_fees)
    return total(fees, house.currency)
