"""What events make of a parcel. No guard lives here."""

from __future__ import annotations

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
    TrackingNumberCorrected,
)
from vintage_rules.shipping.parcel.states import Parcel, ParcelState


def opened(event: ParcelEvent) -> Parcel:
    """Return the parcel that its announcement makes.

    Raises:
        CorruptHistoryError: For another event.
    """
    if not isinstance(event, ParcelAnnounced):
        raise CorruptHistoryError(event, None)
    return _announced(event)


def consequences(parcel: Parcel, event: ParcelEvent, next_state: ParcelState) -> Parcel:
    """Return the parcel after an event that leads to a state of the table."""
    if isinstance(event, ScanNoted):
        return changed(parcel, state=next_state)
    moved = changed(parcel, state=next_state, at=max(parcel.at, event.at))
    seen = changed(moved, seen_at=max(parcel.seen_at, event.at))
    match event:
        case ParcelOverdue():
            return moved
        case ParcelAnnounced():
            return changed(_announced(event), state=next_state)
        case ParcelHandedIn():
            number, due = event.tracking_number, event.overdue_at
            return changed(seen, handed_in_at=event.at, tracking_number=number, overdue_at=due)
        case TrackingNumberCorrected(tracking_number=number):
            since = parcel.handed_in_at or parcel.announced_at
            return changed(moved, seen_at=since, tracking_number=number)
        case ParcelDelivered():
            return changed(seen, delivered_at=event.at)
        case ParcelSentBack():
            return changed(seen, cause=event.cause)
        case _:
            return seen


def _announced(event: ParcelAnnounced) -> Parcel:
    return Parcel(
        id=event.parcel,
        at=event.at,
        announced_at=event.at,
        seen_at=event.at,
        state=ParcelState.ANNOUNCED,
        handed_in_at=None,
        tracking_number=None,
        overdue_at=None,
        delivered_at=None,
        cause=None,
    )
