from __future__ import annotations

from typing import ClassVar

import pytest

from tests.cli.asking import (
    BORDEAUX,
    LIEGE,
    LONDON,
    OFFER,
    RETURN,
    ask,
    command,
    error_of,
    euros,
    piece,
    question,
    refund_facts,
    reply,
)

GRAMS_TOO_MANY = 30_001


def pounds(amount: str) -> dict[str, str]:
    """Write an amount in pounds."""
    return {"amount": amount, "currency": "GBP"}


def decided(answer: dict[str, object]) -> tuple[object, object, object]:
    """Give the decision, its value and its reasons."""
    return answer["decision"], answer["value"], answer["reasons"]


class TestL4QualityControlFee:
    """L4: a share of every grouped order's goods, up to a cap; nothing on a direct one."""

    @pytest.mark.parametrize(
        ("goods", "fee"),
        [("0.00", "0.00"), ("89.90", "8.99"), ("149.99", "15.00"), ("150.10", "15.00")],
    )
    def test_is_charged_on_grouped_orders(self, goods: str, fee: str) -> None:
        """Ten per cent, half a cent up, and never above 15.00."""
        answer = ask("quality-control-fee", mode="grouped", goods=euros(goods))
        assert decided(answer) == ("charged", {"fee": euros(fee)}, [])
        assert answer["sources"] == ["L4"]

    def test_is_not_charged_on_direct_orders(self) -> None:
        """There is nothing to say about a fee that does not apply."""
        answer = ask("quality-control-fee", mode="direct", goods=euros("89.90"))
        assert decided(answer) == ("not-charged", {}, [])


class TestQuoteOrder:
    """L1, L2, L4, L12, C5: what an order costs."""

    def test_adds_up(self) -> None:
        """Goods, fee and shipping make the total; a gift card pays its share of it."""
        pieces = [
            piece(price=euros("72.50")),
            piece(id="bag", seller="lou", price=euros("55.00"), weight_g=600),
        ]
        answer = ask(
            "quote-order",
            mode="grouped",
            destination=LIEGE,
            pieces=pieces,
            gift_card_balance=euros("50.00"),
        )
        parcel = {"from": "workshop", "pieces": ["coat", "bag"], "shipping": euros("22.19")}
        value = {
            "goods": euros("127.50"),
            "quality_control_fee": euros("12.75"),
            "shipping": euros("22.19"),
            "total": euros("162.44"),
            "gift_card": euros("50.00"),
            "to_pay": euros("112.44"),
            "parcels": [parcel],
        }
        assert decided(answer) == ("quoted", value, [])
        assert list(answer["value"]) == list(value)  # type: ignore[call-overload]

    def test_takes_no_more_of_a_gift_card_than_is_owed(self) -> None:
        """A card worth more than the order leaves nothing to pay, and keeps the rest."""
        answer = ask(
            "quote-order",
            mode="direct",
            destination=BORDEAUX,
            pieces=[piece()],
            gift_card_balance=euros("500.00"),
        )
        value = answer["value"]
        assert isinstance(value, dict)
        assert (value["gift_card"], value["to_pay"]) == (euros("101.19"), euros("0.00"))

    def test_has_no_price_above_the_last_band(self) -> None:
        """Which parcel is too heavy is said, and how heavy it may be."""
        heavy = piece(weight_g=GRAMS_TOO_MANY)
        answer = ask("quote-order", mode="direct", destination=BORDEAUX, pieces=[heavy])
        parcel = {"from": "ada", "pieces": ["coat"], "heaviest_g": GRAMS_TOO_MANY - 1}
        assert decided(answer) == ("refused", {"parcels": [parcel]}, ["above-last-band"])


