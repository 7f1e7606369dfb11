"""What no file of the project may hold."""

from __future__ import annotations

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BINARY = {".gif", ".ico", ".jpg", ".mo", ".png", ".woff2"}
HOME = re.compile(r"(?<![\w.~])/(?:root|work|home/\w+|Users/\w+)/")
REGISTRY = re.compile(
    r"(?:pypi|pythonhosted|npmjs|debian|ubuntu)\.(?:org|com)|"
    r"--(?:extra-)?(?:index-url|find-links|trusted-host)[ =]"
)


@cache
def texts() -> dict[str, bytes]:
    """Read every text file that is, or is about to be, in the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True).stdout.decode()
    paths = (ROOT / name for name in listed.split("\0") if name)
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in paths
        if path.is_file() and path.suffix not in BINARY
    }


def found(pattern: re.Pattern[str]) -> list[str]:
    """Say where a pattern occurs, as `file:line: text`."""
    return [
        f"{name}:{number}: {line}"
        for name, content in texts().items()
        for number, line in enumerate(content.decode().splitlines(), start=1)
        if pattern.search(line)
    ]


class TestFiles:
    """The files of the repository."""

    def test_are_found(self) -> None:
        """The checks below look at something."""
        assert {"pyproject.toml", "README.md", "tests/project/test_files.py"} <= set(texts())

    def test_are_utf_8_with_unix_lines_and_end_with_one(self) -> None:
        """Any editor on any system shows the same."""
        wrong = [
            name
            for name, content in texts().items()
            if content and (b"\r" in content or not content.endswith(b"\n") or not content.decode())
        ]
        assert wrong == []

    def test_name_no_home_of_anybody(self) -> None:
        """A path of one machine means nothing on another."""
        assert found(HOME) == []

    def test_name_no_registry(self) -> None:
        """Where packages come from is the installer's business."""
        assert found(REGISTRY) == []


@pytest.mark.parametrize(
    "path", ["/home" + "/anna/x", "see /root" + "/.cache", "(/Users" + "/bo/y)"]
)
def test_a_home_would_be_noticed(path: str) -> None:
    """The pattern for homes recognises them."""
    assert HOME.search(path)


@pytest.mark.parametrize("text", ["https://" + "pypi" + ".org/simple", "--" + "index-url=x"])
def test_a_registry_would_be_noticed(text: str) -> None:
    """The pattern for registries recognises them."""
    assert REGISTRY.search(text)
