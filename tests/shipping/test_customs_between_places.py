"""What customs want between any two places: areas, ways into the European Union, and ways back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from attrs import evolve

from tests.shipping.test_customs import DAY, FRANCE, HOUSE, advice, assess, at, charged, parcel
from vintage_rules.errors import InvalidValueError, PlaceError
from vintage_rules.money import Money
from vintage_rules.places import Destination, Membership, Place, Territory
from vintage_rules.shipping.customs import (
    AtSale,
    Charged,
    Collector,
    ImportAdvice,
    ImportAssessment,
    ImportFacts,
    ImportRemark,
    ImportTax,
    NoImport,
    NothingAtBorder,
    UnknownImport,
    assess_import,
)
from vintage_rules.world import import_rules, locate, locate_mainland, mainland

NEW_YORK = at("US", "10001").territory
LONDON = at("GB", "E1 6AN").territory
PARIS = at("FR", "75011")
DOLLARS = {("USD", "EUR"): Decimal("0.9")}
FLAT_DUTY = date(2026, 7, 1)


def between(
    start: Destination, end: Destination, *, dispatched: date = DAY, returned: bool = False
) -> ImportAssessment:
    """What customs want of 185 pounds of goods from one place to another."""
    facts = parcel("185.00", "GBP", dispatched=dispatched, origin=start.territory)
    return assess(evolve(facts, returned=returned), end)


def into_france(goods: str, on: date, *, lines: int | None = 1) -> ImportAssessment:
    """What customs want of goods in dollars from New York, each worth 0.90 EUR."""
    facts = parcel(goods, "USD", shipping="20.00", rates=DOLLARS, dispatched=on, origin=NEW_YORK)
    return assess(evolve(facts, tariff_lines=lines), PARIS)


class TestL13WithinOneArea:
    """L13: inside one customs and VAT area there is no import, whichever area that is."""

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            (at("GB", "E1 6AN"), at("GB", "M1 1AE")),
            (at("GB", "E1 6AN"), at("GB", "IM1 1AG")),
            (at("IM"), at("GB", "M1 1AE")),
            (at("US", "10001"), at("US", "94103")),
            (at("CH", "8001"), at("CH", "9490")),
            (at("LI"), at("CH", "8001")),
            (at("DE", "10115"), at("FR", "75011")),
            (at("FR", "75011"), at("MC")),
            (at("GB", "BT7 1NN"), at("IE")),
            (at("IE"), at("GB", "BT7 1NN")),
            (at("GB", "BT7 1NN"), at("GB", "BT1 1AA")),
            (at("ES", "35001"), at("ES", "38001")),
            (at("RE", "97400"), at("RE", "97410")),
            (at("GP", "97110"), at("MQ", "97200")),
            (at("PE"), at("PE")),
        ],
    )
    def test_nothing_is_imported(self, start: Destination, end: Destination) -> None:
        """The United Kingdom with Man, Switzerland with Liechtenstein, the Union, one country."""
        decision = between(start, end)
        assert isinstance(decision, NoImport)
        assert [rule.tax for rule in decision.rules] == [ImportTax.NO_IMPORT]
        assert decision.sources == ("L13",)

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            (at("GB", "M1 1AE"), at("GB", "BT7 1NN")),
            (at("GB", "BT7 1NN"), at("GB", "M1 1AE")),
            (at("JE"), at("GB", "M1 1AE")),
            (at("GB", "M1 1AE"), at("GG")),
            (at("RE", "97400"), at("GP", "97110")),
            (at("US", "10001"), at("RE", "97400")),
            (at("US", "10001"), at("ES", "35001")),
            (at("US", "10001"), at("FI", "22100")),
            (at("US", "10001"), at("CA", "M5V 3L9")),
            (at("CH", "8001"), at("DE", "78266")),
            (at("CH", "8001"), at("CH", "7562")),
            (at("US", "10001"), at("PR")),
        ],
    )
    def test_between_areas_that_no_fact_joins_it_says_to_ask(
        self, start: Destination, end: Destination
    ) -> None:
        """Northern Ireland and Great Britain, the Channel Islands, overseas France, Samnaun."""
        assert advice(between(start, end)) is ImportAdvice.ASK_CUSTOMS

    @pytest.mark.parametrize("end", [at("ES"), at("GB"), at("CH"), at("EA")])
    def test_an_address_that_leaves_its_area_open_is_not_taken_for_the_origin_s(
        self, end: Destination
    ) -> None:
        """A country alone may lie in several areas, even for a parcel from there."""
        assert isinstance(between(end, end), UnknownImport)

    def test_the_united_kingdom_left(self) -> None:
        """To the end of 2020 a parcel from London to Paris was no import, nor one the other way."""
        paris, london = at("FR", "75011"), at("GB", "E1 6AN")
        for start, end in ((london, paris), (paris, london)):
            left = between(start, end, dispatched=date(2020, 12, 31))
            assert isinstance(left, NoImport)
            assert not isinstance(between(start, end, dispatched=date(2021, 1, 1)), NoImport)

    def test_a_territory_joins_on_its_day(self) -> None:
        """A parcel from Zagreb to Paris is none of the Union's before Croatia is a member."""
        zagreb = at("HR", "10000")
        assert isinstance(between(zagreb, PARIS, dispatched=date(2013, 7, 1)), NoImport)
        before = between(zagreb, PARIS, dispatched=date(2013, 6, 30))
        assert advice(before) is ImportAdvice.ASK_CUSTOMS

    @pytest.mark.parametrize(
        "origin", [at("GB").territory, at("IT", "22060").territory, at("GB", "BF1 2AT").territory]
    )
    def test_asks_where_the_parcel_starts_if_that_is_open(self, origin: Territory) -> None:
        """A country alone, an old code of two communes, a base of the forces."""
        assert Membership.UNKNOWN in (origin.eu_customs, origin.eu_vat)
        decision = assess(parcel("9.00", "EUR", origin=origin), PARIS)
        assert advice(decision) is ImportAdvice.GIVE_ORIGIN

    def test_membership_decides_both_ways_where_a_host_has_no_rules(self) -> None:
        """From Belgium to France nothing is imported; from the United States something is."""
        facts = parcel("9.00", "EUR", origin=at("BE").territory)
        assert isinstance(assess_import(facts, PARIS, (), HOUSE), NoImport)
        abroad = assess_import(evolve(facts, origin=NEW_YORK), PARIS, (), HOUSE)
        assert advice(abroad) is ImportAdvice.ASK_CUSTOMS


