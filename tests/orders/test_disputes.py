"""Disputes in the machine of an order: who bears what a buyer's bank took back (S11)."""

from __future__ import annotations

import pytest
from attrs import evolve

from tests.orders.order_stories import BAG, COAT, FIRST, HOUSE, SECOND, Story, days, euros
from vintage_rules.orders import HousePolicy, PayoutState
from vintage_rules.orders.commands import (
    BeginRefund,
    CancelOrder,
    CommandParcel,
    RecordDispute,
    RecordDisputeLost,
    RecordDisputeWon,
    RecordPayoutSent,
    RecordRefundSent,
)
from vintage_rules.returns import DisputeBearer
from vintage_rules.shipping.parcel.commands import GiveUpSearch, HandIn, RecordScan


def borne_by(bearer: DisputeBearer) -> HousePolicy:
    """Give the house where lost disputes are borne so."""
    payouts = evolve(HOUSE.returns.payouts, lost_disputes=bearer)
    return evolve(HOUSE, returns=evolve(HOUSE.returns, payouts=payouts))


SELLERS_BEAR = borne_by(DisputeBearer.SELLER)


def arrived(policy: HousePolicy = HOUSE) -> Story:
    """Tell of an order whose two parcels were delivered on the third day."""
    story = Story(policy=policy).pay()
    for parcel in (FIRST, SECOND):
        story.parcel(parcel, HandIn(at=days(1), tracking_number=f"8R{parcel}"))
    for parcel in (FIRST, SECOND):
        story.parcel(parcel, RecordScan(at=days(3), status="delivered"))
    return story


def disputed(policy: HousePolicy = SELLERS_BEAR) -> Story:
    """Tell of an order that was delivered, and whose card is disputed: it paid 115.48 of 165.48."""
    story = arrived(policy)
    return story.tell(RecordDispute(at=days(5), tender="card"))


class TestSellersBearLostDisputes:
    """In proportion to what they are still to be paid, and no more than that."""

    def test_in_proportion(self) -> None:
        """115.48 of the 145.00 they would be paid: 90/145 of it are 71.68, 55/145 are 43.80."""
        story = disputed().tell(RecordDisputeLost(at=days(6), tender="card"))
        assert story.order.earned(COAT) == euros("18.32")
        assert story.order.earned(BAG) == euros("11.20")

    def test_no_more_than_they_are_still_to_be_paid(self) -> None:
        """Ada was paid before: lou bears all of her 55.00, the house the rest."""
        story = arrived(SELLERS_BEAR).wait(30)
        story.tell(RecordPayoutSent(at=days(30), piece=COAT))
        story.tell(RecordDispute(at=days(31), tender="card"))
        story.tell(RecordDisputeLost(at=days(32), tender="card"))
        assert story.order.earned(COAT) == euros("90.00")
        assert story.order.earned(BAG) == euros("0.00")

    def test_who_is_paid_already_bears_nothing(self) -> None:
        """Both were paid."""
        story = arrived(SELLERS_BEAR).wait(30)
        for piece in (COAT, BAG):
            story.tell(RecordPayoutSent(at=days(30), piece=piece))
        story.tell(RecordDispute(at=days(31), tender="card"))
        story.tell(RecordDisputeLost(at=days(32), tender="card"))
        assert story.order.charged_back[0].shares == ()

    def test_and_loses_a_piece_once(self) -> None:
        """The coat comes back after that: its seller gives what the dispute has left them of it."""
        story = disputed().tell(RecordDisputeLost(at=days(6), tender="card"))
        story.ask_return(COAT, at=7).come_back("coat", at=8)
        assert story.order.earned(COAT) == euros("0.00")


class TestPayoutsAreFrozen:
    """Due or not: no payout is begun before the dispute has ended."""

    def test_what_was_due_waits(self) -> None:
        """It fell due on the 24th, and waits again until the dispute is won."""
        story = arrived().wait(30)
        assert set(story.order.payouts.values()) == {PayoutState.DUE}
        story.tell(RecordDispute(at=days(31), tender="card"))
        assert set(story.order.payouts.values()) == {PayoutState.WAITING}
        story.tell(RecordDisputeWon(at=days(33), tender="card")).wait(33)
        assert set(story.order.payouts.values()) == {PayoutState.DUE}


