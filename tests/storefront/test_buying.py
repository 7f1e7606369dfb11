from __future__ import annotations

import re
from datetime import timedelta

from attrs import evolve

from tests.storefront.shops import Storefront, Visitor
from vintage_rules import Money
from vintage_rules.adapters.memory import webhooks
from vintage_rules.ids import BuyerId
from vintage_rules.marketplace import House, Marketplace
from vintage_rules.orders import Order

HOME = {
    "name": "Zoé",
    "line1": "1 rue Neuve",
    "postal_code": "33000",
    "city": "Bordeaux",
    "country": "FR",
}
HOUSE = House("anna")
ORDER = re.compile(r'name="order" value="([^"]+)"')
PRICES = re.compile(r'name="price-([^"]+)" value="([^"]+)"')


def filled(visitor: Visitor, **fields: str) -> dict[str, str | list[str]]:
    """Give the checkout form as it is on the page, with an address."""
    visitor.get("/checkout")
    (order,) = ORDER.findall(visitor.page)[:1]
    prices = dict(PRICES.findall(visitor.page))
    return {
        "order": order,
        "piece": list(prices),
        **{f"price-{piece}": price for piece, price in prices.items()},
        **HOME,
        "mode": "direct",
        "card": "approved",
        "codes": "",
        **fields,
    }


def with_cart(shop: Storefront, person: str, *pieces: int) -> Visitor:
    """Give someone who has put pieces into their cart."""
    visitor = shop.visitor().be(person) if person else shop.visitor()
    visitor.get("/")
    for each in pieces:
        visitor.post("/cart/add", piece=shop.pieces[each].id)
    return visitor


def order_of(shop: Storefront, visitor: Visitor) -> Order:
    """Give the order on whose page somebody is."""
    return order_of_path(shop, visitor.path)


def order_of_path(shop: Storefront, path: str) -> Order:
    """Give the order of a page."""
    name = path.rpartition("/")[2]
    order = shop.site.market.orders.view(HOUSE, name)
    assert isinstance(order, Order)
    return order


class TestCart:
    """A cart reserves nothing. Clause C1."""

    def test_shows_what_is_gone(self, shop: Storefront) -> None:
        """A piece that another has bought is marked, and can be taken out."""
        zoe, emma = with_cart(shop, "zoe", 0, 1), with_cart(shop, "emma", 0)
        emma.post("/checkout", **filled(emma))
        assert "no longer for sale" in zoe.get("/cart")
        zoe.post("/cart/remove", piece=shop.pieces[0].id)
        assert "no longer for sale" not in zoe.page
        assert shop.pieces[1].id in zoe.page

    def test_takes_no_piece_that_is_not_there(self, shop: Storefront) -> None:
        """Nor any piece twice."""
        visitor = with_cart(shop, "zoe", 0, 0)
        assert visitor.page.count("/cart/remove") == 1
        visitor.post("/cart/add", piece="nothing")
        assert visitor.status == 404


