"""What `vintage-rules simulate` shows of towns whose figures are known by hand."""

from __future__ import annotations

import json
from collections import Counter
from io import StringIO

from attrs import evolve
from rich.console import Console

from vintage_rules import Money
from vintage_rules.cli.simulating import as_json, summary
from vintage_rules.testing.simulation.run import Report

QUIET = Report(
    seed=7,
    days=30,
    deeds=Counter({"buy: done": 12, "buy: refused": 3, "buy: cut off": 1, "ask: lost": 2}),
    faults=Counter({"timeout": 4, "crash-before": 5}),
    events=Counter({"order-placed": 7}),
    orders=11,
    captured=Money("1234.50", "EUR"),
    refunded=Money("99.90", "EUR"),
    paid_out=Money("800.00", "EUR"),
    mails=42,
    violations=(),
    digest="abc123",
)
BROKEN = evolve(QUIET, seed=8, violations=("o1: the coat is sold twice", "o2: a mail is lost"))


def shown(*reports: Report, colours: bool = False) -> str:
    """Show a summary on a wide screen, without spaces at the ends of lines."""
    out = StringIO()
    screen = Console(file=out, width=100, color_system="standard" if colours else None)
    screen.print(summary(reports))
    return "\n".join(line.rstrip() for line in out.getvalue().splitlines())


class TestSummary:
    """What is shown of some towns."""

    def test_of_one_town(self) -> None:
        """Its figures, what went wrong, what people did and how often, and the verdict."""
        assert [line for line in shown(QUIET).splitlines() if line] == [
            " seed   days   orders   captured      refunded    paid out     mails   faults",
            f" {'─' * 76}",
            " 7      30     11       1234.50 EUR   99.90 EUR   800.00 EUR   42      9",
            " what went wrong   times",
            f" {'─' * 23}",
            " crash-before          5",
            " timeout               4",
            " what people did   done   refused   lost   cut off",
            f" {'─' * 49}",
            " ask                                   2",
            " buy                 12         3                1",
            "Nothing is lost, sold twice, paid twice or dead-lettered in the town.",
        ]

    def test_of_several_towns(self) -> None:
        """Each has a line of its own; what happened in them is added up."""
        text = shown(QUIET, evolve(QUIET, seed=8, orders=1))
        assert " 8      30     1 " in text
        assert " timeout               8" in text
        assert " buy                 24         6                2" in text
        assert text.endswith("dead-lettered in 2 towns.")

    def test_of_a_town_in_which_something_does_not_hold(self) -> None:
        """Every fault is listed with the seed that shows it again."""
        assert shown(QUIET, BROKEN).splitlines()[-3:] == [
            "What does not hold:",
            "seed 8: o1: the coat is sold twice",
            "seed 8: o2: a mail is lost",
        ]

    def test_in_colours(self) -> None:
        """Green where everything holds, red where something does not."""
        assert "\x1b[32mNothing is lost" in shown(QUIET, colours=True)
        assert "\x1b[31mWhat does not hold:" in shown(BROKEN, colours=True)


def test_as_json() -> None:
    """Every figure under its name, what is counted in the order of the names."""
    written = as_json(BROKEN)
    assert json.loads(written) == {
        "seed": 8,
        "days": 30,
        "orders": 11,
        "captured": "1234.50 EUR",
        "refunded": "99.90 EUR",
        "paid_out": "800.00 EUR",
        "mails": 42,
        "faults": {"crash-before": 5, "timeout": 4},
        "deeds": {"ask: lost": 2, "buy: cut off": 1, "buy: done": 12, "buy: refused": 3},
        "violations": ["o1: the coat is sold twice", "o2: a mail is lost"],
        "digest": "abc123",
    }
    assert written.index("crash-before") < written.index("timeout")
