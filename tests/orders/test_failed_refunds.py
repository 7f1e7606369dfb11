"""Refunds that come back days later, in the machine of an order (S10)."""

from __future__ import annotations

import pytest

from tests.orders.order_stories import BAG, COAT, FIRST, SECOND, Story, days
from vintage_rules.errors import CorruptHistoryError
from vintage_rules.machine import Refused
from vintage_rules.orders.commands import (
    BeginRefund,
    CancelOrder,
    CommandParcel,
    OrderCommand,
    RecordDispute,
    RecordDisputeLost,
    RecordRefundFailed,
    RecordRefundSent,
)
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.refund_events import RefundFailed
from vintage_rules.orders.refusals import OrderCommandRefusal
from vintage_rules.shipping.parcel.commands import GiveUpSearch, HandIn, RecordScan


def refunded() -> Story:
    """Tell of an order whose first parcel was lost and refunded: the coat, and its shipping."""
    story = Story().pay().parcel(FIRST, HandIn(at=days(1), tracking_number="8R1"))
    story.wait(30).parcel(FIRST, GiveUpSearch(at=days(30)))
    (cause,) = story.order.owed
    story.tell(BeginRefund(at=days(30), cause=cause))
    return story.tell(RecordRefundSent(at=days(30), cause=cause))


def failed(story: Story, tender: str = "card", at: int = 35) -> RecordRefundFailed:
    """The refund of its card came back."""
    ((cause, refund),) = story.order.sent.items()
    payment = next(each for each in refund.payments if each.tender == tender)
    return RecordRefundFailed(at=days(at), cause=cause, tender=tender, reference=payment.reference)


def refusal_of(story: Story, command: OrderCommand) -> tuple[object, ...]:
    """Why the order does not take a command."""
    refused = story.tell(command).refused[-1]
    assert isinstance(refused, Refused)
    return refused.reasons


class TestS10RefundsThatFailLater:
    """S10: what came back is owed again, and counted as not refunded."""

    def test_owed_again(self) -> None:
        """The same amount to the same means; no piece of it is refunded twice."""
        story = refunded()
        (before,) = story.order.sent.values()
        card = next(payment for payment in before.payments if payment.tender == "card")
        accounts, pieces = dict(story.order.accounts), story.order.refunded_pieces
        story.tell(failed(story))
        ((again, owed),) = story.order.owed.items()
        assert again == f"{before.cause}/2"
        assert (owed.payments, owed.pieces) == ((card,), ())
        assert story.order.refunded_pieces == pieces
        assert story.order.accounts["buyer"] == accounts["buyer"] + card.amount
        assert story.order.failed == {again}
        story.tell(RecordRefundSent(at=days(36), cause=again))
        assert story.order.accounts == accounts
        assert story.order.owed == {}

    def test_the_rest_of_the_order_goes_on(self) -> None:
        """The bag is posted, delivered and paid for all the same."""
        story = refunded().tell(failed(refunded()))
        assert story.order.state == "paid"
        story.parcel(SECOND, HandIn(at=days(36), tracking_number="8R2"))
        story.parcel(SECOND, RecordScan(at=days(38), status="delivered")).wait(60)
        assert story.refused == []
        assert story.order.payouts == {COAT: "waiting", BAG: "due"}

    def test_of_a_cancelled_order(self) -> None:
        """Owed again until it is there; the order remains cancelled, and nothing is posted."""
        story = Story().tell(CancelOrder(at=days(0.001), reason="expired")).pay()
        for cause in list(story.order.owed):
            story.tell(RecordRefundSent(at=days(1), cause=cause))
        assert story.owed() == {}
        card = "cancellation/card/"
        story.tell(RecordRefundFailed(at=days(5), cause=card, tender="card", reference=""))
        assert (story.order.state, story.owed()["buyer"]) == ("cancelled", "115.48")
        hand_in = HandIn(at=days(5), tracking_number="8R1")
        assert refusal_of(story, CommandParcel(parcel=FIRST, command=hand_in)) == (
            OrderCommandRefusal.NOT_POSSIBLE_NOW,
        )
        story.tell(RecordRefundSent(at=days(6), cause=f"{card}/2"))
        assert (story.order.state, story.owed()) == ("cancelled", {})

    def test_once(self) -> None:
        """Reported again, nothing more is owed."""
        story = refunded()
        command = failed(story)
        story.tell(command)
        assert refusal_of(story, command) == (OrderCommandRefusal.NOT_POSSIBLE_NOW,)

    def test_the_second_may_fail_as_well(self) -> None:
        """It is owed a third time."""
        story = refunded()
        story.tell(failed(story))
        (again,) = story.order.owed
        story.tell(RecordRefundSent(at=days(36), cause=again))
        (payment,) = story.order.sent[again].payments
        story.tell(
            RecordRefundFailed(at=days(40), cause=again, tender="card", reference=payment.reference)
        )
        assert list(story.order.owed) == [f"{again}/2"]

    @pytest.mark.parametrize("what", ["cause", "tender", "reference"])
    def test_what_was_not_refunded(self, what: str) -> None:
        """Another refund, means of payment or charge."""
        story = refunded()
        command = failed(story)
        names = {
            "cause": command.cause,
            "tender": command.tender,
            "reference": command.reference,
            what: "another",
        }
        again = RecordRefundFailed(at=days(35), **names)
        assert refusal_of(story, again) == (OrderCommandRefusal.NOT_POSSIBLE_NOW,)

    def test_a_gift_card_keeps_what_it_got(self) -> None:
        """Its credit is in our own books: it cannot come back."""
        story = refunded().parcel(SECOND, HandIn(at=days(31), tracking_number="8R2"))
        story.wait(60).parcel(SECOND, GiveUpSearch(at=days(60)))
        (cause,) = story.order.owed
        story.tell(RecordRefundSent(at=days(60), cause=cause))
        tenders = [payment.tender for payment in story.order.sent[cause].payments]
        assert tenders == ["card", "gift-card"]
        command = RecordRefundFailed(at=days(61), cause=cause, tender="gift-card", reference="")
        assert refusal_of(story, command) == (OrderCommandRefusal.NOT_POSSIBLE_NOW,)

    def test_a_dispute_that_is_lost_takes_it_back(self) -> None:
        """The bank has taken the whole charge: it is not owed on top."""
        story = refunded()
        story.tell(failed(story))
        story.tell(RecordDispute(at=days(36), tender="card"))
        story.tell(RecordDisputeLost(at=days(37), tender="card"))
        assert story.order.owed == {}
        paid = next(each for each in story.order.captured if each.tender == "card")
        assert story.order.charged_back[0].payments == (paid,)

    def test_a_history_that_cannot_be(self) -> None:
        """What was never refunded cannot come back."""
        story = Story().pay()
        payment = story.order.captured[0]
        event = RefundFailed(at=days(3), cause="r1", payment=payment, again="r1/2")
        with pytest.raises(CorruptHistoryError):
            ORDER.evolve(story.order, event)