class TestL12Estimate:
    """L12: a country alone gives an estimate for its mainland, marked as one."""

    @pytest.mark.parametrize("country", ["FR", "GB", "BE", "US", "HK"])
    def test_of_a_country_alone(self, country: str) -> None:
        """With the advice to give the postal code; the price is that of the mainland."""
        facts = {"mode": "direct", "pieces": [piece(id="coat", seller="ada", price=euros("90.00"))]}
        answer = ask("quote-order", **facts, destination={"country": country})
        value = answer["value"]
        assert isinstance(value, dict)
        assert (value["estimate"], value["advice"]) == (True, "give-postal-code")

    def test_of_france_is_that_of_the_mainland(self) -> None:
        """As for Bordeaux, which is no estimate; Réunion costs more."""
        facts = {"mode": "direct", "pieces": [piece(id="coat", seller="ada", price=euros("90.00"))]}
        values = []
        for place in ({"country": "FR"}, BORDEAUX, {"country": "FR", "postal_code": "97400"}):
            value = ask("quote-order", **facts, destination=place)["value"]
            assert isinstance(value, dict)
            values.append(value)
        estimate, bordeaux, reunion = values
        assert estimate["total"] == bordeaux["total"] != reunion["total"]
        assert "estimate" not in bordeaux
        assert "advice" not in reunion

    def test_is_no_order(self) -> None:
        """An order that is replayed has an address; the place is named."""
        order = {
            "id": "o1",
            "buyer": "zoe",
            "mode": "direct",
            "destination": {"country": "BE"},
            "placed_at": "2026-09-07T09:00:00Z",
            "pieces": [piece(id="coat", seller="ada", price=euros("90.00"))],
        }
        answer = ask("replay-order", order=order, commands=[], until="2026-09-08T09:00:00Z")
        path, message = error_of(answer)
        assert path == "facts.order.destination"
        assert "a country alone gives an estimate" in message


class TestDelivery:
    """L7, L9, L10, L11: when a parcel arrives."""

    @pytest.mark.parametrize(
        ("wanted", "decision"),
        [
            ("2026-09-12", "comfortable"),
            ("2026-09-11", "possible"),
            ("2026-09-09", "possible"),
            ("2026-09-08", "unlikely"),
        ],
    )
    def test_by_a_day(self, wanted: str, decision: str) -> None:
        """Whether the slowest estimate makes it, only the quickest, or neither."""
        answer = ask("arrive-by", destination=BORDEAUX, dispatched="2026-09-07", wanted=wanted)
        window = {"earliest": "2026-09-09", "latest": "2026-09-12"}
        assert decided(answer) == (decision, window, [])

    @pytest.mark.parametrize(
        ("place", "latest", "origin"),
        [
            (BORDEAUX, "2026-12-28", "zone"),
            ({"country": "FR", "postal_code": "67000"}, "2026-12-29", "zone"),
            (LIEGE, "2026-12-28", "country"),
            ({"country": "RE", "postal_code": "97400"}, "2027-01-04", "zone"),
        ],
    )
    def test_counts_as_the_destination_does(
        self, place: dict[str, str], latest: str, origin: str
    ) -> None:
        """Holidays are those kept there: Strasbourg rests on 26 December as well."""
        answer = ask("estimate-delivery", destination=place, dispatched="2026-12-21")
        value = answer["value"]
        assert isinstance(value, dict)
        assert list(value) == ["earliest", "latest", "min", "max", "basis", "from"]
        assert (value["latest"], value["from"]) == (latest, origin)


class TestS3Tracking:
    """S3: a page that stands still is normal for a few days; then one asks, then one looks."""

    @pytest.mark.parametrize(
        ("now", "decision", "value"),
        [
            ("2026-09-04", "wait", {"until": "2026-09-04"}),
            ("2026-09-04T23:59:59+02:00", "wait", {"until": "2026-09-04"}),
            ("2026-09-04T22:00:00Z", "contact", {"until": "2026-09-04"}),
            ("2026-09-07", "contact", {"until": "2026-09-04"}),
            ("2026-09-08", "investigate", {"latest": "2026-09-07"}),
        ],
    )
    def test_depends_on_the_day(self, now: str, decision: str, value: dict[str, str]) -> None:
        """A moment counts as the day it falls on in Paris; days may be given as they are."""
        answer = ask(
            "tracking",
            destination=BORDEAUX,
            dispatched="2026-09-01",
            last_movement="2026-09-01T08:00:00Z",
            now=now,
        )
        assert decided(answer) == (decision, value, [])


