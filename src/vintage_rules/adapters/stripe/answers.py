"""Stripe's answers, in values that hold what the gateway needs; and its errors as ours."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, TypeVar

from attrs import frozen

from vintage_rules.errors import (
    ForgedWebhookError,
    OutsideDeniedError,
    OutsideError,
    OutsideRejectedError,
    OutsideUnavailableError,
)

if TYPE_CHECKING:
    import stripe

PORT = "stripe"
# What we note in the metadata of intents and refunds, beside whatever others note there.
KEY = "vintage_rules_key"
ORDER = "vintage_rules_order"
T = TypeVar("T")

# Before and since version 2025-03-31 of Stripe's API.
_LAPSED = {"automatic", "expired"}

# By the name of the class in Stripe's library. What is about another part of Stripe than payments
# by card cannot be meant, and is our mistake like a field that Stripe does not know.
ERRORS: dict[str, type[OutsideError]] = {
    "APIConnectionError": OutsideUnavailableError,
    "APIError": OutsideUnavailableError,
    "RateLimitError": OutsideUnavailableError,
    "StripeError": OutsideUnavailableError,
    "SignatureVerificationError": ForgedWebhookError,
    "AuthenticationError": OutsideDeniedError,
    **dict.fromkeys(
        (
            "AlreadyCanceledError",
            "BlockedByStripeError",
            "CannotProceedError",
            "CapabilityNotEnabledError",
            "CardError",
            "ControlledByAlternateResourceError",
            "FeatureNotEnabledError",
            "FinancialAccountNotOpenError",
            "FxQuoteNeedsRefreshError",
            "IdempotencyError",
            "InsufficientFundsError",
            "InvalidClientError",
            "InvalidGrantError",
            "InvalidPaymentMethodError",
            "InvalidPayoutMethodError",
            "InvalidRequestError",
            "InvalidScopeError",
            "InvalidVaultedCredentialError",
            "NotCancelableError",
            "OAuthError",
            "PermissionError",
            "QuotaExceededError",
            "RecipientNotNotifiableError",
            "StripeErrorWithParamCode",
            "TemporarySessionExpiredError",
            "UnsupportedGrantTypeError",
            "UnsupportedResponseTypeError",
            "VerificationAttemptFailedError",
            "VerificationExpiredError",
            "VerificationNotInitiatedError",
        ),
        OutsideRejectedError,
    ),
}


def ours(error: stripe.StripeError, act: str) -> OutsideError:
    """Return our error for an error of Stripe's library.

    One that this version does not know counts as no answer, since its meaning is unknown.
    """
    kinds = (ERRORS[kind.__name__] for kind in type(error).__mro__ if kind.__name__ in ERRORS)
    return next(kinds)(PORT, act, f"{type(error).__name__}: {error.user_message}")


@contextmanager
def stripe_errors(act: str) -> Generator[None, None, None]:
    """Raise our errors for whatever Stripe's library raises in the block."""
    import stripe

    try:
        yield
    except stripe.StripeError as error:
        raise ours(error, act) from error


@frozen(kw_only=True)
class Intent:
    """A payment intent."""

    id: str
    status: str
    currency: str
    amount: int
    received: int
    charge: str | None
    code: str
    challenge_url: str | None
    capture_before: datetime | None
    lapsed: bool


@frozen(kw_only=True)
class Payment:
    """What can be refunded: an intent or a charge, its currency, and whether it was captured."""

    currency: str
    captured: bool


@frozen(kw_only=True)
class KeyedRefund:
    """A refund, and our key of the request for it."""

    id: str
    amount: int
    status: str
    key: str | None
    code: str


def intent_of(found: stripe.PaymentIntent, act: str) -> Intent:
    """Read a payment intent, with its latest charge expanded or not."""

    def read() -> Intent:
        charge = found.latest_charge
        error = getattr(found, "last_payment_error", None)
        return Intent(
            id=_text(found.id),
            status=_text(found.status),
            currency=_text(found.currency).upper(),
            amount=_whole(found.amount),
            received=_whole(found.amount_received),
            charge=charge if charge is None or isinstance(charge, str) else _text(charge.id),
            code=_code(error) or found.status,
            challenge_url=_challenge_url(found),
            capture_before=None if isinstance(charge, str) else _capture_before(charge),
            lapsed=getattr(found, "cancellation_reason", None) in _LAPSED,
        )

    return _understood(read, act)


def payment_of(found: stripe.PaymentIntent | stripe.Charge, act: str) -> Payment:
    """Read the payment that is to be refunded."""

    def read() -> Payment:
        captured = getattr(found, "captured", None)
        if captured is None:
            captured = found.status == "succeeded"
        return Payment(currency=_text(found.currency).upper(), captured=captured is True)

    return _understood(read, act)


def refund_of(found: stripe.Refund, act: str) -> KeyedRefund:
    """Read a refund."""

    def read() -> KeyedRefund:
        metadata = found.metadata
        return KeyedRefund(
            id=_text(found.id),
            amount=_whole(found.amount),
            status=_text(found.status),
            key=None if metadata is None else getattr(metadata, KEY, None),
            code=getattr(found, "failure_reason", None) or _text(found.status),
        )

    return _understood(read, act)


def all_of(page: stripe.ListObject[stripe.Refund], act: str) -> list[KeyedRefund]:
    """Yield every refund of a list, over all its pages."""
    refunds = _understood(lambda: list(page.auto_paging_iter()), act)
    return [refund_of(refund, act) for refund in refunds]


def _understood(read: Callable[[], T], act: str) -> T:
    try:
        return read()
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        message = f"an answer that cannot be understood: {error!r}"
        raise OutsideUnavailableError(PORT, act, message) from error


def _text(found: object) -> str:
    if not isinstance(found, str) or not found:
        raise TypeError(f"not a text: {found!r}")
    return found


def _whole(found: object) -> int:
    if type(found) is not int:
        raise TypeError(f"not a whole number: {found!r}")
    return found


def _code(error: object) -> str | None:
    return getattr(error, "decline_code", None) or getattr(error, "code", None)


def _challenge_url(found: stripe.PaymentIntent) -> str | None:
    action = getattr(found, "next_action", None)
    return getattr(getattr(action, "redirect_to_url", None), "url", None)


def _capture_before(charge: object) -> datetime | None:
    details = getattr(getattr(charge, "payment_method_details", None), "card", None)
    seconds = getattr(details, "capture_before", None)
    return None if seconds is None else datetime.fromtimestamp(_whole(seconds), UTC)
