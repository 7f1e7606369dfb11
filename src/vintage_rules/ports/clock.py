"""Who knows what time it is. No rule does."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Tells the time."""

    def now(self) -> datetime:
        """Give this moment in UTC; it may stand still and even step back a little, and nothing may
        break for that.
        """
        ...
