from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.asking import (
    BORDEAUX,
    FEE,
    LONDON,
    OFFER,
    RETURN,
    TODAY,
    ask,
    command,
    error_of,
    euros,
    piece,
    question,
    refund_facts,
    reply,
)
from vintage_rules.api.answering import reply_to
from vintage_rules.api.rules import HOMES

POUNDS = {"amount": "1.00", "currency": "GBP"}
ORDER = {"mode": "direct", "destination": BORDEAUX, "pieces": [piece()]}
PARCEL = {
    "destination": LONDON,
    "goods": euros("1.00"),
    "shipping": euros("1.00"),
    "handling": euros("0.00"),
    "dispatched": "2026-09-01",
}
SENT = {
    "destination": BORDEAUX,
    "dispatched": "2026-09-01",
    "last_movement": "2026-09-02",
    "now": "2026-09-03",
}
EARLY, LATE = "2026-09-07T08:00:00Z", "2026-09-08T08:00:00Z"
TALK = {"initial_price": euros("200.00"), "commands": [], "until": "2026-09-09T08:00:00Z"}
REFUND = refund_facts()
CARD = {"amount": euros("50.00"), "purchased_on": "2026-09-01"}


def refused(rule: str, facts: dict[str, object]) -> tuple[str, str]:
    """Ask what cannot be answered, and give the path and the message."""
    return error_of(ask(rule, **facts))


class TestRequest:
    """What surrounds the facts."""

    @pytest.mark.parametrize(
        ("request_", "path", "said"),
        [
            ({}, "id", "must be given; also rule: must be given; also facts: must be given"),
            ({"id": 7, "rule": "tender", "facts": {}}, "id", "must be a string, got 7"),
            ({"id": None, "rule": "tender", "facts": {}}, "id", "must be a string, got nothing"),
            ({"id": "q", "rule": 7, "facts": {}}, "rule", "must be a string, got 7"),
            ({"id": "q", "rule": "tender"}, "facts", "must be given"),
            ({"id": "q", "rule": "tender", "facts": []}, "facts", "must be an object, got []"),
            ({"id": "q", "rule": "tender", "facts": {}, "on": 1}, "on", "a day such as"),
            ({"id": "q", "rule": "tender", "facts": {}, "policy": 1}, "policy", "a string, got 1"),
            ({"id": "q", "rule": "tender", "facts": {}, "loc": "fr"}, "loc", "(locale?)"),
        ],
    )
    def test_is_refused_by_path(self, request_: dict[str, object], path: str, said: str) -> None:
        """What is missing, misspelt or of another kind is named, with what is allowed."""
        answer = reply(json.dumps(request_).encode())
        found, message = error_of(answer)
        assert found == path
        assert said in message
        assert answer["id"] == ("q" if request_.get("id") == "q" else None)

    def test_names_a_rule(self) -> None:
        """An unknown rule is refused with those there are, and the one that was meant."""
        path, message = error_of(reply(question("quality-fee", FEE)))
        assert path == "rule"
        assert all(name in message for name in HOMES)
        assert "(quality-control-fee?)" in message

    def test_keeps_any_id(self) -> None:
        """An id is any text, the empty one and one that needs escaping included."""
        for id_ in ("", "é\u2028\x00\n", "x" * 100_000):
            line = json.dumps({"id": id_, "rule": "tender", "facts": {"kind": "paypal"}})
            written = reply_to(line, today=TODAY).line
            assert written.count(b"\n") == 1
            assert json.loads(written)["id"] == id_

    @pytest.mark.parametrize(
        ("policy", "said"),
        [
            ("nobody", "must be one of imparfaite"),
            ("nowhere.toml", "there is no such file"),
            ("", "must be one of imparfaite"),
            ("\x00.toml", "must be"),
        ],
    )
    def test_names_a_policy(self, policy: str, said: str) -> None:
        """A policy that does not exist is refused with those there are."""
        path, message = error_of(reply(question("tender", {"kind": "paypal"}, policy=policy)))
        assert path == "policy"
        assert said in message

    def test_names_the_faults_of_a_policy(self, tmp_path: Path) -> None:
        """A document that is none is refused with its faults and their places, each time."""
        document = tmp_path / "house.toml"
        document.write_text("name = 'house\n")
        folder = tmp_path / "folder.toml"
        folder.mkdir()
        for _ in range(2):
            said = reply(question("tender", {"kind": "paypal"}, policy=str(document)))
            assert "house.toml:" in str(said["error"])
        assert error_of(reply(question("tender", {}, policy=str(folder))))[0] == "policy"

    def test_takes_a_policy_from_a_file(self, tmp_path: Path) -> None:
        """A host's own document decides, under its own name."""
        shipped = Path(__file__).parents[2] / "src/vintage_rules/policies/imparfaite.toml"
        text = shipped.read_text("utf-8").replace('name = "imparfaite"', 'name = "ours"')
        document = tmp_path / "ours.toml"
        document.write_text(text, "utf-8")
        answer = reply(question("tender", {"kind": "paypal"}, policy=str(document)))
        assert answer["policy"] == "ours@2023-01-01"

    @pytest.mark.parametrize("name", ["policy", "on", "locale"])
    def test_takes_nothing_as_not_said(self, name: str) -> None:
        """What may be left out may be null."""
        question_ = {"id": "q", "rule": "tender", "facts": {"kind": "paypal"}}
        said = reply(json.dumps({**question_, name: None}).encode())
        assert said == reply(json.dumps(question_).encode())

    def test_asks_on_a_day(self) -> None:
        """The edition is that of the day asked, or of today; before the first there is none."""
        for on in ({}, {"on": "2023-01-01"}, {"on": None}):
            answer = reply(question("tender", {"kind": "paypal"}, **on))
            assert answer["policy"] == "imparfaite@2023-01-01"
        path, message = error_of(reply(question("tender", {"kind": "paypal"}, on="2022-12-31")))
        assert (path, message) == (
            "on",
            "imparfaite has no edition before 2023-01-01, got 2022-12-31",
        )

    @pytest.mark.parametrize("locale", ["tlh", "", "english", "\x00", "x" * 1000])
    def test_speaks_known_languages(self, locale: str) -> None:
        """A language without words is refused, and nothing is said in another one instead."""
        path, message = error_of(reply(question("tender", {"kind": "paypal"}, locale=locale)))
        assert path == "locale"
        assert "en" in message

    def test_is_answered_in_words_where_asked(self) -> None:
        """With a locale the decision comes in words too, last; without one it does not."""
        french = reply(question("quality-control-fee", FEE, locale="fr"))
        assert list(french) == [
            "id",
            "decision",
            "value",
            "reasons",
            "sources",
            "policy",
            "text",
        ]
        assert "8,99" in str(french["text"])
        english = reply(question("quality-control-fee", FEE, locale="en"))
        assert "€8.99" in str(english["text"])
        assert "text" not in reply(question("quality-control-fee", FEE))


