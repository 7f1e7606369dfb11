"""Rewire every edge of every transition table to every other state, and print what no test notices.

    python -m tests.rewire [machine ...]

Tests derived from a table cannot see a wrong table, so only stories written from the clauses are
run against each rewired one: properties and conversations are left out. Each rewiring lives in a
process of its own. Nothing printed but the counts means that no rewiring survived; the exit
status is the number of machines with survivors.
"""

from __future__ import annotations

import argparse
import os
import signal
import sys
from collections.abc import Iterator, MutableMapping
from enum import StrEnum
from typing import Any, NamedTuple

import pytest

Table = MutableMapping[StrEnum, MutableMapping[type, StrEnum]]


LONGEST = 60


class Machine(NamedTuple):
    """The tables of a machine, by name, and the tests that tell its stories."""

    tables: dict[str, Table]
    tests: list[str]


class Rewiring(NamedTuple):
    """One edge led somewhere else."""

    table: str
    state: StrEnum
    event: type
    target: StrEnum

    def __str__(self) -> str:
        return f"{self.table}: {self.state} --{self.event.__name__}--> {self.target}"


def machines() -> dict[str, Machine]:
    """Every machine of the library."""
    from vintage_rules.marketplace.storage import checkout_stream
    from vintage_rules.offers import transitions as offers
    from vintage_rules.orders import transitions as orders
    from vintage_rules.pricing.gift_card import transitions as cards
    from vintage_rules.returns.claim import transitions as claims
    from vintage_rules.returns.request import transitions as returns
    from vintage_rules.shipping.parcel import transitions as parcels

    return {
        "parcel": Machine(
            {"parcel": _table(parcels.PARCEL_TRANSITIONS)}, ["tests/shipping/test_parcel.py"]
        ),
        "offer": Machine(
            {
                name: _table(getattr(offers, name))
                for name in dir(offers)
                if name.endswith("TRANSITIONS")
            },
            ["tests/offers"],
        ),
        "return": Machine(
            {
                "return": _table(returns.RETURN_TRANSITIONS),
                "claim": _table(claims.CLAIM_TRANSITIONS),
            },
            ["tests/returns"],
        ),
        "card": Machine(
            {"card": _table(cards.CARD_TRANSITIONS)}, ["tests/pricing/test_gift_card.py"]
        ),
        "charge": Machine(
            {"charge": _table(checkout_stream.CHARGE_TRANSITIONS)},
            ["tests/marketplace/test_charges.py"],
        ),
        "order": Machine(
            {
                "order": _table(orders.ORDER_TRANSITIONS),
                "payout": _table(orders.PAYOUT_TRANSITIONS),
            },
            ["tests/orders"],
        ),
    }


def _table(table: Any) -> Table:  # noqa: ANN401 - read-only to everybody else
    return table  # type: ignore[no-any-return]


def rewirings(machine: Machine) -> Iterator[tuple[Table, Rewiring]]:
    """Every edge of a machine, led to every other state of its table."""
    for name, table in machine.tables.items():
        for state, edges in table.items():
            for event, right in edges.items():
                for wrong in table:
                    if wrong != right:
                        yield table, Rewiring(name, state, event, wrong)


class Rewirer:
    """Runs the collected stories once for each rewiring, instead of once."""

    def __init__(self, machine: Machine) -> None:
        """Remember what to rewire."""
        self.machine = machine
        self.survivors: list[Rewiring] = []
        self.tried = 0

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep the stories: no properties, no conversations, nothing that reads the table."""
        items[:] = [item for item in items if _is_story(item)]

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Rewire, run until a test fails, and count what none noticed."""
        if session.testsfailed or not session.items:
            raise session.Failed("no stories were collected")
        if _fails(session):
            raise session.Failed("the stories fail without any rewiring")
        for table, rewiring in rewirings(self.machine):
            self.tried += 1
            if not _fails(session, table, rewiring):
                self.survivors.append(rewiring)
                say(f"survived: {rewiring}")
        return True


def say(line: str) -> None:
    """Print a line at once, so that long work shows where it is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _is_story(item: pytest.Item) -> bool:
    test = getattr(item, "obj", None)
    conversation = "Conversation" in item.nodeid or "Table" in item.nodeid
    return not conversation and not hasattr(test, "hypothesis") and "xplor" not in item.nodeid


def _fails(
    session: pytest.Session, table: Table | None = None, rewiring: Rewiring | None = None
) -> bool:
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] != 0
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    signal.alarm(LONGEST)  # a rewired deadline may fall due for ever, which is noticed too
    if table is not None and rewiring is not None:
        table[rewiring.state][rewiring.event] = rewiring.target
    for place, item in enumerate(session.items):
        following = session.items[place + 1] if place + 1 < len(session.items) else None
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
        if session.testsfailed:
            os._exit(1)
    os._exit(0)


def main() -> int:
    """Try every rewiring of the machines named, or of all."""
    known = machines()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("machine", nargs="*", choices=[*known, []], help="one or more of these")
    survived = 0
    for name in parser.parse_args().machine or known:
        rewirer = Rewirer(known[name])
        options = ["-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:terminal"]
        status = pytest.main([*options, *known[name].tests], plugins=[rewirer])
        if not rewirer.tried:
            return int(status) or 1
        say(f"{name}: {rewirer.tried} rewirings, {len(rewirer.survivors)} survived")
        survived += bool(rewirer.survivors)
    return survived


if __name__ == "__main__":
    sys.exit(main())
