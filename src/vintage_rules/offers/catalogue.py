"""Whether a piece is seen in the catalogue. Clause A4."""

from __future__ import annotations

from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from vintage_rules.dates import Calendar, instant
from vintage_rules.decision import Decision
from vintage_rules.offers.catalogue_policy import CataloguePolicy
from vintage_rules.offers.timing import end_of


@frozen(kw_only=True)
class OnSale(Decision):
    """The piece is shown and may be bought."""


@frozen(kw_only=True)
class SoldVisible(Decision):
    """The piece is shown, marked sold and not to be bought.

    Until a moment, exclusive; None if for ever. `zone` is the one on whose clock the moment is
    shown.
    """

    until: datetime | None
    zone: str


@frozen(kw_only=True)
class Hidden(Decision):
    """The piece is no longer shown."""


Visibility: TypeAlias = OnSale | SoldVisible | Hidden
"""How a piece is shown: for sale, sold but visible, or not at all. Clause A4."""


def assess_visibility(
    sold_at: datetime | None,
    now: datetime,
    policy: CataloguePolicy,
    *,
    returned: bool = False,
    calendar: Calendar | None = None,
) -> Visibility:
    """Return how a piece is shown at a moment.

    A piece that came back is on sale, however long after its sale. Clause A4.

    Raises:
        DayError: For a moment without an offset, or without a calendar where the policy counts
            days.

    >>> from datetime import UTC, date
    >>> from vintage_rules import Duration, Edition
    >>> fortnight = CataloguePolicy(
    ...     edition=Edition(name="imparfaite", since=date(2023, 1, 1)),
    ...     visible_for=Duration.of(336, "hours"),
    ...     zone="Europe/Paris",
    ...     sources=("A4",),
    ... )
    >>> sold = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> assess_visibility(sold, sold, fortnight).until.isoformat()
    '2026-09-21T08:00:00+00:00'
    """
    sources, edition = policy.sources, policy.edition
    moment = instant(now, "now")
    sold = None if sold_at is None else instant(sold_at, "sold_at")
    if returned or sold is None or moment < sold:
        return OnSale(sources=sources, edition=edition)
    until = end_of(policy.visible_for, sold, policy.zone, calendar)
    if until is None or moment < until:
        return SoldVisible(until=until, zone=policy.zone, sources=sources, edition=edition)
    return Hidden(sources=sources, edition=edition)
