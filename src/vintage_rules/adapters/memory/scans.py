"""Webhooks of an invented carrier about its parcels: written by a test, and read.

A message is JSON, signed over its moment and its body with a secret that both sides know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest, new

from vintage_rules.adapters.json_answers import Answer, read_json
from vintage_rules.dates import instant
from vintage_rules.errors import ForgedWebhookError
from vintage_rules.ports.carrier import Scan, ScanWebhook, Tracking, in_order
from vintage_rules.ports.clock import Clock
from vintage_rules.shipping.parcel.states import SentBackCause

SENT_AT = "Sent-At"
SIGNATURE = "Signature"
_LONGEST_UNDER_WAY = timedelta(minutes=5)


class MemoryScanReader:
    """A `ScanReader` that can also write what it reads.

    It refuses messages older than five minutes, and those from the future.
    """

    def __init__(self, secret: bytes, clock: Clock) -> None:
        self._secret = secret
        self._clock = clock

    def write(
        self, webhook_id: str, tracking_number: str, *scans: Scan
    ) -> tuple[dict[str, str], bytes]:
        """Return a message about a parcel, as the carrier sends it now: its headers and body."""
        sent_at = self._clock.now().isoformat()
        document = {"id": webhook_id, "parcel": tracking_number, "scans": [*map(_written, scans)]}
        body = json.dumps(document).encode()
        return {SENT_AT: sent_at, SIGNATURE: self._signature(sent_at, body)}, body

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> ScanWebhook:
        """Verify and read a webhook."""
        given = {name.lower(): value for name, value in headers.items()}
        sent_at = given.get(SENT_AT.lower(), "")
        expected = self._signature(sent_at, body)
        if not compare_digest(expected.encode(), given.get(SIGNATURE.lower(), "").encode()):
            raise _forged("the signature is not the carrier's")
        now = self._clock.now()
        if abs(now - instant(datetime.fromisoformat(sent_at))) > _LONGEST_UNDER_WAY:
            raise _forged(f"it was sent at {sent_at}, and now it is {now.isoformat()}")
        try:
            return _webhook(read_json(body, "webhook"), now)
        except ValueError as error:
            raise _forged(str(error)) from error

    def _signature(self, sent_at: str, body: bytes) -> str:
        return new(self._secret, sent_at.encode() + b"\n" + body, sha256).hexdigest()


def _forged(message: str) -> ForgedWebhookError:
    return ForgedWebhookError("memory carrier", "reading a message", message)


def _written(scan: Scan) -> dict[str, str | None]:
    return {
        "at": scan.at.isoformat(),
        "status": scan.status,
        "code": scan.code,
        "text": scan.text,
        "place": scan.place,
        "cause": scan.cause,
    }


def _webhook(answer: Answer, now: datetime) -> ScanWebhook:
    tracking = Tracking(
        tracking_number=answer.text("parcel"),
        scans=in_order(_scan(scan) for scan in answer.each("scans")),
        url=None,
    )
    return ScanWebhook(id=answer.text("id"), received_at=now, tracking=tracking)


def _scan(answer: Answer) -> Scan:
    return Scan(
        at=answer.moment("at"),
        status=answer.text("status"),
        code=answer.text("code"),
        text=answer.text_or_none("text") or "",
        place=answer.text_or_none("place"),
        cause=SentBackCause(answer.text("cause")),
    )
