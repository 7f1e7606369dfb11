from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import httpx2
import pytest
from attrs import evolve

from tests.adapters.karrio_office import INSTALLED, Karrio, serving
from tests.adapters.loopback import Asked, Played, Reply, Silence, gibberish, playing, silence
from vintage_rules.adapters.karrio import KarrioCarrier
from vintage_rules.adapters.karrio_tracking import STATUSES, KarrioScanReader
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.errors import OutsideUnavailableError
from vintage_rules.ports.carrier import (
    Carrier,
    Label,
    ShipmentRefusal,
    ShipmentRefused,
    Tracker,
    Tracking,
)
from vintage_rules.testing.contracts.carrier import (
    COAT,
    PARCEL,
    CarrierContract,
    ReportedScan,
)

needs_karrio = pytest.mark.skipif(
    not INSTALLED, reason="there is no server of karrio here: `make karrio` installs one"
)

EVENING = datetime(2026, 9, 7, 20, tzinfo=UTC)


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Karrio]:
    """Run a server for all tests of a process."""
    with serving(tmp_path_factory.mktemp("karrio")) as karrio:
        yield karrio


@pytest.fixture
def karrio(server: Karrio) -> Karrio:
    """Begin with a server that knows no parcel."""
    server.forget()
    return server


def asking(url: str, key: str, zone: str | None = None) -> Iterator[KarrioCarrier]:
    """Ask a server, and let go."""
    carrier = KarrioCarrier(url, key, zone=zone)
    yield carrier
    carrier.close()


class Losing:
    """A wire to a server on which one answer is lost: the next to a request for such a path."""

    def __init__(self, to: Karrio, ending: str) -> None:
        self.to = to
        self.ending: str | None = ending

    def __call__(self, asked: Asked) -> Reply:
        """Pass a request on, and its answer back, or not."""
        headers = {
            name: value
            for name, value in asked.headers.items()
            if name in ("authorization", "content-type")
        }
        target = httpx2.URL(self.to.url, path=asked.path, query=asked.query.encode())
        answer = httpx2.request(
            asked.method, target, headers=headers, content=asked.body, timeout=60
        )
        if asked.method == "POST" and self.ending and asked.path.endswith(self.ending):
            self.ending = None
            raise Silence
        return Reply(answer.status_code, answer.content)


