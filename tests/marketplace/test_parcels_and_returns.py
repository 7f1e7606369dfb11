"""What an order lives through in a shop: parcels, returns, claims, refunds and payouts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.marketplace.town import (
    ADA,
    BAG,
    COAT,
    HOUSE,
    LIEGE,
    LOU,
    MAX,
    POST,
    ZOE,
    Town,
    euros,
)
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.errors import NotAllowedError, NotFoundError
from vintage_rules.ids import ParcelId
from vintage_rules.machine import Refused
from vintage_rules.marketplace import Actor, SellerView
from vintage_rules.orders.states import Order
from vintage_rules.ports import Scan
from vintage_rules.returns.claims import ClaimRefused
from vintage_rules.returns.eligibility import ReturnRefused, Wants
from vintage_rules.returns.pieces import CheckedPiece, Finding, SettledPiece

FIRST = ParcelId("o1-1")


@pytest.fixture
def town() -> Town:
    """A coat and a bag, bought by zoe in one grouped parcel, and paid."""
    town = Town.built().stock()
    town.buy(COAT, BAG)
    town.work()
    return town


def scan(town: Town, status: str, **ago: float) -> Scan:
    """Where the carrier has seen the parcel, some time ago."""
    at = town.clock.now() - timedelta(**ago)
    return Scan(at=at, status=status, code=status, text="", place=None)


def back(town: Town, finding: Finding = Finding.AS_SENT, *, reason: str = "withdrawal") -> Town:
    """Ask the coat back, post it, receive it and check it."""
    returns = town.market.returns
    returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R", reason=reason)
    town.work()
    returns.post_return(ZOE, "o1", "r1", town.today)
    town.wait(days=2)
    returns.receive_return(ADA, "o1", "r1", town.today)
    returns.check_return(ADA, "o1", "r1", [CheckedPiece(piece=COAT, finding=finding)])
    town.work()
    return town


class TestS1ParcelsInAShop:
    """S1 to S3: the buyer is mailed the number; the carrier is asked until the parcel is there."""

    def test_handed_in(self, town: Town) -> None:
        """The number goes to the buyer, and the parcel is overdue when its estimate is over."""
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.work()
        assert town.outbox.messages[-1].facts["tracking_number"] == "8R1"
        assert str(town.order().parcels[FIRST].overdue_at) == "2026-09-12 22:00:00+00:00"

    def test_followed_until_it_is_there(self, town: Town) -> None:
        """Every six hours; then no more."""
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.work()
        town.clock.advance(timedelta(hours=3))
        town.carrier.put("8R1", scan(town, "in-transit"), scan(town, "delivered"))
        town.wait(hours=2)
        assert town.order().parcels[FIRST].state == "handed-in"
        town.wait(hours=1)
        assert town.order().parcels[FIRST].state == "delivered"
        assert town.wait(days=1).work().idle

    def test_scans_out_of_order_and_twice(self, town: Town) -> None:
        """Each is written once; an old one moves nothing back."""
        parcels = town.arrive().market.parcels
        parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.clock.advance(timedelta(hours=9))
        held, moved = scan(town, "held-at-customs", hours=2), scan(town, "in-transit", hours=5)
        parcels.record_scan(POST, "8R1", held)
        for _ in range(3):
            parcels.record_scan(POST, "8R1", held, moved)
        assert town.order().parcels[FIRST].state == "held-at-customs"
        names = [record.name for record in town.market.shop.store.read("order/o1").records]
        assert names.count("parcel-changed") == 2 + 3  # two to the workshop

    def test_a_number_that_was_never_handed_in(self, town: Town) -> None:
        """Is named."""
        with pytest.raises(NotFoundError, match="tracking_number"):
            town.market.parcels.record_scan(POST, "8R9", scan(town, "delivered"))


class TestL14SentBackInAShop:
    """L14: once it is back the buyer is asked, and refunded with their agreement."""

    def sent_back(self, town: Town) -> Town:
        """The parcel went back, and its buyer was asked."""
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.clock.advance(timedelta(days=9))
        town.market.parcels.record_scan(POST, "8R1", scan(town, "going-back"))
        town.market.parcels.receive_back(HOUSE, "o1", FIRST)
        town.work()
        return town

    def test_agreed(self, town: Town) -> None:
        """Refunded, and the pieces are for sale again."""
        self.sent_back(town)
        assert town.mails()[-1] == "refund-question zoe"
        town.market.parcels.answer_refund(ZOE, "o1", FIRST, agrees=True)
        town.work()
        assert str(town.bank.ledger.balance(Account.HOUSE, "EUR")) == "0.00 EUR"
        assert town.market.pieces.view(MAX, COAT).available

    def test_not_agreed(self, town: Town) -> None:
        """It is sent again, and nothing is refunded."""
        self.sent_back(town)
        town.market.parcels.answer_refund(ZOE, "o1", FIRST, agrees=False)
        town.market.parcels.send_again(HOUSE, "o1", FIRST)
        town.work()
        assert town.order().parcels[FIRST].state == "announced"
        assert not town.order().refunds

    def test_what_the_old_number_tells_is_over(self, town: Town) -> None:
        """Sent again under another number, only that one moves it."""
        parcels = self.sent_back(town).market.parcels
        parcels.answer_refund(ZOE, "o1", FIRST, agrees=False)
        parcels.send_again(HOUSE, "o1", FIRST)
        parcels.hand_in(POST, "o1", FIRST, "8R2")
        town.clock.advance(timedelta(hours=3))
        parcels.record_scan(POST, "8R1", scan(town, "delivered"))
        assert town.order().parcels[FIRST].state == "handed-in"
        parcels.record_scan(POST, "8R2", scan(town, "delivered"))
        assert town.order().parcels[FIRST].state == "delivered"


class TestR10LostParcelsInAShop:
    """R10: a parcel that was given up is no longer followed, and is again once it is found."""

    def test_followed_once_it_is_found(self, town: Town) -> None:
        """Until it is there."""
        parcels = town.arrive().market.parcels
        parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.clock.advance(timedelta(days=9))
        parcels.give_up_search(HOUSE, "o1", FIRST)
        town.work()
        parcels.report_parcel_found(HOUSE, "o1", FIRST)
        town.clock.advance(timedelta(hours=3))
        town.carrier.put("8R1", scan(town, "delivered"))
        town.work()
        assert town.order().parcels[FIRST].state == "delivered"

    def test_a_message_of_its_delivery_finds_it(self, town: Town) -> None:
        """Nobody need say so; and what was not refunded yet is not."""
        parcels = town.arrive().market.parcels
        parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.clock.advance(timedelta(days=9))
        parcels.give_up_search(HOUSE, "o1", FIRST)
        parcels.record_scan(POST, "8R1", scan(town, "delivered"))
        town.work()
        assert town.order().parcels[FIRST].state == "delivered"


class TestR1ReturnsInAShop:
    """R1 to R5, F1, F2: asked, sent the address with a label, received, checked, refunded."""

    def test_refunded_and_back_on_sale(self, town: Town) -> None:
        """The price goes back to the card, the buyer is told, and the coat is for sale again."""
        back(town.deliver())
        refund = town.outbox.messages[-1]
        assert (refund.kind, refund.facts["amounts"]) == ("refund-sent", (euros("99.00"),))
        assert town.order().returns["r1"].state == "refunded"
        assert town.market.pieces.view(MAX, COAT).available

    def test_the_address_and_the_label(self, town: Town) -> None:
        """R3, R5: to its seller, prepaid, by a day; the label goes with the mail."""
        town.deliver().market.returns.request_return(ZOE, "o1", "r1", [COAT], parcel_number="8R")
        town.work()
        mail = town.outbox.messages[-1]
        assert mail.facts["to"] == "Ada\n1 rue Neuve\n33000 Bordeaux\nFR"
        assert (mail.facts["prepaid"], str(mail.facts["post_by"])) == (True, "2026-09-24")
        assert len(mail.attachments) == len(town.carrier.labels) == 1

    def test_from_belgium_to_the_workshop(self) -> None:
        """R4: more than one piece from abroad, in one parcel, at the buyer's cost."""
        town = Town.built().stock()
        town.buy(COAT, BAG, place=LIEGE)
        town.work()
        town.deliver().market.returns.request_return(
            ZOE, "o1", "r1", [COAT, BAG], parcel_number="8R"
        )
        town.work()
        mail = town.outbox.messages[-1]
        assert str(mail.facts["to"]).startswith("Atelier")
        assert (mail.facts["prepaid"], mail.attachments, town.carrier.labels) == (False, (), {})

    def test_two_sellers_are_two_returns(self, town: Town) -> None:
        """R3: each piece to its seller; asked twice, it is asked once."""
        returns = town.deliver().market.returns
        for _ in range(2):
            returns.request_return(ZOE, "o1", "r", [COAT, BAG], parcel_number="8R")
        assert sorted(town.order().returns) == ["r-1", "r-2"]

    @pytest.mark.parametrize("days", [14, 15])
    def test_both_sides_of_the_window(self, town: Town, days: int) -> None:
        """Day 14 is in, day 15 is not."""
        town.deliver().wait(days=days)
        answer = town.market.returns.request_return(ZOE, "o1", "r", [COAT], parcel_number="8R")
        assert isinstance(answer, Order if days == 14 else ReturnRefused)

    def test_an_exchange(self, town: Town) -> None:
        """R8: refused with its reason, beside the others."""
        answer = town.deliver().market.returns.request_return(
            ZOE, "o1", "r", [COAT], parcel_number=None, wants=Wants.EXCHANGE
        )
        assert isinstance(answer, ReturnRefused)
        assert list(answer.reasons) == ["exchange", "no-parcel-number"]

    def test_a_piece_that_is_another_one(self, town: Town) -> None:
        """A person looks: it is declined, the buyer told why, and nothing refunded."""
        back(town.deliver(), Finding.ANOTHER_PIECE)
        assert town.order().returns["r1"].state == "needs-review"
        town.market.returns.decline_return(HOUSE, "o1", "r1", "it is another coat")
        town.work()
        assert town.outbox.messages[-1].facts["reasons"] == ("it is another coat",)
        assert not town.order().refunds

    def test_a_damaged_piece_is_settled(self, town: Town) -> None:
        """A person withholds a part."""
        back(town.deliver(), Finding.DAMAGED)
        settled = [SettledPiece(piece=COAT, withheld=euros("40.00"))]
        town.market.returns.settle_review(HOUSE, "o1", "r1", settled)
        town.work()
        assert town.outbox.messages[-1].kind == "refund-sent"
        assert not town.market.pieces.view(MAX, COAT).available


