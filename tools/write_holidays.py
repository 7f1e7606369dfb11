"""Write `holidays.txt`: the public holidays that the `holidays` library knows, once for everybody.

Run it when a new version of the library is pinned, and look at what changed:

    python tools/write_holidays.py && git diff --word-diff --stat
"""

from __future__ import annotations

import re
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path

import holidays

from vintage_rules.dates import Calendar

FILE = Path(__file__).parents[1] / "src/vintage_rules/world/data/holidays.txt"
YEARS = range(Calendar.FIRST.year, Calendar.LAST.year + 1)
HEAD = f"""\
# Public holidays from {YEARS[0]} to {YEARS[-1]}, written by tools/write_holidays.py
# from version {{}} of the `holidays` library. After a country come its days as month and day, with
# the years in which each is kept (two digits) where that is not every year. After a region come the
# days that it keeps and its country does not, and with a minus those that it does not keep.
"""
_COUNTRY = re.compile("[A-Z]{2}")
_REGION = re.compile("[A-Za-z0-9]+")


def content() -> str:
    """Give the file as the installed version of the library has it."""
    lines = (line for country in countries() for line in lines_of(country))
    return HEAD.format(version("holidays")) + "".join(f"{line}\n" for line in lines)


def countries() -> list[str]:
    """Name the countries that the library knows."""
    return sorted(filter(_COUNTRY.fullmatch, holidays.list_supported_countries()))


def regions(country: str) -> list[str]:
    """Name the regions that the library knows of a country, but for parts of regions."""
    return sorted(filter(_REGION.fullmatch, holidays.list_supported_countries()[country]))


def lines_of(country: str) -> Iterator[str]:
    """Give the line of a country, and those of its regions."""
    national = days_of(country)
    yield _line(country, national, ())
    for region in regions(country):
        regional = days_of(country, region)
        yield _line(f"{country}-{region}", regional - national, national - regional)


def days_of(country: str, region: str | None = None) -> set[date]:
    """Query the library. Of years that it does not know it warns once, and then no days."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return set(holidays.country_holidays(country, subdiv=region, years=YEARS))


def _line(key: str, kept: Iterable[date], left_out: Iterable[date]) -> str:
    return " ".join([key, *_words(kept), *(f"-{word}" for word in _words(left_out))])


def _words(days: Iterable[date]) -> Iterator[str]:
    years_of: dict[str, list[int]] = defaultdict(list)
    for day in sorted(days):
        years_of[f"{day:%m%d}"].append(day.year)
    for written, years in sorted(years_of.items()):
        yield written if years == [*YEARS] else f"{written}:{','.join(_runs(years))}"


def _runs(years: list[int]) -> Iterator[str]:
    """Write years without a gap as the first and the last of them."""
    first = [year for year in years if year - 1 not in years]
    last = [year for year in years if year + 1 not in years]
    for start, end in zip(first, last, strict=True):
        yield f"{start % 100}" if start == end else f"{start % 100}-{end % 100}"


if __name__ == "__main__":
    FILE.write_text(content(), "utf-8")
