"""What one order lives through: a story from the clause for every edge, then the books, then
conversations.
"""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from attrs import evolve
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from tests.effort import CONVERSATIONS
from tests.factories import base, component, condition, fee
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
    quoted,
    reasons,
)
from vintage_rules import Money, Place, locate
from vintage_rules.errors import (
    CorruptHistoryError,
    CurrencyMismatchError,
    IdentifierError,
    InvalidValueError,
    MoneyError,
    NotFoundError,
    UnknownTermError,
    VintageRulesError,
)
from vintage_rules.ids import BuyerId, Edition, OrderId, ParcelId, PieceId
from vintage_rules.machine import Refused
from vintage_rules.money import total
from vintage_rules.orders.commands import (
    BeginPayout,
    BeginRefund,
    CancelOrder,
    CancelPieces,
    ChangeAddress,
    CommandClaim,
    CommandReturn,
    FreezePayouts,
    OrderCommand,
    RecordCapture,
    RecordCarrierPaid,
    RecordPayoutFailed,
    RecordPayoutSent,
    RecordRefundSent,
    ReleasePayouts,
)
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import (
    ClaimChanged,
    OrderCancelled,
    OrderEvent,
    OrderPaid,
    OrderPlaced,
    ParcelChanged,
    PayoutBegun,
    PayoutFellDue,
    PayoutSent,
    RefundBegun,
    RefundRevoked,
    RefundSent,
    ReturnChanged,
)
from vintage_rules.orders.placing import place_order
from vintage_rules.orders.states import Order, OrderState, PayoutState
from vintage_rules.orders.transitions import ORDER_TRANSITIONS, PAYOUT_DEADLINES, PAYOUT_TRANSITIONS
from vintage_rules.pricing.fee_policy import Payer, Per
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.claim.commands import (
    ClaimCommand,
    RecordSettlement,
    RejectClaim,
    ReportFound,
    ReportLost,
    UpholdClaim,
)
from vintage_rules.returns.claim.events import ClaimSettled
from vintage_rules.returns.payments import Payment
from vintage_rules.returns.pieces import Finding, SettledPiece
from vintage_rules.returns.request.commands import (
    AcceptReturn,
    DeclineReturn,
    RecordArrival,
    RecordRefund,
    RequestReturn,
    SettleReview,
)
from vintage_rules.returns.request.events import RefundPaid, ReturnLapsed
from vintage_rules.shipping.parcel.commands import (
    AnswerRefund,
    AskBuyer,
    GiveUpSearch,
    HandIn,
    ParcelCommand,
    ReceiveBack,
    RecordScan,
    SendAgain,
)
from vintage_rules.shipping.parcel.commands import ReportFound as ReportParcelFound
from vintage_rules.shipping.parcel.events import ParcelMoved
from vintage_rules.shipping.parcel.states import ScanStatus, SentBackCause


def placing(payments: list[Payment], **more: dict[str, Money]) -> OrderPlaced:
    """Place the order, paid with these."""
    return place_order(
        quoted(),
        HOUSE,
        order=OrderId("o1"),
        buyer=BuyerId("zoe"),
        payments=payments,
        at=MONDAY,
        **more,
    )


def told(order: Order, command: OrderCommand) -> tuple[OrderEvent, ...]:
    """Tell the order something that it takes."""
    answer = ORDER.decide(order, command, HOUSE, FRANCE)
    assert isinstance(answer, tuple)
    return answer


class TestC7PaidWhenTheOrderIsValidated:
    """C7: the money is taken when the order is validated; never without an order, never twice."""

    def test_placed_and_not_yet_paid(self) -> None:
        """Before anything is charged the buyer owes the whole order, and sellers their pieces are
        owed.
        """
        story = Story()
        assert story.order.state == "placed"
        assert story.owed() == {
            "buyer": "-165.48",
            "seller ada": "90.00",
            "seller lou": "55.00",
            "house": "20.48",
        }

    def test_says_whose_it_is_and_what_was_asked(self) -> None:
        """The order knows its buyer, and its parcels who posts them."""
        order = Story().order.placed
        assert (order.order, order.buyer, order.mode) == ("o1", "zoe", "direct")
        assert [(p.id, p.sender, p.pieces) for p in order.parcels] == [
            (FIRST, ADA, (COAT,)),
            (SECOND, LOU, (BAG,)),
        ]
        assert (order.options, order.parts) == ((), {})

    @pytest.mark.parametrize("field", ["order", "buyer"])
    def test_a_name_is_one(self, field: str) -> None:
        """An order or a buyer without a name is told by the field."""
        names = {"order": OrderId("o1"), "buyer": BuyerId("zoe")} | {field: ""}
        quote = quoted()
        payments = [Payment(tender="card", amount=quote.price.to_pay + quote.price.gift_card)]
        with pytest.raises(IdentifierError, match=f"^{field}: "):
            place_order(quote, HOUSE, payments=payments, at=MONDAY, **names)  # type: ignore[arg-type]

    def test_paid_once_every_tender_is_charged(self) -> None:
        """A part charged leaves it placed; the last one makes it paid."""
        story = Story().tell(RecordCapture(at=days(0.01), tender="gift-card"))
        assert story.order.state == "placed"
        assert story.owed()["buyer"] == "-115.48"
        story.tell(RecordCapture(at=days(0.02), tender="card"))
        assert story.names == ["payment-captured", "payment-captured", "order-paid"]
        assert "buyer" not in story.owed()

    def test_never_charged_twice(self) -> None:
        """A tender charged already is refused, before and after the order is paid."""
        story = Story().tell(
            RecordCapture(at=days(0.01), tender="card"), RecordCapture(at=days(0.02), tender="card")
        )
        assert reasons(story) == ["already-captured"]

    def test_the_receipt_is_kept(self) -> None:
        """By it, and no other name, the provider gives the money back."""
        capture = RecordCapture(at=days(0.01), tender="card", receipt="ch_1")
        assert Story().tell(capture).order.receipts == {("card", ""): "ch_1"}

    def test_never_with_a_tender_that_did_not_pay(self) -> None:
        """A tender the order does not know is named."""
        with pytest.raises(UnknownTermError, match="tender: must be one of gift-card, card"):
            Story().tell(RecordCapture(at=days(0.01), tender="paypal"))

    def test_a_failed_payment_cancels(self) -> None:
        """An order that cannot be paid is void: nobody is owed anything."""
        story = Story().tell(CancelOrder(at=days(0.01), reason="declined"))
        assert (story.order.state, story.owed()) == ("cancelled", {})
        assert story.events[-1] == OrderCancelled(at=days(0.01), reason="declined")

    def test_what_was_charged_goes_back(self) -> None:
        """Of an order half charged the gift card is owed its part until it is back."""
        story = Story().tell(
            RecordCapture(at=days(0.01), tender="gift-card"),
            CancelOrder(at=days(0.02), reason="declined"),
        )
        assert story.owed() == {"buyer": "50.00", "house": "-50.00"}
        story.tell(BeginRefund(at=days(0.025), cause="cancellation"))
        assert (story.order.state, story.names[-1]) == ("cancelled", "refund-begun")
        story.tell(RecordRefundSent(at=days(0.03), cause="cancellation"))
        assert (story.order.state, story.owed()) == ("cancelled", {})

    def test_what_is_charged_after_all_goes_back(self) -> None:
        """A charge given up, and made all the same, pays for nothing: it is owed back at once."""
        story = Story().tell(
            RecordCapture(at=days(0.01), tender="gift-card"),
            CancelOrder(at=days(0.02), reason="declined"),
            RecordCapture(at=days(0.03), tender="card", receipt="ch_1"),
        )
        assert story.names[-2:] == ["payment-captured", "refund-owed"]
        assert story.owed() == {"buyer": "165.48", "house": "-165.48"}
        assert set(story.order.owed) == {"cancellation", "cancellation/card/"}
        (back,) = story.order.owed["cancellation/card/"].payments
        assert (back.tender, back.amount) == ("card", euros("115.48"))
        story.tell(
            RecordRefundSent(at=days(0.04), cause="cancellation"),
            RecordRefundSent(at=days(0.05), cause="cancellation/card/"),
        )
        assert (story.order.state, story.owed()) == ("cancelled", {})

    def test_a_paid_order_is_not_cancelled(self) -> None:
        """Once paid there are returns, but no way back."""
        assert reasons(Story().pay().tell(CancelOrder(at=days(1), reason="regret"))) == [
            "not-possible-now"
        ]

    def test_nothing_moves_before_it_is_paid(self) -> None:
        """A parcel of an unpaid order is not handed in."""
        story = Story().parcel(FIRST, HandIn(at=days(1), tracking_number="8R"))
        assert reasons(story) == ["not-possible-now"]

    def test_the_payments_must_add_up(self) -> None:
        """An order is not placed for less than it costs."""
        with pytest.raises(MoneyError, match=r"payments: must be 165\.48 EUR in total"):
            place_order(
                quoted(),
                HOUSE,
                order=OrderId("o1"),
                buyer=BuyerId("zoe"),
                payments=[Payment(tender="card", amount=euros("165.47"))],
                at=MONDAY,
            )

    @pytest.mark.parametrize("reference", ["", "second"])
    def test_two_payments_of_one_kind_are_told_apart(self, reference: str) -> None:
        """Each is charged, and has its own refunds; two that nothing tells apart are refused."""
        payments = [
            Payment(tender="card", amount=euros("100.00")),
            Payment(tender="card", amount=euros("65.48"), reference=reference),
        ]
        if not reference:
            with pytest.raises(InvalidValueError, match="payments: must be payments that differ"):
                placing(payments)
            return
        placed_ = placing(payments)
        order = ORDER.evolve(None, placed_)
        for number, payment in enumerate(payments, 1):
            assert order.state == "placed"
            capture = RecordCapture(at=days(number), tender="card", reference=payment.reference)
            order = ORDER.replay(told(order, capture), order)
        assert order.state == "paid"
        assert order.accounts["buyer"] == euros("0.00")

    def test_a_tender_that_nothing_goes_back_to_is_refused(self) -> None:
        """Refunds go to what was paid with, so the policy must know it."""
        with pytest.raises(
            UnknownTermError, match="tender: must be one of card, gift-card, paypal"
        ):
            placing([Payment(tender="cheque", amount=euros("165.48"))])


