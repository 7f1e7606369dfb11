"""One shop over Django, FastAPI and Flask: each asked the same by its own test client."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from examples.shops.__main__ import CART, COAT, HOME, LOW, PRICE
from examples.shops.clients import CLIENTS, Client, DjangoClient
from tests.adapters.stripe.peers import API_KEY, WEBHOOK_SECRET, Peers, client, signed
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.ports import WebhookKind

CHALLENGED_CARD = {"number": "4000002500003155", "exp_month": 12, "exp_year": 2030, "cvc": "123"}
# What is sent, by whom, and the status of the answer.
REQUESTS: tuple[tuple[str, str, str, object, int], ...] = (
    ("", "PUT", "/orders/o1", {**CART, "card": "approved"}, 403),
    ("zoe", "PUT", "/orders/o1", {**CART, "card": "declined:expired-card"}, 402),
    ("zoe", "PUT", "/orders/o1", {**CART, "mode": "drone", "card": "approved"}, 422),
    ("zoe", "PUT", "/orders/o1", CART, 422),
    ("zoe", "PUT", "/orders/o1", {**CART, "card": "approved", "tip": "1"}, 422),
    ("zoe", "POST", "/quotes", {**CART, "address": {**HOME, "country": "XX"}}, 422),
    ("zoe", "POST", "/quotes", None, 422),
    ("max", "PUT", "/pieces/coat", COAT, 409),
    ("zoe", "GET", "/pieces/hat", None, 404),
    ("", "POST", "/webhooks/card", {"paid": "yes"}, 400),
    ("", "POST", "/webhooks/cheque", {}, 422),
)
# Those that write rows of their own beside the order, and the table they write them to.
HOSTS = {"django": "django_shop_purchase", "flask": "shop_purchase"}


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of Django, migrated once: a second each time would be too long."""
    folder = tmp_path_factory.mktemp("django")
    DjangoClient(folder).close()
    return folder / "django.db"


@pytest.fixture
def folder(empty: Path, tmp_path: Path) -> Path:
    """A folder for the database of a shop."""
    shutil.copy(empty, tmp_path)
    return tmp_path


def opened(framework: str, folder: Path, **settings: str) -> Client:
    """A shop with a coat on sale."""
    shop = CLIENTS[framework](folder, **settings)
    assert shop.send("ada", "PUT", "/pieces/coat", COAT)[0] == 200
    return shop


@pytest.fixture(params=list(CLIENTS))
def shop(request: pytest.FixtureRequest, folder: Path) -> Iterator[Client]:
    """A shop in each framework."""
    built = opened(request.param, folder)
    yield built
    built.close()


def bank(shop: Client) -> MemoryGateway:
    """The bank of a shop."""
    gateway = shop.market.shop.gateway("card")
    assert isinstance(gateway, MemoryGateway)
    return gateway


def buy(shop: Client, who: str = "zoe", order: str = "o1", card: str = "approved") -> int:
    """Check the coat out, and give the status."""
    return shop.send(who, "PUT", f"/orders/{order}", {**CART, "card": card})[0]