class TestR6PayoutsInAShop:
    """R6: sellers are paid when nothing can come back any more."""

    def test_after_the_window(self, town: Town) -> None:
        """The seller of what was kept, once; the seller of what came back, not."""
        back(town.deliver()).wait(days=30)
        assert town.payouts.paid("EUR") == euros("55.00")
        assert town.mails()[-1] == "payout-sent lou"
        assert town.wait(days=30).work().idle

    def test_paid_by_hand(self, town: Town) -> None:
        """Where the house pays by other means it says so, and nobody is paid twice."""
        town.deliver()
        town.clock.advance(timedelta(days=20))
        town.market.worker().tick()
        town.market.orders.record_payout(HOUSE, "o1", COAT)
        town.work()
        assert town.payouts.paid("EUR") == euros("55.00")

    def test_the_carrier(self, town: Town) -> None:
        """Is paid what it is owed, once."""
        town.deliver()
        orders = town.market.orders
        assert isinstance(orders.record_carrier_paid(HOUSE, "o1"), Order)
        assert isinstance(orders.record_carrier_paid(HOUSE, "o1"), Refused)


class TestR9R10ClaimsInAShop:
    """R9, R10: with photos; what never arrived is looked for, then refunded."""

    def test_a_defect_without_photos(self, town: Town) -> None:
        """Refused with its reason."""
        answer = town.deliver().market.claims.open_claim(
            ZOE, "o1", "c", "defect", [COAT], photos=0, parcel_number="8R"
        )
        assert isinstance(answer, ClaimRefused)

    def test_upheld(self, town: Town) -> None:
        """Told, and that the piece is to come back."""
        claims = town.deliver().market.claims
        claims.open_claim(ZOE, "o1", "c", "defect", [COAT], photos=1, parcel_number="8R")
        claims.uphold_claim(HOUSE, "o1", "c", [SettledPiece(piece=COAT)])
        town.work()
        assert town.mails()[-2:] == ["claim-opened zoe", "claim-upheld zoe"]
        assert town.outbox.messages[-1].facts["return_needed"] is True

    def test_upheld_and_sent_back(self, town: Town) -> None:
        """Months later and without a photo: it is refunded, and nobody waits any more."""
        claims = town.deliver().market.claims
        claims.open_claim(ZOE, "o1", "c", "defect", [COAT], photos=1, parcel_number="8R")
        claims.uphold_claim(HOUSE, "o1", "c", [SettledPiece(piece=COAT)])
        order = back(town.wait(days=60), reason="claim").order()
        assert (order.claims["c"].state, order.returns["r1"].state) == ("settled", "refunded")
        assert order.open_pieces() == frozenset()

    def test_rejected(self, town: Town) -> None:
        """Told why."""
        claims = town.deliver().market.claims
        claims.open_claim(ZOE, "o1", "c", "defect", [COAT], photos=1, parcel_number="8R")
        claims.reject_claim(HOUSE, "o1", "c", "it was described")
        town.work()
        assert town.outbox.messages[-1].facts["reasons"] == ("it was described",)

    def test_never_arrived(self, town: Town) -> None:
        """Looked for, found lost, refunded in full; told twice, opened once."""
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.wait(days=10)
        claims = town.market.claims
        for _ in range(2):
            claims.open_claim(ZOE, "o1", "c", "not-received", [COAT, BAG], photos=0)
        claims.look_again(HOUSE, "o1", "c")
        claims.report_lost(HOUSE, "o1", "c")
        town.work()
        assert str(town.bank.ledger.balance(Account.HOUSE, "EUR")) == "0.00 EUR"
        assert town.order().claims["c"].state == "settled"

    def test_found(self, town: Town) -> None:
        """Nothing is refunded."""
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.wait(days=10)
        town.market.claims.open_claim(ZOE, "o1", "c", "not-received", [COAT, BAG], photos=0)
        town.market.claims.report_found(HOUSE, "o1", "c")
        assert town.order().claims["c"].state == "found"

    def test_dead_lettered_by_the_house_and_found(self, town: Town) -> None:
        """R10: a parcel of which the search is given up is refunded, though nobody claimed it."""
        town.arrive().market.parcels.hand_in(POST, "o1", FIRST, "8R1")
        town.market.parcels.give_up_search(HOUSE, "o1", FIRST)
        town.work()
        assert town.mails()[-1] == "refund-sent zoe"
        town.market.parcels.report_parcel_found(HOUSE, "o1", FIRST)
        assert town.order().parcels[FIRST].state == "found"


