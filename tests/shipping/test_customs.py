"""What customs want of a parcel: the clauses, both sides of each limit, and what is not known."""

from __future__ import annotations

import copy
import pickle
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from vintage_rules.errors import (
    CurrencyMismatchError,
    DayError,
    InvalidValueError,
    MoneyError,
    PlaceError,
)
from vintage_rules.ids import Edition
from vintage_rules.money import Money, Rounding
from vintage_rules.places import Destination, Place, Territory
from vintage_rules.shipping.customs import (
    AtSale,
    Charged,
    Collector,
    Compared,
    CustomsPolicy,
    Duty,
    ImportAdvice,
    ImportAssessment,
    ImportFacts,
    ImportPart,
    ImportRemark,
    ImportRule,
    ImportTax,
    Limit,
    NoImport,
    NothingAtBorder,
    UnknownImport,
    assess_import,
)
from vintage_rules.world import import_rules, locate, mainland, territories

DAY = date(2026, 9, 7)
HOUSE = CustomsPolicy(
    limit=None,
    origin="FR",
    collected_at_checkout=frozenset(),
    checkout_sources=(),
    edition=Edition(name="imparfaite", since=date(2023, 1, 1)),
    sources=("L15", "L16"),
    import_sources=("L13",),
    tax_base=(ImportPart.GOODS, ImportPart.SHIPPING, ImportPart.HANDLING),
    compared_on=(ImportPart.GOODS,),
    tax_base_sources=("L16",),
    registrations=frozenset(),
    rounding=Rounding.HALF_UP,
)
NO_RATES: dict[tuple[str, str], Decimal] = {}
FRANCE = mainland("FR")
CENTS = st.decimals("0", "99999", places=2)


def at(country: str, postal_code: str | None = None, city: str | None = None) -> Destination:
    """The destination of an address."""
    return locate(Place(country=country, postal_code=postal_code, city=city))


def parcel(
    goods: str,
    currency: str,
    *,
    shipping: str = "0",
    handling: str = "0",
    rates: dict[tuple[str, str], Decimal] = NO_RATES,
    dispatched: date = DAY,
    origin: Territory = FRANCE,
) -> ImportFacts:
    """A parcel with the value of its pieces, and what was paid beside; from France."""
    return ImportFacts(
        origin=origin,
        goods=Money(goods, currency),
        shipping=Money(shipping, currency),
        handling=Money(handling, currency),
        rates=rates,
        dispatched=dispatched,
    )


def assess(
    facts: ImportFacts, destination: Destination, policy: CustomsPolicy = HOUSE
) -> ImportAssessment:
    """What customs want of that parcel there, by the shipped facts."""
    rules = import_rules(destination, facts.dispatched, facts.origin, returned=facts.returned)
    return assess_import(facts, destination, rules, policy)


def charged(decision: ImportAssessment) -> Charged:
    """The decision, which must be a charge."""
    assert isinstance(decision, Charged)
    return decision


def advice(decision: ImportAssessment) -> ImportAdvice:
    """What to do, where the decision must be that nobody knows."""
    assert isinstance(decision, UnknownImport)
    return decision.advice


MANCHESTER = at("GB", "M1 1AE")
BELFAST = at("GB", "BT7 1NN")
ZURICH = at("CH", "8001")
SYDNEY = at("AU", "2000")
OSLO = at("NO", "0150")


class TestL13NoImportInsideTheUnion:
    """L13: duties and import taxes arise when a parcel leaves the customs or the VAT area of the
    European Union; inside both there is no import.
    """

    @pytest.mark.parametrize(
        "destination",
        [
            at("FR", "75011"),
            at("FR", "20000"),
            at("MC", "98000"),
            at("FR", "98000"),
            at("DE", "10115"),
            at("PT", "9000-018"),
            at("AT", "6991"),
            at("BE"),
            BELFAST,
        ],
    )
    def test_no_import_inside_both_areas(self, destination: Destination) -> None:
        """Mainland, Corsica, Monaco, Madeira, Kleinwalsertal and Northern Ireland are inside."""
        decision = assess(parcel("900.00", "EUR"), destination)
        assert isinstance(decision, NoImport)
        assert decision.sources == ("L13",)
        assert [rule.tax for rule in decision.rules] == [ImportTax.NO_IMPORT]

    def test_northern_ireland_is_told_from_great_britain_by_the_postcode(self) -> None:
        """The same parcel is no import in Belfast and charged in Manchester."""
        facts = parcel("140.00", "GBP", shipping="10.00")
        assert isinstance(assess(facts, BELFAST), NoImport)
        assert isinstance(assess(facts, MANCHESTER), Charged)

    @pytest.mark.parametrize(
        ("one_way", "the_other"),
        [
            (at("RE", "97400"), at("FR", "97400")),
            (at("MC"), at("FR", "98000")),
            (at("AX"), at("FI", "22100")),
            (at("IC", "35001"), at("ES", "35001")),
            (at("EA", "51001"), at("ES", "51001")),
            (at("SM"), at("IT", "47890")),
            (at("CH", "8238"), at("DE", "78266")),
            (at("JE"), at("GB", "JE2 3AB")),
        ],
    )
    def test_one_place_written_two_ways_has_one_answer(
        self, one_way: Destination, the_other: Destination
    ) -> None:
        """Réunion, Monaco, Åland, the Canaries, Ceuta, San Marino, Büsingen and Jersey."""
        facts = parcel("200.00", "EUR")
        assert assess(facts, one_way) == assess(facts, the_other)

    def test_is_not_decided_before_the_accession(self) -> None:
        """Croatia joined on 1 July 2013: the status of the territory says nothing before."""
        zagreb = at("HR", "10000")
        before = parcel("90.00", "EUR", dispatched=date(2013, 6, 30))
        assert advice(assess(before, zagreb)) is ImportAdvice.OUTSIDE_DATED_FACTS
        assert isinstance(assess(evolve(before, dispatched=date(2013, 7, 1)), zagreb), NoImport)

    def test_membership_alone_decides_where_a_host_has_no_rules(self) -> None:
        """A host without any table still learns that Belgium is no import."""
        assert isinstance(assess_import(parcel("9", "EUR"), at("BE"), (), HOUSE), NoImport)


