"""Two hundred pieces, eleven people and twelve days of their lives, the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import islice

from attrs import evolve, frozen

from examples.storefront.host import Host, Look, Person, hashed
from examples.storefront.pictures import COLOURS, GARMENTS, PATTERNS
from examples.storefront.settings import Settings
from examples.storefront.site import build_shop
from vintage_rules import Money, OrderId, ParcelId, PieceId, SellerId
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.marketplace import (
    Buyer,
    Cart,
    CartItem,
    House,
    Marketplace,
    Means,
    PieceEntered,
    Seller,
)
from vintage_rules.marketplace.commands.pieces import NewPiece
from vintage_rules.offers import SellerTerms
from vintage_rules.orders import Order, WorkshopFinding
from vintage_rules.ports import EventStore

PASSWORD = "vintage"  # noqa: S105 - it opens a demonstration
PIECES, DAYS = 200, 12
_SOLD_LATELY = 14
_AT_ONCE = 1_000  # pieces that are listed by one command
_PLAIN, _NEGOTIABLE = 0.5, 0.85  # the share of pieces that are
_HOUSE = House("anna")
_SELLERS = {
    "ada": ("Ada", "Lyon", "69001"),
    "basile": ("Basile", "Nantes", "44000"),
    "iris": ("Iris", "Paris", "75018"),
    "lou": ("Lou", "Marseille", "13006"),
    "margaux": ("Margaux", "Lille", "59000"),
    "nina": ("Nina", "Strasbourg", "67000"),
    "theo": ("Théo", "Rennes", "35000"),
}
_BUYERS = {
    "zoe": ("Zoé", "Bordeaux", "33000", "FR", "fr-FR"),
    "max": ("Max", "Manchester", "M1 1AE", "GB", "en-GB"),
    "emma": ("Emma", "Bruxelles", "1000", "BE", "fr-BE"),
}
# Of each garment: what it may be made of, what it weighs at least and at most, what it costs.
MADE: Mapping[str, tuple[tuple[str, ...], tuple[int, int], tuple[int, int]]] = {
    "coat": (("wool", "cashmere", "suede"), (1_100, 2_200), (70, 320)),
    "dress": (("silk", "cotton", "linen", "velvet"), (250, 650), (35, 180)),
    "jumper": (("wool", "cashmere", "mohair"), (300, 700), (30, 120)),
    "shirt": (("cotton", "silk", "linen"), (150, 320), (25, 90)),
    "trousers": (("wool", "cotton", "corduroy"), (350, 750), (30, 110)),
    "skirt": (("wool", "cotton", "suede"), (250, 600), (25, 95)),
    "bag": (("leather", "suede", "canvas"), (400, 1_100), (45, 380)),
    "hat": (("felt", "straw", "wool"), (120, 350), (20, 85)),
    "scarf": (("silk", "cashmere", "wool"), (60, 260), (18, 110)),
    "boots": (("leather", "suede"), (900, 1_500), (55, 260)),
}
SIZES = ("XS", "S", "M", "L", *map(str, range(36, 43)))
_ONE_SIZE = {"bag", "hat", "scarf"}


@frozen(kw_only=True)
class Stock:
    """A piece of the demonstration: what it looks like, whose it is, its weight and its price."""

    look: Look
    seller: str
    weight_g: int
    price: Money
    open_to_offers: bool

    @property
    def id(self) -> PieceId:
        """Its name."""
        return PieceId(self.look.id)


def stock(pieces: int = PIECES) -> list[Stock]:
    """Return the pieces of the demonstration, the same each time."""
    draw = random.Random(7)  # noqa: S311 - it guards nothing
    sellers, garments = list(_SELLERS), list(GARMENTS)
    return [
        _piece(draw, number, garments[number % len(garments)], draw.choice(sellers))
        for number in range(pieces)
    ]


def _piece(draw: random.Random, number: int, garment: str, seller: str) -> Stock:
    materials, weights, prices = MADE[garment]
    material = draw.choice(materials)
    plain = material in {"leather", "suede", "straw", "felt", "velvet"} or draw.random() < _PLAIN
    sizes = SIZES[4:] if garment == "boots" else SIZES[:4]
    return Stock(
        look=Look(
            id=f"{number + 1:03}-{material}-{garment}",
            garment=garment,
            colour=draw.choice(list(COLOURS)),
            material=material,
            pattern="plain" if plain else draw.choice(PATTERNS),
            decade=draw.choice((1950, 1960, 1970, 1980, 1990)),
            size="" if garment in _ONE_SIZE else draw.choice(sizes),
        ),
        seller=seller,
        weight_g=draw.randrange(*weights, 10),
        price=Money(draw.randrange(*prices, 5), "EUR"),
        open_to_offers=draw.random() < _NEGOTIABLE,
    )


def _batches(pieces: list[Stock], size: int) -> Iterator[list[Stock]]:
    for start in range(0, len(pieces), size):
        yield pieces[start : start + size]


def _share(price: Money, of: str) -> Money:
    return Money(price.amount * Decimal(of), price.currency)


def people() -> Iterator[Person]:
    """Return the people of the demonstration: sellers, buyers, and one of the house."""
    password = hashed(PASSWORD)
    for id_, (name, city, code) in _SELLERS.items():
        yield _person(id_, name, (city, code, "FR"), "fr-FR", password, sells=True)
    for id_, (name, city, code, country, locale) in _BUYERS.items():
        yield _person(id_, name, (city, code, country), locale, password)
    anna = _person("anna", "Anna", ("Paris", "75011", "FR"), "fr-FR", password)
    yield evolve(anna, staff=True)


def _person(
    id_: str, name: str, place: tuple[str, str, str], locale: str, password: str, *,
    sells: bool = False,
) -> Person:  # fmt: skip
    city, code, country = place
    address = {"name": name, "line1": "12 rue des Tilleuls", "postal_code": code, "city": city}
    return Person(
        id=id_,
        name=name,
        email=f"{id_}@example.com",
        password=password,
        locale=locale,
        address={**address, "country": country},
        sells=sells,
    )


def seed(
    settings: Settings, store: EventStore, host: Host, until: datetime, *, count: int = PIECES
) -> None:
    """Fill an empty shop with what twelve days until a moment have brought."""
    host.add_people(people())
    pieces = stock(count)
    host.add_looks([each.look for each in pieces])
    clock = MemoryClock(until - timedelta(days=DAYS))
    life = Life(Marketplace(build_shop(settings, store, host, clock)), host, clock)
    life.list_pieces(pieces)
    life.sell_lately(pieces)
    life.order_once_each(pieces)
    clock.set(until - timedelta(hours=7))
    life.negotiate(pieces)
    clock.set(until)
    life.work()
    host.keep_seeded()


@frozen
class Life:
    """What the people of the demonstration do, on a clock of its own."""

    market: Marketplace
    host: Host
    clock: MemoryClock

    def work(self) -> None:
        """Do what is due."""
        worker = self.market.worker("seed")
        while not worker.round().idle:
            pass

    def list_pieces(self, pieces: list[Stock]) -> None:
        """List them all, some every morning of the first week."""
        for morning in _batches(pieces, -(-len(pieces) // 7)):
            for some in _batches(morning, _AT_ONCE):
                self.market.pieces.list_pieces(_HOUSE, [self._new(each) for each in some])
            self.clock.advance(timedelta(hours=9))

    def _new(self, each: Stock) -> NewPiece:
        entered = PieceEntered(
            at=self.clock.now(),
            piece=each.id,
            seller=SellerId(each.seller),
            weight_g=each.weight_g,
            description=each.look.id,
            category=None,
        )
        terms = SellerTerms.only(open_to_offers=each.open_to_offers)
        return NewPiece(entered=entered, price=each.price, terms=terms)

    def sell_lately(self, pieces: list[Stock]) -> None:
        """Sell some of them, parcel by parcel, so that the sold ones can be seen."""
        for number, each in enumerate(pieces[:_SOLD_LATELY]):
            buyer = Buyer(("max", "emma")[number % 2])
            order = self.order(buyer, f"d-{number + 1:02}", [each], "direct")
            self.post(order, order.placed.parcels[0].id)
        self.clock.advance(timedelta(hours=60))
        self.work()

    def order_once_each(self, pieces: list[Stock]) -> None:
        """Leave orders of zoe at every stage, and one at the workshop."""
        rest = [each for each in pieces[_SOLD_LATELY:] if each.seller != "zoe"]
        zoe = Buyer("zoe")
        arrived = self.order(zoe, "d-arrived", rest[:1], "direct")
        self.post(arrived, arrived.placed.parcels[0].id)
        self.clock.advance(timedelta(hours=55))
        self.work()
        grouped = self.order(zoe, "d-workshop", rest[1:3], "grouped")
        for inbound in grouped.placed.inbound:
            self.post(grouped, inbound.id)
            self.market.parcels.receive_parcel(_HOUSE, grouped.placed.order, inbound.id)
        first = grouped.placed.lines[0].piece
        self.market.parcels.check_piece(
            _HOUSE, grouped.placed.order, first, WorkshopFinding.AS_DESCRIBED
        )
        self.clock.advance(timedelta(hours=5))
        moving = self.order(zoe, "d-moving", rest[3:4], "direct")
        self.post(moving, moving.placed.parcels[0].id)
        self.order(Buyer("emma"), "d-paid", rest[4:6], "direct")
        self.clock.advance(timedelta(hours=9))
        self.work()

    def negotiate(self, pieces: list[Stock]) -> None:
        """Leave an offer that waits, one that was accepted, and one that was countered."""
        open_ones = (
            each
            for each in reversed(pieces)
            if each.open_to_offers
            and each.price.amount % 10 == 0
            and self.market.pieces.view(_HOUSE, each.id).available
        )
        zoe, emma = Buyer("zoe"), Buyer("emma")
        accepted, countered, *waiting = reversed(list(islice(open_ones, 6)))
        self.market.pieces.make_offer(zoe, accepted.id, _share(accepted.price, "0.8"))
        self.market.pieces.make_offer(emma, countered.id, _share(countered.price, "0.7"))
        for each in waiting:
            self.market.pieces.make_offer(zoe, each.id, _share(each.price, "0.8"))
        self.clock.advance(timedelta(hours=2))
        self.market.pieces.accept_offer(Seller(accepted.seller), accepted.id, zoe.id)
        self.market.pieces.counter_offer(
            Seller(countered.seller), countered.id, emma.id, _share(countered.price, "0.9")
        )
        self.work()

    def order(self, buyer: Buyer, name: str, pieces: list[Stock], mode: str) -> Order:
        """Order pieces and pay by card."""
        person = self.host.person(buyer.id)
        address = {} if person is None else person.address
        items = tuple(CartItem(piece=each.id, price=each.price) for each in pieces)
        cart = Cart(
            order=OrderId(name),
            items=items,
            mode=mode,
            shipping_address=address,
            billing_address=address,
            means=Means(tender="card", source="approved", brand="visa"),
        )
        answer = self.market.checkouts.check_out(buyer, cart)
        if not isinstance(answer, Order):
            raise TypeError(answer)
        self.clock.advance(timedelta(minutes=20))
        self.work()
        return answer

    def post(self, order: Order, parcel: ParcelId) -> None:
        """Hand a parcel in, under a number of its own."""
        number = f"8R{sum(map(ord, parcel)) % 10**4:04}{len(parcel):02}{order.placed.order[2:6]}"
        self.clock.advance(timedelta(minutes=20))
        self.market.parcels.hand_in(_HOUSE, order.placed.order, parcel, number)
        self.host.hand_in(number, self.clock.now())
        self.work()
