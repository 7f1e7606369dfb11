"""Holds that lapse before they are captured, as a provider's do after seven days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.marketplace.town import COAT, HOUSE, Town
from vintage_rules.adapters.memory.ledger import Account
from vintage_rules.adapters.memory.payments import HELD_FOR
from vintage_rules.orders.states import OrderState

TICK = timedelta(microseconds=1)


@pytest.mark.parametrize(
    ("late", "state", "price"),
    [(-TICK, OrderState.PAID, "sold"), (timedelta(), OrderState.CANCELLED, "listed")],
    ids=["held", "lapsed"],
)
def test_c7_both_sides_of_the_end_of_a_hold(late: timedelta, state: OrderState, price: str) -> None:
    """C7: captured while it is held; lapsed, the order is cancelled and the piece is on sale."""
    town = Town.built().stock()
    town.buy(COAT)
    town.clock.advance(HELD_FOR + late)
    town.work()
    assert town.order().state is state
    assert town.market.pieces.view(HOUSE, COAT).state == price
    taken = town.bank.ledger.balance(Account.HOUSE, "EUR")
    assert bool(taken) == (state is OrderState.PAID)
    mailed = "order-cancelled zoe" if state is OrderState.CANCELLED else "order-confirmed zoe"
    assert mailed in town.mails()
