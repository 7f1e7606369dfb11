"""What sellers are paid for what they sell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, TypeAlias

from attrs import frozen

from vintage_rules.api.facts import AboveZero, Mode, Parts, Price
from vintage_rules.api.kinds import AtLeast, DistinctBy
from vintage_rules.api.rule import Answer, rule
from vintage_rules.api.rules.orders import NamedFee, named_fees
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money, total
from vintage_rules.orders.fees import PricedPiece
from vintage_rules.orders.payouts import PiecePayout, quote_order_payouts
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Destination
from vintage_rules.pricing.fee_policy import UNSPECIFIED, Sale

_THE_SELLER = SellerId("seller")
_LIST_PRICE_OF_THE_PIECE = "pieces[0].list_price"
_NO_PARTS: Mapping[str, Money] = {}


@frozen(kw_only=True)
class SoldPieceFacts:
    """A piece that is sold, as `quote-order` takes it.

    Its seller need be given only where there are several, and its weight never.
    """

    id: PieceId
    price: Price
    seller: SellerId = _THE_SELLER
    weight_g: AboveZero | None = None
    list_price: Price | None = None
    sale: Sale = UNSPECIFIED


SoldPieces: TypeAlias = Annotated[list[SoldPieceFacts], AtLeast(1), DistinctBy("id", "piece")]


@frozen(kw_only=True)
class PaidSeller:
    """What a seller is paid in all."""

    seller: SellerId
    payout: Money


@frozen(kw_only=True)
class PaidForPiece:
    """What is paid for a piece, and what falls on it of the fees."""

    id: PieceId
    price: Money
    payout: Money
    fees: tuple[NamedFee, ...]


@frozen(kw_only=True)
class PayoutQuoted(Answer):
    """What sellers are paid, and the fees that are taken off.

    By seller and by piece where the request gives pieces.
    """

    decision: ClassVar[str] = "quoted"

    payout: Money
    fees: tuple[NamedFee, ...]
    sellers: tuple[PaidSeller, ...] | None
    pieces: tuple[PaidForPiece, ...] | None


@rule("quote-payout", options="fees", zone="destination")
def quote_payout_rule(
    house: HousePolicy,
    *,
    mode: Mode,
    destination: Destination,
    price: Price | None = None,
    list_price: Price | None = None,
    sale: Sale = UNSPECIFIED,
    pieces: SoldPieces | None = None,
    fees: Sequence[str] = (),
    parts: Parts = _NO_PARTS,
) -> PayoutQuoted:
    """Say what sellers are paid and what is taken off: for a `price`, or `pieces` sold together.

    `fees` are the optional fees that were chosen, `parts` what the fees are computed on beside
    the pieces.
    """
    given = _sold(price, list_price, sale, pieces)
    try:
        paid = quote_order_payouts(
            given,
            house,
            mode=mode,
            zone=house.shipping.delivery.zone_of(destination.territory).name,
            options=fees,
            parts=parts,
        )
    except InvalidValueError as error:
        if pieces is None and error.field == _LIST_PRICE_OF_THE_PIECE:
            raise InvalidValueError("list_price", error.found, error.allowed) from error
        raise
    return PayoutQuoted(
        decided=paid,
        payout=total(paid.sellers.values(), house.currency),
        fees=named_fees(paid.fees),
        sellers=None
        if pieces is None
        else tuple(PaidSeller(seller=name, payout=each) for name, each in paid.sellers.items()),
        pieces=None if pieces is None else tuple(map(_paid_for, paid.pieces)),
    )


def _sold(
    price: Money | None,
    list_price: Money | None,
    sale: Sale,
    pieces: Sequence[SoldPieceFacts] | None,
) -> list[PricedPiece]:
    """Return the pieces of a request, or the one piece that it gives the price of."""
    if pieces is None:
        if price is None:
            raise InvalidValueError("pieces", None, "given, or the price of one piece")
        the_piece = SoldPieceFacts(
            id=PieceId("piece"), price=price, list_price=list_price, sale=sale
        )
        return [_priced(the_piece)]
    alone = {
        "price": price,
        "list_price": list_price,
        "category": sale.category,
        "sale_kind": sale.sale_kind,
        "seller_kind": sale.seller_kind,
    }
    for name, value in alone.items():
        if value is not None:
            raise InvalidValueError(name, value, "left out where pieces are given")
    return [_priced(piece) for piece in pieces]


def _priced(piece: SoldPieceFacts) -> PricedPiece:
    return PricedPiece(
        id=piece.id,
        seller=piece.seller,
        price=piece.price,
        list_price=piece.list_price,
        sale=piece.sale,
    )


def _paid_for(paid: PiecePayout) -> PaidForPiece:
    return PaidForPiece(
        id=paid.piece,
        price=paid.price,
        payout=paid.payout,
        fees=tuple(NamedFee(name=name, fee=fee) for name, fee in paid.fees.items()),
    )
