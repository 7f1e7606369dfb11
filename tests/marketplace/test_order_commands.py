"""Each command on an order, its parcels, returns and claims: what it is given, when it fits and
when it does not, on which day, and what of it is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.marketplace.town import (
    ADA,
    BAG,
    COAT,
    HOUSE,
    LIEGE,
    LOU,
    MAX,
    MONDAY,
    POST,
    ZOE,
    Town,
    euros,
    ruled_otherwise,
)
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.adapters.memory.scans import MemoryScanReader
from vintage_rules.errors import ForgedWebhookError, InvalidValueError, NotFoundError
from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.machine import Refused
from vintage_rules.marketplace import CaseReason, SellerView
from vintage_rules.marketplace.commands.order_commands import Answer
from vintage_rules.orders.states import Order
from vintage_rules.ports import Scan
from vintage_rules.returns.claims import ClaimRefused
from vintage_rules.returns.eligibility import ReturnRefused, Wants
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece

FIRST, SECOND = ParcelId("o1-1"), ParcelId("o1-2")
AS_SENT = [CheckedPiece(piece=COAT, finding=Finding.AS_SENT)]
LATE_EVENING = datetime(2026, 9, 7, 22, 30, tzinfo=UTC)  # half past midnight of the 8th in Paris


def bought(*, mode: str = "grouped", at: datetime = MONDAY) -> Town:
    """A coat of ada's and a bag of lou's, bought by zoe and paid."""
    town = Town.built(at=at).stock()
    town.buy(COAT, BAG, mode=mode)
    town.work()
    return town


@pytest.fixture
def town() -> Town:
    """Both in one parcel."""
    return bought()


@pytest.fixture
def direct() -> Town:
    """Each in a parcel of its own."""
    return bought(mode="direct")


def seen(at: datetime, status: str) -> Scan:
    """Where a parcel was seen."""
    return Scan(at=at, status=status, code=status, text="", place=None)


def reasons(answer: Answer) -> list[str]:
    """Why it was refused; nothing where it was not."""
    return [str(reason) for reason in getattr(answer, "reasons", ())]


def names(town: Town, stream: str = "order/o1") -> list[str]:
    """What has happened in a stream."""
    return [record.name for record in town.market.shop.store.read(stream).records]


class TestHandIn:
    """S1, S2: once, under a number that then stands for that parcel."""

    def test_twice(self, town: Town) -> None:
        """The second is refused; the first number stays, the second stands for nothing."""
        parcels = town.arrive().market.parcels
        assert isinstance(parcels.hand_in(POST, "o1", FIRST, "8R1"), Order)
        town.wait(hours=1)
        answer = parcels.hand_in(POST, "o1", FIRST, "8R2")
        assert isinstance(answer, Refused)
        assert town.order().parcels[FIRST].tracking_number == "8R1"
        with pytest.raises(NotFoundError, match="tracking_number"):
            parcels.record_scan(POST, "8R2", seen(town.clock.now(), "delivered"))

    def test_an_order_that_is_not_paid(self) -> None:
        """Nothing travels before the money is taken."""
        town = Town.built().stock()
        town.buy(COAT)
        answer = town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        assert reasons(answer) == ["not-possible-now"]
        assert list(town.market.shop.store.streams("tracking/")) == []

    def test_the_number_is_that_of_its_own_parcel(self, direct: Town) -> None:
        """The second is delivered; the first is not moved."""
        parcels = direct.market.parcels
        parcels.hand_in(ADA, "o1", FIRST, "8R1")
        parcels.hand_in(LOU, "o1", SECOND, "8R2")
        direct.clock.advance(timedelta(hours=1))
        parcels.record_scan(POST, "8R2", seen(direct.clock.now(), "delivered"))
        states = {name: str(parcel.state) for name, parcel in direct.order().parcels.items()}
        assert states == {"o1-1": "handed-in", "o1-2": "delivered"}

    @pytest.mark.parametrize(
        ("at", "overdue"),
        [
            (MONDAY, "2026-09-12 22:00:00+00:00"),
            (LATE_EVENING - timedelta(minutes=31), "2026-09-12 22:00:00+00:00"),
            (LATE_EVENING, "2026-09-14 22:00:00+00:00"),
        ],
    )
    def test_overdue_by_the_day_in_paris(self, at: datetime, overdue: str) -> None:
        """S3: after midnight in Paris it is handed in on the next day, and five working days end
        after a Sunday.
        """
        town = bought(at=at)
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        assert str(town.order().parcels[FIRST].overdue_at) == overdue

    def test_overdue_by_the_calendar_of_the_destination(self) -> None:
        """L10: four working days to Belgium, whose national day is none of them."""
        town = Town.built(at=datetime(2026, 7, 17, 8, tzinfo=UTC)).stock()
        town.buy(COAT, place=LIEGE)
        town.work()
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        # Friday the 17th; Monday, the national day on Tuesday the 21st, Wednesday to Friday.
        assert str(town.order().parcels[FIRST].overdue_at) == "2026-07-24 22:00:00+00:00"

    @pytest.mark.parametrize(
        ("moment", "state"),
        [("2026-09-12T21:59:59Z", "handed-in"), ("2026-09-12T22:00Z", "overdue")],
    )
    def test_both_sides_of_overdue(self, town: Town, moment: str, state: str) -> None:
        """Whoever looks sees it, before any worker has."""
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.clock.set(datetime.fromisoformat(moment))
        assert town.order().parcels[FIRST].state == state


class TestRecordScan:
    """S1: what a carrier tells, in whatever order, once."""

    def test_several_at_once(self, town: Town) -> None:
        """They happen in the order of their time."""
        parcels = town.arrive().market.parcels
        parcels.hand_in(POST, "o1", FIRST, "8R1")
        now = town.clock.now()
        town.clock.advance(timedelta(days=1))
        moved = seen(now + timedelta(hours=2), "in-transit")
        held = seen(now + timedelta(hours=5), "held-at-customs")
        assert isinstance(parcels.record_scan(POST, "8R1", held, moved), Order)
        assert town.order().parcels[FIRST].state == "held-at-customs"
        assert names(town).count("parcel-changed") == 2 + 3  # two to the workshop
        assert isinstance(parcels.record_scan(POST, "8R1", moved, held), Order)
        assert names(town).count("parcel-changed") == 2 + 3

    def test_the_same_scan_of_two_parcels(self, direct: Town) -> None:
        """What one was told is not taken for what the other was."""
        parcels = direct.market.parcels
        for by, name, number in ((ADA, FIRST, "8R1"), (LOU, SECOND, "8R2")):
            parcels.hand_in(by, "o1", name, number)
        direct.clock.advance(timedelta(days=1))
        scan = seen(direct.clock.now(), "delivered")
        for number in ("8R1", "8R2"):
            parcels.record_scan(POST, number, scan)
        assert {parcel.state for parcel in direct.order().parcels.values()} == {"delivered"}

    def test_what_is_dated_ahead_moves_nothing(self, direct: Town) -> None:
        """S1: three days ahead by the carrier's clock, it waits for a person; the order goes on."""
        parcels, market = direct.market.parcels, direct.market
        parcels.hand_in(ADA, "o1", FIRST, "8R1")
        ahead = seen(direct.clock.now() + timedelta(days=3), "delivered")
        before = direct.order()
        for typed in ("8r1", "8r1", "8R 1"):
            assert parcels.record_scan(POST, typed, ahead) == before
        (case,) = market.house_desk.cases(HOUSE).rows
        assert (case.opened.reason, case.opened.order) == (CaseReason.SCAN_AHEAD, "o1")
        assert (case.opened.reference, case.opened.code) == ("8r1", "delivered")
        assert (case.opened.at, case.opened.reported_at) == (direct.clock.now(), ahead.at)
        direct.clock.advance(timedelta(days=3))
        delivered = parcels.record_scan(POST, "8R1", ahead)
        assert isinstance(delivered, Order)
        assert delivered.parcels[FIRST].state == "delivered"

    @pytest.mark.parametrize(
        ("ahead", "state"),
        [
            (timedelta(minutes=5), "delivered"),
            (timedelta(minutes=5, microseconds=1), "handed-in"),
        ],
    )
    def test_a_clock_that_is_a_little_ahead(
        self, direct: Town, ahead: timedelta, state: str
    ) -> None:
        """Five minutes count as of now, more do not."""
        parcels = direct.market.parcels
        parcels.hand_in(ADA, "o1", FIRST, "8R1")
        direct.clock.advance(timedelta(hours=1))
        now = direct.clock.now()
        scanned = parcels.record_scan(POST, "8R1", seen(now + ahead, "delivered"))
        assert isinstance(scanned, Order)
        assert scanned.parcels[FIRST].state == state
        assert scanned.at == (now if state == "delivered" else now - timedelta(hours=1))
        assert len(direct.market.house_desk.cases(HOUSE).rows) == (state != "delivered")

    def test_only_what_is_dated_ahead_waits(self, direct: Town) -> None:
        """Of two scans in one message the other is recorded."""
        parcels = direct.market.parcels
        parcels.hand_in(ADA, "o1", FIRST, "8R1")
        direct.clock.advance(timedelta(hours=1))
        now = direct.clock.now()
        scans = (seen(now + timedelta(days=1), "delivered"), seen(now, "in-transit"))
        scanned = parcels.record_scan(POST, "8R1", *scans)
        assert isinstance(scanned, Order)
        assert scanned.parcels[FIRST].state == "under-way"
        assert len(direct.market.house_desk.cases(HOUSE).rows) == 1

    def test_what_is_unknown_is_noted(self, town: Town) -> None:
        """And moves nothing."""
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        answer = town.market.parcels.record_scan(
            HOUSE, "8R1", seen(town.clock.now(), "unknown:CUST")
        )
        assert isinstance(answer, Order)
        assert answer.parcels[FIRST].state == "handed-in"
        assert names(town).count("parcel-changed") == 2 + 2  # two to the workshop

    def test_the_cause_of_going_back_is_kept(self, town: Town) -> None:
        """L14: it decides who pays."""
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.clock.advance(timedelta(hours=1))
        scan = Scan(
            at=town.clock.now(),
            status="going-back",
            code="RT",
            text="",
            place=None,
            cause=type(seen(MONDAY, "going-back").cause)("unpaid-duties"),
        )
        town.market.parcels.record_scan(POST, "8R1", scan)
        assert town.order().parcels[FIRST].cause == "unpaid-duties"


