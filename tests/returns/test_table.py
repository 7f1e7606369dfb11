from __future__ import annotations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.returns.house import (
    ANY,
    CLAIM_FROM_ELSEWHERE,
    CLAIM_FROM_FRANCE,
    DOMAIN,
    FROM_ELSEWHERE,
    FROM_FRANCE,
    ITALY,
    JAPAN,
    METROPOLITAN,
    MONACO,
    RETURNS,
    REUNION,
    RULES,
    ZONES,
    case_of,
    policy_of,
    territory,
    when,
)
from vintage_rules.errors import InvalidValueError, UnknownTermError, UnsoundTableError
from vintage_rules.places import Area, Territory
from vintage_rules.returns.decision_table import (
    DIMENSIONS,
    HitPolicy,
    Overlap,
    ReturnCase,
    ReturnCondition,
    ReturnDomain,
    UnknownTerm,
    prove_table,
)
from vintage_rules.returns.table_policy import ReturnRule, ReturnZone


def row(name: str, condition: ReturnCondition) -> ReturnRule:
    """Make a row that takes nothing back."""
    return ReturnRule(name=name, when=condition, terms=None, review=False, sources=("test",))


def case(reason: str, seller_kind: str, zone: str, mode: str = "direct") -> ReturnCase:
    """Make a case of the small domain."""
    return ReturnCase(
        reason=reason,
        seller_kind=seller_kind,
        zone=zone,
        mode=mode,
        category="any",
        sale_kind="sale",
    )


class TestProofOfATable:
    """A table is proven over every case: no gap, no overlap, no row for nothing."""

    def test_a_sound_table_has_no_findings(self) -> None:
        """This house's four rows split all cases between them."""
        report = prove_table(RULES, DOMAIN)
        assert report.gaps == ()
        assert report.overlaps == ()
        assert report.unreachable == ()
        assert report.faults(HitPolicy.UNIQUE) == ()

    def test_a_gap_is_shown_by_each_case_that_falls_into_it(self) -> None:
        """Without the claims from elsewhere, four cases have no row."""
        report = prove_table((FROM_FRANCE, FROM_ELSEWHERE, CLAIM_FROM_FRANCE), DOMAIN)
        assert report.gaps == tuple(
            case("claim", kind, "elsewhere", mode)
            for kind in ("professional", "private")
            for mode in ("direct", "grouped")
        )
        assert report.faults(HitPolicy.FIRST)[0] == (
            "no row decides claim/professional/elsewhere/direct/any/sale"
        )

    def test_an_overlap_names_both_rows_in_order_and_a_case(self) -> None:
        """The first of two rows that cover a case decides it; a unique table must have none."""
        private = row("private-sellers", when(seller_kind="private"))
        report = prove_table((private, *RULES), DOMAIN)
        assert report.overlaps[0] == Overlap(
            first="private-sellers",
            second="withdrawal-from-france",
            example=case("withdrawal", "private", "metropolitan-france"),
        )
        assert [overlap.second for overlap in report.overlaps] == [rule.name for rule in RULES]
        assert report.faults(HitPolicy.FIRST) == ()
        assert report.faults(HitPolicy.UNIQUE)[0] == (
            "private-sellers and withdrawal-from-france both decide "
            "withdrawal/private/metropolitan-france/direct/any/sale"
        )

    def test_a_row_behind_one_that_takes_everything_is_unreachable(self) -> None:
        """Put last, a row about private sellers never decides; a case of its shows why."""
        private = row("private-sellers", when(seller_kind="private"))
        report = prove_table((*RULES, private), DOMAIN)
        (dead,) = report.unreachable
        assert dead.row == "private-sellers"
        assert dead.example == case("withdrawal", "private", "metropolitan-france")
        assert report.faults(HitPolicy.FIRST) == (
            (
                "private-sellers never decides: an earlier row takes "
                "withdrawal/private/metropolitan-france/direct/any/sale and all its other cases"
            ),
        )

    def test_a_misspelt_term_is_a_stranger_and_its_row_covers_nothing(self) -> None:
        """A row that asks for what the domain does not know is reported by column and term."""
        report = prove_table((*RULES, row("typo", when(reason="withdrawl"))), DOMAIN)
        assert report.unknown_terms == (UnknownTerm(row="typo", column="reason", term="withdrawl"),)
        assert report.unreachable[0].example is None
        assert report.faults(HitPolicy.FIRST) == (
            "typo never decides: it covers no case",
            "typo names the unknown reason withdrawl",
        )

    def test_no_rows_leave_every_case_open(self) -> None:
        """Of an empty table each of the sixteen cases is a gap."""
        assert len(prove_table((), DOMAIN).gaps) == 2 * 2 * 2 * 2

    @given(
        st.lists(
            st.tuples(
                st.sampled_from([None, "withdrawal", "claim"]),
                st.sampled_from([None, "professional", "private"]),
                st.sampled_from([None, "metropolitan-france", "elsewhere"]),
            ),
            max_size=5,
        )
    )
    def test_findings_agree_with_trying_each_case(
        self, conditions: list[tuple[str | None, str | None, str | None]]
    ) -> None:
        """A row is dead exactly when it decides no case, a case open when no row has it."""
        names = ("reason", "seller_kind", "zone")
        rows = [
            row(
                f"row-{place}",
                when(**{n: t for n, t in zip(names, terms, strict=True) if t is not None}),
            )
            for place, terms in enumerate(conditions)
        ]
        report = prove_table(rows, DOMAIN)
        deciding = set()
        for one in DOMAIN.cases():
            first = next((rule.name for rule in rows if rule.when.covers(one)), None)
            assert (first is None) == (one in report.gaps)
            deciding.add(first)
        assert {dead.row for dead in report.unreachable} == {r.name for r in rows} - deciding


