"""The policy of the catalogue and its alerts: each value, with its kind and description."""

from __future__ import annotations

from typing import Annotated

from attrs import frozen

from vintage_rules.dates import Duration
from vintage_rules.fields import (
    LIMIT,
    FromHouseOf,
    Length,
    Sources,
)
from vintage_rules.ids import Edition


@frozen(kw_only=True)
class CataloguePolicy:
    """How long a sold piece stays visible, from the moment of its sale. Clause A4.

    Fourteen elapsed days are 336 hours; 14 days would end with a day of the zone.
    """

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    visible_for: Annotated[
        Duration,
        Length(),
        LIMIT,
        "how long it stays visible from its sale on: 336 hours are elapsed, 14 days end with a day "
        "of the house",
    ]
    sources: Sources


@frozen(kw_only=True)
class AlertPolicy:
    """Whether an alert is used up by the mail it brings. Clause A5."""

    edition: FromHouseOf[Edition]
    single_use: Annotated[bool, "whether an alert is used up by the mail it brings"]
    sources: Sources
