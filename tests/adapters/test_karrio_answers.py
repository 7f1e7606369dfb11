from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from attrs import define, evolve, field

from tests.adapters.loopback import Asked, Played, Reply, gibberish, playing
from vintage_rules.adapters.json_answers import read_json
from vintage_rules.adapters.karrio import KEY, KarrioCarrier
from vintage_rules.adapters.karrio_tracking import SECRET, STATUSES, KarrioScanReader, reading
from vintage_rules.adapters.memory.clock import MemoryClock
from vintage_rules.errors import DayError, OutsideRejectedError, OutsideUnavailableError
from vintage_rules.money import Money
from vintage_rules.ports.carrier import (
    Label,
    Scan,
    ScanReader,
    ShipmentRefusal,
    ShipmentRefused,
)
from vintage_rules.shipping.parcel.states import SentBackCause
from vintage_rules.testing.contracts.carrier import (
    COAT,
    PARCEL,
    ReportedScan,
    ScanReaderContract,
    ScanWebhookDraft,
)

Answer = Mapping[str, object]
RATE = {
    "id": "rat_1",
    "carrier_id": "post",
    "service": "parcel",
    "total_charge": 6.9,
    "currency": "EUR",
    "transit_days": 2,
}
DRAFT = {"id": "shp_1", "status": "draft", "rates": [RATE], "messages": [], "metadata": {KEY: "k"}}
BOUGHT = {
    **DRAFT,
    "status": "created",
    "tracking_number": PARCEL,
    "selected_rate": RATE,
    "tracking_url": "/v1/trackers/post/1",
}
PDF = {"format": "PDF", "base64": b64encode(b"%PDF-1.4").decode()}

EVENING = datetime(2026, 9, 7, 20, tzinfo=UTC)


def said(status: int, answer: object) -> Reply:
    """Write an answer of karrio's."""
    return Reply(status, json.dumps(answer).encode())


def failing(code: str, message: str = "no") -> Answer:
    """Write an answer that says no."""
    return {"errors": [{"code": code, "level": "error", "message": message}]}


@define
class Scripted:
    """A karrio that answers each path as it is told, by the end of the path."""

    replies: dict[tuple[str, str], Reply] = field(factory=dict)

    def __call__(self, asked: Asked) -> Reply:
        """Answer one request."""
        return self.replies[asked.method, asked.path.rpartition("/")[2]]


@pytest.fixture(scope="session")
def server() -> Iterator[Played]:
    """Play karrio for all tests of a process."""
    with playing(gibberish) as played:
        yield played


@pytest.fixture
def script(server: Played) -> Scripted:
    """Begin with a karrio that sells one label."""
    script = Scripted(
        {
            ("GET", "shipments"): said(200, {"count": 0, "results": []}),
            ("POST", "shipments"): said(201, DRAFT),
            ("POST", "purchase"): said(200, BOUGHT),
            ("POST", "label"): said(200, PDF),
            ("POST", "rates"): said(200, {"rates": [RATE], "messages": []}),
        }
    )
    server.answer = script
    server.asked.clear()
    return script


@pytest.fixture
def carrier(server: Played, script: Scripted) -> Iterator[KarrioCarrier]:
    """Ask it."""
    assert script.replies
    carrier = KarrioCarrier(server.url, "key", carrier_ids=["post"])
    yield carrier
    carrier.close()


class TestPrices:
    """Prices, which karrio reckons in binary floats."""

    @pytest.mark.parametrize(
        ("told", "price"),
        [
            ("6.9", "6.90"),
            ("21.900000000000002", "21.90"),
            ("7.8999999999999995", "7.90"),
            ("0", "0.00"),
            ('"12.50"', "12.50"),
        ],
    )
    def test_lose_the_noise(
        self, carrier: KarrioCarrier, script: Scripted, told: str, price: str
    ) -> None:
        """A cent that a float missed is found again."""
        text = json.dumps({"rates": [RATE]}).replace("6.9", told)
        script.replies["POST", "rates"] = Reply(200, text.encode())
        assert carrier.rates(COAT)[0].price == Money(price, "EUR")

    @pytest.mark.parametrize("told", ["6.905", "6.900002", "NaN", "null", "-1e30", '"6,90"'])
    def test_are_not_rounded(self, carrier: KarrioCarrier, script: Scripted, told: str) -> None:
        """What is no amount in cents is not made one."""
        text = json.dumps({"rates": [RATE]}).replace("6.9", told)
        script.replies["POST", "rates"] = Reply(200, text.encode())
        with pytest.raises(OutsideUnavailableError):
            carrier.rates(COAT)


