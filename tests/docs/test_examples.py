"""The examples run as they are, and the documentation shows what they print."""

from __future__ import annotations

import json
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from examples.shops.clients import CLIENTS
from tests.cli.asking import run as in_this_process

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "examples").glob("*.py"))
ORDERS = sorted((ROOT / "examples" / "orders").glob("*.json"))
RUN = {"python", "console", "json", "toml"}
# Of the site; and drawings, which a test compares with the tables they show.
DIRECTIVES = {"mermaid", "{eval-rst}", "{glossary}", "{include}", "{literalinclude}", "{raw}"}
DIRECTIVES |= {"{toctree}"}
SHOWN = "\n".join(
    path.read_text("utf-8")
    for path in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    if "_build" not in path.parts
)


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run something in the project, as whoever reads the documentation does."""
    return subprocess.run(
        [sys.executable, *command], cwd=ROOT, capture_output=True, text=True, check=False
    )


@cache
def once(script: Path) -> subprocess.CompletedProcess[str]:
    """Run a script, the first time it is needed."""
    return run("-m", f"examples.{script.stem}")


class TestBlocks:
    """The blocks of code in the documentation, which `conftest.py` runs."""

    @pytest.mark.parametrize(
        "page",
        [
            ROOT / "README.md",
            ROOT / "CONTRIBUTING.md",
            *sorted((ROOT / "docs").glob("*.md")),
            *sorted((ROOT / "docs").glob("[a-z]*/*.md")),
        ],
        ids=lambda path: path.relative_to(ROOT).as_posix(),
    )
    def test_are_run_or_say_why_not(self, page: Path) -> None:
        """Above a block that is left out, or of another language, a comment has the reason."""
        lines = page.read_text("utf-8").splitlines()
        for number, line in enumerate(lines):
            language = line.strip().removeprefix("```")
            above = "".join(lines[max(0, number - 2) : number])
            if line == "<!-- skip: next -->":
                assert lines[number - 1].startswith("<!-- Not run: "), (page.name, number + 1)
            elif line.startswith("```") and language:
                known = language.split()[0] in RUN | DIRECTIVES
                assert known or "<!-- Not run: " in above, (page.name, number + 1)


class TestScripts:
    """The scripts of examples/."""

    def test_are_there(self) -> None:
        """One for each thing that a shop does every day."""
        assert [path.stem for path in SCRIPTS] == [
            "close_the_day",
            "house_from_nothing",
            "import_scans",
            "negotiate_a_piece",
            "payment_run",
            "procrastinate_worker",
            "quote_an_order",
            "return_and_refund",
        ]

    @pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
    def test_run_and_print_the_same_every_time(self, script: Path) -> None:
        """Nothing in them depends on today."""
        first, second = once(script), run("-m", f"examples.{script.stem}")
        assert (first.returncode, first.stderr) == (0, "")
        assert first.stdout.strip()
        assert first.stdout == second.stdout

    def test_are_all_in_the_index(self) -> None:
        """The cookbook names each, and what it shows."""
        cookbook = (ROOT / "docs" / "guide" / "recipes.md").read_text("utf-8")
        for script in SCRIPTS:
            assert f"| `{script.stem}` |" in cookbook, script

    @pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
    def test_are_shown_with_what_they_print(self, script: Path) -> None:
        """The tutorial and the guides hold their output, word for word."""
        command = f"$ python -m examples.{script.stem}\n"
        assert command in SHOWN
        assert command + once(script).stdout in SHOWN


class TestShops:
    """The shops of examples/shops/: one in each framework, which answer the same."""

    @pytest.mark.parametrize("framework", list(CLIENTS))
    def test_are_shown_with_what_they_answer(self, framework: str) -> None:
        """The cookbook holds it, word for word."""
        done = run("-m", "examples.shops", framework)
        assert (done.returncode, done.stderr) == (0, "")
        assert f"$ python -m examples.shops {framework}\n" in SHOWN
        assert f"\n{done.stdout}```" in SHOWN


class TestAdapters:
    """The adapter of examples/adapters/."""

    def test_is_shown_whole_with_its_contract(self) -> None:
        """The guide holds it word for word, and the contract as the tests run it."""
        guide = (ROOT / "docs" / "guide" / "adapters.md").read_text("utf-8")
        adapter = (ROOT / "examples" / "adapters" / "transfer_book.py").read_text("utf-8")
        run_here = (ROOT / "tests" / "adapters" / "test_transfer_book.py").read_text("utf-8")
        contract = run_here.partition("class TestTransferBook")[2].partition("\n\n\nclass ")[0]
        assert f"```python\n{adapter}```" in guide
        assert f"class TestTransferBook{contract}\n```" in guide


class TestOrders:
    """The orders of examples/orders/."""

    def test_are_there(self) -> None:
        """Several places, in and out of the Union."""
        assert len(ORDERS) > 5

    @pytest.mark.parametrize("order", ORDERS, ids=lambda path: path.stem)
    def test_are_quoted(self, order: Path) -> None:
        """Each is priced, dated and taken through customs."""
        done = in_this_process("quote", str(order), "--json", "--on", "2026-11-22")
        assert (done.returncode, done.stderr) == (0, b"")
        told = json.loads(done.stdout)
        assert told["order"]["decision"] == "quoted"
        assert told["delivery"]["decision"] == "estimated"
        assert told["customs"]
