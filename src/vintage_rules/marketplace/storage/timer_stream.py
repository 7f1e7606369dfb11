"""Timers that failed: the stream of each has the failures of one stream's timer.

A timer that fires needs no record of its own: what time has done is in the stream it fired for. One
that fails has no other place to say so.
"""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import ClassVar, TypeAlias

from attrs import field, frozen

from vintage_rules.dates import instant


@frozen(kw_only=True)
class TimerFailed:
    """The timer of a stream that held so many records (`version`) failed; `reason` says why."""

    name: ClassVar[str] = "timer-failed"
    at: datetime = field(converter=instant)
    stream: str
    version: int
    reason: str


TimerEvent: TypeAlias = TimerFailed


def timer_name(stream: str) -> str:
    """Name the timer of a stream; it is short, however long the name of the stream is.

    >>> timer_name("order/o1")
    '5826ace2448d39d6'
    """
    return sha256(stream.encode()).hexdigest()[:16]


def evolve_timer(_: TimerFailed | None, event: TimerFailed) -> TimerFailed:
    """Return the latest failure."""
    return event
