"""Sixteen workers on one PostgreSQL: each piece is sold once, and each timer fires once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import TypeVar

import pytest
from attrs import evolve

from tests.effort import sampled
from tests.marketplace.crowd import buy, list_pieces, piece_of
from tests.marketplace.town import HOUSE, Town, euros
from tests.postgresql import emptied
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.ids import OrderId
from vintage_rules.marketplace import Marketplace
from vintage_rules.marketplace.storage.streams import PIECES
from vintage_rules.marketplace.worker import Progress
from vintage_rules.money import Money, total
from vintage_rules.orders.states import Order
from vintage_rules.ports.notifier import MessageKind

T = TypeVar("T")

WORKERS = 16
SOLD, TIMERS = sampled(500), sampled(5_000)


@pytest.fixture
def towns(postgresql_server: str) -> Iterator[list[Town]]:
    """One town as sixteen workers see it: each has a store, and connections, of its own."""
    stores = [SqlStore.open(postgresql_server) for _ in range(WORKERS)]
    emptied(postgresql_server)
    town = Town.built(stores[0])
    shops = [evolve(town.market.shop, store=store) for store in stores]
    yield [evolve(town, market=Marketplace(shop)) for shop in shops]
    for store in stores:
        store.close()


def all_at_once(act: Callable[[int], T]) -> list[T]:
    """Let every worker do the same at the same time."""
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(act, range(WORKERS)))


def until_idle(towns: list[Town]) -> Progress:
    """Let all workers do what is due until nothing is, and add up what they did."""

    def work(worker: int) -> Progress:
        busy = towns[worker].market.worker(f"worker-{worker}")
        done = last = busy.round()
        while not last.idle:
            last = busy.round()
            done += last
        return done

    done = all_at_once(work)
    return sum(done[1:], done[0])


def paid(town: Town, name: OrderId) -> Money:
    """Tell what was taken for an order."""
    order = town.market.orders.view(HOUSE, name)
    assert isinstance(order, Order)
    return total((payment.amount for payment in order.captured), "EUR")


def bank(town: Town, account: Account) -> Money:
    """Tell what the bank has for somebody."""
    return town.bank.ledger.balance(account, "EUR")


class TestOneSaleOfEachPiece:
    """C1: the first validated order gets the piece; nobody who comes later is charged."""

    def test_sixteen_who_want_everything(self, towns: list[Town]) -> None:
        """They all go for the same piece at the same time, one piece after the other."""
        list_pieces(towns[0], SOLD)
        bought = all_at_once(
            lambda w: [buy(towns[w], f"buyer-{w}", number) for number in range(SOLD)]
        )
        orders = [[mine[number] for mine in bought if mine[number]] for number in range(SOLD)]
        assert [len(each) for each in orders] == [1] * SOLD
        until_idle(towns)
        towns[0].clock.advance(timedelta(days=1))
        until_idle(towns)
        taken = total((paid(towns[0], name) for (name,) in orders if name), "EUR")
        assert bank(towns[0], Account.HELD) == euros("0.00")
        assert bank(towns[0], Account.HOUSE) == taken > euros("90.00") * SOLD


class TestOneExpiryOfEachOffer:
    """N8: an offer that nobody answers is over after its time; its buyer is told, once."""

    def test_sixteen_who_watch_the_clock(self, towns: list[Town]) -> None:
        """All of them look at the same moment for what has come due, and share it out."""
        list_pieces(towns[0], TIMERS, offered=True)
        until_idle(towns)
        towns[0].clock.advance(timedelta(days=30))
        assert until_idle(towns).timers == TIMERS
        lapsed = [m for m in towns[0].outbox.messages if m.kind is MessageKind.OFFER_LAPSED]
        assert len(lapsed) == len({message.key for message in lapsed}) == TIMERS
        assert len({message.facts["piece"] for message in lapsed}) == TIMERS
        for number in range(TIMERS):
            stream = PIECES.stream_name(piece_of(number))
            names = [record.name for record in towns[0].market.shop.store.read(stream).records]
            assert names == ["piece-entered", "piece-listed", "offer-made", "offer-lapsed"]
