"""The kinds of stream a shop keeps: pieces, orders, gift cards, checkouts, and what comes in.

What must agree at every moment is in one stream: a piece is sold once, and the refunds of an order
never exceed what was paid.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Generic, TypeVar

from attrs import frozen

from vintage_rules.marketplace.checkout_file import CheckoutEvent, CheckoutFile, evolve_checkout
from vintage_rules.marketplace.codec import (
    CARD_EVENTS,
    CHECKOUT_EVENTS,
    NOTICE_EVENTS,
    NUMBER_EVENTS,
    ORDER_EVENTS,
    PIECE_EVENTS,
    Codec,
)
from vintage_rules.marketplace.follows import (
    Following,
    follow_card,
    follow_checkout,
    follow_notice,
    follow_number,
    follow_order,
    follow_piece,
)
from vintage_rules.marketplace.piece_file import (
    PieceEvent,
    PieceFile,
    evolve_piece,
    piece_deadline,
)
from vintage_rules.marketplace.tracking import (
    NoticeEvent,
    NoticeTaken,
    NumberEvent,
    NumberGiven,
    evolve_notice,
    evolve_number,
)
from vintage_rules.orders.order_due import order_next_deadline
from vintage_rules.orders.order_events import OrderEvent
from vintage_rules.orders.order_machine import evolve_order
from vintage_rules.orders.order_states import Order
from vintage_rules.pricing.card_events import CardEvent
from vintage_rules.pricing.card_machine import Card, evolve_card

S = TypeVar("S", PieceFile, Order, Card, CheckoutFile, NumberGiven, NoticeTaken)
E = TypeVar("E", PieceEvent, OrderEvent, CardEvent, CheckoutEvent, NumberEvent, NoticeEvent)


@frozen(kw_only=True)
class Kind(Generic[S, E]):
    """A kind of stream: what its names begin with, what its events make, when time is next, how
    they are written and what follows from them.
    """

    prefix: str
    evolve: Callable[[S | None, E], S]
    deadline: Callable[[S], datetime | None]
    codec: Codec[E]
    follow: Callable[[S, E], Following]

    def stream(self, name: str) -> str:
        """Name the stream of one of this kind.

        >>> PIECES.stream("coat")
        'piece/coat'
        """
        return f"{self.prefix}{name}"


def _card_deadline(card: Card) -> datetime | None:
    return card.deadline


def _never(_state: object) -> datetime | None:
    return None


PIECES: Kind[PieceFile, PieceEvent] = Kind(
    prefix="piece/",
    evolve=evolve_piece,
    deadline=piece_deadline,
    codec=PIECE_EVENTS,
    follow=follow_piece,
)
ORDERS: Kind[Order, OrderEvent] = Kind(
    prefix="order/",
    evolve=evolve_order,
    deadline=order_next_deadline,
    codec=ORDER_EVENTS,
    follow=follow_order,
)
CARDS: Kind[Card, CardEvent] = Kind(
    prefix="card/",
    evolve=evolve_card,
    deadline=_card_deadline,
    codec=CARD_EVENTS,
    follow=follow_card,
)
CHECKOUTS: Kind[CheckoutFile, CheckoutEvent] = Kind(
    prefix="checkout/",
    evolve=evolve_checkout,
    deadline=_never,
    codec=CHECKOUT_EVENTS,
    follow=follow_checkout,
)
NUMBERS: Kind[NumberGiven, NumberEvent] = Kind(
    prefix="tracking/",
    evolve=evolve_number,
    deadline=_never,
    codec=NUMBER_EVENTS,
    follow=follow_number,
)
NOTICES: Kind[NoticeTaken, NoticeEvent] = Kind(
    prefix="notice/",
    evolve=evolve_notice,
    deadline=_never,
    codec=NOTICE_EVENTS,
    follow=follow_notice,
)
