"""What time alone brings to a gift card: it expires. Clause C5."""

from __future__ import annotations

from datetime import datetime

from vintage_rules.pricing.gift_card.events import CardExpired
from vintage_rules.pricing.gift_card.states import Card
from vintage_rules.pricing.gift_card.transitions import CARD_DEADLINES


def next_due(card: Card, now: datetime) -> CardExpired | None:
    """Return what time alone brings to a card next: it expires, and what is left on it is gone."""
    due, expires_at = CARD_DEADLINES.get(card.state), card.ordered.expires_at
    if due is None or expires_at is None or expires_at > now:
        return None
    return due(at=expires_at, left=card.balance)
