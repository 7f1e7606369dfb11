from __future__ import annotations

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest

from tests.cli.asking import (
    BORDEAUX,
    LIEGE,
    RETURN,
    ROOT,
    TODAY,
    ask,
    error_of,
    euros,
    piece,
    question,
    refund_facts,
    reply,
)
from vintage_rules.api import answer
from vintage_rules.api.json_values import Json

SHIPPED = (ROOT / "src/vintage_rules/policies/imparfaite.toml").read_text("utf-8")
FRENCH_WINDOW = 'window = { anchor = "received", length = "14 days", roll = "next-working-day" }'
AUCTIONS = SHIPPED.replace('sale_kinds = ["sale"]', 'sale_kinds = ["sale", "auction"]').replace(
    "[[edition.returns.claims]]",
    """[[edition.returns.payouts.elsewhere]]
sale_kinds = ["auction"]
window = { anchor = "received", length = "48 hours", roll = "none" }
source = "R6"

[[edition.returns.claims]]""",
    1,
)
BOUNDS = """
[edition.listing.offers.seller_bounds]
lowest = 0.50
highest = 0.90
source = "N4"
"""
EUR_90 = {"amount": "90.00", "currency": "EUR"}
DEADLINE = {"destination": BORDEAUX, "received": "2026-06-07"}
DEEP = 100_000


def counting_from(anchor: str, folder: Path) -> str:
    """Write the shipped document with another start of its windows, and give its path."""
    document = folder / "house.toml"
    assert FRENCH_WINDOW in SHIPPED
    window = FRENCH_WINDOW.replace('"received"', anchor)
    document.write_text(SHIPPED.replace(FRENCH_WINDOW, window), "utf-8")
    return str(document)


class TestEventsThatAWindowCountsFrom:
    """A window from an event that is not receipt is not counted from receipt."""

    @pytest.mark.parametrize("rule", ["return-deadline", "assess-return"])
    @pytest.mark.parametrize(
        ("anchor", "events", "missing"),
        [
            ('"dispatched"', {}, "dispatched"),
            ('"dispatched"', {"ordered": "2026-06-01"}, "dispatched"),
            ('"delivery-scan"', {"dispatched": "2026-06-02"}, "delivery-scan"),
            ('{ latest_of = ["received", "issue-reported"] }', {}, "issue-reported"),
            ('{ earliest_of = ["delivery-scan", "dispatched"] }', {}, "delivery-scan, dispatched"),
        ],
    )
    def test_must_be_given(
        self, tmp_path: Path, rule: str, anchor: str, events: dict[str, str], missing: str
    ) -> None:
        """The error is about the events, and names the one that is missing."""
        facts = {**(RETURN if rule == "assess-return" else DEADLINE), "events": events}
        asked = question(rule, facts, policy=counting_from(anchor, tmp_path))
        path, message = error_of(reply(asked))
        assert path == "facts.events"
        assert message.startswith(f"must hold {missing}, which the time counts from, got ")

    @pytest.mark.parametrize(
        ("anchor", "events", "last_day"),
        [
            ('"dispatched"', {"dispatched": "2026-06-02"}, "2026-06-16"),
            ('"received"', {}, "2026-06-22"),
            ('"day-after-received"', {}, "2026-06-22"),
            (
                '{ latest_of = ["received", "issue-reported"] }',
                {"issue-reported": "2026-06-09"},
                "2026-06-23",
            ),
            (
                '{ earliest_of = ["received", "dispatched"] }',
                {"dispatched": "2026-06-02"},
                "2026-06-16",
            ),
        ],
    )
    def test_decide_where_they_are_given(
        self, tmp_path: Path, anchor: str, events: dict[str, str], last_day: str
    ) -> None:
        """And receipt is given by `received`: 21 June 2026 is a Sunday."""
        policy = counting_from(anchor, tmp_path)
        said = reply(question("return-deadline", {**DEADLINE, "events": events}, policy=policy))
        assert said["value"] == {"last_day": last_day, "window_days": 14}

    def test_start_the_time_of_a_claim(self) -> None:
        """An event that starts it is not passed over for want of `since`."""
        facts: dict[str, object] = {
            "kind": "defect",
            "claimed_at": "2026-09-20T10:00:00+02:00",
            "pieces": ["coat"],
            "photos": 1,
            "parcel_number": "8R1",
        }
        assert ask("assess-claim", **facts)["value"] == {"return_needed": True}
        late = ask("assess-claim", **facts, events={"received": "2026-09-01"})
        assert late["reasons"] == ["too-late"]
        assert late == ask("assess-claim", **facts, since="2026-09-01")