class TestImport:
    """L13, L15, L16: what customs will want."""

    @staticmethod
    def parcel(goods: dict[str, str], **more: object) -> dict[str, object]:
        """Ask about a parcel to London."""
        currency = goods["currency"]
        facts = {
            "destination": LONDON,
            "goods": goods,
            "shipping": {"amount": "10.00", "currency": currency},
            "handling": {"amount": "0.00", "currency": currency},
            "dispatched": "2026-09-07",
        }
        return ask("assess-import", **{**facts, **more})

    def test_is_charged_above_the_threshold(self) -> None:
        """One penny above 135.00: VAT on pieces and shipping, in pounds."""
        answer = self.parcel(pounds("135.01"))
        assert answer["decision"] == "charged"
        value = answer["value"]
        assert isinstance(value, dict)
        assert (value["taxable"], value["rate"]) == (pounds("145.01"), "0.20")
        assert (value["tax"], value["currency"]) == (pounds("29.00"), "GBP")

    def test_is_collected_at_the_sale_up_to_it(self) -> None:
        """At 135.00 nothing is owed at the border; who collects the tax before is said."""
        answer = self.parcel(pounds("135.00"))
        sale = {"tax": "vat", "rate": "0.20", "collected_by": "seller-at-sale"}
        assert decided(answer) == ("nothing-at-border", {"at_sale": [sale]}, [])

    def test_is_compared_at_a_given_rate(self) -> None:
        """158.83 EUR at 0.85 are 135.0055 GBP: above, though they round to 135.01 or 135.00."""
        above = self.parcel(euros("158.83"), rates={"EUR/GBP": "0.85"})
        below = self.parcel(euros("158.82"), rates={"EUR/GBP": "0.85"})
        assert (above["decision"], below["decision"]) == ("charged", "nothing-at-border")

    def test_is_unknown_without_a_rate(self) -> None:
        """Which rate is missing is said; no zero is printed."""
        value = {"advice": "give-exchange-rate", "missing_rate": "EUR/GBP"}
        assert decided(self.parcel(euros("158.83"))) == ("unknown", value, [])

    def test_is_unknown_where_nobody_told_us(self) -> None:
        """The advice is to ask, never a zero."""
        answer = self.parcel(euros("50.00"), destination={"country": "US", "postal_code": "11201"})
        assert answer["decision"] == "unknown"
        assert "tax" not in str(answer["value"])

    def test_starts_where_the_policy_says_or_at_the_origin_given(self) -> None:
        """From France 185.00 GBP are charged in London; from Manchester, or Wales, none is."""
        goods = pounds("185.00")
        assert self.parcel(goods)["decision"] == "charged"
        for origin in ({"country": "GB", "postal_code": "M1 1AE"}, {"country": "GB"}):
            assert self.parcel(goods, origin=origin)["decision"] == "no-import"
        belfast = {"country": "GB", "postal_code": "BT7 1NN"}
        value = {"advice": "ask-customs"}
        assert decided(self.parcel(goods, origin=belfast)) == ("unknown", value, [])

    def test_asks_where_it_starts_if_a_city_may_lie_in_several_parts(self) -> None:
        """Belfast, without its postal code, is not taken for Great Britain."""
        value = {"advice": "give-origin"}
        belfast = {"country": "GB", "city": "Belfast"}
        assert decided(self.parcel(pounds("185.00"), origin=belfast)) == ("unknown", value, [])

    def test_into_the_union_is_never_nothing(self) -> None:
        """150 USD in July 2026: VAT and 3 EUR a tariff line, once rate and lines are given."""
        dollars = {"amount": "150.00", "currency": "USD"}
        facts: dict[str, object] = {
            "origin": {"country": "US"},
            "destination": BORDEAUX,
            "dispatched": "2026-07-01",
        }
        value = {"advice": "give-exchange-rate", "missing_rate": "USD/EUR"}
        assert decided(self.parcel(dollars, **facts)) == ("unknown", value, [])
        rates = {"USD/EUR": "0.90"}
        value = {"advice": "give-tariff-lines"}
        assert decided(self.parcel(dollars, **facts, rates=rates)) == ("unknown", value, [])
        answer = self.parcel(dollars, **facts, rates=rates, tariff_lines=2)
        assert decided(answer)[1] == {
            "taxable": euros("150.00"),
            "rate": "0.20",
            "tax": euros("30.00"),
            "duty": euros("6.00"),
            "currency": "EUR",
            "remarks": ["fee-may-apply"],
        }

    def test_of_a_return_says_to_claim_the_relief(self) -> None:
        """From London back to Bordeaux."""
        answer = self.parcel(pounds("185.00"), origin=LONDON, destination=BORDEAUX, returned=True)
        assert decided(answer) == ("unknown", {"advice": "claim-returned-goods-relief"}, [])

    def test_of_a_house_elsewhere_starts_where_its_calendar_is(self) -> None:
        """The Polish house sends from Poland: to London it is an import, to Berlin none."""
        facts = {
            "goods": pounds("185.00"),
            "shipping": pounds("10.00"),
            "handling": pounds("0.00"),
            "dispatched": "2026-09-07",
        }
        places = {"charged": LONDON, "no-import": {"country": "DE", "postal_code": "10115"}}
        for decision, place in places.items():
            answer = reply(
                question("assess-import", {**facts, "destination": place}, policy="vinted-pl")
            )
            assert answer["decision"] == decision

    def test_is_none_inside_the_union(self) -> None:
        """Belfast and Liège lie inside for goods."""
        for place in (LIEGE, {"country": "GB", "postal_code": "BT7 1NN"}):
            answer = self.parcel(euros("500.00"), destination=place)
            assert decided(answer) == ("no-import", {}, [])


