"""Prints every time as a ratio, since seconds differ between machines and ratios hardly do."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from eventsourcing.application import Application

from benchmarks.stores import WAYS
from tests import postgresql
from vintage_rules.adapters.memory.store import MemoryStore
from vintage_rules.adapters.sql import SqlStore
from vintage_rules.ports.store import EventStore

REFERENCES = {"py-moneyed by hand", "PostgreSQL"}


class Measured(Protocol):
    """What pytest-benchmark knows of one measurement."""

    group: str
    params: dict[str, Any]
    extra_info: dict[str, Any]

    def __getitem__(self, statistic: str) -> float: ...


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Print, group by group, how much longer each way takes than the reference."""
    session = getattr(config, "_benchmarksession", None)
    groups: dict[str, list[Measured]] = defaultdict(list)
    for measured in session.benchmarks if session else ():
        groups[measured.group or "other"].append(measured)
    for group, ways in groups.items():
        terminalreporter.section(f"{group}, best of all rounds")
        reference = next((way for way in ways if _label(way) in REFERENCES), ways[0])
        for way in sorted(ways, key=lambda way: way["min"]):
            ratio = way["min"] / reference["min"]
            line = f"{_label(way):44} {way['min'] * 1e6:10.2f} µs {ratio:9.2f} ×"
            terminalreporter.line(line + _rate(way))


def _label(measured: Measured) -> str:
    return str(measured.extra_info["way"])


def _rate(measured: Measured) -> str:
    """Say how many a second there are of what a round does, where it was told."""
    things = measured.extra_info.get("things")
    return f"{things / measured['min']:12,.0f} /s" if things else ""


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    with postgresql.server() as url:
        yield url


@pytest.fixture(params=WAYS)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EventStore]:
    if request.param == "memory":
        yield MemoryStore()
        return
    sqlite = f"sqlite:///{tmp_path / 'shop.db'}"
    url = sqlite if request.param == "SQLite" else request.getfixturevalue("server")
    with SqlStore.open(url) as opened:
        if url != sqlite:
            postgresql.emptied(url)
        yield opened


@pytest.fixture(scope="session")
def application(server: str) -> Iterator[Application[UUID]]:
    host = parse_qs(urlsplit(server).query)["host"][0]
    environment = {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": "postgres",
        "POSTGRES_HOST": host,
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "",
    }
    application: Application[UUID] = Application(env=environment)
    with closing(application):
        yield application


@pytest.fixture
def way(request: pytest.FixtureRequest) -> str:
    return str(request.node.callspec.params["store"])