class TestNoticesOfACarrier:
    """S1: a carrier's own messages, verified, are scans."""

    def test_taken(self, town: Town) -> None:
        """In the name of that carrier, once."""
        reader = MemoryScanReader(b"a secret", town.clock)
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.clock.advance(timedelta(hours=1))
        headers, body = reader.write("n1", "8R1", seen(town.clock.now(), "delivered"))
        for _ in range(2):
            answer = town.market.webhooks.scans("post", reader, headers, body)
            assert isinstance(answer, Order)
        assert town.order().parcels[FIRST].state == "delivered"
        records = town.market.shop.store.read("order/o1").records
        told = [r for r in records if '"actor":"carrier post"' in r.data]
        assert [r.name for r in told] == [
            "parcel-changed",
            "parcel-changed",
            "window-opened",
            "payout-scheduled",
        ]

    def test_forged(self, town: Town) -> None:
        """Nothing is taken."""
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        theirs = MemoryScanReader(b"another", town.clock)
        headers, body = theirs.write("n1", "8R1", seen(town.clock.now(), "delivered"))
        with pytest.raises(ForgedWebhookError):
            town.market.webhooks.scans(
                "post", MemoryScanReader(b"a secret", town.clock), headers, body
            )
        assert town.order().parcels[FIRST].state == "handed-in"


