"""The fees of an order, of the pieces of it that are kept, of a payout, and of a listing.

Theory. Every part of an order (its pieces, the shipping of a parcel, a voucher, a tax …) falls on
its pieces: a price on its own piece, all else in proportion to the prices of the pieces it is for,
to the last cent (`money.allocate`). A fee is charged once for a group of pieces: all of the order,
those of one seller, or one by itself. Its base is the sum of what falls on the group, so that a
base means the same whatever the fee is charged once for; and the fee itself falls on the group's
pieces in the same way, so that a later fee may be computed on it.
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias, assert_never

import moneyed
from attrs import evolve, frozen

from vintage_rules.errors import InvalidValueError, UnknownTermError
from vintage_rules.ids import PieceId, SellerId
from vintage_rules.money import Money, positive, require_currency, split, total, zero
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.fee_policy import UNSPECIFIED, FeePolicy, Outcome, Payer, Per, Sale
from vintage_rules.pricing.fees import FeeCharged, quote_fee

GIVEN_OR_NOTHING = ("reduction", "voucher", "wrapping")
GIVEN = (*GIVEN_OR_NOTHING, "duties", "tax")
_NO_PARTS: Mapping[str, Money] = MappingProxyType({})
_OF_FEES = frozenset({"fees", "handling"})
_GIVEN_FOR_PAYOUTS = (*GIVEN, "fees", "handling", "shipping")
Shares: TypeAlias = Mapping[str, Mapping[PieceId, Money]]
"""What of each part of an order falls on each of its pieces."""


@frozen(kw_only=True)
class PricedPiece:
    """A piece as far as fees are concerned.

    `parcel` names the one it travels in; `list_price` is the price it was listed at, None if that
    is not known; `sale` what is known of its sale.
    """

    id: PieceId
    seller: SellerId
    price: Money
    parcel: str = ""
    list_price: Money | None = None
    sale: Sale = UNSPECIFIED


def quote_fees(
    fees: Sequence[FeePolicy],
    pieces: Sequence[PricedPiece],
    shipping: Mapping[str, Money],
    policy: HousePolicy,
    *,
    mode: str,
    zone: str,
    parts: Mapping[str, Money] = _NO_PARTS,
    before: Sequence[FeeCharged] = (),
) -> tuple[FeeCharged, ...]:
    """Return every fee that applies to an order, in the order of the policy. Clause L4.

    A fee is charged once for the order, for each seller or for each piece. Bases may name `pieces`,
    `list-price`, `shipping` (of each parcel by its name), `fees` (those computed before, with those
    of `before`), `handling` (the ones among them that customs count so) and what `parts` gives:
    `voucher`, `reduction` and `wrapping`, zero if they are not given, `duties` and `tax`. Raises
    what `quote_fee` raises.

    Raises:
        InvalidValueError: For a part that is computed here or unknown, and for a part or a list
            price that a fee depends on and that is not given.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> coat = PricedPiece(
    ...     id=PieceId("coat"), seller=SellerId("ada"), price=Money("90.00", "EUR")
    ... )
    >>> fees = quote_fees(
    ...     house.pricing.fees, [coat], {}, house, mode="grouped", zone="europe"
    ... )
    >>> [str(fee.fee) for fee in fees]
    ['9.00 EUR']
    """
    _require_known(parts, GIVEN)
    if not fees:
        return ()
    given = {**dict.fromkeys(GIVEN_OR_NOTHING, zero(policy.currency)), **parts}
    shares = {**_shared(given, fees, pieces), **_of_shipping(shipping, fees, pieces)}
    basis = _Basis(pieces=pieces, policy=policy, shares=shares, before=before)
    return basis.charge(fees, mode=mode, zone=zone)


def quote_kept_fees(
    fees: Sequence[FeePolicy],
    pieces: Sequence[PricedPiece],
    kept: Container[PieceId],
    shipping: Mapping[str, Money],
    policy: HousePolicy,
    *,
    mode: str,
    zone: str,
    parts: Mapping[str, Money] = _NO_PARTS,
) -> tuple[FeeCharged, ...]:
    """Return the fees of an order on those of its pieces that are kept.

    They bear what fell on them of each part of the order, and all the shipping of their parcels.
    Raises what `quote_fees` raises.
    """
    _require_known(parts, GIVEN)
    remaining = [piece for piece in pieces if piece.id in kept]
    given = {**dict.fromkeys(GIVEN_OR_NOTHING, zero(policy.currency)), **parts}
    shares = {**_shared(given, fees, pieces), **_of_shipping(shipping, fees, remaining)}
    basis = _Basis(pieces=remaining, policy=policy, shares=shares, before=())
    return basis.charge(fees, mode=mode, zone=zone)


def quote_seller_fees(
    pieces: Sequence[PricedPiece],
    policy: HousePolicy,
    *,
    mode: str,
    zone: str,
    options: Collection[str] = (),
    parts: Mapping[str, Money] = _NO_PARTS,
) -> tuple[FeeCharged, ...]:
    """Return what sellers bear for pieces that are sold together, `options` being chosen.

    Every part that a base names is given in `parts`, but for the pieces and their list prices:
    `fees` and `handling` are those that the buyer pays. Fees never take more than the price: see
    `within_prices`. Raises what `quote_fees` raises.
    """
    _require_known(parts, _GIVEN_FOR_PAYOUTS)
    fees = chosen_fees(options, policy, Payer.SELLER)
    basis = _Basis(
        pieces=pieces,
        policy=policy,
        shares=_shared(parts, fees, pieces),
        before=None if fees_of(policy, Payer.BUYER) else (),
    )
    return within_prices(basis.charge(fees, mode=mode, zone=zone), pieces)


def quote_outcome_fees(
    outcome: Outcome,
    payer: Payer,
    pieces: Sequence[PricedPiece],
    policy: HousePolicy,
    *,
    mode: str,
    zone: str,
    parts: Mapping[str, Money] = _NO_PARTS,
) -> tuple[FeeCharged, ...]:
    """Return what a side owes because of what became of the sale of some pieces.

    They are owed beside the price, so that nothing caps them. `parts` gives what their bases name
    beside the pieces, as in `quote_seller_fees`. No clause: the shipped house charges nothing for
    an outcome.

    Raises:
        InvalidValueError: If a part is unknown, or a list price is not given that a fee depends on.
        MoneyError: If an amount is not valid.
        CurrencyMismatchError: If the currencies differ.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> coat = PricedPiece(
    ...     id=PieceId("coat"), seller=SellerId("ada"), price=Money("90.00", "EUR")
    ... )
    >>> quote_outcome_fees(
    ...     Outcome.CANCELLED, Payer.SELLER, [coat], house, mode="direct", zone="europe"
    ... )
    ()
    """
    _require_known(parts, _GIVEN_FOR_PAYOUTS)
    owed = [fee for fee in policy.pricing.fees if fee.on is outcome and fee.payer is payer]
    basis = _Basis(pieces=pieces, policy=policy, shares=_shared(parts, owed, pieces), before=None)
    return basis.charge(owed, mode=mode, zone=zone)


def within_prices(
    fees: Iterable[FeeCharged], pieces: Sequence[PricedPiece]
) -> tuple[FeeCharged, ...]:
    """Return fees that never take more of a piece than the fees before them have left of its price.

    What a fee would take beyond the prices of its pieces is not owed. One whose share of a piece
    is more than what is left of that piece is shared by what is left of each.
    """
    left = {piece.id: piece.price for piece in pieces}
    borne: list[FeeCharged] = []
    for fee in fees:
        room = {piece: left[piece] for piece in fee.shared_by}
        due = min(fee.fee, total(room.values(), fee.policy.currency))
        taken = evolve(fee, fee=due)
        if any(share > room[piece] for piece, share in taken.shares.items()):
            taken = evolve(fee, fee=due, shared_by=room)
        for piece, share in taken.shares.items():
            left[piece] -= share
        borne.append(taken)
    return tuple(borne)


def quote_listing(
    price: moneyed.Money,
    policy: HousePolicy,
    sale: Sale = UNSPECIFIED,
    *,
    options: Collection[str] = (),
) -> tuple[FeeCharged, ...]:
    """Return what a seller is charged for listing a piece at a price, `options` being chosen.

    No clause: the shipped house lists for nothing.

    Raises:
        UnknownTermError: For an option that is no optional fee per listing.
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
    fees = [fee for fee in policy.pricing.fees if fee.per is Per.LISTING]
    _require_optional(options, fees)
    chosen = (fee for fee in fees if not fee.optional or fee.name in options)
    quotes = (quote_fee(fee, parts, mode=None, sale=known) for fee in chosen)
    return tuple(quote for quote in quotes if isinstance(quote, FeeCharged))


