"""`vintage-rules policy show`: what a policy says, and where from."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text

from vintage_rules.cli.clock import today
from vintage_rules.cli.errors import Trouble
from vintage_rules.cli.quoting import day_asked
from vintage_rules.cli.screen import add, table
from vintage_rules.errors import NoEditionError, PolicyError
from vintage_rules.policies import PolicyBook, load_policy, policy_rows


def policy_on_screen(policy: str, on: str | None) -> Group:
    """Show every value of the edition in force on a day. Raises `Trouble` when there is none."""
    book = book_of(policy)
    day = day_asked(on) or today()
    try:
        house, rows = book.on(day), policy_rows(book, day)
    except NoEditionError as error:
        raise Trouble(f"--{error}") from error
    made = table("Value", "Is", "Source")
    for row in rows:
        add(made, row.path, row.value, "; ".join(row.sources))
    return Group(Text(str(house.edition), style="bold"), made)


def book_of(policy: str) -> PolicyBook:
    """Load a policy by its name or file. Raises `Trouble` with all its faults."""
    try:
        return load_policy(policy)
    except PolicyError as error:
        raise Trouble(str(error)) from error
