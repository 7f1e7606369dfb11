from __future__ import annotations

import re
from datetime import timedelta

from tests.storefront.shops import Storefront
from vintage_rules import Money
from vintage_rules.marketplace import Buyer, Seller

PRICE = re.compile(r'class="price">€([\d,.]+)<')


def prices(page: str) -> list[float]:
    """The prices on a page of the catalogue, from the first tile on."""
    return [float(price.replace(",", "")) for price in PRICE.findall(page)]


class TestOnSale:
    """The catalogue. Clause A4."""

    def test_shows_every_piece_with_its_picture(self, shop: Storefront) -> None:
        """Twelve are on sale, each with a title, a price and a picture that is there."""
        visitor = shop.visitor()
        for each in shop.pieces:
            assert f'href="/pieces/{each.id}"' in visitor.page
        picture = visitor.get(f"/pictures/{shop.pieces[0].id}.svg")
        assert (visitor.status, picture[:4]) == (200, "<svg")

    def test_is_ordered_by_price(self, shop: Storefront) -> None:
        """From the least expensive on, or from the most expensive on."""
        visitor = shop.visitor()
        cheapest = prices(visitor.get("/?order=cheapest"))
        assert (cheapest, len(cheapest)) == (sorted(cheapest), len(shop.pieces))
        assert prices(visitor.get("/?order=dearest")) == cheapest[::-1]

    def test_is_that_of_one_seller(self, shop: Storefront) -> None:
        """Only their own pieces are shown."""
        seller = shop.pieces[0].seller
        page = shop.visitor().get(f"/?seller={seller}")
        shown = {each.id for each in shop.pieces if f'"/pieces/{each.id}"' in page}
        assert shown == {each.id for each in shop.pieces if each.seller == seller}

    def test_has_no_other_order(self, shop: Storefront) -> None:
        """An order that there is not is no page."""
        visitor = shop.visitor()
        visitor.get("/?order=nicest")
        assert visitor.status == 404
        visitor.get("/?after=nonsense")
        assert visitor.status == 422

    def test_speaks_french(self, shop: Storefront) -> None:
        """By the browser's preference, and by choice whatever it prefers."""
        visitor = shop.visitor()
        assert '<html lang="fr">' in visitor.get("/", **{"accept-language": "fr-BE"})
        assert '<html lang="fr">' in visitor.post("/language", language="fr")
        assert '<html lang="fr">' in visitor.get("/", **{"accept-language": "en"})


class TestPiece:
    """The page of a piece."""

    def test_says_what_it_costs_abroad(self, shop: Storefront) -> None:
        """Postage follows the country that is chosen, which is kept. Clause L12."""
        visitor, piece = shop.visitor(), shop.pieces[0].id
        at_home = visitor.get(f"/pieces/{piece}")
        abroad = visitor.get(f"/pieces/{piece}?country=JP")
        assert 'value="JP" selected' in abroad
        assert re.findall(r"<dd><strong>(.*?)<", abroad) != re.findall(
            r"<dd><strong>(.*?)<", at_home
        )
        assert 'value="JP" selected' in visitor.get(f"/pieces/{shop.pieces[1].id}")

    def test_refuses_an_offer_in_the_words_of_the_library(self, shop: Storefront) -> None:
        """A guest must sign in, and nobody cuts the price by more than is allowed. N2, N8."""
        each = next(each for each in shop.pieces if each.open_to_offers)
        visitor = shop.visitor()
        visitor.get(f"/pieces/{each.id}")
        assert "Please sign in first." in visitor.post(f"/pieces/{each.id}/offers", price="1")
        assert visitor.status == 409
        visitor.be("zoe").get(f"/pieces/{each.id}")
        assert "cut further than allowed" in visitor.post(f"/pieces/{each.id}/offers", price="1,00")
        visitor.post(f"/pieces/{each.id}/offers", price="a lot")
        assert visitor.status == 422

    def test_counts_an_accepted_price_down_for_everybody(self, shop: Storefront) -> None:
        """For 24 hours it is the price of all, with how long it is left; then the first. N6."""
        each = next(each for each in shop.pieces if each.open_to_offers)
        offered = Money(each.price.amount - 5, "EUR")
        zoe, stranger, pieces = shop.visitor().be("zoe"), shop.visitor(), shop.site.market.pieces
        assert "is with the seller" in zoe.post(
            f"/pieces/{each.id}/offers", price=str(offered.amount)
        )
        assert "waits for the seller" in zoe.page
        assert str(offered.amount) not in stranger.get(f"/pieces/{each.id}")
        pieces.accept_offer(Seller(each.seller), each.id, Buyer("zoe").id)
        until = (shop.clock.now() + timedelta(hours=24)).isoformat()
        assert f'data-until="{until}"' in stranger.get(f"/pieces/{each.id}")
        assert f"€{offered.amount}" in stranger.page
        shop.clock.advance(timedelta(hours=24))
        assert f'class="price">€{each.price.amount}' in stranger.get(f"/pieces/{each.id}")
        assert "Price restored" in stranger.page

    def test_is_not_there(self, shop: Storefront) -> None:
        """For a piece that was never listed."""
        visitor = shop.visitor()
        assert "There is no such page" in visitor.get("/pieces/nothing")
        assert visitor.status == 404
        for path in ("/pictures/nothing.svg", "/nothing"):
            visitor.get(path)
            assert visitor.status == 404
        assert visitor.client.get("/static/nothing").status_code == 404
