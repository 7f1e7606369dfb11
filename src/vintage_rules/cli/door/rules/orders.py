"""What an order costs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from vintage_rules.cli.door.answers import Answer, Value, answer
from vintage_rules.cli.door.facts import (
    Address,
    Facts,
    Grams,
    PieceName,
    Price,
    SellerName,
    Sum,
)
from vintage_rules.cli.door.rejection import Rejection, path_of
from vintage_rules.cli.door.rules.pricing import QUALITY_CONTROL
from vintage_rules.cli.door.ruling import Rule, Ruling
from vintage_rules.errors import shortened
from vintage_rules.orders import (
    HousePolicy,
    OrderNotQuoted,
    OrderQuote,
    OrderQuoting,
    Piece,
    quote_order,
)
from vintage_rules.world import locate


class PieceFacts(Facts):
    """One piece of an order."""

    id: PieceName
    seller: SellerName
    price: Price
    weight_g: Grams


class OrderFacts(Facts):
    """The facts of `quote-order`."""

    mode: str
    destination: Address
    pieces: list[PieceFacts]
    gift_card_balance: Sum | None = None


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
    )


def _pieces(given: Sequence[PieceFacts]) -> list[Piece]:
    pieces: dict[str, Piece] = {}
    for place, piece in enumerate(given):
        if piece.id in pieces:
            message = f"must be another id than an earlier piece's, got {shortened(piece.id)}"
            raise Rejection(path_of(("facts", "pieces", place, "id")), message)
        pieces[piece.id] = Piece(
            id=piece.id, seller=piece.seller, price=piece.price, weight_g=piece.weight_g
        )
    return list(pieces.values())


def _quoted(quote: OrderQuote) -> dict[str, Value]:
    price = quote.price
    others = [fee for fee in price.fees if fee.policy.name != QUALITY_CONTROL]
    return {
        "goods": price.goods,
        "quality_control_fee": price.fee(QUALITY_CONTROL),
        "other_fees": [{"name": fee.policy.name, "fee": fee.fee} for fee in others] or None,
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


RULES: Mapping[str, Ruling] = {
    "quote-order": Rule(
        facts=OrderFacts,
        decide=decide_order,
    ),
}
