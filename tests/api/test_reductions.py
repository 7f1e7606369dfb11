"""What is taken off an order, asked as JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.asking import BORDEAUX, ROOT, error_of, euros, piece, question, reply
from vintage_rules.api.json_values import Json

SHIPPED = (ROOT / "src/vintage_rules/policies/imparfaite.toml").read_text("utf-8")
REDUCTIONS = """
[[edition.pricing.reductions]]
name = "voucher"
borne_by = "house"
applies_to = "total"
counts_as = "voucher"
on_return = "share"
source = "V1"

[[edition.pricing.reductions]]
name = "free-postage"
borne_by = "house"
applies_to = "shipping"
counts_as = "reduction"
least = 150.00
flat = 0.00
on_return = "withdrawn"
source = "V2"
"""
VOUCHER = {"name": "voucher", "amount": euros("10.00")}


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """The shipped house with a voucher, and free postage from 150.00 on."""
    document = tmp_path / "house.toml"
    document.write_text(SHIPPED + REDUCTIONS, "utf-8")
    return str(document)


def order(policy: str, price: str, **more: object) -> dict[str, object]:
    """Ask what a coat costs, direct to Bordeaux."""
    pieces = [piece(price=euros(price))]
    facts = {"mode": "direct", "destination": BORDEAUX, "pieces": pieces, **more}
    return reply(question("quote-order", facts, policy=policy))


def value(answer: dict[str, object]) -> dict[str, Json]:
    """Give the value of an answer that is none of an error."""
    found = answer.get("value")
    assert isinstance(found, dict), answer
    return found


class TestQuoteOrder:
    """`reductions` are taken off the total, and the answer names them."""

    def test_a_voucher_lowers_what_is_to_pay(self, policy: str) -> None:
        """10.00 less than without it."""
        whole, less = (
            value(order(policy, "100.00")),
            value(order(policy, "100.00", reductions=[VOUCHER])),
        )
        assert "reductions" not in whole
        assert whole["to_pay"] == euros("111.19")
        assert less["reductions"] == [VOUCHER]
        assert less["total"] == less["to_pay"] == euros("101.19")
        assert less["goods"] == whole["goods"]

    def test_free_postage_is_granted_by_itself(self, policy: str) -> None:
        """From 150.00 on."""
        assert value(order(policy, "149.99"))["to_pay"] == euros("161.18")
        assert value(order(policy, "150.00"))["to_pay"] == euros("150.00")

    @pytest.mark.parametrize(
        ("given", "path"),
        [
            ({"reductions": [{**VOUCHER, "name": "vouchr"}]}, "facts.reductions[0].name"),
            ({"reductions": [VOUCHER, VOUCHER]}, "facts.reductions[1].name"),
            ({"reductions": [{"name": "free-postage", "amount": euros("1.00")}]},
             "facts.reductions[0].name"),
            ({"reductions": [{**VOUCHER, "amount": euros("0.00")}]},
             "facts.reductions[0].amount.amount"),
            ({"parts": {"voucher": euros("10.00")}}, "facts.parts.voucher"),
        ],
    )  # fmt: skip
    def test_what_is_not_granted_is_an_error(
        self, policy: str, given: dict[str, object], path: str
    ) -> None:
        """At its place."""
        assert error_of(order(policy, "100.00", **given))[0] == path


class TestReplay:
    """An order that was placed with a reduction gives back what was paid."""

    def replay(self, policy: str, **more: object) -> dict[str, object]:
        """Place an order for a coat, and cancel nothing."""
        placed = {
            "id": "o1",
            "buyer": "zoe",
            "mode": "direct",
            "destination": BORDEAUX,
            "placed_at": "2026-09-07T08:00:00Z",
            "pieces": [piece(price=euros("100.00"))],
            **more,
        }
        facts = {"order": placed, "commands": [], "until": "2026-09-08T08:00:00Z"}
        return reply(question("replay-order", facts, policy=policy))

    def test_the_total_is_lower(self, policy: str) -> None:
        """And the books add up to zero."""
        found = value(self.replay(policy, reductions=[VOUCHER]))
        assert found["total"] == euros("101.19")
        assert found["balance"]["buyer"] == euros("-101.19")  # type: ignore[call-overload,index]

    def test_an_unknown_one(self, policy: str) -> None:
        """At its place inside the order."""
        wrong = [{**VOUCHER, "name": "vouchr"}]
        path, message = error_of(self.replay(policy, reductions=wrong))
        assert path == "facts.order.reductions[0].name"
        assert "(voucher?)" in message
