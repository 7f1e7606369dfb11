"""Whether a shop is well: its store answers, nothing waits for long, and no dead letter waits."""

from __future__ import annotations

from datetime import timedelta

from attrs import frozen

from vintage_rules.errors import OutsideError
from vintage_rules.marketplace.shop import Shop

_SEVERAL = 100
_PATIENCE = timedelta(minutes=10)
_NONE = timedelta()


@frozen(kw_only=True)
class Health:
    """How a shop is at a moment.

    `store` says why the store does not answer, and is empty where it does. `waiting` is for how
    long the timer or the effect has been due that was due first: nothing, where workers keep up.
    `oldest_effect` is how old the oldest effect is that is not done, however often it was tried.
    `dead_letters` is the number of those that wait for a person, counted up to 100.
    """

    store: str
    waiting: timedelta
    oldest_effect: timedelta
    dead_letters: int

    def is_well(self, patience: timedelta = _PATIENCE) -> bool:
        """Return whether the store answers, no dead letter waits and nothing is due for longer."""
        return not self.store and not self.dead_letters and self.waiting <= patience


def health_of(shop: Shop) -> Health:
    """Return how a shop is now; a store that does not answer is no error here.

    An effect that a worker has leased counts as due once its lease is over, and one that waits for
    the outside to answer once it is to be tried again.
    """
    try:
        first = shop.store.next_moment()
        letters = shop.store.dead_letters(_SEVERAL)
        waiting_since = [each.oldest for each in shop.store.backlog()]
    except OutsideError as error:
        return Health(store=str(error), waiting=_NONE, oldest_effect=_NONE, dead_letters=0)
    now = shop.clock.now()
    waiting = _NONE if first is None else max(now - first, _NONE)
    oldest = max((now - since for since in waiting_since), default=_NONE)
    return Health(
        store="", waiting=waiting, oldest_effect=max(oldest, _NONE), dead_letters=len(letters)
    )
