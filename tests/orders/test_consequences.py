"""What one part of an order brings about for the others, in orders of more than two pieces and in
houses that settle it otherwise: whose refund, whose window, whose payout.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import get_args

import pytest
from attrs import evolve

from tests.factories import component, fee
from tests.orders.order_stories import (
    ADA,
    BAG,
    BORDEAUX,
    COAT,
    FIRST,
    FRANCE,
    HOUSE,
    LIEGE,
    LOU,
    MONDAY,
    SECOND,
    Story,
    days,
    euros,
    placed,
)
from vintage_rules import Piece, Place, locate, quote_order
from vintage_rules.errors import CorruptHistoryError, DayError
from vintage_rules.ids import BuyerId, OrderId, ParcelId, PieceId, SellerId
from vintage_rules.orders import (
    ORDER,
    AnswerQuestion,
    CancelOrder,
    CancelPieces,
    CheckPiece,
    CommandClaim,
    CommandParcel,
    CommandReturn,
    ConfirmReceipt,
    HousePolicy,
    OrderCommand,
    OrderPlaced,
    OrderQuote,
    OrderState,
    PayoutFellDue,
    PayoutState,
    ReceiveParcel,
    RecordCapture,
    RecordCarrierPaid,
    RecordDispute,
    RecordDisputeLost,
    RecordDisputeWon,
    RecordPayoutSent,
    RecordRefundFailed,
    RecordRefundSent,
    RefundRevoked,
    WorkshopFinding,
    place_order,
)
from vintage_rules.orders.commands import (
    BeginPayout,
    BeginRefund,
    ChangeAddress,
    FreezePayouts,
    RecordPayoutFailed,
    ReleasePayouts,
)
from vintage_rules.orders.events import PayoutWithheld, WindowOpened
from vintage_rules.orders.states import Order
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.claim.commands import RejectClaim, ReportFound, ReportLost, UpholdClaim
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.pieces import Finding, SettledPiece
from vintage_rules.returns.policy import CustomsOutcome
from vintage_rules.returns.request.commands import AcceptReturn, DeclineReturn, SettleReview
from vintage_rules.returns.table_policy import SeveralParcels
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    AskBuyer,
    GiveUpSearch,
    HandIn,
    ReceiveBack,
    RecordScan,
)
from vintage_rules.shipping.parcel.commands import ReportFound as ReportParcelFound
from vintage_rules.shipping.parcel.states import SentBackCause

TICK = timedelta(microseconds=1)


def order_of(
    prices: Sequence[str],
    *,
    mode: str = "direct",
    place: Place = BORDEAUX,
    policy: HousePolicy = HOUSE,
) -> OrderPlaced:
    """Place an order o1 of pieces p1, p2 … of sellers s1, s2 …, paid by card."""
    pieces = [
        Piece(
            id=PieceId(f"p{number}"),
            seller=SellerId(f"s{number}"),
            price=euros(price),
            weight_g=500,
        )
        for number, price in enumerate(prices, 1)
    ]
    quote = quote_order(pieces, locate(place), mode, policy)
    assert isinstance(quote, OrderQuote)
    return place_order(
        quote,
        policy,
        order=OrderId("o1"),
        buyer=BuyerId("zoe"),
        payments=[Payment(tender="card", amount=quote.price.to_pay)],
        at=MONDAY,
    )


def paid(first: OrderPlaced, policy: HousePolicy = HOUSE) -> Story:
    """Tell a story of an order that its card has paid."""
    return Story(first=first, policy=policy).tell(RecordCapture(at=days(0.01), tender="card"))


def hand_in(story: Story, *names: ParcelId, at: float = 1) -> Story:
    """Hand parcels in."""
    for name in names:
        story.parcel(name, HandIn(at=days(at), tracking_number=f"8R{name}"))
    return story


class TestElevenParcels:
    """R10: the refund of a parcel is its own, however much its name looks like another's."""

    def lost(self, *numbers: int) -> Story:
        """Of eleven parcels, o1-1 to o1-11, give some up for lost."""
        story = paid(order_of(["20.00"] * 11))
        names = [ParcelId(f"o1-{number}") for number in numbers]
        hand_in(story, *names)
        for name in names:
            story.parcel(name, GiveUpSearch(at=days(20)))
        return story

    @pytest.mark.parametrize(("found", "kept"), [(1, [10, 11]), (10, [1, 11]), (11, [1, 10])])
    def test_found_takes_back_its_own(self, found: int, kept: list[int]) -> None:
        """o1-1, o1-10 and o1-11 are lost; one is found, and the other two are owed."""
        story = self.lost(1, 10, 11)
        story.parcel(ParcelId(f"o1-{found}"), ReportParcelFound(at=days(21)))
        assert sorted(story.order.owed) == sorted(f"o1-{number}" for number in kept)
        revoked = [event.cause for event in story.events if isinstance(event, RefundRevoked)]
        assert revoked == [f"o1-{found}"]

    @pytest.mark.parametrize(("found", "kept"), [(1, [10]), (10, [1])])
    def test_delivered_takes_back_its_own(self, found: int, kept: list[int]) -> None:
        """A delivery finds what was lost, and nothing else."""
        story = self.lost(1, 10)
        scan = RecordScan(at=days(21), status="delivered")
        story.parcel(ParcelId(f"o1-{found}"), scan)
        assert sorted(story.order.owed) == [f"o1-{number}" for number in kept]
        assert story.order.parcels[ParcelId(f"o1-{found}")].state == "delivered"

    def test_lost_owes_its_own(self) -> None:
        """20.00 and the shipping of one parcel each."""
        story = self.lost(1, 10)
        shipping = story.order.placed.parcels[0].shipping
        pieces = {
            cause: [str(piece.id) for piece in owed.pieces]
            for cause, owed in story.order.owed.items()
        }
        assert pieces == {"o1-1": ["p1"], "o1-10": ["p10"]}
        for owed in story.order.owed.values():
            assert [payment.amount for payment in owed.payments] == [euros("20.00") + shipping]
        assert story.owed()["buyer"] == str(((euros("20.00") + shipping) * 2).amount)

    def test_a_return_by_a_number_keeps_it(self) -> None:
        """A return that is called o1-1/2 is not the second refund of o1-1, which is found."""
        prices = ["90.00", "55.00"]
        asked = paid(order_of(prices)).deliver(SECOND, on=2).ask_return(PieceId("p2"), at=2.5)
        fresh = paid(order_of(prices)).deliver(SECOND, on=2)
        fresh.tell(evolve(asked.requests[0], case="o1-1/2")).come_back("o1-1/2", at=3)
        hand_in(fresh, FIRST, at=7)
        fresh.parcel(FIRST, GiveUpSearch(at=days(20)))
        assert list(fresh.order.owed) == ["o1-1/2", "o1-1"]
        fresh.parcel(FIRST, ReportParcelFound(at=days(21)))
        assert list(fresh.order.owed) == ["o1-1/2"]
        fresh.parcel(FIRST, GiveUpSearch(at=days(22)))
        assert list(fresh.order.owed) == ["o1-1/2", "o1-1"]
        assert fresh.refused == []