class TestSameShop:
    """Whatever serves it."""

    def test_sells_a_piece_once(self, shop: Client) -> None:
        """The same request twice is one order; another buyer is refused with all reasons."""
        assert shop.send("zoe", "GET", "/pieces/coat")[1]["price"] == PRICE
        assert [buy(shop), buy(shop)] == [200, 200]
        status, refused = shop.send("max", "PUT", "/orders/o2", {**CART, "card": "approved"})
        assert (status, refused["refused"]["reasons"]) == (409, ["piece-gone"])
        assert "No longer for sale: the piece coat." in refused["why"]
        assert shop.work() == "0 timers, 3 effects done"
        assert shop.send("zoe", "GET", "/orders/o1")[1]["order"]["state"] == "paid"

    def test_quotes_without_reserving(self, shop: Client) -> None:
        """The total that is paid later, and the piece stays on sale."""
        status, quote = shop.send("zoe", "POST", "/quotes", CART)
        assert (status, quote["price"]["total"]) == (200, {"amount": "108.59", "currency": "EUR"})
        assert shop.send("max", "GET", "/pieces/coat")[1]["state"] == "listed"

    def test_takes_offers_by_the_rules(self, shop: Client) -> None:
        """One that cuts too much is refused in words, another is kept."""
        status, refused = shop.send("zoe", "POST", "/pieces/coat/offers", LOW)
        assert (status, refused["refused"]["reasons"]) == (409, ["reduction-too-large"])
        assert "The price is cut further than allowed." in refused["why"]
        offered = {"price": {**PRICE, "amount": "80.00"}}
        status, piece = shop.send("zoe", "POST", "/pieces/coat/offers", offered)
        assert (status, [each["made"]["buyer"] for each in piece["offers"]]) == (200, ["zoe"])

    def test_places_the_order_that_the_bank_reports(self, shop: Client) -> None:
        """The buyer has confirmed and closed the page. Reported again, nothing changes."""
        assert buy(shop, card="challenged") == 402
        bank(shop).answer_challenge("authorisation-1")
        (held,) = (each for each in bank(shop).webhooks if each.kind is WebhookKind.AUTHORISED)
        headers, body = bank(shop).sent(held)
        for _ in range(2):
            assert shop.deliver("", "POST", "/webhooks/card", body, headers) == (204, None)
            shop.work()
        assert shop.send("zoe", "GET", "/orders/o1")[1]["order"]["state"] == "paid"

    def test_hides_the_orders_of_others(self, shop: Client) -> None:
        """They are answered like one that never was, but for its name."""
        buy(shop)
        status, theirs = shop.send("max", "GET", "/orders/o1")
        assert status == 404
        assert shop.send("", "GET", "/orders/o1") == (status, theirs)
        missing = shop.send("max", "GET", "/orders/o9")[1]["detail"]
        assert missing.replace("o9", "o1") == theirs["detail"]
        assert buy(shop, "max", "o1") == 409

    def test_answers_with_a_status(self, shop: Client) -> None:
        """What the library raises, by its table, and nothing is sold."""
        answers = {
            (who, method, path, str(body)): (shop.send(who, method, path, body)[0], expected)
            for who, method, path, body, expected in REQUESTS
        }
        assert len(answers) == len(REQUESTS)
        assert [each for each, (got, expected) in answers.items() if got != expected] == []
        assert shop.send("ada", "GET", "/pieces/coat")[1]["state"] == "listed"


@pytest.fixture(params=list(HOSTS))
def host(request: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[Client, str, Path]]:
    """A shop whose host keeps rows of its own, their table, and the file of both."""
    built = opened(request.param, folder)
    yield built, HOSTS[request.param], folder / f"{request.param}.db"
    built.close()


def run(file: Path, statement: str) -> list[tuple[object, ...]]:
    """Run a statement beside the shop."""
    connection = sqlite3.connect(file)
    with connection:
        rows = connection.execute(statement).fetchall()
    connection.close()
    return rows


class TestOneTransaction:
    """The host's own row and the order are committed together, or neither is."""

    def test_both_are_there(self, host: tuple[Client, str, Path]) -> None:
        """What was paid is the order's total; nothing of what the buyer sent is kept."""
        shop, table, file = host
        assert buy(shop) == 200
        rows = run(file, f'SELECT "order", buyer, paid, waiting FROM {table}')  # noqa: S608 - a name of ours
        assert rows == [("o1", "zoe", "108.59 EUR", None)]

    def test_neither_is_there_when_the_host_fails(self, host: tuple[Client, str, Path]) -> None:
        """The piece stays on sale, nothing is captured, and a later try succeeds."""
        shop, table, file = host
        run(
            file,
            f"CREATE TRIGGER full BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'full'); END",
        )
        assert buy(shop) == 500
        assert shop.send("zoe", "GET", "/orders/o1")[0] == 404
        assert shop.send("max", "GET", "/pieces/coat")[1]["state"] == "listed"
        run(file, "DROP TRIGGER full")
        assert buy(shop) == 200

    def test_neither_is_there_when_the_library_fails(self, host: tuple[Client, str, Path]) -> None:
        """The host writes first, and the store cannot append: its row is rolled back too."""
        shop, table, file = host
        run(
            file,
            "CREATE TRIGGER full BEFORE INSERT ON vintage_records WHEN NEW.stream LIKE 'order/%' "
            "BEGIN SELECT RAISE(ABORT, 'full'); END",
        )
        assert buy(shop) in {502, 503}
        assert run(file, f"SELECT * FROM {table}") == []  # noqa: S608 - a name of ours
        assert shop.send("max", "GET", "/pieces/coat")[1]["state"] == "listed"
        run(file, "DROP TRIGGER full")
        assert buy(shop) == 200

    def test_a_refusal_leaves_no_row(self, host: tuple[Client, str, Path]) -> None:
        """The piece was sold to another."""
        shop, table, file = host
        assert [buy(shop), buy(shop, "max", "o2")] == [200, 409]
        assert run(file, f'SELECT "order" FROM {table}') == [("o1",)]  # noqa: S608 - a name of ours


