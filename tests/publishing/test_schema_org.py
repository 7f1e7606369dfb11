from __future__ import annotations

import json
from decimal import Decimal

import pytest
import schema_org as vocabulary_package

from tests.publishing.google import NO_RETURNS, RECOMMENDED, faults, missing, nodes
from tests.publishing.houses import NAMES, PUBLISHER, house_of
from tests.publishing.vocabulary import VERSION, strangers
from vintage_rules.errors import InvalidValueError, PlaceError
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.publishing import Publisher, return_policies, schema_org, shipping_details
from vintage_rules.publishing.documents import text_of
from vintage_rules.publishing.regions import return_regions, shipping_regions
from vintage_rules.world import countries

WEEK = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
IMPARFAITE = house_of("imparfaite")


def published(house: HousePolicy) -> dict[str, object]:
    """Read what is published, as a reader does."""
    document: dict[str, object] = json.loads(text_of(schema_org(house, PUBLISHER)))
    return document


def returns_from(country: str, house: HousePolicy = IMPARFAITE) -> dict[str, object]:
    """Find the return policy of a country."""
    found = json.loads(text_of(return_policies(house, PUBLISHER)))
    return next(each for each in found if country in each["applicableCountry"])


def shipping_to(
    country: str, mode: str, house: HousePolicy = IMPARFAITE, weight_g: int | None = None
) -> dict[str, object]:
    """Find how a mode ships to a country."""
    for each in json.loads(text_of(shipping_details(house, weight_g))):
        there = [region["addressCountry"] for region in each["shippingDestination"]]
        if each["name"] == mode and country in there:
            return dict(each)
    raise AssertionError(country)


def delivery_to(country: str, mode: str, house: HousePolicy = IMPARFAITE) -> dict[str, object]:
    """Find how long a mode takes to a country."""
    found = shipping_to(country, mode, house)["deliveryTime"]
    assert isinstance(found, dict)
    return found


def days_of(shortest: int, longest: int) -> dict[str, object]:
    """Write a range of days."""
    return {
        "@type": "QuantitativeValue",
        "minValue": shortest,
        "maxValue": longest,
        "unitCode": "DAY",
    }


def week_of(period: dict[str, object]) -> list[str]:
    """Give the days a delivery time counts, by their names."""
    days = period["businessDays"]
    found = days["dayOfWeek"] if isinstance(days, dict) else days
    assert isinstance(found, list)
    return [str(day).removeprefix("https://schema.org/") for day in found]


@pytest.fixture(params=NAMES)
def house(request: pytest.FixtureRequest) -> HousePolicy:
    """Each house that is shipped or invented."""
    return house_of(str(request.param))


class TestVocabulary:
    """Every node, property and value is one of schema.org's."""

    def test_is_the_one_that_was_read(self) -> None:
        """A newer vocabulary is looked at before it is relied on."""
        assert vocabulary_package.SCHEMA_VERSION == VERSION

    def test_knows_all_that_is_published(self, house: HousePolicy) -> None:
        """No class, property, type of value or enumeration member is made up."""
        assert list(strangers(published(house))) == []

    @pytest.mark.parametrize(
        ("broken", "said"),
        [
            ({"@type": "Nothing"}, "$: no class Nothing"),
            ({"@type": "Offer", "colour": "x"}, "$.colour: no property of Offer"),
            (
                {"@type": "MerchantReturnPolicy", "returnFees": "free"},
                "$.returnFees[0]: 'free' is none of ('ReturnFeesEnumeration',)",
            ),
            (
                {"@type": "MerchantReturnPolicy", "merchantReturnDays": "14"},
                "$.merchantReturnDays[0]: '14' is none of ('Date', 'DateTime', 'Integer')",
            ),
            (
                {"@type": "Offer", "shippingDetails": {"@type": "Person"}},
                "$.shippingDetails[0]: Person is none of ('OfferShippingDetails',)",
            ),
            (
                {"@type": "Offer", "shippingDetails": {"@type": "x"}},
                "$.shippingDetails[0]: no class x",
            ),
        ],
    )
    def test_would_refuse_another(self, broken: dict[str, object], said: str) -> None:
        """The check finds what is no word of the vocabulary."""
        assert list(strangers(broken)) == [said]


