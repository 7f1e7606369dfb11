"""`vintage-rules policy show`: the values of a policy, and their sources."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from vintage_rules.cli.clock import today
from vintage_rules.cli.errors import CliError
from vintage_rules.cli.quoting import day_asked
from vintage_rules.cli.screen import add
from vintage_rules.errors import NoEditionError, PolicyError
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.loading import load_policy
from vintage_rules.policies.rows import PolicyRow, policy_rows


def policy_on_screen(policy: str, on: str | None) -> Group:
    """Show every value of the edition in force on a day.

    Raises:
        CliError: If there is no such policy or edition.
    """
    book = book_of(policy)
    day = day_asked(on) or today()
    try:
        house, rows = book.on(day), policy_rows(book, day)
    except NoEditionError as error:
        raise CliError(f"--{error}") from error
    return Group(Text(str(house.edition), style="bold"), *_tables(rows))


def _tables(rows: Sequence[PolicyRow]) -> list[RenderableType]:
    """Show the values of each table under its path, for which no screen is too narrow."""
    longest = max(len(_key(row)) for row in rows)
    parts: list[RenderableType] = []
    for path, values in groupby(rows, key=_table):
        made = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2), expand=True)
        made.add_column(width=longest, no_wrap=True)
        made.add_column(ratio=1, overflow="fold")
        made.add_column(ratio=1, overflow="fold", style="dim")
        for row in values:
            add(made, _key(row), row.value, "; ".join(row.sources))
        parts += [Text(""), Text(path, style="bold"), made] if path else [made]
    return parts


def _table(row: PolicyRow) -> str:
    return row.path.rpartition(".")[0]


def _key(row: PolicyRow) -> str:
    return row.path.rpartition(".")[2]


def book_of(policy: str) -> PolicyBook:
    """Load a policy by its name or file.

    Raises:
        CliError: With all faults of the document.
    """
    try:
        return load_policy(policy)
    except PolicyError as error:
        raise CliError(str(error)) from error
