"""The fees of an order, of the pieces of it that are kept, and of a listing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import assert_never

import moneyed
from attrs import evolve, frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import SellerId
from vintage_rules.money import Money, positive, require_currency, total, zero
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.fee_policy import UNSPECIFIED, FeePolicy, Payer, Per, Sale
from vintage_rules.pricing.fees import FeeCharged, quote_fee

GIVEN_OR_NOTHING = ("reduction", "voucher", "wrapping")
GIVEN = (*GIVEN_OR_NOTHING, "duties", "tax")
_NO_PARTS: Mapping[str, Money] = {}


@frozen(kw_only=True)
class PricedPiece:
    """A piece as far as fees are concerned.

    `list_price` is the price it was listed at, if it is sold for another; `sale` what is known of
    its sale.
    """

    seller: SellerId
    price: Money
    list_price: Money | None = None
    sale: Sale = UNSPECIFIED


def quote_fees(
    fees: Sequence[FeePolicy],
    pieces: Sequence[PricedPiece],
    shipping: Money,
    policy: HousePolicy,
    *,
    mode: str,
    zone: str,
    parts: Mapping[str, Money] = _NO_PARTS,
) -> tuple[FeeCharged, ...]:
    """Return every fee that applies to an order, in the order of the policy. Clause L4.

    A fee is charged once for the order, for each seller or for each piece. Bases may name `pieces`
    and `list-price`; those of a fee on the whole order also `shipping`, `fees` (those computed
    before), `handling` (the ones among them that customs count so) and what `parts` gives:
    `voucher`, `reduction` and `wrapping`, zero if they are not given, `duties` and `tax`. Raises
    what `quote_fee` raises.

    Raises:
        InvalidValueError: For a part that is computed here or unknown.

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
    _require_given(parts)
    basis = _Basis(pieces=pieces, shipping=shipping, policy=policy, given=dict(parts))
    charged: list[FeeCharged] = []
    for fee in fees:
        for unit, sale in basis.units(fee, charged):
            quote = quote_fee(fee, unit, mode=mode, zone=zone, sale=sale)
            if isinstance(quote, FeeCharged):
                charged.append(quote)
    return tuple(charged)


def quote_listing(
    price: moneyed.Money, policy: HousePolicy, sale: Sale = UNSPECIFIED
) -> tuple[FeeCharged, ...]:
    """Return what a seller is charged for listing a piece at a price.

    Raises:
        MoneyError: If an amount is not valid.
        CurrencyMismatchError: If the currencies differ.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> quote_listing(Money("90.00", "EUR"), house)
    ()
    """
    listed = positive(price, "price")
    require_currency(listed, policy.currency, "price")
    parts, known = {"pieces": listed, "list-price": listed}, assumed(sale, policy)
    fees = (fee for fee in policy.pricing.fees if fee.per is Per.LISTING)
    quotes = (quote_fee(fee, parts, mode=None, sale=known) for fee in fees)
    return tuple(quote for quote in quotes if isinstance(quote, FeeCharged))


def fees_of(policy: HousePolicy, payer: Payer) -> list[FeePolicy]:
    """Return the fees on what is sold that a side bears; those on listings are none.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> [fee.name for fee in fees_of(house, Payer.BUYER)]
    ['quality-control']
    """
    fees = policy.pricing.fees
    return [fee for fee in fees if fee.payer is payer and fee.per is not Per.LISTING]


def assumed(sale: Sale, policy: HousePolicy) -> Sale:
    """Return what is known of a sale, completed by what the policy assumes.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> assumed(UNSPECIFIED, house).seller_kind
    'professional'
    """
    by_the_house = policy.returns.returns.assumed
    return evolve(
        sale,
        category=sale.category or by_the_house.category,
        seller_kind=sale.seller_kind or by_the_house.seller_kind,
        sale_kind=sale.sale_kind or by_the_house.sale_kind,
    )


def _require_given(parts: Mapping[str, Money]) -> None:
    for name in parts:
        if name not in GIVEN:
            raise InvalidValueError("parts", name, f"of {', '.join(sorted(GIVEN))}")


@frozen(kw_only=True)
class _Basis:
    """What the fees of one order are computed on."""

    pieces: Sequence[PricedPiece]
    shipping: Money
    policy: HousePolicy
    given: Mapping[str, Money]

    def units(
        self, fee: FeePolicy, before: Sequence[FeeCharged]
    ) -> Iterator[tuple[dict[str, Money], Sale]]:
        """Return the named parts of each thing a fee is charged once for, and what is known of it.

        `before` are the fees computed so far.
        """
        match fee.per:
            case Per.ORDER:
                parts = self._of_pieces(fee, self.pieces) | self._of_the_order(fee, before)
                yield parts, UNSPECIFIED
            case Per.SELLER:
                for seller in dict.fromkeys(piece.seller for piece in self.pieces):
                    of_seller = [piece for piece in self.pieces if piece.seller == seller]
                    sale = assumed(of_seller[0].sale, self.policy)
                    yield self._of_pieces(fee, of_seller), sale
            case Per.PIECE:
                for piece in self.pieces:
                    yield self._of_pieces(fee, [piece]), assumed(piece.sale, self.policy)
            case Per.LISTING:
                return
            case _:
                assert_never(fee.per)

    def _of_pieces(self, fee: FeePolicy, pieces: Collection[PricedPiece]) -> dict[str, Money]:
        parts = {"pieces": self._total(piece.price for piece in pieces)}
        if "list-price" in fee.parts:
            parts["list-price"] = self._total(piece.list_price or piece.price for piece in pieces)
        return parts

    def _of_the_order(self, fee: FeePolicy, before: Sequence[FeeCharged]) -> dict[str, Money]:
        parts = {"shipping": self.shipping}
        for name in fee.parts.intersection(GIVEN_OR_NOTHING):
            parts[name] = zero(self.policy.currency)
        if "fees" in fee.parts:
            parts["fees"] = self._total(each.fee for each in before)
        if "handling" in fee.parts:
            names = self.policy.checkout.handling_fees
            parts["handling"] = self._total(e.fee for e in before if e.policy.name in names)
        return {**parts, **self.given}

    def _total(self, amounts: Iterable[Money]) -> Money:
        return total(amounts, self.policy.currency)
