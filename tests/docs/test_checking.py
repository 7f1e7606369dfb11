from __future__ import annotations

import re
from pathlib import Path

from tests.review.seeds import SEEDS
from vintage_rules.review import CheckCode
from vintage_rules.review.check.flaws import severity_of

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "checking-policies.md"


class TestCodes:
    """The codes that the guide lists."""

    def test_are_those_of_the_checks(self) -> None:
        """Every code stands there with its severity, in order."""
        rows = re.findall(r"^\| `([a-z-]+)` \| (\w+) \|", PAGE.read_text("utf-8"), re.MULTILINE)
        assert rows == [(str(code), str(severity_of(code))) for code in CheckCode]

    def test_of_faults_are_told(self) -> None:
        """What keeps a document from being read is named too."""
        text = PAGE.read_text("utf-8")
        assert [seed.code for seed in SEEDS if f"`{seed.code}`" not in text] == []
