"""Before it is posted, in a shop: cancelled by a buyer, a seller or the house; received and checked
by the workshop.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import (
    ADA,
    BAG,
    BOOK,
    COAT,
    HOUSE,
    LOU,
    MAX,
    POST,
    ZOE,
    Town,
    euros,
    ruled_otherwise,
)
from tests.orders.test_promise import promising
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.dates import local_day, zone
from vintage_rules.errors import NotAllowedError, NotFoundError
from vintage_rules.ids import ParcelId, PieceId
from vintage_rules.machine import Refused
from vintage_rules.marketplace import Actor, SellerView
from vintage_rules.orders.commands import WorkshopFinding
from vintage_rules.orders.promise import promise_of
from vintage_rules.orders.states import Order
from vintage_rules.policies import PolicyBook
from vintage_rules.ports import Scan
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece
from vintage_rules.shipping.delivery import DoorPromise

FIRST, SECOND = ParcelId("o1-1"), ParcelId("o1-2")
FROM_ADA, FROM_LOU = ParcelId("o1-in-1"), ParcelId("o1-in-2")


def bought(mode: str = "grouped", book: PolicyBook = BOOK) -> Town:
    """A coat of ada's and a bag of lou's, bought by zoe and paid."""
    town = Town.built().under(book).stock()
    town.buy(COAT, BAG, mode=mode)
    town.work()
    return town


@pytest.fixture
def direct() -> Town:
    """Each in a parcel of its own."""
    return bought("direct")


@pytest.fixture
def grouped() -> Town:
    """Both through the workshop."""
    return bought()


def reasons(answer: object) -> list[str]:
    """Why it was refused."""
    assert isinstance(answer, Refused)
    return [str(reason) for reason in answer.reasons]


def cancelled(town: Town) -> set[PieceId]:
    """The pieces that are no longer part of the order."""
    return set(town.order().cancelled)


def state(town: Town, piece: PieceId) -> str:
    """Where a piece is in the catalogue."""
    return str(town.market.pieces.view(HOUSE, piece).state)


def later(town: Town) -> list[str]:
    """Every mail since the order was confirmed and its two sellers heard of the sale."""
    return town.mails()[3:]


def facts(town: Town, kind: str) -> list[dict[str, object]]:
    """The facts of every mail of a kind."""
    return [dict(each.facts) for each in town.outbox.messages if each.kind == kind]


class TestS12CancelledBeforePosting:
    """R2: what was not posted is cancelled and refunded in full; the rest goes on."""

    def test_by_its_buyer(self, direct: Town) -> None:
        """The coat is refunded with its shipping and on sale again; both sides are mailed."""
        assert isinstance(direct.market.orders.cancel(ZOE, "o1", COAT), Order)
        direct.work()
        assert later(direct) == [
            "pieces-cancelled zoe",
            "piece-cancelled ada",
            "refund-sent zoe",
        ]
        assert facts(direct, "pieces-cancelled") == [
            {"order": "o1", "pieces": ("coat",), "by": "buyer"}
        ]
        assert facts(direct, "piece-cancelled") == [
            {"order": "o1", "piece": "coat", "by": "buyer", "unposted": True, "withdrawn": False}
        ]
        assert facts(direct, "refund-sent")[0]["amounts"] == (euros("99.59"),)
        assert (state(direct, COAT), state(direct, BAG)) == ("listed", "sold")
        direct.deliver(parcel=2)
        assert set(direct.order().received) == {BAG}

    def test_by_its_seller(self, direct: Town) -> None:
        """The piece waits for them; without a name it is all of theirs, and nobody else's."""
        direct.market.orders.cancel(ADA, "o1")
        direct.work()
        assert cancelled(direct) == {COAT}
        assert state(direct, COAT) == "taken-down"
        direct.market.pieces.relist(ADA, COAT)
        assert state(direct, COAT) == "listed"

    def test_by_its_seller_but_not_what_is_claimed(self) -> None:
        """The buyer says that the coat did not arrive: it waits for that, and the hat goes."""
        hat = PieceId("hat")
        town = Town.built().stock()
        town.list_piece(ADA, hat, "30.00")
        town.buy(COAT, hat, BAG, mode="direct", prices={hat: "30.00"})
        town.work()
        town.market.claims.open_claim(ZOE, "o1", "c1", "not-received", [COAT], photos=0)
        assert isinstance(town.market.orders.cancel(ADA, "o1"), Order)
        assert cancelled(town) == {hat}
        assert reasons(town.market.orders.cancel(ADA, "o1", COAT)) == ["already-claimed"]

    def test_by_the_house(self, direct: Town) -> None:
        """All that has not left."""
        direct.market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        direct.market.orders.cancel(HOUSE, "o1")
        assert cancelled(direct) == {BAG}
        assert reasons(direct.market.orders.cancel(HOUSE, "o1", COAT)) == ["already-posted"]

    def test_all_of_it(self, grouped: Town) -> None:
        """The bank gives everything back."""
        grouped.market.orders.cancel(ZOE, "o1")
        grouped.work()
        assert grouped.bank.ledger.balance(Account.HOUSE, "EUR") == euros("0")
        assert not any(grouped.order().accounts.values())
        answer = grouped.market.parcels.hand_in(POST, "o1", FROM_ADA, "8R1")
        assert reasons(answer) == ["already-cancelled"]

    def test_before_it_is_charged_nothing_is(self) -> None:
        """The hold is voided, and there is one mail about the pieces."""
        town = Town.built().stock()
        town.buy(COAT, BAG)
        town.market.orders.cancel(ZOE, "o1")
        town.work()
        assert town.order().state == "cancelled"
        assert town.bank.ledger.balance(Account.HELD, "EUR") == euros("0")
        assert town.bank.ledger.balance(Account.HOUSE, "EUR") == euros("0")
        assert town.mails() == ["pieces-cancelled zoe"]
        assert state(town, COAT) == "listed"

    def test_a_piece_before_it_is_charged(self) -> None:
        """It is never charged, so nothing goes back; its seller never hears of a sale."""
        town = Town.built().stock()
        town.buy(COAT, BAG, mode="direct")
        town.market.orders.cancel(ZOE, "o1", COAT)
        town.work()
        assert sorted(town.mails()) == [
            "order-confirmed zoe",
            "pieces-cancelled zoe",
            "pieces-sold lou",
        ]
        assert facts(town, "order-confirmed")[0]["pieces"] == ("bag",)

    def test_once(self, direct: Town) -> None:
        """The second command changes nothing."""
        direct.market.orders.cancel(ZOE, "o1", COAT)
        assert reasons(direct.market.orders.cancel(ADA, "o1")) == ["already-cancelled"]

    @pytest.mark.parametrize("by", [MAX, LOU, POST])
    def test_not_by_others(self, direct: Town, by: Actor) -> None:
        """Neither another buyer, nor a carrier, nor the seller of another piece."""
        with pytest.raises(NotAllowedError, match="cancel a piece"):
            direct.market.orders.cancel(by, "o1", COAT)
        assert cancelled(direct) == set()

    def test_a_piece_of_another_order(self, direct: Town) -> None:
        """It is named with those there are, to a seller too."""
        with pytest.raises(NotFoundError, match="piece: must be one of coat, bag"):
            direct.market.orders.cancel(ADA, "o1", PieceId("hat"))

    def test_who_waited_is_mailed_once_it_is_listed_again(self, direct: Town) -> None:
        """A5: not when it is taken out of the sale, but when it is for sale."""
        direct.market.pieces.set_alert(MAX, COAT)
        direct.market.orders.cancel(ADA, "o1", COAT)
        direct.work()
        assert "piece-back max" not in direct.mails()
        direct.market.pieces.relist(ADA, COAT)
        direct.work()
        assert direct.mails()[-1] == "piece-back max"


