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
    """It was not paid and a retry will not help until a person mends it."""

    reason: PayoutRefusal
    code: str


class SellerPayouts(Protocol):
    """Pays sellers what they are owed.

    Raises:
        OutsideUnavailableError: If it is unknown whether it was paid.
        OutsideRejectedError: If the request was wrong.
        MoneyError: For an amount of zero or below.
    """

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        """Pay an amount, once for each key.

        What was refused was not paid, and may be retried with the same key once a person has mended
        it.

        Raises:
            OutsideRejectedError: For a key that paid something else.
        """
        ...
