"""Every value of an edition, with its source."""

from __future__ import annotations

from datetime import date

import pytest

from tests.policies.corner_shop import HOUSES
from vintage_rules.errors import NoEditionError
from vintage_rules.policies import PolicyRow, load_policy, policy_rows

SHOP = policy_rows(load_policy(HOUSES / "corner-shop.toml"), date(2024, 1, 1))
BAZAAR = load_policy(HOUSES / "grand-bazaar.toml")


def row_of(rows: tuple[PolicyRow, ...], path: str) -> tuple[str, tuple[str, ...]]:
    """Give the value and the source of one path."""
    (row,) = (row for row in rows if row.path == path)
    return row.value, row.sources


class TestPolicyRows:
    """What shows a policy."""

    @pytest.mark.parametrize(
        ("path", "value", "source"),
        [
            ("currency", "EUR", "assumption: a small house, invented"),
            ("since", "2024-01-01", "assumption: the day it opened"),
            ("pricing.fees[0].optional", "true", "W1"),
            ("pricing.fees[0].combine", "sum", "W1"),
            ("pricing.fees[0].components[0].base", "pieces", "W1"),
            ("pricing.fees[0].components[0].rate", "0.05", "W1"),
            ("pricing.gift_card.maximum", "50.00", "G1"),
            ("pricing.gift_card.validity", "2 years", "G1"),
            ("pricing.tenders.kinds", "card, paypal", "P1"),
            ("pricing.tenders.brands.card", "visa", "P1"),
            ("shipping.modes[0].handling", "2 ouvres", "S1"),
            ("shipping.delivery.zones[0].transit", "2 to 5 ouvrables", "S2"),
            ("shipping.delivery.countries[0].transit.DE", "3 to 5 ouvres", "S3"),
            ("shipping.postage.tables[0].bands[1]", "{ up_to_g = 1000, price = 8.00 }", "S4"),
            (
                "service.contact.hours[1]",
                "{ days = monday, opens = 13:30, closes = 18:30 }",
                "M3",
            ),
            ("listing.offers.quota.consumed_by", "declined, lapsed", "N3"),
            ("listing.offers.floor.bound", ">=", "N4"),
            (
                "returns.refund_terms[0].deduction",
                "{ fixed = 0, rate = 0.10, per_return = 0, rounding = up }",
                "R1",
            ),
            (
                "returns.returns.rules[0].terms.window",
                "{ anchor = received, length = 48 hours, roll = none }",
                "R8",
            ),
            ("returns.returns.rules[0].terms.routing.to_seller_up_to", "2", "R8"),
            (
                "returns.returns.rules[1].when",
                "{ reasons = regret, defect, zones = away }",
                "R9",
            ),
            ("returns.refunds.tenders", "[card, paypal], [gift-card]", "F1"),
            ("returns.refunds.statement.gift-card.latest", "0 days", "F2"),
            ("returns.claims[0].investigation.in_vain", "review", "F4"),
            ("checkout.guests_may_order", "true", "O2"),
            ("checkout.handling_fees", "wrapping", "O1"),
        ],
    )
    def test_are_values_as_a_document_writes_them(self, path: str, value: str, source: str) -> None:
        """The path, the value and the source: the table's, or the value's own."""
        assert row_of(SHOP, path) == (value, (source,))

    def test_have_each_path_once_and_a_source(self) -> None:
        """Nothing twice, nothing without a source."""
        paths = [row.path for row in SHOP]
        assert len(paths) == len(set(paths))
        assert all(row.sources for row in SHOP)

    def test_leave_out_what_is_not_there(self) -> None:
        """A house without a workshop has no check, and an empty list is no value."""
        paths = {row.path for row in SHOP}
        assert "shipping.modes[0].check" not in paths
        assert "shipping.customs.registrations" not in paths

    def test_show_conditions_and_tiers(self) -> None:
        """What belongs together is one row."""
        rows = policy_rows(BAZAAR, date(2022, 3, 1))
        path = "pricing.fees[1].components[0].tiers[0]"
        assert row_of(rows, path)[0] == "{ at_least = 0.00, fixed = 0.70, rate = 0.05 }"
        when = row_of(rows, "pricing.fees[0].components[0].when")[0]
        assert when == "{ modes = together, zones = swiss, at_least = 100.00 }"

    def test_show_what_an_edition_took_over(self) -> None:
        """The edition is whole, and says that it extends another."""
        rows = policy_rows(BAZAAR, date(2025, 1, 1))
        assert row_of(rows, "extends") == ("previous", ("B17",))
        assert row_of(rows, "shipping.tracking.patience") == ("10 days", ("B17",))
        assert row_of(rows, "pricing.fees[0].components[0].rate") == ("0.08", ("B16",))
        assert row_of(rows, "pricing.gift_card.validity") == ("never", ("B4",))

    def test_need_an_edition(self) -> None:
        """Before the first there is nothing to show."""
        with pytest.raises(NoEditionError):
            policy_rows(BAZAAR, date(2022, 2, 28))
