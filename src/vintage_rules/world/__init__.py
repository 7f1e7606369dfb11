"""Facts of the world as dated, sourced tables: territories, imports, public holidays.

Each table is read once, when it is first needed; each row of `data/` gives its source and how sure
it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.world.addresses import (
        locate as locate,
        locate_home as locate_home,
        locate_mainland as locate_mainland,
    )
    from vintage_rules.world.calendars import (
        calendar as calendar,
        calendar_of as calendar_of,
    )
    from vintage_rules.world.imports import (
        assess_parcel as assess_parcel,
        import_rules as import_rules,
        registration_schemes as registration_schemes,
    )
    from vintage_rules.world.statute_rows import (
        all_statutes as all_statutes,
        Statute as Statute,
        statutes as statutes,
    )
    from vintage_rules.world.territory_rows import (
        countries as countries,
        every_territory as every_territory,
        mainland as mainland,
        territories as territories,
        TerritoryRow as TerritoryRow,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
