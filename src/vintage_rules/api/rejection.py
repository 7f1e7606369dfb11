"""What is said about a question that cannot be answered: where in it, and why."""

from __future__ import annotations

from typing import TypeAlias

Steps: TypeAlias = tuple[str | int, ...]


class Rejection(Exception):  # noqa: N818 - it is an answer on its way out, not a failure of ours
    """A question that cannot be answered: the path to what is wrong in it, and a message.

    >>> str(Rejection("facts.mode", "must be given"))
    'facts.mode: must be given'
    """

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        self.message = message
        super().__init__(path, message)

    def __str__(self) -> str:
        return f"{self.path}: {self.message}" if self.path else self.message


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
