"""How PayPal shows what it keeps, as its descriptions say."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from tests.adapters.paypal.bookkeeping import WHOLE_ONLY, Capture, Document, Order, Refund
from vintage_rules.adapters.json_answers import Json


def moment(at: datetime) -> str:
    """Write a moment."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


def money(value: Decimal, currency: str) -> Document:
    """Write an amount."""
    text = f"{value:.0f}" if currency in WHOLE_ONLY else f"{value:.2f}"
    return {"currency_code": currency, "value": text}


def links(site: str, **paths: str) -> list[Json]:
    """Write where to go from here."""
    return [{"href": f"{site}{path}", "rel": rel.replace("_", "-")} for rel, path in paths.items()]


def order(site: str, it: Order) -> Document:
    """Show an order."""
    unit: Document = {
        "reference_id": it.reference_id,
        "amount": money(it.value, it.currency),
    }
    if it.custom_id is not None:
        unit["custom_id"] = it.custom_id
    if it.authorisation is not None:
        captures: list[Json] = [capture(site, it, one) for one in it.captures]
        held: list[Json] = [authorisation(site, it)]
        back: list[Json] = [refund(site, it, one, r) for one in it.captures for r in one.refunds]
        unit["payments"] = {"authorizations": held, "captures": captures, "refunds": back}
    page = f"/checkoutnow?token={it.id}"
    rels = {"self": f"/v2/checkout/orders/{it.id}"}
    if it.status in {"CREATED", "PAYER_ACTION_REQUIRED"}:
        rels["approve" if it.status == "CREATED" else "payer_action"] = page
    return {
        "id": it.id,
        "intent": it.intent,
        "status": it.status,
        "create_time": moment(it.at),
        "purchase_units": [unit],
        "links": links(site, **rels),
    }


def authorisation(site: str, it: Order) -> Document:
    """Show what is held."""
    assert it.expires is not None
    shown: Document = {
        "id": it.authorisation,
        "status": it.authorisation_status,
        "amount": money(it.value, it.currency),
        "create_time": moment(it.at),
        "expiration_time": moment(it.expires),
        "links": links(
            site,
            self=f"/v2/payments/authorizations/{it.authorisation}",
            up=f"/v2/checkout/orders/{it.id}",
        ),
    }
    if it.custom_id is not None:
        shown["custom_id"] = it.custom_id
    return shown


def capture(site: str, it: Order, one: Capture) -> Document:
    """Show what was taken."""
    return {
        "id": one.id,
        "status": one.status,
        "amount": money(one.value, it.currency),
        "final_capture": True,
        "create_time": moment(one.at),
        "links": links(
            site,
            self=f"/v2/payments/captures/{one.id}",
            up=f"/v2/payments/authorizations/{it.authorisation}",
        ),
    }


def captured(site: str, it: Order, one: Capture) -> Document:
    """Show what was taken, to whoever asks for it by its own name."""
    related: Document = {"order_id": it.id, "authorization_id": it.authorisation}
    return capture(site, it, one) | {"supplementary_data": {"related_ids": related}}


def refund(site: str, it: Order, one: Capture, back: Refund) -> Document:
    """Show what was given back."""
    named: Document = {} if back.custom_id is None else {"custom_id": back.custom_id}
    return {
        **named,
        "id": back.id,
        "status": back.status,
        "amount": money(back.value, it.currency),
        "links": links(
            site,
            self=f"/v2/payments/refunds/{back.id}",
            up=f"/v2/payments/captures/{one.id}",
        ),
    }
