"""A shop as a host builds one, for the worker of the command line to find."""

from __future__ import annotations

from datetime import timedelta

from attrs import evolve

from tests.marketplace.town import MONDAY, Town, known
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.system_clock import SystemClock
from vintage_rules.marketplace import Shop
from vintage_rules.ports import EventStore


def build(store: EventStore) -> Shop:
    """Build a shop over a store, by the clock of the machine."""
    return evolve(Town.built(store).market.shop, clock=SystemClock())


def a_month_later(store: EventStore) -> Shop:
    """Build a shop over a store that was used on a Monday, thirty days after it."""
    return Town.built(store, at=MONDAY + timedelta(days=30)).market.shop


def no_shop(store: EventStore) -> object:
    """Build something else."""
    return store


def unreachable(store: EventStore) -> Shop:
    """Build a shop whose people have no address: what it writes to them is given up."""
    return evolve(build(store), notifier=Outbox(known()))
