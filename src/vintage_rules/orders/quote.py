"""The price of an order from its pieces: parcels planned, posted and added up."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from functools import partial
from typing import TypeAlias

from attrs import evolve, field, frozen

from vintage_rules.decision import merged
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import Edition, PieceId, SellerId
from vintage_rules.json_field import DecisionField
from vintage_rules.money import Money, positive, require_currency, total, zero
from vintage_rules.orders.fees import (
    PricedPiece,
    chosen_fees,
    quote_fees,
    require_options,
    within_prices,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.reductions import (
    GrantedReduction,
    Reduction,
    given_parts,
    require_reductions,
    take_off,
)
from vintage_rules.places import Destination
from vintage_rules.pricing.fee_policy import UNSPECIFIED, Payer, Sale
from vintage_rules.pricing.fees import FeeCharged
from vintage_rules.pricing.order_price import OrderPrice, quote_total
from vintage_rules.pricing.reduction_policy import Bearer, CountsAs
from vintage_rules.shipping.parcels import (
    Item,
    ParcelPlan,
    PlannedParcel,
    grams,
    piece_id,
    plan_parcels,
    seller_id,
)
from vintage_rules.shipping.postage import PostageQuoted, PostageRefused, quote_postage


def _price(money: Money) -> Money:
    return positive(money, "price")


def _list_price(money: Money | None) -> Money | None:
    return None if money is None else positive(money, "list_price")


@frozen(kw_only=True)
class Piece:
    """A piece in an order, at the price it is sold for: a negotiated price counts.

    `list_price` is the price it was listed at, needed where a fee depends on it; `sale` what is
    known of it if the house does not treat all pieces alike.

    Raises:
        MoneyError: For a price that is not above zero.
        IdentifierError: If an identifier is not valid.
        InvalidValueError: For a weight that is none.

    >>> Piece(
    ...     id=PieceId("coat"),
    ...     seller=SellerId("ada"),
    ...     price=Money("90.00", "EUR"),
    ...     weight_g=1400,
    ... ).price
    Money('90.00', 'EUR')
    """

    id: PieceId = field(converter=piece_id)
    seller: SellerId = field(converter=seller_id)
    price: Money = field(converter=_price)
    weight_g: int = field(converter=grams)
    list_price: Money | None = field(default=None, converter=_list_price)
    sale: Sale = UNSPECIFIED

    def priced(self, parcel: str = "") -> PricedPiece:
        """Return the piece as far as fees are concerned, in a parcel."""
        return PricedPiece(
            id=self.id,
            seller=self.seller,
            price=self.price,
            parcel=parcel,
            list_price=self.list_price,
            sale=self.sale,
        )


@frozen(kw_only=True)
class PricedParcel:
    """A parcel of the order and what shipping it costs."""

    plan: PlannedParcel
    postage: PostageQuoted


@frozen(kw_only=True)
class OrderQuote(DecisionField):
    """An order priced: its parcels, and a price whose parts add up to the cent.

    `options` are the optional fees that were chosen, `parts` the amounts beside the order that fees
    were computed on, `reductions` what was taken off, `seller_fees` what its sellers bear.
    """

    mode: str
    destination: Destination
    pieces: tuple[Piece, ...]
    options: tuple[str, ...]
    parts: Mapping[str, Money]
    reductions: tuple[GrantedReduction, ...]
    plan: ParcelPlan
    parcels: tuple[PricedParcel, ...]
    price: OrderPrice
    seller_fees: tuple[FeeCharged, ...]
    edition: Edition

    @property
    def estimate(self) -> bool:
        """Whether it is for the mainland of a country named alone, and no order yet. Clause L12."""
        return self.destination.place.is_country_alone

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        granted = [each.policy.sources for each in self.reductions]
        postage = [parcel.postage.sources for parcel in self.parcels]
        return merged(self.plan.sources, self.price.sources, *granted, *postage)


class OrderRefusal(StrEnum):
    """Why an order has no price."""

    ABOVE_LAST_BAND = "above-last-band"
    NO_RATE = "no-rate"


@frozen(kw_only=True)
class OrderNotQuoted(DecisionField):
    """An order that has no price because a parcel of it has none."""

    parcels: tuple[tuple[PlannedParcel, PostageRefused], ...]
    reasons: tuple[OrderRefusal, ...]
    edition: Edition

    @property
    def sources(self) -> tuple[str, ...]:
        """The clauses that decided."""
        return merged(*[refused.sources for _, refused in self.parcels])


OrderQuoting: TypeAlias = OrderQuote | OrderNotQuoted
"""What an order costs, or why no price can be given."""


def quote_order(
    pieces: Sequence[Piece],
    destination: Destination,
    mode: str,
    policy: HousePolicy,
    *,
    gift_card_balance: Money | None = None,
    options: Collection[str] = (),
    parts: Mapping[str, Money] | None = None,
    reductions: Sequence[Reduction] = (),
) -> OrderQuoting:
    """Return the price of an order, and what a gift card leaves to pay.

    Goods count at the prices they are sold for; each parcel has one shipping price. Amounts are in
    the policy's currency; `options` names the optional fees that were chosen; `parts` gives what
    fees may be computed on beside the order: see `quote_fees`; `reductions` are those that the
    buyer is granted, taken off in the order of the policy. Fees know what is taken off the pieces
    and shipping, not what is taken off the fees. For a country alone it is an estimate,
    which `locate_mainland` finds the place of. Clauses L1, L2, L4, L12, C5.

    Raises:
        UnknownTermError: For an unknown mode, option or reduction and where the house does not
            deliver.
        InvalidValueError: If there is no piece, one comes twice, a part is unknown or something is
            not given that a fee depends on, and money's errors.

    >>> from datetime import date
    >>> from vintage_rules import Place
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.world import locate
    >>> coat = Piece(
    ...     id=PieceId("coat"),
    ...     seller=SellerId("ada"),
    ...     price=Money("90.00", "EUR"),
    ...     weight_g=1400,
    ... )
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> quote = quote_order(
    ...     [coat], locate(Place(country="FR", postal_code="33000")), "grouped", house
    ... )
    >>> quote.price.total
    Money('110.19', 'EUR')
    """
    for piece in pieces:
        require_currency(piece.price, policy.currency, "price")
        if piece.list_price is not None:
            require_currency(piece.list_price, policy.currency, "list_price")
    require_options(options, policy, Payer.BUYER, Payer.SELLER)
    plan = _plan(pieces, mode, policy)
    posted = _posted(plan, destination, mode, policy)
    refused = tuple(
        (parcel, postage) for parcel, postage in posted if isinstance(postage, PostageRefused)
    )
    if refused:
        reasons = sorted({OrderRefusal(reason) for _, no in refused for reason in no.reasons})
        return OrderNotQuoted(parcels=refused, reasons=tuple(reasons), edition=policy.edition)
    parcels = tuple(
        PricedParcel(plan=parcel, postage=postage)
        for parcel, postage in posted
        if isinstance(postage, PostageQuoted)
    )
    zone = policy.shipping.delivery.zone_of(destination.territory).name
    shipping = {parcel.plan.sender: parcel.postage.price for parcel in parcels}
    sold = _sold(pieces, plan)
    goods = _goods(pieces, policy)
    worth = require_reductions(reductions, goods, policy)
    _require_no_reduction(parts or {})
    prices = {piece.id: piece.price for piece in pieces}
    before_fees = take_off(worth, prices, shipping, zero(policy.currency), policy)
    given = {**(parts or {}), **(given_parts(before_fees, policy) if before_fees else {})}
    charge = partial(
        quote_fees,
        pieces=sold,
        shipping=shipping,
        policy=policy,
        mode=mode,
        zone=zone,
        parts=given,
    )
    fees = charge(chosen_fees(options, policy))
    borne = charge(chosen_fees(options, policy, Payer.SELLER), before=fees)
    granted = take_off(
        worth,
        prices,
        shipping,
        total((fee.fee for fee in fees), policy.currency),
        policy,
    )
    return OrderQuote(
        mode=mode,
        destination=destination,
        pieces=tuple(pieces),
        options=tuple(options),
        parts=given,
        reductions=granted,
        plan=plan,
        parcels=parcels,
        price=quote_total(
            policy.pricing,
            goods=goods,
            fees=fees,
            shipping=total(shipping.values(), policy.currency),
            reductions={each.policy.name: each.amount for each in granted},
            gift_card_balance=gift_card_balance,
        ),
        seller_fees=within_prices(borne, _earned(sold, granted)),
        edition=policy.edition,
    )


def _sold(pieces: Sequence[Piece], plan: ParcelPlan) -> list[PricedPiece]:
    sender = {piece: parcel.sender for parcel in plan.parcels for piece in parcel.pieces}
    return [piece.priced(sender[piece.id]) for piece in pieces]


def _require_no_reduction(parts: Mapping[str, Money]) -> None:
    for part in CountsAs:
        if part.value in parts:
            raise InvalidValueError(f"parts.{part}", str(parts[part]), "given as reductions")


def _earned(
    pieces: Sequence[PricedPiece], granted: Sequence[GrantedReduction]
) -> Sequence[PricedPiece]:
    """Return the pieces at what is left of their prices once sellers bear their reductions."""
    borne = [each for each in granted if each.policy.borne_by is Bearer.SELLER]
    if not borne:
        return pieces
    left = {piece.id: piece.price for piece in pieces}
    for each in borne:
        left = {piece: price - each.pieces[piece] for piece, price in left.items()}
    return [evolve(piece, price=left[piece.id]) for piece in pieces]


def _plan(pieces: Sequence[Piece], mode: str, policy: HousePolicy) -> ParcelPlan:
    items = [Item(piece=piece.id, seller=piece.seller, weight_g=piece.weight_g) for piece in pieces]
    return plan_parcels(items, policy.shipping.mode(mode), policy.edition)


def _posted(
    plan: ParcelPlan, destination: Destination, mode: str, policy: HousePolicy
) -> list[tuple[PlannedParcel, PostageQuoted | PostageRefused]]:
    territory, rates = destination.territory, policy.shipping.postage
    return [
        (parcel, quote_postage(parcel.weight_g, territory, mode, rates)) for parcel in plan.parcels
    ]


def _goods(pieces: Iterable[Piece], policy: HousePolicy) -> Money:
    return total((piece.price for piece in pieces), policy.currency)