class TestS13TheWayToTheWorkshop:
    """L8, L5: sellers post to the workshop, which receives, checks and posts."""

    def test_from_seller_to_door(self, grouped: Town) -> None:
        """The buyer is mailed about the parcel that reaches them, and no other."""
        parcels = grouped.market.parcels
        parcels.hand_in(ADA, "o1", FROM_ADA, "8RADA")
        parcels.hand_in(LOU, "o1", FROM_LOU, "8RLOU")
        grouped.wait(days=1)
        assert later(grouped) == []
        at = grouped.clock.now()
        scan = Scan(at=at, status="delivered", code="DI1", text="", place=None)
        parcels.record_scan(POST, "8RADA", scan)
        for parcel, piece in ((FROM_ADA, COAT), (FROM_LOU, BAG)):
            assert isinstance(parcels.receive_parcel(HOUSE, "o1", parcel), Order)
            assert isinstance(
                parcels.check_piece(HOUSE, "o1", piece, WorkshopFinding.AS_DESCRIBED), Order
            )
        assert isinstance(parcels.hand_in(HOUSE, "o1", FIRST, "8R1"), Order)
        grouped.work()
        assert later(grouped) == ["parcel-handed-in zoe"]

    def test_waits_for_the_slowest(self, grouped: Town) -> None:
        """L3: both must be there and checked."""
        parcels = grouped.market.parcels
        parcels.receive_parcel(HOUSE, "o1", FROM_ADA)
        parcels.check_piece(HOUSE, "o1", COAT, WorkshopFinding.AS_DESCRIBED)
        assert reasons(parcels.hand_in(HOUSE, "o1", FIRST, "8R1")) == ["awaits-pieces"]

    def test_its_tracker_is_followed(self, grouped: Town) -> None:
        """To the workshop as to any door."""
        grouped.market.parcels.hand_in(ADA, "o1", FROM_ADA, "8RADA")
        at = grouped.clock.now() + timedelta(hours=1)
        scan = Scan(at=at, status="in-transit", code="ET1", text="", place=None)
        grouped.carrier.put("8RADA", scan)
        grouped.wait(days=1)
        assert grouped.order().parcels[FROM_ADA].state == "under-way"

    def test_overdue_where_the_house_knows_the_way(self) -> None:
        """The shipped house says nothing of it; one that does has a day: from Monday the 7th, three
        working days end on Thursday the 10th.
        """
        town = bought()
        town.market.parcels.hand_in(ADA, "o1", FROM_ADA, "8RADA")
        assert town.order().parcels[FROM_ADA].overdue_at is None
        sender = 'sender = "workshop"'
        book = ruled_otherwise((sender, f'{sender}\ninbound = "1 to 3 ouvres"'))
        town = bought(book=book)
        town.market.parcels.hand_in(ADA, "o1", FROM_ADA, "8RADA")
        assert town.order().parcels[FROM_ADA].overdue_at == datetime(2026, 9, 10, 22, tzinfo=UTC)

    def test_another_seller_does_not_post_it(self, grouped: Town) -> None:
        """Only its own, a carrier or the house."""
        with pytest.raises(NotAllowedError, match="hand a parcel in"):
            grouped.market.parcels.hand_in(LOU, "o1", FROM_ADA, "8RADA")

    def test_a_seller_sees_what_they_post(self, grouped: Town) -> None:
        """The parcel to the workshop, and not the one from there."""
        view = grouped.market.orders.view(ADA, "o1")
        assert isinstance(view, SellerView)
        assert view.parcels == (FROM_ADA,)

    def test_one_that_fails_goes_home(self, grouped: Town) -> None:
        """It is refunded, its seller decides, and the other leaves without it."""
        parcels = grouped.market.parcels
        for parcel in (FROM_ADA, FROM_LOU):
            parcels.receive_parcel(HOUSE, "o1", parcel)
        parcels.check_piece(HOUSE, "o1", COAT, WorkshopFinding.AS_DESCRIBED)
        parcels.check_piece(HOUSE, "o1", BAG, WorkshopFinding.FAILS)
        grouped.work()
        assert later(grouped) == [
            "pieces-cancelled zoe",
            "piece-cancelled lou",
            "refund-sent zoe",
        ]
        assert facts(grouped, "piece-cancelled") == [
            {"order": "o1", "piece": "bag", "by": "check", "unposted": False, "withdrawn": True}
        ]
        assert (state(grouped, BAG), state(grouped, COAT)) == ("taken-down", "sold")
        parcels.hand_in(HOUSE, "o1", FIRST, "8R1")
        grouped.work()
        assert facts(grouped, "parcel-handed-in")[0]["pieces"] == ("coat",)

    def test_one_that_never_comes(self, grouped: Town) -> None:
        """After fifteen days it is cancelled by the clock, refunded and off sale."""
        parcels = grouped.market.parcels
        parcels.receive_parcel(HOUSE, "o1", FROM_ADA)
        grouped.wait(days=16)
        assert cancelled(grouped) == {BAG}
        assert facts(grouped, "piece-cancelled")[0]["by"] == "silence"
        assert state(grouped, BAG) == "taken-down"
        assert "refund-sent zoe" in grouped.mails()


