"""An order of a shop on the screen: what has happened, where it is, and what time does next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from enum import Enum
from typing import cast

from attrs import AttrsInstance, fields
from rich.console import Group, RenderableType
from rich.text import Text

from vintage_rules.cli.operating import moment
from vintage_rules.cli.screen import add, section, table
from vintage_rules.errors import NotFoundError
from vintage_rules.marketplace.marketplace import Marketplace
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.codec import ORDER_EVENTS, stable_name
from vintage_rules.marketplace.storage.streams import ORDERS
from vintage_rules.money import Money
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import (
    ClaimChanged,
    OrderEvent,
    ParcelChanged,
    RefundBegun,
    RefundSent,
    ReturnChanged,
)
from vintage_rules.orders.states import Order

# Its moment has a column of its own; a digest says nothing to people.
_NOT_SHOWN = frozenset({"at", "validated"})
# How far ahead of now what time alone does is shown.
_AHEAD = timedelta(days=90)


def history_on_screen(market: Marketplace, order: str) -> RenderableType:
    """Return every event of an order with who caused it, and what time alone does next.

    Raises:
        NotFoundError: For an order that was never placed.
    """
    shown = table("when (UTC)", "what", "about", "by")
    events: list[OrderEvent] = []
    for record in market.shop.store.read(ORDERS.stream_name(order)).records:
        kept = ORDER_EVENTS.decode(record)
        events.append(kept.event)
        add(shown, moment(record.at), *_described(kept.event), kept.actor)
    if not events:
        raise NotFoundError("order", order)
    return Group(section(f"Order {order}", shown), _next(market.shop, ORDER.replay(events)))


def state_on_screen(market: Marketplace, order: str) -> RenderableType:
    """Return where an order is in each of its parts, and what time alone does next.

    Raises:
        NotFoundError: For an order that was never placed.
    """
    events = [
        ORDER_EVENTS.decode(record).event
        for record in market.shop.store.read(ORDERS.stream_name(order)).records
    ]
    if not events:
        raise NotFoundError("order", order)
    known = ORDER.replay(events)
    shown = table("part", "name", "state", "since (UTC)")
    for part in _parts(known, events):
        add(shown, *part)
    placed = known.placed
    title = f"Order {order} of {placed.buyer}, {placed.mode}, under {placed.edition}"
    return Group(section(title, shown), _next(market.shop, known))


def _parts(order: Order, events: Sequence[OrderEvent]) -> Iterator[tuple[str, str, str, str]]:
    since = order.paid_at or order.placed.at
    begun = {each.cause: each.at for each in events if isinstance(each, RefundBegun)}
    sent = {each.cause: each.at for each in events if isinstance(each, RefundSent)}
    yield "order", order.placed.order, order.state, moment(since)
    for parcel in order.parcels.values():
        number = f" ({parcel.tracking_number})" if parcel.tracking_number else ""
        yield "parcel", f"{parcel.id}{number}", parcel.state, moment(parcel.at)
    for name, returned in order.returns.items():
        yield "return", name, returned.state, moment(returned.opened.at)
    for name, claim in order.claims.items():
        yield "claim", name, claim.state, moment(claim.opened.at)
    for cause, owed in order.owed.items():
        is_begun = cause in order.begun
        state, at = ("begun", begun[cause]) if is_begun else ("owed", owed.at)
        yield "refund", cause, state, moment(at)
    for cause in order.sent:
        yield "refund", cause, "sent", moment(sent[cause])
    held = order.unpaid_pieces()
    for piece, state in order.payouts.items():
        payable = order.payable_at.get(piece)
        waits = f"{state}, held" if piece in held else str(state)
        due = f"{waits}, due {moment(payable)}" if payable is not None else waits
        yield "payout", piece, due, ""
    for tender in sorted(order.disputed):
        yield "dispute", tender, "open", ""


def _next(shop: Shop, order: Order) -> RenderableType:
    """Return what time alone brings to an order in the next three months."""
    policy, until = shop.edition(order.placed.edition), shop.clock.now() + _AHEAD
    due = ORDER.fall_due(order, until, policy, shop.calendar)
    if not due:
        return section("Next", Text("Nothing happens by time alone."))
    shown = table("when (UTC)", "what, if nothing else happens", "about")
    for event in due:
        add(shown, moment(event.at), *_described(event))
    return section("Next", shown)


def _described(event: OrderEvent) -> tuple[str, str]:
    """Return what an event says: its name in words, and its facts."""
    match event:
        case ParcelChanged():
            of = f"parcel {event.parcel}"
        case ReturnChanged():
            of = f"return {event.case}"
        case ClaimChanged():
            of = f"claim {event.case}"
        case _:
            return _in_words(stable_name(type(event))), "; ".join(_facts(event))
    inner = event.event
    return _in_words(stable_name(type(inner))), "; ".join((of, *_facts(inner)))


def _in_words(name: str) -> str:
    """Return a stable name as words.

    >>> _in_words("order-placed")
    'order placed'
    """
    return name.replace("-", " ")


def _facts(event: AttrsInstance) -> Iterator[str]:
    """Return the facts of an event that a line has room for: no sums within sums."""
    for known in fields(type(event)):
        value = getattr(event, known.name)
        text = _fact(value)
        if known.name not in _NOT_SHOWN and text:
            yield f"{_in_words(known.name.replace('_', '-'))} {text}"


def _fact(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case datetime():
            return moment(value)
        case Enum():
            return str(value.value)
        case str() | int() | date() | Money():
            return str(value)
        case tuple():
            several = cast("tuple[object, ...]", value)
            return ", ".join(each for each in several if isinstance(each, str))
        case _:
            return ""
