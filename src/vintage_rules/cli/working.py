"""`vintage-rules worker`: does what is due in a shop, until it is stopped."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from threading import Event
from types import FrameType

from attrs import frozen
from rich.console import Console

from vintage_rules.cli.errors import WRONG_USE, CliError
from vintage_rules.errors import OutsideUnavailableError
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.worker import Progress, Worker
from vintage_rules.ports.store import EventStore
from vintage_rules.wording.phrases import counted
from vintage_rules.wording.voice import voice_of


@frozen
class Builder:
    """What `module:function` names, found before a store is opened for it."""

    named: str
    build: Callable[[EventStore], object]

    def shop(self, store: EventStore) -> Shop:
        """Build the shop of a store.

        Raises:
            CliError: If something else is built.
        """
        shop = self.build(store)
        if not isinstance(shop, Shop):
            message = f"--shop: {self.named} must give a Shop, got {type(shop).__name__}"
            raise CliError(message, WRONG_USE)
        return shop


def builder_of(named: str) -> Builder:
    """Find what `module:function` names; the current folder is searched too.

    Raises:
        CliError: If there is no such thing.
    """
    module, _, attribute = named.partition(":")
    if not module or not attribute:
        raise CliError(f"--shop: must be MODULE:FUNCTION, got {named!r}", WRONG_USE)
    sys.path.insert(0, str(Path.cwd()))
    try:
        return Builder(named, getattr(import_module(module), attribute))
    except (ImportError, AttributeError) as error:
        raise CliError(f"--shop: {error}", WRONG_USE) from None


def work(shop: Shop, name: str, *, once: bool, every: float, screen: Console) -> int:
    """Do what is due, round after round; once if wanted, else until a signal comes.

    Failures are reported line by line and retried. The status is 1 if an effect was dead-lettered
    in any round.
    """
    worker, ending = Worker(shop, name), Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _ender(ending))
    screen.print(f"{name}: at work since {datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC")
    done = Progress()
    while not ending.is_set():
        progress = _round(worker)
        done += progress
        _report(progress, screen)
        if progress.idle and once:
            break
        if progress.idle or progress.troubles:
            ending.wait(every)
    screen.print(f"{name}: {_summary(done)}")
    return 1 if done.dead_lettered else 0


def _round(worker: Worker) -> Progress:
    try:
        return worker.round()
    except OutsideUnavailableError as error:
        return Progress(troubles=(str(error),))


def _report(progress: Progress, screen: Console) -> None:
    for trouble in progress.troubles:
        screen.print(trouble, style="yellow", markup=False)
    if not progress.idle:
        screen.print(_summary(progress))


def _summary(progress: Progress) -> str:
    timers = counted("shop.timers-fired", progress.timers)
    effects = counted("shop.effects-done", progress.done)
    postponed, dead = progress.postponed, progress.dead_lettered
    done = ", ".join(map(voice_of("en").say, (timers, effects)))
    return f"{done}, {postponed} postponed, {dead} dead-lettered"


def _ender(ending: Event) -> Callable[[int, FrameType | None], None]:
    def end(_number: int, _frame: FrameType | None) -> None:
        ending.set()

    return end
