"""Some eighty carriers through a server of karrio: rates, labels, cancelling and tracking.

karrio itself knows no idempotency keys. Ours is kept with its shipment, and a shipment is looked up
before one is created: whatever answer was lost, a retry finds what was done. Clauses L12, R3, S1
and S3.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus

from vintage_rules.adapters.http_requests import PATIENCE, HttpConnection, Response, status_and_text
from vintage_rules.adapters.json_answers import Answer, Json, read_json
from vintage_rules.adapters.karrio_shipping import document, price, rates, request, service
from vintage_rules.adapters.karrio_tracking import STATUSES, reading
from vintage_rules.ids import identifier
from vintage_rules.ports.carrier import (
    Cancelled,
    Followed,
    Label,
    NotTracked,
    Rate,
    Shipment,
    ShipmentRefusal,
    ShipmentRefused,
    Tracking,
)

KEY = "vintage-rules-key"
_NUMBER = re.compile(r"[A-Za-z0-9._-]{1,50}")
_TRACK, _RATES, _LABEL, _CANCEL = "tracking", "rates", "label", "cancelling"
_DRAFT, _CANCELLED = "draft", "cancelled"
_NO_RATES = "no-rates"
_LONGEST_REFERENCE = 100
# An error about one of the addresses begins so.
_ADDRESSES = ("recipient.", "shipper.")
_MANY = "100"
# karrio reports a carrier that does not answer, or breaks its connector, with a code of this kind.
_BROKEN = "SHIPPING_SDK_INTERNAL_ERROR"
_NOT_SERVED = {
    "SHIPPING_SDK_DESTINATION_NOT_SERVICED_ERROR",
    "SHIPPING_SDK_ORIGIN_NOT_SERVICED_ERROR",
}
_R = ShipmentRefusal


class KarrioCarrier:
    """A `Carrier` over a running karrio server.

    Needs the extra `karrio` and a key of the server's.

    `carrier_ids` are the connections to use, all where it is empty. `zone` is the IANA name of the
    zone of the carrier's clocks: karrio drops the offsets of scans, and without a zone a scan that
    has none is refused.
    """

    def __init__(
        self,
        url: str,
        key: str,
        *,
        carrier_ids: Sequence[str] = (),
        zone: str | None = None,
        timeout: float = PATIENCE,
    ) -> None:
        headers = {"Authorization": f"Token {key}", "Accept": "application/json"}
        self._connection = HttpConnection("karrio", url, headers, timeout)
        self._carrier_ids = tuple(carrier_ids)
        self._reading = reading(zone)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def track(self, tracking_number: str) -> Followed:
        """Return where a parcel has been seen: one posted here, or one that karrio follows."""
        nobodys = NotTracked(tracking_number=tracking_number)
        if not _NUMBER.fullmatch(tracking_number):
            return nobodys
        response = self._connection.send(_TRACK, "GET", f"/v1/trackers/{tracking_number}")
        with self._connection.parsing(_TRACK):
            answer = read_json(response.content)
            if response.status_code == HTTPStatus.OK:
                return self._reading.tracking(answer)
            # A parcel that has not been seen may have no tracker yet.
            answer.get("errors").items()
            if self._by_number(_TRACK, tracking_number) is None:
                return nobodys
            return Tracking(tracking_number=tracking_number, scans=(), url=None)

    def rates(self, shipment: Shipment) -> tuple[Rate, ...]:
        """Return what each service would cost."""
        body = request(shipment, self._carrier_ids)
        response = self._connection.send(_RATES, "POST", "/v1/proxy/rates", body=body)
        with self._connection.parsing(_RATES):
            if response.status_code == HTTPStatus.OK:
                return rates(read_json(response.content))
            self._refusal(_RATES, response)
            return ()

    def label(self, key: str, shipment: Shipment) -> Label | ShipmentRefused:
        """Buy a label, or return the one that this key already has."""
        identifier(key, "key")
        with self._connection.parsing(_LABEL):
            known = self._by_key(key, shipment) or self._drafted(key, shipment)
            if isinstance(known, Answer) and known.text("status") == _DRAFT:
                known = self._bought(known, shipment)
            return known if isinstance(known, ShipmentRefused) else self._label(known)

    def cancel(self, key: str, tracking_number: str) -> Cancelled | ShipmentRefused:
        """Cancel a label."""
        identifier(key, "key")
        with self._connection.parsing(_CANCEL):
            known = self._by_number(_CANCEL, tracking_number)
            if known is None:
                return ShipmentRefused(reason=_R.UNKNOWN_PARCEL, code="not_found")
            if known.text("status") != _CANCELLED and self._seen(tracking_number):
                return ShipmentRefused(reason=_R.ALREADY_HANDED_IN, code="seen")
            path = f"/v1/shipments/{known.text('id')}/cancel"
            response = self._connection.send(_CANCEL, "POST", path)
            if response.status_code in (HTTPStatus.OK, HTTPStatus.ACCEPTED):
                return Cancelled()
            if response.status_code == HTTPStatus.CONFLICT:
                return ShipmentRefused(reason=_R.ALREADY_HANDED_IN, code="state_error")
            return self._refusal(_CANCEL, response)

    def _seen(self, tracking_number: str) -> bool:
        # karrio itself would give back a label whose parcel is under way.
        response = self._connection.send(_CANCEL, "GET", f"/v1/trackers/{tracking_number}")
        answer = read_json(response.content)
        return any(event.text_or_none("status") in STATUSES for event in answer.each("events"))

    def _by_number(self, act: str, tracking_number: str) -> Answer | None:
        # karrio finds every number that holds this one.
        found = self._shipments(act, {"tracking_number": tracking_number})
        exactly = (each for each in found if each.text("tracking_number") == tracking_number)
        return next(exactly, None)

    def _by_key(self, key: str, shipment: Shipment) -> Answer | None:
        query = {"reference": _reference(shipment), "metadata_value": key}
        found = self._shipments(_LABEL, query)
        ours = [each for each in found if each.get("metadata").text_or_none(KEY) == key]
        bought = [each for each in ours if each.text("status") != _DRAFT]
        # The oldest comes last, so two workers that drafted at once choose the same one.
        return next(reversed(bought or ours), None)

    def _shipments(self, act: str, query: dict[str, str]) -> tuple[Answer, ...]:
        response = self._connection.send(
            act, "GET", "/v1/shipments", query={**query, "limit": _MANY}
        )
        if response.status_code != HTTPStatus.OK:
            raise self._connection.rejected(act, response)
        return read_json(response.content).get("results").items()

    def _drafted(self, key: str, shipment: Shipment) -> Answer | ShipmentRefused:
        body: dict[str, Json] = {**request(shipment, self._carrier_ids), "metadata": {KEY: key}}
        body["reference"] = _reference(shipment)
        response = self._connection.send(_LABEL, "POST", "/v1/shipments", body=body)
        if response.status_code != HTTPStatus.CREATED:
            return self._refusal(_LABEL, response)
        return self._by_key(key, shipment) or read_json(response.content)

    def _bought(self, draft: Answer, shipment: Shipment) -> Answer | ShipmentRefused:
        wanted = [rate for rate in draft.each("rates") if shipment.service in (None, service(rate))]
        if not wanted:
            return _no_rates(draft)
        chosen = min(wanted, key=lambda rate: (price(rate).amount, service(rate)))
        path = f"/v1/shipments/{draft.text('id')}"
        body: Json = {"selected_rate_id": chosen.text("id")}
        response = self._connection.send(_LABEL, "POST", f"{path}/purchase", body=body)
        if (
            response.status_code == HTTPStatus.CONFLICT
        ):  # another request with the same key was faster
            response = self._connection.send(_LABEL, "GET", path)
        if response.status_code != HTTPStatus.OK:
            return self._refusal(_LABEL, response)
        return read_json(response.content)

    def _label(self, bought: Answer) -> Label:
        path = f"/v1/shipments/{bought.text('id')}/documents/label"
        response = self._connection.send(_LABEL, "POST", path)
        content, media_type = document(read_json(response.content))
        page = bought.text_or_none("tracking_url") or ""
        return Label(
            tracking_number=bought.text("tracking_number"),
            document=content,
            media_type=media_type,
            price=price(bought.get("selected_rate")),
            tracking_url=page if page.startswith("https:") else None,
        )

    def _refusal(self, act: str, response: Response) -> ShipmentRefused:
        """Return a refusal of the carrier; raise for our mistake or an outage behind karrio."""
        answer = read_json(response.content)
        messages = (answer.each("errors") or answer.each("messages"))[:1]
        for first in messages:
            code, words = first.text("code"), first.text_or_none("message") or ""
            if response.status_code == HTTPStatus.BAD_REQUEST and words.startswith(_ADDRESSES):
                return ShipmentRefused(reason=_R.ADDRESS_NOT_SERVED, code=words.partition(":")[0])
            if response.status_code == HTTPStatus.FAILED_DEPENDENCY and code != _BROKEN:
                return ShipmentRefused(reason=_reason(code), code=code)
        if response.status_code == HTTPStatus.FAILED_DEPENDENCY:
            raise self._connection.unavailable(act, status_and_text(response))
        raise self._connection.rejected(act, response)


def _reference(shipment: Shipment) -> str:
    return shipment.reference[:_LONGEST_REFERENCE]


def _no_rates(draft: Answer) -> ShipmentRefused:
    codes = [message.text("code") for message in draft.each("messages")] or [_NO_RATES]
    return ShipmentRefused(reason=_reason(codes[0]), code=codes[0])


def _reason(code: str) -> ShipmentRefusal:
    if code in _NOT_SERVED:
        return _R.ADDRESS_NOT_SERVED
    return _R.NOT_POSSIBLE if code == _NO_RATES else _R.REFUSED
