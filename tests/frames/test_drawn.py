"""Policies that are drawn over every field of a document: columns equal the scalar rules."""

from __future__ import annotations

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import sampled
from tests.frames.houses import DOCUMENTS
from tests.frames.test_equal import RULES, check_equal
from vintage_rules.frames.shapes import FrameRule, shapes_of
from vintage_rules.policies.book import PolicyBook
from vintage_rules.testing import strategies


class TestDrawnPolicies:
    """Policies like the shipped ones and those of the tests, with fields written otherwise."""

    @settings(max_examples=sampled(160), deadline=None)
    @given(
        book=strategies.policies(*DOCUMENTS),
        rule=st.sampled_from(FrameRule),
        seed=st.integers(0, 2**32),
    )
    def test_equal_the_scalar_rule(self, book: PolicyBook, rule: FrameRule, seed: int) -> None:
        """Each row has what the scalar rule says of it, or the policy is refused by name."""
        policy = book.latest
        if not [*shapes_of(policy, rule)]:
            check_equal(RULES[rule], policy, Random(seed), "polars")
