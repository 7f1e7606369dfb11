"""What a command does to a gift card: the guards. Clauses C5, F4."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from vintage_rules.dates import Calendar, end_of_day, instant, local_day, zone
from vintage_rules.ids import BuyerId, Identifier, identifier
from vintage_rules.machine import Machine, Refused, admits, refuse
from vintage_rules.money import Money, require_currency
from vintage_rules.pricing.gift_card.commands import (
    CancelCard,
    CardCommand,
    CreditCard,
    RecordCardDispute,
    RecordCardDisputeLost,
    RecordCardDisputeWon,
    RecordCardPaid,
    SpendCard,
)
from vintage_rules.pricing.gift_card.due import next_due
from vintage_rules.pricing.gift_card.events import (
    CardCancelled,
    CardCredited,
    CardDisputed,
    CardDisputeLost,
    CardDisputeWon,
    CardEvent,
    CardOrdered,
    CardPaid,
    CardSpent,
)
from vintage_rules.pricing.gift_card.evolve import consequences, opened
from vintage_rules.pricing.gift_card.states import Card, CardState
from vintage_rules.pricing.gift_card.transitions import CARD_TRANSITIONS
from vintage_rules.pricing.gift_cards import GiftCardRefused, assess_gift_card
from vintage_rules.pricing.policy import GiftCardPolicy


class CardRefusal(StrEnum):
    """Why a card refuses a command."""

    ALREADY_CREDITED = "already-credited"
    ALREADY_DISPUTED = "already-disputed"
    EXPIRED = "expired"
    MORE_THAN_SPENT = "more-than-spent"
    NOT_DISPUTED = "not-disputed"
    NOT_POSSIBLE_NOW = "not-possible-now"
    OUT_OF_ORDER = "out-of-order"
    PAYMENT_DISPUTED = "payment-disputed"
    TOO_LITTLE_LEFT = "too-little-left"


CardAnswer: TypeAlias = tuple[CardEvent, ...] | Refused[CardRefusal]


def order_card(  # the facts of one purchase
    card: str,
    amount: Money,
    policy: GiftCardPolicy,
    *,
    buyer: BuyerId,
    tender: str,
    reference: str,
    digest: str,
    at: datetime,
    validated: Identifier | None = None,
) -> CardOrdered | GiftCardRefused:
    """Return the event that orders a card, or every reason why the house sells no such card.

    Its first day is that of `at` in the policy's zone. Clause C5.

    Raises:
        IdentifierError: If an identifier is not valid.
        DayError: If the moment is not valid.
        MoneyError: If the amount is not valid.

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
        last_day=last_day,
        expires_at=None if last_day is None else end_of_day(last_day, where),
        validated=validated,
    )


def answer(
    card: Card, command: CardCommand, _policy: None, _calendar: Calendar | None
) -> CardAnswer:
    """Return the events of a command, or why it makes none.

    A refund recorded again makes none, and no order gives back more than it spent. Clauses C5, F4.

    Raises:
        CurrencyMismatchError: If an amount is in another currency than the card.
    """
    if _recorded_already(card, command):
        return ()
    event = _event(card, command)
    if isinstance(event, Refused):
        return event
    if not admits(CARD_TRANSITIONS, card.state, type(event)):
        return refuse(CardRefusal.NOT_POSSIBLE_NOW)
    return (event,)


def _recorded_already(card: Card, command: CardCommand) -> bool:
    return (
        isinstance(command, CreditCard)
        and card.credited.get((command.order, command.cause)) == command.amount
    )


def _event(card: Card, command: CardCommand) -> CardEvent | Refused[CardRefusal]:
    match command:
        case RecordCardPaid():
            return CardPaid(at=command.at, receipt=command.receipt)
        case CancelCard():
            return CardCancelled(at=command.at, reason=command.reason)
        case SpendCard():
            return _spent(card, command)
        case CreditCard():
            return _credited(card, command)
        case RecordCardDispute():
            return _disputed(card, command)
        case RecordCardDisputeWon() | RecordCardDisputeLost():
            return _dispute_ended(card, command)
        case _:
            assert_never(command)


def _spent(card: Card, command: SpendCard) -> CardEvent | Refused[CardRefusal]:
    require_currency(command.amount, card.balance.currency.code, "amount")
    if card.state is CardState.EXPIRED:
        return refuse(CardRefusal.EXPIRED)
    if card.disputed:
        return refuse(CardRefusal.PAYMENT_DISPUTED)
    if card.state is CardState.ACTIVE and command.amount > card.balance:
        return refuse(CardRefusal.TOO_LITTLE_LEFT)
    return CardSpent(at=command.at, order=command.order, amount=command.amount)


def _credited(card: Card, command: CreditCard) -> CardEvent | Refused[CardRefusal]:
    require_currency(command.amount, card.balance.currency.code, "amount")
    order, cause, amount = command.order, command.cause, command.amount
    against = {
        CardRefusal.ALREADY_CREDITED: (order, cause) in card.credited,
        CardRefusal.MORE_THAN_SPENT: amount > card.spent_by(order),
    }
    reasons = tuple(reason for reason, holds in against.items() if holds)
    if reasons and CardCredited in CARD_TRANSITIONS[card.state]:
        return refuse(*reasons)
    return CardCredited(at=command.at, order=order, cause=cause, amount=amount)


def _disputed(card: Card, command: RecordCardDispute) -> CardEvent | Refused[CardRefusal]:
    if card.disputed:
        return refuse(CardRefusal.ALREADY_DISPUTED)
    return CardDisputed(at=command.at)


def _dispute_ended(
    card: Card, command: RecordCardDisputeWon | RecordCardDisputeLost
) -> CardEvent | Refused[CardRefusal]:
    if not card.disputed:
        return refuse(CardRefusal.NOT_DISPUTED)
    if isinstance(command, RecordCardDisputeWon):
        return CardDisputeWon(at=command.at)
    return CardDisputeLost(at=command.at, left=card.balance)


def _state(card: Card) -> CardState:
    return card.state


CARD: Machine[Card, CardState, CardCommand, CardEvent, None, Refused[CardRefusal]] = Machine(
    transitions=CARD_TRANSITIONS,
    state_of=_state,
    opened=opened,
    consequences=consequences,
    next_due=next_due,
    answer=answer,
    out_of_order=refuse(CardRefusal.OUT_OF_ORDER),
    may_be_late=_recorded_already,
)
"""The machine of a gift card: bought, spent, credited, expired, disputed. Clause C5.

It refuses a command for reasons that are codes of `CardRefusal`.
"""
