"""Every test says in one sentence what it shows, and shows something."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
CONTRACTS = TESTS.parent / "src" / "vintage_rules" / "testing" / "contracts"
SHOWING = ("assert", "check", "expect", "verify")
EXPECTING = {"raises", "warns", "fail"}

FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def modules() -> Iterator[Path]:
    """List our modules of tests, and those that others run on their adapters."""
    yield from sorted(TESTS.rglob("test_*.py"))
    yield from sorted(CONTRACTS.rglob("*.py"))


@cache
def parsed(path: Path) -> ast.Module:
    """Read a module, once for all that looks at it."""
    return ast.parse(path.read_text("utf-8"))


def every_test(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every test function and method of a module."""
    for node in ast.walk(tree):
        if isinstance(node, FUNCTIONS) and node.name.startswith("test_"):
            yield node


def shows_something(test: ast.AST) -> bool:
    """Tell whether a test can fail: it asserts, expects an error, or calls what does."""
    for node in ast.walk(test):
        match node:
            case ast.Assert():
                return True
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)):
                if name in EXPECTING or name.startswith(SHOWING):
                    return True
            case _:
                pass
    return False


def failing(wrong: str) -> list[str]:
    """Name the tests that have no sentence, or show nothing."""
    names = []
    for path in modules():
        for test in every_test(parsed(path)):
            bad = not ast.get_docstring(test) if wrong == "sentence" else not shows_something(test)
            if bad:
                names.append(f"{path.name}:{test.lineno}: {test.name}")
    return names


class TestTests:
    """The tests themselves."""

    def test_say_what_they_show(self) -> None:
        """A docstring says it."""
        assert failing("sentence") == []

    def test_can_fail(self) -> None:
        """A test that asserts nothing proves nothing."""
        assert failing("assertion") == []

    def test_classes_say_what_they_are_about(self) -> None:
        """A class of tests has the clause or the subject as its docstring."""
        silent = [
            f"{path.name}:{node.lineno}: {node.name}"
            for path in modules()
            for node in ast.walk(parsed(path))
            if isinstance(node, ast.ClassDef) and ("Test" in node.name or "Contract" in node.name)
            if not ast.get_docstring(node)
        ]
        assert silent == []

    @pytest.mark.parametrize(
        "package", sorted(CONTRACTS.glob("*/__init__.py")), ids=lambda path: path.parent.name
    )
    def test_of_one_contract_have_names_of_their_own(self, package: Path) -> None:
        """A contract is put together from several classes: one test would hide another."""
        modules = (parsed(path) for path in package.parent.glob("*.py"))
        names = Counter(test.name for module in modules for test in every_test(module))
        assert [name for name, times in names.items() if times > 1] == []


def test_an_empty_test_would_be_noticed() -> None:
    """A test without an assertion is recognised, and one with is too."""
    assert not shows_something(ast.parse("def test_x():\n    compute()"))
    assert shows_something(ast.parse("def test_x():\n    assert compute()"))
    assert shows_something(ast.parse("def test_x():\n    with pytest.raises(E):\n        f()"))
