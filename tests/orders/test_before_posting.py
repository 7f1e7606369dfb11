"""What happens to a piece before it is posted: cancelled, received by the workshop, checked."""

from __future__ import annotations

from datetime import timedelta
from itertools import permutations

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.orders.order_stories import (
    ADA,
    BAG,
    COAT,
    FIRST,
    FRANCE,
    HOUSE,
    LOU,
    SECOND,
    Story,
    days,
    euros,
)
from tests.policies.corner_shop import CORNER_SHOP, POINTS, faults_of, with_point
from vintage_rules.dates import Duration
from vintage_rules.errors import CorruptHistoryError, InvalidValueError, NotFoundError
from vintage_rules.ids import ParcelId, PieceId, SellerId
from vintage_rules.machine import Refused
from vintage_rules.orders.commands import (
    CancelOrder,
    CancelPieces,
    CheckPiece,
    CommandClaim,
    CommandParcel,
    OrderCommand,
    ReceiveParcel,
    RecordCapture,
    RecordPayoutSent,
    RecordRefundSent,
    WorkshopFinding,
)
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import (
    InboundParcel,
    OrderEvent,
    OrderPlaced,
    PieceFailed,
    PiecePassed,
    PiecesArrived,
    PiecesCancelled,
)
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.orders.states import Order, PieceStage
from vintage_rules.orders.transitions import PIECE_DEADLINES, PIECE_TRANSITIONS
from vintage_rules.returns.cancellation_policy import (
    CancellableUntil,
    CancellationPolicy,
    CancellationRule,
    CancelledBy,
    Canceller,
    PieceAfter,
)
from vintage_rules.returns.cancellations import Cancellable, NotCancellable, assess_cancellation
from vintage_rules.returns.claim.commands import ReportFound as ReportClaimFound
from vintage_rules.returns.terms import RefundPart, RefundTerms
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    AskBuyer,
    GiveUpSearch,
    HandIn,
    ParcelCommand,
    ReceiveBack,
    RecordReceipt,
    RecordScan,
    ReportFound,
    SendAgain,
)

TICK = timedelta(microseconds=1)
FROM_ADA, FROM_LOU = ParcelId("o1-in-1"), ParcelId("o1-in-2")


def cancel(*pieces: PieceId, at: float = 1, by: Canceller = Canceller.BUYER) -> CancelPieces:
    """Cancel pieces, or all that has not left."""
    return CancelPieces(at=days(at), by=by, pieces=pieces)


def reasons(story: Story) -> list[list[str]]:
    """The reasons of each refusal."""
    return [
        [str(reason) for reason in answer.reasons]
        for answer in story.refused
        if isinstance(answer, Refused)
    ]


def refunds(story: Story) -> dict[str, list[tuple[str, str]]]:
    """What is owed for each cause, by means of payment."""
    return {
        cause: [(payment.tender, str(payment.amount.amount)) for payment in owed.payments]
        for cause, owed in story.order.owed.items()
    }


def hand_in(number: str = "8R", at: float = 1) -> HandIn:
    """Hand a parcel in."""
    return HandIn(at=days(at), tracking_number=number)


def received(parcel: ParcelId, *pieces: PieceId, at: float = 3) -> ReceiveParcel:
    """Receive a parcel at the workshop."""
    return ReceiveParcel(at=days(at), parcel=parcel, pieces=pieces)


def checked(piece: PieceId, finding: str = "as-described", at: float = 4) -> CheckPiece:
    """Check a piece at the workshop."""
    return CheckPiece(at=days(at), piece=piece, finding=WorkshopFinding(finding))


def allowing(
    *,
    until: CancellableUntil = CancellableUntil.HANDED_IN,
    within: str = "never",
    refund: RefundTerms | None = None,
    piece: PieceAfter = PieceAfter.ON_SALE,
) -> HousePolicy:
    """The house with one rule for whoever cancels."""
    amount, _, unit = within.rpartition(" ")
    rule = CancellationRule(
        until=until,
        time_limit=Duration.of(int(amount or 0), unit),
        refund=refund or HOUSE.returns.undelivered.lost,
        piece=piece,
        sources=("R2",),
    )
    cancellations = CancellationPolicy(
        buyer=rule, seller=rule, house=rule, refund=rule.refund, sources=("L5",)
    )
    return evolve(HOUSE, returns=evolve(HOUSE.returns, cancellations=cancellations))


