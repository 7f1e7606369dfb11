"""How long a page of the catalogue takes, from a few pieces and from many."""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.stores import measured, name
from tests.marketplace.crowd import AT_ONCE, piece_of
from tests.marketplace.town import ADA, ZOE, Town, euros
from vintage_rules.marketplace import NewPiece, PieceEntered
from vintage_rules.marketplace.queries.catalogue import CatalogueOrder
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.ports.store import EventStore

PAGE = 50
PIECES = [1_000, 100_000]
LISTED_AT_ONCE = 20 * AT_ONCE


def listed(town: Town, pieces: int) -> None:
    """List so many pieces, each at a price that a few others have."""
    terms = SellerTerms.only(open_to_offers=True)
    for start in range(0, pieces, LISTED_AT_ONCE):
        town.market.pieces.list_pieces(
            ADA,
            [
                NewPiece(
                    entered=PieceEntered(
                        at=town.clock.now(),
                        piece=piece_of(number),
                        seller=ADA.id,
                        weight_g=900,
                        description="a piece",
                    ),
                    price=euros(f"{10 + number % 30_000}.00"),
                    terms=terms,
                )
                for number in range(start, start + LISTED_AT_ONCE)
            ],
        )


@pytest.mark.parametrize("pieces", PIECES)
def test_page(benchmark: BenchmarkFixture, store: EventStore, way: str, pieces: int) -> None:
    """The second page, the cheapest first: the first gives the place from which it is read."""
    name(benchmark, f"a page of {PAGE} pieces of {pieces:,}", way, 1)
    town = Town.built(store)
    listed(town, pieces)
    catalogue, cheapest = town.market.catalogue, CatalogueOrder.CHEAPEST
    first = catalogue.on_sale(ZOE, order=cheapest, limit=PAGE)

    def page() -> int:
        shown = catalogue.on_sale(ZOE, order=cheapest, limit=PAGE, after=first.after)
        return len(shown.rows)

    assert measured(benchmark, page, rounds=200) == PAGE
