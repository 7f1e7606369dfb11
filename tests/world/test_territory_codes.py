"""Codes of countries and territories: those there are, and what others most likely mean."""

from __future__ import annotations

import pycountry
import pytest

from vintage_rules.world.territory_codes import is_territory, nearest_territory
from vintage_rules.world.territory_rows import every_territory


class TestIsTerritory:
    """Every country and every territory has a code; nothing else is one."""

    def test_holds_for_every_code_of_a_territory_and_its_country(self) -> None:
        """Of the table and of ISO 3166."""
        found = {code for each in every_territory() for code in (each.code, each.country)}
        assert len(found) > 249
        assert all(map(is_territory, found))

    def test_holds_for_no_other_two_letters(self) -> None:
        """Kosovo has a code of its own; what some call the United Kingdom or Greece is none."""
        letters = [chr(code) for code in range(ord("A"), ord("Z") + 1)]
        two = {one + other for one in letters for other in letters}
        known = {country.alpha_2 for country in pycountry.countries} | {"XK"}
        assert {code for code in two if is_territory(code)} == known | {"CP", "EA"}


class TestNearestTerritory:
    """What is written in place of a code."""

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            ("UK", "GB"),
            ("EL", "GR"),
            ("de", "DE"),
            ("DEU", "DE"),
            ("japan", "JP"),
            ("GB-NIX", "GB-NIR"),
            ("US-TX", "US"),
            ("ZZ", None),
            ("nowhere", None),
            ("", None),
        ],
    )
    def test_is_what_is_most_likely_meant(self, text: str, code: str | None) -> None:
        """A reserved code, small letters, three letters, a name, a misspelt territory, a region."""
        assert nearest_territory(text) == code
