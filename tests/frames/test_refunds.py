"""Refunds over columns, by hand: what a return gives back, and what has no column form."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random

import polars as pl
import pytest
from attrs import evolve

from tests.frames.houses import house
from tests.frames.test_equal import RULES, check_equal
from vintage_rules.frames.policy import compile_policy
from vintage_rules.frames.refunds import quote_refunds
from vintage_rules.frames.shapes import FrameRule, Shape, may_rise, shapes_of
from vintage_rules.pricing.fee_policy import Per, Tiering
from vintage_rules.pricing.reduction_policy import AppliesTo, Bearer, CountsAs, OnReturn

_TERMS = "refund_terms: must be one of cancelled, claim, loss, sent-back, withdrawal"
IMPARFAITE = compile_policy(house("imparfaite"))
VINTED = compile_policy(house("vinted"), FrameRule.QUOTE_REFUNDS)


def pieces(count: int, **columns: Sequence[object]) -> pl.DataFrame:
    """Return pieces of one order at 90.00, all back, with some columns written otherwise."""
    return pl.DataFrame(
        {
            "order": ["a"] * count,
            "line": [*range(count)],
            "price": [9000] * count,
            "weight_g": [500] * count,
            "mode": ["grouped"] * count,
            "territory": ["FR"] * count,
            "refund_terms": ["withdrawal"] * count,
        }
    ).with_columns(pl.Series(name, values) for name, values in columns.items())


class TestAReturn:
    """What an order of two pieces gives back: 15.00 for the check, and its parcel."""

    @pytest.mark.parametrize(
        ("terms", "before", "back"),
        [
            # 180.00 less 90.00 that are kept, whose check is 9.00 of 15.00.
            (["withdrawal", None], [None, None], [9000, 0, 600]),
            (["withdrawal", "withdrawal"], [True, False], [9000, 959, 900]),
            (["withdrawal", "withdrawal"], [None, None], [18000, 959, 1500]),
        ],
    )
    def test_gives_back(
        self, terms: list[str | None], before: list[bool | None], back: list[int]
    ) -> None:
        """A parcel is back once all its pieces are; returns one after the other end alike."""
        found = quote_refunds(pieces(2, refund_terms=terms, returned_before=before), IMPARFAITE)
        parts = found.select("refund_pieces", "refund_shipping", "refund_fees").row(0)
        assert list(parts) == back
        assert found["refund"].to_list() == [sum(back)] * 2

    @pytest.mark.parametrize(
        ("columns", "reasons"),
        [
            ({"refund_terms": [None, None]}, "no-pieces"),
            ({"refunded": [20458, 20458]}, ""),
            ({"refunded": [20459, 20459]}, "nothing-left"),
        ],
    )
    def test_says_why_nothing_is_refunded(
        self, columns: dict[str, Sequence[object]], reasons: str
    ) -> None:
        """The order cost 180.00, its check 15.00 and its parcel 9.59."""
        found = quote_refunds(pieces(2).with_columns(**_series(columns)), IMPARFAITE)
        assert found["reasons"].to_list() == [reasons] * 2
        assert (found["refund"].null_count() == 2) is (reasons != "")

    @pytest.mark.parametrize(
        ("columns", "reason"),
        [
            ({"refund_terms": ["whim"] * 2}, _TERMS),
            ({"withheld": [-1, 0]}, "withheld: must be 0 or more"),
            ({"refunded": [1, 2]}, "refunded: must be the same for each piece of an order"),
            ({"refunded": [20460] * 2}, "refunded: must be at most total"),
            (
                {"refund_terms": [None, "claim"], "returned_before": [True, False]},
                "refund_terms: must be given of what was returned before",
            ),
        ],
    )
    def test_that_makes_no_sense_is_refused(
        self, columns: dict[str, Sequence[object]], reason: str
    ) -> None:
        """The whole order has the reason, and no amount."""
        found = quote_refunds(pieces(2).with_columns(**_series(columns)), IMPARFAITE)
        assert found["error"].to_list() == [reason] * 2
        assert found["refund"].to_list() == [None, None]


def _series(columns: dict[str, Sequence[object]]) -> dict[str, pl.Series]:
    return {
        name: pl.Series(name, values, dtype=pl.String if name == "refund_terms" else None)
        for name, values in columns.items()
    }


class TestAFeeThatMayRise:
    """Vinted's protection costs less of dearer orders: every part of what is back is tried."""

    @pytest.mark.parametrize(("count", "answered"), [(4, True), (5, False)])
    def test_is_computed_of_up_to_four_pieces(self, count: int, *, answered: bool) -> None:
        """Of more the order has a reason."""
        mode = next(iter(house("vinted").shipping.modes))
        found = quote_refunds(pieces(count, mode=[mode] * count), VINTED)
        limit = "refund_terms: must be of at most 4 pieces of an order in a frame"
        assert found["error"].to_list() == [None if answered else limit] * count

    @pytest.mark.parametrize(
        ("terms", "fees"),
        [
            # 2 % of 570.00 were paid; of 510.00 it is 10.20, but 0.70 and 5 % of 450.00 are more.
            ([None, "withdrawal", None], 120),
            ([None, "withdrawal", "withdrawal"], 120),
            (["withdrawal", "withdrawal", "withdrawal"], 1140),
        ],
    )
    def test_gives_back_what_the_kindest_order_would(
        self, terms: list[str | None], fees: int
    ) -> None:
        """Whoever returns two pieces of 60.00 is not worse off than whoever returns one."""
        mode = next(iter(house("vinted").shipping.modes))
        order = pieces(3, mode=[mode] * 3, price=[45000, 6000, 6000], refund_terms=terms)
        assert quote_refunds(order, VINTED)["refund_fees"].to_list() == [fees] * 3

    @pytest.mark.parametrize(
        ("rates", "rises"), [(("0.05", "0.05"), False), (("0.05", "0.0499"), True)]
    )
    def test_is_known_by_its_tiers(self, rates: tuple[str, str], *, rises: bool) -> None:
        """By what it is at the beginning of each, both sides."""
        fee = next(fee for fee in house("vinted").pricing.fees if fee.components[0].tiers)
        (part,) = fee.components
        tiers = tuple(
            evolve(tier, rate=Decimal(rate), fixed=Decimal(0))
            for tier, rate in zip(part.tiers, rates, strict=True)
        )
        changed = evolve(part, tiers=tiers)
        assert may_rise(evolve(fee, components=(changed,))) is rises
        marginal = evolve(changed, tiering=Tiering.MARGINAL)
        assert not may_rise(evolve(fee, components=(marginal,)))
        assert not may_rise(evolve(fee, per=Per.PIECE, components=(changed,)))
        below = evolve(part.when, below=Decimal(100))
        assert may_rise(evolve(fee, components=(evolve(marginal, when=below),)))


