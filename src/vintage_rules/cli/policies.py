"""`vintage-rules policy show`: the values of a policy, and their sources."""

from __future__ import annotations

from rich.console import Group
from rich.text import Text

from vintage_rules.cli.clock import today
from vintage_rules.cli.errors import CliError
from vintage_rules.cli.quoting import day_asked
from vintage_rules.cli.screen import add, table
from vintage_rules.errors import NoEditionError, PolicyError
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.loading import load_policy
from vintage_rules.policies.rows import policy_rows


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
    made = table("Value", "Is", "Source")
    for row in rows:
        add(made, row.path, row.value, "; ".join(row.sources))
    return Group(Text(str(house.edition), style="bold"), made)


def book_of(policy: str) -> PolicyBook:
    """Load a policy by its name or file.

    Raises:
        CliError: With all faults of the document.
    """
    try:
        return load_policy(policy)
    except PolicyError as error:
        raise CliError(str(error)) from error
