"""Drawn lives of orders: no life breaks the books, whatever is done with an order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from hypothesis.strategies import DataObject

from tests.effort import sampled
from vintage_rules import (
    Place,
    calendar,
    load_policy,
)
from vintage_rules.errors import CalendarRangeError
from vintage_rules.money import total
from vintage_rules.orders import (
    HousePolicy,
    OrderHistory,
    OrderPlaced,
    Step,
    replay_order,
)
from vintage_rules.orders.events import OutcomeFeesCharged
from vintage_rules.policies import shipped_policies
from vintage_rules.policies.book import PolicyBook
from vintage_rules.testing import strategies
from vintage_rules.testing.served import serves
from vintage_rules.world import calendar_of

MANY = settings(
    max_examples=sampled(300),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


@cache
def house(name: str) -> HousePolicy:
    """Return a shipped policy."""
    return load_policy(name).on(date(2026, 9, 7))


def modes() -> Iterator[tuple[str, str]]:
    """Each shipped policy in each of its modes."""
    for name in shipped_policies():
        for mode in sorted(house(name).shipping.modes):
            yield name, mode


PLACES = (
    Place(country="FR", postal_code="33000"),
    Place(country="BE", postal_code="4000"),
    Place(country="PL", postal_code="00-001"),
    Place(country="GB", postal_code="E8 3PN"),
)


def placed_orders(policy: HousePolicy, mode: str) -> st.SearchStrategy[OrderPlaced]:
    """Draw orders to the first of the places above that a policy serves in a mode."""
    for place in PLACES:
        if serves(policy, place, mode):
            return strategies.orders(policy, mode=mode, place=place)
    return st.nothing()


def lived(
    placed: OrderPlaced, steps: tuple[Step, ...], until: datetime, policy: HousePolicy
) -> OrderHistory:
    """Replay a life; one whose days lie beyond all calendars is none."""
    try:
        return replay_order(
            placed,
            steps,
            until,
            policy,
            calendar=calendar(policy.calendar),
            destination_calendar=calendar_of(placed.destination),
        )
    except (CalendarRangeError, OverflowError):
        reject()


def assert_books_balance(history: OrderHistory, placed: OrderPlaced) -> None:
    """Require that the books balance and nothing gets back more than it paid."""
    balance, currency = history.balance, history.total.currency.code
    parts = [balance.buyer, balance.house, balance.carrier, *balance.sellers.values()]
    assert not total(parts, currency)
    paid = dict.fromkeys((payment.tender for payment in placed.payments), history.total * 0)
    for payment in placed.payments:
        paid[payment.tender] += payment.amount
    for refund in history.refunds:
        assert refund.total == total((each.amount for each in refund.by_tender), currency)
        for each in refund.by_tender:
            paid[each.tender] -= each.amount
    assert all(left.amount >= 0 for left in paid.values())
    assert balance.buyer.amount <= 0
    charged = any(event.event == OutcomeFeesCharged.name for event in history.events)
    for seller, amount in balance.sellers.items():
        payouts = [payout.amount for payout in history.payouts if payout.seller == seller]
        # What they still owe of fees on an outcome is taken to be paid.
        assert amount <= total(payouts, currency)
        assert charged or amount == total(payouts, currency)
    refunded = [piece for refund in history.refunds for piece in refund.pieces]
    assert len(set(refunded)) == len(refunded)


class TestDrawnLives:
    """C7, R6, F1: the books of an order balance, whatever is done with it."""

    @pytest.mark.parametrize(("name", "mode"), list(modes()))
    @MANY
    @given(data=st.data())
    def test_books_balance(self, name: str, mode: str, data: DataObject) -> None:
        """Under every shipped policy, in each of its modes."""
        policy = house(name)
        placed = data.draw(placed_orders(policy, mode))
        steps = data.draw(strategies.order_steps(placed, policy))
        end = (steps[-1].at if steps else placed.at) + timedelta(days=200)
        history = lived(placed, steps, end, policy)
        assert_books_balance(history, placed)
        self.assert_a_prefix_agrees(history, placed, steps, policy, data)

    def assert_a_prefix_agrees(
        self,
        history: OrderHistory,
        placed: OrderPlaced,
        steps: tuple[Step, ...],
        policy: HousePolicy,
        data: DataObject,
    ) -> None:
        """What had happened by an earlier moment is the beginning of what happens later."""
        first = data.draw(st.integers(0, len(steps)))
        at = steps[first - 1].at if first else placed.at
        before = lived(placed, steps[:first], at, policy)
        assert history.events[: len(before.events)] == before.events

    @MANY
    @given(book=strategies.policies(), data=st.data())
    def test_under_drawn_policies(self, book: PolicyBook, data: DataObject) -> None:
        """Whatever a house decides that loads."""
        policy = book.latest
        mode = data.draw(st.sampled_from(sorted(policy.shipping.modes)))
        placed = data.draw(placed_orders(policy, mode))
        steps = data.draw(strategies.order_steps(placed, policy))
        end = (steps[-1].at if steps else placed.at) + timedelta(days=200)
        assert_books_balance(lived(placed, steps, end, policy), placed)
