"""The tutorial is what a newcomer sees who types it into a plain Python."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "tutorial.md"
PROMPT = re.compile(r"^(>>> |\.\.\. ?)(.*)\n", re.MULTILINE)


def session() -> str:
    """Give all that the page shows of Python, in order, as one terminal would show it."""
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    return "".join(blocks)


class TestTutorial:
    """The Python of the page, typed line by line into an interpreter that has just started."""

    def test_prints_what_the_page_shows(self, tmp_path: Path) -> None:
        """Prompts, answers and nothing else, in an empty folder and without any setting."""
        shown = session()
        typed = "".join(f"{line}\n" for _, line in PROMPT.findall(shown))
        done = subprocess.run(
            [sys.executable, "-i", "-q", "-u", "-I"],
            input=typed,
            cwd=tmp_path,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            env={"PYTHONUTF8": "1", "TERM": "dumb"},
            check=True,
        )
        # A terminal shows what is typed after each prompt; here only the prompts are printed.
        expected = PROMPT.sub(lambda line: f"{line[1].rstrip()} ", shown) + ">>> \n"
        assert done.stdout == expected

    def test_ends_with_a_refusal(self) -> None:
        """The last answer is the late return's, with its reason and its clause."""
        answer = session().rpartition("...\n")[2].splitlines()
        assert answer[0] == "The return is refused."
        assert "R1" in answer[-1]
