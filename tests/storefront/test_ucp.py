from __future__ import annotations

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pydantic import TypeAdapter
from ucp_sdk.models.schemas.common.types.message import Message
from ucp_sdk.models.schemas.common.types.postal_address import PostalAddress
from ucp_sdk.models.schemas.shopping.types.adjustment import Adjustment
from ucp_sdk.models.schemas.shopping.types.expectation import Expectation
from ucp_sdk.models.schemas.shopping.types.fulfillment_event import FulfillmentEvent
from ucp_sdk.models.schemas.shopping.types.order_confirmation import OrderConfirmation

from examples.storefront.host import Host
from examples.storefront.settings import Settings
from examples.storefront.ucp.agents import Agents, parts_of
from examples.storefront.ucp.flower_shop import Data, build, ship
from examples.storefront.ucp.signing import SigningKey, is_signed
from examples.storefront.ucp.wire import Refusal, minor
from tests.storefront.platforms import (
    AGENT,
    FILES,
    MONDAY,
    UcpShop,
    flowers,
    machine,
    shipped_to,
    vintage,
)
from tests.storefront.shops import Storefront, Visitor, storefront
from vintage_rules import Money, ParcelId, PieceId, errors
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.marketplace import Buyer, House, Means, Seller
from vintage_rules.marketplace.commands.gift_cards import CardBought, code_of
from vintage_rules.money import total
from vintage_rules.returns.pieces import CheckedPiece, Finding

HOUSE = House("anna")
MESSAGE: TypeAdapter[Any] = TypeAdapter(Message)
BORDEAUX = {
    "id": "home",
    "full_name": "Zoé",
    "street_address": "1 rue Neuve",
    "postal_code": "33000",
    "address_locality": "Bordeaux",
    "address_country": "FR",
}
CHICAGO = {
    "id": "home",
    "street_address": "1 Elm Street",
    "postal_code": "60601",
    "address_locality": "Chicago",
    "address_country": "US",
}


@pytest.fixture
def pieces(shop: Storefront) -> UcpShop:
    """The storefront of the demonstration, which platforms call."""
    return vintage(shop)


@pytest.fixture(scope="module")
def window(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UcpShop]:
    """The same, in which nothing is ever bought and no time passes."""
    built = storefront(tmp_path_factory.mktemp("window"))
    yield vintage(built)
    built.site.host.close()


@pytest.fixture
def florist(tmp_path: Path) -> Iterator[UcpShop]:
    """A small flower shop."""
    with flowers(tmp_path) as shop:
        yield shop


@pytest.fixture(scope="module")
def garden(tmp_path_factory: pytest.TempPathFactory) -> Iterator[UcpShop]:
    """The same, in which nothing is ever bought and no time passes."""
    with flowers(tmp_path_factory.mktemp("garden")) as shop:
        yield shop


def amounts(totals: Any) -> dict[str, int]:  # noqa: ANN401
    """Give totals by their kinds; they add up as the protocol says."""
    found = {row["type"]: row["amount"] for row in totals}
    added = sum(found.get(kind, 0) for kind in ("subtotal", "fulfillment", "fee", "tax"))
    taken = sum(found.get(kind, 0) for kind in ("items_discount", "discount"))
    assert found["total"] == added - taken
    return found


def bought(shop: UcpShop, *items: str, option: str = "direct", **more: Any) -> Any:  # noqa: ANN401
    """Give the order of a platform, whose buyer lives in Bordeaux."""
    platform = shop.platform()
    checkout = platform.begin(*items, fulfillment=shipped_to(BORDEAUX, option), **more)
    done = platform.complete(checkout)
    assert (platform.status, done["status"]) == (200, "completed"), done
    OrderConfirmation.model_validate(done["order"])
    return platform.order(done["order"]["id"])


class TestProfile:
    """What the shop declares of itself."""

    def test_names_what_it_speaks(self, window: UcpShop) -> None:
        """The version that the public suite tests, its capabilities, its handler and its key."""
        profile = window.platform().client.get("/.well-known/ucp").json()
        assert profile["ucp"]["version"] == "2026-01-11"
        names = [each["name"].rpartition(".")[2] for each in profile["ucp"]["capabilities"]]
        assert names == ["checkout", "order", "discount", "fulfillment", "buyer_consent"]
        rest = profile["ucp"]["services"]["dev.ucp.shopping"]["rest"]
        assert rest["endpoint"] == "http://127.0.0.1:8000/ucp/v1"
        assert [each["id"] for each in profile["payment"]["handlers"]] == ["stand_in_card"]
        assert {"kty": "EC", "crv": "P-256", "alg": "ES256"}.items() <= profile["signing_keys"][
            0
        ].items()

    def test_leads_to_pages_that_are_there(self, window: UcpShop) -> None:
        """Of its handler, and of its terms: those that the library publishes of the policy."""
        client = window.platform().client
        (handler,) = client.get("/.well-known/ucp").json()["payment"]["handlers"]
        urls = [handler["spec"], handler["config_schema"], *handler["instrument_schemas"]]
        for url in [*urls, "http://127.0.0.1:8000/ucp/terms"]:
            assert client.get(url.removeprefix("http://127.0.0.1:8000")).status_code == 200
        assert "14" in client.get("/ucp/terms").text


