"""Towns for tests: small ones, so that hundreds of months pass in a minute."""

from __future__ import annotations

from hypothesis import settings

from vintage_rules import calendar, load_policy
from vintage_rules.ports import EventStore
from vintage_rules.testing.simulation import Report, Scale, Simulation

BOOK = load_policy("imparfaite")
FRANCE = calendar("FR")
SMALL = Scale(buyers=12, sellers=5, pieces=24, deeds_a_day=8)
CHUNK = 10
# 200 months on each store; where the whole suite is only looked through, 20.
SEEDS = 20 if settings.get_current_profile_name() == "brief" else 200
CHUNKS = range(0, SEEDS, CHUNK)


def month(seed: int, store: EventStore, *, chance: float = 0.06) -> Report:
    """Let a small town live for 30 days, with something wrong at every sixteenth call."""
    simulation = Simulation(
        book=BOOK, calendar=FRANCE, seed=seed, days=30, chance=chance, scale=SMALL
    )
    return simulation.run(store)
