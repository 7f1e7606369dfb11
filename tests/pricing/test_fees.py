"""What is charged on top of the pieces: this house's fee, and every shape another house needs."""

from __future__ import annotations

import decimal
from decimal import Decimal
from fractions import Fraction

import moneyed
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import EDITION, base, component, condition, eur, fee, imparfaite, tier
from vintage_rules.errors import (
    CurrencyMismatchError,
    InvalidValueError,
    MoneyError,
    UnknownTermError,
)
from vintage_rules.money import Money, Rounding
from vintage_rules.pricing import FeeCharged, FeeNotCharged, FeePolicy, quote_fee
from vintage_rules.pricing.fee_policy import Combine, Condition, Payer, Tiering

CENTS = st.integers(min_value=0, max_value=10**9)
MARGINAL = component(
    tiers=(tier("0", rate="0.10"), tier("100", rate="0.08"), tier("1000", rate="0.05")),
    tiering=Tiering.MARGINAL,
)


def in_cents(cents: int) -> Money:
    """Give so many cents."""
    return eur(Decimal(cents).scaleb(-2))


def quality_control() -> FeePolicy:
    """Give the fee of the shipped policy."""
    found = imparfaite().pricing.fee("quality-control")
    assert found is not None
    return found


def charged(policy: FeePolicy, /, mode: str = "direct", **parts: str) -> str:
    """Give the amount of a fee on these parts, or `none` where there is none."""
    named = {name.replace("_", "-"): eur(amount) for name, amount in parts.items()}
    match quote_fee(policy, named, mode=mode):
        case FeeCharged(fee=amount):
            return str(amount.amount)
        case FeeNotCharged():
            return "none"


class TestL4QualityControlFee:
    """Grouped orders bear a fee of 10 % of the pieces as sold, half up, of at most 15 EUR."""

    @pytest.mark.parametrize(
        ("goods", "wanted"),
        [
            ("0.00", "0.00"),
            ("0.04", "0.00"),
            ("0.05", "0.01"),
            ("89.90", "8.99"),
            ("89.94", "8.99"),
            ("89.95", "9.00"),
            ("120.54", "12.05"),
            ("120.55", "12.06"),
            ("149.94", "14.99"),
            ("149.95", "15.00"),
            ("149.99", "15.00"),
            ("150.00", "15.00"),
            ("150.01", "15.00"),
            ("2000.00", "15.00"),
        ],
    )
    def test_is_a_tenth_up_to_the_cap(self, goods: str, wanted: str) -> None:
        """The half cent goes up; the cap begins at 150.00."""
        assert charged(quality_control(), "grouped", pieces=goods) == wanted

    @pytest.mark.parametrize("goods", ["0.05", "150.00", "2000.00"])
    def test_is_not_charged_for_direct_orders(self, goods: str) -> None:
        """Nothing is checked there."""
        assert charged(quality_control(), "direct", pieces=goods) == "none"

    def test_leaves_shipping_and_gift_cards_out(self) -> None:
        """Its base is the pieces alone."""
        assert charged(quality_control(), "grouped", pieces="100.00", shipping="50.00") == "10.00"

    @pytest.mark.parametrize("mode", ["grouped", "direct"])
    def test_says_why(self, mode: str) -> None:
        """Charged or not, by the clause and the edition."""
        quote = quote_fee(quality_control(), {"pieces": eur("100.00")}, mode=mode)
        assert (quote.sources, quote.edition) == (("L4",), imparfaite().edition)

    @given(cents=CENTS)
    def test_is_the_exact_tenth_rounded_once(self, cents: int) -> None:
        """Never more than half a cent away, and never above the cap."""
        quote = quote_fee(quality_control(), {"pieces": in_cents(cents)}, mode="grouped")
        assert isinstance(quote, FeeCharged)
        exactly = min(Fraction(cents, 10), Fraction(1500))
        got = quote.fee.get_amount_in_sub_unit()
        assert Fraction(-1, 2) < got - exactly <= Fraction(1, 2)