class TestL13FromElsewhere:
    """L13: the destination's customs decide, wherever a parcel starts."""

    def test_great_britain_charges_a_parcel_from_the_united_states(self) -> None:
        """As one from France: above 135 GBP a fifth of everything."""
        facts = parcel("135.01", "GBP", shipping="12.00", origin=NEW_YORK)
        assert charged(assess(facts, at("GB", "M1 1AE"))).tax == Money("29.40", "GBP")
        free = evolve(facts, goods=Money("135.00", "GBP"))
        assert isinstance(assess(free, at("GB", "M1 1AE")), NothingAtBorder)

    def test_canada_frees_twenty_dollars_by_post_from_overseas_alone(self) -> None:
        """For couriers from the United States and Mexico other limits hold."""
        facts = parcel("20.00", "CAD")
        assert isinstance(assess(facts, at("CA", "M5V 3L9")), NothingAtBorder)
        for origin in (NEW_YORK, at("MX").territory):
            decision = assess(evolve(facts, origin=origin), at("CA", "M5V 3L9"))
            assert advice(decision) is ImportAdvice.ASK_CUSTOMS

    def test_switzerland_charges_a_parcel_from_britain(self) -> None:
        """62.00 CHF with all costs, from anywhere outside."""
        facts = parcel("62.00", "CHF", origin=LONDON)
        assert charged(assess(facts, at("CH", "8001"))).tax == Money("5.02", "CHF")


