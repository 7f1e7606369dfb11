"""Adapters that are broken on purpose, each in one way, held to their contracts.

`test_broken_adapters.py` runs this file and sees to it that each is found out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import ClassVar

import pytest
from attrs import evolve

from tests.adapters.test_memory_carrier import QUICK, SLOW
from tests.adapters.test_memory_carrier import TestMemoryCarrier as CarrierTests
from tests.adapters.test_memory_carrier import TestMemoryScanReader as ReaderTests
from tests.adapters.test_memory_people import TestMemoryDirectory as DirectoryTests
from tests.adapters.test_memory_people import TestOutbox as OutboxTests
from vintage_rules.adapters.memory.carrier import MemoryCarrier
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.adapters.memory.directory import MemoryDirectory
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.memory.scans import MemoryScanReader
from vintage_rules.ports.carrier import (
    Cancelled,
    Followed,
    Label,
    NotTracked,
    Rate,
    Scan,
    ScanWebhook,
    Shipment,
    ShipmentRefused,
    Tracking,
)
from vintage_rules.ports.directory import Contact, Recipient, Role
from vintage_rules.ports.notifier import Message, Notifier, Sent, Undeliverable
from vintage_rules.shipping.parcel.states import ScanStatus
from vintage_rules.testing.contracts.directory import PEOPLE, WORKSHOP
from vintage_rules.testing.contracts.notifier import Delivered

EVENING = datetime(2026, 9, 7, 20, tzinfo=UTC)


class Broken(MemoryCarrier):
    """A carrier of which one thing is broken."""

    def __init__(self) -> None:
        super().__init__(services=(QUICK, SLOW))

    def track(self, tracking_number: str) -> Followed:
        """Tell what is left of the scans."""
        found = super().track(tracking_number)
        if isinstance(found, NotTracked):
            return found
        return Tracking(
            tracking_number=tracking_number, scans=tuple(self.spoil(found.scans)), url=None
        )

    def spoil(self, scans: Sequence[Scan]) -> Sequence[Scan]:
        """Break the scans, or not."""
        return scans


class Zoneless(Broken):
    """Tells every moment in UTC."""

    def spoil(self, scans: Sequence[Scan]) -> Sequence[Scan]:
        """Lose the offsets."""
        return [evolve(scan, at=scan.at.astimezone(UTC)) for scan in scans]


class WallClock(Broken):
    """Puts scans in order by the hour on the wall."""

    def spoil(self, scans: Sequence[Scan]) -> Sequence[Scan]:
        """Forget what an instant is."""
        return sorted(scans, key=lambda scan: scan.at.replace(tzinfo=UTC))


class Hopeful(Broken):
    """Takes everything unknown for a parcel on its way."""

    def spoil(self, scans: Sequence[Scan]) -> Sequence[Scan]:
        """Make something up."""
        return [
            evolve(scan, status=ScanStatus.IN_TRANSIT.value)
            if scan.status.startswith("unknown:")
            else scan
            for scan in scans
        ]


class Hasty(Broken):
    """Tells one scan of each moment."""

    def spoil(self, scans: Sequence[Scan]) -> Sequence[Scan]:
        """Lose the others."""
        return list({scan.at: scan for scan in scans}.values())


class LastOnly(Broken):
    """Tells the last scan only."""

    def spoil(self, scans: Sequence[Scan]) -> Sequence[Scan]:
        """Lose all others."""
        return scans[-1:]


class Stubborn(Broken):
    """Tells what it told the first time."""

    def __init__(self) -> None:
        super().__init__()
        self.told: dict[str, Followed] = {}

    def track(self, tracking_number: str) -> Followed:
        """Remember."""
        return self.told.setdefault(tracking_number, super().track(tracking_number))


class Swallowing(Broken):
    """Takes a number that nobody knows for a parcel that has not been seen."""

    def track(self, tracking_number: str) -> Followed:
        """Swallow the difference."""
        found = super().track(tracking_number)
        if isinstance(found, NotTracked):
            return Tracking(tracking_number="8R", scans=(), url=None)
        return found


class Forgetful(Broken):
    """Buys a label each time it is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.times = count()

    def label(self, key: str, shipment: Shipment) -> Label | ShipmentRefused:
        """Forget the key."""
        return super().label(f"{key[:100]}/{next(self.times)}", shipment)


