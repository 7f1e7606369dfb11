"""Kill processes of a shop at random moments, let the rest go on, and audit the books.

    python -m tests.kills [--kills 200] [--store sqlite|postgresql] [--seed 1] [--keep FOLDER]

Two clients and two workers share a database; the clock, the banks, the payer of sellers, the
carrier and the mailbox are another process, which is never killed. SIGKILL ends one of the four,
and of PostgreSQL its postmaster, all of its processes, or one of them; now and then the disk is
full for a while, where a small one may be mounted. After 50 kills the town comes to rest, and its
records are held against the ledgers of the outside. The exit status is 1 if anything does not hold;
`--keep` is where the records of such a town are written.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from pathlib import Path

from tests.kills.run import kill_in_town

_TOWN = 50  # kills


def main() -> int:
    """Kill, and print each town as it comes to rest."""
    parser = argparse.ArgumentParser(prog="python -m tests.kills")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--store", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path)
    given = parser.parse_args()
    done = orders = broken = 0
    seed = given.seed
    while done < given.kills:
        show = partial(_show, done, given.kills)
        kills = min(_TOWN, given.kills - done)
        report = kill_in_town(given.store, seed, kills, show, keep=given.keep)
        done += report.kills.total()
        orders += report.orders
        broken += len(report.violations)
        _say("\r")
        print(report, *report.violations, sep="\n  ", flush=True)
        seed += 1
    print(f"{given.store}: {done} kills, {orders} orders, {broken} violations")
    return 1 if broken else 0


def _show(before: int, wanted: int, killed: int) -> None:
    _say(f"\r{before + killed} of {wanted} kills")


def _say(text: str) -> None:
    if sys.stderr.isatty():
        print(text, end="", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