class TestL13NeverAZeroThatIsNotKnown:
    """L13: the destination's customs set what is owed; what is not known is answered as unknown
    with advice.
    """

    @pytest.mark.parametrize(
        "destination",
        [
            at("US", "10001"),
            at("US"),
            at("RE", "97400"),
            at("FR", "97133"),
            at("FR", "97150"),
            at("BR"),
            at("CN"),
            at("JP"),
            at("KR"),
            at("GG"),
            at("GI"),
            at("IT", "23041"),
            at("IT", "22061"),
            at("IT", "22060", "Campione d'Italia"),
            at("ES", "51001"),
            at("DE", "27498"),
            at("DE", "78266"),
            at("GR", "63086"),
            at("CH", "7562"),
            at("GB", "BF1 2AT"),
            at("NO", "9170"),
            at("PE"),
            at("XK"),
        ],
    )
    def test_says_to_ask_customs(self, destination: Destination) -> None:
        """Where sources contradict each other, hang on origin or category, or say nothing."""
        assert advice(assess(parcel("1.00", "EUR"), destination)) is ImportAdvice.ASK_CUSTOMS

    @pytest.mark.parametrize("country", ["GB", "ES", "DE", "IT", "GR", "FI", "DK", "CH", "NO"])
    def test_asks_for_the_postal_code_where_it_decides(self, country: str) -> None:
        """Parts of these countries have opposite answers."""
        decision = assess(parcel("1.00", "EUR"), at(country))
        assert advice(decision) is ImportAdvice.GIVE_POSTAL_CODE

    @pytest.mark.parametrize("code", ["22060", "23030"])
    def test_asks_for_the_city_where_a_code_is_shared(self, code: str) -> None:
        """The old codes of Campione and Livigno are those of their neighbours too."""
        assert advice(assess(parcel("1.00", "EUR"), at("IT", code))) is ImportAdvice.GIVE_CITY
        assert isinstance(assess(parcel("1.00", "EUR"), at("IT", code, "Ponna")), NoImport)

    @pytest.mark.parametrize("rates", [NO_RATES, {("GBP", "EUR"): Decimal("1.18")}])
    def test_asks_for_the_exchange_rate(self, rates: dict[tuple[str, str], Decimal]) -> None:
        """The inverse rate is another rate; it is not turned round."""
        decision = assess(parcel("50.00", "EUR", rates=rates), MANCHESTER)
        assert advice(decision) is ImportAdvice.GIVE_EXCHANGE_RATE
        assert isinstance(decision, UnknownImport)
        assert decision.missing_rate == ("EUR", "GBP")
        assert decision.sources == ("L13", "L15")

    def test_a_rule_with_nothing_to_compare_or_compute_needs_no_rate(self) -> None:
        """Hong Kong taxes nothing, in whatever currency it was bought."""
        decision = assess(parcel("5000.00", "EUR"), at("HK"))
        assert isinstance(decision, NothingAtBorder)
        assert decision.at_sale == ()
        assert decision.compared is None

    @pytest.mark.parametrize(
        ("destination", "since"),
        [
            (MANCHESTER, Charged),
            (at("IM", "IM1 1AA"), Charged),
            (at("GB"), UnknownImport),
            (at("GB", "BT7 1NN"), NoImport),
        ],
    )
    def test_the_united_kingdom_was_inside_to_the_end_of_2020(
        self, destination: Destination, since: type[ImportAssessment]
    ) -> None:
        """Northern Ireland still is for goods; of the rest, the part decides since."""
        before = parcel("200.00", "GBP", dispatched=date(2020, 12, 31))
        inside = assess(before, destination)
        assert isinstance(inside, NoImport)
        assert [rule.last_day for rule in inside.rules] == [date(2020, 12, 31)]
        assert isinstance(assess(evolve(before, dispatched=date(2021, 1, 1)), destination), since)

    def test_a_day_before_the_facts_is_said_to_be_one(self) -> None:
        """The single market began in 1993, and Norway's rules are known from April 2020 on."""
        before = parcel("200.00", "GBP", dispatched=date(1992, 12, 31))
        assert advice(assess(before, MANCHESTER)) is ImportAdvice.OUTSIDE_DATED_FACTS
        oslo = parcel("200.00", "NOK", dispatched=date(2020, 3, 31))
        assert advice(assess(oslo, OSLO)) is ImportAdvice.OUTSIDE_DATED_FACTS

    def test_the_united_states_knew_a_relief_until_august_2025(self) -> None:
        """800.00 USD was free; above, the rate hung on the tariff; since, on the origin."""
        new_york = at("US", "10001")
        free = parcel("800.00", "USD", dispatched=date(2025, 8, 28))
        assert isinstance(assess(free, new_york), NothingAtBorder)
        above = evolve(free, goods=Money("800.01", "USD"))
        assert advice(assess(above, new_york)) is ImportAdvice.ASK_CUSTOMS
        later = evolve(free, dispatched=date(2025, 8, 29))
        assert advice(assess(later, new_york)) is ImportAdvice.ASK_CUSTOMS

    def test_canada_is_free_up_to_twenty_dollars(self) -> None:
        """20.00 CAD is free; above, the rate hangs on the province."""
        toronto = at("CA", "M5V 3L9")
        assert isinstance(assess(parcel("20.00", "CAD"), toronto), NothingAtBorder)
        assert advice(assess(parcel("20.01", "CAD"), toronto)) is ImportAdvice.ASK_CUSTOMS

    def test_contradicting_rules_decide_nothing(self) -> None:
        """Two rules for one parcel are not silently reduced to the first."""
        rules = import_rules(MANCHESTER, DAY, FRANCE)
        decision = assess_import(parcel("9.00", "GBP"), MANCHESTER, rules + rules, HOUSE)
        assert advice(decision) is ImportAdvice.ASK_CUSTOMS

    def test_rules_of_other_territories_do_not_count(self) -> None:
        """A whole table may be given: only the destination's own rules are read."""
        table = import_rules(ZURICH, DAY, FRANCE) + import_rules(MANCHESTER, DAY, FRANCE)
        facts = parcel("140.00", "GBP")
        assert assess_import(facts, MANCHESTER, table, HOUSE) == assess(facts, MANCHESTER)


