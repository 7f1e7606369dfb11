"""What a `Tracker` owes: every scan, once, in order, with its offset, and nothing made up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import ClassVar
from zoneinfo import ZoneInfo

import pytest
from attrs import evolve

from vintage_rules.errors import DayError, OutsideRejectedError, OutsideUnavailableError
from vintage_rules.ports.carrier import UNKNOWN, NotTracked, Tracker, Tracking
from vintage_rules.testing.contracts.carrier.base import NOBODYS, PARCEL, ReportedScan, need
from vintage_rules.testing.contracts.missing import missing


class TrackerContract:
    """What a `Tracker` owes, and what an adapter of it declares about itself."""

    codes: ClassVar[Mapping[str, str]] = {}
    """Codes of the carrier and the statuses they stand for, `delivered` among them."""

    unknown_code: ClassVar[str] = "ZZ9"
    """A code that the carrier has never documented."""

    reports_offsets: ClassVar[bool] = True
    """Whether the carrier writes a moment with its offset."""

    zone: ClassVar[str | None] = None
    """The zone of a moment without an offset, where the carrier's documentation names one."""

    has_credentials: ClassVar[bool] = True
    """Whether the carrier checks who we are; then there is a fixture `stranger`."""

    can_be_silent: ClassVar[bool] = True
    """Whether there is an outside that may not answer; then there are the fixtures `silent` and
    `garbled`.
    """

    @pytest.fixture
    def tracker(self) -> Tracker:
        """Make the adapter, with an outside that knows no parcel."""
        raise missing(self, "tracker")

    @pytest.fixture
    def stranger(self) -> Tracker:
        """Make the adapter with credentials that the carrier does not take."""
        raise missing(self, "stranger", "has_credentials")

    @pytest.fixture
    def silent(self) -> Tracker:
        """Make the adapter with an outside that does not answer."""
        raise missing(self, "silent", "can_be_silent")

    @pytest.fixture
    def garbled(self) -> Tracker:
        """Make the adapter with an outside that answers what cannot be understood."""
        raise missing(self, "garbled", "can_be_silent")

    def report(self, tracker: Tracker, tracking_number: str, scans: Sequence[ReportedScan]) -> None:
        """Let the carrier report these scans of a parcel, in this order."""
        raise NotImplementedError(f"{type(self).__name__} must have a method `report`")

    def followed(self, tracker: Tracker, *scans: ReportedScan) -> Tracking:
        """Let the carrier report scans of a parcel, and track it."""
        self.report(tracker, PARCEL, scans)
        found = tracker.track(PARCEL)
        assert isinstance(found, Tracking)
        return found

    @property
    def code(self) -> str:
        """Any code that the carrier knows."""
        return next(iter(self.codes))

    def at(self, moment: str) -> ReportedScan:
        """Make a scan of a moment; without its offset where the carrier shows none."""
        offset = len("+02:00")
        return ReportedScan(code=self.code, at=moment if self.reports_offsets else moment[:-offset])

    def test_a_number_nobody_knows_is_not_tracked(self, tracker: Tracker) -> None:
        """It is no error: it may be known tomorrow."""
        assert tracker.track(NOBODYS) == NotTracked(tracking_number=NOBODYS)

    @pytest.mark.parametrize(
        "number", ["../../admin", "a?b=c#d", "8R 1/2", "é", "%2e%2e", "x" * 99]
    )
    def test_a_number_nobody_can_have_is_not_tracked(self, tracker: Tracker, number: str) -> None:
        """It is sent as it is, and reaches nothing else."""
        assert tracker.track(number) == NotTracked(tracking_number=number)

    def test_a_parcel_that_was_not_seen_has_no_scans(self, tracker: Tracker) -> None:
        """It is announced, and tracked."""
        assert self.followed(tracker).scans == ()

    def test_each_code_stands_for_its_status(self, tracker: Tracker) -> None:
        """Whatever the carrier has documented and we have a word for."""
        assert "delivered" in self.codes.values()
        for code, status in self.codes.items():
            reported = evolve(self.at("2026-09-07T10:00:00+02:00"), code=code)
            (scan,) = self.followed(tracker, reported).scans
            assert (scan.code, scan.status) == (code, status)

    def test_an_unknown_code_stays_unknown(self, tracker: Tracker) -> None:
        """It is never taken for a parcel on its way, and the code is kept."""
        reported = evolve(self.at("2026-09-07T10:00:00+02:00"), code=self.unknown_code)
        (scan,) = self.followed(tracker, reported).scans
        assert (scan.code, scan.status) == (self.unknown_code, f"{UNKNOWN}{self.unknown_code}")

    def test_a_delivery_after_it_was_sent_back_is_to_somebody(self, tracker: Tracker) -> None:
        """The buyer got it only where the carrier has another code for its sender.

        Where it has none, the delivery stays in doubt.
        """
        code_of = {status: code for code, status in self.codes.items()}
        if "going-back" not in code_of:
            pytest.skip("the carrier does not say that a parcel is sent back")
        back = evolve(self.at("2026-09-08T10:00:00+02:00"), code=code_of["going-back"])
        delivered = evolve(self.at("2026-09-09T10:00:00+02:00"), code=code_of["delivered"])
        first, second = self.followed(tracker, back, delivered).scans
        reported = "delivered" if "back-at-sender" in code_of else f"{UNKNOWN}{delivered.code}"
        assert (first.status, second.status) == ("going-back", reported)

    def test_the_words_of_the_carrier_are_kept(self, tracker: Tracker) -> None:
        """As they are, whatever the language."""
        reported = evolve(self.at("2026-09-07T10:00:00+02:00"), text="Arrivé à Orléans – « tri »")
        assert self.followed(tracker, reported).scans[0].text == reported.text

    @pytest.mark.parametrize("offset", ["+02:00", "-05:00", "+00:00", "+05:45"])
    def test_a_moment_keeps_its_offset(self, tracker: Tracker, offset: str) -> None:
        """What was seen at ten where it was is reported as ten, and is that instant."""
        if not self.reports_offsets:
            pytest.skip("the carrier reports no offsets")
        reported = f"2026-09-07T10:00:00{offset}"
        (scan,) = self.followed(tracker, self.at(reported)).scans
        assert scan.at.isoformat() == reported

    @pytest.mark.parametrize("month", ["09", "12"])
    def test_a_moment_without_offset_has_that_of_the_documented_zone_or_is_refused(
        self, tracker: Tracker, month: str
    ) -> None:
        """No zone is guessed; where one is documented, summer and winter are distinguished."""
        reported = ReportedScan(code=self.code, at=f"2026-{month}-07T10:00:00")
        if self.zone is None:
            with pytest.raises((OutsideUnavailableError, DayError)):
                self.followed(tracker, reported)
        else:
            expected = datetime.fromisoformat(reported.at).replace(tzinfo=ZoneInfo(self.zone))
            (scan,) = self.followed(tracker, reported).scans
            assert (scan.at, scan.at.utcoffset()) == (expected, expected.utcoffset())

    def test_scans_come_in_the_order_they_happened(self, tracker: Tracker) -> None:
        """In whatever order they are reported."""
        days = [f"2026-09-0{day}T10:00:00+02:00" for day in (8, 7, 9)]
        scans = self.followed(tracker, *map(self.at, days)).scans
        assert [scan.at.day for scan in scans] == [7, 8, 9]

    def test_scans_are_put_in_order_by_instant(self, tracker: Tracker) -> None:
        """A later hour on the wall may be the earlier instant, as in the night clocks go back."""
        if not self.reports_offsets:
            pytest.skip("the carrier reports no offsets")
        reported = ["2026-10-25T02:10:00+01:00", "2026-10-25T02:50:00+02:00"]
        scans = self.followed(tracker, *map(self.at, reported)).scans
        assert [scan.at.minute for scan in scans] == [50, 10]

    def test_a_scan_reported_twice_comes_once(self, tracker: Tracker) -> None:
        """Carriers repeat themselves."""
        scan = self.at("2026-09-07T10:00:00+02:00")
        later = self.at("2026-09-08T10:00:00+02:00")
        assert len(self.followed(tracker, scan, later, scan).scans) == 2

    def test_two_scans_of_one_moment_are_two(self, tracker: Tracker) -> None:
        """When they say different things."""
        scan = self.at("2026-09-07T10:00:00+02:00")
        scans = self.followed(tracker, scan, evolve(scan, code=self.unknown_code)).scans
        assert {reported.code for reported in scans} == {self.code, self.unknown_code}

    def test_a_second_query_returns_the_same(self, tracker: Tracker) -> None:
        """HttpConnection changes nothing."""
        first = self.followed(tracker, self.at("2026-09-07T10:00:00+02:00"))
        assert tracker.track(PARCEL) == first

    def test_what_is_new_is_reported(self, tracker: Tracker) -> None:
        """Nothing is remembered from the last time."""
        first = self.at("2026-09-07T10:00:00+02:00")
        self.followed(tracker, first)
        second = self.at("2026-09-08T10:00:00+02:00")
        assert len(self.followed(tracker, first, second).scans) == 2

    def test_wrong_credentials_are_an_error_of_ours(self, request: pytest.FixtureRequest) -> None:
        """Not an answer, and nothing that waiting would mend."""
        stranger = self.asked_for(request, "stranger", here=self.has_credentials)
        with pytest.raises(OutsideRejectedError):
            stranger.track(PARCEL)

    @pytest.mark.parametrize("outside", ["silent", "garbled"])
    def test_no_answer_is_no_news(self, request: pytest.FixtureRequest, outside: str) -> None:
        """A carrier that did not answer, or not intelligibly, is queried again later."""
        tracker = self.asked_for(request, outside, here=self.can_be_silent)
        with pytest.raises(OutsideUnavailableError):
            tracker.track(PARCEL)

    def asked_for(self, request: pytest.FixtureRequest, name: str, *, here: bool) -> Tracker:
        """Return the adapter of a fixture, where there is such an outside."""
        need(name, here=here)
        made: Tracker = request.getfixturevalue(name)
        return made