class TestFixedAndRate:
    """A fee is a fixed part and a rate of a named sum, kept between a minimum and a maximum."""

    def test_adds_both(self) -> None:
        """0.70 and 5 %, the shipping left out."""
        buyer_fee = fee(component("0.05", fixed="0.70"))
        assert charged(buyer_fee, pieces="20.00", shipping="9.00") == "1.70"
        assert charged(buyer_fee, pieces="0.00") == "0.70"

    def test_rounds_the_sum_once(self) -> None:
        """0.005 and 0.005 are one cent, not two."""
        assert charged(fee(component("0.05", fixed="0.005")), pieces="0.10") == "0.01"

    @pytest.mark.parametrize(
        ("pieces", "wanted"),
        [
            ("19.99", "2.00"),
            ("20.00", "2.00"),
            ("20.10", "2.01"),
            ("29.90", "2.99"),
            ("30.00", "3.00"),
            ("30.10", "3.00"),
            ("0.00", "2.00"),
        ],
    )
    def test_minimum_and_maximum(self, pieces: str, wanted: str) -> None:
        """Both limits are themselves allowed."""
        policy = fee(component("0.10", minimum="2.00", maximum="3.00"))
        assert charged(policy, pieces=pieces) == wanted

    def test_limits_are_compared_before_rounding(self) -> None:
        """14.996 is below a maximum of 14.999 and rounds to 15.00; 15.01 is cut to it first."""
        policy = fee(component("0.10", maximum="14.999", rounding=Rounding.DOWN))
        assert charged(policy, pieces="149.96") == "14.99"
        assert charged(policy, pieces="150.10") == "14.99"
        floor = fee(component("0.10", minimum="1.004", rounding=Rounding.UP))
        assert charged(floor, pieces="10.00") == "1.01"

    @pytest.mark.parametrize(
        ("rounding", "wanted"),
        [("half-up", "0.13"), ("half-even", "0.12"), ("up", "0.13"), ("down", "0.12")],
    )
    def test_rounds_as_the_policy_says(self, rounding: str, wanted: str) -> None:
        """The direction is data."""
        policy = fee(component("0.10", rounding=Rounding(rounding)))
        assert charged(policy, pieces="1.25") == wanted

    def test_of_another_currency(self) -> None:
        """A table a currency: 2.90 and 5 % in Poland, whole yen in Japan."""
        zloty = fee(component("0.05", fixed="2.90"), currency="PLN")
        quote = quote_fee(zloty, {"pieces": Money("100.00", "PLN")}, mode="direct")
        assert isinstance(quote, FeeCharged)
        assert str(quote.fee) == "7.90 PLN"
        yen = quote_fee(
            fee(component("0.05"), currency="JPY"), {"pieces": Money(1010, "JPY")}, mode="direct"
        )
        assert isinstance(yen, FeeCharged)
        assert str(yen.fee) == "51 JPY"


class TestBase:
    """The base is a sum of named parts, some taken off, and never below zero."""

    @pytest.mark.parametrize(
        ("plus", "minus", "wanted"),
        [
            ("pieces", "", "10.00"),
            ("pieces shipping", "", "11.00"),
            ("pieces", "voucher", "6.00"),
            ("pieces shipping", "voucher", "7.00"),
            ("shipping", "voucher", "0.00"),
            ("pieces", "voucher shipping", "5.00"),
            ("", "voucher", "0.00"),
        ],
    )
    def test_adds_and_takes_off(self, plus: str, minus: str, wanted: str) -> None:
        """100 of pieces, 10 of shipping, a voucher of 40; a tenth of it."""
        policy = fee(component("0.10", of=base(plus, minus)))
        parts = {"pieces": "100.00", "shipping": "10.00", "voucher": "40.00"}
        assert charged(policy, **parts) == wanted

    @pytest.mark.parametrize("names", ["pieces wrapping", "wrapping"])
    def test_names_a_part_that_is_not_given(self, names: str) -> None:
        """Nothing is guessed: the message says which there are."""
        policy = fee(component("0.10", of=base(names)))
        with pytest.raises(
            UnknownTermError, match="base: must be one of pieces, shipping, got 'wr"
        ):
            charged(policy, pieces="1.00", shipping="1.00")

    def test_a_part_taken_off_must_be_given_too(self) -> None:
        """No voucher is a voucher of zero, and the host says so."""
        policy = fee(component("0.10", of=base("pieces", "voucher")))
        with pytest.raises(UnknownTermError, match="base: must be one of pieces, got 'voucher'"):
            charged(policy, pieces="1.00")