class TestThreePiecesTogether:
    """F1: what is owed is worked out again beside what else is."""

    def story(self) -> Story:
        """Three pieces in one parcel: the first counts as lost, the two others come back."""
        first = order_of(["90.00", "55.00", "30.00"], mode="grouped")
        story = paid(first).deliver(FIRST, on=3)
        story.claim("not-received", PieceId("p1"), at=4)
        story.tell(CommandClaim(case="claim", command=ReportLost(at=days(5))))
        second, third = PieceId("p2"), PieceId("p3")
        story.ask_return(second, at=6).ask_return(third, at=6)
        story.come_back("p2", at=7).come_back("p3", at=10)
        return story

    def test_all_of_it_comes_back(self) -> None:
        """With all three everything that was paid is owed."""
        story = self.story()
        assert list(story.order.owed) == ["claim", "p2", "p3"]
        total = story.order.placed.payments[0].amount
        assert story.owed()["buyer"] == str(total.amount)

    def test_found_both_others_are_worked_out_anew(self) -> None:
        """p1 is kept: the fee was 15.00 on 175.00, and on the 90.00 kept it is 9.00, so that 6.00
        of it come back: 3.00 with p2, since on 120.00 it is 12.00, and 3.00 with p3. The parcel is
        not whole any more, and its shipping is kept.
        """
        story = self.story()
        story.tell(CommandClaim(case="claim", command=ReportFound(at=days(30))))
        owed = {cause: owed.payments for cause, owed in story.order.owed.items()}
        amounts = {cause: payments[0].amount for cause, payments in owed.items()}
        assert amounts == {"p2": euros("58.00"), "p3": euros("33.00")}
        assert story.owed()["buyer"] == "91.00"
        assert story.owed()["seller s1"] == "90.00"

    def test_found_what_is_begun_stays(self) -> None:
        """The refund of p3 is on its way as it was; only that of p2 changes."""
        story = self.story()
        story.tell(BeginRefund(at=days(29), cause="p3"))
        before = story.order.owed["p3"]
        story.tell(CommandClaim(case="claim", command=ReportFound(at=days(30))))
        assert story.order.owed["p3"] == before
        assert story.order.begun == {"p3"}


