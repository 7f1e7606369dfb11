"""The handler that places what was begun, once the provider reports that its price is held.

The report is a reason to look: the provider is requested to hold the same charge again, which holds
nothing twice, and its answer decides.
"""

from __future__ import annotations

from typing import assert_never

from vintage_rules.marketplace.actors import WORKER, Buyer
from vintage_rules.marketplace.commands.carts import cart_of
from vintage_rules.marketplace.commands.checkouts import place
from vintage_rules.marketplace.commands.gift_cards import order_held
from vintage_rules.marketplace.commands.payment_holds import Held, begun_charge, hold_begun
from vintage_rules.marketplace.effects.effects import CompleteCheckout
from vintage_rules.marketplace.effects.outcomes import done
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.checkout_stream import ChargeBegun
from vintage_rules.marketplace.storage.codec import decode_purchase
from vintage_rules.marketplace.storage.personal import fields_kept
from vintage_rules.marketplace.storage.purchases import (
    PURCHASE,
    Purchase,
    ValidatedCard,
    ValidatedCart,
)
from vintage_rules.marketplace.storage.streams import CHECKOUTS
from vintage_rules.ports.store import OutboxMessage, Outcome


def handle_complete_checkout(shop: Shop, effect: CompleteCheckout, _: OutboxMessage) -> Outcome:
    """Place the order or gift card that a charge was begun for. Clauses C1, C5, C7.

    Nothing is placed whose host places it itself, or whose buyer was erased: it is then voided.
    """
    waits = shop.do(WORKER, lambda work: begun_charge(work, effect.charge))
    kept = fields_kept(shop.store, CHECKOUTS.stream_name(effect.checkout), PURCHASE)
    if waits is None or kept is None:
        return done(shop)
    begun, charge = waits
    held = hold_begun(shop, WORKER, begun, charge)
    if isinstance(held, Held):
        _place(shop, begun, decode_purchase(kept[PURCHASE]), held)
    return done(shop)


def _place(shop: Shop, begun: ChargeBegun, purchase: Purchase, held: Held) -> None:
    match purchase:
        case ValidatedCart():
            cart = cart_of(shop, purchase, begun.tender, begun.charge)
            buyer = Buyer(
                begun.buyer, signed_in=purchase.signed_in, has_account=purchase.has_account
            )
            shop.do(WORKER, lambda work: place(shop, work, buyer, cart, held=held))
        case ValidatedCard():
            shop.do(WORKER, lambda work: order_held(shop, work, begun.buyer, purchase, held))
        case _:
            assert_never(purchase)
