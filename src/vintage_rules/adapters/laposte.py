"""La Poste's own tracking of letters, Colissimo and Chronopost. Clauses S1 and S3.

The interface *Suivi* in its version 2, as documented at developer.laposte.fr/catalog-apis/suivi@2:
`GET /idships/{number}` with a header `X-Okapi-Key`. The list of codes of events is that of the same
pages.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType

from vintage_rules.adapters.http_requests import PATIENCE, HttpConnection
from vintage_rules.adapters.json_answers import Answer, read_json
from vintage_rules.ports.carrier import (
    Followed,
    NotTracked,
    Scan,
    Tracking,
    in_order,
    status_of,
)
from vintage_rules.shipping.parcel.states import ScanStatus

URL = "https://api.laposte.fr/suivi/v2"
_PAGE = "https://www.laposte.fr/outils/suivre-vos-envois?code="
_NUMBER = re.compile(r"[A-Za-z0-9]{11,15}")
_ACT = "tracking"
# The codes of an answer about one number that say: unknown, or not yet known.
_NOTHING = {101, 104, 105, 109, 400, 404}
_S = ScanStatus

# Every documented code that says one of our statuses. Of the others, DR1 (announced by its sender)
# is not on its way yet, and PB1 (a problem) and ND1 (cannot be delivered) do not say what comes of
# it: they stay unknown, under their own code.
CODES: Mapping[str, ScanStatus] = MappingProxyType(
    {
        "PC1": _S.IN_TRANSIT,  # taken in charge
        "PC2": _S.IN_TRANSIT,  # taken in charge in the country it comes from
        "ET1": _S.IN_TRANSIT,  # being handled
        "ET2": _S.IN_TRANSIT,  # the same, in the country it comes from
        "ET3": _S.IN_TRANSIT,  # the same, in the country it goes to
        "ET4": _S.IN_TRANSIT,  # the same, in a country between
        "EP1": _S.IN_TRANSIT,  # waiting to be delivered
        "DO1": _S.IN_TRANSIT,  # entering customs, as every parcel from abroad does
        "DO2": _S.IN_TRANSIT,  # leaving customs
        "DO3": _S.HELD_AT_CUSTOMS,
        "PB2": _S.IN_TRANSIT,  # a problem is solved
        "MD2": _S.IN_TRANSIT,  # being delivered
        "AG1": _S.IN_TRANSIT,  # waiting at a counter to be fetched
        "RE1": _S.GOING_BACK,
        "DI1": _S.DELIVERED,
        "DI2": _S.BACK_AT_SENDER,  # delivered to its sender
    }
)
DOCUMENTED = frozenset({*CODES, "DR1", "PB1", "ND1"})


class LaPosteTracker:
    """A `Tracker` of what La Poste carries. Needs the extra `laposte` and a key of its own.

    `language` is that of the words of scans: one of fr_FR, en_GB, de_DE, es_ES, it_IT, nl_NL.
    """

    def __init__(
        self, key: str, *, url: str = URL, language: str = "fr_FR", timeout: float = PATIENCE
    ) -> None:
        headers = {"X-Okapi-Key": key, "Accept": "application/json"}
        self._connection = HttpConnection("laposte", url, headers, timeout)
        self._language = language

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def track(self, tracking_number: str) -> Followed:
        """Return where a parcel has been seen."""
        nobodys = NotTracked(tracking_number=tracking_number)
        if not _NUMBER.fullmatch(tracking_number):
            return nobodys
        path, query = f"/idships/{tracking_number}", {"lang": self._language}
        response = self._connection.send(_ACT, "GET", path, query=query)
        with self._connection.parsing(_ACT):
            answer = read_json(response.content)
            if response.status_code in (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND):
                # Both have a code of La Poste's; an answer without one is not La Poste's.
                answer.count("returnCode")
                return nobodys
            return _followed(answer, tracking_number)


def _followed(answer: Answer, tracking_number: str) -> Followed:
    # One number is answered with an object, several (and one, by the specification) with a list.
    envelope = answer.items()[0] if isinstance(answer.value, list) and answer.value else answer
    shipment = envelope.get("shipment")
    if not envelope.has("shipment") and envelope.count("returnCode") in _NOTHING:
        return NotTracked(tracking_number=tracking_number)
    if shipment.text("idShip").upper() != tracking_number.upper():
        raise shipment.get("idShip").wrong(f"the number requested, {tracking_number}")
    countries = _countries(shipment)
    # La Poste lists the last event first.
    events = reversed(shipment.each("event"))
    return Tracking(
        tracking_number=tracking_number,
        scans=in_order(_scan(event, countries) for event in events),
        url=f"{_PAGE}{tracking_number}",
    )


def _countries(shipment: Answer) -> Mapping[str, str]:
    steps = shipment.each("timeline")
    return {
        step.text("date"): step.text("country")
        for step in steps
        if step.has("date") and step.has("country")
    }


def _scan(event: Answer, countries: Mapping[str, str]) -> Scan:
    code = event.text("code")
    return Scan(
        at=event.moment("date"),
        status=status_of(code, CODES),
        code=code,
        text=event.text_or_none("label") or "",
        place=countries.get(event.text("date")),
    )
