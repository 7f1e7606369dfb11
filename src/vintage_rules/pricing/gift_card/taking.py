"""Whether a gift card pays a part of an order now. Clause C5."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from attrs import frozen

from vintage_rules.machine import Refused
from vintage_rules.pricing.gift_card.states import Card, CardState


class CardNotTaken(StrEnum):
    """Why a gift card pays nothing."""

    EXPIRED = "expired"
    NOTHING_LEFT = "nothing-left"
    UNKNOWN_CODE = "unknown-code"


@frozen(kw_only=True)
class GiftCardNotTaken(Refused[CardNotTaken]):
    """A gift card that pays nothing; `last_day` is the last on which an expired one was valid."""

    reasons: tuple[CardNotTaken, ...]
    last_day: date | None


def take_card(card: Card | None) -> Card | GiftCardNotTaken:
    """Return the card of a code if it can pay, None standing for a code that is wrong. Clause C5.

    The card is given as it is at this moment.

    >>> [str(reason) for reason in take_card(None).reasons]
    ['unknown-code']
    """
    if card is None:
        return GiftCardNotTaken(
            reasons=(CardNotTaken.UNKNOWN_CODE,), last_day=None, edition=None, sources=()
        )
    if card.balance:
        return card
    expired = card.state is CardState.EXPIRED
    reason = CardNotTaken.EXPIRED if expired else CardNotTaken.NOTHING_LEFT
    return GiftCardNotTaken(
        reasons=(reason,),
        last_day=card.ordered.last_day if expired else None,
        edition=card.ordered.edition,
        sources=(),
    )
