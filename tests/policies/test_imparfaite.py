"""The shipped house, value by value, as its clauses say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, time, timedelta
from decimal import Decimal

import pytest
from attrs import fields, has

from vintage_rules.dates import DayCount, Duration
from vintage_rules.errors import NoEditionError
from vintage_rules.ids import Edition
from vintage_rules.money import Rounding
from vintage_rules.places import Area, Place
from vintage_rules.policies import load_policy, policy_rows
from vintage_rules.pricing.fee_policy import Base, Combine, Payer, Per
from vintage_rules.shipping.customs import ImportPart
from vintage_rules.shipping.policy import Grouping, PostageTable, Sender
from vintage_rules.world import locate

BOOK = load_policy("imparfaite")
HOUSE = BOOK.on(date(2026, 11, 22))
TABLES = {table.name: table for table in HOUSE.shipping.postage.tables}

CLAUSE = re.compile(r"[ACFKLNRS]([1-9]|1[0-6])")
LAW = re.compile(r"L[1-9]\d\d-\d+(-\d+)?|Directive \d+/\d+ (article|recital) \d+a?")


def bands(name: str) -> dict[int, str]:
    """Give the prices of a table by the most a parcel weighs."""
    return {band.up_to_g: str(band.price) for band in TABLES[name].bands}


def editions_in(part: object) -> Iterator[Edition]:
    """Give the edition that each policy in a policy is stamped with."""
    if isinstance(part, Edition):
        yield part
    elif isinstance(part, tuple):
        for item in part:
            yield from editions_in(item)
    elif has(kind := type(part)):
        for field in fields(kind):
            yield from editions_in(getattr(part, field.name))


class TestTheHouse:
    """Whose policy it is, and from when on."""

    def test_counts_in_euros_and_in_paris_days(self) -> None:
        """The currency of every amount and the zone of every day."""
        assert (HOUSE.currency, HOUSE.zone) == ("EUR", "Europe/Paris")
        assert HOUSE.pricing.currency == HOUSE.shipping.postage.currency == "EUR"
        assert HOUSE.shipping.tracking.zone == HOUSE.service.contact.zone == "Europe/Paris"

    def test_begins_in_2023(self) -> None:
        """The first day is in, the day before is not."""
        first = date(2023, 1, 1)
        assert BOOK.on(first).edition.since == first
        with pytest.raises(NoEditionError):
            BOOK.on(first - timedelta(1))

    def test_stamps_every_policy_with_its_edition(self) -> None:
        """Whatever part decides, the decision names the same edition."""
        assert {str(edition) for edition in editions_in(HOUSE)} == {"imparfaite@2023-01-01"}
        assert len(list(editions_in(HOUSE))) == 24

    def test_has_a_source_for_every_value(self) -> None:
        """A clause, a law, the text itself, or an assumption with its reason."""
        text = "the questions and answers published by the house"
        unsourced = [
            (row.path, source)
            for row in policy_rows(BOOK, date(2026, 11, 22))
            for source in row.sources or ("nothing",)
            if not CLAUSE.fullmatch(source) and not LAW.fullmatch(source)
            if source != text and not re.fullmatch(r"assumption: \w.+", source)
        ]
        assert unsourced == []


class TestA1Messages:
    """A1: only an offer passes from a buyer to a seller, and it carries a price."""

    def test_only_a_price_passes(self) -> None:
        """No question and no note."""
        assert HOUSE.service.messages.passes == {"offer": ("price",)}
        assert HOUSE.service.messages.sources == ("A1",)


class TestRequests:
    """A2, C3, L6, L7: what people ask for."""

    @pytest.mark.parametrize(
        ("request_name", "granted", "clause"),
        [
            ("try-on", False, "A2"),
            ("change-shipping-address", False, "C3"),
            ("collection", False, "L6"),
            ("deliver-by-date", True, "L7"),
        ],
    )
    def test_are_granted_or_not(self, request_name: str, *, granted: bool, clause: str) -> None:
        """Each request has its answer and its clause."""
        rule = HOUSE.service.requests[request_name]
        assert (rule.granted, rule.sources) == (granted, (clause,))

    def test_are_no_others(self) -> None:
        """An exchange is a matter of returns."""
        assert len(HOUSE.service.requests) == 4


class TestC1C2C4Checkout:
    """C1, C2, C4: what must hold before an order is taken."""

    def test_guests_may_order_and_addresses_are_whole(self) -> None:
        """A guest without an account may order; a label needs a name, a street and a place."""
        checkout = HOUSE.checkout
        assert checkout.guests_may_order
        assert checkout.required_address_fields == (
            "name",
            "line1",
            "postal_code",
            "city",
            "country",
        )
        assert checkout.availability_sources == ("C1",)
        assert checkout.address_sources == ("C2",)
        assert checkout.account_sources == ("C4",)


class TestC5GiftCard:
    """C5: a card of 25 to 500 euros is good for a year and cannot buy a card."""

    def test_bounds_and_validity(self) -> None:
        """Both bounds and the year."""
        card = HOUSE.pricing.gift_card
        assert card is not None
        assert (card.minimum, card.maximum) == (Decimal(25), Decimal(500))
        assert card.validity == Duration.of(1, "years")
        assert not card.may_buy_gift_card
        assert card.sources == ("C5",)


class TestC6Tenders:
    """C6: three brands of cards, and PayPal."""

    def test_brands(self) -> None:
        """PayPal has none."""
        tenders = HOUSE.pricing.tenders
        assert tenders.kinds == ("card", "paypal")
        assert tenders.brands == {"card": frozenset({"visa", "mastercard", "american-express"})}
        assert tenders.sources == ("C6",)


class TestL1L2L3Modes:
    """L1 to L3: each seller posts, or all pieces go through the workshop."""

    def test_direct_and_grouped(self) -> None:
        """Nothing is promised about the time before dispatch."""
        direct, grouped = HOUSE.shipping.mode("direct"), HOUSE.shipping.mode("grouped")
        assert (direct.grouping, direct.sender) == (Grouping.PER_SELLER, Sender.SELLER)
        assert (grouped.grouping, grouped.sender) == (Grouping.TOGETHER, Sender.WORKSHOP)
        assert direct.sources == ("L1", "L2")
        assert grouped.sources == ("L1", "L2", "L3")
        for mode in (direct, grouped):
            assert (mode.handling, mode.inbound, mode.check) == (None, None, None)

    def test_there_are_no_others(self) -> None:
        """No pick-up point."""
        assert set(HOUSE.shipping.modes) == {"direct", "grouped"}


class TestL4QualityControlFee:
    """L4: ten per cent of grouped pieces, at most fifteen euros."""

    def test_fee(self) -> None:
        """One component, only of grouped orders, rounded half up."""
        (fee,) = HOUSE.pricing.fees
        assert (fee.name, fee.payer, fee.per) == ("quality-control", Payer.BUYER, Per.ORDER)
        assert (fee.optional, fee.refundable, fee.combine) == (False, True, Combine.SUM)
        (part,) = fee.components
        assert part.when.modes == {"grouped"}
        assert part.base == part.chosen_by == Base(plus=("pieces",), minus=())
        assert (part.rate, part.maximum) == (Decimal("0.10"), Decimal("15.00"))
        assert (part.fixed, part.minimum, part.tiers) == (Decimal(0), None, ())
        assert part.rounding is Rounding.HALF_UP
        assert fee.sources == part.sources == ("L4",)


class TestL9L10L11DeliveryTimes:
    """L9 to L11: zones in ouvrables, named countries in ouvrés."""

    @pytest.mark.parametrize(
        ("place", "area", "minimum", "maximum", "clause"),
        [
            (0, Area.METROPOLITAN_FRANCE, 2, 5, "L9"),
            (1, Area.EUROPE, 4, 9, "L10"),
            (2, Area.WORLD, 5, 10, "L11"),
        ],
    )
    def test_zones(self, place: int, area: Area, minimum: int, maximum: int, clause: str) -> None:
        """Each area of the world is a zone."""
        zone = HOUSE.shipping.delivery.zones[place]
        assert (zone.name, zone.areas, zone.codes) == (str(area), {area}, frozenset())
        assert (zone.transit.minimum, zone.transit.maximum) == (minimum, maximum)
        assert zone.transit.count is DayCount.OUVRABLES
        assert zone.transit.sources == (clause,)

    def test_countries(self) -> None:
        """Eleven countries have their own times."""
        countries = HOUSE.shipping.delivery.times
        said = {code: (t.minimum, t.maximum, *t.sources) for code, t in countries.items()}
        assert said == {
            "DE": (3, 5, "L10"),
            "BE": (3, 4, "L10"),
            "ES": (3, 7, "L10"),
            "IT": (3, 5, "L10"),
            "GB": (4, 5, "L10"),
            "CH": (3, 4, "L10"),
            "AU": (5, 9, "L11"),
            "CA": (6, 10, "L11"),
            "CN": (5, 10, "L11"),
            "US": (5, 8, "L11"),
            "JP": (5, 9, "L11"),
        }
        assert {transit.count for transit in countries.values()} == {DayCount.OUVRES}


class TestL12Postage:
    """L12: a price by weight, place and mode; the figures are the post's, as an example."""

    def test_of_france(self) -> None:
        """Nine bands, Monaco included."""
        assert bands("france") == {
            250: "5.49",
            500: "7.59",
            750: "9.29",
            1_000: "9.59",
            2_000: "11.19",
            5_000: "17.39",
            10_000: "25.29",
            15_000: "31.99",
            30_000: "39.59",
        }
        assert TABLES["france"].codes == {"MC"}

    @pytest.mark.parametrize(
        ("name", "last_g", "prices"),
        [
            ("overseas-1", 30_000, "12.02 19.00 25.89 38.90 62.32 130.20 143.02"),
            ("overseas-2", 30_000, "12.21 18.95 33.49 55.96 109.58 249.99 287.23"),
            (
                "european-union-and-switzerland",
                20_000,
                "14.99 19.39 22.19 28.59 46.99 67.99 87.99",
            ),
            ("united-kingdom", 20_000, "18.99 23.39 26.19 32.59 50.99 71.99 91.99"),
            ("zone-b", 20_000, "23.79 28.39 31.09 39.89 66.09 89.59 109.49"),
            ("zone-c", 20_000, "35.19 39.19 53.99 78.69 148.99 210.79 256.89"),
        ],
    )
    def test_of_the_rest_of_the_world(self, name: str, last_g: int, prices: str) -> None:
        """Seven bands each."""
        weights = [500, 1_000, 2_000, 5_000, 10_000, 15_000, last_g]
        assert bands(name) == dict(zip(weights, prices.split(), strict=True))

    def test_is_for_both_modes_and_marked_as_assumed(self) -> None:
        """Nobody takes the example for the house's own prices."""
        modes = {table.modes for table in TABLES.values()}
        assert modes == {frozenset({"direct", "grouped"})}
        assert all(t.sources[0] == "L12" for t in TABLES.values())
        assert all(t.sources[1].startswith("assumption: ") for t in TABLES.values())

    def test_names_no_country_twice(self) -> None:
        """A country has one price, whatever the order of the tables."""
        codes = [code for table in TABLES.values() for code in table.codes]
        assert len(codes) == len(set(codes))

    def test_covers_the_world_with_its_last_table(self) -> None:
        """Whatever lies outside France and is named nowhere is zone C."""
        last: PostageTable = HOUSE.shipping.postage.tables[-1]
        assert (last.name, last.areas) == ("zone-c", {Area.EUROPE, Area.WORLD})

    @pytest.mark.parametrize(
        ("name", "codes"),
        [
            ("overseas-1", "GP MQ YT RE GF PM MF BL"),
            ("overseas-2", "PF NC WF TF"),
            ("zone-b", "NO IS LI AL BA MK ME RS XK MD UA BY TR DZ MA TN"),
            ("united-kingdom", "GB GG IM JE"),
        ],
    )
    def test_zones_of_the_post(self, name: str, codes: str) -> None:
        """The post's own zones, and the islands beside the United Kingdom."""
        assert TABLES[name].codes == set(codes.split())

    def test_the_union_has_twenty_six_other_members(self) -> None:
        """With Switzerland and Åland beside them, and France apart."""
        codes = TABLES["european-union-and-switzerland"].codes
        assert {"CH", "AX"} <= codes
        assert "FR" not in codes
        assert len(codes) == 28

    @pytest.mark.parametrize(
        ("country", "postal_code", "table"),
        [
            ("FR", "20000", "france"),
            ("FR", "98000", "france"),
            ("FR", "97400", "overseas-1"),
            ("FR", "97133", "overseas-1"),
            ("PF", None, "overseas-2"),
            ("ES", "35001", "european-union-and-switzerland"),
            ("FI", "22100", "european-union-and-switzerland"),
            ("GB", "BT7 1NN", "united-kingdom"),
            ("JE", "JE2 3AB", "united-kingdom"),
            ("NO", None, "zone-b"),
            ("AD", None, "zone-c"),
            ("US", "10001", "zone-c"),
        ],
    )
    def test_prices_each_place(self, country: str, postal_code: str | None, table: str) -> None:
        """The first table that covers a place decides."""
        territory = locate(Place(country=country, postal_code=postal_code)).territory
        tables = HOUSE.shipping.postage.tables
        assert next(t.name for t in tables if t.covers(territory, "direct")) == table

    def test_names_only_places_that_exist(self) -> None:
        """A code that nobody knows would never be used."""
        codes = {code for table in TABLES.values() for code in table.codes}
        codes |= HOUSE.shipping.delivery.times.keys()
        territories = {code: locate(Place(country=code)).territory for code in codes}
        assert {code for code, there in territories.items() if there.country != code} == set()