class TestAmounts:
    """Money is exact, a string, and in the currency that is meant."""

    @pytest.mark.parametrize(
        ("goods", "path", "said"),
        [
            (3, "facts.goods", "must be money such as"),
            ("3.00 EUR", "facts.goods", "must be money such as"),
            (None, "facts.goods", "must be money such as"),
            ({}, "facts.goods.amount", "must be given; also facts.goods.currency: must be given"),
            ({"amount": "1.00"}, "facts.goods.currency", "must be given"),
            ({"amount": 1, "currency": "EUR"}, "facts.goods.amount", "must be a string, got 1"),
            ({"amount": 0.1, "currency": "EUR"}, "facts.goods.amount", "must be a string, got 0.1"),
            ({"amount": True, "currency": "EUR"}, "facts.goods.amount", "a string, got true"),
            (euros("NaN"), "facts.goods.amount", "a decimal number"),
            (euros("1e3"), "facts.goods.amount", "a decimal number"),
            (euros("1,00"), "facts.goods.amount", "a decimal number"),
            (euros(""), "facts.goods.amount", "a decimal number"),
            (euros("1.005"), "facts.goods.amount", "at most 2 decimals for EUR"),
            (euros("-0.01"), "facts.goods.amount", "0 or more"),
            (euros("9" * 30), "facts.goods.amount", "between"),
            ({"amount": "1", "currency": "eur"}, "facts.goods.currency", "ISO 4217"),
            ({"amount": "1", "currency": "EURO"}, "facts.goods.currency", "ISO 4217"),
            (POUNDS, "facts.goods.currency", "must be EUR, the currency of the house, got GBP"),
            (
                {**POUNDS, "curency": 1},
                "facts.goods.curency",
                "one of amount, currency (currency?)",
            ),
        ],
    )
    def test_are_refused_by_path(self, goods: object, path: str, said: str) -> None:
        """The path leads to the amount or to the currency, whichever is wrong."""
        found, message = refused("quality-control-fee", {"mode": "grouped", "goods": goods})
        assert found == path
        assert said in message

    def test_that_are_no_numbers_are_refused_by_path(self) -> None:
        """A NaN that JSON readers let through is refused where it stands."""
        line = (
            b'{"id": "q", "rule": "quality-control-fee", "facts":'
            b' {"mode": "grouped", "goods": {"amount": NaN, "currency": "EUR"}}}'
        )
        assert error_of(reply(line)) == ("facts.goods.amount", "must be a string, got NaN")