class TestCheckout:
    """A checkout, from its beginning to the order."""

    def test_is_priced_by_the_library(self, window: UcpShop) -> None:
        """Whatever a request says of prices: 65 EUR are those of the piece."""
        piece = window.ucp.site.market.pieces.view(HOUSE, str(_names(window)[0]))
        line = {
            "item": {"id": str(piece.piece), "price": 1, "title": "Free"},
            "quantity": 1,
            "totals": [{"type": "total", "amount": 1}],
        }
        body = {"line_items": [line], "totals": [{"type": "total", "amount": 1}]}
        platform = window.platform()
        checkout = platform.send("POST", "/checkout-sessions", body)
        assert platform.status == 201
        assert checkout["line_items"][0]["item"]["price"] == minor(piece.price)
        assert amounts(checkout["totals"])["total"] == minor(piece.price)
        assert checkout["currency"] == "EUR"

    def test_asks_where_it_goes_and_how(self, window: UcpShop) -> None:
        """Then it is ready; until then each message says who mends it, and where."""
        platform, item = window.platform(), _names(window)[0]
        checkout = platform.begin(item)
        assert checkout["status"] == "incomplete"
        (message,) = checkout["messages"]
        MESSAGE.validate_python(message)
        assert (message["code"], message["severity"]) == ("missing", "recoverable")
        method = {"type": "shipping", "destinations": [BORDEAUX], "selected_destination_id": "home"}
        checkout = platform.change(checkout, fulfillment={"methods": [method]})
        (shown,) = checkout["fulfillment"]["methods"]
        PostalAddress.model_validate(shown["destinations"][0])
        options = {each["id"]: each for each in shown["groups"][0]["options"]}
        assert set(options) == {"direct", "grouped"}
        assert checkout["status"] == "incomplete"
        method["groups"] = [{"selected_option_id": "direct"}]
        checkout = platform.change(checkout, fulfillment={"methods": [method]})
        assert (checkout["status"], checkout["messages"]) == ("ready_for_complete", [])
        assert amounts(checkout["totals"])["fulfillment"] == amounts_of(options["direct"])

    def test_has_the_days_of_the_library(self, window: UcpShop) -> None:
        """Clause L9: two to five working days from Monday on, if it leaves today."""
        checkout = window.platform().begin(
            _names(window)[0], fulfillment=shipped_to(BORDEAUX, "direct")
        )
        options = checkout["fulfillment"]["methods"][0]["groups"][0]["options"]
        (direct,) = [each for each in options if each["id"] == "direct"]
        assert direct["earliest_fulfillment_time"] == "2026-09-09T00:00:00+02:00"
        assert direct["latest_fulfillment_time"] == "2026-09-12T23:59:59+02:00"
        assert direct["title"] == "Direct shipping"

    def test_says_what_customs_want(self, window: UcpShop) -> None:
        """A warning for a buyer abroad; none at home. Clauses L13 to L16."""
        london = {**BORDEAUX, "postal_code": "W1A 1AA", "address_country": "GB"}
        checkout = window.platform().begin(
            _names(window)[0], fulfillment=shipped_to(london, "direct")
        )
        (message,) = checkout["messages"]
        assert (message["type"], message["code"]) == ("warning", "import_charges")
        assert checkout["status"] == "ready_for_complete"

    def test_charges_the_fee_of_the_policy(self, pieces: UcpShop) -> None:
        """Clause L4: a tenth of the pieces, 15 EUR at the most, where they go together."""
        first, second = _names(pieces)[:2]
        order = bought(pieces, first, second, option="grouped")
        placed = pieces.ucp.site.market.orders.view(HOUSE, order["id"])
        rows = amounts(order["totals"])
        paid = total((p.amount for p in placed.placed.payments), "EUR")  # type: ignore[union-attr]
        assert rows["total"] == minor(paid)
        assert rows["fee"] == min(1_500, -(-rows["subtotal"] // 10))

    def test_becomes_an_order_with_its_buyers_page(self, pieces: UcpShop) -> None:
        """The link opens it for whom it was given, and for no one else."""
        order = bought(pieces, _names(pieces)[0])
        visitor = Visitor(pieces.platform().client)
        path = order["permalink_url"].removeprefix("http://127.0.0.1:8000")
        assert "has the page" not in visitor.get(f"{path[:-1]}0" if path[-1] != "0" else path[:-1])
        assert visitor.status == 404
        visitor.get(path)
        assert (visitor.status, visitor.path) == (200, f"/orders/{order['id']}")
        assert order["links"][0] == {
            "type": "returns",
            "url": order["permalink_url"],
            "title": "Cancel or return",
        }

    def test_is_opened_by_a_link_that_makes_no_one_another(self, pieces: UcpShop) -> None:
        """What someone buys after opening it is not for the one who has sent it to them."""
        first, second = _names(pieces)[:2]
        link = bought(pieces, first)["permalink_url"].removeprefix("http://127.0.0.1:8000")
        sender, reader = (Visitor(pieces.platform().client) for _ in range(2))
        reader.get(link)
        reader.post("/cart/add", piece=second)
        reader.get("/checkout")
        address = {"name": "A", "line1": "1 rue Neuve", "postal_code": "33000", "city": "Bordeaux"}
        (price,) = (
            each.price for each in pieces.ucp.checkouts.goods.for_sale(second, 1, Buyer("reader"))
        )
        (order,) = set(re.findall(r'name="order" value="([^"]+)"', reader.page))
        reader.post(
            "/checkout",
            **{**address, "country": "FR", "mode": "direct", "card": "approved", "email": "a@b.fr"},
            **{"order": order, "piece": second, f"price-{second}": str(price.amount)},
        )
        assert (reader.status, reader.path) == (200, f"/orders/{order}")
        sender.get(link)
        assert sender.status == 200
        assert order not in sender.get("/account")
        sender.get(f"/orders/{order}")
        assert sender.status == 403
        sender.post(f"/orders/{order}/cancel")
        assert sender.status == 403

    def test_goes_on_in_the_shop(self, window: UcpShop) -> None:
        """With what the platform has put together in the cart."""
        checkout = window.platform().begin(_names(window)[0])
        visitor = Visitor(window.platform().client)
        page = visitor.get(checkout["continue_url"].removeprefix("http://127.0.0.1:8000"))
        assert (visitor.path, _names(window)[0] in page) == ("/cart", True)

    def test_is_refused_for_a_buyer_with_an_account(self, window: UcpShop) -> None:
        """Clause C4: no platform signs anyone in, so the buyer is sent to the shop."""
        checkout = window.platform().begin(
            _names(window)[0],
            buyer={"email": "zoe@example.com"},
            fulfillment=shipped_to(BORDEAUX, "direct"),
        )
        (message,) = checkout["messages"]
        assert checkout["status"] == "requires_escalation"
        assert (message["code"], message["severity"]) == (
            "requires_sign_in",
            "requires_buyer_input",
        )
        assert checkout["continue_url"].startswith("http")

    def test_names_what_an_address_lacks(self, window: UcpShop) -> None:
        """Clause C2: the field, at its place in the request."""
        address = {k: v for k, v in BORDEAUX.items() if k != "street_address"}
        checkout = window.platform().begin(
            _names(window)[0], fulfillment=shipped_to(address, "direct")
        )
        paths = {each["path"] for each in checkout["messages"]}
        assert "$.fulfillment.methods[0].destinations[0].street_address" in paths

    def test_names_a_country_that_is_none(self, window: UcpShop) -> None:
        """In the words of the library, and offers no way of shipping."""
        nowhere = {**BORDEAUX, "address_country": "France"}
        checkout = window.platform().begin(
            _names(window)[0], fulfillment=shipped_to(nowhere, "direct")
        )
        assert "country" in checkout["messages"][0]["content"]
        assert "options" not in checkout["fulfillment"]["methods"][0]["groups"][0]

    def test_takes_no_country_alone(self, window: UcpShop) -> None:
        """Clause L12: for a country alone there is an estimate, and no order."""
        france = {"id": "x", "address_country": "FR"}
        checkout = window.platform().begin(
            _names(window)[0], fulfillment=shipped_to(france, "direct")
        )
        assert "destinations" not in checkout["fulfillment"]["methods"][0]
        assert checkout["status"] == "incomplete"

    def test_is_cancelled_once(self, window: UcpShop) -> None:
        """Then nothing more can be done with it."""
        platform = window.platform()
        checkout = platform.begin(_names(window)[0], fulfillment=shipped_to(BORDEAUX, "direct"))
        path = f"/checkout-sessions/{checkout['id']}/cancel"
        assert platform.send("POST", path)["status"] == "canceled"
        platform.send("POST", path)
        assert platform.status == 409
        platform.complete(checkout)
        assert platform.status == 409

    def test_ends_after_six_hours(self, pieces: UcpShop) -> None:
        """To the second."""
        platform = pieces.platform()
        checkout = platform.begin(_names(pieces)[0])
        pieces.clock.advance(timedelta(hours=6) - timedelta(seconds=1))
        assert platform.show(checkout)["status"] == "incomplete"
        pieces.clock.advance(timedelta(seconds=1))
        assert platform.show(checkout)["status"] == "canceled"

    def test_names_what_is_wrong_in_a_request(self, window: UcpShop) -> None:
        """With a path to it."""
        platform = window.platform()
        line = {"item": {"id": "x"}, "quantity": 1}
        for lines, path in (
            (None, "$.line_items"),
            ([], "$.line_items"),
            ([{**line, "quantity": 0}], "$.line_items[0].quantity"),
            ([{**line, "quantity": 1.5}], "$.line_items[0].quantity"),
            ([line], "$.line_items[0].item.id"),
        ):
            answer = platform.send("POST", "/checkout-sessions", {"line_items": lines})
            assert (platform.status, answer["messages"][0]["path"]) == (400, path)
            MESSAGE.validate_python(answer["messages"][0])

    def test_is_in_the_money_of_the_house(self, window: UcpShop) -> None:
        """Another currency is refused, not converted."""
        platform = window.platform()
        answer = platform.begin(_names(window)[0], currency="USD")
        assert (platform.status, answer["messages"][0]["path"]) == (400, "$.currency")

    def test_keeps_what_a_buyer_consents_to(self, garden: UcpShop) -> None:
        """And what was not sent again."""
        platform = garden.platform()
        buyer = {"first_name": "Ann", "consent": {"marketing": True, "analytics": False}}
        checkout = platform.begin("roses", buyer=buyer)
        platform.change(checkout)
        assert platform.show(checkout)["buyer"] == buyer


def amounts_of(option: Any) -> int:  # noqa: ANN401
    """Give what an option costs."""
    found = {row["type"]: row["amount"] for row in option["totals"]}
    assert found["subtotal"] - found.get("discount", 0) == found["total"]
    return int(found["total"])


def _names(shop: UcpShop) -> list[str]:
    """Give the pieces of the demonstration, those listed first before the others."""
    page = shop.ucp.site.market.catalogue.on_sale(HOUSE)
    return [str(row.piece) for row in page.rows][::-1]


class TestPayment:
    """Money is held, then the sale recorded."""

    def test_that_is_declined_charges_nothing(self, pieces: UcpShop) -> None:
        """The checkout may be completed with another card."""
        platform = pieces.platform()
        checkout = platform.begin(_names(pieces)[0], fulfillment=shipped_to(BORDEAUX, "direct"))
        answer = platform.complete(checkout, "fail_token")
        assert (platform.status, answer["messages"][0]["code"]) == (402, "payment_declined")
        assert platform.complete(checkout)["status"] == "completed"

    def test_waits_for_a_bank_that_wants_the_buyer(self, pieces: UcpShop) -> None:
        """They confirm it on the bank's page; then the order is there."""
        platform = pieces.platform()
        checkout = platform.begin(_names(pieces)[0], fulfillment=shipped_to(BORDEAUX, "direct"))
        waiting = platform.complete(checkout, "challenge_token")
        assert waiting["status"] == "requires_escalation"
        assert waiting["messages"][0]["code"] == "requires_3ds"
        visitor = Visitor(pieces.platform().client)
        page = waiting["continue_url"].removeprefix("http://127.0.0.1:8000")
        visitor.get(page)
        visitor.post(page, answer="confirm")
        assert platform.show(checkout)["status"] == "completed"

    def test_is_by_the_handler_and_for_the_checkout_alone(self, pieces: UcpShop) -> None:
        """A token that is bound to another checkout pays for none."""
        platform = pieces.platform()
        checkout = platform.begin(_names(pieces)[0], fulfillment=shipped_to(BORDEAUX, "direct"))
        platform.complete(checkout, handler_id="shop_pay")
        assert platform.status == 400
        bound = {"type": "token", "token": "success_token", "binding": {"checkout_id": "other"}}
        platform.complete(checkout, credential=bound)
        assert platform.status == 400
        bound["binding"] = {"checkout_id": checkout["id"]}
        assert platform.complete(checkout, credential=bound)["status"] == "completed"

    def test_by_a_brand_that_is_not_taken(self, pieces: UcpShop) -> None:
        """Clause C6, in the words of the library."""
        platform = pieces.platform()
        checkout = platform.begin(_names(pieces)[0], fulfillment=shipped_to(BORDEAUX, "direct"))
        answer = platform.complete(checkout, brand="JCB")
        assert (platform.status, answer["messages"][0]["code"]) == (409, "payment_declined")

    def test_says_that_a_mandate_is_not_checked(self, florist: UcpShop) -> None:
        """What was not negotiated is not passed over in silence."""
        platform = florist.platform()
        checkout = platform.begin("roses", fulfillment=shipped_to(CHICAGO, "std-ship"))
        card = {"handler_id": "mock_payment_handler", "type": "card", "brand": "visa"}
        body = {
            "payment_data": {**card, "credential": {"type": "token", "token": "success_token"}},
            "ap2": {"checkout_mandate": "a.b.c"},
        }
        path = f"/checkout-sessions/{checkout['id']}/complete"
        answer = platform.send("POST", path, body)
        assert [each["code"] for each in answer["messages"]] == ["ap2_not_negotiated"]

    def test_shows_no_credential(self, florist: UcpShop) -> None:
        """Neither in an answer nor in what is kept."""
        platform = florist.platform()
        checkout = platform.begin("roses", fulfillment=shipped_to(CHICAGO, "std-ship"))
        platform.complete(checkout)
        assert platform.last is not None
        kept = florist.ucp.checkouts.keeping.any_checkout(checkout["id"])
        assert "success_token" not in f"{platform.last.text}{kept}"


class TestStock:
    """What is sold to one is not sold to another."""

    def test_of_nothing_is_refused(self, garden: UcpShop) -> None:
        """Whether there never was any, or less than is wanted."""
        platform = garden.platform()
        answer = platform.begin("gardenias")
        assert (platform.status, answer["messages"][0]["code"]) == (400, "out_of_stock")
        checkout = platform.begin("roses")
        checkout["line_items"][0]["quantity"] = 4
        assert amounts(platform.change(checkout)["totals"])["total"] == 14_000
        checkout["line_items"][0]["quantity"] = 5
        platform.change(checkout)
        assert platform.status == 400

    def test_is_counted_over_all_lines(self, garden: UcpShop) -> None:
        """Two lines of one article take different pieces of it."""
        platform = garden.platform()
        line = {"item": {"id": "roses"}, "quantity": 2}
        platform.send("POST", "/checkout-sessions", {"line_items": [line, line]})
        assert platform.status == 201
        platform.send("POST", "/checkout-sessions", {"line_items": [line, {**line, "quantity": 3}]})
        assert platform.status == 400

    def test_of_a_sold_piece_is_said_when_it_is_read(self, pieces: UcpShop) -> None:
        """A checkout reserves nothing. Clause C1."""
        item, late = _names(pieces)[0], pieces.platform("late")
        checkout = late.begin(item, fulfillment=shipped_to(BORDEAUX, "direct"))
        bought(pieces, item)
        (message,) = [m for m in late.show(checkout)["messages"] if m["code"] == "out_of_stock"]
        assert message["severity"] == "recoverable"
        late.complete(checkout)
        assert late.status == 409
        late.begin(item)
        assert late.status == 400

    def test_has_one_winner(self, pieces: UcpShop) -> None:
        """Two platforms complete at once: one has the piece, the other is charged nothing."""
        item, racers = _names(pieces)[0], [pieces.platform(name) for name in ("one", "two")]
        checkouts = [r.begin(item, fulfillment=shipped_to(BORDEAUX, "direct")) for r in racers]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda n: racers[n].complete(checkouts[n]), range(2)))
        assert sorted(racer.status for racer in racers) == [200, 409]
        (loser,) = [answer for answer in answers if answer["status"] != "completed"]
        assert loser["messages"][0]["code"] == "out_of_stock"
        pieces.ucp.site.work()
        with pieces.ucp.site.host.engine.connect() as connection:
            states = connection.exec_driver_sql("SELECT state FROM storefront_charges")
            assert sorted(row[0] for row in states) in (["captured"], ["captured", "void"])

    def test_of_an_article_gives_another_piece(self, florist: UcpShop) -> None:
        """Two orders of the same article have different pieces of it."""
        for name in ("one", "two"):
            platform = florist.platform(name)
            checkout = platform.begin("roses", fulfillment=shipped_to(CHICAGO, "std-ship"))
            assert platform.complete(checkout)["status"] == "completed"
        anyone = Buyer("anyone", signed_in=False)
        left = florist.ucp.checkouts.goods.for_sale("roses", 2, anyone)
        assert [str(view.piece) for view in left] == ["roses.3", "roses.4"]