class TestC5GiftCard:
    """C5: 25 to 500 EUR, one year, and no card buys a card."""

    @pytest.mark.parametrize(
        ("facts", "decision", "value", "reasons"),
        [
            ({"amount": "25.00"}, "valid", {"last_day": "2027-09-01"}, []),
            ({"amount": "500.00", "used_on": "2027-09-01"}, "valid", None, []),
            ({"amount": "24.99"}, "refused", {}, ["below-minimum"]),
            ({"amount": "0.00"}, "refused", {}, ["below-minimum"]),
            ({"amount": "30.00", "used_on": "2027-09-02"}, "refused", {}, ["expired"]),
            (
                {"amount": "500.01", "used_on": "2027-09-02", "tender": "gift-card"},
                "refused",
                {},
                ["above-maximum", "bought-with-gift-card", "expired"],
            ),
        ],
    )
    def test_is_valid_within_bounds_and_time(
        self, facts: dict[str, str], decision: str, value: object, reasons: list[str]
    ) -> None:
        """Both bounds and the anniversary are allowed; every reason against is told."""
        money = euros(facts["amount"])
        answer = ask("gift-card", **{**facts, "amount": money, "purchased_on": "2026-09-01"})
        assert (answer["decision"], answer["reasons"]) == (decision, reasons)
        assert value is None or answer["value"] == value


class TestC6Tender:
    """C6: Visa, Mastercard, American Express and PayPal."""

    def test_is_accepted_by_name(self) -> None:
        """However the brand is written."""
        for brand in ("visa", "Mastercard", "American Express"):
            assert decided(ask("tender", kind="card", brand=brand)) == ("accepted", {}, [])
        assert decided(ask("tender", kind="paypal")) == ("accepted", {}, [])

    def test_is_refused_by_name(self) -> None:
        """Any other brand is not taken."""
        answer = ask("tender", kind="card", brand="Diners Club")
        assert decided(answer) == ("refused", {}, ["brand-not-accepted"])


