"""A `Carrier` in this process: it sells labels, and reports the scans it is given."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from threading import Lock

from vintage_rules.ids import identifier
from vintage_rules.money import Money
from vintage_rules.ports.carrier import (
    Cancelled,
    Followed,
    Label,
    NotTracked,
    Rate,
    Scan,
    Shipment,
    ShipmentRefusal,
    ShipmentRefused,
    Tracking,
    in_order,
)

_PARCEL = Rate(service="parcel", price=Money("6.90", "EUR"), shortest_days=2, longest_days=5)


class MemoryCarrier:
    """A `Carrier` that carries anything up to a weight, to all countries or to those it serves.

    It knows the parcels it made labels for, and those that scans were put in for. A parcel with a
    scan has been handed in. Each service costs what it says, whatever the parcel weighs.

    >>> from datetime import datetime
    >>> carrier = MemoryCarrier()
    >>> carrier.put(
    ...     "8R001",
    ...     Scan(
    ...         at=datetime.fromisoformat("2026-09-07T10:00:00+02:00"),
    ...         status="in-transit",
    ...         code="ET1",
    ...         text="on its way",
    ...         place="Paris",
    ...     ),
    ... )
    >>> carrier.track("8R001").scans[0].at.isoformat()
    '2026-09-07T10:00:00+02:00'
    >>> carrier.track("8R002")
    NotTracked(tracking_number='8R002')
    """

    def __init__(
        self,
        *,
        services: Sequence[Rate] = (_PARCEL,),
        heaviest_g: int = 30_000,
        serves: Collection[str] | None = None,
    ) -> None:
        self._services = tuple(sorted(services, key=lambda rate: rate.price.amount))
        self._heaviest_g = heaviest_g
        self._serves = serves
        self._labels: dict[str, Label] = {}
        self._shipments: dict[str, Shipment] = {}
        self._scans: dict[str, list[Scan]] = {}
        self._cancelled: set[str] = set()
        self._lock = Lock()

    @property
    def labels(self) -> Mapping[str, Label]:
        """Every label that was made, by its key; those that were given back as well."""
        with self._lock:
            return dict(self._labels)

    @property
    def shipments(self) -> Mapping[str, Shipment]:
        """What every label was made for, by its tracking number."""
        with self._lock:
            return dict(self._shipments)

    @property
    def cancelled(self) -> frozenset[str]:
        """The numbers of the labels that were cancelled."""
        with self._lock:
            return frozenset(self._cancelled)

    def put(self, tracking_number: str, *scans: Scan) -> None:
        """Add scans of a parcel, in any order and as often as one likes.

        Without scans the parcel is known.
        """
        identifier(tracking_number, "tracking_number")
        with self._lock:
            self._scans.setdefault(tracking_number, []).extend(scans)

    def forget(self, tracking_number: str) -> None:
        """Remove a parcel."""
        with self._lock:
            self._scans.pop(tracking_number, None)

    def track(self, tracking_number: str) -> Followed:
        """Return where a parcel has been seen."""
        with self._lock:
            scans = self._scans.get(tracking_number)
            if scans is None:
                return NotTracked(tracking_number=tracking_number)
            return Tracking(tracking_number=tracking_number, scans=in_order(scans), url=None)

    def rates(self, shipment: Shipment) -> tuple[Rate, ...]:
        """Return what each service costs, the cheapest first."""
        return () if self._refusal(shipment) else self._services

    def label(self, key: str, shipment: Shipment) -> Label | ShipmentRefused:
        """Create a label, or return the one that this key already has."""
        identifier(key, "key")
        with self._lock:
            if key in self._labels:
                return self._labels[key]
            reason = self._refusal(shipment)
            rate = self._chosen(shipment)
            if reason is not None or rate is None:
                return _refused(reason or ShipmentRefusal.NOT_POSSIBLE)
            label = _label(f"MEM{len(self._labels) + 1:08}", shipment, rate)
            self._labels[key] = label
            self._shipments[label.tracking_number] = shipment
            self._scans[label.tracking_number] = []
            return label

    def _refusal(self, shipment: Shipment) -> ShipmentRefusal | None:
        if shipment.weight_g > self._heaviest_g:
            return ShipmentRefusal.TOO_HEAVY
        if self._serves is not None and shipment.recipient.place.country not in self._serves:
            return ShipmentRefusal.ADDRESS_NOT_SERVED
        return None

    def _chosen(self, shipment: Shipment) -> Rate | None:
        wanted = (rate for rate in self._services if shipment.service in (None, rate.service))
        return next(wanted, None)

    def cancel(self, key: str, tracking_number: str) -> Cancelled | ShipmentRefused:
        """Cancel a label whose parcel has not been seen."""
        identifier(key, "key")
        with self._lock:
            if not any(tracking_number == one.tracking_number for one in self._labels.values()):
                return _refused(ShipmentRefusal.UNKNOWN_PARCEL)
            if self._scans.get(tracking_number) and tracking_number not in self._cancelled:
                return _refused(ShipmentRefusal.ALREADY_HANDED_IN)
            self._cancelled.add(tracking_number)
            return Cancelled()


def _refused(reason: ShipmentRefusal) -> ShipmentRefused:
    return ShipmentRefused(reason=reason, code=f"memory/{reason}")


def _label(tracking_number: str, shipment: Shipment, rate: Rate) -> Label:
    to = shipment.recipient
    lines = (tracking_number, shipment.reference, to.name, *to.lines, to.place.country)
    return Label(
        tracking_number=tracking_number,
        document="\n".join(lines).encode(),
        media_type="text/plain; charset=utf-8",
        price=rate.price,
        tracking_url=None,
    )
