"""Who pays sellers: a bank, or the accounting of the host. Clause R6."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from attrs import frozen

from vintage_rules.ids import SellerId
from vintage_rules.money import Money


class PayoutRefusal(StrEnum):
    """Why a seller cannot be paid."""

    NO_ACCOUNT = "no-account"
    REFUSED = "refused"


@frozen(kw_only=True)
class PaidOut:
    """The amount is on its way to the seller; `reference` is the payer's name for it."""

    reference: str


@frozen(kw_only=True)
class PayoutRefused:
    """It was not paid and asking again will not help until somebody mends it."""

    reason: PayoutRefusal
    code: str


class SellerPayouts(Protocol):
    """Pays sellers what they are owed.

    Raises `OutsideUnavailableError` when nobody knows whether it was paid, `OutsideRejectedError`
    when we asked wrongly, and `MoneyError` for an amount of zero or below.
    """

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        """Pay an amount; asked twice with one key, once.

        What was refused was not paid, and may be asked for again with the same key once somebody
        has mended it. Raises `OutsideRejectedError` for a key that paid something else.
        """
        ...
