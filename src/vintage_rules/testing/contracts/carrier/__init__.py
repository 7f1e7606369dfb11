"""What a `Tracker`, a `Carrier` and a `ScanReader` owe, as tests.

An adapter passes them in its own test module::

    class TestOurTracker(TrackerContract):
        codes = {"DELIVERED": "delivered", "ON_ITS_WAY": "in-transit"}
        has_credentials = can_be_silent = False

        @pytest.fixture
        def tracker(self, post_office):
            return OurTracker(post_office)

        def report(self, tracker, tracking_number, scans):
            tracker.post_office.parcels[tracking_number] = [
                written(scan) for scan in scans
            ]

`report` plays the carrier: it reports these scans of a parcel, in this order. What an adapter
cannot show it says with a flag, and the tests that need it are left out, with the reason.
"""

from __future__ import annotations

from vintage_rules.testing.contracts.carrier.base import (
    ADA,
    COAT,
    GRETA,
    NOBODYS,
    PARCEL,
    ReportedScan,
)
from vintage_rules.testing.contracts.carrier.labels import CarrierContract
from vintage_rules.testing.contracts.carrier.webhooks import ScanReaderContract, ScanWebhookDraft
from vintage_rules.testing.contracts.carrier.tracking import TrackerContract

__all__ = [
    "ADA",
    "COAT",
    "GRETA",
    "NOBODYS",
    "PARCEL",
    "CarrierContract",
    "ReportedScan",
    "ScanReaderContract",
    "ScanWebhookDraft",
    "TrackerContract",
]
