"""What events make of a gift card. No policy and no guard lives here."""

from __future__ import annotations

from attrs import evolve as changed

from vintage_rules.errors import CorruptHistoryError
from vintage_rules.money import zero
from vintage_rules.pricing.gift_card.events import (
    CardCredited,
    CardDisputed,
    CardDisputeLost,
    CardDisputeWon,
    CardEvent,
    CardExpired,
    CardOrdered,
    CardPaid,
    CardSpent,
)
from vintage_rules.pricing.gift_card.states import Card, CardState


def consequences(card: Card, event: CardEvent, next_state: CardState) -> Card:
    """Return the card after an event that leads to a state of the table."""
    return _changed(changed(card, state=next_state, at=event.at), event)


def opened(event: CardEvent) -> Card:
    """Return the card that its order makes.

    Raises:
        CorruptHistoryError: For another event.
    """
    if not isinstance(event, CardOrdered):
        raise CorruptHistoryError(event, None)
    nothing = zero(event.amount.currency)
    return Card(
        ordered=event,
        at=event.at,
        state=CardState.ORDERED,
        balance=nothing,
        gone=nothing,
        spent={},
        credited={},
        receipt="",
        disputed=False,
    )


def _changed(card: Card, event: CardEvent) -> Card:
    match event:
        case CardPaid():
            return changed(card, balance=card.ordered.amount, receipt=event.receipt)
        case CardSpent():
            spent = {**card.spent, event.order: card.spent_by(event.order) + event.amount}
            return changed(card, balance=card.balance - event.amount, spent=spent)
        case CardCredited():
            return _back(card, event)
        case CardExpired():
            return changed(card, balance=zero(card.balance.currency), gone=event.left)
        case CardDisputed():
            return changed(card, disputed=True)
        case CardDisputeWon():
            return changed(card, disputed=False)
        case CardDisputeLost():
            nothing = zero(card.balance.currency)
            return changed(card, disputed=False, balance=nothing, gone=card.gone + event.left)
        case _:  # ordered, cancelled: the state says it all
            return card


def _back(card: Card, event: CardCredited) -> Card:
    """Put a refund back; on a card that has expired or was revoked it is gone."""
    order = event.order
    card = changed(
        card,
        spent={**card.spent, order: card.spent_by(order) - event.amount},
        credited={**card.credited, (order, event.cause): event.amount},
    )
    if card.state in {CardState.EXPIRED, CardState.REVOKED}:
        return changed(card, gone=card.gone + event.amount)
    return changed(card, balance=card.balance + event.amount)
