"""What an order costs its buyer and brings its seller, to the cent."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import component, eur, fee, imparfaite
from vintage_rules.errors import (
    CurrencyMismatchError,
    InvalidValueError,
    MoneyError,
    UnknownTermError,
)
from vintage_rules.money import Money
from vintage_rules.pricing import (
    FeeCharged,
    FeePolicy,
    OrderPrice,
    Payer,
    PricingPolicy,
    quote_fee,
    quote_total,
)

AMOUNTS = st.integers(min_value=0, max_value=10**9).map(
    lambda cents: eur(f"{cents // 100}.{cents % 100:02}")
)


def pricing() -> PricingPolicy:
    """Give the pricing of the shipped policy."""
    return imparfaite().pricing


def charge(policy: FeePolicy, pieces: str) -> FeeCharged:
    """Charge a fee on pieces of this price."""
    quote = quote_fee(policy, {"pieces": eur(pieces)}, mode="grouped")
    assert isinstance(quote, FeeCharged)
    return quote


def price(
    goods: str = "90.00",
    shipping: str = "9.59",
    card: str | None = None,
    fees: tuple[FeeCharged, ...] = (),
) -> OrderPrice:
    """Price an order of the shipped policy."""
    return quote_total(
        pricing(),
        goods=eur(goods),
        fees=fees,
        shipping=eur(shipping),
        gift_card_balance=None if card is None else eur(card),
    )


class TestTotal:
    """Goods, fees and shipping are the total; a gift card and what is left to pay are it again."""

    def test_by_hand(self) -> None:
        """Two fees, one of them twice."""
        control = fee(component("0.10"), name="control")
        wrapping = fee(component(fixed="2.50"), name="wrapping")
        fees = (charge(control, "60.00"), charge(wrapping, "60.00"), charge(control, "30.00"))
        found = price(fees=fees)
        assert (found.goods, found.shipping, found.total) == (eur(90), eur("9.59"), eur("111.09"))
        assert (found.gift_card, found.to_pay) == (eur(0), eur("111.09"))
        assert (found.fee("control"), found.fee("wrapping")) == (eur("9.00"), eur("2.50"))
        assert found.fee("quality-control") == eur(0)
        with pytest.raises(UnknownTermError, match="control, quality-control, wrapping"):
            found.fee("quality_control")
        assert found.sources == ("fee", "component")
        assert found.edition == imparfaite().edition

    def test_leaves_out_what_sellers_bear(self) -> None:
        """A commission is no business of the buyer's."""
        commission = charge(fee(component("0.20"), payer=Payer.SELLER), "90.00")
        found = price(fees=(commission,))
        assert (found.total, found.fees) == (eur("99.59"), ())

    def test_checks_its_parts(self) -> None:
        """The part is named."""
        with pytest.raises(MoneyError, match="goods: must be 0 or more"):
            price(goods="-0.01")
        with pytest.raises(MoneyError, match="shipping: must be 0 or more"):
            price(shipping="-0.01")
        with pytest.raises(MoneyError, match="gift_card_balance: must be 0 or more"):
            price(card="-0.01")
        pounds = Money(1, "GBP")
        for goods, shipping, card, name in (
            (pounds, eur(1), None, "goods"),
            (eur(1), pounds, None, "shipping"),
            (eur(1), eur(1), pounds, "gift_card_balance"),
        ):
            with pytest.raises(CurrencyMismatchError, match=f"{name}: must be in EUR, got GBP"):
                quote_total(
                    pricing(), goods=goods, fees=(), shipping=shipping, gift_card_balance=card
                )

    @given(
        goods=AMOUNTS,
        shipping=AMOUNTS,
        card=st.none() | AMOUNTS,
        bases=st.lists(AMOUNTS, max_size=4),
    )
    def test_adds_up(
        self, goods: Money, shipping: Money, card: Money | None, bases: list[Money]
    ) -> None:
        """To the last cent, whatever the parts; nothing is below zero."""
        policy = fee(component("0.0375", fixed="0.30"))
        fees = [quote_fee(policy, {"pieces": base}, mode="direct") for base in bases]
        borne = [quote for quote in fees if isinstance(quote, FeeCharged)]
        found = quote_total(
            pricing(), goods=goods, fees=borne, shipping=shipping, gift_card_balance=card
        )
        assert found.total == goods + sum(quote.fee for quote in borne) + shipping
        assert found.gift_card + found.to_pay == found.total
        assert found.gift_card == (eur(0) if card is None else min(card, found.total))
        assert found.to_pay >= eur(0)