class TestL3L5L8ThePromiseFollows:
    """L3, L5, L8: when a grouped parcel arrives follows what has really come to the workshop."""

    def test_each_arrival(self) -> None:
        """As a replay of the same says; a house that says how long each step takes."""
        policy = promising()
        town = bought(book=evolve(BOOK, editions=(policy,)))

        def promised() -> DoorPromise:
            found = town.market.orders.promise(ZOE, "o1", FIRST)
            here = town.market.shop.calendar
            today = local_day(town.clock.now(), zone("Europe/Paris"))
            of_order = promise_of(
                town.order(), FIRST, today, policy, calendar=here, destination_calendar=here
            )
            assert found == of_order
            assert isinstance(found, DoorPromise)
            return found

        first = promised()
        for parcel, piece in ((FROM_ADA, COAT), (FROM_LOU, BAG)):
            town.market.parcels.receive_parcel(HOUSE, "o1", parcel)
            town.market.parcels.check_piece(HOUSE, "o1", piece, WorkshopFinding.AS_DESCRIBED)
        there = promised()
        assert there.window.latest < first.window.latest
        town.market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        left = promised()
        assert left.dispatch.earliest == left.dispatch.latest == town.today
        town.wait(days=1)
        scan = Scan(at=town.clock.now(), status="delivered", code="", text="", place="")
        town.market.parcels.record_scan(POST, "8R1", scan)
        assert town.market.orders.promise(ZOE, "o1", FIRST) is None


