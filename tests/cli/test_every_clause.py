"""Every clause is a question of the JSON API, and the questions that had none are answered."""

from __future__ import annotations

from pathlib import Path

import pytest

from docs.generate_clauses import cited_in, clauses
from tests.cli.asking import ask, euros, question, reply
from tests.cli.test_rules import decided
from tests.policies.corner_shop import CORNER_SHOP, POINTS
from vintage_rules.api.rules import HOMES, rule_named

HOME = {
    "name": "Zoé",
    "line1": "1 rue Neuve",
    "postal_code": "33000",
    "city": "Bordeaux",
    "country": "FR",
}
COAT = {"piece": "coat", "price": euros("90.00")}
CHECKOUT = {
    "cart": [COAT],
    "on_sale": [COAT],
    "buyer": {"signed_in": True, "has_account": True},
    "shipping_address": HOME,
    "billing_address": HOME,
    "tender": {"kind": "paypal"},
}


def cited() -> dict[str, frozenset[str]]:
    """Give the clauses that each rule of the API cites."""
    return {name: cited_in(rule_named(name).function.__doc__ or "") for name in HOMES}


class TestEveryClause:
    """A clause that no rule of the API cites is one that no other language can be held to."""

    @pytest.mark.parametrize("clause", clauses())
    def test_is_a_question(self, clause: str) -> None:
        """Some rule says in its documentation that it decides by it."""
        assert [name for name, found in cited().items() if clause in found]


class TestA1Messages:
    """A1: nothing passes between buyers and sellers but an offer, which carries a price."""

    @pytest.mark.parametrize(
        ("kind", "fields", "decision", "value", "reasons"),
        [
            ("offer", ["price"], "passes", {}, []),
            ("offer", ["price", "note"], "refused", {"too_much": ["note"]}, ["carries-too-much"]),
            ("question", ["text"], "refused", {}, ["no-direct-contact"]),
        ],
    )
    def test_pass_or_not(
        self,
        kind: str,
        fields: list[str],
        decision: str,
        value: dict[str, object],
        reasons: list[str],
    ) -> None:
        """A price passes, a note does not, and a question not at all."""
        answer = ask("assess-message", kind=kind, fields=fields)
        assert decided(answer) == (decision, value, reasons)
        assert answer["sources"] == ["A1"]


class TestA2C3L6L7Requests:
    """A2, C3, L6: no trying on, no other address, no collecting; L7: a day is noted."""

    @pytest.mark.parametrize(
        ("request_", "decision", "clause"),
        [
            ("try-on", "refused", "A2"),
            ("change-shipping-address", "refused", "C3"),
            ("collection", "refused", "L6"),
            ("deliver-by-date", "granted", "L7"),
        ],
    )
    def test_each(self, request_: str, decision: str, clause: str) -> None:
        """By the clause that says so."""
        answer = ask("assess-request", request=request_)
        assert (answer["decision"], answer["sources"]) == (decision, [clause])

    def test_an_unknown_one_is_named(self) -> None:
        """With those there are."""
        error = ask("assess-request", request="gift-wrap")["error"]
        assert isinstance(error, dict)
        assert error["path"] == "facts.request"
        assert "try-on" in error["message"]


class TestA5Alerts:
    """A5: an alert is set on a sold piece, once; one mail uses it up."""

    def test_on_a_sold_piece(self) -> None:
        """It is used up by its mail."""
        assert decided(ask("assess-alert", sold=True)) == ("admissible", {"used_up": True}, [])

    def test_not_on_one_for_sale_and_not_twice(self) -> None:
        """With every reason."""
        answer = ask("assess-alert", sold=False, already_set=True)
        assert decided(answer) == ("refused", {}, ["alert-already-set", "not-sold"])

    def test_where_the_house_has_none(self) -> None:
        """A house without alerts says so."""
        answer = reply(question("assess-alert", {"sold": True}, policy="selency"))
        assert decided(answer) == ("refused", {}, ["no-alerts"])


