"""Facts that may be left out change the answer where they are given, by sums done by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.asking import LIEGE, ROOT, ask, euros, piece, question, refund_facts, reply, run


class TestPayout:
    """R6: a moment of receipt counts as the day it falls on where the house is."""

    @pytest.mark.parametrize(
        ("received", "until"),
        [
            ("2026-09-01", "2026-09-15T22:00:00Z"),
            ("2026-09-01T21:59:59Z", "2026-09-15T22:00:00Z"),
            ("2026-09-01T22:00:00Z", "2026-09-16T22:00:00Z"),
            ("2026-09-02T00:30:00+02:00", "2026-09-16T22:00:00Z"),
        ],
    )
    def test_is_held_until_the_end_of_its_day(self, received: str, until: str) -> None:
        """Midnight in Paris is 22:00 in UTC."""
        facts = {"received": received, "returns_open": False, "now": "2026-09-05T00:00:00Z"}
        assert ask("assess-payout", **facts)["value"] == {"until": until}


class TestRefund:
    """F1: what was paid for fees, as one amount or by their names."""

    @pytest.mark.parametrize("named", [False, True])
    def test_falls_with_the_pieces(self, *, named: bool) -> None:
        """12.75 on 127.50; on the 72.50 kept it is 7.25, and 5.50 come back."""
        facts = refund_facts()
        paid = facts.pop("quality_control_fee")
        if named:
            facts["fees"] = [{"name": "quality-control", "fee": paid}]
        else:
            facts["quality_control_fee"] = paid
        value = ask("quote-refund", **facts)["value"]
        assert isinstance(value, dict)
        assert value["fees" if named else "quality_control_fee"] == euros("5.50")
        assert value["total"] == euros("60.50")


class TestParts:
    """L4: wrapping counts for what a fee is computed on, where the house says so."""

    @pytest.mark.parametrize(("wrapping", "fee"), [(None, "9.00"), ("10.00", "10.00")])
    def test_of_an_order_count(self, wrapping: str | None, fee: str, tmp_path: Path) -> None:
        """10 % of 90.00, or of 100.00."""
        text = (ROOT / "src/vintage_rules/policies/imparfaite.toml").read_text("utf-8")
        assert 'base = ["pieces"]' in text
        document = tmp_path / "house.toml"
        less = text.replace('base = ["pieces"]', 'base = ["pieces", "wrapping"]', 1)
        document.write_text(less, "utf-8")
        facts: dict[str, object] = {
            "mode": "grouped",
            "destination": LIEGE,
            "pieces": [piece()],
            "parts": {} if wrapping is None else {"wrapping": euros(wrapping)},
        }
        value = reply(question("quote-order", facts, policy=str(document)))["value"]
        assert isinstance(value, dict)
        assert value["quality_control_fee"] == euros(fee)
        file = tmp_path / "order.json"
        file.write_text(json.dumps(facts), "utf-8")
        shown = run("quote", str(file), "--policy", str(document), "--json")
        assert json.loads(shown.stdout)["order"]["value"]["quality_control_fee"] == euros(fee)