class TestC3TheAddressIsFixed:
    """C3: the shipping address cannot be changed once the order is placed. No exception."""

    @pytest.mark.parametrize("paid", [False, True])
    def test_refused_with_its_clause(self, *, paid: bool) -> None:
        """Paid or not, the answer is no, and says by which clause."""
        story = Story().pay() if paid else Story()
        before = story.order
        story.tell(ChangeAddress(at=days(1), destination=locate(LIEGE)))
        (refused,) = story.refused
        assert isinstance(refused, Refused)
        assert (refused.sources, refused.edition) == (("C3",), HOUSE.edition)
        assert reasons(story) == ["address-fixed"]
        assert story.order == before

    def test_refused_by_a_house_that_says_nothing_of_it(self) -> None:
        """The order's address is fixed in every house; one that does not say so is cited for
        nothing.
        """
        silent = evolve(HOUSE, service=evolve(HOUSE.service, requests={}))
        asked = ChangeAddress(at=days(1), destination=locate(LIEGE))
        refused = ORDER.decide(Story().order, asked, silent, FRANCE)
        assert isinstance(refused, Refused)
        assert refused.sources == ()


class TestS1ParcelsOfAnOrder:
    """S1, S2: each parcel is handed in and followed by itself."""

    def test_the_carrier_is_owed_from_the_hand_in(self) -> None:
        """What the buyer paid for shipping is the house's until a parcel is handed in, then the
        carrier's.
        """
        story = Story().pay().parcel(FIRST, HandIn(at=days(1), tracking_number="8R"))
        assert story.owed()["carrier"] == "11.19"
        story.tell(RecordCarrierPaid(at=days(30)))
        assert "carrier" not in story.owed()
        assert story.order.state == "paid"
        story.tell(RecordCarrierPaid(at=days(31)))
        assert reasons(story) == ["nothing-owed"]

    def test_a_parcel_the_order_does_not_have(self) -> None:
        """A name the order does not hold is named with those it does."""
        with pytest.raises(NotFoundError, match="parcel: must be one of o1-1, o1-2"):
            Story().pay().parcel(ParcelId("o2-1"), AskBuyer(at=days(1)))

    def test_what_a_parcel_refuses_is_refused(self) -> None:
        """The order gives the parcel's own answer, and nothing has changed."""
        story = Story().pay()
        before = story.order
        story.parcel(FIRST, AskBuyer(at=days(1)))
        assert reasons(story) == ["not-now"]
        assert story.order == before

    def test_commands_in_order_of_time(self) -> None:
        """What is told late is refused, but for a carrier's scan, which may come late."""
        story = Story().pay().deliver(FIRST).tell(RecordCarrierPaid(at=days(1)))
        assert reasons(story) == ["out-of-order"]
        story.parcel(SECOND, HandIn(at=days(4), tracking_number="8R2"))
        story.parcel(SECOND, RecordScan(at=days(2), status="in-transit"))
        assert story.names[-1] == "scan-noted"

    def test_time_tells_of_an_overdue_parcel(self) -> None:
        """A parcel past its latest estimate is overdue, dated when it became so."""
        story = Story().pay()
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R", overdue_at=days(8)))
        story.wait(20)
        assert story.events[-1].at == days(8)
        assert story.order.parcels[FIRST].state == "overdue"


class TestR1WindowsOfAnOrder:
    """R1 with L221-18: the window of pieces delivered apart starts with the last of them."""

    def test_one_parcel(self) -> None:
        """A grouped order: day 0 is the day it came, the window ends with day 14."""
        story = Story("grouped").pay().deliver(FIRST, on=3)
        order = story.order
        assert order.received == {COAT: days(3), BAG: days(3)}
        assert story.received_on(COAT) == date(2026, 9, 10)
        assert order.payable_at[COAT].isoformat() == "2026-09-24T22:00:00+00:00"
        assert order.payable_at[BAG] == order.payable_at[COAT]

    @pytest.mark.parametrize(("hours", "day"), [(13.9, 10), (14.1, 11)])
    def test_its_day_is_that_of_the_house(self, hours: float, day: int) -> None:
        """Midnight in Paris is 22:00 in UTC: six minutes before it, and six after."""
        story = Story("grouped").pay().deliver(FIRST, on=3 + hours / 24)
        assert story.received_on(COAT) == date(2026, 9, day)

    def test_two_parcels(self) -> None:
        """Nothing starts before the second has come."""
        story = Story().pay().deliver(FIRST, on=3)
        assert story.order.received == {}
        story.parcel(SECOND, HandIn(at=days(4), tracking_number="8R2"))
        story.parcel(SECOND, RecordScan(at=days(6), status="delivered"))
        assert story.order.received == {COAT: days(6), BAG: days(6)}

    @pytest.mark.parametrize("day", [3.5, 40])
    def test_what_has_come_may_go_back_before_the_rest_comes(self, day: float) -> None:
        """However long the second takes: until it is there no request is too late."""
        story = Story().pay().deliver(FIRST, on=3).ask_return(COAT, at=day)
        returned = story.order.returns["coat"]
        assert returned.state == "accepted"
        assert returned.received == date(2026, 9, 10)
        assert returned.post_by is not None
        assert returned.post_by >= days(day + 14).date()
        story.come_back("coat", at=day + 1)
        assert list(story.order.owed) == ["coat"]

    def test_the_day_it_was_received_is_the_orders_to_know(self) -> None:
        """A request that says another day is an error of the facts."""
        fresh, requested = self.requested()
        said = evolve(requested.request, received=None)
        command = evolve(requested, request=said)
        with pytest.raises(InvalidValueError, match="received: "):
            fresh.tell(CommandReturn(case="coat", command=command))

    def test_whether_its_window_has_begun_is_the_orders_to_know(self) -> None:
        """It has not while the second is to come: what a request says of it does not count."""
        fresh, requested = self.requested()
        said = evolve(requested.request, begun=True, events={"received": date(2026, 8, 1)})
        fresh.tell(CommandReturn(case="coat", command=evolve(requested, request=said)))
        assert fresh.order.returns["coat"].state == "accepted"

    def requested(self) -> tuple[Story, RequestReturn]:
        """Deliver the first of two parcels; give the order, and a request for what was in it."""
        story = Story().pay().deliver(FIRST, on=3).ask_return(COAT, at=4)
        (requested,) = story.requests
        assert isinstance(requested.command, RequestReturn)
        return Story().pay().deliver(FIRST, on=3), requested.command

    def test_a_lost_parcel_keeps_nobody_waiting(self) -> None:
        """When the second is lost and refunded, the window of the first runs from its own day."""
        story = Story().pay().deliver(FIRST, on=3)
        story.parcel(SECOND, HandIn(at=days(4), tracking_number="8R2"))
        story.parcel(SECOND, GiveUpSearch(at=days(30)))
        assert story.received_on(COAT) == date(2026, 9, 10)
        assert BAG not in story.order.received


