"""Handlers that put pieces back on sale."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from vintage_rules.machine import taken
from vintage_rules.marketplace.actors import WORKER
from vintage_rules.marketplace.effects.effects import ReturnPieceToSale, ReturnPieceToSeller
from vintage_rules.marketplace.effects.outcomes import done
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.offers.commands import ReturnToSale, ReturnToSeller
from vintage_rules.offers.decide import LISTING
from vintage_rules.ports.store import OutboxMessage, Outcome


def handle_return_piece_to_sale(shop: Shop, effect: ReturnPieceToSale, _: OutboxMessage) -> Outcome:
    """Put a piece on sale again, unless that was done before or it was sold in another order."""
    return _taken_out(shop, effect, lambda at: ReturnToSale(at=at))


def handle_return_piece_to_seller(
    shop: Shop, effect: ReturnPieceToSeller, _: OutboxMessage
) -> Outcome:
    """Take a piece out of its sale, unless that was done before or it was sold in another order."""
    return _taken_out(shop, effect, lambda at: ReturnToSeller(at=at))


def _taken_out(
    shop: Shop,
    effect: ReturnPieceToSale | ReturnPieceToSeller,
    command: Callable[[datetime], ReturnToSale | ReturnToSeller],
) -> Outcome:
    def act(work: UnitOfWork) -> None:
        stream = work.load(PIECES, effect.piece)
        state = stream.state
        if state is None or state.sold_in != effect.order:
            return
        policy, back = shop.policy(work.now).listing, command(work.now)
        decided = LISTING.decide(state.listing, back, policy, shop.calendar)
        work.record(stream, taken(decided, back, state.listing.state))

    shop.do(WORKER, act)
    return done(shop)
