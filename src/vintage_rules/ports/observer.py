"""Observers: what is shown what a shop does, for logs, traces and metrics."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import AbstractContextManager
from enum import StrEnum
from typing import Protocol, runtime_checkable

from attrs import define, field


class ActivityKind(StrEnum):
    """What a shop does.

    A command is one unit of work of a host or a worker; one that only reads is one too. A
    reconciliation has a reason for each difference that was found.
    """

    COMMAND = "command"
    EFFECT = "effect"
    RECONCILIATION = "reconciliation"
    ROUND = "round"
    TIMER = "timer"
    WEBHOOK = "webhook"


@define(kw_only=True)
class Activity:
    """Something that a shop does. It is changed while it lasts: its end says what came of it.

    `name` is the command's method, the kind of effect or the sender of a webhook. `about` says
    on what it is done, by streams, keys and kinds of actors; it names no person, no address and no
    secret, and neither do the codes in `reasons`. `outcome` is `done`, or
    `refused` of a command, `differs` of a reconciliation, `idle` of a round, `retried`, `waits` or
    `dead-lettered` of an effect, `failed` or `fired-before` of a timer, and `error` where an
    exception ended it, which `reasons` names by its class.

    `trouble` is what went wrong in words. An adapter may have written anything into it: it is for
    logs, which people read, and for nothing that leaves the house.
    """

    kind: ActivityKind
    name: str
    about: Mapping[str, str] = field(factory=dict[str, str])
    outcome: str = "done"
    reasons: tuple[str, ...] = ()
    trouble: str = field(default="", repr=False)


@runtime_checkable
class Observer(Protocol):
    """Is shown each activity from its beginning to its end."""

    def watch(self, activity: Activity) -> AbstractContextManager[object]:
        """Return a context that lasts as long as an activity; at its end the outcome is known.

        It must not raise: what it raises ends the activity.
        """
        ...
