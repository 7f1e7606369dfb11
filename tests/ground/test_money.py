"""Exact money: every leak that was found in a money library, closed."""

from __future__ import annotations

import copy
import decimal
import locale
import operator
import pickle
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import count

import moneyed
import pytest
from babel.numbers import get_currency_precision, list_currencies
from hypothesis import given
from hypothesis import strategies as st

from vintage_rules.errors import CurrencyMismatchError, MoneyError
from vintage_rules.money import (
    EXACT,
    Money,
    Rounding,
    allocate,
    build,
    convert,
    converted,
    currency_of,
    decimals_of,
    exact,
    exact_amount,
    finite,
    non_negative,
    plus,
    positive,
    priced,
    quantum_of,
    require_currency,
    rounded,
    same_currency,
    share,
    total,
    zero,
)

EUR = currency_of("EUR")
CENTS = st.integers(min_value=-(10**17), max_value=10**17)
SMALLEST = st.integers(min_value=-(10**15), max_value=10**15)
CURRENCIES = st.sampled_from(["EUR", "JPY", "TND", "CLF"])


def eur(amount: Decimal | int | str) -> Money:
    """Give euros."""
    return Money(amount, "EUR")


def in_cents(cents: int, code: str = "EUR") -> Money:
    """Give so many of a currency's smallest amount."""
    return Money(Decimal(cents).scaleb(-decimals_of(currency_of(code)), EXACT), code)


@pytest.fixture(
    params=[
        decimal.Context(prec=3, rounding=decimal.ROUND_UP),
        decimal.Context(prec=1, rounding=decimal.ROUND_DOWN),
        decimal.Context(prec=2, traps=[decimal.Inexact, decimal.Rounded, decimal.Clamped]),
    ],
    ids=["prec-3-up", "prec-1-down", "prec-2-trapping"],
)
def hostile_context(request: pytest.FixtureRequest) -> Iterator[None]:
    """Let the host's decimal context be one in which hardly anything can be computed."""
    with decimal.localcontext(request.param):
        yield


BOUNDED = r"^amount: must be between -1E\+15 and 1E\+15, got Decimal\("
DIVIDED = r"^money is not divided; use allocate\(\), which loses nothing$"
PER_CENT = r"^money has no % operator; use share\(\) with a rounding$"
ROUNDED = r"^money is not rounded in place; use share\(\) with a rounding$"


