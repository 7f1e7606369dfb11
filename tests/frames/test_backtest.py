"""Backtests: their figures are those of the scalar rules, order by order."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from attrs import evolve

from vintage_rules import Money, Piece, PieceId, Place, SellerId, load_policy, locate, quote_order
from vintage_rules.errors import CurrencyMismatchError, InvalidValueError, UnknownTermError
from vintage_rules.frames import FramePolicy, compile_policy, past_orders
from vintage_rules.frames.backtest import (
    Backtest,
    Dimension,
    Party,
    backtest_orders,
    backtest_page,
)
from vintage_rules.money import total
from vintage_rules.orders import OrderQuote
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.pricing.fee_policy import FeePolicy, Tier

DAY = date(2026, 11, 22)
GROUPED = load_policy("imparfaite").on(DAY)
DIRECT = load_policy("imparfaite-direct").on(DAY)
BEFORE, AFTER = compile_policy(GROUPED), compile_policy(DIRECT)
INSTEAD = {"grouped": "direct"}


def euros(amount: str) -> Money:
    """Write an amount in euros."""
    return Money(amount, "EUR")


def rows(*pieces: tuple[str, str, str, int, int, str, str, str]) -> pl.DataFrame:
    """Write pieces: order, piece, seller, price, weight, mode, country and code, in March 2026."""
    names = ("order", "piece", "seller", "price", "weight_g", "mode", "country", "postal_code")
    frame = pl.DataFrame([*pieces], schema=names, orient="row")
    return frame.with_columns(ordered=pl.lit(date(2026, 3, 31)))


ORDERS = rows(
    ("a", "coat", "ada", 4590, 800, "grouped", "FR", "33000"),
    ("a", "bag", "noe", 12000, 1400, "grouped", "FR", "33000"),
    ("b", "hat", "ada", 1800, 300, "direct", "BE", "4000"),
    ("c", "dress", "lea", 26000, 2100, "grouped", "GB", "E8 3PN"),
)


@pytest.fixture(scope="module")
def found() -> Backtest:
    """What the change does to three orders."""
    return backtest_orders(ORDERS, BEFORE, AFTER, instead=INSTEAD)


@pytest.fixture(scope="module")
def page(found: Backtest) -> str:
    """The page of the three orders."""
    return backtest_page(found)


def quoted(pieces: pl.DataFrame, mode: str, house: HousePolicy) -> OrderQuote:
    """Price an order with the scalar rule."""
    first = pieces.row(0, named=True)
    quote = quote_order(
        [
            Piece(
                id=PieceId(row["piece"]),
                seller=SellerId(row["seller"]),
                price=_money(row["price"]),
                weight_g=row["weight_g"],
            )
            for row in pieces.iter_rows(named=True)
        ],
        locate(Place(country=first["country"], postal_code=first["postal_code"])),
        mode,
        house,
    )
    assert isinstance(quote, OrderQuote)
    return quote


def _money(cents: int) -> Money:
    return euros(f"{cents // 100}.{cents % 100:02}")


class TestByHand:
    """Three orders whose prices are added up here."""

    def test_what_each_party_pays_or_gets(self, found: Backtest) -> None:
        """Order a: 165.90 and 15.00 for the check; a parcel of 2.2 kg for 17.39 becomes two."""
        (a,) = [each for each in found.most if each.order == "a"]
        assert (a.sums[Party.BUYERS].before, a.sums[Party.BUYERS].after) == (
            euros("198.29"),
            euros("186.68"),
        )
        assert (a.sums[Party.HOUSE].before, a.sums[Party.HOUSE].after) == (
            euros("15.00"),
            euros("0.00"),
        )
        assert (a.sums[Party.CARRIERS].before, a.sums[Party.CARRIERS].after) == (
            euros("17.39"),
            euros("20.78"),
        )
        assert a.sums[Party.SELLERS].change == euros("0.00")

    def test_counts(self, found: Backtest) -> None:
        """Order b is direct already; both others cost less."""
        assert (found.orders, found.compared, found.changed) == (3, 3, 2)
        assert (found.dearer, found.cheaper) == (0, 2)
        assert found.median == euros("-15.00")

    def test_what_buyers_pay_is_what_the_others_get(self, found: Backtest) -> None:
        """Under both policies, to the cent."""
        for side in ("before", "after"):
            paid, *got = (getattr(found.sums[party], side) for party in Party)
            assert paid == total(got, "EUR")

    def test_groups(self, found: Backtest) -> None:
        """Each order is in one group of each kind; months are those of the orders."""
        for groups in found.groups.values():
            assert sum(group.orders for group in groups) == 3
        (month,) = found.groups[Dimension.MONTH]
        assert (month.name, month.changed) == ("2026-03", 2)
        modes = found.groups[Dimension.MODE]
        assert [(group.name, group.orders) for group in modes] == [("grouped", 2), ("direct", 1)]
        countries = {group.name: group for group in found.groups[Dimension.COUNTRY]}
        assert countries["GB"].change[Party.HOUSE] == euros("-15.00")
        assert countries["BE"].change[Party.BUYERS] == euros("0.00")

    def test_bands_of_prices_hold_their_lower_bound(self, found: Backtest) -> None:
        """18.00 is below 20, 165.90 and 260.00 are not below 100."""
        bands = found.groups[Dimension.PRICE]
        assert [(band.least, band.below, band.orders) for band in bands] == [
            (None, euros("20.00"), 1),
            (euros("100.00"), None, 2),
        ]

    def test_steps_hold_their_lower_bound(self, found: Backtest) -> None:
        """Both −11.61 and −15.00 are below −10."""
        assert [(step.least, step.below, step.orders) for step in found.steps] == [
            (None, euros("-10.00"), 2)
        ]

    def test_limits(self, found: Backtest) -> None:
        """The check costs its maximum of 15.00 for 165.90 and 260.00, and then nothing."""
        crossed = {each.limit: each for each in found.crossings}
        charged = crossed["quality-control: charged"]
        assert (charged.before, charged.after, charged.entered, charged.left) == (2, 0, 0, 2)
        at_most = crossed["quality-control: at its maximum"]
        assert (at_most.before, at_most.left) == (2, 2)

    def test_of_the_other_way_round_has_the_signs_changed(self) -> None:
        """What one change takes its reverse gives back."""
        direct = ORDERS.with_columns(mode=pl.lit("direct"))
        back = backtest_orders(direct, AFTER, BEFORE, instead={"direct": "grouped"})
        forth = backtest_orders(
            ORDERS.with_columns(mode=pl.lit("grouped")), BEFORE, AFTER, instead=INSTEAD
        )
        for party in Party:
            assert back.sums[party].change == -forth.sums[party].change


class TestScalarRules:
    """The same figures as `quote_order` gives."""

    def test_agree_on_drawn_orders(self) -> None:
        """For what buyers pay and for the shipping, under both policies."""
        drawn = past_orders(GROUPED, orders=150, seed=11)
        found = backtest_orders(drawn, BEFORE, AFTER, instead=INSTEAD)
        sides: dict[str, list[OrderQuote]] = {"before": [], "after": []}
        for _, pieces in drawn.group_by("order", maintain_order=True):
            mode = pieces["mode"][0]
            sides["before"].append(quoted(pieces, mode, GROUPED))
            sides["after"].append(quoted(pieces, INSTEAD.get(mode, mode), DIRECT))
        for side, quotes in sides.items():
            sums = {party: getattr(found.sums[party], side) for party in Party}
            assert sums[Party.BUYERS] == total((each.price.total for each in quotes), "EUR")
            assert sums[Party.CARRIERS] == total((each.price.shipping for each in quotes), "EUR")
            assert sums[Party.SELLERS] == total((each.price.goods for each in quotes), "EUR")


class TestOrdersWithoutAPrice:
    """What one of the policies refuses is counted, and not compared."""

    def test_is_counted_with_the_reason_of_the_rule(self) -> None:
        """Without a mode instead, the second policy has no price for grouped orders."""
        found = backtest_orders(ORDERS, BEFORE, AFTER)
        assert (found.orders, found.compared, found.changed) == (3, 1, 0)
        (refused,) = found.not_priced
        assert (refused.edition, refused.reason, refused.orders) == (
            DIRECT.edition,
            "mode: must be one of direct",
            2,
        )
        assert found.sums[Party.BUYERS].before == euros("18.00") + found.sums[Party.CARRIERS].before
        assert (found.median, found.steps, found.most) == (None, (), ())

    def test_may_be_all_of_them(self) -> None:
        """Nothing is left to compare."""
        nowhere = ORDERS.with_columns(country=pl.lit("XX"))
        found = backtest_orders(nowhere, BEFORE, AFTER, instead=INSTEAD)
        assert (found.orders, found.compared) == (3, 0)
        assert all(groups == () for groups in found.groups.values())
        assert {each.reason for each in found.not_priced} == {
            "country: must be the ISO 3166 code of a country or territory"
        }

    def test_names_an_order_without_a_name(self) -> None:
        """It is not taken for an order of one piece."""
        found = backtest_orders(
            ORDERS.with_columns(order=pl.lit(None, dtype=pl.String)), BEFORE, AFTER
        )
        assert found.compared == 0
        assert all(each.reason.startswith("order: ") for each in found.not_priced)


class TestRefusals:
    """What a backtest cannot compare."""

    def test_columns_that_are_missing(self) -> None:
        """Each is named."""
        with pytest.raises(InvalidValueError, match="ordered"):
            backtest_orders(ORDERS.drop("ordered"), BEFORE, AFTER)

    def test_two_currencies(self) -> None:
        """There is no sum of euros and złotys."""
        polish = compile_policy(load_policy("vinted-pl").latest)
        with pytest.raises(CurrencyMismatchError):
            backtest_orders(ORDERS, BEFORE, polish)

    def test_a_mode_that_is_gone_too(self) -> None:
        """What buyers choose instead must be there."""
        with pytest.raises(UnknownTermError):
            backtest_orders(ORDERS, BEFORE, AFTER, instead={"grouped": "by-pigeon"})


class TestMinimum:
    """A limit below: a fee that is at least so much."""

    def test_is_crossed_where_only_one_policy_has_it(self) -> None:
        """10 % of 18.00 is 1.80: the minimum of 5.00 holds for it, not for 165.90."""
        (fee,) = GROUPED.pricing.fees
        (part,) = fee.components
        least = evolve(part, minimum=euros("5.00").amount)
        dearer = _with_fee(evolve(fee, components=(least,)))
        orders = ORDERS.with_columns(mode=pl.lit("grouped"))
        found = backtest_orders(orders, BEFORE, dearer)
        crossed = {each.limit: each for each in found.crossings}
        at_least = crossed["quality-control: at its minimum"]
        assert (at_least.before, at_least.after, at_least.entered) == (0, 1, 1)
        assert (found.dearer, found.sums[Party.HOUSE].change) == (1, euros("3.20"))


def _with_fee(fee: FeePolicy) -> FramePolicy:
    pricing = evolve(GROUPED.pricing, fees=(fee,))
    return compile_policy(evolve(GROUPED, pricing=pricing))


class TestTiers:
    """The tiers of a fee that the price of the pieces chooses."""

    @staticmethod
    def crossing(limit: str, *, inclusive: bool) -> tuple[int, int, int, int]:
        """Move the tier of vinted from 500.00 down to 400.00, for four orders about the two."""
        prices = (39999, 40000, 40001, 50000)
        orders = rows(
            *(
                (str(i), "coat", "ada", price, 800, "direct", "FR", "33000")
                for i, price in enumerate(prices)
            )
        )
        house = load_policy("vinted").on(DAY)
        fee, *others = house.pricing.fees
        (part,) = fee.components
        first, second = part.tiers
        start = euros("400.00").amount
        moved = evolve(
            second, at_least=start if inclusive else None, above=None if inclusive else start
        )
        lower = evolve(fee, components=(evolve(part, tiers=(first, moved)),))
        changed = evolve(house, pricing=evolve(house.pricing, fees=(lower, *others)))
        found = backtest_orders(orders, compile_policy(house), compile_policy(changed))
        (one,) = (each for each in found.crossings if each.limit == f"buyer-protection: {limit}")
        return one.before, one.after, one.entered, one.left

    def test_from_an_amount_on(self) -> None:
        """500.00 is in the tier from 500.00; 400.00, 400.01 and 500.00 in that from 400.00."""
        assert self.crossing("in its tier from 500.00", inclusive=True) == (1, 0, 0, 1)
        assert self.crossing("in its tier from 400.00", inclusive=True) == (0, 3, 3, 0)

    def test_above_an_amount(self) -> None:
        """400.00 is not above it."""
        assert self.crossing("in its tier above 400.00", inclusive=False) == (0, 2, 2, 0)

    def test_where_the_fee_does_not_apply(self) -> None:
        """The check is for grouped parcels: one that is sent direct is in none of its tiers."""
        (fee,) = GROUPED.pricing.fees
        (part,) = fee.components
        tier = Tier(
            at_least=euros("10.00").amount,
            above=None,
            fixed=euros("2.00").amount,
            rate=euros("0.00").amount,
        )
        tiered = evolve(part, rate=euros("0.00").amount, tiers=(tier,))
        after = _with_fee(evolve(fee, components=(tiered,)))
        crossed = {each.limit: each for each in backtest_orders(ORDERS, BEFORE, after).crossings}
        assert crossed["quality-control: in its tier from 10.00"].entered == 2


class TestProgress:
    """How far a backtest has come."""

    def test_adds_up_to_each_row_under_both_policies(self) -> None:
        """Whether an order is of one piece or of several."""
        done: list[int] = []
        backtest_orders(ORDERS, BEFORE, AFTER, instead=INSTEAD, priced=done.append)
        assert sum(done) == 2 * ORDERS.height


class TestPage:
    """The page with plots."""

    def test_loads_nothing_and_has_no_script(self, page: str) -> None:
        """No address stands in it but the names of SVG, and its own rules forbid the rest."""
        addresses = set(page.replace('"', " ").split(" ")) & {"src", "href"}
        assert addresses == set()
        assert "<script" not in page
        assert "default-src 'none'" in page
        assert {part.partition('"')[0] for part in page.split("http")[2:]} == {
            "://www.w3.org/2000/svg",
            "://www.w3.org/1999/xlink",
        }

    def test_shows_every_part(self, page: str) -> None:
        """Money, sizes, groups, the orders that change most, limits."""
        for heading in ("Money", "How much orders change", "By country", "By month", "Limits"):
            assert f"<h2>{heading}</h2>" in page
        assert "€198.29" in page
        assert "−€11.61" in page

    def test_names_every_chart_and_draws_it_wide_and_narrow(self, page: str) -> None:
        """One for sizes and one for each way of grouping."""
        assert page.count("<figcaption>") == 5
        assert page.count('class="wide" role="img" aria-label="') == 5
        assert page.count('class="narrow" role="img" aria-label="') == 5

    def test_writes_names_as_text(self, found: Backtest) -> None:
        """An order of a strange name is no markup."""
        (first, *_) = found.most
        strange = evolve(found, most=(evolve(first, order="<b>"),), groups={}, steps=())
        assert "&lt;b&gt;" in _tables(strange)


def _tables(found: Backtest) -> str:
    from vintage_rules.frames.backtest.page import most_changed
    from vintage_rules.frames.backtest.words import Texts

    return most_changed(found, Texts.english())