class TestDiscounts:
    """Codes grant what the policy knows, and take it off one after the other."""

    def test_take_off_what_is_left(self, garden: UcpShop) -> None:
        """Of 35 USD: a tenth, then a fifth of the rest, then five; in the order of the policy."""
        for codes, off in (
            (["10OFF"], 350),
            (["10off"], 350),
            (["WELCOME20", "10OFF"], 350 + 630),
            (["FIXED500", "10OFF", "WELCOME20"], 350 + 630 + 500),
            ([], 0),
        ):
            checkout = garden.platform().begin("roses", discounts={"codes": codes})
            rows = amounts(checkout["totals"])
            assert (rows.get("items_discount", 0), rows["total"]) == (off, 3_500 - off)
            applied = checkout.get("discounts", {"applied": []})["applied"]
            assert sum(each["amount"] for each in applied) == off
            for each in applied:
                assert sum(part["amount"] for part in each["allocations"]) == each["amount"]

    def test_add_up_over_the_lines(self, garden: UcpShop) -> None:
        """A tenth of 15.01 and 35 is 5.01: rounded for the buyer, split to the cent."""
        checkout = garden.platform().begin("roses", "pot", discounts={"codes": ["10OFF"]})
        lines = [amounts(line["totals"])["items_discount"] for line in checkout["line_items"]]
        assert lines == [line["discount"] for line in checkout["line_items"]]
        assert (sum(lines), amounts(checkout["totals"])["items_discount"]) == (501, 501)

    def test_that_are_refused_say_why(self, garden: UcpShop) -> None:
        """An unknown code and one that comes twice are warnings; the others count."""
        codes = ["NOTHING", "10OFF", "10off"]
        checkout = garden.platform().begin("roses", discounts={"codes": codes})
        said = {
            each["path"]: each["code"]
            for each in checkout["messages"]
            if "discount" in each["code"]
        }
        assert said == {
            "$.discounts.codes[0]": "discount_code_invalid",
            "$.discounts.codes[2]": "discount_code_already_applied",
        }
        assert checkout["discounts"]["codes"] == codes
        assert amounts(checkout["totals"])["items_discount"] == 350

    def test_are_replaced_and_cleared(self, garden: UcpShop) -> None:
        """By what is sent; what is not sent stays."""
        platform = garden.platform()
        checkout = platform.begin("roses", discounts={"codes": ["10OFF"]})
        assert "items_discount" in amounts(platform.change(checkout)["totals"])
        cleared = platform.change(checkout, discounts={"codes": []})
        assert "items_discount" not in amounts(cleared["totals"])

    def test_are_not_guessed(self, pieces: UcpShop) -> None:
        """After ten codes even a right one must wait, whatever name its platform gives itself.

        Those that are known are no tries.
        """
        platform, item = pieces.platform(), _names(pieces)[0]
        card = _card(pieces)
        checkout = platform.begin(item, discounts={"codes": [card]})
        for number in range(9):
            platform.change(checkout, discounts={"codes": [card, f"GUESS{number}"]})
            assert platform.status == 200
        platform.change(checkout, discounts={"codes": [card, "GUESS"]})
        assert platform.status == 429
        other = pieces.platform("another")
        other.begin(item, discounts={"codes": [_card(pieces, "second")]})
        assert other.status == 429

    def test_are_not_made_of_the_number_of_a_gift_card(self, pieces: UcpShop) -> None:
        """A number finds a card and opens none, nor is it answered with the code of one."""
        platform, code = pieces.platform(), _card(pieces)
        number = code.replace("-", "")[:10]
        shipped = shipped_to(BORDEAUX, "direct")
        for kept in (f"gift-card:{number}", "gift-card:AAAAAAAAAA", "code:x"):
            checkout = platform.begin(
                _names(pieces)[0], fulfillment=shipped, discounts={"codes": [kept]}
            )
            assert checkout["discounts"] == {"codes": [kept], "applied": []}
            assert platform.show(checkout)["discounts"]["codes"] == [kept]

    def test_may_be_of_a_gift_card(self, pieces: UcpShop) -> None:
        """Clause C5: it pays what it holds, and its code is not kept."""
        platform, item, code = pieces.platform(), _names(pieces)[0], _card(pieces)
        checkout = platform.begin(
            item, discounts={"codes": [code]}, fulfillment=shipped_to(BORDEAUX, "direct")
        )
        rows = amounts(checkout["totals"])
        assert rows["discount"] == 2_500
        assert checkout["discounts"]["applied"] == [{"title": "Gift card", "amount": 2_500}]
        kept = pieces.ucp.checkouts.keeping.any_checkout(checkout["id"])
        assert code not in str(kept)
        done = platform.complete(checkout)
        assert amounts(platform.order(done["order"]["id"])["totals"]) == rows

    def test_make_standard_shipping_free(self, garden: UcpShop) -> None:
        """With roses always; without, from 100 USD on; and never the express way."""
        platform = garden.platform()

        def costs(item: str, quantity: int) -> dict[str, int]:
            line = {"item": {"id": item}, "quantity": quantity}
            shipped = shipped_to(CHICAGO, "std-ship")
            body = {"line_items": [line], "fulfillment": shipped}
            answer = platform.send("POST", "/checkout-sessions", body)
            options = answer["fulfillment"]["methods"][0]["groups"][0]["options"]
            return {each["title"]: amounts_of(each) for each in options}

        free = {"Standard Shipping (Free)": 0, "Express Shipping (US)": 1_500}
        assert costs("roses", 1) == free
        assert costs("pot", 6) == {"Standard Shipping": 500, "Express Shipping (US)": 1_500}
        assert costs("pot", 7) == free


