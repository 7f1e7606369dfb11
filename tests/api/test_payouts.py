"""What sellers are paid, asked as JSON: for one price, or for pieces that are sold together."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.asking import BORDEAUX, ROOT, error_of, euros, piece, question, refund_facts, reply
from vintage_rules.api.json_values import Json

SHIPPED = (ROOT / "src/vintage_rules/policies/imparfaite.toml").read_text("utf-8")
BUNDLE = """
[[edition.pricing.fees.components]]
when = { below = 15.00 }
base = ["pieces"]
fixed = 2.95
rounding = "half-up"
source = "S2"

[[edition.pricing.fees.components]]
when = { at_least = 15.00 }
base = ["pieces"]
rate = 0.20
rounding = "half-up"
source = "S2"
"""


def component(rate: str, *base: str) -> str:
    """A rate of named parts."""
    parts = ", ".join(f'"{part}"' for part in base)
    return f"""
[[edition.pricing.fees.components]]
base = [{parts}]
rate = {rate}
rounding = "half-up"
source = "S2"
"""


CLIFF = """
[[edition.pricing.fees.components]]
base = ["pieces"]
chosen_by = ["list-price"]
tiering = "whole"
tiers = [{ at_least = 0.00, rate = 0.20 }, { at_least = 500.00, rate = 0.10 }]
rounding = "half-up"
source = "S2"
"""


def house(
    folder: Path,
    components: str,
    *,
    payer: str = "seller",
    per: str = "piece",
    optional: bool = False,
    more: str = "",
) -> str:
    """Write the shipped document with one more fee, and give its path."""
    document = folder / "house.toml"
    fee = f"""
