"""What has happened to a parcel. Events are past and carry results, never policy.

Clauses S1, S2, S3, L14, R10.
"""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, TypeAlias

from attrs import frozen

from vintage_rules.ids import ParcelId
from vintage_rules.machine import checked
from vintage_rules.shipping.parcel.states import SentBackCause


@frozen(kw_only=True, field_transformer=checked)
class ParcelAnnounced:
    """A parcel is expected from its sender; for the second time, where it is sent again."""

    name: ClassVar[str] = "parcel-announced"
    at: datetime
    parcel: ParcelId


@frozen(kw_only=True, field_transformer=checked)
class ParcelHandedIn:
    """A parcel was handed in, and its buyer is mailed the tracking number.

    It is overdue from `overdue_at`, if known.
    """

    name: ClassVar[str] = "parcel-handed-in"
    at: datetime
    tracking_number: str
    overdue_at: datetime | None


@frozen(kw_only=True, field_transformer=checked)
class TrackingNumberCorrected:
    """The number of a parcel was wrong, and its buyer is mailed the right one.

    What was seen under the wrong number may have been another parcel: where this one is remains as
    it was, and any scan since the hand-in may move it from there.
    """

    name: ClassVar[str] = "tracking-number-corrected"
    at: datetime
    tracking_number: str


@frozen(kw_only=True, field_transformer=checked)
class ParcelMoved:
    """A scan saw the parcel on its way."""

    name: ClassVar[str] = "parcel-moved"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ParcelHeld:
    """Customs hold the parcel."""

    name: ClassVar[str] = "parcel-held"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ParcelDelivered:
    """The parcel reached its buyer."""

    name: ClassVar[str] = "parcel-delivered"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ParcelSentBack:
    """The parcel is on its way back to its sender."""

    name: ClassVar[str] = "parcel-sent-back"
    at: datetime
    cause: SentBackCause


@frozen(kw_only=True, field_transformer=checked)
class ParcelBack:
    """The parcel is back at its sender."""

    name: ClassVar[str] = "parcel-back"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class BuyerAsked:
    """The buyer got the question whether the order shall be refunded."""

    name: ClassVar[str] = "buyer-asked"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class RefundAgreed:
    """The buyer agreed to be refunded."""

    name: ClassVar[str] = "refund-agreed"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class RefundDeclined:
    """The buyer prefers the parcel to a refund.

    It is kept for them until it is sent again or they agree.
    """

    name: ClassVar[str] = "refund-declined"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ParcelOverdue:
    """The latest estimate passed without a delivery. Only time brings this, once a journey."""

    name: ClassVar[str] = "parcel-overdue"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ParcelLost:
    """The search for the parcel ended without it."""

    name: ClassVar[str] = "parcel-lost"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ParcelFound:
    """A parcel given up for lost turned up: a person reports it, or a scan of its delivery."""

    name: ClassVar[str] = "parcel-found"
    at: datetime


@frozen(kw_only=True, field_transformer=checked)
class ScanNoted:
    """A scan that changes nothing.

    It is unknown, older than what is known, or of no consequence in the state of the parcel.
    """

    name: ClassVar[str] = "scan-noted"
    at: datetime
    status: str


ParcelEvent: TypeAlias = (
    ParcelAnnounced
    | ParcelHandedIn
    | TrackingNumberCorrected
    | ParcelMoved
    | ParcelHeld
    | ParcelDelivered
    | ParcelSentBack
    | ParcelBack
    | BuyerAsked
    | RefundAgreed
    | RefundDeclined
    | ParcelOverdue
    | ParcelLost
    | ParcelFound
    | ScanNoted
)
"""An event of the machine `PARCEL`."""