class TestGoogle:
    """What Google requires and recommends of merchants."""

    def test_finds_what_it_requires(self, house: HousePolicy) -> None:
        """Nothing required is missing, and nothing is of a shape it refuses."""
        assert list(faults(published(house))) == []

    def test_finds_what_it_recommends(self) -> None:
        """The shipped house says all that is recommended and known."""
        found = [gap for node in nodes(published(IMPARFAITE)) for gap in missing(node, RECOMMENDED)]
        assert found == []

    @pytest.mark.parametrize(
        ("broken", "said"),
        [
            ({"@type": "OfferShippingDetails", "doesNotShip": True},
             "OfferShippingDetails.shippingDestination"),
            ({"@type": "OfferShippingDetails", "shippingDestination": []},
             "OfferShippingDetails: neither a rate nor that it does not ship"),
            ({"@type": "MonetaryAmount", "currency": "EUR", "minValue": 1},
             "MonetaryAmount: neither value nor maxValue"),
            ({"@type": "QuantitativeValue", "unitCode": "DAY", "minValue": 3, "maxValue": 2},
             "QuantitativeValue: from 3 to 2 days"),
            ({"@type": "MerchantReturnPolicy", "applicableCountry": ["FR"] * 26,
              "returnPolicyCategory": NO_RETURNS}, "MerchantReturnPolicy: too many countries"),
        ],
    )  # fmt: skip
    def test_would_find_a_fault(self, broken: dict[str, object], said: str) -> None:
        """The check finds what is missing or misshapen."""
        assert list(faults(broken)) == [said]


class TestRegions:
    """Countries put together where the same holds."""

    def test_hold_every_country_once(self, house: HousePolicy) -> None:
        """No country is left out or told twice, for any mode and for returns."""
        codes = sorted(each.code for each in countries())
        assert sorted(c for each in return_regions(house) for c in each.countries) == codes
        for mode in house.shipping.modes:
            regions = shipping_regions(house, mode)
            assert sorted(code for each in regions for code in each.countries) == codes

    def test_begin_at_home(self) -> None:
        """Metropolitan France comes first."""
        assert return_regions(IMPARFAITE)[0].countries == ("FR",)


class TestR1R7Returns:
    """R1, R7: 14 days after receipt; free from metropolitan France, paid elsewhere."""

    def test_from_france(self) -> None:
        """Free, with a label that is sent, and refunded in full: all that is said."""
        there = "https://schema.org/"
        free, label = f"{there}FreeReturn", f"{there}ReturnLabelDownloadAndPrint"
        assert returns_from("FR") == {
            "@type": "MerchantReturnPolicy",
            "name": "metropolitan-france",
            "applicableCountry": ["FR"],
            "returnPolicyCountry": "FR",
            "merchantReturnLink": "https://lune.example/faq",
            "returnPolicyCategory": f"{there}MerchantReturnFiniteReturnWindow",
            "returnMethod": f"{there}ReturnByMail",
            "merchantReturnDays": 14,
            "returnFees": free,
            "customerRemorseReturnFees": free,
            "returnLabelSource": label,
            "customerRemorseReturnLabelSource": label,
            "refundType": [f"{there}FullRefund"],
            "itemDefectReturnFees": free,
            "itemDefectReturnLabelSource": label,
        }

    @pytest.mark.parametrize("country", ["DE", "GB", "RE", "US", "XK"])
    def test_from_elsewhere(self, country: str) -> None:
        """R7, R9: the buyer pays for a change of mind, and nothing for a defect."""
        policy = returns_from(country)
        assert policy["merchantReturnDays"] == 14
        assert policy["returnFees"] == "https://schema.org/ReturnFeesCustomerResponsibility"
        assert policy["itemDefectReturnFees"] == "https://schema.org/FreeReturn"
        label = "https://schema.org/ReturnLabelCustomerResponsibility"
        assert policy["returnLabelSource"] == policy["customerRemorseReturnLabelSource"] == label

    def test_change_with_the_document(self) -> None:
        """A longer window and another payer in the document are so in what is published."""
        longer = house_of(
            "imparfaite",
            ('window = { anchor = "received", length = "14 days"',
             'window = { anchor = "received", length = "21 days"'),
            ('paid_by = "house"', 'paid_by = "buyer"'),
        )  # fmt: skip
        policy = returns_from("FR", longer)
        assert policy["merchantReturnDays"] == 21
        assert policy["returnFees"] == "https://schema.org/ReturnFeesCustomerResponsibility"
        assert returns_from("DE", longer)["merchantReturnDays"] == 14


