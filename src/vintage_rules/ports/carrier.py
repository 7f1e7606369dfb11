"""Who carries parcels: what it costs, labels, and where a parcel has been seen.

Clauses L12, R3, S1, S3.

Two ports, since many who can follow a parcel cannot post one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from enum import StrEnum
from itertools import pairwise
from typing import Protocol, TypeAlias

from attrs import evolve, field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import identifier
from vintage_rules.money import Money
from vintage_rules.ports.directory import PostalAddress
from vintage_rules.shipping.parcel.states import ScanStatus, SentBackCause

UNKNOWN = "unknown:"


def _grams(weight: int) -> int:
    if type(weight) is not int or weight <= 0:
        raise InvalidValueError("weight_g", weight, "a whole number of grams above 0")
    return weight


def _with_offset(at: datetime) -> datetime:
    instant(at)
    return at


def _status(status: str) -> str:
    known = status in tuple(ScanStatus)
    if not known and (not status.startswith(UNKNOWN) or status == UNKNOWN):
        allowed = f"one of {', '.join(ScanStatus)} or {UNKNOWN} and the carrier's code"
        raise InvalidValueError("status", status, allowed)
    return status


def _days(days: int | None) -> int | None:
    if days is not None and (type(days) is not int or days < 0):
        raise InvalidValueError("days", days, "a whole number of days, or None")
    return days


def _reference(text: str) -> str:
    return identifier(text, "reference")


def _tracking_number(text: str) -> str:
    return identifier(text, "tracking_number")


@frozen(kw_only=True)
class Shipment:
    """A parcel to be carried: from whom, to whom, how heavy, and what it is worth at customs.

    `reference` is our name for it, printed where the carrier has a place for one. `weight_g` is
    that of the parcel with its wrapping, in grams. `service` is one of those that `rates` named,
    None to let the carrier choose.

    Raises:
        InvalidValueError: For a weight that is none.
    """

    reference: str = field(converter=_reference)
    sender: PostalAddress
    recipient: PostalAddress
    weight_g: int = field(converter=_grams)
    goods: Money
    description: str
    service: str | None = None


@frozen(kw_only=True)
class Rate:
    """What one service would cost, and how many days it takes if the carrier says so.

    The days are a range, counted as the carrier counts.

    One number of days is both ends of the range; a carrier that gives only one end leaves the other
    None.

    Raises:
        InvalidValueError: For a range that ends before it begins.
    """

    service: str
    price: Money
    shortest_days: int | None = field(converter=_days)
    longest_days: int | None = field(converter=_days)

    def __attrs_post_init__(self) -> None:
        shortest, longest = self.shortest_days, self.longest_days
        if shortest is not None and longest is not None and longest < shortest:
            raise InvalidValueError("longest_days", longest, f"at least {shortest}")


@frozen(kw_only=True)
class Label:
    """A parcel that may be posted: its number and the document to stick on it.

    `price` is None if the carrier does not say what it charged, never nothing.
    """

    tracking_number: str = field(converter=_tracking_number)
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
    """It was not done and a retry will not help; `code` is the carrier's own."""

    reason: ShipmentRefusal
    code: str


@frozen(kw_only=True)
class Cancelled:
    """The label is void, and is not paid for."""


@frozen(kw_only=True)
class Scan:
    """Where and when a parcel was seen, as its carrier reported it.

    `status` is one of `ScanStatus` where we know the carrier's `code`, else `unknown:` and that
    code, as `status_of` gives it: nothing unknown is ever taken for something known. `at` keeps the
    offset it came with; if a carrier gives none, it is that of the zone which the carrier's
    documentation names. `delivered` is said only of who the parcel was sent to, since the days of a
    return count from then, and `back-at-sender` only of its sender; see `doubt_deliveries` for a
    carrier that has one word for both. `cause` is why it goes back, where the code says so.

    Raises:
        DayError: For a moment without an offset.
        InvalidValueError: For a status of no known shape.
    """

    at: datetime = field(converter=_with_offset)
    status: str = field(converter=_status)
    code: str
    text: str
    place: str | None
    cause: SentBackCause = SentBackCause.UNKNOWN


@frozen(kw_only=True)
class Tracking:
    """Every scan of a parcel that its carrier reports, and its public page.

    The earliest scan is first, each once.

    A parcel that is announced and has not been seen has no scans.

    Raises:
        InvalidValueError: For scans that `in_order` has not put in order.
    """

    tracking_number: str = field(converter=_tracking_number)
    scans: tuple[Scan, ...]
    url: str | None

    def __attrs_post_init__(self) -> None:
        in_turn = all(before.at <= after.at for before, after in pairwise(self.scans))
        if not in_turn or len(set(self.scans)) < len(self.scans):
            raise InvalidValueError("scans", self.scans, "the earliest first and each once")


