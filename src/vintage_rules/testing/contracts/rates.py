"""What everybody who knows exchange rates must pass. Clause L15."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import ClassVar

import pytest

from vintage_rules.errors import DayError, MissingRateError, RatesEndError
from vintage_rules.money import finite
from vintage_rules.ports.rates import ExchangeRates


class ExchangeRatesContract:
    """The contract of `ExchangeRates`.

    A subclass gives the adapter in the fixture `rates`, and facts of one pair that it knows.

    `published` are days with their rates, in units of the target for one of the source, at least
    one other than 1. `paused` is a day on which none was published, with the last day before it on
    which one was. `first` and `last` are the first and the last day that it knows.
    """

    source: ClassVar[str]
    target: ClassVar[str]
    published: ClassVar[dict[date, Decimal]]
    paused: ClassVar[tuple[date, date]]
    first: ClassVar[date]
    last: ClassVar[date]

    @pytest.fixture
    def rates(self) -> ExchangeRates:
        """Make the adapter."""
        message = f"{type(self).__name__} must have a fixture `rates` that gives the adapter"
        raise NotImplementedError(message)

    def test_gives_what_was_published_that_day(self, rates: ExchangeRates) -> None:
        """Units of the target for one unit of the source, to the last digit, and its day."""
        for day, value in self.published.items():
            found = rates.rate(self.source, self.target, day)
            assert (found.value, found.on) == (value, day)
            assert (found.source, found.target) == (self.source, self.target)

    def test_is_exact(self, rates: ExchangeRates) -> None:
        """An amount can be multiplied by it: a finite decimal above zero."""
        for day in (self.first, *self.published, self.last):
            found = rates.rate(self.source, self.target, day)
            assert finite(found.value, "rate") > 0

    def test_gives_the_last_one_before_a_day_without(self, rates: ExchangeRates) -> None:
        """Of a Sunday or a holiday, and it says of which day it is."""
        paused, before = self.paused
        assert before < paused
        found = rates.rate(self.source, self.target, paused)
        assert found == rates.rate(self.source, self.target, before)
        assert found.on == before

    def test_never_looks_ahead(self, rates: ExchangeRates) -> None:
        """A rate of a later day was not known yet."""
        for day in (self.first, self.paused[0], *self.published, self.last):
            assert rates.rate(self.source, self.target, day).on <= day

    @pytest.mark.parametrize("days", [1, 2, 7, 366])
    def test_does_not_guess_before_the_first_day(self, rates: ExchangeRates, days: int) -> None:
        """The error names the days that are known."""
        day = self.first - timedelta(days=days)
        with pytest.raises(RatesEndError) as refused:
            rates.rate(self.source, self.target, day)
        assert (refused.value.day, refused.value.first) == (day, self.first)

    @pytest.mark.parametrize("days", [1, 2, 7, 366])
    def test_does_not_guess_after_the_last_day(self, rates: ExchangeRates, days: int) -> None:
        """However near the day is: no one knows what will be published."""
        day = self.last + timedelta(days=days)
        with pytest.raises(RatesEndError) as refused:
            rates.rate(self.source, self.target, day)
        assert (refused.value.day, refused.value.last) == (day, self.last)

    def test_says_which_pair_it_does_not_know(self, rates: ExchangeRates) -> None:
        """Whichever of the two is unknown; XXX is ISO 4217's code for no currency."""
        for pair in ((self.source, "XXX"), ("XXX", self.target), ("XXX", "XXX")):
            with pytest.raises(MissingRateError) as refused:
                rates.rate(*pair, self.first)
            assert not isinstance(refused.value, RatesEndError)
            assert (refused.value.source, refused.value.target) == pair

    def test_says_who_published(self, rates: ExchangeRates) -> None:
        """A bill in another currency says whose rate it was."""
        assert rates.rate(self.source, self.target, self.first).published_by.strip()

    def test_gives_the_same_again(self, rates: ExchangeRates) -> None:
        """Of the past nothing changes."""
        answers = [rates.rate(self.source, self.target, self.last) for _ in range(2)]
        assert answers[0] == answers[1]

    @pytest.mark.parametrize("day", ["2026-11-22", None, 20261122])
    def test_refuses_what_is_no_day(self, rates: ExchangeRates, day: object) -> None:
        """A text of a day is none; the caller says which one is meant."""
        with pytest.raises(DayError):
            rates.rate(self.source, self.target, day)  # type: ignore[arg-type]  # that is the test
