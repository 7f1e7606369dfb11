"""The means of payment a house takes."""

from __future__ import annotations

import pytest

from tests.factories import imparfaite
from vintage_rules.errors import IdentifierError, InvalidValueError, UnknownTermError
from vintage_rules.pricing import TenderAccepted, TenderRefused, assess_tender


class TestC6Tenders:
    """Visa, Mastercard and American Express, and PayPal; another brand is refused by name."""

    @pytest.mark.parametrize(
        "brand",
        [
            "visa",
            "Visa",
            "VISA",
            "mastercard",
            "Master Card",
            "MASTER-CARD",
            "american-express",
            "American Express",
            "american_express",
            "amex",
            "AmEx",
        ],
    )
    def test_accepted_brands(self, brand: str) -> None:
        """However they are written."""
        assessed = assess_tender("card", imparfaite().pricing.tenders, brand=brand)
        assert assessed == TenderAccepted(
            kind="card", brand=brand, edition=imparfaite().edition, sources=("C6",)
        )

    @pytest.mark.parametrize(
        "brand", ["Diners Club", "jcb", "maestro", "visa electron", "express", "vis", "visaa"]
    )
    def test_other_brands(self, brand: str) -> None:
        """The answer names it, and the brands there are."""
        assessed = assess_tender("card", imparfaite().pricing.tenders, brand=brand)
        assert isinstance(assessed, TenderRefused)
        assert (assessed.kind, assessed.brand) == ("card", brand)
        assert assessed.accepted == ("american-express", "mastercard", "visa")
        assert [str(reason) for reason in assessed.reasons] == ["brand-not-accepted"]
        assert (assessed.sources, assessed.edition) == (("C6",), imparfaite().edition)

    def test_paypal(self) -> None:
        """It has no brands."""
        assessed = assess_tender("paypal", imparfaite().pricing.tenders)
        assert isinstance(assessed, TenderAccepted)
        assert assessed.brand is None

    def test_a_brand_where_there_is_none(self) -> None:
        """Nothing is silently dropped."""
        allowed = "brand: must be left out: paypal has no brands, got 'visa'"
        with pytest.raises(InvalidValueError, match=allowed):
            assess_tender("paypal", imparfaite().pricing.tenders, brand="visa")

    def test_a_card_without_a_brand(self) -> None:
        """Nothing is guessed."""
        allowed = "must be the brand of the card, such as american-express, mastercard, visa, got N"
        with pytest.raises(InvalidValueError, match=allowed):
            assess_tender("card", imparfaite().pricing.tenders)

    @pytest.mark.parametrize("brand", ["", " ", "visa\n"])
    def test_a_brand_without_a_name(self, brand: str) -> None:
        """It could not be refused by name."""
        with pytest.raises(IdentifierError, match="brand: must be 1 to 200 printable characters"):
            assess_tender("card", imparfaite().pricing.tenders, brand=brand)

    @pytest.mark.parametrize("kind", ["cash", "cheque", "gift-card", ""])
    def test_another_kind(self, kind: str) -> None:
        """The message names those there are."""
        with pytest.raises(
            UnknownTermError, match=f"kind: must be one of card, paypal, got '{kind}'"
        ):
            assess_tender(kind, imparfaite().pricing.tenders)
