"""From a quote to a placed order, and from a placed order to the figures a refund is worked out
from.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from vintage_rules.ids import BuyerId, OrderId, ParcelId, PieceId, identifier
from vintage_rules.money import Money, total, zero
from vintage_rules.orders.fees import PricedPiece, quote_fees
from vintage_rules.orders.order_events import OrderLine, OrderParcel, OrderPlaced
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderQuote, Piece
from vintage_rules.pricing.fees import FeeCharged
from vintage_rules.pricing.policy import Payer
from vintage_rules.returns.paid import PaidOrder, PaidParcel, PaidPiece, Payment


def place_order(
    quote: OrderQuote,
    policy: HousePolicy,
    *,
    order: OrderId,
    buyer: BuyerId,
    payments: Sequence[Payment],
    at: datetime,
) -> OrderPlaced:
    """Give the event that places a quoted order, its payments authorised. Clauses C7, L2.

    Raises `MoneyError` when the payments do not add up to the order, `IdentifierError` or
    `DayError`.
    """
    fees = quote.price.fees
    placed = OrderPlaced(
        at=at,
        order=OrderId(identifier(order, "order")),
        edition=quote.edition,
        buyer=BuyerId(identifier(buyer, "buyer")),
        mode=quote.mode,
        destination=quote.destination,
        lines=tuple(_line(piece, quote, policy) for piece in quote.pieces),
        parcels=tuple(
            OrderParcel(
                id=ParcelId(f"{order}-{number}"),
                sender=parcel.plan.sender,
                pieces=parcel.plan.pieces,
                shipping=parcel.postage.price,
            )
            for number, parcel in enumerate(quote.parcels, 1)
        ),
        fee=_sum([fee for fee in fees if fee.policy.refundable], policy),
        kept_fees=_sum([fee for fee in fees if not fee.policy.refundable], policy),
        payments=tuple(payments),
    )
    paid_order(placed)
    return placed


def _line(piece: Piece, quote: OrderQuote, policy: HousePolicy) -> OrderLine:
    zone = policy.shipping.delivery.zone_of(quote.destination.territory).name
    sold = PricedPiece(seller=piece.seller, price=piece.price)
    fee = seller_fee(sold, policy, mode=quote.mode, zone=zone)
    return OrderLine(piece=piece.id, seller=piece.seller, price=piece.price, seller_fee=fee)


def seller_fee(piece: PricedPiece, policy: HousePolicy, *, mode: str, zone: str) -> Money:
    """Give what the seller of one piece bears, never more than its price.

    Sellers settle piece by piece, so a fee they bear is reckoned on each piece by itself.

    >>> from datetime import date
    >>> from vintage_rules.ids import SellerId
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> coat = PricedPiece(seller=SellerId("ada"), price=Money("90.00", "EUR"))
    >>> seller_fee(coat, house, mode="direct", zone="europe")
    Money('0.00', 'EUR')
    """
    borne = [fee for fee in policy.pricing.fees if fee.payer is Payer.SELLER]
    nothing = zero(policy.currency)
    charged = quote_fees(borne, [piece], nothing, policy, mode=mode, zone=zone)
    return min(piece.price, _sum(charged, policy))


def paid_order(placed: OrderPlaced) -> PaidOrder:
    """Give the figures of a placed order that refunds are worked out from.

    Raises `MoneyError` when the payments do not add up to the order.
    """
    prices = {line.piece: line.price for line in placed.lines}
    return PaidOrder(
        parcels=tuple(
            PaidParcel(
                pieces=tuple(PaidPiece(id=piece, price=prices[piece]) for piece in parcel.pieces),
                shipping=parcel.shipping,
                standard=parcel.standard,
            )
            for parcel in placed.parcels
        ),
        fee=placed.fee,
        kept_fees=placed.kept_fees,
        payments=placed.payments,
    )


def fee_on_kept(placed: OrderPlaced, kept: Mapping[PieceId, Money], policy: HousePolicy) -> Money:
    """Work out the refundable fees on the pieces that are kept, at the prices given. Clause L4."""
    sellers = {line.piece: line.seller for line in placed.lines}
    pieces = [PricedPiece(seller=sellers[piece], price=price) for piece, price in kept.items()]
    refundable = [fee for fee in policy.pricing.fees if fee.payer is Payer.BUYER and fee.refundable]
    shipping = total((parcel.shipping for parcel in placed.parcels), policy.currency)
    zone = policy.shipping.delivery.zone_of(placed.destination.territory).name
    charged = quote_fees(refundable, pieces, shipping, policy, mode=placed.mode, zone=zone)
    return _sum(charged, policy)


def _sum(fees: Iterable[FeeCharged], policy: HousePolicy) -> Money:
    return total((fee.fee for fee in fees), policy.currency)
