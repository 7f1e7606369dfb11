"""Webhooks of a provider in memory: signed with a shared secret, and dated.

The header `Memory-Signature` holds when it was signed, in seconds, and the HMAC-SHA-256 of that and
the body.
"""

from __future__ import annotations

import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from vintage_rules.errors import ForgedWebhookError
from vintage_rules.ids import OrderId
from vintage_rules.ports.payments import PaymentWebhook, WebhookKind

PORT = "memory"
HEADER = "memory-signature"
FRESH_FOR = timedelta(minutes=5)
_SIGNATURE = re.compile(r"t=(?P<seconds>\d{1,12}),v1=(?P<digest>[0-9a-f]{64})")
_KINDS = {kind.value: kind for kind in WebhookKind}


def written(webhook: PaymentWebhook, word: str | None = None) -> bytes:
    """Return a webhook as it is sent; `word` replaces its kind."""
    fields = {
        "id": webhook.id,
        "kind": word or webhook.kind.value,
        "at": webhook.at.isoformat(),
        "reference": webhook.reference,
        "order": webhook.order,
        "code": webhook.code,
        "key": webhook.key,
    }
    return json.dumps(fields, sort_keys=True).encode()


def signed(body: bytes, secret: str, at: datetime) -> dict[str, str]:
    """Return the headers that a body travels with when it is sent at a moment."""
    seconds = int(at.timestamp())
    return {"Memory-Signature": f"t={seconds},v1={_digest(body, secret, seconds)}"}


def _digest(body: bytes, secret: str, seconds: int) -> str:
    return hmac.new(secret.encode(), b"%d." % seconds + body, sha256).hexdigest()


def read(headers: Mapping[str, str], body: bytes, secret: str, now: datetime) -> PaymentWebhook:
    """Verify and read a webhook.

    Raises:
        ForgedWebhookError: Saying what is wrong with it.
    """
    seconds = _verified(headers, body, secret)
    sent = datetime.fromtimestamp(seconds, UTC)
    if not now - FRESH_FOR <= sent <= now + FRESH_FOR:
        raise _forged(f"signed at {sent.isoformat()}, not within {FRESH_FOR} of now")
    return _understood(body)


def _verified(headers: Mapping[str, str], body: bytes, secret: str) -> int:
    signatures = [value for name, value in headers.items() if name.lower() == HEADER]
    found = _SIGNATURE.fullmatch(signatures[0]) if signatures else None
    if found is None:
        raise _forged("no signature that can be read")
    seconds = int(found["seconds"])
    if not hmac.compare_digest(found["digest"], _digest(body, secret, seconds)):
        raise _forged("the signature is not that of the body")
    return seconds


def _understood(body: bytes) -> PaymentWebhook:
    try:
        fields = json.loads(body)
        return PaymentWebhook(
            id=str(fields["id"]),
            kind=_KINDS.get(fields["kind"], WebhookKind.UNKNOWN),
            at=datetime.fromisoformat(fields["at"]),
            reference=fields["reference"],
            order=None if fields["order"] is None else OrderId(fields["order"]),
            code=str(fields["code"]),
            key=fields["key"],
        )
    except (KeyError, RecursionError, TypeError, ValueError) as error:
        raise _forged(f"not whole: {error}") from error


def _forged(message: str) -> ForgedWebhookError:
    return ForgedWebhookError(PORT, "read webhook", message)