class TestCheckout:
    """What a buyer reads before they pay, and what becomes of the order."""

    def test_says_what_it_costs_and_when_it_comes(self, shop: Storefront) -> None:
        """Both modes with their totals, the fee and why, the days, and nothing at the border."""
        visitor = with_cart(shop, "zoe", 0, 1)
        page = visitor.post("/checkout/quote", **filled(visitor, mode="grouped"))
        assert page.count('name="mode"') == 2
        assert "The quality-control fee" in page
        assert "10%" in page
        assert 'class="arrives' in page
        assert "At the border" not in page

    def test_says_what_is_wrong_with_an_address(self, shop: Storefront) -> None:
        """In the visitor's language, by the field; nothing is ordered."""
        visitor = with_cart(shop, "zoe", 0)
        for language, code, line in (
            (
                "en",
                "Postal code: “0” is not one of France.",
                "Street and number: what is written there",
            ),
            (
                "fr",
                "Code postal : « 0 » n’en est pas un (France).",
                "Rue et numéro : ce qui est écrit là",
            ),
        ):
            visitor.post("/language", language=language)
            page = visitor.post("/checkout", **filled(visitor, postal_code="0"))
            assert (visitor.status, code in page) == (422, True)
            page = visitor.post("/checkout", **filled(visitor, line1="x" * 2_000))
            assert (visitor.status, line in page) == (422, True)
        assert shop.site.market.pieces.view(HOUSE, shop.pieces[0].id).available

    def test_says_what_customs_want(self, shop: Storefront) -> None:
        """In the words of the library, before anything is paid. Clauses L13 to L16."""
        visitor = with_cart(shop, "max", 0)
        form = filled(visitor, country="GB", postal_code="M1 1AE", city="Manchester")
        page = visitor.post("/checkout/quote", **form)
        assert "At the border" in page
        assert "VAT" in page

    def test_says_whether_it_comes_in_time(self, shop: Storefront) -> None:
        """For a day that is given. Clause L7."""
        visitor = with_cart(shop, "zoe", 0)
        page = visitor.post("/checkout/quote", **filled(visitor, wanted="2026-12-24"))
        assert "24 December 2026" in page
        visitor.post("/checkout/quote", **filled(visitor, wanted="soon"))
        assert visitor.status == 422

    def test_places_an_order_once(self, shop: Storefront) -> None:
        """However often the form is sent: by a double click, or after going back. C1."""
        visitor = with_cart(shop, "zoe", 0)
        form = filled(visitor)
        first = visitor.post("/checkout", **form)
        where = visitor.path
        assert "You have ordered." in first
        assert "The payment is taken." in first
        visitor.post("/checkout", **form)
        assert visitor.path == where
        assert len(shop.site.market.buyer_pages.orders(HOUSE, BuyerId("zoe")).rows) == 1

    def test_has_one_winner(self, shop: Storefront) -> None:
        """The other is charged nothing, and reads why."""
        zoe, emma = with_cart(shop, "zoe", 0), with_cart(shop, "emma", 0)
        form_of_zoe, form_of_emma = filled(zoe), filled(emma)
        emma.post("/checkout", **form_of_emma)
        page = zoe.post("/checkout", **form_of_zoe)
        assert zoe.status == 409
        assert "a cart reserves nothing" in page

    def test_says_that_a_price_has_changed(self, shop: Storefront) -> None:
        """What was seen is what is paid, or nothing is. Clause C1."""
        visitor = with_cart(shop, "zoe", 0)
        form = filled(visitor)
        form[f"price-{shop.pieces[0].id}"] = "1.00"
        assert "The price of a piece has changed." in visitor.post("/checkout", **form)
        assert visitor.status == 409

    def test_refuses_in_the_words_of_the_library(self, shop: Storefront) -> None:
        """An address that is not whole, a brand that is not taken. Clauses C2, C6."""
        visitor = with_cart(shop, "zoe", 0)
        assert "An address is incomplete." in visitor.post("/checkout", **filled(visitor, line1=""))
        page = visitor.post("/checkout", **filled(visitor, card="other-brand"))
        assert "Cards of this brand are not accepted." in page

    def test_charges_nothing_for_a_card_that_is_declined(self, shop: Storefront) -> None:
        """Another card may pay for the same cart."""
        visitor = with_cart(shop, "zoe", 0)
        assert "Nothing was charged" in visitor.post(
            "/checkout", **filled(visitor, card="declined")
        )
        assert visitor.status == 402
        assert "You have ordered." in visitor.post("/checkout", **filled(visitor))

    def test_waits_for_a_bank_that_wants_to_see_the_buyer(self, shop: Storefront) -> None:
        """Confirmed, its report places the order; not confirmed, nothing is ordered."""
        for card in ("challenged", "paypal"):
            visitor = with_cart(shop, "zoe", 0 if card == "paypal" else 1)
            visitor.post("/checkout", **filled(visitor, card=card))
            bank = visitor.path
            assert bank.startswith("/bank/")
            if card == "challenged":
                assert "declined" in visitor.post(bank, answer="decline")
                visitor.post("/checkout", **filled(visitor, card=card))
                bank = visitor.path
            assert "The payment is taken." in visitor.post(bank, answer="confirm")
            assert "not waiting for you" in visitor.get(bank)
            page = visitor.post(bank, answer="decline")
            assert ("/orders/" in visitor.path, "declined" in page) == (True, False)

    def test_lets_guests_order(self, shop: Storefront) -> None:
        """With an address to write to; one that has an account must sign in. Clause C4."""
        visitor = with_cart(shop, "", 0)
        assert "Give an e-mail address" in visitor.post("/checkout", **filled(visitor))
        page = visitor.post("/checkout", **filled(visitor, email="zoe@example.com"))
        assert "Please sign in first." in page
        page = visitor.post("/checkout", **filled(visitor, email="eve@example.com"))
        assert "You have ordered." in page
        assert shop.visitor().get(visitor.path) != page

    def test_takes_gift_cards(self, shop: Storefront) -> None:
        """Bought by one, its code in a letter, it pays what is on it, and what is left is said."""
        zoe = shop.visitor().be("zoe")
        page = zoe.post("/gift-cards", purchase="p1", amount="1", words="", card="approved")
        assert "below the smallest one allowed" in page
        page = zoe.post("/gift-cards", purchase="p1", amount="500", words="Voilà", card="approved")
        (code,) = set(re.findall(r"[A-Z0-9]{4}(?:-[A-Z0-9]{4}){5}-[A-Z0-9]{2}", page))
        emma = with_cart(shop, "emma", 0)
        assert "no card has this code" in emma.post("/gift-cards/balance", code="x").lower()
        assert "There is €500.00 on it." in emma.post("/gift-cards/balance", code=code.lower())
        assert "From gift cards" in emma.post("/checkout/quote", **filled(emma, codes=code))
        assert "Gift card" in emma.post("/checkout", **filled(emma, codes=code))
        assert "There is €500.00 on it." not in emma.post("/gift-cards/balance", code=code)

    def test_lets_nobody_guess_codes(self, shop: Storefront) -> None:
        """After ten tries in ten minutes each other one waits, wherever codes are typed."""
        visitor = with_cart(shop, "zoe", 0)
        for _ in range(10):
            visitor.post("/gift-cards/balance", code="7HK2-AAAA-BBBB-CCCC-DDDD-EEEE-FF")
            assert visitor.status == 404
        visitor.post("/gift-cards/balance", code="x")
        assert visitor.status == 429
        visitor.post("/checkout/quote", **filled(visitor, codes="x"))
        assert visitor.status == 429


