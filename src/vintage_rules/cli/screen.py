"""Tables and texts of commands, in the words and formats of a locale.

Whatever comes from outside is shown as plain text: nothing in it is taken for markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Console, Group, RenderableType
from rich.table import Table
from rich.text import Text

from vintage_rules.cli.words import Words
from vintage_rules.errors import UnknownTermError
from vintage_rules.wording.explaining import clause_text

_ASSUMPTION = "assumption:"


def console() -> Console:
    """Return the screen, which colours nothing by guesses about what looks like a value."""
    return Console(highlight=False)


def section(title: str, body: RenderableType) -> Group:
    """Put a heading above something."""
    return Group(Text(title, style="bold"), body, Text(""))


def table(*headings: str, right: Sequence[int] = ()) -> Table:
    """Return an empty table with a heading over each column.

    The columns named by `right` are flush right.
    """
    made = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for place, heading in enumerate(headings):
        made.add_column(heading, justify="right" if place in right else "left", overflow="fold")
    return made


def pairs(rows: Iterable[tuple[str, str]]) -> Table:
    """Return a table of names and their values."""
    made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    made.add_column(style="dim")
    made.add_column(overflow="fold")
    for name, value in rows:
        made.add_row(Text(name), Text(value))
    return made


def add(made: Table, *cells: str, style: str = "") -> None:
    """Add a row of plain texts."""
    made.add_row(*(Text(cell) for cell in cells), style=style)


def sentences(parts: Iterable[str]) -> str:
    """Return sentences in a row."""
    return " ".join(parts)


def why(sources: Sequence[str], words: Words) -> Group:
    """Show every clause, law and assumption that decided, in a sentence each."""
    made = table(words.heading("source"), words.heading("says"))
    for source in sorted(sources, key=_rank):
        add(made, *_source(source, words))
    return section(words.heading("why"), made)


def _rank(source: str) -> tuple[bool, str, int, str]:
    """Sort clauses first, by letter and number, then laws, then assumptions."""
    letter, number = source[:1], source[1:]
    if number.isdecimal():
        return False, letter, int(number), ""
    return True, "" if not source.startswith(_ASSUMPTION) else "~", 0, source


def _source(source: str, words: Words) -> tuple[str, str]:
    if source.startswith(_ASSUMPTION):
        return words.heading("assumption"), source.removeprefix(_ASSUMPTION).strip()
    try:
        return source, clause_text(source, words.locale)
    except UnknownTermError:
        return source, ""
