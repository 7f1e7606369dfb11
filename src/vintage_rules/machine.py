"""What all machines share."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from attrs import frozen

from vintage_rules.errors import CorruptHistoryError

S = TypeVar("S")
E = TypeVar("E")
Decide = TypeVar("Decide")
FallDue = TypeVar("FallDue")
Evolve = TypeVar("Evolve")
Replay = TypeVar("Replay")
NextDeadline = TypeVar("NextDeadline")


@frozen(kw_only=True)
class Machine(Generic[Decide, FallDue, Evolve, Replay, NextDeadline]):
    """The functions of one machine: what a command does, what time does, what events make."""

    decide: Decide
    fall_due: FallDue
    evolve: Evolve
    replay: Replay
    next_deadline: NextDeadline


def following(table: Mapping[S, Mapping[type[E], S]], state: S, event: E) -> S:
    """Look up the state an event leads to.

    Raises:
        CorruptHistoryError: If it cannot happen there.

    >>> following({"shut": {str: "open"}, "open": {}}, "shut", "knock")
    'open'
    """
    try:
        return table[state][type(event)]
    except KeyError:
        raise CorruptHistoryError(event, state) from None


def admits(table: Mapping[S, Mapping[type[E], S]], state: S, event: type[E]) -> bool:
    """Return whether an event of that type can happen in a state.

    >>> admits({"shut": {str: "open"}, "open": {}}, "open", str)
    False
    """
    return event in table[state]