class TestR1WithdrawnBeforeDelivery:
    """R1, L221-18, L221-23: who withdraws before they have their pieces posts them once they have,
    and no seller is paid meanwhile.
    """

    def withdrawn(self, *pieces: PieceId, mode: str = "grouped", place: Place = BORDEAUX) -> Story:
        """Ask for a return the day after the order, and have the house accept it at once."""
        story = Story(mode, place).pay().ask_return(*pieces, at=1)
        accept = AcceptReturn(at=days(1))
        return story.tell(CommandReturn(case="-".join(pieces), command=accept))

    def test_its_time_for_posting_starts_with_the_delivery(self) -> None:
        """Accepted on day 1 and delivered on day 40, Saturday 17 October: posted by the 31st and,
        that being a Saturday, by Monday 2 November.
        """
        story = self.withdrawn(COAT).arrive(COAT, BAG, at=days(1))
        assert story.order.returns["coat"].post_by is None
        # Nothing is due but the review of what waits, 720 hours after the pieces arrived.
        assert ORDER.next_deadline(story.order) == days(1) + timedelta(hours=720)
        story.wait(30)
        assert story.order.returns["coat"].state == "accepted"
        story.deliver(FIRST, on=40)
        assert story.names[-4:] == [
            "parcel-delivered",
            "window-opened",
            "payout-scheduled",
            "pieces-received",
        ]
        returned = story.order.returns["coat"]
        assert (returned.received, returned.post_by) == (date(2026, 10, 17), date(2026, 11, 2))

    def test_what_is_posted_then_is_in_time_and_holds_the_payout(self) -> None:
        """Posted ten days after the delivery: refunded, and its seller is never paid for it."""
        story = self.withdrawn(COAT).deliver(FIRST, on=40)
        story.come_back("coat", at=50).tell(RecordRefundSent(at=days(55), cause="coat")).wait(100)
        assert story.order.returns["coat"].state == "refunded"
        assert story.order.payouts[COAT] == "waiting"
        assert "seller ada" not in story.owed()

    def test_what_is_never_posted_lapses_after_it_and_is_paid_then(self) -> None:
        """Asked at the end or every day, the same happens at the same moments."""
        once, often = (self.withdrawn(COAT).deliver(FIRST, on=40) for _ in range(2))
        for day in range(41, 80):
            often.wait(day)
        once.wait(80)
        assert once.events == often.wait(80).events
        lapsed, due = once.events[-2:]
        assert isinstance(lapsed, ReturnChanged)
        assert isinstance(due, PayoutFellDue)
        assert isinstance(lapsed.event, ReturnLapsed)
        assert days(56) < lapsed.at == due.at < days(80)

    @pytest.mark.parametrize("lost", [False, True])
    def test_of_two_parcels_it_starts_with_the_last_that_comes(self, *, lost: bool) -> None:
        """From Belgium one return holds both: it waits for the bag, unless that is lost."""
        story = self.withdrawn(COAT, BAG, mode="direct", place=LIEGE).deliver(FIRST, on=5)
        assert story.order.returns["coat-bag"].received is None
        story.parcel(SECOND, HandIn(at=days(6), tracking_number="8R"))
        end = GiveUpSearch(at=days(9)) if lost else RecordScan(at=days(9), status="delivered")
        story.parcel(SECOND, end)
        received = date(2026, 9, 12) if lost else date(2026, 9, 16)
        assert story.order.returns["coat-bag"].received == received
        assert story.names.count("pieces-received") == 1

    def test_what_is_lost_altogether_is_not_waited_for(self) -> None:
        """The parcel is refunded by itself; a person ends the return, and nothing is paid twice."""
        story = self.withdrawn(COAT)
        story.parcel(FIRST, HandIn(at=days(6), tracking_number="8R"))
        story.parcel(FIRST, GiveUpSearch(at=days(9)))
        assert list(story.order.owed) == [FIRST]
        assert "pieces-received" not in story.names
        decline = DeclineReturn(at=days(10), reasons=("lost",))
        story.tell(CommandReturn(case="coat", command=decline))
        assert story.order.returns["coat"].state == "declined"
        assert (list(story.order.owed), reasons(story)) == ([FIRST], [])


class TestR6Payouts:
    """R6: a seller is paid when the window of the piece has closed with nothing open on it, and
    not before.
    """

    def test_both_sides_of_the_moment(self) -> None:
        """Not a microsecond before the window closes; then at once, dated then however late it is
        asked.
        """
        story = Story("grouped").pay().deliver(FIRST, on=3)
        closes = story.order.payable_at[COAT]
        assert ORDER.fall_due(story.order, closes - timedelta(microseconds=1), HOUSE, FRANCE) == ()
        due = ORDER.fall_due(story.order, closes, HOUSE, FRANCE)
        assert due == (
            PayoutFellDue(at=closes, piece=COAT, seller=ADA, amount=euros("90.00")),
            PayoutFellDue(at=closes, piece=BAG, seller=due[1].seller, amount=euros("55.00")),  # type: ignore[union-attr]
        )
        assert ORDER.fall_due(story.order, days(400), HOUSE, FRANCE) == due

    def test_paid_once(self) -> None:
        """Not before it is due, and not twice."""
        story = Story("grouped").pay().deliver(FIRST, on=3)
        story.tell(RecordPayoutSent(at=days(4), piece=COAT))
        story.wait(30).tell(RecordPayoutSent(at=days(31), piece=COAT))
        story.tell(RecordPayoutSent(at=days(32), piece=COAT))
        assert reasons(story) == ["nothing-owed", "nothing-owed"]
        assert "seller ada" not in story.owed()
        assert story.owed()["seller lou"] == "55.00"
        assert story.order.payouts == {COAT: "sent", BAG: "due"}
        assert story.order.state == "paid"

    def test_begun_it_keeps_its_amount(self) -> None:
        """What is being paid is paid, though the piece turns out never to have arrived and is
        refunded meanwhile: the seller then owes it back.
        """
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, at=5)
        story.wait(18).tell(
            BeginPayout(at=days(19), piece=BAG), BeginPayout(at=days(20), piece=BAG)
        )
        assert reasons(story) == ["already-begun"]
        assert story.order.payouts[BAG] == "begun"
        (begun,) = [event for event in story.events if isinstance(event, PayoutBegun)]
        assert begun == PayoutBegun(at=days(19), piece=BAG, seller=LOU, amount=euros("55.00"))
        story.claim("not-received", BAG, at=20, name="missing")
        story.tell(CommandClaim(case="missing", command=ReportLost(at=days(21))))
        assert story.order.earned(BAG) == euros("0.00")
        story.tell(RecordPayoutSent(at=days(22), piece=BAG))
        assert story.events[-1] == PayoutSent(
            at=days(22), piece=BAG, seller=LOU, amount=euros("55.00")
        )
        assert story.order.payouts[BAG] == "sent"
        assert story.owed()["seller lou"] == "-55.00"

    def test_begun_at_nothing_it_keeps_its_amount(self) -> None:
        """Zero is an amount: a payout that began with it is made with it."""
        story = Story("grouped").pay().deliver(FIRST, on=3).wait(18)
        nothing = euros("0.00")
        story.happen([PayoutBegun(at=days(19), piece=BAG, seller=LOU, amount=nothing)])
        assert story.order.earned(BAG) == euros("55.00")
        made = RecordPayoutSent(at=days(20), piece=BAG)
        sent = PayoutSent(at=days(20), piece=BAG, seller=LOU, amount=nothing)
        assert ORDER.decide(story.order, made, HOUSE, FRANCE) == (sent,)

    def test_not_begun_before_it_is_due(self) -> None:
        """Nor when nothing of it is left."""
        story = Story("grouped").pay().deliver(FIRST, on=3)
        story.tell(BeginPayout(at=days(4), piece=COAT))
        assert reasons(story) == ["nothing-owed"]
        assert story.order.payouts[COAT] == "waiting"

    def test_the_next_deadline(self) -> None:
        """The order says when time changes it next: when its windows close, and then not again."""
        story = Story("grouped").pay()
        assert ORDER.next_deadline(story.order) == story.order.awaited_until  # at the workshop
        story.deliver(FIRST, on=3)
        closes = story.order.payable_at[COAT]
        assert ORDER.next_deadline(story.order) == closes
        assert ORDER.next_deadline(story.wait(30).order) is None

    def test_a_command_never_finds_time_forgotten(self) -> None:
        """A payout that nobody asked about falls due before the next command, even if it was
        weeks ago.
        """
        story = Story("grouped").pay().deliver(FIRST, on=3)
        story.tell(RecordPayoutSent(at=days(60), piece=COAT))
        assert story.names[-3:] == ["payout-fell-due", "payout-fell-due", "payout-sent"]

    def test_asked_often_or_never_the_history_is_the_same(self) -> None:
        """Asking every day, twice, or once at the end leaves the same events."""
        often = Story("grouped").pay().deliver(FIRST, on=3)
        for day in range(4, 40):
            often.wait(day).wait(day)
        never = Story("grouped").pay().deliver(FIRST, on=3).wait(40)
        assert often.events == never.events

    def test_an_open_return_holds_its_piece_only(self) -> None:
        """The bag is paid when its window closes; the coat waits for its return, which then
        lapses.
        """
        story = Story("grouped").pay().deliver(FIRST, on=3).ask_return(COAT, at=10)
        story.wait(18)
        due = [event for event in story.events if isinstance(event, PayoutFellDue)]
        assert [event.piece for event in due] == [BAG]
        story.wait(90)
        (late,) = [e for e in story.events if isinstance(e, PayoutFellDue) and e.piece == COAT]
        assert story.order.returns["coat"].state == "lapsed"
        assert late.at == story.order.returns["coat"].at

    def test_a_declined_return_frees_the_payout(self) -> None:
        """A return a person declined after the window has closed makes the payout due at that
        moment.
        """
        story = Story("grouped").pay().deliver(FIRST, on=3).ask_return(COAT, at=10)
        story.come_back("coat", at=20, finding=Finding.ANOTHER_PIECE)
        story.tell(
            CommandReturn(case="coat", command=DeclineReturn(at=days(40), reasons=("not ours",)))
        )
        story.wait(41)
        (late,) = [e for e in story.events if isinstance(e, PayoutFellDue) and e.piece == COAT]
        assert late.at == days(40)

    @pytest.mark.parametrize("begun", [False, True])
    def test_a_claim_holds_what_is_due_until_it_is_begun(self, *, begun: bool) -> None:
        """Due → waiting: its seller is paid once the piece is found, and the other meanwhile."""
        story = Story("grouped").pay().deliver(FIRST, on=3).wait(18)
        if begun:
            story.tell(BeginPayout(at=days(19), piece=COAT))
        story.claim("not-received", COAT, at=20)
        assert story.order.payouts == {COAT: "begun" if begun else "waiting", BAG: "due"}
        story.tell(BeginPayout(at=days(21), piece=COAT))
        assert reasons(story) == ["already-begun" if begun else "nothing-owed"]
        story.tell(CommandClaim(case="claim", command=ReportFound(at=days(22)))).wait(23)
        assert story.order.payouts == {COAT: "begun" if begun else "due", BAG: "due"}
        late = story.events[-1]
        assert begun or late == PayoutFellDue(
            at=days(22), piece=COAT, seller=ADA, amount=euros("90.00")
        )

    def test_a_refund_takes_back_what_is_due(self) -> None:
        """Lost after all: the seller is owed nothing for the piece, and never paid."""
        story = Story("grouped").pay().deliver(FIRST, on=3).wait(18)
        story.claim("not-received", COAT, at=20)
        story.tell(CommandClaim(case="claim", command=ReportLost(at=days(21))))
        story.tell(RecordRefundSent(at=days(22), cause="claim")).wait(90)
        story.tell(RecordPayoutSent(at=days(91), piece=COAT))
        assert reasons(story) == ["nothing-owed"]
        assert story.order.payouts == {COAT: "waiting", BAG: "due"}
        assert "seller ada" not in story.owed()

    def test_a_return_that_comes_after_all_holds_what_is_due(self) -> None:
        """It had lapsed, but its postmark was in time: the seller waits for its check."""
        story = Story("grouped").pay().deliver(FIRST, on=3).ask_return(COAT, at=10).wait(60)
        assert story.order.payouts[COAT] == "due"
        arrival = RecordArrival(at=days(61), arrived=days(61).date(), postmark=days(11).date())
        story.tell(CommandReturn(case="coat", command=arrival))
        assert story.order.payouts == {COAT: "waiting", BAG: "due"}

    def test_what_was_refunded_is_not_paid(self) -> None:
        """A returned piece earns nothing, and is never due."""
        story = Story("grouped").pay().deliver(FIRST, on=3).ask_return(COAT, at=10)
        story.come_back("coat", at=12).tell(RecordRefundSent(at=days(16), cause="coat")).wait(90)
        assert story.order.payouts == {COAT: "waiting", BAG: "due"}
        assert "seller ada" not in story.owed()


