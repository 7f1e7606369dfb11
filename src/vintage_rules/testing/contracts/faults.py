"""What can go wrong between us and the outside, made to go wrong on purpose.

A request can be lost on its way there or its answer on the way back, and the caller cannot know
which. An adapter over HTTP is led through a `FaultyProxy`; an adapter in this process is wrapped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Protocol, TypeVar

from vintage_rules.errors import OutsideUnavailableError

T = TypeVar("T")


class Fault(StrEnum):
    """Where a request goes wrong: before it arrived, or after it was carried out.

    An answer that is cut off or is nonsense comes after.
    """

    LOST_BEFORE = "lost-before"
    LOST_AFTER = "lost-after"
    CUT_OFF = "cut-off"
    NONSENSE = "nonsense"


class Faults(Protocol):
    """Makes one request go wrong, and only one."""

    def arm(self, fault: Fault, after: int) -> None:
        """Let a request go wrong once `after` others have passed."""
        ...

    def disarm(self) -> bool:
        """Let nothing go wrong any more; return whether something did since it was armed."""
        ...


class FaultRounds:
    """One fault, met by every request that something makes, one after the other.

    Something that makes three requests is done four times: each request goes wrong once, and the
    last time none does.

    >>> calls = FaultyCalls("bank")
    >>> paid = []
    >>> trouble = FaultRounds(calls, Fault.LOST_BEFORE)
    >>> for _ in trouble.rounds():
    ...     trouble.retried(lambda: calls.through("pay", lambda: paid.append("paid")))
    >>> paid
    ['paid', 'paid']
    """

    def __init__(self, faults: Faults, fault: Fault) -> None:
        self._faults = faults
        self._fault = fault
        self._after = 0
        self._struck = False

    def rounds(self) -> Iterator[None]:
        """Go on until nothing went wrong because there was no request left to go wrong.

        Fails when not even the first one does: then the faults are not in front of the provider.
        """
        while True:
            yield
            assert self._struck or self._after, "nothing went wrong: are the faults in the way?"
            if not self._struck:
                return
            self._after += 1

    def retried(self, request: Callable[[], T]) -> T:
        """Make a request, check that it is reported as failed, and make the same again.

        Fails when there is an answer although something went wrong: it would be invented, or come
        from a retry behind the back of the caller, who alone decides whether and when to retry.
        """
        self._faults.arm(self._fault, self._after)
        try:
            answer = request()
        except OutsideUnavailableError:
            self._struck = self._faults.disarm()
            assert self._struck, "nothing went wrong, yet the provider seemed out of reach"
            return request()
        self._struck = self._faults.disarm()
        assert not self._struck, "a request went wrong, and was answered all the same"
        return answer


class FaultyCalls:
    """Faults for a port in this process: each call of `through` is one request.

    >>> calls = FaultyCalls("bank")
    >>> calls.arm(Fault.LOST_AFTER, after=0)
    >>> done = []
    >>> calls.through("pay", lambda: done.append("paid"))
    Traceback (most recent call last):
    ...
    vintage_rules.errors.OutsideUnavailableError: bank: pay failed: lost-after
    >>> done, calls.disarm()
    (['paid'], True)
    """

    def __init__(self, port: str) -> None:
        self._port = port
        self._fault: Fault | None = None
        self._after = 0
        self._struck = False

    def arm(self, fault: Fault, after: int) -> None:
        """Let a call go wrong once `after` others have passed."""
        self._fault, self._after, self._struck = fault, after, False

    def disarm(self) -> bool:
        """Let nothing go wrong any more; return whether something did."""
        self._fault = None
        return self._struck

    def through(self, act: str, call: Callable[[], T]) -> T:
        """Make a call, or fail before or after it; the caller does not know which."""
        fault = self._due()
        if fault is None:
            return call()
        if fault is not Fault.LOST_BEFORE:
            call()
        raise OutsideUnavailableError(self._port, act, fault.value)

    def _due(self) -> Fault | None:
        fault = self._fault
        if fault is None:
            return None
        if self._after:
            self._after -= 1
            return None
        self._fault, self._struck = None, True
        return fault
