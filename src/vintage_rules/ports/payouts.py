"""Who pays sellers: a bank, or the accounting of the host. Clause R6."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from attrs import field, frozen

from vintage_rules.dates import instant
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


class PayoutWebhookKind(StrEnum):
    """What a payer reports of a payout. What we have no word for stays unknown."""

    FAILED = "failed"
    PAID = "paid"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class PayoutWebhook:
    """A message of a payer, verified. `id` is the same each time it is sent again.

    `reference` is that of the payout, `key` our key of it; None if the message does not say.
    `failed` means that the amount is the house's again.
    """

    id: str
    kind: PayoutWebhookKind
    at: datetime = field(converter=instant)
    reference: str | None
    code: str
    key: str | None = None


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
        it. What was paid and came back is not paid again under its key.

        Raises:
            OutsideRejectedError: For a key that paid something else.
        """
        ...


class PayoutReader(Protocol):
    """Reads what a payer reports of payouts that it has made, where it reports any."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PayoutWebhook:
        """Verify and read a message of the payer. Header names are of any case.

        Raises:
            ForgedWebhookError: If it is not the payer's, or is not whole.
        """
        ...
