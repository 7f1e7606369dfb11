"""The processes of a shop: workers, and clients for whom a town lives. Any may be killed."""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

from attrs import define, evolve, frozen

from tests.kills.outside import Address, Far
from tests.simulation.towns import BOOKS, SMALL
from vintage_rules import calendar
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.errors import OutsideUnavailableError
from vintage_rules.ids import OrderId, PieceId
from vintage_rules.marketplace import Marketplace, Worker
from vintage_rules.ports import EventStore
from vintage_rules.testing.simulation import Calm
from vintage_rules.testing.simulation.run import Life
from vintage_rules.testing.simulation.town import Outside, Town, found

_PAUSE = 0.02  # seconds, where there is nothing to do, or no database
_NAMES_EACH = 1_000


@frozen
class Place:
    """Where a process of the shop lives: at which door, on which database, under whose rules."""

    address: Address
    url: str
    house: int
    seed: int


@define(kw_only=True)
class Resident(Town):
    """A town as one process knows it, which gives names that no other process gives."""

    number: int

    def order(self) -> OrderId:
        """Name an order to come: one in five as the first parcel of one that there is."""
        name = OrderId(f"o{self.number * _NAMES_EACH + self.names}")
        self.names += 1
        if self.orders and self.random.random() < 0.2:
            namesake = OrderId(f"{self.random.choice(self.orders)}-1")
            name = name if namesake in self.orders else namesake
        self.orders.append(name)
        return name

    def name(self, what: str) -> str:
        """Return something new a name."""
        return f"{self.number}-{super().name(what)}"


def founded(house: int, seed: int, store: EventStore) -> Town:
    """Found a town under one of the houses; nothing goes wrong in it but what is killed."""
    book = BOOKS[house]
    days_of_rest = calendar(book.latest.calendar)
    random = Random(f"kills {seed}")
    return found(random, Calm(), store, book=book, calendar=days_of_rest, scale=SMALL, seed=seed)


def over(town: Town, store: EventStore) -> Town:
    """Return the same town over a store, and what it finds there."""
    known = evolve(
        town,
        outside=evolve(town.outside, store=store),
        market=Marketplace(evolve(town.market.shop, store=store)),
    )
    known.pieces = [PieceId(each.removeprefix("piece/")) for each in store.streams("piece/")]
    known.orders = [OrderId(each.removeprefix("order/")) for each in store.streams("order/")]
    known.offered = known.pieces[-9:]
    return known


def _reached(place: Place, door: Any, number: int, store: EventStore) -> Resident:
    """Return the town as a process that begins knows it: from the store, and the outside."""
    near = founded(place.house, place.seed, MemoryStore())
    far: dict[str, Any] = {name: Far(door, f"bank {name}") for name in near.outside.banks}
    payouts, outbox, carrier, clock = (
        Far(door, name) for name in ("payouts", "outbox", "carrier", "clock")
    )
    shop = evolve(
        near.market.shop,
        clock=clock,
        payments=far,
        payouts=payouts,
        notifier=outbox,
        carrier=carrier,
        tracker=carrier,
    )
    outside: Any = Outside
    town: Any = Resident
    known: Resident = town(
        random=Random(f"kills {place.seed} {number}"),
        scale=near.scale,
        clock=clock,
        outside=outside(store=store, banks=far, payouts=payouts, outbox=outbox, carrier=carrier),
        wire=near.wire,
        market=Marketplace(shop),
        customs=near.customs,
        mischief=near.mischief,
        number=number,
        purchases=number * _NAMES_EACH,
    )
    known.mischief.calm = True
    answer = over(known, store)
    assert isinstance(answer, Resident)
    return answer


def _live(town: Resident, door: Any) -> None:
    life = Life(town, Counter())
    while True:
        life.live_a_part_of_a_day()
        if town.random.random() < 0.1:
            life.report_and_look()
        while town.wrongs:
            door.note(town.wrongs.pop())


def _work(town: Resident, _: Any) -> None:
    worker = Worker(town.market.shop, f"worker-{town.number}")
    while True:
        try:
            idle = worker.round(20).idle
        except OutsideUnavailableError:
            idle = True
        if idle:
            time.sleep(_PAUSE)


def _begin(place: Place, act: Callable[[Resident, Any], None]) -> None:
    """Live until killed; anything else that ends the process is noted."""
    logging.disable()
    door: Any = None
    number = 0
    try:
        door = place.address.reach()
        number = door.begun()
        while True:
            try:
                with SqlStore.open(place.url) as store:
                    act(_reached(place, door, number, store), door)
            except OutsideUnavailableError:  # the database is not there, or not yet
                time.sleep(_PAUSE)
    except (EOFError, ConnectionError):  # the town has ended
        sys.exit()
    except BaseException:
        door.note(f"{act.__name__.strip('_')} {number}: {traceback.format_exc()}")
        raise


def client(place: Place) -> None:
    """Do what the people of the town do, one after the other."""
    _begin(place, _live)


def worker(place: Place) -> None:
    """Fire timers and handle effects."""
    _begin(place, _work)