class TestWindowsOfParcels:
    """R1, R6: parcels that are delivered apart, by what the house pools."""

    @pytest.mark.parametrize(
        ("pooled", "coat", "bag"),
        [
            (SeveralParcels.EACH, date(2026, 9, 10), date(2026, 9, 13)),
            (SeveralParcels.LAST_OF_SENDER, date(2026, 9, 10), date(2026, 9, 13)),
            (SeveralParcels.LAST_OF_ORDER, date(2026, 9, 13), date(2026, 9, 13)),
        ],
    )
    def test_begin(self, pooled: SeveralParcels, coat: date, bag: date) -> None:
        """Ada's coat came on the 10th, lou's bag on the 13th; each is another sender's."""
        returns = HOUSE.returns
        policy = evolve(
            HOUSE,
            returns=evolve(returns, returns=evolve(returns.returns, several_parcels=pooled)),
        )
        story = hand_in(Story(policy=policy).pay(), FIRST, SECOND)
        story.parcel(FIRST, RecordScan(at=days(3), status="delivered"))
        assert (COAT in story.order.received) == (coat == date(2026, 9, 10))
        story.parcel(SECOND, RecordScan(at=days(6), status="delivered"))
        assert (story.received_on(COAT), story.received_on(BAG)) == (coat, bag)

    @pytest.mark.parametrize("last", [FIRST, SECOND])
    def test_begin_with_the_last_whichever_it_is(self, last: ParcelId) -> None:
        """Not with the first of the order, nor with the one that came first."""
        story = hand_in(Story().pay(), FIRST, SECOND)
        early = SECOND if last == FIRST else FIRST
        story.parcel(early, RecordScan(at=days(3), status="delivered"))
        story.parcel(last, RecordScan(at=days(6), status="delivered"))
        assert story.order.received == {COAT: days(6), BAG: days(6)}
        closes = story.order.payable_at[COAT]
        assert closes.isoformat() == "2026-09-28T22:00:00+00:00"
        story.wait(50)
        due = [event for event in story.events if isinstance(event, PayoutFellDue)]
        assert {event.piece for event in due} == {COAT, BAG}
        assert {event.at for event in due} == {closes}

    @pytest.mark.parametrize(("at", "refused"), [(21.5833, []), (21.5834, ["too-late"])])
    def test_a_claim_over_both_counts_from_the_last(self, at: float, refused: list[str]) -> None:
        """A defect may be told for fourteen days from the 13th, whichever parcel came first."""
        story = hand_in(Story().pay(), FIRST, SECOND)
        story.parcel(FIRST, RecordScan(at=days(3), status="delivered"))
        story.parcel(SECOND, RecordScan(at=days(6), status="delivered"))
        story.claim("defect", COAT, BAG, at=at)
        said = [str(reason) for answer in story.refused for reason in answer.reasons]  # type: ignore[union-attr]
        assert said == refused


class TestR1AskedBackEarly:
    """R1: what was asked back before everything had come."""

    def test_of_parcels_that_count_apart(self) -> None:
        """Each window runs by itself; a return of both waits for the bag, until that is lost, and
        is then to be posted as if the coat were all of it.
        """
        returns = HOUSE.returns
        apart = evolve(returns.returns, several_parcels=SeveralParcels.EACH)
        policy = evolve(HOUSE, returns=evolve(returns, returns=apart))
        story = Story("direct", LIEGE, policy).pay().ask_return(COAT, BAG, at=0.5)
        story.tell(CommandReturn(case="coat-bag", command=AcceptReturn(at=days(1))))
        hand_in(story, FIRST, SECOND, at=2)
        story.parcel(FIRST, RecordScan(at=days(5), status="delivered"))
        assert story.received_on(COAT) == date(2026, 9, 12)
        assert story.order.returns["coat-bag"].received is None
        story.parcel(SECOND, GiveUpSearch(at=days(9)))
        assert story.order.returns["coat-bag"].received == date(2026, 9, 12)
        assert story.refused == []

    def test_its_day_of_receipt_is_that_of_the_house(self) -> None:
        """Delivered at 22:36 in UTC the coat came on the day after, in Paris."""
        story = hand_in(Story().pay(), FIRST, SECOND)
        story.parcel(FIRST, RecordScan(at=days(3 + 14.6 / 24), status="delivered"))
        story.ask_return(COAT, at=4)
        assert story.order.returns["coat"].received == date(2026, 9, 11)


