"""What an announced reduction may be compared with."""

from __future__ import annotations

import decimal
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import attrs
import moneyed
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.factories import eur, imparfaite
from vintage_rules.dates import NEVER, Duration
from vintage_rules.errors import (
    CurrencyMismatchError,
    DayError,
    InvalidValueError,
    MoneyError,
)
from vintage_rules.money import Money
from vintage_rules.pricing import (
    NoReduction,
    PriceReductionPolicy,
    PublicPrice,
    ReductionAssessment,
    ReductionNotice,
    assess_price_reduction,
)

DAY = timedelta(days=1)
CUT = datetime(2026, 11, 1, 9, tzinfo=UTC)


def policy(*, successive_from_first: bool = True) -> PriceReductionPolicy:
    """Give the shipped policy, or one for which every reduction stands alone."""
    shipped = imparfaite().pricing.price_reduction
    return attrs.evolve(shipped, successive_from_first=successive_from_first)


def history(*shown: tuple[str, str]) -> list[PublicPrice]:
    """Give public prices, each from a moment in UTC on."""
    return [
        PublicPrice(since=datetime.fromisoformat(since).replace(tzinfo=UTC), price=eur(price))
        for since, price in shown
    ]


def assess(
    *shown: tuple[str, str], price: str, at: datetime = CUT, successive: bool = True
) -> ReductionAssessment:
    """Assess a reduction to a price at 10:00 in Paris on 1 November 2026, unless told otherwise."""
    terms = policy(successive_from_first=successive)
    return assess_price_reduction(history(*shown), terms, price=eur(price), at=at)


class TestPriorPrice:
    """Directive 98/6 article 6a, L112-1-1: the lowest price to everybody in the last 30 days."""

    def test_is_the_only_price_there_was(self) -> None:
        """Amount and share are reckoned on it."""
        notice = assess(("2026-06-01", "200.00"), price="150.00")
        assert notice == ReductionNotice(
            reference=eur("200.00"),
            reference_since=date(2026, 10, 2),
            reduction=eur("50.00"),
            share=Decimal("0.2500"),
            policy=policy(),
        )
        assert notice.sources == ("Directive 98/6 article 6a", "L112-1-1")
        assert notice.edition == imparfaite().edition

    @pytest.mark.parametrize(
        ("dearer_again", "reference"),
        [
            ("2026-10-01T21:59:59", "200.00"),
            ("2026-10-01T22:00:00", "200.00"),
            ("2026-10-01T22:00:01", "120.00"),
            ("2026-10-15T00:00:00", "120.00"),
        ],
    )
    def test_looks_back_thirty_days(self, dearer_again: str, reference: str) -> None:
        """From the first instant of 2 October in Paris; what ended then is out."""
        notice = assess(("2026-06-01", "120.00"), (dearer_again, "200.00"), price="100.00")
        assert notice.reference == eur(reference)

    def test_the_thirty_days_are_those_of_the_house(self) -> None:
        """Half past eleven at night in UTC is the next day in Paris."""
        late = datetime(2026, 10, 31, 23, 30, tzinfo=UTC)
        notice = assess(("2026-06-01", "200.00"), price="100.00", at=late)
        assert notice.reference_since == date(2026, 10, 2)

    def test_counts_an_accepted_offers_price(self) -> None:
        """Everybody could buy at it for 24 hours, so it is a price of the last 30 days."""
        shown = [("2026-06-01", "200.00"), ("2026-10-10", "150.00"), ("2026-10-11", "200.00")]
        nothing = assess(*shown, price="150.00")
        assert nothing == NoReduction(
            reference=eur("150.00"), reference_since=date(2026, 10, 2), policy=policy()
        )
        assert nothing.sources == ("Directive 98/6 article 6a", "L112-1-1")
        assert nothing.edition == imparfaite().edition
        notice = assess(*shown, price="149.99")
        assert isinstance(notice, ReductionNotice)
        assert (notice.reference, notice.reduction) == (eur("150.00"), eur("0.01"))

    @pytest.mark.parametrize("price", ["200.00", "200.01", "500.00"])
    def test_a_price_that_is_not_lower_is_no_reduction(self, price: str) -> None:
        """The same price is none either."""
        assert isinstance(assess(("2026-06-01", "200.00"), price=price), NoReduction)

    def test_of_a_piece_listed_since_less_than_thirty_days(self) -> None:
        """The days it was on sale are looked at, and the first is told."""
        notice = assess(("2026-10-20T23:30:00", "200.00"), price="100.00")
        assert notice.reference_since == date(2026, 10, 21)

    def test_the_last_price_before_the_reduction_counts(self) -> None:
        """Up to the second before."""
        shown = [("2026-06-01", "200.00"), ("2026-11-01T08:59:59", "90.00")]
        assert assess(*shown, price="100.00").reference == eur("90.00")

    @pytest.mark.parametrize(
        ("reference", "price", "share"),
        [
            ("300.00", "200.00", "0.3333"),
            ("300.00", "100.00", "0.6666"),
            ("100000.00", "99999.99", "0.0000"),
            ("100.00", "0.01", "0.9999"),
        ],
    )
    def test_the_share_is_never_overstated(self, reference: str, price: str, share: str) -> None:
        """It is cut off at the hundredth of a per cent."""
        notice = assess(("2026-06-01", reference), price=price)
        assert isinstance(notice, ReductionNotice)
        assert str(notice.share) == share

    def test_the_hosts_decimal_context_changes_nothing(self) -> None:
        """Nor makes it fail."""
        wanted = assess(("2026-06-01", "12345.67"), price="11111.11")
        for context in (decimal.Context(prec=3), decimal.Context(prec=2, traps=[decimal.Inexact])):
            with decimal.localcontext(context):
                assert assess(("2026-06-01", "12345.67"), price="11111.11") == wanted


