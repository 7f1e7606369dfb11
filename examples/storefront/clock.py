"""A clock that a demonstration may push forward, so that days pass in a moment."""

from __future__ import annotations

from datetime import datetime, timedelta

from attrs import define

from examples.storefront.host import Host
from vintage_rules.ports import Clock


@define
class PushedClock:
    """A clock that runs as another does, ahead of it by what it was pushed."""

    base: Clock
    host: Host
    _ahead: timedelta = timedelta()

    def __attrs_post_init__(self) -> None:
        self._ahead = self.host.clock_ahead()

    def now(self) -> datetime:
        """Return the moment it shows, in UTC."""
        return self.base.now() + self._ahead

    def push(self, by: timedelta) -> None:
        """Push it forward. It never goes back: what has happened cannot be dated later than now."""
        self._ahead += max(by, timedelta())
        self.host.keep_clock_ahead(self._ahead)