class TestL13WhatIsCollectedAtTheBorder:
    """L13: a percentage of the goods' value, set by the destination, owed by the buyer, with its
    basis, date and source.
    """

    @pytest.mark.parametrize(
        ("goods", "shipping", "handling"), [("61.99", "0", "0"), ("45.00", "9.99", "7.00")]
    )
    def test_switzerland_frees_less_than_62_with_all_costs(
        self, goods: str, shipping: str, handling: str
    ) -> None:
        """61.99 CHF to the door are free, and no duty is owed on such goods."""
        facts = parcel(goods, "CHF", shipping=shipping, handling=handling)
        decision = assess(facts, ZURICH)
        assert isinstance(decision, NothingAtBorder)
        assert decision.at_sale == ()
        assert decision.compared == Decimal("61.99")

    def test_switzerland_taxes_62_with_all_costs(self) -> None:
        """8.1 % of 62.00 CHF is 5.02; the same in Liechtenstein; no duty is to come."""
        facts = parcel("50.00", "CHF", shipping="12.00")
        decision = charged(assess(facts, ZURICH))
        assert decision.taxable == Money("62.00", "CHF")
        assert decision.tax == Money("5.02", "CHF")
        assert decision.remarks == ()
        vaduz = charged(assess(facts, at("CH", "9490")))
        assert (vaduz.tax, vaduz.rules[0].territory) == (decision.tax, "LI")

    def test_the_swiss_tax_of_before_2024_is_not_known(self) -> None:
        """Its limit is from memory only."""
        facts = parcel("50.00", "CHF", dispatched=date(2023, 12, 31))
        assert advice(assess(facts, ZURICH)) is ImportAdvice.ASK_CUSTOMS

    def test_jersey_counts_shipping_and_its_limit_itself_is_not_settled(self) -> None:
        """Two pages contradict each other at exactly 60.00 GBP."""
        jersey = at("JE")
        below = assess(parcel("50.00", "GBP", shipping="9.99"), jersey)
        assert isinstance(below, NothingAtBorder)
        at_limit = assess(parcel("50.00", "GBP", shipping="10.00"), jersey)
        assert advice(at_limit) is ImportAdvice.ASK_CUSTOMS
        checked = parcel("50.00", "GBP", shipping="9.99", handling="5.00")
        assert isinstance(assess(checked, jersey), NothingAtBorder)
        above = charged(assess(parcel("50.00", "GBP", shipping="10.01"), jersey))
        assert above.tax == Money("3.00", "GBP")
        assert above.tax_kind is ImportTax.GST

    def test_jersey_had_another_limit_before(self) -> None:
        """135 GBP until the end of June 2023."""
        jersey = at("JE")
        facts = parcel("100.00", "GBP", dispatched=date(2023, 6, 30))
        assert isinstance(assess(facts, jersey), NothingAtBorder)
        assert isinstance(assess(evolve(facts, dispatched=date(2023, 7, 1)), jersey), Charged)

    def test_the_faroes_count_shipping(self) -> None:
        """Less than 300 DKK is free, more is taxed at 25 %, exactly 300 is not settled."""
        torshavn = at("FO", "100")
        assert isinstance(assess(parcel("299.99", "DKK"), torshavn), NothingAtBorder)
        assert advice(assess(parcel("300.00", "DKK"), torshavn)) is ImportAdvice.ASK_CUSTOMS
        checked = parcel("250.00", "DKK", shipping="49.99", handling="15.00")
        assert isinstance(assess(checked, torshavn), NothingAtBorder)
        more = charged(assess(parcel("250.00", "DKK", shipping="50.01"), torshavn))
        assert more.tax == Money("75.00", "DKK")

    def test_the_canaries_free_150_euros(self) -> None:
        """150.00 EUR is free; above, IGIC at 7 % and, inside the customs union, no duty."""
        las_palmas = at("ES", "35001")
        assert isinstance(assess(parcel("150.00", "EUR"), las_palmas), NothingAtBorder)
        above = charged(assess(parcel("150.01", "EUR", shipping="10.00"), las_palmas))
        assert above.tax_kind is ImportTax.IGIC
        assert above.taxable == Money("160.01", "EUR")
        assert above.tax == Money("11.20", "EUR")
        assert above.remarks == ()

    def test_aland_taxes_from_the_first_cent(self) -> None:
        """25.5 % since September 2024, 24 % before; nothing is compared."""
        decision = charged(assess(parcel("10.00", "EUR"), at("FI", "22100")))
        assert decision.tax == Money("2.55", "EUR")
        assert decision.compared is None
        before = parcel("10.00", "EUR", dispatched=date(2024, 8, 31))
        assert charged(assess(before, at("AX"))).tax == Money("2.40", "EUR")

    def test_australia_frees_a_thousand_dollars_without_freight(self) -> None:
        """1000.00 AUD is free at the border; above, 10 % of everything, and duty may come."""
        free = assess(parcel("1000.00", "AUD", shipping="40.00"), SYDNEY)
        assert isinstance(free, NothingAtBorder)
        above = charged(assess(parcel("1000.01", "AUD", shipping="40.00"), SYDNEY))
        assert above.tax == Money("104.00", "AUD")
        assert above.remarks == (ImportRemark.DUTY_MAY_APPLY,)

    def test_new_zealand_frees_a_thousand_dollars(self) -> None:
        """1000.00 NZD is free at the border; above, 15 %."""
        wellington = at("NZ", "6011")
        assert isinstance(assess(parcel("1000.00", "NZD"), wellington), NothingAtBorder)
        above = charged(assess(parcel("1000.01", "NZD"), wellington))
        assert above.tax == Money("150.00", "NZD")

    def test_singapore_counts_costs_for_a_sender_who_is_not_registered(self) -> None:
        """400.00 SGD with shipping is free; above, 9 % since 2024 and 8 % in 2023."""
        singapore = at("SG", "018956")
        free = parcel("390.00", "SGD", shipping="10.00")
        assert isinstance(assess(free, singapore), NothingAtBorder)
        above = evolve(free, goods=Money("400.00", "SGD"))
        assert charged(assess(above, singapore)).tax == Money("36.90", "SGD")
        in_2023 = evolve(above, dispatched=date(2023, 12, 31))
        assert charged(assess(in_2023, singapore)).tax == Money("32.80", "SGD")

    def test_norway_taxes_from_the_first_krone_outside_voec(self) -> None:
        """25 % of value and transport since 2024; until then 350 NOK were free."""
        decision = charged(assess(parcel("100.00", "NOK", shipping="20.00"), OSLO))
        assert decision.tax == Money("30.00", "NOK")
        assert decision.remarks == (ImportRemark.DUTY_MAY_APPLY,)
        before = parcel("349.99", "NOK", dispatched=date(2023, 12, 31))
        assert isinstance(assess(before, OSLO), NothingAtBorder)

    @pytest.mark.parametrize(
        ("facts", "destination", "kind"),
        [
            (parcel("90.00", "EUR"), at("BE"), NoImport),
            (parcel("90.00", "GBP"), MANCHESTER, NothingAtBorder),
            (parcel("190.00", "GBP"), MANCHESTER, Charged),
            (parcel("190.00", "EUR"), MANCHESTER, UnknownImport),
            (parcel("90.00", "EUR"), at("JP"), UnknownImport),
            (parcel("300.00", "DKK"), at("FO"), UnknownImport),
            (parcel("90.00", "EUR", dispatched=date(2012, 1, 2)), at("HR"), UnknownImport),
        ],
    )
    def test_each_decision_holds_what_explains_it(
        self, facts: ImportFacts, destination: Destination, kind: type[ImportAssessment]
    ) -> None:
        """The parcel, the rules used, the clauses and the edition of the house's policy."""
        decision = assess(facts, destination)
        assert type(decision) is kind
        assert decision.facts == facts
        assert decision.edition == HOUSE.edition
        assert decision.sources[0] == "L13"
        assert {rule.territory for rule in decision.rules} == {destination.territory.code}

    @pytest.mark.parametrize(
        ("goods", "destination"),
        [
            (parcel("9.00", "EUR"), BELFAST),
            (parcel("9.00", "EUR"), MANCHESTER),
            (parcel("9.00", "GBP"), MANCHESTER),
            (parcel("900.00", "GBP"), MANCHESTER),
        ],
    )
    def test_of_another_house_cite_what_it_has(
        self, goods: ImportFacts, destination: Destination
    ) -> None:
        """Its own sources, and none of the clauses of the house that is shipped."""
        other = evolve(HOUSE, sources=("article 8",), import_sources=("article 8",))
        assert assess(goods, destination, other).sources == ("article 8",)

    def test_contradicting_rules_are_all_held(self) -> None:
        """So that somebody can settle which of them is right."""
        rules = import_rules(MANCHESTER, DAY, FRANCE) * 2
        facts = parcel("9.00", "GBP")
        decision = assess_import(facts, MANCHESTER, rules, HOUSE)
        assert (decision.facts, decision.rules) == (facts, rules)
        assert decision.sources == ("L13", "L15")

    def test_says_what_it_rests_on(self) -> None:
        """Each decision holds the rules it used, with their source and the day of the fact."""
        (rule,) = charged(assess(parcel("140.00", "GBP"), MANCHESTER)).rules
        assert "gov.uk" in rule.source
        assert rule.effective_from == date(2021, 1, 1)
        assert rule.as_of == date(2026, 11, 22)
        assert rule.verified == "page"


