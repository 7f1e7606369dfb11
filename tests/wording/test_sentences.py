from __future__ import annotations

import pytest

from tests.wording.sentences import path_of, sentences
from vintage_rules.wording import locales


@pytest.mark.parametrize("language", locales())
def test_are_those_that_were_read(language: str) -> None:
    """What customers read changes only together with the file in which somebody has read it."""
    kept = path_of(language).read_text("utf-8")
    assert sentences(language) == kept, "run python -m tests.wording.sentences, and read the diff"
