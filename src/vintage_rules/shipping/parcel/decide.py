"""What a command does to a parcel: the guards. Clauses S1, S2, S3, L14, R10.

Scans arrive late and in any order, and are dated by their carrier. What people and time do is in
order: dated no earlier than whatever changed the parcel before.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from vintage_rules.dates import Calendar, instant
from vintage_rules.errors import DayError
from vintage_rules.ids import ParcelId, identifier
from vintage_rules.machine import Machine, Refused, admits, refuse
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    AskBuyer,
    CorrectNumber,
    GiveUpSearch,
    HandIn,
    ParcelCommand,
    ReceiveBack,
    RecordReceipt,
    RecordScan,
    ReportFound,
    SendAgain,
)
from vintage_rules.shipping.parcel.due import next_due
from vintage_rules.shipping.parcel.events import (
    BuyerAsked,
    ParcelAnnounced,
    ParcelBack,
    ParcelDelivered,
    ParcelEvent,
    ParcelFound,
    ParcelHandedIn,
    ParcelHeld,
    ParcelLost,
    ParcelMoved,
    ParcelSentBack,
    RefundAgreed,
    RefundDeclined,
    ScanNoted,
    TrackingNumberCorrected,
)
from vintage_rules.shipping.parcel.evolve import consequences, opened
from vintage_rules.shipping.parcel.states import Parcel, ParcelState, ScanStatus
from vintage_rules.shipping.parcel.transitions import PARCEL_TRANSITIONS, SCANS


class ParcelRefusal(StrEnum):
    """Why a parcel refuses a command."""

    NOT_NOW = "not-now"
    OUT_OF_ORDER = "out-of-order"


ParcelAnswer: TypeAlias = tuple[ParcelEvent, ...] | Refused[ParcelRefusal]


def announce_parcel(parcel: ParcelId, at: datetime) -> ParcelAnnounced:
    """Return the event that starts a parcel's journey.

    Raises:
        IdentifierError: If an identifier is not valid.
        DayError: If a day or a moment is not valid.

    >>> from datetime import UTC
    >>> announce_parcel("8R123", datetime(2026, 9, 7, tzinfo=UTC)).parcel
    '8R123'
    """
    return ParcelAnnounced(at=instant(at), parcel=ParcelId(identifier(parcel, "parcel")))


def answer(
    parcel: Parcel, command: ParcelCommand, _policy: None, _calendar: Calendar | None
) -> ParcelAnswer:
    """Return the events of a command, or why it changes nothing.

    A scan never fails: one that is unknown, late or of no consequence is noted. No delivery is
    missed, though, on the journey of a parcel that was handed in and is not back at its sender,
    however late we hear of it: one that was given up for lost is thereby found (clause R10). One
    from before the hand-in proves nothing: it may be that of another parcel with this number.

    Raises:
        DayError: If a parcel would be overdue before it is handed in.
        IdentifierError: If a tracking number is none.

    >>> from datetime import UTC
    >>> start = PARCEL.replay(
    ...     [announce_parcel("8R123", datetime(2026, 9, 7, tzinfo=UTC))]
    ... )
    >>> handed_in = HandIn(at=datetime(2026, 9, 8, tzinfo=UTC), tracking_number="8R123")
    >>> [event.name for event in PARCEL.decide(start, handed_in, None)]
    ['parcel-handed-in']
    """
    events = _events(parcel, command, command.at)
    if not admits(PARCEL_TRANSITIONS, parcel.state, type(events[0])):
        return refuse(ParcelRefusal.NOT_NOW)
    return events


def _events(parcel: Parcel, command: ParcelCommand, at: datetime) -> tuple[ParcelEvent, ...]:
    match command:
        case HandIn() | CorrectNumber():
            return (_numbered(command, at),)
        case RecordScan():
            return _scanned(parcel, command, at)
        case RecordReceipt():
            return _delivered(parcel, ParcelDelivered(at=at))
        case ReceiveBack():
            return (ParcelBack(at=at),)
        case AskBuyer():
            return (BuyerAsked(at=at),)
        case AnswerRefund():
            return (RefundAgreed(at=at) if command.agrees else RefundDeclined(at=at),)
        case SendAgain():
            return (ParcelAnnounced(at=at, parcel=parcel.id),)
        case GiveUpSearch():
            return (ParcelLost(at=at),)
        case ReportFound():
            return (ParcelFound(at=at),)
        case _:
            assert_never(command)


def _numbered(
    command: HandIn | CorrectNumber, at: datetime
) -> ParcelHandedIn | TrackingNumberCorrected:
    number = identifier(command.tracking_number, "tracking_number")
    if isinstance(command, CorrectNumber):
        return TrackingNumberCorrected(at=at, tracking_number=number)
    due = command.overdue_at
    if due is not None and due <= at:
        raise DayError("overdue_at", command.overdue_at, f"after {at}, when it is handed in")
    return ParcelHandedIn(at=at, tracking_number=number, overdue_at=due)


def _scanned(parcel: Parcel, scan: RecordScan, at: datetime) -> tuple[ParcelEvent, ...]:
    event = _known_scan(scan, at)
    noted = ScanNoted(at=at, status=scan.status)
    announced = parcel.state is ParcelState.ANNOUNCED  # a scan from before the hand-in says nothing
    if event is None or announced or _is_old(parcel, event):
        return (noted,)
    events = _delivered(parcel, event) if isinstance(event, ParcelDelivered) else (event,)
    return events if type(events[0]) in PARCEL_TRANSITIONS[parcel.state] else (noted,)


def _delivered(parcel: Parcel, event: ParcelDelivered) -> tuple[ParcelEvent, ...]:
    if parcel.state is ParcelState.LOST:
        return (ParcelFound(at=max(parcel.at, event.at)), event)  # not found before it was lost
    return (event,)


def _is_old(parcel: Parcel, scanned: ParcelEvent) -> bool:
    """Return whether a scan is too old to move anything.

    Scans arrive out of order: an old one moves nothing back, but no delivery since the hand-in is
    missed.
    """
    if not isinstance(scanned, ParcelDelivered):
        return scanned.at < parcel.seen_at
    return scanned.at < (parcel.handed_in_at or parcel.announced_at)


def _known_scan(scan: RecordScan, at: datetime) -> ParcelEvent | None:
    if scan.status == ScanStatus.GOING_BACK:
        return ParcelSentBack(at=at, cause=scan.cause)
    known = SCANS.get(scan.status)
    return None if known is None else known(at=at)


def reports(event: ParcelEvent, scan: RecordScan) -> bool:
    """Return whether an event is what a scan once came to: carriers report all of them each time.

    >>> from datetime import UTC
    >>> at = datetime(2026, 9, 8, tzinfo=UTC)
    >>> reports(ParcelDelivered(at=at), RecordScan(at=at, status="delivered"))
    True
    """
    if event.at != scan.at:
        return False
    if isinstance(event, ScanNoted):
        return event.status == scan.status
    return type(event) is type(_known_scan(scan, scan.at))


def _is_scan(_parcel: Parcel, command: ParcelCommand) -> bool:
    return isinstance(command, RecordScan)


def _state(parcel: Parcel) -> ParcelState:
    return parcel.state


PARCEL: Machine[Parcel, ParcelState, ParcelCommand, ParcelEvent, None, Refused[ParcelRefusal]] = (
    Machine(
        transitions=PARCEL_TRANSITIONS,
        state_of=_state,
        opened=opened,
        consequences=consequences,
        next_due=next_due,
        answer=answer,
        out_of_order=refuse(ParcelRefusal.OUT_OF_ORDER),
        may_be_late=_is_scan,
        late_events=frozenset(
            {
                ParcelMoved,
                ParcelHeld,
                ParcelDelivered,
                ParcelSentBack,
                ParcelBack,
                ScanNoted,
            }
        ),
    )
)
"""The machine of a parcel, from the announcement to the door. Clauses L8, L14, R10, S1 to S3."""
