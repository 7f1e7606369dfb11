"""What a parcel can be, and what its history has made of it. Clauses S1, S2, S3, L14, R10."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

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
    """The statuses of a carrier's scan, in our words.

    `DELIVERED` is to the addressee, and never to the sender.
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
class Parcel:
    """A parcel as its history has left it.

    Nothing but a scan may be dated before `at`, the latest moment of whatever changed it. It was
    last seen or handled at `seen_at`, whatever time has done since: no older scan moves it back. A
    scan that was only noted counts for neither, since a carrier may have seen a parcel before we
    hear that it was handed in; nor do scans under a number that was corrected, once it is. All but
    its name is that of one journey, which began at `announced_at`: once it is announced again, what
    the journey before left is gone.
    """

    id: ParcelId
    at: datetime
    announced_at: datetime
    seen_at: datetime
    state: ParcelState
    handed_in_at: datetime | None
    tracking_number: str | None
    overdue_at: datetime | None
    delivered_at: datetime | None
    cause: SentBackCause | None