class Confusing(Broken):
    """Takes two keys that begin alike for one."""

    def label(self, key: str, shipment: Shipment) -> Label | ShipmentRefused:
        """Cut the key."""
        return super().label(key[:5], shipment)


class Raising(Broken):
    """Raises where it should answer."""

    def label(self, key: str, shipment: Shipment) -> Label | ShipmentRefused:
        """Make an exception of a refusal."""
        answer = super().label(key, shipment)
        assert isinstance(answer, Label), answer.code
        return answer


class Obliging(Broken):
    """Takes any label back."""

    def cancel(self, key: str, tracking_number: str) -> Cancelled | ShipmentRefused:
        """Not look."""
        assert key + tracking_number
        return Cancelled()


class Unsorted(Broken):
    """Names the dearest service first."""

    def rates(self, shipment: Shipment) -> tuple[Rate, ...]:
        """Turn them round."""
        return super().rates(shipment)[::-1]


class OfCarriers(CarrierTests):
    """How a broken carrier is made."""

    kind: type[Broken] = Broken

    @pytest.fixture
    def carrier(self) -> MemoryCarrier:
        """Make one."""
        return self.kind()


class TestSoundCarrier(OfCarriers):
    """Nothing is broken."""


class TestZoneless(OfCarriers):
    kind: type[Broken] = Zoneless


class TestWallClock(OfCarriers):
    kind: type[Broken] = WallClock


class TestHopeful(OfCarriers):
    kind: type[Broken] = Hopeful


class TestHasty(OfCarriers):
    kind: type[Broken] = Hasty


class TestLastOnly(OfCarriers):
    kind: type[Broken] = LastOnly


class TestStubborn(OfCarriers):
    kind: type[Broken] = Stubborn


class TestSwallowing(OfCarriers):
    kind: type[Broken] = Swallowing


class TestForgetful(OfCarriers):
    kind: type[Broken] = Forgetful


class TestConfusing(OfCarriers):
    kind: type[Broken] = Confusing


class TestRaising(OfCarriers):
    kind: type[Broken] = Raising


class TestObliging(OfCarriers):
    kind: type[Broken] = Obliging


class TestSanguine(OfCarriers):
    """It has one word for whoever a parcel is delivered to, and takes it for the buyer."""

    codes: ClassVar[Mapping[str, str]] = {
        code: status for code, status in OfCarriers.codes.items() if status != "back-at-sender"
    }


class TestUnsorted(OfCarriers):
    kind: type[Broken] = Unsorted


class OfOutboxes(OutboxTests):
    """How a broken outbox is made."""

    kind: type[Outbox] = Outbox

    @pytest.fixture
    def notifier(self) -> Outbox:
        """Make one."""
        return self.kind(MemoryDirectory(WORKSHOP, PEOPLE))


class Halving(Outbox):
    """Sends half a message."""

    def send(self, message: Message) -> Sent | Undeliverable:
        """Lose what comes with it."""
        return super().send(evolve(message, attachments=message.attachments[:1]))


class Renaming(Outbox):
    """Gives every message a key of its own."""

    def send(self, message: Message) -> Sent | Undeliverable:
        """Forget ours."""
        return super().send(evolve(message, key=f"{len(self.messages)}"))


class Boundless(Outbox):
    """Writes to anybody."""

    def __init__(self, _: MemoryDirectory) -> None:
        super().__init__()


class Doubling(Outbox):
    """Sends everything twice."""

    def send(self, message: Message) -> Sent | Undeliverable:
        """To be on the safe side."""
        super().send(message)
        return super().send(message)


class TestSoundOutbox(OfOutboxes):
    """Nothing is broken."""


class TestHalving(OfOutboxes):
    kind: type[Outbox] = Halving


class TestRenaming(OfOutboxes):
    kind: type[Outbox] = Renaming


class TestDoubling(OfOutboxes):
    kind: type[Outbox] = Doubling