class TestK1Contact:
    """K1: phone and chat on weekdays, in two stretches; mail at any time."""

    @pytest.mark.parametrize(
        ("at", "decision", "value"),
        [
            (
                "2026-09-07T09:30:00+02:00",
                "open",
                {"channels": ["chat", "mail", "phone"], "closes_at": "2026-09-07T10:30:00Z"},
            ),
            (
                "2026-09-07T12:30:00+02:00",
                "closed",
                {"channels": ["mail"], "opens_at": "2026-09-07T11:30:00Z"},
            ),
            (
                "2026-09-05T10:00:00Z",
                "closed",
                {"channels": ["mail"], "opens_at": "2026-09-07T07:30:00Z"},
            ),
        ],
    )
    def test_says_until_when(self, at: str, decision: str, value: dict[str, object]) -> None:
        """When it closes, or when it opens next, as a moment in UTC."""
        assert decided(ask("contact", at=at)) == (decision, value, [])


class TestAssessOffer:
    """N1, N2, N3, N8: who may offer what."""

    def test_is_admissible_up_to_the_largest_cut(self) -> None:
        """Exactly 30 % off the initial price is allowed."""
        assert decided(ask("assess-offer", **OFFER)) == ("admissible", {}, [])

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"price": euros("139.99")}, "reduction-too-large"),
            ({"price": euros("200.00")}, "not-below-current-price"),
            ({"current_price": euros("140.00")}, "not-below-current-price"),
            ({"open_to_offers": False}, "not-open-to-offers"),
            ({"signed_in": False}, "not-signed-in"),
            ({"already_offered": True}, "already-offered"),
            ({"available": False}, "not-available"),
        ],
    )
    def test_is_refused(self, change: dict[str, object], reason: str) -> None:
        """Each reason alone."""
        answer = ask("assess-offer", **{**OFFER, **change})
        assert decided(answer) == ("refused", {}, [reason])

    def test_is_refused_for_every_reason_at_once(self) -> None:
        """Not only the first, and in alphabetical order."""
        answer = ask(
            "assess-offer",
            price=euros("-1.00"),
            initial_price=euros("200.00"),
            current_price=euros("180.00"),
            open_to_offers=False,
            signed_in=False,
            already_offered=True,
            available=False,
        )
        assert answer["reasons"] == [
            "already-offered",
            "not-available",
            "not-open-to-offers",
            "not-positive",
            "not-signed-in",
            "reduction-too-large",
        ]