class TestRequests:
    """What karrio is told of a parcel."""

    def test_are_exact(self, carrier: KarrioCarrier, server: Played) -> None:
        """Weights and amounts are texts, not floats; customs are told of what crosses a border."""
        carrier.rates(evolve(COAT, weight_g=1_001))
        told = json.loads(server.asked[0].body)
        assert told["parcels"][0]["weight"] == "1.001"
        assert told["customs"]["commodities"][0]["value_amount"] == "185.00"
        assert told["recipient"]["address_line2"] == "Hinterhaus"
        assert told["carrier_ids"] == ["post"]

    def test_at_home_tell_no_customs(self, carrier: KarrioCarrier, server: Played) -> None:
        """There are none."""
        carrier.rates(evolve(COAT, recipient=COAT.sender))
        assert "customs" not in json.loads(server.asked[0].body)

    def test_look_for_the_key_first(self, carrier: KarrioCarrier, server: Played) -> None:
        """By the reference, which is searched quickly, and the key, which is exact."""
        carrier.label("k", COAT)
        first = server.asked[0]
        assert (first.method, first.path) == ("GET", "/v1/shipments")
        assert first.query == "reference=order/1/p1&metadata_value=k&limit=100"

    def test_do_not_take_another_key_for_ours(
        self, carrier: KarrioCarrier, script: Scripted
    ) -> None:
        """A shipment that says `k` about something else is somebody else's."""
        other = {**BOUGHT, "tracking_number": "other", "metadata": {"color": "k"}}
        script.replies["GET", "shipments"] = said(200, {"results": [other]})
        label = carrier.label("k", COAT)
        assert isinstance(label, Label)
        assert label.tracking_number == PARCEL


class TestLabels:
    """Labels, as karrio gives them."""

    def test_have_a_public_page_or_none(self, carrier: KarrioCarrier, script: Scripted) -> None:
        """A path of the server itself is no page for a buyer."""
        page = "https://post.example.com/1"
        labels = [carrier.label("k", COAT)]
        script.replies["POST", "purchase"] = said(200, {**BOUGHT, "tracking_url": page})
        labels.append(carrier.label("k", COAT))
        assert [label.tracking_url for label in labels if isinstance(label, Label)] == [None, page]

    @pytest.mark.parametrize(
        ("kind", "media_type"),
        [("PDF", "application/pdf"), ("PNG", "image/png"), ("zpl", "application/zpl")],
    )
    def test_are_of_their_type(
        self, carrier: KarrioCarrier, script: Scripted, kind: str, media_type: str
    ) -> None:
        """Whichever the server was set to."""
        script.replies["POST", "label"] = said(200, {**PDF, "format": kind})
        label = carrier.label("k", COAT)
        assert isinstance(label, Label)
        assert label.media_type == media_type

    def test_somebody_with_the_same_key_may_be_faster(
        self, carrier: KarrioCarrier, script: Scripted
    ) -> None:
        """Then it is their label."""
        script.replies["POST", "purchase"] = said(409, failing("state_error"))
        script.replies["GET", "shp_1"] = said(200, BOUGHT)
        assert isinstance(carrier.label("k", COAT), Label)

    @pytest.mark.parametrize(
        ("path", "reply"),
        [
            ("label", said(200, {**PDF, "base64": "*"})),
            ("label", said(404, failing("not_found"))),
            ("purchase", said(200, {**BOUGHT, "tracking_number": None})),
            ("purchase", said(200, {**BOUGHT, "selected_rate": None})),
            ("purchase", said(424, failing("SHIPPING_SDK_INTERNAL_ERROR"))),
            ("purchase", said(500, failing("error"))),
            ("shipments", Reply(201, b"{}")),
        ],
        ids=str,
    )
    def test_that_cannot_be_understood_are_asked_for_again(
        self, carrier: KarrioCarrier, script: Scripted, path: str, reply: Reply
    ) -> None:
        """A carrier that does not answer karrio may have sold one all the same."""
        script.replies["POST", path] = reply
        with pytest.raises(OutsideUnavailableError):
            carrier.label("k", COAT)


class TestRefusals:
    """What carriers refuse, through karrio."""

    @pytest.mark.parametrize(
        ("code", "reason"),
        [
            ("SHIPPING_SDK_DESTINATION_NOT_SERVICED_ERROR", ShipmentRefusal.ADDRESS_NOT_SERVED),
            ("SHIPPING_SDK_ORIGIN_NOT_SERVICED_ERROR", ShipmentRefusal.ADDRESS_NOT_SERVED),
            ("120801", ShipmentRefusal.REFUSED),
        ],
    )
    @pytest.mark.parametrize("key", ["errors", "messages"])
    def test_are_answers(
        self,
        carrier: KarrioCarrier,
        script: Scripted,
        code: str,
        reason: ShipmentRefusal,
        key: str,
    ) -> None:
        """With the carrier's own code; and such a parcel has no rates."""
        reply = said(424, {key: failing(code)["errors"]})
        script.replies["POST", "purchase"] = script.replies["POST", "rates"] = reply
        assert carrier.label("k", COAT) == ShipmentRefused(reason=reason, code=code)
        assert carrier.rates(COAT) == ()

    def test_may_come_with_the_draft(self, carrier: KarrioCarrier, script: Scripted) -> None:
        """Where no carrier offers a rate."""
        messages = failing("too-long")["errors"]
        script.replies["POST", "shipments"] = said(
            201, {**DRAFT, "rates": [], "messages": messages}
        )
        refused = ShipmentRefused(reason=ShipmentRefusal.REFUSED, code="too-long")
        assert carrier.label("k", COAT) == refused

    @pytest.mark.parametrize("path", ["shipments", "purchase"])
    def test_are_not_mistakes_of_ours(
        self, carrier: KarrioCarrier, script: Scripted, path: str
    ) -> None:
        """A request that karrio calls malformed is an error."""
        script.replies["POST", path] = said(400, failing("validation", "parcels: required"))
        with pytest.raises(OutsideRejectedError):
            carrier.label("k", COAT)


