"""Contracts whose subclasses give no fixture, or only those that others hide behind.

Not collected with the other tests: `test_missing_fixtures.py` runs them and reads what they ask
for.
"""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.payments import MemoryGateway
from vintage_rules.adapters.memory.payouts import MemoryPayouts
from vintage_rules.adapters.memory.scans import MemoryScanReader
from vintage_rules.testing.contracts.carrier import (
    CarrierContract,
    ScanReaderContract,
    TrackerContract,
)
from vintage_rules.testing.contracts.directory import DirectoryContract
from vintage_rules.testing.contracts.notifier import NotifierContract
from vintage_rules.testing.contracts.payments import PaymentGatewayContract
from vintage_rules.testing.contracts.payouts import Paid, SellerPayoutsContract


class TestBareCarrier(CarrierContract):
    """Gives nothing."""


class TestBareDirectory(DirectoryContract):
    """Says that it may be silent, and does not show how."""

    can_be_silent = True


class TestBareGateway(PaymentGatewayContract):
    """Gives no source that makes the provider want to see the buyer."""

    @pytest.fixture
    def gateway(self) -> MemoryGateway:
        """Pay in this process."""
        return MemoryGateway(MemoryClock(datetime(2026, 9, 7, tzinfo=UTC)))


class TestBareNotifier(NotifierContract):
    """Gives nothing."""


class TestBarePayouts(SellerPayoutsContract):
    """Gives nobody who cannot be paid."""

    @pytest.fixture
    def payouts(self) -> MemoryPayouts:
        """Pay in this process."""
        return MemoryPayouts()

    @pytest.fixture
    def paid(self, payouts: MemoryPayouts) -> Paid:
        """Read what was paid."""
        return lambda seller: payouts.paid("EUR", seller)


class TestBareScanReader(ScanReaderContract):
    """Gives no message that is too old."""

    @pytest.fixture
    def reader(self) -> MemoryScanReader:
        """Read in this process."""
        return MemoryScanReader(b"secret", MemoryClock(datetime(2026, 9, 7, tzinfo=UTC)))


class TestBareTracker(TrackerContract):
    """Gives nothing."""
