"""What has no column form is refused by name, and the guide lists all of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.frames.houses import house
from vintage_rules.errors import InvalidValueError, NoColumnFormError
from vintage_rules.frames.offers import assess_offers
from vintage_rules.frames.policy import compile_policy
from vintage_rules.frames.shapes import FrameRule, Shape

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

    def test_refuse_a_rule_that_was_not_compiled(self) -> None:
        """What was not examined is not computed."""
        compiled = compile_policy(house("selency"), FrameRule.QUOTE_ORDERS)
        with pytest.raises(InvalidValueError, match=r"^policy: must be one that is compiled for"):
            assess_offers(None, compiled)
