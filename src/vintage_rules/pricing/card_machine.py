"""What one gift card lives through: ordered, paid, spent in parts, credited, expired. Clause C5.

`decide_card` holds the guards, `card_fall_due` says what time alone has done, `evolve_card` the
consequences.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from vintage_rules.dates import end_of_day, instant, local_day, zone
from vintage_rules.errors import CorruptHistoryError
from vintage_rules.ids import BuyerId, OrderId, identifier
from vintage_rules.money import Money, require_currency, zero
from vintage_rules.pricing.card_events import (
    CancelCard,
    CardCancelled,
    CardCommand,
    CardCredited,
    CardEvent,
    CardExpired,
    CardOrdered,
    CardPaid,
    CardSpent,
    CreditCard,
    RecordCardPaid,
    SpendCard,
)
from vintage_rules.pricing.gift_cards import GiftCardRefused, assess_gift_card
from vintage_rules.pricing.policy import GiftCardPolicy


class CardState(StrEnum):
    """Where a card stands."""

    ORDERED = "ordered"
    ACTIVE = "active"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


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


class CardRefusal(StrEnum):
    """Why a card cannot do what it is asked."""

    ALREADY_CREDITED = "already-credited"
    EXPIRED = "expired"
    MORE_THAN_SPENT = "more-than-spent"
    NOT_POSSIBLE_NOW = "not-possible-now"
    OUT_OF_ORDER = "out-of-order"
    TOO_LITTLE_LEFT = "too-little-left"


@frozen(kw_only=True)
class CardRefused:
    """It is not done, and nothing has changed."""

    reasons: tuple[CardRefusal, ...]


@frozen(kw_only=True)
class Card:
    """A card as its history has left it. `gone` is what expired with it, or came back too late.

    `spent` is what each order has paid with it and not had back, `credited` what came back to it,
    by order and cause.
    """

    ordered: CardOrdered
    at: datetime
    state: CardState
    balance: Money
    gone: Money
    spent: Mapping[OrderId, Money]
    credited: Mapping[tuple[OrderId, str], Money]
    receipt: str

    def spent_by(self, order: OrderId) -> Money:
        """Give what an order has paid with it and not had back."""
        return self.spent.get(order, zero(self.ordered.amount.currency))

    @property
    def deadline(self) -> datetime | None:
        """The moment, exclusive, at which time ends it; None when it does not."""
        return self.ordered.expires_at if self.state in CARD_DEADLINES else None


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
    """Give the event that orders a card, or every reason why the house sells no such card.

    Its first day is that of `at` in the policy's zone. Raises `IdentifierError`, `DayError` and
    money's errors. Clause C5.

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


def decide_card(card: Card, command: CardCommand) -> CardDecision:
    """Give the events a command makes, after what time has done by then, or why it makes none.

    A refund told again makes none, and no order gives back more than it spent. Clauses C5, F4.
    Raises `CurrencyMismatchError` for an amount of another currency than the card's.
    """
    due = card_fall_due(card, command.at)
    if _told_again(card, command):
        return due
    if command.at < card.at:
        return CardRefused(reasons=(CardRefusal.OUT_OF_ORDER,))
    for expired in due:
        card = evolve_card(card, expired)
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


def card_fall_due(card: Card, now: datetime) -> tuple[CardEvent, ...]:
    """Give what time alone has done to a card by now, dated when it happened: it expires."""
    deadline = card.deadline
    if deadline is None or instant(now, "now") < deadline:
        return ()
    return (CARD_DEADLINES[card.state](at=deadline, left=card.balance),)


def evolve_card(card: Card | None, event: CardEvent) -> Card:
    """Give the card as an event leaves it; of none, the one that its order makes.

    Raises `CorruptHistoryError` when the event cannot follow.
    """
    if card is None:
        return _ordered(event)
    following = CARD_TRANSITIONS[card.state].get(type(event))
    if following is None or event.at < card.at:
        raise CorruptHistoryError(event, card)
    return _changed(changed(card, state=following, at=event.at), event)


def replay_card(events: Iterable[CardEvent], card: Card | None = None) -> Card | None:
    """Give the card that events have made, from its order on or from the card given.

    >>> replay_card([]) is None
    True
    """
    for event in events:
        card = evolve_card(card, event)
    return card


def _ordered(event: CardEvent) -> Card:
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
        case _:  # ordered, cancelled: the state says it all
            return card


def _back(card: Card, event: CardCredited) -> Card:
    """Put a refund back; on a card that has expired it is gone."""
    order = event.order
    card = changed(
        card,
        spent={**card.spent, order: card.spent_by(order) - event.amount},
        credited={**card.credited, (order, event.cause): event.amount},
    )
    if card.state is CardState.EXPIRED:
        return changed(card, gone=card.gone + event.amount)
    return changed(card, balance=card.balance + event.amount)
