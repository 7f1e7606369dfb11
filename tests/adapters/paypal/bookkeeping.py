"""A PayPal of our own for tests: what it keeps, and what it decides.

It follows PayPal's descriptions of Orders v2 and Payments v2 and its pages on idempotency. Where
those leave room it is said: a request id names one request to one endpoint for ever, and is
answered with how that request stands now, a refusal with the same refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import TypeAlias

from attrs import define, field

from vintage_rules.adapters.json_answers import Json
from vintage_rules.adapters.memory.clock import MemoryClock

Document: TypeAlias = dict[str, Json]
Amount: TypeAlias = tuple[str, str]

HELD_FOR = timedelta(days=29)
REFUNDED_WITHIN = timedelta(days=180)
MOST_CAPTURED = Decimal("1.15")
WHOLE_ONLY = {"HUF", "JPY", "TWD"}
CURRENCIES = WHOLE_ONLY | {"EUR", "GBP", "USD"}


class RefusalError(Exception):
    """PayPal will not do it."""

    def __init__(self, issue: str, status: int = 422) -> None:
        self.issue = issue
        self.status = status
        super().__init__(issue)


@define
class Refund:
    """An amount given back."""

    id: str
    value: Decimal
    status: str = "COMPLETED"
    custom_id: str | None = None


@define
class Capture:
    """An amount taken."""

    id: str
    value: Decimal
    at: datetime
    status: str = "COMPLETED"
    refunds: list[Refund] = field(factory=list)

    @property
    def left(self) -> Decimal:
        """What can still be given back."""
        return self.value - sum(refund.value for refund in self.refunds)


@define
class Order:
    """An order with what became of it."""

    id: str
    intent: str
    value: Decimal
    currency: str
    custom_id: str | None
    reference_id: str
    status: str
    at: datetime
    refuses: str | None = None
    authorisation: str | None = None
    authorisation_status: str = "CREATED"
    expires: datetime | None = None
    captures: list[Capture] = field(factory=list)


def number(amount: Json) -> tuple[Decimal, str]:
    """Read an amount as PayPal does."""
    assert isinstance(amount, dict)
    value, code = str(amount["value"]), str(amount["currency_code"])
    if code not in CURRENCIES:
        raise RefusalError("INVALID_CURRENCY_CODE")
    if code in WHOLE_ONLY and "." in value:
        raise RefusalError("DECIMAL_PRECISION")
    if Decimal(value) <= 0:
        raise RefusalError("CANNOT_BE_ZERO_OR_NEGATIVE")
    if Decimal(value) != round(Decimal(value), 2):
        raise RefusalError("DECIMAL_PRECISION")
    return Decimal(value), code


@define
class Account:
    """One merchant: nobody else sees what is kept here."""

    client_id: str
    secret: str
    clock: MemoryClock
    tokens: dict[str, datetime] = field(factory=dict)
    orders: dict[str, Order] = field(factory=dict)
    answered: dict[tuple[str, str], Callable[[], tuple[int, Document]]] = field(factory=dict)
    lasts: timedelta = timedelta(hours=9)
    buyer_is_quick: bool = False
    refuses: str | None = None
    _numbers: count[int] = field(factory=lambda: count(1))

    def name(self, kind: str) -> str:
        """Give a new name, in PayPal's form."""
        return f"{next(self._numbers):06d}{kind.upper()}"

    # what buyers, clocks and PayPal's own people do

    def order(
        self, value: str, currency: str, custom_id: str | None, *, intent: str = "AUTHORIZE"
    ) -> Order:
        """Make an order as the shop's pages do, before the buyer has approved it."""
        order = Order(
            id=self.name("order"),
            intent=intent,
            value=Decimal(value),
            currency=currency,
            custom_id=custom_id,
            reference_id="default",
            status="CREATED",
            at=self.clock.now(),
        )
        self.orders[order.id] = order
        return order

    def approve(self, order_id: str) -> None:
        """Let the buyer say yes."""
        self.orders[order_id].status = "APPROVED"

    # tokens

    def token(self) -> Document:
        """Give a new one."""
        text = f"A21AA-{self.client_id}-{next(self._numbers)}"
        self.tokens[text] = self.clock.now() + self.lasts
        lasts = int(self.lasts.total_seconds())
        return {"access_token": text, "token_type": "Bearer", "expires_in": lasts, "scope": "all"}

    def knows(self, token: str) -> bool:
        """Tell whether a token is good now."""
        return token in self.tokens and self.clock.now() < self.tokens[token]

    # what is asked for

    def once(
        self, endpoint: str, request_id: str | None, do: Callable[[], Callable[[], Document]]
    ) -> tuple[int, Document, bool]:
        """Do something once for a request id; a refusal is remembered too."""
        name = (endpoint, request_id or self.name("unnamed"))
        again = name in self.answered
        if not again:
            self.answered[name] = self._done(do)
        status, document = self.answered[name]()
        return status, document, again

    def _done(self, do: Callable[[], Callable[[], Document]]) -> Callable[[], tuple[int, Document]]:
        try:
            show = do()
        except RefusalError as refusal:
            status, document = refusal.status, error(refusal)
            return lambda: (status, document)
        return lambda: (201, show())

    def make(self, body: Document) -> Order:
        """Make the order that is asked for."""
        units = body["purchase_units"]
        assert isinstance(units, list)
        unit = units[0]
        assert isinstance(unit, dict)
        value, code = number(unit["amount"])
        order = self.order(str(value), code, None, intent=str(body["intent"]))
        custom_id = unit.get("custom_id")
        order.custom_id = None if custom_id is None else str(custom_id)
        order.reference_id = str(unit.get("reference_id", "default"))
        order.status = "PAYER_ACTION_REQUIRED" if "payment_source" in body else "CREATED"
        order.refuses = self.refuses
        if self.buyer_is_quick:
            self.approve(order.id)
        return order

    def found(self, order_id: str) -> Order:
        """Find an order."""
        if order_id not in self.orders:
            raise RefusalError("INVALID_RESOURCE_ID", 404)
        return self.orders[order_id]

    def change_intent(self, order: Order, intent: str) -> None:
        """Have an order paid another way."""
        if order.status in {"COMPLETED", "VOIDED"}:
            raise RefusalError("ORDER_ALREADY_COMPLETED")
        order.intent = intent

    def authorise(self, order: Order) -> None:
        """Hold the amount of an order that the buyer approved."""
        if order.authorisation is not None:
            raise RefusalError("ORDER_ALREADY_AUTHORIZED")
        if order.intent != "AUTHORIZE":
            raise RefusalError("ACTION_DOES_NOT_MATCH_INTENT")
        if order.status != "APPROVED":
            raise RefusalError("ORDER_NOT_APPROVED")
        if order.refuses:
            raise RefusalError(order.refuses)
        order.authorisation = self.name("auth")
        order.expires = self.clock.now() + HELD_FOR
        order.status = "COMPLETED"

    def authorised(self, authorisation: str) -> Order:
        """Find the order of an authorisation."""
        for order in self.orders.values():
            if order.authorisation == authorisation:
                return order
        raise RefusalError("INVALID_RESOURCE_ID", 404)

    def capture(self, order: Order, amount: Json) -> Capture:
        """Take an amount that is held; as a final capture, it is the only one."""
        value, code = number(amount)
        if order.authorisation_status == "VOIDED":
            raise RefusalError("AUTHORIZATION_VOIDED")
        if order.captures:
            raise RefusalError("AUTHORIZATION_ALREADY_CAPTURED")
        if order.expires is not None and self.clock.now() > order.expires:
            raise RefusalError("AUTHORIZATION_EXPIRED")
        if code != order.currency:
            raise RefusalError("AUTH_CAPTURE_CURRENCY_MISMATCH")
        if value > order.value * MOST_CAPTURED:
            raise RefusalError("MAX_CAPTURE_AMOUNT_EXCEEDED")
        capture = Capture(self.name("capture"), value, self.clock.now())
        order.captures.append(capture)
        order.authorisation_status = "CAPTURED" if value >= order.value else "PARTIALLY_CAPTURED"
        return capture

    def void(self, order: Order) -> None:
        """Release what is held."""
        if order.captures:
            raise RefusalError("PREVIOUSLY_CAPTURED")
        if order.authorisation_status == "VOIDED":
            raise RefusalError("PREVIOUSLY_VOIDED")
        order.authorisation_status = "VOIDED"

    def captured(self, capture_id: str) -> tuple[Order, Capture]:
        """Find a capture with its order."""
        for order in self.orders.values():
            for capture in order.captures:
                if capture.id == capture_id:
                    return order, capture
        raise RefusalError("INVALID_RESOURCE_ID", 404)

    def refund(
        self, order: Order, capture: Capture, amount: Json, custom_id: str | None = None
    ) -> Refund:
        """Give an amount back."""
        value, code = number(amount)
        if self.clock.now() > capture.at + REFUNDED_WITHIN:
            raise RefusalError("REFUND_TIME_LIMIT_EXCEEDED")
        if code != order.currency:
            raise RefusalError("REFUND_CAPTURE_CURRENCY_MISMATCH")
        if not capture.left:
            raise RefusalError("CAPTURE_FULLY_REFUNDED")
        if value > capture.left:
            raise RefusalError("REFUND_AMOUNT_EXCEEDED")
        refund = Refund(self.name("refund"), value, custom_id=custom_id)
        capture.refunds.append(refund)
        capture.status = "PARTIALLY_REFUNDED" if capture.left else "REFUNDED"
        return refund


NAMES = {400: "INVALID_REQUEST", 404: "RESOURCE_NOT_FOUND", 422: "UNPROCESSABLE_ENTITY"}


def error(refusal: RefusalError) -> Document:
    """Write a refusal as PayPal does."""
    if refusal.status == 401:
        return {"error": refusal.issue, "error_description": "The token is not known."}
    name = NAMES[refusal.status]
    details: list[Json] = [{"issue": refusal.issue}]
    return {"name": name, "debug_id": "90957fca61718", "details": details}
