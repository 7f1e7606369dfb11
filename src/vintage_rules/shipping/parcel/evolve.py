"""What events make of a parcel. No guard lives here."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import evolve as changed

from vintage_rules.errors import CorruptHistoryError
from vintage_rules.shipping.parcel.events import (
    ParcelAnnounced,
    ParcelDelivered,
    ParcelEvent,
    ParcelHandedIn,
    ParcelOverdue,
    ParcelSentBack,
    ScanNoted,
)
from vintage_rules.shipping.parcel.states import Parcel, ParcelState
from vintage_rules.shipping.parcel.transitions import PARCEL_TRANSITIONS


def evolve(parcel: Parcel, event: ParcelEvent) -> Parcel:
    """Return the parcel after an event.

    Raises:
        CorruptHistoryError: If the event cannot follow.

    >>> from datetime import UTC, datetime
    >>> from vintage_rules.shipping.parcel.decide import PARCEL, announce_parcel
    >>> start = PARCEL.replay(
    ...     [announce_parcel("8R123", datetime(2026, 9, 7, tzinfo=UTC))]
    ... )
    >>> str(start.state)
    'announced'
    """
    following = PARCEL_TRANSITIONS[parcel.state].get(type(event))
    if following is None:
        raise CorruptHistoryError(event, parcel)
    if isinstance(event, ScanNoted):
        return changed(parcel, state=following)
    moved = changed(parcel, state=following, at=max(parcel.at, event.at))
    seen = changed(moved, seen_at=max(parcel.seen_at, event.at))
    match event:
        case ParcelOverdue():
            return moved
        case ParcelAnnounced():
            return changed(_announced(event), state=following)
        case ParcelHandedIn():
            number, due = event.tracking_number, event.overdue_at
            return changed(seen, tracking_number=number, overdue_at=due)
        case ParcelDelivered():
            return changed(seen, delivered_at=event.at)
        case ParcelSentBack():
            return changed(seen, cause=event.cause)
        case _:
            return seen


def replay(events: Iterable[ParcelEvent]) -> Parcel:
    """Return the parcel that a history has left.

    Raises:
        CorruptHistoryError: If it cannot have happened.

    >>> from datetime import UTC, datetime
    >>> from vintage_rules.shipping.parcel.decide import PARCEL, announce_parcel
    >>> PARCEL.replay([announce_parcel("8R123", datetime(2026, 9, 7, tzinfo=UTC))]).id
    '8R123'
    """
    remaining = iter(events)
    first = next(remaining, None)
    if not isinstance(first, ParcelAnnounced):
        raise CorruptHistoryError(first, None)
    parcel = _announced(first)
    for event in remaining:
        parcel = evolve(parcel, event)
    return parcel


def _announced(event: ParcelAnnounced) -> Parcel:
    return Parcel(
        id=event.parcel,
        at=event.at,
        announced_at=event.at,
        seen_at=event.at,
        state=ParcelState.ANNOUNCED,
        tracking_number=None,
        overdue_at=None,
        delivered_at=None,
        cause=None,
    )
