"""What has happened to one gift card. Events are past and carry results. Clause C5."""

from __future__ import annotations

from datetime import date, datetime
from typing import ClassVar, TypeAlias

from attrs import frozen

from vintage_rules.ids import BuyerId, Edition, Identifier, OrderId
from vintage_rules.machine import checked
from vintage_rules.money import Money


@frozen(kw_only=True, field_transformer=checked)
class CardOrdered:
    """A card was ordered, and its payment authorised: `tender` and `reference` say by whom.

    `digest` is what is kept of its secret code, `validated` a digest of what its buyer wrote on it,
    where a shop keeps one. It is good until `expires_at`, exclusive, the end of its last day; None
    where it never expires.
    """

    name: ClassVar[str] = "card-ordered"
    at: datetime
    card: Identifier
    edition: Edition
    buyer: BuyerId
    amount: Money
    tender: str
    reference: str
    digest: str
    last_day: date | None
    expires_at: datetime | None
    validated: Identifier | None = None


@frozen(kw_only=True, field_transformer=checked)
class CardPaid:
    """Its payment was taken: it can be spent."""

    name: ClassVar[str] = "card-paid"
    at: datetime
    receipt: str


@frozen(kw_only=True, field_transformer=checked)
class CardCancelled:
    """It could not be paid for, and is worth nothing."""

    name: ClassVar[str] = "card-cancelled"
    at: datetime
    reason: str


@frozen(kw_only=True, field_transformer=checked)
class CardSpent:
    """A part of it paid for an order."""

    name: ClassVar[str] = "card-spent"
    at: datetime
    order: OrderId
    amount: Money


@frozen(kw_only=True, field_transformer=checked)
class CardCredited:
    """A refund came back to it, with the card's own expiry: after that it is gone."""

    name: ClassVar[str] = "card-credited"
    at: datetime
    order: OrderId
    cause: Identifier
    amount: Money


@frozen(kw_only=True, field_transformer=checked)
class CardExpired:
    """Its last day is over, and what was left on it is gone. Only time brings this."""

    name: ClassVar[str] = "card-expired"
    at: datetime
    left: Money


@frozen(kw_only=True, field_transformer=checked)
class CardDisputed:
    """Its buyer's bank questions what was paid for it: until that ends, it pays nothing."""

    name: ClassVar[str] = "card-disputed"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class CardDisputeWon:
    """The dispute ended for the house: the card can be spent again."""

    name: ClassVar[str] = "card-dispute-won"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class CardDisputeLost:
    """The dispute ended for its buyer, who has all back that was paid for the card.

    What was left on it is taken back; what was spent of it the house has lost.
    """

    name: ClassVar[str] = "card-dispute-lost"
    at: datetime
    left: Money


CardEvent: TypeAlias = (
    CardOrdered
    | CardPaid
    | CardCancelled
    | CardSpent
    | CardCredited
    | CardExpired
    | CardDisputed
    | CardDisputeWon
    | CardDisputeLost
)
"""An event of the machine `CARD`."""