class TestF1RefundsOfAnOrder:
    """F1, F2: a refund is owed when the piece is back and checked, and made once."""

    def test_returned_from_belgium_over_a_gift_card_and_a_card(self) -> None:
        """One of two grouped pieces: its price and its share of the fee go back to the card."""
        story = Story("grouped", LIEGE).pay().deliver(FIRST, on=4).ask_return(COAT, at=10)
        assert story.owed().get("buyer") is None
        story.come_back("coat", at=12)
        # the fee was 14.50 on 145.00; on the 55.00 kept it is 5.50
        assert story.owed()["buyer"] == "99.00"
        (owed,) = story.order.owed.values()
        assert [(p.tender, p.amount) for p in owed.payments] == [("card", euros("99.00"))]
        story.tell(RecordRefundSent(at=days(16), cause="coat"))
        assert "buyer" not in story.owed()
        assert story.order.returns["coat"].state == "refunded"
        paid = RefundPaid(at=days(16), payments=owed.payments)
        assert story.events[-1] == ReturnChanged(at=days(16), case="coat", event=paid)
        assert story.order.sent == {"coat": owed}

    @pytest.mark.parametrize(("parcel", "back"), [(FIRST, "95.00"), (SECOND, "64.29")])
    def test_what_a_dearer_delivery_cost_more_does_not_come_back(
        self, parcel: ParcelId, back: str
    ) -> None:
        """L221-24: of ada's express parcel the 5.00 of the standard one, of lou's all 9.29."""
        express = {"ada": euros("5.00")}
        card = [Payment(tender="card", amount=quoted().price.total)]
        story = Story(first=placing(card, standard_shipping=express)).tell(
            RecordCapture(at=days(0.01), tender="card")
        )
        piece = COAT if parcel == FIRST else BAG
        for name in (FIRST, SECOND):
            story.parcel(name, HandIn(at=days(1), tracking_number=f"8R{name}"))
        for name in (FIRST, SECOND):
            story.parcel(name, RecordScan(at=days(3), status=ScanStatus.DELIVERED))
        story.ask_return(piece, at=5).come_back(str(piece), at=6)
        (payment,) = story.order.owed[str(piece)].payments
        assert payment.amount == euros(back)

    def test_a_dearer_delivery_is_of_a_parcel_of_the_order(self) -> None:
        """A sender of none of them is a slip, and so is another currency."""
        card = [Payment(tender="card", amount=quoted().price.total)]
        with pytest.raises(UnknownTermError, match="standard_shipping: must be one of ada, lou"):
            placing(card, standard_shipping={"eve": euros("5.00")})
        with pytest.raises(CurrencyMismatchError, match="standard"):
            placing(card, standard_shipping={"ada": Money("5.00", "GBP")})

    def test_made_once(self) -> None:
        """A refund made is owed no longer."""
        story = Story("grouped").pay().deliver(FIRST, on=4).ask_return(COAT, at=10)
        story.come_back("coat", at=12)
        story.tell(
            RecordRefundSent(at=days(16), cause="coat"), RecordRefundSent(at=days(17), cause="coat")
        )
        assert reasons(story) == ["nothing-owed"]

    def test_everything_back_gives_everything_back(self) -> None:
        """Both pieces back, one after the other: all that was paid is refunded, to what paid it."""
        story = Story("grouped").pay().deliver(FIRST, on=4)
        story.ask_return(COAT, at=10).ask_return(BAG, at=11)
        story.come_back("coat", at=12).tell(RecordRefundSent(at=days(16), cause="coat"))
        story.come_back("bag", at=17).tell(RecordRefundSent(at=days(21), cause="bag"))
        back: dict[str, str] = {}
        for event in story.events:
            for payment in event.payments if isinstance(event, RefundSent) else ():
                sum_ = euros(back.get(payment.tender, "0")) + payment.amount
                back[payment.tender] = str(sum_.amount)
        price = quoted("grouped").price
        assert back == {"card": str(price.to_pay.amount), "gift-card": "50.00"}

    def test_a_refund_is_told_to_the_order(self) -> None:
        """A return or a claim is not told of a refund behind the order's back."""
        story = Story("grouped").pay().deliver(FIRST, on=4).ask_return(COAT, at=10)
        expected = "^command: must be recorded on the order: RecordRefundSent, got '{}'$"
        with pytest.raises(InvalidValueError, match=expected.format("RecordRefund")):
            story.tell(CommandReturn(case="coat", command=RecordRefund(at=days(11), payments=())))
        with pytest.raises(InvalidValueError, match=expected.format("RecordSettlement")):
            story.tell(CommandClaim(case="x", command=RecordSettlement(at=days(11), payments=())))

    def test_a_damaged_piece_is_refunded_less_what_is_withheld(self) -> None:
        """A person decides; the seller keeps what is withheld and is paid it."""
        story = Story("grouped").pay().deliver(FIRST, on=4).ask_return(COAT, at=10)
        story.come_back("coat", at=12, finding=Finding.DAMAGED)
        assert story.owed().get("buyer") is None
        settle = SettleReview(
            at=days(20), refunds=(SettledPiece(piece=COAT, withheld=euros("30.00")),)
        )
        story.tell(CommandReturn(case="coat", command=settle))
        story.tell(RecordRefundSent(at=days(21), cause="coat")).wait(60)
        (due,) = [e for e in story.events if isinstance(e, PayoutFellDue) and e.piece == COAT]
        assert due.amount == euros("30.00")

    def test_facts_that_are_not_the_orders(self) -> None:
        """A return that tells another day of receipt, or another piece, is refused by name."""
        story = Story("grouped").pay().deliver(FIRST, on=4)
        with pytest.raises(NotFoundError, match="piece: must be one of coat, bag, got 'hat'"):
            story.order.line(PieceId("hat"))
        story.ask_return(COAT, at=10)
        (asked,) = story.requests
        late = Story("grouped").pay().deliver(FIRST, on=5)
        with pytest.raises(InvalidValueError, match="received: must be 2026-09-12, for coat"):
            late.tell(asked)

    def test_replayed_it_is_the_same_order(self) -> None:
        """Its events alone make the order what it is; and the accounts with it."""
        story = Story("grouped").pay().deliver(FIRST, on=4).ask_return(COAT, at=10)
        story.come_back("coat", at=12).wait(90)
        assert ORDER.replay(story.events) == story.order
        assert ORDER.replay(story.events[5:], ORDER.replay(story.events[:5])) == story.order

    @pytest.mark.parametrize("again", ["return", "claim"])
    def test_a_piece_is_returned_or_claimed_once(self, again: str) -> None:
        """While one is open there is no second; once refunded there is none either."""
        story = Story("grouped", LIEGE).pay().deliver(FIRST, on=4).ask_return(COAT, at=10)
        story.come_back("coat", at=11)
        if again == "return":
            story.ask_return(COAT, BAG, at=15)
        else:
            story.claim("defect", COAT, at=15)
        assert "already-claimed" in reasons(story)
        story.tell(RecordRefundSent(at=days(16), cause="coat")).refused.clear()
        story.claim("defect", COAT, at=17)
        assert reasons(story) == ["already-refunded"]

    @pytest.mark.parametrize("name", [FIRST, "coat", "gone"])
    def test_a_name_stands_for_one_thing(self, name: str) -> None:
        """A refund is made once under the name of its parcel, return or claim, so that no other
        may have it.
        """
        story = Story("grouped").pay().deliver(FIRST, on=3).ask_return(COAT, at=5)
        story.claim("defect", BAG, at=5, name="gone")
        before = story.order
        kind = "not-received" if name == "coat" else "defect"
        if name != "gone":
            with pytest.raises(InvalidValueError, match="case: must be a name that the order has"):
                story.claim(kind, BAG, at=6, name=name)
        if name != "coat":
            request = story.requests[0].command
            with pytest.raises(InvalidValueError, match="case: must be a name that the order has"):
                story.tell(CommandReturn(case=name, command=evolve(request, at=days(6))))
        assert story.order == before

    def test_what_one_return_gives_up_another_does_not_keep(self) -> None:
        """The bag comes back, and with it the shipping of the parcel, while the coat counts as
        lost; found again, the coat is kept, and so is what the parcel cost.
        """
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("not-received", COAT, at=4)
        story.tell(CommandClaim(case="claim", command=ReportLost(at=days(5))))
        story.ask_return(BAG, at=6).come_back("bag", at=7)
        alone = Story("grouped").pay().deliver(FIRST, on=3).ask_return(BAG, at=6)
        alone.come_back("bag", at=7)
        expected = alone.order.owed["bag"].payments
        assert story.order.owed["bag"].payments != expected
        story.tell(CommandClaim(case="claim", command=ReportFound(at=days(11))))
        assert story.order.owed["bag"].payments == expected
        assert sum(p.amount for p in expected) == euros("60.50")

    def test_a_refund_that_is_on_its_way_stays_as_it_is(self) -> None:
        """Then the house bears what it gave too much."""
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("not-received", COAT, at=4)
        story.tell(CommandClaim(case="claim", command=ReportLost(at=days(5))))
        story.ask_return(BAG, at=6).come_back("bag", at=7)
        story.tell(BeginRefund(at=days(10.5), cause="bag"))
        before = story.order.owed["bag"]
        story.tell(CommandClaim(case="claim", command=ReportFound(at=days(11))))
        assert story.order.owed == {"bag": before}

    def test_a_late_request_gets_the_returns_own_answer(self) -> None:
        """A day too late is the returns' own refusal."""
        story = Story("grouped").pay().deliver(FIRST, on=3).ask_return(COAT, at=18)
        assert reasons(story) == ["too-late"]