class TestReplayNegotiation:
    """N4, N6, N7, N8, N9: what comes of everything that is asked for on a piece."""

    @staticmethod
    def replay(*commands: object, until: str = "2026-09-10T08:00:00Z") -> dict[str, object]:
        """Replay commands on a piece of 200 EUR."""
        answer = ask(
            "replay-negotiation",
            initial_price=euros("200.00"),
            commands=list(commands),
            until=until,
        )
        assert answer["decision"] == "replayed", answer
        value = answer["value"]
        assert isinstance(value, dict)
        return value

    @staticmethod
    def happened(value: dict[str, object]) -> list[tuple[str, str]]:
        """Give when and what."""
        events = value["events"]
        assert isinstance(events, list)
        return [(event["at"], event["event"]) for event in events]

    def test_accepts_for_a_day(self) -> None:
        """An accepted price is everybody's for 24 hours, then the initial one comes back."""
        value = self.replay(
            command("2026-09-07T08:00:00Z", "offer", "zoe", "150.00"),
            command("2026-09-07T09:00:00Z", "accept", "zoe"),
        )
        assert self.happened(value) == [
            ("2026-09-07T08:00:00Z", "offer-made"),
            ("2026-09-07T09:00:00Z", "offer-accepted"),
            ("2026-09-08T09:00:00Z", "price-restored"),
        ]
        assert value["events"][1] == {  # type: ignore[index]
            "at": "2026-09-07T09:00:00Z",
            "event": "offer-accepted",
            "buyer": "zoe",
            "price": euros("150.00"),
            "until": "2026-09-08T09:00:00Z",
        }

    def test_lapses_after_a_day(self) -> None:
        """Nobody answers in 24 hours; an answer at that very moment is too late."""
        value = self.replay(
            command("2026-09-07T08:00:00Z", "offer", "zoe", "150.00"),
            command("2026-09-08T08:00:00Z", "accept", "zoe"),
        )
        assert self.happened(value)[1:] == [("2026-09-08T08:00:00Z", "offer-lapsed")]
        assert value["refusals"] == [
            {"at": "2026-09-08T08:00:00Z", "do": "accept", "reasons": ["too-late"]}
        ]

    def test_ends_with_the_sale(self) -> None:
        """A sale ends what is open; nothing can be asked of a piece that is gone."""
        value = self.replay(
            command("2026-09-07T08:00:00Z", "offer", "zoe", "150.00"),
            command("2026-09-07T09:00:00Z", "sell", "max"),
            command("2026-09-07T10:00:00Z", "sell"),
            command("2026-09-07T11:00:00Z", "change-price", None, "90.00"),
        )
        assert (value["price"], value["available"]) == (euros("200.00"), False)
        assert self.happened(value)[1:] == [
            ("2026-09-07T09:00:00Z", "piece-sold"),
            ("2026-09-07T09:00:00Z", "offer-ended"),
        ]
        refusals = value["refusals"]
        assert isinstance(refusals, list)
        assert [refusal["reasons"] for refusal in refusals] == [["not-available"]] * 2

    def test_refuses_and_goes_on(self) -> None:
        """What is refused changes nothing, and says why."""
        value = self.replay(
            command("2026-09-07T08:00:00Z", "offer", "zoe", "150.00"),
            command("2026-09-07T08:30:00Z", "change-price", None, "300.00"),
            command("2026-09-07T09:00:00Z", "counter", "zoe", "150.00"),
            command("2026-09-07T09:00:00Z", "accept", "max"),
            command("2026-09-07T09:30:00Z", "decline", "zoe"),
            command("2026-09-07T10:00:00Z", "decline", "zoe"),
            command("2026-09-07T11:00:00Z", "offer", "zoe", "160.00"),
            command("2026-09-07T12:00:00Z", "change-price", None, "300.00"),
        )
        assert value["price"] == euros("300.00")
        assert [event for _, event in self.happened(value)] == [
            "offer-made",
            "offer-declined",
            "price-changed",
        ]
        refusals = value["refusals"]
        assert isinstance(refusals, list)
        assert [(refusal["do"], refusal["reasons"]) for refusal in refusals] == [
            ("change-price", ["price-frozen"]),
            ("counter", ["counter-out-of-range"]),
            ("accept", ["no-such-offer"]),
            ("decline", ["already-answered"]),
            ("offer", ["already-offered"]),
        ]

    def test_needs_a_seller_who_negotiates(self) -> None:
        """Without the button there is no offer."""
        answer = ask(
            "replay-negotiation",
            initial_price=euros("200.00"),
            open_to_offers=False,
            commands=[command("2026-09-07T08:00:00Z", "offer", "zoe", "150.00")],
            until="2026-09-07T09:00:00Z",
        )
        assert "'reasons': ['not-open-to-offers']" in str(answer["value"])


class TestA4Catalogue:
    """A4: a sold piece is seen for fourteen days, and longer if it comes back."""

    @pytest.mark.parametrize(
        ("now", "decision", "value"),
        [
            ("2026-09-07T08:00:00Z", "sold-visible", {"until": "2026-09-21T08:00:00Z"}),
            ("2026-09-21T07:59:59Z", "sold-visible", {"until": "2026-09-21T08:00:00Z"}),
            ("2026-09-21T08:00:00Z", "hidden", {}),
        ],
    )
    def test_shows_a_sold_piece_for_a_while(
        self, now: str, decision: str, value: dict[str, str]
    ) -> None:
        """Until the moment fourteen days after the sale, exclusive."""
        answer = ask("catalogue", sold_at="2026-09-07T08:00:00Z", now=now)
        assert decided(answer) == (decision, value, [])

    def test_shows_a_piece_that_came_back(self) -> None:
        """It is on sale again, however late."""
        answer = ask(
            "catalogue", sold_at="2026-09-07T08:00:00Z", now="2027-01-01T00:00:00Z", returned=True
        )
        assert decided(answer) == ("on-sale", {}, [])


