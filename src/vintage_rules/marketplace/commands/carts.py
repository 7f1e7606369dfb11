"""Assessing a cart: what is on sale for its buyer now, and what the order would cost.

No money moves and nothing is recorded. Clauses C1 to C5, L12.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from attrs import field, frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import Edition, OrderId, PieceId, identifier
from vintage_rules.marketplace.actors import Buyer
from vintage_rules.marketplace.commands.entries import (
    LONGEST_NAME,
    require_address,
    require_few,
    require_name,
    require_secret,
)
from vintage_rules.marketplace.commands.gift_cards import (
    GiftCard,
    card_number,
    card_of_code,
    code_of,
)
from vintage_rules.marketplace.commands.payment_holds import Means, require_means
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.piece_stream import PieceState
from vintage_rules.marketplace.storage.purchases import ValidatedCart
from vintage_rules.marketplace.storage.streams import CARDS, ORDERS, PIECES, StreamType
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import Money, non_negative, require_currency, total
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.states import ListingState
from vintage_rules.offers.terms import OfferState
from vintage_rules.orders import checkout as rules
from vintage_rules.orders.checkout import assess_checkout
from vintage_rules.orders.fees import require_options
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderNotQuoted, OrderQuote, Piece, quote_order
from vintage_rules.orders.reductions import Reduction
from vintage_rules.places import Place
from vintage_rules.ports.payments import Charge
from vintage_rules.pricing.fee_policy import Payer, Sale
from vintage_rules.pricing.gift_card.states import Card
from vintage_rules.pricing.gift_card.taking import GiftCardNotTaken, take_cards
from vintage_rules.pricing.policy import GIFT_CARD
from vintage_rules.pricing.tenders import TenderAccepted, TenderAssessment, assess_tender
from vintage_rules.world.addresses import locate, locate_mainland

_DIGEST = 32  # characters of 5 bits
_MOST_PIECES = 1_000
_MOST = 100
_AGREED = frozenset({OfferState.ACCEPTED, OfferState.COUNTERED, OfferState.GRANTED})


@frozen(kw_only=True)
class CartItem:
    """A piece in a cart, at the price the buyer saw."""

    piece: PieceId
    price: Money


@frozen(kw_only=True)
class Cart:
    """All that a buyer validates.

    `order` is the host's name for the order to come: it is placed once.

    The gift cards of `gift_card_codes` pay in turn, and `means` what they leave; None where that is
    nothing. Addresses are by field, as the policy names those it requires; the parcel goes where
    the shipping address lies: its `country`, `postal_code` and `city`. `parts` is what fees are
    computed on beside the pieces and that the host alone knows, such as a `tax`.

    Raises:
        InvalidValueError: For a piece that comes twice.
        IdentifierError: If an identifier is not valid.
    """

    order: OrderId
    items: tuple[CartItem, ...]
    mode: str
    shipping_address: Mapping[str, str]
    billing_address: Mapping[str, str]
    means: Means | None
    gift_card_codes: tuple[str, ...] = field(default=(), repr=False)
    options: frozenset[str] = frozenset()
    reductions: tuple[Reduction, ...] = ()
    parts: Mapping[str, Money] = field(factory=dict[str, Money])

    def __attrs_post_init__(self) -> None:
        identifier(self.order, "order")
        names = [item.piece for item in self.items]
        if len(set(names)) < len(names):
            raise InvalidValueError("items", names, "different pieces, each given once")

    @property
    def destination(self) -> Place:
        """Where the shipping address lies.

        Raises:
            PlaceError: If it has no usable country, postal code or city; it names the field.
        """
        address = self.shipping_address
        return Place(
            country=address.get("country", ""),
            postal_code=address.get("postal_code"),
            city=address.get("city"),
        )


CartRefusal: TypeAlias = rules.CheckoutRefused | OrderNotQuoted | GiftCardNotTaken


@frozen(kw_only=True)
class AssessedCart:
    """A cart that may be checked out now: its quote, and what it would be placed under."""

    quote: OrderQuote
    policy: HousePolicy
    cards: tuple[Card, ...]

    @property
    def to_pay(self) -> Money:
        """What the gift cards leave to pay."""
        return self.quote.price.to_pay


def require_cart(cart: Cart) -> None:
    """Require a cart that can be kept, and whose names leave room for those of its parcels.

    Raises:
        IdentifierError: For the name of an order of more than 100 characters.
        InvalidValueError: For more than 1,000 pieces, or 100 of anything else; for a text that is
            too long or cannot be kept, by its field, such as `shipping_address.line1`.
    """
    require_name(cart.order, "order")
    require_few(cart.items, "items", _MOST_PIECES)
    for name in ("gift_card_codes", "options", "reductions", "parts"):
        require_few(getattr(cart, name), name, _MOST)
    for code in cart.gift_card_codes:
        require_secret(code, "gift_card_codes", LONGEST_NAME)
    require_address(cart.shipping_address, "shipping_address")
    require_address(cart.billing_address, "billing_address")
    if cart.means is not None:
        require_means(cart.means)


def _require_parts(cart: Cart, policy: HousePolicy) -> None:
    for name, amount in cart.parts.items():
        require_currency(non_negative(amount, f"parts.{name}"), policy.currency, f"parts.{name}")


def content_of(shop: Shop, cart: Cart) -> str:
    """Return a digest of all that a buyer validates but the means of payment.

    A placed order keeps it, to distinguish the same cart from another under the same name. Only the
    shop can make it, so that no address can be found by trying.
    """
    validated = [
        sorted((item.piece, str(item.price)) for item in cart.items),
        cart.mode,
        sorted(cart.shipping_address.items()),
        sorted(cart.billing_address.items()),
        [card_number(code) for code in cart.gift_card_codes],
        sorted(cart.options),
        sorted((each.name, str(each.amount)) for each in cart.reductions),
        sorted((name, str(amount)) for name, amount in cart.parts.items()),
    ]
    return shop.code("cart", json.dumps(validated), _DIGEST)


def validated(by: Buyer, cart: Cart) -> ValidatedCart:
    """Return what is kept of a cart while its provider has not answered."""
    return ValidatedCart(
        prices={item.piece: item.price for item in cart.items},
        mode=cart.mode,
        shipping_address=cart.shipping_address,
        billing_address=cart.billing_address,
        brand=None if cart.means is None else cart.means.brand,
        gift_cards=tuple(card_number(code) for code in cart.gift_card_codes),
        options=cart.options,
        reductions=cart.reductions,
        parts=cart.parts,
        signed_in=by.signed_in,
        has_account=by.has_account,
    )


def cart_of(shop: Shop, kept: ValidatedCart, tender: str, charge: Charge) -> Cart:
    """Return the cart that a buyer validated, with the means of payment that was charged."""
    means = Means(
        tender=tender, source=charge.source, brand=kept.brand, return_url=charge.return_url
    )
    return Cart(
        order=charge.order,
        items=tuple(CartItem(piece=piece, price=price) for piece, price in kept.prices.items()),
        mode=kept.mode,
        shipping_address=kept.shipping_address,
        billing_address=kept.billing_address,
        means=means,
        gift_card_codes=tuple(code_of(shop, number) for number in kept.gift_cards),
        options=kept.options,
        reductions=kept.reductions,
        parts=kept.parts,
    )


def load_cart(work: UnitOfWork, cart: Cart, *more: tuple[StreamType[Any, Any], str]) -> None:
    """Read all that a cart is assessed by as it was at one moment, and `more` with it."""
    cards = filter(None, map(GiftCard.from_code, cart.gift_card_codes))
    work.load_together(
        (ORDERS, cart.order),
        *((PIECES, item.piece) for item in cart.items),
        *((CARDS, card.number) for card in cards),
        *more,
    )


def assess_cart(
    shop: Shop, work: UnitOfWork, by: Buyer, cart: Cart, *, placing: bool
) -> AssessedCart | CartRefusal:
    """Check a cart against what is on sale for its buyer now, and price it.

    A cart that is not placed may name its country alone: it is then priced for the mainland, and
    needs neither a payment nor a full address yet. Clause L12.
    """
    pieces = {
        item.piece: state
        for item in cart.items
        if (state := work.load(PIECES, item.piece).state) is not None
    }
    policy = shop.book.for_order(shop.day(work.now), _offered_under(cart, pieces.values(), by))
    require_options(cart.options, policy, Payer.BUYER)
    _require_parts(cart, policy)
    cards = take_cards([card_of_code(work, code) for code in cart.gift_card_codes])
    if isinstance(cards, GiftCardNotTaken):
        return cards
    assessed = assess_checkout(
        rules.Checkout(
            cart=[rules.CartLine(piece=item.piece, price=item.price) for item in cart.items],
            buyer=rules.Buyer(signed_in=by.signed_in, has_account=by.has_account),
            shipping_address=cart.shipping_address,
            billing_address=cart.billing_address,
            tender=_tender(cart, policy),
            own=frozenset(
                piece for piece, state in pieces.items() if str(state.entered.seller) == by.id
            ),
        ),
        _prices(work, by, pieces),
        policy.checkout,
    )
    estimated = not placing and _names_a_country_alone(cart)
    if isinstance(assessed, rules.CheckoutRefused) and (assessed.concerns_pieces or not estimated):
        return assessed
    place = cart.destination
    quote = quote_order(
        [_priced(pieces[item.piece], item) for item in cart.items if item.piece in pieces],
        locate_mainland(place) if estimated else locate(place),
        cart.mode,
        policy,
        gift_card_balance=_balance(cards),
        options=cart.options,
        parts=cart.parts,
        reductions=cart.reductions,
    )
    if isinstance(quote, OrderNotQuoted):
        return quote
    return AssessedCart(quote=quote, policy=policy, cards=cards)


def _names_a_country_alone(cart: Cart) -> bool:
    return "country" in cart.shipping_address and cart.destination.is_country_alone


def _prices(
    work: UnitOfWork, by: Buyer, pieces: Mapping[PieceId, PieceState]
) -> dict[PieceId, Money]:
    """Return the price of each piece that a buyer may buy at this moment."""
    prices: dict[PieceId, Money] = {}
    for piece, state in pieces.items():
        listing = LISTING.replay(LISTING.fall_due(state.listing, work.now), state.listing)
        held = listing.state is ListingState.RESERVED and listing.holder == by.id
        if state.may_be_ordered(by.id, work.now):
            prices[piece] = listing.price
        elif listing.available or held:
            prices[piece] = listing.price_for(by.id)
    return prices


def _offered_under(cart: Cart, pieces: Iterable[PieceState], by: Buyer) -> Edition | None:
    """Return the edition of a buyer's first offer that led to a price in their cart, or None."""
    prices = {item.piece: item.price for item in cart.items}
    offers = [
        offer
        for state in pieces
        if (offer := state.listing.offer_of(by.id)) is not None
        and offer.state in _AGREED
        and offer.price == prices[state.entered.piece]
    ]
    return min((offer.edition for offer in offers), key=lambda each: each.since, default=None)


def _balance(cards: tuple[Card, ...]) -> Money | None:
    if not cards:
        return None
    return total((card.balance for card in cards), cards[0].balance.currency.code)


def _tender(cart: Cart, policy: HousePolicy) -> TenderAssessment:
    means, tenders = cart.means, policy.pricing.tenders
    if means is None:
        return TenderAccepted(
            kind=GIFT_CARD, brand=None, edition=policy.edition, sources=tenders.sources
        )
    return assess_tender(means.tender, tenders, brand=means.brand)


def _priced(state: PieceState, item: CartItem) -> Piece:
    entered = state.entered
    return Piece(
        id=entered.piece,
        seller=entered.seller,
        price=item.price,
        weight_g=entered.weight_g,
        list_price=state.listing.particulars.list_price,
        sale=Sale(category=entered.category, seller_kind=entered.seller_kind),
    )
