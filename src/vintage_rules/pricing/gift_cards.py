"""Gift cards: what amounts are sold, until when they are good, and what they may not pay.

Clause C5.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from functools import cache
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import Calendar, require_day
from vintage_rules.decision import PolicyDecision
from vintage_rules.errors import DayError
from vintage_rules.money import Money, non_negative, require_currency
from vintage_rules.pricing.policy import GIFT_CARD, GiftCardPolicy


class GiftCardRefusal(StrEnum):
    """Why a gift card is not sold, or not taken."""

    ABOVE_MAXIMUM = "above-maximum"
    BELOW_MINIMUM = "below-minimum"
    BOUGHT_WITH_GIFT_CARD = "bought-with-gift-card"
    EXPIRED = "expired"


@frozen(kw_only=True)
class GiftCardValid(PolicyDecision):
    """A card that is sold, or taken; usable until the end of its last day in the policy's zone."""

    last_day: date
    policy: GiftCardPolicy


@frozen(kw_only=True)
class GiftCardRefused(PolicyDecision):
    """A card that is not sold or not taken, with every reason.

    `last_day` is the last day on which it is or would be valid.
    """

    reasons: tuple[GiftCardRefusal, ...]
    last_day: date
    policy: GiftCardPolicy


GiftCardAssessment: TypeAlias = GiftCardValid | GiftCardRefused
"""Whether a gift card may be sold, and used on a day. Clause C5."""


def assess_gift_card(
    amount: Money,
    policy: GiftCardPolicy,
    *,
    purchased_on: date,
    used_on: date | None = None,
    tender: str | None = None,
) -> GiftCardAssessment:
    """Return whether a card of this amount may be sold, and whether it may be used on a day.

    Clause C5. Both bounds are allowed; the last day is the anniversary, and for 29 February the
    last day of February. `tender` is what the card itself is paid with, `used_on` the day it is
    used. Days are days of the policy's zone.

    Raises:
        MoneyError: For an amount below zero.
        CurrencyMismatchError: If the currencies differ.
        DayError: If a day or a moment is not valid.

    >>> from vintage_rules.policies import load_policy
    >>> cards = load_policy("imparfaite").on(date(2026, 11, 22)).pricing.gift_card
    >>> assess_gift_card(
    ...     Money("25.00", "EUR"), cards, purchased_on=date(2028, 2, 29)
    ... ).last_day
    datetime.date(2029, 2, 28)
    """
    taken = non_negative(amount, "amount")
    require_currency(taken, policy.currency, "amount")
    last_day = gift_card_last_day(policy, purchased_on)
    if used_on is not None and require_day(used_on, "used_on") < purchased_on:
        raise DayError("used_on", used_on, f"on or after {purchased_on}, when it was bought")
    reasons = _refusals(taken, policy, last_day, used_on, tender)
    if reasons:
        return GiftCardRefused(reasons=reasons, last_day=last_day, policy=policy)
    return GiftCardValid(last_day=last_day, policy=policy)


def gift_card_last_day(policy: GiftCardPolicy, purchased_on: date) -> date:
    """Return the last day on which a card bought at a moment can be used. Clause C5.

    It is the last day of the calendar if the card never expires.

    Raises:
        DayError: If a day or a moment is not valid.

    >>> from vintage_rules.policies import load_policy
    >>> cards = load_policy("imparfaite").on(date(2026, 11, 22)).pricing.gift_card
    >>> gift_card_last_day(cards, date(2026, 9, 1))
    datetime.date(2027, 9, 1)
    """
    bought = require_day(purchased_on, "purchased_on")
    return policy.validity.after_day(bought, _weekdays()) if policy.validity.ends else date.max


@cache
def _weekdays() -> Calendar:
    return Calendar.without_holidays("none")


def _refusals(
    amount: Money,
    policy: GiftCardPolicy,
    last_day: date,
    used_on: date | None,
    tender: str | None,
) -> tuple[GiftCardRefusal, ...]:
    found = {
        GiftCardRefusal.ABOVE_MAXIMUM: amount.amount > policy.maximum,
        GiftCardRefusal.BELOW_MINIMUM: amount.amount < policy.minimum,
        GiftCardRefusal.BOUGHT_WITH_GIFT_CARD: tender == GIFT_CARD and not policy.may_buy_gift_card,
        GiftCardRefusal.EXPIRED: used_on is not None and used_on > last_day,
    }
    return tuple(reason for reason, holds in found.items() if holds)
