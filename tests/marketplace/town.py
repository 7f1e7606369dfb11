"""A small town to tell stories in: a shop over ports in memory, its sellers and its buyers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path

from attrs import evolve, frozen

from vintage_rules import Money, Place, calendar, load_policy, policies
from vintage_rules.adapters.memory.carrier import MemoryCarrier
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.directory import MemoryDirectory
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.payouts import MemoryPayouts
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.ids import OrderId, ParcelId, PieceId
from vintage_rules.marketplace.actors import Buyer, Courier, House, Seller
from vintage_rules.marketplace.commands.carts import Cart, CartItem
from vintage_rules.marketplace.commands.checkouts import CheckoutAnswer
from vintage_rules.marketplace.commands.payment_holds import Means
from vintage_rules.marketplace.marketplace import Marketplace
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.piece_stream import PieceEntered
from vintage_rules.marketplace.worker import Progress
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders.commands import WorkshopFinding
from vintage_rules.orders.states import Order
from vintage_rules.policies import PolicyBook, parse_policy
from vintage_rules.ports import Contact, EventStore, PostalAddress, Recipient, Role, Scan

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)
HOUSE = House("anna")
ADA, LOU = Seller("ada"), Seller("lou")
ZOE, MAX = Buyer("zoe"), Buyer("max")
POST = Courier("post")
COAT, BAG = PieceId("coat"), PieceId("bag")
BORDEAUX = Place(country="FR", postal_code="33000", city="Bordeaux")
LIEGE = Place(country="BE", postal_code="4000", city="Liège")
HOME = {
    "name": "Zoé",
    "line1": "1 rue Neuve",
    "postal_code": "33000",
    "city": "Bordeaux",
    "country": "FR",
}


def home_in(place: Place) -> dict[str, str]:
    """Give the address of a home somewhere else."""
    there = {"country": place.country, "postal_code": place.postal_code, "city": place.city}
    return {**HOME, **{name: text or "-" for name, text in there.items()}}


CARD = Means(tender="card", source="approved", brand="visa")
BOOK = load_policy("imparfaite")


def euros(amount: str) -> Money:
    """So many euros."""
    return Money(amount, "EUR")


def address(name: str, place: Place = BORDEAUX) -> PostalAddress:
    """Where somebody lives."""
    return PostalAddress(name=name, lines=("1 rue Neuve",), place=place)


def known(*people: Recipient) -> MemoryDirectory:
    """A directory of people who live in Bordeaux."""
    return MemoryDirectory(
        address("Atelier", Place(country="FR", postal_code="75011", city="Paris")),
        {
            person: Contact(
                name=person.id.title(),
                email=f"{person.id}@example.com",
                locale="fr-FR",
                address=address(person.id.title()),
            )
            for person in people
        },
    )


@cache
def ruled_otherwise(*changes: tuple[str, str], later: str = "") -> PolicyBook:
    """Load the house's policy with some words replaced, each wherever it occurs, and a later
    edition after it.
    """
    text = (Path(str(policies.__file__)).parent / "imparfaite.toml").read_text("utf-8")
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return parse_policy(f"{text}{later}".encode(), "imparfaite.toml")


@frozen
class Town:
    """A shop, and the ports behind it that a story looks at."""

    market: Marketplace
    clock: MemoryClock
    bank: MemoryGateway
    paypal: MemoryGateway
    payouts: MemoryPayouts
    outbox: Outbox
    carrier: MemoryCarrier

    @classmethod
    def built(cls, store: EventStore | None = None, *, at: datetime = MONDAY) -> Town:
        """Build it, on a store in memory unless another is given."""
        clock = MemoryClock(at)
        bank, paypal = MemoryGateway(clock), MemoryGateway(clock)
        payouts, outbox, carrier = MemoryPayouts(), Outbox(), MemoryCarrier()
        buyers = (Recipient(role=Role.BUYER, id=name) for name in ("zoe", "max", "ada", "lou"))
        sellers = (Recipient(role=Role.SELLER, id=name) for name in ("ada", "lou", "zoe"))
        shop = Shop(
            store=MemoryStore() if store is None else store,
            book=BOOK,
            calendar=calendar("FR"),
            clock=clock,
            payments={"card": bank, "paypal": paypal},
            payouts=payouts,
            notifier=outbox,
            directory=known(*buyers, *sellers),
            secret=b"a secret of this town, 32 bytes!!",
            carrier=carrier,
            tracker=carrier,
        )
        return cls(Marketplace(shop), clock, bank, paypal, payouts, outbox, carrier)

    def under(self, book: PolicyBook) -> Town:
        """Give the same town, its shop under another policy."""
        return evolve(self, market=Marketplace(evolve(self.market.shop, book=book)))

    def stock(self) -> Town:
        """Put a coat of ada's and a bag of lou's up for sale."""
        self.list_piece(ADA, COAT, "90.00")
        self.list_piece(LOU, BAG, "55.00")
        return self

    def list_piece(self, seller: Seller, piece: PieceId, price: str) -> None:
        """Put a piece up for sale, open to offers."""
        entered = PieceEntered(
            at=self.clock.now(),
            piece=piece,
            seller=seller.id,
            weight_g=900,
            description=f"a {piece}",
        )
        terms = SellerTerms.only(open_to_offers=True)
        self.market.pieces.list_piece(seller, entered, euros(price), terms)

    def buy(
        self,
        *pieces: PieceId,
        by: Buyer = ZOE,
        order: str = "o1",
        means: Means | None = CARD,
        prices: Mapping[PieceId, str] | None = None,
        code: str | None = None,
        codes: tuple[str, ...] = (),
        place: Place = BORDEAUX,
        mode: str = "grouped",
    ) -> CheckoutAnswer:
        """Check out pieces at the prices they were listed for, unless others are given."""
        known_prices = {COAT: "90.00", BAG: "55.00", **(prices or {})}
        cart = Cart(
            order=OrderId(order),
            items=tuple(CartItem(piece=each, price=euros(known_prices[each])) for each in pieces),
            mode=mode,
            shipping_address=home_in(place),
            billing_address=HOME,
            means=means,
            gift_card_codes=codes if code is None else (code, *codes),
        )
        return self.market.checkouts.check_out(by, cart)

    def wait(self, **time: float) -> Town:
        """Let time pass, then let the worker do what is due."""
        self.clock.advance(timedelta(**time))
        self.work()
        return self

    def work(self) -> Progress:
        """Let the worker do everything that is due now."""
        worker = self.market.worker()
        progress = worker.round()
        while not (last := worker.round()).idle:
            progress += last
        return progress

    def order(self, name: str = "o1") -> Order:
        """Give an order as the house sees it."""
        shown = self.market.orders.view(HOUSE, name)
        assert isinstance(shown, Order)
        return shown

    def arrive(self, order: str = "o1") -> Town:
        """Have the workshop receive and pass everything that it still waits for."""
        known = self.order(order)
        for inbound in known.placed.inbound:
            late = known.still_to_come(known.pieces_in(inbound.id))
            if late:
                self.market.parcels.receive_parcel(HOUSE, order, inbound.id)
            for piece in late:
                self.market.parcels.check_piece(HOUSE, order, piece, WorkshopFinding.AS_DESCRIBED)
        return self

    def deliver(self, order: str = "o1", *, days: float = 3, parcel: int = 1) -> Town:
        """Hand in a parcel of an order now, and deliver it so many days later."""
        number = f"8R{order}-{parcel}"
        self.arrive(order)
        self.market.parcels.hand_in(POST, order, ParcelId(f"{order}-{parcel}"), number)
        self.wait(days=days)
        scan = Scan(at=self.clock.now(), status="delivered", code="DI1", text="", place=None)
        self.market.parcels.record_scan(POST, number, scan)
        self.work()
        return self

    def mails(self) -> list[str]:
        """Every mail: its kind and to whom."""
        return [f"{each.kind} {each.to.id}" for each in self.outbox.messages]

    @property
    def today(self) -> date:
        """The day it is in Paris."""
        return self.market.shop.day(self.clock.now())