class TestL13IntoTheUnion:
    """L13: into the European Union VAT is owed from the first cent, and up to 150 EUR of goods no
    duty until the end of June 2026, then 3 EUR for each tariff line.
    """

    @pytest.mark.parametrize("goods", ["0.01", "166.66"])
    def test_vat_from_the_first_cent_and_no_duty_to_the_end_of_june_2026(self, goods: str) -> None:
        """166.66 USD are 149.994 EUR; a fifth of goods and shipping, nothing on top."""
        decision = charged(into_france(goods, date(2026, 2, 28), lines=None))
        assert (decision.tax_kind, decision.rate) == (ImportTax.VAT, Decimal("0.20"))
        taxable = (Decimal(goods) + 20) * Decimal("0.9")
        assert decision.taxable == Money(str(round(taxable, 2)), "EUR")
        assert decision.duty is None
        assert decision.remarks == ()
        assert decision.sources == ("L13",)

    def test_three_euros_a_tariff_line_from_july_2026(self) -> None:
        """150 USD of goods, two lines: 6 EUR of duty, and VAT on it as well."""
        before = charged(into_france("150.00", date(2026, 6, 30), lines=2))
        assert (before.duty, before.tax) == (None, Money("30.60", "EUR"))
        after = charged(into_france("150.00", FLAT_DUTY, lines=2))
        assert after.taxable == Money("159.00", "EUR")
        assert after.duty == Money("6.00", "EUR")
        assert after.tax == Money("31.80", "EUR")

    def test_asks_for_the_tariff_lines_where_they_decide(self) -> None:
        """Up to 150 EUR from July 2026 on; never before, and not above."""
        missing = into_france("150.00", FLAT_DUTY, lines=None)
        assert advice(missing) is ImportAdvice.GIVE_TARIFF_LINES
        assert isinstance(into_france("150.00", date(2026, 6, 30), lines=None), Charged)
        assert isinstance(into_france("200.00", FLAT_DUTY, lines=None), Charged)

    @pytest.mark.parametrize(
        ("goods", "rate", "is_below"),
        [
            ("150.00", "1", True),
            ("150.01", "1", False),
            ("166.66", "0.9", True),
            ("166.67", "0.9", False),
            ("150.00", "1.00001", False),
            ("100.00", "1.5", True),
            ("100.00", "1.500000001", False),
        ],
    )
    @pytest.mark.parametrize("currency", ["USD", "GBP", "CHF"])
    def test_150_euros_are_compared_exactly_in_any_currency(
        self, currency: str, goods: str, rate: str, *, is_below: bool
    ) -> None:
        """150.00 itself is below; 150.0015 EUR would round to 150.00 and is above all the same."""
        rates = {(currency, "EUR"): Decimal(rate)}
        facts = parcel(goods, currency, rates=rates, dispatched=FLAT_DUTY, origin=NEW_YORK)
        decision = charged(assess(evolve(facts, tariff_lines=1), PARIS))
        assert (decision.duty == Money("3.00", "EUR")) is is_below
        assert (ImportRemark.DUTY_MAY_APPLY in decision.remarks) is not is_below

    @pytest.mark.parametrize("on", [date(2026, 2, 1), FLAT_DUTY])
    def test_asks_for_the_exchange_rate(self, on: date) -> None:
        """Dollars are not compared with euros."""
        facts = parcel("150.00", "USD", dispatched=on, origin=NEW_YORK)
        decision = assess(evolve(facts, tariff_lines=1), PARIS)
        assert isinstance(decision, UnknownImport)
        assert decision.missing_rate == ("USD", "EUR")

    @pytest.mark.parametrize(
        ("destination", "on", "may_apply"),
        [
            (PARIS, date(2026, 2, 28), False),
            (PARIS, date(2026, 3, 1), True),
            (at("FR", "20000"), date(2026, 3, 1), True),
            (at("MC"), date(2026, 3, 1), True),
            (at("DE", "10115"), date(2026, 3, 1), False),
            (at("DE", "10115"), date(2026, 10, 31), False),
            (at("DE", "10115"), date(2026, 11, 1), True),
        ],
    )
    def test_a_fee_for_each_article_may_come(
        self, destination: Destination, on: date, *, may_apply: bool
    ) -> None:
        """France's from March 2026; the Union's, which is not confirmed, from November."""
        facts = evolve(parcel("100.00", "EUR", dispatched=on, origin=NEW_YORK), tariff_lines=1)
        remarks = charged(assess(facts, destination)).remarks
        assert (ImportRemark.FEE_MAY_APPLY in remarks) is may_apply
        above = evolve(facts, goods=Money("150.01", "EUR"))
        assert charged(assess(above, destination)).remarks == (ImportRemark.DUTY_MAY_APPLY,)

    @pytest.mark.parametrize(
        ("destination", "on", "rate"),
        [
            (at("DE", "10115"), date(2026, 6, 30), "0.19"),
            (at("SK"), date(2024, 12, 31), "0.20"),
            (at("SK"), date(2025, 1, 1), "0.23"),
            (at("RO"), date(2025, 7, 31), "0.19"),
            (at("RO"), date(2025, 8, 1), "0.21"),
            (at("EE"), date(2025, 6, 30), "0.22"),
            (at("EE"), date(2025, 7, 1), "0.24"),
            (at("FI", "00100"), date(2024, 8, 31), "0.24"),
            (at("FI", "00100"), date(2024, 9, 1), "0.255"),
        ],
    )
    def test_each_member_state_has_its_rate_on_its_day(
        self, destination: Destination, on: date, rate: str
    ) -> None:
        """The standard rate; no shop of clothes has another."""
        facts = parcel("100.00", "EUR", dispatched=on, origin=LONDON)
        assert charged(assess(facts, destination)).rate == Decimal(rate)

    @pytest.mark.parametrize("destination", [at("GR", "10431"), at("PT", "9000-018")])
    def test_says_to_ask_where_the_rate_is_not_known(self, destination: Destination) -> None:
        """Islands of Greece and Portugal have rates of their own."""
        facts = parcel("100.00", "EUR", origin=LONDON)
        assert advice(assess(facts, destination)) is ImportAdvice.ASK_CUSTOMS

    @pytest.mark.parametrize(
        ("on", "expected"),
        [
            (date(2009, 12, 31), ImportAdvice.OUTSIDE_DATED_FACTS),
            (date(2010, 1, 1), ImportAdvice.ASK_CUSTOMS),
            (date(2021, 6, 30), ImportAdvice.ASK_CUSTOMS),
            (date(2028, 7, 2), ImportAdvice.OUTSIDE_DATED_FACTS),
        ],
    )
    def test_other_days_are_not_known(self, on: date, expected: ImportAdvice) -> None:
        """The relief of before July 2021 is remembered only; the flat duty ends in July 2028."""
        assert advice(into_france("15.00", on)) is expected
        assert isinstance(into_france("15.00", date(2021, 7, 1)), Charged)
        assert isinstance(into_france("15.00", date(2028, 7, 1)), Charged)

    def test_before_july_2021_no_rate_is_known(self) -> None:
        """The tables of rates begin where the rules that use them do."""
        rates = [
            {rule.rate for rule in import_rules(PARIS, on, NEW_YORK) if rule.tax is ImportTax.VAT}
            for on in (date(2021, 6, 30), date(2021, 7, 1))
        ]
        assert rates == [{None}, {Decimal("0.20")}]

    def test_a_house_with_an_ioss_number_collects_up_to_150_euros_at_the_sale(self) -> None:
        """VAT, and from July 2026 the flat duty; above, the recipient pays as ever."""
        house = evolve(HOUSE, registrations=frozenset({"eu-ioss"}))
        facts = parcel("150.00", "EUR", dispatched=date(2026, 2, 28), origin=LONDON)
        vat = AtSale(tax=ImportTax.VAT, rate=Decimal("0.20"), collected_by=Collector.SELLER_AT_SALE)
        duty = AtSale(tax=ImportTax.DUTY, rate=None, collected_by=Collector.SELLER_AT_SALE)
        before = assess(facts, PARIS, house)
        assert isinstance(before, NothingAtBorder)
        assert (before.at_sale, before.remarks) == ((vat,), ())
        after = assess(evolve(facts, dispatched=FLAT_DUTY), PARIS, house)
        assert isinstance(after, NothingAtBorder)
        assert (after.at_sale, after.remarks) == ((vat, duty), (ImportRemark.FEE_MAY_APPLY,))
        above = evolve(facts, goods=Money("150.01", "EUR"))
        assert isinstance(assess(above, PARIS, house), Charged)

    @pytest.mark.parametrize("lines", [0, -1, True, "2"])
    def test_refuses_lines_that_are_no_number_above_zero(self, lines: object) -> None:
        """At least one."""
        with pytest.raises(InvalidValueError, match=r"^tariff_lines: must be a whole number"):
            evolve(parcel("9.00", "EUR"), tariff_lines=lines)  # type: ignore[arg-type]