class TestR2WithdrawnBeforePosting:
    """R2: a buyer may withdraw before dispatch; what was not posted is cancelled and refunded in
    full, and no parcel number is asked for.
    """

    def test_one_piece_gives_back_its_price_and_the_shipping_of_its_parcel(self) -> None:
        """The coat for 90.00 with its own parcel for 11.19; the bag goes on."""
        story = Story().pay().tell(cancel(COAT))
        assert story.names[-2:] == ["pieces-cancelled", "refund-owed"]
        assert refunds(story) == {"cancellation": [("card", "101.19")]}
        assert story.order.earned(COAT) == euros("0")
        assert story.order.state == "paid"
        story.deliver(SECOND)
        assert set(story.order.received) == {BAG}

    def test_the_whole_order_gives_back_all_of_it(self) -> None:
        """115.48 to the card and 50.00 to the gift card: nothing is kept."""
        story = Story().pay().tell(cancel())
        assert refunds(story) == {"cancellation": [("card", "115.48"), ("gift-card", "50.00")]}
        story.tell(RecordRefundSent(at=days(2), cause="cancellation"))
        assert story.owed() == {}

    def test_its_share_of_a_fee_comes_back(self) -> None:
        """Grouped, the fee falls from 14.50 to 9.00 with the bag; the parcel still travels."""
        story = Story("grouped").pay().tell(cancel(BAG))
        assert refunds(story) == {"cancellation": [("card", "60.50")]}

    def test_the_whole_fee_comes_back_with_the_last_piece(self) -> None:
        """The coat gives back 90.00, the 9.00 of the fee that were left, and the shipping."""
        story = Story("grouped").pay().tell(cancel(BAG), cancel(COAT, at=2))
        assert refunds(story) == {
            "cancellation": [("card", "60.50")],
            "cancellation/2": [("card", "60.19"), ("gift-card", "50.00")],
        }

    @pytest.mark.parametrize("first", [COAT, BAG])
    def test_cancelled_in_any_order_it_is_the_same(self, first: PieceId) -> None:
        """Whichever goes first, both together give back what both at once do."""
        second = BAG if first == COAT else COAT
        apart = Story("grouped").pay().tell(cancel(first), cancel(second))
        once = Story("grouped").pay().tell(cancel())
        assert apart.order.accounts == once.order.accounts

    def test_what_was_handed_in_is_not_cancelled(self) -> None:
        """It travels: it is refused at the door or sent back. The other piece may still go."""
        story = Story().pay().parcel(FIRST, hand_in()).tell(cancel(COAT, at=2))
        assert reasons(story) == [["already-posted"]]
        assert story.refused[0].sources == ("R2", "Directive 2011/83 recital 40")  # type: ignore[union-attr]
        story.tell(cancel(at=2))
        assert set(story.order.cancelled) == {BAG}

    def test_all_of_it_or_nothing_where_pieces_are_named(self) -> None:
        """One that has left keeps the other from being cancelled with it."""
        story = Story().pay().parcel(FIRST, hand_in()).tell(cancel(BAG, COAT, at=2))
        assert reasons(story) == [["already-posted"]]
        assert story.order.cancelled == {}

    def test_grouped_until_the_workshop_posts(self) -> None:
        """What its seller has posted to the workshop has not left for the buyer."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in()).tell(cancel(COAT, at=2))
        assert set(story.order.cancelled) == {COAT}
        story = Story("grouped").pay().parcel(FIRST, hand_in()).tell(cancel(COAT, at=2))
        assert reasons(story) == [["already-posted"]]

    def test_once(self) -> None:
        """What is cancelled is cancelled."""
        story = Story().pay().tell(cancel(COAT), cancel(COAT, at=2), cancel(at=3), cancel(at=4))
        assert reasons(story) == [["already-cancelled"], ["already-cancelled"]]

    def test_not_what_is_claimed_or_refunded(self) -> None:
        """A claim leads until it ends; what was refunded is gone."""
        story = Story().pay().claim("not-received", COAT, at=1).tell(cancel(COAT, at=2))
        assert reasons(story) == [["already-claimed"]]
        story.tell(CommandClaim(case="claim", command=ReportClaimFound(at=days(3))))
        story.tell(cancel(COAT, at=4))
        assert set(story.order.cancelled) == {COAT}

    def test_all_of_a_seller(self) -> None:
        """What is theirs and has not left; of a seller who has nothing in it, there is none."""
        theirs = CancelPieces(at=days(1), by=Canceller.SELLER, seller=ADA)
        assert set(Story().pay().tell(theirs).order.cancelled) == {COAT}
        with pytest.raises(NotFoundError, match="seller: must be one of ada, lou"):
            Story().pay().tell(evolve(theirs, seller=SellerId("eve")))

    def test_a_piece_of_another_order(self) -> None:
        """It is named with those there are."""
        with pytest.raises(NotFoundError, match="piece: must be one of coat, bag"):
            Story().pay().tell(cancel(PieceId("hat")))

    def test_nothing_left_to_post(self) -> None:
        """A parcel whose pieces are all cancelled is not handed in; another is."""
        story = Story().pay().tell(cancel(COAT)).parcel(FIRST, hand_in(at=2))
        assert reasons(story) == [["already-cancelled"]]
        story.parcel(SECOND, hand_in(at=2))
        assert story.order.parcels[SECOND].state == "handed-in"

    def test_a_cancelled_piece_is_not_returned_nor_claimed(self) -> None:
        """It was refunded."""
        story = Story().pay().tell(cancel(COAT)).claim("not-received", COAT, at=2)
        assert reasons(story) == [["already-claimed", "already-refunded"]]

    def test_a_name_that_a_return_has_is_not_given(self) -> None:
        """The refund of a cancellation takes the next free one."""
        story = Story().pay().deliver(SECOND)
        story.claim("not-received", BAG, at=4, name="cancellation")
        story.tell(cancel(COAT, at=5))
        assert list(story.order.cancellations) == ["cancellation/2"]

    def test_the_payout_of_the_rest_goes_on(self) -> None:
        """The bag's window closes as if the coat had never been ordered; the coat earns nothing."""
        story = Story().pay().tell(cancel(COAT)).deliver(SECOND).wait(40)
        assert [event.piece for event in story.events if event.name == "payout-fell-due"] == [BAG]  # type: ignore[union-attr]


