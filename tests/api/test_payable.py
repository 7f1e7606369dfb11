"""A refund of an order whose total was rounded as cash is paid. Clause L4."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.asking import LIEGE, ROOT, error_of, euros, question, reply

SHIPPED = (ROOT / "src/vintage_rules/policies/imparfaite.toml").read_text("utf-8")
STEPS = '\n[edition.pricing.payable]\nstep = 0.05\nrounding = "half-up"\nsource = "article 3"\n'


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """The shipped house, where a total is paid in steps of 0.05."""
    path = tmp_path / "cash.toml"
    path.write_text(SHIPPED + STEPS, "utf-8")
    return str(path)


def refunded(policy: str, *returned: str, card: str = "42.65") -> dict[str, Any]:
    """Refund pieces of 72.70 and 55.00, with 12.77 for the check and 22.19 of postage: 162.66."""
    pieces = [{"id": "coat", "price": euros("72.70")}, {"id": "bag", "price": euros("55.00")}]
    facts = {
        "mode": "grouped",
        "destination": LIEGE,
        "parcels": [{"from": "workshop", "pieces": pieces, "shipping": euros("22.19")}],
        "quality_control_fee": euros("12.77"),
        "payments": [
            {"tender": "gift-card", "amount": euros("120.00")},
            {"tender": "card", "amount": euros(card)},
        ],
        "returned": returned,
        "reason": "withdrawal",
    }
    return reply(question("quote-refund", facts, policy=policy))


class TestRounded:
    """What was rounded away is not given back, and what was paid is."""

    def test_all_of_it(self, policy: str) -> None:
        """162.65 were paid, and come back."""
        value = refunded(policy, "coat", "bag")["value"]
        assert (value["rounding"], value["total"]) == (euros("-0.01"), euros("162.65"))

    def test_a_piece_of_it(self, policy: str) -> None:
        """55.00 and the 5.50 by which the fee falls: what is left is rounded as before."""
        value = refunded(policy, "bag")["value"]
        assert value["total"] == euros("60.50")
        assert "rounding" not in value

    @pytest.mark.parametrize("card", ["42.66", "42.60", "42.70"])
    def test_other_payments(self, policy: str, card: str) -> None:
        """They are those of the rounded total."""
        path, message = error_of(refunded(policy, "bag", card=card))
        assert path == "facts.payments"
        assert message.startswith("must be 162.65 EUR in total, as the order, got '162.")
