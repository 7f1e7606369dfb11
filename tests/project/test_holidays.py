"""The public holidays that are shipped are those of the library in the version that is pinned."""

from __future__ import annotations

import pytest

from tools.write_holidays import FILE, content, days_of, lines_of, regions
from vintage_rules.world.public_holidays import public_holidays, regions_with_holidays

REMEDY = "run python tools/write_holidays.py, and look at what changed"


class TestHolidaysFile:
    """`holidays.txt`."""

    def test_is_what_the_installed_library_gives(self) -> None:
        """Another version of the library is noticed here, and not by somebody who counts days."""
        assert FILE.read_text("utf-8") == content(), REMEDY

    @pytest.mark.parametrize("country", ["DE", "FR", "GB", "JP", "PE", "US"])
    def test_is_read_as_it_was_written(self, country: str) -> None:
        """Of a country and of each of its regions come the very days the library gives."""
        assert public_holidays(country) == days_of(country)
        assert [*regions_with_holidays(country)] == regions(country)
        for region in regions(country):
            assert public_holidays(country, region) == days_of(country, region), region

    def test_says_what_a_region_keeps_and_leaves_out(self) -> None:
        """By hand: two more days in Moselle, and no Columbus Day in Hawaii."""
        (moselle,) = (line for line in lines_of("FR") if line.startswith("FR-57 "))
        (hawaii,) = (line for line in lines_of("US") if line.startswith("US-HI "))
        assert moselle.startswith("FR-57 0323:35,46 ")
        assert moselle.endswith(" 0423:38 1226")
        assert " -1012:15,20,26,37,43,48 " in hawaii