def fees_of(policy: HousePolicy, payer: Payer) -> list[FeePolicy]:
    """Return the fees on what is sold that a side bears.

    Those on listings are none of them, nor those on an outcome: see `quote_outcome_fees`.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> [fee.name for fee in fees_of(house, Payer.BUYER)]
    ['quality-control']
    """
    fees = policy.pricing.fees
    return [
        fee for fee in fees if fee.payer is payer and fee.per is not Per.LISTING and fee.on is None
    ]


def chosen_fees(
    options: Collection[str], policy: HousePolicy, payer: Payer = Payer.BUYER
) -> list[FeePolicy]:
    """Return the fees that a side bears where these optional ones are chosen.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> [fee.name for fee in chosen_fees([], house)]
    ['quality-control']
    """
    borne = fees_of(policy, payer)
    return [fee for fee in borne if not fee.optional or fee.name in options]


def require_options(options: Collection[str], policy: HousePolicy, *payers: Payer) -> None:
    """Refuse an option that is no optional fee of one of these payers.

    Raises:
        UnknownTermError: With the ones there are.
    """
    _require_optional(options, (fee for payer in payers for fee in fees_of(policy, payer)))


def _require_optional(options: Collection[str], fees: Iterable[FeePolicy]) -> None:
    known = tuple(sorted(fee.name for fee in fees if fee.optional))
    for option in options:
        if option not in known:
            raise UnknownTermError("options", option, known)


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


