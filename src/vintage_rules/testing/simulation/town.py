"""A town that lives on a shop: its buyers and sellers, its bank and its post, in virtual time."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import TypeAlias

from attrs import define, field, frozen

from vintage_rules.adapters.memory.carrier import MemoryCarrier
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.directory import MemoryDirectory
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.payouts import MemoryPayouts
from vintage_rules.dates import Calendar
from vintage_rules.ids import BuyerId, OrderId, PieceId, SellerId
from vintage_rules.marketplace.actors import Buyer, Courier, House, Seller
from vintage_rules.marketplace.marketplace import Marketplace
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.worker import Worker
from vintage_rules.money import Money, currency_of, quantum_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.places import Place
from vintage_rules.policies.book import PolicyBook
from vintage_rules.ports.directory import Contact, PostalAddress, Recipient, Role
from vintage_rules.ports.store import EventStore
from vintage_rules.testing.served import serves
from vintage_rules.testing.simulation.faults import Plan, Wire
from vintage_rules.testing.simulation.mischief import Mischief
from vintage_rules.testing.simulation.ports import (
    WiredCarrier,
    WiredGateway,
    WiredNotifier,
    WiredPayouts,
    WiredStore,
)
from vintage_rules.world.tables import rows

Deed: TypeAlias = Callable[[], object]

# What is held for nothing must not lapse by itself before anybody has looked.
_FOR_EVER = timedelta(days=10_000)
START = datetime(2026, 3, 2, 7, tzinfo=UTC)
HOUSE = House("simulation")
POST = Courier("post")
SECRET = b"only a simulation, and no secret"
PLACES = (
    Place(country="FR", postal_code="33000", city="Bordeaux"),
    Place(country="FR", postal_code="97400", city="Saint-Denis"),
    Place(country="BE", postal_code="4000", city="Liège"),
    Place(country="IT", postal_code="20121", city="Milano"),
    Place(country="PL", postal_code="00-001", city="Warszawa"),
    Place(country="GB", postal_code="M1 1AE", city="Manchester"),
    Place(country="US", postal_code="10001", city="New York"),
)


@frozen(kw_only=True)
class Scale:
    """How big the town is, and how much happens in it in one day."""

    buyers: int = 30
    sellers: int = 8
    pieces: int = 40
    deeds_a_day: int = 14


@frozen(kw_only=True)
class Customs:
    """What a house lets the people of its town do: in its money, its places, by its names."""

    policy: HousePolicy
    places: tuple[Place, ...]

    @classmethod
    def of(cls, policy: HousePolicy) -> Customs:
        """Return those of a house: it serves some of the places that people live in."""
        modes = policy.shipping.modes
        served = [
            place
            for place in (*PLACES, _home(policy))
            if any(serves(policy, place, mode) for mode in modes)
        ]
        return cls(policy=policy, places=tuple(served) or (_home(policy),))

    @property
    def currency(self) -> str:
        """What everything is paid in."""
        return self.policy.currency

    @property
    def tenders(self) -> tuple[str, ...]:
        """What may be paid with."""
        return self.policy.pricing.tenders.kinds

    def amount(self, units: int) -> Money:
        """Return an amount of so many of the smallest units of the house's currency."""
        return Money(units * quantum_of(currency_of(self.currency)), self.currency)

    def around(self, amount: Decimal, share: str) -> Money:
        """Return a share of an amount, exact to the smallest unit."""
        unit = quantum_of(currency_of(self.currency))
        return Money((amount * Decimal(share)).quantize(unit), self.currency)


def _home(policy: HousePolicy) -> Place:
    """Return a place where the house is, by the address that its country is known by."""
    country = policy.origin.partition("-")[0]
    for row in rows("addresses"):
        if row["country"] == country and row["written"] == "code":
            return Place(country=country, postal_code=row["example"], city="-")
    return Place(country=country, city="-")


@frozen(kw_only=True)
class Outside:
    """What is behind the ports, with books that can be read."""

    store: EventStore
    banks: dict[str, MemoryGateway]
    payouts: MemoryPayouts
    outbox: Outbox
    carrier: MemoryCarrier


@define(order=True)
class Due:
    """Something that a person outside will do at a moment."""

    at: datetime
    number: int
    do: Callable[[], object] = field(order=False)