class TestParcelsThatDoNotArrive:
    """L14, R10: each command fits one place of the journey and no other."""

    @pytest.mark.parametrize("command", ["back", "answer", "again", "lost", "found"])
    def test_not_before_it_is_handed_in(self, town: Town, command: str) -> None:
        """All are refused, and nothing changes."""
        parcels = town.arrive().market.parcels
        acts: dict[str, Callable[[], Answer]] = {
            "back": lambda: parcels.receive_back(HOUSE, "o1", FIRST),
            "answer": lambda: parcels.answer_refund(ZOE, "o1", FIRST, agrees=True),
            "again": lambda: parcels.send_again(HOUSE, "o1", FIRST),
            "lost": lambda: parcels.give_up_search(HOUSE, "o1", FIRST),
            "found": lambda: parcels.report_parcel_found(HOUSE, "o1", FIRST),
        }
        before = names(town)
        assert reasons(acts[command]()) == ["not-now"]
        assert names(town) == before

    def test_another_parcel_than_there_is(self, town: Town) -> None:
        """Is named."""
        with pytest.raises(NotFoundError, match="o1-9"):
            town.market.parcels.receive_back(HOUSE, "o1", ParcelId("o1-9"))
        with pytest.raises(NotFoundError, match="o1-9"):
            town.market.parcels.give_up_search(HOUSE, "o1", ParcelId("o1-9"))

    def test_each_does_what_it_says(self, direct: Town) -> None:
        """Of its own parcel."""
        parcels = direct.market.parcels
        parcels.hand_in(ADA, "o1", FIRST, "8R1")
        parcels.hand_in(LOU, "o1", SECOND, "8R2")
        direct.clock.advance(timedelta(days=1))
        seen_states: list[tuple[str, str]] = []

        def note(answer: Answer) -> None:
            assert isinstance(answer, Order)
            seen_states.append(
                (str(answer.parcels[FIRST].state), str(answer.parcels[SECOND].state))
            )

        note(parcels.receive_back(ADA, "o1", FIRST))
        direct.work()
        note(parcels.answer_refund(ZOE, "o1", FIRST, agrees=False))
        note(parcels.send_again(HOUSE, "o1", FIRST))
        note(parcels.give_up_search(HOUSE, "o1", SECOND))
        note(parcels.report_parcel_found(HOUSE, "o1", SECOND))
        assert seen_states == [
            ("back-at-sender", "handed-in"),
            ("refund-declined", "handed-in"),
            ("announced", "handed-in"),
            ("announced", "lost"),
            ("announced", "found"),
        ]


