"""What an order costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pydantic import Field

from vintage_rules.api.answers import Answer, Value, answer
from vintage_rules.api.facts import (
    Address,
    Facts,
    Grams,
    PieceName,
    Price,
    SellerName,
    Sum,
)
from vintage_rules.api.rejection import Rejection, path_of
from vintage_rules.api.rules.pricing import QUALITY_CONTROL
from vintage_rules.api.ruling import Rule, Ruling
from vintage_rules.errors import UnknownTermError, shortened
from vintage_rules.ids import SellerId
from vintage_rules.money import zero
from vintage_rules.orders import (
    HousePolicy,
    OrderNotQuoted,
    OrderQuote,
    OrderQuoting,
    Piece,
    PricedPiece,
    assumed,
    fees_of,
    quote_fees,
    quote_order,
)
from vintage_rules.places import Place
from vintage_rules.pricing import (
    FeeCharged,
    FeeNotCharged,
    Payer,
    Sale,
    quote_fee,
    quote_payout,
)
from vintage_rules.world import locate


class SaleFacts(Facts):
    """What a piece is, who sells it and how; what is left out is as the policy assumes it."""

    seller_kind: str | None = None
    category: str | None = None
    sale_kind: str | None = None


class PieceFacts(SaleFacts):
    """One piece of an order."""

    id: PieceName
    seller: SellerName
    price: Price
    weight_g: Grams
    list_price: Price | None = None


class OrderFacts(Facts):
    """The facts of `quote-order`."""

    mode: str
    destination: Address
    pieces: list[PieceFacts]
    gift_card_balance: Sum | None = None
    options: list[str] = Field(default=[])
    parts: dict[str, Sum] = Field(default={})


def decide_order(facts: OrderFacts, house: HousePolicy) -> Answer:
    """Say what an order costs, parcel by parcel. Clauses L1, L2, L4, L12, C5."""
    return order_answer(quoted(facts, house))


def order_answer(quoting: OrderQuoting) -> Answer:
    """Write what was quoted."""
    match quoting:
        case OrderQuote() as quote:
            return answer("quoted", quote, _quoted(quote))
        case OrderNotQuoted() as refused:
            return answer("refused", refused, _not_quoted(refused), refused.reasons)


def quoted(facts: OrderFacts, house: HousePolicy) -> OrderQuoting:
    """Price the order that the facts describe. Raises `Rejection` naming a piece, or our errors."""
    return quote_order(
        _pieces(facts.pieces),
        locate(facts.destination),
        facts.mode,
        house,
        gift_card_balance=facts.gift_card_balance,
        options=facts.options,
        parts=facts.parts,
    )


def _pieces(given: Sequence[PieceFacts]) -> list[Piece]:
    pieces: dict[str, Piece] = {}
    for place, piece in enumerate(given):
        if piece.id in pieces:
            message = f"must be another id than an earlier piece's, got {shortened(piece.id)}"
            raise Rejection(path_of(("facts", "pieces", place, "id")), message)
        pieces[piece.id] = Piece(
            id=piece.id,
            seller=piece.seller,
            price=piece.price,
            weight_g=piece.weight_g,
            list_price=piece.list_price,
            sale=sale_of(piece),
        )
    return list(pieces.values())


def sale_of(facts: SaleFacts) -> Sale:
    """Give what facts tell of a sale."""
    return Sale(category=facts.category, seller_kind=facts.seller_kind, sale_kind=facts.sale_kind)


def _quoted(quote: OrderQuote) -> dict[str, Value]:
    price = quote.price
    others = [fee for fee in price.fees if fee.policy.name != QUALITY_CONTROL]
    return {
        "goods": price.goods,
        "quality_control_fee": price.fee(QUALITY_CONTROL),
        "other_fees": _named(others) or None,
        "shipping": price.shipping,
        "total": price.total,
        "gift_card": price.gift_card,
        "to_pay": price.to_pay,
        "parcels": [
            {
                "from": parcel.plan.sender,
                "pieces": parcel.plan.pieces,
                "shipping": parcel.postage.price,
            }
            for parcel in quote.parcels
        ],
    }


def _not_quoted(refused: OrderNotQuoted) -> dict[str, Value]:
    parcels = [
        {"from": parcel.sender, "pieces": parcel.pieces, "heaviest_g": postage.heaviest_g}
        for parcel, postage in refused.parcels
    ]
    return {"parcels": parcels}


class FeeFacts(SaleFacts):
    """The facts of `quote-fee`: the named parts are what the fee is reckoned on."""

    fee: str
    mode: str | None = None
    destination: Address | None = None
    parts: dict[str, Sum]


def decide_fee(facts: FeeFacts, house: HousePolicy) -> Answer:
    """Say what one fee of the house comes to."""
    known = {fee.name: fee for fee in house.pricing.fees}
    if facts.fee not in known:
        raise UnknownTermError("fee", facts.fee, tuple(sorted(known)))
    sale = assumed(sale_of(facts), house)
    mode, zone = _mode(facts.mode, house), _zone(facts.destination, house)
    match quote_fee(known[facts.fee], facts.parts, mode=mode, zone=zone, sale=sale):
        case FeeCharged() as charged:
            return answer("charged", charged, {"fee": charged.fee})
        case FeeNotCharged() as free:
            return answer("not-charged", free)


def _mode(mode: str | None, house: HousePolicy) -> str | None:
    return None if mode is None else house.shipping.mode(mode).name


def _zone(destination: Place | None, house: HousePolicy) -> str | None:
    if destination is None:
        return None
    return house.shipping.delivery.zone_of(locate(destination).territory).name


class SellerFacts(SaleFacts):
    """The facts of `quote-payout`."""

    mode: str
    destination: Address
    price: Price
    list_price: Price | None = None


def decide_seller(facts: SellerFacts, house: HousePolicy) -> Answer:
    """Say what the seller of a piece is paid, and what is taken off."""
    sold = PricedPiece(
        seller=SellerId("seller"),
        price=facts.price,
        list_price=facts.list_price,
        sale=sale_of(facts),
    )
    fees = quote_fees(
        fees_of(house, Payer.SELLER),
        [sold],
        zero(house.currency),
        house,
        mode=house.shipping.mode(facts.mode).name,
        zone=house.shipping.delivery.zone_of(locate(facts.destination).territory).name,
    )
    paid = quote_payout(house.pricing, price=facts.price, fees=fees)
    return answer("quoted", paid, {"payout": paid.payout, "fees": _named(paid.fees)})


def _named(fees: Sequence[FeeCharged]) -> list[Value]:
    return [{"name": fee.policy.name, "fee": fee.fee} for fee in fees]


RULES: Mapping[str, Ruling] = {
    "quote-order": Rule(
        facts=OrderFacts,
        decide=decide_order,
    ),
    "quote-fee": Rule(
        facts=FeeFacts, decide=decide_fee, elsewhere={"base": "parts", "zone": "destination"}
    ),
    "quote-payout": Rule(facts=SellerFacts, decide=decide_seller),
}
