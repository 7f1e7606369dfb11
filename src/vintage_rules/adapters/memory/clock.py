"""A clock that is set by hand: for tests, simulations and examples."""

from __future__ import annotations

from datetime import datetime, timedelta

from vintage_rules.dates import instant


class MemoryClock:
    """Stands still until it is set or moved on; backwards too, as clocks of machines are at times.

    >>> clock = MemoryClock(datetime.fromisoformat("2026-11-22T10:00:00+01:00"))
    >>> clock.advance(timedelta(hours=24))
    >>> clock.now().isoformat()
    '2026-11-23T09:00:00+00:00'
    """

    def __init__(self, at: datetime) -> None:
        self._now = instant(at)

    def now(self) -> datetime:
        """Return the moment at which it stands, in UTC."""
        return self._now

    def set(self, at: datetime) -> None:
        """Let it stand at a moment.

        Raises:
            DayError: For one without an offset.
        """
        self._now = instant(at)

    def advance(self, by: timedelta) -> None:
        """Move it on by some time."""
        self._now += by