class TestR10FoundByADelivery:
    """R10: a delivery ends the search for what it brings, and for nothing else."""

    def test_not_by_that_of_another_parcel(self) -> None:
        """The coat is missing from a parcel that came before; the bag's comes now."""
        story = hand_in(Story().pay(), FIRST, SECOND)
        story.parcel(FIRST, RecordScan(at=days(3), status="delivered"))
        story.claim("not-received", COAT, at=5)
        story.parcel(SECOND, RecordScan(at=days(6), status="delivered"))
        assert story.order.claims["claim"].state == "investigating"

    @pytest.mark.parametrize(
        ("after", "status"), [(timedelta(0), "investigating"), (TICK, "found")]
    )
    def test_only_by_one_after_it_was_opened(self, after: timedelta, status: str) -> None:
        """Delivered at the moment of the claim it is still looked for."""
        story = hand_in(Story().pay(), FIRST, SECOND).claim("not-received", COAT, at=5)
        story.parcel(FIRST, RecordScan(at=days(5) + after, status="delivered"))
        assert story.order.claims["claim"].state == status


class TestL14SentBack:
    """L14: what a parcel that went back comes to, by why it did."""

    def agreed(self, cause: SentBackCause, outcome: CustomsOutcome) -> Story:
        """The parcel came back, and its buyer agrees to a refund, in a house that settles unpaid
        customs in this way.
        """
        returns = HOUSE.returns
        unpaid = evolve(returns.undelivered.of_unpaid_customs, outcome=outcome)
        undelivered = evolve(returns.undelivered, unpaid_customs=unpaid)
        policy = evolve(HOUSE, returns=evolve(returns, undelivered=undelivered))
        story = hand_in(Story("grouped", policy=policy).pay(), FIRST)
        story.parcel(FIRST, RecordScan(at=days(5), status="going-back", cause=cause))
        story.parcel(FIRST, ReceiveBack(at=days(9))).parcel(FIRST, AskBuyer(at=days(10)))
        return story.parcel(FIRST, AnswerRefund(at=days(11), agrees=True))

    @pytest.mark.parametrize("cause", SentBackCause)
    @pytest.mark.parametrize("outcome", CustomsOutcome)
    def test_depends_on_the_cause(self, cause: SentBackCause, outcome: CustomsOutcome) -> None:
        """Unpaid customs as the house says; anything else is refunded in full."""
        story = self.agreed(cause, outcome)
        kept = cause is SentBackCause.UNPAID_DUTIES and outcome is not CustomsOutcome.REFUND
        assert list(story.order.owed) == ([] if kept else [FIRST])
        total = sum((p.amount for p in story.order.placed.payments), start=euros("0.00"))
        assert story.owed().get("buyer") == (None if kept else str(total.amount))