class TestRefundsWait:
    """What a bank may take back is not refunded too, unless that has begun before."""

    def lost(self) -> Story:
        """Lose the coat's parcel."""
        story = Story().pay()
        story.parcel(FIRST, HandIn(at=days(1), tracking_number="8R1"))
        return story.parcel(FIRST, GiveUpSearch(at=days(4)))

    def test_is_refused(self) -> None:
        """Neither begun nor made."""
        story = self.lost().tell(RecordDispute(at=days(5), tender="card"))
        story.tell(BeginRefund(at=days(6), cause=FIRST), RecordRefundSent(at=days(6), cause=FIRST))
        assert [answer.reasons for answer in story.refused if not isinstance(answer, tuple)] == [
            ("payment-disputed",),
            ("payment-disputed",),
        ]

    def test_what_has_begun_is_made(self) -> None:
        """101.19 are on their way: a lost dispute takes the other 14.29 of the card's 115.48."""
        story = self.lost().tell(BeginRefund(at=days(4), cause=FIRST))
        story.tell(RecordDispute(at=days(5), tender="card"))
        story.tell(RecordDisputeLost(at=days(6), tender="card"))
        story.tell(RecordRefundSent(at=days(7), cause=FIRST))
        assert story.refused == []
        assert [str(each.amount) for each in story.order.charged_back[0].payments] == ["14.29 EUR"]


class TestOfAnOrderThatIsNotPaid:
    """A report may come before the answer to a capture, or after the order was cancelled."""

    def test_placed(self) -> None:
        """It is paid all the same, and its payouts wait."""
        story = Story().tell(RecordDispute(at=days(0.001), tender="card"))
        assert story.order.state == "placed"
        assert story.pay().refused == []
        assert (story.order.state, story.order.disputed) == ("paid", {"card"})
        assert (story.order.paid_at, len(story.order.captured)) == (days(0.02), 2)
        assert story.order.unpaid_pieces() == {COAT, BAG}

    @pytest.mark.parametrize("ended", [RecordDisputeWon, RecordDisputeLost])
    def test_placed_and_ended(self, ended: type[RecordDisputeWon | RecordDisputeLost]) -> None:
        """The order still waits for its money; once paid, its parcels are posted."""
        story = Story().tell(RecordDispute(at=days(0.001), tender="card"))
        story.tell(ended(at=days(0.002), tender="card"))
        assert (story.order.state, story.order.disputed) == ("placed", frozenset())
        story.pay().parcel(FIRST, HandIn(at=days(1), tracking_number="8R1"))
        assert story.refused == []
        assert (story.order.state, story.order.paid_at) == ("paid", days(0.02))
        assert story.order.parcels[FIRST].state == "handed-in"

    def test_placed_ended_and_cancelled(self) -> None:
        """What was not captured may still be cancelled."""
        story = Story().tell(RecordDispute(at=days(0.001), tender="card"))
        story.tell(RecordDisputeWon(at=days(0.002), tender="card"))
        story.tell(CancelOrder(at=days(0.003), reason="expired"))
        assert (story.order.state, story.refused) == ("cancelled", [])

    def cancelled(self, *, begun: bool = False) -> Story:
        """Cancel an order that is captured all the same: 115.48 and 50.00 are owed back."""
        story = Story(policy=SELLERS_BEAR).tell(CancelOrder(at=days(0.001), reason="expired")).pay()
        if begun:
            story.tell(BeginRefund(at=days(0.5), cause="cancellation/card/"))
        return story.tell(RecordDispute(at=days(1), tender="card"))

    def test_cancelled_and_won(self) -> None:
        """Both are still owed, and may be begun; nothing is posted."""
        story = self.cancelled().tell(RecordDisputeWon(at=days(2), tender="card"))
        assert story.order.state == "cancelled"
        assert list(story.order.owed) == ["cancellation/gift-card/", "cancellation/card/"]
        story.tell(BeginRefund(at=days(2), cause="cancellation/card/"))
        assert story.refused == []

    def test_cancelled_and_lost(self) -> None:
        """The bank has given the card its money back: the gift card's share alone is still owed.

        No seller bears anything of what they have not sold, and none posts it.
        """
        story = self.cancelled().tell(RecordDisputeLost(at=days(2), tender="card"))
        assert story.order.state == "cancelled"
        assert list(story.order.owed) == ["cancellation/gift-card/"]
        (lost,) = story.order.charged_back
        assert ([str(each.amount) for each in lost.payments], lost.shares) == (["115.48 EUR"], ())
        story.tell(
            CommandParcel(parcel=FIRST, command=HandIn(at=days(3), tracking_number="8R1")),
            BeginRefund(at=days(3), cause="cancellation/gift-card/"),
        )
        assert [answer.reasons for answer in story.refused if not isinstance(answer, tuple)] == [
            ("not-possible-now",)
        ]
        assert story.order.begun == {"cancellation/gift-card/"}

    def test_cancelled_and_lost_while_a_refund_is_on_its_way(self) -> None:
        """It is made; the bank takes nothing on top."""
        story = self.cancelled(begun=True).tell(RecordDisputeLost(at=days(2), tender="card"))
        assert list(story.order.owed) == ["cancellation/gift-card/", "cancellation/card/"]
        assert story.order.charged_back[0].payments == ()
        assert story.order.state == "cancelled"