class TestL9ToL11Delivery:
    """L9 to L11: how many days, and which days count."""

    @pytest.mark.parametrize(
        ("country", "shortest", "longest", "days"),
        [
            ("FR", 2, 5, 6),  # ouvrables: Saturday counts
            ("AT", 4, 9, 6),
            ("PE", 5, 10, 6),
            ("DE", 3, 5, 5),  # ouvrés: it does not
            ("ES", 3, 7, 5),
            ("GB", 4, 5, 5),
            ("US", 5, 8, 5),
        ],
    )
    def test_count_the_days_of_the_destination(
        self, country: str, shortest: int, longest: int, days: int
    ) -> None:
        """Each range with the week its own kind of days has, and no public holidays."""
        period = delivery_to(country, "direct")
        assert period["transitTime"] == days_of(shortest, longest)
        assert week_of(period) == WEEK[:days]

    def test_promise_no_handling_that_is_not_promised(self) -> None:
        """L3: nothing is promised before dispatch, so no handling time is published, not even 0."""
        assert "handlingTime" not in delivery_to("FR", "grouped")

    def test_count_every_day_of_a_calendar(self) -> None:
        """Days of the calendar hold Sundays and public holidays."""
        daily = house_of("imparfaite", ('transit = "2 to 5 ouvrables"', 'transit = "2 to 5 days"'))
        assert week_of(delivery_to("FR", "direct", daily)) == [*WEEK, "PublicHolidays"]

    def test_change_with_the_document(self) -> None:
        """Another range of a country is so in what is published, and only there."""
        slower = house_of("imparfaite", ('DE = "3 to 5 ouvres"', 'DE = "4 to 6 ouvrables"'))
        period = delivery_to("DE", "direct", slower)
        transit = period["transitTime"]
        assert isinstance(transit, dict)
        assert (transit["minValue"], transit["maxValue"]) == (4, 6)
        assert week_of(period) == WEEK[:6]
        assert delivery_to("BE", "direct", slower) == delivery_to("BE", "direct")


class TestHandling:
    """L3: what passes before dispatch, where it is promised."""

    DIRECT = 'sender = "seller"\nsource = ["L1", "L2"]'
    GROUPED = 'sender = "workshop"\narrives_within = "15 days"\nsource = ["L1", "L2", "L3"]'

    def test_of_a_seller(self) -> None:
        """In the days that the way counts it is a number of them."""
        prompt = house_of("imparfaite", (self.DIRECT, f'handling = "2 ouvrables"\n{self.DIRECT}'))
        assert delivery_to("FR", "direct", prompt)["handlingTime"] == days_of(0, 2)

    def test_of_other_days_than_the_way(self) -> None:
        """Germany's range is in ouvrés: Saturday counts before dispatch and not after."""
        prompt = house_of("imparfaite", (self.DIRECT, f'handling = "2 ouvrables"\n{self.DIRECT}'))
        assert delivery_to("DE", "direct", prompt)["handlingTime"] == {
            "@type": "ServicePeriod",
            "businessDays": [f"https://schema.org/{day}" for day in WEEK[:6]],
            "duration": days_of(0, 2),
        }

    def test_through_the_workshop_adds_up(self) -> None:
        """The seller's time, the way to the workshop and the check there, in days of one kind."""
        steps = 'handling = "2 ouvres"\ninbound = "1 to 3 ouvres"\ncheck = "1 ouvre"\n'
        house = house_of("imparfaite", (self.GROUPED, steps + self.GROUPED))
        period = delivery_to("DE", "grouped", house)["handlingTime"]
        assert isinstance(period, dict)
        assert (period["minValue"], period["maxValue"]) == (1, 6)

    def test_of_days_that_do_not_add_up_is_not_said(self) -> None:
        """Days of two kinds make no number, and months no days."""
        for check in ("1 ouvrable", "1 month"):
            steps = f'handling = "2 ouvres"\ninbound = "1 to 3 ouvres"\ncheck = "{check}"\n'
            house = house_of("imparfaite", (self.GROUPED, steps + self.GROUPED))
            assert "handlingTime" not in delivery_to("DE", "grouped", house)


