"""What a `ScanReader` owes: messages of the carrier, and of no one else."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC
from typing import ClassVar

import pytest
from attrs import evolve, frozen

from vintage_rules.errors import ForgedWebhookError
from vintage_rules.ports.carrier import UNKNOWN, ScanReader, ScanWebhook
from vintage_rules.testing.contracts.carrier.base import PARCEL, ReportedScan
from vintage_rules.testing.contracts.missing import missing


@frozen(kw_only=True)
class ScanWebhookDraft:
    """A message of a carrier as it arrives."""

    headers: Mapping[str, str]
    body: bytes


class ScanReaderContract:
    """What a `ScanReader` owes, and what an adapter of it declares about itself."""

    code: ClassVar[str] = ""
    """A code of the carrier that stands for `delivered`."""

    unknown_code: ClassVar[str] = "ZZ9"
    """A code that the carrier has never documented."""

    signs_the_body: ClassVar[bool] = True
    """Whether a message that was changed on its way is noticed."""

    ages: ClassVar[bool] = True
    """Whether a message that was held back for long is noticed; then there is a fixture `stale`."""

    @pytest.fixture
    def reader(self) -> ScanReader:
        """Make the adapter."""
        raise missing(self, "reader")

    @pytest.fixture
    def stale(self) -> ScanWebhookDraft:
        """Return a message that the carrier sent long ago, and that comes only now."""
        raise missing(self, "stale", "ages")

    def write(
        self,
        reader: ScanReader,
        webhook_id: str,
        tracking_number: str,
        scans: Sequence[ReportedScan],
    ) -> ScanWebhookDraft:
        """Write a message as the carrier sends it."""
        raise NotImplementedError(f"{type(self).__name__} must have a method `write`")

    def draft(self, reader: ScanReader, *codes: str, webhook_id: str = "n1") -> ScanWebhookDraft:
        """Write a message about scans of the same day, the last first."""
        scans = [
            ReportedScan(code=code, at=f"2026-09-07T1{hour}:00:00+02:00")
            for hour, code in enumerate(codes)
        ]
        return self.write(reader, webhook_id, PARCEL, [*reversed(scans), *scans])

    def read(self, reader: ScanReader, webhook: ScanWebhookDraft) -> ScanWebhook:
        """Read a message."""
        return reader.read_webhook(webhook.headers, webhook.body)

    def test_a_message_reports_scans(self, reader: ScanReader) -> None:
        """In order, once, with their offsets, and unknown ones as unknown."""
        read = self.read(reader, self.draft(reader, self.unknown_code, self.code))
        assert read.tracking.tracking_number == PARCEL
        assert [scan.status for scan in read.tracking.scans] == [
            f"{UNKNOWN}{self.unknown_code}",
            "delivered",
        ]
        assert read.tracking.scans[0].at.isoformat() == "2026-09-07T10:00:00+02:00"

    def test_the_moment_of_reading_is_in_utc(self, reader: ScanReader) -> None:
        """As every moment of ours."""
        assert self.read(reader, self.draft(reader, self.code)).received_at.tzinfo is UTC

    def test_a_message_sent_again_has_the_same_id(self, reader: ScanReader) -> None:
        """So that it can be dropped."""
        draft = self.draft(reader, self.code)
        assert self.read(reader, draft).id == self.read(reader, draft).id

    def test_two_messages_have_two_ids(self, reader: ScanReader) -> None:
        """So that neither is dropped."""
        first = self.draft(reader, self.code)
        second = self.draft(reader, self.unknown_code, webhook_id="n2")
        assert self.read(reader, first).id != self.read(reader, second).id

    @pytest.mark.parametrize("change", [str.upper, str.lower, str.title])
    def test_names_of_headers_are_of_any_case(
        self, reader: ScanReader, change: Callable[[str], str]
    ) -> None:
        """As they are in HTTP."""
        draft = self.draft(reader, self.code)
        headers = {change(name): value for name, value in draft.headers.items()}
        assert self.read(reader, evolve(draft, headers=headers)).tracking.scans

    def test_a_message_without_its_headers_is_refused(self, reader: ScanReader) -> None:
        """Anybody could have sent it."""
        self.expect_forged(reader, evolve(self.draft(reader, self.code), headers={}))

    def test_a_message_with_another_secret_is_refused(self, reader: ScanReader) -> None:
        """Each header counts: wrong, longer, shorter, empty or beyond ASCII."""
        draft = self.draft(reader, self.code)
        for wrong in ("x" * 64, "", "é"):
            headers = dict.fromkeys(draft.headers, wrong)
            self.expect_forged(reader, evolve(draft, headers=headers))

    def test_a_message_that_was_changed_is_refused(self, reader: ScanReader) -> None:
        """By a byte."""
        if not self.signs_the_body:
            pytest.skip("the carrier does not sign what it says")
        draft = self.draft(reader, self.code)
        self.expect_forged(reader, evolve(draft, body=draft.body.replace(b"10:00", b"11:00")))

    def test_a_message_that_is_not_whole_is_refused(self, reader: ScanReader) -> None:
        """Half of it, or nothing."""
        draft = self.draft(reader, self.code)
        for body in (draft.body[: len(draft.body) // 2], b"", b"null", b"\xff"):
            self.expect_forged(reader, evolve(draft, body=body))

    def test_a_message_that_is_too_old_is_refused(
        self, reader: ScanReader, request: pytest.FixtureRequest
    ) -> None:
        """An eavesdropper may play it back."""
        if not self.ages:
            pytest.skip("the carrier does not say when it sent it")
        stale: ScanWebhookDraft = request.getfixturevalue("stale")
        self.expect_forged(reader, stale)

    def expect_forged(self, reader: ScanReader, webhook: ScanWebhookDraft) -> None:
        """Expect a message to be refused."""
        with pytest.raises(ForgedWebhookError):
            self.read(reader, webhook)
