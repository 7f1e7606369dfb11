"""`vintage-rules`: the rules on the command line. Only here a clock is read."""

from __future__ import annotations

import gc
import sys
from collections.abc import Sequence

_ALLOCATIONS_BETWEEN_COLLECTIONS = 100_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    0 if it answered, 1 if something given is wrong, 2 if the command itself is.
    """
    given = sys.argv[1:] if arguments is None else arguments
    if _is_plain_eval(given):
        # One line is answered before the libraries that draw tables and help have loaded. What is
        # loaded for it lives until the end: collecting garbage while it loads, or later among what
        # has loaded, finds next to none.
        gc.set_threshold(_ALLOCATIONS_BETWEEN_COLLECTIONS)
        from vintage_rules.cli.errors import status_of
        from vintage_rules.cli.evaluation import evaluate_argument

        gc.freeze()
        return status_of(lambda: evaluate_argument(given[1] if len(given) > 1 else "-"))
    from vintage_rules.cli.app import run

    return run(given)


def _is_plain_eval(given: Sequence[str]) -> bool:
    """Whether this is `eval` with at most a file: no option to explain, nothing to refuse."""
    command, *files = given or [""]
    return command == "eval" and (not files or files == ["-"] or _is_file(files))


def _is_file(files: Sequence[str]) -> bool:
    return len(files) == 1 and not files[0].startswith("-")
