from __future__ import annotations

import pytest

from tests.cli.asking import BORDEAUX, LIEGE, LONDON, ask, euros, piece

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
            ("2026-09-04T22:00:00Z", "contact", {"since": "2026-09-04"}),
            ("2026-09-07", "contact", {"since": "2026-09-04"}),
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
