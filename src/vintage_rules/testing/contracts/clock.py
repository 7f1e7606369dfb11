"""What every clock must pass."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from vintage_rules.dates import instant
from vintage_rules.ports.clock import Clock


class ClockContract:
    """The contract of `Clock`. A subclass gives the adapter in the fixture `clock`.

    Nothing here requires that time passes, nor that it never steps back: clocks of machines are put
    right, and their readers must bear it.
    """

    @pytest.fixture
    def clock(self) -> Clock:
        """Make the clock."""
        message = f"{type(self).__name__} must have a fixture `clock` that gives the clock"
        raise NotImplementedError(message)

    def test_returns_an_instant(self, clock: Clock) -> None:
        """A moment without an offset means another one in every zone."""
        now = clock.now()
        assert isinstance(now, datetime)
        assert instant(now) == now

    def test_returns_it_in_utc(self, clock: Clock) -> None:
        """Its day and its hour are those of UTC, wherever the machine is."""
        assert clock.now().utcoffset() == timedelta(0)

    def test_returns_a_moment_that_can_be_written_down(self, clock: Clock) -> None:
        """What is kept of it is the same when it is read again."""
        now = clock.now()
        assert datetime.fromisoformat(now.isoformat()) == now
