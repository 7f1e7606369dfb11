"""What a gift card can be, and what its history has made of it. Clause C5."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from attrs import frozen

from vintage_rules.ids import OrderId
from vintage_rules.money import Money, zero
from vintage_rules.pricing.gift_card.events import CardOrdered


class CardState(StrEnum):
    """The state of a card."""

    ORDERED = "ordered"
    ACTIVE = "active"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    REVOKED = "revoked"


@frozen(kw_only=True)
class Card:
    """A card as its history has left it. `gone` is what expired with it, or came back too late.

    `spent` is what each order has paid with it and not had back, `credited` what came back to it,
    by order and cause. While what was paid for it is `disputed`, it pays nothing; what a lost
    dispute took back is gone too.
    """

    ordered: CardOrdered
    at: datetime
    state: CardState
    balance: Money
    gone: Money
    spent: Mapping[OrderId, Money]
    credited: Mapping[tuple[OrderId, str], Money]
    receipt: str
    disputed: bool

    def spent_by(self, order: OrderId) -> Money:
        """Return what an order has paid with it and not had back."""
        return self.spent.get(order, zero(self.ordered.amount.currency))
