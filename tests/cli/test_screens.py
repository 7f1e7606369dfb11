from __future__ import annotations

from datetime import date

import pytest

from tests.cli.asking import TODAY, run
from tests.cli.screens import AT_WIDTHS, FOLDER, WIDTHS, path_of, screen
from vintage_rules.policies import load_policy, policy_rows
from vintage_rules.review import Verdict, hold_against_law

BOLD, DIM, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[0m"
LUNE = "docs/guide/lune.toml"
DAY = ("--on", "2026-11-22")


class TestScreens:
    """The screens as they were read."""

    @pytest.mark.parametrize("name", WIDTHS)
    def test_are_those_that_were_read(self, name: str) -> None:
        """What a command prints changes only with the file in which somebody has read it."""
        kept = path_of(name).read_text("utf-8")
        assert screen(name) == kept, "run python -m tests.cli.screens, and read the diff"

    def test_are_all_kept(self) -> None:
        """No file is left of a screen that is gone."""
        assert {file.stem for file in FOLDER.iterdir()} == set(WIDTHS)

    @pytest.mark.parametrize("width", [80, 200])
    @pytest.mark.parametrize("name", AT_WIDTHS)
    def test_fit_their_terminal(self, name: str, width: int) -> None:
        """But for what the check reports, whose lines editors read."""
        lines = path_of(f"{name}-{width}").read_text("utf-8").splitlines()
        assert name == "check-bazaar" or max(map(len, lines)) <= width


class TestPaths:
    """The paths of values on a terminal of 80 columns."""

    def test_are_whole_in_what_a_law_finds(self) -> None:
        """A path that is broken can be neither searched for nor copied."""
        house = load_policy("imparfaite")
        shown = path_of("law-80").read_text("utf-8").split()
        found = hold_against_law(house, TODAY)
        paths = {one.path for one in found if one.verdict is not Verdict.MET}
        assert paths
        assert paths - set(shown) == set()

    def test_are_whole_in_a_list_of_values(self) -> None:
        """Each value is below the path of its table, with its key in front."""
        below = ""
        keys: set[str] = set()
        for line in path_of("show-lune-80").read_text("utf-8").splitlines()[1:]:
            if line and not line.startswith(" "):
                first, *rest = line.split()
                below = below if rest else first
                keys.add(f"{below}.{first}".lstrip(".") if rest else "")
        rows = policy_rows(load_policy(LUNE), date(2025, 6, 1))
        assert keys - {""} == {row.path for row in rows}

    def test_are_whole_in_a_comparison(self) -> None:
        """They are in parentheses after the sentence about them."""
        shown = path_of("diff-editions-80").read_text("utf-8")
        assert shown.count("(shipping.tracking.patience)") == 4
        assert "(shipping.tracking.source)" in shown


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
