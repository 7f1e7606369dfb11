"""Tracking from karrio: on request, and by its webhooks.

Four things that karrio says are not taken at their word. `in_transit` for a whole parcel may mean
anything that it does not know, so only the status of each scan counts. A scan without a status of
its own stays unknown, and so does `delivered` once a parcel was sent back: its buyer may have got
it, or its sender. And the `Z` behind its timestamps is no UTC: karrio reads the offset of a scan,
drops it, and writes `Z` behind the local time.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from types import MappingProxyType
from zoneinfo import ZoneInfo

from attrs import frozen

from vintage_rules.adapters.json_answers import Answer, read_json
from vintage_rules.dates import zone
from vintage_rules.errors import ForgedWebhookError
from vintage_rules.ports.carrier import Scan, ScanWebhook, Tracking, doubt_deliveries, status_of
from vintage_rules.ports.clock import Clock
from vintage_rules.shipping.parcel.states import ScanStatus, SentBackCause

SECRET = "X-Event-Id"  # noqa: S105 - the name of the header it comes in
_S = ScanStatus
_C = SentBackCause

# karrio's words for a scan. Of the others, `pending` and `cancelled` are about the label,
# `delivery_failed` and `on_hold` do not say what comes of it: they stay unknown.
STATUSES: Mapping[str, ScanStatus] = MappingProxyType(
    {
        "picked_up": _S.IN_TRANSIT,
        "in_transit": _S.IN_TRANSIT,
        "out_for_delivery": _S.IN_TRANSIT,
        "delivery_delayed": _S.IN_TRANSIT,
        "ready_for_pickup": _S.IN_TRANSIT,
        "delivered": _S.DELIVERED,
        "return_to_sender": _S.GOING_BACK,
    }
)
_CAUSES: Mapping[str, SentBackCause] = MappingProxyType(
    {
        "customs_duties_unpaid": _C.UNPAID_DUTIES,
        "consignee_refused": _C.REFUSED,
        "carrier_address_not_found": _C.UNDELIVERABLE,
        "consignee_incorrect_address": _C.UNDELIVERABLE,
        "consignee_not_available": _C.UNDELIVERABLE,
        "consignee_not_home": _C.UNDELIVERABLE,
    }
)
_HELD = "on_hold"
_BY_CUSTOMS = "customs_"
_PAGE = "carrier_tracking_link"


@frozen
class TrackerReading:
    """How to read karrio's trackers, by the zone of the carrier's clocks; None for unknown."""

    zone: ZoneInfo | None

    def tracking(self, tracker: Answer) -> Tracking:
        """Return where a parcel has been seen."""
        info = tracker.get("info")
        # karrio lists the last event first.
        events = reversed(tracker.each("events"))
        return Tracking(
            tracking_number=tracker.text("tracking_number"),
            scans=doubt_deliveries(self._scan(event) for event in events),
            url=info.text_or_none(_PAGE) if tracker.has("info") else None,
        )

    def _scan(self, event: Answer) -> Scan:
        status = event.text_or_none("status") or ""
        reason = event.text_or_none("reason") or ""
        code = event.text_or_none("code") or status or "none"
        return Scan(
            at=self._moment(event),
            status=_status(code, status, reason),
            code=code,
            text=event.text_or_none("description") or "",
            place=event.text_or_none("location"),
            cause=_CAUSES.get(reason, _C.UNKNOWN),
        )

    def _moment(self, event: Answer) -> datetime:
        if event.has("timestamp"):
            field, written = event.get("timestamp"), event.text("timestamp").removesuffix("Z")
        else:
            field, written = event.get("date"), _wall_clock(event)
        try:
            at = datetime.fromisoformat(written)
        except ValueError:
            raise field.wrong("a moment such as 2026-11-22T10:00:00+01:00") from None
        if at.tzinfo is None and self.zone is None:
            raise field.wrong("a moment with an offset where the zone of the carrier is not known")
        return at if at.tzinfo is not None else at.replace(tzinfo=self.zone)


def _wall_clock(event: Answer) -> str:
    day, time = event.text("date"), event.text("time")
    try:
        return datetime.strptime(f"{day} {time}", "%Y-%m-%d %I:%M %p").isoformat()  # noqa: DTZ007
    except ValueError:
        return f"{day}T{time}"


def _status(code: str, status: str, reason: str) -> str:
    if status == _HELD and reason.startswith(_BY_CUSTOMS):
        return _S.HELD_AT_CUSTOMS.value
    known = STATUSES.get(status)
    return status_of(code, {} if known is None else {code: known})


class KarrioScanReader:
    """A `ScanReader` of the webhooks that a karrio server sends for trackers.

    karrio sends the webhook's secret along, and signs nothing: that proves the sender as long as
    the connection is private. `zone` is the IANA name of the zone of the carrier's clocks.
    """

    def __init__(self, secret: str, clock: Clock, *, zone: str | None = None) -> None:
        self._secret = secret
        self._clock = clock
        self._reading = reading(zone)

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> ScanWebhook:
        """Verify and read a webhook."""
        given = {name.lower(): value for name, value in headers.items()}.get(SECRET.lower(), "")
        if not compare_digest(given.encode(), self._secret.encode()):
            raise _forged(f"{SECRET} is not the secret of the webhook")
        try:
            tracking = self._reading.tracking(read_json(body, "webhook").get("data"))
        except ValueError as error:
            raise _forged(str(error)) from error
        # karrio gives its messages no name: sent again, one is the same to the last byte.
        return ScanWebhook(
            id=sha256(body).hexdigest(), received_at=self._clock.now(), tracking=tracking
        )


def reading(name: str | None) -> TrackerReading:
    """Return a reader for a zone of that name, or for none.

    Raises:
        DayError: If it is unknown.
    """
    return TrackerReading(None if name is None else zone(name))


def _forged(message: str) -> ForgedWebhookError:
    return ForgedWebhookError("karrio", "reading a message", message)
