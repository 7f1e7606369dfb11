"""What a user installs: the wheel holds everything the library reads, and nothing else."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path, PurePosixPath
from zipfile import ZipFile

import pytest

from vintage_rules import __version__

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "vintage_rules"
DATA = {".jsonl", ".txt", ".csv", ".html", ".json", ".mo", ".po", ".pot", ".pyi", ".toml", ".typed"}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """Build the wheel with the tools of this environment, without asking any registry."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    return ZipFile(next(folder.glob("*.whl")))


def files_of_the_package() -> set[str]:
    """Name every file of the package as the wheel names it."""
    files = (path for path in PACKAGE.rglob("*") if path.is_file())
    return {path.relative_to(PACKAGE.parent).as_posix() for path in files if path.suffix != ".pyc"}


class TestWheel:
    """The wheel."""

    def test_holds_every_file_of_the_package(self, wheel: ZipFile) -> None:
        """Whatever lies in the package, code or data, is installed with it."""
        assert files_of_the_package() - set(wheel.namelist()) == set()

    def test_describes_itself_without_a_link_that_leads_nowhere(self, wheel: ZipFile) -> None:
        """Its page at an index lies beside none of our files."""
        (name,) = (each for each in wheel.namelist() if each.endswith(".dist-info/METADATA"))
        described = wheel.read(name).decode().partition("\n\n")[2]
        assert described.startswith("# vintage_rules\n")
        assert "the tutorial: from nothing" in described
        assert re.findall(r"\]\((?!https?://)", described) == []
        assert "<!--" not in described

    def test_says_that_it_is_typed(self, wheel: ZipFile) -> None:
        """Type checkers read our annotations."""
        assert "vintage_rules/py.typed" in wheel.namelist()

    def test_holds_nothing_else(self, wheel: ZipFile) -> None:
        """No test, no script and no other top-level package comes along."""
        tops = {PurePosixPath(name).parts[0] for name in wheel.namelist()}
        assert tops == {"vintage_rules", f"vintage_rules-{__version__}.dist-info"}

    def test_holds_only_code_and_known_kinds_of_data(self, wheel: ZipFile) -> None:
        """An editor's leftovers or a cache would be another kind of file."""
        kinds = {
            PurePosixPath(name).suffix for name in wheel.namelist() if ".dist-info/" not in name
        }
        assert kinds <= DATA | {".py"}

    def test_holds_every_step_to_the_tables_of_the_store(self, wheel: ZipFile) -> None:
        """Alembic looks for them among the files of the package, and for what runs them."""
        home = "vintage_rules/adapters/sql/migrations/"
        held = {name.removeprefix(home) for name in wheel.namelist() if name.startswith(home)}
        assert {"env.py", "versions/v0001.py"} <= held

    def test_offers_the_command(self, wheel: ZipFile) -> None:
        """Installing it makes `vintage-rules`."""
        entry = wheel.read(f"vintage_rules-{__version__}.dist-info/entry_points.txt")
        assert b"vintage-rules = vintage_rules.cli:main" in entry

    def test_carries_the_licence(self, wheel: ZipFile) -> None:
        """The licence comes with the code."""
        assert any(name.endswith("licenses/LICENSE") for name in wheel.namelist())
