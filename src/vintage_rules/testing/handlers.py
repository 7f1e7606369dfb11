"""Handlers of effects that misbehave, to try workers and alarms with.

Each function returns handlers of all effects for `Worker.handlers`. They misbehave at the messages
whose keys are given, or at every message without any, and handle the others as they should be.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from vintage_rules.marketplace.effects.effects import Effect
from vintage_rules.marketplace.effects.handlers import HANDLERS, Handler, handle
from vintage_rules.marketplace.shop import Shop
from vintage_rules.ports.store import OutboxMessage, Outcome
from vintage_rules.testing.simulation.faults import Crash


def poison(error: Exception, *keys: str) -> Mapping[type[object], Handler]:
    """Return handlers that raise an error.

    >>> from random import Random
    >>> from vintage_rules import Money, calendar, load_policy
    >>> from vintage_rules.adapters.memory.store import MemoryStore
    >>> from vintage_rules.marketplace import Buyer, Means, Worker
    >>> from vintage_rules.testing.simulation import Calm, Scale
    >>> from vintage_rules.testing.simulation.town import found
    >>> town = found(
    ...     Random(1),
    ...     Calm(),
    ...     MemoryStore(),
    ...     book=load_policy("imparfaite"),
    ...     calendar=calendar("FR"),
    ...     scale=Scale(),
    ... )
    >>> card = Means(tender="card", source="approved", brand="visa")
    >>> bought = town.market.cards.buy(
    ...     Buyer("zoe"), "p1", Money("50.00", "EUR"), "", card
    ... )
    >>> worker = Worker(town.market.shop, handlers=poison(KeyError("zoe")))
    >>> worker.round().troubles
    ("card/...#0.0: KeyError: 'zoe'",)
    """

    def fail(_: OutboxMessage) -> object:
        raise error

    return _before(fail, keys)


def slow(pause: Callable[[], object], *keys: str) -> Mapping[type[object], Handler]:
    """Return handlers that call `pause` first, which lets time pass.

    It is `lambda: clock.advance(timedelta(minutes=7))` where a test has a clock of its own, and
    `lambda: time.sleep(7)` beside other processes.

    >>> from random import Random
    >>> from vintage_rules import Money, calendar, load_policy
    >>> from vintage_rules.adapters.memory.store import MemoryStore
    >>> from vintage_rules.marketplace import Buyer, Means, Worker
    >>> from vintage_rules.testing.simulation import Calm, Scale
    >>> from vintage_rules.testing.simulation.town import found
    >>> town = found(
    ...     Random(1),
    ...     Calm(),
    ...     MemoryStore(),
    ...     book=load_policy("imparfaite"),
    ...     calendar=calendar("FR"),
    ...     scale=Scale(),
    ... )
    >>> card = Means(tender="card", source="approved", brand="visa")
    >>> bought = town.market.cards.buy(
    ...     Buyer("zoe"), "p1", Money("50.00", "EUR"), "", card
    ... )
    >>> pauses = []
    >>> worker = Worker(
    ...     town.market.shop, handlers=slow(lambda: pauses.append("a while"))
    ... )
    >>> worker.round().done, pauses
    (2, ['a while', 'a while'])
    """
    return _before(lambda _: pause(), keys)


def _crash(message: OutboxMessage) -> object:
    raise Crash("handler", message.key)


def killing(
    *keys: str, kill: Callable[[OutboxMessage], object] = _crash
) -> Mapping[type[object], Handler]:
    """Return handlers that end the process.

    By default they raise `vintage_rules.testing.simulation.Crash`, which only what starts the
    process again may catch; `kill=lambda _: os.kill(os.getpid(), signal.SIGKILL)` is in earnest.

    >>> from random import Random
    >>> from vintage_rules import Money, calendar, load_policy
    >>> from vintage_rules.adapters.memory.store import MemoryStore
    >>> from vintage_rules.marketplace import Buyer, Means, Worker
    >>> from vintage_rules.testing.simulation import Calm, Crash, Scale
    >>> from vintage_rules.testing.simulation.town import found
    >>> town = found(
    ...     Random(1),
    ...     Calm(),
    ...     MemoryStore(),
    ...     book=load_policy("imparfaite"),
    ...     calendar=calendar("FR"),
    ...     scale=Scale(),
    ... )
    >>> card = Means(tender="card", source="approved", brand="visa")
    >>> bought = town.market.cards.buy(
    ...     Buyer("zoe"), "p1", Money("50.00", "EUR"), "", card
    ... )
    >>> worker = Worker(town.market.shop, handlers=killing())
    >>> try:
    ...     worker.round()
    ... except Crash:
    ...     print("crashed")
    crashed
    """
    return _before(kill, keys)


def _before(
    act: Callable[[OutboxMessage], object], keys: tuple[str, ...]
) -> Mapping[type[object], Handler]:
    def misbehave(shop: Shop, _: Effect, message: OutboxMessage) -> Outcome:
        if not keys or message.key in keys:
            act(message)
        return handle(shop, message)

    return dict.fromkeys(HANDLERS, misbehave)
