"""`vintage-rules shop reconcile`: a provider's list of what it moved, held against the books."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import datetime
from io import TextIOWrapper
from pathlib import Path

from rich.console import RenderableType
from rich.text import Text

from vintage_rules.cli.errors import WRONG_USE, CliError, opened
from vintage_rules.cli.screen import add, table
from vintage_rules.dates import instant
from vintage_rules.errors import VintageRulesError
from vintage_rules.marketplace.commands.reconciliation import BalanceTransaction, Difference

_NONE = "-"


def listed_in(path: Path) -> tuple[BalanceTransaction, ...]:
    """Read a provider's list from a CSV file.

    Raises:
        CliError: If it cannot be read; a row that makes no sense is named by its line.
    """
    with opened(path) as file, TextIOWrapper(file, encoding="utf-8-sig", newline="") as text:
        try:
            return tuple(_rows(path, csv.DictReader(text)))
        except (UnicodeDecodeError, csv.Error) as error:
            raise CliError(f"{path}: cannot be read: {error}") from None


def _rows(path: Path, reader: csv.DictReader[str]) -> Iterator[BalanceTransaction]:
    for row in reader:
        known = {name: text for name, text in row.items() if name and text is not None}
        try:
            yield BalanceTransaction.from_row(known)
        except VintageRulesError as error:
            raise CliError(f"{path}:{reader.line_num}: {error}") from None


def moment_of(text: str | None, option: str) -> datetime | None:
    """Read a moment with its offset.

    Raises:
        CliError: For any other text, with the option it was given for.
    """
    if text is None:
        return None
    try:
        return instant(datetime.fromisoformat(text))
    except ValueError:
        allowed = "a moment with its offset, such as 2026-09-01T00:00:00+02:00"
        raise CliError(f"{option}: must be {allowed}, got {text!r}", WRONG_USE) from None


def differences_on_screen(found: tuple[Difference, ...]) -> RenderableType:
    """Return what differs as a table, or that nothing does."""
    if not found:
        return Text("The books and the list agree.")
    shown = table("difference", "movement", "receipt", "of", "booked", "listed", "row")
    for each in found:
        add(
            shown,
            each.kind,
            each.movement,
            each.receipt,
            each.checkout or _NONE,
            str(each.booked or _NONE),
            str(each.listed or _NONE),
            each.id or _NONE,
        )
    return shown
