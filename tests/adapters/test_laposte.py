from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

import pytest

from tests.adapters.laposte_office import KEY, PostOffice, envelope, said, shipment
from tests.adapters.loopback import Asked, Played, Reply, gibberish, playing, silence
from vintage_rules.adapters.laposte import CODES, DOCUMENTED, LaPosteTracker
from vintage_rules.errors import OutsideError, OutsideRejectedError, OutsideUnavailableError
from vintage_rules.ports.carrier import NotTracked, Tracker, Tracking
from vintage_rules.testing.contracts.carrier import NOBODYS, PARCEL, ReportedScan, TrackerContract

NOON = "2026-09-07T12:00:00+02:00"


@pytest.fixture(scope="session")
def server() -> Iterator[Played]:
    """Play La Poste for all tests of a process."""
    with playing(gibberish) as played:
        yield played


@pytest.fixture
def office(server: Played) -> PostOffice:
    """Begin with a post office that knows no parcel."""
    office = PostOffice()
    server.answer = office.answer
    server.asked.clear()
    return office


@pytest.fixture
def tracker(server: Played, office: PostOffice) -> Iterator[LaPosteTracker]:
    """Ask it with the right key."""
    assert not office.parcels
    yield from asking(server)


def asking(server: Played, key: str = KEY) -> Iterator[LaPosteTracker]:
    """Ask a server, and let go."""
    tracker = LaPosteTracker(key, url=f"{server.url}/suivi/v2")
    yield tracker
    tracker.close()


def as_la_poste(told: ReportedScan) -> dict[str, object]:
    """Write a scan as La Poste does."""
    return {"code": told.code, "date": told.at, "label": told.text, "country": told.place}


class TestLaPosteTracker(TrackerContract):
    """La Poste, by the public description of its interface."""

    codes: ClassVar[Mapping[str, str]] = {code: status.value for code, status in CODES.items()}

    @pytest.fixture
    def tracker(self, tracker: LaPosteTracker) -> LaPosteTracker:
        """Ask with the right key."""
        return tracker

    @pytest.fixture
    def stranger(self, server: Played, office: PostOffice) -> Iterator[LaPosteTracker]:
        """Ask with a key that nobody has."""
        office.parcels[PARCEL] = []
        yield from asking(server, "another key")

    @pytest.fixture
    def silent(self, server: Played) -> Iterator[LaPosteTracker]:
        """Ask a server that hangs up."""
        server.answer = silence
        yield from asking(server)

    @pytest.fixture
    def garbled(self, server: Played) -> Iterator[LaPosteTracker]:
        """Ask a server that is not La Poste's."""
        server.answer = gibberish
        yield from asking(server)

    @pytest.fixture(autouse=True)
    def _office(self, office: PostOffice) -> None:
        self.office = office

    def report(self, tracker: Tracker, tracking_number: str, scans: Sequence[ReportedScan]) -> None:
        """Let La Poste tell, the last first, as it does."""
        assert isinstance(tracker, LaPosteTracker)
        self.office.parcels[tracking_number] = [*map(as_la_poste, reversed(scans))]


class TestCodes:
    """The codes that La Poste documents."""

    def test_are_nineteen(self) -> None:
        """Those of the list, each decided on."""
        assert len(DOCUMENTED) == 19

    @pytest.mark.parametrize("code", sorted(DOCUMENTED - set(CODES)))
    def test_that_say_none_of_our_statuses_stay_unknown(
        self, tracker: LaPosteTracker, office: PostOffice, code: str
    ) -> None:
        """An announced parcel is not on its way, and a problem is not yet a return."""
        office.parcels[PARCEL] = [{"code": code, "date": NOON, "label": "?"}]
        found = tracker.track(PARCEL)
        assert isinstance(found, Tracking)
        assert found.scans[0].status == f"unknown:{code}"


