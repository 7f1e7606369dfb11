"""The ports of a shop with a wire in front of each, on which things go wrong."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from attrs import frozen

from vintage_rules.errors import VersionConflictError
from vintage_rules.ids import SellerId
from vintage_rules.money import Money
from vintage_rules.ports.carrier import (
    Cancelled,
    Carrier,
    Followed,
    Label,
    NotTracked,
    Rate,
    Shipment,
    ShipmentRefusal,
    ShipmentRefused,
)
from vintage_rules.ports.notifier import Message, Notifier, Sent, Undeliverable
from vintage_rules.ports.payments import (
    Authorisation,
    Captured,
    Charge,
    Declined,
    PaymentGateway,
    PaymentRefusal,
    PaymentRefused,
    PaymentWebhook,
    Refunded,
    Voided,
)
from vintage_rules.ports.payouts import PaidOut, PayoutRefusal, PayoutRefused, SellerPayouts
from vintage_rules.ports.store import (
    Backlog,
    Change,
    DeadLetter,
    EventStore,
    History,
    Leased,
    ListedRow,
    Outcome,
    PersonalData,
    Row,
    RowKey,
    StoredEvent,
    StreamRows,
    Waiting,
)
from vintage_rules.testing.simulation.faults import Wire

_REASON = "refused in the simulation"


@frozen
class WiredStore:
    """A store at the other end of a wire."""

    inner: EventStore
    wire: Wire

    def read(self, stream: str, after: int = 0) -> History:
        """See `EventStore`."""
        return self.wire.call("store", "read", lambda: self.inner.read(stream, after))

    def read_several(self, after: Mapping[str, int]) -> tuple[History, ...]:
        """See `EventStore`."""
        return self.wire.call("store", "read several", lambda: self.inner.read_several(after))

    def events(self, after: int, limit: int) -> tuple[StoredEvent, ...]:
        """See `EventStore`."""
        return self.inner.events(after, limit)

    def append(self, changes: Sequence[Change]) -> None:
        """See `EventStore`. Refused, it is as if another writer had been first.

        Raises:
            VersionConflictError: Where the plan refuses it.
        """

        def refuse() -> None:
            first = changes[0]
            expected = first.expected
            raise VersionConflictError(first.stream, expected=expected, found=expected + 1)

        self.wire.call("store", "append", lambda: self.inner.append(changes), refuse=refuse)

    def rows(self, stream: str) -> tuple[Row, ...]:
        """See `EventStore`."""
        return self.inner.rows(stream)

    def page(
        self, name: str, limit: int, *, after: RowKey | None = None, descending: bool = False
    ) -> tuple[ListedRow, ...]:
        """See `EventStore`."""
        return self.inner.page(name, limit, after=after, descending=descending)

    def replace_rows(self, rebuilt: Sequence[StreamRows]) -> None:
        """See `EventStore`."""
        self.inner.replace_rows(rebuilt)

    def due(self, now: datetime, limit: int, *, worker: str, lease: timedelta) -> tuple[str, ...]:
        """See `EventStore`."""
        return self.wire.call(
            "store", "due", lambda: self.inner.due(now, limit, worker=worker, lease=lease)
        )

    def pending(
        self, now: datetime, limit: int, *, worker: str, lease: timedelta
    ) -> tuple[Leased, ...]:
        """See `EventStore`."""
        return self.wire.call(
            "store", "pending", lambda: self.inner.pending(now, limit, worker=worker, lease=lease)
        )

    def settle(self, leased: Leased, outcome: Outcome) -> None:
        """See `EventStore`."""
        key = leased.message.key
        self.wire.call("store", "settle", lambda: self.inner.settle(leased, outcome), about=key)

    def next_moment(self) -> datetime | None:
        """See `EventStore`."""
        return self.inner.next_moment()

    def dead_letters(self, limit: int, after: DeadLetter | None = None) -> tuple[DeadLetter, ...]:
        """See `EventStore`."""
        return self.inner.dead_letters(limit, after)

    def waiting(self, limit: int, after: Waiting | None = None) -> tuple[Waiting, ...]:
        """See `EventStore`."""
        return self.inner.waiting(limit, after)

    def backlog(self) -> tuple[Backlog, ...]:
        """See `EventStore`."""
        return self.inner.backlog()

    def resume(self, key: str, at: datetime) -> None:
        """See `EventStore`."""
        self.inner.resume(key, at)

    def streams(self, prefix: str) -> Iterator[str]:
        """See `EventStore`."""
        return self.inner.streams(prefix)

    def personal(self, stream: str) -> tuple[PersonalData, ...]:
        """See `EventStore`."""
        return self.wire.call("store", "personal", lambda: self.inner.personal(stream))

    def personal_of(self, person: str) -> tuple[PersonalData, ...]:
        """See `EventStore`."""
        return self.wire.call("store", "personal_of", lambda: self.inner.personal_of(person))

    def personal_before(self, moment: datetime) -> Iterator[PersonalData]:
        """See `EventStore`."""
        return self.inner.personal_before(moment)

    def erase(self, personal: Sequence[PersonalData]) -> int:
        """See `EventStore`."""
        return self.wire.call("store", "erase", lambda: self.inner.erase(personal))

    def purge(self, before: datetime, limit: int) -> int:
        """See `EventStore`."""
        return self.wire.call("store", "purge", lambda: self.inner.purge(before, limit))


@frozen
class WiredGateway:
    """A provider of payments at the other end of a wire."""

    inner: PaymentGateway
    wire: Wire

    def authorise(self, charge: Charge) -> Authorisation:
        """See `PaymentGateway`."""
        return self.wire.call(
            "payments",
            "authorise",
            lambda: self.inner.authorise(charge),
            refuse=lambda: Declined(code=_REASON),
            about=charge.key,
        )

    def capture(self, key: str, reference: str, amount: Money) -> Captured | PaymentRefused:
        """See `PaymentGateway`. Refused here, it is still held, or even taken by a call before."""
        return self.wire.call(
            "payments",
            "capture",
            lambda: self.inner.capture(key, reference, amount),
            refuse=lambda: PaymentRefused(reason=PaymentRefusal.REFUSED, code=_REASON),
            about=key,
        )

    def find_capture(self, reference: str) -> Captured | None:
        """See `PaymentGateway`."""
        return self.wire.call(
            "payments",
            "find capture",
            lambda: self.inner.find_capture(reference),
            about=reference,
        )

    def void(self, charge: Charge) -> Voided | PaymentRefused:
        """See `PaymentGateway`."""
        return self.wire.call("payments", "void", lambda: self.inner.void(charge), about=charge.key)

    def refund(self, key: str, receipt: str, amount: Money) -> Refunded | PaymentRefused:
        """See `PaymentGateway`. Refused, it waits for a person."""
        return self.wire.call(
            "payments",
            "refund",
            lambda: self.inner.refund(key, receipt, amount),
            refuse=lambda: PaymentRefused(reason=PaymentRefusal.REFUSED, code=_REASON),
            about=key,
        )

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> PaymentWebhook:
        """See `PaymentGateway`."""
        return self.inner.read_webhook(headers, body)


@frozen
class WiredPayouts:
    """A payer of sellers, at the other end of a wire."""

    inner: SellerPayouts
    wire: Wire

    def pay(self, key: str, seller: SellerId, amount: Money) -> PaidOut | PayoutRefused:
        """See `SellerPayouts`. Refused, it waits for a person."""
        return self.wire.call(
            "payouts",
            "pay",
            lambda: self.inner.pay(key, seller, amount),
            refuse=lambda: PayoutRefused(reason=PayoutRefusal.REFUSED, code=_REASON),
            about=key,
        )


@frozen
class WiredNotifier:
    """A notifier at the other end of a wire."""

    inner: Notifier
    wire: Wire

    def send(self, message: Message) -> Sent | Undeliverable:
        """See `Notifier`. Refused, it waits for a person."""
        return self.wire.call(
            "notifier",
            "send",
            lambda: self.inner.send(message),
            refuse=lambda: Undeliverable(reason=_REASON),
            about=message.key,
        )


@frozen
class WiredCarrier:
    """A carrier at the other end of a wire."""

    inner: Carrier
    wire: Wire

    def track(self, tracking_number: str) -> Followed:
        """See `Tracker`. Refused, it does not know the parcel yet."""
        return self.wire.call(
            "carrier",
            "track",
            lambda: self.inner.track(tracking_number),
            refuse=lambda: NotTracked(tracking_number=tracking_number),
        )

    def rates(self, shipment: Shipment) -> tuple[Rate, ...]:
        """See `Carrier`."""
        return self.wire.call("carrier", "rates", lambda: self.inner.rates(shipment))

    def label(self, key: str, shipment: Shipment) -> Label | ShipmentRefused:
        """See `Carrier`. Refused, it waits for a person."""
        return self.wire.call(
            "carrier",
            "label",
            lambda: self.inner.label(key, shipment),
            refuse=lambda: ShipmentRefused(reason=ShipmentRefusal.REFUSED, code=_REASON),
            about=key,
        )

    def cancel(self, key: str, tracking_number: str) -> Cancelled | ShipmentRefused:
        """See `Carrier`."""
        return self.wire.call(
            "carrier", "cancel", lambda: self.inner.cancel(key, tracking_number), about=key
        )
