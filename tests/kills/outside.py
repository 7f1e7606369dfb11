"""The outside of a town in a process of its own: it goes on, whatever is killed of the shop.

One thread serves each process. A call that had reached the outside when its caller was killed is
done, and no one hears the answer.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import partial
from multiprocessing.managers import BaseManager
from threading import Lock, Thread
from typing import Any

from attrs import define, field, frozen

from vintage_rules.testing.simulation import Town

_READ = frozenset({"messages", "webhooks", "pending", "disputed"})


@define
class Door:
    """What processes of the shop reach the outside through.

    `calls` counts what went through it but for looks at the clock, `notes` what no process should
    have met.
    """

    ports: dict[str, object]
    calls: int = 0
    notes: list[str] = field(factory=list[str])
    _processes: int = field(default=0, init=False)
    _lock: Lock = field(factory=Lock, init=False)

    @classmethod
    def of(cls, town: Town) -> Door:
        """Return the door to the outside of a town."""
        outside = town.outside
        banks = {f"bank {name}": bank for name, bank in outside.banks.items()}
        others = {"payouts": outside.payouts, "outbox": outside.outbox, "carrier": outside.carrier}
        return cls({"clock": town.clock, **banks, **others})

    def use(self, port: str, act: str, *args: object, **options: object) -> object:
        """Call a method of a port, or read what it shows."""
        if act != "now":  # who has nothing to do looks at the clock all the time
            with self._lock:
                self.calls += 1
        if act == "all":
            return tuple(self.ports["payouts"])  # type: ignore[arg-type] # it can be iterated over
        found = getattr(self.ports[port], act)
        return found(*args, **options) if callable(found) else found

    def note(self, text: str) -> None:
        """Note what went wrong in a process."""
        self.notes.append(text)

    def begun(self) -> int:
        """Return the number of a process that begins."""
        with self._lock:
            self._processes += 1
            return self._processes


@frozen
class Far:
    """A port of the outside, as another process has it."""

    door: Any
    port: str

    def __getattr__(self, act: str) -> Any:
        if act in _READ:
            return self.door.use(self.port, act)
        return partial(self.door.use, self.port, act)

    def __iter__(self) -> Iterator[object]:
        return iter(self.door.use(self.port, "all"))


class Reached(BaseManager):
    """The way of a process to the door."""


_EXPOSED = ("use", "note", "begun")
Reached.register("door", exposed=_EXPOSED)


@frozen
class Address:
    """Where the door is."""

    where: tuple[str, int]
    key: bytes

    def reach(self) -> Any:
        """Connect to the door."""
        manager = Reached(address=self.where, authkey=self.key)
        manager.connect()
        return manager.door()  # type: ignore[attr-defined] # registered above


def serve(door: Door) -> Address:
    """Serve a door, to processes of this machine alone, for as long as this one lives."""

    class Served(BaseManager):
        """The door, as this process serves it."""

    Served.register("door", lambda: door, exposed=_EXPOSED)
    key = os.urandom(16)
    server = Served(address=("127.0.0.1", 0), authkey=key).get_server()
    Thread(target=server.serve_forever, daemon=True).start()
    where = server.address
    assert isinstance(where, tuple)
    return Address(where, key)
