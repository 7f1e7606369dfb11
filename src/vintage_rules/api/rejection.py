"""A request that cannot be answered: every problem in it, where it is and why.

Whatever refuses a value, the reader of a fact or a rule that was given it, becomes a `Problem`
here, and the first of several is the path of the answer's error.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import IntEnum
from typing import TypeAlias

from attrs import frozen

Steps: TypeAlias = tuple[str | int, ...]

_MOST_SHOWN = 5


class Rank(IntEnum):
    """Which problems are reported.

    Values of the wrong shape, and only if there are none what the policy of the house refuses.
    """

    SHAPE = 0
    CURRENCY = 1
    NAME = 2


@frozen
class Problem:
    """One thing that is wrong, and the way to it."""

    steps: Steps
    message: str
    rank: Rank = Rank.SHAPE

    def inside(self, *steps: str | int) -> Problem:
        """Return the same problem as seen from outside the value it is in."""
        return Problem((*steps, *self.steps), self.message, self.rank)


class Rejection(Exception):  # noqa: N818 - it is an answer on its way out, not a failure of ours
    """A request that cannot be answered.

    The path to what is wrong first, and a message that names the other problems too.

    >>> str(Rejection("facts.mode", "must be given"))
    'facts.mode: must be given'
    """

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(path, message)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


class Problems(Exception):  # noqa: N818 - the same
    """Everything that is wrong inside one value; its reader raises it to whatever holds the value.

    >>> str(Problems([Problem(("mode",), "must be given")]).rejection("facts"))
    'facts.mode: must be given'
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__(self.problems)

    def rejection(self, *start: str | int) -> Rejection:
        """Return the rejection of a request in which the value is found by these steps."""
        first = min(problem.rank for problem in self.problems)
        found = (problem for problem in self.problems if problem.rank is first)
        found_at = [(path_of((*start, *problem.steps)), problem.message) for problem in found]
        path, message = found_at[0]
        others = "".join(f"; also {path}: {also}" for path, also in found_at[1:_MOST_SHOWN])
        return Rejection(path, message + others)


def path_of(steps: Steps) -> str:
    """Write the way to a value: names with dots, places in a list in brackets.

    >>> path_of(("facts", "pieces", 1, "price", "currency"))
    'facts.pieces[1].price.currency'
    """
    written = ""
    for step in steps:
        if isinstance(step, int):
            written += f"[{step}]"
        else:
            written += f".{step}" if written else step
    return written
