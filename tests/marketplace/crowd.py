"""Many pieces, and buyers who want them all."""

from __future__ import annotations

from functools import partial

from tests.marketplace.town import ADA, CARD, HOME, ZOE, Town, euros
from vintage_rules.ids import BuyerId, OrderId, PieceId
from vintage_rules.marketplace import Buyer, Cart, CartItem, PieceEntered
from vintage_rules.marketplace.storage.piece_stream import PieceEvent
from vintage_rules.marketplace.storage.streams import PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.offers.commands import MakeOffer
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.listing_commands import list_piece
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders.states import Order

AT_ONCE = 50


def piece_of(number: int) -> PieceId:
    """Name a piece."""
    return PieceId(f"piece-{number}")


def list_pieces(town: Town, count: int, *, offered: bool = False) -> None:
    """Put so many pieces of ada's up for sale at 90 euros, some in one go; zoe may offer 80."""
    for start in range(0, count, AT_ONCE):
        names = [piece_of(each) for each in range(start, min(start + AT_ONCE, count))]
        town.market.shop.do(ADA, partial(enter, town, names, offered=offered))


def enter(town: Town, names: list[PieceId], work: UnitOfWork, *, offered: bool) -> None:
    """Write pieces down that are for sale, with an offer on each."""
    shop = town.market.shop
    policy = shop.policy(work.now).listing
    terms = SellerTerms.only(open_to_offers=True)
    listed = list_piece(work.now, euros("90.00"), terms, policy.offers, shop.calendar)
    offer = MakeOffer(at=work.now, buyer=ZOE.id, price=euros("80.00"), signed_in=True)
    for piece in names:
        stream = work.load(PIECES, piece)
        entered = PieceEntered(
            at=work.now, piece=piece, seller=ADA.id, weight_g=900, description="a piece"
        )
        events: list[PieceEvent] = [entered, listed]
        file = work.record(stream, events)
        if offered:
            made = LISTING.decide(file.listing, offer, policy, shop.calendar)
            assert isinstance(made, tuple)
            work.record(stream, made)


def buy(town: Town, buyer: str, number: int) -> OrderId | None:
    """Let a buyer check a piece out, and tell the order that came of it."""
    order = OrderId(f"order-{buyer}-{number}")
    cart = Cart(
        order=order,
        items=(CartItem(piece=piece_of(number), price=euros("90.00")),),
        mode="direct",
        shipping_address=HOME,
        billing_address=HOME,
        means=CARD,
    )
    answer = town.market.checkouts.check_out(Buyer(BuyerId(buyer)), cart)
    return order if isinstance(answer, Order) else None
