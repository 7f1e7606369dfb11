"""What no rule may do: compute in floats, look around, or be excused from the measurement.

And what nothing may do: keep answers without an end.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "src" / "vintage_rules"
CONTEXTS = ["offers", "orders", "pricing", "returns", "service", "shipping"]
GROUND = ["dates.py", "errors.py", "ids.py", "money.py", "places.py"]
LOOKING_AROUND = {"__import__", "breakpoint", "eval", "exec", "input", "open", "print"}
LONGEST = 300


def modules() -> list[Path]:
    """List the modules of the ground and of every context."""
    nested = (path for context in CONTEXTS for path in (PACKAGE / context).rglob("*.py"))
    return [*(PACKAGE / name for name in GROUND), *sorted(nested)]


def named(path: Path) -> str:
    """Name a module by its place in the package."""
    return str(path.relative_to(PACKAGE))


def faults(source: str) -> Iterator[str]:
    """Say what a module does that no rule may do, with its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Constant(value=float() | complex()):
                yield f"{node.lineno}: the inexact number {node.value!r}"
            case ast.Call(func=ast.Name(id="float")):
                yield f"{node.lineno}: a conversion to float"
            case ast.Call(func=ast.Name(id=name)) if name in LOOKING_AROUND:
                yield f"{node.lineno}: a call of {name}"
            case ast.Global():
                yield f"{node.lineno}: a global that changes"
            case ast.Assert():
                yield f"{node.lineno}: an assertion, which -O removes"
            case _:
                pass
    for number, line in enumerate(source.splitlines(), start=1):
        if "pragma:" in line:
            yield f"{number}: an excuse from coverage"


def lines_of_code(source: str) -> int:
    """Count the lines that are neither empty, nor a comment, nor part of a docstring."""
    documentation = {
        line
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        for line in range(node.lineno, (node.end_lineno or node.lineno) + 1)
    }
    lines = enumerate(source.splitlines(), start=1)
    code = (number for number, line in lines if line.strip() and line.strip()[0] != "#")
    return len(set(code) - documentation)


@pytest.mark.parametrize("path", modules(), ids=named)
class TestRules:
    """Each module of the rules and of the ground."""

    def test_is_exact_and_looks_at_nothing(self, path: Path) -> None:
        """A rule is a function of its facts, in exact numbers."""
        assert list(faults(path.read_text("utf-8"))) == []

    def test_is_short_enough_to_be_read_at_once(self, path: Path) -> None:
        """A module that grows past 300 lines of code has two subjects."""
        assert lines_of_code(path.read_text("utf-8")) <= LONGEST


@pytest.mark.parametrize(
    "source",
    [
        "RATE = 0.1",
        "float('1')",
        "open('x')",
        "def f():\n    global x",
        "assert x",
        "x  # pragma: y",
    ],
)
def test_a_fault_would_be_noticed(source: str) -> None:
    """The search for faults finds each kind."""
    assert len(list(faults(source))) == 1


def test_only_code_counts_as_code() -> None:
    """Documentation and comments may be as long as they need."""
    assert lines_of_code('"""Say.\n\nMore.\n"""\n\n# why\nx = 1\ny = 2\n') == 2


def unbounded_memos(source: str) -> Iterator[str]:
    """Name each function that keeps every answer it gave, and does not say what bounds them."""
    lines = source.splitlines()
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.FunctionDef) or not ast.unparse(node.args):
            continue
        for decorator in node.decorator_list:
            unlimited = ast.unparse(decorator) in {"cache", "lru_cache(maxsize=None)"}
            if unlimited and "# bounded by " not in lines[decorator.lineno - 1]:
                yield node.name


@pytest.mark.parametrize("path", sorted(PACKAGE.rglob("*.py")), ids=named)
def test_what_is_kept_for_good_is_bounded(path: Path) -> None:
    """A process that runs for a year keeps no more than a finite set of answers."""
    assert list(unbounded_memos(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("@cache\ndef f(x): ...", ["f"]),
        ("@lru_cache(maxsize=None)\ndef f(x): ...", ["f"]),
        ("@cache\ndef f(): ...", []),
        ("@cache  # bounded by the languages\ndef f(x): ...", []),
        ("@lru_cache(maxsize=8)\ndef f(x): ...", []),
        ("def f(x): ...", []),
    ],
)
def test_a_memo_without_bounds_would_be_noticed(code: str, found: list[str]) -> None:
    """Only one with a key of its own can grow."""
    assert list(unbounded_memos(code)) == found