def _card(shop: UcpShop, name: str = "first") -> str:
    """Give the code of a gift card of 25 EUR, as its letter says it."""
    site, means = shop.ucp.site, Means(tender="card", source="approved", brand="visa")
    card = site.market.cards.buy(Buyer("zoe"), name, Money(25, "EUR"), "", means)
    assert isinstance(card, CardBought)
    site.work()
    code = code_of(site.market.shop, card.card)
    letters = site.host.letters_page("zoe", limit=9, after=None).rows
    assert any(code in str(letter.parts) for letter in letters)
    return code


class TestOrder:
    """What platforms see of an order is what the library knows of it."""

    def test_is_expected_when_the_library_says(self, pieces: UcpShop) -> None:
        """By parcel, to the address that was chosen."""
        order = bought(pieces, _names(pieces)[0])
        (expected,) = order["fulfillment"]["expectations"]
        Expectation.model_validate(expected)
        assert expected["destination"] == {k: v for k, v in BORDEAUX.items() if k != "id"}
        assert (expected["description"], order["adjustments"]) == ("Direct shipping", [])
        assert order["line_items"][0]["quantity"] == {"total": 1, "fulfilled": 0}

    def test_is_shipped_and_delivered(self, pieces: UcpShop) -> None:
        """As the carrier has scanned it."""
        order = bought(pieces, _names(pieces)[0])
        _posted(pieces, order)
        pieces.clock.advance(timedelta(hours=60))
        pieces.ucp.site.work()
        order = pieces.platform().order(order["id"])
        events = order["fulfillment"]["events"]
        assert [each["type"] for each in events][::2] == ["shipped", "delivered"]
        for each in events:
            FulfillmentEvent.model_validate(each)
            assert each["tracking_number"] == "8R1"
        assert order["line_items"][0]["status"] == "fulfilled"

    def test_comes_back_and_is_refunded(self, pieces: UcpShop) -> None:
        """Clauses R1 and F1: the refund is an adjustment, first owed, then made."""
        order = bought(pieces, _names(pieces)[0])
        name, piece = order["id"], PieceId(order["line_items"][0]["item"]["id"])
        _posted(pieces, order)
        pieces.clock.advance(timedelta(hours=60))
        pieces.ucp.site.work()
        site = pieces.ucp.site
        today = site.market.shop.day(site.clock.now())
        by = pieces.ucp.checkouts.buyer(
            pieces.ucp.checkouts.keeping.checkout_of(name)  # type: ignore[arg-type]
        )
        returns = site.market.returns
        returns.request_return(by, name, "back", [piece], parcel_number="8R1")
        returns.post_return(by, name, "back", today)
        seller = Seller(site.market.pieces.view(HOUSE, piece).seller)
        returns.receive_return(seller, name, "back", today)
        as_sent = CheckedPiece(piece=piece, finding=Finding.AS_SENT)
        returns.check_return(seller, name, "back", [as_sent])
        pieces.clock.advance(timedelta(days=3))
        site.work()
        order = pieces.platform().order(name)
        (refund,) = order["adjustments"]
        Adjustment.model_validate(refund)
        assert (refund["type"], refund["status"]) == ("refund", "completed")
        assert refund["amount"] == amounts(order["totals"])["total"]
        assert refund["line_items"] == [{"id": order["line_items"][0]["id"], "quantity": 1}]
        assert refund["description"] == "Refund for a return"

    def test_is_cancelled_in_part(self, florist: UcpShop) -> None:
        """Clause R2: two of three roses; 28 of 35 USD each go back, after a fifth was taken off."""
        platform = florist.platform()
        line = {"item": {"id": "roses"}, "quantity": 3}
        body = {
            "line_items": [line],
            "fulfillment": shipped_to(CHICAGO, "std-ship"),
            "discounts": {"codes": ["WELCOME20"]},
        }
        checkout = platform.send("POST", "/checkout-sessions", body)
        name = platform.complete(checkout)["order"]["id"]
        by = florist.ucp.checkouts.buyer(
            florist.ucp.checkouts.keeping.checkout_of(name)  # type: ignore[arg-type]
        )
        gone = (PieceId("roses.1"), PieceId("roses.2"))
        florist.ucp.site.market.orders.cancel(by, name, *gone)
        florist.ucp.site.work()
        order = platform.order(name)
        kinds = {each["type"]: each for each in order["adjustments"]}
        assert kinds["cancellation"]["line_items"][0]["quantity"] == 2
        assert (kinds["refund"]["amount"], kinds["refund"]["status"]) == (5_600, "completed")
        assert order["line_items"][0]["quantity"] == {"total": 1, "fulfilled": 0}

    def test_is_written_by_no_platform(self, pieces: UcpShop) -> None:
        """No refund is made by sending one."""
        order, platform = bought(pieces, _names(pieces)[0]), pieces.platform()
        order["adjustments"] = [{"type": "refund", "amount": 500}]
        answer = platform.client.put(f"/ucp/v1/orders/{order['id']}", json=order)
        assert answer.status_code == 405
        assert platform.order(order["id"])["adjustments"] == []