class TestL13WhatIsCollectedAtTheSale:
    """L13: where a law makes the seller collect the tax, nothing is owed at the border, and what
    the seller collects is shown apart.
    """

    @pytest.mark.parametrize(
        ("scheme", "destination", "facts", "rate"),
        [
            ("au-gst", SYDNEY, parcel("1000.00", "AUD"), "0.10"),
            ("nz-gst", at("NZ", "6011"), parcel("1000.00", "NZD"), "0.15"),
            ("no-voec", OSLO, parcel("2999.99", "NOK", shipping="90.00"), "0.25"),
            ("sg-ovr", at("SG"), parcel("400.00", "SGD", shipping="30.00"), "0.09"),
            ("ch-vat", ZURICH, parcel("20.00", "CHF"), "0.081"),
            ("ch-vat", ZURICH, parcel("900.00", "CHF"), "0.081"),
            ("je-gst", at("JE"), parcel("20.00", "GBP"), "0.05"),
        ],
    )
    def test_a_registered_house_collects_at_the_sale(
        self, scheme: str, destination: Destination, facts: ImportFacts, rate: str
    ) -> None:
        """Up to the limit of each scheme; in Switzerland at any value."""
        house = evolve(HOUSE, registrations=frozenset({scheme}))
        decision = assess(facts, destination, house)
        assert isinstance(decision, NothingAtBorder)
        (at_sale,) = decision.at_sale
        assert (at_sale.rate, at_sale.collected_by) == (Decimal(rate), Collector.SELLER_AT_SALE)

    @pytest.mark.parametrize(
        ("scheme", "destination", "facts"),
        [
            ("no-voec", OSLO, parcel("3000.00", "NOK")),
            ("nz-gst", at("NZ", "6011"), parcel("1000.01", "NZD")),
            ("sg-ovr", at("SG"), parcel("400.01", "SGD")),
            ("je-gst", at("JE"), parcel("60.01", "GBP")),
        ],
    )
    def test_above_the_limit_a_registered_house_does_not_know(
        self, scheme: str, destination: Destination, facts: ImportFacts
    ) -> None:
        """The prices of the pieces would be needed, or duty may be owed at the border."""
        house = evolve(HOUSE, registrations=frozenset({scheme}))
        assert advice(assess(facts, destination, house)) is ImportAdvice.ASK_CUSTOMS

    def test_above_the_limit_australia_charges_the_recipient_of_a_registered_house_too(
        self,
    ) -> None:
        """There the whole consignment is compared."""
        house = evolve(HOUSE, registrations=frozenset({"au-gst"}))
        assert isinstance(assess(parcel("1000.01", "AUD"), SYDNEY, house), Charged)

    def test_a_registration_elsewhere_changes_nothing(self) -> None:
        """Being registered in Norway collects nothing in Australia."""
        house = evolve(HOUSE, registrations=frozenset({"no-voec"}))
        facts = parcel("900.00", "AUD")
        assert assess(facts, SYDNEY, house) == assess(facts, SYDNEY)


