"""The stores that are measured, and the `eventsourcing` library beside them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from eventsourcing.domain import Aggregate, event
from pytest_benchmark.fixture import BenchmarkFixture

T = TypeVar("T")

EVENT = {"buyer": "zoe", "price": "89.90", "currency": "EUR", "edition": "imparfaite@2023-01-01"}
LIFE = 3  # events of one aggregate, of one stream
WAYS = ["memory", "SQLite", "PostgreSQL"]
THEIRS = "eventsourcing on that PostgreSQL"


class Piece(Aggregate):
    """What `eventsourcing` saves: an aggregate with an event for each thing that happened."""

    @event("Listed")
    def __init__(self, facts: dict[str, str]) -> None:
        self.facts = facts

    @event("Offered")
    def offer(self, facts: dict[str, str]) -> None:
        """Let an offer be made."""
        self.facts = facts


def lives(aggregates: int) -> tuple[tuple[Piece, ...], dict[str, object]]:
    """Let aggregates live, unsaved."""
    pieces = tuple(Piece(EVENT) for _ in range(aggregates))
    for piece in pieces:
        for _ in range(LIFE - 1):
            piece.offer(EVENT)
    return pieces, {}


def name(benchmark: BenchmarkFixture, group: str, way: str, things: int = 1) -> None:
    """Say what is measured, and how many things a round does."""
    benchmark.group = group
    benchmark.extra_info["way"] = way
    benchmark.extra_info["things"] = things


def measured(benchmark: BenchmarkFixture, work: Callable[..., T], **how: object) -> T:
    """Measure something, and give what it answers."""
    answer: T = benchmark.pedantic(work, **how)  # type: ignore[no-untyped-call]  # it tells none
    return answer
