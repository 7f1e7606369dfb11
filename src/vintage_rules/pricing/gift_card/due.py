"""What time alone brings to a gift card: it expires. Clause C5."""

from __future__ import annotations

from datetime import datetime

from vintage_rules.dates import instant
from vintage_rules.pricing.gift_card.events import CardEvent
from vintage_rules.pricing.gift_card.states import Card
from vintage_rules.pricing.gift_card.transitions import CARD_DEADLINES


def fall_due(card: Card, now: datetime) -> tuple[CardEvent, ...]:
    """Return what time alone has done to a card by now, dated when it happened: it expires."""
    deadline = card.deadline
    if deadline is None or instant(now, "now") < deadline:
        return ()
    return (CARD_DEADLINES[card.state](at=deadline, left=card.balance),)