class TestL15UnitedKingdomThreshold:
    """L15: in the United Kingdom import VAT is owed when the pieces in the parcel are worth
    strictly more than 135.00 GBP; the pieces alone are compared.
    """

    @pytest.mark.parametrize("goods", ["134.99", "135.00"])
    @pytest.mark.parametrize("destination", [MANCHESTER, at("GB", "EH1 1YZ"), at("IM")])
    def test_up_to_135_nothing_is_owed_at_the_border(
        self, goods: str, destination: Destination
    ) -> None:
        """135.00 itself is free there, however dear the shipping; VAT was due at the sale."""
        facts = parcel(goods, "GBP", shipping="12.00", handling="3.00")
        decision = assess(facts, destination)
        assert isinstance(decision, NothingAtBorder)
        assert decision.compared == Decimal(goods)
        assert decision.sources == ("L13", "L15")
        assert decision.at_sale == (
            AtSale(
                tax=ImportTax.VAT,
                rate=Decimal("0.20"),
                collected_by=Collector.SELLER_AT_SALE,
            ),
        )

    @pytest.mark.parametrize("destination", [MANCHESTER, at("GB", "IM1 1AG")])
    def test_a_penny_more_is_charged(self, destination: Destination) -> None:
        """135.01 is above; the Isle of Man is as Great Britain."""
        decision = charged(assess(parcel("135.01", "GBP"), destination))
        assert decision.compared == Decimal("135.01")

    @pytest.mark.parametrize(
        ("goods", "rate", "is_charged"),
        [
            ("158.82", "0.85", False),
            ("158.83", "0.85", True),
            ("150.00", "0.9", False),
            ("100.00", "1.35", False),
            ("100.00", "1.350001", True),
            ("150.00", "0.90003", True),
            ("150.00", "0.900000001", True),
        ],
    )
    def test_is_compared_exactly_before_any_rounding(
        self, goods: str, rate: str, *, is_charged: bool
    ) -> None:
        """135.0045 and 135.0001 GBP would round to 135.00 and are above all the same."""
        facts = parcel(goods, "EUR", rates={("EUR", "GBP"): Decimal(rate)})
        assert isinstance(assess(facts, MANCHESTER), Charged) is is_charged

    def test_a_reading_that_counts_shipping_changes_data_only(self) -> None:
        """A house may read the value of the parcel with its shipping."""
        house = evolve(HOUSE, compared_on=(ImportPart.GOODS, ImportPart.SHIPPING))
        facts = parcel("130.00", "GBP", shipping="5.01")
        assert isinstance(assess(facts, MANCHESTER), NothingAtBorder)
        assert isinstance(assess(facts, MANCHESTER, house), Charged)

    def test_the_channel_islands_have_rules_of_their_own(self) -> None:
        """Jersey compares with 60; what Guernsey asks is not known."""
        facts = parcel("100.00", "GBP")
        assert charged(assess(facts, at("GB", "JE2 3AB"))).tax == Money("5.00", "GBP")
        assert advice(assess(facts, at("GB", "GY1 1AA"))) is ImportAdvice.ASK_CUSTOMS

    @given(CENTS, CENTS, CENTS)
    def test_only_the_pieces_decide(
        self, goods: Decimal, shipping: Decimal, handling: Decimal
    ) -> None:
        """For every parcel in pounds: charged if and only if the pieces are above 135.00."""
        facts = parcel(str(goods), "GBP", shipping=str(shipping), handling=str(handling))
        assert isinstance(assess(facts, MANCHESTER), Charged) is (goods > 135)