class TestAHouseWhoseSellersPayFees:
    """Design, section 4: sellers bear a tenth of what a piece was listed at, buyers two euros that
    no refund gives back.
    """

    ZONES = frozenset({"metropolitan-france"})
    CHARGING = evolve(
        HOUSE,
        pricing=evolve(
            HOUSE.pricing,
            fees=(
                *HOUSE.pricing.fees,
                fee(component(fixed="2.00"), name="handling"),
                fee(
                    component(
                        "0.10",
                        of=base("list-price"),
                        when=condition(modes=frozenset({"grouped"}), zones=ZONES),
                    ),
                    name="commission",
                    payer=Payer.SELLER,
                    per=Per.PIECE,
                    refundable=True,
                ),
            ),
        ),
    )

    def story(self, place: Place = BORDEAUX) -> Story:
        """Order the coat for 90, listed at 100, and the bag for 55 in one parcel, and pay."""
        return Story("grouped", place, self.CHARGING).pay()

    def test_are_owed_what_the_fees_leave(self) -> None:
        """90 less 10, 55 less 5.50; the rest of 145, of 14.50, of 2.00 and the postage is the
        house's.
        """
        price = quoted("grouped", policy=self.CHARGING).price
        assert Story("grouped", policy=self.CHARGING).owed() == {
            "buyer": str(-price.total.amount),
            "seller ada": "80.00",
            "seller lou": "49.50",
            "house": str((euros("32.00") + price.shipping).amount),
        }

    def test_bear_none_where_the_fee_does_not_hold(self) -> None:
        """It is asked in metropolitan France."""
        owed = self.story(LIEGE).owed()
        assert (owed["seller ada"], owed["seller lou"]) == ("90.00", "55.00")

    def test_are_paid_after_them(self) -> None:
        """Each piece less its own."""
        story = self.story().deliver(FIRST, on=3).wait(30)
        due = {e.piece: e.amount for e in story.events if isinstance(e, PayoutFellDue)}
        assert due == {COAT: euros("80.00"), BAG: euros("49.50")}
        story.tell(BeginPayout(at=days(31), piece=COAT), RecordPayoutSent(at=days(32), piece=COAT))
        assert "seller ada" not in story.owed()

    def test_bear_none_for_a_piece_that_comes_back(self) -> None:
        """The buyer gets its price and what its fee falls by, and not the two euros."""
        story = self.story().deliver(FIRST, on=3).ask_return(COAT, at=10)
        story.come_back("coat", at=12)
        assert story.owed()["buyer"] == "99.00"
        assert "seller ada" not in story.owed()
        story.ask_return(BAG, at=16).come_back("bag", at=17)
        total = quoted("grouped", policy=self.CHARGING).price.total
        assert story.owed()["buyer"] == str((total - euros("2.00")).amount)

    def test_bear_them_on_a_piece_that_is_refunded_in_part(self) -> None:
        """40 of 90 withheld are the seller's, less as much of the 10 that they bear: 4.44."""
        story = self.story().deliver(FIRST, on=3).ask_return(COAT, at=10)
        story.come_back("coat", at=12, finding=Finding.DAMAGED)
        settle = SettleReview(
            at=days(20), refunds=(SettledPiece(piece=COAT, withheld=euros("40.00")),)
        )
        story.tell(CommandReturn(case="coat", command=settle))
        assert story.owed()["seller ada"] == "35.56"


class TestL14ParcelsSentBack:
    """L14: a parcel that went back is refunded with its buyer's agreement, and not without."""

    def back(self) -> Story:
        """The first parcel went back for unpaid duties, and its buyer was asked."""
        story = Story("grouped").pay()
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R"))
        scan = RecordScan(at=days(5), status="going-back", cause=SentBackCause.UNPAID_DUTIES)
        story.parcel(FIRST, scan).parcel(FIRST, ReceiveBack(at=days(9)))
        return story.parcel(FIRST, AskBuyer(at=days(10)))

    def test_agreed(self) -> None:
        """With their agreement everything is owed back, and nothing is left of the order."""
        story = self.back().parcel(FIRST, AnswerRefund(at=days(11), agrees=True))
        price = quoted("grouped").price
        assert story.owed()["buyer"] == str(price.total.amount)
        story.tell(RecordRefundSent(at=days(12), cause=FIRST)).wait(200)
        assert {e for e in story.owed() if e.startswith("seller")} == set()
        assert not any(isinstance(event, PayoutFellDue) for event in story.events)

    def test_declined(self) -> None:
        """Without it nothing is owed; it is sent again, and the carrier is owed again."""
        story = self.back().parcel(FIRST, AnswerRefund(at=days(11), agrees=False))
        assert "buyer" not in story.owed()
        once = story.owed()["carrier"]
        story.parcel(FIRST, SendAgain(at=days(12)))
        story.parcel(FIRST, HandIn(at=days(13), tracking_number="8R2"))
        assert story.owed()["carrier"] == str((euros(once) * 2).amount)

    def test_lost_found_and_lost_again(self) -> None:
        """What was refunded the first time is not refunded the second, and is not forgotten."""
        story = Story("grouped").pay().parcel(FIRST, HandIn(at=days(1), tracking_number="8R"))
        story.parcel(FIRST, GiveUpSearch(at=days(16)))
        story.tell(RecordRefundSent(at=days(17), cause=FIRST))
        story.parcel(FIRST, ReportParcelFound(at=days(20)))
        story.parcel(FIRST, GiveUpSearch(at=days(40)))
        assert story.names[-2:] == ["parcel-found", "parcel-lost"]
        assert {piece.id for piece in story.order.refunded_pieces} == {COAT, BAG}
        assert "buyer" not in story.owed()


