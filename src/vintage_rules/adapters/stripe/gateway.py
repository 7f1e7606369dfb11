"""Card payments as payment intents with manual capture: held, captured, voided, refunded.

Stripe's library is loaded when a gateway is created. The gateway keeps no state: a repeated request
is answered from what Stripe knows, by the idempotency keys that it remembers for a day, and for
ever by the reference of a charge, by the status of an intent and by the key in the metadata of a
refund.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Literal

from vintage_rules.adapters.stripe import webhooks
from vintage_rules.adapters.stripe.amounts import amount_of, minor_units
from vintage_rules.adapters.stripe.answers import (
    KEY,
    ORDER,
    PORT,
    Intent,
    KeyedRefund,
    all_of,
    intent_of,
    ours,
    payment_of,
    refund_of,
    stripe_errors,
)
from vintage_rules.adapters.stripe.outcomes import authorisation_of, closed, not_held, refunded
from vintage_rules.adapters.stripe.webhooks import require_seconds
from vintage_rules.errors import OutsideRejectedError
from vintage_rules.money import Money, positive
from vintage_rules.ports.payments import (
    Authorisation,
    Captured,
    Charge,
    PaymentRefusal,
    PaymentRefused,
    PaymentWebhook,
    Refunded,
    Voided,
)

if TYPE_CHECKING:
    import stripe

API = "https://api.stripe.com"
_EXPANDED = ["latest_charge"]
_NOT_FOUND = 404
_NO_MORE_TO_REFUND = "charge_already_refunded"
_NOT_REFUNDABLE = {"charge_disputed", "charge_not_refundable"}


class StripeGateway:
    """Payments by card through Stripe. See `PaymentGateway` for what each method must do.

    A charge's `source` is the payment method that Stripe gave the buyer's browser; its `return_url`
    is where the buyer comes back to from a challenge of their bank: without one, a challenge has no
    address. `url` is Stripe's address, `timeout` the longest time it may take to answer each
    request. Nothing is retried here: the caller decides when. Several threads may use one gateway.

    >>> gateway = StripeGateway("sk_test_x", "whsec_x", url="http://127.0.0.1:9")
    >>> gateway.read_webhook({"Stripe-Signature": "t=1,v1=00"}, b"{}")
    Traceback (most recent call last):
    ...
    vintage_rules.errors.ForgedWebhookError: stripe: read webhook failed: No signatures found...
    """

    def __init__(
        self,
        api_key: str,
        webhook_secret: str,
        *,
        url: str = API,
        timeout: timedelta = timedelta(seconds=30),
        tolerance: timedelta = timedelta(minutes=5),
    ) -> None:
        import stripe

        require_seconds(timeout, "timeout")
        require_seconds(tolerance, "tolerance")
        self._stripe = stripe
        self._webhook_secret = webhook_secret
        self._tolerance = tolerance
        self._api = stripe.StripeClient(
            api_key,
            base_addresses={"api": url},
            http_client=stripe.RequestsClient(timeout=timeout.total_seconds()),
            max_network_retries=0,
        ).v1

    def authorise(self, charge: Charge) -> Authorisation:
        """Hold an amount without capturing it; repeated, return its state now."""
        act = "authorise"
        with stripe_errors(act):
            intent = self._intent(charge.reference or self._created(charge, act), act)
            if intent.status == "requires_confirmation":
                intent = self._confirmed(charge, intent, act)
        return authorisation_of(intent, act)

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        """Capture an amount that is held, or a part of it; the rest is released."""
        act = "capture"
        units = minor_units(positive(amount, "amount"), act)
        with stripe_errors(act):
            intent = self._known_intent(reference, act)
            if isinstance(intent, PaymentRefused):
                return intent
            _require_currency(amount, intent.currency, act)
            if intent.status not in {"requires_capture", "succeeded"}:
                return not_held(intent, act)
            if units > intent.amount:
                return PaymentRefused(reason=PaymentRefusal.REFUSED, code="amount_too_large")
            return self._captured(key, intent, amount, act)

    def find_capture(self, reference: str) -> Captured | None:
        """Return what was captured of an intent, whatever key it was captured under."""
        act = "find capture"
        with stripe_errors(act):
            intent = self._known_intent(reference, act)
        if isinstance(intent, PaymentRefused) or intent.status != "succeeded":
            return None
        return _captured(intent, amount_of(intent.received, intent.currency, act))

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        """Ensure that nothing of a charge is held, whether or not it was ever requested.

        The intent of a charge that was never requested is created and cancelled, so that a request
        for it that arrives later finds it closed.
        """
        act = "void"
        with stripe_errors(act):
            try:
                reference = charge.reference or self._created(charge, act)
            except self._stripe.InvalidRequestError as error:
                if error.param != "payment_method" and error.http_status != _NOT_FOUND:
                    raise
                return Voided()  # an unknown payment method holds nothing
            intent = self._intent(reference, act)
            if intent.status in {"canceled", "succeeded", "processing"}:
                return closed(intent, act)
            return closed(self._cancelled(charge, intent, act), act)

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        """Refund an amount that was captured, in full or in part.

        The receipt is the name of a charge, or of a payment intent.
        """
        act = "refund"
        units = minor_units(positive(amount, "amount"), act)
        with stripe_errors(act):
            try:
                self._require_captured(receipt, amount, act)
                made = self._made(key, receipt, act)
                made = made or self._given_back(key, receipt, units, act)
                return refunded(made, units, act)
            except self._stripe.InvalidRequestError as error:
                return _why_not_refunded(error, act)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """Verify and read a webhook of Stripe. Header names are of any case."""
        webhooks.verify(headers, body, self._webhook_secret, self._tolerance)
        return webhooks.read(body, webhooks.of_payment)

    # Requests to Stripe, each with a key for that one endpoint.

    def _created(self, charge: Charge, act: str) -> str:
        created = self._api.payment_intents.create(
            {
                "amount": minor_units(charge.amount, act),
                "currency": charge.amount.currency.code.lower(),
                "capture_method": "manual",
                "payment_method": charge.source,
                "allowed_payment_method_types": ["card"],
                "metadata": {KEY: charge.key, ORDER: charge.order},
            },
            {"idempotency_key": _key(charge.key, "create")},
        )
        return intent_of(created, act).id

    def _intent(self, reference: str, act: str) -> Intent:
        found = self._api.payment_intents.retrieve(reference, {"expand": _EXPANDED})
        return intent_of(found, act)

    def _known_intent(self, reference: str, act: str) -> Intent | PaymentRefused:
        try:
            return self._intent(reference, act)
        except self._stripe.InvalidRequestError as error:
            return _unknown(error, act)

    def _confirmed(self, charge: Charge, intent: Intent, act: str) -> Intent:
        params: stripe.params.PaymentIntentConfirmParams = {"expand": _EXPANDED}
        if charge.return_url is not None:
            params["return_url"] = charge.return_url
        options: stripe.RequestOptions = {"idempotency_key": _key(charge.key, "confirm")}
        try:
            confirmed = self._api.payment_intents.confirm(intent.id, params, options)
        except self._stripe.CardError:
            return self._intent(intent.id, act)  # it shows the decline, now and later
        return intent_of(confirmed, act)

    def _captured(
        self, key: str, intent: Intent, amount: Money, act: str
    ) -> Captured | PaymentRefused:
        units = minor_units(amount, act)
        options: stripe.RequestOptions = {"idempotency_key": _key(key, "capture")}
        try:
            captured = self._api.payment_intents.capture(
                intent.id, {"amount_to_capture": units}, options
            )
        except self._stripe.InvalidRequestError as error:
            now = self._intent(intent.id, act)
            if now.status == "requires_capture":
                raise ours(error, act) from error
            return not_held(now, act)
        return _captured(intent_of(captured, act), amount)

    def _cancelled(self, charge: Charge, intent: Intent, act: str) -> Intent:
        options: stripe.RequestOptions = {"idempotency_key": _key(charge.key, "cancel")}
        try:
            return intent_of(self._api.payment_intents.cancel(intent.id, {}, options), act)
        except self._stripe.InvalidRequestError:
            return self._intent(intent.id, act)  # another request was faster

    def _require_captured(self, receipt: str, amount: Money, act: str) -> None:
        if _named(receipt) == "charge":
            payment = payment_of(self._api.charges.retrieve(receipt), act)
        else:
            payment = payment_of(self._api.payment_intents.retrieve(receipt), act)
        _require_currency(amount, payment.currency, act)
        if not payment.captured:
            raise OutsideRejectedError(PORT, act, f"receipt: nothing was captured of {receipt}")

    def _made(self, key: str, receipt: str, act: str) -> KeyedRefund | None:
        params: stripe.params.RefundListParams = {"limit": 100}
        params[_named(receipt)] = receipt
        page = self._api.refunds.list(params)
        return next((refund for refund in all_of(page, act) if refund.key == key), None)

    def _given_back(self, key: str, receipt: str, units: int, act: str) -> KeyedRefund:
        params: stripe.params.RefundCreateParams = {"amount": units, "metadata": {KEY: key}}
        params[_named(receipt)] = receipt
        options: stripe.RequestOptions = {"idempotency_key": _key(key, "refund")}
        return refund_of(self._api.refunds.create(params, options), act)


def _captured(intent: Intent, amount: Money) -> Captured:
    return Captured(receipt=intent.charge or intent.id, amount=amount)


def _why_not_refunded(error: stripe.InvalidRequestError, act: str) -> PaymentRefused:
    if error.code == _NO_MORE_TO_REFUND or error.param == "amount":
        code = error.code or _NO_MORE_TO_REFUND
        return PaymentRefused(reason=PaymentRefusal.ABOVE_CAPTURED, code=code)
    if error.code in _NOT_REFUNDABLE:
        return PaymentRefused(reason=PaymentRefusal.REFUSED, code=error.code)
    return _unknown(error, act)


def _unknown(error: stripe.InvalidRequestError, act: str) -> PaymentRefused:
    if error.http_status != _NOT_FOUND:
        raise ours(error, act) from error
    code = error.code or "resource_missing"
    return PaymentRefused(reason=PaymentRefusal.UNKNOWN_REFERENCE, code=code)


def _named(receipt: str) -> Literal["charge", "payment_intent"]:
    return "payment_intent" if receipt.startswith("pi_") else "charge"


def _key(key: str, endpoint: str) -> str:
    # A header holds ASCII; a key of ours may hold any character that prints.
    written = key if key.isascii() else sha256(key.encode()).hexdigest()
    return f"{written}/{endpoint}"


def _require_currency(amount: Money, code: str, act: str) -> None:
    if amount.currency.code != code:
        raise OutsideRejectedError(PORT, act, f"amount: must be in {code}, got {amount}")