def _posted(shop: UcpShop, order: Any) -> None:  # noqa: ANN401
    (parcel,) = order["fulfillment"]["expectations"]
    shop.clock.advance(timedelta(minutes=20))
    shop.ucp.site.market.parcels.hand_in(HOUSE, order["id"], ParcelId(parcel["id"]), "8R1")
    shop.ucp.site.host.hand_in("8R1", shop.ucp.site.clock.now())


class TestRequests:
    """A request is carried out once for its key, for a version that both speak."""

    def test_that_is_sent_again_is_answered_alike(self, pieces: UcpShop) -> None:
        """And nothing is ordered twice; with another content its key is refused."""
        platform = pieces.platform()
        body = {"line_items": [{"item": {"id": _names(pieces)[0]}, "quantity": 1}]}
        first = platform.send("POST", "/checkout-sessions", body, key="a")
        assert platform.send("POST", "/checkout-sessions", body, key="a") == first
        platform.send("POST", "/checkout-sessions", {**body, "currency": "EUR"}, key="a")
        assert platform.status == 409
        checkout = platform.change(first, fulfillment=shipped_to(BORDEAUX, "direct"))
        done = platform.complete(checkout, key="b")
        assert platform.complete(checkout, key="b") == done
        platform.complete(checkout, "another_token", key="b")
        assert platform.status == 409
        orders = pieces.ucp.site.market.catalogue.on_sale(HOUSE).rows
        assert len(orders) == 11

    def test_of_another_platform_has_a_key_of_its_own(self, window: UcpShop) -> None:
        """The same key of two platforms is of two requests."""
        body = {"line_items": [{"item": {"id": _names(window)[0]}, "quantity": 1}]}
        names = [
            window.platform(name).send("POST", "/checkout-sessions", body, key="a")["id"]
            for name in ("one", "two")
        ]
        assert names[0] != names[1]

    def test_is_tried_again_after_a_failure_of_ours(self, pieces: UcpShop) -> None:
        """What was not kept is carried out under the same key."""
        platform = pieces.platform()
        platform.begin(_names(pieces)[0], discounts={"codes": [f"G{n}" for n in range(11)]})
        assert platform.status == 429
        body = {"line_items": [{"item": {"id": _names(pieces)[0]}, "quantity": 1}]}
        limited = {**body, "discounts": {"codes": ["H"]}}
        for _ in range(2):
            platform.send("POST", "/checkout-sessions", limited, key="c")
            assert platform.status == 429
        assert pieces.ucp.checkouts.keeping.begin("free", "x", pieces.clock.now()) is None

    def test_of_a_later_version_is_refused(self, window: UcpShop) -> None:
        """The version of the shop and older ones are spoken."""
        for version in ("2026-01-11", "2025-12-31"):
            platform = window.platform(version=version)
            platform.begin(_names(window)[0])
            assert platform.status == 201
        for version in ("2026-01-12", "newest"):
            platform = window.platform(version=version)
            answer = platform.begin(_names(window)[0])
            said = (platform.status, answer["status"], answer["messages"][0]["code"])
            assert said == (400, "requires_escalation", "version_unsupported")

    def test_must_say_whose_it_is(self, window: UcpShop) -> None:
        """By the address of a profile."""
        client = window.platform().client
        for said in ("", "profile", 'profile="', 'profile=""', 'name="x"'):
            answer = client.post("/ucp/v1/checkout-sessions", headers={"UCP-Agent": said})
            assert answer.status_code == 400

    def test_may_not_be_endless(self, window: UcpShop) -> None:
        """Nor be no JSON."""
        client = window.platform().client
        headers = {"UCP-Agent": 'profile="http://localhost:1/a"'}
        for content, status in ((b"x" * 70_000, 413), (b"\xff", 400), (b"[]", 400)):
            answer = client.post("/ucp/v1/checkout-sessions", headers=headers, content=content)
            assert answer.status_code == status