class TestNamesNobodyKnows:
    """A name that the policy does not know is refused with those it knows, and the nearest."""

    @pytest.mark.parametrize(
        ("rule", "facts", "path", "said"),
        [
            ("return-deadline", {**DEADLINE, "events": {"delivery-scam": "2026-06-02"}},
             "facts.events.delivery-scam", "(delivery-scan?), got 'delivery-scam'"),
            ("silence", {"question": "x", "now": "2026-06-02T08:00:00Z",
                         "events": {"ordred": "2026-06-02"}},
             "facts.events.ordred", "(ordered?), got 'ordred'"),
            ("return-deadline", {**DEADLINE, "seller_kind": "profesional"},
             "facts.seller_kind", "(professional?), got 'profesional'"),
            ("return-deadline", {**DEADLINE, "category": "vintge"}, "facts.category", "one of"),
            ("assess-return", {**RETURN, "sale_kind": "sales"}, "facts.sale_kind", "(sale?)"),
            ("assess-return", {**RETURN, "reason": "withdrawl"}, "facts.reason", "(withdrawal?)"),
            ("route-return", {"destination": BORDEAUX, "mode": "groupd",
                              "pieces": [{"id": "a", "seller": "ada"}]},
             "facts.mode", "(grouped?)"),
            ("quote-order", {"mode": "direct", "destination": BORDEAUX,
                             "pieces": [piece(), piece(id="bag", seller_kind="privat")]},
             "facts.pieces[1].seller_kind", "(private?)"),
            ("quote-order", {"mode": "direct", "destination": BORDEAUX, "pieces": [piece()],
                             "parts": {"duty": euros("1.00")}},
             "facts.parts.duty", "(duties?)"),
            ("quote-fee", {"fee": "quality-controll", "parts": {"pieces": euros("1.00")}},
             "facts.fee", "(quality-control?)"),
            ("quote-fee", {"fee": "quality-control", "mode": "grouped",
                           "parts": {"pieces": euros("1.00"), "shiping": euros("1.00")}},
             "facts.parts.shiping", "(shipping?)"),
            ("quote-fee", {"fee": "quality-control", "mode": "grouped", "category": "coats",
                           "parts": {"pieces": euros("1.00")}},
             "facts.category", "got 'coats'"),
            ("quote-payout", {"mode": "direct", "destination": BORDEAUX, "price": euros("9.00"),
                              "sale_kind": "auctoin"},
             "facts.sale_kind", "got 'auctoin'"),
            ("quote-refund", {**refund_facts(), "payments": [
                {"tender": "giftcard", "amount": euros("162.44")}]},
             "facts.payments[0].tender", "(gift-card?)"),
            ("assess-claim", {"kind": "defct", "claimed_at": "2026-06-02T08:00:00Z",
                              "pieces": ["a"]},
             "facts.kind", "(defect?)"),
            ("gift-card", {"amount": euros("50.00"), "purchased_on": "2026-09-01",
                           "tender": "paypall"},
             "facts.tender", "(paypal?)"),
            ("tender", {"kind": "crad"}, "facts.kind", "(card?)"),
        ],
    )  # fmt: skip
    def test_are_refused(self, rule: str, facts: dict[str, object], path: str, said: str) -> None:
        """Nothing is taken for what it is not."""
        found, message = error_of(ask(rule, **facts))
        assert (found, said in message) == (path, True), (found, message)

    def test_are_those_of_the_fees_too(self) -> None:
        """A house that charges by a kind of seller knows that kind."""
        grand = str(ROOT / "tests/policies/houses/grand-bazaar.toml")
        facts = {
            "mode": "apart",
            "destination": {"country": "CH", "postal_code": "8001"},
            "price": {"amount": "100.00", "currency": "CHF"},
            "seller_kind": "nobody",
        }
        path, message = error_of(reply(question("quote-payout", facts, policy=grand)))
        assert path == "facts.seller_kind"
        assert "private" in message


