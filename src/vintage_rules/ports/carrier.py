"""Who carries parcels: what it costs, labels, and where a parcel has been seen. Clauses L12, R3,
S1, S3.

Two ports, since many who can follow a parcel cannot post one.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeAlias

from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import DayError, InvalidValueError
from vintage_rules.money import Money
from vintage_rules.ports.directory import PostalAddress
from vintage_rules.shipping.journey_events import SentBackCause


def _grams(weight: int) -> int:
    if type(weight) is not int or weight <= 0:
        raise InvalidValueError("weight_g", weight, "a whole number of grams above 0")
    return weight


def _with_offset(at: datetime) -> datetime:
    if at.utcoffset() is None:
        raise DayError("at", at, "a moment with an offset, such as 2026-11-22T10:00:00+01:00")
    return at


@frozen(kw_only=True)
class Shipment:
    """A parcel to be carried: from whom, to whom, how heavy, and what it is worth at customs.

    `service` is one of those that `rates` named, None to let the carrier choose.
    """

    reference: str
    sender: PostalAddress
    recipient: PostalAddress
    weight_g: int = field(converter=_grams)
    goods: Money
    description: str
    service: str | None = None


@frozen(kw_only=True)
class Rate:
    """What one service would cost, and how many days it takes where the carrier says so: a range,
    counted as the carrier counts.
    """

    service: str
    price: Money
    shortest_days: int | None
    longest_days: int | None


@frozen(kw_only=True)
class Label:
    """A parcel that may be posted: its number and the document to stick on it."""

    tracking_number: str
    document: bytes = field(repr=False)
    media_type: str
    price: Money | None
    tracking_url: str | None


class ShipmentRefusal(StrEnum):
    """Why a carrier will not carry it, in our words."""

    ADDRESS_NOT_SERVED = "address-not-served"
    ALREADY_HANDED_IN = "already-handed-in"
    NOT_POSSIBLE = "not-possible"
    REFUSED = "refused"
    TOO_HEAVY = "too-heavy"
    UNKNOWN_PARCEL = "unknown-parcel"


@frozen(kw_only=True)
class ShipmentRefused:
    """It was not done and asking again will not help; `code` is the carrier's own."""

    reason: ShipmentRefusal
    code: str


@frozen(kw_only=True)
class Cancelled:
    """The label is void, and is not paid for."""


@frozen(kw_only=True)
class Scan:
    """Where and when a parcel was seen, as its carrier told it.

    `status` is one of `ScanStatus` where we know the carrier's `code`, else `unknown:` and that
    code: nothing unknown is ever taken for something known. `at` keeps the offset it was told with.
    """

    at: datetime = field(converter=_with_offset)
    status: str
    code: str
    text: str
    place: str | None
    cause: SentBackCause = SentBackCause.UNKNOWN


@frozen(kw_only=True)
class Tracking:
    """Every scan of a parcel that its carrier tells of, the earliest first, and its public page."""

    tracking_number: str
    scans: tuple[Scan, ...]
    url: str | None


@frozen(kw_only=True)
class NotTracked:
    """The carrier does not know that number, or not yet."""

    tracking_number: str


@frozen(kw_only=True)
class ScanNotice:
    """A carrier's own message about one parcel, verified. `id` is the same each time it is sent
    again.
    """

    id: str
    received_at: datetime = field(converter=instant)
    tracking: Tracking


Followed: TypeAlias = Tracking | NotTracked


class Tracker(Protocol):
    """Follows parcels.

    Raises `OutsideUnavailableError` when there was no answer or none that can be understood,
    `OutsideRejectedError` when we asked wrongly.
    """

    def track(self, tracking_number: str) -> Followed:
        """Tell where a parcel has been seen."""
        ...


class Carrier(Tracker, Protocol):
    """Carries parcels. Raises as `Tracker`."""

    def rates(self, shipment: Shipment) -> tuple[Rate, ...]:
        """Tell what each service would cost, the cheapest first; none where it is not carried."""
        ...

    def label(self, key: str, shipment: Shipment) -> Label | ShipmentRefused:
        """Buy a label; asked twice with one key, the same one."""
        ...

    def cancel(self, key: str, tracking_number: str) -> Cancelled | ShipmentRefused:
        """Give an unused label back; asked twice, once."""
        ...


class ScanReader(Protocol):
    """Reads the messages a carrier sends of its own accord."""

    def read_notice(self, headers: Mapping[str, str], body: bytes) -> ScanNotice:
        """Verify and read a message. Header names are of any case.

        Raises `ForgedNoticeError` when it is not the carrier's, is not whole, or is too old.
        """
        ...