class TestOrders:
    """C3, F2, R6: an order as a whole."""

    def test_who_sees_which_parcel(self, direct: Town) -> None:
        """A seller: the parcels they send and the returns they receive."""
        direct.deliver()
        direct.market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        ada = direct.market.orders.view(ADA, "o1")
        lou = direct.market.orders.view(LOU, "o1")
        assert isinstance(ada, SellerView)
        assert isinstance(lou, SellerView)
        assert (ada.order, ada.parcels, ada.returns) == ("o1", (FIRST,), ("r1",))
        assert (lou.order, lou.parcels, lou.returns) == ("o1", (SECOND,), ())
        assert [line.piece for line in lou.lines] == [BAG]

    def test_a_return_that_is_asked_before_delivery(self, direct: Town) -> None:
        """It may have no parcel yet: its seller sees it all the same once it has one, and looking
        never fails.
        """
        direct.market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        assert isinstance(direct.market.orders.view(ADA, "o1"), SellerView)

    def test_the_carrier_is_paid_what_it_is_owed(self, town: Town) -> None:
        """Once, and not before it has carried anything."""
        orders = town.market.orders
        assert reasons(orders.record_carrier_paid(HOUSE, "o1")) == ["nothing-owed"]
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        assert isinstance(orders.record_carrier_paid(HOUSE, "o1"), Order)
        assert '"amount":"11.19 EUR"' in town.market.shop.store.read("order/o1").records[-1].data
        assert reasons(orders.record_carrier_paid(HOUSE, "o1")) == ["nothing-owed"]

    def test_what_was_not_owed(self, town: Town) -> None:
        """Neither a refund nor a payout is recorded."""
        orders = town.market.orders
        assert reasons(orders.record_refund(HOUSE, "o1", "r1")) == ["nothing-owed"]
        assert reasons(orders.record_payout(HOUSE, "o1", COAT)) == ["nothing-owed"]

    def test_a_payout_of_another_piece(self, town: Town) -> None:
        """The one that was named is recorded, and its seller mailed once."""
        town.deliver()
        town.clock.advance(timedelta(days=20))
        town.market.worker().tick()
        answer = town.market.orders.record_payout(HOUSE, "o1", BAG)
        assert isinstance(answer, Order)
        assert {piece: str(state) for piece, state in answer.payouts.items()} == {
            COAT: "due",
            BAG: "sent",
        }
        town.work()
        assert town.mails().count("payout-sent lou") == town.mails().count("payout-sent ada") == 1

    def test_the_address(self, town: Town) -> None:
        """C3: refused, whoever asks and wherever it would go."""
        answer = town.market.orders.change_address(ZOE, "o1", LIEGE)
        assert isinstance(answer, Refused)
        assert reasons(answer) == ["address-fixed"]

    def test_seen_as_it_is_now(self, town: Town) -> None:
        """Time has opened what it opens, though no worker has come by; nothing is written."""
        town.deliver()
        before = names(town)
        town.clock.advance(timedelta(days=20))
        assert town.order().payouts[COAT] == "due"
        assert names(town) == before


class TestWhoAsked:
    """Beside each event stands in whose name it was written."""

    def test_each(self, town: Town) -> None:
        """A carrier, the worker, the buyer, the house."""
        parcels = town.arrive().market.parcels
        parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.wait(hours=1)
        parcels.receive_back(HOUSE, "o1", FIRST)
        town.work()
        parcels.answer_refund(ZOE, "o1", FIRST, agrees=False)
        parcels.send_again(HOUSE, "o1", FIRST)
        records = town.market.shop.store.read("order/o1").records[-5:]
        asked = [record.data.rpartition('"actor":"')[2].rstrip('"}') for record in records]
        assert asked == ["carrier post", "house anna", "worker", "buyer zoe", "house anna"]


