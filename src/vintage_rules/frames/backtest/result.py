"""What a backtest finds: two policies over the same past orders, in figures."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from attrs import frozen

from vintage_rules.ids import Edition
from vintage_rules.money import Money


class Party(StrEnum):
    """Who pays or gets money of an order: buyers pay what the other three get."""

    BUYERS = "buyers"
    SELLERS = "sellers"
    HOUSE = "house"
    CARRIERS = "carriers"


class Dimension(StrEnum):
    """What orders are grouped by."""

    COUNTRY = "country"
    MONTH = "month"
    MODE = "mode"
    PRICE = "price"


@frozen(kw_only=True)
class Sums:
    """What a party pays or gets for all orders that both policies price."""

    before: Money
    after: Money

    @property
    def change(self) -> Money:
        """What comes on top under the second policy; below zero if it is less."""
        return self.after - self.before


@frozen(kw_only=True)
class Group:
    """The orders of one country, month, mode or price band, and what changes for each party.

    A band of prices has no name but bounds: from `least`, and below `below`, None for no bound.
    """

    name: str
    least: Money | None = None
    below: Money | None = None
    orders: int
    changed: int
    change: Mapping[Party, Money]


@frozen(kw_only=True)
class ChangedOrder:
    """One order and what each party pays or gets under both policies."""

    order: str
    country: str
    mode: str
    sums: Mapping[Party, Sums]


@frozen(kw_only=True)
class Step:
    """How many orders cost their buyers so much more: from `least`, and below `below`.

    None means no end on that side. Orders that cost less have bounds below zero.
    """

    least: Money | None
    below: Money | None
    orders: int


@frozen(kw_only=True)
class NotPriced:
    """Orders that a policy has no price for, by the reason that the rule gives."""

    edition: Edition
    reason: str
    orders: int


@frozen(kw_only=True)
class Crossing:
    """Orders that a limit holds for under one policy and not under the other."""

    limit: str
    before: int
    after: int
    entered: int
    left: int


@frozen(kw_only=True)
class Backtest:
    """Two policies over the same orders.

    `orders` is the number of all, `compared` of those that both policies price, `changed` of those
    of them for which any amount differs, `dearer` and `cheaper` of those that cost their buyers
    more or less.
    `median` is that of the changes to what buyers pay, over the changed orders, None if none is.
    """

    before: Edition
    after: Edition
    currency: str
    orders: int
    compared: int
    changed: int
    dearer: int
    cheaper: int
    median: Money | None
    sums: Mapping[Party, Sums]
    groups: Mapping[Dimension, tuple[Group, ...]]
    steps: tuple[Step, ...]
    most: tuple[ChangedOrder, ...]
    not_priced: tuple[NotPriced, ...]
    crossings: tuple[Crossing, ...]
