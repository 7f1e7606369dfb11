"""A clock for tests."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import define


@define
class Hand:
    """A clock that is set by hand."""

    at: datetime = datetime(2026, 9, 7, 20, tzinfo=UTC)

    def now(self) -> datetime:
        """Give the moment that was set."""
        return self.at