class TestR1ReturnDeadline:
    """R1: fourteen days from receipt, and a last day of rest moves on."""

    @pytest.mark.parametrize(
        ("received", "last_day"),
        [
            ("2026-09-01", "2026-09-15"),
            ("2026-04-17", "2026-05-04"),
            ("2026-09-01T21:59:59Z", "2026-09-15"),
            ("2026-09-01T22:00:00Z", "2026-09-16"),
        ],
    )
    def test_is_a_working_day(self, received: str, last_day: str) -> None:
        """1 May 2026 is a holiday before a weekend; a moment counts as its day in Paris."""
        answer = ask("return-deadline", destination=BORDEAUX, received=received)
        assert decided(answer) == ("deadline", {"last_day": last_day, "window_days": 14}, [])


class TestR2AssessReturn:
    """R1, R2, R6, R8: in time, in writing, with what it needs, and no exchange."""

    def test_is_returnable_to_the_last_second(self) -> None:
        """And then fourteen days are left to post it."""
        value = {"last_day": "2026-09-15", "post_by": "2026-09-29"}
        assert decided(ask("assess-return", **RETURN)) == ("returnable", value, [])

    @pytest.mark.parametrize(
        ("change", "reason"),
        [
            ({"requested_at": "2026-09-15T22:00:00Z"}, "too-late"),
            ({"wants": "exchange"}, "exchange"),
            ({"parcel_number": None}, "no-parcel-number"),
            ({"parcel_number": ""}, "no-parcel-number"),
            ({"parcel_number": " \t"}, "no-parcel-number"),
            ({"pieces": []}, "no-pieces"),
            ({"in_writing": False}, "not-in-writing"),
        ],
    )
    def test_is_refused(self, change: dict[str, object], reason: str) -> None:
        """Each reason alone."""
        answer = ask("assess-return", **{**RETURN, **change})
        assert decided(answer) == ("refused", {}, [reason])


class TestR4RouteReturn:
    """R3, R4, R7: where pieces go back to, and at whose cost."""

    PIECES = (
        {"id": "coat", "seller": "ada"},
        {"id": "bag", "seller": "lou"},
        {"id": "hat", "seller": "ada"},
    )

    def test_goes_to_each_seller_from_france(self) -> None:
        """Under a prepaid label, one for the pieces of one seller."""
        answer = ask("route-return", destination=BORDEAUX, pieces=list(self.PIECES))
        parcels = [
            {"to": "ada", "pieces": ["coat", "hat"], "label": "prepaid"},
            {"to": "lou", "pieces": ["bag"], "label": "prepaid"},
        ]
        assert decided(answer) == ("routed", {"parcels": parcels, "paid_by": "house"}, [])

    @pytest.mark.parametrize(("count", "to"), [(1, "ada"), (2, "workshop")])
    def test_goes_by_count_from_elsewhere(self, count: int, to: str) -> None:
        """One piece to its seller, more to the workshop; the buyer pays."""
        answer = ask("route-return", destination=LIEGE, pieces=list(self.PIECES[:count]))
        pieces = ["coat", "bag"][:count]
        parcels = [{"to": to, "pieces": pieces, "label": "buyer"}]
        assert decided(answer) == ("routed", {"parcels": parcels, "paid_by": "buyer"}, [])


