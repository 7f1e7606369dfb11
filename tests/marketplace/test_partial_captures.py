"""Pieces that are cancelled while the price of their order is only held."""

from __future__ import annotations

import pytest
from attrs import evolve

from tests.marketplace.town import ADA, BAG, CARD, COAT, HOUSE, ZOE, Town, euros
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.errors import CurrencyMismatchError, MoneyError
from vintage_rules.ids import PieceId
from vintage_rules.marketplace import Marketplace
from vintage_rules.money import Money
from vintage_rules.orders.states import Order, OrderState
from vintage_rules.ports import Captured
from vintage_rules.testing.contracts.faults import Fault
from vintage_rules.testing.contracts.payments import UnreliableGateway


def ordered(**options: object) -> Town:
    """Order a coat and a bag; nothing is captured yet."""
    town = Town.built().stock()
    assert isinstance(town.buy(COAT, BAG, **options), Order)  # type: ignore[arg-type]
    return town


def deafened(town: Town) -> tuple[Town, UnreliableGateway]:
    """Give the town over a line on which the bank's answers can be lost."""
    line = UnreliableGateway(town.bank, "bank")
    shop = evolve(town.market.shop, payments={"card": line})
    return evolve(town, market=Marketplace(shop)), line


def house(town: Town) -> Money:
    """What the bank has for the house."""
    return town.bank.ledger.balance(Account.HOUSE, "EUR")


def acts(town: Town) -> list[str]:
    """What was done at the bank."""
    return [f"{entry.act} {entry.amount.amount}" for entry in town.bank.ledger]


def back_at_once(town: Town) -> list[Money]:
    """What each refund of the order pays."""
    refunds = town.order().sent.values()
    return [payment.amount for refund in refunds for payment in refund.payments]


class TestC7WhatIsTaken:
    """C7, R2: exactly what is still owed is captured, and the rest is released."""

    def test_the_whole_price(self) -> None:
        """With nothing cancelled."""
        town = ordered()
        town.work()
        assert house(town) == town.order().captured[0].amount
        assert len(acts(town)) == 2

    @pytest.mark.parametrize("by", [ADA, ZOE, HOUSE], ids=str)
    def test_without_a_cancelled_piece(self, by: object) -> None:
        """The same as if all had been captured and a part refunded."""
        early, late = ordered(), ordered()
        late.work()
        for town in (early, late):
            town.market.orders.cancel(by, "o1", COAT)  # type: ignore[arg-type]
            town.work()
        assert house(early) == house(late)
        assert [act.split()[0] for act in acts(early)] == ["authorise", "capture", "release"]
        assert acts(late)[-1].startswith("pass on")
        assert early.order().state is OrderState.PAID
        assert early.order().accounts == late.order().accounts
        assert not early.order().owed

    def test_one_after_the_other(self) -> None:
        """Two cancelled of three, in two steps: what is released is what both refunds come to."""
        hat = PieceId("hat")
        towns = []
        for early in (True, False):
            town = Town.built().stock()
            town.list_piece(ADA, hat, "40.00")
            town.buy(COAT, BAG, hat, prices={hat: "40.00"})
            if not early:
                town.work()
            town.market.orders.cancel(ZOE, "o1", COAT)
            town.market.orders.cancel(ZOE, "o1", hat)
            town.work()
            towns.append(town)
        early_town, late_town = towns
        assert house(early_town) == house(late_town)
        assert early_town.order().accounts == late_town.order().accounts

    def test_the_buyer_is_mailed_what_they_paid(self) -> None:
        """Of no refund, since there was none."""
        town = ordered()
        town.market.orders.cancel(ZOE, "o1", BAG)
        town.work()
        (confirmed,) = [each for each in town.outbox.messages if each.kind == "order-confirmed"]
        assert confirmed.facts["total"] == house(town)
        assert confirmed.facts["pieces"] == (COAT,)
        assert "refund-sent zoe" not in town.mails()

    def test_what_comes_back_later(self) -> None:
        """The rest of it can be refunded, and no more."""
        town = ordered()
        town.market.orders.cancel(ZOE, "o1", BAG)
        town.work()
        town.market.orders.cancel(HOUSE, "o1", COAT)
        town.work()
        assert house(town) == euros("0.00")
        assert town.bank.ledger.balance(Account.BUYER, "EUR") == euros("0.00")

    def test_all_of_them(self) -> None:
        """The order is cancelled, and nothing is taken."""
        town = ordered()
        town.market.orders.cancel(ZOE, "o1")
        town.work()
        assert town.order().state is OrderState.CANCELLED
        assert [act.split()[0] for act in acts(town)] == ["authorise", "voided"]


