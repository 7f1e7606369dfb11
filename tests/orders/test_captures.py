"""What is captured of a hold whose pieces were cancelled, in the machine of an order (C7)."""

from __future__ import annotations

import pytest

from tests.orders.order_stories import BAG, COAT, FRANCE, HOUSE, Story, days, euros
from tests.orders.test_outcome_fees import house as charging
from vintage_rules.errors import CurrencyMismatchError, MoneyError
from vintage_rules.ids import PieceId
from vintage_rules.money import Money
from vintage_rules.orders.captures import amount_to_capture
from vintage_rules.orders.commands import CancelOrder, CancelPieces, RecordCapture
from vintage_rules.orders.refunds import Rules
from vintage_rules.orders.states import OrderState
from vintage_rules.returns.cancellation_policy import Canceller
from vintage_rules.returns.payments import Payment

RULES = Rules(policy=HOUSE, calendar=FRANCE)
CENT = euros("0.01")


def cancelled(*pieces: PieceId) -> Story:
    """Place an order, let its gift card pay, and cancel pieces one by one."""
    story = Story().tell(RecordCapture(at=days(0.01), tender="gift-card"))
    for piece in pieces:
        story.tell(CancelPieces(at=days(0.015), by=Canceller.HOUSE, pieces=(piece,)))
    return story


def card(story: Story) -> Payment:
    """The payment by card."""
    return story.order.placed.payments[1]


def capture(story: Story, amount: Money | None = None) -> Story:
    """Say that the card was charged."""
    return story.tell(RecordCapture(at=days(0.02), tender="card", amount=amount))


class TestC7AmountToCapture:
    """C7, R2: the price less what a cancellation would have back if all had been taken."""

    def test_all_of_it(self) -> None:
        """With nothing cancelled."""
        story = cancelled()
        assert amount_to_capture(story.order, card(story), RULES) == card(story).amount

    @pytest.mark.parametrize("piece", [COAT, BAG])
    def test_less_what_would_come_back(self, piece: PieceId) -> None:
        """The same amount that is owed back where all was taken before."""
        story = cancelled(piece)
        least = amount_to_capture(story.order, card(story), RULES)
        capture(story)
        (refund,) = story.order.owed.values()
        back = [each.amount for each in refund.payments if each.tender == "card"]
        assert least == card(story).amount - back[0]
        assert least < card(story).amount

    def test_less_the_fee_that_the_canceller_owes(self) -> None:
        """5 EUR for cancelling stay with the house, whether the card was taken before or after."""
        policy = charging("fixed = 5.00")
        rules = Rules(policy=policy, calendar=FRANCE)
        story = Story(policy=policy).tell(RecordCapture(at=days(0.01), tender="gift-card"))
        story.tell(CancelPieces(at=days(0.015), by=Canceller.BUYER, pieces=(COAT,)))
        free = cancelled(COAT)
        least = amount_to_capture(story.order, card(story), rules)
        assert least == amount_to_capture(free.order, card(free), RULES) + euros("5.00")

    def test_of_a_cancelled_order(self) -> None:
        """Nothing is to be taken."""
        story = cancelled().tell(CancelOrder(at=days(0.015), reason="voided"))
        assert amount_to_capture(story.order, card(story), RULES) == euros("0.00")


class TestC7CapturedInPart:
    """C7, F1: what was never taken is not sent back, and the accounts agree all the same."""

    def test_from_what_is_owed_to_what_was_held(self) -> None:
        """Both sides of both limits; what was taken too much is owed back."""
        least = amount_to_capture(cancelled(BAG).order, card(cancelled(BAG)), RULES)
        held = card(cancelled(BAG)).amount
        for wrong in (least - CENT, held + CENT):
            with pytest.raises(MoneyError, match=f"from {least} to {held}"):
                capture(cancelled(BAG), wrong)
        for taken in (least, least + CENT, held):
            story = capture(cancelled(BAG), taken)
            assert story.order.state is OrderState.PAID
            (refund,) = story.order.owed.values()
            back = [each.amount for each in refund.payments if each.tender == "card"]
            assert back == ([taken - least] if taken > least else [])
            kept = [each.amount for each in refund.released]
            assert kept == ([held - taken] if held > taken else [])

    def test_in_two_cancellations(self) -> None:
        """What is released is shared among their refunds, the first one first."""
        story = Story().tell(RecordCapture(at=days(0.01), tender="gift-card"))
        story.tell(CancelPieces(at=days(0.015), by=Canceller.HOUSE, pieces=(BAG,)))
        least = amount_to_capture(story.order, card(story), RULES)
        capture(story, least)
        after = dict(story.order.accounts)
        full = capture(cancelled(BAG))
        assert after == dict(full.order.accounts) | {
            "buyer": after["buyer"],
            "house": after["house"],
        }
        story.tell(CancelPieces(at=days(0.03), by=Canceller.HOUSE, pieces=(COAT,)))
        refunds = tuple(story.order.owed.values())
        assert [bool(refund.released) for refund in refunds] == [True, False]
        back = [each.amount for each in refunds[1].payments if each.tender == "card"]
        assert back == [least]

    def test_in_another_currency(self) -> None:
        """It was not this payment."""
        with pytest.raises(CurrencyMismatchError):
            capture(cancelled(BAG), Money(60, "USD"))

    @pytest.mark.parametrize("amount", [None, euros("10.00")])
    def test_of_a_cancelled_order(self, amount: Money | None) -> None:
        """Whatever was taken of it goes back, and nothing else."""
        story = cancelled().tell(CancelOrder(at=days(0.015), reason="voided"))
        capture(story, amount)
        back = [p.amount for refund in story.order.owed.values() for p in refund.payments]
        assert (amount or card(story).amount) in back

    def test_in_part_and_cancelled_then(self) -> None:
        """The gift card has not paid yet: what the card paid goes back as it was taken."""
        story = Story().tell(CancelPieces(at=days(0.01), by=Canceller.HOUSE, pieces=(BAG,)))
        least = amount_to_capture(story.order, card(story), RULES)
        capture(story, least)
        assert story.order.state is OrderState.PLACED
        story.tell(CancelOrder(at=days(0.03), reason="refused"))
        (refund,) = story.order.owed.values()
        assert [payment.amount for payment in refund.payments] == [least]