class TestRequestReturn:
    """R1 to R5, R8: all that a request says is looked at."""

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            ({"parcel_number": None}, ["no-parcel-number"]),
            ({"parcel_number": "8R", "in_writing": False}, ["not-in-writing"]),
            ({"parcel_number": "8R", "wants": Wants.EXCHANGE}, ["exchange"]),
            ({"parcel_number": "8R"}, []),
        ],
    )
    def test_each_fact(self, town: Town, words: dict[str, object], why: list[str]) -> None:
        """A number, in writing, for a refund."""
        town.deliver()
        answer = town.market.returns.request_return(ZOE, "o1", "r", [COAT], **words)  # type: ignore[arg-type]
        assert reasons(answer) == why
        assert isinstance(answer, ReturnRefused if why else Order)

    def test_no_pieces(self, town: Town) -> None:
        """Named as the reason."""
        town.deliver()
        answer = town.market.returns.request_return(ZOE, "o1", "r", [], parcel_number="8R")
        assert "no-pieces" in reasons(answer)

    def test_a_piece_of_another_order(self, town: Town) -> None:
        """Is named."""
        town.list_piece(ADA, PieceId("hat"), "20.00")
        with pytest.raises(NotFoundError, match="hat"):
            town.market.returns.request_return(ZOE, "o1", "r", [PieceId("hat")], parcel_number="8R")

    @pytest.mark.parametrize(
        ("first", "again", "returns"),
        [("r", "r", ["r"]), ("r", "r2", ["r"])],
    )
    def test_told_twice(self, town: Town, first: str, again: str, returns: list[str]) -> None:
        """Under its name it is known; under another its piece is taken already."""
        town.deliver()
        requests = town.market.returns
        requests.request_return(ZOE, "o1", first, [COAT], parcel_number="8R")
        answer = requests.request_return(ZOE, "o1", again, [COAT], parcel_number="8R")
        assert reasons(answer) == ([] if first == again else ["already-claimed"])
        assert list(town.order().returns) == returns

    def test_two_parcels_told_twice(self, town: Town) -> None:
        """The second time nothing is added."""
        town.deliver()
        returns = town.market.returns
        returns.request_return(ZOE, "o1", "r", [COAT, BAG], parcel_number="8R")
        before = names(town)
        again = returns.request_return(ZOE, "o1", "r", [COAT, BAG], parcel_number="8R")
        assert isinstance(again, Order)
        pieces = {name: case.opened.pieces for name, case in again.returns.items()}
        assert pieces == {"r-1": (COAT,), "r-2": (BAG,)}
        assert names(town) == before

    @pytest.mark.parametrize(("minutes", "why"), [(-1, []), (0, ["too-late"])])
    def test_the_last_minute_in_paris(self, town: Town, minutes: int, why: list[str]) -> None:
        """Received on Thursday the 10th; the 24th ends at 22:00 in UTC."""
        town.deliver()
        town.clock.set(datetime(2026, 9, 24, 22, tzinfo=UTC) + timedelta(minutes=minutes))
        answer = town.market.returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R")
        assert reasons(answer) == why

    def test_received_after_midnight_in_paris(self) -> None:
        """A delivery at half past midnight is of the next day, and so is its window."""
        town = bought(at=datetime(2026, 9, 6, 22, 30, tzinfo=UTC))
        town.deliver(days=3)  # the 9th in UTC, the 10th in Paris
        assert town.order().day_received(COAT, ZoneInfo("Europe/Paris")) == date(2026, 9, 10)
        town.clock.set(datetime(2026, 9, 24, 21, 59, tzinfo=UTC))
        answer = town.market.returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R")
        assert isinstance(answer, Order)

    def test_before_all_is_delivered(self, direct: Town) -> None:
        """The coat is there and the bag still travels: the coat may go back."""
        direct.deliver()
        answer = direct.market.returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R")
        assert reasons(answer) == []


