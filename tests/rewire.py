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
import pickle
import signal
import sys
from collections.abc import Callable, Iterator, Mapping, MutableMapping
from enum import StrEnum
from functools import partial
from itertools import pairwise
from typing import Any, NamedTuple

import pytest

Table = MutableMapping[StrEnum, MutableMapping[type, StrEnum]]
Edge = tuple[str, StrEnum, type]

# Of one story, in seconds of the processor's time.
LONGEST = 10


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
                "piece": _table(orders.PIECE_TRANSITIONS),
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


class Edges(dict[type, StrEnum]):
    """What follows in one state, and which of it is looked at."""

    def __init__(self, edges: Mapping[type, StrEnum], looked_at: Callable[[type], None]) -> None:
        """Begin with the right edges."""
        super().__init__(edges)
        self._looked_at = looked_at

    def get(self, event: type, default: Any = None) -> Any:  # noqa: ANN401 - as that of a dict
        """Give the state that follows."""
        self._looked_at(event)
        return super().get(event, default)

    def __getitem__(self, event: type) -> StrEnum:
        """Give the state that follows."""
        self._looked_at(event)
        return super().__getitem__(event)

    def __contains__(self, event: object) -> bool:
        """Return whether anything follows."""
        if isinstance(event, type):
            self._looked_at(event)
        return super().__contains__(event)


class Rewirer:
    """Runs the collected stories once for each rewiring, instead of once.

    The stories that pass an edge run first where it leads astray: one of them is likely to notice.
    All others follow, since what they share may have passed it before.
    """

    def __init__(self, machine: Machine, processes: int) -> None:
        """Remember what to rewire, and how many at once."""
        self.machine = machine
        self.processes = processes
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
        passed = self._passed(session)
        running: dict[int, Rewiring] = {}
        for table, rewiring in rewirings(self.machine):
            self.tried += 1
            if len(running) == self.processes:
                self._end_of_one(running)
            edge = (rewiring.table, rewiring.state, rewiring.event)
            likely = [
                item for item, edges in zip(session.items, passed, strict=True) if edge in edges
            ]
            others = [item for item in session.items if item not in set(likely)]
            running[_begun(session, [*likely, *others], table, rewiring)] = rewiring
        while running:
            self._end_of_one(running)
        return True

    def _end_of_one(self, running: dict[int, Rewiring]) -> None:
        child, status = os.wait()
        rewiring = running.pop(child)
        if status == 0:
            self.survivors.append(rewiring)
            say(f"survived: {rewiring}")

    def _passed(self, session: pytest.Session) -> list[set[Edge]]:
        """Run every story once as it is, and give the edges that each looks at."""
        reading, writing = os.pipe()
        child = os.fork()
        if not child:
            os.close(reading)
            with os.fdopen(writing, "wb") as result:
                pickle.dump(self._run_as_it_is(session), result)
            os._exit(1 if session.testsfailed else 0)
        os.close(writing)
        with os.fdopen(reading, "rb") as result:
            passed: list[set[Edge]] = pickle.loads(result.read())  # noqa: S301 - of our own child
        if os.waitpid(child, 0)[1] != 0:
            raise session.Failed("the stories fail without any rewiring")
        return passed

    def _run_as_it_is(self, session: pytest.Session) -> list[set[Edge]]:
        seen: set[Edge] = set()
        for name, table in self.machine.tables.items():
            for state, edges in table.items():
                table[state] = Edges(edges, partial(_note, seen, name, state))
        passed = []
        for item, following in pairwise([*session.items, None]):
            seen.clear()
            _run(item, following)
            passed.append(set(seen))
        return passed


def _note(seen: set[Edge], table: str, state: StrEnum, event: type) -> None:
    seen.add((table, state, event))


def _run(item: pytest.Item | None, following: pytest.Item | None) -> None:
    assert item is not None
    item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)


def _begun(
    session: pytest.Session, stories: list[pytest.Item], table: Table, rewiring: Rewiring
) -> int:
    """Begin a process that ends with status 0 only if no story fails with this rewiring.

    A deadline led astray may fall due for ever: the system ends such a story, which is noticed too.
    """
    child = os.fork()
    if child:
        return child
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    table[rewiring.state][rewiring.event] = rewiring.target
    for item, following in pairwise([*stories, None]):
        signal.setitimer(signal.ITIMER_PROF, LONGEST)
        _run(item, following)
        if session.testsfailed:
            os._exit(1)
    os._exit(0)


def say(line: str) -> None:
    """Print a line at once, so that long work shows where it is."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _is_story(item: pytest.Item) -> bool:
    test = getattr(item, "obj", None)
    conversation = "Conversation" in item.nodeid or "Table" in item.nodeid
    return not conversation and not hasattr(test, "hypothesis") and "xplor" not in item.nodeid


def main() -> int:
    """Try every rewiring of the machines named, or of all."""
    known = machines()
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("machine", nargs="*", choices=[*known, []], help="one or more of these")
    survived = 0
    for name in parser.parse_args().machine or known:
        rewirer = Rewirer(known[name], os.cpu_count() or 1)
        options = ["-o", "addopts=", "-p", "no:cacheprovider", "-p", "no:terminal"]
        status = pytest.main([*options, *known[name].tests], plugins=[rewirer])
        if not rewirer.tried:
            return int(status) or 1
        say(f"{name}: {rewirer.tried} rewirings, {len(rewirer.survivors)} survived")
        survived += bool(rewirer.survivors)
    return survived


if __name__ == "__main__":
    sys.exit(main())