[[edition.pricing.fees]]
name = "commission"
payer = "{payer}"
per = "{per}"
optional = {str(optional).lower()}
refundable = true
combine = "sum"
source = "S1"
"""
    document.write_text(SHIPPED + fee + components + more, "utf-8")
    return str(document)


def ask(policy: str, **facts: object) -> dict[str, object]:
    """Ask what is paid, in France and direct unless told otherwise."""
    asked = {"mode": "direct", "destination": BORDEAUX, **facts}
    return reply(question("quote-payout", asked, policy=policy))


def value(answer: dict[str, object]) -> dict[str, Json]:
    """Give the value of an answer that is none of an error."""
    found = answer.get("value")
    assert isinstance(found, dict), answer
    return found


def sold(name: str, price: str, **more: object) -> dict[str, object]:
    """A piece as `quote-order` takes it."""
    return {**piece(id=name, seller="ada", price=euros(price)), **more}


class TestPieces:
    """What `quote-order` gives of one seller, answered by seller and by piece."""

    def test_a_bundle_shares_its_fee(self, tmp_path: Path) -> None:
        """A fifth of 16.00, on each of two equal pieces 1.60."""
        policy = house(tmp_path, BUNDLE, per="seller")
        pieces = [sold("a", "8.00"), sold("b", "8.00")]
        assert value(ask(policy, pieces=pieces)) == {
            "payout": euros("12.80"),
            "fees": [{"name": "commission", "fee": euros("3.20")}],
            "sellers": [{"seller": "ada", "payout": euros("12.80")}],
            "pieces": [
                {
                    "id": name,
                    "price": euros("8.00"),
                    "payout": euros("6.40"),
                    "fees": [{"name": "commission", "fee": euros("1.60")}],
                }
                for name in "ab"
            ],
        }

    def test_several_sellers(self, tmp_path: Path) -> None:
        """Each bears their own: a fifth of 16.00, and 2.95 of 8.00."""
        policy = house(tmp_path, BUNDLE, per="seller")
        pieces = [sold("a", "8.00"), sold("b", "8.00"), sold("c", "8.00", seller="lou")]
        found = value(ask(policy, pieces=pieces))
        assert found["sellers"] == [
            {"seller": "ada", "payout": euros("12.80")},
            {"seller": "lou", "payout": euros("5.05")},
        ]
        assert found["payout"] == euros("17.85")

    def test_the_price_of_one_piece_is_enough(self, tmp_path: Path) -> None:
        """Without a name for it nothing is said by piece."""
        policy = house(tmp_path, BUNDLE, per="seller")
        assert value(ask(policy, price=euros("8.00"))) == {
            "payout": euros("5.05"),
            "fees": [{"name": "commission", "fee": euros("2.95")}],
        }

    @pytest.mark.parametrize(
        ("facts", "path", "said"),
        [
            ({}, "facts.pieces", "given, or the price of one piece"),
            ({"pieces": []}, "facts.pieces", "a list of 1 or more"),
            ({"pieces": [sold("a", "1.00")], "price": euros("1.00")},
             "facts.price", "left out where pieces are given"),
            ({"pieces": [sold("a", "1.00")], "list_price": euros("1.00")},
             "facts.list_price", "left out where pieces are given"),
            ({"pieces": [sold("a", "1.00")], "seller_kind": "private"},
             "facts.seller_kind", "left out where pieces are given"),
            ({"pieces": [sold("a", "1.00"), sold("a", "1.00")]},
             "facts.pieces[1].id", "another id than an earlier"),
            ({"pieces": [sold("a", "1.00")], "fees": ["ad"]},
             "facts.fees", "got 'ad'"),
            ({"pieces": [sold("a", "1.00")], "parts": {"shiping": euros("1.00")}},
             "facts.parts.shiping", "shipping"),
        ],
    )  # fmt: skip
    def test_what_cannot_be_meant_is_refused(
        self, tmp_path: Path, facts: dict[str, object], path: str, said: str
    ) -> None:
        """Where it is, and what is allowed."""
        found, message = error_of(ask(house(tmp_path, BUNDLE), **facts))
        assert found == path
        assert said in message


class TestParts:
    """Any part that a base names is given, and never taken for nothing."""

    def test_shipping_counts(self, tmp_path: Path) -> None:
        """A tenth of 40.00 and 5.00."""
        policy = house(tmp_path, component("0.10", "pieces", "shipping"))
        found = value(ask(policy, price=euros("40.00"), parts={"shipping": euros("5.00")}))
        assert found["fees"] == [{"name": "commission", "fee": euros("4.50")}]

    @pytest.mark.parametrize(
        "part", ["shipping", "handling", "fees", "tax", "duties", "wrapping", "-voucher"]
    )
    def test_a_missing_part_is_an_error_at_its_path(self, tmp_path: Path, part: str) -> None:
        """Of each kind."""
        policy = house(tmp_path, component("0.10", "pieces", part))
        path, message = error_of(ask(policy, price=euros("40.00")))
        assert path == f"facts.parts.{part.removeprefix('-')}"
        assert "must be given: the fee commission depends on it" in message

    def test_an_optional_fee_needs_them_when_chosen(self, tmp_path: Path) -> None:
        """Not before."""
        policy = house(tmp_path, component("0.10", "shipping"), optional=True)
        assert value(ask(policy, price=euros("40.00")))["payout"] == euros("40.00")
        chosen = {"price": euros("40.00"), "fees": ["commission"]}
        assert error_of(ask(policy, **chosen))[0] == "facts.parts.shipping"
        found = value(ask(policy, **chosen, parts={"shipping": euros("5.00")}))
        assert found["payout"] == euros("39.50")


class TestListPrice:
    """A tier chosen by the list price is chosen by no other amount."""

    @pytest.mark.parametrize(("listed", "payout"), [("499.99", "320.00"), ("500.00", "360.00")])
    def test_is_the_one_given(self, tmp_path: Path, listed: str, payout: str) -> None:
        """A fifth of 400.00, or a tenth from a list price of 500.00 on."""
        policy = house(tmp_path, CLIFF)
        found = value(ask(policy, price=euros("400.00"), list_price=euros(listed)))
        assert found["payout"] == euros(payout)

    def test_is_not_guessed(self, tmp_path: Path) -> None:
        """An error where it is missing, of one piece and of several."""
        policy = house(tmp_path, CLIFF)
        assert error_of(ask(policy, price=euros("400.00")))[0] == "facts.list_price"
        pieces = [sold("a", "1.00", list_price=euros("1.00")), sold("b", "1.00")]
        assert error_of(ask(policy, pieces=pieces))[0] == "facts.pieces[1].list_price"

    @pytest.mark.parametrize("alone", [True, False])
    @pytest.mark.parametrize(("mode", "payout"), [("direct", "40.00"), ("grouped", None)])
    def test_is_needed_where_the_fee_applies(
        self, tmp_path: Path, mode: str, payout: str | None, *, alone: bool
    ) -> None:
        """A commission on the list price in one mode: of one price as of one piece."""
        of_grouped = component("0.10", "list-price") + 'when = { modes = ["grouped"] }\n'
        policy = house(tmp_path, of_grouped)
        facts: dict[str, object] = (
            {"price": euros("40.00")} if alone else {"pieces": [sold("a", "40.00")]}
        )
        answer = ask(policy, mode=mode, **facts)
        if payout is not None:
            assert value(answer)["payout"] == euros(payout)
            return
        path, message = error_of(answer)
        assert path == ("facts.list_price" if alone else "facts.pieces[0].list_price")
        assert "commission depends on it" in message

    def test_is_not_guessed_in_an_order_either(self, tmp_path: Path) -> None:
        """Nor for a fee that the buyer bears."""
        policy = house(tmp_path, CLIFF, payer="buyer", per="order")
        facts = {"mode": "direct", "destination": BORDEAUX, "pieces": [piece()]}
        path, _ = error_of(reply(question("quote-order", facts, policy=policy)))
        assert path == "facts.pieces[0].list_price"

    def test_is_not_guessed_in_what_an_order_lives_through(self, tmp_path: Path) -> None:
        """A seller's fee is computed when it is placed."""
        order = {
            "id": "o1",
            "buyer": "zoe",
            "mode": "direct",
            "destination": BORDEAUX,
            "placed_at": "2026-09-07T08:00:00Z",
            "pieces": [piece()],
        }
        facts = {"order": order, "commands": [], "until": "2026-09-08T08:00:00Z"}
        path, _ = error_of(reply(question("replay-order", facts, policy=house(tmp_path, CLIFF))))
        assert path == "facts.order.pieces[0].list_price"

    def test_is_not_guessed_in_a_refund_either(self, tmp_path: Path) -> None:
        """Each piece that may be kept needs it, and then the fee is computed on it."""
        policy = house(tmp_path, CLIFF, payer="buyer", per="piece")
        facts = refund_facts()
        facts["fees"] = [
            {"name": "quality-control", "fee": facts.pop("quality_control_fee")},
            {"name": "commission", "fee": euros("0.00")},
        ]
        path, message = error_of(reply(question("quote-refund", facts, policy=policy)))
        assert path == "facts.parcels[0].pieces[0].list_price"
        assert "the fee commission depends on it" in message
        for sold_piece in facts["parcels"][0]["pieces"]:  # type: ignore[index]
            sold_piece["list_price"] = euros("600.00")
        said = reply(question("quote-refund", facts, policy=policy))
        assert said["decision"] == "refundable", said


