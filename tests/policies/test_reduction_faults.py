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


PENALTY = """
[[edition.pricing.fees]]
name = "penalty"
payer = "seller"
per = "piece"
optional = false
on = "cancelled"
refundable = false
source = "P1"

[[edition.pricing.fees.components]]
fixed = 3.00
rounding = "half-up"
source = "P1"
"""


class TestOutcomes:
    """A fee on an outcome is not chosen, no return lowers it, and a listing has no outcome."""

    @pytest.mark.parametrize(
        ("old", "new", "said"),
        [
            ("optional = false", "optional = true", "optional: must be false for a fee on an"),
            ("refundable = false", "refundable = true", "refundable: must be false for a fee on"),
            ('"piece"', '"listing"', "on: must be left out of a fee per listing"),
            ('"cancelled"', '"canceled"', "on: must be one of cancelled, late, not-paid"),
        ],
    )
    def test_faults(self, old: str, new: str, said: str) -> None:
        """Each where it is."""
        (fault,) = faults_of(CORNER_SHOP + PENALTY.replace(old, new))
        assert said in fault, fault
