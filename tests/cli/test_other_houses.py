"""What the door says under policies that decide otherwise than the shipped one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.asking import (
    BORDEAUX,
    FEE,
    LIEGE,
    LONDON,
    RETURN,
    ROOT,
    error_of,
    euros,
    piece,
    question,
    refund_facts,
    reply,
)

SHIPPED = (ROOT / "src/vintage_rules/policies/imparfaite.toml").read_text("utf-8")
FRENCH_RETURN = 'when = { reasons = ["withdrawal"], zones = ["metropolitan-france"] }\noutcome = '

Ask = Callable[..., dict[str, object]]


def without(text: str, start: str, end: str) -> str:
    """Take out of a document what lies between two lines, the first included."""
    before, _, rest = text.partition(start)
    _, found, after = rest.partition(end)
    assert found, f"{start} ... {end}"
    return before + found + after


def changed(old: str, new: str) -> str:
    """Change one thing in the shipped document."""
    assert SHIPPED.count(old) == 1, old
    return SHIPPED.replace(old, new)


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    """Ask a rule under a document of one's own."""

    def asked(text: str, rule: str, **facts: object) -> dict[str, object]:
        document = tmp_path / "house.toml"
        document.write_text(text, "utf-8")
        return reply(question(rule, facts, policy=str(document), locale="en"))

    return asked


