"""The page of reasons has every code that a person is shown a sentence for."""

from __future__ import annotations

from docs.generate_reasons import PAGE, enumerations, page


class TestPage:
    """The page that is committed."""

    def test_is_what_is_generated(self) -> None:
        """A new reason is written in by python docs/generate_reasons.py."""
        assert PAGE.read_text("utf-8") == page()

    def test_has_the_codes_that_people_meet_most(self) -> None:
        """A return that is late, a cut that is too deep, a piece that is gone."""
        worded = {code: text for each in enumerations().values() for code, text in each.items()}
        assert worded["too-late"] == "It comes after the time allowed."
        assert {"not-signed-in", "piece-gone", "reduction-too-large", "too-late"} <= set(worded)