class TestOrder:
    """The page of an order, and what its buyer may do."""

    def bought(self, shop: Storefront, *pieces: int, **fields: str) -> Visitor:
        """Order pieces as zoe, who is then on the page of the order."""
        visitor = with_cart(shop, "zoe", *pieces)
        visitor.post("/checkout", **filled(visitor, **fields))
        return visitor

    def delivered(self, shop: Storefront, *pieces: int) -> Visitor:
        """The same, delivered by each seller."""
        visitor = self.bought(shop, *pieces)
        order = order_of(shop, visitor)
        for number, parcel in enumerate(order.placed.parcels):
            seller = shop.visitor().be(str(parcel.sender))
            path = f"/desk/orders/{order.placed.order}/parcels/{parcel.id}"
            assert "on its way" in seller.post(path, number=f"8R{number}")
        shop.clock.advance(timedelta(hours=60))
        shop.site.work()
        visitor.get(visitor.path)
        return visitor

    def test_is_its_buyers(self, shop: Storefront) -> None:
        """And the house's; not another buyer's, nor a stranger's, who may do nothing with it."""
        visitor = self.bought(shop, 0)
        assert "You have ordered." in shop.visitor().be("anna").get(visitor.path)
        for person in ("", "emma", shop.pieces[0].seller):
            other = shop.visitor().be(person) if person else shop.visitor()
            for path in ("", "/cancel", "/returns", "/returns/r-1/post", "/claims"):
                fields = {"piece": shop.pieces[0].id, "request": "r-1", "kind": "defect"}
                if path:
                    other.post(f"{visitor.path}{path}", **fields)
                else:
                    other.get(visitor.path)
                assert other.status == 403, (person, path)
        visitor.get("/orders/o-nothing")
        assert visitor.status == 404

    def test_is_cancelled_until_it_is_posted(self, shop: Storefront) -> None:
        """And refunded to what paid it; then no more. Clause R2."""
        visitor = self.bought(shop, 0)
        page = visitor.post(f"{visitor.path}/cancel")
        assert "It is cancelled." in page
        assert "Refunded" in page
        assert "The refund is passed on." in page
        assert "cancelled, placed" in page
        assert f"{visitor.path}/claims" not in page
        posted = self.delivered(shop, 1)
        assert f"{posted.path}/cancel" not in posted.page
        assert "left already" in posted.post(f"{posted.path}/cancel")
        assert posted.status == 409

    def test_is_cancelled_whole_on_purpose_alone(self, shop: Storefront) -> None:
        """A form without any piece chosen cancels none of several; all of it has its own button."""
        visitor = self.bought(shop, 0, 2)
        assert "No piece is named." in visitor.post(f"{visitor.path}/cancel")
        assert visitor.status == 422
        name = visitor.path.removesuffix("/cancel")
        assert not order_of_path(shop, name).cancelled
        visitor.post(f"{name}/cancel", all="yes")
        assert len(order_of_path(shop, name).cancelled) == 2

    def test_shows_until_when_it_may_come_back(self, shop: Storefront) -> None:
        """With what happens then, and the clauses it rests on. Clauses R1, R6."""
        visitor = self.delivered(shop, 0)
        assert "A parcel is delivered." in visitor.page
        assert "its seller is paid" in visitor.page
        assert "23 September 2026" in visitor.page

    def test_comes_back_and_is_refunded(self, shop: Storefront) -> None:
        """Requested, posted with the label, received and checked by the seller. Clauses R1, F1."""
        visitor, piece = self.delivered(shop, 0), shop.pieces[0]
        path = visitor.path
        assert "No piece is named." in visitor.post(f"{path}/returns", request="r-1")
        page = visitor.post(f"{path}/returns", request="r-1", piece=piece.id, reason="withdrawal")
        assert "post it by" in page
        (label,) = re.findall(r'href="(/letters/label[^"]+)"', page)
        assert visitor.get(label).startswith("<svg")
        shop.visitor().be("emma").get(label)
        visitor.get(path)
        assert "on its way" in visitor.post(f"{path}/returns/r-1/post")
        seller = shop.visitor().be(piece.seller)
        assert "on its way back" in seller.page
        order = path.rpartition("/")[2]
        seller.post(f"/desk/orders/{order}/returns/r-1", piece=piece.id, finding="as-sent")
        assert seller.status == 200
        shop.clock.advance(timedelta(days=3))
        shop.site.work()
        assert "The refund is passed on." in visitor.get(path)
        letters = visitor.get("/account")
        assert "refund" in letters.lower()
        assert f'"/pieces/{piece.id}"' in shop.visitor().get("/")

    def test_may_be_claimed(self, shop: Storefront) -> None:
        """With a photo; the house looks at it, and upholds or rejects it. Clause R9."""
        visitor, piece = self.delivered(shop, 0), shop.pieces[0].id
        claim = {"request": "c-1", "piece": piece, "kind": "defect"}
        assert "Photos are missing." in visitor.post(f"{visitor.path}/claims", **claim)
        visitor.get(visitor.path.removesuffix("/claims"))
        order = visitor.path
        assert "is looked at" in visitor.post(f"{order}/claims", **claim, photo="yes")
        anna, name = shop.visitor().be("anna"), order.rpartition("/")[2]
        assert piece.split("-")[0] in anna.page
        anna.post(f"/house/orders/{name}/claims/c-1", do="uphold", piece=piece)
        assert "Your claim is upheld." in visitor.get(order)
        page = visitor.post(f"{order}/returns", request="r-1", piece=piece, reason="claim")
        assert "accepted" in page


