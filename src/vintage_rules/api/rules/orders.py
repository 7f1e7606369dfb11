"""What an order costs, what a fee comes to, and what a seller is paid."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, ClassVar, TypeAlias

from attrs import frozen

from vintage_rules.api.facts import (
    AboveZero,
    CountryOrPlace,
    FeeName,
    Mode,
    Parts,
    Pieces,
    Price,
    Sum,
)
from vintage_rules.api.kinds import AtLeast, DistinctBy
from vintage_rules.api.rule import Answer, rule
from vintage_rules.api.rules.contract_fees import fee_in
from vintage_rules.api.rules.pricing import Charged, NotCharged
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money, total
from vintage_rules.orders.fees import PricedPiece, assumed
from vintage_rules.orders.payouts import PiecePayout, quote_order_payouts
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderNotQuoted, OrderQuote, OrderQuoting, quote_order
from vintage_rules.orders.reductions import Reduction
from vintage_rules.places import Destination
from vintage_rules.pricing.fee_policy import Sale
from vintage_rules.pricing.fees import FeeCharged, FeeNotCharged, quote_fee
from vintage_rules.shipping.import_rules import ImportAdvice

_CONTRACT_FEE = fee_in("quality_control_fee")
_UNSPECIFIED = Sale()
_THE_SELLER = SellerId("seller")
_LIST_PRICE_OF_THE_PIECE = "pieces[0].list_price"
_NO_PARTS: Mapping[str, Money] = {}


@frozen(kw_only=True)
class NamedFee:
    """A fee and what was charged, or paid, for it."""

    name: str
    fee: Money


@frozen(kw_only=True)
class QuotedParcel:
    """A parcel of an order: who sends it, what is in it, what its shipping costs."""

    from_: str
    pieces: tuple[PieceId, ...]
    shipping: Money


@frozen(kw_only=True)
class Quoted(Answer):
    """The price of an order; its parts add up to the total.

    `other_fees` are all but the one that the contract names; `rounding` is there where totals are
    rounded to a step, and this one was. `estimate` is true, with advice, if a
    country alone was given: the price is then that of its mainland.
    """

    decision: ClassVar[str] = "quoted"

    goods: Money
    quality_control_fee: Money
    other_fees: tuple[NamedFee, ...] | None
    shipping: Money
    reductions: tuple[Reduction, ...] | None
    rounding: Money | None
    total: Money
    gift_card: Money
    to_pay: Money
    parcels: tuple[QuotedParcel, ...]
    estimate: bool | None
    advice: str | None


@frozen(kw_only=True)
class HeavyParcel:
    """A parcel without a price, and the heaviest that has one."""

    from_: str
    pieces: tuple[PieceId, ...]
    heaviest_g: int | None


@frozen(kw_only=True)
class NotQuoted(Answer):
    """An order without a price, because parcels of it have none."""

    decision: ClassVar[str] = "refused"

    parcels: tuple[HeavyParcel, ...]


@rule("quote-order")
def quote_order_rule(
    house: HousePolicy,
    *,
    mode: Mode,
    destination: CountryOrPlace,
    pieces: Pieces,
    gift_card_balance: Sum | None = None,
    options: Sequence[str] = (),
    parts: Parts = _NO_PARTS,
    reductions: Sequence[Reduction] = (),
) -> Quoted | NotQuoted:
    """Say what an order costs, parcel by parcel. Clauses L1, L2, L4, L12, C5."""
    return quoted_order(
        quote_order(
            pieces,
            destination,
            mode,
            house,
            gift_card_balance=gift_card_balance,
            options=options,
            parts=parts,
            reductions=reductions,
        )
    )


def quoted_order(quoting: OrderQuoting) -> Quoted | NotQuoted:
    """Answer with a quote."""
    match quoting:
        case OrderQuote(price=price, parcels=parcels):
            others = [fee for fee in price.fees if fee.policy.name != _CONTRACT_FEE]
            control = [fee.fee for fee in price.fees if fee.policy.name == _CONTRACT_FEE]
            return Quoted(
                decided=quoting,
                goods=price.goods,
                quality_control_fee=total(control, price.goods.currency.code),
                other_fees=_named(others) or None,
                shipping=price.shipping,
                reductions=_taken_off(price.reductions) or None,
                rounding=price.rounding or None,
                total=price.total,
                gift_card=price.gift_card,
                to_pay=price.to_pay,
                parcels=tuple(
                    [
                        QuotedParcel(
                            from_=parcel.plan.sender,
                            pieces=parcel.plan.pieces,
                            shipping=parcel.postage.price,
                        )
                        for parcel in parcels
                    ]
                ),
                estimate=quoting.estimate or None,
                advice=ImportAdvice.GIVE_POSTAL_CODE if quoting.estimate else None,
            )
        case OrderNotQuoted():
            return not_quoted(quoting)


def not_quoted(refused: OrderNotQuoted) -> NotQuoted:
    """Answer that an order has no price, and which parcels are why."""
    heavy = tuple(
        HeavyParcel(from_=plan.sender, pieces=plan.pieces, heaviest_g=postage.heaviest_g)
        for plan, postage in refused.parcels
    )
    return NotQuoted(decided=refused, reasons=refused.reasons, parcels=heavy)


@rule("quote-fee", base="parts", zone="destination")
def quote_fee_rule(
    house: HousePolicy,
    *,
    fee: FeeName,
    mode: Mode | None = None,
    destination: Destination | None = None,
    parts: Parts,
    sale: Sale = _UNSPECIFIED,
) -> Charged | NotCharged:
    """Say what one fee of the house comes to; `parts` are what it is computed on."""
    policy = next(each for each in house.pricing.fees if each.name == fee)
    zone = None if destination is None else _zone(destination, house)
    match quote_fee(policy, parts, mode=mode, zone=zone, sale=assumed(sale, house)):
        case FeeCharged() as charged:
            return Charged(decided=charged, fee=charged.fee)
        case FeeNotCharged() as free:
            return NotCharged(decided=free)


def _zone(destination: Destination, house: HousePolicy) -> str:
    return house.shipping.delivery.zone_of(destination.territory).name


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
    sale: Sale = _UNSPECIFIED


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


@rule("quote-payout", zone="destination")
def quote_payout_rule(
    house: HousePolicy,
    *,
    mode: Mode,
    destination: Destination,
    price: Price | None = None,
    list_price: Price | None = None,
    sale: Sale = _UNSPECIFIED,
    pieces: SoldPieces | None = None,
    options: Sequence[str] = (),
    parts: Parts = _NO_PARTS,
) -> PayoutQuoted:
    """Say what sellers are paid and what is taken off: for a `price`, or `pieces` sold together.

    `options` are the optional fees that were chosen, `parts` what the fees are computed on beside
    the pieces.
    """
    given = _sold(price, list_price, sale, pieces)
    try:
        paid = quote_order_payouts(
            given,
            house,
            mode=mode,
            zone=_zone(destination, house),
            options=options,
            parts=parts,
        )
    except InvalidValueError as error:
        if pieces is None and error.field == _LIST_PRICE_OF_THE_PIECE:
            raise InvalidValueError("list_price", error.found, error.allowed) from error
        raise
    return PayoutQuoted(
        decided=paid,
        payout=total(paid.sellers.values(), house.currency),
        fees=_named(paid.fees),
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


def _taken_off(reductions: Mapping[str, Money]) -> tuple[Reduction, ...]:
    return tuple(Reduction(name=name, amount=amount) for name, amount in reductions.items())


def _named(fees: Sequence[FeeCharged]) -> tuple[NamedFee, ...]:
    return tuple([NamedFee(name=fee.policy.name, fee=fee.fee) for fee in fees])
