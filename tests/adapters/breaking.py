"""Which tests of a contract an adapter fails, without running pytest inside pytest."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import pytest


def cases(test: object) -> Iterator[dict[str, object]]:
    """Give the arguments of each case of a test that is parametrised by one name, else one."""
    marks: list[pytest.Mark] = getattr(test, "pytestmark", [])
    if not marks:
        yield {}
    for mark in marks:
        name, values = mark.args
        yield from ({name: value} for value in values)


def failed(contract: type, **fixtures: object) -> set[str]:
    """Name the tests of a contract that fail when they are given these fixtures."""
    broken = set()
    for name, test in inspect.getmembers(contract, inspect.isfunction):
        if name.startswith("test_"):
            for case in cases(test):
                try:
                    test(contract(), **fixtures, **case)
                except (Exception, pytest.fail.Exception):  # noqa: BLE001 - whatever a broken one does
                    broken.add(name)
    return broken
