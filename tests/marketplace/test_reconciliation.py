"""A provider's list against the books: what is missing on either side, and what differs (S8)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from attrs import evolve

from tests.marketplace.town import BAG, CARD, COAT, HOUSE, MONDAY, ZOE, Town, euros
from vintage_rules.errors import InvalidValueError, MoneyError, UnknownTermError
from vintage_rules.marketplace import (
    BalanceTransaction,
    BookedMovement,
    Difference,
    DifferenceKind,
    DisputeStatus,
    Movement,
)
from vintage_rules.marketplace.commands.reconciliation import differences
from vintage_rules.money import Money
from vintage_rules.orders.states import Order
from vintage_rules.ports import WebhookKind
from vintage_rules.pricing.gift_card.states import CardState

CAPTURED, REFUNDED, CHARGED_BACK = Movement.CAPTURED, Movement.REFUNDED, Movement.CHARGED_BACK
ROW = {
    "id": "t1",
    "movement": "captured",
    "receipt": "r1",
    "amount": "90.00",
    "currency": "EUR",
    "at": "2026-09-07T10:00:00+02:00",
}


def listed(
    name: str = "t1",
    amount: str = "90.00",
    *,
    currency: str = "EUR",
    movement: Movement = CAPTURED,
    receipt: str = "r1",
) -> BalanceTransaction:
    """A row of the provider's list."""
    return BalanceTransaction(
        id=name,
        movement=movement,
        receipt=receipt,
        amount=Money(amount, currency),
        at=MONDAY,
    )


def booked(
    amount: str = "90.00", *, movement: Movement = CAPTURED, receipt: str = "r1", days: int = 0
) -> BookedMovement:
    """A movement in the books."""
    return BookedMovement(
        checkout="o1",
        tender="card",
        movement=movement,
        receipt=receipt,
        amount=euros(amount),
        at=MONDAY + timedelta(days=days),
    )


class TestComparing:
    """Equal amounts of one receipt are one movement; each that is left over is named."""

    def test_nothing_differs(self) -> None:
        """Whatever the order, and if a row is listed twice."""
        halves = [listed(name, "45.00", movement=REFUNDED) for name in ("t2", "t3")]
        rows = [*halves, listed(), listed()]
        books = [booked(), *[booked("45.00", movement=REFUNDED)] * 2]
        assert differences(books, rows) == ()

    @pytest.mark.parametrize(
        ("books", "rows", "found"),
        [
            ([], [listed()], [("missing-in-books", None, None, "90.00 EUR", "t1")]),
            ([booked()], [], [("missing-at-provider", "o1", "90.00 EUR", None, None)]),
            (
                [booked()],
                [listed(amount="89.99")],
                [("another-amount", "o1", "90.00 EUR", "89.99 EUR", "t1")],
            ),
            (
                [booked()],
                [listed(currency="USD")],
                [("another-currency", "o1", "90.00 EUR", "90.00 USD", "t1")],
            ),
            (
                [booked()],
                [listed(), listed("t2")],
                [("duplicate", "o1", None, "90.00 EUR", "t2")],
            ),
            (
                [booked()],
                [listed(), listed("t2", "1.00")],
                [("missing-in-books", "o1", None, "1.00 EUR", "t2")],
            ),
            (
                [booked()],
                [listed(movement=REFUNDED)],
                [
                    ("missing-at-provider", "o1", "90.00 EUR", None, None),
                    ("missing-in-books", "o1", None, "90.00 EUR", "t1"),
                ],
            ),
            (
                [booked()],
                [listed(receipt="r2")],
                [
                    ("missing-at-provider", "o1", "90.00 EUR", None, None),
                    ("missing-in-books", None, None, "90.00 EUR", "t1"),
                ],
            ),
        ],
    )
    def test_each_difference(
        self,
        books: list[BookedMovement],
        rows: list[BalanceTransaction],
        found: list[tuple[object, ...]],
    ) -> None:
        """With the order, both amounts and the row, as far as they are known."""

        def shown(each: Difference) -> tuple[object, ...]:
            amounts = [amount and str(amount) for amount in (each.booked, each.listed)]
            return (str(each.kind), each.checkout, *amounts, each.id)

        assert [shown(each) for each in differences(books, rows)] == found

    @pytest.mark.parametrize(("since", "until", "count"), [(0, 1, 1), (1, 2, 0), (-1, 0, 0)])
    def test_a_period(self, since: int, until: int, count: int) -> None:
        """What was booked from its first moment on and before its end must be listed, no more."""
        start, end = MONDAY + timedelta(days=since), MONDAY + timedelta(days=until)
        found = differences([booked()], [], since=start, until=end)
        assert len(found) == count

    def test_a_row_is_looked_for_in_all_books(self) -> None:
        """The provider's midnight is not ours."""
        assert differences([booked(days=-1)], [listed()], since=MONDAY) == ()


