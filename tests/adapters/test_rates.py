"""Those who know exchange rates, held to the contract. Clause L15."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import ClassVar

import pytest
from attrs import evolve

from tests.adapters.breaking import failed
from vintage_rules.adapters.ecb import LONGEST_PAUSE, SIGNIFICANT_DIGITS, EcbRates
from vintage_rules.adapters.memory.rates import MemoryRates
from vintage_rules.errors import (
    DayError,
    InvalidValueError,
    MissingRateError,
    OutsideUnavailableError,
    RatesEndError,
)
from vintage_rules.ports.rates import ExchangeRate, ExchangeRates
from vintage_rules.testing.contracts.rates import ExchangeRatesContract

FRIDAY, SUNDAY, MONDAY = (date(2026, 11, day) for day in (20, 22, 23))
PUBLISHED = {FRIDAY: Decimal("0.8501"), MONDAY: Decimal("0.8612")}


def by_hand() -> MemoryRates:
    """Make a small table."""
    return MemoryRates({("EUR", "GBP"): PUBLISHED}, published_by="the tests")


class ByHand(ExchangeRatesContract):
    """What the small table knows."""

    source = "EUR"
    target = "GBP"
    published: ClassVar[dict[date, Decimal]] = PUBLISHED
    paused = (SUNDAY, FRIDAY)
    first = FRIDAY
    last = MONDAY


class TestMemoryRates(ByHand):
    """`MemoryRates`."""

    @pytest.fixture
    def rates(self) -> ExchangeRates:
        """Make the small table."""
        return by_hand()

    def test_knows_a_pair_in_its_own_direction_only(self) -> None:
        """The other way round is another rate, with a rounding that nobody has chosen."""
        with pytest.raises(MissingRateError):
            by_hand().rate("GBP", "EUR", MONDAY)

    @pytest.mark.parametrize(
        "days",
        [
            {},
            {FRIDAY: Decimal(0)},
            {FRIDAY: Decimal(-1)},
            {FRIDAY: Decimal("NaN")},
            {FRIDAY: 0.85},
            {datetime(2026, 11, 20, 12, tzinfo=UTC): Decimal("0.85")},
        ],
    )
    def test_refuses_a_table_nobody_can_use(self, days: dict[date, Decimal]) -> None:
        """When it is given, and not when a parcel waits at the border."""
        with pytest.raises(InvalidValueError):
            MemoryRates({("EUR", "GBP"): days}, published_by="the tests")


@pytest.fixture(scope="module")
def ecb() -> EcbRates:
    """Read the shipped file once."""
    return EcbRates()


class TestEcbRates(ExchangeRatesContract):
    """`EcbRates`, of euros in dollars; the figures are the bank's own, looked up by hand.

    Easter 2024: none from Friday 29 March to Monday 1 April.
    """

    source = "EUR"
    target = "USD"
    published: ClassVar[dict[date, Decimal]] = {
        date(1999, 1, 4): Decimal("1.1789"),
        date(2008, 7, 15): Decimal("1.5990"),
        date(2014, 3, 28): Decimal("1.3759"),
        date(2024, 3, 28): Decimal("1.0811"),
    }
    paused = (date(2024, 4, 1), date(2024, 3, 28))
    first = date(1999, 1, 4)

    @pytest.fixture
    def rates(self, ecb: EcbRates) -> ExchangeRates:
        """Take the shipped file."""
        return ecb

    @pytest.fixture(autouse=True)
    def until(self, ecb: EcbRates) -> None:
        """Learn where the file ends from the refusal of a day it cannot know."""
        with pytest.raises(RatesEndError) as refused:
            ecb.rate("EUR", "USD", date(2999, 1, 1))
        type(self).last = refused.value.last


class TestEcbCrossRates:
    """Pairs that the bank does not publish, worked out through the euro."""

    def test_are_the_quotient_of_the_two_published(self, ecb: EcbRates) -> None:
        """By hand for 28 March 2014: 1 EUR is 1.3759 USD and 0.8272 GBP."""
        day = date(2014, 3, 28)
        assert ecb.rate("EUR", "GBP", day).value == Decimal("0.8272")
        assert ecb.rate("USD", "GBP", day).value == Decimal("0.601206483029290")
        assert ecb.rate("GBP", "USD", day).value == Decimal("1.66332205029014")

    def test_are_rounded_half_up_to_fifteen_digits(self, ecb: EcbRates) -> None:
        """By hand: 1 / 1.0811 is 0.924983812783276 29… and 1 / 1.1789 is 0.848248367121893 29…,
        which go down; 0.8272 / 1.3759 is 0.601206483029289 9…, which goes up.
        """
        down = ecb.rate("USD", "EUR", date(2024, 3, 28)).value
        assert down == Decimal("0.924983812783276")
        assert len(down.as_tuple().digits) == SIGNIFICANT_DIGITS
        assert ecb.rate("USD", "EUR", date(1999, 1, 4)).value == Decimal("0.848248367121893")
        assert ecb.rate("USD", "GBP", date(2014, 3, 28)).value == Decimal("0.601206483029290")

    def test_are_exact_to_the_last_digit(self, ecb: EcbRates) -> None:
        """What is lost is at most half of the last digit, whichever pair and day."""
        for source, target, day in some_pairs(ecb):
            found = ecb.rate(source, target, day).value
            of_source, of_target = (ecb.rate("EUR", code, day).value for code in (source, target))
            last_digit = Decimal(1).scaleb(found.adjusted() - SIGNIFICANT_DIGITS + 1)
            error = abs(found * of_source - of_target)
            assert error <= last_digit / 2 * of_source, (source, target, day)

    def test_need_both_on_one_day(self, ecb: EcbRates) -> None:
        """The kuna ended with 2022, the shekel began in 2011, the Cyprus pound ended in 2007."""
        assert ecb.rate("HRK", "ILS", date(2022, 12, 30)).on == date(2022, 12, 30)
        with pytest.raises(RatesEndError) as refused:
            ecb.rate("HRK", "ILS", date(2022, 12, 31))
        assert (refused.value.first, refused.value.last) == (date(2011, 1, 3), date(2022, 12, 30))
        with pytest.raises(MissingRateError) as never:
            ecb.rate("CYP", "ILS", date(2011, 1, 3))
        assert not isinstance(never.value, RatesEndError)

    def test_of_a_currency_to_itself_is_one(self, ecb: EcbRates) -> None:
        """On any of its days; even of the euro on a Sunday."""
        for code in ("EUR", "USD"):
            assert ecb.rate(code, code, date(2024, 3, 31)).value == 1


def some_pairs(ecb: EcbRates) -> Iterator[tuple[str, str, date]]:
    """Give pairs of large, small and middling currencies, some months apart."""
    codes = ("USD", "JPY", "GBP", "IDR", "KRW", "CHF", "HUF")
    day = date(2006, 1, 2)
    while day < date(2026, 1, 1):
        for source, target in zip(codes, codes[1:] + codes[:1], strict=True):
            yield source, target, ecb.rate(source, target, day).on
        day += timedelta(days=97)


class TestEcbPauses:
    """Days on which the bank published nothing."""

    def test_a_long_silence_is_no_holiday(self, ecb: EcbRates) -> None:
        """No rate of the Icelandic króna from 10 December 2008 to 31 January 2018."""
        assert ecb.rate("EUR", "ISK", date(2008, 12, 9)).value == Decimal("290.00")
        with pytest.raises(RatesEndError) as refused:
            ecb.rate("EUR", "ISK", date(2012, 1, 5))
        assert refused.value.last == date(2008, 12, 9)
        assert ecb.rate("EUR", "ISK", date(2018, 2, 1)).on == date(2018, 2, 1)

    def test_none_of_the_bank_is_longer_than_is_allowed_for(self, ecb: EcbRates) -> None:
        """Over 27 years, every day between the first and the last has a dollar's rate."""
        with pytest.raises(RatesEndError) as refused:
            ecb.rate("EUR", "USD", date(2999, 1, 1))
        day, longest = refused.value.first, timedelta()
        while day <= refused.value.last:
            longest = max(longest, day - ecb.rate("EUR", "USD", day).on)
            day += timedelta(days=1)
        assert longest == LONGEST_PAUSE


