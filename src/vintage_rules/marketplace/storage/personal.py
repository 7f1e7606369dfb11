"""What identifies people, as a shop keeps it: by field, apart from the events, until it is erased.

An event is for ever and names people by the host's identifiers alone. What a person has written or
lives at belongs to the stream of that event under one of the names here, and is read when a mail
or a label needs it. Where it was erased, nothing is read, and the events are as they were.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from vintage_rules.places import Place
from vintage_rules.ports.directory import PostalAddress
from vintage_rules.ports.store import EventStore, PersonalData

SHIPPING_ADDRESS = "shipping-address"
"""Where the parcels of an order go, as its buyer gave it."""

WORDS = "words"
"""What the buyer of a gift card wrote on it: one field of the same name."""

# What is not written on a parcel line by line: see `postal_address`.
_NOT_LINES = frozenset({"name", "country", "postal_code", "city", "phone", "email"})


def kept(
    stream: str, name: str, person: str, fields: Mapping[str, str], at: datetime
) -> PersonalData:
    """Return fields of a person as a store keeps them.

    >>> from datetime import UTC
    >>> kept(
    ...     "card/1",
    ...     "words",
    ...     "zoe",
    ...     {"words": "À toi"},
    ...     datetime(2026, 9, 7, tzinfo=UTC),
    ... ).data
    '{"words":"À toi"}'
    """
    data = json.dumps(dict(fields), ensure_ascii=False, separators=(",", ":"))
    return PersonalData(stream=stream, name=name, person=person, at=at, data=data)


def fields_kept(store: EventStore, stream: str, name: str) -> dict[str, str] | None:
    """Return the fields kept under a name of a stream; None where there are none any more."""
    for each in store.personal(stream):
        if each.name == name:
            fields: dict[str, str] = json.loads(each.data)
            return fields
    return None


def postal_address(fields: Mapping[str, str], place: Place) -> PostalAddress:
    """Return the fields of an address as they are written on a parcel to a place.

    The first line is `name`, then every field without a meaning of its own, in the order given.

    >>> postal_address(
    ...     {"name": "Zoé", "line1": "1 rue Neuve", "line2": "", "city": "Bordeaux"},
    ...     Place(country="FR", postal_code="33000", city="Bordeaux"),
    ... ).lines
    ('1 rue Neuve',)
    """
    lines = (text for name, text in fields.items() if name not in _NOT_LINES)
    return PostalAddress(
        name=fields.get("name", ""),
        lines=tuple(line for line in lines if line.strip()),
        place=place,
        phone=fields.get("phone"),
        email=fields.get("email"),
    )
