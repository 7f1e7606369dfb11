"""A server that answers as La Poste's *Suivi*, version 2, by the public description of it.

Written by hand from the OpenAPI document and the list of codes at
developer.laposte.fr/catalog-apis/suivi@2: the names, the kinds and the nesting of the fields are
theirs, the values are invented.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from attrs import define, field

from tests.adapters.loopback import Asked, Reply

KEY = "a-key-of-64-characters"
Event = Mapping[str, object]


def envelope(code: int, **more: object) -> dict[str, object]:
    """Write what is around every answer."""
    return {"lang": "fr_FR", "scope": "open", "returnCode": code, **more}


def shipment(number: str, events: Sequence[Event]) -> dict[str, object]:
    """Write about one parcel: the last event first, and its five steps."""
    steps = [
        {"id": step, "shortLabel": f"étape {step}", "status": step == 1, "type": 1}
        for step in range(1, 6)
    ]
    known = [event for event in events if event.get("country")]
    for step, event in zip(steps, known, strict=False):
        step |= {"date": event["date"], "country": event["country"]}
    return {
        "idShip": number,
        "holder": 4,
        "product": "Colissimo",
        "isFinal": False,
        "entryDate": "2026-09-07T08:00:00+02:00",
        "timeline": steps,
        "event": [
            {
                "order": 100 - place,
                "date": event["date"],
                "label": event["label"],
                "code": event["code"],
            }
            for place, event in enumerate(events)
        ],
        "contextData": {
            "deliveryChoice": {"deliveryChoice": 0},
            "originCountry": "FR",
            "arrivalCountry": "DE",
        },
        "url": "https://www.laposte.fr/outils/suivre-vos-envois?code=",
    }


def said(status: int, answer: object) -> Reply:
    """Write an answer."""
    return Reply(status, json.dumps(answer).encode(), "application/json;charset=UTF-8")


@define
class PostOffice:
    """What the server knows: the events of each number. `listed` makes it answer with a list."""

    parcels: dict[str, Sequence[Event]] = field(factory=dict)
    listed: bool = False

    def answer(self, asked: Asked) -> Reply:
        """Answer one request."""
        if asked.headers.get("x-okapi-key") != KEY:
            return Reply(401, b"Unauthorized", "text/plain")
        prefix, _, number = asked.path.rpartition("/")
        if asked.method != "GET" or prefix != "/suivi/v2/idships":
            return Reply(404, b"no Route matched with those values", "text/plain")
        if not 11 <= len(number) <= 15:
            message = "Le numéro saisi n’est pas valide."
            return said(400, envelope(400, returnMessage=message, idShip=number))
        if number not in self.parcels:
            message = "Votre suivi n’est pas encore disponible."
            return said(404, envelope(104, returnMessage=message, idShip=number))
        found = envelope(200, shipment=shipment(number, self.parcels[number]))
        return said(200, [found] if self.listed else found)
