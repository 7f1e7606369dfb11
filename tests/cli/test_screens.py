from __future__ import annotations

import pytest

from tests.cli.asking import run
from tests.cli.screens import FOLDER, SCREENS, path_of, screen


class TestScreens:
    """The screens as they were read."""

    @pytest.mark.parametrize("name", SCREENS)
    def test_are_those_that_were_read(self, name: str) -> None:
        """What a command prints changes only with the file in which somebody has read it."""
        kept = path_of(name).read_text("utf-8")
        assert screen(name) == kept, "run python -m tests.cli.screens, and read the diff"

    def test_are_all_kept(self) -> None:
        """No file is left of a screen that is gone."""
        assert {file.stem for file in FOLDER.iterdir()} == set(SCREENS)


BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
LUNE = "docs/guide/lune.toml"
DAY = ("--on", "2026-11-22")


class TestOnATerminalWithColours:
    """What is looked for first is bold, and what only accompanies it is dim."""

    @pytest.mark.parametrize(
        ("command", "shown"),
        [
            (("demo",), f"{BOLD}The bag goes back from Belgium{PLAIN}"),
            (("demo",), f"{BOLD}Total    {PLAIN}"),
            (("demo",), f"{BOLD}To pay   "),
            (("quote", "examples/orders/london_grouped.json", *DAY), f"{BOLD}Price{PLAIN}"),
            (("quote", "examples/orders/london_grouped.json", *DAY), f"{DIM}Policy{PLAIN}"),
            (("quote", "examples/orders/london_grouped.json", *DAY), f"{BOLD}Total     "),
            (("quote", "examples/orders/london_grouped.json", *DAY), f"{DIM}From    "),
            (("policy", "show", LUNE, "--on", "2025-06-01"), f"{BOLD}lune@2025-03-01{PLAIN}"),
            (("policy", "law", "imparfaite", *DAY), f"{BOLD}imparfaite@2023-01-01{PLAIN}"),
            (("policy", "law", "imparfaite", *DAY), f"{DIM}This is no legal advice: "),
            (("policy", "diff", LUNE, f"{LUNE}@2025-06-01", *DAY), f"{BOLD}lune@2026-01-01 → "),
            (("policy", "diff", LUNE, f"{LUNE}@2025-06-01", *DAY), f"{BOLD}For buyers{PLAIN}"),
            (("policy", "diff", LUNE, f"{LUNE}@2025-06-01", *DAY), f"{BOLD}since{PLAIN}"),
        ],
    )
    def test_shows_it(self, command: tuple[str, ...], shown: str) -> None:
        """In the codes that every terminal knows."""
        done = run(*command, NO_COLOR="", FORCE_COLOR="1", TERM="xterm", COLUMNS="100")
        assert shown in done.stdout.decode()
