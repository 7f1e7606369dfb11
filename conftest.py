"""Every example in the README, the documentation and the docstrings is a test.

Python is executed, and what `>>>` answers is compared. Of a `console` block every command is run,
and what it prints is compared. TOML and JSON must at least be well-formed; the Python below a block
of TOML knows its text as `block`.
`<!-- skip: next -->` before a block leaves it out.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from doctest import ELLIPSIS, OutputChecker
from itertools import takewhile
from pathlib import Path

import pytest
from sybil import Example, Sybil
from sybil.document import PythonDocStringDocument
from sybil.parsers.doctest import DocTestParser
from sybil.parsers.myst import CodeBlockParser, PythonCodeBlockParser, SkipParser
from sybil.sybil import SybilCollection
from sybil.typing import Parser
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

ROOT = Path(__file__).parent
PROMPT = "$ "
# With several workers what takes longest begins first: none of it is left for one at the end.
LONGEST = ("tests/simulation/", "tests/adapters/", "tests/marketplace/test_race.py")
OF_A_SHELL = {"|", "||", "&&", "&", ";", ";;", "<", ">", ">>", "(", ")"}


def transcript(block: str) -> Iterator[tuple[str, str]]:
    """Give each command of a console block with the output written below it."""
    lines = block.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if line.startswith(PROMPT):
            below = takewhile(lambda text: not text.startswith(PROMPT), lines[number + 1 :])
            yield line.removeprefix(PROMPT).strip(), "".join(below).rstrip() + "\n"


def in_this_process(command: str) -> tuple[list[str], bytes] | None:
    """Split a command that reads files alone, such as `vintage-rules eval`, into its parts.

    These are its arguments and its input; None for what needs a shell or a process: pipes into
    others, variables, whatever an exit status distinguishes.
    """
    words = shlex.shlex(command, posix=True, punctuation_chars=True)
    words.whitespace_split = True
    tokens = [*words]
    if OF_A_SHELL & {*tokens[:1], *tokens[3:]} or "$" in command or "\\" in command:
        return None
    match tokens:
        case ["echo", question, "|", "vintage-rules", "eval"]:
            return ["eval"], f"{question}\n".encode()
        case ["vintage-rules", "policy" | "quote" | "backtest" | "frame", *arguments]:
            return [*tokens[1:2], *arguments], b""
        case _:
            return None


def answered(arguments: list[str], given: bytes, folder: Path = ROOT) -> str:
    """Run a command in this process: importing everything takes longer than most answers."""
    from tests.cli.asking import run

    done = run(*arguments, given=given, folder=folder, COLUMNS="100")
    return (done.stdout + done.stderr).decode()


def printed_by(command: str, *, spawn: bool = False) -> str:
    """Run a command in the project, on a plain terminal of 100 columns."""
    plainly = None if spawn else in_this_process(command)
    text = printed_by_shell(command, ROOT) if plainly is None else answered(*plainly)
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip() + "\n"


def printed_by_shell(command: str, folder: Path) -> str:
    """Run a command in a folder, on a plain terminal of 100 columns."""
    commands = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    plain = {
        "PATH": commands,
        "COLUMNS": "100",
        "NO_COLOR": "1",
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }
    done = subprocess.run(  # noqa: S602 - the commands are those of our own documentation
        command,
        shell=True,
        check=False,
        cwd=folder,
        env=os.environ | plain,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    return done.stdout


def run_console(example: Example) -> str | None:
    """Compare what each command prints with what the document says it prints.

    The commands of the README are run in processes of their own.
    """
    spawn = Path(example.path).name == "README.md"
    for command, expected in transcript(example.parsed):
        actual = printed_by(command, spawn=spawn)
        if not OutputChecker().check_output(expected, actual, ELLIPSIS):
            return f"{command}\nshould print:\n{expected}\nbut prints:\n{actual}"
    return None


def well_formed(read: Callable[[str], object]) -> Callable[[Example], None]:
    """Make an evaluator of what reads a format and raises when it cannot."""

    def evaluate(example: Example) -> None:
        read(example.parsed)
        example.namespace["block"] = example.parsed

    return evaluate


def parsers() -> list[Parser]:
    """Give what reads the code blocks of a Markdown document."""
    return [
        SkipParser(),
        PythonCodeBlockParser(doctest_optionflags=ELLIPSIS),
        CodeBlockParser("console", run_console),
        CodeBlockParser("json", well_formed(json.loads)),
        CodeBlockParser("toml", well_formed(tomllib.loads)),
    ]


pytest_collect_file = SybilCollection(
    [
        Sybil(parsers(), path=".", filenames=["README.md", "CONTRIBUTING.md"]),
        # The steps of that page are run by a test of their own, since its document grows.
        Sybil(parsers(), path="docs", pattern="*.md", excludes=["guide/write-your-house.md"]),
        Sybil(
            [DocTestParser(optionflags=ELLIPSIS)],
            path="src",
            pattern="*.py",
            document_types={".py": PythonDocStringDocument},
        ),
    ]
).pytest()


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """Keep the examples of one document, and the tests of one class, on one worker.

    Each example goes on from the one before. Towns are spread, as each takes seconds.
    """

    def _split_scope(self, nodeid: str) -> str:
        alone = nodeid.startswith("tests/simulation/")
        return nodeid if alone else str(super()._split_scope(nodeid))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what takes longest."""
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: not item.nodeid.startswith(LONGEST))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Say which tests are run by one worker, in the order they were collected in."""
    config.option.loadscopereorder = False
    return Scheduling(config, log)
