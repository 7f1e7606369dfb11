"""The request for an order of PayPal, and the state that an order shows.

Every reader raises `OutsideUnavailableError` for an order that cannot be understood.
"""

from __future__ import annotations

from datetime import datetime

from vintage_rules.adapters.json_answers import Answer, Json
from vintage_rules.adapters.paypal.api import Issue
from vintage_rules.adapters.paypal.documents import (
    PORT,
    amounts_to,
    link,
    understood,
    within,
    written,
)
from vintage_rules.errors import (
    InvalidValueError,
    OutsideRejectedError,
    OutsideUnavailableError,
)
from vintage_rules.ports.payments import (
    Authorisation,
    Authorised,
    ChallengeNeeded,
    Charge,
    Declined,
)

LONGEST_CUSTOM_ID = 127
_AWAITING = frozenset({"CREATED", "PAYER_ACTION_REQUIRED", "SAVED"})
_READING = "reading an order"


def request_for(charge: Charge) -> dict[str, Json]:
    """Return the order that a charge needs.

    The shop takes the address itself. Only means that pay at once are offered: for others it is
    unknown for days whether an amount was captured.

    Raises:
        InvalidValueError: For an order whose id is longer than PayPal takes.
    """
    if len(charge.order) > LONGEST_CUSTOM_ID:
        allowed = f"at most {LONGEST_CUSTOM_ID} characters, for PayPal"
        raise InvalidValueError("order", charge.order, allowed)
    experience: dict[str, Json] = {
        "payment_method_preference": "IMMEDIATE_PAYMENT_REQUIRED",
        "shipping_preference": "NO_SHIPPING",
        "user_action": "PAY_NOW",
    }
    if charge.return_url is not None:
        experience |= {"return_url": charge.return_url, "cancel_url": charge.return_url}
    unit: dict[str, Json] = {
        "reference_id": charge.key,
        "custom_id": charge.order,
        "amount": written(charge.amount),
    }
    return {
        "intent": "AUTHORIZE",
        "purchase_units": [unit],
        "payment_source": {"paypal": {"experience_context": experience}},
    }


@understood(_READING)
def is_of(order: Answer, charge: Charge) -> bool:
    """Return whether an order was created for the order of a charge, and for nothing else."""
    units = order.each("purchase_units")
    if not units:
        raise order.get("purchase_units").wrong("a list of one unit or more")
    return len(units) == 1 and units[0].text_or_none("custom_id") == charge.order


@understood(_READING)
def require_made_for(charge: Charge, order: Answer) -> None:
    """Refuse a PayPal order that was made for another order or another amount.

    Otherwise a buyer could pay for one thing with the approval of another.

    Raises:
        OutsideRejectedError: If the order names another order or another amount.
    """
    if not is_of(order, charge) or not amounts_to(order.each("purchase_units")[0], charge.amount):
        message = f"order {order.text('id')} was made for something else"
        raise OutsideRejectedError(PORT, "authorise", message)


@understood(_READING)
def authorisations(order: Answer) -> tuple[Answer, ...]:
    """Return every authorisation of an order."""
    return _payments(order, "authorizations")


@understood(_READING)
def captures(order: Answer) -> tuple[Answer, ...]:
    """Return every capture of an order."""
    return _payments(order, "captures")


@understood(_READING)
def refunds(order: Answer) -> tuple[Answer, ...]:
    """Return every refund of an order."""
    return _payments(order, "refunds")


def _payments(order: Answer, kind: str) -> tuple[Answer, ...]:
    payments = (within(unit, "payments") for unit in order.each("purchase_units"))
    return tuple(payment for made in payments if made for payment in made.each(kind))


@understood(_READING)
def holding(order: Answer) -> Answer | Issue:
    """Return the authorisation of an order that holds its amount, or held it."""
    held = authorisations(order)
    if held:
        return held[0]
    return Issue(
        "AUTHORIZATION_VOIDED" if order.text("status") == "VOIDED" else "ORDER_NOT_APPROVED"
    )


@understood(_READING)
def is_open(order: Answer) -> bool:
    """Return whether an order may come to hold an amount."""
    return order.text("status") in {"APPROVED", *_AWAITING}


@understood(_READING)
def is_ready(order: Answer) -> bool:
    """Return whether the buyer has approved, and the amount can be held."""
    return order.text("status") == "APPROVED" and order.text("intent") == "AUTHORIZE"


@understood(_READING)
def authorisation_of(order: Answer) -> Authorisation:
    """Return the state of a charge.

    Raises:
        OutsideUnavailableError: While PayPal has not decided.
    """
    held = authorisations(order)
    if held:
        return _held(order, held[0])
    status = order.text("status")
    if status == "VOIDED":
        return Declined(code=status)
    if order.text("intent") != "AUTHORIZE":
        return Declined(code="ACTION_DOES_NOT_MATCH_INTENT")
    if status not in _AWAITING:
        raise order.get("status").wrong(f"one of {', '.join(sorted(_AWAITING))}")
    return challenge(order)


@understood(_READING)
def challenge(order: Answer) -> ChallengeNeeded:
    """Return the page where the buyer approves an order."""
    return ChallengeNeeded(reference=order.text("id"), url=link(order, "payer-action", "approve"))


def _held(order: Answer, authorisation: Answer) -> Authorisation:
    match authorisation.text("status"):
        case "CREATED" | "CAPTURED" | "PARTIALLY_CAPTURED":
            return Authorised(reference=order.text("id"), expires_at=_expiry(authorisation))
        case ("DENIED" | "VOIDED") as status:
            return Declined(code=status)
        case status:
            message = f"an authorisation of status {status!r}"
            raise OutsideUnavailableError(PORT, "authorise", message)


def _expiry(authorisation: Answer) -> datetime | None:
    if not authorisation.has("expiration_time"):
        return None
    return authorisation.moment("expiration_time")