class TestR9Claims:
    """R9: a piece that is not as described comes back at no cost, and the claim ends with its
    refund.
    """

    def test_upheld_and_returned(self) -> None:
        """The claim holds the payout until the piece has come back and is refunded."""
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, at=5)
        story.wait(30)
        assert story.order.payouts == {COAT: "waiting", BAG: "due"}
        self.uphold(story, COAT, at=31)
        assert "buyer" not in story.owed()
        assert story.order.awaited_pieces() == {COAT}
        story.ask_return(COAT, at=32, reason="claim", upheld=True)
        assert (story.order.returns["coat"].state, reasons(story)) == ("accepted", [])
        assert story.order.awaited_pieces() == frozenset()
        story.come_back("coat", at=35)
        assert story.order.claims["claim"].state == "upheld"
        # the fee was 14.50 on 145.00; on the 55.00 kept it is 5.50
        assert story.owed()["buyer"] == "99.00"
        (owed,) = story.order.owed.values()
        story.tell(RecordRefundSent(at=days(40), cause="coat"))
        settled = ClaimSettled(at=days(40), payments=owed.payments)
        assert story.events[-1] == ClaimChanged(at=days(40), case="claim", event=settled)
        assert story.order.claims["claim"].state == "settled"
        assert "seller ada" not in story.owed()

    def withheld(self, finding: Finding) -> Story:
        """Uphold a claim on the coat less 40 euros, and have it found so when it is back."""
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, at=5)
        self.uphold(story, COAT, at=6, withheld=euros("40.00"))
        story.ask_return(COAT, at=7, reason="claim", upheld=True)
        return story.come_back("coat", at=8, finding=finding)

    def test_what_was_withheld_when_it_was_upheld_is_not_refunded(self) -> None:
        """Of the 99.00 the coat comes to with its fee, the 40.00 that a person kept back are kept;
        the seller is owed them.
        """
        story = self.withheld(Finding.AS_SENT)
        assert story.owed()["buyer"] == "59.00"
        assert story.owed()["seller ada"] == "40.00"
        story.tell(RecordRefundSent(at=days(15), cause="coat"))
        assert story.order.claims["claim"].state == "settled"

    def test_who_settles_what_a_check_found_has_the_last_word(self) -> None:
        """Found damaged, more is withheld; found fine after all, nothing."""
        for amount, owed in (("55.00", "44.00"), (None, "99.00")):
            story = self.withheld(Finding.DAMAGED)
            assert "buyer" not in story.owed()
            again = SettledPiece(piece=COAT, withheld=euros(amount) if amount else None)
            review = SettleReview(at=days(12), refunds=(again,))
            story.tell(CommandReturn(case="coat", command=review))
            assert story.owed()["buyer"] == owed

    def test_of_two_pieces_each_keeps_its_own(self) -> None:
        """10.00 are withheld of the bag and nothing of the coat, each in a parcel of its own."""
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, BAG, at=5)
        refunds = (SettledPiece(piece=COAT), SettledPiece(piece=BAG, withheld=euros("10.00")))
        story.tell(CommandClaim(case="claim", command=UpholdClaim(at=days(6), refunds=refunds)))
        story.ask_return(COAT, BAG, at=7, reason="claim", upheld=True)
        settled = {name: back.opened.refunds for name, back in story.order.returns.items()}
        assert settled == {"coat": refunds[:1], "bag": refunds[1:]}
        story.come_back("coat", at=8).come_back("bag", at=12)
        (_, bag) = story.order.owed.values()
        assert [piece.withheld for piece in bag.pieces] == [euros("10.00")]

    def test_a_request_does_not_settle_otherwise(self) -> None:
        """Not for an upheld claim, nor where none was upheld."""
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, at=5)
        self.uphold(story, COAT, at=6, withheld=euros("40.00"))
        story.ask_return(COAT, at=7, reason="claim", upheld=True)
        told = story.requests[-1].command
        assert isinstance(told, RequestReturn)
        with pytest.raises(InvalidValueError, match=r"refunds: must be some of \(\)"):
            evolve(
                told,
                request=evolve(told.request, upheld=False),
                refunds=(SettledPiece(piece=COAT),),
            )
        story.wait(60)
        assert story.order.returns["coat"].state == "lapsed"
        kinder = evolve(told, at=days(61), refunds=(SettledPiece(piece=COAT),))
        with pytest.raises(InvalidValueError, match="refunds: must be as the claim was upheld"):
            story.tell(CommandReturn(case="again", command=kinder))

    @pytest.mark.parametrize(
        ("withheld", "error"),
        [(Money("1.00", "GBP"), CurrencyMismatchError), (euros("-0.01"), MoneyError)],
    )
    def test_what_cannot_be_withheld_is_refused_at_once(
        self, withheld: Money, error: type[VintageRulesError]
    ) -> None:
        """Another currency, or less than nothing: not only once the piece is back."""
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, at=5)
        with pytest.raises(error, match="withheld"):
            self.uphold(story, COAT, at=6, withheld=withheld)
        self.uphold(story, COAT, at=6, withheld=euros("0.00"))
        assert story.order.claims["claim"].state == "upheld"

    def uphold(
        self, story: Story, *pieces: PieceId, at: float, withheld: Money | None = None
    ) -> None:
        """Have the house uphold the claim, for pieces in full or less something of each."""
        refunds = tuple(SettledPiece(piece=piece, withheld=withheld) for piece in pieces)
        story.tell(CommandClaim(case="claim", command=UpholdClaim(at=days(at), refunds=refunds)))

    def test_pieces_that_come_back_one_by_one(self) -> None:
        """The claim is settled with the last of their refunds."""
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, BAG, at=5)
        self.uphold(story, COAT, BAG, at=6)
        for piece, at in ((COAT, 7), (BAG, 20)):
            assert story.order.claims["claim"].state == "upheld"
            assert story.order.awaited_pieces() == ({COAT, BAG} if piece == COAT else {BAG})
            story.ask_return(piece, at=at, reason="claim", upheld=True).come_back(piece, at=at + 1)
            assert piece not in story.order.awaited_pieces()
            story.tell(RecordRefundSent(at=days(at + 5), cause=piece))
        assert story.order.claims["claim"].state == "settled"
        assert story.order.awaited_pieces() == frozenset()

    def test_a_piece_that_is_not_what_was_sent_may_be_asked_for_again(self) -> None:
        """Its return is declined; the house goes on waiting, until it rejects the claim and the
        seller is paid.
        """
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, at=5)
        self.uphold(story, COAT, at=6)
        story.ask_return(COAT, at=7, reason="claim", upheld=True)
        story.come_back("coat", at=8, finding=Finding.ANOTHER_PIECE)
        story.tell(
            CommandReturn(case="coat", command=DeclineReturn(at=days(12), reasons=("not ours",)))
        )
        assert story.order.awaited_pieces() == {COAT}
        story.wait(60)
        assert story.order.payouts[COAT] == "waiting"
        closed = RejectClaim(at=days(61), reasons=("never sent back",))
        story.tell(CommandClaim(case="claim", command=closed)).wait(62)
        assert story.order.payouts[COAT] == "due"

    def test_no_other_piece_is_awaited(self) -> None:
        """Nobody passes a piece off as one of an upheld claim; without one, the claim holds it."""
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, at=5)
        with pytest.raises(InvalidValueError, match=r"an upheld claim \(none here\)"):
            story.ask_return(COAT, at=6, reason="claim", upheld=True)
        self.uphold(story, COAT, at=7)
        with pytest.raises(InvalidValueError, match=r"an upheld claim \(coat\)"):
            story.ask_return(BAG, at=8, reason="claim", upheld=True)
        story.ask_return(COAT, at=9)
        assert reasons(story) == ["already-claimed"]

    @pytest.mark.parametrize(("upheld", "status"), [(True, "upheld"), (False, "opened")])
    def test_another_refund_leaves_it_as_it_is(self, *, upheld: bool, status: str) -> None:
        """The bag comes back of the buyer's own wish; the claim on the coat goes on."""
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, at=5)
        if upheld:
            self.uphold(story, COAT, at=6)
        story.ask_return(BAG, at=7)
        story.come_back("bag", at=12).tell(RecordRefundSent(at=days(16), cause="bag"))
        assert story.order.returns["bag"].state == "refunded"
        assert story.order.claims["claim"].state == status

    def test_upheld_for_one_of_its_pieces(self) -> None:
        """The other one is free: its seller is paid from then on, or its buyer sends it back."""
        late = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, BAG, at=5)
        late.wait(20)
        assert late.order.payouts == {COAT: "waiting", BAG: "waiting"}
        self.uphold(late, COAT, at=21)
        late.wait(22)
        (due,) = [event for event in late.events if isinstance(event, PayoutFellDue)]
        assert (due.piece, due.at) == (BAG, days(21))
        early = Story("grouped").pay().deliver(FIRST, on=3).claim("defect", COAT, BAG, at=5)
        self.uphold(early, COAT, at=6)
        assert early.order.open_pieces() == {COAT}
        early.ask_return(BAG, at=7)
        assert (early.order.returns["bag"].state, reasons(early)) == ("accepted", [])

    def test_a_claim_too_late(self) -> None:
        """A claim past its window gets the claims' own answer, and nothing has changed."""
        story = Story("grouped").pay().deliver(FIRST, on=3)
        before = story.order
        story.claim("defect", COAT, at=19)
        assert reasons(story) == ["too-late"]
        assert story.order.claims == before.claims


