"""What has happened to a payout that failed later, or that the house has frozen."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias

from attrs import frozen

from vintage_rules.ids import PieceId, SellerId
from vintage_rules.machine import checked
from vintage_rules.money import Money


@frozen(kw_only=True, field_transformer=checked)
class PayoutFailed:
    """What a seller was paid came back, days later: it is owed again. Clause R6.

    It is frozen, until a person has settled to which account it is paid.
    """

    name: ClassVar[str] = "payout-failed"
    at: datetime
    piece: PieceId
    seller: SellerId
    amount: Money


@frozen(kw_only=True, field_transformer=checked)
class PayoutsFrozen:
    """The house does not pay for these pieces until it releases them; `reason` says why."""

    name: ClassVar[str] = "payouts-frozen"
    at: datetime
    pieces: tuple[PieceId, ...]
    reason: str


@frozen(kw_only=True, field_transformer=checked)
class PayoutsReleased:
    """What was frozen falls due as if it had never been."""

    name: ClassVar[str] = "payouts-released"
    at: datetime
    pieces: tuple[PieceId, ...]


HeldPayoutEvent: TypeAlias = PayoutFailed | PayoutsFrozen | PayoutsReleased