class TestF1QuoteRefund:
    """F1 to F4: what is refunded, and to which means of payment."""

    @staticmethod
    def refund(**changes: object) -> dict[str, object]:
        """Ask for a refund of the order from Liège."""
        return ask("quote-refund", **{**refund_facts(), **changes})

    def test_gives_back_a_piece_and_its_share_of_the_fee(self) -> None:
        """55.00 and the fee on it; what the card paid first, the rest to the gift card."""
        value = {
            "pieces": euros("55.00"),
            "shipping": euros("0.00"),
            "quality_control_fee": euros("5.50"),
            "total": euros("60.50"),
            "by_tender": [
                {"tender": "card", "amount": euros("42.44")},
                {"tender": "gift-card", "amount": euros("18.06")},
            ],
        }
        assert decided(self.refund()) == ("refundable", value, [])

    def test_gives_back_the_shipping_of_a_whole_parcel(self) -> None:
        """When everything is back, everything is refunded."""
        value = self.refund(returned=["coat", "bag"])["value"]
        assert isinstance(value, dict)
        assert (value["shipping"], value["total"]) == (euros("22.19"), euros("162.44"))

    def test_never_gives_a_tender_more_than_it_paid(self) -> None:
        """What the card has got back already goes to the gift card."""
        card = {"tender": "card", "amount": euros("42.44")}
        value = self.refund(already_refunded=[card])["value"]
        assert isinstance(value, dict)
        assert value["by_tender"] == [{"tender": "gift-card", "amount": euros("60.50")}]

    HAT_FIRST: ClassVar[dict[str, object]] = {
        "parcels": [
            {
                "from": "workshop",
                "pieces": [
                    {"id": "coat", "price": euros("90.00")},
                    {"id": "bag", "price": euros("55.00")},
                    {"id": "hat", "price": euros("30.00")},
                ],
                "shipping": euros("11.19"),
            }
        ],
        "quality_control_fee": euros("15.00"),
        "payments": [{"tender": "card", "amount": euros("201.19")}],
    }

    @pytest.mark.parametrize(
        ("before", "shipping", "fee", "total"),
        [
            ({"returned_before": ["hat"]}, "11.19", "14.50", "170.69"),
            ({"returned_before": []}, "0.00", "12.00", "157.00"),
            ({}, "0.00", "12.00", "157.00"),
        ],
    )
    def test_gives_back_the_rest_once_it_knows_what_came_before(
        self, before: dict[str, object], shipping: str, fee: str, total: str
    ) -> None:
        """The hat alone came to 30.00 and 0.50 of the fee; with the others the parcel is whole, and
        all the two refunds come to is what was paid. Untold, the hat is taken to be kept.
        """
        first = self.refund(**self.HAT_FIRST, returned=["hat"])["value"]
        assert isinstance(first, dict)
        assert first["total"] == euros("30.50")
        told = {"already_refunded": first["by_tender"], "returned": ["coat", "bag"], **before}
        value = self.refund(**self.HAT_FIRST, **told)["value"]
        assert isinstance(value, dict)
        assert value["shipping"] == euros(shipping)
        assert value["quality_control_fee"] == euros(fee)
        assert value["total"] == euros(total)

    def test_takes_no_piece_back_twice(self) -> None:
        """What came back before does not come back now."""
        answer = self.refund(returned_before=["bag"])
        assert decided(answer) == ("refused", {}, ["already-returned"])

    def test_is_refused_when_nothing_is_left(self) -> None:
        """Everything has been refunded, and nothing is returned."""
        answer = self.refund(already_refunded=refund_facts()["payments"], returned=[])
        assert decided(answer) == ("refused", {}, ["no-pieces", "nothing-left"])

    def test_holds_for_claims_too(self) -> None:
        """A defect is refunded as well, on another clause."""
        answer = self.refund(reason="claim")
        assert answer["decision"] == "refundable"
        assert "R9" in str(answer["sources"])


class TestR6AssessPayout:
    """R6: a seller is paid when the window has closed with nothing open, and not before."""

    @pytest.mark.parametrize(
        ("now", "open_", "decision", "value", "reasons"),
        [
            ("2026-09-15T22:00:00Z", False, "due", {"since": "2026-09-15T22:00:00Z"}, []),
            ("2026-09-30T22:00:00Z", False, "due", {"since": "2026-09-15T22:00:00Z"}, []),
            (
                "2026-09-15T21:59:59Z",
                False,
                "held",
                {"until": "2026-09-15T22:00:00Z"},
                ["window-open"],
            ),
            ("2026-09-15T22:00:00Z", True, "held", {}, ["return-open"]),
            (
                "2026-09-15T21:59:59Z",
                True,
                "held",
                {"until": "2026-09-15T22:00:00Z"},
                ["return-open", "window-open"],
            ),
        ],
    )
    def test_depends_on_the_window(
        self, now: str, open_: object, decision: str, value: dict[str, str], reasons: list[str]
    ) -> None:
        """The window of a piece received on 1 September closes with the 15th in Paris."""
        answer = ask("assess-payout", received="2026-09-01", returns_open=open_, now=now)
        assert decided(answer) == (decision, value, reasons)
