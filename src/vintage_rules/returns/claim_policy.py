"""What may be claimed, and on what terms: each value with its kind and description."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from zoneinfo import ZoneInfo

from attrs import field, frozen

from vintage_rules.dates import Calendar, Duration, Window, end_of_day, local_day, zone
from vintage_rules.errors import UnknownTermError
from vintage_rules.fields import (
    DATES,
    LIMIT,
    REQUEST_WINDOW,
    Distinct,
    FromHouseOf,
    LeftOut,
    Length,
    Name,
    NotForCustomers,
    Reference,
    SourceOf,
    Sources,
)
from vintage_rules.ids import Edition, term
from vintage_rules.returns.terms import (
    Evidence,
    LastDays,
    RefundTerms,
    require_days,
    require_exact_end,
)


class LookedInVain(StrEnum):
    """What it means that an investigation has no result in time.

    The parcel is lost, or a person looks.
    """

    LOST = "lost"
    REVIEW = "review"


def _in_vain(text: str) -> LookedInVain:
    return term(LookedInVain, text, "in_vain")


@frozen(kw_only=True)
class Investigation:
    """How long the house looks for a parcel, and what it means when it has not found it by then.

    Clause R10.
    """

    length: Annotated[Duration, Length(units=DATES), "how long the house looks for it"]
    in_vain: Annotated[LookedInVain, "what it means when it was not found by then"] = field(
        converter=_in_vain
    )
    sources: Sources
    length_sources: Annotated[tuple[str, ...], SourceOf("length")]

    def __attrs_post_init__(self) -> None:
        require_days("investigation", self.length)

    def ends_at(self, opened_at: datetime, where: ZoneInfo, calendar: Calendar) -> datetime:
        """Return the moment, exclusive, at which one that is opened then is over."""
        last_day = self.length.after_day(local_day(opened_at, where), calendar)
        return end_of_day(last_day, where)


@frozen(kw_only=True)
class ClaimTerms:
    """What holds for one kind of claim.

    With `return_needed` the piece comes back before the refund, at no cost to the buyer. Clauses
    R9, R10.
    """

    name: Annotated[str, Name(), "what is claimed, such as defect"]
    window: Annotated[
        Window,
        REQUEST_WINDOW,
        LIMIT,
        "the time in which it is made",
        NotForCustomers("a day at most, and a claim's decision names its last day", of=("roll",)),
    ]
    order_number: Annotated[bool, "whether it must name the order"]
    return_needed: Annotated[bool, "whether the piece comes back before the refund"]
    refund: Annotated[RefundTerms, Reference("refund terms"), "the name of the terms of its refund"]
    evidence: Annotated[Evidence, "what it must bring"]
    investigation: Annotated[
        Investigation | None,
        "how it is looked into; left out where nothing is looked for",
    ]
    sources: Sources
    window_sources: Annotated[tuple[str, ...], SourceOf("window")]
    last_days: LastDays = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "last_days", LastDays(self.window))
        require_exact_end(self.window)


@frozen(kw_only=True)
class ClaimPolicy:
    """The claims a house takes, by kind. Clauses R9, R10."""

    edition: FromHouseOf[Edition]
    zone: FromHouseOf[str]
    kinds: Annotated[
        Mapping[str, ClaimTerms],
        Distinct(),
        LeftOut(means={}),
        "what may be claimed, and on what terms",
    ]
    where: ZoneInfo = field(init=False, repr=False, eq=False)

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "where", zone(self.zone))

    def terms(self, kind: str) -> ClaimTerms:
        """Return the terms of a kind of claim.

        Raises:
            UnknownTermError: Naming those there are.
        """
        known = self.kinds.get(kind)
        if known is None:
            raise UnknownTermError("kind", kind, tuple(sorted(self.kinds)))
        return known
