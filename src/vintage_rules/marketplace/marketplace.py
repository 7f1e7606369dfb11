"""What a host holds: a shop, and its commands by what they act on."""

from __future__ import annotations

from attrs import frozen

from vintage_rules.marketplace.commands.cases import Cases
from vintage_rules.marketplace.commands.checkouts import Checkouts
from vintage_rules.marketplace.commands.claims import Claims
from vintage_rules.marketplace.commands.dead_letters import DeadLetters
from vintage_rules.marketplace.commands.gift_cards import Cards
from vintage_rules.marketplace.commands.orders import Orders
from vintage_rules.marketplace.commands.parcels import Parcels
from vintage_rules.marketplace.commands.people import People
from vintage_rules.marketplace.commands.pieces import Pieces
from vintage_rules.marketplace.commands.reconciliation import Reconciliation
from vintage_rules.marketplace.commands.returns import Returns
from vintage_rules.marketplace.commands.webhooks import Webhooks
from vintage_rules.marketplace.health import Health, health_of
from vintage_rules.marketplace.queries.buyer_pages import BuyerPages
from vintage_rules.marketplace.queries.catalogue import Catalogue
from vintage_rules.marketplace.queries.house_desk import HouseDesk
from vintage_rules.marketplace.queries.seller_desk import SellerDesk
from vintage_rules.marketplace.queries.waiting_effects import WaitingEffects
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.worker import Worker
from vintage_rules.ports.store import EventStore


@frozen
class Marketplace:
    """A shop and its commands.

    It holds nothing of its own: any number of them, in any number of processes, may work on one
    store.
    """

    shop: Shop

    def within(self, store: EventStore) -> Marketplace:
        """Return this marketplace within a transaction that the host has begun.

        `store` is what `SqlStore.joined` returns for the host's connection. What the commands
        record is committed or rolled back with what the host writes; only that a charge was begun
        is committed at once, since the provider is called before the host's transaction ends.
        """
        return Marketplace(self.shop.within(store))

    @property
    def pieces(self) -> Pieces:
        """Commands on pieces: listed, offered on, priced."""
        return Pieces(self.shop)

    @property
    def checkouts(self) -> Checkouts:
        """Checking carts out."""
        return Checkouts(self.shop)

    @property
    def orders(self) -> Orders:
        """Commands on orders that were placed."""
        return Orders(self.shop)

    @property
    def parcels(self) -> Parcels:
        """Commands on their parcels."""
        return Parcels(self.shop)

    @property
    def returns(self) -> Returns:
        """Commands on their returns."""
        return Returns(self.shop)

    @property
    def claims(self) -> Claims:
        """Commands on their claims."""
        return Claims(self.shop)

    @property
    def cards(self) -> Cards:
        """Commands on gift cards."""
        return Cards(self.shop)

    @property
    def webhooks(self) -> Webhooks:
        """Webhooks of providers and carriers."""
        return Webhooks(self.shop)

    @property
    def cases(self) -> Cases:
        """Cases for review: what no rule settles, and a person must look at."""
        return Cases(self.shop)

    @property
    def reconciliation(self) -> Reconciliation:
        """Where the list of what a provider has moved differs from the books."""
        return Reconciliation(self.shop)

    @property
    def people(self) -> People:
        """What is kept of people: erased on request, and purged when it is old."""
        return People(self.shop)

    @property
    def dead_letters(self) -> DeadLetters:
        """Effects and timers that failed for good, and that a person must look at."""
        return DeadLetters(self.shop)

    @property
    def waiting_effects(self) -> WaitingEffects:
        """Effects that wait for a worker, or for their next attempt."""
        return WaitingEffects(self.shop)

    @property
    def catalogue(self) -> Catalogue:
        """Pages that anyone may see."""
        return Catalogue(self.shop)

    @property
    def buyer_pages(self) -> BuyerPages:
        """Pages of a buyer: orders, offers, alerts, gift cards."""
        return BuyerPages(self.shop)

    @property
    def seller_desk(self) -> SellerDesk:
        """Pages of a seller: offers to answer, parcels to post, payouts."""
        return SellerDesk(self.shop)

    @property
    def house_desk(self) -> HouseDesk:
        """Pages of the house: cases, checks, overdue parcels, disputes."""
        return HouseDesk(self.shop)

    def health(self) -> Health:
        """Return how the shop is now, for what watches it."""
        return health_of(self.shop)

    def worker(self, name: str = "worker") -> Worker:
        """Return a worker under a name of its own: it fires timers and handles effects."""
        return Worker(self.shop, name)
