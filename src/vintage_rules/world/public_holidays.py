"""The days of `data/holidays.txt`, whose first lines describe its format."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from types import MappingProxyType

from vintage_rules.dates import Calendar
from vintage_rules.world.tables import text_of

_CENTURY = 2000
_EVERY_YEAR = f"{Calendar.FIRST.year - _CENTURY}-{Calendar.LAST.year - _CENTURY}"


def public_holidays(country: str, region: str | None = None) -> frozenset[date] | None:
    """Return the public holidays of a country or one of its regions; None if they are not known.

    >>> date(2026, 12, 26) in public_holidays("FR", "57")
    True
    """
    national = known_holidays().get(country)
    if national is None or region is None:
        return None if national is None else frozenset(_kept(national))
    regional = known_holidays().get(f"{country}-{region}")
    if regional is None:
        return None
    left_out = frozenset(_days(word[1:] for word in regional.split() if word.startswith("-")))
    return frozenset(_kept(national)) - left_out | frozenset(_kept(regional))


def regions_with_holidays(country: str) -> tuple[str, ...]:
    """Return the regions of a country whose public holidays are known.

    >>> regions_with_holidays("GB")
    ('ENG', 'NIR', 'SCT', 'WLS')
    """
    start = f"{country}-"
    return tuple(key.removeprefix(start) for key in known_holidays() if key.startswith(start))


@cache
def known_holidays() -> Mapping[str, str]:
    """Return what the file says of each country and region whose public holidays are known.

    >>> "FR-57" in known_holidays(), "ZZ" in known_holidays()
    (True, False)
    """
    lines = text_of("holidays.txt").splitlines()
    parted = (line.partition(" ") for line in lines if not line.startswith("#"))
    return MappingProxyType({key: words for key, _, words in parted})


def _kept(line: str) -> Iterator[date]:
    return _days(word for word in line.split() if not word.startswith("-"))


def _days(words: Iterator[str]) -> Iterator[date]:
    for word in words:
        day, _, years = word.partition(":")
        for year in _years(years or _EVERY_YEAR):
            yield date(year, int(day[:2]), int(day[2:]))


def _years(written: str) -> Iterator[int]:
    for run in written.split(","):
        first, _, last = run.partition("-")
        yield from range(_CENTURY + int(first), _CENTURY + int(last or first) + 1)
