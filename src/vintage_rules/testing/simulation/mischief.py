"""Handlers that misbehave at some messages: they raise, dawdle, or end the process.

Which messages, and how, follows from their keys: the same seed has the same trouble on every store.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from hashlib import sha256

from attrs import define, field

from vintage_rules.marketplace.effects.effects import Effect
from vintage_rules.marketplace.effects.handlers import HANDLERS, Handler, handle
from vintage_rules.marketplace.shop import Shop
from vintage_rules.ports.store import OutboxMessage, Outcome
from vintage_rules.testing.simulation.faults import Crash, Wire

_ONE_IN = 23  # messages that misbehave at all
_MOST_DEATHS = 12  # above `Shop.attempts`, so that some are dead-lettered for it
_LONGER_THAN_A_LEASE = timedelta(minutes=7)


@define
class Mischief:
    """What is wrong with the messages of a town, and what a person has mended.

    `counts` says how often what went wrong.
    """

    seed: int
    wire: Wire
    dawdle: Callable[[timedelta], object]
    mended: set[str] = field(factory=set[str])
    deaths: Counter[str] = field(factory=Counter[str])
    counts: Counter[str] = field(factory=Counter[str])
    calm: bool = False

    def handlers(self) -> Mapping[type[object], Handler]:
        """Return handlers of all effects for `Worker.handlers`."""
        return dict.fromkeys(HANDLERS, self._handle)

    def mend(self, key: str) -> None:
        """Have a message handled as it should be from now on."""
        self.mended.add(key)

    def _handle(self, shop: Shop, _: Effect, message: OutboxMessage) -> Outcome:
        drawn = sha256(f"{self.seed} {message.key}".encode()).digest()
        if not self.calm and message.key not in self.mended and not drawn[0] % _ONE_IN:
            self._misbehave(message.key, drawn[1])
        return handle(shop, message)

    def _misbehave(self, key: str, drawn: int) -> None:
        match drawn % 3:
            case 0:
                self.counts["poison"] += 1
                raise KeyError(key)
            case 1 if self.deaths[key] < drawn % _MOST_DEATHS:
                self.counts["killing"] += 1
                self.deaths[key] += 1
                raise Crash("handler", key)
            case 2:
                self.counts["slow"] += 1
                self.mended.add(key)  # dawdles once: others have taken it over by then
                self.wire.touched.add(key)
                self.dawdle(_LONGER_THAN_A_LEASE)
            case _:
                return
