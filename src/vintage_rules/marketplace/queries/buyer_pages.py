"""What a buyer sees of their own: orders and their lives, offers, alerts, gift cards they gave."""

from __future__ import annotations

from attrs import frozen

from vintage_rules.ids import BuyerId
from vintage_rules.marketplace.actors import Actor, require_buyer
from vintage_rules.marketplace.queries.order_timeline import OrderTimeline, timeline_of
from vintage_rules.marketplace.queries.paging import PAGE, Page, read_page
from vintage_rules.marketplace.queries.views import (
    AlertOnPiece,
    BoughtCard,
    OfferOnPiece,
    PlacedOrder,
    alerts_of,
    cards_of,
    offers_of,
    orders_of,
)
from vintage_rules.marketplace.shop import Shop


@frozen
class BuyerPages:
    """Pages of one buyer, for that buyer and the house.

    Every query raises `NotAllowedError` for any other actor, and `InvalidValueError` for a limit
    other than 1 to 1,000 or an `after` of no page.
    """

    shop: Shop

    def orders(
        self, by: Actor, buyer: BuyerId, *, limit: int = PAGE, after: str | None = None
    ) -> Page[PlacedOrder]:
        """Return their orders, the latest first."""
        require_buyer(by, buyer, "see the orders of a buyer")
        name = orders_of(buyer)
        return read_page(self.shop, name, PlacedOrder, limit=limit, after=after, descending=True)

    def timeline(self, by: Actor, order: str) -> OrderTimeline:
        """Return what has happened to one of their orders, and what time alone does next.

        Raises:
            NotFoundError: For an order that was never placed.
        """
        return timeline_of(self.shop, by, order)

    def offers(
        self, by: Actor, buyer: BuyerId, *, limit: int = PAGE, after: str | None = None
    ) -> Page[OfferOnPiece]:
        """Return the offers they have made or were sent, the latest first. Clause N9."""
        require_buyer(by, buyer, "see the offers of a buyer")
        name = offers_of(buyer)
        return read_page(self.shop, name, OfferOnPiece, limit=limit, after=after, descending=True)

    def alerts(
        self, by: Actor, buyer: BuyerId, *, limit: int = PAGE, after: str | None = None
    ) -> Page[AlertOnPiece]:
        """Return the alerts they have set, in the order of the pieces' names. Clause A5."""
        require_buyer(by, buyer, "see the alerts of a buyer")
        return read_page(self.shop, alerts_of(buyer), AlertOnPiece, limit=limit, after=after)

    def cards(
        self, by: Actor, buyer: BuyerId, *, limit: int = PAGE, after: str | None = None
    ) -> Page[BoughtCard]:
        """Return the gift cards they have bought, the latest first. Clause C5."""
        require_buyer(by, buyer, "see the gift cards of a buyer")
        name = cards_of(buyer)
        return read_page(self.shop, name, BoughtCard, limit=limit, after=after, descending=True)
