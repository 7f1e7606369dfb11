"""PayPal's documents, read with care, and amounts as PayPal writes them."""

from __future__ import annotations

from decimal import Decimal
from functools import partial

from vintage_rules.adapters.http_requests import parsing
from vintage_rules.adapters.json_answers import Answer, Json
from vintage_rules.money import Money

PORT = "paypal"
understood = partial(parsing, PORT)

# PayPal takes no decimals of these, whatever the currency itself has.
WITHOUT_DECIMALS = frozenset({"HUF", "JPY", "TWD"})


def within(document: Answer, *names: str) -> Answer | None:
    """Return an object in an object, None if one of them is missing.

    >>> within(Answer({"a": {"b": {}}}, "answer"), "a", "b").path
    'answer.a.b'
    >>> within(Answer({}, "answer"), "a", "b")
    """
    for name in names:
        if not document.has(name):
            return None
        document = document.get(name)
    return document


def link(document: Answer, *rels: str) -> str | None:
    """Return the address that a document names for one of these relations."""
    for entry in document.each("links"):
        if entry.text("rel") in rels:
            return entry.text("href")
    return None


def written(amount: Money) -> dict[str, Json]:
    """Return an amount as PayPal writes it.

    >>> written(Money("12.30", "EUR"))
    {'currency_code': 'EUR', 'value': '12.30'}
    >>> written(Money("1500", "HUF"))
    {'currency_code': 'HUF', 'value': '1500'}
    """
    code, value = amount.currency.code, amount.amount
    whole = code in WITHOUT_DECIMALS and value == value.to_integral_value()
    return {"currency_code": code, "value": f"{value:.0f}" if whole else f"{value:f}"}


def amount_of(document: Answer) -> Money:
    """Return a document's `amount`.

    >>> amount_of(
    ...     Answer({"amount": {"currency_code": "EUR", "value": "5.0"}}, "capture")
    ... )
    Money('5.00', 'EUR')
    """
    return Money(_value(document), document.get("amount").text("currency_code"))


def amounts_to(document: Answer, amount: Money) -> bool:
    """Return whether a document's `amount` is this one.

    >>> five = {"amount": {"currency_code": "EUR", "value": "5.0"}}
    >>> amounts_to(Answer(five, "capture"), Money("5.00", "EUR"))
    True
    """
    return _in_currency_of(document, amount) and _value(document) == amount.amount


def is_above(amount: Money, document: Answer) -> bool:
    """Return whether an amount is more than a document's, in its currency."""
    return _in_currency_of(document, amount) and amount.amount > _value(document)


def _in_currency_of(document: Answer, amount: Money) -> bool:
    """Return whether a document's `amount` is in the currency of this one."""
    return document.get("amount").text("currency_code") == amount.currency.code


def _value(document: Answer) -> Decimal:
    return document.get("amount").number("value")