class TestR6PayoutsHeld:
    """R6: nothing is paid out while anything is open on a piece, and nothing else is held."""

    def test_not_while_a_refund_is_owed(self) -> None:
        """30.00 of the damaged coat are ada's, but only once the buyer has got the rest."""
        story = Story("grouped").pay().deliver(FIRST, on=3).ask_return(COAT, at=10)
        story.come_back("coat", at=12, finding=Finding.DAMAGED)
        settle = SettleReview(
            at=days(20), refunds=(SettledPiece(piece=COAT, withheld=euros("30.00")),)
        )
        story.tell(CommandReturn(case="coat", command=settle)).wait(40)
        assert list(story.order.owed) == ["coat"]
        assert story.order.payouts[COAT] == "waiting"
        story.tell(RecordPayoutSent(at=days(41), piece=COAT), BeginPayout(at=days(41), piece=COAT))
        assert [answer.reasons for answer in story.refused] == [("nothing-owed",)] * 2  # type: ignore[union-attr]
        story.tell(RecordRefundSent(at=days(42), cause="coat")).wait(43)
        (due,) = [e for e in story.events if isinstance(e, PayoutFellDue) and e.piece == COAT]
        assert (due.at, due.amount) == (days(42), euros("30.00"))

    def test_not_while_the_refund_of_a_claim_is_owed(self) -> None:
        """Lost after its payout was due, the coat is owed to the buyer, and 90.00 to nobody."""
        story = Story("grouped").pay().deliver(FIRST, on=3).wait(18)
        assert story.order.payouts == {COAT: "due", BAG: "due"}
        story.claim("not-received", COAT, at=20)
        assert PayoutWithheld(at=days(20), piece=COAT) in story.events
        story.tell(CommandClaim(case="claim", command=ReportLost(at=days(21)))).wait(60)
        assert story.order.payouts == {COAT: "waiting", BAG: "due"}
        assert story.order.earned(COAT) == euros("0.00")

    def test_of_every_owed_piece(self) -> None:
        """The pieces of a refund that is owed are open, though its parcel has no claim."""
        story = hand_in(Story().pay(), FIRST)
        story.parcel(FIRST, GiveUpSearch(at=days(20)))
        assert story.order.open_pieces() == {COAT}
        story.tell(RecordRefundSent(at=days(21), cause=FIRST))
        assert story.order.open_pieces() == frozenset()

    @pytest.mark.parametrize("early", [TICK, timedelta(0)])
    def test_until_the_window_has_closed(self, early: timedelta) -> None:
        """Not a microsecond before it, and at the moment itself."""
        story = Story("grouped").pay().deliver(FIRST, on=3)
        closes = story.order.payable_at[COAT]
        story.tell(RecordPayoutSent(at=closes - early, piece=COAT))
        assert (story.order.payouts[COAT] == "sent") == (not early)

    @pytest.mark.parametrize("known", [timedelta(0), TICK])
    def test_not_before_it_is_known_that_the_window_closed(self, known: timedelta) -> None:
        """R6: a window that opens when it has closed lets the payout fall due at that moment.

        Until the second parcel is given up for lost, the window of the first has not begun.
        """
        story = hand_in(Story().pay().deliver(FIRST, on=3), SECOND, at=4)
        story.parcel(SECOND, GiveUpSearch(at=days(30)))
        assert story.order.payable_at[COAT] < days(30)
        early = ORDER.fall_due(story.order, days(30) - TICK, HOUSE, FRANCE)
        due = ORDER.fall_due(story.order, days(30) + known, HOUSE, FRANCE)
        assert (early, [(type(event), event.at) for event in due]) == (
            (),
            [(PayoutFellDue, days(30))],
        )

    def test_a_scan_that_is_late_turns_no_time_back(self) -> None:
        """R6: the window that it opens has closed before the order's last event: due with that."""
        story = hand_in(Story("grouped").pay(), FIRST).claim("not-received", COAT, BAG, at=25)
        story.tell(CommandClaim(case="claim", command=ReportFound(at=days(30))))
        story.parcel(FIRST, RecordScan(at=days(3), status="delivered")).wait(31)
        opened, *due = [e for e in story.events if isinstance(e, (WindowOpened, PayoutFellDue))]
        assert story.order.payable_at[COAT] < days(30)
        assert [type(event) for event in due] == [PayoutFellDue, PayoutFellDue]
        assert {event.at for event in (opened, *due)} == {days(30)}
        before = story.events[: story.events.index(due[0])]
        with pytest.raises(CorruptHistoryError):
            ORDER.evolve(ORDER.replay(before), evolve(due[0], at=days(30) - TICK))

    def test_only_a_return_that_is_over_settles(self) -> None:
        """A piece is open until its return has ended, and not only until any step of it."""
        story = Story("grouped").pay().deliver(FIRST, on=3).ask_return(COAT, at=5)
        assert story.order.open_pieces() == {COAT}
        story.come_back("coat", at=7)
        assert story.order.open_pieces() == {COAT}
        story.tell(RecordRefundSent(at=days(12), cause="coat"))
        assert story.order.open_pieces() == frozenset()

    def test_a_declined_return_is_over(self) -> None:
        """Declined before the window closes, the payout falls due with the window."""
        story = Story("grouped").pay().deliver(FIRST, on=3).ask_return(COAT, at=5)
        story.come_back("coat", at=7, finding=Finding.ANOTHER_PIECE)
        decline = DeclineReturn(at=days(11), reasons=("not ours",))
        story.tell(CommandReturn(case="coat", command=decline)).wait(30)
        closes = story.order.payable_at[COAT]
        due = [event for event in story.events if isinstance(event, PayoutFellDue)]
        assert [(event.piece, event.at) for event in due] == [(COAT, closes), (BAG, closes)]

    def test_a_rejected_claim_is_over(self) -> None:
        """Rejected after the window has closed, the payout falls due then; the bag's has before."""
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, at=5)
        reject = RejectClaim(at=days(30), reasons=("as described",))
        story.tell(CommandClaim(case="claim", command=reject)).wait(31)
        due = {e.piece: e.at for e in story.events if isinstance(e, PayoutFellDue)}
        assert due == {COAT: days(30), BAG: story.order.payable_at[BAG]}


