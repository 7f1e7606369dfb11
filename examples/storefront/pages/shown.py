"""What several pages show: pieces with what they look like."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from attrs import define, field, frozen

from examples.storefront.host import Look
from examples.storefront.visit import Visit
from vintage_rules import Money
from vintage_rules.marketplace import CataloguePiece, Page

T = TypeVar("T")
# A page with a dozen full lists is still a small one.
ROWS = 20


@frozen(kw_only=True)
class Tile:
    """A piece in a list of them; `until` is when its lowered price ends."""

    piece: str
    title: str
    seller: str
    seller_name: str
    price: Money
    initial: Money
    until: datetime | None
    look: Look | None


def tiles(visit: Visit, rows: Iterable[CataloguePiece]) -> list[Tile]:
    """Return pieces as a list shows them."""
    listed = list(rows)
    looks = visit.site.looks([row.piece for row in listed])
    sellers = visit.site.host.names_of_sellers()
    return [
        Tile(
            piece=row.piece,
            title=visit.words.title(looks.get(row.piece), row.piece),
            seller=row.seller,
            seller_name=sellers.get(row.seller, row.seller),
            price=row.price,
            initial=row.initial_price,
            until=row.until if row.state == "lowered" else None,
            look=looks.get(row.piece),
        )
        for row in listed
    ]


def titles(visit: Visit, pieces: Sequence[str]) -> dict[str, str]:
    """Return what pieces are called, by their names."""
    looks = visit.site.looks(pieces)
    return {piece: visit.words.title(looks.get(piece), piece) for piece in pieces}


@define
class Lists:
    """The lists of a page: some rows of each, and links to what follows."""

    visit: Visit
    after: dict[str, str] = field(factory=dict[str, str], init=False)

    def rows(self, name: str, query: Callable[..., Page[T]]) -> tuple[T, ...]:
        """Return rows of a list, from where the link that was followed says."""
        page = query(limit=ROWS, after=self.place(name))
        if page.after is not None:
            self.after[name] = page.after
        return page.rows

    def place(self, name: str) -> str | None:
        """Return where a list begins; None for its first page."""
        return self.visit.form.one(f"after-{name}") or None
