"""Payouts that come back days later, and payouts that the house freezes (S10; clause R6)."""

from __future__ import annotations

import pytest

from tests.orders.order_stories import ADA, BAG, COAT, FIRST, Story, days, euros
from vintage_rules.errors import CorruptHistoryError, NotFoundError
from vintage_rules.ids import PieceId
from vintage_rules.machine import Refused
from vintage_rules.orders.commands import (
    BeginPayout,
    CommandClaim,
    FreezePayouts,
    OrderCommand,
    RecordDispute,
    RecordDisputeWon,
    RecordPayoutFailed,
    RecordPayoutSent,
    ReleasePayouts,
)
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.payout_events import PayoutFailed, PayoutsFrozen, PayoutsReleased
from vintage_rules.orders.refusals import OrderCommandRefusal
from vintage_rules.orders.states import PayoutState
from vintage_rules.returns.claim.commands import ReportLost


def delivered() -> Story:
    """Tell of an order that was delivered on the third day: payouts fall due on the 18th."""
    return Story("grouped").pay().deliver(FIRST, on=3)


def paid() -> Story:
    """Tell of a coat whose seller was paid, beginning on the 20th day."""
    story = delivered().wait(20).tell(BeginPayout(at=days(20), piece=COAT))
    return story.tell(RecordPayoutSent(at=days(20), piece=COAT))


def refusal_of(story: Story, command: OrderCommand) -> tuple[object, ...]:
    """Why the order does not take a command."""
    refused = story.tell(command).refused[-1]
    assert isinstance(refused, Refused)
    return refused.reasons


class TestS10PayoutsThatFailLater:
    """S10: what came back is owed again; nobody pays it before a person has looked."""

    def test_owed_again(self) -> None:
        """The seller is owed what they were paid, and time alone does not pay it."""
        story = paid()
        assert "seller ada" not in story.owed()
        story.tell(RecordPayoutFailed(at=days(25), piece=COAT))
        assert story.events[-1] == PayoutFailed(
            at=days(25), piece=COAT, seller=ADA, amount=euros("90.00")
        )
        assert story.owed()["seller ada"] == "90.00"
        assert (story.order.frozen, story.order.returned_payouts) == ({COAT}, {COAT: 1})
        story.wait(60)
        assert story.order.payouts[COAT] is PayoutState.WAITING
        assert story.order.payouts[BAG] is PayoutState.DUE

    def test_released_it_falls_due_at_once(self) -> None:
        """Its time has come before: it is due with the release, and paid once."""
        story = paid().tell(RecordPayoutFailed(at=days(25), piece=COAT))
        story.tell(ReleasePayouts(at=days(30))).wait(30)
        assert story.order.payouts[COAT] is PayoutState.DUE
        story.tell(RecordPayoutSent(at=days(31), piece=COAT))
        assert "seller ada" not in story.owed()
        assert refusal_of(story, RecordPayoutSent(at=days(32), piece=COAT)) == (
            OrderCommandRefusal.NOTHING_OWED,
        )

    def test_the_second_may_fail_as_well(self) -> None:
        """Each failure is counted."""
        story = paid().tell(RecordPayoutFailed(at=days(25), piece=COAT))
        story.tell(ReleasePayouts(at=days(26), pieces=(COAT,)))
        story.tell(RecordPayoutSent(at=days(26), piece=COAT))
        story.tell(RecordPayoutFailed(at=days(30), piece=COAT))
        assert story.order.returned_payouts == {COAT: 2}
        assert story.owed()["seller ada"] == "90.00"

    def test_reported_before_it_is_known_to_be_made(self) -> None:
        """Begun and not recorded as made: the seller is owed as much as before."""
        story = delivered().wait(20).tell(BeginPayout(at=days(20), piece=COAT))
        story.tell(RecordPayoutFailed(at=days(21), piece=COAT))
        assert story.owed()["seller ada"] == "90.00"
        assert story.order.payouts[COAT] is PayoutState.WAITING
        assert refusal_of(story, RecordPayoutSent(at=days(22), piece=COAT)) == (
            OrderCommandRefusal.NOTHING_OWED,
        )

    @pytest.mark.parametrize("piece", [COAT, BAG])
    def test_once_and_only_what_was_paid(self, piece: PieceId) -> None:
        """Reported again, or of a piece that is only due."""
        story = paid().tell(RecordPayoutFailed(at=days(25), piece=COAT))
        assert refusal_of(story, RecordPayoutFailed(at=days(26), piece=piece)) == (
            OrderCommandRefusal.NOT_POSSIBLE_NOW,
        )

    def test_what_was_refunded_meanwhile_is_not_owed_again(self) -> None:
        """The seller owed it back: now both are even, and nothing falls due."""
        story = delivered().wait(18).tell(BeginPayout(at=days(20), piece=COAT))
        story.claim("not-received", COAT, at=20, name="missing")
        story.tell(CommandClaim(case="missing", command=ReportLost(at=days(21))))
        story.tell(RecordPayoutSent(at=days(22), piece=COAT))
        assert story.owed()["seller ada"] == "-90.00"
        story.tell(RecordPayoutFailed(at=days(25), piece=COAT))
        assert "seller ada" not in story.owed()
        story.tell(ReleasePayouts(at=days(26))).wait(60)
        assert story.order.payouts[COAT] is PayoutState.WAITING

    def test_paid_by_hand_what_came_back_is_what_was_paid(self) -> None:
        """Though a refund has changed since what the piece earns."""
        story = delivered().wait(20).tell(RecordPayoutSent(at=days(20), piece=COAT))
        story.claim("not-received", COAT, at=21, name="missing")
        story.tell(CommandClaim(case="missing", command=ReportLost(at=days(22))))
        story.tell(RecordPayoutFailed(at=days(25), piece=COAT))
        failed = next(event for event in story.events if isinstance(event, PayoutFailed))
        assert failed.amount == euros("90.00")

    def test_a_history_that_cannot_be(self) -> None:
        """What was never paid cannot come back."""
        event = PayoutFailed(at=days(25), piece=BAG, seller=ADA, amount=euros("55.00"))
        with pytest.raises(CorruptHistoryError):
            ORDER.evolve(paid().order, event)


