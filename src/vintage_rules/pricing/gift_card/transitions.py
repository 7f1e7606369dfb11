"""What may follow what in the life of a gift card, and what time alone brings. Clause C5."""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.pricing.gift_card.events import (
    CardCancelled,
    CardCredited,
    CardEvent,
    CardExpired,
    CardPaid,
    CardSpent,
)
from vintage_rules.pricing.gift_card.states import CardState

CARD_TRANSITIONS: Mapping[CardState, Mapping[type[CardEvent], CardState]] = {
    CardState.ORDERED: {CardPaid: CardState.ACTIVE, CardCancelled: CardState.CANCELLED},
    CardState.ACTIVE: {
        CardSpent: CardState.ACTIVE,
        CardCredited: CardState.ACTIVE,
        CardExpired: CardState.EXPIRED,
    },
    CardState.EXPIRED: {CardCredited: CardState.EXPIRED},
    CardState.CANCELLED: {},
}


CARD_DEADLINES: Mapping[CardState, type[CardExpired]] = {CardState.ACTIVE: CardExpired}
