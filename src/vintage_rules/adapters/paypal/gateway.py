"""PayPal's orders, authorisations, captures and refunds as a `PaymentGateway`.

PayPal remembers the request that made an order for six hours, and those of captures and refunds for
45 days. A charge whose `source` names an approved order is found by that name at any time; one with
an empty source only for as long as its request is remembered, or by its reference. A refund of what
was captured longer ago is looked up first among those of its order, by the name that we gave it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta

from cryptography.x509 import Certificate

from vintage_rules.adapters.http_requests import Transport
from vintage_rules.adapters.json_answers import Answer, Json
from vintage_rules.adapters.paypal.api import (
    Issue,
    PayPalAccount,
    PayPalApi,
    Result,
    request_id,
)
from vintage_rules.adapters.paypal.documents import (
    PORT,
    amount_of,
    amounts_to,
    is_above,
    link,
    understood,
    within,
    written,
)
from vintage_rules.adapters.paypal.events import Events
from vintage_rules.adapters.paypal.orders import (
    authorisation_of,
    authorisations,
    captures,
    challenge,
    holding,
    is_of,
    is_open,
    is_ready,
    refunds,
    request_for,
    require_made_for,
)
from vintage_rules.adapters.paypal.webhooks import webhook
from vintage_rules.adapters.paypal.words import BUYER_NEEDED, RELEASED, TAKEN, refusal
from vintage_rules.errors import OutsideRejectedError, OutsideUnavailableError
from vintage_rules.ids import identifier
from vintage_rules.money import Money, positive
from vintage_rules.ports.clock import Clock
from vintage_rules.ports.payments import (
    Authorisation,
    Captured,
    Charge,
    Declined,
    PaymentRefusal,
    PaymentRefused,
    PaymentWebhook,
    Refunded,
    Voided,
    WebhookKind,
)

# PayPal remembers the ids of refunds for 45 days; a day less for clocks.
REMEMBERED = timedelta(days=44)
_NAME = re.compile(r"[A-Z0-9]{1,36}")
_ORDERS = "/v2/checkout/orders"
_OTHER_INTENT: Json = [{"op": "replace", "path": "/intent", "value": "CAPTURE"}]


class PayPalGateway:
    """Payments through PayPal: authorisations, captures, voids and refunds.

    `Charge.source` is the id of an order that the buyer approved, created with `intent` AUTHORIZE,
    the amount, and our order's id as `custom_id`; or empty: the order is then created here, and the
    answer is a `ChallengeNeeded` with the page where the buyer approves it. An order that was
    created for something else raises `OutsideRejectedError`. `transport` replaces the connection to
    PayPal; `trusted` are the root certificates under which PayPal's signatures are trusted,
    otherwise those of `certifi`.
    """

    def __init__(
        self,
        account: PayPalAccount,
        clock: Clock,
        *,
        transport: Transport | None = None,
        trusted: Sequence[Certificate] | None = None,
    ) -> None:
        self._clock = clock
        self._api = PayPalApi(account, clock, transport)
        self._events = Events(account, clock, self._api, trusted)

    def close(self) -> None:
        """Close the connection."""
        self._api.close()

    def authorise(self, charge: Charge) -> Authorisation:
        """Hold an amount without capturing it; repeated, return its state now."""
        order = self._order("authorise", charge)
        if isinstance(order, Issue):
            return Declined(code=order.code)
        require_made_for(charge, order)
        return self._authorised(charge, order) if is_ready(order) else authorisation_of(order)

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        """Capture an amount that is held, or a part of it; the rest is released."""
        wanted, named = positive(amount, "amount"), request_id("capture", identifier(key, "key"))
        order = self._read("capture", reference)
        held = order if isinstance(order, Issue) else holding(order)
        if isinstance(held, Issue):
            return _refused(held)
        with understood("capture"):
            name = held.text("id")
            if is_above(wanted, held):  # PayPal itself would take up to 115 %
                return _refused(Issue("MAX_CAPTURE_AMOUNT_EXCEEDED"))
        path = f"/v2/payments/authorizations/{name}/capture"
        body: Json = {"amount": written(wanted), "final_capture": True}
        taken = self._api.post("capture", path, body, request_id=named)
        return _refused(taken) if isinstance(taken, Issue) else _captured(taken, name, wanted)

    def find_capture(self, reference: str) -> Captured | None:
        """Return what was captured of an order, whatever key it was captured under."""
        order = self._read("find capture", reference)
        return None if isinstance(order, Issue) else _captured_of(order)

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        """Ensure that nothing of a charge is held.

        That also covers an authorisation that was never answered, or never requested.
        """
        order = self._order("void", charge)
        if isinstance(order, Issue) or not is_of(order, charge):
            return Voided()
        for authorisation in authorisations(self._closed(order)):
            refused = self._voided(authorisation)
            if refused is not None:
                return refused
        return Voided()

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        """Refund an amount that was captured, in full or in part."""
        wanted, named = positive(amount, "amount"), request_id("refund", identifier(key, "key"))
        if not _NAME.fullmatch(receipt):
            return _refused(Issue("INVALID_RESOURCE_ID"))
        path = f"/v2/payments/captures/{receipt}"
        taken = self._api.get("refund", path)
        given = taken if isinstance(taken, Issue) else self._made(taken, named)
        if given is None:
            body: Json = {"amount": written(wanted), "custom_id": named}
            given = self._api.post("refund", f"{path}/refund", body, request_id=named)
        return _refused(given) if isinstance(given, Issue) else _refunded(given, receipt, wanted)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """Verify and read a webhook of PayPal. Header names are of any case.

        PayPal signs a CRC-32 of the message, which is no proof against an attacker who has seen a
        genuine one. So whatever is acted on is what PayPal says of the event when it is requested.
        """

        def is_acted_on(read: PaymentWebhook) -> bool:
            return read.kind is not WebhookKind.UNKNOWN

        return self._events.read(headers, body, webhook, is_acted_on)

    def _order(self, act: str, charge: Charge) -> Result:
        if known := charge.reference or charge.source:
            return self._read(act, known)
        body, named = request_for(charge), request_id("orders", charge.key)
        made = self._api.post(act, _ORDERS, body, request_id=named)
        return made if isinstance(made, Issue) else self._read(act, _id(act, made))

    def _read(self, act: str, order: str) -> Result:
        if not _NAME.fullmatch(order):
            return Issue("INVALID_RESOURCE_ID")
        return self._api.get(act, f"{_ORDERS}/{order}")

    def _authorised(self, charge: Charge, order: Answer) -> Authorisation:
        name = _id("authorise", order)
        named = request_id("authorize", charge.key)
        answer = self._api.post("authorise", f"{_ORDERS}/{name}/authorize", {}, request_id=named)
        if isinstance(answer, Issue) and answer.code == "ORDER_ALREADY_AUTHORIZED":
            answer = self._read("authorise", name)  # another worker was faster
        if not isinstance(answer, Issue):
            _require("authorise", _id("authorise", answer) == name)
            return authorisation_of(answer)
        return challenge(order) if answer.code in BUYER_NEEDED else Declined(code=answer.code)

    def _closed(self, order: Answer) -> Answer:
        """Ensure that an order never holds anything from now on, and return it as it is then.

        PayPal has no request for that, but an order with another intent cannot be authorised:
        neither by us, nor by a request of ours that is still on its way.
        """
        if not is_open(order):
            return order
        name = _id("void", order)
        try:
            refused = self._api.patch("void", f"{_ORDERS}/{name}", _OTHER_INTENT)
        except OutsideRejectedError:  # it cannot be changed any more: what counts is what it holds
            refused = Issue("NOT_PATCHABLE")
        if not isinstance(refused, Issue):
            return order
        now = self._read("void", name)
        return order if isinstance(now, Issue) else now

    @understood("refund")
    def _made(self, taken: Answer, named: str) -> Result | None:
        """Return a refund that was made under a request id which PayPal may have forgotten."""
        if self._clock.now() < taken.moment("create_time") + REMEMBERED:
            return None  # no request of its refund is older
        related = taken.get("supplementary_data").get("related_ids")
        order = self._read("refund", related.text("order_id"))
        if isinstance(order, Issue):
            return order
        return next((it for it in refunds(order) if it.text_or_none("custom_id") == named), None)

    def _voided(self, authorisation: Answer) -> PaymentRefused | None:
        with understood("void"):
            name, status = authorisation.text("id"), authorisation.text("status")
        match status:
            case "DENIED" | "VOIDED":
                return None
            case "CAPTURED" | "PARTIALLY_CAPTURED":
                return PaymentRefused(reason=PaymentRefusal.ALREADY_CAPTURED, code=status)
            case _:
                answer = self._api.post("void", f"/v2/payments/authorizations/{name}/void", {})
        if isinstance(answer, Issue) and answer.code not in RELEASED:
            return _refused(answer)
        return None


@understood("reading an answer")
def _id(act: str, document: Answer) -> str:
    name = document.text("id")
    if not _NAME.fullmatch(name):
        raise OutsideUnavailableError(PORT, act, f"an answer with the id {name!r}")
    return name


def _refused(issue: Issue) -> PaymentRefused:
    return PaymentRefused(reason=refusal(issue.code), code=issue.code)


@understood("find capture")
def _captured_of(order: Answer) -> Captured | None:
    for capture in captures(order):
        if capture.text("status") in TAKEN:
            return Captured(receipt=_id("find capture", capture), amount=amount_of(capture))
    return None


@understood("capture")
def _captured(taken: Answer, held: str, wanted: Money) -> Captured | PaymentRefused:
    match taken.text("status"):
        case status if status in TAKEN:
            related = within(taken, "supplementary_data", "related_ids")
            of = related.text_or_none("authorization_id") if related else None
            _require("capture", of in {None, held} and amounts_to(taken, wanted))
            return Captured(receipt=_id("capture", taken), amount=wanted)
        case ("DECLINED" | "FAILED") as status:
            return PaymentRefused(reason=PaymentRefusal.REFUSED, code=status)
        case status:
            raise OutsideUnavailableError(PORT, "capture", f"a capture of status {status!r}")


@understood("refund")
def _refunded(given: Answer, receipt: str, wanted: Money) -> Refunded | PaymentRefused:
    match given.text("status"):
        case ("COMPLETED" | "PENDING") as status:
            of = link(given, "up")
            from_it = of is None or of.endswith(f"/{receipt}")
            _require("refund", from_it and amounts_to(given, wanted))
            return Refunded(reference=_id("refund", given), pending=status == "PENDING")
        case ("CANCELLED" | "FAILED") as status:
            return PaymentRefused(reason=PaymentRefusal.REFUSED, code=status)
        case status:
            raise OutsideUnavailableError(PORT, "refund", f"a refund of status {status!r}")


def _require(act: str, as_asked: bool) -> None:  # noqa: FBT001 - it reads as a condition
    """Check that PayPal's answer is of this request, not of what the key was used for before."""
    if not as_asked:
        raise OutsideRejectedError(PORT, act, "the key was used before for something else")
