"""Platforms that shop for their buyers, and a machine on which they publish and listen."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread
from typing import Any
from uuid import uuid4

from attrs import define, field, frozen
from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response

from examples.storefront.app import create_app
from examples.storefront.host import Host
from examples.storefront.settings import Settings
from examples.storefront.ucp.api import BASE, Ucp
from examples.storefront.ucp.flower_shop import build
from examples.storefront.ucp.signing import SigningKey
from tests.storefront.shops import Storefront
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.store import MemoryStore

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
FILES = {
    "products": "id,title,price,image_url\n"
    "roses,Red roses,3500,https://flowers.example/roses.jpg\n"
    "pot,Pot,1501,https://flowers.example/pot.jpg\n"
    "gardenias,Gardenias,2000,https://flowers.example/gardenias.jpg\n",
    "inventory": "product_id,quantity\nroses,4\npot,9\ngardenias,0\n",
    "discounts": "code,type,value,description\n"
    "10OFF,percentage,10,A tenth off\n"
    "WELCOME20,percentage,20,A fifth off\n"
    "FIXED500,fixed_amount,500,Five off\n",
    "promotions": "id,type,min_subtotal,eligible_item_ids,description\n"
    "promo_1,free_shipping,10000,,From a hundred on\n"
    'promo_2,free_shipping,,"[""roses""]",With roses\n',
    "customers": "id,name,email\nc_1,Ann,ann@example.com\n",
    "addresses": "id,customer_id,street_address,city,state,postal_code,country\n"
    "a_1,c_1,1 Elm Street,Chicago,IL,60601,US\n",
}
AGENT = "http://localhost:1/ann.json"


@define
class Machine:
    """A machine of platforms: what it publishes by path, and the events that it was sent.

    `never_sent` are bytes that its answers to events announce beyond those that they have.
    """

    url: str
    published: dict[str, object] = field(factory=dict[str, object])
    events: list[tuple[Mapping[str, str], bytes]] = field(factory=list[Any])
    fails: int = 0
    never_sent: int = 0
    heard: Event = field(factory=Event)

    @property
    def kinds(self) -> list[str]:
        """What it has heard, the first first."""
        return [json.loads(body)["event_type"] for _, body in self.events]


@contextmanager
def machine() -> Iterator[Machine]:
    """Give a machine that listens on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(200, json.dumps(here.published.get(self.path, {})).encode())

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            if here.fails:
                here.fails -= 1
                return self._answer(503, b"")
            here.events.append(({k.lower(): v for k, v in self.headers.items()}, body))
            here.heard.set()
            return self._answer(200, b"{}", here.never_sent)

        def _answer(self, status: int, body: bytes, never_sent: int = 0) -> None:
            self.send_response(status)
            self.send_header("content-length", str(len(body) + never_sent))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        here = Machine(f"http://127.0.0.1:{server.server_address[1]}")
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield here
        server.shutdown()
        thread.join()


@define
class Platform:
    """A platform: the address of its profile, and the key that it signs with if it has one."""

    client: TestClient
    profile: str = "http://localhost:1/one.json"
    key: SigningKey | None = None
    version: str = ""
    last: Response | None = None

    def send(self, method: str, path: str, body: object = None, *, key: str = "") -> Any:  # noqa: ANN401
        """Send a request and give what it is answered, as JSON."""
        content = b"" if body is None else json.dumps(body).encode()
        said = f'profile="{self.profile}"'
        headers = {
            "UCP-Agent": f'{said}; version="{self.version}"' if self.version else said,
            "Idempotency-Key": key or str(uuid4()),
            "Request-Signature": "" if self.key is None else self.key.sign(content),
        }
        answer = self.client.request(method, f"{BASE}{path}", content=content, headers=headers)
        self.last = answer
        return answer.json()

    @property
    def status(self) -> int:
        """The status of the last answer."""
        assert self.last is not None
        return self.last.status_code

    def begin(self, *items: str, **more: object) -> Any:  # noqa: ANN401
        """Begin a checkout of one of each item."""
        lines = [{"item": {"id": item}, "quantity": 1} for item in items]
        return self.send("POST", "/checkout-sessions", {"line_items": lines, **more})

    def change(self, checkout: Any, **more: object) -> Any:  # noqa: ANN401
        """Change a checkout, whose lines stay."""
        lines = [
            {"id": line["id"], "item": {"id": line["item"]["id"]}, "quantity": line["quantity"]}
            for line in checkout["line_items"]
        ]
        body = {"id": checkout["id"], "line_items": lines, **more}
        return self.send("PUT", f"/checkout-sessions/{checkout['id']}", body)

    def show(self, checkout: Any) -> Any:  # noqa: ANN401
        """Read a checkout."""
        return self.send("GET", f"/checkout-sessions/{checkout['id']}")

    def complete(self, checkout: Any, token: str = "success_token", **more: Any) -> Any:  # noqa: ANN401, S107
        """Complete a checkout with a card."""
        handler = checkout["payment"]["handlers"][0]["id"] if "payment" in checkout else "none"
        card = {
            "id": "card_1",
            "handler_id": handler,
            "type": "card",
            "brand": "Visa",
            "last_digits": "1234",
            "credential": {"type": "token", "token": token},
        }
        key = more.pop("key", "")
        body = {"payment_data": {**card, **more}}
        return self.send("POST", f"/checkout-sessions/{checkout['id']}/complete", body, key=key)

    def order(self, name: str) -> Any:  # noqa: ANN401
        """Read an order."""
        return self.send("GET", f"/orders/{name}")


def shipped_to(address: Mapping[str, str], option: str) -> dict[str, object]:
    """Give what a request says of where an order goes, and how."""
    method = {
        "type": "shipping",
        "destinations": [dict(address)],
        "selected_destination_id": address["id"],
        "groups": [{"selected_option_id": option}],
    }
    return {"methods": [method]}


@frozen(kw_only=True)
class UcpShop:
    """A shop that platforms call, its clock, and what it is served by."""

    ucp: Ucp
    clock: MemoryClock
    app: FastAPI

    def platform(self, name: str = "one", **more: Any) -> Platform:  # noqa: ANN401
        """Give a platform of a name."""
        client = TestClient(self.app, raise_server_exceptions=False)
        return Platform(client, **{"profile": f"http://localhost:1/{name}.json", **more})


def vintage(shop: Storefront, **more: Any) -> UcpShop:  # noqa: ANN401
    """Give the storefront of the demonstration, which platforms call."""
    app = create_app(shop.site)
    ucp = Ucp.build(shop.site, **{"local": True, **more})
    ucp.attach(app)
    return UcpShop(ucp=ucp, clock=shop.clock, app=app)


@contextmanager
def flowers(folder: Path, url: str = "http://127.0.0.1:8000") -> Iterator[UcpShop]:
    """Give a small flower shop, built as the conformance suite's is."""
    for name, text in FILES.items():
        (folder / f"{name}.csv").write_text(text)
    settings = Settings(store=f"sqlite:///{folder / 'flowers.db'}", secret=b"f" * 32, url=url)
    host, clock = Host(settings.store), MemoryClock(MONDAY)
    ucp = build(folder, settings, MemoryStore(), host, clock, agent=AGENT)
    app = create_app(ucp.site)
    ucp.attach(app)
    yield UcpShop(ucp=ucp, clock=clock, app=app)
    host.close()
