"""Checking out: the first validated order wins, the others are charged nothing. Clauses C1 to C7.

The money is held, the sale of every piece and the order are written in one append, and then the
money is taken by instruction. Who loses a race for a piece has their money let go of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.errors import InvalidValueError, MoneyError
from vintage_rules.ids import BuyerId, Edition, OrderId, PieceId, identifier
from vintage_rules.marketplace.actors import Buyer, require_buyer
from vintage_rules.marketplace.commands.gift_cards import card_of_code
from vintage_rules.marketplace.commands.payment_holds import (
    ABANDONED,
    AMOUNT_CHANGED,
    Held,
    Means,
    hold,
    let_go,
    still_waits,
    write_down,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.piece_stream import PieceEvent, PieceState, SoldInOrder
from vintage_rules.marketplace.storage.streams import CARDS, ORDERS, PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import Money, zero
from vintage_rules.offers.commands import SellPiece
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.refusals import Refused
from vintage_rules.offers.states import GONE, ListingState
from vintage_rules.offers.terms import OfferState
from vintage_rules.orders import Piece, assess_checkout, quote_order
from vintage_rules.orders import checkout as rules
from vintage_rules.orders.commands import RecordCapture
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.placing import place_order
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.quote import OrderNotQuoted, OrderQuote
from vintage_rules.orders.states import Order
from vintage_rules.places import Place
from vintage_rules.ports import ChallengeNeeded, Declined
from vintage_rules.pricing.fee_policy import Sale
from vintage_rules.pricing.gift_card.commands import SpendCard
from vintage_rules.pricing.gift_card.decide import CARD, CardRefused
from vintage_rules.pricing.gift_card.states import Card
from vintage_rules.pricing.gift_cards import GIFT_CARD
from vintage_rules.pricing.tenders import TenderAccepted, TenderAssessment, assess_tender
from vintage_rules.returns.payments import Payment
from vintage_rules.world import locate


@frozen(kw_only=True)
class CartItem:
    """A piece in a cart, at the price the buyer saw."""

    piece: PieceId
    price: Money


@frozen(kw_only=True)
class Cart:
    """All that a buyer validates. `order` is the host's name for the order to come: told twice, it
    is placed once.

    `means` pays what the gift card leaves; None where that is nothing. Addresses are by field, as
    the policy names those it requires; `destination` is where the parcel goes. Raises
    `InvalidValueError` for a piece that comes twice, `IdentifierError`.
    """

    order: OrderId
    items: tuple[CartItem, ...]
    mode: str
    destination: Place
    shipping_address: Mapping[str, str]
    billing_address: Mapping[str, str]
    means: Means | None
    gift_card_code: str | None = field(default=None, repr=False)
    options: frozenset[str] = frozenset()

    def __attrs_post_init__(self) -> None:
        identifier(self.order, "order")
        names = [item.piece for item in self.items]
        if len(set(names)) < len(names):
            raise InvalidValueError("items", names, "different pieces, each given once")


@frozen(kw_only=True)
class GiftCardNotTaken:
    """The code is wrong, or the card has nothing left; nothing is charged."""

    reasons: tuple[str, ...]


CheckoutAnswer: TypeAlias = (
    Order | rules.CheckoutRefused | OrderNotQuoted | GiftCardNotTaken | ChallengeNeeded | Declined
)
_Refusal: TypeAlias = rules.CheckoutRefused | OrderNotQuoted | GiftCardNotTaken


@frozen(kw_only=True)
class _Ready:
    """An order that may be placed at this moment, and what it is placed under."""

    quote: OrderQuote
    policy: HousePolicy
    card: Card | None

    @property
    def to_pay(self) -> Money:
        return self.quote.price.to_pay


@frozen
class Checkouts:
    """Turns carts into orders."""

    shop: Shop

    def quote(self, by: Buyer, cart: Cart) -> OrderQuote | _Refusal:
        """Tell what a cart would cost at this moment; nothing is reserved. Clauses C1, L12."""
        ready = self.shop.do(by, lambda session: self._ready(session, by, cart))
        return ready.quote if isinstance(ready, _Ready) else ready

    def check_out(self, by: Buyer, cart: Cart) -> CheckoutAnswer:
        """Validate a cart: hold the money, write the sale, and have the money taken.

        A refusal is given with all its reasons, and nothing is charged. `ChallengeNeeded` is
        answered by sending the buyer there, and asking again with the same cart. Raises
        `MoneyError` when nothing is to pay what the gift card leaves, `NotAllowedError` for the
        name of an order that somebody else placed, what the rules raise, and what the provider
        raises: then nobody knows yet, and the same cart may be checked out again.
        """
        placed = self.shop.do(by, lambda session: session.load(ORDERS, cart.order).state)
        if placed is not None:
            require_buyer(by, placed.placed.buyer, "see an order")
            return placed
        ready = self.shop.do(by, lambda session: self._ready(session, by, cart))
        if not isinstance(ready, _Ready):
            return ready
        if not ready.to_pay:
            return self.shop.do(by, lambda session: self._write(session, by, cart, None))
        if cart.means is None:
            raise MoneyError("means", None, f"a means of payment for {ready.to_pay}")
        held = hold(self.shop, by, cart.order, cart.means, ready.to_pay)
        if not isinstance(held, Held):
            return held
        return self.shop.do(by, lambda session: self._write(session, by, cart, held))

    def _write(
        self, session: UnitOfWork, by: Buyer, cart: Cart, held: Held | None
    ) -> CheckoutAnswer:
        """Write the order, or let go of the money where it cannot be written any more."""
        known = session.load(ORDERS, cart.order).state
        if known is not None:
            require_buyer(by, known.placed.buyer, "see an order")
            return known
        if held is not None and not still_waits(session, held.charge):
            return Declined(code=ABANDONED)
        ready = self._ready(session, by, cart)
        paid = zero(self.shop.book.latest.currency) if held is None else held.charge.amount
        if isinstance(ready, _Ready) and ready.to_pay == paid:
            return self._place(session, by, cart, ready, held)
        if held is not None:
            let_go(session, held.charge)
        return Declined(code=AMOUNT_CHANGED) if isinstance(ready, _Ready) else ready

    def _place(
        self, session: UnitOfWork, by: Buyer, cart: Cart, ready: _Ready, held: Held | None
    ) -> Order:
        for item in cart.items:
            self._sell(session, by, cart.order, item)
        payments = _payments(ready, held)
        placed = place_order(
            ready.quote,
            ready.policy,
            order=cart.order,
            buyer=by.id,
            payments=payments,
            at=session.now,
        )
        order = session.happen(session.load(ORDERS, cart.order), [placed])
        if held is not None:
            write_down(session, held.charge)
        if ready.card is None:
            return order
        return self._spend(session, order, ready, payments[0])

    def _spend(self, session: UnitOfWork, order: Order, ready: _Ready, payment: Payment) -> Order:
        """Spend the gift card, which is as good as a capture."""
        card = session.load(CARDS, payment.reference)
        if card.state is None:
            raise InvalidValueError("gift_card", payment.reference, "a card that was bought")
        spend = SpendCard(at=session.now, order=order.placed.order, amount=payment.amount)
        spent = CARD.decide(card.state, spend, None)
        if isinstance(spent, CardRefused):
            raise InvalidValueError("gift_card", spent.reasons, "good for what was quoted")
        session.happen(card, spent)
        captured = ORDER.decide(
            order,
            RecordCapture(
                at=session.now,
                tender=GIFT_CARD,
                reference=payment.reference,
                receipt=payment.reference,
            ),
            ready.policy,
            self.shop.calendar,
        )
        if not isinstance(captured, tuple):
            raise InvalidValueError("gift_card", captured, "captured with its order")
        return session.happen(session.load(ORDERS, order.placed.order), captured)

    def _sell(self, session: UnitOfWork, by: Buyer, order: OrderId, item: CartItem) -> None:
        loaded = session.load(PIECES, item.piece)
        if loaded.state is None:
            raise InvalidValueError("items", item.piece, "pieces that were listed")
        listing = loaded.state.listing
        if _was_sold_by_offer(loaded.state, by.id):
            session.happen(loaded, [SoldInOrder(at=session.now, order=order)])
            return
        sell = SellPiece(at=session.now, buyer=by.id, price=item.price)
        policy = self.shop.policy(session.now).listing
        sold = LISTING.decide(listing, sell, policy, self.shop.calendar)
        if isinstance(sold, Refused):
            raise InvalidValueError("items", sold.reasons, "pieces that are on sale")
        events: list[PieceEvent] = [*sold, SoldInOrder(at=session.now, order=order)]
        session.happen(loaded, events)

    def _ready(self, session: UnitOfWork, by: Buyer, cart: Cart) -> _Ready | _Refusal:
        """Check a cart against what is on sale now, and price it."""
        files = {item.piece: session.load(PIECES, item.piece).state for item in cart.items}
        offered_under = _offered_under(cart, [file for file in files.values() if file], by)
        policy = self.shop.book.for_order(self.shop.day(session.now), offered_under)
        on_sale = {
            piece: price
            for piece, file in files.items()
            if file is not None and (price := _price_now(file, by, session)) is not None
        }
        card = self._card(session, cart)
        if isinstance(card, GiftCardNotTaken):
            return card
        assessed = assess_checkout(
            rules.Checkout(
                cart=[rules.CartLine(piece=item.piece, price=item.price) for item in cart.items],
                buyer=rules.Buyer(signed_in=by.signed_in, has_account=by.has_account),
                shipping_address=cart.shipping_address,
                billing_address=cart.billing_address,
                tender=_tender(cart, policy),
            ),
            on_sale,
            policy.checkout,
        )
        if isinstance(assessed, rules.CheckoutRefused):
            return assessed
        quote = quote_order(
            [_piece(file, item) for item in cart.items if (file := files[item.piece]) is not None],
            locate(cart.destination),
            cart.mode,
            policy,
            gift_card_balance=None if card is None else card.balance,
            options=cart.options,
        )
        if isinstance(quote, OrderNotQuoted):
            return quote
        return _Ready(quote=quote, policy=policy, card=card)

    def _card(self, session: UnitOfWork, cart: Cart) -> Card | GiftCardNotTaken | None:
        if cart.gift_card_code is None:
            return None
        card = card_of_code(session, cart.gift_card_code)
        if card is None:
            return GiftCardNotTaken(reasons=("unknown-code",))
        if not card.balance:
            return GiftCardNotTaken(reasons=("nothing-left",))
        return card


def _tender(cart: Cart, policy: HousePolicy) -> TenderAssessment:
    means, tenders = cart.means, policy.pricing.tenders
    if means is None:
        return TenderAccepted(
            kind=GIFT_CARD, brand=None, edition=policy.edition, sources=tenders.sources
        )
    return assess_tender(means.tender, tenders, brand=means.brand)


def _price_now(file: PieceState, by: Buyer, session: UnitOfWork) -> Money | None:
    """Give what a piece costs a buyer at this moment; None where they cannot buy it."""
    listing = LISTING.replay(LISTING.fall_due(file.listing, session.now), file.listing)
    held = listing.state is ListingState.RESERVED and listing.holder == by.id
    if _was_sold_by_offer(file, by.id):
        return listing.price
    return listing.price_for(by.id) if listing.available or held else None


def _offered_under(cart: Cart, files: Sequence[PieceState], by: Buyer) -> Edition | None:
    """Give the edition of the first offer of a buyer that led to a price in their cart; None where
    none did.
    """
    prices = {item.piece: item.price for item in cart.items}
    offers = [
        offer
        for file in files
        if (offer := file.listing.offer_of(by.id)) is not None
        and offer.state in _AGREED
        and offer.price == prices[file.entered.piece]
    ]
    return min((offer.edition for offer in offers), key=lambda each: each.since, default=None)


_AGREED = frozenset({OfferState.ACCEPTED, OfferState.COUNTERED, OfferState.GRANTED})


def _was_sold_by_offer(file: PieceState, buyer: BuyerId) -> bool:
    """Tell whether an accepted offer sold a piece to a buyer who has not checked it out yet."""
    listing = file.listing
    return listing.state in GONE and listing.holder == buyer and file.sold_in is None


def _piece(file: PieceState, item: CartItem) -> Piece:
    entered = file.entered
    return Piece(
        id=entered.piece,
        seller=entered.seller,
        price=item.price,
        weight_g=entered.weight_g,
        list_price=file.listing.initial_price,
        sale=Sale(category=entered.category, seller_kind=entered.seller_kind),
    )


def _payments(ready: _Ready, held: Held | None) -> tuple[Payment, ...]:
    price = ready.quote.price
    payments: list[Payment] = []
    if ready.card is not None and price.gift_card:
        reference = ready.card.ordered.card
        payments.append(Payment(tender=GIFT_CARD, amount=price.gift_card, reference=reference))
    if held is not None:
        reference = held.reference
        tender = held.tender
        payments.append(Payment(tender=tender, amount=price.to_pay, reference=reference))
    return tuple(payments)
