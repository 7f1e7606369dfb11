"""Which import rules reach a destination on a day."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from vintage_rules.places import Place
from vintage_rules.shipping.customs import Collector, Compared, Duty, ImportRule, ImportTax
from vintage_rules.world import import_rules, locate, mainland

DAY = date(2026, 9, 7)


def rules(country: str, code: str | None = None, on: date = DAY) -> tuple[ImportRule, ...]:
    """The rules for an address on a day."""
    return import_rules(locate(Place(country=country, postal_code=code)), on, mainland("FR"))


class TestImportRules:
    """Rules come by territory and by date of effect."""

    def test_great_britain_since_2021(self) -> None:
        """135 GBP of goods, 20 %, at the sale below and from the recipient above."""
        (rule,) = rules("GB", "M1 1AE")
        assert (rule.tax, rule.threshold, rule.currency) == (ImportTax.VAT, Decimal(135), "GBP")
        assert (rule.rate, rule.compared) == (Decimal("0.20"), Compared.GOODS)
        assert (rule.below, rule.above) == (Collector.SELLER_AT_SALE, Collector.RECIPIENT)
        assert (rule.clauses, rule.tax_clauses) == (("L15",), ("L16",))
        assert rule.duty is Duty.WHERE_TAXED

    @pytest.mark.parametrize(
        ("on", "threshold"),
        [
            (date(2020, 9, 30), "240"),
            (date(2020, 10, 1), "135"),
            (date(2023, 6, 30), "135"),
            (date(2023, 7, 1), "60"),
        ],
    )
    def test_each_on_its_day(self, on: date, threshold: str) -> None:
        """Jersey lowered its limit twice."""
        found = [rule.threshold for rule in rules("JE", on=on) if rule.scheme is None]
        assert found == [Decimal(threshold)]

    def test_inside_the_union_from_the_accession(self) -> None:
        """Each territory with its own first day."""
        (croatia,) = rules("HR")
        france, _ = rules("FR", "75011")
        assert (croatia.effective_from, croatia.territory) == (date(2013, 7, 1), "HR")
        assert (france.effective_from, france.tax) == (date(1993, 1, 1), ImportTax.NO_IMPORT)

    def test_of_other_days_where_none_is_known_for_that_one(self) -> None:
        """So that the answer can say that the facts have other dates."""
        known = rules("TH", on=date(2020, 1, 1))
        assert len(known) == 2
        assert not any(rule.is_in_force(date(2020, 1, 1)) for rule in known)

    def test_none_where_nothing_is_known(self) -> None:
        """Peru."""
        assert rules("PE") == ()

    def test_registered_and_other_senders_have_their_own(self) -> None:
        """Norway's scheme, and the rule for everybody else."""
        assert {rule.scheme for rule in rules("NO", "0150")} == {"no-voec", None}
