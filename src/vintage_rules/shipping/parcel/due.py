"""What time alone does to a parcel (clause S3).

Once its latest estimate has passed it is overdue, and a person must look for it.
"""

from __future__ import annotations

from datetime import datetime

from vintage_rules.dates import instant
from vintage_rules.shipping.parcel.events import ParcelEvent, ParcelOverdue
from vintage_rules.shipping.parcel.states import Parcel
from vintage_rules.shipping.parcel.transitions import PARCEL_DEADLINES


def fall_due(parcel: Parcel, now: datetime) -> tuple[ParcelEvent, ...]:
    """Return what time alone has done to a parcel by now, dated when it happened.

    It may have become overdue.

    >>> from datetime import UTC, datetime
    >>> from vintage_rules.shipping.parcel.decide import PARCEL, announce_parcel
    >>> from vintage_rules.shipping.parcel.events import ParcelHandedIn
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
    due = parcel.overdue_at
    if parcel.state not in PARCEL_DEADLINES or due is None or instant(now) < due:
        return ()
    return (ParcelOverdue(at=due),)