HAT = PieceId("hat")
NAMELESS = (
    FreezePayouts(at=days(5), reason="1", pieces=(HAT,)),
    ReleasePayouts(at=days(5), pieces=(HAT,)),
)


class TestR6FrozenByTheHouse:
    """R6: the house holds a payout until it releases it, and then time goes on as it would have."""

    def test_not_paid_while_it_is_frozen(self) -> None:
        """Of all pieces, without any: before their time and after it."""
        story = delivered().tell(FreezePayouts(at=days(5), reason="looked at")).wait(60)
        assert set(story.order.payouts.values()) == {PayoutState.WAITING}
        story.tell(ReleasePayouts(at=days(61))).wait(61)
        assert set(story.order.payouts.values()) == {PayoutState.DUE}

    def test_released_before_its_time(self) -> None:
        """It falls due when it would have."""
        story = delivered()
        closes = story.order.payable_at[COAT]
        story.tell(FreezePayouts(at=days(5), reason="looked at"), ReleasePayouts(at=days(6)))
        story.wait(60)
        due = [event.at for event in story.events if event.name == "payout-fell-due"]
        assert due == [closes, closes]

    def test_one_piece_that_is_due(self) -> None:
        """It waits again; the other is not touched."""
        story = delivered().wait(20)
        story.tell(FreezePayouts(at=days(20), reason="looked at", pieces=(COAT,)))
        assert story.names[-2:] == ["payouts-frozen", "payout-withheld"]
        assert story.order.payouts == {COAT: PayoutState.WAITING, BAG: PayoutState.DUE}

    def test_frozen_twice(self) -> None:
        """Those that are not yet; again, there is nothing to freeze."""
        story = delivered().tell(FreezePayouts(at=days(5), reason="1", pieces=(COAT,)))
        story.tell(FreezePayouts(at=days(6), reason="2", pieces=(COAT, BAG)))
        assert story.events[-1] == PayoutsFrozen(at=days(6), pieces=(BAG,), reason="2")
        again = FreezePayouts(at=days(7), reason="3")
        assert refusal_of(story, again) == (OrderCommandRefusal.NOTHING_OWED,)

    @pytest.mark.parametrize(
        ("made", "reason"),
        [(False, "already-begun"), (True, "nothing-owed")],
        ids=["begun", "sent"],
    )
    def test_not_what_is_being_paid(self, made: bool, reason: str) -> None:  # noqa: FBT001 - two sides
        """Named; without a name, all others are frozen."""
        story = delivered().wait(20).tell(BeginPayout(at=days(20), piece=COAT))
        if made:
            story.tell(RecordPayoutSent(at=days(20), piece=COAT))
        named = FreezePayouts(at=days(21), reason="late", pieces=(COAT, BAG))
        assert refusal_of(story, named) == (OrderCommandRefusal(reason),)
        story.tell(FreezePayouts(at=days(21), reason="late"))
        assert story.order.frozen == {BAG}

    def test_released_by_name(self) -> None:
        """Only what is frozen."""
        story = delivered().tell(FreezePayouts(at=days(5), reason="1"))
        story.tell(ReleasePayouts(at=days(6), pieces=(BAG,)))
        assert story.events[-1] == PayoutsReleased(at=days(6), pieces=(BAG,))
        both = ReleasePayouts(at=days(7), pieces=(COAT, BAG))
        assert refusal_of(story, both) == (OrderCommandRefusal.NOT_POSSIBLE_NOW,)
        assert story.order.frozen == {COAT}

    @pytest.mark.parametrize("command", NAMELESS, ids=["freeze", "release"])
    def test_a_piece_of_another_order(self, command: OrderCommand) -> None:
        """It is not known."""
        with pytest.raises(NotFoundError):
            delivered().tell(command)

    def test_beside_a_dispute(self) -> None:
        """Both hold the payout: it waits for the end of each."""
        story = delivered().tell(FreezePayouts(at=days(5), reason="1"))
        story.tell(RecordDispute(at=days(6), tender="card"), ReleasePayouts(at=days(20)))
        assert story.wait(30).order.payouts[COAT] is PayoutState.WAITING
        story.tell(RecordDisputeWon(at=days(31), tender="card")).wait(31)
        assert story.order.payouts[COAT] is PayoutState.DUE

    def test_a_history_that_cannot_be(self) -> None:
        """What was paid is not frozen."""
        event = PayoutsFrozen(at=days(25), pieces=(COAT,), reason="1")
        with pytest.raises(CorruptHistoryError):
            ORDER.evolve(paid().order, event)