@pytest.mark.parametrize("framework", list(CLIENTS))
class TestStripe:
    """Stripe behind the shop: a challenge, its webhook, an order that is paid."""

    def test_reports_a_payment_that_was_confirmed(
        self, framework: str, peers: Peers, folder: Path
    ) -> None:
        """Its signature is verified over the bytes as they came; another secret is refused."""
        shop = opened(
            framework,
            folder,
            site="",  # localstripe refuses an address to come back to
            stripe_key=API_KEY,
            stripe_webhook_secret=WEBHOOK_SECRET,
            stripe_url=f"http://127.0.0.1:{peers.keeper}",
        )
        api = client(peers.localstripe)
        made = api.raw_request("post", "/v1/payment_methods", type="card", card=CHALLENGED_CARD)
        assert buy(shop, order=f"{framework}-1", card=json.loads(made.body)["id"]) == 402
        intent = next(
            each
            for each in api.v1.payment_intents.list().data
            if each.metadata["vintage_rules_order"] == f"{framework}-1"
        )
        api.raw_request(
            "post",
            f"/v1/payment_intents/{intent.id}/_authenticate",
            client_secret=intent.client_secret,
            success="true",
        )
        event = {
            "object": "event",
            "id": f"evt_{framework}",
            "type": "payment_intent.amount_capturable_updated",
            "created": 1_795_000_000,
            "data": {
                "object": {
                    "object": "payment_intent",
                    "id": intent.id,
                    "metadata": intent.metadata.to_dict(),
                }
            },
        }
        forged = signed(json.dumps(event), secret="whsec_of_another")  # noqa: S106 - the forger's
        sent = signed(json.dumps(event))
        answers = [
            shop.deliver("", "POST", "/webhooks/card", each.body, each.headers)[0]
            for each in (forged, sent)
        ]
        assert answers == [400, 204]
        shop.work()
        page = shop.send("zoe", "GET", f"/orders/{framework}-1")[1]
        assert page["order"]["state"] == "paid"
        assert api.v1.payment_intents.retrieve(intent.id).status == "succeeded"
        shop.close()


class TestDjangoAdmin:
    """The house looks at purchases and cases, and changes nothing there."""

    @pytest.fixture
    def shop(self, folder: Path) -> Iterator[DjangoClient]:
        """A shop in Django that has sold the coat, whose charge is disputed."""
        shop = opened("django", folder)
        assert isinstance(shop, DjangoClient)
        buy(shop)
        shop.work()
        (charge,) = (each.reference for each in bank(shop).webhooks if each.kind == "captured")
        assert charge is not None
        bank(shop).dispute(charge)
        headers, body = bank(shop).sent(bank(shop).webhooks[-1])
        assert shop.deliver("", "POST", "/webhooks/card", body, headers)[0] == 204
        yield shop
        shop.close()

    def test_shows_a_purchase_with_the_life_of_its_order(self, shop: DjangoClient) -> None:
        """The row is the host's, the state and the life are the library's."""
        anna = shop.signed_in("anna", staff=True)
        listed = anna.get("/admin/django_shop/purchase/").content.decode()
        assert all(text in listed for text in ("o1", "zoe", "108.59 EUR", "paid"))
        page = anna.get("/admin/django_shop/purchase/o1/change/").content.decode()
        assert "order-placed" in page
        assert 'name="_save"' not in page

    def test_shows_the_cases_for_review(self, shop: DjangoClient) -> None:
        """They are in no table of Django."""
        page = shop.signed_in("anna", staff=True).get("/admin/django_shop/case/").content.decode()
        assert "payment-disputed" in page
        assert "o1" in page

    def test_is_closed_to_others(self, shop: DjangoClient) -> None:
        """A buyer is sent to the page to sign in."""
        assert shop.signed_in("zoe").get("/admin/django_shop/case/").status_code == 302

    def test_changes_nothing(self, shop: DjangoClient) -> None:
        """Nothing is added, changed or deleted by hand."""
        anna = shop.signed_in("anna", staff=True)
        for path in ("purchase/add/", "purchase/o1/delete/", "case/add/"):
            assert anna.get(f"/admin/django_shop/{path}").status_code == 403
