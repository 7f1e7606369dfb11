"""Where examples of `policy check` and `policy diff` take place."""

from __future__ import annotations

import pytest

from vintage_rules.policies import load_policy
from vintage_rules.review.places import territory_of

SHOP = load_policy("imparfaite").latest


class TestTerritory:
    """An example is at home where it can be, or in a country that most readers know."""

    @pytest.mark.parametrize(
        ("country", "code"),
        [
            ("FR", "FR"),
            ("DE", "DE"),
            ("GB", "GB-GBN"),
            ("US", "US"),
            ("CH", "CH"),
            ("JP", "JP"),
        ],
    )
    def test_is_one_that_is_well_known(self, country: str, code: str) -> None:
        """Rather than Andorra, which comes first by its code."""
        found = territory_of(SHOP, lambda each: each.country in {"AD", country})
        assert found is not None
        assert found.code == code

    def test_is_at_home_first(self) -> None:
        """Of a Polish house, in Poland rather than in France; then in the order of readers."""
        polish = load_policy("vinted-pl").latest
        codes = []
        for countries in ({"AD", "PL", "FR"}, {"AD", "JP", "CH"}, {"AD", "ZW"}, {"XX"}):
            found = territory_of(polish, lambda each, known=countries: each.country in known)
            codes.append(None if found is None else found.code)
        assert codes == ["PL", "CH", "AD", None]