class TestWholeTiers:
    """The tier reached applies to all of the base: a cliff, where a fee may fall."""

    CLIFF = fee(component(tiers=(tier("0", fixed="0.70", rate="0.05"), tier("500", rate="0.02"))))

    @pytest.mark.parametrize(
        ("pieces", "wanted"),
        [
            ("0.00", "0.70"),
            ("20.00", "1.70"),
            ("499.99", "25.70"),
            ("500.00", "10.00"),
            ("500.01", "10.00"),
            ("1000.00", "20.00"),
        ],
    )
    def test_an_inclusive_start(self, pieces: str, wanted: str) -> None:
        """From 500.00 itself on it is 2 % of everything instead."""
        assert charged(self.CLIFF, pieces=pieces) == wanted

    @pytest.mark.parametrize(
        ("pieces", "wanted"), [("499.99", "25.00"), ("500.00", "25.00"), ("500.01", "10.00")]
    )
    def test_an_exclusive_start(self, pieces: str, wanted: str) -> None:
        """Only above 500.00."""
        policy = fee(
            component(tiers=(tier("0", rate="0.05"), tier("500", rate="0.02", inclusive=False)))
        )
        assert charged(policy, pieces=pieces) == wanted

    def test_below_the_first_tier_nothing_is_added(self) -> None:
        """What stands beside the tiers stays."""
        policy = fee(component(fixed="1.00", tiers=(tier("100", rate="0.05"),)))
        assert charged(policy, pieces="99.99") == "1.00"
        assert charged(policy, pieces="100.00") == "6.00"

    def test_is_chosen_by_one_amount_and_applied_to_another(self) -> None:
        """The list price chooses, the sale price is charged."""
        policy = fee(
            component(
                chosen_by=base("list-price"),
                tiers=(tier("0", rate="0.20"), tier("500", rate="0.10")),
            )
        )
        assert charged(policy, pieces="450.00", list_price="499.99") == "90.00"
        assert charged(policy, pieces="450.00", list_price="500.00") == "45.00"