class TestC7WhenItIsNotClear:
    """C7: answers that were lost, and cancellations that were slower than the capture."""

    @pytest.mark.parametrize("fault", Fault)
    def test_cancelled_after_an_answer_that_was_lost(self, fault: Fault) -> None:
        """What was taken is looked up: nothing is taken twice, and what is too much goes back."""
        town = ordered()
        deaf, line = deafened(town)
        line.arm(fault, 0)
        assert deaf.work().postponed == 1
        line.disarm()
        taken_before = bool(house(town))
        town.market.orders.cancel(ZOE, "o1", BAG)
        town.wait(hours=1)
        other = ordered()
        other.market.orders.cancel(ZOE, "o1", BAG)
        other.work()
        assert house(town) == house(other)
        assert town.order().accounts == other.order().accounts
        assert [act.split()[0] for act in acts(town)].count("capture") == 1
        assert bool(back_at_once(town)) == taken_before

    @pytest.mark.parametrize("forgotten", [False, True])
    def test_a_part_whose_answer_was_lost(self, forgotten: bool) -> None:  # noqa: FBT001 - a parameter
        """Requested again, it is the same part, whether its key is known still or not."""
        town = ordered()
        town.market.orders.cancel(ZOE, "o1", BAG)
        deaf, line = deafened(town)
        line.arm(Fault.LOST_AFTER, 0)
        deaf.work()
        line.disarm()
        if forgotten:
            town.bank.forget_keys()
        town.wait(hours=1)
        assert town.order().state is OrderState.PAID
        assert not back_at_once(town)
        assert house(town) == town.order().captured[0].amount

    def test_less_was_taken_elsewhere(self) -> None:
        """By a person at the provider's own desk: too little, and another person must look."""
        town = ordered()
        taken = town.bank.capture("desk", "authorisation-1", euros("10.00"))
        assert isinstance(taken, Captured)
        town.work()
        (letter,) = town.market.dead_letters.list(HOUSE)
        assert "another amount was captured: 10.00 EUR" in letter.reason
        assert town.order().state is OrderState.PLACED

    def test_more_than_is_owed_was_taken_elsewhere(self) -> None:
        """All of it, although a piece was cancelled: what is too much goes back."""
        town = ordered()
        total = town.order().placed.payments[0].amount
        town.market.orders.cancel(ZOE, "o1", BAG)
        town.bank.capture("desk", "authorisation-1", total)
        town.work()
        assert town.order().state is OrderState.PAID
        (back,) = back_at_once(town)
        assert house(town) == total - back

    def test_of_a_cancelled_order(self) -> None:
        """A part was taken before all was cancelled: that part goes back."""
        town = ordered()
        town.market.orders.cancel(ZOE, "o1")
        town.bank.capture("desk", "authorisation-1", euros("10.00"))
        town.work()
        assert back_at_once(town) == [euros("10.00")]
        assert house(town) == euros("0.00")