class TestC7CancelledBeforeItIsPaid:
    """C7: what is cancelled before it is charged is not charged, or goes back."""

    def test_the_whole_order(self) -> None:
        """It is cancelled as one that cannot be paid: nothing is charged."""
        story = Story().tell(cancel(at=0))
        assert story.names == ["pieces-cancelled", "order-cancelled"]
        assert story.order.state == "cancelled"
        assert story.owed() == {}

    def test_what_was_charged_of_it_goes_back(self) -> None:
        """The gift card paid already."""
        story = Story().tell(RecordCapture(at=days(0.01), tender="gift-card"), cancel(at=0.02))
        assert refunds(story) == {"cancellation": [("gift-card", "50.00")]}

    def test_a_piece_is_refunded_once_it_is_paid(self) -> None:
        """Nothing is owed before."""
        story = Story().tell(cancel(COAT, at=0))
        assert story.order.owed == {}
        assert refunds(story.pay()) == {"cancellation": [("card", "101.19")]}

    def test_one_by_one_it_is_the_whole(self) -> None:
        """The last piece cancels the order."""
        story = Story().tell(cancel(COAT, at=0), cancel(BAG, at=0))
        assert story.order.state == "cancelled"

    def test_an_order_that_is_cancelled(self) -> None:
        """It has nothing to cancel."""
        story = Story().tell(CancelOrder(at=days(0), reason="declined"), cancel())
        assert reasons(story) == [["not-possible-now"]]


