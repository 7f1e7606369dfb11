"""What is refused where it enters, by its field: before anything is held or recorded. S17."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.marketplace.town import ADA, CARD, COAT, MONDAY, ZOE, Town, euros
from vintage_rules.errors import CurrencyMismatchError, IdentifierError, InvalidValueError
from vintage_rules.ids import PieceId
from vintage_rules.marketplace import CardBought, PieceEntered, PieceView
from vintage_rules.money import Money
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders.states import Order


@pytest.fixture
def town() -> Town:
    """A shop with a coat for 90 and a bag for 55."""
    return Town.built().stock()


def listed(
    town: Town, facts: Mapping[str, object] | None = None, *, price: Money | None = None
) -> PieceView:
    """List a hat of ada's."""
    given = {"piece": PieceId("hat"), "description": "a hat", **(facts or {})}
    entered = PieceEntered(at=MONDAY, seller=ADA.id, weight_g=1, **given)  # type: ignore[arg-type]
    terms = SellerTerms.only(open_to_offers=True)
    return town.market.pieces.list_piece(ADA, entered, price or euros("5.00"), terms)


NOT_KEPT = ("half \ud800", "nul \0", 5)


class TestPieces:
    """A piece that is not taken is not begun."""

    @pytest.mark.parametrize("currency", ["USD", "JPY", "GBP"])
    def test_another_currency(self, town: Town, currency: str) -> None:
        """The house's alone, at whatever price."""
        with pytest.raises(CurrencyMismatchError, match=f"^price: must be in EUR, got {currency}$"):
            listed(town, price=Money("5", currency))
        assert "piece/hat" not in list(town.market.shop.store.streams("piece/"))

    @pytest.mark.parametrize("field", ["description", "category", "seller_kind"])
    @pytest.mark.parametrize("text", NOT_KEPT, ids=["half", "nul", "number"])
    def test_a_text_that_cannot_be_kept(self, town: Town, field: str, text: object) -> None:
        """By its field, not as a fault of the store."""
        with pytest.raises(InvalidValueError, match=f"^{field}: must be a text of at most"):
            listed(town, {field: text})

    @pytest.mark.parametrize(("field", "most"), [("description", 10_000), ("category", 100)])
    def test_a_text_that_is_too_long(self, town: Town, field: str, most: int) -> None:
        """The last length that is taken, and one more."""
        with pytest.raises(InvalidValueError, match=f"^{field}: must be a text of at most {most} "):
            listed(town, {field: "é" * (most + 1)})
        assert listed(town, {field: "é" * most}).available

    def test_a_name_that_is_too_long(self, town: Town) -> None:
        """Its streams and keys are longer."""
        with pytest.raises(IdentifierError, match=r"^piece: must be 1 to 100 printable"):
            listed(town, {"piece": "h" * 101})
        assert listed(town, {"piece": "h" * 100}).available


class TestOrders:
    """An order's name is in those of its parcels, charges and refunds."""

    def test_a_name_that_is_too_long(self, town: Town) -> None:
        """Nothing is held for it; at its longest the order goes its whole way."""
        with pytest.raises(IdentifierError, match=r"^order: must be 1 to 100 printable"):
            town.buy(COAT, order="o" * 101)
        assert not town.bank.ledger
        name = "o" * 100
        assert isinstance(town.buy(COAT, order=name, mode="direct"), Order)
        town.work()
        assert town.deliver(name).order(name).state == "paid"


class TestGiftCards:
    """No money is held for a card whose words cannot be kept."""

    @pytest.mark.parametrize(
        "words", [*NOT_KEPT, "é" * 1_001], ids=["half", "nul", "number", "long"]
    )
    def test_words(self, town: Town, words: str) -> None:
        """By their field."""
        with pytest.raises(InvalidValueError, match=r"^words: must be a text of at most 1000 "):
            town.market.cards.buy(ZOE, "p1", euros("50.00"), words, CARD)
        assert not town.bank.ledger

    def test_the_longest(self, town: Town) -> None:
        """Of a thousand characters, in any script."""
        bought = town.market.cards.buy(ZOE, "p1", euros("50.00"), "\N{BOUQUET}" * 1_000, CARD)
        assert isinstance(bought, CardBought)
