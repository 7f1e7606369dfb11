"""The clocks, held to the contract."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.adapters.breaking import failed
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.system_clock import SystemClock
from vintage_rules.errors import DayError
from vintage_rules.ports.clock import Clock
from vintage_rules.testing.contracts.clock import ClockContract

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


class TestSystemClock(ClockContract):
    """`SystemClock`."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Read the machine's."""
        return SystemClock()

    def test_moves(self, clock: Clock) -> None:
        """It is no constant: sooner or later it tells another moment."""
        first = clock.now()
        later = next(moment for moment in iter(clock.now, None) if moment != first)
        assert later != first


class TestMemoryClock(ClockContract):
    """`MemoryClock`."""

    @pytest.fixture
    def clock(self) -> Clock:
        """Set one by a clock of Paris."""
        return MemoryClock(NOON.astimezone(ZoneInfo("Europe/Paris")))

    def test_stands_still(self) -> None:
        """Nothing but the test moves it."""
        clock = MemoryClock(NOON)
        assert clock.now() == clock.now() == NOON

    def test_is_moved_on_by_elapsed_time(self) -> None:
        """A day over the change to winter time is 24 hours."""
        clock = MemoryClock(datetime(2026, 10, 25, 0, tzinfo=ZoneInfo("Europe/Paris")))
        clock.advance(timedelta(days=1))
        assert clock.now() == datetime(2026, 10, 25, 22, tzinfo=UTC)

    def test_is_put_back(self) -> None:
        """As a machine's clock is when it was fast."""
        clock = MemoryClock(NOON)
        clock.set(NOON - timedelta(seconds=1))
        assert clock.now() == NOON - timedelta(seconds=1)

    @pytest.mark.parametrize("naive", [NOON.replace(tzinfo=None), None])
    def test_refuses_a_moment_without_an_offset(self, naive: datetime) -> None:
        """Twelve o'clock where?"""
        with pytest.raises(DayError):
            MemoryClock(naive)
        with pytest.raises(DayError):
            MemoryClock(NOON).set(naive)


class NaiveClock:
    """Tells an hour and not of which zone."""

    def now(self) -> datetime:
        """Leave the offset out."""
        return NOON.replace(tzinfo=None)


class LocalClock:
    """Tells the hour of Paris."""

    def now(self) -> datetime:
        """Give another offset."""
        return NOON.astimezone(ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize("broken", [NaiveClock(), LocalClock()])
def test_a_broken_clock_fails_the_contract(broken: Clock) -> None:
    """Whichever way it is broken; one that is not passes."""
    assert "test_returns_it_in_utc" in failed(ClockContract, clock=broken)
    assert failed(ClockContract, clock=MemoryClock(NOON)) == set()
