"""Every question of the guide to the door is answered as the guide says."""

from __future__ import annotations

import json
import re
from datetime import date
from pathlib import Path

import pytest

from vintage_rules.api import answer
from vintage_rules.api.rules import HOMES

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "json_api.md"
BLOCKS = re.findall(r"^```json\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
PAIRS = [
    (json.loads(asked), json.loads(told))
    for asked, told in zip(BLOCKS[::2], BLOCKS[1::2], strict=True)
]


@pytest.mark.parametrize(("asked", "told"), PAIRS, ids=[asked["id"] for asked, _ in PAIRS])
def test_each_question_is_answered_as_shown(
    asked: dict[str, object], told: dict[str, object]
) -> None:
    """Word for word, in the order of the contract."""
    reply = answer(asked, today=date(2026, 11, 22))
    assert reply == told
    assert list(reply) == list(told)


def test_every_rule_is_shown() -> None:
    """A rule of the door has a question and an answer under its own heading."""
    assert {asked["rule"] for asked, _ in PAIRS} == set(HOMES)
    headings = re.findall(r"^### (\S+)$", GUIDE.read_text("utf-8"), re.MULTILINE)
    assert headings == list(dict.fromkeys(asked["rule"] for asked, _ in PAIRS))
