"""Windows as documents write them."""

from __future__ import annotations

import pytest

from vintage_rules.dates import NEVER, Duration, Roll, Window
from vintage_rules.fields import InWindow
from vintage_rules.policies.building import Builder
from vintage_rules.policies.reading import Reader
from vintage_rules.policies.shapes import window_shape


class TestWindows:
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
        page = Reader().table(window_shape(InWindow()), written, ())
        assert page is not None
        assert Builder({}).build(page) == Window(
            anchor="received", length=duration, roll=Roll.NEXT_WORKING_DAY
        )

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
        reader = Reader()
        reader.table(window_shape(InWindow()), written, ())
        assert len(reader.mismatches) == 1
