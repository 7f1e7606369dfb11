"""Who knows what time it is. No rule does."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """A clock."""

    def now(self) -> datetime:
        """Return this moment in UTC.

        It may stop and even step back a little, and nothing may break for that.
        """
        ...
