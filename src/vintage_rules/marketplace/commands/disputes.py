"""Disputes: what a buyer's bank does about a charge, recorded on the order or gift card it paid.

Until a dispute has ended, no seller of the order is paid and nothing is refunded to the means of
payment; a gift card that was bought with it pays nothing. Clauses C5, R6.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from vintage_rules.errors import NotFoundError
from vintage_rules.machine import taken
from vintage_rules.marketplace.commands.order_commands import execute_own, known_order
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.unit_of_work import Stream, UnitOfWork
from vintage_rules.orders.commands import (
    OrderCommand,
    RecordDispute,
    RecordDisputeLost,
    RecordDisputeWon,
)
from vintage_rules.orders.events import OrderEvent
from vintage_rules.orders.refusals import OrderCommandRefusal
from vintage_rules.orders.states import Order
from vintage_rules.pricing.gift_card.commands import (
    CardCommand,
    RecordCardDispute,
    RecordCardDisputeLost,
    RecordCardDisputeWon,
)
from vintage_rules.pricing.gift_card.decide import CARD, CardRefusal
from vintage_rules.pricing.gift_card.events import CardEvent
from vintage_rules.pricing.gift_card.states import Card, CardState


class DisputeStatus(StrEnum):
    """What has happened to a dispute: it was opened, or ended for the house or for the buyer."""

    LOST = "lost"
    OPENED = "opened"
    WON = "won"


def of_order(
    order: Order, tender: str, status: DisputeStatus, at: datetime
) -> Sequence[OrderCommand]:
    """Return the commands that record a dispute on an order; none once it was lost.

    Messages of a provider come in any order: one that was lost was opened before.
    """
    disputed = tender in order.disputed
    if not disputed and any(lost.tender == tender for lost in order.charged_back):
        return ()
    match status:
        case DisputeStatus.OPENED:
            return (RecordDispute(at=at, tender=tender),)
        case DisputeStatus.WON:
            return (RecordDisputeWon(at=at, tender=tender),)
        case DisputeStatus.LOST:
            opened = () if disputed else (RecordDispute(at=at, tender=tender),)
            return (*opened, RecordDisputeLost(at=at, tender=tender))
        case _:
            assert_never(status)


def record_on_order(
    shop: Shop,
    work: UnitOfWork,
    stream: Stream[Order, OrderEvent],
    tender: str,
    status: DisputeStatus,
) -> None:
    """Record a dispute that a provider reports on an order; again, it changes nothing."""
    order = known_order(stream, stream.name)
    for command in of_order(order, tender, status, work.now):
        execute_own(shop, work, stream, command, expected=_KNOWN)


_KNOWN = frozenset({OrderCommandRefusal.ALREADY_DISPUTED, OrderCommandRefusal.NOT_DISPUTED})


def of_card(card: Card, status: DisputeStatus, at: datetime) -> Sequence[CardCommand]:
    """Return the commands that record a dispute on a gift card; none once it was lost."""
    if card.state is CardState.REVOKED:
        return ()
    match status:
        case DisputeStatus.OPENED:
            return (RecordCardDispute(at=at),)
        case DisputeStatus.WON:
            return (RecordCardDisputeWon(at=at),)
        case DisputeStatus.LOST:
            opened = () if card.disputed else (RecordCardDispute(at=at),)
            return (*opened, RecordCardDisputeLost(at=at))
        case _:
            assert_never(status)


def record_on_card(
    work: UnitOfWork, stream: Stream[Card, CardEvent], status: DisputeStatus
) -> Card:
    """Record a dispute on a gift card and give the card; what is known already changes nothing.

    One that is not paid for has nothing that could be taken back.

    Raises:
        NotFoundError: For a card that was never ordered.
    """
    card = stream.state
    if card is None:
        raise NotFoundError("card", stream.name.partition("/")[2])
    for command in of_card(card, status, work.now):
        decided = CARD.decide(card, command, None)
        events = taken(decided, command, card.state, expected=_KNOWN_OF_CARD)
        card = work.record(stream, events)
    return card


_KNOWN_OF_CARD = frozenset(
    {CardRefusal.ALREADY_DISPUTED, CardRefusal.NOT_DISPUTED, CardRefusal.NOT_POSSIBLE_NOW}
)
