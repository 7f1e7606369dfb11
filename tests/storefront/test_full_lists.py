"""Lists that are longer than a page: nothing of them is lost, and no page grows with them."""

from __future__ import annotations

import re
from datetime import timedelta

from examples.storefront.host import KeptLetter
from examples.storefront.pages.shown import ROWS
from tests.storefront.shops import MONDAY, Storefront, Visitor
from vintage_rules import Money, PieceId
from vintage_rules.marketplace import Buyer, House, NewPiece, PieceEntered, Seller
from vintage_rules.offers import SellerTerms

LARGEST = 100_000  # bytes
MANY = 2 * ROWS + 3


def listed(shop: Storefront) -> list[str]:
    """List many pieces of lou, with an offer on each, and give their names."""
    lou, names = Seller("lou"), [f"many-{number:02}" for number in range(MANY)]
    market = shop.site.market
    new = [
        NewPiece(
            entered=PieceEntered(
                at=MONDAY, piece=PieceId(name), seller=lou.id, weight_g=100, description=name
            ),
            price=Money("50.00", "EUR"),
            terms=SellerTerms.only(open_to_offers=True),
        )
        for name in names
    ]
    market.pieces.list_pieces(House("anna"), new)
    for name in names:
        market.pieces.make_offer(Buyer("zoe"), name, Money("45.00", "EUR"))
    return names


def followed(visitor: Visitor, path: str, name: str, wanted: str) -> list[list[str]]:
    """Follow the links of one list to its end, and give what each page of it holds."""
    pages, follow = list[list[str]](), path
    while follow:
        page = visitor.get(follow)
        assert visitor.status == 200
        assert len(page.encode()) < LARGEST
        pages.append(re.findall(wanted, page))
        link = re.search(rf'href="({path}\?after-{name}=[^"#]+)#{name}"', page)
        follow = link[1] if link else ""
    return pages


class TestSeller:
    """A seller's desk."""

    def test_lists_every_offer_once(self, shop: Storefront) -> None:
        """Some on each page, in one order."""
        names, lou = listed(shop), shop.visitor().be("lou")
        offer = r'action="/desk/offers/(many-\d\d)/zoe" class="inline"><input[^>]*><button'
        pages = followed(lou, "/desk", "offers", offer)
        assert [len(page) for page in pages] == [ROWS, ROWS, 3]
        assert sorted(name for page in pages for name in page) == names

    def test_lists_every_piece_once(self, shop: Storefront) -> None:
        """With those of the demonstration."""
        names, lou = listed(shop), shop.visitor().be("lou")
        pages = followed(lou, "/desk", "listed", r'action="/desk/prices/(many-\d\d)"')
        assert sorted(name for page in pages for name in page) == names


class TestBuyer:
    """What is a buyer's own."""

    def test_lists_every_offer_once(self, shop: Storefront) -> None:
        """The latest first."""
        names, zoe = listed(shop), shop.visitor().be("zoe")
        pages = followed(zoe, "/account", "offers", r'<li><a href="/pieces/(many-\d\d)">')
        assert sorted(name for page in pages for name in page) == names

    def test_lists_every_letter_once(self, shop: Storefront) -> None:
        """The latest first, and those of one moment too."""
        for number in range(MANY):
            at = MONDAY + timedelta(minutes=number // 7)
            letter = KeptLetter(
                key=f"key & {number:02}",
                person="zoe",
                about="",
                at=at,
                subject=f"letter {number:02}.",
                parts=("Good day",),
                label="",
            )
            shop.site.host.keep_letter(letter)
        zoe = shop.visitor().be("zoe")
        pages = followed(zoe, "/account", "letters", r"letter (\d\d)\.")
        found = [each for page in pages for each in page]
        assert found == [f"{number:02}" for number in reversed(range(MANY))]

    def test_a_place_in_no_list_is_refused(self, shop: Storefront) -> None:
        """It is a value that makes no sense, and the page says so."""
        zoe = shop.visitor().be("zoe")
        zoe.get("/account?after-offers=nowhere")
        assert zoe.status == 422


class TestHouse:
    """The house's desk."""

    def test_shows_some_of_each_list(self, shop: Storefront) -> None:
        """And answers every link to the rest."""
        anna = shop.visitor().be("anna")
        for name in ("reception", "checks", "parcels", "returns", "claims", "overdue", "cases"):
            assert followed(anna, "/house", name, f'<h2 id="{name}">') == [[f'<h2 id="{name}">']]