class TestFeesGivenBackWithSomeRefunds:
    """Design, section 4: a fee that a withdrawal gives back, and a claim does not, or the other
    way.
    """

    def house(self, *terms: str) -> HousePolicy:
        """A house that asks 10 % for protection, given back on these terms, and nothing else."""
        protection = fee(component("0.10"), name="protection", refunded_with=frozenset(terms))
        return evolve(HOUSE, pricing=evolve(HOUSE.pricing, fees=(protection,)))

    @pytest.mark.parametrize(
        ("terms", "back"), [("withdrawal", "99.00"), ("claim", "90.00"), ("loss", "90.00")]
    )
    def test_by_a_withdrawal(self, terms: str, back: str) -> None:
        """14.50 were paid on 145.00; on the 55.00 kept it is 5.50."""
        policy = self.house(terms)
        story = Story("grouped", policy=policy).pay().deliver(FIRST, on=3).ask_return(COAT, at=5)
        story.come_back("coat", at=7)
        assert story.order.placed.fees_by_terms == {"protection": euros("14.50")}
        assert story.order.placed.fee == euros("0.00")
        assert story.order.placed.kept_fees == euros("14.50")
        assert story.owed()["buyer"] == back

    @pytest.mark.parametrize(("terms", "back"), [("loss", "14.50"), ("withdrawal", "0.00")])
    def test_by_a_loss(self, terms: str, back: str) -> None:
        """All of it with all of the pieces, where the house says so."""
        policy = self.house(terms)
        story = hand_in(Story("grouped", policy=policy).pay(), FIRST)
        story.parcel(FIRST, GiveUpSearch(at=days(20)))
        shipping = story.order.placed.parcels[0].shipping
        owed = euros("145.00") + shipping + euros(back)
        assert story.owed()["buyer"] == str(owed.amount)


STAMPS: dict[str, OrderCommand] = {
    "capture": RecordCapture(at=days(4), tender="card"),
    "cancel": CancelOrder(at=days(4), reason="late"),
    "cancel pieces": CancelPieces(at=days(4), by=Canceller.HOUSE),
    "receive": ReceiveParcel(at=days(4), parcel=FIRST),
    "check": CheckPiece(at=days(4), piece=COAT, finding=WorkshopFinding.AS_DESCRIBED),
    "address": ChangeAddress(at=days(4), destination=locate(LIEGE)),
    "parcel": CommandParcel(parcel=SECOND, command=HandIn(at=days(4), tracking_number="8R2")),
    "return": CommandReturn(case="coat", command=AcceptReturn(at=days(4))),
    "claim": CommandClaim(case="claim", command=ReportLost(at=days(4))),
    "confirm": ConfirmReceipt(at=days(4)),
    "answer": AnswerQuestion(at=days(4), question="confirm-sale"),
    "begin refund": BeginRefund(at=days(4), cause="coat"),
    "refund": RecordRefundSent(at=days(4), cause="coat"),
    "refund failed": RecordRefundFailed(at=days(4), cause="coat", tender="card", reference=""),
    "begin payout": BeginPayout(at=days(4), piece=COAT),
    "payout": RecordPayoutSent(at=days(4), piece=COAT),
    "payout failed": RecordPayoutFailed(at=days(4), piece=COAT),
    "freeze payouts": FreezePayouts(at=days(4), reason="looked at"),
    "release payouts": ReleasePayouts(at=days(4)),
    "carrier": RecordCarrierPaid(at=days(4)),
    "dispute": RecordDispute(at=days(4), tender="card"),
    "dispute won": RecordDisputeWon(at=days(4), tender="card"),
    "dispute lost": RecordDisputeLost(at=days(4), tender="card"),
}


