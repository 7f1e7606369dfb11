"""Every page of the storefront with many pieces: its size, and the processor time of the server.

    python -m benchmarks.storefront [--pieces 100000] [--store postgresql://…]

Without a store it is filled on SQLite and on a PostgreSQL server of its own. Lists of people are
full: a buyer with a hundred orders, a seller with a hundred offers, parcels and payouts, a workshop
with a hundred parcels. The time is that of this process, with the client that sends the request in
it: the median of several requests. What the processes of PostgreSQL compute for one is beside it,
on average, where it runs on this machine.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from os import sysconf
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time

import psycopg
from fastapi.testclient import TestClient

from examples.storefront.app import create_app
from examples.storefront.demo import DAYS, Life, Stock, seed, stock
from examples.storefront.host import Host
from examples.storefront.settings import Settings
from examples.storefront.site import Site, build_shop
from tests import postgresql
from tests.storefront.shops import MONDAY, SECRET, Visitor
from vintage_rules import Money
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.marketplace import Buyer, House, Marketplace

TIMES = 21
KB = 1_000
BUSY = 55  # more than a page of any list
TICKS = sysconf("SC_CLK_TCK")  # that Linux counts in a second of a process


@contextmanager
def stores(given: str | None) -> Iterator[dict[str, str]]:
    """Give the stores to fill, by name."""
    if given is not None:
        yield {given.partition(":")[0]: given}
        return
    with TemporaryDirectory() as folder, postgresql.server() as url:
        yield {"SQLite": f"sqlite:///{Path(folder) / 'shop.db'}", "PostgreSQL": url}


def pages(client: TestClient, pieces: int) -> Iterator[tuple[str, Visitor, str]]:
    """Name each page with who opens it and its address."""
    stocked = stock(pieces)
    guest, zoe, lou, anna, emma = (Visitor(TestClient(client.app)) for _ in range(5))
    for visitor, name in ((zoe, "zoe"), (lou, "lou"), (anna, "anna"), (emma, "emma")):
        visitor.be(name)
    open_pieces = [each.id for each in stocked if each.seller != "zoe"][200:230]
    for piece in open_pieces:
        zoe.get(f"/pieces/{piece}")
        zoe.post("/cart/add", piece=piece)
    more = {
        path: _more(guest, path)
        for path in ("/", "/?order=cheapest", "/?order=dearest", "/?seller=lou")
    }
    yield from ((f"on sale, {path}", guest, path) for path in more)
    yield from ((f"on sale, the next page of {path}", guest, next_) for path, next_ in more.items())
    yield "sold", guest, "/sold"
    yield "a piece on sale", guest, f"/pieces/{open_pieces[0]}"
    yield "a piece with offers", zoe, f"/pieces/{_offered(stocked)}"
    yield "a sold piece", guest, f"/pieces/{stocked[0].id}"
    yield "a picture", guest, f"/pictures/{open_pieces[0]}.svg"
    yield "a cart of 30", zoe, "/cart"
    yield "the checkout of 30", zoe, "/checkout"
    yield "gift cards", zoe, "/gift-cards"
    yield "signing in", guest, "/sign-in"
    yield "an account with orders", zoe, "/account"
    yield "an account with offers", emma, "/account"
    for order in ("d-arrived", "d-workshop", "d-moving", "b-0"):
        yield f"an order, {order}", zoe, f"/orders/{order}"
    yield "a seller's desk", lou, "/desk"
    yield "the house's desk", anna, "/house"


def _more(visitor: Visitor, path: str) -> str:
    page = visitor.get(path)
    return page.partition('<a class="button" href="')[2].partition('"')[0]


def be_busy(life: Life, stocked: list[Stock]) -> None:
    """Fill the lists of people: orders on their way to the workshop and there, offers, alerts."""
    of_lou = [
        each
        for each in stocked[len(stocked) // 2 :]
        if each.seller == "lou" and each.open_to_offers and each.price.amount % 10 == 0
    ]
    bought, offered = of_lou[: 2 * BUSY], of_lou[2 * BUSY : 3 * BUSY]
    zoe, emma, anna = Buyer("zoe"), Buyer("emma"), House("anna")
    for number, each in enumerate(bought):
        order = life.order(zoe, f"b-{number}", [each], "grouped")
        if number < BUSY:
            parcel = order.placed.inbound[0].id
            life.post(order, parcel)
            life.market.parcels.receive_parcel(anna, order.placed.order, parcel)
    for each in offered:
        price = Money(each.price.amount * Decimal("0.8"), "EUR")
        life.market.pieces.make_offer(emma, each.id, price)
        life.market.pieces.set_alert(emma, each.id)
    life.work()


def processes(url: str) -> list[int]:
    """Return the processes of PostgreSQL that serve a database on this machine."""
    if not url.startswith("postgresql"):
        return []
    with psycopg.connect(url) as connection:
        wanted = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        found = [int(pid) for (pid,) in connection.execute(wanted)]
    return [pid for pid in found if Path(f"/proc/{pid}/stat").exists()]


def computed_by(pids: list[int]) -> float:
    """Return the seconds of a processor that processes have had so far."""
    rows = [Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(") ")[2] for pid in pids]
    return sum(sum(map(int, row.split()[11:13])) for row in rows) / TICKS


def _offered(stocked: list[Stock]) -> str:
    return next(
        each.id for each in reversed(stocked) if each.open_to_offers and each.price.amount % 10 == 0
    )


def measure(url: str, pieces: int) -> None:
    """Fill a store and print a line for each page."""
    settings, begun = Settings(store=url, secret=SECRET), process_time()
    with SqlStore.open(url) as store:
        host, clock = Host(url), MemoryClock(MONDAY)
        seed(settings, store, host, MONDAY, count=pieces)
        print(f"filled with {pieces:,} pieces and {DAYS} days in {process_time() - begun:.0f} s")
        be_busy(
            Life(Marketplace(build_shop(settings, store, host, clock)), host, clock), stock(pieces)
        )
        app = create_app(Site.build(settings, store, host, clock))
        for name, visitor, path in pages(TestClient(app), pieces):
            answer = visitor.client.get(path)
            served = processes(url)
            there, computed = computed_by(served), list[float]()
            for _ in range(TIMES):
                at = process_time()
                answer = visitor.client.get(path)
                computed.append(process_time() - at)
            there = (computed_by(served) - there) / TIMES
            if answer.status_code != 200:
                raise SystemExit(f"{path} answered {answer.status_code}")
            beside = f" + {there * 1_000:4.1f} ms of PostgreSQL" if served else ""
            size, here = len(answer.content) / KB, median(computed) * 1_000
            print(f"{name:36} {size:6.1f} KB {here:6.1f} ms{beside}", flush=True)
        host.close()


def main() -> None:
    """Measure each store."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.storefront")
    parser.add_argument("--pieces", type=int, default=100_000)
    parser.add_argument("--store", help="the URL of an empty database")
    given = parser.parse_args()
    with stores(given.store) as urls:
        for name, url in urls.items():
            print(f"== {name}")
            measure(url, given.pieces)


if __name__ == "__main__":
    main()
