"""The provider's name for a charge outlives its keys: a charge is looked up, and not made again."""

from __future__ import annotations

import pytest
from attrs import evolve

from tests.marketplace.town import CARD, COAT, HOUSE, ZOE, Town, euros
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.errors import CorruptHistoryError
from vintage_rules.ids import BuyerId, OrderId
from vintage_rules.marketplace.storage.checkout_stream import (
    ChargeAbandoned,
    ChargeAnswered,
    ChargeBegun,
    CheckoutState,
    OrderWritten,
    evolve_checkout,
)
from vintage_rules.marketplace.storage.streams import CHECKOUTS
from vintage_rules.money import Money
from vintage_rules.orders.states import Order
from vintage_rules.ports import Captured, ChallengeNeeded, Charge

CHALLENGED = evolve(CARD, source="challenged")


@pytest.fixture
def town() -> Town:
    """A coat for sale."""
    return Town.built().stock()


def held(town: Town) -> Money:
    """Give what the bank holds of buyers."""
    return town.bank.ledger.balance(Account.HELD, "EUR")


def references(town: Town, checkout: str = "o1") -> dict[str, str]:
    """Give what is kept of a checkout."""
    found: dict[str, str] = {}
    for record in town.market.shop.store.read(CHECKOUTS.stream_name(checkout)).records:
        event = CHECKOUTS.codec.decode(record).event
        if isinstance(event, ChargeAnswered):
            found[event.key] = event.reference
    return found


class TestKept:
    """From the first answer on, one for each charge, and once."""

    def test_of_a_hold(self, town: Town) -> None:
        """The order is paid under the same name."""
        placed = town.buy(COAT)
        assert isinstance(placed, Order)
        (payment,) = placed.placed.payments
        assert references(town) == {"o1/charge/1": payment.reference}

    def test_of_a_challenge(self, town: Town) -> None:
        """Asked again, it is not written again."""
        for _ in range(2):
            answer = town.buy(COAT, means=CHALLENGED)
            assert isinstance(answer, ChallengeNeeded)
            assert references(town) == {"o1/charge/1": answer.reference}
        names = [each.name for each in town.market.shop.store.read("checkout/o1").records]
        assert names == ["charge-begun", "charge-answered"]

    def test_of_each_charge(self, town: Town) -> None:
        """The one that was given up keeps its own."""
        first, second = town.buy(COAT, means=CHALLENGED), town.buy(COAT)
        assert isinstance(first, ChallengeNeeded)
        assert isinstance(second, Order)
        (payment,) = second.placed.payments
        expected = {"o1/charge/1": first.reference, "o1/charge/2": payment.reference}
        assert references(town) == expected

    def test_of_a_decline(self, town: Town) -> None:
        """There is nothing to look up."""
        town.buy(COAT, means=evolve(CARD, source="declined:no-money"))
        assert references(town) == {}


