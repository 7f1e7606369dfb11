"""What may be ordered: pieces one by one, or articles of which the shop has several.

The library's marketplace sells pieces, each once. An article with a stock of seven is seven pieces
that look alike; a line of three takes three of them that are for sale.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from attrs import frozen

from examples.storefront.site import Site
from examples.storefront.wording import Words
from vintage_rules import Money, PieceId, errors
from vintage_rules.marketplace import Buyer, PieceView


@frozen(kw_only=True)
class Article:
    """Something that may be ordered, and what it is called."""

    id: str
    title: str
    price: Money
    image_url: str


class Goods(Protocol):
    """What a shop sells, by the names that platforms know it by."""

    def article(self, item: str, by: Buyer) -> Article | None:
        """Return what a name is of; None for what the shop has never sold."""
        ...

    def for_sale(self, item: str, count: int, by: Buyer) -> Sequence[PieceView]:
        """Return pieces of it that are for sale now, as many as are wanted or all there are."""
        ...


@frozen
class Pieces:
    """A `Goods` of pieces that exist once: a piece is its own article."""

    site: Site

    def article(self, item: str, by: Buyer) -> Article | None:
        """Return a piece as an article."""
        view = _view(self.site, by, item)
        if view is None:
            return None
        look = self.site.looks([item]).get(item)
        return Article(
            id=item,
            title=Words("en").title(look, item),
            price=view.price,
            image_url=f"{self.site.settings.url}/pictures/{item}.svg",
        )

    def for_sale(self, item: str, count: int, by: Buyer) -> Sequence[PieceView]:  # noqa: ARG002
        """Return the piece, unless it is sold: there is one of it, however many are wanted."""
        view = _view(self.site, by, item)
        return [view] if view is not None and view.available else []


@frozen(kw_only=True)
class Stocked:
    """An article of which the shop has several: its pieces are numbered from one on."""

    article: Article
    quantity: int

    @property
    def pieces(self) -> Sequence[PieceId]:
        """The names of its pieces."""
        return [PieceId(f"{self.article.id}.{number}") for number in range(1, self.quantity + 1)]


@frozen
class Stock:
    """A `Goods` of articles, each of which is so many pieces."""

    site: Site
    stocked: Mapping[str, Stocked]

    def article(self, item: str, by: Buyer) -> Article | None:  # noqa: ARG002 - the same for all
        """Return an article."""
        known = self.stocked.get(item)
        return None if known is None else known.article

    def for_sale(self, item: str, count: int, by: Buyer) -> Sequence[PieceView]:
        """Return pieces of an article that are not sold, the first ones first."""
        found: list[PieceView] = []
        known = self.stocked.get(item)
        if known is None or count > known.quantity:
            return found
        for piece in known.pieces:
            if len(found) == count:
                break
            view = _view(self.site, by, piece)
            if view is not None and view.available:
                found.append(view)
        return found


def _view(site: Site, by: Buyer, piece: str) -> PieceView | None:
    try:
        return site.market.pieces.view(by, piece)
    except (errors.NotFoundError, errors.IdentifierError):
        return None
