"""Towns for tests: small ones, so that a month takes a second."""

from __future__ import annotations

from tests.effort import sampled
from vintage_rules import calendar, load_policy
from vintage_rules.ports import EventStore
from vintage_rules.testing.simulation import Report, Scale, Simulation

BOOK = load_policy("imparfaite")
FRANCE = calendar("FR")
SMALL = Scale(buyers=12, sellers=5, pieces=24, deeds_a_day=8)
CHUNK = 10
SEEDS = sampled(200)  # months on each store
CHUNKS = range(0, SEEDS, CHUNK)


def month(seed: int, store: EventStore, *, chance: float = 0.06) -> Report:
    """Let a small town live for 30 days, with something wrong at every sixteenth call."""
    simulation = Simulation(
        book=BOOK, calendar=FRANCE, seed=seed, days=30, chance=chance, scale=SMALL
    )
    return simulation.run(store)
