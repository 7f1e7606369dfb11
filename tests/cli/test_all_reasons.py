"""Every reason the JSON API can refuse for, with others at once: all, in alphabetical order."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.cli.asking import BORDEAUX, LIEGE, OFFER, RETURN, piece, question, refund_facts, reply
from vintage_rules.offers.refusals import OfferRefusal
from vintage_rules.orders.quote import OrderRefusal
from vintage_rules.pricing.gift_cards import GiftCardRefusal
from vintage_rules.pricing.tenders import TenderRefusal
from vintage_rules.returns.claims import ClaimRefusal
from vintage_rules.returns.eligibility import ReturnRefusal, ReturnReview
from vintage_rules.returns.refund import RefundRefusal

BAZAAR = "tests/policies/houses/grand-bazaar.toml"
YEARS_LATER = "2029-01-01T00:00:00Z"


def money(amount: str, policy: str = "imparfaite") -> dict[str, str]:
    """Write an amount in the currency of a house."""
    return {"amount": amount, "currency": "CHF" if policy == BAZAAR else "EUR"}


def reasons(rule: str, facts: Mapping[str, object], policy: str = "imparfaite") -> list[str]:
    """Ask a rule that refuses, or doubts, and give why."""
    given = reply(question(rule, facts, policy=policy))
    assert given["decision"] in {"refused", "held", "needs-review"}, given
    found = given["reasons"]
    assert isinstance(found, list)
    return [str(reason) for reason in found]


class TestAssessOffer:
    """N1, N2, N3, N8: everything speaks against an offer."""

    WORST: Mapping[str, object] = {
        "open_to_offers": False,
        "signed_in": False,
        "already_offered": True,
        "available": False,
        "offered_today": 25,
        "opened": False,
        "authorised": False,
        "completion": "0.01",
    }

    @pytest.mark.parametrize(
        ("policy", "price", "expected"),
        [
            (
                "imparfaite",
                "-1.00",
                (
                    "already-offered not-available not-open-to-offers not-positive not-signed-in "
                    "reduction-too-large too-soon"
                ),
            ),
            (
                "imparfaite",
                "180.00",
                (
                    "already-offered not-available not-below-current-price not-open-to-offers "
                    "not-signed-in too-soon"
                ),
            ),
            (
                "selency",
                "0.00",
                (
                    "not-authorised not-available not-open-to-offers not-positive not-signed-in "
                    "too-soon"
                ),
            ),
            (
                BAZAAR,
                "150.00",
                "not-available not-open-to-offers reduction-too-large too-many-today too-soon",
            ),
        ],
    )
    def test_is_refused_for_all(self, policy: str, price: str, expected: str) -> None:
        """Each house for what it asks for, of a piece that costs 180 now."""
        prices = {
            "price": money(price, policy),
            "initial_price": money("200.00", policy),
            "current_price": money("180.00", policy),
            "seller_minimum": money("150.00", policy),
        }
        assert reasons("assess-offer", {**self.WORST, **prices}, policy) == expected.split()

    @pytest.mark.parametrize(("today", "refused"), [(24, False), (25, True)])
    def test_counts_the_offers_of_a_day(self, today: int, *, refused: bool) -> None:
        """Of 25 a day the 25th is the last."""
        prices = {name: money("200.00", BAZAAR) for name in ("initial_price", "current_price")}
        facts = {**OFFER, **prices, "price": money("140.00", BAZAAR), "offered_today": today}
        given = reply(question("assess-offer", facts, policy=BAZAAR))
        assert given["reasons"] == (["too-many-today"] if refused else [])


Step = tuple[str, Mapping[str, object]]
ZOE, MAX = {"buyer": "zoe"}, {"buyer": "max"}


def at_price(amount: str, policy: str = "imparfaite", **more: object) -> dict[str, object]:
    """Name a price."""
    return {"price": money(amount, policy), **more}


def refusals(policy: str, *steps: Step, **facts: object) -> list[tuple[str, str]]:
    """Ask for one thing an hour of a piece of 200, and give what is refused, with its reasons."""
    commands = [
        {"at": f"2026-09-07T{8 + hour:02}:00:00Z", "do": do, **given}
        for hour, (do, given) in enumerate(steps)
    ]
    asked = {
        "initial_price": money("200.00", policy),
        "commands": commands,
        "until": "2026-10-30T08:00:00Z",
        **facts,
    }
    given = reply(question("replay-negotiation", asked, policy=policy))
    assert given["decision"] == "replayed", given
    value = given["value"]
    assert isinstance(value, dict)
    found = value["refusals"]
    assert isinstance(found, list)
    return [(each["do"], " ".join(each["reasons"])) for each in found]


class TestReplayNegotiation:
    """N1 to N9: what is refused in the course of a negotiation, with every reason."""

    def test_of_a_piece_that_is_sold(self) -> None:
        """Who offered before offers too little, then too much, and then all else is tried."""
        assert refusals(
            "imparfaite",
            ("offer", {**ZOE, **at_price("150.00")}),
            ("decline", ZOE),
            ("sell", {}),
            ("offer", {**ZOE, **at_price("-1.00")}),
            ("offer", {**ZOE, **at_price("200.00")}),
            ("accept", ZOE),
            ("send-offer", {**ZOE, **at_price("-1.00", watching=False)}),
            ("take-down", {}),
            ("relist", {}),
            ("withdraw", ZOE),
            ("return-to-sale", {}),
            ("return-to-sale", {}),
        ) == [
            ("offer", "already-offered not-available not-positive reduction-too-large"),
            ("offer", "already-offered not-available not-below-current-price"),
            ("accept", "already-answered not-available"),
            ("send-offer", "no-seller-offers not-available not-positive reduction-too-large"),
            ("take-down", "not-available"),
            ("relist", "not-taken-down"),
            ("withdraw", "already-answered not-available not-withdrawable"),
            ("return-to-sale", "not-sold"),
        ]

    def test_of_a_counter_price(self) -> None:
        """Below nothing, below what is offered, and exactly what is offered; 140.00 is 30 % off."""
        assert refusals(
            "imparfaite",
            ("offer", {**ZOE, **at_price("140.00")}),
            ("counter", {**ZOE, **at_price("-1.00")}),
            ("counter", {**ZOE, **at_price("139.99")}),
            ("counter", {**ZOE, **at_price("140.00")}),
            ("counter", {**ZOE, **at_price("200.00")}),
            ("accept", {**ZOE, "by": "buyer"}),
            ("withdraw", ZOE),
            ("change-price", at_price("190.00")),
        ) == [
            ("counter", "counter-out-of-range not-positive reduction-too-large"),
            ("counter", "counter-out-of-range reduction-too-large"),
            ("counter", "counter-out-of-range"),
            ("counter", "counter-out-of-range"),
            ("accept", "not-your-turn"),
            ("withdraw", "not-withdrawable"),
            ("change-price", "price-frozen"),
        ]

    def test_of_a_seller_who_does_not_negotiate(self) -> None:
        """Nothing is offered for a piece without the button, least of all nothing."""
        step = ("offer", {**ZOE, **at_price("0.00")})
        assert refusals("imparfaite", step, open_to_offers=False) == [
            ("offer", "not-open-to-offers not-positive reduction-too-large")
        ]

    def test_of_a_house_that_holds_the_money(self) -> None:
        """Listed today, offers open in seven days, with a card that can be charged."""
        step = ("offer", {**ZOE, **at_price("150.00", authorised=False)})
        listed = "2026-09-07T00:00:00Z"
        assert refusals("selency", step, open_to_offers=False, listed_at=listed) == [
            ("offer", "not-authorised not-open-to-offers too-soon")
        ]

    def test_of_a_house_that_counts_offers_by_day(self) -> None:
        """The 26th of a day, at the price itself, on the day of the listing."""
        steps: tuple[Step, ...] = (
            ("offer", {**ZOE, **at_price("200.00", BAZAAR, offered_today=25)}),
            ("send-offer", {**MAX, **at_price("200.00", BAZAAR, watching=False)}),
        )
        assert refusals(BAZAAR, *steps, listed_at="2026-09-07T00:00:00Z") == [
            ("offer", "not-below-current-price too-many-today too-soon"),
            ("send-offer", "no-seller-offers not-below-current-price too-soon"),
        ]

    def test_of_who_is_not_to_answer(self) -> None:
        """The buyer does not answer their own offer, at whatever price; nobody sends a second."""
        assert refusals(
            BAZAAR,
            ("offer", {**ZOE, **at_price("150.00", BAZAAR)}),
            ("counter", {**ZOE, **at_price("-1.00", BAZAAR, by="buyer")}),
            ("counter", {**ZOE, **at_price("1.00", BAZAAR)}),
            ("send-offer", {**ZOE, **at_price("1.00", BAZAAR)}),
            ("take-down", {}),
            ("accept", ZOE),
            listed_at="2026-01-01T00:00:00Z",
        ) == [
            ("counter", "counter-out-of-range not-positive not-your-turn"),
            ("counter", "counter-out-of-range"),
            ("send-offer", "already-offered no-seller-offers"),
            ("accept", "not-available"),
        ]

    def test_only_in_the_words_of_the_rules(self) -> None:
        """A reason is one of those that offers can be refused for."""
        said = refusals("imparfaite", ("accept", ZOE), ("relist", {}))
        assert {reason for _, found in said for reason in found.split()} <= set(OfferRefusal)


class TestAssessReturn:
    """R1, R2, R6, R8, R9: everything speaks against a return."""

    WORST: Mapping[str, object] = {
        **RETURN,
        "requested_at": YEARS_LATER,
        "parcel_number": None,
        "pieces": [],
        "in_writing": False,
        "wants": "exchange",
        "photos": 0,
    }

    @pytest.mark.parametrize(
        ("policy", "reason", "expected"),
        [
            (
                "imparfaite",
                "withdrawal",
                "exchange no-parcel-number no-pieces not-in-writing too-late",
            ),
            (
                "imparfaite",
                "claim",
                "exchange no-parcel-number no-pieces not-in-writing too-few-photos too-late",
            ),
            ("selency", "broken", "exchange no-pieces not-in-writing too-few-photos too-late"),
            (BAZAAR, "broken", "no-pieces too-few-photos too-late"),
        ],
    )
    def test_is_refused_for_all(self, policy: str, reason: str, expected: str) -> None:
        """Each house for what it asks for; a window may count from a scan."""
        facts = {**self.WORST, "reason": reason}
        if policy == BAZAAR:
            facts["events"] = {"delivery-scan": "2026-09-01T10:00:00Z"}
        assert reasons("assess-return", facts, policy) == expected.split()

    def test_every_reason_is_here(self) -> None:
        """But too early, and that a case is not taken back at all, which is said alone."""
        alone = {ReturnRefusal.NOT_ELIGIBLE, ReturnRefusal.TOO_EARLY}
        assert set(self.every()) == set(ReturnRefusal) - alone
        facts = {**RETURN, "seller_kind": "private"}
        assert reasons("assess-return", facts, "vinted") == ["not-eligible"]

    def every(self) -> list[str]:
        """Every reason of a claim on a piece."""
        return reasons("assess-return", {**self.WORST, "reason": "claim"})

    @pytest.mark.parametrize("photos", [1, 2])
    def test_needs_a_look_at_its_photos(self, photos: int) -> None:
        """With a photo it is for a person to judge."""
        facts = {**RETURN, "reason": "claim", "photos": photos}
        found = reasons("assess-return", facts)
        assert found == [ReturnReview.EVIDENCE_TO_JUDGE]


class TestAssessClaim:
    """R9, R10: everything speaks against a claim."""

    WORST: Mapping[str, object] = {
        "since": "2026-09-01",
        "claimed_at": YEARS_LATER,
        "pieces": [],
        "in_writing": False,
    }

    @pytest.mark.parametrize(
        ("policy", "kind", "expected"),
        [
            ("imparfaite", "defect", "no-pieces not-in-writing too-few-photos too-late"),
            ("imparfaite", "not-received", "no-order-number no-pieces not-in-writing too-late"),
            (BAZAAR, "not-received", "no-order-number no-parcel-number no-pieces too-late"),
            (BAZAAR, "counterfeit", "no-pieces not-in-writing too-few-photos too-late"),
        ],
    )
    def test_is_refused_for_all(self, policy: str, kind: str, expected: str) -> None:
        """Each kind for what it asks for."""
        found = reasons("assess-claim", {**self.WORST, "kind": kind}, policy)
        assert found == expected.split()

    def test_every_reason_is_here(self) -> None:
        """Over the kinds of claim of two houses; what is too late is not too early."""
        found = {
            reason
            for policy, kind in (
                ("imparfaite", "defect"),
                ("imparfaite", "not-received"),
                (BAZAAR, "not-received"),
            )
            for reason in reasons("assess-claim", {**self.WORST, "kind": kind}, policy)
        }
        assert found == set(ClaimRefusal) - {ClaimRefusal.TOO_EARLY}

    @pytest.mark.parametrize(
        ("photos", "expected"), [(0, ["no-pieces", "too-few-photos"]), (2, ["no-pieces"])]
    )
    def test_counts_photos(self, photos: int, expected: list[str]) -> None:
        """One photo is asked for."""
        facts = {
            "kind": "defect",
            "since": "2026-09-01",
            "claimed_at": "2026-09-02T08:00:00Z",
            "pieces": [],
            "parcel_number": "8R123",
            "photos": photos,
        }
        assert reasons("assess-claim", facts) == expected


class TestQuoteRefund:
    """F1: everything speaks against a refund."""

    @pytest.mark.parametrize(
        ("returned", "before", "expected"),
        [
            (["bag"], ["bag"], ["already-returned", "nothing-left"]),
            (["coat", "bag"], ["bag"], ["already-returned", "nothing-left"]),
            ([], [], ["no-pieces", "nothing-left"]),
        ],
    )
    def test_is_refused_for_all(
        self, returned: list[str], before: list[str], expected: list[str]
    ) -> None:
        """All that was paid has gone back, and what comes back came before, or nothing does."""
        facts = refund_facts()
        asked = {"returned": returned, "returned_before": before}
        gone = {"already_refunded": facts["payments"]}
        assert reasons("quote-refund", {**facts, **asked, **gone}) == expected

    def test_every_reason_is_here(self) -> None:
        """The three there are."""
        assert {"already-returned", "no-pieces", "nothing-left"} == set(RefundRefusal)


class TestGiftCard:
    """C5: everything speaks against a gift card."""

    @pytest.mark.parametrize(
        ("amount", "expected"),
        [
            ("500.01", ["above-maximum", "bought-with-gift-card", "expired"]),
            ("24.99", ["below-minimum", "bought-with-gift-card", "expired"]),
            ("25.00", ["bought-with-gift-card", "expired"]),
            ("500.00", ["bought-with-gift-card", "expired"]),
        ],
    )
    def test_is_refused_for_all(self, amount: str, expected: list[str]) -> None:
        """The amount, by both sides of each bound; the day after a year; what it is bought with."""
        facts = {"purchased_on": "2026-09-01", "used_on": "2027-09-02", "tender": "gift-card"}
        assert reasons("gift-card", {**facts, "amount": money(amount)}) == expected

    def test_every_reason_is_here(self) -> None:
        """The four there are."""
        known = {"above-maximum", "below-minimum", "bought-with-gift-card", "expired"}
        assert known == set(GiftCardRefusal)


class TestQuoteOrder:
    """L12: several parcels without a price, each of them named once."""

    def test_of_parcels_that_are_too_heavy(self) -> None:
        """One reason for two parcels, and both of them; the third is named by nobody."""
        pieces = [
            piece(weight_g=30_001),
            piece(id="bag", seller="lou", weight_g=40_000),
            piece(id="hat", seller="eve", weight_g=30_000),
        ]
        facts = {"mode": "direct", "destination": BORDEAUX, "pieces": pieces}
        given = reply(question("quote-order", facts))
        assert given["reasons"] == [OrderRefusal.ABOVE_LAST_BAND]
        parcels = [
            {"from": "ada", "pieces": ["coat"], "heaviest_g": 30_000},
            {"from": "lou", "pieces": ["bag"], "heaviest_g": 30_000},
        ]
        assert given["value"] == {"parcels": parcels}

    def test_where_there_is_no_price(self) -> None:
        """Poland's house posts to Poland alone."""
        pieces = [piece(price={"amount": "90.00", "currency": "PLN"})]
        facts = {"mode": "direct", "destination": LIEGE, "pieces": pieces}
        given = reply(question("quote-order", facts, policy="vinted-pl"))
        assert (given["decision"], given["reasons"]) == ("refused", [OrderRefusal.NO_RATE])


class TestTender:
    """C6: there is one reason."""

    def test_is_said(self) -> None:
        """A brand that is not taken."""
        assert reasons("tender", {"kind": "card", "brand": "Diners Club"}) == list(TenderRefusal)


class TestPayout:
    """R6: both reasons to wait, for both sides of the window."""

    @pytest.mark.parametrize(
        ("now", "expected"),
        [
            ("2026-09-15T21:59:59.999999Z", ["return-open", "window-open"]),
            ("2026-09-15T22:00:00Z", ["return-open"]),
        ],
    )
    def test_is_held_for_all(self, now: str, expected: list[str]) -> None:
        """The window of what was received on 1 September ends with the 15th in Paris."""
        facts = {"received": "2026-09-01", "returns_open": True, "now": now}
        assert reasons("assess-payout", facts) == expected
