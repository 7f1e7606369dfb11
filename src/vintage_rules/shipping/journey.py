"""The journey of a parcel: announced, handed in, under way, delivered; or held, sent back, lost,
found.

`decide` holds the guards, `fall_due` what time alone does, `evolve` the consequences. Time alone
does one thing: a parcel on its way becomes overdue once its latest estimate has passed, and
somebody must look for it (clause S3).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import TypeAlias, assert_never

from attrs import evolve as changed
from attrs import frozen

from vintage_rules.dates import instant
from vintage_rules.errors import CorruptHistoryError
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
    ParcelHeld,
    ParcelLost,
    ParcelMoved,
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

_S = ParcelState

_ON_ITS_WAY: Mapping[type[ParcelEvent], ParcelState] = {
    ParcelMoved: _S.UNDER_WAY,
    ParcelHeld: _S.HELD_AT_CUSTOMS,
    ParcelDelivered: _S.DELIVERED,
    ParcelSentBack: _S.GOING_BACK,
    ParcelBack: _S.BACK_AT_SENDER,
    ParcelLost: _S.LOST,
}

TRANSITIONS: Mapping[ParcelState, Mapping[type[ParcelEvent], ParcelState]] = {
    _S.ANNOUNCED: {ParcelHandedIn: _S.HANDED_IN, ScanNoted: _S.ANNOUNCED},
    _S.HANDED_IN: {**_ON_ITS_WAY, ScanNoted: _S.HANDED_IN, ParcelOverdue: _S.OVERDUE},
    _S.UNDER_WAY: {**_ON_ITS_WAY, ScanNoted: _S.UNDER_WAY, ParcelOverdue: _S.OVERDUE},
    _S.HELD_AT_CUSTOMS: {
        **_ON_ITS_WAY,
        ScanNoted: _S.HELD_AT_CUSTOMS,
        ParcelOverdue: _S.OVERDUE,
    },
    _S.OVERDUE: {**_ON_ITS_WAY, ParcelMoved: _S.OVERDUE, ScanNoted: _S.OVERDUE},
    _S.DELIVERED: {ScanNoted: _S.DELIVERED},
    _S.GOING_BACK: {
        ParcelBack: _S.BACK_AT_SENDER,
        ParcelDelivered: _S.DELIVERED,
        ParcelLost: _S.LOST,
        ScanNoted: _S.GOING_BACK,
    },
    _S.BACK_AT_SENDER: {BuyerAsked: _S.BUYER_ASKED, ScanNoted: _S.BACK_AT_SENDER},
    _S.BUYER_ASKED: {
        RefundAgreed: _S.REFUND_AGREED,
        RefundDeclined: _S.REFUND_DECLINED,
        ScanNoted: _S.BUYER_ASKED,
    },
    _S.REFUND_AGREED: {ScanNoted: _S.REFUND_AGREED},
    _S.REFUND_DECLINED: {
        RefundAgreed: _S.REFUND_AGREED,
        ParcelAnnounced: _S.ANNOUNCED,
        ScanNoted: _S.REFUND_DECLINED,
    },
    _S.LOST: {ParcelFound: _S.FOUND, ScanNoted: _S.LOST},
    _S.FOUND: {
        ParcelDelivered: _S.DELIVERED,
        ParcelBack: _S.BACK_AT_SENDER,
        ParcelLost: _S.LOST,
        ScanNoted: _S.FOUND,
    },
}

DEADLINES: Mapping[ParcelState, type[ParcelEvent]] = {
    _S.HANDED_IN: ParcelOverdue,
    _S.UNDER_WAY: ParcelOverdue,
    _S.HELD_AT_CUSTOMS: ParcelOverdue,
}

_SCANS: Mapping[str, type[ParcelMoved | ParcelHeld | ParcelDelivered | ParcelBack]] = (
    MappingProxyType(
        {
            ScanStatus.IN_TRANSIT: ParcelMoved,
            ScanStatus.HELD_AT_CUSTOMS: ParcelHeld,
            ScanStatus.DELIVERED: ParcelDelivered,
            ScanStatus.BACK_AT_SENDER: ParcelBack,
        }
    )
)


class ParcelRefusal(StrEnum):
    """Why a parcel cannot do what it is told."""

    NOT_NOW = "not-now"
    OUT_OF_ORDER = "out-of-order"


@frozen(kw_only=True)
class Parcel:
    """A parcel as its history has left it. `at` is when it was last seen or handled, whatever
    time has done since.
    """

    id: ParcelId
    at: datetime
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

    A scan never fails: one that is unknown, late or of no consequence is noted. Raises `DayError`
    for a moment without an offset, `IdentifierError` for a tracking number that is none.

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
    event = _event(current, command, at)
    if type(event) not in TRANSITIONS[current.state]:
        return ParcelCommandRefused(reasons=(ParcelRefusal.NOT_NOW,))
    return (*overdue, event)


def _event(parcel: Parcel, command: ParcelCommand, at: datetime) -> ParcelEvent:
    match command:
        case HandIn():
            return ParcelHandedIn(
                at=at,
                tracking_number=identifier(command.tracking_number, "tracking_number"),
                overdue_at=None if command.overdue_at is None else instant(command.overdue_at),
            )
        case RecordScan():
            return _scanned(parcel, command, at)
        case ReceiveBack():
            return ParcelBack(at=at)
        case AskBuyer():
            return BuyerAsked(at=at)
        case AnswerRefund():
            return RefundAgreed(at=at) if command.agrees else RefundDeclined(at=at)
        case SendAgain():
            return ParcelAnnounced(at=at, parcel=parcel.id)
        case GiveUpSearch():
            return ParcelLost(at=at)
        case ReportFound():
            return ParcelFound(at=at)
        case _:
            assert_never(command)


def _scanned(parcel: Parcel, scan: RecordScan, at: datetime) -> ParcelEvent:
    event = _known_scan(scan, at)
    if event is None or type(event) not in TRANSITIONS[parcel.state]:
        return ScanNoted(at=at, status=scan.status)
    # Scans arrive out of order: an old one moves nothing back, but a delivery is never missed.
    if at < parcel.at and not isinstance(event, ParcelDelivered):
        return ScanNoted(at=at, status=scan.status)
    return event


def _known_scan(scan: RecordScan, at: datetime) -> ParcelEvent | None:
    if scan.status == ScanStatus.GOING_BACK:
        return ParcelSentBack(at=at, cause=scan.cause)
    known = _SCANS.get(scan.status)
    return None if known is None else known(at=at)


def tells_of(event: ParcelEvent, scan: RecordScan) -> bool:
    """Tell whether an event is what a scan once came to: carriers tell all of them each time.

    >>> from datetime import UTC
    >>> at = datetime(2026, 9, 8, tzinfo=UTC)
    >>> tells_of(ParcelMoved(at=at), RecordScan(at=at, status="in-transit"))
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
    match event:
        case ScanNoted() | ParcelOverdue():
            return changed(parcel, state=following)
        case ParcelHandedIn():
            return changed(
                parcel,
                at=event.at,
                state=following,
                tracking_number=event.tracking_number,
                overdue_at=event.overdue_at,
            )
        case ParcelDelivered():
            seen = max(parcel.at, event.at)
            return changed(parcel, at=seen, state=following, delivered_at=event.at)
        case ParcelSentBack():
            return changed(parcel, at=event.at, state=following, cause=event.cause)
        case _:
            return changed(parcel, at=event.at, state=following)


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
    parcel = Parcel(
        id=first.parcel,
        at=first.at,
        state=ParcelState.ANNOUNCED,
        tracking_number=None,
        overdue_at=None,
        delivered_at=None,
        cause=None,
    )
    for event in remaining:
        parcel = evolve_parcel(parcel, event)
    return parcel