class TestWhoMayCancel:
    """R2: until when the policy lets whom; both sides of each limit."""

    @pytest.mark.parametrize(
        ("late", "reason"), [(-TICK, []), (timedelta(0), ["too-late"]), (TICK, ["too-late"])]
    )
    def test_within_hours(self, late: timedelta, reason: list[str]) -> None:
        """24 hours after the order, to the microsecond."""
        story = Story(policy=allowing(within="24 hours")).pay()
        story.tell(CancelPieces(at=days(1) + late, by=Canceller.BUYER, pieces=(COAT,)))
        assert reasons(story) == ([reason] if reason else [])

    def test_within_days(self) -> None:
        """Two days after a Monday end with Wednesday in Paris, at 22:00 UTC in summer."""
        house = allowing(within="2 days")
        last = days(2).replace(hour=22, minute=0)
        story = Story(policy=house).pay()
        story.tell(CancelPieces(at=last, by=Canceller.HOUSE, pieces=(COAT,)))
        assert reasons(story) == [["too-late"]]
        story = Story(policy=house).pay()
        story.tell(CancelPieces(at=last - TICK, by=Canceller.HOUSE, pieces=(COAT,)))
        assert reasons(story) == []

    def test_never(self) -> None:
        """Whatever the day."""
        story = Story(policy=allowing(until=CancellableUntil.NEVER)).pay().tell(cancel())
        assert reasons(story) == [["may-not-cancel"]]

    def test_too_late_and_posted(self) -> None:
        """Every reason."""
        story = Story(policy=allowing(within="24 hours")).pay().parcel(FIRST, hand_in())
        assert reasons(story.tell(cancel(COAT, at=2))) == [["already-posted", "too-late"]]

    def test_a_seller_until_they_have_posted(self) -> None:
        """Of a grouped order to the workshop, where it need not have arrived."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in())
        story.tell(cancel(COAT, at=2, by=Canceller.SELLER))
        assert reasons(story) == [["already-posted"]]
        story.tell(cancel(BAG, at=2, by=Canceller.SELLER))
        assert set(story.order.cancelled) == {BAG}

    def test_a_seller_who_has_it_back(self) -> None:
        """What came back from its way to the workshop may be cancelled again."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in())
        story.parcel(FROM_ADA, RecordScan(at=days(2), status="going-back"))
        story.parcel(FROM_ADA, ReceiveBack(at=days(3)))
        story.tell(cancel(COAT, at=4, by=Canceller.SELLER))
        assert set(story.order.cancelled) == {COAT}

    def test_a_seller_not_what_comes_back_from_the_buyer(self) -> None:
        """It was posted: what becomes of it the buyer is asked."""
        story = Story().pay().parcel(FIRST, hand_in())
        story.parcel(FIRST, RecordScan(at=days(2), status="going-back"))
        story.parcel(FIRST, ReceiveBack(at=days(3)))
        story.tell(cancel(COAT, at=4, by=Canceller.SELLER))
        assert reasons(story) == [["already-posted"]]
        assert story.order.parcels[FIRST].state == "back-at-sender"

    def test_a_seller_not_what_the_workshop_has(self) -> None:
        """Brought without a parcel, it is there all the same."""
        story = Story("grouped").pay().tell(received(FROM_ADA))
        story.parcel(FROM_ADA, RecordScan(at=days(3), status="back-at-sender"))
        story.tell(cancel(COAT, at=4, by=Canceller.SELLER))
        assert reasons(story) == [["already-posted"]]

    @pytest.mark.parametrize("piece", PieceAfter)
    def test_what_becomes_of_the_piece(self, piece: PieceAfter) -> None:
        """It is recorded with the cancellation, so that a later policy does not change it."""
        story = Story(policy=allowing(piece=piece)).pay().tell(cancel(COAT))
        assert story.order.cancelled[COAT].withdrawn == (piece is PieceAfter.WITHDRAWN)

    def test_on_terms_of_their_own(self) -> None:
        """A house that gives back the price alone when a buyer cancels."""
        price = evolve(HOUSE.returns.undelivered.lost, parts=frozenset([RefundPart.PIECES]))
        story = Story(policy=allowing(refund=price)).pay().tell(cancel(COAT))
        assert refunds(story) == {"cancellation": [("card", "90.00")]}

    def test_what_the_terms_leave_the_seller_is_paid_to_them(self) -> None:
        """Of 90.00 a tenth is kept: it is the seller's once the refund is made."""
        lost = HOUSE.returns.undelivered.lost
        tenth = evolve(lost, deduction=evolve(lost.deduction, rate=euros("0.10").amount))
        story = Story(policy=allowing(refund=tenth)).pay().tell(cancel(COAT)).wait(2)
        assert refunds(story) == {"cancellation": [("card", "92.19")]}
        assert "payout-fell-due" not in story.names
        story.tell(RecordRefundSent(at=days(3), cause="cancellation")).wait(4)
        (due,) = (event for event in story.events if event.name == "payout-fell-due")
        assert (due.at, due.piece, due.amount) == (days(3), COAT, euros("9.00"))  # type: ignore[union-attr]
        story.tell(RecordPayoutSent(at=days(5), piece=COAT))
        assert "seller ada" not in story.owed()

    @given(st.permutations([COAT, BAG]), st.sampled_from(["direct", "grouped"]), st.data())
    def test_never_more_than_was_paid(
        self, order: list[PieceId], mode: str, data: st.DataObject
    ) -> None:
        """Whoever cancels what, in any order: each means of payment gets back what it paid."""
        story = Story(mode).pay()
        for piece in order:
            story.tell(cancel(piece, by=data.draw(st.sampled_from(Canceller))))
        back = {"card": euros("0"), "gift-card": euros("0")}
        for payment in story.order.refunded_payments:
            back[payment.tender] += payment.amount
        assert back == {p.tender: p.amount for p in story.order.placed.payments}


