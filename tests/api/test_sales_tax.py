"""Sales tax: an amount given with each order, in its price, and back with each piece. Clause L4."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.cli.asking import BORDEAUX, ROOT, error_of, euros, piece, question, reply

SHIPPED = (ROOT / "src/vintage_rules/policies/imparfaite.toml").read_text("utf-8")
TAX = """
[[edition.pricing.fees]]
name = "sales-tax"
payer = "buyer"
per = "order"
optional = false
refundable = true
source = "article 8"

[[edition.pricing.fees.components]]
base = ["tax"]
rate = 1
rounding = "half-up"
source = "article 8"

[[edition.pricing.fees]]
name = "payment"
payer = "seller"
per = "piece"
optional = false
refundable = true
source = "article 9"

[[edition.pricing.fees.components]]
base = ["pieces", "tax"]
rate = 0.10
rounding = "half-up"
source = "article 9"
"""
PIECES = [
    piece(id="coat", seller="ada", price=euros("90.00"), weight_g=900),
    piece(id="bag", seller="ada", price=euros("60.00"), weight_g=900),
]
# 90.00 and 60.00 of 150.00: 6.006 and 4.004, the cent that is left over to the coat.
GIVEN = {"tax": euros("10.01")}


@pytest.fixture
def policy(tmp_path: Path) -> str:
    """The shipped house with a sales tax, and with a fee of sellers that counts it."""
    path = tmp_path / "taxing.toml"
    path.write_text(SHIPPED + TAX, "utf-8")
    return str(path)


def value(answer: dict[str, Any]) -> dict[str, Any]:
    """Give the value of an answer that is none of an error."""
    found: dict[str, Any] = answer.get("value", {})
    assert found, answer
    return found


def lived(policy: str, *commands: dict[str, object], **more: object) -> dict[str, Any]:
    """Replay an order of both pieces, in one parcel of ada's."""
    order = {
        "id": "o1",
        "buyer": "zoe",
        "mode": "direct",
        "destination": BORDEAUX,
        "placed_at": "2026-09-07T08:00:00Z",
        "pieces": PIECES,
        **more,
    }
    facts = {"order": order, "commands": commands, "until": "2026-11-30T08:00:00Z"}
    answer: dict[str, Any] = reply(question("replay-order", facts, policy=policy))
    return answer


def back(name: str, *pieces: str) -> list[dict[str, object]]:
    """Return pieces, and refund them."""
    case = {"return": name, "at": "2026-09-11T08:00:00Z"}
    steps: list[dict[str, object]] = [
        {"do": "request-return", "pieces": pieces, "reason": "withdrawal", "parcel_number": "8R"},
        {"do": "accept-return"},
        {"do": "post-return"},
        {"do": "receive-return"},
        {"do": "check-return", "finding": "as-sent"},
    ]
    return [{**case, **step} for step in steps]


DELIVERED: list[dict[str, object]] = [
    {"at": "2026-09-08T08:00:00Z", "do": "hand-in", "parcel": "ada", "tracking_number": "8R"},
    {"at": "2026-09-10T08:00:00Z", "do": "scan", "parcel": "ada", "status": "delivered"},
]


class TestL4SalesTax:
    """L4: a part of the price of its own, shared by the pieces to the last cent."""

    def test_is_a_part_of_the_total(self, policy: str) -> None:
        """150.00, 10.01 and the postage."""
        facts = {"mode": "direct", "destination": BORDEAUX, "pieces": PIECES, "parts": GIVEN}
        found = value(reply(question("quote-order", facts, policy=policy)))
        assert found["other_fees"] == [{"name": "sales-tax", "fee": euros("10.01")}]
        assert (found["shipping"], found["total"]) == (euros("11.19"), euros("171.20"))

    @pytest.mark.parametrize(
        ("first", "second"),
        [(("coat", "96.01"), ("bag", "75.19")), (("bag", "64.00"), ("coat", "107.20"))],
    )
    def test_comes_back_with_each_piece_by_its_share(
        self, policy: str, first: tuple[str, str], second: tuple[str, str]
    ) -> None:
        """6.01 with the coat, 4.00 with the bag, whichever is first; the postage with the last."""
        steps = [*DELIVERED, *back("r1", first[0]), *back("r2", second[0])]
        found = value(lived(policy, *steps, parts=GIVEN))
        assert found["total"] == euros("171.20")
        assert [each["total"] for each in found["refunds"]] == [euros(first[1]), euros(second[1])]

    def test_is_a_base_of_what_sellers_bear(self, policy: str) -> None:
        """A tenth of 96.01 and of 64.00: ada is paid 80.40 and 53.60."""
        found = value(lived(policy, *DELIVERED, parts=GIVEN))
        assert [each["amount"] for each in found["payouts"]] == [euros("134.00")]
        assert found["balance"]["buyer"] == euros("-171.20")

    def test_that_is_not_given(self, policy: str) -> None:
        """Is missed at its place inside the order, and never taken for nothing."""
        path, message = error_of(lived(policy))
        assert path == "facts.order.parts.tax"
        assert "the fee sales-tax depends on it" in message
