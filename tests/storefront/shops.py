"""A small storefront in this process, and visitors who fill in its forms."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

from attrs import define, field, frozen
from fastapi.testclient import TestClient
from httpx2 import Response

from examples.storefront.app import create_app
from examples.storefront.demo import Life, Stock, people, stock
from examples.storefront.host import Host
from examples.storefront.settings import Settings
from examples.storefront.site import Site
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.marketplace import Marketplace
from vintage_rules.ports import EventStore

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
SECRET = b"a secret of this storefront, 32 b"
_TOKEN = re.compile(r'name="token" value="([^"]+)"')


@define
class Visitor:
    """Someone with a browser: cookies, and the token of the page they saw last."""

    client: TestClient
    token: str = ""
    page: str = field(default="", repr=False)
    status: int = 0
    path: str = ""

    def get(self, path: str, **headers: str) -> str:
        """Open a page and give its text."""
        return self._seen(self.client.get(path, headers=headers))

    def post(self, path: str, **fields: str | list[str]) -> str:
        """Send a form of the page that was seen last, and give the text of the page it leads to."""
        headers = {"referer": f"http://testserver{self.path or '/'}"}
        return self._seen(
            self.client.post(path, data={"token": self.token, **fields}, headers=headers)
        )

    def be(self, person: str) -> Visitor:
        """Sign in as someone of the demonstration."""
        self.get("/sign-in")
        self.post("/be", person=person)
        return self

    def _seen(self, answer: Response) -> str:
        self.status, self.page = answer.status_code, unescape(answer.text)
        self.path = str(answer.url.raw_path.decode())
        found = _TOKEN.search(answer.text)
        self.token = found[1] if found else self.token
        return self.page


@frozen
class Storefront:
    """A storefront with a dozen pieces of the demonstration on sale, since Monday morning."""

    site: Site
    clock: MemoryClock
    pieces: list[Stock]
    client: Callable[[], TestClient]

    def visitor(self) -> Visitor:
        """Give someone who has just opened the shop, in English."""
        visitor = Visitor(self.client())
        visitor.client.headers["accept-language"] = "en"
        visitor.get("/")
        return visitor


def storefront(folder: Path, *, demo: bool = True, store: EventStore | None = None) -> Storefront:
    """Build a storefront whose tables are in a folder."""
    url = f"sqlite:///{folder / 'host.db'}"
    settings = Settings(store=url, secret=SECRET, demo=demo)
    host, clock, pieces = Host(url), MemoryClock(MONDAY), stock()[:12]
    host.add_people(people())
    host.add_looks([each.look for each in pieces])
    site = Site.build(settings, store or MemoryStore(), host, clock)
    Life(Marketplace(site.market.shop), host, clock).list_pieces(pieces)
    clock.set(MONDAY)
    app = create_app(site)
    return Storefront(site, clock, pieces, lambda: TestClient(app))
