"""The rows of a gift card and of a case for review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vintage_rules.marketplace.queries.views import OPEN_CASES, BoughtCard, cards_of, moment
from vintage_rules.marketplace.storage.case_stream import Case, CaseEvent
from vintage_rules.marketplace.storage.codec import encode_view
from vintage_rules.ports.store import Row
from vintage_rules.pricing.gift_card.decide import CARD
from vintage_rules.pricing.gift_card.events import CardEvent
from vintage_rules.pricing.gift_card.states import Card


def card_rows(card: Card, _: Sequence[CardEvent]) -> Iterator[Row]:
    """Return the row of a gift card, for the buyer who paid for it."""
    ordered = card.ordered
    shown = BoughtCard(
        due=CARD.next_deadline(card),
        card=ordered.card,
        buyer=ordered.buyer,
        state=card.state,
        amount=ordered.amount,
        balance=card.balance,
        ordered_at=ordered.at,
        expires_at=ordered.expires_at,
    )
    lists = {cards_of(ordered.buyer): moment(ordered.at)}
    yield Row(name="card", data=encode_view(shown), lists=lists)


def case_rows(case: Case, _: Sequence[CaseEvent]) -> Iterator[Row]:
    """Return the row of a case while it is open."""
    if case.settled is None:
        lists = {OPEN_CASES: moment(case.opened.at)}
        yield Row(name="case", data=encode_view(case), lists=lists)


def no_rows(_state: object, _events: object) -> Iterator[Row]:
    """Return no rows: those of a stream type that no page shows."""
    return iter(())
