"""Gift cards: what is sold, until when it is good, and what it may not pay."""

from __future__ import annotations

from datetime import UTC, date, datetime

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import eur, imparfaite
from vintage_rules.dates import NEVER, Duration
from vintage_rules.errors import CurrencyMismatchError, DayError, MoneyError
from vintage_rules.money import Money
from vintage_rules.pricing import (
    GIFT_CARD,
    GiftCardPolicy,
    GiftCardRefused,
    GiftCardValid,
    assess_gift_card,
    gift_card_last_day,
)

BOUGHT = date(2026, 9, 1)


def cards() -> GiftCardPolicy:
    """Give the gift card of the shipped policy."""
    found = imparfaite().pricing.gift_card
    assert found is not None
    return found


def refusals(
    amount: str,
    policy: GiftCardPolicy | None = None,
    *,
    used_on: date | None = None,
    tender: str | None = None,
) -> list[str]:
    """Give the reasons against a card bought on 1 September 2026, none where it is valid."""
    assessed = assess_gift_card(
        eur(amount), policy or cards(), purchased_on=BOUGHT, used_on=used_on, tender=tender
    )
    match assessed:
        case GiftCardValid():
            return []
        case GiftCardRefused(reasons=reasons):
            return [str(reason) for reason in reasons]


class TestC5GiftCardAmounts:
    """A card is of 25 to 500 EUR, both allowed."""

    @pytest.mark.parametrize(
        ("amount", "reasons"),
        [
            ("0.00", ["below-minimum"]),
            ("10.00", ["below-minimum"]),
            ("24.99", ["below-minimum"]),
            ("25.00", []),
            ("25.01", []),
            ("499.99", []),
            ("500.00", []),
            ("500.01", ["above-maximum"]),
        ],
    )
    def test_bounds(self, amount: str, reasons: list[str]) -> None:
        """A cent below and a cent above are refused."""
        assert refusals(amount) == reasons

    def test_an_amount_below_zero_is_no_amount(self) -> None:
        """It is an error, not a refusal."""
        with pytest.raises(MoneyError, match="amount: must be 0 or more"):
            refusals("-0.01")

    def test_is_in_the_currency_of_the_house(self) -> None:
        """Nothing is converted."""
        with pytest.raises(CurrencyMismatchError, match="amount: must be in EUR, got GBP"):
            assess_gift_card(Money(50, "GBP"), cards(), purchased_on=BOUGHT)

    def test_says_why(self) -> None:
        """Valid or refused, by the clause and the edition."""
        for amount in ("50.00", "10.00"):
            assessed = assess_gift_card(eur(amount), cards(), purchased_on=BOUGHT)
            assert (assessed.sources, assessed.edition) == (("C5",), imparfaite().edition)


class TestC5GiftCardValidity:
    """A card is good for one year, until the end of the anniversary day."""

    @pytest.mark.parametrize(
        ("bought", "last_day"),
        [
            ("2026-09-01", "2027-09-01"),
            ("2028-02-29", "2029-02-28"),
            ("2027-02-28", "2028-02-28"),
            ("2026-12-31", "2027-12-31"),
            ("2008-01-01", "2009-01-01"),
            ("2060-05-05", "2061-05-05"),
        ],
    )
    def test_last_day(self, bought: str, last_day: str) -> None:
        """29 February becomes the last day of February; no calendar bounds the years."""
        day = date.fromisoformat(bought)
        assert gift_card_last_day(cards(), day) == date.fromisoformat(last_day)
        assessed = assess_gift_card(eur(25), cards(), purchased_on=day)
        assert assessed.last_day == date.fromisoformat(last_day)

    @pytest.mark.parametrize(
        ("used_on", "reasons"),
        [("2026-09-01", []), ("2027-09-01", []), ("2027-09-02", ["expired"])],
    )
    def test_is_good_through_its_last_day(self, used_on: str, reasons: list[str]) -> None:
        """From the day it is bought, and not a day longer."""
        assert refusals("25.00", used_on=date.fromisoformat(used_on)) == reasons

    def test_an_expired_card_says_until_when_it_was_good(self) -> None:
        """What is left on it is gone."""
        assessed = assess_gift_card(eur(25), cards(), purchased_on=BOUGHT, used_on=date(2027, 9, 2))
        assert assessed.last_day == date(2027, 9, 1)

    @pytest.mark.parametrize(
        ("validity", "last_day"),
        [
            (Duration.of(6, "months"), date(2027, 3, 1)),
            (Duration.of(30, "days"), date(2026, 10, 1)),
            (Duration.of(5, "ouvres"), date(2026, 9, 8)),
            (NEVER, date.max),
        ],
        ids=str,
    )
    def test_another_house_may_say_otherwise(self, validity: Duration, last_day: date) -> None:
        """Also that it never expires."""
        policy = attrs.evolve(cards(), validity=validity)
        assert gift_card_last_day(policy, BOUGHT) == last_day

    def test_is_not_used_before_it_is_bought(self) -> None:
        """That is an error of whoever asks."""
        allowed = (
            r"used_on: must be on or after 2026-09-01, when it was bought, got datetime.date\("
        )
        with pytest.raises(DayError, match=allowed):
            refusals("25.00", used_on=date(2026, 8, 31))

    def test_days_are_dates(self) -> None:
        """A moment lies on different days in different zones."""
        moment = datetime(2026, 9, 1, tzinfo=UTC)
        with pytest.raises(DayError, match="purchased_on: must be a date"):
            gift_card_last_day(cards(), moment)
        with pytest.raises(DayError, match="used_on: must be a date"):
            refusals("25.00", used_on=moment)

    @given(bought=st.dates(min_value=date(2000, 1, 1), max_value=date(2199, 12, 31)))
    def test_a_year_is_a_year(self, bought: date) -> None:
        """365 or 366 days, or 365 from a leap day."""
        days = (gift_card_last_day(cards(), bought) - bought).days
        assert days in {365, 366}


class TestC5NoCardBuysACard:
    """A gift card does not pay for another."""

    @pytest.mark.parametrize(
        ("tender", "reasons"),
        [(GIFT_CARD, ["bought-with-gift-card"]), ("card", []), ("paypal", []), (None, [])],
    )
    def test_what_a_card_is_paid_with(self, tender: str | None, reasons: list[str]) -> None:
        """Everything else is fine."""
        assert refusals("25.00", tender=tender) == reasons

    def test_another_house_may_allow_it(self) -> None:
        """It is a value of the policy."""
        policy = attrs.evolve(cards(), may_buy_gift_card=True)
        assert refusals("25.00", policy, tender=GIFT_CARD) == []


class TestC5AllReasonsAtOnce:
    """Whoever is refused is told everything, in alphabetical order."""

    @pytest.mark.parametrize(
        ("amount", "first"), [("24.99", "below-minimum"), ("500.01", "above-maximum")]
    )
    def test_all_three(self, amount: str, first: str) -> None:
        """A bound, the tender and the date."""
        found = refusals(amount, used_on=date(2027, 9, 2), tender=GIFT_CARD)
        assert found == [first, "bought-with-gift-card", "expired"]