class TestEcbFile:
    """A file that the host fetched itself."""

    def test_is_read(self, tmp_path: Path) -> None:
        """In the bank's layout."""
        path = tmp_path / "eurofxref-hist.csv"
        path.write_text("Date,USD,XBC,\n2030-01-03,1.25,N/A,\n2030-01-02,1.2,4,\n", "utf-8")
        found = EcbRates(str(path)).rate("USD", "EUR", date(2030, 1, 3))
        assert (found.value, found.on) == (Decimal("0.8"), date(2030, 1, 3))

    @pytest.mark.parametrize(
        "content", [None, "", "Date,USD\nyesterday,1.2\n", "Date,USD\n2030-01-02,x\n"]
    )
    def test_that_is_none_is_refused(self, tmp_path: Path, content: str | None) -> None:
        """When it is read."""
        path = tmp_path / "rates.csv"
        if content is not None:
            path.write_text(content, "utf-8")
        with pytest.raises(OutsideUnavailableError, match="ecb: reading the rates failed"):
            EcbRates(str(path))


class Guessing(MemoryRates):
    """Takes the nearest day it knows for any other."""

    def rate(self, source: str, target: str, day: date) -> ExchangeRate:
        """Guess."""
        return super().rate(source, target, min(max(day, FRIDAY), MONDAY))