class TestR10Claims:
    """R10: what did not arrive is looked for, and found or refunded in full."""

    def looked_for(self) -> Story:
        """The only parcel never came, and its buyer wrote."""
        story = Story("grouped").pay()
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R"))
        return story.claim("not-received", COAT, BAG, at=12)

    def test_lost(self) -> None:
        """Lost: everything is owed back, and the claim is settled when it is made."""
        story = self.looked_for()
        story.tell(CommandClaim(case="claim", command=ReportLost(at=days(15))))
        assert story.owed()["buyer"] == str(quoted("grouped").price.total.amount)
        story.tell(RecordRefundSent(at=days(16), cause="claim"))
        assert story.order.claims["claim"].state == "settled"
        assert "buyer" not in story.owed()

    def test_found_after_all(self) -> None:
        """Found before the refund is made: nothing is owed any longer."""
        story = self.looked_for()
        story.tell(CommandClaim(case="claim", command=ReportLost(at=days(15))))
        story.tell(CommandClaim(case="claim", command=ReportFound(at=days(16))))
        assert isinstance(story.events[-1], RefundRevoked)
        assert story.order.state == "paid"
        assert "buyer" not in story.owed()

    @pytest.mark.parametrize("lost_first", [False, True])
    def test_found_by_being_delivered(self, *, lost_first: bool) -> None:
        """The search ends when the parcel comes, before the day it would have ended in vain."""
        story = self.looked_for()
        if lost_first:
            story.tell(CommandClaim(case="claim", command=ReportLost(at=days(13))))
        story.parcel(FIRST, RecordScan(at=days(14), status=ScanStatus.DELIVERED)).wait(90)
        assert story.order.claims["claim"].state == "found"
        assert story.order.owed == {}
        assert story.received_on(COAT) == date(2026, 9, 21)
        assert story.order.payouts == {COAT: "due", BAG: "due"}

    def test_only_what_is_still_looked_for_is_found_by_a_delivery(self) -> None:
        """One claim is refunded at this moment, one is over, and the third is found."""
        story = Story("grouped").pay()
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R"))
        story.claim("not-received", COAT, at=10, name="begun")
        story.claim("not-received", BAG, at=10, name="over")
        story.tell(
            CommandClaim(case="begun", command=ReportLost(at=days(11))),
            BeginRefund(at=days(11.5), cause="begun"),
            CommandClaim(case="over", command=ReportFound(at=days(12))),
        )
        story.claim("not-received", BAG, at=13, name="third")
        story.parcel(FIRST, RecordScan(at=days(14), status=ScanStatus.DELIVERED))
        assert story.refused == []
        statuses = {name: str(claim.state) for name, claim in story.order.claims.items()}
        assert statuses == {"begun": "lost", "over": "found", "third": "found"}

    def test_not_found_by_a_delivery_of_before(self) -> None:
        """Whoever misses a piece of a parcel that was delivered is not told that it came."""
        story = Story("grouped").pay().deliver(FIRST, on=3).claim("not-received", COAT, at=5)
        assert story.order.claims["claim"].state == "investigating"

    def test_found_once_every_parcel_has_come(self) -> None:
        """Two parcels are missing, and the search goes on for the second."""
        story = Story().pay()
        for parcel in (FIRST, SECOND):
            story.parcel(parcel, HandIn(at=days(1), tracking_number="8R"))
        story.claim("not-received", COAT, BAG, at=12)
        story.parcel(FIRST, RecordScan(at=days(14), status=ScanStatus.DELIVERED))
        assert story.order.claims["claim"].state == "investigating"
        story.parcel(SECOND, RecordScan(at=days(15), status=ScanStatus.DELIVERED))
        assert story.order.claims["claim"].state == "found"

    def test_found_by_being_delivered_while_the_refund_is_passed_on(self) -> None:
        """What has begun is not taken back, and the delivery is written down all the same."""
        story = self.looked_for()
        story.tell(
            CommandClaim(case="claim", command=ReportLost(at=days(13))),
            BeginRefund(at=days(13.5), cause="claim"),
        )
        story.parcel(FIRST, RecordScan(at=days(14), status=ScanStatus.DELIVERED))
        assert story.refused == []
        assert story.order.parcels[FIRST].state == "delivered"
        assert story.order.claims["claim"].state == "lost"
        assert list(story.order.owed) == ["claim"]

    def test_found_while_the_refund_is_passed_on(self) -> None:
        """What has begun is not taken back: that it was found can be told once the refund is made
        or not at all, and nobody is paid twice.
        """
        story = self.looked_for()
        story.tell(CommandClaim(case="claim", command=ReportLost(at=days(15))))
        story.tell(
            BeginRefund(at=days(15.1), cause="claim"), BeginRefund(at=days(15.2), cause="claim")
        )
        before = story.order
        story.tell(CommandClaim(case="claim", command=ReportFound(at=days(16))))
        assert reasons(story) == ["already-begun", "refund-under-way"]
        assert story.order == before
        story.tell(RecordRefundSent(at=days(17), cause="claim"))
        assert story.order.begun == frozenset()
        assert "buyer" not in story.owed()

    def test_a_refund_that_nobody_owes_is_not_begun(self) -> None:
        """There is nothing to hold on to."""
        story = self.looked_for().tell(BeginRefund(at=days(13), cause="claim"))
        assert reasons(story) == ["nothing-owed"]

    def test_not_found_in_time(self) -> None:
        """Time alone ends the search, and what it owes is owed from that moment."""
        story = self.looked_for().wait(90)
        (owed,) = story.order.owed.values()
        assert owed.at == story.order.claims["claim"].at
        assert owed.at < days(90)

    @pytest.mark.parametrize("begun", [False, True])
    def test_a_parcel_that_is_found_is_no_longer_refunded(self, *, begun: bool) -> None:
        """Unless its refund is on its way; found, it is delivered and may be returned."""
        story = Story("grouped").pay()
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R"))
        story.parcel(FIRST, GiveUpSearch(at=days(20)))
        if begun:
            story.tell(BeginRefund(at=days(20.5), cause=FIRST))
        story.parcel(FIRST, ReportParcelFound(at=days(21)))
        story.parcel(FIRST, RecordScan(at=days(22), status=ScanStatus.DELIVERED))
        assert story.refused == []
        assert list(story.order.owed) == ([FIRST] if begun else [])
        assert list(story.order.received) == ([] if begun else [COAT, BAG])

    def test_a_parcel_is_found_whatever_its_order_is_called(self) -> None:
        """A name of an order may hold a stroke, as the numbers of refunds do."""
        first = placed("grouped")
        assert isinstance(first, OrderPlaced)
        name = ParcelId("2026/77-1")
        named = tuple(evolve(parcel, id=name) for parcel in first.parcels)
        story = Story(first=evolve(first, parcels=named)).pay()
        story.parcel(name, HandIn(at=days(1), tracking_number="8R"))
        story.parcel(name, GiveUpSearch(at=days(20)))
        assert list(story.order.owed) == [name]
        story.parcel(name, ReportParcelFound(at=days(21)))
        assert story.order.owed == {}

    def test_what_is_left_of_a_parcel_that_is_lost_again_is_owed_by_another_name(self) -> None:
        """The bag was refunded when it was lost; the coat, found by its claim, is lost with it
        now.
        """
        story = Story("grouped").pay()
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R"))
        story.claim("not-received", COAT, at=12)
        story.tell(CommandClaim(case="claim", command=ReportLost(at=days(13))))
        story.parcel(FIRST, GiveUpSearch(at=days(14)))
        story.tell(RecordRefundSent(at=days(14.5), cause=FIRST))
        story.tell(CommandClaim(case="claim", command=ReportFound(at=days(15))))
        story.parcel(FIRST, ReportParcelFound(at=days(16)))
        story.parcel(FIRST, GiveUpSearch(at=days(17)))
        assert list(story.order.owed) == ["o1-1/2"]
        story.parcel(FIRST, ReportParcelFound(at=days(17.2)))
        assert story.order.owed == {}
        story.parcel(FIRST, GiveUpSearch(at=days(17.4)))
        assert list(story.order.owed) == ["o1-1/2"]
        story.tell(RecordRefundSent(at=days(18), cause="o1-1/2"))
        paid = total((p.amount for p in story.order.refunded_payments), "EUR")
        assert paid == quoted("grouped").price.total
        assert "buyer" not in story.owed()

    def test_lost_twice_is_refunded_once(self) -> None:
        """A parcel given up for lost as well owes nothing more."""
        story = self.looked_for()
        story.tell(CommandClaim(case="claim", command=ReportLost(at=days(15))))
        story.parcel(FIRST, GiveUpSearch(at=days(16)))
        assert story.owed()["buyer"] == str(quoted("grouped").price.total.amount)
        story.tell(
            RecordRefundSent(at=days(17), cause="claim"), RecordRefundSent(at=days(17), cause=FIRST)
        )
        assert "buyer" not in story.owed()


