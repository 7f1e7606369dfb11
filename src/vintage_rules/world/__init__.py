"""Facts of the world as dated, sourced tables: territories, imports, public holidays.

Each table is read once, when it is first asked; each row of `data/` says where it comes from and
how sure it is.
"""

from vintage_rules.world.addresses import locate
from vintage_rules.world.calendars import calendar, calendar_of
from vintage_rules.world.imports import import_rules, registration_schemes
from vintage_rules.world.territories import TerritoryRow, territories

__all__ = [
    "TerritoryRow",
    "calendar",
    "calendar_of",
    "import_rules",
    "locate",
    "registration_schemes",
    "territories",
]
