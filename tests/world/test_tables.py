"""The shipped tables: every row complete and sourced, and the look-ups built from them."""

from __future__ import annotations

import re
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vintage_rules.places import Area, Membership
from vintage_rules.world import registration_schemes, territories
from vintage_rules.world.tables import PrefixTable, beginnings, rows
from vintage_rules.world.territory_rows import territory_row

TABLES = (
    "addresses",
    "holiday_regions",
    "import_rules",
    "shared_codes",
    "territories",
    "vat_rates",
)
SURE = {"page", "secondary", "derived", "memory"}


class TestEveryRow:
    """Each row of each table can be traced and weighed."""

    @pytest.mark.parametrize("table", TABLES)
    def test_has_a_source_and_says_how_sure_it_is(self, table: str) -> None:
        """No figure and no place without where it comes from."""
        for row in rows(table):
            assert row["source"], row
            assert row["verified"] in SURE, row

    @pytest.mark.parametrize("table", TABLES)
    def test_is_complete_and_tidy(self, table: str) -> None:
        """As many cells as columns, and no space around any."""
        columns = list(next(rows(table)))
        for row in rows(table):
            assert list(row) == columns
            cells: list[object] = list(row.values())
            for cell in cells:
                assert isinstance(cell, str), row
                assert cell == cell.strip(), row

    @pytest.mark.parametrize("table", TABLES)
    def test_what_comes_from_memory_is_not_passed_off_as_seen(self, table: str) -> None:
        """An assumption says so in its source or in how sure it is."""
        for row in rows(table):
            if row["source"].startswith(("assumption", "memory")):
                assert row["verified"] in {"memory", "derived"}, row


class TestTerritories:
    """Which territories there are, and the areas they belong to."""

    def test_has_each_code_once(self) -> None:
        """A code names one territory."""
        codes = [row["code"] for row in rows("territories")]
        assert len(codes) == len(set(codes)) == len(territories())

    def test_knows_the_twenty_seven_and_who_belongs_to_them(self) -> None:
        """The member states, less their outlying parts, with what is inside beside them."""
        inside = {code for code, row in territories().items() if row.territory.is_inside_the_union}
        states = {
            "AT",
            "BE",
            "BG",
            "CY",
            "CZ",
            "DE",
            "DK",
            "EE",
            "ES",
            "FI",
            "FR",
            "GR",
            "HR",
            "HU",
        }
        states |= {"IE", "IT", "LT", "LU", "LV", "MT", "NL", "PL", "PT", "RO", "SE", "SI", "SK"}
        assert inside - states == {"FR-20R", "MC", "GB-NIR", "AT-6691", "PT-20", "PT-30"}
        assert states <= inside

    @pytest.mark.parametrize(
        ("code", "customs", "vat"),
        [
            ("GB-NIR", Membership.GOODS_ONLY, Membership.GOODS_ONLY),
            ("GB-GBN", Membership.NONE, Membership.NONE),
            ("GB", Membership.UNKNOWN, Membership.UNKNOWN),
            ("ES-CN", Membership.FULL, Membership.NONE),
            ("ES-CE", Membership.NONE, Membership.NONE),
            ("RE", Membership.FULL, Membership.NONE),
            ("MF", Membership.FULL, Membership.NONE),
            ("BL", Membership.NONE, Membership.NONE),
            ("AX", Membership.FULL, Membership.NONE),
            ("GR-69", Membership.FULL, Membership.NONE),
            ("IT-22061", Membership.FULL, Membership.NONE),
            ("IT-23041", Membership.NONE, Membership.NONE),
            ("DE-27498", Membership.NONE, Membership.NONE),
            ("SM", Membership.CUSTOMS_UNION, Membership.NONE),
            ("TR", Membership.CUSTOMS_UNION, Membership.NONE),
        ],
    )
    def test_tells_customs_from_vat(self, code: str, customs: Membership, vat: Membership) -> None:
        """The Commission's list, by hand."""
        territory = territories()[code].territory
        assert (territory.eu_customs, territory.eu_vat) == (customs, vat)

    def test_only_metropolitan_france_is_metropolitan(self) -> None:
        """Corsica is; Monaco and everything overseas are not."""
        metropolitan = {
            code
            for code, row in territories().items()
            if row.territory.area is Area.METROPOLITAN_FRANCE
        }
        assert metropolitan == {"FR", "FR-20R"}

    @pytest.mark.parametrize(
        ("area", "codes"),
        [
            (Area.EUROPE, "MC GB ES-CN AX IM JE FO CH XK RU UA CY SJ IS VA"),
            (Area.WORLD, "TR GL RE PF US JP AW HK"),
        ],
    )
    def test_areas(self, area: Area, codes: str) -> None:
        """Europe is the Union, M49's Europe and Kosovo; Türkiye and Greenland are not."""
        assert {territories()[code].territory.area for code in codes.split()} == {area}

    def test_what_is_inside_says_since_when(self) -> None:
        """A status inside the Union has a first day."""
        for row in territories().values():
            assert row.status_since or not row.territory.is_inside_the_union, row

    def test_any_other_country_is_the_world(self) -> None:
        """Peru has no row, and is outside everything."""
        peru = territory_row("PE")
        assert (peru.territory.name, peru.territory.area) == ("Peru", Area.WORLD)
        assert not peru.territory.is_inside_the_union
        assert peru.territory.source