class TestSecurity:
    """What one platform has, no other gets."""

    def test_keeps_checkouts_and_orders_apart(self, pieces: UcpShop) -> None:
        """They are not found, neither to be read nor to be changed."""
        mine, other = pieces.platform(), pieces.platform("other")
        checkout = mine.begin(_names(pieces)[0], fulfillment=shipped_to(BORDEAUX, "direct"))
        path = f"/checkout-sessions/{checkout['id']}"
        other.show(checkout)
        assert other.status == 404
        other.change(checkout)
        assert other.status == 404
        other.complete(checkout)
        assert other.status == 404
        other.send("POST", f"{path}/cancel")
        assert other.status == 404
        name = mine.complete(checkout)["order"]["id"]
        other.order(name)
        assert other.status == 404
        assert mine.order(name)["id"] == name

    def test_gives_addresses_to_the_platform_that_has_sent_them(self, garden: UcpShop) -> None:
        """To no other that names the same e-mail address."""
        buyer = {"email": "Ann@example.com"}
        wanted = {"methods": [{"type": "shipping"}]}
        ours = garden.platform(profile=AGENT)
        shown = ours.begin("roses", buyer=buyer, fulfillment=wanted)["fulfillment"]["methods"][0]
        assert [each["id"] for each in shown["destinations"]] == ["a_1"]
        other = garden.platform().begin("roses", buyer=buyer, fulfillment=wanted)
        assert "destinations" not in other["fulfillment"]["methods"][0]

    def test_keeps_a_new_address_for_its_platform(self, garden: UcpShop) -> None:
        """Under a name of ours; the same address has the same name."""
        new = {k: v for k, v in CHICAGO.items() if k != "id"}
        buyer, platform = {"email": "new@example.com"}, garden.platform()
        sent = {"methods": [{"type": "shipping", "destinations": [new]}]}
        names = [
            platform.begin("roses", buyer=buyer, fulfillment=fulfilment)["fulfillment"]["methods"][
                0
            ]["destinations"][0]["id"]
            for fulfilment in (sent, {"methods": [{"type": "shipping"}]}, sent)
        ]
        assert len(set(names)) == 1

    def test_wants_the_signature_of_who_has_a_key(self, window: UcpShop) -> None:
        """No other can call in the name of a platform that publishes one."""
        key = SigningKey.of(b"platform")
        with machine() as here:
            here.published["/p.json"] = {"signing_keys": [key.public]}
            profile = f"{here.url}/p.json"
            signed = window.platform(profile=profile, key=key)
            checkout = signed.begin(_names(window)[0])
            assert signed.status == 201
            for other in (None, SigningKey.of(b"another")):
                forger = window.platform(profile=profile, key=other)
                forger.show(checkout)
                assert forger.status == 401
            signed.show(checkout)
            assert signed.status == 200

    def test_counts_the_tries_of_a_host(self) -> None:
        """However many profiles it publishes; what is not signed counts by its address."""
        key, agents = SigningKey.of(b"platform"), Agents(local=True, unsigned=True)
        with machine() as here:
            here.published |= {path: {"signing_keys": [key.public]} for path in ("/1", "/2")}
            callers = [
                agents.identify(
                    {
                        "ucp-agent": f'profile="{here.url}{path}"',
                        "request-signature": key.sign(b""),
                    },
                    b"",
                    "192.0.2.1",
                ).caller
                for path in ("/1", "/2", "/3")
            ]
        assert callers == ["127.0.0.1", "127.0.0.1", "192.0.2.1"]

    def test_serves_unsigned_platforms_in_a_demonstration_alone(self, tmp_path: Path) -> None:
        """Elsewhere a platform must have a key."""
        shop = storefront(tmp_path, demo=False)
        served = vintage(shop)
        platform = served.platform()
        platform.begin(_names(served)[0])
        assert platform.status == 401
        shop.site.host.close()

    def test_calls_no_address_of_its_own_network(self) -> None:
        """Whatever a header or a profile names; in a demonstration, this machine alone."""
        outside, here = Agents(local=False, unsigned=True), Agents(local=True, unsigned=True)
        for url in (
            "https://127.0.0.1/p",
            "https://localhost/p",
            "https://10.0.0.1/p",
            "https://169.254.169.254/latest",
            "https://[::1]/p",
            "https://[::ffff:127.0.0.1]/p",
            "https://[64:ff9b::7f00:1]/p",
            "https://[2002:7f00:1::]/p",
            "https://[::127.0.0.1]/p",
            "https://224.0.0.1/p",
            "http://example.com/p",
            "file:///etc/passwd",
            "https://[/p",
            "https://a..example/p",
            f"https://{'a' * 70}.example/p",
            "...",
        ):
            assert not outside.may_be_called(url), url
        for url in (
            "https://8.8.8.8/p",
            "https://[2001:4860::1]/p",
            "https://[64:ff9b::808:808]/p",
        ):
            assert outside.may_be_called(url), url
        assert here.may_be_called("http://localhost:8285/p")
        assert not here.may_be_called("http://10.0.0.1/p")

    def test_reads_no_profile_that_is_none(self) -> None:
        """What is too long or no profile is as one that says nothing."""
        agents = Agents(local=True, unsigned=True)
        with machine() as here:
            here.published |= {
                "/list": [1],
                "/long": "x" * 70_000,
                "/odd": {"ucp": {"capabilities": 1}},
            }
            for path in (*here.published, "/%", "/\x7f", "/\x01"):
                agent = agents.identify({"ucp-agent": f'profile="{here.url}{path}"'}, b"")
                assert agent.webhook == ""

    def test_waits_for_no_profile_that_takes_too_long(self) -> None:
        """However steadily it comes: after five seconds it is as one that says nothing."""
        key = SigningKey.of(b"platform")
        with machine() as here:
            here.published["/p"] = {"signing_keys": [key.public]}
            headers = {"ucp-agent": f'profile="{here.url}/p"', "request-signature": key.sign(b"")}
            for seconds, caller in ((5.0, "127.0.0.1"), (5.1, "an address")):
                moments = count(0.0, seconds)
                agents = Agents(local=True, unsigned=True, now=moments.__next__)
                assert agents.identify(headers, b"", "an address").caller == caller

    def test_refuses_by_the_version_of_a_profile(self) -> None:
        """Where the header names none."""
        agents = Agents(local=True, unsigned=True)
        with machine() as here:
            here.published["/p"] = {"ucp": {"version": "2027-01-01"}}
            with pytest.raises(Refusal):
                agents.identify({"ucp-agent": f'profile="{here.url}/p"'}, b"")


