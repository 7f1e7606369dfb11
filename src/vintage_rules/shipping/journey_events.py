"""What a parcel can be, what it can be told, and what has happened to it. Clauses S1, S2, S3,
L14, R10.

Commands are imperative; events are past and carry results, never policy. An `until` is always
exclusive.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from attrs import frozen

from vintage_rules.dates import instant
from vintage_rules.ids import ParcelId


class ParcelState(StrEnum):
    """Where a parcel is."""

    ANNOUNCED = "announced"
    HANDED_IN = "handed-in"
    UNDER_WAY = "under-way"
    HELD_AT_CUSTOMS = "held-at-customs"
    OVERDUE = "overdue"
    HELD_OVERDUE = "held-overdue"
    DELIVERED = "delivered"
    GOING_BACK = "going-back"
    BACK_AT_SENDER = "back-at-sender"
    BUYER_ASKED = "buyer-asked"
    REFUND_AGREED = "refund-agreed"
    REFUND_DECLINED = "refund-declined"
    LOST = "lost"
    FOUND = "found"


class ScanStatus(StrEnum):
    """What a carrier's scan can say, in our words: `DELIVERED` to who it was sent to, and never to
    its sender. Anything else stays what the carrier called it, and so does a delivery of which
    nobody can say to whom.
    """

    IN_TRANSIT = "in-transit"
    HELD_AT_CUSTOMS = "held-at-customs"
    DELIVERED = "delivered"
    GOING_BACK = "going-back"
    BACK_AT_SENDER = "back-at-sender"


class SentBackCause(StrEnum):
    """Why a parcel goes back to its sender."""

    UNPAID_DUTIES = "unpaid-duties"
    REFUSED = "refused"
    UNDELIVERABLE = "undeliverable"
    UNKNOWN = "unknown"


@frozen(kw_only=True)
class ParcelAnnounced:
    """A parcel is expected from its sender; for the second time, where it is sent again."""

    name: ClassVar[str] = "parcel-announced"
    at: datetime
    parcel: ParcelId


@frozen(kw_only=True)
class ParcelHandedIn:
    """A parcel was handed in, and its buyer is mailed the tracking number. It is overdue from
    `overdue_at`, if known.
    """

    name: ClassVar[str] = "parcel-handed-in"
    at: datetime
    tracking_number: str
    overdue_at: datetime | None


@frozen(kw_only=True)
class ParcelMoved:
    """A scan saw the parcel on its way."""

    name: ClassVar[str] = "parcel-moved"
    at: datetime


@frozen(kw_only=True)
class ParcelHeld:
    """Customs hold the parcel."""

    name: ClassVar[str] = "parcel-held"
    at: datetime


@frozen(kw_only=True)
class ParcelDelivered:
    """The parcel reached its buyer."""

    name: ClassVar[str] = "parcel-delivered"
    at: datetime


@frozen(kw_only=True)
class ParcelSentBack:
    """The parcel is on its way back to its sender."""

    name: ClassVar[str] = "parcel-sent-back"
    at: datetime
    cause: SentBackCause


@frozen(kw_only=True)
class ParcelBack:
    """The parcel is back at its sender."""

    name: ClassVar[str] = "parcel-back"
    at: datetime


@frozen(kw_only=True)
class BuyerAsked:
    """The buyer was asked whether the order shall be refunded."""

    name: ClassVar[str] = "buyer-asked"
    at: datetime


@frozen(kw_only=True)
class RefundAgreed:
    """The buyer agreed to be refunded."""

    name: ClassVar[str] = "refund-agreed"
    at: datetime


@frozen(kw_only=True)
class RefundDeclined:
    """The buyer would rather have the parcel; it is kept for them until it is sent again or they
    agree.
    """

    name: ClassVar[str] = "refund-declined"
    at: datetime


@frozen(kw_only=True)
class ParcelOverdue:
    """The latest estimate passed without a delivery. Only time brings this, once a journey."""

    name: ClassVar[str] = "parcel-overdue"
    at: datetime


@frozen(kw_only=True)
class ParcelLost:
    """The search for the parcel ended without it."""

    name: ClassVar[str] = "parcel-lost"
    at: datetime


@frozen(kw_only=True)
class ParcelFound:
    """A parcel given up for lost turned up: somebody says so, or a scan that it was delivered."""

    name: ClassVar[str] = "parcel-found"
    at: datetime


@frozen(kw_only=True)
class ScanNoted:
    """A scan that changes nothing: unknown to us, older than what is known, or of no consequence
    where the parcel is.
    """

    name: ClassVar[str] = "scan-noted"
    at: datetime
    status: str


ParcelEvent: TypeAlias = (
    ParcelAnnounced
    | ParcelHandedIn
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


@frozen(kw_only=True)
class HandIn:
    """The parcel is handed in at the post office; it is overdue from `overdue_at`, a moment after
    that, where an estimate tells. Clause S2.
    """

    at: datetime
    tracking_number: str
    overdue_at: datetime | None = None


@frozen(kw_only=True)
class RecordScan:
    """The carrier says something about the parcel: one of `ScanStatus`, or words of its own."""

    at: datetime
    status: str
    cause: SentBackCause = SentBackCause.UNKNOWN


@frozen(kw_only=True)
class ReceiveBack:
    """The sender has the parcel again."""

    at: datetime


@frozen(kw_only=True)
class AskBuyer:
    """Ask the buyer whether they agree to a refund. Clause L14."""

    at: datetime


@frozen(kw_only=True)
class AnswerRefund:
    """The buyer agrees to be refunded, or would rather have the parcel. Clause L14."""

    at: datetime
    agrees: bool


@frozen(kw_only=True)
class SendAgain:
    """Announce the parcel once more, for a buyer who would rather have it."""

    at: datetime


@frozen(kw_only=True)
class GiveUpSearch:
    """The search for the parcel ends without it. Clause R10."""

    at: datetime


@frozen(kw_only=True)
class ReportFound:
    """A parcel given up for lost turned up. Clause R10."""

    at: datetime


ParcelCommand: TypeAlias = (
    HandIn
    | RecordScan
    | ReceiveBack
    | AskBuyer
    | AnswerRefund
    | SendAgain
    | GiveUpSearch
    | ReportFound
)


def command_moment(command: ParcelCommand) -> datetime:
    """Give the moment of a command in UTC. Raises `DayError` when it has no offset.

    >>> from datetime import UTC
    >>> command_moment(AskBuyer(at=datetime(2026, 9, 7, tzinfo=UTC))).hour
    0
    """
    return instant(command.at, "at")
