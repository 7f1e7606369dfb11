"""What our packages offer by name, to people, to type checkers and at what cost."""

from __future__ import annotations

import ast
import inspect
import re
import subprocess
import sys
import tomllib
from importlib import import_module
from pathlib import Path

import pytest

import vintage_rules

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"
LAZY = sorted(
    ".".join(path.parent.relative_to(SOURCE).parts)
    for path in SOURCE.glob("vintage_rules/**/__init__.py")
    if "= lazily(" in path.read_text("utf-8")
)
PACKAGES = sorted(set(LAZY) - {"vintage_rules.adapters.sql"})
REFERENCE = ROOT / "docs" / "reference"
HEAVY = {
    "alembic",
    "asyncio",
    "babel",
    "holidays",
    "moneyed",
    "pycountry",
    "psycopg",
    "pydantic",
    "pytest",
    "rich",
    "sqlalchemy",
    "tomli",
    "tree_sitter",
    "typer",
}


def names_of(package: str) -> list[str]:
    """Return the names that a package offers."""
    names: list[str] = getattr(import_module(package), "__all__")  # noqa: B009 - made when read
    return names


def documented() -> list[str]:
    """Return the path of each entry on the pages of the reference."""
    return [
        path
        for page in sorted(REFERENCE.glob("*.md"))
        for path in re.findall(
            r"^\.\. auto(?:class|data|function):: ([\w.]+)$", page.read_text("utf-8"), re.MULTILINE
        )
    ]


NAMES = names_of("vintage_rules")


def imported_for_type_checkers(package: str) -> dict[str, str]:
    """Return each name that type checkers see in a package, with the module it comes from."""
    tree = ast.parse(Path(inspect.getfile(import_module(package))).read_text("utf-8"))
    return {
        alias.asname or "": node.module
        for block in tree.body
        if isinstance(block, ast.If)
        for node in block.body
        if isinstance(node, ast.ImportFrom) and node.module
        for alias in node.names
    }


@pytest.mark.parametrize("package", LAZY)
class TestLazyNames:
    """The names of each package that loads them when they are first used."""

    def test_are_those_that_type_checkers_see(self, package: str) -> None:
        """What is loaded is what was checked, under the same name."""
        seen = imported_for_type_checkers(package)
        assert names_of(package) == sorted(seen)
        for name, module in seen.items():
            found: object = getattr(import_module(package), name)
            assert found is getattr(import_module(module), name), name

    def test_come_from_the_modules_that_define_them(self, package: str) -> None:
        """No name is handed from one package to the next."""
        modules = set(imported_for_type_checkers(package).values())
        assert modules.isdisjoint(LAZY)

    def test_are_listed_by_dir(self, package: str) -> None:
        """A notebook completes them although they are loaded late."""
        assert set(names_of(package)) <= set(dir(import_module(package)))

    def test_are_all_that_a_star_imports(self, package: str) -> None:
        """`from … import *` gives the public names and no other."""
        given: dict[str, object] = {}
        exec(f"from {package} import *", given)  # noqa: S102 - the statement under test
        assert sorted(given.keys() - {"__builtins__"}) == names_of(package)

    def test_give_way_to_an_error_that_names_what_is_missing(self, package: str) -> None:
        """A misspelt name is refused as any module refuses it."""
        misspelt = "quote_oder"
        with pytest.raises(AttributeError, match=f"^module '{package}' has no .* '{misspelt}'$"):
            getattr(import_module(package), misspelt)


class TestReference:
    """The pages of the reference, which are the list of public names."""

    @pytest.mark.parametrize("package", [each for each in PACKAGES if each != "vintage_rules"])
    def test_has_one_entry_for_each_name_and_no_other(self, package: str) -> None:
        """A name is added or removed in the package and on its page, or in neither."""
        entries = [
            entry.rpartition(".")[2]
            for entry in documented()
            if entry.rpartition(".")[0] == package
        ]
        assert sorted(entries) == names_of(package)

    def test_lists_what_the_top_offers(self) -> None:
        """Its first page names each, with a link to the entry."""
        text = (REFERENCE / "index.md").read_text("utf-8")
        listed = re.findall(r"{py:obj}`~([\w.]+)`", text)
        assert sorted(path.rpartition(".")[2] for path in listed) == NAMES
        for path in listed:
            module, _, name = path.rpartition(".")
            assert getattr(import_module(module), name) is getattr(vintage_rules, name), path


class TestPublicNames:
    """The names in `vintage_rules.__all__`."""

    def test_come_with_the_version_of_the_distribution(self) -> None:
        """It is written in the package alone, and the newest in the changelog."""
        project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
        assert (project["dynamic"], "version" in project) == (["version", "readme"], False)
        released = re.findall(
            r"^## \[(\d.*?)\] - ", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
        )
        assert vintage_rules.__version__ == released[0]


@pytest.mark.parametrize("name", NAMES)
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