class TestTimeNeverRunsBackwards:
    """A command that is dated before what has happened is refused, whatever it asks."""

    def at(self, day: float) -> Order:
        """An order of which something was heard last on that day."""
        story = hand_in(Story().pay(), FIRST)
        return story.parcel(FIRST, RecordScan(at=days(day), status="in-transit")).order

    @pytest.mark.parametrize("command", STAMPS.values(), ids=STAMPS)
    def test_a_moment_too_early(self, command: OrderCommand) -> None:
        """A microsecond after the command something had happened: out of order, and no more."""
        later = evolve(self.at(4), at=days(4) + TICK)
        answer = ORDER.decide(later, command, HOUSE, FRANCE)
        assert [str(reason) for reason in answer.reasons] == ["out-of-order"]  # type: ignore[union-attr]

    @pytest.mark.parametrize("command", STAMPS.values(), ids=STAMPS)
    def test_at_the_same_moment(self, command: OrderCommand) -> None:
        """What happens at one moment is not out of order, whatever else speaks against it."""
        answer = ORDER.decide(self.at(4), command, HOUSE, FRANCE)
        reasons = () if isinstance(answer, tuple) else answer.reasons
        assert "out-of-order" not in reasons

    def test_a_scan_that_comes_late_leaves_the_order_at_its_moment(self) -> None:
        """It is dated when the carrier saw the parcel, and the order stays where it is."""
        story = hand_in(Story().pay(), FIRST, SECOND)
        story.parcel(FIRST, RecordScan(at=days(6), status="delivered"))
        story.parcel(SECOND, RecordScan(at=days(3), status="delivered"))
        assert story.order.at == days(6)
        assert story.order.parcels[SECOND].delivered_at == days(3)
        assert story.received_on(BAG) == date(2026, 9, 13)

    def test_now_is_a_moment(self) -> None:
        """One without an offset is refused by name."""
        with pytest.raises(DayError, match=r"^now: "):
            ORDER.fall_due(Story().order, days(1).replace(tzinfo=None), HOUSE, FRANCE)


class TestCommandsByState:
    """Each command in each state of an order: taken, or refused for a reason of its own."""

    EXPECTED: dict[str, tuple[str, str, str]] = {  # noqa: RUF012 - a table
        # command: placed and not paid, paid, cancelled
        "capture": ("", "already-captured", ""),
        "cancel": ("", "not-possible-now", "not-possible-now"),
        "cancel pieces": ("", "", "not-possible-now"),
        "receive": ("not-possible-now", "not-possible-now", "not-possible-now"),
        "check": ("not-received", "not-received", "not-received"),
        "address": ("address-fixed", "address-fixed", "address-fixed"),
        "parcel": ("not-possible-now", "", "not-possible-now"),
        "return": ("not-possible-now", "not-possible-now", "not-possible-now"),
        "claim": ("not-possible-now", "not-possible-now", "not-possible-now"),
        "confirm": ("not-possible-now", "not-possible-now", "not-possible-now"),
        "answer": ("no-such-question", "no-such-question", "no-such-question"),
        "begin refund": ("nothing-owed", "nothing-owed", "nothing-owed"),
        "refund": ("nothing-owed", "nothing-owed", "nothing-owed"),
        "refund failed": ("not-possible-now", "not-possible-now", "not-possible-now"),
        "begin payout": ("nothing-owed", "nothing-owed", "nothing-owed"),
        "payout": ("nothing-owed", "nothing-owed", "nothing-owed"),
        "payout failed": ("not-possible-now", "not-possible-now", "not-possible-now"),
        "freeze payouts": ("not-possible-now", "", "not-possible-now"),
        "release payouts": ("not-possible-now", "not-possible-now", "not-possible-now"),
        "carrier": ("nothing-owed", "nothing-owed", "nothing-owed"),
        "dispute": ("", "", ""),
        "dispute won": ("not-disputed", "not-disputed", "not-disputed"),
        "dispute lost": ("not-disputed", "not-disputed", "not-disputed"),
    }

    def states(self) -> list[Order]:
        """An order that is placed, one that is paid, one that is cancelled."""
        return [
            Story().order,
            Story().pay().order,
            Story().tell(CancelOrder(at=days(0.01), reason="declined")).order,
        ]

    def test_are_all_here(self) -> None:
        """Every kind of command and every state of an order."""
        assert set(self.EXPECTED) == set(STAMPS)
        assert [str(order.state) for order in self.states()] == list(OrderState)
        kinds = {type(command) for command in STAMPS.values()}
        assert kinds == set(get_args(OrderCommand))

    @pytest.mark.parametrize("name", STAMPS)
    def test_are_taken_or_refused(self, name: str) -> None:
        """One row of the table."""
        found = []
        for order in self.states():
            answer = ORDER.decide(order, STAMPS[name], HOUSE, FRANCE)
            reasons = () if isinstance(answer, tuple) else answer.reasons
            found.append(" ".join(map(str, reasons)))
        assert tuple(found) == self.EXPECTED[name]


