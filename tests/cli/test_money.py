"""`vintage-rules shop money`: what the house holds, and what was moved elsewhere."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from shutil import copyfile

import pytest
from attrs import frozen

from tests.marketplace.town import ADA, BAG, CARD, COAT, HOUSE, MONDAY, POST, ZOE, Town, euros
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.cli import main
from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.orders.states import Order, PayoutState
from vintage_rules.shipping.parcel.states import ParcelState

HAT, SCARF = PieceId("hat"), PieceId("scarf")
PRICES = {HAT: "20.00", SCARF: "30.00"}


@frozen
class Shop:
    """A shop in a file, and the command that operates it."""

    url: str
    capture: pytest.CaptureFixture[str]

    def run(self, *arguments: str, status: int = 0, of: str = "money") -> str:
        """Run a command that ends with a status; give what it prints, errors after the rest."""
        found = main(["shop", *(() if of == "shop" else (of,)), *arguments])
        printed = self.capture.readouterr()
        assert found == status, printed
        return printed.out + printed.err

    def order(self, name: str = "o1") -> Order:
        """Give an order as it is."""
        with SqlStore.open(self.url) as store:
            return Town.built(store).order(name)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep a shop in a file: zoe has a gift card, and a coat that is paid; the rest is not yet."""
    path = tmp_path_factory.mktemp("used") / "shop.db"
    with SqlStore.open(f"sqlite:///{path}") as store:
        town = Town.built(store).stock()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.work()
        town.buy(COAT)
        town.work()
        town.deliver().wait(days=30)
        town.buy(BAG, order="o10")
        for piece, price in PRICES.items():
            town.list_piece(ADA, piece, price)
        town.buy(*PRICES, order="o11", prices=PRICES, mode="direct")
    return path


