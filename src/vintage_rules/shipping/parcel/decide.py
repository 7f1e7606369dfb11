"""What a command does to a parcel: the guards. Clauses S1, S2, S3, L14, R10.

Scans arrive late and in any order, and are dated by their carrier. What people and time do is in
order: dated no earlier than whatever changed the parcel before.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from attrs import frozen

from vintage_rules.dates import instant
from vintage_rules.errors import DayError
from vintage_rules.ids import ParcelId, identifier
from vintage_rules.json_field import DecisionField
from vintage_rules.machine import Machine
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    AskBuyer,
    GiveUpSearch,
    HandIn,
    ParcelCommand,
    ReceiveBack,
    RecordScan,
    ReportFound,
    SendAgain,
    command_moment,
)
from vintage_rules.shipping.parcel.due import fall_due
from vintage_rules.shipping.parcel.events import (
    BuyerAsked,
    ParcelAnnounced,
    ParcelBack,
    ParcelDelivered,
    ParcelEvent,
    ParcelFound,
    ParcelHandedIn,
    ParcelLost,
    ParcelSentBack,
    RefundAgreed,
    RefundDeclined,
    ScanNoted,
)
from vintage_rules.shipping.parcel.evolve import evolve, replay
from vintage_rules.shipping.parcel.states import Parcel, ParcelState, ScanStatus
from vintage_rules.shipping.parcel.transitions import PARCEL_TRANSITIONS, SCANS


class ParcelRefusal(StrEnum):
    """Why a parcel refuses a command."""

    NOT_NOW = "not-now"
    OUT_OF_ORDER = "out-of-order"


@frozen(kw_only=True)
class ParcelCommandRefused(DecisionField):
    """A command that changes nothing, and why."""

    reasons: tuple[ParcelRefusal, ...]


ParcelDecision: TypeAlias = tuple[ParcelEvent, ...] | ParcelCommandRefused


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


def decide(parcel: Parcel, command: ParcelCommand, _policy: None) -> ParcelDecision:
    """Return the events of a command, after those of time by then, or why there are none.

    A scan never fails: one that is unknown, late or of no consequence is noted. No delivery is
    missed, though, on the journey of a parcel that was handed in and is not back at its sender,
    however late we hear of it: one that was given up for lost is thereby found (clause R10).

    Raises:
        DayError: For a moment without an offset and for a parcel that would be overdue before it is
            handed in.
        IdentifierError: For a tracking number that is none.

    >>> from datetime import UTC
    >>> from vintage_rules.shipping.parcel.decide import PARCEL, announce_parcel
    >>> start = PARCEL.replay(
    ...     [announce_parcel("8R123", datetime(2026, 9, 7, tzinfo=UTC))]
    ... )
    >>> handed_in = HandIn(at=datetime(2026, 9, 8, tzinfo=UTC), tracking_number="8R123")
    >>> [event.name for event in PARCEL.decide(start, handed_in, None)]
    ['parcel-handed-in']
    """
    at = command_moment(command)
    overdue = fall_due(parcel, at)
    current = evolve(parcel, overdue[0]) if overdue else parcel
    if at < current.at and not isinstance(command, RecordScan):
        return ParcelCommandRefused(reasons=(ParcelRefusal.OUT_OF_ORDER,))
    events = _events(current, command, at)
    if type(events[0]) not in PARCEL_TRANSITIONS[current.state]:
        return ParcelCommandRefused(reasons=(ParcelRefusal.NOT_NOW,))
    return (*overdue, *events)


def _events(parcel: Parcel, command: ParcelCommand, at: datetime) -> tuple[ParcelEvent, ...]:
    match command:
        case HandIn():
            return (_handed_in(command, at),)
        case RecordScan():
            return _scanned(parcel, command, at)
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


def _handed_in(command: HandIn, at: datetime) -> ParcelHandedIn:
    due = None if command.overdue_at is None else instant(command.overdue_at, "overdue_at")
    if due is not None and due <= at:
        raise DayError("overdue_at", command.overdue_at, f"after {at}, when it is handed in")
    number = identifier(command.tracking_number, "tracking_number")
    return ParcelHandedIn(at=at, tracking_number=number, overdue_at=due)


def _scanned(parcel: Parcel, scan: RecordScan, at: datetime) -> tuple[ParcelEvent, ...]:
    event = _known_scan(scan, at)
    noted = ScanNoted(at=at, status=scan.status)
    if event is None or _is_old(parcel, event):
        return (noted,)
    if parcel.state is ParcelState.LOST and isinstance(event, ParcelDelivered):
        return (ParcelFound(at=max(parcel.at, at)), event)  # not found before it was lost
    return (event if type(event) in PARCEL_TRANSITIONS[parcel.state] else noted,)


def _is_old(parcel: Parcel, scanned: ParcelEvent) -> bool:
    """Return whether a scan is older than what is known.

    An old one moves nothing back, but no delivery of this trip is missed.
    """
    delivered = isinstance(scanned, ParcelDelivered)
    return scanned.at < (parcel.announced_at if delivered else parcel.seen_at)


def _known_scan(scan: RecordScan, at: datetime) -> ParcelEvent | None:
    if scan.status == ScanStatus.GOING_BACK:
        return ParcelSentBack(at=at, cause=scan.cause)
    known = SCANS.get(scan.status)
    return None if known is None else known(at=at)


def tells_of(event: ParcelEvent, scan: RecordScan) -> bool:
    """Return whether an event is what a scan once came to: carriers report all of them each time.

    >>> from datetime import UTC
    >>> at = datetime(2026, 9, 8, tzinfo=UTC)
    >>> tells_of(ParcelDelivered(at=at), RecordScan(at=at, status="delivered"))
    True
    """
    at = command_moment(scan)
    if event.at != at:
        return False
    if isinstance(event, ScanNoted):
        return event.status == scan.status
    return type(event) is type(_known_scan(scan, at))


PARCEL = Machine(
    decide=decide,
    fall_due=fall_due,
    evolve=evolve,
    replay=replay,
    next_deadline=None,
)
