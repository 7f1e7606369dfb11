"""What every answer of the protocol shares: its version, amounts, messages and refusals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

from attrs import field, frozen

from vintage_rules import Money
from vintage_rules.money import decimals_of

VERSION = "2026-01-11"
Json: TypeAlias = Mapping[str, object]
_SITE = "https://ucp.dev"
_CHECKOUT = "dev.ucp.shopping.checkout"
# Of each capability the name of its page and of its schema, and whether it extends the checkout.
_CAPABILITIES = {
    "checkout": ("checkout", False),
    "order": ("order", False),
    "discount": ("discount", True),
    "fulfillment": ("fulfillment", True),
    "buyer_consent": ("buyer-consent", True),
}


def minor(amount: Money) -> int:
    """Return an amount in minor units, exactly.

    >>> minor(Money("35.00", "USD")), minor(Money("800", "JPY"))
    (3500, 800)
    """
    return int(amount.amount.scaleb(decimals_of(amount.currency)))


def capabilities() -> list[Json]:
    """Return the capabilities as a profile declares them."""
    return [
        {
            "name": f"dev.ucp.shopping.{name}",
            "version": VERSION,
            "spec": f"{_SITE}/specification/{page}",
            "schema": f"{_SITE}/schemas/shopping/{name}.json",
            **({"extends": _CHECKOUT} if extends else {}),
        }
        for name, (page, extends) in _CAPABILITIES.items()
    ]


def of_checkout() -> Json:
    """Return what a checkout says of the protocol."""
    names = [f"dev.ucp.shopping.{name}" for name in _CAPABILITIES if name != "order"]
    return {"version": VERSION, "capabilities": [{"name": n, "version": VERSION} for n in names]}


def of_order() -> Json:
    """Return what an order says of the protocol."""
    name = "dev.ucp.shopping.order"
    return {"version": VERSION, "capabilities": [{"name": name, "version": VERSION}]}


def row(kind: str, amount: Money, text: str = "") -> Json:
    """Return a row of totals."""
    return {"type": kind, "amount": minor(amount), **({"display_text": text} if text else {})}


def problem(code: str, content: str, *, path: str = "", severity: str = "recoverable") -> Json:
    """Return a message about what keeps a checkout from being completed, and who can mend it."""
    where = {"path": path} if path else {}
    return {"type": "error", "code": code, "content": content, "severity": severity, **where}


def warning(code: str, content: str, *, path: str = "") -> Json:
    """Return a message that buyers are to see."""
    where = {"path": path} if path else {}
    return {"type": "warning", "code": code, "content": content, **where}


@frozen
class Refusal(Exception):  # noqa: N818 - an answer, which a handler makes of it
    """A request that is not carried out: its status, and why, in the shape of the protocol.

    `detail` says the same in a line, where the conformance suite looks for it.
    """

    status: int
    messages: Sequence[Json]
    headers: Mapping[str, str] = field(factory=dict[str, str])

    @property
    def body(self) -> Json:
        """The answer."""
        escalates = any(each.get("severity") != "recoverable" for each in self.messages)
        return {
            "ucp": {"version": VERSION, "capabilities": []},
            "status": "requires_escalation" if escalates else "incomplete",
            "messages": list(self.messages),
            "detail": " ".join(str(each["content"]) for each in self.messages),
        }


def refuse(status: int, code: str, content: str, **more: str) -> Refusal:
    """Return a refusal for one reason."""
    return Refusal(status, [problem(code, content, **more)])
