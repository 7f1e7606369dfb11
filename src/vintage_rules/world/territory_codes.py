"""Which codes of countries and territories there are, and what an unknown one most likely means."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache

from vintage_rules.world.public_holidays import known_holidays
from vintage_rules.world.territory_rows import every_territory, territories

_RESERVED = {"UK": "GB", "EL": "GR"}  # what the codes of ISO 3166 are most often mistaken for
_ALIKE = 0.8


def is_territory(code: str) -> bool:
    """Return whether a code is that of a territory, or of a country of which there are several.

    >>> [
    ...     is_territory(code)
    ...     for code in ("FR", "GB-NIR", "PE", "XK", "UK", "ZZ", "FR-XX")
    ... ]
    [True, True, True, True, False, False, False]
    """
    return code in _codes_at_hand() or code in _codes()


@cache
def _codes_at_hand() -> frozenset[str]:
    """Return the codes that are known without `pycountry`, whose import costs most of a load."""
    found = (row.territory for row in territories().values())
    own = {code for each in found for code in (each.code, each.country)}
    return frozenset(own | {key.partition("-")[0] for key in known_holidays()} - _RESERVED.keys())


@cache
def _codes() -> frozenset[str]:
    return frozenset(code for each in every_territory() for code in (each.code, each.country))


def nearest_territory(text: str) -> str | None:
    """Return the code that a text most likely means, or None where none is alike.

    It may be a code that ISO 3166 reserves, one of three letters, or the name of a country.

    >>> [
    ...     nearest_territory(text)
    ...     for text in ("UK", "fr", "JPN", "Germany", "GB-NIX", "FR-XX")
    ... ]
    ['GB', 'FR', 'JP', 'DE', 'GB-NIR', 'FR']
    >>> nearest_territory("ZZ") is None
    True
    """
    known = text.upper()
    known = _RESERVED.get(known, known)
    if known in _codes():
        return known
    named = _codes_by_name().get(known)
    close = get_close_matches(known, _codes(), n=1, cutoff=_ALIKE)
    country = known.partition("-")[0]
    if named is None and not close and is_territory(country):
        return country
    return named or next(iter(close), None)


@cache
def _codes_by_name() -> Mapping[str, str]:
    import pycountry

    return {
        name.upper(): country.alpha_2
        for country in pycountry.countries
        for name in (country.name, country.alpha_3)
    }
