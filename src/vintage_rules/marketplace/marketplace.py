"""What a host holds: a shop, and everything that may be done with it."""

from __future__ import annotations

from attrs import frozen

from vintage_rules.marketplace.commands.checkouts import Checkouts
from vintage_rules.marketplace.commands.claims import Claims
from vintage_rules.marketplace.commands.gift_cards import Cards
from vintage_rules.marketplace.commands.order_commands import OrderDesk
from vintage_rules.marketplace.commands.orders import Orders
from vintage_rules.marketplace.commands.parcels import Parcels
from vintage_rules.marketplace.commands.pieces import Pieces
from vintage_rules.marketplace.commands.returns import Returns
from vintage_rules.marketplace.commands.webhooks import Webhooks
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.worker import Worker


@frozen
class Marketplace:
    """A shop and its commands. It holds nothing of its own: any number of them, in any number of
    processes, may work on one store.
    """

    shop: Shop

    @property
    def pieces(self) -> Pieces:
        """Pieces: put up, offered on, priced, waited for."""
        return Pieces(self.shop)

    @property
    def checkouts(self) -> Checkouts:
        """Carts that become orders."""
        return Checkouts(self.shop)

    @property
    def orders(self) -> Orders:
        """Orders that were placed."""
        return Orders(OrderDesk(self.shop))

    @property
    def parcels(self) -> Parcels:
        """Their parcels."""
        return Parcels(OrderDesk(self.shop))

    @property
    def returns(self) -> Returns:
        """Their returns."""
        return Returns(OrderDesk(self.shop))

    @property
    def claims(self) -> Claims:
        """Their claims."""
        return Claims(OrderDesk(self.shop))

    @property
    def cards(self) -> Cards:
        """Gift cards."""
        return Cards(self.shop)

    @property
    def webhooks(self) -> Webhooks:
        """Messages of providers and carriers."""
        return Webhooks(self.shop)

    def worker(self, name: str = "worker") -> Worker:
        """Give a worker, which does what is due under a name of its own."""
        return Worker(self.shop, name)
