"""Every value that is marked as a limit is shown by an example on each side of it."""

from __future__ import annotations

import re
from functools import cache

import pytest

from tests.policies.value_changes import EXTENDED, FIELDS, WHOLE
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies import parse_policy
from vintage_rules.review.diff.examples import Example, asked
from vintage_rules.review.limits import PolicyLimit, limits_of
from vintage_rules.review.trials.limit_trials import trials_of

LIMITS = {key: field.limit for key, field in FIELDS.items() if field.limit is not None}


def key_of(limit: PolicyLimit) -> str:
    """Name the field of a limit as its document does, without names and places in lists."""
    return "edition." + re.sub(r"\[[^]]*]", "", limit.path)


@cache
def set_by_tested_policies() -> dict[str, list[tuple[PolicyLimit, HousePolicy]]]:
    """Give every limit that a policy of the tests sets, by the key of its field."""
    found: dict[str, list[tuple[PolicyLimit, HousePolicy]]] = {}
    for text in (*WHOLE, *EXTENDED):
        for house in parse_policy(text.encode(), "x.toml").editions:
            for limit in limits_of(house):
                found.setdefault(key_of(limit), []).append((limit, house))
    return found


def examples(limit: PolicyLimit, house: HousePolicy) -> list[list[Example]]:
    """Put the questions about a limit to its house, each row of them by itself."""
    rows: dict[tuple[str, ...], list[Example]] = {}
    for trial in trials_of(limit, house):
        rows.setdefault(trial.row, []).append(asked(trial.question, trial.ask, house, house))
    return list(rows.values())


def has_two_sides(row: list[Example]) -> bool:
    """Whether the house answers differently on the two sides of the limit."""
    return row[0].before != row[-1].before


class TestEveryLimit:
    """A new limit has examples as soon as it is marked, or says why it has none."""

    def test_is_found(self) -> None:
        """Amounts, shares, counts, weights, times and windows are marked."""
        kinds = {
            "edition.pricing.gift_card.minimum",
            "edition.listing.offers.completion_at_least",
            "edition.listing.offers.quota.per_day",
            "edition.shipping.postage.tables.bands.up_to_g",
            "edition.listing.offers.stands_for",
            "edition.returns.claims.window",
        }
        assert kinds <= LIMITS.keys()
        assert len(LIMITS) > 30

    @pytest.mark.parametrize("key", LIMITS)
    def test_is_shown_on_both_sides(self, key: str) -> None:
        """In some policy of the tests the rules answer differently just below it and above it."""
        known = set_by_tested_policies().get(key, [])
        assert known, "no policy of the tests sets it"
        shown = [row for limit, house in known for row in examples(limit, house)]
        if LIMITS[key].no_example is None:
            assert any(map(has_two_sides, shown))
        else:
            assert shown == []