class TestC1C2C4Checkout:
    """C1, C2, C4: a cart reserves nothing, needs both addresses, and an account its sign-in."""

    def test_can_be_ordered(self) -> None:
        """Signed in, with both addresses, at the price that was seen."""
        assert decided(ask("assess-checkout", **CHECKOUT)) == ("admissible", {}, [])

    @pytest.mark.parametrize(
        ("changes", "value", "reason"),
        [
            ({"on_sale": []}, {"gone": ["coat"]}, "piece-gone"),
            (
                {"on_sale": [{**COAT, "price": euros("85.00")}]},
                {"changed": [{"piece": "coat", "seen": euros("90.00"), "now": euros("85.00")}]},
                "price-changed",
            ),
            (
                {"billing_address": {**HOME, "city": ""}},
                {"missing": ["billing.city"]},
                "address-incomplete",
            ),
            ({"buyer": {"signed_in": False, "has_account": True}}, {}, "not-signed-in"),
            ({"tender": {"kind": "card", "brand": "diners"}}, {}, "brand-not-accepted"),
            ({"cart": []}, {}, "empty-cart"),
        ],
    )
    def test_is_refused_with_what_is_wrong(
        self, changes: dict[str, object], value: dict[str, object], reason: str
    ) -> None:
        """One thing at a time."""
        answer = ask("assess-checkout", **{**CHECKOUT, **changes})
        assert decided(answer) == ("refused", value, [reason])

    def test_a_guest_without_an_account_may_order(self) -> None:
        """C4: an e-mail address that belongs to no account."""
        buyer = {"signed_in": False, "has_account": False}
        answer = ask("assess-checkout", **{**CHECKOUT, "buyer": buyer})
        assert answer["decision"] == "admissible"


class TestF3F4Refunds:
    """F3: a card shows it after some days, PayPal at once; F4: overdue, the buyer writes."""

    @pytest.mark.parametrize(
        ("tender", "earliest", "latest"),
        [("card", "2026-09-22", "2026-09-29"), ("paypal", "2026-09-15", "2026-09-15")],
    )
    def test_shows(self, tender: str, earliest: str, latest: str) -> None:
        """Five to ten working days after Tuesday the 15th, or that day."""
        answer = ask("estimate-statement", refunded_at="2026-09-15T10:00:00+02:00", tender=tender)
        assert decided(answer) == ("estimated", {"earliest": earliest, "latest": latest}, [])

    @pytest.mark.parametrize(
        ("now", "decision", "value"),
        [
            ("2026-09-14T21:59:59Z", "awaited", {"until": "2026-09-14"}),
            ("2026-09-14T22:00:00Z", "overdue", {"since": "2026-09-14"}),
        ],
    )
    def test_is_overdue(self, now: str, decision: str, value: dict[str, str]) -> None:
        """Back on Monday the 7th: five working days, to the end of the day in Paris."""
        answer = ask("assess-pending-refund", received="2026-09-07", now=now)
        assert decided(answer) == (decision, value, [])


class TestR2Cancellations:
    """R2: before it is posted, a piece may be cancelled; the time is the policy's."""

    @pytest.mark.parametrize(
        ("now", "posted", "decision", "reasons"),
        [
            ("2025-09-02T07:59:59Z", False, "cancellable", []),
            ("2025-09-02T08:00:00Z", False, "refused", ["too-late"]),
            ("2025-09-02T08:00:00Z", True, "refused", ["already-posted", "too-late"]),
            ("2025-09-02T07:59:59Z", True, "refused", ["already-posted"]),
        ],
    )
    def test_within_24_hours(
        self, tmp_path: Path, now: str, decision: str, reasons: list[str], *, posted: bool
    ) -> None:
        """Elapsed hours, the last moment excluded; each reason is given."""
        document = tmp_path / "shop.toml"
        point = (POINTS / "12-before-posting.toml").read_text("utf-8")
        document.write_text(CORNER_SHOP + point, "utf-8")
        facts = {
            "by": "buyer",
            "ordered_at": "2025-09-01T08:00:00Z",
            "now": now,
            "posted": posted,
        }
        answer = reply(question("assess-cancellation", facts, policy=str(document)))
        value = {
            "until": "2025-09-02T08:00:00Z",
            "parts": ["pieces", "shipping"],
            "piece": "on-sale",
        }
        assert decided(answer) == (decision, value if decision == "cancellable" else {}, reasons)

    @pytest.mark.parametrize(("by", "piece"), [("buyer", "on-sale"), ("seller", "withdrawn")])
    def test_as_long_as_it_has_not_left(self, by: str, piece: str) -> None:
        """The shipped house sets no time, and refunds all that was paid for the piece."""
        moment = "2026-09-07T10:00:00+02:00"
        answer = ask("assess-cancellation", by=by, ordered_at=moment, now=moment, posted=False)
        parts = ["fee", "pieces", "shipping", "supplement"]
        assert decided(answer) == ("cancellable", {"parts": parts, "piece": piece}, [])
