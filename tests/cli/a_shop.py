"""A shop as a host builds one, for the worker of the command line to find."""

from __future__ import annotations

from attrs import evolve

from tests.marketplace.town import Town, known
from vintage_rules.adapters.memory.notifier import Outbox
from vintage_rules.adapters.system_clock import SystemClock
from vintage_rules.marketplace import Shop
from vintage_rules.ports import EventStore


def build(store: EventStore) -> Shop:
    """Build a shop over a store, by the clock of the machine."""
    return evolve(Town.built(store).market.shop, clock=SystemClock())


def no_shop(store: EventStore) -> object:
    """Build something else."""
    return store


def unreachable(store: EventStore) -> Shop:
    """Build a shop whose people have no address: what it writes to them is given up."""
    return evolve(build(store), notifier=Outbox(known()))