class TestWhatAnAmountMayBe:
    """Decimal, int or a plain decimal string, exact, finite and bounded; anything else is named."""

    @pytest.mark.parametrize(
        ("given", "written"),
        [
            ("12.3", "12.30"),
            ("12.30", "12.30"),
            ("7", "7.00"),
            ("007", "7.00"),
            ("-0.01", "-0.01"),
            (7, "7.00"),
            (-7, "-7.00"),
            (Decimal("1E+2"), "100.00"),
            (Decimal("12.3000"), "12.30"),
            (Decimal("0E+1000001"), "0.00"),
            (Decimal("0E-1000001"), "0.00"),
            ("1000000000000000", "1000000000000000.00"),
            ("-1000000000000000", "-1000000000000000.00"),
        ],
        ids=repr,
    )
    def test_is_written_with_the_decimals_of_its_currency(
        self, given: Decimal | int | str, written: str
    ) -> None:
        """Nothing is rounded, zeros are filled in."""
        assert str(eur(given).amount) == written

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " ",
            "-",
            ".",
            "-.",
            "1.",
            ".5",
            "+1",
            "--1",
            "-+1",
            "1_000",
            " 1",
            "1 ",
            "1\n",
            "1,50",
            "1 000",
            "1.2.3",
            "1e3",
            "1E3",
            "0x1",
            "½",
            "²",
            "١٢",
            "\uff11\uff12",
            "NaN",
            "sNaN",
            "Infinity",
            "-inf",
            "1e1000001",
            "1e-1000001",
            "twelve",
            "12.30 EUR",
            "1" * 41,
            "0." + "0" * 39,
        ],
    )
    def test_a_text_must_be_written_plainly(self, text: str) -> None:
        """What Decimal would read all the same is refused: a price is digits and a point."""
        with pytest.raises(
            MoneyError, match=r"amount: must be a decimal number such as 12\.30"
        ) as no:
            eur(text)
        assert no.value.found == text

    def test_a_text_may_have_forty_characters(self) -> None:
        """One less than what is refused as too long."""
        assert eur("0" * 38 + ".5").amount == Decimal("0.50")

    @pytest.mark.parametrize(
        "amount", [0.1, 1.0, float("nan"), True, False, None, b"1", [], object(), 1j, Fraction(1)]
    )
    def test_other_types_are_refused(self, amount: object) -> None:
        """A float is inexact, a bool no number; the message says what is taken."""
        allowed = "^amount: must be a Decimal, an int or a decimal string, never a float, got "
        with pytest.raises(MoneyError, match=allowed) as refused:
            Money(amount, "EUR")  # type: ignore[arg-type]
        assert refused.value.found is amount

    @pytest.mark.parametrize("text", ["NaN", "-NaN", "sNaN", "NaN123", "Infinity", "-Infinity"])
    def test_must_be_finite(self, text: str) -> None:
        """Neither a NaN, quiet or signalling, nor an infinity is money."""
        with pytest.raises(MoneyError, match="amount: must be a finite number, got Decimal"):
            eur(Decimal(text))

    @pytest.mark.parametrize(
        "amount",
        [
            "1000000000000000.01",
            "-1000000000000000.01",
            10**15 + 1,
            Decimal("1E+1000001"),
            Decimal("-1E+999999"),
            pytest.param(10**5000, id="5001 digits"),
        ],
    )
    def test_is_bounded(self, amount: Decimal | int | str) -> None:
        """An absurd exponent is refused at once instead of filling the memory."""
        allowed = r"amount: must be between -1E\+15 and 1E\+15, got"
        with pytest.raises(MoneyError, match=allowed) as refused:
            eur(amount)
        assert refused.value.found == amount

    @pytest.mark.parametrize(
        ("amount", "code", "decimals"),
        [
            ("1.005", "EUR", 2),
            ("-0.001", "EUR", 2),
            (Decimal("1E-1000001"), "EUR", 2),
            ("0.5", "JPY", 0),
            ("1.0005", "TND", 3),
            ("0.00001", "CLF", 4),
        ],
    )
    def test_has_at_most_the_decimals_of_its_currency(
        self, amount: Decimal | str, code: str, decimals: int
    ) -> None:
        """No sub-unit is cut off or rounded away."""
        with pytest.raises(MoneyError, match=f"at most {decimals} decimals for {code}, got"):
            Money(amount, code)

    @pytest.mark.parametrize(
        ("amount", "code", "written"),
        [("5", "JPY", "5 JPY"), ("1.005", "TND", "1.005 TND"), ("0.0001", "CLF", "0.0001 CLF")],
    )
    def test_currencies_have_their_own_decimals(self, amount: str, code: str, written: str) -> None:
        """None for yen, three for dinars."""
        assert str(Money(amount, code)) == written

    @pytest.mark.parametrize("zero_amount", ["-0", "-0.00", Decimal("-0"), Decimal("-0E+5"), -0])
    def test_is_never_minus_zero(self, zero_amount: Decimal | int | str) -> None:
        """Minus nothing is nothing."""
        assert str(eur(zero_amount)) == "0.00 EUR"

    @pytest.mark.parametrize("code", ["XYZ", "eur", "", "EURO", None, 978, ["EUR"]])
    def test_the_currency_must_exist(self, code: object) -> None:
        """An ISO 4217 code in capitals."""
        allowed = "currency: must be an ISO 4217 currency code in capitals, such as EUR, got"
        with pytest.raises(MoneyError, match=allowed) as refused:
            Money("1", code)  # type: ignore[arg-type]
        assert refused.value.found == code

    def test_a_currency_of_a_host_must_be_known_too(self) -> None:
        """A currency object is looked up by its code, whatever else it says."""
        known = moneyed.Currency("EUR", sub_unit=1000)
        assert decimals_of(Money("1", known).currency) == 2
        with pytest.raises(MoneyError, match="currency: must be an ISO 4217 currency code"):
            Money("1", moneyed.Currency("ZZZ"))

    def test_the_error_holds_what_was_found(self) -> None:
        """The field, the value and what is allowed are attributes."""
        with pytest.raises(MoneyError) as refused:
            exact_amount("1.005", EUR, "goods")
        assert (refused.value.field, refused.value.found) == ("goods", "1.005")
        assert refused.value.allowed == "at most 2 decimals for EUR"

    @given(cents=SMALLEST, code=CURRENCIES)
    def test_every_amount_survives_being_written(self, cents: int, code: str) -> None:
        """What is written is read back as the same money."""
        money = in_cents(cents, code)
        assert Money(str(money.amount), code) == money
        assert money.get_amount_in_sub_unit() == cents


class TestCannotBeChanged:
    """Money is a value: it is neither changed nor made different by a copy."""

    @pytest.mark.parametrize("name", ["amount", "currency", "anything"])
    def test_attributes_cannot_be_set(self, name: str) -> None:
        """Not even a new one."""
        money = eur("1.00")
        with pytest.raises(AttributeError, match=f"money cannot be changed: {name}"):
            setattr(money, name, Decimal(2))
        assert money == eur("1.00")

    @pytest.mark.parametrize("name", ["amount", "currency", "anything"])
    def test_attributes_cannot_be_deleted(self, name: str) -> None:
        """Nor taken away."""
        money = eur("1.00")
        with pytest.raises(AttributeError, match=f"money cannot be changed: {name}"):
            delattr(money, name)
        assert money == eur("1.00")

    @pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
    def test_pickled_and_back(self, protocol: int) -> None:
        """It comes back as it was, and of our own kind."""
        money = Money("12.30", "TND")
        back = pickle.loads(pickle.dumps(money, protocol))  # noqa: S301 - our own bytes
        assert (type(back), back, str(back)) == (Money, money, "12.300 TND")

    def test_a_copy_is_the_same(self) -> None:
        """There is nothing that could change in it."""
        money = eur("12.30")
        assert copy.copy(money) is money
        assert copy.deepcopy([money])[0] is money

    def test_equal_money_is_one_key(self) -> None:
        """Also together with the money of py-moneyed."""
        assert len({eur("1.5"), eur("1.50"), moneyed.Money("1.5", "EUR")}) == 1


