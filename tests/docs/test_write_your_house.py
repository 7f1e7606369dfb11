"""The tutorial about a house of one's own: its document grows, and each step is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import answered, in_this_process, printed_by_shell, transcript

GUIDE = Path(__file__).parents[2] / "docs" / "guide"
PAGE = GUIDE / "write-your-house.md"
BLOCK = re.compile(r"^```(toml|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STEPS = BLOCK.findall(PAGE.read_text("utf-8"))


def typed(command: str, folder: Path) -> str:
    """Run a command where the document lies, on a terminal of 100 columns."""
    plainly = in_this_process(command)
    text = printed_by_shell(command, folder) if plainly is None else answered(*plainly, folder)
    return "".join(f"{line.rstrip()}\n" for line in text.rstrip().splitlines())


def documents() -> Iterator[str]:
    """Give the document after each block that is copied into it."""
    blocks = [text for kind, text in STEPS if kind == "toml"]
    for number in range(len(blocks)):
        yield "\n".join(blocks[: number + 1])


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[str, str, str]]:
    """Each command, with what the page shows below it and what it really printed."""
    folder = tmp_path_factory.mktemp("shop")
    document, text = folder / "brocante.toml", ""
    said: list[tuple[str, str, str]] = []
    for kind, block in STEPS:
        if kind == "toml":
            text = f"{text}\n{block}" if text else block
            document.write_text(text, "utf-8")
            continue
        for command, shown in transcript(block):
            said.append((command, shown.lstrip("\n"), typed(command, folder)))
    return said


class TestPage:
    """The page, followed from its first line to its last."""

    def test_shows_what_each_command_prints(self, printed: list[tuple[str, str, str]]) -> None:
        """With the document as far as it is written by then."""
        assert [(command, shown) for command, shown, _ in printed] == [
            (command, answer) for command, _, answer in printed
        ]

    def test_lacks_less_at_each_step_until_it_is_sound(
        self, printed: list[tuple[str, str, str]]
    ) -> None:
        """What the check misses grows shorter, and at last there is nothing."""
        checks = [
            answer for command, _, answer in printed if command.endswith("check brocante.toml")
        ]
        missing = [answer.count("[missing-value]") for answer in checks]
        assert missing == sorted(missing, reverse=True)
        assert (missing[0], missing[-1]) == (6, 0)
        assert checks[-1] == "brocante.toml: sound: brocante@2025-01-01\n"

    def test_leads_to_the_document_that_the_answers_begin_with(self) -> None:
        """What `How do I …?` adds to is the document when it is sound for the first time."""
        assert (GUIDE / "brocante.toml").read_text("utf-8") in documents()