class TestFeesOfARefund:
    """What one rule answers another takes."""

    PIECES = (
        piece(price=euros("120.00"), weight_g=900),
        piece(id="bag", seller="lou", price=euros("150.00"), weight_g=600),
    )

    def order(self) -> dict[str, Json]:
        """Price two pieces of a house with a fee on each of them."""
        facts = {
            "mode": "direct",
            "destination": BORDEAUX,
            "pieces": list(self.PIECES),
            "fees": ["verification"],
        }
        value = reply(question("quote-order", facts, policy="vinted"))["value"]
        assert isinstance(value, dict)
        return value

    def refund(self, returned: list[str], **changes: object) -> dict[str, object]:
        """Refund pieces of that order as it was answered."""
        order = self.order()
        prices = {"coat": euros("120.00"), "bag": euros("150.00")}
        parcels = order["parcels"]
        assert isinstance(parcels, list)
        facts = {
            "mode": "direct",
            "destination": BORDEAUX,
            "reason": "claim",
            "parcels": [
                {
                    **parcel,
                    "pieces": [{"id": id_, "price": prices[id_]} for id_ in parcel["pieces"]],
                }
                for parcel in parcels
            ],
            "fees": order["other_fees"],
            "payments": [{"tender": "card", "amount": order["to_pay"]}],
            "returned": returned,
            **changes,
        }
        return reply(question("quote-refund", facts, policy="vinted"))

    def test_are_those_of_the_quote(self) -> None:
        """Two entries of one name are the fee of two pieces: with both back all of it is."""
        assert self.order()["other_fees"] == [
            {"name": "buyer-protection", "fee": euros("14.20")},
            {"name": "verification", "fee": euros("10.00")},
            {"name": "verification", "fee": euros("10.00")},
        ]
        whole = self.refund(["coat", "bag"])
        assert whole["decision"] == "refundable", whole
        assert whole["value"]["fees"] == euros("34.20")  # type: ignore[index]
        assert whole["value"]["total"] == self.order()["total"]  # type: ignore[index]

    def test_fall_by_the_piece(self) -> None:
        """With the bag back its own verification is, and what protection costs less."""
        part = self.refund(["bag"])
        # 5 % of 120.00 and 0.70 are kept of 14.20.
        assert part["value"]["fees"] == euros("17.50")  # type: ignore[index]

    def test_may_be_given_with_the_one_that_the_contract_names(self) -> None:
        """As `quote-order` gives them: that one apart, the others by name."""
        order = self.order()
        whole = self.refund(["coat", "bag"], quality_control_fee=order["quality_control_fee"])
        assert whole == self.refund(["coat", "bag"])

    def test_may_be_none(self) -> None:
        """An order without fees is refunded without fees, in a house that has some."""
        shipping = self.order()["shipping"]
        assert isinstance(shipping, dict)
        paid = euros(str(Decimal("270.00") + Decimal(str(shipping["amount"]))))
        answer_ = self.refund(["coat"], fees=[], payments=[{"tender": "card", "amount": paid}])
        assert answer_["decision"] == "refundable", answer_
        assert answer_["value"]["fees"] == euros("0.00")  # type: ignore[index]

    @pytest.mark.parametrize(
        ("changes", "path", "said"),
        [
            ({"fees": [{"name": "protection", "fee": euros("1.00")}]},
             "facts.fees[0].name", "must be one of buyer-protection, verification"),
            ({"quality_control_fee": euros("1.00")},
             "facts.quality_control_fee", "zero for a house that has no such fee, got 1.00 EUR"),
            ({"fees": None}, "facts.quality_control_fee", "given, or fees by their names"),
        ],
    )  # fmt: skip
    def test_are_refused_where_nothing_can_be_meant(
        self, changes: dict[str, object], path: str, said: str
    ) -> None:
        """A fee that the house does not have, or none at all."""
        found, message = error_of(self.refund(["bag"], **changes))
        assert (found, said in message) == (path, True), message

    def test_are_given_once(self) -> None:
        """The contract's own fee is named by itself or among the others, not both."""
        facts = {**refund_facts(), "fees": [{"name": "quality-control", "fee": euros("12.75")}]}
        path, message = error_of(ask("quote-refund", **facts))
        assert path == "facts.quality_control_fee"
        assert "left out where fees name quality-control" in message
        del facts["quality_control_fee"]
        alone = ask("quote-refund", **facts)["value"]
        named = ask("quote-refund", **refund_facts())["value"]
        assert isinstance(alone, dict)
        assert isinstance(named, dict)
        assert alone["fees"] == named["quality_control_fee"]

    def test_on_each_seller_need_the_seller(self, tmp_path: Path) -> None:
        """Of pieces that the workshop sent together nobody else can know whose they are."""
        document = tmp_path / "house.toml"
        text = SHIPPED.replace('per = "order"', 'per = "seller"', 1)
        assert text != SHIPPED
        document.write_text(text, "utf-8")
        facts = {**refund_facts(), "destination": LIEGE}
        path, message = error_of(reply(question("quote-refund", facts, policy=str(document))))
        assert path == "facts.parcels[0].pieces[0].seller"
        assert "must be given" in message
        pieces = facts["parcels"][0]["pieces"]  # type: ignore[index]
        for sold, seller in zip(pieces, ("ada", "lou"), strict=True):
            sold["seller"] = seller
        said = reply(question("quote-refund", facts, policy=str(document)))
        assert said["value"]["quality_control_fee"] == euros("5.50")  # type: ignore[index]