class TestF12AClaimedPieceWaits:
    """R9: a piece that came back for a defect waits for the house's decision."""

    def back(self) -> Town:
        """The coat, claimed for a defect, sent back and refunded."""
        town = bought("direct")
        town.market.orders.cancel(ZOE, "o1", BAG)
        town.deliver()
        claims, returns = town.market.claims, town.market.returns
        claims.open_claim(ZOE, "o1", "k", "defect", [COAT], photos=1, parcel_number="8Ro1-1")
        claims.uphold_claim(HOUSE, "o1", "k", [SettledPiece(piece=COAT)])
        returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8Ro1-1", reason="claim")
        returns.post_return(ZOE, "o1", "r", town.today)
        town.wait(days=1)
        returns.receive_return(ADA, "o1", "r", town.today)
        returns.check_return(ADA, "o1", "r", [CheckedPiece(piece=COAT, finding=Finding.AS_SENT)])
        town.work()
        assert town.mails()[-1] == "refund-sent zoe"
        return town

    def test_it_is_not_on_sale_by_itself(self) -> None:
        """It stays sold until the house has decided: on sale again."""
        town = self.back()
        assert state(town, COAT) == "sold"
        town.market.pieces.put_back(HOUSE, COAT)
        assert state(town, COAT) == "listed"

    def test_or_back_to_its_seller(self) -> None:
        """Who may list it again."""
        town = self.back()
        town.market.pieces.give_back(HOUSE, COAT)
        assert state(town, COAT) == "taken-down"

    def test_only_what_is_sold_goes_back(self) -> None:
        """A piece on sale is its seller's to take down."""
        town = Town.built().stock()
        assert reasons(town.market.pieces.give_back(HOUSE, COAT)) == ["not-sold"]
        with pytest.raises(NotAllowedError, match="give a sold piece back"):
            town.market.pieces.give_back(ADA, COAT)
