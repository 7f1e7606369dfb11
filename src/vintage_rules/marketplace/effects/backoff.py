"""How long what failed waits before it is tried again."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256


def backoff(attempt: int, key: str) -> timedelta:
    """Return how long a message waits after so many attempts.

    It is a minute, then twice as long each time, at most an hour; less up to a half of that, which
    the key and the attempt decide: messages that failed together do not come up together again.

    >>> [backoff(attempt, "order/o1#2.0").seconds for attempt in (1, 2, 3, 20)]
    [34, 62, 210, 3080]
    """
    longest = min(timedelta(minutes=2 ** min(attempt - 1, 6)), timedelta(hours=1))
    drawn = sha256(f"{key}\n{attempt}".encode()).digest()
    return longest - longest * int.from_bytes(drawn[:4]) / 2**33