class TestReturnsOnTheirWay:
    """R1, F1: accepted, posted, received, checked, settled: each in its turn."""

    @pytest.fixture
    def asked(self, town: Town) -> Town:
        """A return of the coat was accepted."""
        town.deliver()
        town.market.returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R")
        town.work()
        return town

    def test_out_of_turn(self, asked: Town) -> None:
        """Nothing is accepted twice, checked before it came, or settled with no question."""
        returns = asked.market.returns
        settled = [SettledPiece(piece=COAT)]
        for answer in (
            returns.accept_return(HOUSE, "o1", "r"),
            returns.check_return(ADA, "o1", "r", AS_SENT),
        ):
            assert isinstance(answer, Refused)
        assert reasons(returns.settle_review(HOUSE, "o1", "r", settled)) == ["not-possible-now"]

    def test_posted_and_received(self, asked: Town) -> None:
        """With the days that were told."""
        returns, posted = asked.market.returns, asked.today
        asked.clock.advance(timedelta(days=3))
        answer = returns.post_return(ZOE, "o1", "r", posted)
        assert isinstance(answer, Order)
        assert answer.returns["r"].state == "posted"
        assert f'"postmark":"{posted}"' in asked.market.shop.store.read("order/o1").records[-1].data
        answer = returns.receive_return(ADA, "o1", "r", asked.today)
        assert isinstance(answer, Order)
        assert answer.returns["r"].state == "received"
        answer = returns.check_return(ADA, "o1", "r", AS_SENT)
        assert isinstance(answer, Order)
        assert answer.returns["r"].state == "refund-due"

    @pytest.mark.parametrize(("day", "status"), [(24, "posted"), (25, "needs-review")])
    def test_the_postmark_dates_it(self, asked: Town, day: int, status: str) -> None:
        """Told late, it counts by its postmark: 14 days after the request of the 10th."""
        asked.clock.advance(timedelta(days=15))
        asked.market.returns.post_return(POST, "o1", "r", date(2026, 9, day))
        assert asked.order().returns["r"].state == status

    @pytest.mark.parametrize(("day", "status"), [(24, "received"), (25, "needs-review")])
    def test_the_postmark_that_it_bears_dates_it(self, asked: Town, day: int, status: str) -> None:
        """It arrives five days late, and bears its postmark."""
        asked.clock.advance(timedelta(days=19))
        asked.market.returns.receive_return(ADA, "o1", "r", date(2026, 9, 29), date(2026, 9, day))
        assert asked.order().returns["r"].state == status
        record = asked.market.shop.store.read("order/o1").records[-1].data
        assert '"arrived":"2026-09-29"' in record

    def test_received_with_a_postmark(self, asked: Town) -> None:
        """Nobody told that it was posted; the parcel bears the day."""
        posted = asked.today
        asked.clock.advance(timedelta(days=3))
        answer = asked.market.returns.receive_return(ADA, "o1", "r", asked.today, posted)
        assert isinstance(answer, Order)
        assert answer.returns["r"].state == "received"

    def test_declined_after_a_look(self, asked: Town) -> None:
        """Not before a person was asked; then with every reason, in their order."""
        returns = asked.market.returns
        assert reasons(returns.decline_return(HOUSE, "o1", "r", "no")) == ["not-possible-now"]
        returns.receive_return(ADA, "o1", "r", asked.today, asked.today)
        another = [CheckedPiece(piece=COAT, finding=Finding.ANOTHER_PIECE)]
        returns.check_return(ADA, "o1", "r", another)
        answer = returns.decline_return(HOUSE, "o1", "r", "first", "second")
        assert isinstance(answer, Order)
        assert answer.returns["r"].state == "declined"
        written = asked.market.shop.store.read("order/o1").records[-1].data
        assert '"reasons":["first","second"]' in written

    def test_settled_for_less(self, asked: Town) -> None:
        """A damaged coat: what is withheld is withheld from the refund."""
        returns = asked.market.returns
        returns.post_return(ZOE, "o1", "r", asked.today)
        asked.wait(days=1)
        returns.receive_return(ADA, "o1", "r", asked.today)
        damaged = [CheckedPiece(piece=COAT, finding=Finding.DAMAGED)]
        answer = returns.check_return(ADA, "o1", "r", damaged)
        assert isinstance(answer, Order)
        assert answer.returns["r"].state == "needs-review"
        returns.settle_review(HOUSE, "o1", "r", [SettledPiece(piece=COAT, withheld=euros("40.00"))])
        asked.work()
        (refund,) = [entry for entry in asked.bank.ledger if entry.act == "refund"]
        assert str(refund.amount) == "59.00 EUR"

    def test_a_check_of_another_piece(self, asked: Town) -> None:
        """Is no check of this return."""
        returns = asked.market.returns
        returns.post_return(ZOE, "o1", "r", asked.today)
        asked.wait(days=1)
        returns.receive_return(ADA, "o1", "r", asked.today)
        with pytest.raises(InvalidValueError):
            returns.check_return(ADA, "o1", "r", [CheckedPiece(piece=BAG, finding=Finding.AS_SENT)])


