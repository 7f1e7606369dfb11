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
from attrs.converters import optional

from vintage_rules.dates import instant
from vintage_rules.errors import CorruptHistoryError
from vintage_rules.ids import BuyerId, OrderId
from vintage_rules.ports.payments import Charge, WebhookKind


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
class ChargeAnswered:
    """The provider has a name for a charge, under which it is looked up from now on."""

    name: ClassVar[str] = "charge-answered"
    at: datetime = field(converter=instant)
    key: str
    reference: str


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
    """The order was placed, and is paid with this charge.

    `expires_at` is when the provider said that what is held lapses.
    """

    name: ClassVar[str] = "order-written"
    at: datetime = field(converter=instant)
    order: OrderId
    expires_at: datetime | None = field(default=None, converter=optional(instant))


@frozen(kw_only=True)
class ChargeReported:
    """The provider reported of its own accord what became of the charge."""

    name: ClassVar[str] = "charge-reported"
    at: datetime = field(converter=instant)
    kind: WebhookKind


CheckoutEvent: TypeAlias = (
    ChargeBegun | ChargeAnswered | ChargeDeclined | ChargeAbandoned | ChargeReported | OrderWritten
)

CHARGE_TRANSITIONS: Mapping[ChargeState, Mapping[type[CheckoutEvent], ChargeState]] = {
    ChargeState.BEGUN: {
        ChargeAnswered: ChargeState.BEGUN,
        ChargeReported: ChargeState.BEGUN,
        ChargeDeclined: ChargeState.DECLINED,
        ChargeAbandoned: ChargeState.ABANDONED,
        OrderWritten: ChargeState.PLACED,
    },
    # The answer for a charge that was abandoned may come late: its hold must still be found.
    ChargeState.DECLINED: {
        ChargeAnswered: ChargeState.DECLINED,
        ChargeBegun: ChargeState.BEGUN,
    },
    ChargeState.ABANDONED: {
        ChargeAnswered: ChargeState.ABANDONED,
        ChargeBegun: ChargeState.BEGUN,
    },
    ChargeState.PLACED: {
        ChargeAnswered: ChargeState.PLACED,
        ChargeReported: ChargeState.PLACED,
    },
}


@frozen(kw_only=True)
class CheckoutState:
    """A checkout as its history has left it.

    `attempts` counts the charges requested; `references` are the provider's names of those it has
    answered for, by their keys.
    """

    state: ChargeState
    begun: ChargeBegun
    attempts: int
    references: Mapping[str, str]

    @property
    def keys(self) -> tuple[str, ...]:
        """Our keys of all charges that were requested, the first one first."""
        checkout = self.begun.charge.order
        return tuple(attempt_key(checkout, number) for number in range(1, self.attempts + 1))

    def charge(self, charge: Charge) -> Charge:
        """Return a charge of this checkout with the provider's name for it, where it is known."""
        return changed(charge, reference=self.references.get(charge.key))


def evolve_checkout(checkout: CheckoutState | None, event: CheckoutEvent) -> CheckoutState:
    """Return the state after an event.

    Raises:
        CorruptHistoryError: If the event cannot follow.
    """
    if checkout is None:
        if not isinstance(event, ChargeBegun):
            raise CorruptHistoryError(event, None)
        return CheckoutState(state=ChargeState.BEGUN, begun=event, attempts=1, references={})
    next_state = CHARGE_TRANSITIONS[checkout.state].get(type(event))
    if next_state is None:
        raise CorruptHistoryError(event, checkout.state)
    if isinstance(event, ChargeBegun):
        attempts = checkout.attempts + 1
        return changed(checkout, state=next_state, begun=event, attempts=attempts)
    if isinstance(event, ChargeAnswered):
        references = {**checkout.references, event.key: event.reference}
        return changed(checkout, state=next_state, references=references)
    return changed(checkout, state=next_state)


def attempt_key(checkout: str, attempt: int) -> str:
    """Name our request for the first, second, … charge of a checkout.

    >>> attempt_key("o1", 2)
    'o1/charge/2'
    """
    return f"{checkout}/charge/{attempt}"


_OF_CARD = "gift-card-"


def card_checkout(number: str) -> str:
    """Name the checkout in which a gift card is bought.

    >>> card_checkout("7HK2AAAABB")
    'gift-card-7HK2AAAABB'
    """
    return f"{_OF_CARD}{number}"


def card_of_checkout(checkout: str) -> str | None:
    """Return the number of the gift card that a checkout is named after; None for an order.

    >>> card_of_checkout("gift-card-7HK2AAAABB")
    '7HK2AAAABB'
    """
    return checkout.removeprefix(_OF_CARD) if checkout.startswith(_OF_CARD) else None