class TestWebhooks:
    """What providers report."""

    def test_must_be_signed(self, shop: Storefront) -> None:
        """Anything else is refused; of a means of payment that there is not, too."""
        client = shop.visitor().client
        assert client.post("/webhooks/card", content=b"{}").status_code == 400
        assert client.post("/webhooks/cash", content=b"{}").status_code == 422

    def test_place_the_order_whose_buyer_has_closed_the_page(self, shop: Storefront) -> None:
        """The bank's own report is enough."""
        visitor = with_cart(shop, "zoe", 0)
        form = filled(visitor, card="challenged")
        visitor.post("/checkout", **form)
        reference = visitor.path.removeprefix("/bank/")
        bank = shop.site.banks["card"]
        bank.answer(reference, passed=True)
        headers, body = bank.report(reference)
        assert (
            visitor.client.post("/webhooks/card", headers=headers, content=body).status_code == 204
        )
        shop.site.work()
        assert "You have ordered." in visitor.get(f"/orders/{form['order']}")

    def test_are_worth_nothing_late(self, shop: Storefront) -> None:
        """A report that is an hour old is no proof."""
        client, bank = shop.visitor().client, shop.site.banks["card"]
        headers = webhooks.signed(b"{}", bank.secret, shop.clock.now() - timedelta(hours=1))
        assert client.post("/webhooks/card", headers=headers, content=b"{}").status_code == 400


