"""What goes wrong between a shop and the outside, at every call of a port.

A call is lost on the way there or on the way back, late, repeated or refused; and the shop's own
process may end at any moment.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from random import Random
from typing import Protocol, TypeVar

from attrs import define, field, frozen

from vintage_rules.errors import OutsideUnavailableError

T = TypeVar("T")


class Fault(StrEnum):
    """What happens to one call of a port.

    `late` is lost on the way there and yet arrives, after its caller has given up on it. `refused`
    is for calls that have a refusal; others go through.
    """

    NONE = "none"
    LOST_BEFORE = "lost-before"
    LOST_AFTER = "lost-after"
    LATE = "late"
    REPEATED = "repeated"
    REFUSED = "refused"
    CRASH_BEFORE = "crash-before"
    CRASH_AFTER = "crash-after"


class Crash(BaseException):
    """The process ended here. Only what starts the process again may catch it."""


class Plan(Protocol):
    """Says what goes wrong at each call: `Calm`, `Seeded` and `CrashAt` are plans."""

    def fault(self, port: str, act: str) -> Fault:
        """Say what happens to the next call of a port."""
        ...


@frozen
class Calm:
    """Nothing goes wrong."""

    def fault(self, port: str, act: str) -> Fault:  # noqa: ARG002 - whatever the call
        """Let every call through."""
        return Fault.NONE


@define
class Seeded:
    """Each call goes wrong with a chance, drawn from a seed: the same seed, the same faults."""

    random: Random
    chance: float
    calm: bool = False

    def fault(self, port: str, act: str) -> Fault:  # noqa: ARG002 - any call may go wrong
        """Draw what happens to the next call."""
        if self.calm or self.random.random() >= self.chance:
            return Fault.NONE
        return self.random.choice(_FAULTS)


_FAULTS = tuple(fault for fault in Fault if fault is not Fault.NONE)


@define
class CrashAt:
    """The process ends at one point of all: before or after one call of a port.

    `passed` is the number of points that were passed.
    """

    point: int
    passed: int = 0
    crashed: bool = False

    def fault(self, port: str, act: str) -> Fault:  # noqa: ARG002 - every call has two points
        """Crash at the point, once; each call passes two."""
        if self.crashed:
            return Fault.NONE
        for fault in (Fault.CRASH_BEFORE, Fault.CRASH_AFTER):
            self.passed += 1
            if self.passed == self.point:
                self.crashed = True
                return fault
        return Fault.NONE


@define
class Wire:
    """What calls of ports go through: `WiredStore`, `WiredGateway`, `WiredCarrier` and the like.

    `counts` says how often what went wrong, `late` what is still to arrive.
    """

    plan: Plan
    counts: Counter[str] = field(factory=Counter[str])
    late: list[Callable[[], object]] = field(factory=list[Callable[[], object]])
    touched: set[str] = field(factory=set[str])

    def call(
        self,
        port: str,
        act: str,
        do: Callable[[], T],
        *,
        refuse: Callable[[], T] | None = None,
        about: str = "",
    ) -> T:
        """Call a port, and let happen to it what the plan says.

        `about` names what it is about, so that a query can find out later whether something went
        wrong with it.

        Raises:
            OutsideUnavailableError: Where the plan loses the call or its answer.
        """
        fault = self.plan.fault(port, act)
        if fault is Fault.NONE:
            return do()
        self.counts[fault] += 1
        self.touched.add(about)
        match fault:
            case Fault.CRASH_BEFORE:
                raise Crash(port, act)
            case Fault.LOST_BEFORE:
                raise OutsideUnavailableError(port, act, "lost on the way there")
            case Fault.LATE:
                self.late.append(do)
                raise OutsideUnavailableError(port, act, "late")
            case Fault.REFUSED:
                return do() if refuse is None else refuse()
            case Fault.REPEATED:
                do()
                return do()
            case Fault.LOST_AFTER:
                do()
                raise OutsideUnavailableError(port, act, "lost on the way back")
            case Fault.CRASH_AFTER:
                do()
                raise Crash(port, act)

    def arrive(self) -> None:
        """Let what is late arrive; its caller waits for its answer no more."""
        arriving, self.late = self.late, []
        for do in arriving:
            _unheard(do)


def _unheard(do: Callable[[], object]) -> None:
    with suppress(Exception):  # whatever comes of it, no caller hears it
        do()