class TestSignatures:
    """Detached JWTs by ES256 (RFC 7797)."""

    def test_are_of_one_message_by_one_key(self) -> None:
        """And of nothing else."""
        key, other = SigningKey.of(b"a"), SigningKey.of(b"b")
        signature = key.sign(b"hello")
        assert is_signed(signature, b"hello", [other.public, key.public])
        assert not is_signed(signature, b"hello ", [key.public])
        assert not is_signed(signature, b"hello", [{**other.public, "kid": key.public["kid"]}])
        assert not is_signed(signature, b"hello", [{**key.public, "kty": "RSA"}])
        assert not is_signed(signature, b"hello", [{**key.public, "x": "AA"}])
        head, _, tail = signature.partition("..")
        for forged in ("", "test", f"{head}.e30.{tail}", f"{head}..AA", f"e30..{tail}", "a.b.c.d"):
            assert not is_signed(forged, b"hello", [key.public])

    def test_name_their_platform(self) -> None:
        """A header is read whole or not at all."""
        assert parts_of('profile="https://a.example/\\"p"') == {"profile": 'https://a.example/"p'}
        assert parts_of('profile="a", extra') == {}


class TestWebhooks:
    """Platforms hear what becomes of their orders."""

    def test_are_signed_and_in_the_order_of_time(self, florist: UcpShop) -> None:
        """Each with the whole order; one that fails is sent again before the next."""
        platform = florist.platform()
        with machine() as here:
            here.published["/p.json"] = _listening(here.url)
            platform.profile = f"{here.url}/p.json"
            checkout = platform.begin("roses", fulfillment=shipped_to(CHICAGO, "std-ship"))
            name = platform.complete(checkout)["order"]["id"]
            here.fails = 1
            deliver = florist.ucp.webhooks.deliver
            assert (deliver(), deliver(), here.kinds) == (0, 0, [])
            florist.clock.advance(timedelta(seconds=5))
            assert (deliver(), here.kinds) == (1, ["order_placed"])
            florist.clock.advance(timedelta(minutes=20))
            ship(florist.ucp, name)
            assert (deliver(), here.kinds) == (1, ["order_placed", "order_shipped"])
            assert deliver() == 0
            profile = platform.client.get("/.well-known/ucp").json()
            for headers, body in here.events:
                assert is_signed(headers["request-signature"], body, profile["signing_keys"])
                assert not is_signed(headers["request-signature"], body, [])
                event = json.loads(body)
                assert (event["id"], event["order"]["id"]) == (name, name)
                assert event["checkout_id"] == checkout["id"]
            assert len({json.loads(body)["event_id"] for _, body in here.events}) == 2

    def test_end_for_a_platform_that_never_answers(self, florist: UcpShop) -> None:
        """After forty tries, ever less often."""
        platform = florist.platform()
        with machine() as here:
            here.published["/p.json"] = _listening(here.url)
            platform.profile = f"{here.url}/p.json"
            checkout = platform.begin("roses", fulfillment=shipped_to(CHICAGO, "std-ship"))
            platform.complete(checkout)
            here.fails = 1_000
            for _ in range(50):
                florist.ucp.webhooks.deliver()
                florist.clock.advance(timedelta(hours=1))
            assert here.fails == 960

    def test_have_arrived_whatever_is_answered(self, florist: UcpShop) -> None:
        """The status is all that is read: an answer that does not end keeps no other waiting."""
        with machine() as here:
            here.published["/p.json"] = _listening(here.url)
            here.never_sent = 1_000_000
            platform = florist.platform(profile=f"{here.url}/p.json")
            checkout = platform.begin("roses", fulfillment=shipped_to(CHICAGO, "std-ship"))
            platform.complete(checkout)
            assert florist.ucp.webhooks.deliver() == 1

    def test_are_not_sent_to_what_is_no_address(self, florist: UcpShop) -> None:
        """Nor do they keep those of another platform from being sent."""
        with machine() as here:
            here.published |= {
                "/bad.json": _listening("http://localhost:1/\x01"),
                "/p.json": _listening(here.url),
            }
            for name in ("bad", "p"):
                platform = florist.platform(profile=f"{here.url}/{name}.json")
                checkout = platform.begin("roses", fulfillment=shipped_to(CHICAGO, "std-ship"))
                platform.complete(checkout)
            assert florist.ucp.webhooks.deliver() == 1
            assert here.kinds == ["order_placed"]

    def test_are_sent_beside_the_pages(self, florist: UcpShop) -> None:
        """As soon as an order is placed."""
        with machine() as here, florist.platform().client:
            here.published["/p.json"] = _listening(here.url)
            platform = florist.platform(profile=f"{here.url}/p.json")
            checkout = platform.begin("roses", fulfillment=shipped_to(CHICAGO, "std-ship"))
            platform.complete(checkout)
            assert here.heard.wait(30)
            assert here.kinds[:1] == ["order_placed"]


