"""What can be done with one gift card. Commands are imperative. Clause C5."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from attrs import field, frozen

from vintage_rules.ids import Identifier, OrderId
from vintage_rules.machine import checked
from vintage_rules.money import Money, positive


def _amount(money: Money) -> Money:
    return positive(money, "amount")


@frozen(kw_only=True, field_transformer=checked)
class RecordCardPaid:
    """Say that its payment was taken, and by which receipt."""

    at: datetime
    receipt: str


@frozen(kw_only=True, field_transformer=checked)
class CancelCard:
    """Give it up because it cannot be paid for."""

    at: datetime
    reason: str


@frozen(kw_only=True, field_transformer=checked)
class SpendCard:
    """Pay for an order with it, in part or in full."""

    at: datetime
    order: OrderId
    amount: Money = field(converter=_amount)


@frozen(kw_only=True, field_transformer=checked)
class CreditCard:
    """Put a refund of an order back on it, once for each cause, and never more than it spent."""

    at: datetime
    order: OrderId
    cause: Identifier
    amount: Money = field(converter=_amount)


@frozen(kw_only=True, field_transformer=checked)
class RecordCardDispute:
    """Record that its buyer's bank questions what was paid for it: it pays nothing until then."""

    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class RecordCardDisputeWon:
    """Record that the dispute ended for the house: it can be spent again."""

    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class RecordCardDisputeLost:
    """Record that the dispute ended for its buyer: what is left on it is taken back."""

    at: datetime


CardCommand: TypeAlias = (
    RecordCardPaid
    | CancelCard
    | SpendCard
    | CreditCard
    | RecordCardDispute
    | RecordCardDisputeWon
    | RecordCardDisputeLost
)
"""A command of the machine `CARD`."""