class TestDepth:
    """A text nested too deep is an error of its own, never of ours."""

    @pytest.mark.parametrize(
        "text",
        [
            b'{"id": "q", "facts": ' + b"[" * DEEP + b"]" * DEEP + b"}",
            b'{"id": "q", "facts": ' + b'{"a":' * DEEP + b"1" + b"}" * DEEP + b"}",
            b"[" * DEEP,
            *(b"[" * depth + b"]" * depth for depth in (32, 33, 900, 980, 995, 1000)),
        ],
        ids=len,
    )
    def test_is_bounded_in_a_text(self, text: bytes) -> None:
        """Whatever it nests, and whether or not it ends."""
        for request in (text, text.decode()):
            _, message = error_of(answer(request, today=TODAY))
            assert "fault of ours" not in message

    def test_is_bounded_in_what_a_host_holds(self) -> None:
        """A mapping that nests too deep, or holds itself."""
        deep: dict[str, object] = {}
        for _ in range(DEEP):
            deep = {"a": deep}
        circle: dict[str, object] = {}
        circle["a"] = circle
        for facts in (deep, circle):
            path, message = error_of(answer({"id": "q", "rule": "tender", "facts": facts}))
            assert (path, message) == ("facts", "must be nested at most 32 deep, got more")


class TestInProcess:
    """`answer` takes what a host holds."""

    def test_takes_a_mapping_and_a_text(self) -> None:
        """And answers all alike."""
        request = {"id": "q", "rule": "tender", "facts": {"kind": "paypal"}}
        text = json.dumps(request)
        replies = [answer(given, today=TODAY) for given in (request, text, text.encode())]
        assert replies == [replies[0]] * 3
        assert replies[0]["decision"] == "accepted"

    @pytest.mark.parametrize("request_", [7, None, [], {"id": "q", 7: 8}, "\ud800", "[]"])
    def test_refuses_anything_else(self, request_: object) -> None:
        """With an error, as a line would be."""
        _, message = error_of(answer(request_, today=TODAY))  # type: ignore[arg-type]
        assert "fault of ours" not in message

    def test_decides_by_the_edition_of_today(self) -> None:
        """Where the request names no day and the host none."""
        request = {"id": "q", "rule": "tender", "facts": {"kind": "paypal"}}
        assert answer(request)["decision"] == "accepted"


