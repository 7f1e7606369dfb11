"""The gateway's answers, from the status of intents and refunds at Stripe.

Statuses are those of docs.stripe.com/payments/paymentintents/lifecycle and of its reference of
refunds, read 2026-11. An unknown one decides nothing: the caller may try again.
"""

from __future__ import annotations

from vintage_rules.adapters.stripe.answers import PORT, Intent, KeyedRefund
from vintage_rules.errors import OutsideRejectedError, OutsideUnavailableError
from vintage_rules.ports.payments import (
    Authorisation,
    Authorised,
    ChallengeNeeded,
    Declined,
    PaymentRefusal,
    PaymentRefused,
    Refunded,
    Voided,
)


def authorisation_of(intent: Intent, act: str) -> Authorisation:
    """Return the state of a charge."""
    match intent.status:
        case "requires_capture" | "succeeded":
            return Authorised(reference=intent.id, expires_at=intent.capture_before)
        case "requires_action":
            return ChallengeNeeded(reference=intent.id, url=intent.challenge_url)
        case "requires_payment_method" | "canceled":
            return Declined(code=intent.code)
        case _:
            raise _not_settled(intent, act)


def not_held(intent: Intent, act: str) -> PaymentRefused:
    """Return why nothing can be captured of an intent."""
    match intent.status:
        case "succeeded":
            reason = PaymentRefusal.ALREADY_CAPTURED
        case "canceled":
            reason = PaymentRefusal.EXPIRED if intent.lapsed else PaymentRefusal.VOIDED
        case "requires_action" | "requires_confirmation" | "requires_payment_method":
            reason = PaymentRefusal.REFUSED
        case _:
            raise _not_settled(intent, act)
    return PaymentRefused(reason=reason, code=intent.code)


def closed(intent: Intent, act: str) -> Voided | PaymentRefused:
    """Return whether nothing of an intent is held any more."""
    match intent.status:
        case "canceled":
            return Voided()
        case "succeeded":
            return PaymentRefused(reason=PaymentRefusal.ALREADY_CAPTURED, code=intent.code)
        case _:
            raise _not_settled(intent, act)


def _not_settled(intent: Intent, act: str) -> OutsideUnavailableError:
    return OutsideUnavailableError(PORT, act, f"{intent.id} is {intent.status}")


def refunded(refund: KeyedRefund, units: int, act: str) -> Refunded | PaymentRefused:
    """Return the state of a refund that was requested with a number of minor units."""
    if refund.amount != units:
        message = f"the key gave {refund.amount} back, not {units}"
        raise OutsideRejectedError(PORT, act, message)
    if refund.status in {"canceled", "failed"}:
        return PaymentRefused(reason=PaymentRefusal.REFUSED, code=refund.code)
    return Refunded(reference=refund.id, pending=refund.status != "succeeded")
