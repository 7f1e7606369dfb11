"""Who reads each key of a policy is what the source of the rules says."""

from __future__ import annotations

from docs.policy_readers import readers, readings, rows_of, tables, unresolved
from vintage_rules.dates import Window
from vintage_rules.returns.refund_policy import RefundPolicy
from vintage_rules.shipping.import_facts import CustomsPolicy
from vintage_rules.shipping.policy import TrackingPolicy


class TestReaders:
    """What is found in the source of the rules."""

    def test_are_known_of_every_key(self) -> None:
        """A rule, a machine, another function, or what it is in the document."""
        rows = [row for title in tables() for row in rows_of(title) if row.startswith("| `")]
        assert len(rows) == sum(len(keys) for _, keys in tables().values())
        assert [row for row in rows if row.endswith("|  |  |  |")] == []

    def test_passes_no_key_over(self) -> None:
        """Where the type of a reading that bears a key's name is not found, others' types are."""
        known = {name for _, name in readers()}
        assert {name for names in unresolved().values() for name in names} <= known

    def test_finds_the_types_of_nearly_all_readings(self) -> None:
        """A few are of generic helpers, whose types no annotation says."""
        assert len(unresolved()) < len(readings()) // 100


class TestWhatIsFound:
    """Some keys by hand: those of one rule, of a machine, and of both."""

    def test_of_a_rule_alone(self) -> None:
        """How long tracking may stand still is looked at by the rule about tracking."""
        found = readers()[TrackingPolicy, "patience"]
        assert (found.rules, found.machines) == ({"tracking"}, frozenset())

    def test_of_a_rule_through_a_helper(self) -> None:
        """A method of the policy is read where it is called."""
        assert "assess-import" in readers()[CustomsPolicy, "collected_at_checkout"].rules
        assert "tracking" not in readers()[CustomsPolicy, "collected_at_checkout"].rules

    def test_of_what_a_lookup_computes(self) -> None:
        """The last day of a return is kept; where it is not known yet, it rolls on as written."""
        assert readers()[Window, "roll"].rules >= {"assess-return", "return-deadline"}

    def test_of_refunds(self) -> None:
        """When a refund shows is read by its own question, when it is overdue by another."""
        assert "estimate-statement" in readers()[RefundPolicy, "statement"].rules
        assert "assess-pending-refund" in readers()[RefundPolicy, "overdue"].rules
        assert "estimate-statement" not in readers()[RefundPolicy, "overdue"].rules