class TestC3TheAddressIsFixed:
    """C3: the shipping address cannot be changed once the order is placed. No exception."""

    def test_whoever_asks(self, town: Town) -> None:
        """The house as well."""
        for by in (ZOE, HOUSE):
            answer = town.market.orders.change_address(by, "o1", LIEGE)
            assert isinstance(answer, Refused)
            assert answer.sources == ("C3",)


class TestNobodyActsOnWhatIsNotTheirs:
    """Who may do what with an order."""

    @pytest.mark.parametrize("by", [MAX, LOU, POST], ids=str)
    def test_others_are_turned_away(self, town: Town, by: Actor) -> None:
        """Another buyer, the other seller and a carrier, from what is zoe's and ada's to do."""
        market = back(town.deliver()).market
        asked: list[Callable[[], object]] = [
            lambda: market.orders.change_address(by, "o1", LIEGE),
            lambda: market.parcels.answer_refund(by, "o1", FIRST, agrees=True),
            lambda: market.returns.request_return(by, "o1", "r2", [BAG], parcel_number="8R"),
            lambda: market.returns.receive_return(by, "o1", "r1", town.today),
            lambda: market.returns.check_return(by, "o1", "r1", []),
            lambda: market.returns.accept_return(by, "o1", "r1"),
            lambda: market.returns.settle_review(by, "o1", "r1", []),
            lambda: market.claims.open_claim(by, "o1", "c", "defect", [BAG], photos=1),
            lambda: market.claims.uphold_claim(by, "o1", "c", []),
            lambda: market.parcels.send_again(by, "o1", FIRST),
            lambda: market.orders.record_refund(by, "o1", "r1"),
            lambda: market.orders.record_payout(by, "o1", COAT),
            lambda: market.orders.record_carrier_paid(by, "o1"),
        ]
        before = market.shop.store.read("order/o1")
        for ask in asked:
            with pytest.raises(NotAllowedError):
                ask()
        assert market.shop.store.read("order/o1") == before

    def test_buyers_and_strangers_do_not_hand_in(self, town: Town) -> None:
        """A grouped parcel is the workshop's to send: carriers and the house hand it in."""
        for by in (ZOE, ADA):
            with pytest.raises(NotAllowedError):
                town.market.parcels.hand_in(by, "o1", FIRST, "8R1")

    def test_what_a_seller_sees(self, town: Town) -> None:
        """Their own pieces and returns, and nothing of the buyer's money."""
        back(town.deliver())
        seen = town.market.orders.view(ADA, "o1")
        assert isinstance(seen, SellerView)
        assert ([line.piece for line in seen.lines], seen.returns) == ([COAT], ("r1",))
        assert town.market.orders.view(LOU, "o1").returns == ()
        for stranger in (MAX, POST):
            with pytest.raises(NotAllowedError):
                town.market.orders.view(stranger, "o1")

    def test_a_seller_of_nothing_in_it(self, town: Town) -> None:
        """Sees nothing."""
        from vintage_rules.marketplace import Seller

        with pytest.raises(NotAllowedError, match="a seller of one of its pieces"):
            town.market.orders.view(Seller("eve"), "o1")

    def test_names_that_there_are_not(self, town: Town) -> None:
        """An order, a parcel, a return: each is named."""
        with pytest.raises(NotFoundError, match="order"):
            town.market.orders.view(HOUSE, "o9")
        with pytest.raises(NotFoundError, match="parcel"):
            town.arrive().market.parcels.hand_in(POST, "o1", ParcelId("o1-9"), "8R")
        with pytest.raises(NotFoundError, match="case"):
            town.market.returns.receive_return(HOUSE, "o1", "r9", town.today)
        with pytest.raises(NotFoundError, match="case: must be one that was recorded, got 'r9'"):
            town.market.returns.accept_return(HOUSE, "o1", "r9")
        with pytest.raises(NotFoundError, match="case"):
            town.market.returns.settle_review(HOUSE, "o1", "r9", ())
        with pytest.raises(NotFoundError, match="claim: must be one that was recorded, got 'c9'"):
            town.market.claims.reject_claim(HOUSE, "o1", "c9", "no-fault")
        with pytest.raises(NotFoundError, match="claim"):
            town.market.claims.report_found(HOUSE, "o1", "c9")

    def test_whose_it_is_not_learn_no_names(self, town: Town) -> None:
        """Who may do nothing is refused before a return or a claim is looked for."""
        with pytest.raises(NotAllowedError):
            town.market.returns.accept_return(ZOE, "o1", "r9")
        with pytest.raises(NotAllowedError):
            town.market.claims.reject_claim(ZOE, "o1", "c9", "no-fault")

    def test_what_a_parcel_refuses(self, town: Town) -> None:
        """Is given as it is."""
        answer = town.market.parcels.receive_back(HOUSE, "o1", FIRST)
        assert isinstance(answer, Refused)

    def test_pieces_of_two_kinds_in_one_request(self) -> None:
        """Are two returns, since the table may decide them differently."""
        town = Town.built()
        town.list_piece(ADA, COAT, "90.00")
        from vintage_rules.marketplace import PieceEntered
        from vintage_rules.offers.terms import SellerTerms

        private = PieceEntered(
            at=town.clock.now(),
            piece=BAG,
            seller=LOU.id,
            weight_g=900,
            description="a bag",
            seller_kind="private",
        )
        terms = SellerTerms.only(open_to_offers=True)
        town.market.pieces.list_piece(LOU, private, euros("55.00"), terms)
        town.buy(COAT, BAG)
        town.work()
        answer = town.deliver().market.returns.request_return(
            ZOE, "o1", "r", [COAT, BAG], parcel_number="8R"
        )
        assert isinstance(answer, Order)
        assert {name: case.opened.case.seller_kind for name, case in answer.returns.items()} == {
            "r-1": "professional",
            "r-2": "private",
        }