class TestDesks:
    """The seller's desk and the house's."""

    def test_are_nobody_elses(self, shop: Storefront) -> None:
        """A buyer has neither, a seller not the house's; and no form of theirs does anything."""
        for person, paths in (("zoe", ("/desk", "/house")), (shop.pieces[0].seller, ("/house",))):
            visitor = shop.visitor().be(person)
            for path in paths:
                visitor.get(path)
                assert visitor.status == 403
        zoe, piece = shop.visitor().be("zoe"), shop.pieces[0].id
        for path in (f"/desk/offers/{piece}/zoe", f"/desk/prices/{piece}", "/desk/pieces",
                     "/house/cases", "/house/disputes", "/house/dead-letters"):  # fmt: skip
            zoe.post(path, price="1", answer="accept", do="settle", status="opened", key="k")
            assert zoe.status == 403, path

    def test_answer_offers(self, shop: Storefront) -> None:
        """Accepted, declined, or answered with another price; a seller's own alone."""
        mine = [each for each in shop.pieces if each.open_to_offers][:3]
        zoe = shop.visitor().be("zoe")
        for each, answer in zip(mine, ("accept", "decline", "counter"), strict=True):
            offered = Money(each.price.amount - 5, "EUR")
            zoe.get("/")
            zoe.post(f"/pieces/{each.id}/offers", price=str(offered.amount))
            seller = shop.visitor().be(each.seller)
            assert "offered by Zoé" in seller.page
            path, price = f"/desk/offers/{each.id}/zoe", str(each.price.amount - 2)
            assert "Your answer is sent." in seller.post(path, answer=answer, price=price)
            others = [other.seller for other in shop.pieces if other.seller != each.seller]
            stranger = shop.visitor().be(others[0])
            stranger.post(path, answer="accept")
            assert stranger.status == 403

    def test_list_pieces_and_change_prices(self, shop: Storefront) -> None:
        """With a picture; what is not made so is not listed."""
        each = shop.pieces[0]
        seller = shop.visitor().be(each.seller)
        made = {"garment": "coat", "colour": "camel", "material": "wool", "pattern": "plain"}
        coat = {**made, "size": "M", "decade": "1970", "weight": "1500", "price": "120"}
        assert "It is on sale." in seller.post("/desk/pieces", **coat)
        seller.post("/desk/pieces", **{**coat, "material": "straw"})
        assert seller.status == 422
        seller.post("/desk/pieces", **{**coat, "weight": "heavy"})
        assert seller.status == 422
        seller.post(f"/desk/prices/{each.id}", price="77")
        assert "€77.00" in seller.page

    def test_run_the_workshop(self, shop: Storefront) -> None:
        """Reception, checks and posting, until the one parcel is with its buyer. Clauses L3, L5."""
        zoe = with_cart(shop, "zoe", 0, 1)
        zoe.post("/checkout", **filled(zoe, mode="grouped"))
        order, anna = order_of(shop, zoe), shop.visitor().be("anna")
        name = order.placed.order
        for inbound in order.placed.inbound:
            assert f"/receive/{inbound.id}" in anna.get("/house")
            anna.post(f"/house/orders/{name}/receive/{inbound.id}")
        for line in order.placed.lines:
            assert f"/check/{line.piece}" in anna.get("/house")
            anna.post(f"/house/orders/{name}/check/{line.piece}", finding="as-described")
        parcel = order.placed.parcels[0].id
        assert "12 rue des Tilleuls" not in anna.page
        assert "1 rue Neuve" in anna.page
        anna.post(f"/house/orders/{name}/post/{parcel}", number="8R1")
        assert anna.status == 200
        shop.clock.advance(timedelta(hours=60))
        shop.site.work()
        assert "A parcel is delivered." in zoe.get(zoe.path)

    def test_settle_disputes_and_cases(self, shop: Storefront) -> None:
        """A dispute that is lost is a case for a person."""
        zoe = with_cart(shop, "zoe", 0)
        zoe.post("/checkout", **filled(zoe))
        name, anna = zoe.path.rpartition("/")[2], shop.visitor().be("anna")
        dispute = {"order": name, "tender": "card"}
        assert 'value="won"' in anna.post("/house/disputes", **dispute, status="opened")
        assert 'value="won"' not in anna.post("/house/disputes", **dispute, status="lost")
        anna.post("/house/disputes", **dispute, status="who knows")
        assert anna.status == 422
        lost = anna.post("/house/disputes", order="o-0", tender="card", status="opened")
        assert (anna.status, "No order has this number." in lost) == (404, True)

    def test_retry_dead_letters(self, shop: Storefront) -> None:
        """A letter that could not be written is there with its reason, until it is seen to."""
        visitor, anna = with_cart(shop, "zoe", 0), shop.visitor().be("anna")
        with shop.site.host.engine.begin() as connection:
            connection.exec_driver_sql(
                "CREATE TRIGGER no_letters BEFORE INSERT ON storefront_letters "
                "BEGIN SELECT RAISE(ABORT, 'no letters today'); END"
            )
        market = shop.site.market
        site = evolve(shop.site, market=Marketplace(evolve(market.shop, attempts=1)))
        visitor.post("/checkout", **filled(visitor))
        site.work()
        shop.clock.advance(timedelta(hours=2))
        site.work()
        with shop.site.host.engine.begin() as connection:
            connection.exec_driver_sql("DROP TRIGGER no_letters")
        assert "send-message" in anna.get("/house")
        keys = set(re.findall(r'name="key" value="([^"]+)"', anna.page))
        for key in keys:
            anna.post("/house/dead-letters", do="retry", key=key)
        assert "send-message" not in anna.page
        assert "Tasks that failed: 0." in anna.page
        anna.post("/house/dead-letters", do="settle", key="nothing")
        assert anna.status == 404
