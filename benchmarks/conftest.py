"""Prints every time as a ratio, since seconds differ between machines and ratios hardly do."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Protocol

import pytest

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
