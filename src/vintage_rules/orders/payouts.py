"""What sellers are paid for pieces that are sold together: for each piece, and each seller."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

from attrs import frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import Edition, PieceId, SellerId
from vintage_rules.json_field import DecisionField
from vintage_rules.money import Money, positive, require_currency, total
from vintage_rules.orders.fees import PricedPiece, fees_of, quote_seller_fees, require_options
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.fee_policy import Payer, Per
from vintage_rules.pricing.fees import FeeCharged
from vintage_rules.shipping.policy import Grouping

_SHIPPING = "shipping"
_NO_PARTS: Mapping[str, Money] = MappingProxyType({})


@frozen(kw_only=True)
class PiecePayout:
    """What a seller is paid for a piece: its price less what falls on it of each fee, by name."""

    piece: PieceId
    seller: SellerId
    price: Money
    fees: Mapping[str, Money]
    payout: Money


@frozen(kw_only=True)
class OrderPayouts(DecisionField):
    """What sellers are paid for pieces that are sold together.

    To the cent, each price is its payout and what falls on the piece of the fees; `sellers` are
    paid the sum of their pieces.
    """

    pieces: tuple[PiecePayout, ...]
    sellers: Mapping[SellerId, Money]
    fees: tuple[FeeCharged, ...]
    edition: Edition

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        return tuple(dict.fromkeys(source for fee in self.fees for source in fee.sources))


def quote_order_payouts(
    pieces: Sequence[PricedPiece],
    policy: HousePolicy,
    *,
    mode: str,
    zone: str,
    options: Collection[str] = (),
    parts: Mapping[str, Money] = _NO_PARTS,
) -> OrderPayouts:
    """Return what sellers are paid for pieces that are sold together, after the fees they bear.

    `options` names the optional fees that were chosen; `parts` gives what the bases of the fees
    name beside the pieces, such as `shipping`. Amounts are in the policy's currency. No clause: the
    shipped house takes nothing from its sellers.

    Raises:
        UnknownTermError: For a mode, and for an option that is no optional fee of sellers.
        InvalidValueError: If there is no piece, one comes twice, a part is unknown, or something is
            not given that a fee depends on; and for the shipping of several parcels in one sum,
            where a fee for each seller or piece is computed on it.
        MoneyError: If an amount is not valid.
        CurrencyMismatchError: If the currencies differ.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> coat = PricedPiece(
    ...     id=PieceId("coat"), seller=SellerId("ada"), price=Money("90.00", "EUR")
    ... )
    >>> quote_order_payouts([coat], house, mode="grouped", zone="europe").sellers
    {'ada': Money('90.00', 'EUR')}
    """
    _require_pieces(pieces, policy)
    require_options(options, policy, Payer.SELLER)
    _require_one_parcel(pieces, policy, mode, parts)
    fees = quote_seller_fees(pieces, policy, mode=mode, zone=zone, options=options, parts=parts)
    paid = tuple(_paid(piece, fees) for piece in pieces)
    sellers = dict.fromkeys(piece.seller for piece in pieces)
    return OrderPayouts(
        pieces=paid,
        sellers={
            seller: total((p.payout for p in paid if p.seller == seller), policy.currency)
            for seller in sellers
        },
        fees=fees,
        edition=policy.edition,
    )


def _require_pieces(pieces: Sequence[PricedPiece], policy: HousePolicy) -> None:
    if not pieces:
        raise InvalidValueError("pieces", (), "at least one piece")
    for number, piece in enumerate(pieces):
        if any(piece.id == earlier.id for earlier in pieces[:number]):
            raise InvalidValueError("pieces", piece.id, "distinct pieces")
        positive(piece.price, "price")
        require_currency(piece.price, policy.currency, "price")


def _require_one_parcel(
    pieces: Sequence[PricedPiece], policy: HousePolicy, mode: str, parts: Mapping[str, Money]
) -> None:
    """Refuse the sum of what several parcels cost: it does not show what falls on each of them."""
    if _SHIPPING not in parts or len({piece.seller for piece in pieces}) == 1:
        return
    if policy.shipping.mode(mode).grouping is not Grouping.PER_SELLER:
        return
    for fee in fees_of(policy, Payer.SELLER):
        if fee.per is not Per.ORDER and _SHIPPING in fee.parts:
            allowed = f"that of one parcel, for {fee.name}: quote the pieces of each seller alone"
            raise InvalidValueError("parts", _SHIPPING, allowed)


def _paid(piece: PricedPiece, fees: Sequence[FeeCharged]) -> PiecePayout:
    borne: dict[str, Money] = {}
    left = piece.price
    for fee in fees:
        if piece.id in fee.shares:
            share = fee.shares[piece.id]
            left -= share
            borne[fee.policy.name] = share
    return PiecePayout(
        piece=piece.id, seller=piece.seller, price=piece.price, fees=borne, payout=left
    )
