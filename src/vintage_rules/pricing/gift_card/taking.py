"""Which gift cards pay a part of an order now, and how much each of them pays. Clause C5."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum

from attrs import frozen

from vintage_rules.machine import Refused
from vintage_rules.money import Money
from vintage_rules.pricing.gift_card.states import Card, CardState


class CardNotTaken(StrEnum):
    """Why a gift card pays nothing."""

    DISPUTED = "disputed"
    EXPIRED = "expired"
    GIVEN_TWICE = "given-twice"
    NOTHING_LEFT = "nothing-left"
    UNKNOWN_CODE = "unknown-code"


@frozen(kw_only=True)
class GiftCardNotTaken(Refused[CardNotTaken]):
    """A gift card that pays nothing.

    `index` is its number among the cards that were given, 0 for the first; `last_day` the last day
    on which an expired one was valid.
    """

    reasons: tuple[CardNotTaken, ...]
    index: int
    last_day: date | None


def take_cards(cards: Sequence[Card | None]) -> tuple[Card, ...] | GiftCardNotTaken:
    """Return the cards of some codes if each of them can pay, or the first that cannot. Clause C5.

    None stands for a code that is wrong. Cards are given as they are at this moment.

    >>> [str(reason) for reason in take_cards([None]).reasons]
    ['unknown-code']
    """
    taken: list[Card] = []
    for index, card in enumerate(cards):
        if card is None:
            return GiftCardNotTaken(
                reasons=(CardNotTaken.UNKNOWN_CODE,),
                index=index,
                last_day=None,
                edition=None,
                sources=(),
            )
        reason = _why_not(card, taken)
        if reason is not None:
            return GiftCardNotTaken(
                reasons=(reason,),
                index=index,
                last_day=card.ordered.last_day if reason is CardNotTaken.EXPIRED else None,
                edition=card.ordered.edition,
                sources=(),
            )
        taken.append(card)
    return tuple(taken)


def _why_not(card: Card, before: Sequence[Card]) -> CardNotTaken | None:
    if card.ordered.card in [each.ordered.card for each in before]:
        return CardNotTaken.GIVEN_TWICE
    if card.disputed:
        return CardNotTaken.DISPUTED
    if card.balance:
        return None
    return CardNotTaken.EXPIRED if card.state is CardState.EXPIRED else CardNotTaken.NOTHING_LEFT


def spread_over_cards(amount: Money, cards: Sequence[Card]) -> tuple[tuple[Card, Money], ...]:
    """Return what each card pays of an amount: in turn, each as much as is on it. Clause C5.

    A card that pays nothing is left out.

    >>> from datetime import UTC, date, datetime
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.pricing import CARD, RecordCardPaid, order_card
    >>> policy = load_policy("imparfaite").on(date(2026, 11, 22)).pricing.gift_card
    >>> at = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> bought = [
    ...     order_card(
    ...         name,
    ...         Money("50.00", "EUR"),
    ...         policy,
    ...         buyer="zoe",
    ...         tender="card",
    ...         reference=name,
    ...         digest="",
    ...         at=at,
    ...     )
    ...     for name in ("first", "second")
    ... ]
    >>> paid = RecordCardPaid(at=at, receipt="tr_1")
    >>> cards = [
    ...     CARD.replay([event, *CARD.decide(CARD.replay([event]), paid, None)])
    ...     for event in bought
    ... ]
    >>> spread = spread_over_cards(Money("70.00", "EUR"), cards)
    >>> [(card.ordered.card, share) for card, share in spread]
    [('first', Money('50.00', 'EUR')), ('second', Money('20.00', 'EUR'))]
    """
    paid: list[tuple[Card, Money]] = []
    for card in cards:
        share = min(amount, card.balance)
        amount -= share
        if share:
            paid.append((card, share))
    return tuple(paid)
