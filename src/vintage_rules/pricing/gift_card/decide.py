"""What a command does to a gift card: the guards. Clauses C5, F4."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from attrs import frozen

from vintage_rules.dates import end_of_day, instant, local_day, zone
from vintage_rules.ids import BuyerId, identifier
from vintage_rules.json_field import DecisionField
from vintage_rules.machine import Machine
from vintage_rules.money import Money, require_currency
from vintage_rules.pricing.gift_card.commands import (
    CancelCard,
    CardCommand,
    CreditCard,
    RecordCardPaid,
    SpendCard,
)
from vintage_rules.pricing.gift_card.due import fall_due
from vintage_rules.pricing.gift_card.events import (
    CardCancelled,
    CardCredited,
    CardEvent,
    CardOrdered,
    CardPaid,
    CardSpent,
)
from vintage_rules.pricing.gift_card.evolve import evolve, replay
from vintage_rules.pricing.gift_card.states import Card, CardState
from vintage_rules.pricing.gift_card.transitions import CARD_TRANSITIONS
from vintage_rules.pricing.gift_cards import GiftCardRefused, assess_gift_card
from vintage_rules.pricing.policy import GiftCardPolicy


class CardRefusal(StrEnum):
    """Why a card refuses a command."""

    ALREADY_CREDITED = "already-credited"
    EXPIRED = "expired"
    MORE_THAN_SPENT = "more-than-spent"
    NOT_POSSIBLE_NOW = "not-possible-now"
    OUT_OF_ORDER = "out-of-order"
    TOO_LITTLE_LEFT = "too-little-left"


@frozen(kw_only=True)
class CardRefused(DecisionField):
    """It is not done, and nothing has changed."""

    reasons: tuple[CardRefusal, ...]


CardDecision: TypeAlias = tuple[CardEvent, ...] | CardRefused


def order_card(  # the facts of one purchase
    card: str,
    amount: Money,
    policy: GiftCardPolicy,
    *,
    buyer: BuyerId,
    tender: str,
    reference: str,
    digest: str,
    words: str,
    at: datetime,
) -> CardOrdered | GiftCardRefused:
    """Return the event that orders a card, or every reason why the house sells no such card.

    Its first day is that of `at` in the policy's zone. Clause C5.

    Raises:
        IdentifierError: If an identifier is not valid.
        DayError: And money's errors.

    >>> from datetime import UTC, date
    >>> from vintage_rules.policies import load_policy
    >>> cards = load_policy("imparfaite").on(date(2026, 11, 22)).pricing.gift_card
    >>> card = order_card(
    ...     "7HK2",
    ...     Money("50.00", "EUR"),
    ...     cards,
    ...     buyer=BuyerId("zoe"),
    ...     tender="card",
    ...     reference="pi_1",
    ...     digest="",
    ...     words="",
    ...     at=datetime(2026, 9, 7, 8, tzinfo=UTC),
    ... )
    >>> card.expires_at.isoformat()
    '2027-09-07T22:00:00+00:00'
    """
    where = zone(policy.zone)
    assessed = assess_gift_card(
        amount, policy, purchased_on=local_day(instant(at), where), tender=tender
    )
    if isinstance(assessed, GiftCardRefused):
        return assessed
    last_day = assessed.last_day if policy.validity.ends else None
    return CardOrdered(
        at=at,
        card=identifier(card, "card"),
        edition=policy.edition,
        buyer=BuyerId(identifier(buyer, "buyer")),
        amount=amount,
        tender=tender,
        reference=reference,
        digest=digest,
        words=words,
        last_day=last_day,
        expires_at=None if last_day is None else end_of_day(last_day, where),
    )


def decide(card: Card, command: CardCommand, _policy: None) -> CardDecision:
    """Return the events a command makes, after what time has done by then, or why it makes none.

    A repeated refund makes none, and no order gives back more than it spent. Clauses C5, F4.

    Raises:
        CurrencyMismatchError: For an amount of another currency than the card's.
    """
    due = fall_due(card, command.at)
    if _told_again(card, command):
        return due
    if command.at < card.at:
        return CardRefused(reasons=(CardRefusal.OUT_OF_ORDER,))
    for expired in due:
        card = evolve(card, expired)
    event = _event(card, command)
    if isinstance(event, CardRefused):
        return event
    if type(event) not in CARD_TRANSITIONS[card.state]:
        return CardRefused(reasons=(CardRefusal.NOT_POSSIBLE_NOW,))
    return (*due, event)


def _told_again(card: Card, command: CardCommand) -> bool:
    return (
        isinstance(command, CreditCard)
        and card.credited.get((command.order, command.cause)) == command.amount
    )


def _event(card: Card, command: CardCommand) -> CardEvent | CardRefused:
    match command:
        case RecordCardPaid():
            return CardPaid(at=command.at, receipt=command.receipt)
        case CancelCard():
            return CardCancelled(at=command.at, reason=command.reason)
        case SpendCard():
            return _spent(card, command)
        case CreditCard():
            return _credited(card, command)
        case _:
            assert_never(command)


def _spent(card: Card, command: SpendCard) -> CardEvent | CardRefused:
    require_currency(command.amount, card.balance.currency.code, "amount")
    if card.state is CardState.EXPIRED:
        return CardRefused(reasons=(CardRefusal.EXPIRED,))
    if card.state is CardState.ACTIVE and command.amount > card.balance:
        return CardRefused(reasons=(CardRefusal.TOO_LITTLE_LEFT,))
    return CardSpent(at=command.at, order=command.order, amount=command.amount)


def _credited(card: Card, command: CreditCard) -> CardEvent | CardRefused:
    require_currency(command.amount, card.balance.currency.code, "amount")
    order, cause, amount = command.order, command.cause, command.amount
    against = {
        CardRefusal.ALREADY_CREDITED: (order, cause) in card.credited,
        CardRefusal.MORE_THAN_SPENT: amount > card.spent_by(order),
    }
    reasons = tuple(reason for reason, holds in against.items() if holds)
    if reasons and CardCredited in CARD_TRANSITIONS[card.state]:
        return CardRefused(reasons=reasons)
    return CardCredited(at=command.at, order=order, cause=cause, amount=amount)


CARD = Machine(
    decide=decide,
    fall_due=fall_due,
    evolve=evolve,
    replay=replay,
    next_deadline=None,
)
