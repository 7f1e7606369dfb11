"""Facts that many tests share: money, days, places and the French public holidays by hand."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache

from vintage_rules.dates import Calendar
from vintage_rules.ids import Edition
from vintage_rules.money import Money
from vintage_rules.places import Area, Destination, Membership, Place, Territory

EDITION = Edition(name="tested", since=date(2023, 1, 1))

# Code du travail L3133-1, with Easter Monday, Ascension and Whit Monday worked out by hand.
FRENCH_HOLIDAYS = (
    *(date(2026, month, day) for month, day in [(1, 1), (4, 6), (5, 1), (5, 8), (5, 14), (5, 25)]),
    *(date(2026, month, day) for month, day in [(7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]),
    *(date(2027, month, day) for month, day in [(1, 1), (3, 29), (5, 1), (5, 6), (5, 8), (5, 17)]),
    *(date(2027, month, day) for month, day in [(7, 14), (8, 15), (11, 1), (11, 11), (12, 25)]),
)


def eur(amount: Decimal | int | str) -> Money:
    """Give euros."""
    return Money(amount, "EUR")


@cache
def french_calendar() -> Calendar:
    """Give the French calendar, whose holidays are known here for 2026 and 2027 only."""
    return Calendar("FR", FRENCH_HOLIDAYS, first=date(2025, 12, 1), last=date(2027, 12, 31))


@cache
def weekdays() -> Calendar:
    """Give a calendar without any holiday."""
    return Calendar.without_holidays("none")


def destination(
    country: str,
    area: Area,
    *,
    code: str | None = None,
    postal_code: str | None = None,
    calendar: str = "none",
) -> Destination:
    """Give a destination whose customs do not matter."""
    territory = Territory(
        code=code or country,
        name=code or country,
        country=country,
        area=area,
        eu_customs=Membership.UNKNOWN,
        eu_vat=Membership.UNKNOWN,
        source="assumption: made up for a test",
    )
    place = Place(country=country, postal_code=postal_code)
    return Destination(place=place, territory=territory, calendar=calendar)


BORDEAUX = destination("FR", Area.METROPOLITAN_FRANCE, postal_code="33000", calendar="FR")
FORT_DE_FRANCE = destination("MQ", Area.WORLD, postal_code="97200", calendar="MQ")
LIEGE = destination("BE", Area.EUROPE, postal_code="4000", calendar="BE")
LISBON = destination("PT", Area.EUROPE, postal_code="1000-001", calendar="PT")
SYDNEY = destination("AU", Area.WORLD, postal_code="2000", calendar="AU")