@needs_karrio
class TestKarrioCarrier(CarrierContract):
    """The contract, against a server of karrio and its connector for a carrier of one's own."""

    codes: ClassVar[Mapping[str, str]] = {code: status.value for code, status in STATUSES.items()}
    refusal = ShipmentRefusal.NOT_POSSIBLE

    @pytest.fixture(autouse=True)
    def _karrio(self, karrio: Karrio) -> None:
        self.karrio = karrio

    @pytest.fixture
    def carrier(self, karrio: Karrio) -> Iterator[KarrioCarrier]:
        """Ask with the key of its account."""
        yield from asking(karrio.url, karrio.key)

    @pytest.fixture
    def stranger(self, karrio: Karrio) -> Iterator[KarrioCarrier]:
        """Ask with a key that it does not know."""
        yield from asking(karrio.url, "key_of_somebody_else")

    @pytest.fixture
    def silent(self) -> Iterator[KarrioCarrier]:
        """Ask a server that hangs up."""
        with playing(silence) as played:
            yield from asking(played.url, "key")

    @pytest.fixture
    def garbled(self) -> Iterator[KarrioCarrier]:
        """Ask a server that is not karrio."""
        with playing(gibberish) as played:
            yield from asking(played.url, "key")

    @pytest.fixture
    def forgetful(self, karrio: Karrio) -> Iterator[KarrioCarrier]:
        """Lose the answer to the purchase."""
        with playing(Losing(karrio, "/purchase")) as played:
            yield from asking(played.url, karrio.key)

    def report(self, tracker: Tracker, tracking_number: str, scans: Sequence[ReportedScan]) -> None:
        """Put scans into karrio, the last first, as its connectors do."""
        assert isinstance(tracker, KarrioCarrier)
        self.karrio.report(tracking_number, [*reversed(scans)])

    def labels_made(self, carrier: Carrier) -> int:
        """Look into karrio's books."""
        assert isinstance(carrier, KarrioCarrier)
        return self.karrio.labels_made()

    @pytest.mark.parametrize("ending", ["/shipments", "/purchase", "/documents/label"])
    def test_whichever_answer_is_lost_one_label_is_bought(
        self, karrio: Karrio, ending: str
    ) -> None:
        """After the draft, after the purchase, and after the document."""
        with playing(Losing(karrio, ending)) as played:
            for carrier in asking(played.url, karrio.key):
                with pytest.raises(OutsideUnavailableError):
                    carrier.label("order/1/p1/label", COAT)
                assert isinstance(carrier.label("order/1/p1/label", COAT), Label)
        assert (karrio.labels_made(), karrio.drafts()) == (1, 0)

    def test_the_cheapest_service_is_taken_unless_one_is_named(self, carrier: Carrier) -> None:
        """For its own price."""
        named = carrier.label("k1", evolve(COAT, service="post:quick"))
        cheapest = carrier.label("k2", COAT)
        assert isinstance(named, Label)
        assert isinstance(cheapest, Label)
        assert [str(label.price) for label in (named, cheapest)] == ["12.90 EUR", "6.90 EUR"]

    def test_a_range_of_days_is_not_made_up(self, carrier: Carrier) -> None:
        """Karrio tells one number, which may be the first of two."""
        days = {rate.service: rate.shortest_days for rate in carrier.rates(COAT)}
        assert days == {"post:quick": 2, "post:slow": 7}
        assert {rate.longest_days for rate in carrier.rates(COAT)} == {None}

    def test_an_address_nobody_knows_is_refused(self, carrier: Carrier) -> None:
        """As an answer that names what is wrong with it."""
        nowhere = evolve(COAT.recipient, place=evolve(COAT.recipient.place, country="ZZ"))
        answer = carrier.label("k", evolve(COAT, recipient=nowhere))
        assert answer == ShipmentRefused(
            reason=ShipmentRefusal.ADDRESS_NOT_SERVED, code="recipient.country_code"
        )

    def test_a_service_that_is_not_there_is_refused(self, carrier: Carrier) -> None:
        """None is taken in its stead, and asking again refuses it again."""
        wanted = evolve(COAT, service="post:balloon")
        answers = [carrier.label("k", wanted), carrier.label("k", wanted)]
        assert [type(answer) for answer in answers] == [ShipmentRefused, ShipmentRefused]
        assert self.karrio.labels_made() == 0


@needs_karrio
class TestZone:
    """Moments of karrio's, which drops the offsets it is told."""

    @pytest.mark.parametrize(
        ("told", "at"),
        [
            ("2026-09-07T10:00:00", "2026-09-07T10:00:00+02:00"),
            ("2026-12-07T10:00:00", "2026-12-07T10:00:00+01:00"),
            ("2026-09-07T10:00:00-05:00", "2026-09-07T10:00:00-05:00"),
        ],
    )
    def test_is_that_of_the_carrier_where_it_is_known(
        self, karrio: Karrio, told: str, at: str
    ) -> None:
        """The `Z` that karrio writes is not believed; an offset that a connector keeps is."""
        karrio.report(PARCEL, [ReportedScan(code="in_transit", at=told)])
        for carrier in asking(karrio.url, karrio.key, "Europe/Paris"):
            found = carrier.track(PARCEL)
            assert isinstance(found, Tracking)
            assert found.scans[0].at.isoformat() == at


@needs_karrio
class TestMessages:
    """The messages that karrio sends of its own accord."""

    def test_tell_scans(self, karrio: Karrio) -> None:
        """As it sends them, with the secret of the webhook."""
        with playing(lambda _: Reply(200, b"{}")) as shop:
            hook = karrio.ask(
                "POST",
                "/v1/webhooks",
                {"url": f"{shop.url}/hook", "enabled_events": ["tracker_updated"]},
            )
            assert hook.status_code == 201, hook.text
            karrio.report(PARCEL, [ReportedScan(code="delivered", at="2026-09-07T10:00:00+02:00")])
            assert heard(shop).path == "/hook"
        reader = KarrioScanReader(hook.json()["secret"], MemoryClock(EVENING))
        webhook = reader.read_webhook(heard(shop).headers, heard(shop).body)
        assert webhook.tracking.tracking_number == PARCEL
        assert [scan.status for scan in webhook.tracking.scans] == ["delivered"]


def heard(shop: Played) -> Asked:
    """Give the only message that a shop was sent."""
    (message,) = shop.asked
    return message