class TestTheRule:
    """R2: one function decides in the rule and in the machine."""

    @pytest.mark.parametrize("by", Canceller)
    def test_left_out_all_may(self, by: Canceller) -> None:
        """A house that says nothing refunds what a lost parcel would be, until it is handed in."""
        silent = evolve(HOUSE.returns, cancellations=None)
        found = assess_cancellation(
            by, ordered_at=days(0), now=days(90), posted=False, policy=silent, calendar=FRANCE
        )
        assert isinstance(found, Cancellable)
        assert (found.until, found.terms.name, found.sources) == (None, "loss", ("L14", "R10"))
        assert (found.piece is PieceAfter.WITHDRAWN) == (by is Canceller.SELLER)

    def test_as_written(self) -> None:
        """24 hours for the buyer, two days for a seller, ten for the house."""
        house = with_point("12-before-posting").latest.returns
        found = {
            by: assess_cancellation(
                by, ordered_at=days(0), now=days(1), posted=False, policy=house, calendar=FRANCE
            )
            for by in Canceller
        }
        buyer, seller = found[Canceller.BUYER], found[Canceller.SELLER]
        assert isinstance(buyer, NotCancellable)
        assert (buyer.reasons, buyer.sources) == (("too-late",), ("P3",))
        assert isinstance(seller, Cancellable)
        assert (seller.terms.name, seller.piece, seller.sources) == ("loss", "withdrawn", ("P4",))
        assert seller.until == days(2).replace(hour=22, minute=0)
        assert house.of_cancellations.refund.name == "loss"
        assert found[Canceller.HOUSE].sources == ("P5",)

    def test_no_time_where_nothing_may_be_cancelled(self) -> None:
        """Such a document is at fault, where it says so."""
        text = CORNER_SHOP + (POINTS / "12-before-posting.toml").read_text("utf-8")
        found = faults_of(text.replace('until = "handed-in"', 'until = "never"', 1))
        assert [each.partition("cancellations.")[2] for each in found] == [
            "buyer.time_limit: must be left out where nothing may be cancelled, got '24 hours'"
        ]


class TestL8PostedToTheWorkshop:
    """L8: of a grouped order each seller posts to the workshop; of a direct one to the buyer."""

    def test_a_parcel_of_each_seller(self) -> None:
        """They are parcels of the order beside the one that reaches the buyer."""
        order = Story("grouped").order
        assert order.placed.inbound == (
            InboundParcel(id=FROM_ADA, sender=ADA, pieces=(COAT,)),
            InboundParcel(id=FROM_LOU, sender=LOU, pieces=(BAG,)),
        )
        assert list(order.parcels) == [FIRST, FROM_ADA, FROM_LOU]
        assert order.inbound(BAG) == order.placed.inbound[1]

    def test_none_of_a_direct_order(self) -> None:
        """Nothing goes to the workshop."""
        order = Story().order
        assert (order.placed.inbound, order.inbound(COAT)) == ((), None)

    def test_its_postage_is_the_houses(self) -> None:
        """The order owes a carrier nothing for it: the buyer paid for the way to their door."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in())
        assert "carrier" not in story.owed()
        story.parcel(FIRST, hand_in(at=2))
        assert story.owed()["carrier"] == "11.19"

    def test_it_opens_no_window(self) -> None:
        """Only what reaches the buyer may be returned."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in())
        story.parcel(FROM_ADA, RecordScan(at=days(2), status="delivered"))
        assert story.order.received == {}
        assert story.order.stages[COAT] is PieceStage.ORDERED

    @pytest.mark.parametrize(
        "command",
        [
            AskBuyer(at=days(4)),
            AnswerRefund(at=days(4), agrees=True),
            SendAgain(at=days(4)),
        ],
    )
    def test_no_buyer_is_asked_about_it(self, command: ParcelCommand) -> None:
        """It went back to its seller, not to the workshop."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in())
        story.parcel(FROM_ADA, RecordScan(at=days(2), status="going-back"))
        story.parcel(FROM_ADA, ReceiveBack(at=days(3))).parcel(FROM_ADA, command)
        assert reasons(story) == [["not-possible-now"]]

    def test_what_is_lost_on_the_way_is_cancelled(self) -> None:
        """It never comes: it is refunded, and the rest leaves without it."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in())
        story.parcel(FROM_ADA, GiveUpSearch(at=days(5)))
        assert story.order.cancelled[COAT].by is CancelledBy.SILENCE
        assert refunds(story) == {"cancellation": [("card", "99.00")]}
        story.parcel(FROM_ADA, ReportFound(at=days(6)))
        assert set(story.order.cancelled) == {COAT}

    def test_what_is_there_is_not_lost(self) -> None:
        """A piece that the workshop has already stays."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in()).tell(received(FROM_ADA))
        story.parcel(FROM_ADA, GiveUpSearch(at=days(5)))
        assert story.order.cancelled == {}


class TestL5Received:
    """L5: a piece is received, then checked."""

    def test_its_parcel_is_there(self) -> None:
        """Whatever its carrier said."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in()).tell(received(FROM_ADA))
        assert story.names[-2:] == ["parcel-delivered", "pieces-arrived"]
        assert story.order.parcels[FROM_ADA].state == "delivered"
        assert story.order.stages == {COAT: "received", BAG: "ordered"}

    def test_brought_in_person(self) -> None:
        """A parcel that nobody handed in may arrive too."""
        story = Story("grouped").pay().tell(received(FROM_ADA))
        assert story.order.parcels[FROM_ADA].state == "delivered"
        assert story.order.stages[COAT] is PieceStage.RECEIVED

    def test_after_the_carrier_said_so(self) -> None:
        """The scan brought the parcel; the workshop brings the piece."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in())
        story.parcel(FROM_ADA, RecordScan(at=days(2), status="delivered"))
        story.tell(received(FROM_ADA))
        assert story.names[-1] == "pieces-arrived"

    def test_whatever_became_of_the_parcel(self) -> None:
        """One that counts as back at its sender is there where it is in hand."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in())
        story.parcel(FROM_ADA, RecordScan(at=days(2), status="back-at-sender"))
        story.tell(received(FROM_ADA))
        assert story.order.parcels[FROM_ADA].state == "back-at-sender"
        assert story.order.stages[COAT] is PieceStage.RECEIVED

    def test_without_one_of_its_pieces(self) -> None:
        """What was not in it may still come, under the same parcel."""
        story = Story("grouped", first=both_of_ada()).pay().tell(received(FROM_ADA, COAT))
        assert story.order.stages == {COAT: "received", BAG: "ordered"}
        story.tell(received(FROM_ADA, at=4))
        assert story.order.stages == {COAT: "received", BAG: "received"}

    def test_once(self) -> None:
        """What is there is there."""
        story = Story("grouped").pay().tell(received(FROM_ADA), received(FROM_ADA, at=4))
        assert reasons(story) == [["already-received"]]

    @pytest.mark.parametrize(
        ("commands", "stages"),
        [
            ([cancel(COAT, by=Canceller.HOUSE)], ["cancelled"]),
            (
                [received(FROM_ADA), cancel(COAT, at=5, by=Canceller.HOUSE)],
                ["received", "cancelled"],
            ),
            (
                [received(FROM_ADA), checked(COAT), cancel(COAT, at=5, by=Canceller.HOUSE)],
                ["received", "checked", "cancelled"],
            ),
            ([received(FROM_ADA), checked(COAT, "fails")], ["received", "cancelled"]),
        ],
    )
    def test_its_stages_one_after_the_other(
        self, commands: list[OrderCommand], stages: list[str]
    ) -> None:
        """Until it is posted the house may cancel it; what fails the check is cancelled at once."""
        story = Story("grouped").pay()
        assert [str(story.tell(each).order.stages[COAT]) for each in commands] == stages

    def test_a_cancelled_piece_changes_nothing_by_arriving(self) -> None:
        """Its parcel is there; the piece is no longer part of the order."""
        story = Story("grouped").pay().tell(cancel(COAT), received(FROM_ADA))
        assert story.names[-1] == "parcel-delivered"
        assert story.order.stages[COAT] is PieceStage.CANCELLED

    @pytest.mark.parametrize(
        ("command", "message"),
        [
            (received(ParcelId("x")), "parcel: must be one of o1-1, o1-in-1, o1-in-2"),
            (received(FROM_ADA, BAG), "piece: must be one of coat"),
        ],
    )
    def test_what_there_is_not(self, command: ReceiveParcel, message: str) -> None:
        """An unknown parcel and a piece of another one are named with those there are."""
        with pytest.raises(NotFoundError, match=message):
            Story("grouped").pay().tell(command)

    def test_only_what_goes_there(self) -> None:
        """The parcel to the buyer leaves from there."""
        assert reasons(Story("grouped").pay().tell(received(FIRST))) == [["not-possible-now"]]

    def test_a_receipt_is_recorded_on_the_order(self) -> None:
        """Which knows the pieces in the parcel."""
        receipt = CommandParcel(parcel=FROM_ADA, command=RecordReceipt(at=days(2)))
        with pytest.raises(InvalidValueError, match="recorded on the order: ReceiveParcel"):
            Story("grouped").pay().tell(receipt)

    def test_not_before_it_is_paid(self) -> None:
        """Nothing moves before."""
        assert reasons(Story("grouped").tell(received(FROM_ADA))) == [["not-possible-now"]]


