"""Recording a sale in one unit of work. Clauses C5, C7.

These are every piece, the order, the charge and the gift cards that pay a part.
"""

from __future__ import annotations

from attrs import evolve as changed

from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import OrderId
from vintage_rules.machine import Refused
from vintage_rules.marketplace.actors import Buyer
from vintage_rules.marketplace.commands.carts import AssessedCart, Cart, CartItem, content_of
from vintage_rules.marketplace.commands.order_commands import execute_own
from vintage_rules.marketplace.commands.payment_holds import Held, record_order
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.personal import SHIPPING_ADDRESS
from vintage_rules.marketplace.storage.piece_stream import PieceEvent, SoldInOrder
from vintage_rules.marketplace.storage.streams import CARDS, ORDERS, PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.offers.commands import SellPiece
from vintage_rules.offers.decide import LISTING
from vintage_rules.orders.commands import RecordCapture
from vintage_rules.orders.placing import place_order
from vintage_rules.orders.states import Order
from vintage_rules.pricing.gift_card.commands import SpendCard
from vintage_rules.pricing.gift_card.decide import CARD
from vintage_rules.pricing.gift_card.taking import spread_over_cards
from vintage_rules.pricing.policy import GIFT_CARD
from vintage_rules.returns.payments import Payment


def record_sale(
    shop: Shop,
    work: UnitOfWork,
    by: Buyer,
    cart: Cart,
    assessed: AssessedCart,
    *,
    held: Held | None,
) -> Order:
    """Sell every piece of a cart, place its order and spend its gift cards.

    The event that places the order has what is held captured by a worker.

    The cart was assessed in the same unit of work, so a refusal here is a bug: it raises
    `InvalidValueError`.
    """
    for item in cart.items:
        _sell_piece(shop, work, by, cart.order, item)
    by_cards = _card_payments(assessed)
    stream = work.load(ORDERS, cart.order)
    placed = place_order(
        assessed.quote,
        assessed.policy,
        order=cart.order,
        buyer=by.id,
        payments=(*by_cards, *_held_payments(assessed, held)),
        at=work.now,
    )
    order = work.record(stream, [changed(placed, validated=content_of(shop, cart))])
    work.keep(stream, SHIPPING_ADDRESS, by.id, cart.shipping_address)
    if held is not None:
        record_order(work, held)
    for payment in by_cards:
        _spend_card(work, cart.order, payment)
        order = _record_card_capture(shop, work, cart.order, payment)
    return order


def _sell_piece(shop: Shop, work: UnitOfWork, by: Buyer, order: OrderId, item: CartItem) -> None:
    stream = work.load(PIECES, item.piece)
    if stream.state is None:
        raise InvalidValueError("items", item.piece, "pieces that were listed")
    sold_in = SoldInOrder(at=work.now, order=order)
    if stream.state.may_be_ordered(by.id, work.now):
        work.record(stream, [sold_in])
        return
    sell = SellPiece(at=work.now, buyer=by.id, price=item.price)
    policy = shop.policy(work.now).listing
    sold = LISTING.decide(stream.state.listing, sell, policy, shop.calendar)
    if isinstance(sold, Refused):
        raise InvalidValueError("items", sold.reasons, "pieces that are on sale")
    events: list[PieceEvent] = [*sold, sold_in]
    work.record(stream, events)


def _card_payments(assessed: AssessedCart) -> tuple[Payment, ...]:
    shares = spread_over_cards(assessed.quote.price.gift_card, assessed.cards)
    return tuple(
        Payment(tender=GIFT_CARD, amount=share, reference=card.ordered.card)
        for card, share in shares
    )


def _held_payments(assessed: AssessedCart, held: Held | None) -> tuple[Payment, ...]:
    if held is None:
        return ()
    return (Payment(tender=held.tender, amount=assessed.to_pay, reference=held.reference),)


def _spend_card(work: UnitOfWork, order: OrderId, payment: Payment) -> None:
    stream = work.load(CARDS, payment.reference)
    if stream.state is None:
        raise InvalidValueError("gift_card", payment.reference, "a card that was bought")
    spend = SpendCard(at=work.now, order=order, amount=payment.amount)
    spent = CARD.decide(stream.state, spend, None)
    if isinstance(spent, Refused):
        raise InvalidValueError("gift_card", spent.reasons, "good for what was quoted")
    work.record(stream, spent)


def _record_card_capture(shop: Shop, work: UnitOfWork, order: OrderId, payment: Payment) -> Order:
    """Record that the gift card paid: spending it is its capture."""
    capture = RecordCapture(
        at=work.now, tender=GIFT_CARD, reference=payment.reference, receipt=payment.reference
    )
    return execute_own(shop, work, work.load(ORDERS, order), capture)
