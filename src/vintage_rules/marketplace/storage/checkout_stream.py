"""The stream of one checkout: the charges requested before there is an order.

A charge is recorded before the provider is called to hold it. So whatever crashes, a charge that
led to no order is found again and voided.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import ClassVar, TypeAlias

from attrs import evolve as changed
from attrs import field, frozen

from vintage_rules.dates import instant
from vintage_rules.errors import CorruptHistoryError
from vintage_rules.ids import BuyerId, OrderId
from vintage_rules.ports.payments import Charge


class ChargeState(StrEnum):
    """The state of the charge that was requested last."""

    BEGUN = "begun"
    DECLINED = "declined"
    ABANDONED = "abandoned"
    PLACED = "placed"


@frozen(kw_only=True)
class ChargeBegun:
    """The provider of a means of payment is about to be called to hold an amount."""

    name: ClassVar[str] = "charge-begun"
    at: datetime = field(converter=instant)
    buyer: BuyerId
    tender: str
    charge: Charge


@frozen(kw_only=True)
class ChargeDeclined:
    """The provider declined."""

    name: ClassVar[str] = "charge-declined"
    at: datetime = field(converter=instant)
    code: str


@frozen(kw_only=True)
class ChargeAbandoned:
    """No order will use the charge: whatever is held is voided."""

    name: ClassVar[str] = "charge-abandoned"
    at: datetime = field(converter=instant)


@frozen(kw_only=True)
class OrderWritten:
    """The order was placed, and is paid with this charge."""

    name: ClassVar[str] = "order-written"
    at: datetime = field(converter=instant)
    order: OrderId


CheckoutEvent: TypeAlias = ChargeBegun | ChargeDeclined | ChargeAbandoned | OrderWritten

CHARGE_TRANSITIONS: Mapping[ChargeState, Mapping[type[CheckoutEvent], ChargeState]] = {
    ChargeState.BEGUN: {
        ChargeDeclined: ChargeState.DECLINED,
        ChargeAbandoned: ChargeState.ABANDONED,
        OrderWritten: ChargeState.PLACED,
    },
    ChargeState.DECLINED: {ChargeBegun: ChargeState.BEGUN},
    ChargeState.ABANDONED: {ChargeBegun: ChargeState.BEGUN},
    ChargeState.PLACED: {},
}


@frozen(kw_only=True)
class CheckoutState:
    """A checkout as its history has left it; `attempts` counts the charges requested."""

    state: ChargeState
    begun: ChargeBegun
    attempts: int


def evolve_checkout(checkout: CheckoutState | None, event: CheckoutEvent) -> CheckoutState:
    """Return the state after an event.

    Raises:
        CorruptHistoryError: If the event cannot follow.
    """
    if checkout is None:
        if not isinstance(event, ChargeBegun):
            raise CorruptHistoryError(event, None)
        return CheckoutState(state=ChargeState.BEGUN, begun=event, attempts=1)
    next_state = CHARGE_TRANSITIONS[checkout.state].get(type(event))
    if next_state is None:
        raise CorruptHistoryError(event, checkout.state)
    if isinstance(event, ChargeBegun):
        return CheckoutState(state=next_state, begun=event, attempts=checkout.attempts + 1)
    return changed(checkout, state=next_state)


def card_checkout(number: str) -> str:
    """Name the checkout in which a gift card is bought.

    >>> card_checkout("7HK2AAAABB")
    'gift-card-7HK2AAAABB'
    """
    return f"gift-card-{number}"
