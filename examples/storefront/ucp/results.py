"""The result of the conformance suite as a table: `python -m examples.storefront.ucp.results LOG`.

The log is what the suite's files print, each after its name, such as `== order_test.py`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

_FILE = re.compile(r"== (\w+)_test\.py")
_TEST = re.compile(r"\[\s+(OK|FAILED)\s+\] \w+\.test_(\w+)")
_NO_PUT = (
    "The specification has no `PUT` of an order: platforms read orders and hear of them. What was "
    "sent, cancelled and given back is what the library knows of the order, so no platform can "
    "write it; `405`."
)
WHY = {
    "discovery": (
        "The profile names the one handler that takes money here. The test wants `google_pay` and "
        "`shop_pay` in it too, which the shop does not take."
    ),
    "discovery_urls": (
        "The addresses of the specification on `ucp.dev` could not be reached from where the suite "
        "was run; those of the shop itself could."
    ),
    "order_update": _NO_PUT,
    "order_adjustments": f"{_NO_PUT} The test makes a refund by sending one.",
    "invalid_adjustment_status": f"{_NO_PUT} The test wants `422`.",
    "malformed_adjustment_payload": f"{_NO_PUT} The test wants `422`.",
}


def rows(log: Iterable[str]) -> Iterator[tuple[str, str, bool]]:
    """Return each test of a log: its file, its name and whether it has passed."""
    file = ""
    for line in log:
        if (found := _FILE.match(line)) is not None:
            file = found[1]
        elif (found := _TEST.match(line)) is not None:
            yield file, found[2], found[1] == "OK"


def table(log: Iterable[str]) -> str:
    """Return the table of a log, in the order of the names of its tests.

    Raises:
        KeyError: For a test that has failed, and of which `WHY` does not say why.
    """
    lines = ["| file | test | result | why |", "| --- | --- | --- | --- |"]
    for file, test, passed in sorted(rows(log)):
        shown = "passes | " if passed else f"**fails** | {WHY[test]}"
        lines.append(f"| {file} | `{test}` | {shown} |")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(f"{table(Path(sys.argv[1]).read_text('utf-8').splitlines())}\n")
