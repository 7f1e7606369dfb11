"""The walls between the packages stand, and an import through one of them is noticed."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

BREACHES = [
    ("errors.py", "import vintage_rules.money"),
    ("money.py", "import logging"),
    ("offers/extra.py", "import vintage_rules.returns"),
    ("orders/extra.py", "import vintage_rules.policies"),
    ("orders/extra.py", "import time"),
    ("policies/extra.py", "import vintage_rules.cli"),
    ("policies/extra.py", "import vintage_rules.review"),
    ("pricing/extra.py", "import vintage_rules.shipping"),
    ("review/extra.py", "import pydantic"),
    ("pricing/extra.py", "import pydantic"),
    ("returns/extra.py", "import vintage_rules.orders"),
    ("service/extra.py", "import holidays"),
    ("shipping/extra.py", "import pathlib"),
    ("wording/extra.py", "import rich"),
    ("wording/extra.py", "import pycountry"),
    ("world/extra.py", "import babel"),
    ("world/extra.py", "import holidays"),
    ("world/extra.py", "import pydantic"),
    ("ports/__init__.py", "import vintage_rules.cli"),
    ("ports/store.py", "import pytest"),
    ("adapters/memory/store.py", "import sqlalchemy"),
    ("adapters/memory/store.py", "import alembic"),
    ("adapters/sql/store.py", "import psycopg"),
    ("adapters/memory/rates.py", "import currency_converter"),
    ("frames/__init__.py", "import typer"),
    ("adapters/memory/payments.py", "import stripe"),
]

COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def lint(source: Path) -> subprocess.CompletedProcess[str]:
    """Run the import linter with the project's contracts over a copy of its source."""
    program = (
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(sys.argv[1]))"
    )
    return subprocess.run(
        [sys.executable, "-c", program, str(ROOT / "pyproject.toml")],
        cwd=source,
        env={"PYTHONPATH": str(source), "PATH": "", "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )


def copied(folder: Path) -> Path:
    """Copy the source to where it can be broken."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "vintage_rules", folder / "vintage_rules", ignore=ignore)
    return folder


@pytest.fixture(scope="module")
def breaches(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Break every wall of one copy at once, and give what the linter says of it."""
    source = copied(tmp_path_factory.mktemp("broken"))
    (source / "vintage_rules" / "stranger.py").touch()
    for module, line in BREACHES:
        path = source / "vintage_rules" / module
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
    checked = lint(source)
    assert checked.returncode == 1, checked.stdout + checked.stderr
    return COLOUR.sub("", checked.stdout)


class TestWalls:
    """The contracts in `pyproject.toml`."""

    def test_stand(self, tmp_path: Path) -> None:
        """Nothing imports what it may not."""
        checked = lint(copied(tmp_path))
        assert checked.returncode == 0, checked.stdout + checked.stderr

    @pytest.mark.parametrize(("module", "line"), BREACHES)
    def test_would_stop(self, breaches: str, module: str, line: str) -> None:
        """A forbidden import breaks a contract by itself, and not only by what it leads to."""
        name = module.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        imported = line.removeprefix("import ")
        direct = rf"^- +vintage_rules\.{name} -> {imported} \(l\.\d+\)\n\n"
        assert re.search(direct, breaches, re.MULTILINE), breaches

    def test_would_miss_a_place(self, breaches: str) -> None:
        """A module that no layer names breaks the contract of the layers."""
        _, _, missing = breaches.partition("The following modules are not listed as layers:")
        assert missing.partition("(Since")[0].split() == ["-", "vintage_rules.stranger"]