class TestL13L15L16Customs:
    """L13, L15, L16: pieces are compared, everything is taxed, nothing collected at the sale."""

    def test_reading(self) -> None:
        """The quality-control fee is handling."""
        customs = HOUSE.shipping.customs
        assert customs.compared_on == (ImportPart.GOODS,)
        assert customs.tax_base == (ImportPart.GOODS, ImportPart.SHIPPING, ImportPart.HANDLING)
        assert customs.registrations == frozenset()
        assert HOUSE.checkout.handling_fees == ("quality-control",)

    def test_parcels_start_in_france(self) -> None:
        """As the house says; one that says nothing sends from where its holidays are."""
        assert HOUSE.origin == "FR"
        elsewhere = load_policy("vinted-pl").on(date(2026, 11, 22))
        assert elsewhere.shipping.customs.origin is None
        assert elsewhere.origin == "PL"


class TestS3Tracking:
    """S3: a page that stands still for a few days is normal."""

    def test_patience(self) -> None:
        """Three ouvrés."""
        assert HOUSE.shipping.tracking.patience == Duration.of(3, "ouvres")
        assert HOUSE.shipping.tracking.sources == ("S3",)


class TestK1Contact:
    """K1: phone and chat from Monday to Friday, mail at any time."""

    def test_hours(self) -> None:
        """Morning and afternoon, with a break for lunch."""
        contact = HOUSE.service.contact
        assert [(h.opens, h.closes, set(h.weekdays)) for h in contact.hours] == [
            (time(9, 30), time(12, 30), {0, 1, 2, 3, 4}),
            (time(13, 30), time(18, 30), {0, 1, 2, 3, 4}),
        ]
        assert set(contact.staffed) == {"phone", "chat"}
        assert contact.always == ("mail",)
        assert not contact.closed_on_holidays
        assert contact.sources == ("K1",)


class TestPriceReductions:
    """L112-1-1: an announced reduction refers to the lowest price of thirty days."""

    def test_look_back(self) -> None:
        """A run of reductions refers to the prices before the first."""
        reduction = HOUSE.pricing.price_reduction
        assert reduction.look_back == Duration.of(30, "days")
        assert reduction.successive_from_first
        assert reduction.zone == "Europe/Paris"
