"""Commands on what is kept of people: erased on request, and purged when it is old. For the house.

The books stay whole: events name people by the host's identifiers and hold nothing else of them.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from vintage_rules.marketplace.actors import Actor, require_house
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import CARDS, ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.states import Order, OrderState, PayoutState
from vintage_rules.ports.store import PersonalData
from vintage_rules.pricing.gift_card.states import CardState
from vintage_rules.shipping.parcel.states import ParcelState

_BATCH = 1_000  # messages that are deleted at once, so that no other writer waits for long


class ErasureRefusal(StrEnum):
    """Why something of a person is not erased yet: what still needs it."""

    ORDER_OPEN = "order-open"
    PAYMENT_OPEN = "payment-open"


@frozen(kw_only=True)
class Deferred:
    """What is not erased yet: under which name of which stream, and why."""

    stream: str
    name: str
    reason: ErasureRefusal


@frozen(kw_only=True)
class Erasure:
    """How much of a person was erased, and what is deferred while it is needed.

    Once nothing is deferred, nothing is kept of them but the host's identifier.
    """

    erased: int
    deferred: tuple[Deferred, ...]


@frozen(kw_only=True)
class Purge:
    """How many personal data were erased because of their age, and how many messages deleted."""

    erased: int
    messages: int


@frozen
class People:
    """What is kept of buyers beside the events: addresses of orders, words on gift cards.

    Every command raises `NotAllowedError` for any actor but the house.
    """

    shop: Shop

    def erase(self, by: Actor, person: str) -> Erasure:
        """Erase what is kept of a person, and defer what an open order or payment needs.

        An order is open until each of its pieces is cancelled or refunded, or was delivered and its
        seller paid, and no return or claim is open. The same request later erases the rest; one
        that was carried out changes nothing.

        Raises:
            IdentifierError: For what cannot name a person.
        """
        require_house(by, "erase a person")
        found = self.shop.store.personal_of(person)
        deferred = self._deferred(by, found)
        names = {(each.stream, each.name) for each in deferred}
        over = [each for each in found if (each.stream, each.name) not in names]
        return Erasure(erased=self.shop.store.erase(over), deferred=deferred)

    def purge(self, by: Actor) -> Purge:
        """Erase personal data older than `Shop.retention`, and delete messages done before then.

        What an open order or payment needs is kept, whatever its age, and found again by the next
        purge. Dead letters are kept until they are settled.
        """
        require_house(by, "purge what is old")
        before = self.shop.clock.now() - self.shop.retention
        erased = sum(
            self.shop.store.erase([old])
            for old in self.shop.store.personal_before(before)
            if not self._deferred(by, (old,))
        )
        return Purge(erased=erased, messages=self._purge_messages(before))

    def _purge_messages(self, before: datetime) -> int:
        purged = last = self.shop.store.purge(before, _BATCH)
        while last:
            last = self.shop.store.purge(before, _BATCH)
            purged += last
        return purged

    def _deferred(self, by: Actor, found: tuple[PersonalData, ...]) -> tuple[Deferred, ...]:
        def act(work: UnitOfWork) -> tuple[Deferred, ...]:
            needed = ((each, _needed_by(work, each)) for each in found)
            return tuple(
                Deferred(stream=each.stream, name=each.name, reason=reason)
                for each, reason in needed
                if reason is not None
            )

        return self.shop.do(by, act)


def _needed_by(work: UnitOfWork, personal: PersonalData) -> ErasureRefusal | None:
    prefix, _, name = personal.stream.partition("/")
    match f"{prefix}/":
        case ORDERS.prefix:
            order = work.load(ORDERS, name).state
            return None if order is None or _is_over(order) else ErasureRefusal.ORDER_OPEN
        case CARDS.prefix:
            card = work.load(CARDS, name).state
            waits = card is not None and card.state is CardState.ORDERED
            return ErasureRefusal.PAYMENT_OPEN if waits else None
        case _:
            return None


def _is_over(order: Order) -> bool:
    """Return whether nothing of an order is to be posted or settled any more."""
    if order.state is not OrderState.PAID:
        return order.state is OrderState.CANCELLED
    kept = (line.piece for line in order.placed.lines if line.piece not in order.gone)
    return not order.open_pieces() and all(
        order.parcel_of(piece).state is ParcelState.DELIVERED
        and (order.payouts[piece] is PayoutState.SENT or not order.earned(piece))
        for piece in kept
    )