class TestForgottenKeys:
    """A provider forgets keys after a day or less; what it holds it does not forget."""

    def test_a_cancelled_order_is_released(self, town: Town) -> None:
        """The hold itself is, and no other is made and released in its place."""
        town.buy(COAT)
        town.market.orders.cancel(HOUSE, "o1")
        town.bank.forget_keys()
        assert held(town)
        town.work()
        assert not held(town)
        assert town.order().state == "cancelled"

    def test_a_charge_that_led_to_no_order_is_released(self, town: Town) -> None:
        """The buyer passed the challenge and never came back, and the worker was away for days."""
        answer = town.buy(COAT, means=CHALLENGED)
        assert isinstance(answer, ChallengeNeeded)
        town.bank.answer_challenge(answer.reference)
        assert held(town)
        town.bank.forget_keys()
        town.wait(days=2)
        assert not held(town)

    def test_the_buyer_comes_back(self, town: Town) -> None:
        """The same checkout finds the same hold: there is no second one."""
        answer = town.buy(COAT, means=CHALLENGED)
        assert isinstance(answer, ChallengeNeeded)
        town.bank.answer_challenge(answer.reference)
        once = held(town)
        town.bank.forget_keys()
        placed = town.buy(COAT, means=CHALLENGED)
        assert isinstance(placed, Order)
        assert placed.placed.payments[0].reference == answer.reference
        assert held(town) == once

    @pytest.mark.parametrize("taken", ["50.00", "49.99"])
    def test_a_card_that_was_paid_is_not_cancelled(self, town: Town, taken: str) -> None:
        """Its money was taken under a key that is forgotten: it is found where it is all of it.

        Of another amount, a person looks, and the card waits.
        """
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        (number,) = (name.removeprefix("card/") for name in town.market.shop.store.streams("card/"))
        reference = references(town, f"gift-card-{number}").popitem()[1]
        answer = town.bank.capture(f"capture/{reference}", reference, euros(taken))
        assert isinstance(answer, Captured)
        town.bank.forget_keys()
        is_whole = taken == "50.00"
        assert town.work().dead_lettered == (0 if is_whole else 1)
        reasons = [letter.reason for letter in town.market.dead_letters.list(HOUSE)]
        another = "another amount was captured: 49.99 EUR"
        assert reasons == ([] if is_whole else [another])
        names = [each.name for each in town.market.shop.store.read(f"card/{number}").records]
        assert names == (["card-ordered", "card-paid"] if is_whole else ["card-ordered"])

    @pytest.mark.parametrize("cancelled", [False, True])
    def test_an_order_that_was_paid_is_paid(self, town: Town, cancelled: bool) -> None:  # noqa: FBT001 - a parameter
        """Captured, its answer lost and its key forgotten: what is cancelled is owed back."""
        placed = town.buy(COAT)
        assert isinstance(placed, Order)
        (payment,) = placed.placed.payments
        town.bank.capture(f"capture/{payment.reference}", payment.reference, payment.amount)
        town.bank.forget_keys()
        if cancelled:
            town.market.orders.cancel(HOUSE, "o1")
        assert town.work().dead_lettered == 0
        order = town.order()
        assert order.captured == (payment,)
        assert order.state == ("cancelled" if cancelled else "paid")
        assert len(order.sent) == (1 if cancelled else 0)

    def test_a_card_that_is_refused_is_cancelled(self, town: Town) -> None:
        """The other side: nothing was taken of it."""
        town.market.cards.buy(ZOE, "p1", euros("50.00"), "", CARD)
        (number,) = (name.removeprefix("card/") for name in town.market.shop.store.streams("card/"))
        town.wait(days=60)
        names = [each.name for each in town.market.shop.store.read(f"card/{number}").records]
        assert names == ["card-ordered", "card-cancelled"]


class TestTheStream:
    """An answer may come at any moment after its charge was begun, and never before."""

    def begun(self, key: str = "o1/charge/1") -> ChargeBegun:
        """Begin a charge."""
        charge = Charge(key=key, order=OrderId("o1"), amount=euros("90.00"), source="x")
        at = Town.built().clock.now()
        return ChargeBegun(at=at, buyer=BuyerId("zoe"), tender="card", charge=charge)

    def after(self, *events: object) -> CheckoutState:
        """Apply events."""
        state: CheckoutState | None = None
        for event in events:
            state = evolve_checkout(state, event)  # type: ignore[arg-type]
        assert state is not None
        return state

    def test_late_answers(self) -> None:
        """Of a charge that was given up, and of one whose order was placed."""
        first, second = self.begun(), self.begun("o1/charge/2")
        at = first.at
        answered = ChargeAnswered(at=at, key=first.charge.key, reference="r1")
        abandoned = (first, ChargeAbandoned(at=at))
        placed = (*abandoned, second, OrderWritten(at=at, order=OrderId("o1")))
        for events in ((first,), abandoned, (*abandoned, second), placed):
            before, after = self.after(*events), self.after(*events, answered)
            assert after == evolve(before, references={"o1/charge/1": "r1"})
            assert after.charge(first.charge).reference == "r1"
            assert after.charge(second.charge).reference is None

    def test_an_answer_to_nothing(self) -> None:
        """Is no history."""
        answered = ChargeAnswered(at=self.begun().at, key="k", reference="r1")
        with pytest.raises(CorruptHistoryError):
            evolve_checkout(None, answered)