def _listening(url: str) -> dict[str, object]:
    name = "dev.ucp.shopping.order"
    return {"ucp": {"capabilities": [{"name": name, "config": {"webhook_url": f"{url}/hook"}}]}}


class TestFlowerShop:
    """The shop of the conformance suite, built from its files."""

    def test_names_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        """What was looked for is said."""
        with pytest.raises(errors.InvalidValueError, match="a file of the suite's shop"):
            Data(tmp_path, "USD").stocked()

    def test_grants_nothing_that_the_policy_does_not_know(self, tmp_path: Path) -> None:
        """A code of the files must have its reduction in the terms of the house."""
        for name, text in FILES.items():
            (tmp_path / f"{name}.csv").write_text(text.replace("10OFF", "15OFF"))
        with pytest.raises(errors.InvalidValueError, match="15off"):
            _built(tmp_path)

    def test_reads_minor_units_of_its_currency(self, tmp_path: Path) -> None:
        """A hundred yen are a hundred; a hundred cents are a dollar."""
        assert Data(tmp_path, "USD").money("100") == Money(1, "USD")
        assert Data(tmp_path, "JPY").money("100") == Money(100, "JPY")


def _built(folder: Path) -> None:
    settings = Settings(store=f"sqlite:///{folder / 'x.db'}", secret=b"f" * 32)
    host = Host(settings.store)
    try:
        build(folder, settings, MemoryStore(), host, MemoryClock(MONDAY), agent=AGENT)
    finally:
        host.close()