class InFloats(MemoryRates):
    """Gives a binary fraction."""

    def rate(self, source: str, target: str, day: date) -> ExchangeRate:
        """Lose digits."""
        found = super().rate(source, target, day)
        return evolve(found, value=float(found.value))  # type: ignore[arg-type]  # that is its fault


class Inverted(MemoryRates):
    """Gives units of the source for one of the target."""

    def rate(self, source: str, target: str, day: date) -> ExchangeRate:
        """Turn it round."""
        found = super().rate(source, target, day)
        return evolve(found, value=Decimal(1) / found.value)


class LookingAhead(MemoryRates):
    """Gives the next published rate for a day without one."""

    def rate(self, source: str, target: str, day: date) -> ExchangeRate:
        """Know on Sunday what was published on Monday."""
        found = super().rate(source, target, day)
        return found if found.on == day else super().rate(source, target, MONDAY)


class Misdated(MemoryRates):
    """Says that each rate is of the day that was asked for."""

    def rate(self, source: str, target: str, day: date) -> ExchangeRate:
        """Give a Sunday a rate of its own."""
        return evolve(super().rate(source, target, day), on=day)


class Parity(MemoryRates):
    """Takes one for one where it knows nothing."""

    def rate(self, source: str, target: str, day: date) -> ExchangeRate:
        """Swallow the error."""
        try:
            return super().rate(source, target, day)
        except RatesEndError:
            raise
        except MissingRateError:
            return evolve(super().rate("EUR", "GBP", MONDAY), value=Decimal(1))


class Careless(MemoryRates):
    """Takes anything for a day."""

    def rate(self, source: str, target: str, day: date) -> ExchangeRate:
        """Take the last day instead."""
        try:
            return super().rate(source, target, day)
        except DayError:
            return super().rate(source, target, MONDAY)


@pytest.mark.parametrize(
    ("broken", "test"),
    [
        (Guessing, "test_does_not_guess_after_the_last_day"),
        (Guessing, "test_does_not_guess_before_the_first_day"),
        (InFloats, "test_is_exact"),
        (Inverted, "test_gives_what_was_published_that_day"),
        (LookingAhead, "test_gives_the_last_one_before_a_day_without"),
        (LookingAhead, "test_never_looks_ahead"),
        (Misdated, "test_gives_the_last_one_before_a_day_without"),
        (Parity, "test_says_which_pair_it_does_not_know"),
        (Careless, "test_refuses_what_is_no_day"),
    ],
)
def test_a_broken_adapter_fails_the_contract(broken: type[MemoryRates], test: str) -> None:
    """In the test that is about what it does wrong; one that is not broken passes them all."""
    adapter = broken({("EUR", "GBP"): PUBLISHED}, published_by="the tests")
    assert test in failed(ByHand, rates=adapter)
    assert failed(ByHand, rates=by_hand()) == set()
