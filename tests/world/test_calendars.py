"""Public holidays by destination: regions where the code tells them, the country where not."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vintage_rules.dates import Calendar, DayCount
from vintage_rules.errors import PlaceError
from vintage_rules.places import Place
from vintage_rules.world import calendar, calendar_of, locate, territories
from vintage_rules.world.calendars import is_calendar
from vintage_rules.world.tables import rows

REGIONS = sorted(
    {f"{row['country']}-{row['region']}" for row in rows("holiday_regions") if row["region"]}
)
FIXED = sorted({row.calendar for row in territories().values() if row.calendar})
GOOD_FRIDAY = date(2026, 4, 3)


def key(country: str, postal_code: str | None = None, city: str | None = None) -> str:
    """The key of the calendar kept at an address."""
    return locate(Place(country=country, postal_code=postal_code, city=city)).calendar


class TestL9ToL11HolidaysOfTheDestination:
    """L9 to L11: public holidays are the destination's, with its region where the postal code
    tells it; Alsace and Moselle have two more.
    """

    @pytest.mark.parametrize("code", ["57000", "67000", "68100"])
    def test_alsace_and_moselle_have_two_more(self, code: str) -> None:
        """Good Friday and 26 December."""
        more = calendar_of(locate(Place(country="FR", postal_code=code))).holidays
        extra = {day for day in more - calendar("FR").holidays if day.year == 2026}
        assert extra == {GOOD_FRIDAY, date(2026, 12, 26)}

    @pytest.mark.parametrize("code", ["56999", "58000", "66000", "69001", "75011", "20000"])
    def test_their_neighbours_have_not(self, code: str) -> None:
        """The departments before and after."""
        assert key("FR", code) == "FR"

    def test_the_eleven_holidays_of_france(self) -> None:
        """As the law lists them, in 2026."""
        days = ["01-01", "04-06", "05-01", "05-08", "05-14", "05-25"]
        days += ["07-14", "08-15", "11-01", "11-11", "12-25"]
        found = {day for day in calendar("FR").holidays if day.year == 2026}
        assert found == {date.fromisoformat(f"2026-{day}") for day in days}

    @pytest.mark.parametrize(
        ("country", "code", "expected"),
        [
            ("GB", None, "GB"),
            ("GB", "SW1A 1AA", "GB-ENG"),
            ("GB", "CF10 1AA", "GB-ENG"),
            ("GB", "GL1 1AA", "GB-ENG"),
            ("GB", "G1 1AA", "GB-SCT"),
            ("GB", "EH1 1YZ", "GB-SCT"),
            ("GB", "TD1 2AB", "GB-SCT"),
            ("GB", "TD12 4AB", "GB"),
            ("GB", "TD15 1AA", "GB"),
            ("GB", "BT7 1NN", "GB-NIR"),
            ("GB", "JE2 3AB", "JE"),
            ("DE", "80331", "DE-BY"),
            ("DE", "10115", "DE-BE"),
            ("DE", "20095", "DE-HH"),
            ("DE", "78266", "DE-BW"),
            ("DE", "27498", "DE-SH"),
            ("DE", None, "DE"),
            ("CH", "1201", "CH-GE"),
            ("CH", "8001", "CH-ZH"),
            ("CH", "6900", "CH-TI"),
            ("CH", "2740", "CH"),
            ("CH", "9490", "LI"),
            ("CH", "8238", "DE-BW"),
            ("ES", "28001", "ES-MD"),
            ("ES", "35001", "ES-CN"),
            ("IC", None, "ES-CN"),
            ("PT", "1000-001", "PT"),
            ("PT", "9000-018", "PT-30"),
            ("US", "10001-1234", "US-NY"),
            ("US", "96813", "US-HI"),
            ("US", "00901", "PR"),
            ("US", None, "US"),
            ("CA", "M5V 3L9", "CA-ON"),
            ("CA", "X0A 0H0", "CA-NU"),
            ("CA", "X1A 1A1", "CA-NT"),
            ("AU", "2000", "AU-NSW"),
            ("AU", "2600", "AU-ACT"),
            ("AU", "2619", "AU-NSW"),
            ("BR", "01310-100", "BR-SP"),
            ("FR", "97400", "RE"),
            ("FI", "22100", "AX"),
            ("IT", "00184", "IT"),
            ("BE", "1000", "BE"),
            ("PE", None, "PE"),
        ],
    )
    def test_regions(self, country: str, code: str | None, expected: str) -> None:
        """By hand: nations, Länder, cantons, communities, states and provinces."""
        assert key(country, code) == expected

    def test_scotland_and_england_keep_other_days(self) -> None:
        """2 January is Scottish, Easter Monday English."""
        easter_monday, second = date(2026, 4, 6), date(2026, 1, 2)
        assert second in calendar("GB-SCT")
        assert second not in calendar("GB-ENG")
        assert easter_monday in calendar("GB-ENG")
        assert easter_monday not in calendar("GB")

    def test_hawaii_leaves_out_a_day_that_its_country_keeps(self) -> None:
        """Columbus Day, the second Monday of October."""
        columbus_day = date(2026, 10, 12)
        assert columbus_day in calendar("US")
        assert columbus_day not in calendar("US-HI")
        assert date(2026, 12, 25) in calendar("US-HI")

    @given(st.from_regex("[0-9]{5}", fullmatch=True))
    def test_a_german_code_names_a_land_or_nothing(self, code: str) -> None:
        """Whatever the code, the calendar exists."""
        if not code.startswith("00"):
            assert key("DE", code) in {*REGIONS, "DE"}


class TestCalendars:
    """A calendar is built once, from what the library said when the file was written."""

    @pytest.mark.parametrize("name", sorted({*REGIONS, *FIXED} - {"CP-none"}))
    def test_every_key_of_the_tables_can_be_built(self, name: str) -> None:
        """Each region and each fixed calendar, for all years."""
        country, _, region = name.partition("-")
        found = calendar(name)
        years = holidays.country_holidays(country, subdiv=region or None, years=[2010, 2026, 2050])
        assert found.key == name
        assert {day for day in found.holidays if day.year in {2010, 2026, 2050}} == set(years)

    def test_no_two_regions_claim_one_code(self) -> None:
        """Of one country, each beginning is named once."""
        named: set[tuple[str, str]] = set()
        for row in rows("holiday_regions"):
            for word in row["postal_codes"].split():
                assert (row["country"], word) not in named, row
                named.add((row["country"], word))

    @pytest.mark.parametrize("country", ["DE", "CH", "AU", "US", "BR"])
    def test_no_two_ranges_of_a_country_overlap(self, country: str) -> None:
        """Ranges of regions are apart, so that their order does not matter."""
        ranges = sorted(
            (first.ljust(8, "0"), (last or first).ljust(8, "9"), row["region"])
            for row in rows("holiday_regions")
            if row["country"] == country
            for first, _, last in (word.partition("..") for word in row["postal_codes"].split())
        )
        for (_, end, one), (start, _, other) in pairwise(ranges):
            assert end < start, (one, other, end, start)

    def test_is_built_once(self) -> None:
        """The same object every time."""
        assert calendar("BE") is calendar("BE")

    def test_covers_all_its_years(self) -> None:
        """Christmas is a holiday in the first year and in the last."""
        belgium = calendar("BE")
        assert (belgium.first, belgium.last) == (Calendar.FIRST, Calendar.LAST)
        assert date(2010, 12, 25) in belgium
        assert date(2050, 12, 25) in belgium

    def test_counts_with_its_holidays(self) -> None:
        """From Wednesday 13 May 2026, Ascension Day is skipped in France and not in Britain."""
        start = date(2026, 5, 13)
        assert calendar("FR").add(start, 1, DayCount.OUVRES) == date(2026, 5, 15)
        assert calendar("GB-ENG").add(start, 1, DayCount.OUVRES) == date(2026, 5, 14)

    def test_a_place_without_known_holidays_says_so(self) -> None:
        """Clipperton: only the days of the week count."""
        clipperton = calendar_of(locate(Place(country="FR", postal_code="98799")))
        assert clipperton.key == calendar("CP").key == "CP-none"
        assert not clipperton.holidays

    @pytest.mark.parametrize(
        "name", ["fr", "", "FR-", "FR-67", "FR-GF", "BE-x", "FRA", "ZZ", "ZZ-1", "ZZ-none"]
    )
    def test_an_unknown_key_is_refused(self, name: str) -> None:
        """The error names what is allowed."""
        assert not is_calendar(name)
        with pytest.raises(PlaceError):
            calendar(name)

    def test_an_unknown_region_is_told_those_there_are(self) -> None:
        """The regions of the library."""
        with pytest.raises(
            PlaceError, match=r"^calendar: must be GB, alone or with one of: ENG, NIR"
        ):
            calendar("GB-LND")
        with pytest.raises(
            PlaceError, match=r"^calendar: must be JP, alone or with one of: no region"
        ):
            calendar("JP-13")
