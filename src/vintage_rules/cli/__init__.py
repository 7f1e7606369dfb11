"""`vintage-rules`: the rules on the command line. Only here a clock is read."""

from __future__ import annotations

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0 if it answered, 1 if something given is wrong, 2 if the command itself is.
    """
    from vintage_rules.cli.app import run

    return run(arguments)