class TestL13TheWayBack:
    """L13: what is returned to where it was sold from may be free of duty and VAT, upon a claim."""

    @pytest.mark.parametrize(
        ("start", "end"),
        [(at("GB", "M1 1AE"), PARIS), (at("US", "10001"), PARIS), (PARIS, at("GB", "M1 1AE"))],
    )
    def test_says_to_claim_the_relief(self, start: Destination, end: Destination) -> None:
        """Into the Union and into Great Britain, with evidence; no amount is promised."""
        decision = between(start, end, returned=True)
        assert advice(decision) is ImportAdvice.CLAIM_RETURNED_GOODS_RELIEF
        assert [rule.returned for rule in decision.rules] == [True]

    @pytest.mark.parametrize("end", [at("US", "10001"), at("CH", "8001")])
    def test_says_to_ask_where_no_relief_is_known(self, end: Destination) -> None:
        """The rule for what is sold is not taken for it."""
        assert advice(between(PARIS, end, returned=True)) is ImportAdvice.ASK_CUSTOMS

    def test_within_an_area_nothing_is_imported_on_the_way_back_either(self) -> None:
        """From Berlin to Paris."""
        assert isinstance(between(at("DE", "10115"), PARIS, returned=True), NoImport)


class TestCollectedAtCheckout:
    """Where the price already holds duties and taxes, the border asks for nothing more."""

    HOUSE = evolve(
        HOUSE, collected_at_checkout=frozenset({"GB", "US"}), checkout_sources=("article 9",)
    )

    def collected(self, facts: ImportFacts, destination: Destination) -> NothingAtBorder:
        """The decision, which must be that nothing is owed."""
        decision = assess(facts, destination, self.HOUSE)
        assert isinstance(decision, NothingAtBorder)
        return decision

    def test_what_would_be_charged_was_collected_at_the_sale(self) -> None:
        """20 % VAT above 135 GBP; the value that was compared is still said."""
        facts = parcel("185.00", "GBP")
        decision = self.collected(facts, at("GB", "M1 1AE"))
        assert decision.at_sale == (
            AtSale(tax=ImportTax.VAT, rate=Decimal("0.20"), collected_by=Collector.SELLER_AT_SALE),
        )
        assert decision.compared == 185
        assert decision.sources == ("L13", "L15", "L16", "article 9")

    def test_what_is_not_known_was_collected_at_an_unknown_rate(self) -> None:
        """The duties of the United States, whose rate nobody knows, are not owed there."""
        decision = self.collected(parcel("185.00", "USD"), at("US", "10001"))
        assert [(tax.tax, tax.rate) for tax in decision.at_sale] == [(ImportTax.DUTY, None)]

    def test_where_no_rule_is_known_some_tax_was(self) -> None:
        """Of Peru not even the tax is known."""
        house = evolve(self.HOUSE, collected_at_checkout=frozenset({"PE"}))
        decision = assess(parcel("185.00", "USD"), at("PE"), house)
        assert isinstance(decision, NothingAtBorder)
        assert [tax.tax for tax in decision.at_sale] == [ImportTax.OTHER]

    def test_a_flat_duty_is_collected_too(self) -> None:
        """Into France, from a house in London that delivers duty paid."""
        house = evolve(self.HOUSE, collected_at_checkout=frozenset({"FR"}))
        facts = parcel("100.00", "EUR", dispatched=FLAT_DUTY, origin=LONDON)
        decision = assess(evolve(facts, tariff_lines=1), PARIS, house)
        assert isinstance(decision, NothingAtBorder)
        assert [tax.tax for tax in decision.at_sale] == [ImportTax.VAT, ImportTax.DUTY]

    @pytest.mark.parametrize("destination", [at("GB", "M1 1AE"), at("US", "10001")])
    def test_of_what_is_returned_nothing_was_collected(self, destination: Destination) -> None:
        """The price paid the way to the buyer, not the way back."""
        sold = parcel("185.00", "GBP")
        back = evolve(sold, returned=True)
        assert isinstance(assess(sold, destination, self.HOUSE), NothingAtBorder)
        assert assess(back, destination, self.HOUSE) == assess(back, destination)
        assert isinstance(assess(back, destination), UnknownImport)

    def test_changes_nothing_where_nothing_is_owed_or_nothing_is_imported(self) -> None:
        """Below the threshold, in a destination that is not named, and inside an area."""
        below = parcel("90.00", "GBP")
        assert self.collected(below, at("GB", "M1 1AE")) == assess(below, at("GB", "M1 1AE"))
        above = parcel("185.00", "CHF")
        assert isinstance(assess(above, at("CH", "8001"), self.HOUSE), Charged)
        home = parcel("185.00", "GBP", origin=LONDON)
        assert isinstance(assess(home, at("GB", "M1 1AE"), self.HOUSE), NoImport)


