"""Scans of a carrier: what they say in time is recorded, what is dated ahead is left to a person.

The shop's clock decides when something happened: a scan that moved an order's time ahead would end
windows that are open, and let payouts fall due. Clocks differ by a little all the same, so what is
dated a few minutes ahead counts as of now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from hashlib import sha256

from attrs import evolve

from vintage_rules.ids import ParcelId
from vintage_rules.marketplace.storage.case_stream import CaseOpened, CaseReason
from vintage_rules.marketplace.storage.inbound_streams import NumberGiven, number_key
from vintage_rules.marketplace.storage.streams import CASES
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.commands import CommandParcel
from vintage_rules.orders.events import OrderEvent, ParcelChanged
from vintage_rules.ports.carrier import Scan
from vintage_rules.shipping.parcel.commands import RecordScan
from vintage_rules.shipping.parcel.decide import reports
from vintage_rules.shipping.parcel.events import (
    ParcelBack,
    ParcelDelivered,
    ParcelEvent,
    ParcelHandedIn,
    ParcelHeld,
    ParcelMoved,
    ParcelSentBack,
    ScanNoted,
    TrackingNumberCorrected,
)

CLOCKS_APART = timedelta(minutes=5)
"""By how much a carrier's clock may be ahead of the shop's."""

_LONGEST_STATUS = 100


def new_scans(
    history: Sequence[OrderEvent], parcel: ParcelId, scans: Iterable[Scan], now: datetime
) -> list[CommandParcel]:
    """Return the commands of scans that were not recorded yet, in the order of their time.

    What is dated ahead is left out; up to `CLOCKS_APART` it counts as of now.
    """
    in_time = sorted((scan for scan in scans if not _is_ahead(scan, now)), key=lambda scan: scan.at)
    return [
        CommandParcel(
            parcel=parcel,
            command=RecordScan(at=min(scan.at, now), status=scan.status, cause=scan.cause),
        )
        for scan in in_time
        if not _is_recorded(history, parcel, scan)
    ]


def with_kept_status(scan: Scan) -> Scan:
    r"""Return a scan whose status can be kept, whatever the code that its carrier gave.

    >>> from datetime import UTC
    >>> odd = Scan(
    ...     at=datetime(2026, 9, 7, tzinfo=UTC),
    ...     status="unknown:\0" + "Z" * 300,
    ...     code="",
    ...     text="",
    ...     place=None,
    ... )
    >>> kept = with_kept_status(odd).status
    >>> kept[:10], len(kept)
    ('unknown:?Z', 100)
    """
    printable = "".join(letter if letter.isprintable() else "?" for letter in scan.status)
    return evolve(scan, status=printable[:_LONGEST_STATUS])


def is_scanned(history: Sequence[OrderEvent], parcel: ParcelId) -> bool:
    """Return whether there was a scan of a parcel under the number it has."""
    since = _since(history, parcel, (ParcelHandedIn, TrackingNumberCorrected))
    return any(isinstance(event, _SCANNED) for event in since)


_SCANNED = (ParcelMoved, ParcelHeld, ParcelDelivered, ParcelSentBack, ParcelBack, ScanNoted)


def _since(
    history: Sequence[OrderEvent], parcel: ParcelId, starts: tuple[type[ParcelEvent], ...]
) -> Iterator[ParcelEvent]:
    """Yield what happened to a parcel since the last start, the latest first."""
    for event in reversed(history):
        if isinstance(event, ParcelChanged) and event.parcel == parcel:
            if isinstance(event.event, starts):
                return
            yield event.event


def open_cases(work: UnitOfWork, given: NumberGiven, number: str, scans: Iterable[Scan]) -> None:
    """Open a case for each scan that is dated ahead, once however often it is reported."""
    for opened in _cases(given, number, scans, work.now):
        stream = work.load(CASES, opened.case)
        if stream.state is None:
            work.record(stream, [opened])


def _cases(
    given: NumberGiven, number: str, scans: Iterable[Scan], now: datetime
) -> Iterator[CaseOpened]:
    for scan in scans:
        if _is_ahead(scan, now):
            key = number_key(number)
            parts = (given.order, given.parcel, key, scan.status, scan.at.isoformat())
            yield CaseOpened(
                at=now,
                case=f"scan-{sha256(repr(parts).encode()).hexdigest()[:16]}",
                reason=CaseReason.SCAN_AHEAD,
                tender=None,
                reference=number,
                order=given.order,
                code=scan.status,
                reported_at=scan.at,
            )


def _is_ahead(scan: Scan, now: datetime) -> bool:
    return scan.at > now + CLOCKS_APART


def _is_recorded(history: Sequence[OrderEvent], parcel: ParcelId, scan: Scan) -> bool:
    recorded = RecordScan(at=scan.at, status=scan.status, cause=scan.cause)
    # What was said under a wrong number was not said under the right one.
    since = _since(history, parcel, (TrackingNumberCorrected,))
    return any(reports(event, recorded) for event in since)