class TestOpenClaim:
    """R9, R10: all that a claim says is looked at, from the day the last piece came."""

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            ({"photos": 0, "parcel_number": "8R"}, ["too-few-photos"]),
            ({"photos": 1, "parcel_number": None}, []),
            ({"photos": 1, "parcel_number": "8R", "in_writing": False}, ["not-in-writing"]),
            ({"photos": 1, "parcel_number": "8R"}, []),
        ],
    )
    def test_each_fact(self, town: Town, words: dict[str, object], why: list[str]) -> None:
        """Photos, a number, in writing."""
        town.deliver()
        answer = town.market.claims.open_claim(ZOE, "o1", "c", "defect", [COAT], **words)  # type: ignore[arg-type]
        assert reasons(answer) == why
        assert isinstance(answer, ClaimRefused if why else Order)

    @pytest.mark.parametrize(
        ("day", "pieces", "why"),
        [
            (24, [COAT], []),
            (25, [COAT], ["too-late"]),
            (25, [COAT, BAG], []),
            (28, [BAG, COAT], []),
            (29, [BAG, COAT], ["too-late"]),
        ],
    )
    def test_two_parcels_count_from_the_last(
        self, direct: Town, day: int, pieces: list[PieceId], why: list[str]
    ) -> None:
        """The coat came on Thursday the 10th, the bag on Monday the 14th: 14 days from the one that
        came last of those that are claimed.
        """
        direct.market.parcels.hand_in(LOU, "o1", SECOND, "8R2")
        direct.deliver()
        direct.clock.advance(timedelta(days=4))
        direct.market.parcels.record_scan(POST, "8R2", seen(direct.clock.now(), "delivered"))
        direct.clock.set(datetime(2026, 9, day, 12, tzinfo=UTC))
        answer = direct.market.claims.open_claim(
            ZOE, "o1", "c", "defect", pieces, photos=1, parcel_number="8R"
        )
        assert reasons(answer) == why

    def test_one_of_two_has_not_come(self, direct: Town) -> None:
        """No window has begun: it is in time months later, where the coat alone would not be."""
        direct.market.parcels.hand_in(LOU, "o1", SECOND, "8R2")
        direct.deliver().wait(days=60)
        claims = direct.market.claims
        alone = claims.open_claim(ZOE, "o1", "c", "defect", [COAT], photos=1, parcel_number="8R")
        assert reasons(alone) == ["too-late"]
        both = claims.open_claim(
            ZOE, "o1", "c", "defect", [COAT, BAG], photos=1, parcel_number="8R"
        )
        assert reasons(both) == []

    def test_told_twice(self, town: Town) -> None:
        """Once; another of its pieces is refused."""
        claims = town.deliver().market.claims
        for _ in range(2):
            answer = claims.open_claim(
                ZOE, "o1", "c", "defect", [COAT], photos=1, parcel_number="8R"
            )
            assert isinstance(answer, Order)
        version = town.market.shop.store.read("order/o1").version
        answer = claims.open_claim(ZOE, "o1", "d", "defect", [COAT], photos=1, parcel_number="8R")
        assert reasons(answer) == ["already-claimed"]
        assert town.market.shop.store.read("order/o1").version == version

    def test_the_order_number_is_given(self, town: Town) -> None:
        """R10: what did not arrive is claimed with it; the marketplace knows it."""
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        answer = town.market.claims.open_claim(ZOE, "o1", "c", "not-received", [BAG], photos=0)
        assert isinstance(answer, Order)
        assert answer.claims["c"].opened.pieces == (BAG,)

    def test_a_day_in_paris(self, direct: Town) -> None:
        """Delivered half an hour after midnight in Paris: the window is that of the next day."""
        direct.market.parcels.hand_in(ADA, "o1", FIRST, "8R1")
        direct.clock.set(datetime(2026, 9, 9, 22, 30, tzinfo=UTC))
        direct.market.parcels.record_scan(POST, "8R1", seen(direct.clock.now(), "delivered"))
        direct.clock.set(datetime(2026, 9, 24, 21, tzinfo=UTC))
        answer = direct.market.claims.open_claim(
            ZOE, "o1", "c", "defect", [COAT], photos=1, parcel_number="8R"
        )
        assert reasons(answer) == []