class TestC5WithAGiftCard:
    """C5, F4: the gift card has paid at once; the hold is captured for what it leaves."""

    @pytest.mark.parametrize("amount", ["50.00", "100.00"])
    def test_the_same_as_if_all_had_been_captured(self, amount: str) -> None:
        """What the card does not pay is captured, down to nothing."""
        towns: list[Town] = []
        for early in (True, False):
            town = Town.built().stock()
            town.market.cards.buy(ZOE, "p1", euros(amount), "", CARD)
            town.work()
            code = str(town.outbox.messages[-1].facts["code"])
            town.buy(COAT, BAG, code=code)
            if not early:
                town.work()
            town.market.orders.cancel(ZOE, "o1", COAT)
            town.work()
            towns.append(town)
        first, second = towns
        assert house(first) == house(second)
        assert first.order().accounts == second.order().accounts
        assert first.order().state is OrderState.PAID
        assert not first.order().owed
        number = first.order().placed.payments[0].reference
        cards = [each.market.shop.store.read(f"card/{number}").version for each in towns]
        assert cards[0] == cards[1]

    def test_nothing_is_left_to_capture(self) -> None:
        """Then the hold is voided, and the order is paid by the gift card alone."""
        town = Town.built().stock()
        town.market.cards.buy(ZOE, "p1", euros("100.00"), "", CARD)
        town.work()
        code = str(town.outbox.messages[-1].facts["code"])
        town.buy(COAT, BAG, code=code)
        town.market.orders.cancel(ZOE, "o1", COAT)
        before = house(town)
        town.work()
        assert house(town) == before
        assert acts(town)[-1].startswith("voided")
        assert [payment.amount for payment in town.order().captured][1:] == [euros("0.00")]

    def test_nothing_was_left_and_all_was_taken(self) -> None:
        """The void finds what an earlier attempt took, and it goes back."""
        town = Town.built().stock()
        town.market.cards.buy(ZOE, "p1", euros("100.00"), "", CARD)
        town.work()
        code = str(town.outbox.messages[-1].facts["code"])
        town.buy(COAT, BAG, code=code)
        before = house(town)
        deaf, line = deafened(town)
        line.arm(Fault.LOST_AFTER, 0)
        deaf.work()
        line.disarm()
        town.market.orders.cancel(ZOE, "o1", COAT)
        town.wait(hours=1)
        assert town.order().state is OrderState.PAID
        assert house(town) == before


class TestC7ByHand:
    """C7: a capture made elsewhere is recorded with what was taken."""

    def test_within_what_is_owed_and_what_was_held(self) -> None:
        """Not a cent less, nor one more."""
        town = ordered()
        held = town.order().placed.payments[0].amount
        town.market.orders.cancel(ZOE, "o1", BAG)
        other = ordered()
        other.market.orders.cancel(ZOE, "o1", BAG)
        other.work()
        least = other.order().captured[0].amount
        cent = euros("0.01")
        for wrong in (least - cent, held + cent):
            with pytest.raises(MoneyError, match="from "):
                town.market.orders.record_capture(
                    HOUSE, "o1", "card", "authorisation-1", "r1", amount=wrong
                )
        with pytest.raises(CurrencyMismatchError):
            town.market.orders.record_capture(
                HOUSE, "o1", "card", "authorisation-1", "r1", amount=Money(99, "USD")
            )
        paid = town.market.orders.record_capture(
            HOUSE, "o1", "card", "authorisation-1", "r1", amount=least
        )
        assert isinstance(paid, Order)
        assert paid.state is OrderState.PAID
        assert not any(refund.payments for refund in paid.owed.values())

    def test_all_of_it(self) -> None:
        """Without an amount; what was cancelled is then owed back."""
        town = ordered()
        held = town.order().placed.payments[0].amount
        town.market.orders.cancel(ZOE, "o1", BAG)
        paid = town.market.orders.record_capture(HOUSE, "o1", "card", "authorisation-1", "r1")
        assert isinstance(paid, Order)
        assert paid.captured[0].amount == held
        assert [refund.released for refund in paid.owed.values()] == [()]
