"""Money that was moved elsewhere and recorded by hand; refunds that nobody could spend (S15)."""

from __future__ import annotations

import pytest

from tests.marketplace.town import BAG, CARD, COAT, HOUSE, ZOE, Town, euros
from vintage_rules.errors import UnknownTermError
from vintage_rules.marketplace import CaseReason, DisputeStatus
from vintage_rules.orders.states import Order, OrderState
from vintage_rules.pricing.gift_card.states import Card


def bought(town: Town) -> str:
    """Buy a gift card of 50 euros and give its code."""
    town.market.cards.buy(ZOE, "p1", euros("50.00"), "Bravo !", CARD)
    town.work()
    return str(town.outbox.messages[-1].facts["code"])


def card(town: Town, code: str) -> Card:
    """Give a card as it is."""
    found = town.market.cards.find(code)
    assert found is not None
    return found


@pytest.fixture
def town() -> Town:
    """A shop with a coat for 90 and a bag for 55."""
    return Town.built().stock()


class TestC7CapturedElsewhere:
    """C7: what the house has captured by other means is not captured again."""

    def test_pays_the_order(self, town: Town) -> None:
        """Under the receipt it is refunded by."""
        placed = town.buy(COAT)
        assert isinstance(placed, Order)
        (payment,) = placed.placed.payments
        paid = town.market.orders.record_capture(
            HOUSE, "o1", "card", payment.reference, "receipt-by-hand"
        )
        assert isinstance(paid, Order)
        assert (paid.state, list(paid.receipts.values())) == (OrderState.PAID, ["receipt-by-hand"])
        moved = len(town.bank.ledger)
        town.work()
        assert len(town.bank.ledger) == moved

    def test_of_a_payment_the_order_does_not_have(self, town: Town) -> None:
        """Another charge, or one of another order whose name begins like it."""
        town.buy(COAT)
        town.buy(BAG, order="o10")
        (other,) = town.order("o10").placed.payments
        for tender, reference in (("paypal", "x"), ("card", other.reference)):
            with pytest.raises(UnknownTermError):
                town.market.orders.record_capture(HOUSE, "o1", tender, reference, "r")
        assert town.order().state is OrderState.PLACED


class TestC5RefundedElsewhere:
    """C5: the gift card's share of a refund that the house records is credited all the same."""

    def refund_owed(self, town: Town, code: str) -> str:
        """Have the coat bought with the card and cancelled; its refund waits."""
        town.buy(COAT, BAG, codes=(code,))
        town.work()
        town.market.orders.cancel(HOUSE, "o1")
        (cause,) = town.order().owed
        return cause

    def test_credited_once(self, town: Town) -> None:
        """With the record; the worker then sends and credits nothing more."""
        code = bought(town)
        cause = self.refund_owed(town, code)
        assert card(town, code).balance == euros("0.00")
        town.market.orders.record_refund(HOUSE, "o1", cause)
        assert card(town, code).balance == euros("50.00")
        moved = len(town.bank.ledger)
        town.work()
        assert (card(town, code).balance, len(town.bank.ledger)) == (euros("50.00"), moved)
        assert town.market.house_desk.cases(HOUSE).rows == ()

    def test_not_where_nothing_is_owed(self, town: Town) -> None:
        """Refused, nothing is credited."""
        code = bought(town)
        self.refund_owed(town, code)
        town.market.orders.record_refund(HOUSE, "o1", "another")
        assert card(town, code).balance == euros("0.00")


class TestS15RefundsThatNobodyCanSpend:
    """S15: what goes back to a card that pays nothing any more does not vanish: a person looks."""

    def reasons(self, town: Town) -> list[tuple[CaseReason, str | None, str]]:
        """What is open: why, of which order, and what exactly."""
        cases = [case.opened for case in town.market.house_desk.cases(HOUSE).rows]
        unusable = [each for each in cases if each.reason is CaseReason.REFUND_UNUSABLE]
        return [(each.reason, each.order, each.code) for each in unusable]

    def cancelled_after(self, town: Town, *, days: int = 0, lost: bool = False) -> Card:
        """Pay with a card that is a year old or so or whose charge is disputed, and cancel."""
        code = bought(town)
        number = card(town, code).ordered.card
        town.wait(days=days)
        town.buy(COAT, BAG, codes=(code,))
        town.work()
        if lost:
            town.market.cards.record_dispute(HOUSE, number, DisputeStatus.LOST)
        else:
            town.wait(days=2)
        town.market.orders.cancel(HOUSE, "o1")
        town.work()
        return card(town, code)

    @pytest.mark.parametrize(("days", "state"), [(362, "active"), (364, "expired")])
    def test_both_sides_of_its_last_day(self, town: Town, days: int, state: str) -> None:
        """Bought on the 7th of September it pays on the 7th a year later; cancelled two days on."""
        back = self.cancelled_after(town, days=days)
        assert back.state == state
        found = [(CaseReason.REFUND_UNUSABLE, "o1", "50.00 EUR to a card that is expired")]
        assert self.reasons(town) == (found if state == "expired" else [])

    def test_revoked(self, town: Town) -> None:
        """What was paid for it was taken back."""
        assert self.cancelled_after(town, lost=True).state == "revoked"
        found = (CaseReason.REFUND_UNUSABLE, "o1", "50.00 EUR to a card that is revoked")
        assert self.reasons(town) == [found]