class TestL16UnitedKingdomTaxBase:
    """L16: that VAT is computed on the pieces with shipping and handling; the quality-control fee
    is handling.
    """

    def test_adds_shipping_and_handling(self) -> None:
        """20 % of 135.01 + 12.00 + 3.00, to the penny; duty is not in it and is announced."""
        facts = parcel("135.01", "GBP", shipping="12.00", handling="3.00")
        decision = charged(assess(facts, MANCHESTER))
        assert decision.taxable == Money("150.01", "GBP")
        assert decision.rate == Decimal("0.20")
        assert decision.tax == Money("30.00", "GBP")
        assert decision.tax_kind is ImportTax.VAT
        assert decision.remarks == (ImportRemark.DUTY_MAY_APPLY,)
        assert decision.parts == (ImportPart.GOODS, ImportPart.SHIPPING, ImportPart.HANDLING)
        assert decision.sources == ("L13", "L15", "L16")
        assert decision.edition == HOUSE.edition
        assert decision.facts == facts

    def test_rounds_half_a_penny_up(self) -> None:
        """20 % of 150.025 GBP is 30.005, and 30.01 is owed; 150.025 is shown as 150.03."""
        facts = parcel("200.00", "EUR", rates={("EUR", "GBP"): Decimal("0.750125")})
        decision = charged(assess(facts, MANCHESTER))
        assert decision.taxable == Money("150.03", "GBP")
        assert decision.tax == Money("30.01", "GBP")

    def test_answers_in_the_destination_s_currency(self) -> None:
        """160.00 EUR with 20.00 EUR of shipping at 0.85 are 153.00 GBP."""
        rates = {("EUR", "GBP"): Decimal("0.85")}
        decision = charged(assess(parcel("160", "EUR", shipping="20", rates=rates), MANCHESTER))
        assert decision.taxable == Money("153.00", "GBP")
        assert decision.tax == Money("30.60", "GBP")

    def test_a_reading_without_the_fee_changes_data_only(self) -> None:
        """A house whose fee is no handling leaves it out of the base."""
        house = evolve(HOUSE, tax_base=(ImportPart.GOODS, ImportPart.SHIPPING))
        facts = parcel("140.00", "GBP", shipping="10.00", handling="15.00")
        assert charged(assess(facts, MANCHESTER, house)).taxable == Money("150.00", "GBP")

    @given(CENTS, CENTS, CENTS)
    def test_the_tax_is_a_fifth_of_everything(
        self, goods: Decimal, shipping: Decimal, handling: Decimal
    ) -> None:
        """For every parcel above the limit, half a penny up."""
        goods += Decimal("135.01")
        facts = parcel(str(goods), "GBP", shipping=str(shipping), handling=str(handling))
        decision = charged(assess(facts, MANCHESTER))
        base = goods + shipping + handling
        assert decision.taxable.amount == base
        assert decision.tax.amount == (base / 5).quantize(Decimal("0.01"), ROUND_HALF_UP)


