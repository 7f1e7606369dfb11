"""Handlers that put pieces back on sale."""

from __future__ import annotations

from vintage_rules.machine import taken
from vintage_rules.marketplace.actors import WORKER
from vintage_rules.marketplace.effects.effects import ReturnPieceToSale
from vintage_rules.marketplace.effects.outcomes import done
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.offers.commands import ReturnToSale
from vintage_rules.offers.decide import LISTING
from vintage_rules.ports.store import OutboxMessage, Outcome


def handle_return_piece_to_sale(shop: Shop, effect: ReturnPieceToSale, _: OutboxMessage) -> Outcome:
    """Put a piece on sale again, unless that was done before or it was sold in another order."""

    def command(work: UnitOfWork) -> None:
        stream = work.load(PIECES, effect.piece)
        state = stream.state
        if state is None or state.sold_in != effect.order:
            return
        policy, back = shop.policy(work.now).listing, ReturnToSale(at=work.now)
        decided = LISTING.decide(state.listing, back, policy, shop.calendar)
        work.record(stream, taken(decided, back, state.listing.state))

    shop.do(WORKER, command)
    return done(shop)
