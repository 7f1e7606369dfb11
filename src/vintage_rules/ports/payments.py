"""Who moves money: the provider of a means of payment. Clauses C6, C7, F1 to F3.

Every request names a key of ours. A provider does a request with one key once, and answers with the
state now: a caller without an answer retries with the same key and loses nothing. A refusal is a
value; an exception says that the outcome is unknown, or that the request was wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

import moneyed
from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import shortened_text
from vintage_rules.ids import OrderId, identifier
from vintage_rules.money import Money, positive

_LONGEST_NAME = 255  # of what providers name
_LONGEST_ORDER = 150


def _key(key: str) -> str:
    return identifier(key, "key")


def _amount(amount: moneyed.Money) -> Money:
    return positive(amount, "amount")


def _code(code: str) -> str:
    printable = "".join(letter if letter.isprintable() else "?" for letter in code)
    return shortened_text(printable, _LONGEST_NAME)


@frozen(kw_only=True)
class Charge:
    """What a buyer is to pay by one means of payment.

    `source` is what the buyer's browser was given by the provider: a payment method, an approved
    order. `return_url` is where the buyer comes back to when the provider wants to see them.
    `reference` is the provider's name for it, where an earlier answer gave it: it is no part of
    what the charge is.
    """

    key: str = field(converter=_key)
    order: OrderId
    amount: Money = field(converter=_amount)
    source: str = field(repr=False)
    return_url: str | None = None
    reference: str | None = field(default=None, eq=False)


@frozen(kw_only=True)
class Authorised:
    """The amount is held, not taken. `reference` is the provider's name for it."""

    reference: str
    expires_at: datetime | None


@frozen(kw_only=True)
class ChallengeNeeded:
    """The provider must see the buyer first, at `url` if it has one.

    Then retry with the same charge.
    """

    reference: str
    url: str | None


@frozen(kw_only=True)
class Declined:
    """The provider does not lend itself to it: its code, kept as it is but for what cannot be."""

    code: str = field(converter=_code)


Authorisation: TypeAlias = Authorised | ChallengeNeeded | Declined
"""What a provider answers to a charge: money is held, the buyer is wanted, or neither."""


@frozen(kw_only=True)
class Captured:
    """An amount was taken. `receipt` is the provider's name for that, by which it is refunded."""

    receipt: str
    amount: Money


@frozen(kw_only=True)
class Voided:
    """Nothing of the charge is held any more, or ever was."""


@frozen(kw_only=True)
class Refunded:
    """The refund was taken on; `pending` while the provider has not passed it on yet. Clause F2."""

    reference: str
    pending: bool


class PaymentRefusal(StrEnum):
    """Why a provider will not do it, in our words."""

    ABOVE_CAPTURED = "above-captured"
    ALREADY_CAPTURED = "already-captured"
    EXPIRED = "expired"
    REFUSED = "refused"
    TOO_LATE = "too-late"
    UNKNOWN_REFERENCE = "unknown-reference"
    VOIDED = "voided"


@frozen(kw_only=True)
class PaymentRefused:
    """It was not done and a retry will not help; `code` is the provider's own."""

    reason: PaymentRefusal
    code: str = field(converter=_code)


class WebhookKind(StrEnum):
    """A webhook of a provider. What we have no word for stays unknown."""

    AUTHORISED = "authorised"
    CAPTURED = "captured"
    DECLINED = "declined"
    DISPUTED = "disputed"
    DISPUTE_LOST = "dispute-lost"
    DISPUTE_WON = "dispute-won"
    REFUND_FAILED = "refund-failed"
    REFUNDED = "refunded"
    UNKNOWN = "unknown"
    VOIDED = "voided"


def _name_or_none(name: str | None) -> str | None:
    if not isinstance(name, str) or not name.isprintable() or not 0 < len(name) <= _LONGEST_NAME:
        return None
    return name


def _order_or_none(name: str | None) -> OrderId | None:
    known = _name_or_none(name)
    return (
        None
        if known is None or known != known.strip() or len(known) > _LONGEST_ORDER
        else OrderId(known)
    )


@frozen(kw_only=True)
class PaymentWebhook:
    """A message of the provider, verified. `id` is the same each time it is sent again.

    `reference` is that of the authorisation, `order` the order it was for, `key` our key of the
    charge or refund it is about; None if the message does not say, or says what names nothing of
    ours, such as an order of 500 characters: others may use the account too. `code` is shown to
    people: it is shortened, and what does not print is replaced.
    """

    id: str
    kind: WebhookKind
    at: datetime = field(converter=instant)
    reference: str | None = field(converter=_name_or_none)
    order: OrderId | None = field(converter=_order_or_none)
    code: str = field(converter=_code)
    key: str | None = field(default=None, converter=_name_or_none)


class PaymentGateway(Protocol):
    """One provider of payments.

    Every verb raises `OutsideUnavailableError` when there was no answer or none that can be
    understood, so that it may have happened or not; `OutsideDeniedError` when the credentials are
    wrong; and `OutsideRejectedError` when the request was: a currency or an amount the provider
    cannot take, a key that was used before for something else. An amount of zero or below is a
    `MoneyError`.

    Providers forget keys after a while. So a charge that has a `reference` is looked up under it,
    and never made again.

    A key names one request of one verb for ever; the same key may be used with another verb.
    """

    def authorise(self, charge: Charge) -> Authorisation:
        """Hold an amount without capturing it; repeated, return its state now.

        One charge holds once, however often it is requested. It stays `Authorised` under the same
        reference after it was captured, stays `Declined` once it was, and is `Declined` when what
        was held has lapsed or was voided, even when it was voided before it was ever requested.
        """
        ...

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        """Take an amount that is held, or a part of it; what is not taken is released.

        Something held is captured once: another key is refused with `already-captured`. More than
        is held is refused.
        """
        ...

    def find_capture(self, reference: str) -> Captured | None:
        """Return what was captured of something held, whatever key it was made under.

        None where nothing was captured, or the reference is not known.
        """
        ...

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        """Ensure that nothing of a charge is held.

        Whether or not its authorisation was ever answered, or requested.

        What was captured is refused with `already-captured`: it is refunded.
        """
        ...

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        """Return an amount that was captured back, in full or in part.

        Never more in all than was captured: what goes beyond is refused with `above-captured`,
        as a whole.
        """
        ...

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """Verify and read a message of the provider. Header names are of any case.

        The same message read twice is the same webhook, and has the same id when the provider sends
        it again.

        Raises:
            ForgedWebhookError: If it is not the provider's, is not whole, or is too old.
        """
        ...
