"""Where examples of `policy check` and `policy diff` take place."""

from __future__ import annotations

import pytest

from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies import load_policy
from vintage_rules.review.places import territory_of

SHOP = load_policy("imparfaite").latest


def code_of(house: HousePolicy, *countries: str) -> str | None:
    """Give the code of the territory where an example of one of some countries takes place."""
    found = territory_of(house, lambda each: each.country in countries)
    return None if found is None else found.code


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
        assert code_of(SHOP, "AD", country) == code

    def test_is_at_home_first(self) -> None:
        """Of a Polish house, in Poland rather than in France; then in the order of readers."""
        polish = load_policy("vinted-pl").latest
        assert code_of(polish, "AD", "PL", "FR") == "PL"
        assert code_of(polish, "AD", "JP", "CH") == "CH"
        assert code_of(polish, "AD", "ZW") == "AD"
        assert code_of(polish, "XX") is None