class TestRows:
    """A row of a table is read, or refused by name."""

    def test_read(self) -> None:
        """With its moment in UTC."""
        read = BalanceTransaction.from_row(ROW)
        assert (read.movement, read.amount) == (CAPTURED, euros("90.00"))
        assert read.at.isoformat() == "2026-09-07T08:00:00+00:00"

    @pytest.mark.parametrize(
        ("field", "text", "error"),
        [
            ("movement", "fee", InvalidValueError),
            ("at", "yesterday", InvalidValueError),
            ("currency", "euro", MoneyError),
            ("amount", "x", MoneyError),
            ("amount", "-1.00", MoneyError),
            ("amount", "0.00", MoneyError),
        ],
    )
    def test_refused(self, field: str, text: str, error: type[Exception]) -> None:
        """What is no movement of money: the column is named."""
        with pytest.raises(error, match=rf"^{field}: must be "):
            BalanceTransaction.from_row({**ROW, field: text})

    def test_a_column_is_missing(self) -> None:
        """It is named."""
        row = {name: text for name, text in ROW.items() if name != "currency"}
        with pytest.raises(InvalidValueError, match="currency"):
            BalanceTransaction.from_row(row)


class TestAShop:
    """The books of a shop: orders, refunds, disputes and gift cards."""

    def lived(self) -> Town:
        """An order that was cancelled, one that was disputed, and a gift card that was."""
        town = Town.built().stock()
        bought = town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.buy(COAT)
        town.work()
        town.market.orders.cancel(HOUSE, "o1")
        town.work()
        card = getattr(bought, "card", "")
        for status in (DisputeStatus.OPENED, DisputeStatus.LOST):
            town.market.cards.record_dispute(HOUSE, card, status)
        return town

    def rows(self, town: Town) -> list[BalanceTransaction]:
        """What the bank would list of it."""
        receipts = [str(n) for n in range(1, 3)]
        paid = town.order().captured[0].amount
        of_order, of_card = (f"receipt-{n}" for n in reversed(receipts))
        return [
            evolve(listed("t1", receipt=of_order), amount=paid),
            evolve(listed("t2", receipt=of_order, movement=REFUNDED), amount=paid),
            listed("t3", "50.00", receipt=of_card),
            listed("t4", "50.00", receipt=of_card, movement=CHARGED_BACK),
        ]

    def test_all_is_listed(self) -> None:
        """Nothing differs; of another means of payment nothing was moved."""
        town = self.lived()
        rows = self.rows(town)
        assert town.market.reconciliation.differences(HOUSE, "card", rows) == ()
        of_paypal = town.market.reconciliation.differences(HOUSE, "paypal", rows)
        assert {each.kind for each in of_paypal} == {DifferenceKind.MISSING_IN_BOOKS}

    def test_one_is_not(self) -> None:
        """It is named, each in its turn."""
        town = self.lived()
        rows = self.rows(town)
        for left_out in rows:
            (found,) = town.market.reconciliation.differences(
                HOUSE, "card", [row for row in rows if row != left_out]
            )
            assert found.kind is DifferenceKind.MISSING_AT_PROVIDER
            assert (found.movement, found.receipt) == (left_out.movement, left_out.receipt)

    def test_no_such_means(self) -> None:
        """A misspelt one would have nothing in the books."""
        with pytest.raises(UnknownTermError):
            Town.built().market.reconciliation.differences(HOUSE, "crad", [])


