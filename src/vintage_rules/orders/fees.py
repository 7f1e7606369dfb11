"""The fees of an order, whatever each is charged once for; also those of what is kept of it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import assert_never

from attrs import frozen

from vintage_rules.ids import SellerId
from vintage_rules.money import Money, total
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.fees import FeeCharged, quote_fee
from vintage_rules.pricing.policy import FeePolicy, Per


@frozen(kw_only=True)
class PricedPiece:
    """A piece as far as fees are concerned: whose it is, and the price it is sold for."""

    seller: SellerId
    price: Money


def quote_fees(
    fees: Sequence[FeePolicy],
    pieces: Sequence[PricedPiece],
    shipping: Money,
    policy: HousePolicy,
    *,
    mode: str,
    zone: str,
) -> tuple[FeeCharged, ...]:
    """Work out every fee that applies: for the order, for each seller, or for each piece. Clause
    L4.

    The part `shipping` can only be the base of a fee on the whole order. Raises as `quote_fee`.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> coat = PricedPiece(seller=SellerId("ada"), price=Money("90.00", "EUR"))
    >>> fees = quote_fees(
    ...     house.pricing.fees,
    ...     [coat],
    ...     Money("9.59", "EUR"),
    ...     house,
    ...     mode="grouped",
    ...     zone="europe",
    ... )
    >>> [str(fee.fee) for fee in fees]
    ['9.00 EUR']
    """
    quotes = (
        quote_fee(fee, parts, mode=mode, zone=zone)
        for fee in fees
        for parts in _units(fee.per, pieces, shipping, policy.currency)
    )
    return tuple(quote for quote in quotes if isinstance(quote, FeeCharged))


def _units(
    per: Per, pieces: Sequence[PricedPiece], shipping: Money, currency: str
) -> Iterator[dict[str, Money]]:
    """The named parts of each thing a fee is charged once for."""
    match per:
        case Per.ORDER:
            yield {"pieces": _sum(pieces, currency), "shipping": shipping}
        case Per.SELLER:
            for seller in dict.fromkeys(piece.seller for piece in pieces):
                of_seller = [piece for piece in pieces if piece.seller == seller]
                yield {"pieces": _sum(of_seller, currency)}
        case Per.PIECE:
            for piece in pieces:
                yield {"pieces": piece.price}
        case _:
            assert_never(per)


def _sum(pieces: Collection[PricedPiece], currency: str) -> Money:
    return total([piece.price for piece in pieces], currency)
