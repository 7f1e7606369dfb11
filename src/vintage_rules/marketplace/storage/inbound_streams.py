"""Which parcel a tracking number stands for, and which messages of the outside have come already.

Two kinds of stream that are written once: a number is given to one parcel, and a message that comes
again is known by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar, TypeAlias

from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import CorruptHistoryError
from vintage_rules.ids import OrderId, ParcelId
from vintage_rules.ports.payments import WebhookKind


@frozen(kw_only=True)
class NumberGiven:
    """A carrier's number stands for this parcel of an order."""

    name: ClassVar[str] = "number-given"
    at: datetime = field(converter=instant)
    order: OrderId
    parcel: ParcelId


@frozen(kw_only=True)
class WebhookReceived:
    """A message of the outside was verified and taken."""

    name: ClassVar[str] = "webhook-taken"
    at: datetime = field(converter=instant)
    sender: str
    kind: str
    reference: str | None
    order: str | None
    code: str


NumberEvent: TypeAlias = NumberGiven
WebhookEvent: TypeAlias = WebhookReceived

# What a person must look into, since no rule of ours can mend it.
ALARMING: Mapping[str, str] = {
    WebhookKind.DISPUTED: "the buyer disputes the payment",
    WebhookKind.REFUND_FAILED: "a refund that was passed on has failed",
}


def evolve_number(given: NumberGiven | None, event: NumberGiven) -> NumberGiven:
    """Give the parcel a number stands for: the last it was given to."""
    return event if given is None or event.at >= given.at else given


def evolve_webhook(taken: WebhookReceived | None, event: WebhookReceived) -> WebhookReceived:
    """Give a message that was taken. Raises `CorruptHistoryError` for one that was taken twice."""
    if taken is not None:
        raise CorruptHistoryError(event, taken)
    return event