class TestMarginalTiers:
    """Each tier applies to its own slice, so that a fee never falls."""

    @pytest.mark.parametrize(
        ("pieces", "wanted"),
        [
            ("0.00", "0.00"),
            ("50.00", "5.00"),
            ("100.00", "10.00"),
            ("100.25", "10.02"),
            ("200.00", "18.00"),
            ("1000.00", "82.00"),
            ("2000.00", "132.00"),
        ],
    )
    def test_slices(self, pieces: str, wanted: str) -> None:
        """A tenth of the first 100, 8 % up to 1000, 5 % above."""
        assert charged(fee(MARGINAL), pieces=pieces) == wanted

    @pytest.mark.parametrize(
        ("pieces", "wanted"), [("99.99", "10.00"), ("100.00", "10.00"), ("100.01", "13.00")]
    )
    def test_a_fixed_part_comes_with_its_tier(self, pieces: str, wanted: str) -> None:
        """Above 100.00 three euros more, once."""
        tiers = (tier("0", rate="0.10"), tier("100", fixed="3.00", inclusive=False, rate="0.05"))
        policy = fee(component(tiers=tiers, tiering=Tiering.MARGINAL))
        assert charged(policy, pieces=pieces) == wanted

    def test_below_the_first_tier_there_is_no_slice(self) -> None:
        """From 100 on a tenth of what is above."""
        policy = fee(component(tiers=(tier("100", rate="0.10"),), tiering=Tiering.MARGINAL))
        assert charged(policy, pieces="99.99") == "0.00"
        assert charged(policy, pieces="150.00") == "5.00"

    @pytest.mark.parametrize(
        ("pieces", "listed", "wanted"),
        [
            ("500.00", "600.00", "50.00"),
            ("500.00", "599.99", "50.00"),
            ("700.00", "600.00", "65.00"),
            ("700.00", "599.99", "70.00"),
            ("50.00", "600.00", "5.00"),
        ],
    )
    def test_another_amount_chooses_the_tiers_reached(
        self, pieces: str, listed: str, wanted: str
    ) -> None:
        """The slices are those of the base, which may end before the tier begins."""
        policy = fee(
            component(
                chosen_by=base("list-price"),
                tiers=(tier("0", rate="0.10"), tier("600", rate="0.05")),
                tiering=Tiering.MARGINAL,
            )
        )
        assert charged(policy, pieces=pieces, list_price=listed) == wanted

    @given(cents=st.integers(0, 10**6), more=st.integers(0, 10**5))
    def test_never_falls_and_is_the_sum_of_its_slices(self, cents: int, more: int) -> None:
        """Held against each euro's own rate."""
        policy = fee(MARGINAL)
        amounts = []
        for value in (cents, cents + more):
            euros = Fraction(value, 100)
            first, second = Fraction(100), Fraction(1000)
            exactly = Fraction(1, 10) * min(euros, first)
            exactly += Fraction(8, 100) * max(min(euros, second) - first, Fraction(0))
            exactly += Fraction(5, 100) * max(euros - second, Fraction(0))
            quote = quote_fee(policy, {"pieces": in_cents(value)}, mode="direct")
            assert isinstance(quote, FeeCharged)
            assert abs(Fraction(quote.fee.amount) - exactly) <= Fraction(1, 200)
            amounts.append(quote.fee)
        assert amounts[0] <= amounts[1]


