"""What events make of the payouts of an order. No policy and no guard lives here."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, assert_never

from attrs import evolve as changed

from vintage_rules.errors import CorruptHistoryError
from vintage_rules.ids import PieceId
from vintage_rules.orders.events import (
    PayoutBegun,
    PayoutFellDue,
    PayoutSent,
    PayoutWithheld,
)
from vintage_rules.orders.ledger import HOUSE, moved, seller_account
from vintage_rules.orders.payout_events import (
    HeldPayoutEvent,
    PayoutFailed,
    PayoutsFrozen,
    PayoutsReleased,
)
from vintage_rules.orders.states import Order, PayoutState
from vintage_rules.orders.transitions import PAYOUT_TRANSITIONS

PayoutEvent: TypeAlias = PayoutFellDue | PayoutWithheld | PayoutBegun | PayoutSent | HeldPayoutEvent


def payout_changed(order: Order, event: PayoutEvent) -> Order:
    """Return the order after an event of its payouts.

    Raises:
        CorruptHistoryError: If the event cannot follow.
    """
    match event:
        case PayoutFellDue() | PayoutWithheld():
            return _moved_on(order, event, (event.piece,))
        case PayoutBegun():
            return _moved_on(_paying(order, event), event, (event.piece,))
        case PayoutSent():
            accounts = moved(order.accounts, seller_account(event.seller), HOUSE, event.amount)
            begun = order if event.piece in order.paying else _paying(order, event)
            return _moved_on(changed(begun, accounts=accounts), event, (event.piece,))
        case PayoutFailed():
            return _back(order, event)
        case PayoutsFrozen():
            frozen = order.frozen.union(event.pieces)
            return _moved_on(changed(order, frozen=frozen), event, event.pieces)
        case PayoutsReleased():
            frozen = order.frozen.difference(event.pieces)
            return _moved_on(changed(order, frozen=frozen), event, event.pieces)
        case _:
            assert_never(event)


def _moved_on(order: Order, event: PayoutEvent, pieces: Iterable[PieceId]) -> Order:
    payouts = dict(order.payouts)
    for piece in pieces:
        next_state = PAYOUT_TRANSITIONS[payouts[piece]].get(type(event))
        if next_state is None:
            raise CorruptHistoryError(event, payouts[piece])
        payouts[piece] = next_state
    return changed(order, payouts=payouts)


def _paying(order: Order, event: PayoutBegun | PayoutSent) -> Order:
    """Keep what is paid, and what of a seller's fees on an outcome that pays.

    No later refund changes either.
    """
    paying = {**order.paying, event.piece: event.amount}
    if not order.seller_fees_on(event.piece):
        return changed(order, paying=paying)
    deducted = order.earned_before_fees(event.piece) - event.amount
    return changed(order, paying=paying, deducted={**order.deducted, event.piece: deducted})


def _back(order: Order, event: PayoutFailed) -> Order:
    """Owe a seller what came back, and forget what its payout had settled."""
    piece, accounts = event.piece, order.accounts
    if order.payouts[piece] is PayoutState.SENT:
        accounts = moved(accounts, HOUSE, seller_account(event.seller), event.amount)
    returned = order.returned_payouts.get(piece, 0) + 1
    back = changed(
        order,
        accounts=accounts,
        paying={other: amount for other, amount in order.paying.items() if other != piece},
        deducted={other: amount for other, amount in order.deducted.items() if other != piece},
        frozen=order.frozen | {piece},
        returned_payouts={**order.returned_payouts, piece: returned},
    )
    return _moved_on(back, event, (piece,))