def _shared(
    parts: Mapping[str, Money], fees: Iterable[FeePolicy], pieces: Sequence[PricedPiece]
) -> dict[str, Mapping[PieceId, Money]]:
    """Share the parts that some fee is computed on by the prices: most orders have none of them."""
    named = frozenset[str]().union(*(fee.parts for fee in fees))
    return {part: _on_each(parts[part], pieces) for part in named.intersection(parts)}


def _of_shipping(
    shipping: Mapping[str, Money], fees: Iterable[FeePolicy], pieces: Sequence[PricedPiece]
) -> dict[str, Mapping[PieceId, Money]]:
    """Share the shipping of each parcel by the pieces in it, if some fee is computed on it."""
    if not any("shipping" in fee.parts for fee in fees):
        return {}
    shares: dict[PieceId, Money] = {}
    for parcel, amount in shipping.items():
        shares |= _on_each(amount, [piece for piece in pieces if piece.parcel == parcel])
    return {"shipping": shares}


def _on_each(amount: Money, pieces: Sequence[PricedPiece]) -> dict[PieceId, Money]:
    amounts = split(amount, [piece.price for piece in pieces])
    return {piece.id: share for piece, share in zip(pieces, amounts, strict=True)}


def _require_known(parts: Mapping[str, Money], known: Sequence[str]) -> None:
    for name in parts:
        if name not in known:
            raise InvalidValueError("parts", name, f"one of {', '.join(sorted(known))}")


@frozen(kw_only=True)
class _Basis:
    """What the fees on some pieces are computed on.

    `before` are the fees that are charged already; None where they are known as a part alone.
    """

    pieces: Sequence[PricedPiece]
    policy: HousePolicy
    shares: Shares
    before: Sequence[FeeCharged] | None

    def charge(self, fees: Iterable[FeePolicy], *, mode: str, zone: str) -> tuple[FeeCharged, ...]:
        charged: list[FeeCharged] = []
        for fee in fees:
            for group, sale in self._groups(fee):
                parts = self._parts(fee, group, charged)
                try:
                    quote = quote_fee(fee, parts, mode=mode, zone=zone, sale=sale)
                except UnknownTermError as missing:
                    raise self._not_given(fee, missing.found, group) from missing
                if isinstance(quote, FeeCharged):
                    shared = FeeCharged(
                        fee=quote.fee,
                        policy=fee,
                        components=quote.components,
                        shared_by={piece.id: piece.price for piece in group},
                    )
                    charged.append(shared)
        return tuple(charged)

    def _groups(self, fee: FeePolicy) -> Iterator[tuple[Sequence[PricedPiece], Sale]]:
        """Return the pieces that a fee is charged once for, and what is known of their sale."""
        match fee.per:
            case Per.ORDER:
                yield self.pieces, UNSPECIFIED
            case Per.SELLER:
                for seller in dict.fromkeys(piece.seller for piece in self.pieces):
                    of_seller = [piece for piece in self.pieces if piece.seller == seller]
                    yield of_seller, assumed(of_seller[0].sale, self.policy)
            case Per.PIECE:
                for piece in self.pieces:
                    yield [piece], assumed(piece.sale, self.policy)
            case Per.LISTING:
                return
            case _:
                assert_never(fee.per)

    def _parts(
        self, fee: FeePolicy, group: Sequence[PricedPiece], charged: Sequence[FeeCharged]
    ) -> dict[str, Money]:
        """Return the parts that a fee is computed on, as far as they are known."""
        parts = {"pieces": self._total(piece.price for piece in group)}
        for name in fee.parts.intersection(self.shares):
            shares = self.shares[name]
            parts[name] = self._total(shares[piece.id] for piece in group if piece.id in shares)
        if "list-price" in fee.parts:
            listed = [piece.list_price for piece in group if piece.list_price is not None]
            if len(listed) == len(group):
                parts["list-price"] = self._total(listed)
        handling = self.policy.checkout.handling_fees
        for name in fee.parts & _OF_FEES:
            counted = [each for each in charged if name == "fees" or each.policy.name in handling]
            if self.before is not None:
                counted += [e for e in self.before if name == "fees" or e.policy.name in handling]
            elif name not in parts:
                continue
            parts[name] = self._on(group, counted) + parts.get(name, zero(self.policy.currency))
        return parts

    def _on(self, group: Sequence[PricedPiece], fees: Iterable[FeeCharged]) -> Money:
        """Add up what of some fees falls on a group of pieces."""
        return self._total(
            fee.shares[piece.id] for fee in fees for piece in group if piece.id in fee.shares
        )

    def _not_given(
        self, fee: FeePolicy, part: str, group: Sequence[PricedPiece]
    ) -> InvalidValueError:
        """Name what a fee depends on and that is not known."""
        at = f"parts.{part}"
        if part == "list-price":
            unknown = next(piece for piece in group if piece.list_price is None)
            at = f"pieces[{self.pieces.index(unknown)}].list_price"
        return InvalidValueError(at, None, f"given: the fee {fee.name} depends on it")

    def _total(self, amounts: Iterable[Money]) -> Money:
        return total(amounts, self.policy.currency)
