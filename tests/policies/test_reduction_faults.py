"""Reductions that cannot be carried out are refused where they are written."""

from __future__ import annotations

import pytest

from tests.policies.corner_shop import CORNER_SHOP, faults_of
from vintage_rules.policies import parse_policy

REDUCTION = """
[[edition.pricing.reductions]]
name = "voucher"
borne_by = "seller"
applies_to = "pieces"
counts_as = "voucher"
on_return = "share"
source = "V1"
"""


class TestReductions:
    """Sellers bear shares of prices, what is flat is postage, what is withdrawn has a least."""

    def test_a_sound_one(self) -> None:
        """It is read as it is written."""
        (found,) = parse_policy(
            (CORNER_SHOP + REDUCTION).encode(), "shop.toml"
        ).latest.pricing.reductions
        assert (found.name, found.least, found.flat) == ("voucher", None, None)

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ([('"pieces"', '"total"')], "applies_to: must be pieces for one that sellers bear"),
            ([('"share"', '"kept"')], "on_return: must be share for one that sellers bear"),
            (
                [('"seller"', '"house"'), ("on_return", "flat = 0.00\non_return")],
                "applies_to: must be shipping for one that is flat",
            ),
            (
                [('"seller"', '"house"'), ('"share"', '"withdrawn"')],
                "least: must be given where a return may fall below it",
            ),
        ],
    )
    def test_faults(self, changes: list[tuple[str, str]], said: str) -> None:
        """Each where it is."""
        text = REDUCTION
        for old, new in changes:
            text = text.replace(old, new)
        (fault,) = faults_of(CORNER_SHOP + text)
        assert said in fault