class TestEventsThatAPayoutCountsFrom:
    """R6: a payout from another event than receipt is not counted from receipt."""

    PAYOUT: ClassVar[dict[str, object]] = {
        "returns_open": False,
        "now": "2026-06-17T00:00:00+02:00",
    }

    @pytest.mark.parametrize("received", [{}, {"received": "2026-06-07"}])
    def test_must_be_given(self, tmp_path: Path, received: dict[str, str]) -> None:
        """The error names the event, whether or not the piece was received."""
        facts = {**self.PAYOUT, **received}
        asked = question("assess-payout", facts, policy=counting_from('"dispatched"', tmp_path))
        path, message = error_of(reply(asked))
        assert path == "facts.events"
        assert message.startswith("must hold dispatched, which the time counts from, got none")

    @pytest.mark.parametrize(("now", "decision"), [("23:59:59", "held"), ("24:00:00", "due")])
    def test_decides_without_a_receipt(self, tmp_path: Path, now: str, decision: str) -> None:
        """Dispatched on the 2nd and never delivered, it is due when the 16th is over."""
        moment = "2026-06-17T00:00:00+02:00" if now == "24:00:00" else f"2026-06-16T{now}+02:00"
        facts = {**self.PAYOUT, "now": moment, "events": {"dispatched": "2026-06-02"}}
        asked = question("assess-payout", facts, policy=counting_from('"dispatched"', tmp_path))
        assert reply(asked)["decision"] == decision

    @pytest.mark.parametrize(("kind", "hours"), [("auction", 48), ("sale", None), (None, None)])
    def test_of_what_was_sold_so(self, tmp_path: Path, kind: str | None, hours: int | None) -> None:
        """The rule alone and the order pay at one moment; a kind not given is the assumed one."""
        document = tmp_path / "house.toml"
        document.write_text(AUCTIONS, "utf-8")
        sale = {} if kind is None else {"sale_kind": kind}
        delivered, later = "2026-06-02T10:30:00+02:00", "2026-12-01T00:00:00+01:00"
        facts = {"received": delivered, "returns_open": False, "now": later, **sale}
        alone: dict[str, Any] = reply(question("assess-payout", facts, policy=str(document)))
        order = {
            "id": "o1",
            "buyer": "zoe",
            "mode": "direct",
            "destination": BORDEAUX,
            "placed_at": "2026-06-01T10:00:00+02:00",
            "pieces": [{"id": "coat", "seller": "ada", "price": EUR_90, "weight_g": 900, **sale}],
        }
        steps = [
            {"at": delivered, "do": "hand-in", "parcel": "ada", "tracking_number": "8R1"},
            {"at": delivered, "do": "scan", "parcel": "ada", "status": "delivered"},
        ]
        lived = {"order": order, "commands": steps, "until": later}
        replayed: dict[str, Any] = reply(question("replay-order", lived, policy=str(document)))
        (paid,) = replayed["value"]["payouts"]
        assert paid["at"] == alone["value"]["since"]
        exact = (datetime.fromisoformat(paid["at"]) - datetime.fromisoformat(delivered)).days
        assert (exact == 2) == (hours == 48)

    def test_receipt_is_delivery_too(self, tmp_path: Path) -> None:
        """Unless another day is given for it."""
        policy = counting_from('"delivered"', tmp_path)
        facts = {**self.PAYOUT, "received": "2026-06-02"}
        assert reply(question("assess-payout", facts, policy=policy))["decision"] == "due"
        later = {**facts, "events": {"delivered": "2026-06-03"}}
        assert reply(question("assess-payout", later, policy=policy))["decision"] == "held"


