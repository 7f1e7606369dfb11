"""What time alone brings to a parcel: once its latest estimate has passed, it is overdue.

A person must then look for it (clause S3).

Customs do not stop that clock, as no clause adds their time to an estimate; what they hold is known
as held all the same.
"""

from __future__ import annotations

from datetime import datetime

from vintage_rules.shipping.parcel.events import ParcelOverdue
from vintage_rules.shipping.parcel.states import Parcel
from vintage_rules.shipping.parcel.transitions import PARCEL_DEADLINES


def next_due(parcel: Parcel, now: datetime) -> ParcelOverdue | None:
    """Return what time alone brings to a parcel next: on its way, it becomes overdue.

    >>> from datetime import UTC, datetime
    >>> from vintage_rules.shipping import PARCEL, announce_parcel
    >>> from vintage_rules.shipping import ParcelHandedIn
    >>> parcel = PARCEL.replay(
    ...     [
    ...         announce_parcel("8R123", datetime(2026, 9, 7, tzinfo=UTC)),
    ...         ParcelHandedIn(
    ...             at=datetime(2026, 9, 8, tzinfo=UTC),
    ...             tracking_number="8R123",
    ...             overdue_at=datetime(2026, 9, 14, 22, tzinfo=UTC),
    ...         ),
    ...     ]
    ... )
    >>> PARCEL.fall_due(parcel, datetime(2026, 12, 1, tzinfo=UTC))[0].at.isoformat()
    '2026-09-14T22:00:00+00:00'
    """
    due = PARCEL_DEADLINES.get(parcel.state)
    if due is None or parcel.overdue_at is None or parcel.overdue_at > now:
        return None
    return due(at=parcel.overdue_at)
