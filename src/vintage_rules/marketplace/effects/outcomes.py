"""What can come of carrying an instruction out, and the steps that every carrier-out takes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeAlias

from attrs import frozen

from vintage_rules.marketplace.commands.order_commands import known_order, tell
from vintage_rules.marketplace.shop import Shop
from vintage_rules.marketplace.storage.streams import ORDERS
from vintage_rules.marketplace.storage.unit_of_work import UnitOfWork
from vintage_rules.orders.commands import OrderCommand
from vintage_rules.orders.states import Order

WORKER = "worker"


@frozen(kw_only=True)
class Carried:
    """It was done, or need not be any more."""


@frozen(kw_only=True)
class NotYet:
    """It is done again after a while: nothing is wrong."""

    reason: str


@frozen(kw_only=True)
class PermanentFailure:
    """It cannot be done; a person must look."""

    reason: str


Outcome: TypeAlias = Carried | NotYet | PermanentFailure

DONE = Carried()


def tell_order(
    shop: Shop, order: str, command: Callable[[Order, datetime], OrderCommand]
) -> Carried:
    """Tell an order something; what it refuses it has been told before."""

    def act(session: UnitOfWork) -> Carried:
        loaded = session.load(ORDERS, order)
        known = known_order(loaded, order)
        tell(shop, session, loaded, [command(known, session.now)])
        return DONE

    return shop.do(WORKER, act)


def order_now(shop: Shop, order: str) -> Order:
    """Give an order as it was last written."""
    return shop.do(WORKER, lambda session: known_order(session.load(ORDERS, order), order))