class TestConditions:
    """A component applies in some modes and zones, and between two amounts."""

    @pytest.mark.parametrize(
        ("modes", "zones", "mode", "zone", "applies"),
        [
            (None, None, "direct", None, True),
            ({"direct"}, None, "direct", "europe", True),
            ({"grouped"}, None, "direct", "europe", False),
            (None, {"europe", "world"}, "direct", "world", True),
            (None, {"europe"}, "direct", "world", False),
            ({"grouped"}, {"europe"}, "direct", None, False),
            ({"direct"}, {"europe"}, "direct", "europe", True),
            ({"grouped"}, {"europe"}, "direct", "europe", False),
            (set(), None, "direct", "europe", False),
        ],
    )
    def test_modes_and_zones(
        self,
        modes: set[str] | None,
        zones: set[str] | None,
        mode: str,
        zone: str | None,
        applies: bool,  # noqa: FBT001 - the answer wanted
    ) -> None:
        """What is not named asks nothing; what is named must hold."""
        when = condition(
            modes=None if modes is None else frozenset(modes),
            zones=None if zones is None else frozenset(zones),
        )
        quote = quote_fee(
            fee(component("0.10", when=when)), {"pieces": eur(1)}, mode=mode, zone=zone
        )
        assert isinstance(quote, FeeCharged) is applies

    @pytest.mark.parametrize(
        ("asked", "mode", "said"),
        [
            (
                condition(zones=frozenset({"europe"})),
                "direct",
                "zone: must be given",
            ),
            (condition(modes=frozenset({"direct"})), None, "mode: must be given"),
        ],
    )
    def test_what_nobody_told_is_asked_for(
        self, asked: Condition, mode: str | None, said: str
    ) -> None:
        """A fee that hangs on the destination is neither charged nor not without one."""
        policy = fee(component("0.10", when=asked))
        with pytest.raises(InvalidValueError, match=said):
            quote_fee(policy, {"pieces": eur(1)}, mode=mode)

    def test_what_would_change_nothing_is_not_asked_for(self) -> None:
        """Under the amount from which the fee is charged abroad it is charged nowhere."""
        when = condition(zones=frozenset({"europe"}), at_least="10.00")
        policy = fee(component("0.10", when=when))
        quote = quote_fee(policy, {"pieces": eur("9.99")}, mode="direct")
        assert isinstance(quote, FeeNotCharged)
        with pytest.raises(InvalidValueError, match="zone: must be given"):
            quote_fee(policy, {"pieces": eur("10.00")}, mode="direct")

    @pytest.mark.parametrize(
        ("pieces", "from_100", "below_100", "between"),
        [
            ("49.99", "none", "10.00", "none"),
            ("50.00", "none", "10.00", "10.00"),
            ("99.99", "none", "10.00", "10.00"),
            ("100.00", "10.00", "none", "none"),
            ("100.01", "10.00", "none", "none"),
        ],
    )
    def test_amounts(self, pieces: str, from_100: str, below_100: str, between: str) -> None:
        """`at_least` includes its amount, `below` does not."""
        for when, wanted in (
            (condition(at_least="100"), from_100),
            (condition(below="100"), below_100),
            (condition(at_least="50", below="100"), between),
        ):
            assert charged(fee(component(fixed="10.00", when=when)), pieces=pieces) == wanted

    def test_amounts_bound_what_the_component_is_chosen_by(self) -> None:
        """Verification of pieces listed at 100 and more, however cheaply they are sold."""
        when = condition(at_least="100")
        policy = fee(component(fixed="10.00", chosen_by=base("list-price"), when=when))
        assert charged(policy, pieces="80.00", list_price="100.00") == "10.00"
        assert charged(policy, pieces="100.00", list_price="99.99") == "none"

    def test_no_condition_needs_no_amount(self) -> None:
        """A fixed fee of an empty base is computed on nothing at all."""
        quote = quote_fee(fee(component(fixed="3.00", of=base(""))), {}, mode="direct")
        assert isinstance(quote, FeeCharged)
        assert quote.fee == eur("3.00")