def both_of_ada() -> OrderPlaced:
    """The grouped order, both of its pieces ada's."""
    first = Story("grouped").order.placed
    lines = tuple(evolve(line, seller=ADA) for line in first.lines)
    inbound = (InboundParcel(id=FROM_ADA, sender=ADA, pieces=(COAT, BAG)),)
    return evolve(first, lines=lines, inbound=inbound)


class TestL5Checked:
    """L5: pieces are checked one by one; one that fails is refunded and goes back to its seller,
    and the others leave without it.
    """

    def arrived(self) -> Story:
        """Both pieces are at the workshop."""
        return Story("grouped").pay().tell(received(FROM_ADA), received(FROM_LOU))

    def test_passed(self) -> None:
        """It waits for the others."""
        story = self.arrived().tell(checked(COAT))
        assert story.order.stages == {COAT: "checked", BAG: "received"}

    def test_failed_it_is_refunded_like_a_cancelled_piece(self) -> None:
        """55.00 and the 5.50 by which the fee falls; its seller decides about it."""
        story = self.arrived().tell(checked(COAT), checked(BAG, "fails"))
        assert story.names[-3:] == ["piece-failed", "pieces-cancelled", "refund-owed"]
        assert refunds(story) == {"cancellation": [("card", "60.50")]}
        cancelled = story.order.cancelled[BAG]
        assert (cancelled.by, cancelled.withdrawn) == (CancelledBy.CHECK, True)

    def test_the_others_leave_without_it(self) -> None:
        """The coat alone is posted, delivered, and may be returned."""
        story = self.arrived().tell(checked(COAT), checked(BAG, "fails"))
        story.tell(CommandParcel(parcel=FIRST, command=hand_in(at=5)))
        story.parcel(FIRST, RecordScan(at=days(8), status="delivered"))
        assert set(story.order.received) == {COAT}

    def test_all_failed_nothing_leaves(self) -> None:
        """Everything that was paid is owed back."""
        story = self.arrived().tell(checked(COAT, "fails"), checked(BAG, "fails"))
        story.tell(CommandParcel(parcel=FIRST, command=hand_in(at=5)))
        assert reasons(story) == [["already-cancelled"]]
        assert story.owed()["buyer"] == "170.69"

    @pytest.mark.parametrize("finding", WorkshopFinding)
    def test_not_before_it_is_there(self, finding: str) -> None:
        """Nor a piece that its seller posts to the buyer."""
        assert reasons(Story("grouped").pay().tell(checked(COAT, finding))) == [["not-received"]]
        assert reasons(Story().pay().tell(checked(COAT, finding))) == [["not-received"]]

    def test_once(self) -> None:
        """Neither what passed nor what failed is checked again; a cancelled piece is not at all."""
        story = self.arrived().tell(checked(COAT), checked(COAT, "fails", at=5))
        story.tell(cancel(BAG, at=5), checked(BAG, at=6))
        assert reasons(story) == [["already-checked"], ["already-cancelled"]]

    def test_a_check_that_failed_is_a_check(self) -> None:
        """Before its cancellation follows: the piece is not waited for, checked again or posted."""
        arrived = self.arrived().tell(checked(COAT)).order
        order = ORDER.evolve(arrived, PieceFailed(at=days(4), piece=BAG))
        assert order.stages == {COAT: "checked", BAG: "failed"}
        again, leave = checked(BAG, at=5), CommandParcel(parcel=FIRST, command=hand_in(at=5))
        answers = [ORDER.decide(order, command, HOUSE, FRANCE) for command in (again, leave)]
        refused = [answer.reasons for answer in answers if isinstance(answer, Refused)]
        assert refused == [("already-checked",), ("awaits-pieces",)]

    def test_what_was_checked_may_still_be_cancelled(self) -> None:
        """Until it is handed in."""
        story = self.arrived().tell(checked(COAT), cancel(COAT, at=5))
        assert set(story.order.cancelled) == {COAT}