class TestUpholding:
    """R9: what is settled without a return is owed at once, in part where a person keeps some."""

    def house(self) -> HousePolicy:
        """A house in which a defect is refunded without the piece coming back."""
        claims = HOUSE.returns.claims
        defect = evolve(claims.kinds["defect"], return_needed=False)
        kinds = {**claims.kinds, "defect": defect}
        returns = evolve(HOUSE.returns, claims=evolve(claims, kinds=kinds))
        return evolve(HOUSE, returns=returns)

    @pytest.mark.parametrize(
        ("withheld", "buyer", "ada"), [(None, "99.00", None), ("40.00", "59.00", "40.00")]
    )
    def test_owes_at_once(self, withheld: str | None, buyer: str, ada: str | None) -> None:
        """The coat with its fee; of what is kept back the seller is owed all."""
        story = Story("grouped", policy=self.house()).pay().deliver(FIRST, on=3)
        story.claim("defect", COAT, at=5)
        kept = None if withheld is None else euros(withheld)
        uphold = UpholdClaim(at=days(6), refunds=(SettledPiece(piece=COAT, withheld=kept),))
        story.tell(CommandClaim(case="claim", command=uphold))
        assert list(story.order.owed) == ["claim"]
        assert story.owed().get("buyer") == buyer
        assert story.owed().get("seller ada") == ada
        story.wait(30)
        assert story.order.payouts == {COAT: PayoutState.WAITING, BAG: PayoutState.DUE}
        story.tell(RecordRefundSent(at=days(31), cause="claim")).wait(32)
        expected = PayoutState.WAITING if withheld is None else PayoutState.DUE
        assert story.order.payouts[COAT] is expected


class TestR9UpheldForWhatWasRefunded:
    """R9: what was refunded while a claim on it was open is not to come back any more.

    In this house a piece that did not arrive is claimed without a search, and is to come back.
    """

    def lost(self) -> Story:
        """Its buyer claims on the tenth day, and on the 20th its carrier gives the parcel up."""
        claims = HOUSE.returns.claims
        kind = evolve(claims.kinds["not-received"], return_needed=True, investigation=None)
        kinds = {**claims.kinds, "not-received": kind}
        returns = evolve(HOUSE.returns, claims=evolve(claims, kinds=kinds))
        story = Story("grouped", policy=evolve(HOUSE, returns=returns)).pay()
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R"))
        story.claim("not-received", COAT, at=10)
        return story.parcel(FIRST, GiveUpSearch(at=days(20)))

    def uphold(self, *, at: float) -> CommandClaim:
        """A person sees to the claim."""
        refunds = (SettledPiece(piece=COAT),)
        return CommandClaim(case="claim", command=UpholdClaim(at=days(at), refunds=refunds))

    def test_ends_without_a_return(self) -> None:
        """Nothing more is refunded, and the claim is settled."""
        story = self.lost().tell(RecordRefundSent(at=days(21), cause=FIRST))
        before = story.order.accounts
        story.tell(self.uphold(at=22))
        assert story.order.owed["claim"].payments == ()
        story.tell(RecordRefundSent(at=days(23), cause="claim"))
        assert story.refused == []
        assert story.order.claims["claim"].state == "settled"
        assert story.order.accounts == before

    def test_ends_with_the_refund_that_is_owed(self) -> None:
        """Until it is made it may be in question again: the claim waits for it."""
        story = self.lost().tell(self.uphold(at=21))
        assert story.order.claims["claim"].state == "upheld"
        story.tell(RecordRefundSent(at=days(23), cause=FIRST))
        assert story.order.claims["claim"].state == "settled"


def test_the_first_event_places_it() -> None:
    """Its sellers are ada and lou, in the order of its pieces."""
    first = placed()
    assert isinstance(first, OrderPlaced)
    assert [line.seller for line in first.lines] == [ADA, LOU]


class TestR1ReturnThatIsOver:
    """R1: the time for posting starts with receipt, for a return that is still open."""

    def test_is_left_as_it_was_by_the_delivery(self) -> None:
        """Requested while the parcel travels and declined: its receipt changes nothing."""
        story = hand_in(Story("grouped").pay(), FIRST).ask_return(COAT, at=1.5)
        (case,) = story.order.returns
        decline = DeclineReturn(at=days(2), reasons=("not ours",))
        story.tell(CommandReturn(case=case, command=decline))
        story.parcel(FIRST, RecordScan(at=days(3), status="delivered"))
        assert story.order.received
        assert story.order.returns[case].received is None