class TestAnswers:
    """What La Poste may answer."""

    def test_one_number_may_be_answered_with_a_list(
        self, tracker: LaPosteTracker, office: PostOffice
    ) -> None:
        """As its specification has it, or without."""
        office.parcels[PARCEL] = [{"code": "DI1", "date": NOON, "label": "livré"}]
        plain = tracker.track(PARCEL)
        office.listed = True
        assert tracker.track(PARCEL) == plain

    def test_the_country_of_a_step_is_where_its_event_was(
        self, tracker: LaPosteTracker, office: PostOffice
    ) -> None:
        """Events themselves have no place."""
        event = {"code": "ET3", "date": NOON, "label": "arrivé", "country": "DE"}
        office.parcels[PARCEL] = [event, {"code": "PC1", "date": NOON[:-6] + "+01:00", "label": ""}]
        found = tracker.track(PARCEL)
        assert isinstance(found, Tracking)
        assert [scan.place for scan in found.scans] == ["DE", None]

    def test_it_is_asked_as_it_wants_to_be(
        self, tracker: LaPosteTracker, server: Played, office: PostOffice
    ) -> None:
        """With the key in its header, and the language of the words."""
        office.parcels[PARCEL] = []
        found = tracker.track(PARCEL)
        (asked,) = server.asked
        assert (asked.path, asked.query) == (f"/suivi/v2/idships/{PARCEL}", "lang=fr_FR")
        assert (asked.headers["x-okapi-key"], asked.headers["accept"]) == (KEY, "application/json")
        assert isinstance(found, Tracking)
        assert found.url == f"https://www.laposte.fr/outils/suivre-vos-envois?code={PARCEL}"

    @pytest.mark.parametrize("number", ["8R00000000", "8R00000000000000", f"{PARCEL},{NOBODYS}"])
    def test_it_is_not_asked_for_what_is_no_number(
        self, tracker: LaPosteTracker, server: Played, number: str
    ) -> None:
        """A number has 11 to 15 letters and digits; several are not one."""
        assert tracker.track(number) == NotTracked(tracking_number=number)
        assert server.asked == []

    @pytest.mark.parametrize(
        ("reply", "error"),
        [
            (Reply(401, b""), OutsideRejectedError),
            (Reply(403, b""), OutsideRejectedError),
            (Reply(429, b"quota"), OutsideUnavailableError),
            (Reply(500, b""), OutsideUnavailableError),
            (Reply(503, b"{}"), OutsideUnavailableError),
            (Reply(302, b""), OutsideUnavailableError),
            (Reply(404, b"no Route matched", "text/plain"), OutsideUnavailableError),
            (Reply(200, b""), OutsideUnavailableError),
            (Reply(200, b"null"), OutsideUnavailableError),
            (Reply(200, b"[]"), OutsideUnavailableError),
            (Reply(200, b"{}"), OutsideUnavailableError),
            (said(200, envelope(504)), OutsideUnavailableError),
            (said(200, envelope(200)), OutsideUnavailableError),
            (said(200, envelope(200, shipment=shipment(NOBODYS, []))), OutsideUnavailableError),
            (
                said(
                    200,
                    envelope(200, shipment=shipment(PARCEL, [{"date": "", "label": 1, "code": 2}])),
                ),
                OutsideUnavailableError,
            ),
        ],
        ids=str,
    )
    def test_whatever_is_none_is_an_error(
        self, tracker: LaPosteTracker, server: Played, reply: Reply, error: type[OutsideError]
    ) -> None:
        """Nothing is taken for an answer that is not about this parcel."""
        server.answer = lambda _: reply
        with pytest.raises(error) as caught:
            tracker.track(PARCEL)
        assert (caught.value.port, caught.value.act) == ("laposte", "tracking")

    @pytest.mark.parametrize("code", [101, 104, 105, 109])
    def test_a_code_of_no_parcel_is_none(
        self, tracker: LaPosteTracker, server: Played, code: int
    ) -> None:
        """In an answer that succeeded as well, as one about several numbers may."""
        server.answer = lambda _: said(207, [envelope(code, idShip=PARCEL)])
        assert tracker.track(PARCEL) == NotTracked(tracking_number=PARCEL)

    def test_the_key_is_never_told(self, tracker: LaPosteTracker, server: Played) -> None:
        """Errors are written down where anybody may read them."""

        def echo(asked: Asked) -> Reply:
            return Reply(500, json.dumps(asked.path).encode())

        server.answer = echo
        with pytest.raises(OutsideUnavailableError) as caught:
            tracker.track(PARCEL)
        assert KEY not in str(caught.value) + repr(tracker)