class TestL3LeavesWithTheSlowest:
    """L3: a grouped order leaves when its slowest piece has arrived and been checked."""

    def test_not_before(self) -> None:
        """One not received, one received and not checked: both keep the parcel there."""
        leave = CommandParcel(parcel=FIRST, command=hand_in(at=5))
        story = Story("grouped").pay().tell(received(FROM_ADA), checked(COAT), leave)
        assert reasons(story) == [["awaits-pieces"]]
        story.tell(received(FROM_LOU, at=5), leave)
        assert reasons(story) == [["awaits-pieces"], ["awaits-pieces"]]
        story.tell(checked(BAG, at=5), leave)
        assert story.order.parcels[FIRST].state == "handed-in"

    def test_what_is_cancelled_is_not_waited_for(self) -> None:
        """Its seller cannot post it; the coat leaves."""
        story = Story("grouped").pay().tell(received(FROM_ADA), checked(COAT))
        story.tell(cancel(BAG, at=5, by=Canceller.SELLER))
        story.tell(CommandParcel(parcel=FIRST, command=hand_in(at=6)))
        assert story.order.parcels[FIRST].state == "handed-in"

    def test_an_order_of_before_this_was_recorded(self) -> None:
        """It has no parcels to the workshop, and leaves as it did."""
        first = evolve(Story("grouped").order.placed, inbound=())
        story = Story(first=first).pay()
        story.tell(CommandParcel(parcel=FIRST, command=hand_in(at=1)))
        assert story.order.parcels[FIRST].state == "handed-in"