class TestADomain:
    """A domain lists the terms of every column."""

    @pytest.mark.parametrize("column", DIMENSIONS)
    @pytest.mark.parametrize("terms", [(), ("one", "one")])
    def test_has_terms_that_differ(self, column: str, terms: tuple[str, ...]) -> None:
        """A column without terms, or with one twice, is refused by its name."""
        columns = dict(zip(DIMENSIONS, DOMAIN.columns, strict=True))
        with pytest.raises(InvalidValueError, match=column):
            ReturnDomain(**{**columns, column: terms})

    def test_holds_the_product_of_its_columns(self) -> None:
        """Every combination is a case, once."""
        cases = list(DOMAIN.cases())
        assert len(cases) == len({one.key for one in cases}) == 16


class TestACondition:
    """A condition covers the cases that fulfil every column it asks about."""

    def test_that_asks_nothing_covers_everything(self) -> None:
        """None asks nothing."""
        assert all(ANY.covers(one) for one in DOMAIN.cases())

    @pytest.mark.parametrize("column", DIMENSIONS)
    def test_asks_each_column_for_itself(self, column: str) -> None:
        """A case with another term in that one column is not covered."""
        terms = dict.fromkeys(DIMENSIONS, "yes")
        asked = when(**{column: "yes"})
        assert asked.covers(ReturnCase(**terms))
        assert not asked.covers(ReturnCase(**{**terms, column: "no"}))