class TestImportFacts:
    """A parcel that makes no sense is refused where it enters, and the field is named."""

    @pytest.mark.parametrize("name", ["goods", "shipping", "handling"])
    def test_refuses_an_amount_below_zero(self, name: str) -> None:
        """Each of the three amounts."""
        with pytest.raises(MoneyError, match=f"^{name}: must be 0 or more"):
            parcel(**{"goods": "1", "currency": "EUR", name: "-0.01"})  # type: ignore[arg-type]

    @pytest.mark.parametrize("name", ["shipping", "handling"])
    def test_refuses_two_currencies(self, name: str) -> None:
        """All three amounts are in one currency."""
        facts = parcel("1.00", "EUR")
        with pytest.raises(CurrencyMismatchError, match=f"^{name}: must be in EUR, got GBP"):
            evolve(facts, **{name: Money("1.00", "GBP")})  # type: ignore[arg-type]

    @pytest.mark.parametrize("rate", ["0", "-1", "NaN", "Infinity"])
    def test_refuses_a_rate_that_is_none(self, rate: str) -> None:
        """A rate is finite and above zero, even where it is not needed."""
        with pytest.raises(MoneyError) as refused:
            parcel("1.00", "GBP", rates={("EUR", "USD"): Decimal(rate)})
        assert refused.value.field == "rates"
        assert str(refused.value.found) == rate
        assert refused.value.allowed in {"above 0", "a finite Decimal"}

    def test_refuses_a_rate_between_no_currencies(self) -> None:
        """A pair of ISO 4217 codes."""
        with pytest.raises(MoneyError, match=r"^rates: must be an ISO 4217 currency code"):
            parcel("1.00", "GBP", rates={("EUR", "POUND"): Decimal(1)})

    def test_refuses_a_moment_for_a_day(self) -> None:
        """The day of dispatch is a plain date."""
        with pytest.raises(DayError, match=r"^dispatched: must be a date"):
            evolve(parcel("1.00", "GBP"), dispatched="2026-09-07")  # type: ignore[arg-type]

    def test_a_rate_changed_later_by_the_host_changes_nothing(self) -> None:
        """The rates are copied."""
        rates = {("EUR", "GBP"): Decimal("0.85")}
        facts = parcel("200.00", "EUR", rates=rates)
        rates["EUR", "GBP"] = Decimal("0.01")
        assert isinstance(assess(facts, MANCHESTER), Charged)

    def test_can_be_copied_hashed_and_stored(self) -> None:
        """So can the decision that holds it."""
        decision = assess(parcel("200.00", "GBP", rates=NO_RATES), MANCHESTER)
        assert copy.deepcopy(decision) == decision
        assert pickle.loads(pickle.dumps(decision)) == decision  # noqa: S301 - our own bytes
        assert len({decision, copy.copy(decision)}) == 1


class TestCustomsPolicy:
    """A reading of the law that makes no sense is refused."""

    @pytest.mark.parametrize("name", ["tax_base", "compared_on"])
    @pytest.mark.parametrize(
        "parts", [(), (ImportPart.SHIPPING,), (ImportPart.GOODS, ImportPart.GOODS)]
    )
    def test_parts_hold_the_goods_and_each_once(
        self, name: str, parts: tuple[ImportPart, ...]
    ) -> None:
        """Without the goods nothing could be compared or taxed."""
        with pytest.raises(InvalidValueError) as refused:
            evolve(HOUSE, **{name: parts})  # type: ignore[arg-type]
        assert (refused.value.field, refused.value.found) == (name, parts)
        assert refused.value.allowed == "goods, alone or with shipping and handling"


