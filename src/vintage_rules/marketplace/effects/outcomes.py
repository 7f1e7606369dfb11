"""The outcomes of handling an effect. They are those of the store's outbox: one set serves both."""

from __future__ import annotations

from vintage_rules.marketplace.shop import Shop
from vintage_rules.ports.store import DeadLettered, Done, Postponed


def done(shop: Shop) -> Done:
    """Say that an effect was handled, or need not be any more."""
    return Done(at=shop.clock.now())


def not_yet(shop: Shop) -> Postponed:
    """Say that nothing is wrong and the same effect is due again after `Shop.follow_every`."""
    return Postponed(until=shop.clock.now() + shop.follow_every, reason="")


def failed(shop: Shop, reason: str) -> DeadLettered:
    """Say that trying again will not help: a person must look."""
    return DeadLettered(at=shop.clock.now(), reason=reason)
