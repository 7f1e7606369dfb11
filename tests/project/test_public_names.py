"""What `vintage_rules` offers by name, to people, to type checkers and at what cost."""

from __future__ import annotations

import ast
import inspect
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import vintage_rules

ROOT = Path(__file__).parents[2]
HEAVY = {
    "asyncio",
    "babel",
    "holidays",
    "moneyed",
    "pycountry",
    "pydantic",
    "rich",
    "tomli",
    "tree_sitter",
    "typer",
}


def known_to_type_checkers() -> set[str]:
    """Name what the package says statically, where names are loaded only when first used."""
    source = Path(inspect.getfile(vintage_rules))
    stub = source.with_suffix(".pyi")
    tree = ast.parse((stub if stub.exists() else source).read_text("utf-8"))
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom))
    return {alias.asname or alias.name for node in imports for alias in node.names}


class TestPublicNames:
    """The names in `vintage_rules.__all__`."""

    def test_are_sorted_and_each_stands_once(self) -> None:
        """A reader finds a name, and a change is one line."""
        assert list(vintage_rules.__all__) == sorted(set(vintage_rules.__all__))

    def test_are_listed_by_dir(self) -> None:
        """A notebook completes them although they are loaded late."""
        assert set(vintage_rules.__all__) <= set(dir(vintage_rules))

    def test_are_known_to_type_checkers(self) -> None:
        """A name loaded late would otherwise be an `object` to every caller."""
        assert set(vintage_rules.__all__) - known_to_type_checkers() == set()

    def test_give_way_to_an_error_that_names_what_is_missing(self) -> None:
        """A misspelt name is refused as any module refuses it."""
        misspelt = "quote_oder"
        with pytest.raises(AttributeError, match=misspelt):
            getattr(vintage_rules, misspelt)

    def test_come_with_the_version_of_the_distribution(self) -> None:
        """The package and its metadata tell the same version."""
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        assert vintage_rules.__version__ == project["version"]


@pytest.mark.parametrize("name", vintage_rules.__all__)
class TestEachPublicName:
    """Each of them."""

    def test_is_there(self, name: str) -> None:
        """What is promised can be imported."""
        assert hasattr(vintage_rules, name)

    def test_is_documented(self, name: str) -> None:
        """It says what it is; a function shows it with an example, which is executed."""
        thing: object = getattr(vintage_rules, name)
        text = inspect.getdoc(thing) or ""
        assert text
        assert ">>> " in text or not inspect.isfunction(thing)


class TestImport:
    """`import vintage_rules`."""

    def test_loads_nothing_heavy(self) -> None:
        """Libraries are loaded by what uses them, when it is used."""
        program = "import sys, vintage_rules; print(*{name.split('.')[0] for name in sys.modules})"
        printed = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        assert set(printed.stdout.split()) & HEAVY == set()
