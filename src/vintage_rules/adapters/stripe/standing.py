"""What the gateway answers, from how things stand at Stripe.

Words are those of docs.stripe.com/payments/paymentintents/lifecycle and of its reference of
refunds, read 2026-11. One that is not known there tells nothing: whoever asks may ask again.
"""

from __future__ import annotations

from vintage_rules.adapters.stripe.answers import PORT, GivenBack, Intent
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


def standing(intent: Intent, act: str) -> Authorisation:
    """Say how a charge stands."""
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
    """Say why nothing can be captured of an intent."""
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
    """Say whether nothing of an intent is held any more."""
    match intent.status:
        case "canceled":
            return Voided()
        case "succeeded":
            return PaymentRefused(reason=PaymentRefusal.ALREADY_CAPTURED, code=intent.code)
        case _:
            raise _not_settled(intent, act)


def _not_settled(intent: Intent, act: str) -> OutsideUnavailableError:
    return OutsideUnavailableError(PORT, act, f"{intent.id} is {intent.status}")


def refunded(refund: GivenBack, units: int, act: str) -> Refunded | PaymentRefused:
    """Say how a refund stands that was asked for with a number of minor units."""
    if refund.amount != units:
        said = f"the key gave {refund.amount} back, not {units}"
        raise OutsideRejectedError(PORT, act, said)
    if refund.status in {"canceled", "failed"}:
        return PaymentRefused(reason=PaymentRefusal.REFUSED, code=refund.code)
    return Refunded(reference=refund.id, pending=refund.status != "succeeded")