class TestSeveralComponents:
    """They are added, each rounded in its own direction, or the greatest is taken."""

    PARTS = (
        component("0.10", sources=("rate",)),
        component(fixed="5.00", sources=("fixed",)),
        component("0.50", when=condition(modes=frozenset({"grouped"})), sources=("grouped",)),
    )

    def test_sum(self) -> None:
        """Of those that apply."""
        policy = fee(*self.PARTS)
        assert charged(policy, pieces="60.00") == "11.00"
        assert charged(policy, "grouped", pieces="60.00") == "41.00"

    def test_each_is_rounded_in_its_own_direction(self) -> None:
        """Half a cent up and half a cent down."""
        half = (component("0.10"), component("0.10", rounding=Rounding.DOWN))
        assert charged(fee(*half), pieces="0.05") == "0.01"
        assert charged(fee(half[0], half[0]), pieces="0.05") == "0.02"

    @pytest.mark.parametrize(
        ("pieces", "wanted", "source"),
        [("49.99", "5.00", "fixed"), ("50.00", "5.00", "rate"), ("50.10", "5.01", "rate")],
    )
    def test_greatest(self, pieces: str, wanted: str, source: str) -> None:
        """The first among equals; only the one that made the fee is named."""
        policy = fee(*self.PARTS, combine=Combine.GREATEST)
        quote = quote_fee(policy, {"pieces": eur(pieces)}, mode="direct")
        assert isinstance(quote, FeeCharged)
        assert (str(quote.fee.amount), quote.sources) == (wanted, ("fee", source))

    def test_greatest_is_compared_before_rounding(self) -> None:
        """0.0149 up is 0.02 and yet less than 0.0150 down."""
        parts = (
            component("0.0149", rounding=Rounding.UP, sources=("less",)),
            component("0.0150", rounding=Rounding.DOWN, sources=("more",)),
        )
        quote = quote_fee(
            fee(*parts, combine=Combine.GREATEST), {"pieces": eur("1.00")}, mode="direct"
        )
        assert isinstance(quote, FeeCharged)
        assert (str(quote.fee.amount), quote.components) == ("0.01", (parts[1],))

    def test_says_why_once(self) -> None:
        """The fee's own sources first, each source once."""
        policy = fee(component("0.1", sources=("fee", "a")), component("0.1", sources=("a", "b")))
        quote = quote_fee(policy, {"pieces": eur(1)}, mode="direct")
        assert quote.sources == ("fee", "a", "b")

    def test_none_applies(self) -> None:
        """Then there is no fee, and the policy says why."""
        quote = quote_fee(fee(), {"pieces": eur(1)}, mode="direct")
        assert isinstance(quote, FeeNotCharged)
        assert (quote.sources, quote.edition) == (("fee",), EDITION)

    def test_both_halves_of_a_commission(self) -> None:
        """Who bears a fee does not change what it is."""
        for payer in Payer:
            assert charged(fee(component("0.10"), payer=payer), pieces="60.00") == "6.00"


class TestTheParts:
    """Every part is checked, also one that no base names."""

    def test_below_zero(self) -> None:
        """The part is named."""
        with pytest.raises(MoneyError, match=r"pieces: must be 0 or more, got '-1\.00'"):
            charged(fee(component("0.10")), pieces="-1.00")
        with pytest.raises(MoneyError, match="shipping: must be 0 or more"):
            charged(fee(component("0.10")), pieces="1.00", shipping="-0.01")

    def test_in_another_currency(self) -> None:
        """The part is named."""
        with pytest.raises(CurrencyMismatchError, match="pieces: must be in EUR, got GBP"):
            quote_fee(fee(component("0.10")), {"pieces": Money(1, "GBP")}, mode="direct")

    def test_from_py_moneyed(self) -> None:
        """It is taken when it is exact."""
        policy = fee(component("0.10"))
        theirs = moneyed.Money("120.55", "EUR")
        quote = quote_fee(policy, {"pieces": theirs}, mode="direct")  # type: ignore[dict-item]
        assert isinstance(quote, FeeCharged)
        assert quote.fee == eur("12.06")
        inexact = moneyed.Money(0.1, "EUR") + moneyed.Money("0.001", "EUR")
        with pytest.raises(MoneyError, match="pieces: must be at most 2 decimals"):
            quote_fee(policy, {"pieces": inexact}, mode="direct")  # type: ignore[dict-item]


def test_the_hosts_decimal_context_changes_no_fee() -> None:
    """Sums, differences, tiers and totals are exact whatever it is."""
    policy = fee(
        component("0.10", of=base("pieces shipping", "voucher"), fixed="0.70", maximum="999999"),
        component(
            of=base("pieces shipping"),
            tiers=(tier("0", rate="0.01", fixed="0.05"), tier("1234.56", rate="0.02", fixed="0.1")),
            tiering=Tiering.MARGINAL,
        ),
    )
    parts = {"pieces": "98765.43", "shipping": "1234.56", "voucher": "0.04"}
    wanted = charged(policy, **parts)
    assert wanted == "11988.50"
    for context in (decimal.Context(prec=3), decimal.Context(prec=2, traps=[decimal.Inexact])):
        with decimal.localcontext(context):
            assert charged(policy, **parts) == wanted