@define(kw_only=True)
class Town:
    """A shop, what is behind its ports, and what its people remember.

    `passing` are the keys of refunds that banks are passing on, `reported` how much of its messages
    each bank is sure to have brought home, `disputed` the charges that were ever disputed and
    `bounced` the payouts that came back. `wrongs` is what no one should have been answered.
    """

    random: Random
    scale: Scale
    clock: MemoryClock
    outside: Outside
    wire: Wire
    market: Marketplace
    customs: Customs
    mischief: Mischief
    pieces: list[PieceId] = field(factory=list[PieceId])
    offered: list[PieceId] = field(factory=list[PieceId])
    orders: list[OrderId] = field(factory=list[OrderId])
    agenda: list[Due] = field(factory=list[Due])
    passing: set[str] = field(factory=set[str])
    reported: Counter[str] = field(factory=Counter[str])
    disputed: set[str] = field(factory=set[str])
    bounced: list[str] = field(factory=list[str])
    wrongs: list[str] = field(factory=list[str])
    names: int = 0
    purchases: int = 0

    @property
    def now(self) -> datetime:
        """This moment."""
        return self.clock.now()

    def worker(self, name: str) -> Worker:
        """Return a worker whose handlers misbehave at some messages."""
        return Worker(self.market.shop, name, handlers=self.mischief.handlers())

    def name(self, what: str) -> str:
        """Return something new a name."""
        self.names += 1
        return f"{what}-{self.names}"

    def order(self) -> OrderId:
        """Name an order to come: every fifth as the first parcel of an order before it."""
        number = len(self.orders) + 1
        namesake = f"o{number // 2}-1"
        taken = number % 5 or namesake in self.orders
        self.orders.append(OrderId(f"o{number}" if taken else namesake))
        return self.orders[-1]

    def purchase(self) -> str:
        """Name the purchase of a gift card as an order is named."""
        self.purchases += 1
        return f"o{self.purchases}"

    def buyer(self) -> Buyer:
        """Choose a buyer; a few are guests, and a few have not signed in."""
        number = self.random.randrange(self.scale.buyers)
        signed_in = self.random.random() < 0.95
        has_account = signed_in or self.random.random() < 0.5
        return Buyer(BuyerId(person(number)), signed_in=signed_in, has_account=has_account)

    def seller(self) -> Seller:
        """Choose a seller."""
        return Seller(SellerId(person(self.random.randrange(self.scale.sellers))))

    def later(self, wait: timedelta, do: Callable[[], object]) -> None:
        """Have a person outside do something later."""
        heapq.heappush(self.agenda, Due(self.now + wait, len(self.agenda) + self.names, do))
        self.names += 1

    def come_due(self) -> list[Callable[[], object]]:
        """Return what people outside do now, in order of time."""
        due: list[Callable[[], object]] = []
        while self.agenda and self.agenda[0].at <= self.now:
            due.append(heapq.heappop(self.agenda).do)
        return due


def person(number: int) -> str:
    """Name a person: a buyer and a seller of one name are two people.

    >>> person(7)
    'person-7'
    """
    return f"person-{number}"


def found(
    random: Random,
    plan: Plan,
    store: EventStore,
    *,
    book: PolicyBook,
    calendar: Calendar,
    scale: Scale,
    seed: int = 0,
) -> Town:
    """Found a town over a store, with a wire between the shop and everything else."""
    clock, customs = MemoryClock(START), Customs.of(book.latest)
    outside = Outside(
        store=store,
        banks={
            name: MemoryGateway(clock, held_for=_FOR_EVER, slow_refunds=True)
            for name in customs.tenders
        },
        payouts=MemoryPayouts(),
        outbox=Outbox(),
        carrier=MemoryCarrier(),
    )
    wire = Wire(plan)
    carrier = WiredCarrier(outside.carrier, wire)
    shop = Shop(
        store=WiredStore(store, wire),
        book=book,
        calendar=calendar,
        clock=clock,
        payments={name: WiredGateway(bank, wire) for name, bank in outside.banks.items()},
        payouts=WiredPayouts(outside.payouts, wire),
        notifier=WiredNotifier(outside.outbox, wire),
        directory=_people(scale, customs),
        secret=SECRET,
        carrier=carrier,
        tracker=carrier,
    )
    market = Marketplace(shop)

    def dawdle(time: timedelta) -> None:
        """Let time pass in the middle of an effect, and another worker go on meanwhile."""
        clock.advance(time)
        market.worker("another").round(3)

    return Town(
        random=random,
        scale=scale,
        clock=clock,
        outside=outside,
        wire=wire,
        market=market,
        customs=customs,
        mischief=Mischief(seed, wire, dawdle),
    )


def _people(scale: Scale, customs: Customs) -> MemoryDirectory:
    workshop = _address("workshop", _home(customs.policy))
    buyers = (Recipient(role=Role.BUYER, id=person(n)) for n in range(scale.buyers))
    sellers = (Recipient(role=Role.SELLER, id=person(n)) for n in range(scale.sellers))
    contacts = {
        each: Contact(
            name=each.id,
            email=f"{each.id}@example.com",
            locale="fr-FR",
            address=_address(f"{each.role} {each.id}", customs.places[0]),
        )
        for each in (*buyers, *sellers)
    }
    return MemoryDirectory(workshop, contacts)


def _address(name: str, place: Place) -> PostalAddress:
    return PostalAddress(name=name, lines=("1 rue du Marché",), place=place)