class TestSuccessiveReductions:
    """L112-1-1: successive reductions refer to the price before the first of them."""

    RUN = (
        ("2026-06-01", "200.00"),
        ("2026-10-10", "150.00"),
        ("2026-10-20", "120.00"),
    )

    def test_refer_to_the_price_before_the_first(self) -> None:
        """200, 150, 120, and now 100: half off."""
        notice = assess(*self.RUN, price="100.00")
        assert isinstance(notice, ReductionNotice)
        assert (notice.reference, notice.share) == (eur("200.00"), Decimal("0.5000"))
        assert notice.reference_since == date(2026, 9, 10)

    def test_stand_alone_where_the_policy_says_so(self) -> None:
        """Then the lowest of the last 30 days is that of the last cut."""
        assert assess(*self.RUN, price="100.00", successive=False).reference == eur("120.00")

    def test_the_look_back_is_before_the_first(self) -> None:
        """An offer's price in the 30 days before the run counts."""
        shown = (("2026-06-01", "200.00"), ("2026-09-15", "180.00"), ("2026-09-16", "200.00"))
        assert assess(*shown, *self.RUN[1:], price="100.00").reference == eur("180.00")

    def test_a_rise_ends_the_run(self) -> None:
        """What comes after it is a first reduction again."""
        shown = (*self.RUN, ("2026-10-25", "160.00"))
        assert assess(*shown, price="110.00").reference == eur("120.00")

    @pytest.mark.parametrize(
        ("first_cut", "reference"),
        [
            ("2026-10-01T21:59:59", "150.00"),
            ("2026-10-01T22:00:00", "150.00"),
            ("2026-10-01T22:00:01", "200.00"),
        ],
    )
    def test_a_price_that_held_thirty_days_ends_the_run(
        self, first_cut: str, reference: str
    ) -> None:
        """It has become the price that the next reduction refers to."""
        shown = (("2026-06-01", "200.00"), (first_cut, "150.00"))
        assert assess(*shown, price="100.00").reference == eur(reference)

    def test_a_price_shown_again_is_no_step(self) -> None:
        """The run goes on through it."""
        shown = (*self.RUN, ("2026-10-25", "120.00"))
        assert assess(*shown, price="100.00").reference == eur("200.00")

    def test_the_first_price_ever_is_no_reduction(self) -> None:
        """A run begins with a cut, not with the listing."""
        shown = (("2026-10-10", "150.00"), ("2026-10-20", "120.00"))
        notice = assess(*shown, price="100.00")
        assert (notice.reference, notice.reference_since) == (eur("150.00"), date(2026, 10, 10))

    def test_a_price_that_is_not_lower_belongs_to_no_run(self) -> None:
        """It is compared with the last 30 days; the price there is already is not lower."""
        for price in ("120.00", "130.00"):
            found = assess(*self.RUN, price=price)
            assert isinstance(found, NoReduction)
            assert found.reference == eur("120.00")


