"""Timers: what time alone does to a stream, recorded when its deadline has come."""

from __future__ import annotations

from collections.abc import Sequence

from vintage_rules.machine import taken
from vintage_rules.marketplace.actors import CLOCK
from vintage_rules.marketplace.effects.effects import FireTimer
from vintage_rules.marketplace.effects.outcomes import done
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.piece_stream import (
    OrderNotPlaced,
    PieceEvent,
    PieceState,
)
from vintage_rules.marketplace.storage.streams import CARDS, ORDERS, PIECES, TIMERS
from vintage_rules.marketplace.storage.timer_stream import TimerFailed, timer_name
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.offers.commands import ReturnToSale
from vintage_rules.offers.decide import LISTING
from vintage_rules.orders.decide import ORDER
from vintage_rules.ports.store import OutboxMessage, Outcome
from vintage_rules.pricing.gift_card.decide import CARD


def fire(shop: Shop, stream: str) -> bool:
    """Record what time has done to a stream; say whether it has done anything."""
    return shop.do(CLOCK, lambda work: record_due(shop, work, stream))


def handle_fire_timer(shop: Shop, effect: FireTimer, _: OutboxMessage) -> Outcome:
    """Fire a timer that has failed before; one that has fired since has nothing left to record."""
    fire(shop, effect.stream)
    return done(shop)


def record_failure(shop: Shop, stream: str, reason: str) -> None:
    """Record that a timer failed, once for each deadline: from then on it is fired as an effect."""
    version = shop.store.read(stream).version

    def act(work: UnitOfWork) -> None:
        timer = work.load(TIMERS, timer_name(stream))
        if timer.state is None or timer.state.version != version:
            failed = TimerFailed(at=work.now, stream=stream, version=version, reason=reason)
            work.record(timer, [failed])

    shop.do(CLOCK, act)


def record_due(shop: Shop, work: UnitOfWork, stream: str) -> bool:
    """Record in a unit of work what time has done to a stream; say whether it has done anything."""
    prefix, _, name = stream.partition("/")
    match f"{prefix}/":
        case PIECES.prefix:
            piece = work.load(PIECES, name)
            if piece.state is None:
                return False
            piece_due = _due_of_piece(shop, work, piece.state)
            return bool(piece_due) and bool(work.record(piece, piece_due))
        case ORDERS.prefix:
            order = work.load(ORDERS, name)
            if order.state is None:
                return False
            policy = shop.edition(order.state.placed.edition)
            order_due = ORDER.fall_due(order.state, work.now, policy, shop.calendar)
            return bool(order_due) and bool(work.record(order, order_due))
        case CARDS.prefix:
            card = work.load(CARDS, name)
            if card.state is None:
                return False
            card_due = CARD.fall_due(card.state, work.now)
            return bool(card_due) and bool(work.record(card, card_due))
        case _:
            return False


def _due_of_piece(shop: Shop, work: UnitOfWork, state: PieceState) -> Sequence[PieceEvent]:
    """Return what time brings to a piece; one that is not ordered in time is on sale again."""
    sold = state.awaits_order
    if sold is None or not state.is_overdue(work.now):
        return LISTING.fall_due(state.listing, work.now)
    back, policy = ReturnToSale(at=work.now), shop.policy(work.now).listing
    decided = LISTING.decide(state.listing, back, policy, shop.calendar)
    lost = OrderNotPlaced(at=work.now, buyer=sold.buyer, price=sold.price)
    return (*taken(decided, back, state.listing.state), lost)
