"""Commands on dead letters: listed, shown, retried, settled; one by one or many. For the house."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from vintage_rules.errors import NotFoundError
from vintage_rules.marketplace.actors import Actor, require_house
from vintage_rules.marketplace.shop import Shop
from vintage_rules.ports.store import DeadLetter, Done, Leased

# What may be waiting at once: all of it is read, since a store knows neither kinds nor reasons.
_ALL = 1_000_000


@frozen
class DeadLetters:
    """Effects and timers that a person must look at.

    They are chosen by `kind` (`send-message`, `capture-payment`), by the `stream` they are of and
    by a part of their `reason`; all of them without any. Every command raises `NotAllowedError` for
    any actor but the house.
    """

    shop: Shop

    def list(
        self,
        by: Actor,
        *,
        kind: str | None = None,
        stream: str | None = None,
        reason: str = "",
    ) -> tuple[DeadLetter, ...]:
        """Return those chosen, the oldest first."""
        require_house(by, "list dead letters")
        return tuple(
            letter
            for letter in self.shop.store.dead_letters(_ALL)
            if kind in {None, letter.message.kind}
            and stream in {None, letter.message.stream}
            and reason in letter.reason
        )

    def show(self, by: Actor, key: str) -> DeadLetter:
        """Return one by its key.

        Raises:
            NotFoundError: If no message of that key is dead-lettered.
        """
        (letter,) = self._known(by, [key])
        return letter

    def retry(self, by: Actor, *keys: str) -> int:
        """Have them handled again from now on, and return how many; their attempts begin again.

        Raises:
            NotFoundError: If one of them is not dead-lettered; then none is retried.
        """
        letters = self._known(by, keys)
        for letter in letters:
            self.shop.store.resume(letter.message.key, self.shop.clock.now())
        return len(letters)

    def settle(self, by: Actor, *keys: str) -> int:
        """Record that a person has seen to them otherwise, and return how many.

        They are never handled again. What they stand for in an order is recorded by its own
        command, such as `Orders.record_payout`.

        Raises:
            NotFoundError: If one of them is not dead-lettered; then none is settled.
        """
        letters = self._known(by, keys)
        now = self.shop.clock.now()
        for letter in letters:
            leased = Leased(
                message=letter.message, attempt=0, failures=0, worker=str(by), until=now
            )
            self.shop.store.settle(leased, Done(at=now))
        return len(letters)

    def _known(self, by: Actor, keys: Iterable[str]) -> tuple[DeadLetter, ...]:
        waiting = {letter.message.key: letter for letter in self.list(by)}
        for key in keys:
            if key not in waiting:
                raise NotFoundError("key", key)
        return tuple(waiting[key] for key in dict.fromkeys(keys))
