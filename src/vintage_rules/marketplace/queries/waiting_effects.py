"""Effects that wait for a worker, or for their next attempt. For the house."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from attrs import frozen

from vintage_rules.marketplace.actors import Actor, require_house
from vintage_rules.marketplace.shop import Shop
from vintage_rules.ports.store import Backlog, Waiting, require_limit

_PAGE = 200  # how many are read at once, where some are passed over


@frozen
class WaitingEffects:
    """Effects in the outbox that are neither done nor dead-lettered.

    Every query raises `NotAllowedError` for any actor but the house.
    """

    shop: Shop

    def list(
        self,
        by: Actor,
        *,
        kind: str | None = None,
        stream: str | None = None,
        limit: int = 100,
        after: Waiting | None = None,
    ) -> tuple[Waiting, ...]:
        """Return those of a kind or a stream, at most so many; or those after one of them.

        Those to be tried next come first.
        """
        require_house(by, "list the outbox")
        chosen = (
            each
            for each in self._from(after)
            if kind in {None, each.message.kind} and stream in {None, each.message.stream}
        )
        return tuple(islice(chosen, require_limit(limit)))

    def by_kind(self, by: Actor) -> tuple[Backlog, ...]:
        """Return how many wait of each kind, and since when the oldest of them."""
        require_house(by, "list the outbox")
        return self.shop.store.backlog()

    def _from(self, after: Waiting | None) -> Iterator[Waiting]:
        while page := self.shop.store.waiting(_PAGE, after):
            yield from page
            after = page[-1]
