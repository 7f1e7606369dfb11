"""What anyone may see: pieces on sale, those just sold, and the history of a price. Clause A4."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from enum import StrEnum

from attrs import evolve as changed
from attrs import frozen

from vintage_rules.ids import SellerId, identifier
from vintage_rules.marketplace.actors import Actor, require_actor
from vintage_rules.marketplace.commands.pieces import PieceView, known_piece, view_of
from vintage_rules.marketplace.queries.paging import PAGE, Page, read_page
from vintage_rules.marketplace.queries.views import (
    CHEAPEST,
    NEWEST,
    SOLD,
    CataloguePiece,
    of_seller,
)
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.codec import stable_name
from vintage_rules.marketplace.storage.piece_stream import (
    OrderNotPlaced,
    PieceEntered,
    PieceEvent,
    SoldInOrder,
)
from vintage_rules.marketplace.storage.streams import PIECES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.money import Money
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.states import Listing


class CatalogueOrder(StrEnum):
    """In which order pieces are shown."""

    NEWEST = "newest"
    CHEAPEST = "cheapest"
    DEAREST = "dearest"


_LISTS = {
    CatalogueOrder.NEWEST: NEWEST,
    CatalogueOrder.CHEAPEST: CHEAPEST,
    CatalogueOrder.DEAREST: CHEAPEST,
}


@frozen(kw_only=True)
class PriceChange:
    """What a piece cost everybody from a moment on, and the name of the event that made it so."""

    at: datetime
    price: Money
    because: str


@frozen(kw_only=True)
class PiecePage:
    """A piece as an actor may see it, with the public history of its price, the latest first."""

    piece: PieceView
    prices: tuple[PriceChange, ...]


@frozen
class Catalogue:
    """Pieces as anyone may see them, a visitor included.

    Every query raises `NotAllowedError` for what is no actor, and `InvalidValueError` for a limit
    other than 1 to 1,000 or an `after` of no page.
    """

    shop: Shop

    def on_sale(
        self,
        by: Actor,
        *,
        seller: SellerId | None = None,
        order: CatalogueOrder = CatalogueOrder.NEWEST,
        limit: int = PAGE,
        after: str | None = None,
    ) -> Page[CataloguePiece]:
        """Return pieces that anyone may buy, of one seller or of all."""
        return self._page(
            by, _LISTS[order], seller, limit, after, descending=order is not CatalogueOrder.CHEAPEST
        )

    def sold(
        self,
        by: Actor,
        *,
        seller: SellerId | None = None,
        limit: int = PAGE,
        after: str | None = None,
    ) -> Page[CataloguePiece]:
        """Return pieces that are sold and still shown, the latest sale first. Clause A4."""
        return self._page(by, SOLD, seller, limit, after, descending=True)

    def piece(self, by: Actor, piece: str) -> PiecePage:
        """Return a piece as it is at this moment, with the public history of its price.

        Raises:
            NotFoundError: For a piece that was never listed.
        """
        require_actor(by, "see a piece")

        def act(work: UnitOfWork) -> PiecePage:
            stream = work.load(PIECES, piece)
            state = known_piece(stream, piece)
            due = LISTING.fall_due(state.listing, work.now)
            now = changed(state, listed=LISTING.replay(due, state.listing))
            prices = tuple(_prices((*stream.history, *due)))
            return PiecePage(piece=view_of(by, now), prices=prices[::-1])

        return self.shop.do(by, act)

    def _page(
        self,
        by: Actor,
        name: str,
        seller: SellerId | None,
        limit: int,
        after: str | None,
        *,
        descending: bool,
    ) -> Page[CataloguePiece]:
        require_actor(by, "see the catalogue")
        listed = name if seller is None else of_seller(name, identifier(seller, "seller"))
        return read_page(
            self.shop, listed, CataloguePiece, limit=limit, after=after, descending=descending
        )


def _prices(events: Iterable[PieceEvent]) -> Iterator[PriceChange]:
    listing: Listing | None = None
    for event in events:
        if isinstance(event, PieceEntered | SoldInOrder | OrderNotPlaced):
            continue
        before, listing = listing, LISTING.evolve(listing, event)
        if before is None or before.price != listing.price:
            yield PriceChange(at=event.at, price=listing.price, because=stable_name(type(event)))