class TestFacts:
    """Every other fact, of each rule."""

    @pytest.mark.parametrize(
        ("rule", "facts", "path", "said"),
        [
            ("quality-control-fee", {"mode": "post", "goods": euros("1")}, "facts.mode", "direct"),
            ("quality-control-fee", {"goods": euros("1")}, "facts.mode", "must be given"),
            ("quality-control-fee", {**FEE, "Mode": "x"}, "facts.Mode", "(mode?)"),
            ("quote-order", {**ORDER, "mode": 1}, "facts.mode", "a string, got 1"),
            ("quote-order", {**ORDER, "mode": "x"}, "facts.mode", "one of direct, grouped"),
            ("quote-order", {**ORDER, "pieces": []}, "facts.pieces", "at least one piece"),
            ("quote-order", {**ORDER, "pieces": piece()}, "facts.pieces", "a list"),
            ("quote-order", {**ORDER, "pieces": [1]}, "facts.pieces[0]", "an object, got 1"),
            (
                "quote-order",
                {**ORDER, "pieces": [piece(), piece(id="b", price=POUNDS)]},
                "facts.pieces[1].price.currency",
                "must be EUR, the currency of the house, got GBP",
            ),
            (
                "quote-order",
                {**ORDER, "pieces": [piece(price=euros("0.00"))]},
                "facts.pieces[0].price.amount",
                "must be above 0, got '0.00'",
            ),
            (
                "quote-order",
                {**ORDER, "pieces": [piece(), piece()]},
                "facts.pieces[1].id",
                "another id than an earlier piece's, got 'coat'",
            ),
            (
                "quote-order",
                {**ORDER, "pieces": [piece(id="")]},
                "facts.pieces[0].id",
                "1 to 200 printable characters",
            ),
            (
                "quote-order",
                {**ORDER, "pieces": [piece(seller="workshop")]},
                "facts.pieces[0].seller",
                "the one that names the workshop",
            ),
            (
                "quote-order",
                {**ORDER, "pieces": [piece(weight_g=0)]},
                "facts.pieces[0].weight_g",
                "must be above 0, got 0",
            ),
            (
                "quote-order",
                {**ORDER, "pieces": [piece(weight_g="5")]},
                "facts.pieces[0].weight_g",
                "a whole number, got '5'",
            ),
            (
                "quote-order",
                {**ORDER, "pieces": [piece(weight_g=True)]},
                "facts.pieces[0].weight_g",
                "a whole number, got true",
            ),
            (
                "quote-order",
                {**ORDER, "gift_card_balance": euros("-1.00")},
                "facts.gift_card_balance.amount",
                "0 or more",
            ),
            ("quote-order", {**ORDER, "destination": "FR"}, "facts.destination", "a place such as"),
            (
                "quote-order",
                {**ORDER, "destination": {"country": "FRA"}},
                "facts.destination.country",
                "two letters",
            ),
            (
                "quote-order",
                {**ORDER, "destination": {"country": "XX"}},
                "facts.destination.country",
                "got 'XX'",
            ),
            (
                "quote-order",
                {**ORDER, "destination": {"country": "FR", "postal_code": "1"}},
                "facts.destination.postal_code",
                "got '1'",
            ),
            (
                "estimate-delivery",
                {"destination": BORDEAUX, "dispatched": "2051-01-01"},
                "facts.dispatched",
                "must be between 2010-01-01 and 2050-12-31",
            ),
            (
                "estimate-delivery",
                {"destination": BORDEAUX, "dispatched": "20260901"},
                "facts.dispatched",
                "a day such as 2026-11-22",
            ),
            (
                "estimate-delivery",
                {"destination": BORDEAUX, "dispatched": "2026-02-30"},
                "facts.dispatched",
                "a day such as 2026-11-22",
            ),
            (
                "arrive-by",
                {"destination": BORDEAUX, "dispatched": "2026-09-01", "wanted": "soon"},
                "facts.wanted",
                "a day such as 2026-11-22",
            ),
            (
                "tracking",
                {**SENT, "last_movement": "2026-09-04"},
                "facts.last_movement",
                "not after 2026-09-03, got 2026-09-04",
            ),
            ("tracking", {**SENT, "now": "2026-09-03T10:00:00"}, "facts.now", "with an offset"),
            (
                "assess-import",
                {**PARCEL, "shipping": POUNDS},
                "facts.shipping.currency",
                "must be in EUR, got GBP",
            ),
            (
                "assess-import",
                {**PARCEL, "handling": euros("-1.00")},
                "facts.handling.amount",
                "0 or more",
            ),
            (
                "assess-import",
                {**PARCEL, "rates": {"EURGBP": "0.85"}},
                "facts.rates.EURGBP",
                "two currencies such as EUR/GBP",
            ),
            (
                "assess-import",
                {**PARCEL, "rates": {"EUR/ZZZ": "0.85"}},
                "facts.rates.EUR/ZZZ",
                "two currencies such as EUR/GBP",
            ),
            (
                "assess-import",
                {**PARCEL, "rates": {"EUR/GBP": 0.85}},
                "facts.rates.EUR/GBP",
                'such as "0.85", got 0.85',
            ),
            (
                "assess-import",
                {**PARCEL, "rates": {"EUR/GBP": "0"}},
                "facts.rates.EUR/GBP",
                "a number above 0",
            ),
            ("assess-import", {**PARCEL, "tariff_lines": 0}, "facts.tariff_lines", "above 0"),
            (
                "assess-import",
                {**PARCEL, "origin": {"country": "FR", "postal_code": "1"}},
                "facts.origin.postal_code",
                "a code of FR such as 75011",
            ),
            (
                "gift-card",
                {**CARD, "used_on": "2026-08-31"},
                "facts.used_on",
                "on or after 2026-09-01, when it was bought, got 2026-08-31",
            ),
            ("gift-card", {**CARD, "amount": POUNDS}, "facts.amount.currency", "EUR"),
            ("gift-card", {**CARD, "amount": euros("-1")}, "facts.amount.amount", "0 or more"),
            ("gift-card", {**CARD, "tender": "giftcard"}, "facts.tender", "gift-card"),
            ("gift-card", {**CARD, "purchased_on": "9999-12-31"}, "facts.purchased_on", "9999"),
            ("tender", {"kind": "cheque"}, "facts.kind", "one of card, paypal, got 'cheque'"),
            ("tender", {"kind": "card"}, "facts.brand", "the brand of the card"),
            ("tender", {"kind": "paypal", "brand": "visa"}, "facts.brand", "left out"),
            ("contact", {"at": "2026-09-07"}, "facts.at", "a moment with an offset"),
            ("contact", {"at": "2026-09-07T13:00:00"}, "facts.at", "a moment with an offset"),
            ("contact", {"at": "2026-09-07T25:00:00Z"}, "facts.at", "a moment with an offset"),
            ("contact", {"at": 1788778800}, "facts.at", "a moment with an offset"),
            ("contact", {"at": "0001-01-01T00:00:00+14:00"}, "facts.at", "years 1 and 9999"),
            ("assess-offer", {**OFFER, "signed_in": "yes"}, "facts.signed_in", "true or false"),
            (
                "assess-offer",
                {**OFFER, "initial_price": euros("0.00")},
                "facts.initial_price.amount",
                "above 0",
            ),
            (
                "assess-offer",
                {**OFFER, "current_price": POUNDS},
                "facts.current_price.currency",
                "must be EUR",
            ),
            (
                "replay-negotiation",
                {**TALK, "commands": [command(LATE, "buy")]},
                "facts.commands[0].do",
                (
                    "one of offer, send-offer, accept, decline, counter, withdraw, sell, "
                    "change-price, take-down, relist or return-to-sale, got 'buy'"
                ),
            ),
            (
                "replay-negotiation",
                {**TALK, "commands": [command(EARLY, "offer", "zoe")]},
                "facts.commands[0].price",
                "must be given to offer, got nothing",
            ),
            (
                "replay-negotiation",
                {**TALK, "commands": [command(EARLY, "accept", "zoe", "1.00")]},
                "facts.commands[0].price",
                "must be left out of accept, got 1.00 EUR",
            ),
            (
                "replay-negotiation",
                {**TALK, "commands": [{**command(EARLY, "sell"), "price": POUNDS}]},
                "facts.commands[0].price.currency",
                "must be EUR",
            ),
            (
                "replay-negotiation",
                {**TALK, "commands": [command(LATE, "sell"), command(EARLY, "sell")]},
                "facts.commands[1].at",
                "the command before",
            ),
            (
                "replay-negotiation",
                {**TALK, "until": EARLY, "commands": [command(LATE, "sell")]},
                "facts.commands[0].at",
                EARLY[:10],
            ),
            (
                "catalogue",
                {"sold_at": "9999-12-31T08:00:00Z", "now": "9999-12-31T08:00:00Z"},
                "facts.sold_at",
                "by the year 9999",
            ),
            (
                "return-deadline",
                {"destination": BORDEAUX, "received": "2050-12-25"},
                "facts.received",
                "between 2010-01-01 and 2050-12-31",
            ),
            ("assess-return", {**RETURN, "wants": "x"}, "facts.wants", "refund or exchange"),
            ("assess-return", {**RETURN, "pieces": ["a", "a"]}, "facts.pieces", "distinct"),
            ("assess-return", {**RETURN, "pieces": ["a", ""]}, "facts.pieces[1]", "printable"),
            ("assess-return", {**RETURN, "in_writing": 1}, "facts.in_writing", "true or false"),
            (
                "route-return",
                {"destination": BORDEAUX, "pieces": []},
                "facts.pieces",
                "one piece or more",
            ),
            (
                "route-return",
                {"destination": BORDEAUX, "pieces": [{"id": "a", "seller": "workshop"}]},
                "facts.pieces[0].seller",
                "the one that names the workshop",
            ),
            ("quote-refund", {**REFUND, "mode": "x"}, "facts.mode", "direct, grouped"),
            ("quote-refund", {**REFUND, "reason": "x"}, "facts.reason", "one of withdrawal, claim"),
            ("quote-refund", {**REFUND, "returned": ["x"]}, "facts.returned", "bag, coat"),
            ("quote-refund", {**REFUND, "returned": ["bag"] * 2}, "facts.returned", "distinct"),
            (
                "quote-refund",
                {**REFUND, "returned_before": ["x"]},
                "facts.returned_before",
                "bag, coat",
            ),
            (
                "quote-refund",
                {**REFUND, "returned_before": ["coat"] * 2},
                "facts.returned_before",
                "distinct",
            ),
            (
                "quote-refund",
                {**REFUND, "payments": [{"tender": "cash", "amount": euros("1")}]},
                "facts.payments[0].tender",
                "one of card, gift-card, paypal, got 'cash'",
            ),
            (
                "quote-refund",
                {**REFUND, "payments": [{"tender": "card", "amount": euros("1")}]},
                "facts.payments",
                "162.44 EUR in total",
            ),
            (
                "quote-refund",
                {**REFUND, "already_refunded": [{"tender": "card", "amount": euros("42.45")}]},
                "facts.already_refunded",
                "at most the 42.44 EUR paid by card",
            ),
            (
                "quote-refund",
                {**REFUND, "parcels": [{"from": "ada", "pieces": [], "shipping": euros("1")}]},
                "facts.parcels[0].pieces",
                "a list of 1 or more, got []",
            ),
            (
                "quote-refund",
                {**REFUND, "parcels": [{"sender": "ada", "pieces": [], "shipping": euros("1")}]},
                "facts.parcels[0].sender",
                "one of from, pieces, shipping",
            ),
            (
                "assess-payout",
                {"received": "2026-09-01", "returns_open": False, "now": "2026-09-16"},
                "facts.now",
                "a moment with an offset",
            ),
        ],
    )
    def test_is_refused_by_path(
        self, rule: str, facts: dict[str, object], path: str, said: str
    ) -> None:
        """The path leads to the one fact that is wrong; the message says what is allowed."""
        found, message = refused(rule, facts)
        assert (found, said in message) == (path, True), message

    def test_tells_all_that_is_wrong(self) -> None:
        """Beside the first, the message names the other facts that are wrong."""
        path, message = refused("quote-order", {"mode": 1, "pieces": [], "destination": {}})
        assert path == "facts.mode"
        assert "also facts.destination.country: must be given" in message

    @pytest.mark.parametrize("rule", HOMES)
    def test_knows_every_rule_of_the_contract(self, rule: str) -> None:
        """Each rule can be asked, and says which fact it misses."""
        path, message = refused(rule, {})
        assert path.startswith("facts.")
        assert "must be given" in message
