"""Commands on dead letters: listed, shown, retried, settled; one by one or many. For the house."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from attrs import frozen

from vintage_rules.errors import NotFoundError
from vintage_rules.marketplace.actors import Actor, require_house
from vintage_rules.marketplace.shop import Shop
from vintage_rules.ports.store import DeadLetter, Done, Leased, require_limit

# How many are read at once: a store knows neither kinds nor reasons.
_PAGE = 200


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
        limit: int = 100,
        after: DeadLetter | None = None,
    ) -> tuple[DeadLetter, ...]:
        """Return those chosen, the oldest first, at most so many; or those after one of them."""
        require_house(by, "list dead letters")
        chosen = (
            letter
            for letter in self._from(after)
            if kind in {None, letter.message.kind}
            and stream in {None, letter.message.stream}
            and reason in letter.reason
        )
        return tuple(islice(chosen, require_limit(limit)))

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
        require_house(by, "list dead letters")
        wanted, found = dict.fromkeys(keys), dict[str, DeadLetter]()
        for letter in self._from(None):
            if len(found) == len(wanted):
                break
            if letter.message.key in wanted:
                found[letter.message.key] = letter
        for key in wanted:
            if key not in found:
                raise NotFoundError("key", key)
        return tuple(found[key] for key in wanted)

    def _from(self, after: DeadLetter | None) -> Iterator[DeadLetter]:
        while page := self.shop.store.dead_letters(_PAGE, after):
            yield from page
            after = page[-1]
