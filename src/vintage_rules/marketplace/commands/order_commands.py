"""Telling an order something, on behalf of somebody whose it is to tell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from vintage_rules.errors import NotFoundError
from vintage_rules.marketplace.actors import Actor, require_buyer, require_house
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import ORDERS
from vintage_rules.marketplace.storage.unit_of_work import Stream, UnitOfWork
from vintage_rules.orders.commands import OrderCommand, TellClaim, TellReturn
from vintage_rules.orders.decide import ORDER
from vintage_rules.orders.events import OrderEvent
from vintage_rules.orders.refusals import OrderCommandRefused
from vintage_rules.orders.states import Order
from vintage_rules.returns.claim.commands import OpenClaim
from vintage_rules.returns.claim.decide import ClaimCommandRefused
from vintage_rules.returns.claims import ClaimRefused
from vintage_rules.returns.eligibility import ReturnRefused
from vintage_rules.returns.request.commands import RequestReturn
from vintage_rules.returns.request.decide import ReturnCommandRefused
from vintage_rules.returns.routing import NoRoute
from vintage_rules.shipping.parcel.decide import ParcelCommandRefused

Refusal: TypeAlias = (
    OrderCommandRefused
    | ParcelCommandRefused
    | ReturnRefused
    | ReturnCommandRefused
    | ClaimRefused
    | ClaimCommandRefused
    | NoRoute
)
Answer: TypeAlias = Order | Refusal
May: TypeAlias = Callable[[Order], None]
Commands: TypeAlias = Callable[[Order, datetime], Sequence[OrderCommand]]


def known_order(loaded: Stream[Order, OrderEvent], order: str) -> Order:
    """Give an order. Raises `NotFoundError` for one that was never placed."""
    if loaded.state is None:
        raise NotFoundError("order", order)
    return loaded.state


def tell(
    shop: Shop,
    session: UnitOfWork,
    loaded: Stream[Order, OrderEvent],
    commands: Sequence[OrderCommand],
) -> Answer:
    """Tell an order commands, all or none of them, under the edition it was placed under."""
    order = known_order(loaded, loaded.stream)
    policy = shop.edition(order.placed.edition)
    happened: list[OrderEvent] = []
    for command in commands:
        _require_case(order, command)
        decided = ORDER.decide(order, command, policy, shop.calendar)
        if not isinstance(decided, tuple):
            return decided
        happened.extend(decided)
        order = ORDER.replay(decided, order) or order
    return session.happen(loaded, happened)


def _require_case(order: Order, command: OrderCommand) -> None:
    """Only what begins a return or a claim may name one that there is not."""
    match command:
        case TellReturn(case=case, command=told):
            if case not in order.returns and not isinstance(told, RequestReturn):
                raise NotFoundError("case", case, tuple(order.returns))
        case TellClaim(case=case, command=told):
            if case not in order.claims and not isinstance(told, OpenClaim):
                raise NotFoundError("claim", case, tuple(order.claims))
        case _:
            pass


@frozen
class OrderDesk:
    """Where orders are told things. What a command brings about is written with what time has
    brought about before it.
    """

    shop: Shop

    def by_buyer(self, by: Actor, order: str, commands: Commands) -> Answer:
        """Let the buyer of an order, or the house, tell it something."""
        return self.tell(
            by,
            order,
            lambda known: require_buyer(by, known.placed.buyer, "tell an order something"),
            commands,
        )

    def by_house(self, by: Actor, order: str, commands: Commands) -> Answer:
        """Let the house tell an order something."""
        return self.tell(by, order, lambda _: require_house(by, "decide about an order"), commands)

    def tell(self, by: Actor, order: str, may: May, commands: Commands) -> Answer:
        """Tell an order what commands say about it as it stands, if `may` lets it."""

        def act(session: UnitOfWork) -> Answer:
            loaded = session.load(ORDERS, order)
            known = known_order(loaded, order)
            may(known)
            told = commands(known, session.now)
            return tell(self.shop, session, loaded, told) if told else known

        return self.shop.do(by, act)