class TestTheTables:
    """The tables are complete, and refuse histories that cannot have happened."""

    def test_every_state_has_a_row(self) -> None:
        """No state is forgotten, and time's edges are edges."""
        assert set(ORDER_TRANSITIONS) == set(OrderState)
        assert set(PAYOUT_TRANSITIONS) == set(PayoutState)
        assert all(event in PAYOUT_TRANSITIONS[state] for state, event in PAYOUT_DEADLINES.items())

    def given_up(self) -> Order:
        """An order whose parcel is lost, its refund begun."""
        story = Story("grouped").pay().parcel(FIRST, HandIn(at=days(1), tracking_number="8R"))
        story.parcel(FIRST, GiveUpSearch(at=days(16)))
        return story.tell(BeginRefund(at=days(16), cause=FIRST)).order

    def test_histories_that_cannot_be(self) -> None:
        """Events without an order, an order placed twice, and events out of their state."""
        order = Story().order
        payout = PayoutSent(at=days(1), piece=COAT, seller=ADA, amount=euros("90.00"))
        payout_begun = PayoutBegun(at=days(1), piece=COAT, seller=ADA, amount=euros("90.00"))
        searched = self.given_up()
        refund = RefundSent(at=days(1), cause="coat", payments=())
        paid = Story().pay().order
        moved = ParcelChanged(at=days(1), parcel=ParcelId("x"), event=ParcelMoved(at=days(1)))
        for state, event in [
            (None, OrderPaid(at=days(1))),
            (order, placed()),
            (order, payout),
            (paid, payout),
            (paid, payout_begun),
            (paid, RefundBegun(at=days(1), cause="coat")),
            (searched, RefundRevoked(at=days(17), cause=FIRST)),
            (paid, refund),
            (paid, RefundRevoked(at=days(1), cause="coat")),
            (paid, moved),
            (searched, searched.owed[FIRST]),
        ]:
            with pytest.raises(CorruptHistoryError) as error:
                ORDER.evolve(state, event)
            assert error.value.event is event
            assert (error.value.state is None) == (state is None)

    def test_another_edition(self) -> None:
        """An order is decided under the edition it was placed under, and no other."""
        later = evolve(HOUSE, edition=Edition(name="imparfaite", since=date(2027, 1, 1)))
        said = "policy: must be the edition imparfaite@2023-01-01, got 'imparfaite@2027-01-01'"
        with pytest.raises(InvalidValueError, match=said):
            ORDER.decide(Story().order, RecordCarrierPaid(at=days(1)), later, FRANCE)
        with pytest.raises(InvalidValueError, match="policy"):
            ORDER.fall_due(Story().order, days(1), later, FRANCE)


class Conversation(RuleBasedStateMachine):
    """Anybody tells an order anything, at any pace."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story("grouped", Place(country="FR", postal_code="33000"))
        self.day = 1.0

    @rule(hours=st.integers(1, 200))
    def time_passes(self, hours: int) -> None:
        """Hours go by; sometimes somebody asks what is due, sometimes nobody does."""
        self.day += hours / 24
        if hours % 2:
            self.story.wait(self.day)

    @rule(tender=st.sampled_from(["card", "gift-card"]))
    def captured(self, tender: str) -> None:
        """A tender is charged."""
        self.story.tell(RecordCapture(at=days(self.day), tender=tender))

    @rule(choice=st.integers(0, 8))
    def parcel(self, choice: int) -> None:
        """Something happens to the parcel."""
        at = days(self.day)
        commands: list[ParcelCommand] = [
            HandIn(at=at, tracking_number="8R", overdue_at=at + timedelta(days=6)),
            RecordScan(at=at, status="delivered"),
            RecordScan(at=at, status="delivered"),
            RecordScan(at=at, status="going-back"),
            ReceiveBack(at=at),
            AskBuyer(at=at),
            AnswerRefund(at=at, agrees=self.day % 1 > 0.5),
            GiveUpSearch(at=at),
            SendAgain(at=at),
        ]
        self.story.parcel(FIRST, commands[choice])

    @rule(piece=st.sampled_from([COAT, BAG]), fails=st.booleans())
    def arrived(self, piece: PieceId, fails: bool) -> None:  # noqa: FBT001 - drawn
        """A piece reaches the workshop and is checked."""
        self.story.arrive(piece, at=days(self.day), fails=piece if fails else None)

    @rule(by=st.sampled_from(Canceller), piece=st.sampled_from([None, COAT, BAG]))
    def cancelled(self, by: Canceller, piece: PieceId | None) -> None:
        """Somebody cancels a piece, or all that has not left."""
        pieces = () if piece is None else (piece,)
        self.story.tell(CancelPieces(at=days(self.day), by=by, pieces=pieces))

    @rule(piece=st.sampled_from([COAT, BAG]))
    def asked_back(self, piece: PieceId) -> None:
        """A return is asked for, of one's own wish or since a claim was upheld."""
        order = self.story.order
        if order.received.get(piece) and str(piece) not in order.returns:
            upheld = piece in order.awaited_pieces()
            reason = "claim" if upheld else "withdrawal"
            self.story.ask_return(piece, at=self.day, reason=reason, upheld=upheld)

    @rule(piece=st.sampled_from([COAT, BAG]), finding=st.sampled_from(Finding))
    def comes_back(self, piece: PieceId, finding: Finding) -> None:
        """A return is posted, received and checked."""
        self.story.come_back(str(piece), at=self.day, finding=finding)
        self.day += 4

    @rule(cause=st.sampled_from(["coat", "bag", "claim", "o1-1", "cancellation", "cancellation/2"]))
    def refunded(self, cause: str) -> None:
        """A refund is made."""
        self.story.tell(RecordRefundSent(at=days(self.day), cause=cause))

    @rule(cause=st.sampled_from(["coat", "bag", "claim", "o1-1", "cancellation"]))
    def refund_begun(self, cause: str) -> None:
        """A refund is about to be made."""
        self.story.tell(BeginRefund(at=days(self.day), cause=cause))

    @rule(piece=st.sampled_from([COAT, BAG]), begun=st.booleans())
    def paid_out(self, piece: PieceId, begun: bool) -> None:  # noqa: FBT001 - drawn
        """A seller is paid, or about to be."""
        command = BeginPayout if begun else RecordPayoutSent
        self.story.tell(command(at=days(self.day), piece=piece))

    @rule(piece=st.sampled_from([COAT, BAG]), choice=st.integers(0, 2))
    def paid_out_by_hand(self, piece: PieceId, choice: int) -> None:
        """A payout comes back, is frozen, or is released."""
        at = days(self.day)
        commands: list[OrderCommand] = [
            RecordPayoutFailed(at=at, piece=piece),
            FreezePayouts(at=at, reason="looked at", pieces=(piece,)),
            ReleasePayouts(at=at, pieces=(piece,)),
        ]
        self.story.tell(commands[choice])

    @rule(choice=st.integers(0, 3))
    def claimed(self, choice: int) -> None:
        """A claim is opened or ended."""
        at, order = days(self.day), self.story.order
        upheld = tuple(SettledPiece(piece=piece) for piece in (COAT, BAG)[choice % 2 :])
        ends: list[ClaimCommand] = [
            UpholdClaim(at=at, refunds=upheld),
            RejectClaim(at=at, reasons=("as described",)),
            ReportLost(at=at),
            ReportFound(at=at),
        ]
        if "claim" in order.claims:
            self.story.tell(CommandClaim(case="claim", command=ends[choice]))
        else:
            self.story.claim("defect" if order.received else "not-received", COAT, BAG, at=self.day)

    def teardown(self) -> None:
        """The books balanced after every event; replaying the history gives the same order."""
        assert ORDER.replay(self.story.events) == self.story.order

    @invariant()
    def nobody_gets_more_than_they_paid(self) -> None:
        """Over the order's life a means of payment gets back at most what it paid."""
        order = self.story.order
        paid = {payment.tender: payment.amount for payment in order.placed.payments}
        back = {tender: euros("0") for tender in paid}
        for payment in order.refunded_payments:
            back[payment.tender] += payment.amount
        assert all(back[tender] <= paid[tender] for tender in paid)

    @invariant()
    def no_payout_while_a_return_may_come(self) -> None:
        """A payout fell due only after its window, and never for a piece refunded in full."""
        payable_at = self.story.order.payable_at
        for event in self.story.events:
            if isinstance(event, PayoutFellDue):
                assert event.at >= payable_at[event.piece]
                assert event.amount > euros("0")

    @invariant()
    def asking_twice_changes_nothing(self) -> None:
        """What is due is due once."""
        due = ORDER.fall_due(self.story.order, days(self.day), HOUSE, FRANCE)
        after = ORDER.replay(due, self.story.order)
        assert after is not None
        assert ORDER.fall_due(after, days(self.day), HOUSE, FRANCE) == ()


TestConversations = Conversation.TestCase
TestConversations.settings = settings(max_examples=CONVERSATIONS, stateful_step_count=12)