class TestFinding:
    """By the provider's name for a charge: the order or the gift card that it pays."""

    def test_an_order_or_a_card(self) -> None:
        """Each by its own, and by no other."""
        town = Town.built().stock()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.buy(COAT)
        town.work()
        reference = town.order().captured[0].reference
        orders, cards = town.market.orders, town.market.cards
        found = orders.find_by_reference(HOUSE, "card", reference)
        assert found is not None
        assert found.placed.order == "o1"
        assert cards.find_by_reference(HOUSE, "card", reference) is None
        card = cards.find_by_reference(HOUSE, "card", "authorisation-1")
        assert card is not None
        assert card.ordered.amount == euros("50.00")
        assert orders.find_by_reference(HOUSE, "card", "authorisation-1") is None
        assert orders.find_by_reference(HOUSE, "paypal", reference) is None
        assert cards.find_by_reference(HOUSE, "card", "authorisation-9") is None

    def test_by_a_receipt_a_refund_or_a_payout(self) -> None:
        """Whatever was moved for an order or a gift card, under the name that others gave it."""
        town = Town.built().stock()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        town.work()
        town.buy(COAT, BAG)
        town.work()
        town.market.orders.cancel(HOUSE, "o1", BAG)
        town.work()
        town.deliver().wait(days=30)
        orders, cards = town.market.orders, town.market.cards
        for reference in ("receipt-2", "refund-1"):
            found = orders.find_by_reference(HOUSE, "card", reference)
            assert found is not None
            assert found.placed.order == "o1"
            assert cards.find_by_reference(HOUSE, "card", reference) is None
        assert orders.find_by_reference(HOUSE, "card", "receipt-1") is None
        card = cards.find_by_reference(HOUSE, "card", "receipt-1")
        assert card is not None
        assert card.ordered.amount == euros("50.00")
        (payout,) = town.payouts
        for name in (payout.reference, payout.key):
            paid = orders.find_by_payout(HOUSE, name)
            assert paid is not None
            assert (paid[0].placed.order, paid[1]) == ("o1", COAT)
        assert orders.find_by_payout(HOUSE, "payout-9") is None

    def test_by_what_was_recorded_by_hand(self) -> None:
        """A receipt that a person names; without one there is nothing to find it by."""
        town = Town.built().stock()
        town.buy(COAT)
        town.buy(BAG, order="o2")
        orders = town.market.orders
        orders.record_capture(HOUSE, "o1", "card", "authorisation-1", "desk-1")
        orders.record_capture(HOUSE, "o2", "card", "authorisation-2", "")
        found = orders.find_by_reference(HOUSE, "card", "desk-1")
        assert found is not None
        assert found.placed.order == "o1"
        assert orders.find_by_reference(HOUSE, "card", "") is None
        again = orders.record_capture(HOUSE, "o1", "card", "authorisation-1", "desk-2")
        assert not isinstance(again, Order)
        assert orders.find_by_reference(HOUSE, "card", "desk-2") is None

    def test_by_the_refund_of_a_cancelled_gift_card(self) -> None:
        """It was captured all the same, so it is refunded: by that it is found."""
        town = Town.built().stock()
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        voided = evolve(town.bank.webhooks[0], id="v", kind=WebhookKind.VOIDED)
        town.market.webhooks.payment("card", *town.bank.sent(voided))
        town.bank.capture("desk", "authorisation-1", euros("50.00"))
        town.work()
        card = town.market.cards.find_by_reference(HOUSE, "card", "refund-1")
        assert card is not None
        assert card.state is CardState.CANCELLED