@pytest.fixture
def shop(
    used: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Shop:
    """Copy it, and name it in the environment."""
    url = f"sqlite:///{copyfile(used, tmp_path / 'shop.db')}"
    monkeypatch.setenv("VINTAGE_RULES_STORE", url)
    monkeypatch.setenv("VINTAGE_RULES_SHOP", "tests.cli.a_shop:a_month_later")
    return Shop(url, capsys)


class TestPayouts:
    """R6: held, released and recorded by hand."""

    def test_come_back_and_are_paid_by_other_means(self, shop: Shop) -> None:
        """What came back is frozen; what was paid elsewhere is sent."""
        assert shop.run("payout-failed", "o1", COAT) == "Recorded for order o1.\n"
        assert shop.order().frozen == {COAT}
        shop.run("payout", "o1", COAT)
        assert shop.order().payouts[COAT] is PayoutState.SENT

    def test_are_released(self, shop: Shop) -> None:
        """By name, and all of them."""
        for pieces in ([COAT], []):
            shop.run("payout-failed", "o1", COAT)
            shop.run("release", "o1", *pieces)
            assert shop.order().frozen == frozenset()
            shop.run("payout", "o1", COAT)

    def test_are_frozen(self, shop: Shop) -> None:
        """Not what is paid already; of a paid order, what is not."""
        refused = shop.run("freeze", "o1", "--reason", "a fake", status=1)
        assert "refused: nothing-owed" in refused
        (payment,) = shop.order("o10").placed.payments
        shop.run("capture", "o10", "card", payment.reference, "receipt-9")
        shop.run("freeze", "o10", BAG, "--reason", "a fake")
        assert shop.order("o10").frozen == {BAG}


class TestMoneyMovedElsewhere:
    """C7, F2: captures and refunds that were made past the shop."""

    def test_captured_and_refunded(self, shop: Shop) -> None:
        """The order is paid by it; what is cancelled then is refunded by hand."""
        (payment,) = shop.order("o10").placed.payments
        shop.run("capture", "o10", "card", payment.reference, "receipt-9")
        assert list(shop.order("o10").receipts.values()) == ["receipt-9"]
        with SqlStore.open(shop.url) as store:
            Town.built(store).market.orders.cancel(HOUSE, "o10", BAG)
        (cause,) = shop.order("o10").owed
        shop.run("refund", "o10", cause)
        assert list(shop.order("o10").sent) == [cause]
        assert "nothing-owed" in shop.run("refund", "o10", cause, status=1)

    @pytest.mark.parametrize(
        ("amount", "said"),
        [
            ("0.01", "amount: must be from 70.09 EUR to 70.09 EUR"),
            ("9999.00", "amount: must be from 70.09 EUR to 70.09 EUR"),
            ("x", "x"),
        ],
    )
    def test_not_that_much(self, shop: Shop, amount: str, said: str) -> None:
        """Neither less than is owed, nor more than was held, nor what is no amount."""
        (payment,) = shop.order("o10").placed.payments
        named = ("o10", "card", payment.reference, "receipt-9")
        assert said in shop.run("capture", *named, "--amount", amount, status=1)
        assert shop.order("o10").captured == ()

    def test_captured_in_part(self, shop: Shop) -> None:
        """Of what is left, where a piece was cancelled before: nothing of it is owed back."""
        (payment,) = shop.order("o11").placed.payments
        shop.run("cancel", "o11", HAT, of="shop")
        shop.run("capture", "o11", "card", payment.reference, "receipt-9", "--amount", "41.19")
        (captured,) = shop.order("o11").captured
        assert captured.amount == euros("41.19")
        released = shop.order("o11").owed["cancellation"].released
        assert [each.amount for each in released] == [euros("20.00")]
        shop.run("freeze", "o11", "--reason", "a fake")

    def test_a_refund_that_came_back(self, shop: Shop) -> None:
        """It is owed again; one that was never sent is refused."""
        (payment,) = shop.order("o10").placed.payments
        named = ("o10", "cancellation", "card", payment.reference)
        assert "refused: " in shop.run("refund-failed", *named, status=1)
        shop.run("capture", "o10", "card", payment.reference, "receipt-9")
        shop.run("cancel", "o10", of="shop")
        shop.run("refund", "o10", "cancellation")
        assert shop.run("refund-failed", *named) == "Recorded for order o10.\n"
        assert list(shop.order("o10").owed) == ["cancellation/2"]

    def test_found_by_the_providers_name(self, shop: Shop) -> None:
        """An order, a gift card, or nothing."""
        (payment,) = shop.order("o10").placed.payments
        assert shop.run("find", "card", payment.reference) == "order o10, placed\n"
        assert shop.run("find", "card", "authorisation-1").startswith("gift card ")
        assert "no order or gift card" in shop.run("find", "card", "another", status=1)
        assert shop.run("find", "card", "receipt-2") == "order o1, paid\n"

    def test_found_by_a_payout(self, shop: Shop) -> None:
        """The order and the piece, and whether its seller is paid."""
        assert shop.run("find-payout", "payout-1") == f"order o1, {COAT}, sent\n"
        assert "no payout has po_9" in shop.run("find-payout", "po_9", status=1)


class TestDisputes:
    """S11: what the provider did not report is recorded by hand."""

    def test_of_an_order(self, shop: Shop) -> None:
        """Opened, and lost; another word is wrong use."""
        shop.run("dispute", "o1", "card", "opened")
        assert shop.order().disputed == {"card"}
        shop.run("dispute", "o1", "card", "lost")
        assert shop.order().disputed == frozenset()
        assert shop.order().charged_back
        said = shop.run("dispute", "o1", "card", "over", status=2)
        assert "STATUS: must be one of lost, opened, won, got 'over'" in said

    def test_of_a_gift_card(self, shop: Shop) -> None:
        """Won: it pays again."""
        found = shop.run("find", "card", "authorisation-1")
        card = found.removeprefix("gift card ").partition(",")[0]
        assert shop.run("card-dispute", card, "opened") == f"Recorded for gift card {card}.\n"
        assert "of order" not in shop.run("card-dispute", card, "won")
        assert "ORDERED1" in shop.run("card-dispute", "ORDERED1", "won", status=1)


class TestParcels:
    """S2, R10: a number that was wrong, and a parcel that does not arrive."""

    def test_a_wrong_number(self, shop: Shop) -> None:
        """Its buyer follows it under the right one, as long as it travels."""
        self.post(shop)
        shop.run("correct-number", "o11", "o11-1", "8R22", of="parcel")
        assert shop.order("o11").parcels[ParcelId("o11-1")].tracking_number == "8R22"

    def test_lost_and_found(self, shop: Shop) -> None:
        """Searched for once it is overdue, given up, and found after all."""
        assert "refused: " in shop.run("lost", "o1", "o1-1", of="parcel", status=1)
        self.post(shop)
        with SqlStore.open(shop.url) as store:
            Town.built(store, at=MONDAY + timedelta(days=60)).work()
        shop.run("lost", "o11", "o11-1", of="parcel")
        assert shop.order("o11").parcels[ParcelId("o11-1")].state is ParcelState.LOST
        shop.run("found", "o11", "o11-1", of="parcel")
        assert shop.order("o11").parcels[ParcelId("o11-1")].state is ParcelState.FOUND

    def post(self, shop: Shop) -> None:
        """Have ada post what zoe has paid."""
        (payment,) = shop.order("o11").placed.payments
        shop.run("capture", "o11", "card", payment.reference, "receipt-9")
        with SqlStore.open(shop.url) as store:
            parcels = Town.built(store, at=MONDAY + timedelta(days=34)).market.parcels
            parcels.hand_in(POST, "o11", ParcelId("o11-1"), "8R1")