class TestReductions:
    """What of a reduction goes with what comes back."""

    @pytest.mark.parametrize(
        ("applies_to", "on_return", "shapes"),
        [
            (AppliesTo.PIECES, OnReturn.SHARE, []),
            (AppliesTo.SHIPPING, OnReturn.SHARE, []),
            (AppliesTo.FEES, OnReturn.SHARE, [Shape.REDUCTION_ON_RETURN]),
            (AppliesTo.PIECES, OnReturn.KEPT, [Shape.REDUCTION_ON_RETURN]),
        ],
    )
    def test_shares_alone_have_a_column_form(
        self, applies_to: AppliesTo, on_return: OnReturn, shapes: list[Shape]
    ) -> None:
        """They equal the scalar rule; the others are refused by name."""
        policy = house("04-bases")
        reductions = tuple(
            evolve(each, applies_to=applies_to, on_return=on_return, counts_as=CountsAs.VOUCHER)
            for each in policy.pricing.reductions
            if each.flat is None and (each.borne_by is Bearer.HOUSE or not shapes)
            if each.borne_by is Bearer.HOUSE or applies_to is AppliesTo.PIECES
        )
        fees = tuple(fee for fee in policy.pricing.fees if fee.name != "clearance")
        pricing = evolve(policy.pricing, reductions=reductions, fees=fees)
        changed = evolve(policy, pricing=pricing)
        found = [shape for _, shape in shapes_of(changed, FrameRule.QUOTE_REFUNDS)]
        assert found == shapes
        if not shapes:
            check_equal(RULES[FrameRule.QUOTE_REFUNDS], changed, Random(str(applies_to)), "polars")