class TestC5GiftCardInAnOrder:
    """A gift card is spent in parts: it pays at most the order, and at most what it holds."""

    @pytest.mark.parametrize(
        ("card", "paid", "left"),
        [
            (None, "0.00", "99.59"),
            ("0.00", "0.00", "99.59"),
            ("50.00", "50.00", "49.59"),
            ("99.58", "99.58", "0.01"),
            ("99.59", "99.59", "0.00"),
            ("99.60", "99.59", "0.00"),
            ("500.00", "99.59", "0.00"),
        ],
    )
    def test_pays_its_share(self, card: str | None, paid: str, left: str) -> None:
        """What it does not pay is left to pay."""
        found = price(card=card)
        assert (str(found.gift_card.amount), str(found.to_pay.amount)) == (paid, left)

    @pytest.mark.parametrize(("card", "sources"), [("50.00", ("C5",)), ("0.00", ()), (None, ())])
    def test_is_named_where_it_decided(self, card: str | None, sources: tuple[str, ...]) -> None:
        """By the source of the policy."""
        assert price(card=card).sources == sources

    def test_pays_though_nobody_says_why(self) -> None:
        """A policy made by hand may name no source."""
        cards = pricing().gift_card
        assert cards is not None
        policy = attrs.evolve(pricing(), gift_card=attrs.evolve(cards, sources=()))
        found = quote_total(
            policy, goods=eur(9), fees=(), shipping=eur(1), gift_card_balance=eur(4)
        )
        assert (found.gift_card, found.to_pay, found.sources) == (eur(4), eur(6), ())

    def test_is_not_taken_where_none_is_sold(self) -> None:
        """It is an error, even of an empty card."""
        none = attrs.evolve(pricing(), gift_card=None)
        allowed = "gift_card_balance: must be left out where no cards are sold, got Money"
        with pytest.raises(InvalidValueError, match=allowed):
            quote_total(none, goods=eur(1), fees=(), shipping=eur(1), gift_card_balance=eur(0))
        assert quote_total(none, goods=eur(1), fees=(), shipping=eur(1)).to_pay == eur(2)


class TestNamesOfFees:
    """A policy gives its fee by name."""

    def test_or_none(self) -> None:
        """Where the house charges no such fee."""
        control = pricing().fee("quality-control")
        assert control is not None
        assert control.name == "quality-control"
        assert pricing().fee("commission") is None


class TestReductions:
    """What is taken off is never more than there is to pay."""

    @pytest.mark.parametrize(("off", "due"), [("99.59", "0.00"), ("10.00", "89.59")])
    def test_lower_the_total(self, off: str, due: str) -> None:
        """By as much as they are worth."""
        found = quote_total(
            pricing(), goods=eur("90.00"), fees=(), shipping=eur("9.59"), reductions={"a": eur(off)}
        )
        assert found.total == found.to_pay == eur(due)

    def test_are_not_more_than_there_is(self) -> None:
        """A cent more than the total."""
        with pytest.raises(MoneyError, match=r"^reductions: must be at most 99.59 EUR"):
            quote_total(
                pricing(),
                goods=eur("90.00"),
                fees=(),
                shipping=eur("9.59"),
                reductions={"a": eur("99.60")},
            )