class TestImportRule:
    """A rule that makes no sense is refused, and a host may bring its own."""

    RULE = ImportRule(
        territory="PE",
        origins=frozenset(),
        returned=False,
        tax=ImportTax.VAT,
        threshold=Decimal(200),
        currency="USD",
        compared=Compared.GOODS,
        limit=Limit.TAXED_ABOVE,
        rate=Decimal("0.18"),
        base=(ImportPart.GOODS, ImportPart.SHIPPING),
        below=Collector.NOBODY,
        above=Collector.RECIPIENT,
        duty=Duty.NEVER,
        flat_duty=None,
        remarks=(),
        scheme=None,
        effective_from=date(2026, 1, 1),
        effective_to=date(2026, 12, 31),
        advice=None,
        clauses=(),
        tax_clauses=(),
        source="a host's own knowledge",
        verified="page",
        as_of=DAY,
        note="",
    )

    @pytest.mark.parametrize(
        ("name", "value", "allowed"),
        [
            ("threshold", Decimal("-0.01"), "0 or more"),
            ("rate", Decimal("-0.01"), "between 0 and 1"),
            ("rate", Decimal("1.01"), "between 0 and 1"),
            ("effective_to", date(2025, 12, 31), "from 2026-01-01 on"),
        ],
    )
    def test_refuses_nonsense(self, name: str, value: object, allowed: str) -> None:
        """A negative threshold, a rate outside 0 to 1, a period that ends before it starts."""
        with pytest.raises(InvalidValueError) as refused:
            evolve(self.RULE, **{name: value})  # type: ignore[arg-type]
        error = refused.value
        assert (error.field, error.found, error.allowed) == (name, value, allowed)

    def test_refuses_a_currency_nobody_has(self) -> None:
        """An ISO 4217 code."""
        with pytest.raises(MoneyError, match=r"^currency: must be"):
            evolve(self.RULE, currency="PESO")

    @pytest.mark.parametrize("limits", [{"threshold": Decimal(0)}, {"rate": Decimal(0)}])
    def test_admits_the_bounds(self, limits: dict[str, Decimal]) -> None:
        """Zero is a threshold and a rate, one is a rate, and one day is a period."""
        rule = evolve(
            self.RULE,
            rate=limits.get("rate", Decimal(1)),
            threshold=limits.get("threshold"),
            effective_to=date(2026, 1, 1),
        )
        assert rule.is_in_force(date(2026, 1, 1))

    @pytest.mark.parametrize(
        ("day", "in_force"),
        [
            (date(2025, 12, 31), False),
            (date(2026, 1, 1), True),
            (date(2026, 12, 31), True),
            (date(2027, 1, 1), False),
        ],
    )
    def test_holds_from_its_first_day_to_its_last(self, day: date, *, in_force: bool) -> None:
        """Both included."""
        assert self.RULE.is_in_force(day) is in_force

    @pytest.mark.parametrize(
        ("compared", "taxed"),
        [(Compared.GOODS, False), (Compared.WITH_SHIPPING, True), (Compared.TAXABLE, True)],
    )
    def test_taxes_only_the_parts_of_its_base(self, compared: Compared, *, taxed: bool) -> None:
        """Handling counts neither in the comparison nor in the tax where the rule leaves it out."""
        rule = evolve(self.RULE, compared=compared)
        facts = parcel("199.00", "USD", shipping="1.01", handling="500.00")
        decision = assess_import(facts, at("PE"), [rule], HOUSE)
        assert isinstance(decision, Charged) is taxed
        if taxed:
            assert charged(decision).taxable == Money("200.01", "USD")

    def test_says_nothing_of_a_tax_whose_seller_collects_where_duty_always_may_apply(self) -> None:
        """Below the threshold too, something may be owed at the border."""
        rule = evolve(self.RULE, duty=Duty.ALWAYS)
        decision = assess_import(parcel("1.00", "USD"), at("PE"), [rule], HOUSE)
        assert advice(decision) is ImportAdvice.ASK_CUSTOMS


class TestEveryTerritory:
    """Whatever the territory, an answer comes, and it is never a charge without a source."""

    @pytest.mark.parametrize("code", sorted(territories()))
    def test_answers(self, code: str) -> None:
        """The decision holds the clause and rests on rules that say where they come from."""
        territory = territories()[code].territory
        place = Destination(place=Place(country="FR"), territory=territory, calendar="FR")
        decision = assess(parcel("100.00", "EUR"), place)
        assert "L13" in decision.sources
        assert all(rule.source for rule in decision.rules)
        assert isinstance(decision, NoImport) is territory.is_inside_the_union

    @pytest.mark.parametrize("country", ["ZZ", "QQ"])
    def test_an_unknown_country_is_refused_before(self, country: str) -> None:
        """Nothing is guessed about a country that does not exist."""
        with pytest.raises(PlaceError, match=r"^country: must be"):
            at(country)
