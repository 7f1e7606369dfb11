"""Executing commands on an order: who may, under which edition, and all or none of them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from vintage_rules.errors import NotFoundError
from vintage_rules.machine import require_expected
from vintage_rules.marketplace.actors import WORKER, Actor, require_buyer, require_house
from vintage_rules.marketplace.observing import command_name
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import ORDERS
from vintage_rules.marketplace.storage.unit_of_work import Stream, UnitOfWork
from vintage_rules.orders.commands import CommandClaim, CommandReturn, OrderCommand
from vintage_rules.orders.decide import ORDER, OrderRefused
from vintage_rules.orders.events import OrderEvent
from vintage_rules.orders.states import Order
from vintage_rules.returns.claim.commands import OpenClaim
from vintage_rules.returns.request.commands import RequestReturn

Answer: TypeAlias = Order | OrderRefused
Require: TypeAlias = Callable[[Order], None]
Commands: TypeAlias = Callable[[Order, datetime], Sequence[OrderCommand]]


def known_order(stream: Stream[Order, OrderEvent], order: str) -> Order:
    """Return an order.

    Raises:
        NotFoundError: For one that was never placed.
    """
    if stream.state is None:
        raise NotFoundError("order", order)
    return stream.state


def load_order(shop: Shop, order: str) -> Order:
    """Return an order as it was last recorded.

    Raises:
        NotFoundError: For one that was never placed.
    """
    return shop.do(WORKER, lambda work: known_order(work.load(ORDERS, order), order))


def execute(
    shop: Shop,
    work: UnitOfWork,
    stream: Stream[Order, OrderEvent],
    commands: Sequence[OrderCommand],
) -> Order | OrderRefused:
    """Record what commands do to an order, all or none, under the edition it was placed under.

    What time has done to it before is recorded with them.
    """
    order = known_order(stream, stream.name)
    policy = shop.edition(order.placed.edition)
    events: list[OrderEvent] = []
    for command in commands:
        _require_case(order, command)
        decided = ORDER.decide(order, command, policy, shop.calendar)
        if not isinstance(decided, tuple):
            return decided
        events.extend(decided)
        order = ORDER.replay(decided, order)
    return work.record(stream, events)


def execute_own(
    shop: Shop,
    work: UnitOfWork,
    stream: Stream[Order, OrderEvent],
    command: OrderCommand,
    *,
    expected: Collection[StrEnum] = (),
) -> Order:
    """Execute a command of the marketplace itself and give the order after it.

    A refusal for expected reasons changes nothing: the command comes again after a crash, or
    another worker was first.

    Raises:
        CorruptHistoryError: For any other refusal.
    """
    known = known_order(stream, stream.name)
    answer = execute(shop, work, stream, [command])
    if isinstance(answer, Order):
        return answer
    require_expected(answer, command, known.state, expected)
    return known


def _require_case(order: Order, command: OrderCommand) -> None:
    """Only what begins a return or a claim may name one that there is not."""
    match command:
        case CommandReturn(case=case, command=inner):
            if case not in order.returns and not isinstance(inner, RequestReturn):
                raise NotFoundError("case", case, tuple(order.returns))
        case CommandClaim(case=case, command=inner):
            if case not in order.claims and not isinstance(inner, OpenClaim):
                raise NotFoundError("claim", case, tuple(order.claims))
        case _:
            pass


def execute_by(shop: Shop, by: Actor, order: str, require: Require, commands: Commands) -> Answer:
    """Execute commands that depend on the order as it is, if `require` lets the actor.

    No command leaves the order as it is.
    """

    def act(work: UnitOfWork) -> Answer:
        stream = work.load(ORDERS, order)
        known = known_order(stream, order)
        require(known)
        given = commands(known, work.now)
        return execute(shop, work, stream, given) if given else known

    return shop.do(by, act, command_name(commands))


def execute_by_buyer(shop: Shop, by: Actor, order: str, commands: Commands) -> Answer:
    """Execute commands of the buyer of an order, or of the house.

    Raises:
        NotAllowedError: If the actor may not do this.
    """
    return execute_by(
        shop,
        by,
        order,
        lambda known: require_buyer(by, known.placed.buyer, "change an order"),
        commands,
    )


def execute_by_house(shop: Shop, by: Actor, order: str, commands: Commands) -> Answer:
    """Execute commands of the house.

    Raises:
        NotAllowedError: For anyone else.
    """
    return execute_by(
        shop, by, order, lambda _: require_house(by, "decide about an order"), commands
    )


def update_order(
    shop: Shop,
    order: str,
    command: Callable[[datetime], OrderCommand],
    *,
    expected: Collection[StrEnum],
) -> Order:
    """Execute a command of a worker as `execute_own` does, and give the order after it."""

    def act(work: UnitOfWork) -> Order:
        stream = work.load(ORDERS, order)
        return execute_own(shop, work, stream, command(work.now), expected=expected)

    return shop.do(WORKER, act)
