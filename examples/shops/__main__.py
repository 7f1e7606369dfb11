"""Send the same requests to the shop of a framework: `python -m examples.shops django`."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from examples.shops.clients import CLIENTS, Client, Got
from vintage_rules.adapters.memory.payments import MemoryGateway

PRICE = {"amount": "90.00", "currency": "EUR"}
COAT = {"price": PRICE, "weight_g": 900, "description": "a wool coat"}
HOME = {"name": "Z", "line1": "1 r", "postal_code": "33000", "city": "Bordeaux", "country": "FR"}
CART = {"prices": {"coat": PRICE}, "mode": "grouped", "address": HOME}
LOW = {"price": {**PRICE, "amount": "60.00"}}


def shown(got: Got) -> str:
    """Return the status and the part of an answer that a person looks at first."""
    status, body = got
    body = body if isinstance(body, Mapping) else {}
    order = body.get("order", {})
    found = (
        body.get("state")
        or order.get("state")
        or body.get("price", {}).get("total", {}).get("amount")
        or body.get("declined")
        or ("a challenge" if "challenge" in body else "")
        or " ".join(body.get("why", ()))
        or body.get("detail", "")
    )
    return f"{status} {found}".strip()


def show(client: Client, who: str, method: str, path: str, body: object = None) -> None:
    """Send a request and print what is answered."""
    print(who or "someone", method, path, "→", shown(client.send(who, method, path, body)))


def confirm(client: Client) -> None:
    """Let the buyer confirm the payment on the page of the bank, which reports it."""
    bank = client.market.shop.gateway("card")
    if not isinstance(bank, MemoryGateway):
        raise TypeError(bank)
    bank.answer_challenge("authorisation-1")
    headers, body = bank.sent(bank.webhooks[-1])
    print(
        "the bank POST /webhooks/card →",
        shown(client.deliver("", "POST", "/webhooks/card", body, headers)),
    )


def main() -> None:
    """List a piece, sell it, and be refused."""
    parser = argparse.ArgumentParser(prog="python -m examples.shops", description=main.__doc__)
    parser.add_argument("framework", choices=list(CLIENTS))
    with TemporaryDirectory() as folder:
        client = CLIENTS[parser.parse_args().framework](Path(folder))
        show(client, "ada", "PUT", "/pieces/coat", COAT)
        show(client, "zoe", "POST", "/quotes", CART)
        show(client, "zoe", "POST", "/pieces/coat/offers", LOW)
        show(client, "zoe", "PUT", "/orders/o1", {**CART, "card": "challenged"})
        show(client, "zoe", "GET", "/orders/o1")
        confirm(client)
        print("the worker:", client.work())
        show(client, "zoe", "GET", "/orders/o1")
        show(client, "max", "GET", "/orders/o1")
        show(client, "max", "PUT", "/orders/o2", {**CART, "card": "approved"})
        show(client, "", "POST", "/webhooks/card", {"paid": "yes"})
        client.close()


if __name__ == "__main__":
    main()