class TestFeesOnFees:
    """A fee for each piece on a base that contains fees is computed, in the order written."""

    def test_for_each_piece(self, tmp_path: Path) -> None:
        """Half of what falls on each piece of the tenth before: 9.00 → 4.50, 5.50 → 2.75."""
        policy = house(tmp_path, component("0.50", "fees"), payer="buyer", per="piece")
        pieces = [piece(price=euros("90.00")), piece(id="bag", seller="lou", price=euros("55.00"))]
        facts = {"mode": "grouped", "destination": BORDEAUX, "pieces": pieces}
        found = value(reply(question("quote-order", facts, policy=policy)))
        assert found["quality_control_fee"] == euros("14.50")
        assert found["other_fees"] == [
            {"name": "commission", "fee": euros("4.50")},
            {"name": "commission", "fee": euros("2.75")},
        ]

    def test_comes_back_by_the_piece(self, tmp_path: Path) -> None:
        """With the bag back, 5.50 of the first fee and 2.75 of the second."""
        policy = house(tmp_path, component("0.50", "fees"), payer="buyer", per="piece")
        pieces = [piece(price=euros("90.00")), piece(id="bag", seller="lou", price=euros("55.00"))]
        asked = {"mode": "grouped", "destination": BORDEAUX, "pieces": pieces}
        order = value(reply(question("quote-order", asked, policy=policy)))
        facts = {
            "mode": "grouped",
            "destination": BORDEAUX,
            "reason": "withdrawal",
            "parcels": [
                {
                    "from": "workshop",
                    "shipping": order["shipping"],
                    "pieces": [
                        {"id": "coat", "price": euros("90.00")},
                        {"id": "bag", "price": euros("55.00")},
                    ],
                }
            ],
            "quality_control_fee": order["quality_control_fee"],
            "fees": order["other_fees"],
            "payments": [{"tender": "card", "amount": order["to_pay"]}],
            "returned": ["bag"],
        }
        found = value(reply(question("quote-refund", facts, policy=policy)))
        assert found["fees"] == euros("8.25")
