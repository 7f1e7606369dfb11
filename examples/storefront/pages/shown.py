"""What several pages show: pieces with what they look like."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from attrs import frozen

from examples.storefront.host import Look
from examples.storefront.visit import Visit
from vintage_rules import Money
from vintage_rules.marketplace import CataloguePiece


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
