"""The types of stream a shop keeps: of pieces, orders, gift cards, checkouts, cases, and others.

What must be consistent at every moment is in one stream: a piece is sold once, and the refunds of
an order never exceed what was paid.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from attrs import frozen

from vintage_rules.ids import LONGEST, identifier
from vintage_rules.marketplace.effects.reactions import (
    Reactions,
    react_to_card,
    react_to_checkout,
    react_to_nothing,
    react_to_order,
    react_to_piece,
    react_to_timer,
)
from vintage_rules.marketplace.queries.order_rows import order_rows
from vintage_rules.marketplace.queries.other_rows import card_rows, case_rows, no_rows
from vintage_rules.marketplace.queries.piece_rows import piece_rows
from vintage_rules.marketplace.storage.case_stream import (
    Case,
    CaseEvent,
    CaseOpened,
    cases_of_order,
    evolve_case,
    no_cases,
)
from vintage_rules.marketplace.storage.checkout_stream import (
    CheckoutEvent,
    CheckoutState,
    evolve_checkout,
)
from vintage_rules.marketplace.storage.codec import (
    CARD_EVENTS,
    CASE_EVENTS,
    CHARGE_EVENTS,
    CHECKOUT_EVENTS,
    NUMBER_EVENTS,
    ORDER_EVENTS,
    PAYOUT_EVENTS,
    PIECE_EVENTS,
    TIMER_EVENTS,
    WEBHOOK_EVENTS,
    Codec,
)
from vintage_rules.marketplace.storage.inbound_streams import (
    ChargeEvent,
    ChargeNamed,
    NumberEvent,
    NumberGiven,
    PayoutEvent,
    PayoutNamed,
    WebhookEvent,
    WebhookReceived,
    evolve_charge,
    evolve_number,
    evolve_payout,
    evolve_webhook,
)
from vintage_rules.marketplace.storage.piece_stream import (
    PieceEvent,
    PieceState,
    evolve_piece,
    piece_deadline,
)
from vintage_rules.marketplace.storage.timer_stream import (
    TimerEvent,
    TimerFailed,
    evolve_timer,
)
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import OrderEvent
from vintage_rules.orders.states import Order
from vintage_rules.ports.store import History, Row
from vintage_rules.pricing.gift_card.decide import CARD
from vintage_rules.pricing.gift_card.events import CardEvent
from vintage_rules.pricing.gift_card.states import Card

S = TypeVar(
    "S",
    PieceState,
    Order,
    Card,
    CheckoutState,
    Case,
    ChargeNamed,
    NumberGiven,
    PayoutNamed,
    WebhookReceived,
    TimerFailed,
)
E = TypeVar(
    "E",
    PieceEvent,
    OrderEvent,
    CardEvent,
    CheckoutEvent,
    CaseEvent,
    ChargeEvent,
    NumberEvent,
    PayoutEvent,
    WebhookEvent,
    TimerEvent,
)


@frozen(kw_only=True)
class StreamType(Generic[S, E]):
    """A type of stream.

    It has the prefix of its names, the `field` that a host gives such a name in, the state its
    events lead to, the next deadline of a state, how events are stored, the effects they have, the
    cases they open, and the rows that pages show.
    """

    prefix: str
    field: str
    evolve: Callable[[S | None, E], S]
    deadline: Callable[[S], datetime | None]
    codec: Codec[E]
    react: Callable[[S, E], Reactions]
    review: Callable[[S, E, str], Iterator[CaseOpened]] = no_cases
    rows: Callable[[S, Sequence[E]], Iterator[Row]] = no_rows

    def stream_name(self, name: str) -> str:
        """Name a stream of this type.

        Raises:
            IdentifierError: For what cannot name one, by its field.

        >>> PIECES.stream_name("coat")
        'piece/coat'
        >>> PIECES.stream_name("x" * 195)
        Traceback (most recent call last):
        vintage_rules.errors.IdentifierError: piece: must be 1 to 194 printable characters ...
        """
        return f"{self.prefix}{identifier(name, self.field, LONGEST - len(self.prefix))}"


def _never(_state: object) -> datetime | None:
    return None


PIECES: StreamType[PieceState, PieceEvent] = StreamType(
    prefix="piece/",
    field="piece",
    evolve=evolve_piece,
    deadline=piece_deadline,
    codec=PIECE_EVENTS,
    react=react_to_piece,
    rows=piece_rows,
)
ORDERS: StreamType[Order, OrderEvent] = StreamType(
    prefix="order/",
    field="order",
    evolve=ORDER.evolve,
    deadline=ORDER.next_deadline,
    codec=ORDER_EVENTS,
    react=react_to_order,
    review=cases_of_order,
    rows=order_rows,
)
CARDS: StreamType[Card, CardEvent] = StreamType(
    prefix="card/",
    field="card",
    evolve=CARD.evolve,
    deadline=CARD.next_deadline,
    codec=CARD_EVENTS,
    react=react_to_card,
    rows=card_rows,
)
CHECKOUTS: StreamType[CheckoutState, CheckoutEvent] = StreamType(
    prefix="checkout/",
    field="checkout",
    evolve=evolve_checkout,
    deadline=_never,
    codec=CHECKOUT_EVENTS,
    react=react_to_checkout,
)
CASES: StreamType[Case, CaseEvent] = StreamType(
    prefix="case/",
    field="case",
    evolve=evolve_case,
    deadline=_never,
    codec=CASE_EVENTS,
    react=react_to_nothing,
    rows=case_rows,
)
CHARGES: StreamType[ChargeNamed, ChargeEvent] = StreamType(
    prefix="charge/",
    field="reference",
    evolve=evolve_charge,
    deadline=_never,
    codec=CHARGE_EVENTS,
    react=react_to_nothing,
)
NUMBERS: StreamType[NumberGiven, NumberEvent] = StreamType(
    prefix="tracking/",
    field="tracking_number",
    evolve=evolve_number,
    deadline=_never,
    codec=NUMBER_EVENTS,
    react=react_to_nothing,
)
WEBHOOKS: StreamType[WebhookReceived, WebhookEvent] = StreamType(
    prefix="webhook/",
    field="webhook",
    evolve=evolve_webhook,
    deadline=_never,
    codec=WEBHOOK_EVENTS,
    react=react_to_nothing,
)
PAYOUTS: StreamType[PayoutNamed, PayoutEvent] = StreamType(
    prefix="payout/",
    field="reference",
    evolve=evolve_payout,
    deadline=_never,
    codec=PAYOUT_EVENTS,
    react=react_to_nothing,
)
PAYOUT_WEBHOOKS: StreamType[WebhookReceived, WebhookEvent] = StreamType(
    prefix="payout-webhook/",
    field="webhook",
    evolve=evolve_webhook,
    deadline=_never,
    codec=WEBHOOK_EVENTS,
    react=react_to_nothing,
)
TIMERS: StreamType[TimerFailed, TimerEvent] = StreamType(
    prefix="timer/",
    field="stream",
    evolve=evolve_timer,
    deadline=_never,
    codec=TIMER_EVENTS,
    react=react_to_timer,
)

_SHOWN: Mapping[str, StreamType[Any, Any]] = {
    kind.prefix: kind for kind in (PIECES, ORDERS, CARDS, CASES)
}


def type_shown(stream: str) -> StreamType[Any, Any] | None:
    """Return the type of a stream whose rows pages show; None for any other stream."""
    return _SHOWN.get(f"{stream.partition('/')[0]}/")


def rows_of_history(history: History) -> Iterator[Row]:
    """Return the rows that the records of a stream lead to."""
    kind = type_shown(history.stream)
    if kind is None or not history.records:
        return iter(())
    events = [kind.codec.decode(record).event for record in history.records]
    state = None
    for event in events:
        state = kind.evolve(state, event)
    return kind.rows(state, events)
