"""C7: of every charge that is asked for it is known what came of it; only one becomes an order."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from vintage_rules import Money
from vintage_rules.errors import CorruptHistoryError
from vintage_rules.ids import BuyerId, OrderId
from vintage_rules.marketplace.storage.checkout_stream import (
    ChargeAbandoned,
    ChargeAnswered,
    ChargeBegun,
    ChargeDeclined,
    ChargeReported,
    ChargeState,
    CheckoutEvent,
    CheckoutState,
    OrderWritten,
    evolve_checkout,
)
from vintage_rules.ports import Charge, WebhookKind

MONDAY = datetime(2026, 9, 7, 8, tzinfo=UTC)


def begun(attempt: int) -> ChargeBegun:
    """Ask for a charge, the first or another."""
    return ChargeBegun(
        at=MONDAY,
        buyer=BuyerId("zoe"),
        tender="card",
        charge=Charge(
            key=f"o1/charge/{attempt}",
            order=OrderId("o1"),
            amount=Money("89.90", "EUR"),
            source="approved",
        ),
    )


DECLINED = ChargeDeclined(at=MONDAY, code="insufficient-funds")
ABANDONED = ChargeAbandoned(at=MONDAY)
WRITTEN = OrderWritten(at=MONDAY, order=OrderId("o1"))
ANSWERED = ChargeAnswered(at=MONDAY, key="o1/charge/1", reference="pi_1")
REPORTED = ChargeReported(at=MONDAY, kind=WebhookKind.AUTHORISED)


def told(*events: CheckoutEvent) -> CheckoutState:
    """Give the file as events leave it."""
    file: CheckoutState | None = None
    for event in events:
        file = evolve_checkout(file, event)
    assert file is not None
    return file


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([begun(1)], ChargeState.BEGUN),
        ([begun(1), DECLINED], ChargeState.DECLINED),
        ([begun(1), ABANDONED], ChargeState.ABANDONED),
        ([begun(1), WRITTEN], ChargeState.PLACED),
        ([begun(1), DECLINED, begun(2)], ChargeState.BEGUN),
        ([begun(1), ABANDONED, begun(2)], ChargeState.BEGUN),
        ([begun(1), ABANDONED, begun(2), WRITTEN], ChargeState.PLACED),
        # What the provider answers or reports settles nothing by itself, however late it comes.
        ([begun(1), ANSWERED], ChargeState.BEGUN),
        ([begun(1), REPORTED], ChargeState.BEGUN),
        ([begun(1), DECLINED, ANSWERED], ChargeState.DECLINED),
        ([begun(1), ABANDONED, ANSWERED], ChargeState.ABANDONED),
        ([begun(1), WRITTEN, ANSWERED], ChargeState.PLACED),
        ([begun(1), WRITTEN, REPORTED], ChargeState.PLACED),
    ],
)
def test_what_is_known_of_a_charge(events: list[CheckoutEvent], state: ChargeState) -> None:
    """Declined or given up, another may be requested, and the last one counts."""
    file = told(*events)
    attempts = [event for event in events if isinstance(event, ChargeBegun)]
    assert (file.state, file.attempts, file.begun) == (state, len(attempts), attempts[-1])


@pytest.mark.parametrize(
    "events",
    [
        [DECLINED],
        [begun(1), begun(2)],
        [begun(1), DECLINED, WRITTEN],
        [begun(1), ABANDONED, WRITTEN],
        [begun(1), WRITTEN, ABANDONED],
        [begun(1), WRITTEN, begun(2)],
        [begun(1), DECLINED, REPORTED],
        [begun(1), ABANDONED, REPORTED],
    ],
)
def test_what_cannot_follow(events: list[CheckoutEvent]) -> None:
    """No order comes of a charge that was declined or given up, and of an order no other charge."""
    with pytest.raises(CorruptHistoryError):
        told(*events)
