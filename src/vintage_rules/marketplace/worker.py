"""Workers: they record what time alone has done, and handle the effects of events.

Any number of workers may run at once on one store, in as many processes as the host likes. They
share the work by **leases**: the store gives a due stream or a pending message to one worker, and
to no other until the lease is over. A lease is a promise about time, not a lock. A worker that
crashes cannot give it back, so it ends by itself; a worker that is slower than its lease may find
that another has done the same. Both cases are harmless, for two reasons:

- a timer that fires twice is recorded once: the second unit of work finds the stream grown;
- an effect that is handled twice calls the outside twice with one key, and it is done once (see
  `vintage_rules.marketplace.effects`).

So effects are handled **at least once**, and never lost: only `settle` ends a message. The order of
two effects is not promised, even of one stream, since the first may be postponed; a handler that
needs something to be so looks at the stream.

`Shop.lease` should be longer than a round takes. Shorter, everything is still right, and done
twice.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import field, frozen

from vintage_rules.errors import (
    OutsideUnavailableError,
    VersionConflictError,
    VintageRulesError,
)
from vintage_rules.ids import identifier
from vintage_rules.machine import taken
from vintage_rules.marketplace.actors import CLOCK
from vintage_rules.marketplace.effects.handlers import handle
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.piece_stream import (
    OrderNotPlaced,
    PieceEvent,
    PieceState,
)
from vintage_rules.marketplace.storage.streams import CARDS, ORDERS, PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.offers.commands import ReturnToSale
from vintage_rules.offers.decide import LISTING
from vintage_rules.orders.decide import ORDER
from vintage_rules.ports.store import DeadLettered, Done, Leased, Outcome, Postponed
from vintage_rules.pricing.gift_card.decide import CARD

BATCH = 100


def _name(name: str) -> str:
    return identifier(name, "worker")


@frozen(kw_only=True)
class Progress:
    """What one round of a worker has done: timers that fired, and effects by their outcome.

    `troubles` says what went wrong, stream or key first.
    """

    timers: int = 0
    done: int = 0
    postponed: int = 0
    dead_lettered: int = 0
    troubles: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (
            self.timers or self.done or self.postponed or self.dead_lettered or self.troubles
        )

    def __add__(self, other: Progress) -> Progress:
        return Progress(
            timers=self.timers + other.timers,
            done=self.done + other.done,
            postponed=self.postponed + other.postponed,
            dead_lettered=self.dead_lettered + other.dead_lettered,
            troubles=(*self.troubles, *other.troubles),
        )


@frozen
class Worker:
    """Fires timers and handles effects of a shop, under a name of its own."""

    shop: Shop
    name: str = field(default="worker", converter=_name)

    def round(self, limit: int = BATCH) -> Progress:
        """Fire timers, then handle effects: at most so many of each."""
        return self.tick(limit) + self.handle_effects(limit)

    def tick(self, limit: int = BATCH) -> Progress:
        """Record what time alone has done to streams whose deadline has come."""
        shop = self.shop
        due = shop.store.due(shop.clock.now(), limit, worker=self.name, lease=shop.lease)
        progress = Progress()
        for stream in due:
            progress += self._fire(stream)
        return progress

    def _fire(self, stream: str) -> Progress:
        try:
            fired = self.shop.do(CLOCK, lambda work: record_due(self.shop, work, stream))
        except VintageRulesError as error:
            return Progress(troubles=(f"{stream}: {error}",))
        return Progress(timers=1 if fired else 0)

    def handle_effects(self, limit: int = BATCH) -> Progress:
        """Handle effects that wait in the outbox."""
        shop = self.shop
        taken = shop.store.pending(shop.clock.now(), limit, worker=self.name, lease=shop.lease)
        progress = Progress()
        for leased in taken:
            progress += self._settle(leased)
        return progress

    def _settle(self, leased: Leased) -> Progress:
        outcome = self._outcome(leased)
        self.shop.store.settle(leased, outcome)
        match outcome:
            case Done():
                return Progress(done=1)
            case Postponed(reason=""):
                return Progress(postponed=1)
            case Postponed(reason=reason):
                return Progress(postponed=1, troubles=(f"{leased.message.key}: {reason}",))
            case DeadLettered(reason=reason):
                return Progress(dead_lettered=1, troubles=(f"{leased.message.key}: {reason}",))

    def _outcome(self, leased: Leased) -> Outcome:
        try:
            return handle(self.shop, leased.message)
        except (OutsideUnavailableError, VersionConflictError) as error:
            return Postponed(until=self._now() + backoff(leased.attempt), reason=str(error))
        except VintageRulesError as error:
            return DeadLettered(at=self._now(), reason=str(error))

    def _now(self) -> datetime:
        return self.shop.clock.now()


def record_due(shop: Shop, work: UnitOfWork, stream: str) -> bool:
    """Record what time has done to a stream; say whether it has done anything."""
    prefix, _, name = stream.partition("/")
    match f"{prefix}/":
        case PIECES.prefix:
            piece = work.load(PIECES, name)
            if piece.state is None:
                return False
            piece_due = _due_of_piece(shop, work, piece.state)
            return bool(piece_due) and bool(work.record(piece, piece_due))
        case ORDERS.prefix:
            order = work.load(ORDERS, name)
            if order.state is None:
                return False
            policy = shop.edition(order.state.placed.edition)
            order_due = ORDER.fall_due(order.state, work.now, policy, shop.calendar)
            return bool(order_due) and bool(work.record(order, order_due))
        case CARDS.prefix:
            card = work.load(CARDS, name)
            if card.state is None:
                return False
            card_due = CARD.fall_due(card.state, work.now)
            return bool(card_due) and bool(work.record(card, card_due))
        case _:
            return False


def _due_of_piece(shop: Shop, work: UnitOfWork, state: PieceState) -> Sequence[PieceEvent]:
    """Return what time brings to a piece; one that is not ordered in time is on sale again."""
    sold = state.awaits_order
    if sold is None or not state.is_overdue(work.now):
        return LISTING.fall_due(state.listing, work.now)
    back, policy = ReturnToSale(at=work.now), shop.policy(work.now).listing
    decided = LISTING.decide(state.listing, back, policy, shop.calendar)
    lost = OrderNotPlaced(at=work.now, buyer=sold.buyer, price=sold.price)
    return (*taken(decided, back, state.listing.state), lost)


def backoff(attempt: int) -> timedelta:
    """Return how long to wait after so many attempts.

    It is a minute, then twice as long each time, at most an hour.

    >>> [backoff(attempt).seconds for attempt in (1, 2, 3, 20)]
    [60, 120, 240, 3600]
    """
    return min(timedelta(minutes=2 ** min(attempt - 1, 6)), timedelta(hours=1))