@frozen(kw_only=True)
class NotTracked:
    """The carrier does not know that number, or not yet."""

    tracking_number: str


def status_of(code: str, known: Mapping[str, ScanStatus]) -> str:
    """Say in our words what a carrier's code means; a code we do not know stays what it is.

    >>> status_of("DI1", {"DI1": ScanStatus.DELIVERED})
    'delivered'
    >>> status_of("ZZ9", {"DI1": ScanStatus.DELIVERED})
    'unknown:ZZ9'
    """
    status = known.get(code)
    return f"{UNKNOWN}{code}" if status is None else status.value


def in_order(scans: Iterable[Scan]) -> tuple[Scan, ...]:
    """Put scans in the order in which they happened, and each once.

    Carriers report them in any order, and some twice. Those of one moment keep the order they are
    given in; the same scan with two offsets is one.

    >>> late, early = (
    ...     Scan(
    ...         at=datetime.fromisoformat(f"2026-09-0{day}T10:00:00+02:00"),
    ...         status="in-transit",
    ...         code="ET1",
    ...         text="",
    ...         place=None,
    ...     )
    ...     for day in (8, 7)
    ... )
    >>> in_order([late, early, late]) == (early, late)
    True
    """
    return tuple(sorted(dict.fromkeys(scans), key=lambda scan: scan.at))


def doubt_deliveries(scans: Iterable[Scan]) -> tuple[Scan, ...]:
    """Put scans in order as `in_order` does, and doubt deliveries after a parcel was sent back.

    Each becomes unknown: for a carrier that does not say whether its buyer or its sender got it.

    The sender reports that it is back, or the house that it was delivered. What
    was sent back in scans that are not among these cannot be known here.

    >>> at = datetime.fromisoformat("2026-09-08T10:00:00+02:00")
    >>> back = Scan(at=at, status="going-back", code="RTS", text="", place=None)
    >>> [
    ...     scan.status
    ...     for scan in doubt_deliveries([back, evolve(back, status="delivered")])
    ... ]
    ['going-back', 'unknown:RTS']
    """
    ordered = in_order(scans)
    statuses = [*(scan.status for scan in ordered), ScanStatus.GOING_BACK]
    turned = statuses.index(ScanStatus.GOING_BACK)
    return in_order((*ordered[:turned], *map(_doubted, ordered[turned:])))


def _doubted(scan: Scan) -> Scan:
    delivered = scan.status == ScanStatus.DELIVERED
    return evolve(scan, status=f"{UNKNOWN}{scan.code}") if delivered else scan


@frozen(kw_only=True)
class ScanWebhook:
    """A carrier's own message about one parcel, verified.

    `id` is the same each time it is sent again; `received_at` is when it was read.
    """

    id: str
    received_at: datetime = field(converter=instant)
    tracking: Tracking


Followed: TypeAlias = Tracking | NotTracked
"""What a carrier knows of a tracking number: where the parcel was seen, or nothing."""


class Tracker(Protocol):
    """Follows parcels.

    Raises:
        OutsideUnavailableError: If there was no answer or none that can be understood.
        OutsideRejectedError: If the request was wrong: bad credentials, a request that the carrier
            calls malformed.
    """

    def track(self, tracking_number: str) -> Followed:
        """Return where a parcel has been seen; for an impossible number, that it is not known."""
        ...


class Carrier(Tracker, Protocol):
    """Carries parcels. Raises what `Tracker` raises."""

    def rates(self, shipment: Shipment) -> tuple[Rate, ...]:
        """Return what each service would cost, the cheapest first; none where it is not carried."""
        ...

    def label(self, key: str, shipment: Shipment) -> Label | ShipmentRefused:
        """Buy a label; a retry with one key returns the same one.

        Whether or not the first answer arrived.
        """
        ...

    def cancel(self, key: str, tracking_number: str) -> Cancelled | ShipmentRefused:
        """Cancel an unused label; a retry does it once, with the same answer.

        What has been handed in is refused with `already-handed-in`, a number that is not of ours
        with `unknown-parcel`.
        """
        ...


class ScanReader(Protocol):
    """Reads the messages a carrier sends of its own accord."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> ScanWebhook:
        """Verify and read a message. Header names are of any case.

        Raises:
            ForgedWebhookError: If it is not the carrier's, is not whole, or is too old.
        """
        ...
