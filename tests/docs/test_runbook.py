"""The runbook has an answer to all that a shop leaves to a person."""

from __future__ import annotations

from pathlib import Path

import pytest

from vintage_rules.marketplace import CaseReason
from vintage_rules.marketplace.commands.reconciliation import DifferenceKind

RUNBOOK = (Path(__file__).parents[2] / "docs" / "guide" / "runbook.md").read_text("utf-8")


class TestRunbook:
    """Each symptom is named as the shop names it."""

    @pytest.mark.parametrize("reason", CaseReason)
    def test_every_case(self, reason: CaseReason) -> None:
        """What it means, and what to do."""
        assert f"`{reason}`" in RUNBOOK

    @pytest.mark.parametrize("kind", DifferenceKind)
    def test_every_difference(self, kind: DifferenceKind) -> None:
        """Between a provider's list and the books."""
        assert f"`{kind}`" in RUNBOOK
