"""Windows as documents write them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from vintage_rules.dates import NEVER, Duration, Roll, Window
from vintage_rules.policies.documents.windows import WindowDocument


class TestWindowDocument:
    """From an event on, for so long."""

    @pytest.mark.parametrize(
        ("length", "duration"),
        [
            ("90 minutes", Duration.of(90, "minutes")),
            ("1 hour", Duration.of(1, "hours")),
            ("14 days", Duration.of(14, "days")),
            ("2 ouvrables", Duration.of(2, "ouvrables")),
            ("1 ouvre", Duration.of(1, "ouvres")),
            ("1 month", Duration.of(1, "months")),
            ("never", NEVER),
        ],
    )
    def test_has_an_anchor_a_length_and_a_roll(self, length: str, duration: Duration) -> None:
        """Any unit, or never ending."""
        written = {"anchor": "received", "length": length, "roll": "next-working-day"}
        window = WindowDocument.model_validate(written).to_policy()
        assert window == Window(anchor="received", length=duration, roll=Roll.NEXT_WORKING_DAY)

    @pytest.mark.parametrize(
        "written",
        [
            {"anchor": "received", "length": "14 days"},
            {"anchor": "received", "length": "14", "roll": "none"},
            {"anchor": "When received", "length": "14 days", "roll": "none"},
            {"anchor": "received", "length": "14 days", "roll": "back"},
            {"anchor": "received", "length": "14 days", "roll": "none", "until": "noon"},
        ],
    )
    def test_refuses_half_a_window(self, written: dict[str, str]) -> None:
        """Every part is needed and must make sense."""
        with pytest.raises(ValidationError):
            WindowDocument.model_validate(written)