class TestBoundless(OfOutboxes):
    kind: type[Outbox] = Boundless

    def delivered(self, notifier: Notifier) -> Sequence[Delivered]:
        """Give what it keeps, of whoever is known."""
        assert isinstance(notifier, Outbox)
        return [
            Delivered(key=sent.key, to="", text="", attachments=()) for sent in notifier.messages
        ]


class TestTerse(OfOutboxes):
    """Tells everything but the amounts."""

    def delivered(self, notifier: Notifier) -> Sequence[Delivered]:
        """Give what it keeps."""
        whole = super().delivered(notifier)
        return [evolve(sent, text=sent.text.replace("86.40", "")) for sent in whole]


class TestSilenced(OfOutboxes):
    """Says that it was sent where nobody answered."""

    can_be_silent = True

    @pytest.fixture
    def silent(self) -> Outbox:
        """Swallow the error."""
        return Outbox()


class RoleBlind(MemoryDirectory):
    """Does not tell a buyer from a seller."""

    def contact(self, recipient: Recipient) -> Contact | None:
        """Look for the name alone."""
        roles = (Role.BUYER, Role.SELLER)
        found = (super(RoleBlind, self).contact(evolve(recipient, role=role)) for role in roles)
        return next((contact for contact in found if contact is not None), None)


class CaseBlind(MemoryDirectory):
    """Does not tell capitals from small letters."""

    def contact(self, recipient: Recipient) -> Contact | None:
        """Look for the name in small letters."""
        return super().contact(evolve(recipient, id=recipient.id.lower()))


class OfDirectories(DirectoryTests):
    """How a broken directory is made."""

    kind: type[MemoryDirectory] = MemoryDirectory

    @pytest.fixture
    def directory(self) -> MemoryDirectory:
        """Make one."""
        return self.kind(WORKSHOP, PEOPLE)


class TestSoundDirectory(OfDirectories):
    """Nothing is broken."""


class TestRoleBlind(OfDirectories):
    kind: type[MemoryDirectory] = RoleBlind


class TestCaseBlind(OfDirectories):
    kind: type[MemoryDirectory] = CaseBlind


class Trusting(MemoryScanReader):
    """Believes whoever writes."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> ScanWebhook:
        """Sign what it was given itself."""
        sent_at = next((headers[name] for name in headers if name.lower() == "sent-at"), None)
        at = sent_at if sent_at and sent_at.startswith("20") else self._clock.now().isoformat()
        signed = {"Sent-At": at, "Signature": self._signature(at, body)}
        return super().read_webhook(signed, body)


class Patient(MemoryScanReader):
    """Believes old messages."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> ScanWebhook:
        """Turn the clock back."""
        given = {name.lower(): value for name, value in headers.items()}
        read = MemoryScanReader(self._secret, MemoryClock(EVENING))
        return read.read_webhook(given, body)


class Literal(MemoryScanReader):
    """Knows headers in one spelling only."""

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> ScanWebhook:
        """Drop the others."""
        known = {name: value for name, value in headers.items() if name.istitle()}
        return super().read_webhook(known, body)


class Numbering(MemoryScanReader):
    """Gives every message a new number."""

    numbers = count()

    def read_webhook(self, headers: Mapping[str, str], body: bytes) -> ScanWebhook:
        """Count."""
        return evolve(super().read_webhook(headers, body), id=f"{next(self.numbers)}")


class OfReaders(ReaderTests):
    """How a broken reader is made."""

    kind: type[MemoryScanReader] = MemoryScanReader

    @pytest.fixture
    def reader(self, hand: MemoryClock) -> MemoryScanReader:
        """Make one."""
        return self.kind(b"secret", hand)


class TestSoundReader(OfReaders):
    """Nothing is broken."""


class TestTrusting(OfReaders):
    kind: type[MemoryScanReader] = Trusting


class TestPatient(OfReaders):
    kind: type[MemoryScanReader] = Patient


class TestLiteral(OfReaders):
    kind: type[MemoryScanReader] = Literal


class TestNumbering(OfReaders):
    kind: type[MemoryScanReader] = Numbering
