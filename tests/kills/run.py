"""A town whose processes are killed, and its books once it has come to rest."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random
from typing import TypeAlias

from attrs import frozen

from tests.kills.databases import Database, Disk, database, disk
from tests.kills.outside import Door, serve
from tests.kills.residents import Place, client, founded, over, worker
from tests.simulation.towns import BOOKS
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.orders.states import Order
from vintage_rules.ports import EventStore, Scan
from vintage_rules.shipping.parcel.states import ParcelState
from vintage_rules.testing.simulation import Books, Town, unfinished, violations
from vintage_rules.testing.simulation.run import Life
from vintage_rules.testing.simulation.town import HOUSE, POST

# Each process is forked from one that has imported everything: it is there in milliseconds.
FORKED = get_context("forkserver")
_CREW: tuple[tuple[str, Callable[[Place], None]], ...] = (
    ("client", client),
    ("client", client),
    ("worker", worker),
    ("worker", worker),
)
_CALLS = 40  # of the outside, at most, from one kill to the next
_LONGEST = 20.0  # seconds from one kill to the next where nothing is called
_DATABASE_EVERY, _FULL_EVERY = 12, 25  # kills

Progress: TypeAlias = Callable[[int], None]


@frozen(kw_only=True)
class Report:
    """What a town came to: `kills` by what was killed, `records` of its store, `violations`."""

    seed: int
    house: str
    kills: Counter[str]
    full_disks: int
    orders: int
    records: int
    dead_letters: int
    seconds: float
    violations: tuple[str, ...]

    def __str__(self) -> str:
        killed = ", ".join(f"{count} × {what}" for what, count in sorted(self.kills.items()))
        return (
            f"seed {self.seed}, {self.house}: {self.kills.total()} kills ({killed}),"
            f" {self.full_disks} full disks, {self.orders} orders, {self.records} records,"
            f" {self.dead_letters} dead letters, {len(self.violations)} violations,"
            f" {self.seconds:.0f} s"
        )


def kill_in_town(
    kind: str, seed: int, kills: int, progress: Progress = lambda _: None, keep: Path | None = None
) -> Report:
    """Kill so many processes of a town, let the rest go on each time, and audit it at rest.

    `keep` is a folder for the records of a town whose books do not hold.
    """
    begun = time.monotonic()
    house = seed % len(BOOKS)
    FORKED.set_forkserver_preload(["tests.kills.residents"])
    with disk(kind) as room, database(kind, room.folder) as shop:
        town = founded(house, seed, MemoryStore())
        door = Door.of(town)
        address = serve(door)
        SqlStore.open(shop.url).close()  # its tables are made
        place = Place(address, shop.url, house, seed)
        killer = _Killer(Random(f"killer {seed}"), shop, room, door, place)
        killed, full = killer.kill(kills, progress)
        with SqlStore.open(shop.url) as store:
            letters = len(store.dead_letters(1_000))
            found = audited(over(town, store))
            if found and keep is not None:
                _keep(store, keep / f"{kind}-{seed}.jsonl")
            return Report(
                seed=seed,
                house=str(BOOKS[house].latest.edition),
                kills=killed,
                full_disks=full,
                orders=sum(1 for _ in store.streams("order/")),
                records=sum(len(store.read(each).records) for each in store.streams("")),
                dead_letters=letters,
                seconds=time.monotonic() - begun,
                violations=(*door.notes, *found),
            )


def audited(town: Town) -> tuple[str, ...]:
    """Let a town come to rest, and name what does not hold between its records and the outside."""
    town.bounced = [each.reference for each in town.outside.payouts if each.is_back]
    _end_journeys(town)
    Life(town, Counter()).come_to_rest()
    # Who is killed after a mail left and before that is recorded sends it again, under its key.
    town.wire.touched.update(each.key for each in town.outside.outbox.messages)
    books = Books.of(town)
    return (*violations(town, books), *unfinished(books))


_ENDS = {
    ParcelState.HELD_AT_CUSTOMS: "delivered",
    ParcelState.HELD_OVERDUE: "delivered",
    ParcelState.GOING_BACK: "back-at-sender",
}


def _end_journeys(town: Town) -> None:
    """Have the carrier end what it had on its way when the process that drew that was killed."""
    for name in town.orders:
        order = town.market.orders.view(HOUSE, name)
        assert isinstance(order, Order)
        for parcel in order.parcels.values():
            if parcel.state in _ENDS and parcel.tracking_number is not None:
                status = _ENDS[parcel.state]
                scan = Scan(at=town.now, status=status, code=status, text=status, place=None)
                town.market.parcels.record_scan(POST, parcel.tracking_number, scan)


@frozen
class _Killer:
    random: Random
    shop: Database
    room: Disk
    door: Door
    place: Place

    def kill(self, kills: int, progress: Progress) -> tuple[Counter[str], int]:
        """Kill so many processes, and start another one for each."""
        crew = [self._started(what, target) for what, target in _CREW]
        killed, full = Counter[str](), 0
        try:
            while killed.total() < kills:
                self._wait()
                number = killed.total()
                if number % _FULL_EVERY == _FULL_EVERY - 1 and self.room.is_small:
                    self._fill()
                    full += 1
                is_its_turn = number % _DATABASE_EVERY == _DATABASE_EVERY - 1
                how = self.shop.kill(self.random) if is_its_turn else ""
                killed[how or self._kill_one(crew)] += 1
                progress(killed.total())
        finally:
            for _, process in crew:
                _end(process)
        return killed, full

    def _kill_one(self, crew: list[tuple[str, BaseProcess]]) -> str:
        chosen = self.random.randrange(len(crew))
        what, process = crew[chosen]
        _end(process)
        crew[chosen] = self._started(*_CREW[chosen])
        return what

    def _started(self, what: str, target: Callable[[Place], None]) -> tuple[str, BaseProcess]:
        process = FORKED.Process(target=target, args=(self.place,), daemon=True)
        process.start()
        return what, process

    def _wait(self) -> None:
        """Wait for some calls of the outside, and then a moment."""
        last = self.door.calls + self.random.randrange(1, _CALLS)
        end = time.monotonic() + _LONGEST
        while self.door.calls < last and time.monotonic() < end:
            time.sleep(0.001)
        time.sleep(self.random.uniform(0, 0.01))

    def _fill(self) -> None:
        with self.room.filled():
            self._wait()
            time.sleep(0.2)
        self.shop.start()  # it may have ended for it


def _end(process: BaseProcess) -> None:
    process.kill()
    process.join()


def _keep(store: EventStore, path: Path) -> None:
    lines = (
        json.dumps({"stream": stream, "name": each.name, "at": str(each.at), "data": each.data})
        for stream in store.streams("")
        for each in store.read(stream).records
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(f"{line}\n" for line in lines), "utf-8")
