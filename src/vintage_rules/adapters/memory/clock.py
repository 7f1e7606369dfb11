"""A clock that is set by hand: for tests, simulations and examples."""

from __future__ import annotations

from datetime import datetime, timedelta

from vintage_rules.dates import instant


class MemoryClock:
    """A clock that stops until it is set or advanced.

    It may go backwards, as the clocks of machines do at times.

    >>> clock = MemoryClock(datetime.fromisoformat("2026-11-22T10:00:00+01:00"))
    >>> clock.advance(timedelta(hours=24))
    >>> clock.now().isoformat()
    '2026-11-23T09:00:00+00:00'
    """

    def __init__(self, at: datetime) -> None:
        self._now = instant(at)

    def now(self) -> datetime:
        """Return the moment it shows, in UTC."""
        return self._now

    def set(self, at: datetime) -> None:
        """Set it to a moment.

        Raises:
            DayError: For one without an offset.
        """
        self._now = instant(at)

    def advance(self, by: timedelta) -> None:
        """Advance it by some time."""
        self._now += by