class TestPlacesThatATimeDependsOn:
    """Where a time differs by place, it is that of the place."""

    PAYOUT: ClassVar[dict[str, Json]] = {
        "received": "2026-06-01T10:00:00+02:00",
        "returns_open": False,
        "now": "2026-06-04T00:00:00+02:00",
    }
    SILENCE: ClassVar[dict[str, Json]] = {
        "question": "report-problem",
        "events": {"delivered": "2026-06-01T10:00:00+02:00"},
        "now": "2026-06-04T00:00:00+02:00",
    }

    @pytest.mark.parametrize(
        ("rule", "facts", "here", "in_canada"),
        [
            ("assess-payout", PAYOUT, "due", "held"),
            ("silence", SILENCE, "not-answered", "awaited"),
        ],
    )
    def test_is_given(self, rule: str, facts: dict[str, Json], here: str, in_canada: str) -> None:
        """Two days in France, four in Canada."""
        for place, decision in ((BORDEAUX, here), ({"country": "CA"}, in_canada)):
            found = reply(question(rule, {**facts, "destination": place}, policy="vinted"))
            assert found["decision"] == decision

    def test_is_not_needed_where_nothing_differs(self) -> None:
        """The question of another name holds everywhere, and so does the only payout."""
        facts = {**self.SILENCE, "question": "dispatch", "events": {"paid": "2026-06-01"}}
        assert reply(question("silence", facts, policy="vinted"))["decision"] == "awaited"
        assert ask("assess-payout", **self.PAYOUT)["decision"] == "held"

    def test_of_silence_is_required(self) -> None:
        """It is not taken for any other."""
        where, _ = error_of(reply(question("silence", self.SILENCE, policy="vinted")))
        assert where == "facts.destination"

    def test_of_a_payout_may_be_left_out(self) -> None:
        """Then the time that holds everywhere else counts."""
        assert reply(question("assess-payout", self.PAYOUT, policy="vinted"))["decision"] == "due"


CHECKOUT = {
    "cart": [{"piece": "coat", "price": euros("90.00")}],
    "on_sale": [{"piece": "coat", "price": euros("90.00")}],
    "buyer": {"signed_in": True, "has_account": True},
    "shipping_address": {"country": "FR"},
    "billing_address": {"country": "FR"},
}


class TestPartsOfAFee:
    """What a fee is computed on."""

    def test_is_named_where_it_is_not_given(self) -> None:
        """By the part that is missing, and not by those that are there."""
        facts = {"fee": "quality-control", "mode": "grouped", "parts": {"shipping": euros("9.00")}}
        assert error_of(ask("quote-fee", **facts)) == (
            "facts.parts.pieces",
            "must be given: the fee quality-control is computed on it, got nothing",
        )


class TestFieldsThatRulesCallOtherwise:
    """An error names the fact, whatever the class inside calls the field."""

    @pytest.mark.parametrize(
        ("tender", "path", "said"),
        [
            ({"kind": "card"}, "facts.tender.brand", "the brand of the card"),
            ({"kind": "paypal", "brand": "visa"}, "facts.tender.brand", "left out"),
            ({"kind": "crad"}, "facts.tender.kind", "(card?)"),
        ],
    )
    def test_is_a_part_of_the_tender(self, tender: dict[str, str], path: str, said: str) -> None:
        """Which is one fact of a checkout."""
        found, message = error_of(ask("assess-checkout", **CHECKOUT, tender=tender))
        assert (found, said in message) == (path, True), message

    def test_is_the_list_of_parcels(self) -> None:
        """Where one piece is in two of them."""
        facts = refund_facts()
        parcels = facts["parcels"]
        assert isinstance(parcels, list)
        found, message = error_of(ask("quote-refund", **{**facts, "parcels": parcels * 2}))
        assert (found, message) == ("facts.parcels", "must be in one parcel only, got 'coat'")

    def test_is_what_a_seller_settles(self, tmp_path: Path) -> None:
        """Where a house has bounds that it must lie within."""
        facts = {
            "initial_price": euros("100.00"),
            "seller_terms": {"accept_at": euros("20.00")},
            "commands": [],
            "until": "2026-09-08T08:00:00Z",
        }
        document = tmp_path / "bounded.toml"
        document.write_text(SHIPPED + BOUNDS, "utf-8")
        house = str(document)
        found, message = error_of(reply(question("replay-negotiation", facts, policy=house)))
        assert (found, message) == (
            "facts.seller_terms.accept_at",
            "must be from 0.50 to 0.90 of the initial price, got 20.00 EUR",
        )