class TestAPolicyOfReturns:
    """A policy whose table is not sound cannot be built; all its faults are told at once."""

    def test_decides_every_case_by_its_first_row(self) -> None:
        """Whatever the case, the row found is the first that covers it."""
        private = row("private-sellers", when(seller_kind="private"))
        policy = policy_of((private, *RULES), hit=HitPolicy.FIRST)
        for one in DOMAIN.cases():
            assert policy.rule_for(one) is next(r for r in policy.rules if r.when.covers(one))
        assert policy.rule_for(case("claim", "private", "elsewhere")) is private
        assert policy.report.overlaps

    def test_with_a_gap_and_a_stranger_tells_both(self) -> None:
        """One error holds every fault, in words."""
        with pytest.raises(UnsoundTableError) as told:
            policy_of((*RULES[:3], row("typo", when(mode="drone"))))
        assert len(told.value.faults) == 4 + 2
        assert told.value.field == "rules"
        assert str(told.value).endswith("; and 1 more")

    def test_with_rows_that_overlap_must_say_that_the_first_decides(self) -> None:
        """A table that claims to be unique is refused when two rows decide a case."""
        rows = (row("private-sellers", when(seller_kind="private")), *RULES)
        with pytest.raises(UnsoundTableError, match="both decide"):
            policy_of(rows, hit=HitPolicy.UNIQUE)

    def test_needs_a_zone_for_every_area(self) -> None:
        """A part of the world without a zone is a fault."""
        europe = ReturnZone(
            name="elsewhere", areas=frozenset({Area.EUROPE}), codes=frozenset(), warehouse=None
        )
        with pytest.raises(UnsoundTableError, match="no zone covers the area world"):
            policy_of(zones=(ZONES[0], europe))

    def test_needs_the_zones_that_its_domain_names(self) -> None:
        """Zones and the zone column say the same names."""
        renamed = evolve(ZONES[1], name="abroad")
        with pytest.raises(UnsoundTableError, match="abroad"):
            policy_of(zones=(ZONES[0], renamed))

    @pytest.mark.parametrize(
        ("column", "term"),
        [("reason", "regret"), ("seller_kind", "unknown"), ("category", "shoes")],
    )
    def test_names_the_column_of_a_term_it_does_not_know(self, column: str, term: str) -> None:
        """A term outside the domain is refused with those there are."""
        terms = dict(zip(DIMENSIONS, case_of().key, strict=True))
        with pytest.raises(UnknownTermError, match=term) as told:
            RETURNS.rule_for(ReturnCase(**{**terms, column: term}))
        assert told.value.field == column

    def test_says_a_case_with_what_it_assumes_and_what_it_is_told(self) -> None:
        """What the facts do not say is assumed; what they say stands."""
        assert str(RETURNS.case(ITALY, reason="claim")) == (
            "claim/professional/elsewhere/direct/any/sale"
        )
        told = RETURNS.case(
            METROPOLITAN,
            reason="claim",
            seller_kind="private",
            mode="grouped",
            category="shoes",
            sale_kind="auction",
        )
        assert str(told) == "claim/private/metropolitan-france/grouped/shoes/auction"


class TestR3R4Zones:
    """R3, R4 and R7 know two zones: metropolitan France, and everywhere else."""

    @pytest.mark.parametrize("where", [MONACO, REUNION, ITALY, JAPAN], ids=lambda t: t.code)
    def test_all_but_metropolitan_france_is_elsewhere(self, where: Territory) -> None:
        """Monaco and overseas France are not metropolitan."""
        assert RETURNS.zone_of(where) == "elsewhere"

    def test_metropolitan_france_is_itself(self) -> None:
        """Its territory, Corsica in it, is the first zone."""
        assert RETURNS.zone_of(METROPOLITAN) == "metropolitan-france"

    def test_a_zone_may_name_a_territory_or_a_country(self) -> None:
        """Another house may set the United Kingdom, or Northern Ireland, apart by code."""
        british = ReturnZone(
            name="britain", areas=frozenset(), codes=frozenset({"GB"}), warehouse=None
        )
        northern = ReturnZone(
            name="north", areas=frozenset(), codes=frozenset({"GB-NIR"}), warehouse=None
        )
        belfast = territory("GB-NIR", Area.EUROPE, "GB")
        london = territory("GB", Area.EUROPE)
        assert british.covers(belfast)
        assert northern.covers(belfast)
        assert not northern.covers(london)


def test_the_rows_of_this_house_are_all_used() -> None:
    """The four rows decide four cases each."""
    deciding = [RETURNS.rule_for(one).name for one in DOMAIN.cases()]
    assert {name: deciding.count(name) for name in deciding} == {
        rule.name: 4 for rule in (*RULES[:3], CLAIM_FROM_ELSEWHERE)
    }
