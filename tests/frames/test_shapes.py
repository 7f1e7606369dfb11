"""What has no column form is refused by name, and the guide lists all of it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from attrs import evolve

from tests.frames.houses import house
from vintage_rules.errors import InvalidValueError, NoColumnFormError
from vintage_rules.frames.offers import assess_offers
from vintage_rules.frames.policy import compile_policy
from vintage_rules.frames.shapes import FrameRule, Shape, shapes_of

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "frames.md"


class TestShapes:
    """The shapes of policies that columns cannot compute."""

    @pytest.mark.parametrize("shape", Shape)
    def test_are_listed_in_the_guide(self, shape: Shape) -> None:
        """Each with its meaning."""
        assert f"| `{shape.value}` | {shape.meaning} |\n" in GUIDE.read_text("utf-8")

    def test_are_named_with_their_places(self) -> None:
        """A window of hours is decided by the moment of a request, which no column gives."""
        with pytest.raises(NoColumnFormError) as caught:
            compile_policy(house("selency"), FrameRule.ASSESS_RETURNS)
        assert caught.value.shapes == (
            ("returns.returns.rules.broken", "window-of-hours"),
            ("returns.returns.rules.not-as-described", "window-of-hours"),
        )

    @pytest.mark.parametrize(
        ("rate", "maximum", "shapes"),
        [
            ("0.12345678", "10000000.00", []),
            ("0.123456789", "15.00", [Shape.FINE_RATE]),
            ("0.10", "10000000.01", [Shape.LARGE_AMOUNT]),
            ("0.10", "15.000", []),
            ("0.10", "15.001", [Shape.LARGE_AMOUNT]),
        ],
    )
    def test_of_fees_on_both_sides(self, rate: str, maximum: str, shapes: list[Shape]) -> None:
        """Eight decimals of a rate, ten millions, and what the currency can divide."""
        policy = house("imparfaite")
        (fee,) = policy.pricing.fees
        parts = tuple(
            evolve(part, rate=Decimal(rate), maximum=Decimal(maximum)) for part in fee.components
        )
        pricing = evolve(policy.pricing, fees=(evolve(fee, components=parts),))
        changed = evolve(policy, pricing=pricing)
        found = [shape for _, shape in shapes_of(changed, FrameRule.QUOTE_FEES)]
        assert found == shapes

    def test_refuse_a_rule_that_was_not_compiled(self) -> None:
        """What was not examined is not computed."""
        compiled = compile_policy(house("selency"), FrameRule.QUOTE_ORDERS)
        with pytest.raises(InvalidValueError, match=r"^policy: must be one that is compiled for"):
            assess_offers(None, compiled)
