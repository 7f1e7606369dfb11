"""Doing what is due: what time has done is written down, and instructions are carried out.

Any number of workers may do this at once on one store. What one has taken nobody else is given
until its lease ends; should it die, another takes over.
"""

from __future__ import annotations

from datetime import datetime

from attrs import field, frozen

from vintage_rules.errors import (
    OutsideUnavailableError,
    VersionConflictError,
    VintageRulesError,
)
from vintage_rules.ids import identifier
from vintage_rules.marketplace.actors import CLOCK
from vintage_rules.marketplace.effects.handlers import Carrying
from vintage_rules.marketplace.effects.outcomes import Carried, NotYet, PermanentFailure
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.codec import decode_effect
from vintage_rules.marketplace.storage.streams import CARDS, ORDERS, PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork, backoff
from vintage_rules.offers.decide import LISTING
from vintage_rules.orders.decide import ORDER
from vintage_rules.ports.store import DeadLettered, Done, Leased, Postponed
from vintage_rules.ports.store import Outcome as StoreOutcome
from vintage_rules.pricing.gift_card.decide import CARD

BATCH = 100


def _name(name: str) -> str:
    return identifier(name, "worker")


@frozen(kw_only=True)
class Progress:
    """What one round of a worker has done: timers that fired, and instructions by what came of
    them. `troubles` says what went wrong, stream or key first.
    """

    timers: int = 0
    done: int = 0
    postponed: int = 0
    given_up: int = 0
    troubles: tuple[str, ...] = ()

    @property
    def idle(self) -> bool:
        """Whether there was nothing to do."""
        return not (self.timers or self.done or self.postponed or self.given_up or self.troubles)

    def __add__(self, other: Progress) -> Progress:
        return Progress(
            timers=self.timers + other.timers,
            done=self.done + other.done,
            postponed=self.postponed + other.postponed,
            given_up=self.given_up + other.given_up,
            troubles=(*self.troubles, *other.troubles),
        )


@frozen
class Worker:
    """Does what is due in a shop, under a name of its own."""

    shop: Shop
    name: str = field(default="worker", converter=_name)

    def round(self, limit: int = BATCH) -> Progress:
        """Write down what time has done, then carry instructions out: at most so many of each."""
        return self.tick(limit) + self.carry_out(limit)

    def tick(self, limit: int = BATCH) -> Progress:
        """Write down what time alone has done to streams whose deadline has come."""
        shop = self.shop
        due = shop.store.due(shop.clock.now(), limit, worker=self.name, lease=shop.lease)
        progress = Progress()
        for stream in due:
            progress += self._fire(stream)
        return progress

    def _fire(self, stream: str) -> Progress:
        try:
            fired = self.shop.do(CLOCK, lambda session: happened(self.shop, session, stream))
        except VintageRulesError as error:
            return Progress(troubles=(f"{stream}: {error}",))
        return Progress(timers=1 if fired else 0)

    def carry_out(self, limit: int = BATCH) -> Progress:
        """Carry out instructions that wait."""
        shop = self.shop
        taken = shop.store.pending(shop.clock.now(), limit, worker=self.name, lease=shop.lease)
        progress = Progress()
        for leased in taken:
            progress += self._carry(leased)
        return progress

    def _carry(self, leased: Leased) -> Progress:
        outcome = self._outcome(leased)
        self.shop.store.settle(leased, outcome)
        match outcome:
            case Done():
                return Progress(done=1)
            case Postponed(reason=""):
                return Progress(postponed=1)
            case Postponed(reason=reason):
                return Progress(postponed=1, troubles=(f"{leased.instruction.key}: {reason}",))
            case DeadLettered(reason=reason):
                return Progress(given_up=1, troubles=(f"{leased.instruction.key}: {reason}",))

    def _outcome(self, leased: Leased) -> StoreOutcome:
        instruction = leased.instruction
        try:
            work = decode_effect(instruction.data)
            outcome = Carrying(self.shop).carry_out(work, instruction.key, instruction.not_before)
        except (OutsideUnavailableError, VersionConflictError) as error:
            return Postponed(until=self._now() + backoff(leased.attempt), reason=str(error))
        except VintageRulesError as error:
            return DeadLettered(at=self._now(), reason=str(error))
        match outcome:
            case Carried():
                return Done(at=self._now())
            case NotYet():
                return Postponed(until=self._now() + self.shop.follow_every, reason="")
            case PermanentFailure(reason=reason):
                return DeadLettered(at=self._now(), reason=reason)

    def _now(self) -> datetime:
        return self.shop.clock.now()


def happened(shop: Shop, session: UnitOfWork, stream: str) -> bool:
    """Write down what time has done to a stream; tell whether it has done anything."""
    prefix, _, name = stream.partition("/")
    match f"{prefix}/":
        case PIECES.prefix:
            piece = session.load(PIECES, name)
            if piece.state is None:
                return False
            due = LISTING.fall_due(piece.state.listing, session.now)
            return bool(due) and bool(session.happen(piece, due))
        case ORDERS.prefix:
            order = session.load(ORDERS, name)
            if order.state is None:
                return False
            policy = shop.edition(order.state.placed.edition)
            brought = ORDER.fall_due(order.state, session.now, policy, shop.calendar)
            return bool(brought) and bool(session.happen(order, brought))
        case CARDS.prefix:
            card = session.load(CARDS, name)
            if card.state is None:
                return False
            expired = CARD.fall_due(card.state, session.now)
            return bool(expired) and bool(session.happen(card, expired))
        case _:
            return False
