"""The journey of a parcel: announced, handed in, under way, delivered; or held, sent back, lost,
found.

`decide` holds the guards, `fall_due` what time alone does, `evolve` the consequences; the edges
are in `journey_tables`. Time alone does one thing: a parcel on its way becomes overdue once its
latest estimate has passed, and somebody must look for it (clause S3). Customs do not stop that
clock, as no clause adds their time to an estimate; what they hold is known as held all the same.

Scans are told late and in any order, and dated by their carrier. What people and time do is in
order: dated no earlier than whatever changed the parcel before.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from vintage_rules.dates import instant
from vintage_rules.errors import CorruptHistoryError, DayError
from vintage_rules.ids import ParcelId, identifier
from vintage_rules.shipping.journey_events import (
    AnswerRefund,
    AskBuyer,
    BuyerAsked,
    GiveUpSearch,
    HandIn,
    ParcelAnnounced,
    ParcelBack,
    ParcelCommand,
    ParcelDelivered,
    ParcelEvent,
    ParcelFound,
    ParcelHandedIn,
    ParcelLost,
    ParcelOverdue,
    ParcelSentBack,
    ParcelState,
    ReceiveBack,
    RecordScan,
    RefundAgreed,
    RefundDeclined,
    ReportFound,
    ScanNoted,
    ScanStatus,
    SendAgain,
    SentBackCause,
    command_moment,
)
from vintage_rules.shipping.journey_tables import DEADLINES, SCANS, TRANSITIONS


class ParcelRefusal(StrEnum):
    """Why a parcel cannot do what it is told."""

    NOT_NOW = "not-now"
    OUT_OF_ORDER = "out-of-order"


@frozen(kw_only=True)
class Parcel:
    """A parcel as its history has left it.

    Nothing but a scan may be dated before `at`, the latest moment of whatever changed it. It was
    last seen or handled at `seen_at`, whatever time has done since: no older scan moves it back. A
    scan that was only noted counts for neither, since a carrier may have seen a parcel before we
    hear that it was handed in. All but its name is that of one journey, which began at
    `announced_at`: once it is announced again, what the journey before left is gone.
    """

    id: ParcelId
    at: datetime
    announced_at: datetime
    seen_at: datetime
    state: ParcelState
    tracking_number: str | None
    overdue_at: datetime | None
    delivered_at: datetime | None
    cause: SentBackCause | None


@frozen(kw_only=True)
class ParcelCommandRefused:
    """A command that changes nothing, and why."""

    reasons: tuple[ParcelRefusal, ...]


ParcelDecision: TypeAlias = tuple[ParcelEvent, ...] | ParcelCommandRefused


def announce_parcel(parcel: ParcelId, at: datetime) -> ParcelAnnounced:
    """Give the event that starts a parcel's journey. Raises `IdentifierError` or `DayError`.

    >>> from datetime import UTC
    >>> announce_parcel(ParcelId("8R123"), datetime(2026, 9, 7, tzinfo=UTC)).parcel
    '8R123'
    """
    return ParcelAnnounced(at=instant(at), parcel=ParcelId(identifier(parcel, "parcel")))


def decide_parcel(parcel: Parcel, command: ParcelCommand) -> ParcelDecision:
    """Tell what a command brings about, after what time alone has done by then; or why it changes
    nothing.

    A scan never fails: one that is unknown, late or of no consequence is noted. No delivery is
    missed, though, on the journey of a parcel that was handed in and is not back at its sender,
    however late we hear of it: one that was given up for lost is thereby found (clause R10).

    Raises `DayError` for a moment without an offset and for a parcel that would be overdue before
    it is handed in, `IdentifierError` for a tracking number that is none.

    >>> from datetime import UTC
    >>> start = replay_parcel(
    ...     [announce_parcel(ParcelId("8R123"), datetime(2026, 9, 7, tzinfo=UTC))]
    ... )
    >>> handed_in = HandIn(at=datetime(2026, 9, 8, tzinfo=UTC), tracking_number="8R123")
    >>> [event.name for event in decide_parcel(start, handed_in)]
    ['parcel-handed-in']
    """
    at = command_moment(command)
    overdue = parcel_fall_due(parcel, at)
    current = evolve_parcel(parcel, overdue[0]) if overdue else parcel
    if at < current.at and not isinstance(command, RecordScan):
        return ParcelCommandRefused(reasons=(ParcelRefusal.OUT_OF_ORDER,))
    events = _events(current, command, at)
    if type(events[0]) not in TRANSITIONS[current.state]:
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
    return (event if type(event) in TRANSITIONS[parcel.state] else noted,)


def _is_old(parcel: Parcel, scanned: ParcelEvent) -> bool:
    """Scans arrive out of order: an old one moves nothing back, but no delivery of this journey is
    missed.
    """
    delivered = isinstance(scanned, ParcelDelivered)
    return scanned.at < (parcel.announced_at if delivered else parcel.seen_at)


def _known_scan(scan: RecordScan, at: datetime) -> ParcelEvent | None:
    if scan.status == ScanStatus.GOING_BACK:
        return ParcelSentBack(at=at, cause=scan.cause)
    known = SCANS.get(scan.status)
    return None if known is None else known(at=at)


def tells_of(event: ParcelEvent, scan: RecordScan) -> bool:
    """Tell whether an event is what a scan once came to: carriers tell all of them each time.

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


def parcel_fall_due(parcel: Parcel, now: datetime) -> tuple[ParcelEvent, ...]:
    """Give what time alone has done to a parcel by now, dated when it happened: it may have
    become overdue.

    >>> from datetime import UTC
    >>> parcel = replay_parcel(
    ...     [
    ...         announce_parcel(ParcelId("8R123"), datetime(2026, 9, 7, tzinfo=UTC)),
    ...         ParcelHandedIn(
    ...             at=datetime(2026, 9, 8, tzinfo=UTC),
    ...             tracking_number="8R123",
    ...             overdue_at=datetime(2026, 9, 14, 22, tzinfo=UTC),
    ...         ),
    ...     ]
    ... )
    >>> parcel_fall_due(parcel, datetime(2026, 12, 1, tzinfo=UTC))[0].at.isoformat()
    '2026-09-14T22:00:00+00:00'
    """
    due = parcel.overdue_at
    if parcel.state not in DEADLINES or due is None or instant(now) < due:
        return ()
    return (ParcelOverdue(at=due),)


def evolve_parcel(parcel: Parcel, event: ParcelEvent) -> Parcel:
    """Give the parcel after an event. Raises `CorruptHistoryError` when the event cannot follow.

    >>> from datetime import UTC
    >>> start = replay_parcel(
    ...     [announce_parcel(ParcelId("8R123"), datetime(2026, 9, 7, tzinfo=UTC))]
    ... )
    >>> str(start.state)
    'announced'
    """
    following = TRANSITIONS[parcel.state].get(type(event))
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


def replay_parcel(events: Iterable[ParcelEvent]) -> Parcel:
    """Give the parcel that a history has left. Raises `CorruptHistoryError` when it cannot have
    happened.

    >>> from datetime import UTC
    >>> replay_parcel(
    ...     [announce_parcel(ParcelId("8R123"), datetime(2026, 9, 7, tzinfo=UTC))]
    ... ).id
    '8R123'
    """
    remaining = iter(events)
    first = next(remaining, None)
    if not isinstance(first, ParcelAnnounced):
        raise CorruptHistoryError(first, None)
    parcel = _announced(first)
    for event in remaining:
        parcel = evolve_parcel(parcel, event)
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
