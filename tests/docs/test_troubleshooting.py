"""Each message of the troubleshooting page is what the library says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[2] / "docs" / "guide" / "troubleshooting.md"
SECTIONS = re.findall(
    r"^### (.+?)\n(.*?)(?=^##|\Z)", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
)


class TestMessages:
    """The headings of the page; the code under them is run like that of every page."""

    @pytest.mark.parametrize(("message", "below"), SECTIONS, ids=[each for each, _ in SECTIONS])
    def test_are_printed_by_the_code_below(self, message: str, below: str) -> None:
        """A reader who searches for the message that they got finds the heading."""
        shown = "".join(re.findall(r"^```\w+\n(.*?)^```$", below, re.MULTILINE | re.DOTALL))
        parts = re.split(r" …|, with the reason ", message)
        assert [part for part in parts if part not in shown] == []

    def test_have_a_cause_and_a_cure(self) -> None:
        """No message stands there alone: words follow its code, of it or of the next."""
        without = [message for message, below in SECTIONS if not below.rpartition("```")[2].strip()]
        assert without == ["cannot be read: no such file or directory"]
