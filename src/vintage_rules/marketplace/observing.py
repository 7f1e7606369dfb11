"""Showing observers what a shop does, and the observer that writes the worker's log."""

from __future__ import annotations

import logging
from collections.abc import Generator, Iterable
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext

from attrs import frozen

from vintage_rules.ports.observer import Activity, ActivityKind, Observer
from vintage_rules.ports.payments import Declined

_LOG = logging.getLogger("vintage_rules.worker")
_LOGGED = frozenset({ActivityKind.EFFECT, ActivityKind.TIMER})


@contextmanager
def observed(observers: Iterable[Observer], activity: Activity) -> Generator[Activity]:
    """Show an activity to observers while it lasts; an exception ends it as an `error`.

    So does one that ends the process, such as an interruption: nothing of it counts as done.
    """
    with ExitStack() as watching:
        for observer in observers:
            watching.enter_context(observer.watch(activity))
        try:
            yield activity
        except BaseException as error:
            activity.outcome, activity.reasons = "error", (type(error).__name__,)
            raise


def command_name(command: object) -> str:
    """Return the method that a unit of work was written in.

    >>> class Pieces:
    ...     def take_down(self) -> object:
    ...         return lambda work: work
    >>> command_name(Pieces().take_down())
    'Pieces.take_down'
    """
    named = getattr(command, "__qualname__", type(command).__qualname__)
    return str(named).partition(".<locals>")[0]


def refusals(answer: object) -> tuple[str, ...]:
    """Return the reasons of an answer that is a refusal, none of any other.

    >>> refusals(Declined(code="no-funds"))
    ('declined',)
    """
    if isinstance(answer, Declined):
        return ("declined",)
    return tuple(map(str, getattr(answer, "reasons", ())))


@frozen
class WorkerLog:
    """Logs timers that fire and effects that are settled, under `vintage_rules.worker`."""

    def watch(self, activity: Activity) -> AbstractContextManager[object]:
        """Return a context that writes a line at the end of a timer or an effect."""
        return _logged(activity) if activity.kind in _LOGGED else nullcontext()


@contextmanager
def _logged(activity: Activity) -> Generator[None]:
    yield
    about = dict(activity.about)
    match activity.kind, activity.outcome:
        case ActivityKind.TIMER, "done":
            _LOG.info("%s: timer fired", about["stream"], extra=about)
        case ActivityKind.TIMER, "failed":
            _LOG.warning("%s: timer failed: %s", about["stream"], activity.trouble, extra=about)
        case ActivityKind.EFFECT, outcome:
            _of_effect(activity, outcome, about)
        case _:  # another worker has fired it
            pass


def _of_effect(activity: Activity, outcome: str, about: dict[str, str]) -> None:
    key, kind, extra = about["key"], activity.name, {**about, "kind": activity.name}
    match outcome:
        case "waits":
            _LOG.debug("%s: %s waits", key, kind, extra=extra)
        case "retried":
            _LOG.warning("%s: %s is retried: %s", key, kind, activity.trouble, extra=extra)
        case "dead-lettered":
            _LOG.error("%s: %s is dead-lettered: %s", key, kind, activity.trouble, extra=extra)
        case _:
            _LOG.info("%s: %s is done", key, kind, extra=extra)