class TestTheHistory:
    """Every public price in order of time; what cannot be one is refused."""

    def test_is_not_empty(self) -> None:
        """Without an earlier price there is nothing to reduce."""
        allowed = r"^history: must be at least one earlier public price, got \(\)$"
        with pytest.raises(InvalidValueError, match=allowed):
            assess(price="100.00")

    @pytest.mark.parametrize("second", ["2026-06-01", "2026-05-31"])
    def test_is_in_order(self, second: str) -> None:
        """One price for each moment."""
        allowed = r"history: must be in order of time, one price for each moment, got \[datetime"
        with pytest.raises(DayError, match=allowed):
            assess(("2026-06-01", "200.00"), (second, "150.00"), price="100.00")

    def test_lies_before_the_reduction(self) -> None:
        """By a second at least."""
        with pytest.raises(
            DayError, match="history: must be before the reduction at 2026-11-01T09"
        ):
            assess(("2026-06-01", "200.00"), ("2026-11-01T09:00:00", "150.00"), price="100.00")
        shown = [("2026-06-01", "200.00"), ("2026-06-02", "9.00"), ("2026-11-03", "150.00")]
        with pytest.raises(DayError, match=r"got datetime.datetime\(2026, 11, 3, 0, 0, tzinfo="):
            assess(*shown, price="100.00")
        assert assess(("2026-11-01T08:59:59", "200.00"), price="100.00").reference == eur(200)

    def test_has_moments(self) -> None:
        """With an offset, like the reduction itself."""
        naive = datetime(2026, 6, 1)  # noqa: DTZ001 - naive on purpose
        shown = [PublicPrice(since=naive, price=eur(1))]
        with pytest.raises(DayError, match="since: must be a moment with an offset"):
            assess_price_reduction(shown, policy(), price=eur(1), at=CUT)
        with pytest.raises(DayError, match="at: must be a moment with an offset"):
            assess(("2026-06-01", "200.00"), price="100.00", at=naive)

    @pytest.mark.parametrize("amount", ["0.00", "-1.00"])
    def test_has_prices_above_zero(self, amount: str) -> None:
        """Like the price it is reduced to."""
        with pytest.raises(MoneyError, match="history: must be above 0"):
            assess(("2026-06-01", amount), price="100.00")
        with pytest.raises(MoneyError, match="price: must be above 0"):
            assess(("2026-06-01", "200.00"), price=amount)

    def test_is_in_one_currency(self) -> None:
        """And exact, whoever made the money."""
        pounds = [PublicPrice(since=CUT - DAY, price=Money(200, "GBP"))]
        with pytest.raises(CurrencyMismatchError, match="history: must be in EUR, got GBP"):
            assess_price_reduction(pounds, policy(), price=eur(100), at=CUT)
        leak = moneyed.Money("0.001", "EUR")
        inexact = [PublicPrice(since=CUT - DAY, price=leak)]  # type: ignore[arg-type]
        with pytest.raises(MoneyError, match="history: must be at most 2 decimals"):
            assess_price_reduction(inexact, policy(), price=eur(100), at=CUT)

    def test_reaches_back_no_further_than_days_do(self) -> None:
        """Refused with our own error."""
        shown = history(("0001-01-02", "200.00"))
        with pytest.raises(DayError, match="a day between the years 1 and 9999"):
            assess_price_reduction(shown, policy(), price=eur(1), at=datetime(1, 1, 9, tzinfo=UTC))

    @pytest.mark.parametrize(
        "look_back", [NEVER, Duration.of(1, "months"), Duration.of(720, "hours")], ids=str
    )
    def test_the_look_back_is_in_days(self, look_back: Duration) -> None:
        """As the law counts it."""
        with pytest.raises(
            DayError, match=f"look_back: must be a number of days, got '{look_back}'"
        ):
            attrs.evolve(policy(), look_back=look_back)

    @given(
        hours=st.lists(st.integers(1, 24 * 90), min_size=1, max_size=12, unique=True),
        data=st.data(),
    )
    def test_the_reference_is_the_lowest_that_was_in_force(
        self, hours: list[int], data: st.DataObject
    ) -> None:
        """Held against a walk through every hour of the thirty days; each reduction alone."""
        prices = data.draw(st.lists(st.integers(1, 500), min_size=len(hours), max_size=len(hours)))
        moments = [CUT - timedelta(hours=ago) for ago in sorted(hours, reverse=True)]
        shown = [
            PublicPrice(since=since, price=eur(price))
            for since, price in zip(moments, prices, strict=True)
        ]
        terms = policy(successive_from_first=False)
        start = datetime(2026, 10, 1, 22, tzinfo=UTC)
        in_force = {
            [entry.price for entry in shown if entry.since <= hour][-1]
            for hour in (start + timedelta(hours=n) for n in range(24 * 31))
            if moments[0] <= hour < CUT
        }
        found = assess_price_reduction(shown, terms, price=eur("0.01"), at=CUT)
        assert found.reference == min(in_force)