class TestL12Rates:
    """L12: what shipping costs, by weight, destination and mode."""

    def test_are_not_of_what_is_collected(self) -> None:
        """Pieces that the buyer fetches are not free shipping, whatever the list of prices says."""
        selency = house_of("selency")
        assert selency.shipping.postage.tables[0].modes == {"by-hand"}
        names = {each["name"] for each in json.loads(text_of(shipping_details(selency)))}
        assert names == {"direct"}

    def test_of_a_house_are_a_range(self) -> None:
        """From the lightest parcel to the heaviest: all that is said of a way to France."""
        details = shipping_to("FR", "direct")
        assert details.pop("deliveryTime") == {
            "@type": "ShippingDeliveryTime",
            "businessDays": {
                "@type": "OpeningHoursSpecification",
                "dayOfWeek": [f"https://schema.org/{day}" for day in WEEK[:6]],
            },
            "transitTime": days_of(2, 5),
        }
        assert details == {
            "@type": "OfferShippingDetails",
            "name": "direct",
            "shippingDestination": [{"@type": "DefinedRegion", "addressCountry": "FR"}],
            "shippingRate": {
                "@type": "MonetaryAmount",
                "currency": "EUR",
                "minValue": 5.49,
                "maxValue": 39.59,
            },
            "weight": {"@type": "QuantitativeValue", "maxValue": 30_000, "unitCode": "GRM"},
        }

    @pytest.mark.parametrize(
        ("weight_g", "price"), [(250, 5.49), (251, 7.59), (500, 7.59), (30_000, 39.59)]
    )
    def test_of_a_piece_are_exact(self, weight_g: int, price: float) -> None:
        """Bands are up to and including."""
        rate = shipping_to("FR", "direct", weight_g=weight_g)["shippingRate"]
        assert rate == {"@type": "MonetaryAmount", "currency": "EUR", "value": price}

    def test_of_what_is_too_heavy_are_none(self) -> None:
        """Above the last band nothing is shipped, and no price is made up."""
        details = shipping_to("FR", "direct", weight_g=30_001)
        assert details["doesNotShip"] is True
        assert "shippingRate" not in details

    def test_hold_the_packaging(self) -> None:
        """What the house adds for packaging is added before a band is looked for."""
        packed = house_of("imparfaite", ("packaging_g = 0", "packaging_g = 100"))
        rate = shipping_to("FR", "direct", packed, weight_g=200)["shippingRate"]
        assert isinstance(rate, dict)
        assert rate["value"] == 7.59

    def test_change_with_the_document(self) -> None:
        """A dearer band is so in what is published."""
        dearer = house_of("imparfaite", ("price = 39.59", "price = 41.05"))
        rate = shipping_to("FR", "grouped", dearer)["shippingRate"]
        assert isinstance(rate, dict)
        assert rate["maxValue"] == 41.05

    @pytest.mark.parametrize("weight_g", [0, -1])
    def test_of_no_weight_are_refused(self, weight_g: int) -> None:
        """A weight that is none gets the library's error."""
        with pytest.raises(InvalidValueError):
            shipping_details(IMPARFAITE, weight_g)


class TestDocument:
    """The document as a whole."""

    def test_names_the_house(self) -> None:
        """The name and the address are the publisher's."""
        document = published(IMPARFAITE)
        assert (document["name"], document["url"]) == ("Maison Lune", "https://lune.example")

    def test_leaves_out_what_is_not_known(self) -> None:
        """Without an address or a country none is made up."""
        document = schema_org(IMPARFAITE, Publisher(name="Lune"))
        text = text_of(document)
        assert not {"url", "merchantReturnLink", "returnPolicyCountry"} & {
            word.strip('": ') for word in text.split()
        }

    def test_writes_amounts_exactly(self) -> None:
        """What is read back is the decimal of the policy, for every amount."""
        document = schema_org(IMPARFAITE, PUBLISHER)
        back = json.loads(text_of(document), parse_float=Decimal)
        assert back == document

    @pytest.mark.parametrize("name", ["", "  ", "a\x00b"])
    def test_needs_a_name(self, name: str) -> None:
        """A house without a name publishes nothing."""
        with pytest.raises(InvalidValueError):
            Publisher(name=name)

    def test_needs_an_address_that_is_one(self) -> None:
        """What no browser can open is refused."""
        with pytest.raises(InvalidValueError):
            Publisher(name="Lune", url="lune.example")

    def test_needs_a_country_that_is_one(self) -> None:
        """So is what is no country."""
        with pytest.raises(PlaceError):
            Publisher(name="Lune", country="France")