class TestEndAClaim:
    """R9, R10: each end is the one that was given, of the claim that was named."""

    @pytest.fixture
    def missing(self, direct: Town) -> Town:
        """Both parcels are missed, each in a claim of its own."""
        for by, name, number in ((ADA, FIRST, "8R1"), (LOU, SECOND, "8R2")):
            direct.market.parcels.hand_in(by, "o1", name, number)
        direct.wait(days=10)
        for claim, piece in (("c", COAT), ("c-1", BAG)):
            direct.market.claims.open_claim(ZOE, "o1", claim, "not-received", [piece], photos=0)
        return direct

    def test_found(self, missing: Town) -> None:
        """Only the one."""
        answer = missing.market.claims.report_found(HOUSE, "o1", "c")
        assert isinstance(answer, Order)
        statuses = {name: str(claim.state) for name, claim in answer.claims.items()}
        assert statuses == {"c": "found", "c-1": "investigating"}

    def test_lost(self, missing: Town) -> None:
        """Only its pieces are refunded, in full."""
        missing.market.claims.report_lost(HOUSE, "o1", "c-1")
        missing.work()
        refunds = [str(e.amount) for e in missing.bank.ledger if e.act == "refund"]
        assert refunds == ["64.59 EUR"]
        assert missing.order().claims["c"].state == "investigating"

    def test_looked_for_again(self) -> None:
        """Where a search in vain is looked at by a person, they may have it looked for once more;
        not while it is.
        """
        book = ruled_otherwise(('in_vain = "lost"', 'in_vain = "review"'))
        town = Town.built().under(book).stock()
        town.buy(COAT)
        town.work()
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        claims = town.wait(days=10).market.claims
        claims.open_claim(ZOE, "o1", "c", "not-received", [COAT], photos=0)
        assert reasons(claims.look_again(HOUSE, "o1", "c")) == ["not-possible-now"]
        town.wait(days=20)
        assert not town.order().refunds
        answer = claims.look_again(HOUSE, "o1", "c")
        assert isinstance(answer, Order)
        assert answer.claims["c"].state == "investigating"
        assert str(answer.claims["c"].deadline) == "2026-10-21 22:00:00+00:00"

    def test_lost_by_time(self, missing: Town) -> None:
        """Ten working days later, without a word, it is refunded."""
        missing.wait(days=20)
        assert str(missing.bank.ledger.balance(Account.HOUSE, "EUR")) == "0.00 EUR"

    @pytest.mark.parametrize("withheld", ["0.00", "40.00"])
    def test_upheld_for_less(self, town: Town, withheld: str) -> None:
        """What a person withholds is withheld when it comes back."""
        claims = town.deliver().market.claims
        claims.open_claim(ZOE, "o1", "c", "defect", [COAT], photos=1, parcel_number="8R")
        settled = SettledPiece(piece=COAT, withheld=euros(withheld))
        answer = claims.uphold_claim(HOUSE, "o1", "c", [settled])
        assert isinstance(answer, Order)
        assert answer.claims["c"].refunds == (settled,)

    def test_a_claim_that_is_over(self, missing: Town) -> None:
        """Ends no second time."""
        claims = missing.market.claims
        claims.report_found(HOUSE, "o1", "c")
        assert reasons(claims.report_lost(HOUSE, "o1", "c")) == ["not-possible-now"]
        assert reasons(claims.reject_claim(HOUSE, "o1", "c", "no")) == ["not-possible-now"]

    def test_a_claim_that_there_is_not(self, town: Town) -> None:
        """Nothing is written."""
        before = names(town)
        delivered = town.deliver()
        with pytest.raises(NotFoundError, match="claim: must be one that was recorded, got 'x'"):
            delivered.market.claims.uphold_claim(HOUSE, "o1", "x", [])
        assert "claim-changed" not in names(town)
        assert len(before) < len(names(town))


class TestClocksThatRunBackwards:
    """A clock may be set back: what is written is never dated before what it follows."""

    def test_an_order(self, town: Town) -> None:
        """An hour back, the parcel is handed in when the order was last changed, not before."""
        last = max(record.at for record in town.market.shop.store.read("order/o1").records)
        town.clock.advance(timedelta(hours=-1))
        assert isinstance(town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1"), Order)
        moments = [record.at for record in town.market.shop.store.read("order/o1").records]
        assert moments == sorted(moments)
        assert moments[-1] == last

    def test_a_piece(self) -> None:
        """An offer is not older than what it is on."""
        town = Town.built().stock()
        town.clock.advance(timedelta(hours=-1))
        town.market.pieces.make_offer(ZOE, COAT, euros("70.00"))
        town.market.pieces.make_offer(MAX, COAT, euros("75.00"))
        moments = [record.at for record in town.market.shop.store.read("piece/coat").records]
        assert moments == [MONDAY] * 4

    def test_several_streams_at_once(self) -> None:
        """A checkout is dated after the youngest of the pieces it sells."""
        town = Town.built().stock()
        town.clock.advance(timedelta(hours=2))
        town.market.pieces.change_price(LOU, BAG, euros("50.00"))
        town.clock.advance(timedelta(hours=-1))
        town.buy(COAT, BAG, prices={BAG: "50.00"})
        assert town.order().placed.at == MONDAY + timedelta(hours=2)
        moments = [record.at for record in town.market.shop.store.read("piece/bag").records]
        assert moments == sorted(moments)