class TestImportRuleRows:
    """The table of imports is complete and does not contradict itself."""

    def test_names_territories_that_exist(self) -> None:
        """Codes of territories, the union for all that are inside, or each for every territory."""
        for row in rows("import_rules"):
            for code in row["territories"].split():
                assert code in {"union", "each"} or territory_row(code).territory.code == code
            for code in row["origins"].split():
                assert code in {"union", "itself"} or territory_row(code).territory.code == code

    def test_says_each_pair_of_an_area_in_both_directions(self) -> None:
        """What is no import one way is none the other way."""
        for row in rows("import_rules"):
            if row["tax"] == "no-import" and row["origins"] not in {"union", "itself"}:
                assert row["origins"] == row["territories"], row

    def test_says_what_it_applies_to(self) -> None:
        """Orders decide; the other kinds are kept for whoever needs them."""
        kinds = {row["applies_to"] for row in rows("import_rules")}
        assert kinds == {
            "order",
            "gift",
            "private-seller",
            "antiques",
            "reduced-rate",
            "returned",
            "fee",
        }

    def test_what_is_only_remembered_decides_no_order(self) -> None:
        """A rule from memory comes with advice instead of a figure."""
        for row in rows("import_rules"):
            if row["applies_to"] == "order" and row["verified"] == "memory":
                assert row["advice"], row

    def test_the_periods_of_a_territory_do_not_overlap(self) -> None:
        """For one way and one registration, at most one rule holds on a day."""
        periods: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
        for row in rows("import_rules"):
            if row["applies_to"] == "order":
                for code in row["territories"].split():
                    period = (row["effective_from"] or "0", row["effective_to"] or "9")
                    key = (code, row["origins"], row["scheme"])
                    periods.setdefault(key, []).append(period)
        for key, found in periods.items():
            ordered = sorted(found)
            for (_, end), (start, _) in pairwise(ordered):
                assert end < start, key

    def test_names_its_schemes(self) -> None:
        """The registrations a house may have."""
        schemes = {"au-gst", "ch-vat", "eu-ioss", "je-gst", "no-voec", "nz-gst", "sg-ovr"}
        assert registration_schemes() == schemes


class TestBeginnings:
    """Ranges of codes as the fewest beginnings."""

    @pytest.mark.parametrize(
        ("codes", "expected"),
        [
            ("", []),
            ("*", [""]),
            ("G1", ["G1"]),
            ("35 38", ["35", "38"]),
            ("10..19", ["1"]),
            ("00..99", [""]),
            ("2600..2618", ["260", *(str(number) for number in range(2610, 2619))]),
        ],
    )
    def test_by_hand(self, codes: str, expected: list[str]) -> None:
        """Single codes stand for themselves, whole tens are shortened."""
        assert list(beginnings(codes)) == expected

    @given(st.integers(0, 9999), st.integers(0, 9999))
    def test_covers_the_range_and_nothing_else(self, one: int, other: int) -> None:
        """Each number of the range begins with exactly one of them, and no other number does."""
        first, last = sorted((one, other))
        found = list(beginnings(f"{first:04}..{last:04}"))
        for number in (first, last, (first + last) // 2):
            assert sum(f"{number:04}".startswith(start) for start in found) == 1
        for number in (first - 1, last + 1):
            if 0 <= number <= 9999:
                assert not any(f"{number:04}".startswith(start) for start in found)

    def test_ranges_of_the_table_are_of_equal_length(self) -> None:
        """A range is from the smaller to the larger number, written alike."""
        for row in rows("holiday_regions"):
            for first, last in re.findall(r"(\S+)\.\.(\S+)", row["postal_codes"]):
                assert len(first) == len(last), row
                assert first.isdigit(), row
                assert last.isdigit(), row
                assert first <= last, row


_FIRST_DAY_OF_RATES = "2021-07-01"
"""From when the rules into the Union charge VAT; no source of a rate says anything before."""


class TestVatRates:
    """The standard rates of the member states, by date of effect."""

    def test_are_shares_of_members_one_at_a_time(self) -> None:
        """Between the 15 % that the Union asks for and the 27 % of Hungary."""
        periods: dict[str, list[tuple[str, str]]] = {}
        for row in rows("vat_rates"):
            assert Decimal("0.15") <= Decimal(row["rate"]) <= Decimal("0.27"), row
            for code in row["territories"].split():
                assert territories()[code].territory.is_inside_the_union
                period = (row["effective_from"], row["effective_to"] or "9")
                periods.setdefault(code, []).append(period)
        for code, found in periods.items():
            ordered = sorted(found)
            assert (ordered[0][0], ordered[-1][1]) == (_FIRST_DAY_OF_RATES, "9"), code
            for (_, end), (start, _) in pairwise(ordered):
                assert date.fromisoformat(start) - date.fromisoformat(end) == timedelta(days=1)

    def test_name_no_part_whose_rate_differs(self) -> None:
        """The islands of Portugal and Greece and two valleys of Austria have rates of their own."""
        named = {code for row in rows("vat_rates") for code in row["territories"].split()}
        inside = {code for code, row in territories().items() if row.territory.is_inside_the_union}
        assert inside - named == {"PT-20", "PT-30", "AT-6691", "GR", "GB-NIR"}


class TestPrefixTable:
    """The longest known beginning of a code decides."""

    def test_prefers_the_longest(self) -> None:
        """The exception before the rule."""
        table = PrefixTable([("9", "x"), ("97133", "BL"), ("971", "GP")])
        assert [table.get(code) for code in ("97133", "97134", "90000")] == ["BL", "GP", "x"]

    def test_gives_nothing_where_it_knows_nothing(self) -> None:
        """And an empty beginning is for all the others."""
        assert PrefixTable([("9", "x")]).get("8") is None
        assert PrefixTable([("9", "x"), ("", "y")]).get("8") == "y"
