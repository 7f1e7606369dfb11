"""What may follow what in the life of a gift card, and what time alone brings. Clause C5."""

from __future__ import annotations

from collections.abc import Mapping

from vintage_rules.pricing.gift_card.events import (
    CardCancelled,
    CardCredited,
    CardDisputed,
    CardDisputeLost,
    CardDisputeWon,
    CardEvent,
    CardExpired,
    CardPaid,
    CardSpent,
)
from vintage_rules.pricing.gift_card.states import CardState

CARD_TRANSITIONS: Mapping[CardState, Mapping[type[CardEvent], CardState]] = {
    # A dispute may be reported before the answer to the capture has been recorded.
    CardState.ORDERED: {
        CardPaid: CardState.ACTIVE,
        CardCancelled: CardState.CANCELLED,
        CardDisputed: CardState.ORDERED,
        CardDisputeWon: CardState.ORDERED,
    },
    CardState.ACTIVE: {
        CardSpent: CardState.ACTIVE,
        CardCredited: CardState.ACTIVE,
        CardExpired: CardState.EXPIRED,
        CardDisputed: CardState.ACTIVE,
        CardDisputeWon: CardState.ACTIVE,
        CardDisputeLost: CardState.REVOKED,
    },
    CardState.EXPIRED: {
        CardCredited: CardState.EXPIRED,
        CardDisputed: CardState.EXPIRED,
        CardDisputeWon: CardState.EXPIRED,
        CardDisputeLost: CardState.REVOKED,
    },
    CardState.CANCELLED: {},
    CardState.REVOKED: {CardCredited: CardState.REVOKED},
}


CARD_DEADLINES: Mapping[CardState, type[CardExpired]] = {CardState.ACTIVE: CardExpired}
