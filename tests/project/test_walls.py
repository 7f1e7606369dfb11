"""The walls between the packages stand, and an import through one of them is noticed."""

from __future__ import annotations

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
    ("stranger.py", ""),
    ("ports/__init__.py", "import vintage_rules.cli"),
    ("ports/store.py", "import pytest"),
    ("adapters/memory/store.py", "import sqlalchemy"),
    ("adapters/memory/store.py", "import alembic"),
    ("adapters/sql/store.py", "import psycopg"),
    ("adapters/memory/rates.py", "import currency_converter"),
    ("frames/__init__.py", "import typer"),
    ("adapters/memory/payments.py", "import stripe"),
]


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


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Copy the source to where it can be broken."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src" / "vintage_rules", tmp_path / "vintage_rules", ignore=ignore)
    return tmp_path


class TestWalls:
    """The contracts in `pyproject.toml`."""

    def test_stand(self, source: Path) -> None:
        """Nothing imports what it may not."""
        checked = lint(source)
        assert checked.returncode == 0, checked.stdout + checked.stderr

    @pytest.mark.parametrize(("module", "line"), BREACHES)
    def test_would_stop(self, source: Path, module: str, line: str) -> None:
        """A forbidden import, or a package without a place, breaks a contract."""
        path = source / "vintage_rules" / module
        path.parent.mkdir(exist_ok=True)
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")
        checked = lint(source)
        assert checked.returncode == 1, checked.stdout + checked.stderr
        assert "BROKEN" in checked.stdout or "exhaustive" in checked.stdout, checked.stdout
