"""Towns for tests: small ones, so that a month takes a second; each house in turn."""

from __future__ import annotations

from tests.effort import sampled
from vintage_rules import calendar, load_policy
from vintage_rules.policies import PolicyBook, shipped_policies
from vintage_rules.ports import EventStore
from vintage_rules.testing.simulation import Report, Scale, Simulation

BOOK = load_policy("imparfaite")
FRANCE = calendar("FR")
BOOKS = tuple(
    map(
        load_policy,
        (
            *shipped_policies(),
            "tests/policies/houses/corner-shop.toml",
            "tests/policies/houses/grand-bazaar.toml",
        ),
    )
)
SMALL = Scale(buyers=12, sellers=5, pieces=24, deeds_a_day=8)
CHUNK = 10
SEEDS = sampled(200)  # months on each store
CHUNKS = range(0, SEEDS, CHUNK)


def month(seed: int, store: EventStore, *, chance: float = 0.06) -> Report:
    """Let a small town live for 30 days, with something wrong at every sixteenth call."""
    book = BOOKS[seed % len(BOOKS)]
    return month_of(book, seed, store, chance=chance)


def month_of(
    book: PolicyBook, seed: int, store: EventStore, *, chance: float = 0.06, days: int = 30
) -> Report:
    """Let a small town live on a house, in its own days of rest."""
    days_of_rest = calendar(book.latest.calendar)
    simulation = Simulation(
        book=book, calendar=days_of_rest, seed=seed, days=days, chance=chance, scale=SMALL
    )
    return simulation.run(store)