class TestL5NeverArrives:
    """L5: a piece that never comes is cancelled when the policy's time for it has passed."""

    LAST = days(15).replace(hour=22, minute=0)  # 15 days after a Monday, in Paris

    def test_both_sides_of_the_moment(self) -> None:
        """Until the end of the fifteenth day after the order is paid."""
        story = Story("grouped").pay().tell(received(FROM_ADA))
        assert story.order.awaited_until == self.LAST
        story.happen(ORDER.fall_due(story.order, self.LAST - TICK, HOUSE, FRANCE))
        assert story.order.cancelled == {}
        assert ORDER.next_deadline(story.order) == self.LAST
        story.happen(ORDER.fall_due(story.order, self.LAST, HOUSE, FRANCE))
        assert set(story.order.cancelled) == {BAG}
        assert story.order.cancelled[BAG].at == self.LAST
        assert story.order.cancelled[BAG].by is CancelledBy.SILENCE
        assert refunds(story) == {"cancellation": [("card", "60.50")]}

    def test_none_of_them(self) -> None:
        """The whole order is refunded, however late anybody looks."""
        story = Story("grouped").pay().wait(100)
        assert set(story.order.cancelled) == {COAT, BAG}
        assert story.owed()["buyer"] == "170.69"

    def test_on_its_way_is_not_there(self) -> None:
        """Handed in is not received."""
        story = Story("grouped").pay().parcel(FROM_ADA, hand_in(at=10)).wait(20)
        assert set(story.order.cancelled) == {COAT, BAG}

    def test_not_what_a_claim_looks_for(self) -> None:
        """Until the claim ends, on that day."""
        story = Story("grouped").pay().claim("not-received", BAG, at=4).wait(16)
        assert set(story.order.cancelled) == {COAT}
        story.tell(CommandClaim(case="claim", command=ReportClaimFound(at=days(17))))
        story.wait(18)
        assert story.order.cancelled[BAG].at == days(17)

    def test_waits_for_ever_where_the_house_does(self) -> None:
        """Without a time in the policy nothing is cancelled by it."""
        modes = dict(HOUSE.shipping.modes)
        modes["grouped"] = evolve(modes["grouped"], arrives_within=None)
        house = evolve(HOUSE, shipping=evolve(HOUSE.shipping, modes=modes))
        story = Story("grouped", policy=house).pay().wait(300)
        assert (story.order.awaited_until, story.order.cancelled) == (None, {})

    def test_a_time_that_never_ends(self) -> None:
        """As if it were left out."""
        modes = dict(HOUSE.shipping.modes)
        modes["grouped"] = evolve(modes["grouped"], arrives_within=Duration.of(0, "never"))
        house = evolve(HOUSE, shipping=evolve(HOUSE.shipping, modes=modes))
        assert Story("grouped", policy=house).pay().order.awaited_until is None

    def test_not_of_a_direct_order(self) -> None:
        """Nobody waits for anything at the workshop."""
        assert Story().pay().order.awaited_until is None


class TestTheTable:
    """The stages of a piece before it is posted."""

    def test_every_stage_has_a_row(self) -> None:
        """None is forgotten, and time's edges are edges."""
        assert set(PIECE_TRANSITIONS) == set(PieceStage)
        assert all(event in PIECE_TRANSITIONS[stage] for stage, event in PIECE_DEADLINES.items())

    def test_histories_that_cannot_be(self) -> None:
        """A piece neither arrives twice nor is checked before it arrives."""
        order = Story("grouped").pay().tell(received(FROM_ADA)).order
        cancelled = Story("grouped").pay().tell(cancel(COAT)).order
        impossible: list[tuple[Order, OrderEvent]] = [
            (order, PiecesArrived(at=days(9), parcel=FROM_ADA, pieces=(COAT,))),
            (order, PiecePassed(at=days(9), piece=BAG)),
            (order, PieceFailed(at=days(9), piece=BAG)),
            (cancelled, PiecePassed(at=days(9), piece=COAT)),
            (
                cancelled,
                PiecesCancelled(
                    at=days(9),
                    cause="again",
                    pieces=(COAT,),
                    by=CancelledBy.HOUSE,
                    withdrawn=False,
                ),
            ),
        ]
        for state, event in impossible:
            with pytest.raises(CorruptHistoryError):
                ORDER.evolve(state, event)

    def test_a_parcel_that_is_none(self) -> None:
        """It is named with those there are."""
        with pytest.raises(NotFoundError, match="parcel: must be one of o1-1, o1-in-1, o1-in-2"):
            Story("grouped").order.pieces_in(ParcelId("x"))

    def test_in_any_order_of_three(self) -> None:
        """What fails, what is cancelled and what never comes give back the same together."""
        totals = set()
        for ways in permutations(["check", "buyer", "silence"], 2):
            story = Story("grouped").pay()
            for piece, way in zip((COAT, BAG), ways, strict=True):
                if way == "check":
                    parcel = FROM_ADA if piece == COAT else FROM_LOU
                    story.tell(received(parcel), checked(piece, "fails"))
                if way == "buyer":
                    story.tell(cancel(piece, at=5))
            story.wait(20)
            totals.add(story.owed()["buyer"])
        assert totals == {"170.69"}