class TestTheMainland:
    """A country alone stands for its mainland where that is enough."""

    @pytest.mark.parametrize(
        ("country", "code"),
        [
            ("FR", "FR"),
            ("GB", "GB-GBN"),
            ("UK", "GB-GBN"),
            ("ES", "ES"),
            ("EL", "GR"),
            ("IC", "ES-CN"),
            ("EA", "EA"),
            ("US", "US"),
            ("PE", "PE"),
        ],
    )
    def test_of_each_country(self, country: str, code: str) -> None:
        """The United Kingdom's is Great Britain; Ceuta and Melilla have none."""
        assert locate_mainland(Place(country=country)).territory.code == code

    def test_an_address_is_found_as_ever(self) -> None:
        """A postal code decides."""
        assert locate_mainland(Place(country="ES", postal_code="35001")).territory.code == "ES-CN"

    @pytest.mark.parametrize(("country", "city"), [("GB", "Belfast"), ("ES", "Las Palmas")])
    def test_is_not_assumed_of_a_city_that_may_lie_elsewhere(self, country: str, city: str) -> None:
        """Belfast is in Northern Ireland, Las Palmas in the Canaries: only a code says so."""
        assert locate_mainland(Place(country=country)).territory.is_known
        found = locate_mainland(Place(country=country, city=city)).territory
        assert found == locate(Place(country=country, city=city)).territory
        assert not found.is_known

    def test_of_a_city_whose_country_needs_the_code(self) -> None:
        """Saint-Denis is beside Paris and in Réunion."""
        with pytest.raises(PlaceError, match=r"^postal_code: must be a code of FR"):
            locate_mainland(Place(country="FR", city="Saint-Denis"))

    @pytest.mark.parametrize(
        ("key", "code"), [("FR", "FR"), ("FR-57", "FR"), ("GB", "GB-GBN"), ("GB-NIR", "GB-NIR")]
    )
    def test_of_a_house_by_its_calendar(self, key: str, code: str) -> None:
        """Where a house keeps the holidays of, its parcels start unless it says otherwise."""
        assert mainland(key).code == code

    def test_has_holidays(self) -> None:
        """Those of its country, or its own."""
        places = [Place(country="GB"), Place(country="FR"), Place(country="IC")]
        assert [locate_mainland(place).calendar for place in places] == ["GB", "FR", "ES-CN"]


def test_france_is_where_the_samples_start() -> None:
    """The tests of customs take parcels from metropolitan France."""
    assert FRANCE.is_inside_the_union