class TestOperators:
    """One currency at a time, whole numbers of times, and nothing is ever rounded."""

    def test_adds_and_subtracts(self) -> None:
        """To the cent."""
        assert eur("0.10") + eur("0.20") == eur("0.30")
        assert eur("0.10") - eur("0.20") == eur("-0.10")
        assert -eur("0.10") == eur("-0.10")
        assert +eur("0.10") == eur("0.10")
        assert abs(eur("-0.10")) == abs(eur("0.10")) == eur("0.10")
        assert str(-zero("EUR")) == "0.00 EUR"

    def test_sums_from_zero(self) -> None:
        """The int 0 that `sum` starts from is no money, and the only number that is let pass."""
        assert sum([eur("1.10"), eur("2.20")]) == eur("3.30")
        assert 0 - eur("1.10") == eur("-1.10")
        assert eur("1.10") - 0 == eur("1.10")

    @pytest.mark.parametrize("number", [1, 0.0, Decimal(0), False, "0", None])
    @pytest.mark.parametrize("operation", [operator.add, operator.sub])
    def test_a_bare_number_has_no_currency(
        self, operation: Callable[[object, object], object], number: object
    ) -> None:
        """From neither side."""
        with pytest.raises(MoneyError, match="amount: must be money"):
            operation(eur(1), number)
        with pytest.raises(MoneyError, match="amount: must be money"):
            operation(number, eur(1))

    @pytest.mark.parametrize(
        "operation",
        [operator.add, operator.sub, operator.lt, operator.le, operator.gt, operator.ge],
    )
    def test_two_currencies_do_not_mix(self, operation: Callable[[object, object], object]) -> None:
        """Neither added nor compared, from neither side, whoever made the other."""
        with pytest.raises(CurrencyMismatchError, match="amount: must be in EUR, got GBP"):
            operation(eur(1), Money(1, "GBP"))
        with pytest.raises(CurrencyMismatchError, match="amount: must be in EUR, got GBP"):
            operation(eur(1), moneyed.Money(1, "GBP"))
        with pytest.raises(CurrencyMismatchError, match="amount: must be in EUR, got GBP"):
            operation(moneyed.Money(1, "GBP"), eur(1))

    def test_two_currencies_are_not_equal(self) -> None:
        """Even when there is nothing of either."""
        assert eur(0) != Money(0, "GBP")
        assert eur(1) != moneyed.Money(1, "GBP")
        assert eur(1) != 1

    def test_compares(self) -> None:
        """All four ways, on both sides of equal."""
        low, high = eur("1.00"), eur("1.01")
        assert low < high
        assert low <= high
        assert high > low
        assert high >= low
        assert low <= eur("1.00") <= low
        assert low >= eur("1.00") >= low
        assert not low < eur("1.00")
        assert not low > eur("1.00")
        assert not high < low
        assert not high <= low
        assert not low > high
        assert not low >= high

    def test_takes_the_money_of_py_moneyed(self) -> None:
        """From either side, and the result is ours."""
        for money in (
            eur("1.00") + moneyed.Money("2.5", "EUR"),
            moneyed.Money("2.5", "EUR") + eur("1.00"),
        ):
            assert (type(money), str(money)) == (Money, "3.50 EUR")
        assert moneyed.Money("2.5", "EUR") - eur("1.00") == eur("1.50")
        assert moneyed.Money("2.5", "EUR") > eur("1.00")

    @pytest.mark.parametrize("amount", ["NaN", "1.005", "Infinity"])
    def test_refuses_the_inexact_money_of_py_moneyed(self, amount: str) -> None:
        """What py-moneyed accepts does not get in by an operator."""
        leak = moneyed.Money(amount, "EUR")
        with pytest.raises(MoneyError):
            eur(1) + leak
        with pytest.raises(MoneyError):
            leak + eur(1)
        with pytest.raises(MoneyError):
            eur(1) < leak  # noqa: B015 - comparing is the test

    def test_multiplies_by_a_whole_number(self) -> None:
        """From either side."""
        assert eur("0.35") * 3 == 3 * eur("0.35") == eur("1.05")
        assert eur("0.35") * -1 == eur("-0.35")

    @pytest.mark.parametrize("factor", [0.1, Decimal("0.1"), True, "2", None, eur(1)])
    def test_a_rate_needs_a_rounding(self, factor: object) -> None:
        """So the operator refuses it and names what to use."""
        allowed = r"^money is multiplied by a whole number; use share\(\) for a rate$"
        with pytest.raises(TypeError, match=allowed):
            eur(1) * factor
        with pytest.raises(TypeError, match=allowed):
            factor * eur(1)

    @pytest.mark.parametrize(
        ("operation", "said"),
        [
            pytest.param(lambda money: money / 2, DIVIDED, id="half"),
            pytest.param(lambda money: money / money, DIVIDED, id="ratio"),
            pytest.param(lambda money: 2 / money, "divide", id="inverse"),
            pytest.param(lambda money: money // 2, "unsupported operand", id="floor"),
            pytest.param(lambda money: divmod(money, 2), "unsupported operand", id="divmod"),
            pytest.param(lambda money: 5 % money, PER_CENT, id="per-cent"),
            pytest.param(lambda money: money % 5, "unsupported operand", id="modulo"),
            pytest.param(round, "__round__", id="round"),
            pytest.param(lambda money: money.round(2), ROUNDED, id="round-in-place"),
            pytest.param(float, "float", id="float"),
            pytest.param(int, "int", id="int"),
        ],
    )
    def test_what_would_lose_cents_is_refused(
        self, operation: Callable[[Money], object], said: str
    ) -> None:
        """Dividing, rounding and percentages have functions that name their direction."""
        with pytest.raises(TypeError, match=said):
            operation(eur("1.00"))

    def test_a_result_is_bounded_too(self) -> None:
        """A sum that leaves the bounds is refused rather than inexact."""
        largest = eur("1000000000000000.00")
        too_large: list[Callable[[], object]] = [
            lambda: largest + eur("0.01"),
            lambda: -largest - eur("0.01"),
            lambda: largest * 2,
            lambda: total([largest, eur("0.01")], "EUR"),
        ]
        for compute in too_large:
            with pytest.raises(MoneyError, match=BOUNDED):
                compute()
        with pytest.raises(MoneyError, match=BOUNDED.replace("amount", "goods")):
            total([largest, eur("0.01")], "EUR", "goods")

    def test_is_true_when_there_is_some(self) -> None:
        """And false when there is none."""
        assert eur("0.01")
        assert eur("-0.01")
        assert not eur("0.00")

    @given(one=CENTS, other=CENTS)
    def test_agrees_with_cents(self, one: int, other: int) -> None:
        """Sum, difference and order are those of whole cents."""
        left, right = in_cents(one // 2), in_cents(other // 2)
        assert (left + right).get_amount_in_sub_unit() == one // 2 + other // 2
        assert (left - right).get_amount_in_sub_unit() == one // 2 - other // 2
        assert (left < right) == (one // 2 < other // 2)
        assert (left == right) == (one // 2 == other // 2)


class TestPrinting:
    """It prints the same everywhere; words and symbols are another module's business."""

    def test_prints_the_amount_and_the_code(self) -> None:
        """Plain in a text, exact in a message for programmers."""
        assert (str(eur("1234.5")), repr(eur("1234.5"))) == (
            "1234.50 EUR",
            "Money('1234.50', 'EUR')",
        )
        assert f"{eur('1234.5')}" == "1234.50 EUR"

    @pytest.mark.parametrize("name", ["fr_FR.UTF-8", "de_DE.UTF-8", "C.UTF-8"])
    def test_no_locale_changes_it(self, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
        """Neither the process locale, where it is installed, nor the variables it is read from."""
        for variable in ("LANGUAGE", "LC_ALL", "LC_MONETARY", "LANG"):
            monkeypatch.setenv(variable, name)
        before = locale.setlocale(locale.LC_ALL)
        try:
            with warnings.catch_warnings():
                try:
                    locale.setlocale(locale.LC_ALL, name)
                except locale.Error:
                    locale.setlocale(locale.LC_ALL, "C")
            assert str(eur("1234.5")) == "1234.50 EUR"
        finally:
            locale.setlocale(locale.LC_ALL, before)


@pytest.mark.usefixtures("hostile_context")
class TestTheHostsDecimalContext:
    """Its precision, rounding and traps change no answer of ours."""

    def test_amounts_are_read_exactly(self) -> None:
        """From a text, a number or py-moneyed."""
        assert str(eur("123456.78")) == "123456.78 EUR"
        assert str(eur(123456)) == "123456.00 EUR"
        assert str(eur(Decimal("123456.78"))) == "123456.78 EUR"
        assert str(exact(moneyed.Money(Decimal("123456.78"), EUR))) == "123456.78 EUR"
        assert str(eur("-0")) == "0.00 EUR"
        assert eur("123456.78").get_amount_in_sub_unit() == 12345678

    def test_operators_are_exact(self) -> None:
        """All of them."""
        money = eur("123456.78")
        assert str(money + money) == "246913.56 EUR"
        assert str(money - eur("0.01")) == "123456.77 EUR"
        assert str(0 - money) == "-123456.78 EUR"
        assert str(-money) == "-123456.78 EUR"
        assert str(+money) == "123456.78 EUR"
        assert str(abs(-money)) == "123456.78 EUR"
        assert str(money * 3) == "370370.34 EUR"
        assert eur("123456.78") > eur("123456.77")
        assert eur("123456.78") != eur("123456.77")

    def test_functions_are_exact(self) -> None:
        """Sums, shares, conversions and splits."""
        money = eur("123456.78")
        assert str(total([money, money, eur("0.01")], "EUR")) == "246913.57 EUR"
        assert str(zero("TND")) == "0.000 TND"
        tenth = share(money, Decimal("0.100001"), rounding=Rounding.HALF_UP)
        assert str(tenth) == "12345.80 EUR"
        pounds = convert(money, Decimal("0.851234"), "GBP", rounding=Rounding.DOWN)
        assert str(pounds) == "105090.60 GBP"
        assert str(converted(money, Decimal("0.851234"))) == "105090.60866652"
        parts = allocate(money, [1, 1, Decimal("1.000001")])
        assert [str(part.amount) for part in parts] == ["41152.25", "41152.24", "41152.29"]


class TestRounding:
    """Each direction by hand, on both sides of the half, above and below zero."""

    @pytest.mark.parametrize(
        ("amount", "half_up", "half_even", "up", "down"),
        [
            ("12.0500", "12.05", "12.05", "12.05", "12.05"),
            ("12.0501", "12.05", "12.05", "12.06", "12.05"),
            ("12.0549", "12.05", "12.05", "12.06", "12.05"),
            ("12.0550", "12.06", "12.06", "12.06", "12.05"),
            ("12.0650", "12.07", "12.06", "12.07", "12.06"),
            ("12.0651", "12.07", "12.07", "12.07", "12.06"),
            ("0.0049", "0.00", "0.00", "0.01", "0.00"),
            ("0.0050", "0.01", "0.00", "0.01", "0.00"),
            ("-0.0049", "0.00", "0.00", "0.00", "-0.01"),
            ("-0.0050", "-0.01", "0.00", "0.00", "-0.01"),
            ("-12.0650", "-12.07", "-12.06", "-12.06", "-12.07"),
        ],
    )
    def test_direction(self, amount: str, half_up: str, half_even: str, up: str, down: str) -> None:
        """Half up away from zero, half to even, up to plus and down to minus infinity."""
        wanted = {
            Rounding.HALF_UP: half_up,
            Rounding.HALF_EVEN: half_even,
            Rounding.UP: up,
            Rounding.DOWN: down,
        }
        found = {way: str(rounded(Decimal(amount), EUR, way).amount) for way in Rounding}
        assert found == wanted

    def test_meets_the_last_decimal_of_the_currency(self) -> None:
        """Whole yen, thousandths of dinars."""
        half = Decimal("1.5")
        assert str(rounded(half, currency_of("JPY"), Rounding.HALF_UP)) == "2 JPY"
        assert str(rounded(half, currency_of("TND"), Rounding.HALF_UP)) == "1.500 TND"

    def test_the_result_is_bounded(self) -> None:
        """Also of a share and of a conversion."""
        largest = eur("1000000000000000.00")
        too_large: list[Callable[[], object]] = [
            lambda: share(largest, Decimal("1.000001"), rounding=Rounding.DOWN),
            lambda: convert(largest, Decimal("1.1"), "GBP", rounding=Rounding.DOWN),
            lambda: rounded(Decimal("-1000000000000000.01"), EUR, Rounding.UP),
        ]
        for compute in too_large:
            with pytest.raises(MoneyError, match=BOUNDED):
                compute()
        assert rounded(Decimal("1E+15"), EUR, Rounding.UP) == largest


class TestShare:
    """A rate of an amount, computed exactly and rounded once."""

    @pytest.mark.parametrize(
        ("amount", "rate", "wanted"),
        [
            ("120.55", "0.10", "12.06"),
            ("0.05", "0.10", "0.01"),
            ("0.04", "0.10", "0.00"),
            ("150.00", "0.10", "15.00"),
            ("99.99", "0", "0.00"),
            ("99.99", "1", "99.99"),
            ("99.99", "1.5", "149.99"),
            ("10.00", "-0.5", "-5.00"),
            ("1000000000000000.00", "0.000000000000000000000001", "0.00"),
            ("1000000000000000.00", "0.000000000000000004999999", "0.00"),
            ("1000000000000000.00", "0.000000000000000005", "0.01"),
            ("0.01", "9999999999999.999999999999999999999999", "100000000000.00"),
        ],
    )
    def test_half_up(self, amount: str, rate: str, wanted: str) -> None:
        """By hand."""
        found = share(eur(amount), Decimal(rate), rounding=Rounding.HALF_UP)
        assert str(found.amount) == wanted

    def test_a_rate_just_below_the_half_is_not_rounded_twice(self) -> None:
        """The product keeps every digit until the one rounding."""
        rate = Decimal("0.099999999999999999999999")
        assert share(eur("0.05"), rate, rounding=Rounding.HALF_UP) == eur("0.00")
        largest = eur("999999999999999.95")
        exactly = Fraction("999999999999999.95") * Fraction("0.099999999999999999999999")
        found = share(largest, rate, rounding=Rounding.DOWN)
        assert found.get_amount_in_sub_unit() == int(exactly * 100)

    @pytest.mark.parametrize("rate", ["NaN", "sNaN", "Infinity", "-Infinity"])
    def test_the_rate_is_finite(self, rate: str) -> None:
        """A NaN would make every comparison false."""
        with pytest.raises(MoneyError, match="rate: must be a finite Decimal"):
            share(eur(1), Decimal(rate), rounding=Rounding.HALF_UP)

    @pytest.mark.parametrize("rate", [0.1, 1, "0.1", None, True], ids=repr)
    def test_the_rate_is_a_decimal(self, rate: object) -> None:
        """A float is inexact; an int would be a share of more than all."""
        with pytest.raises(MoneyError, match="rate: must be a finite Decimal") as refused:
            share(eur(1), rate, rounding=Rounding.HALF_UP)  # type: ignore[arg-type]
        assert refused.value.found is rate

    @pytest.mark.parametrize(
        "rate", ["1E+13", "-1E+13", "1E+1000001", "1E-25", "0.1000000000000000000000001"]
    )
    def test_the_rate_is_bounded(self, rate: str) -> None:
        """So that the product is exact."""
        allowed = r"rate: must be below 1E\+13 and of at most 24 decimals, got Decimal\("
        with pytest.raises(MoneyError, match=allowed):
            share(eur(1), Decimal(rate), rounding=Rounding.HALF_UP)

    def test_zeros_at_the_end_of_a_rate_do_not_matter(self) -> None:
        """Sixty of them are no decimals to lose."""
        rate = Decimal("0.1" + "0" * 60)
        assert share(eur("120.55"), rate, rounding=Rounding.HALF_UP) == eur("12.06")

    def test_of_the_money_of_py_moneyed(self) -> None:
        """Checked like any other."""
        tenth = Decimal("0.1")
        found = share(moneyed.Money("120.55", "EUR"), tenth, rounding=Rounding.HALF_UP)
        assert found == eur("12.06")
        with pytest.raises(MoneyError, match="at most 2 decimals"):
            share(moneyed.Money("1.005", "EUR"), tenth, rounding=Rounding.HALF_UP)

    @given(
        cents=CENTS,
        rate=st.decimals(min_value=0, max_value=1, places=6),
        way=st.sampled_from(Rounding),
    )
    def test_is_the_exact_product_rounded(self, cents: int, rate: Decimal, way: Rounding) -> None:
        """Never a whole cent away, and never on the wrong side of a direction."""
        found = Fraction(share(in_cents(cents), rate, rounding=way).get_amount_in_sub_unit())
        exactly = cents * Fraction(rate)
        assert abs(found - exactly) < 1
        match way:
            case Rounding.UP:
                assert found >= exactly
            case Rounding.DOWN:
                assert found <= exactly
            case Rounding.HALF_UP | Rounding.HALF_EVEN:
                assert abs(found - exactly) <= Fraction(1, 2)


class TestConvert:
    """Into another currency, at a rate that is given; thresholds are compared without rounding."""

    def test_rounds_to_the_other_currency(self) -> None:
        """Whose decimals count."""
        money = eur("158.83")
        half_up = Rounding.HALF_UP
        assert str(convert(money, Decimal("0.85"), "GBP", rounding=half_up)) == "135.01 GBP"
        assert str(convert(money, Decimal("161.2"), "JPY", rounding=half_up)) == "25603 JPY"
        assert str(convert(money, Decimal("3.385"), "TND", rounding=half_up)) == "537.640 TND"
        assert str(convert(money, Decimal("0.85"), "GBP", rounding=Rounding.DOWN)) == "135.00 GBP"

    def test_a_threshold_is_compared_exactly(self) -> None:
        """0.0005 above is above, though it rounds to the threshold."""
        assert converted(eur("158.83"), Decimal("0.85")) == Decimal("135.0055")
        assert converted(eur("158.823"[:-1]), Decimal("0.85")) < 135

    @pytest.mark.parametrize("rate", ["0", "-0.85", "0.00", "-0"])
    def test_the_rate_is_above_zero(self, rate: str) -> None:
        """At a rate of nothing everything would be free."""
        with pytest.raises(MoneyError, match=r"^rate: must be above 0, got Decimal\("):
            convert(eur(1), Decimal(rate), "GBP", rounding=Rounding.HALF_UP)

    def test_the_rate_and_the_currency_are_checked(self) -> None:
        """As everywhere."""
        with pytest.raises(MoneyError, match="rate: must be a finite Decimal"):
            converted(eur(1), Decimal("NaN"))
        with pytest.raises(MoneyError, match="currency: must be an ISO 4217"):
            convert(eur(1), Decimal(1), "POUND", rounding=Rounding.HALF_UP)


class TestAllocate:
    """A split that loses no cent and gives nothing to a zero weight."""

    @pytest.mark.parametrize(
        ("amount", "weights", "parts"),
        [
            ("1.00", [1, 1, 1], ["0.34", "0.33", "0.33"]),
            ("1.00", [0, 1, 1, 1], ["0.00", "0.34", "0.33", "0.33"]),
            ("0.05", [1, 1], ["0.03", "0.02"]),
            ("-0.05", [1, 1], ["-0.03", "-0.02"]),
            ("0.01", [1, 2], ["0.00", "0.01"]),
            ("0.01", [0, 0, 5], ["0.00", "0.00", "0.01"]),
            ("0.00", [1, 2], ["0.00", "0.00"]),
            ("10.00", [Decimal("0.7"), Decimal("0.3")], ["7.00", "3.00"]),
            ("0.02", [Decimal("1E-24"), 10**12, 10**12], ["0.00", "0.01", "0.01"]),
            ("0.10", [3, 3, 3, 1], ["0.03", "0.03", "0.03", "0.01"]),
            ("0.05", [2, 1], ["0.03", "0.02"]),
            ("100.00", [1], ["100.00"]),
        ],
    )
    def test_by_hand(self, amount: str, weights: list[Decimal | int], parts: list[str]) -> None:
        """Cents left over go to the largest remainders, the first among equals."""
        assert [str(part.amount) for part in allocate(eur(amount), weights)] == parts

    def test_the_currencys_own_last_decimal(self) -> None:
        """Whole yen, and our own kind of money."""
        parts = allocate(moneyed.Money(100, "JPY"), [1, 1, 1])
        assert [str(part) for part in parts] == ["34 JPY", "33 JPY", "33 JPY"]
        assert {type(part) for part in parts} == {Money}

    @pytest.mark.parametrize("weights", [[], [0], [0, Decimal(0)]])
    def test_somebody_must_get_it(self, weights: list[Decimal | int]) -> None:
        """Without a weight above zero there is nobody."""
        with pytest.raises(MoneyError, match=r"weights: must be at least one above 0, got \("):
            allocate(eur(1), weights)

    @pytest.mark.parametrize(
        ("weight", "allowed"),
        [
            (0.5, "Decimals or ints"),
            (True, "Decimals or ints"),
            ("1", "Decimals or ints"),
            (None, "Decimals or ints"),
            (-1, "0 or more"),
            (Decimal("-0.1"), "0 or more"),
            (Decimal("NaN"), "a finite Decimal"),
            (Decimal("Infinity"), "a finite Decimal"),
            (Decimal("1E+13"), r"below 1E\+13 and of at most 24 decimals"),
            (Decimal("1E-25"), r"below 1E\+13 and of at most 24 decimals"),
            (10**13, r"below 1E\+13 and of at most 24 decimals"),
        ],
    )
    def test_weights_are_checked(self, weight: object, allowed: str) -> None:
        """Each of them, and the message says what is allowed."""
        with pytest.raises(MoneyError, match=f"weights: must be {allowed}, got") as refused:
            allocate(eur(1), [1, weight])  # type: ignore[list-item]
        assert refused.value.found is weight or isinstance(weight, int)

    @given(
        cents=SMALLEST,
        code=CURRENCIES,
        weights=st.lists(
            st.one_of(
                st.integers(min_value=0, max_value=10**12),
                st.decimals(min_value=0, max_value=10**6, places=10),
                st.just(0),
            ),
            min_size=1,
            max_size=12,
        ).filter(any),
    )
    def test_conserves(self, cents: int, code: str, weights: list[Decimal | int]) -> None:
        """The parts add up, none is a cent or more from its share, a zero weight gets nothing."""
        money = in_cents(cents, code)
        parts = allocate(money, weights)
        assert total(parts, code) == money
        whole = sum(Fraction(weight) for weight in weights)
        for part, weight in zip(parts, weights, strict=True):
            got = part.get_amount_in_sub_unit()
            assert abs(got - cents * Fraction(weight) / whole) < 1
            assert weight or not got
            assert got * cents >= 0


class TestTakingMoneyIn:
    """A host's money is checked at the door, and the field is named."""

    def test_ours_is_unchanged(self) -> None:
        """Nothing to check again."""
        money = eur("1.00")
        assert exact(money) is money

    def test_theirs_is_copied(self) -> None:
        """So that a later change of theirs does not reach us."""
        theirs = moneyed.Money("3", "EUR")
        ours = exact(theirs)
        theirs.amount = Decimal("NaN")  # type: ignore[misc]
        assert (type(ours), str(ours)) == (Money, "3.00 EUR")

    @pytest.mark.parametrize("value", [1, "1", None, Decimal(1), (1, "EUR")], ids=repr)
    def test_other_things_are_no_money(self, value: object) -> None:
        """A bare number says no currency."""
        for take in (exact, non_negative, positive):
            with pytest.raises(MoneyError, match="goods: must be money, got"):
                take(value, "goods")  # type: ignore[arg-type]
        for take, name in ((exact, "amount"), (non_negative, "amount"), (positive, "price")):
            with pytest.raises(MoneyError, match=f"^{name}: must be money, got"):
                take(value)  # type: ignore[arg-type]

    @pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "1.005", "1E+16"])
    def test_theirs_must_be_exact(self, amount: str) -> None:
        """Whatever py-moneyed let in."""
        with pytest.raises(MoneyError, match="goods: must be"):
            exact(moneyed.Money(Decimal(amount), "EUR"), "goods")
        with pytest.raises(MoneyError, match="goods: must be an ISO 4217"):
            exact(moneyed.Money(1, moneyed.Currency("ZZZ")), "goods")

    def test_not_below_zero(self) -> None:
        """Where a sum is meant: zero is one."""
        assert non_negative(eur(0)) == eur(0)
        with pytest.raises(MoneyError, match=r"goods: must be 0 or more, got '-0\.01'"):
            non_negative(eur("-0.01"), "goods")

    def test_above_zero(self) -> None:
        """Where something is paid: zero is nothing."""
        assert positive(eur("0.01")) == eur("0.01")
        with pytest.raises(MoneyError, match=r"price: must be above 0, got '0\.00'"):
            positive(eur(0))
        with pytest.raises(MoneyError, match=r"offer: must be above 0, got '-0\.01'"):
            positive(eur("-0.01"), "offer")

    def test_in_the_same_currency(self) -> None:
        """The field that is not is named."""
        assert same_currency(eur(1), moneyed.Money(2, "EUR"), "shipping") == eur(2)
        with pytest.raises(CurrencyMismatchError, match="shipping: must be in EUR, got USD"):
            same_currency(eur(1), Money(2, "USD"), "shipping")
        with pytest.raises(MoneyError, match="shipping: must be money, got 2"):
            same_currency(eur(1), 2, "shipping")

    def test_a_price_of_one_currency(self) -> None:
        """Not below zero, in that currency, and exact whoever made it."""
        ours = eur("9.59")
        assert priced(ours, "EUR", "shipping") is ours
        assert str(priced(eur(0), "EUR", "shipping")) == "0.00 EUR"
        assert str(priced(moneyed.Money("9.5", "EUR"), "EUR", "shipping")) == "9.50 EUR"
        with pytest.raises(MoneyError, match=r"^shipping: must be 0 or more, got '-0\.01'$"):
            priced(eur("-0.01"), "EUR", "shipping")
        with pytest.raises(CurrencyMismatchError, match=r"^shipping: must be in EUR, got GBP$"):
            priced(Money(1, "GBP"), "EUR", "shipping")
        with pytest.raises(MoneyError, match=r"^shipping: must be at most 2 decimals"):
            priced(moneyed.Money("0.005", "EUR"), "EUR", "shipping")
        with pytest.raises(MoneyError, match=r"^shipping: must be money, got 1$"):
            priced(1, "EUR", "shipping")  # type: ignore[arg-type]

    def test_one_amount_and_others(self) -> None:
        """Of one currency, within the bounds."""
        largest = eur("999999999999999.99")
        assert str(plus(eur("1.10"), [])) == "1.10 EUR"
        assert str(plus(eur("1.10"), [eur("2.20"), eur("-0.01")])) == "3.29 EUR"
        assert str(plus(largest, [eur("0.01")])) == "1000000000000000.00 EUR"
        with pytest.raises(CurrencyMismatchError, match=r"^amount: must be in EUR, got GBP$"):
            plus(eur(1), [eur(1), Money(1, "GBP")])
        with pytest.raises(MoneyError, match=BOUNDED):
            plus(largest, [eur("0.02")])

    def test_in_a_currency_given_by_code(self) -> None:
        """Silence when it is."""
        with pytest.raises(CurrencyMismatchError) as refused:
            require_currency(Money(1, "GBP"), "EUR", "goods")
        assert (refused.value.field, refused.value.found, refused.value.expected) == (
            "goods",
            "GBP",
            "EUR",
        )
        require_currency(eur(1), "EUR", "goods")

    def test_a_total_of_nothing_is_zero(self) -> None:
        """In the currency asked."""
        assert str(total([], "JPY")) == "0 JPY"
        assert str(total(iter([eur("0.10"), moneyed.Money("0.2", "EUR")]), "EUR")) == "0.30 EUR"

    def test_a_total_is_of_one_currency(self) -> None:
        """The sum says which amount is not, and of what."""
        with pytest.raises(CurrencyMismatchError, match="price: must be in EUR, got GBP"):
            total([eur(1), Money(1, "GBP")], "EUR", "price")
        with pytest.raises(MoneyError, match="price: must be at most 2 decimals"):
            total([moneyed.Money("0.005", "EUR")], "EUR", "price")
        with pytest.raises(MoneyError, match="currency: must be an ISO 4217"):
            total([], "EURO")
        with pytest.raises(MoneyError, match="amount: must be money, got 1"):
            total([eur(1), 1], "EUR")  # type: ignore[list-item]

    def test_a_rate_may_be_any_finite_decimal(self) -> None:
        """Within the bounds, both signs."""
        for number in ("0", "-0.2", "9999999999999.999999999999999999999999", "1E-24"):
            assert finite(Decimal(number), "rate") == Decimal(number)

    def test_building_is_for_what_is_exact_already(self) -> None:
        """The result of a rule, as it is."""
        assert build(Decimal("8.99"), EUR) == eur("8.99")


class TestACurrencyOfTheHost:
    """A host may add currencies of its own to py-moneyed."""

    NAMES = (f"Q{number:02}" for number in count())

    @pytest.mark.parametrize(
        ("sub_unit", "written"), [(1, "0"), (10, "0.0"), (1000, "0.000"), (10**6, "0.000000")]
    )
    def test_has_the_decimals_it_says(self, sub_unit: int, written: str) -> None:
        """From its first use on, and the same at its second."""
        code = next(self.NAMES)
        added = moneyed.add_currency(code, None, sub_unit)
        try:
            assert decimals_of(added) == decimals_of(added) == len(written.partition(".")[2])
            assert quantum_of(added) == quantum_of(added) == 1 / Decimal(sub_unit)
            assert str(zero(code)) == str(zero(code)) == f"{written} {code}"
            assert zero(code).currency is added
            assert str(Money(2, code)) == f"2{written[1:]} {code}"
        finally:
            del moneyed.CURRENCIES[code]


class TestDecimalsOfCurrencies:
    """They are those of ISO 4217, checked against the data of CLDR that Babel ships."""

    # Where CLDR tells what is written in shops, and ISO 4217 still has a minor unit.
    MINOR_UNIT_NOT_USED_IN_SHOPS = frozenset(
        "AFN ALL IRR KPW LAK LBP LUF MGA MMK MRO RSD SLL SOS STD SYP TMM YER ZMK ZWD".split()  # noqa: SIM905
    )
    THREE_IN_LAW_NONE_IN_SHOPS = frozenset({"IQD"})
    # Gold, units of account, "no currency": ISO 4217 gives no minor unit, CLDR its default of 2.
    NO_MINOR_UNIT = frozenset(
        "XAG XAU XBA XBB XBC XBD XDR XFO XFU XPD XPT XRE XSU XTS XUA XXX".split()  # noqa: SIM905
    )

    @pytest.mark.parametrize("code", sorted(set(moneyed.CURRENCIES) & list_currencies("en")))
    def test_of_every_currency_both_know(self, code: str) -> None:
        """Except where one of the reasons above holds."""
        found, babel = decimals_of(currency_of(code)), get_currency_precision(code)
        if code in self.MINOR_UNIT_NOT_USED_IN_SHOPS:
            assert (found, babel) == (2, 0)
        elif code in self.THREE_IN_LAW_NONE_IN_SHOPS:
            assert (found, babel) == (3, 0)
        elif code in self.NO_MINOR_UNIT:
            assert (found, babel) == (0, 2)
        else:
            assert found == babel

    @pytest.mark.parametrize(
        ("code", "decimals", "quantum"),
        [("EUR", 2, "0.01"), ("JPY", 0, "1"), ("KWD", 3, "0.001"), ("CLF", 4, "0.0001")],
    )
    def test_give_the_smallest_amount(self, code: str, decimals: int, quantum: str) -> None:
        """A cent, a yen, a fils."""
        assert decimals_of(currency_of(code)) == decimals
        assert str(quantum_of(currency_of(code))) == quantum
        assert str(zero(code).amount) == str(Decimal(quantum) * 0)
