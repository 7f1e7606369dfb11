from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import ClassVar

import pytest
from attrs import evolve

from vintage_rules.adapters.memory.carrier import MemoryCarrier
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.scans import MemoryScanReader
from vintage_rules.money import Money
from vintage_rules.ports.carrier import (
    Carrier,
    Rate,
    Scan,
    ScanReader,
    ShipmentRefusal,
    ShipmentRefused,
    Tracker,
    status_of,
)
from vintage_rules.shipping.parcel.states import ScanStatus
from vintage_rules.testing.contracts.carrier import (
    COAT,
    CarrierContract,
    ReportedScan,
    ScanReaderContract,
    ScanWebhookDraft,
)

CODES = {
    "D": ScanStatus.DELIVERED,
    "T": ScanStatus.IN_TRANSIT,
    "R": ScanStatus.GOING_BACK,
    "S": ScanStatus.BACK_AT_SENDER,
}
SLOW = Rate(service="slow", price=Money("4.90", "EUR"), shortest_days=4, longest_days=9)
QUICK = Rate(service="quick", price=Money("12.90", "EUR"), shortest_days=1, longest_days=None)

EVENING = datetime(2026, 9, 7, 20, tzinfo=UTC)


def scan(told: ReportedScan) -> Scan:
    """Write a scan as the invented carrier does."""
    return Scan(
        at=datetime.fromisoformat(told.at),
        status=status_of(told.code, CODES),
        code=told.code,
        text=told.text,
        place=told.place,
    )


class TestMemoryCarrier(CarrierContract):
    """The carrier in this process, which always answers."""

    codes: ClassVar[Mapping[str, str]] = {code: status.value for code, status in CODES.items()}
    has_credentials = can_be_silent = can_lose_answers = False

    @pytest.fixture
    def carrier(self) -> MemoryCarrier:
        """Make one with two services, the dearer first."""
        return MemoryCarrier(services=(QUICK, SLOW))

    def report(self, tracker: Tracker, tracking_number: str, scans: Sequence[ReportedScan]) -> None:
        """Forget what was told of the parcel, and put these scans in."""
        assert isinstance(tracker, MemoryCarrier)
        tracker.forget(tracking_number)
        tracker.put(tracking_number, *map(scan, scans))

    def labels_made(self, carrier: Carrier) -> int:
        """Count the labels."""
        assert isinstance(carrier, MemoryCarrier)
        return len(carrier.labels)


class TestWhatItCarries:
    """The limits of the carrier in this process."""

    @pytest.mark.parametrize(("weight_g", "carried"), [(30_000, True), (30_001, False)])
    def test_weight(self, weight_g: int, *, carried: bool) -> None:
        """Up to its heaviest, and not a gram more."""
        assert bool(MemoryCarrier().rates(evolve(COAT, weight_g=weight_g))) is carried

    def test_countries(self) -> None:
        """All, or those it serves."""
        answer = MemoryCarrier(serves={"FR"}).label("k", COAT)
        assert isinstance(answer, ShipmentRefused)
        assert answer.reason is ShipmentRefusal.ADDRESS_NOT_SERVED
        assert MemoryCarrier(serves={"DE"}).rates(COAT)

    def test_services(self) -> None:
        """One that it does not have is not replaced by another."""
        answer = MemoryCarrier().label("k", evolve(COAT, service="balloon"))
        assert isinstance(answer, ShipmentRefused)
        assert answer.reason is ShipmentRefusal.NOT_POSSIBLE

    def test_what_was_given_back_is_known(self) -> None:
        """For a test to look at."""
        carrier = MemoryCarrier()
        carrier.label("k", COAT)
        number = carrier.labels["k"].tracking_number
        carrier.cancel("c", number)
        assert carrier.cancelled == {number}

    def test_many_threads_buy_one_label(self) -> None:
        """A key is one label, whoever is first."""
        carrier = MemoryCarrier()
        with ThreadPoolExecutor(8) as pool:
            numbers = {pool.submit(carrier.label, "k", COAT).result() for _ in range(100)}
        assert len(numbers) == len(carrier.labels) == 1


class TestMemoryScanReader(ScanReaderContract):
    """The messages of the invented carrier."""

    code = "D"

    @pytest.fixture
    def hand(self) -> MemoryClock:
        """Set a clock."""
        return MemoryClock(EVENING)

    @pytest.fixture
    def reader(self, hand: MemoryClock) -> MemoryScanReader:
        """Make one with a secret."""
        return MemoryScanReader(b"secret", hand)

    @pytest.fixture
    def stale(self, reader: MemoryScanReader, hand: MemoryClock) -> ScanWebhookDraft:
        """Let a message lie for longer than five minutes."""
        webhook = self.draft(reader, self.code)
        hand.advance(timedelta(minutes=5, microseconds=1))
        return webhook

    def write(
        self,
        reader: ScanReader,
        webhook_id: str,
        tracking_number: str,
        scans: Sequence[ReportedScan],
    ) -> ScanWebhookDraft:
        """Write a message as the carrier does."""
        assert isinstance(reader, MemoryScanReader)
        headers, body = reader.write(webhook_id, tracking_number, *map(scan, scans))
        return ScanWebhookDraft(headers=headers, body=body)

    @pytest.mark.parametrize("minutes", [5, -5])
    def test_five_minutes_are_not_too_old(
        self, reader: MemoryScanReader, hand: MemoryClock, minutes: int
    ) -> None:
        """Nor too young, where clocks differ."""
        webhook = self.draft(reader, self.code)
        hand.advance(timedelta(minutes=minutes))
        assert self.read(reader, webhook).received_at == hand.now()

    def test_a_message_from_the_future_is_refused(
        self, reader: MemoryScanReader, hand: MemoryClock
    ) -> None:
        """It cannot have been sent yet."""
        webhook = self.draft(reader, self.code)
        hand.advance(-timedelta(minutes=5, microseconds=1))
        self.expect_forged(reader, webhook)
