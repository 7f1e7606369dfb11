"""The guide to the HTTP API: what its commands print, from a server of this machine."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from doctest import ELLIPSIS, OutputChecker
from pathlib import Path

import pytest

from tests.serve.servers import Server, serving
from tools import announce

GUIDE = Path(__file__).parents[2] / "docs" / "guide" / "http_api.md"
BLOCKS = re.findall(r"^```console\n(.*?)^```$", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
COMMANDS = [
    (lines[0], "".join(f"{line}\n" for line in lines[1:]))
    for block in BLOCKS
    for lines in (each.splitlines() for each in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:])
    if "curl" in lines[0]
]


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """The server that the guide starts, on a port that is free here."""
    if not announce.curl():
        pytest.skip("there is no curl here: make curl installs it")
    with serving() as running:
        yield running


@pytest.mark.parametrize(("command", "expected"), COMMANDS, ids=range(len(COMMANDS)))
def test_prints_what_the_guide_says(server: Server, command: str, expected: str) -> None:
    """Word for word."""
    done = subprocess.run(  # noqa: S602 - the commands are those of our own documentation
        command.replace("http://127.0.0.1:8080", server.address),
        shell=True,
        env={**os.environ, "LC_ALL": "C.UTF-8", "no_proxy": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert OutputChecker().check_output(expected, done.stdout, ELLIPSIS), done.stdout


def test_every_kind_of_answer_is_shown() -> None:
    """A decision, a refusal, what is unreadable, and a batch."""
    assert len(COMMANDS) == 6
    shown = "".join(expected for _, expected in COMMANDS)
    assert re.findall(r"^\d{3}$", shown, re.MULTILINE) == ["422", "400", "415"]
