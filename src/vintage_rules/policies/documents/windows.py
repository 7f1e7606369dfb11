"""Times in which something may be done, as documents write them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated

from pydantic import Field, PlainValidator, WithJsonSchema

from vintage_rules.dates import Pick, Roll, Several, Unit, Window
from vintage_rules.policies.documents.common import Record
from vintage_rules.policies.documents.reading import Finding, refusal
from vintage_rules.policies.documents.values import Dates, Length, LengthThatEnds, named
from vintage_rules.policies.shapes import items_in, table_in
from vintage_rules.returns.terms import ACCEPTED, INFORMED, RECEIVED, RECOVERED, REQUESTED

ANCHORS = (
    "offer-sent",
    "reviewed",
    "accepted",
    "ordered",
    "paid",
    "dispatched",
    "latest-estimate",
    "delivered",
    "delivery-scan",
    "received",
    "day-after-received",
    "issue-reported",
    "requested",
    "return-accepted",
    "posted",
    "returned",
    "checked",
)
"""The events that a window may start at: of an offer, an order, a parcel, a return, in order."""

_AT_LEAST_TWO = 2
_SEVERAL = {"earliest_of": Pick.EARLIEST, "latest_of": Pick.LATEST}


def _anchor(value: object) -> str | Several:
    if isinstance(value, str) and value in ANCHORS:
        return value
    for key, listed in table_in(value).items():
        events = tuple(event for event in items_in(listed) if event in ANCHORS)
        whole = len(events) == len(set(events)) == len(items_in(listed)) >= _AT_LEAST_TWO
        if key in _SEVERAL and whole and len(table_in(value)) == 1:
            return Several(pick=_SEVERAL[key], events=tuple(map(str, events)))
    several = 'of several { latest_of = ["received", "paid"] } or { earliest_of = … }'
    raise refusal(f"one of {', '.join(ANCHORS)}, or {several}")


Anchor = Annotated[
    str | Several,
    PlainValidator(_anchor),
    WithJsonSchema(
        {
            "oneOf": [
                {"enum": list(ANCHORS)},
                {
                    "type": "object",
                    "properties": {
                        key: {
                            "type": "array",
                            "items": {"enum": list(ANCHORS)},
                            "minItems": _AT_LEAST_TWO,
                            "uniqueItems": True,
                            "description": f"the {pick} of these events",
                        }
                        for key, pick in _SEVERAL.items()
                    },
                    "additionalProperties": False,
                    "minProperties": 1,
                    "maxProperties": 1,
                },
            ]
        }
    ),
]


class WindowDocument(Record):
    """From an event on, for so long: { anchor = received, length = 14 days, roll = none }."""

    anchor: Anchor = Field(
        description="the event it starts at, such as received, or { latest_of = [ … ] } of several"
    )
    length: Length = Field(description="how long it lasts, such as 14 days")
    roll: Annotated[Roll, named] = Field(
        description="what becomes of a last day that is a Saturday, a Sunday or a public holiday"
    )

    def to_policy(self) -> Window:
        """Build the window that the rules take."""
        return Window(anchor=self.anchor, length=self.length, roll=self.roll)


class EndingWindowDocument(WindowDocument):
    """A window that ends: with a day, or at a moment where it counts hours."""

    length: LengthThatEnds = Field(description="how long it lasts, such as 14 days or 48 hours")

    @classmethod
    def findings(cls, table: Mapping[str, object]) -> Iterator[Finding]:
        """Ask that what ends at a moment does not move on to another day."""
        length, roll = str(table.get("length")), table.get("roll")
        elapsed = any(unit.removesuffix("s") in length for unit in (Unit.HOURS, Unit.MINUTES))
        if elapsed and roll == Roll.NEXT_WORKING_DAY.value:
            yield Finding(("roll",), f"{Roll.NONE} for a window of hours or minutes", roll)


class DatedWindowDocument(WindowDocument):
    """A window that ends with a day."""

    length: Dates = Field(description="how long it lasts, such as 14 days")


def _one_of(*anchors: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if not isinstance(value, str) or value not in anchors:
            raise refusal(f"one of {', '.join(anchors)}")
        return value

    return read


_POSTING = (REQUESTED, ACCEPTED, RECEIVED)
_LAW = (INFORMED, RECOVERED)


class PostingWindowDocument(DatedWindowDocument):
    """The time in which a return is posted."""

    anchor: Annotated[
        str | Several, PlainValidator(_one_of(*_POSTING)), WithJsonSchema({"enum": list(_POSTING)})
    ] = Field(description="the event it starts at; never before the pieces were received")


class LegalWindowDocument(DatedWindowDocument):
    """The time that a law gives for a refund."""

    anchor: Annotated[
        str | Several, PlainValidator(_one_of(*_LAW)), WithJsonSchema({"enum": list(_LAW)})
    ] = Field(
        description="informed, but never before the goods or the proof of their dispatch are "
        "there; or recovered, the day these are there"
    )


class ReceiptWindowDocument(DatedWindowDocument):
    """A time that starts when a return was received."""

    anchor: Annotated[
        str | Several, PlainValidator(_one_of(RECEIVED)), WithJsonSchema({"enum": [RECEIVED]})
    ] = Field(description="the event it starts at")