class TestOtherHouses:
    """A host who decides otherwise changes data, and the door follows."""

    def test_may_charge_no_fee(self, ask: Ask) -> None:
        """A house without the fee charges none, and says so in words too."""
        text = without(SHIPPED, "[[edition.pricing.fees]]", "[edition.pricing.gift_card]")
        text = text.replace('handling_fees = ["quality-control"]', "handling_fees = []")
        answer = ask(text, "quality-control-fee", **FEE)
        assert (answer["decision"], answer["value"]) == ("not-charged", {})
        assert answer["text"]

    def test_may_charge_it_on_more_than_the_pieces(self, ask: Ask) -> None:
        """The question that knows the pieces alone says so; orders are asked with the rest."""
        text = changed('base = ["pieces"]', 'base = ["pieces", "duties"]')
        path, message = error_of(ask(text, "quality-control-fee", **FEE))
        assert path == "facts.goods"
        assert message == (
            "must be priced by quote-order: the fee quality-control is computed on duties too"
        )
        parts = {"duties": euros("20.00")}
        cart = {"mode": "grouped", "destination": BORDEAUX, "pieces": [piece()], "parts": parts}
        placed = {"id": "o1", "buyer": "zoe", "placed_at": "2026-09-07T08:00:00Z", **cart}
        until = "2026-09-08T08:00:00Z"
        lived = ask(text, "replay-order", order=placed, commands=[], until=until)["value"]
        quoted = ask(text, "quote-order", **cart)["value"]
        assert isinstance(lived, dict)
        assert isinstance(quoted, dict)
        assert quoted["quality_control_fee"] == euros("11.00")
        assert lived["total"] == quoted["total"]

    def test_are_read_again_once_their_document_has_changed(self, ask: Ask) -> None:
        """Also where it is as long as before: the figure that stands there now decides."""
        cap = "maximum = 15.00"
        facts = {**FEE, "goods": euros("400.00")}
        fees = [
            ask(text, "quality-control-fee", **facts)["value"]
            for text in (SHIPPED, changed(cap, "maximum = 12.00"))
        ]
        assert fees == [{"fee": euros("15.00")}, {"fee": euros("12.00")}]

    def test_may_charge_other_fees(self, ask: Ask) -> None:
        """Another fee is listed beside, so that the parts still add up."""
        _, start, rest = SHIPPED.partition("[[edition.pricing.fees]]")
        fee = start + rest.partition("[edition.pricing.gift_card]")[0]
        other = fee.replace('name = "quality-control"', 'name = "protection"')
        other = other.replace('when = { modes = ["grouped"] }\n', "")
        text = changed("[edition.pricing.gift_card]", f"{other}[edition.pricing.gift_card]")
        order = {"mode": "direct", "destination": BORDEAUX, "pieces": [piece()]}
        value = ask(text, "quote-order", **order)["value"]
        assert isinstance(value, dict)
        assert value["other_fees"] == [{"name": "protection", "fee": euros("9.00")}]
        assert value["total"] == euros("110.19")

    def test_may_charge_a_fee_by_destination(self, ask: Ask) -> None:
        """Without the destination nothing is guessed; with it the fee is charged, or is not."""
        grouped = 'when = { modes = ["grouped"] }'
        abroad = changed(grouped, 'when = { modes = ["grouped"], zones = ["europe"] }')
        facts = {"fee": "quality-control", "mode": "grouped", "parts": {"pieces": euros("90.00")}}
        path, message = error_of(ask(abroad, "quote-fee", **facts))
        assert path == "facts.destination"
        assert message == "must be given: the fee depends on it, got nothing"
        del facts["mode"]
        assert error_of(ask(SHIPPED, "quote-fee", **facts))[0] == "facts.mode"
        facts["mode"] = "grouped"
        said = [
            ask(abroad, "quote-fee", destination=place, **facts)["decision"]
            for place in (BORDEAUX, LIEGE)
        ]
        assert said == ["not-charged", "charged"]
        assert ask(abroad, "quote-fee", **{**facts, "mode": "direct"})["decision"] == "not-charged"

    def test_cite_their_own_clauses_about_customs(self, ask: Ask) -> None:
        """And not those of the house that is shipped, in the answer and in its words."""
        start = SHIPPED.index("[edition.shipping.customs.sources]")
        own = SHIPPED[:start] + SHIPPED[SHIPPED.index("# ---- a piece for sale") :]
        own = own.replace('source = ["L15", "L16"]', 'source = "article 8"')
        facts = {
            "destination": LONDON,
            "goods": euros("185.00"),
            "shipping": euros("5.00"),
            "handling": euros("0.00"),
            "rates": {"EUR/GBP": "0.85"},
            "dispatched": "2026-09-07",
        }
        answer = ask(own, "assess-import", **facts)
        assert answer["sources"] == ["article 8"]
        assert "L1" not in str(answer["text"])
        assert ask(SHIPPED, "assess-import", **facts)["sources"] == ["L13", "L15", "L16"]

    def test_may_sell_no_gift_cards(self, ask: Ask) -> None:
        """Asked about one, the answer is that the policy knows none."""
        text = without(SHIPPED, "[edition.pricing.gift_card]", "[edition.pricing.tenders]")
        answer = ask(text, "gift-card", amount=euros("25.00"), purchased_on="2026-09-01")
        path, message = error_of(answer)
        assert path == "policy"
        assert "sells gift cards" in message

    def test_may_take_nothing_back(self, ask: Ask) -> None:
        """Whatever is asked about a return, it is refused with one reason."""
        text = without(
            SHIPPED, "[edition.returns.returns.rules.terms]", "[[edition.returns.returns.rules]]"
        )
        text = text.replace(f'{FRENCH_RETURN}"taken"', f'{FRENCH_RETURN}"refused"')
        seller = [{"id": "coat", "seller": "ada"}]
        answers = [
            ask(text, "return-deadline", destination=BORDEAUX, received="2026-09-01"),
            ask(text, "assess-return", **RETURN),
            ask(text, "route-return", destination=BORDEAUX, pieces=seller),
            ask(text, "quote-refund", **{**refund_facts(), "destination": BORDEAUX}),
        ]
        assert [answer["decision"] for answer in answers] == ["refused"] * 4, answers
        assert [answer["reasons"] for answer in answers] == [["not-eligible"]] * 4

    def test_may_look_before_it_takes_back(self, ask: Ask) -> None:
        """A person looks; until when it could be requested is said all the same."""
        text = changed(f'{FRENCH_RETURN}"taken"', f'{FRENCH_RETURN}"reviewed"')
        answer = ask(text, "assess-return", **RETURN)
        assert (answer["decision"], answer["reasons"]) == ("needs-review", ["evidence-to-judge"])
        assert answer["value"] == {"last_day": "2026-09-15", "post_by": "2026-09-29"}

    def test_may_give_hours_to_return(self, ask: Ask) -> None:
        """Where hours count, the days they came to are told."""
        old = f'{FRENCH_RETURN}"taken"'
        before, _, after = SHIPPED.partition(old)
        after = after.replace(
            'length = "14 days", roll = "next-working-day"', 'length = "48 hours", roll = "none"', 1
        )
        answer = ask(
            before + old + after,
            "return-deadline",
            destination=BORDEAUX,
            received="2026-09-01T10:00:00Z",
        )
        assert answer["value"] == {
            "last_day": "2026-09-03",
            "window_days": 2,
            "ends_at": "2026-09-03T10:00:00Z",
        }