def scan(**event: object) -> Scan:
    """Read one event of karrio's."""
    told = {"timestamp": "2026-09-07T10:00:00+02:00", **event}
    text = json.dumps({"tracking_number": PARCEL, "events": [told]})
    return reading("Europe/Paris").tracking(read_json(text)).scans[0]


class TestScans:
    """Scans, as karrio tells them."""

    @pytest.mark.parametrize("status", ["pending", "cancelled", "delivery_failed", "unknown"])
    def test_of_other_statuses_stay_unknown(self, status: str) -> None:
        """Under the code of the carrier, or karrio's own where there is none."""
        assert scan(status=status, code="C7").status == "unknown:C7"
        assert scan(status=status).status == f"unknown:{status}"
        assert scan().status == "unknown:none"

    @pytest.mark.parametrize(
        ("reason", "status"),
        [("customs_delay", "held-at-customs"), ("weather_delay", "unknown:H"), (None, "unknown:H")],
    )
    def test_on_hold_are_at_customs_where_they_say_so(
        self, reason: str | None, status: str
    ) -> None:
        """A storm is not the customs."""
        assert scan(status="on_hold", code="H", reason=reason).status == status

    @pytest.mark.parametrize(
        ("reason", "cause"),
        [
            ("customs_duties_unpaid", SentBackCause.UNPAID_DUTIES),
            ("consignee_refused", SentBackCause.REFUSED),
            ("consignee_incorrect_address", SentBackCause.UNDELIVERABLE),
            ("other", SentBackCause.UNKNOWN),
            (None, SentBackCause.UNKNOWN),
        ],
    )
    def test_going_back_tell_why(self, reason: str | None, cause: SentBackCause) -> None:
        """As far as karrio knows."""
        told = scan(status="return_to_sender", reason=reason)
        assert (told.status, told.cause) == ("going-back", cause)

    def test_of_a_delivery_after_it_was_sent_back_do_not_say_to_whom(self) -> None:
        """One word stands for both, so it is not the buyer's; without a way back it is."""
        told = [
            {"code": "RTS", "status": "return_to_sender", "timestamp": "2026-09-08T10:00:00Z"},
            {"code": "DLV", "status": "delivered", "timestamp": "2026-09-09T10:00:00Z"},
        ]

        def statuses(*events: dict[str, str]) -> list[str]:
            tracker = {"tracking_number": PARCEL, "events": events}
            read = reading("Europe/Paris").tracking(read_json(json.dumps(tracker).encode()))
            return [scan.status for scan in read.scans]

        assert statuses(*reversed(told)) == ["going-back", "unknown:DLV"]
        assert statuses(told[1]) == ["delivered"]

    @pytest.mark.parametrize("time", ["10:05 AM", "10:05"])
    def test_may_have_only_a_day_and_an_hour(self, time: str) -> None:
        """On the wall of the carrier."""
        told = scan(timestamp=None, date="2026-12-07", time=time)
        assert told.at.isoformat() == "2026-12-07T10:05:00+01:00"

    @pytest.mark.parametrize("event", [{"date": "2026-12-07"}, {"date": "soon", "time": "10:05"}])
    def test_without_an_hour_are_refused(self, event: dict[str, object]) -> None:
        """Midnight is not made up."""
        with pytest.raises(ValueError, match=r"answer\.events\[0\]\.(date|time)"):
            scan(timestamp=None, **event)

    def test_are_read_in_a_zone_that_exists(self) -> None:
        """A misspelt one is refused at once."""
        with pytest.raises(DayError):
            KarrioCarrier("http://127.0.0.1", "key", zone="Europe/Pariss")


class TestKarrioScanReader(ScanReaderContract):
    """Messages of karrio's, which carry the secret of the webhook and are not signed."""

    code = "delivered"
    signs_the_body = ages = False
    secret: ClassVar[str] = "of-the-webhook"  # noqa: S105 - an invented one

    @pytest.fixture
    def reader(self) -> KarrioScanReader:
        """Know the secret."""
        return KarrioScanReader(self.secret, MemoryClock(EVENING))

    def write(
        self,
        reader: ScanReader,
        webhook_id: str,
        tracking_number: str,
        scans: Sequence[ReportedScan],
    ) -> ScanWebhookDraft:
        """Write a message as karrio does, which has no names for them."""
        assert isinstance(reader, KarrioScanReader)
        events = [
            {"timestamp": told.at, "code": told.code}
            | ({"status": told.code} if told.code in STATUSES else {})
            for told in scans
        ]
        data = {"id": webhook_id, "tracking_number": tracking_number, "events": events, "info": {}}
        body = json.dumps({"event": "tracker_updated", "data": data}).encode()
        return ScanWebhookDraft(headers={SECRET: self.secret}, body=body)
