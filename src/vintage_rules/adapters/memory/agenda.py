"""Things that wait, each for one moment."""

from __future__ import annotations

from datetime import datetime
from heapq import heappop, heappush


class Agenda:
    """Names that each wait for a moment; the earliest first, then in the order of characters.

    >>> from datetime import UTC
    >>> agenda = Agenda()
    >>> agenda.put("piece/coat", datetime(2026, 9, 8, tzinfo=UTC))
    >>> agenda.put("piece/coat", datetime(2026, 9, 7, tzinfo=UTC))
    >>> agenda.take(datetime(2026, 9, 8, tzinfo=UTC), limit=10)
    ['piece/coat']
    >>> agenda.first() is None
    True
    """

    def __init__(self) -> None:
        self._moments: dict[str, datetime] = {}
        # Holds moments that have been replaced since, too: they are dropped when they come first.
        self._heap: list[tuple[datetime, str]] = []

    def put(self, name: str, moment: datetime | None) -> None:
        """Make something wait for a moment instead of the one before; None for never."""
        if moment is None:
            self._moments.pop(name, None)
        else:
            self._moments[name] = moment
            heappush(self._heap, (moment, name))

    def first(self) -> datetime | None:
        """Return the earliest moment something waits for."""
        heap = self._heap
        while heap and self._moments.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        return heap[0][0] if heap else None

    def moments(self) -> list[tuple[datetime, str]]:
        """Return what waits, each with its moment before it, in the order in which it is taken."""
        return sorted((moment, name) for name, moment in self._moments.items())

    def take(self, now: datetime, limit: int) -> list[str]:
        """Remove and return what waits for no later moment than now."""
        taken: list[str] = []
        while len(taken) < limit and (first := self.first()) is not None and first <= now:
            _, name = heappop(self._heap)
            del self._moments[name]
            taken.append(name)
        return taken
