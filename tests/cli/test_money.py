"""`vintage-rules shop money`: what the house holds, and what was moved elsewhere."""

from __future__ import annotations

from pathlib import Path
from shutil import copyfile

import pytest
from attrs import frozen

from tests.marketplace.town import BAG, CARD, COAT, HOUSE, ZOE, Town, euros
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.cli import main
from vintage_rules.orders.states import Order, PayoutState


@frozen
class Shop:
    """A shop in a file, and the command that operates it."""

    url: str
    capture: pytest.CaptureFixture[str]

    def run(self, *arguments: str, status: int = 0) -> str:
        """Run a command that ends with a status; give what it prints, errors after the rest."""
        found = main(["shop", "money", *arguments])
        printed = self.capture.readouterr()
        assert found == status, printed
        return printed.out + printed.err

    def order(self, name: str = "o1") -> Order:
        """Give an order as it is."""
        with SqlStore.open(self.url) as store:
            return Town.built(store).order(name)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep a shop in a file: zoe has a gift card, a coat that is paid, and a bag that is not."""
    path = tmp_path_factory.mktemp("used") / "shop.db"
    with SqlStore.open(f"sqlite:///{path}") as store:
        town = Town.built(store).stock()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.work()
        town.buy(COAT)
        town.work()
        town.deliver().wait(days=30)
        town.buy(BAG, order="o10")
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
