"""`vintage-rules frame`: rules over the rows of a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen
from rich.console import Console, Group
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from vintage_rules.cli.column_mapping import mapped, read_mapping
from vintage_rules.cli.errors import WRONG_USE, CliError
from vintage_rules.cli.frame_files import (
    missing,
    read_frame,
    require_known,
    typed,
    write_frame,
)
from vintage_rules.cli.screen import add, section, table
from vintage_rules.errors import VintageRulesError
from vintage_rules.frames.columns import COLUMNS, Column, RuleColumns
from vintage_rules.frames.delivery import (
    ESTIMATED,
    PROMISED,
    estimate_deliveries,
    estimate_promises,
)
from vintage_rules.frames.fees import quote_fees, quoted_fees_columns
from vintage_rules.frames.imports import IMPORTED, assess_imports
from vintage_rules.frames.offers import OFFERED, assess_offers
from vintage_rules.frames.orders import order_columns, quote_orders
from vintage_rules.frames.payouts import PAID, assess_payouts
from vintage_rules.frames.places import PLACED, locate_places
from vintage_rules.frames.policy import FramePolicy
from vintage_rules.frames.refunds import quote_refunds, refund_columns
from vintage_rules.frames.returns import ASSESSED, assess_returns
from vintage_rules.frames.shapes import FrameRule

if TYPE_CHECKING:
    import polars as pl


@frozen
class RuleOfFrames:
    """A rule over columns: the columns it reads and adds under a policy, and what adds them."""

    columns: Callable[[FramePolicy], RuleColumns]
    carry_out: Callable[[pl.DataFrame, FramePolicy], pl.DataFrame]


RULES: Mapping[str, RuleOfFrames] = {
    "locate-places": RuleOfFrames(lambda _: PLACED, lambda frame, _: locate_places(frame)),
    "quote-fees": RuleOfFrames(quoted_fees_columns, quote_fees),
    "quote-orders": RuleOfFrames(order_columns, quote_orders),
    "quote-refunds": RuleOfFrames(refund_columns, quote_refunds),
    "estimate-deliveries": RuleOfFrames(lambda _: ESTIMATED, estimate_deliveries),
    "estimate-promises": RuleOfFrames(lambda _: PROMISED, estimate_promises),
    "assess-imports": RuleOfFrames(lambda _: IMPORTED, assess_imports),
    "assess-offers": RuleOfFrames(lambda _: OFFERED, assess_offers),
    "assess-returns": RuleOfFrames(lambda _: ASSESSED, assess_returns),
    "assess-payouts": RuleOfFrames(lambda _: PAID, assess_payouts),
}


def rules_named(names: Sequence[str]) -> list[tuple[str, RuleOfFrames]]:
    """Return the rules of these names.

    Raises:
        CliError: If there is none of a name.
    """
    for name in names:
        if name not in RULES:
            known = ", ".join(RULES)
            raise CliError(f"--rule: must be one of {known}, got {name!r}", WRONG_USE)
    return [(name, RULES[name]) for name in names]


def compiled_for(names: Sequence[str]) -> Iterator[FrameRule]:
    """Return the rules that a policy is compiled for; to place an address needs none."""
    known = {str(each): each for each in FrameRule}
    return (known[rule] for name in names if (rule := name.replace("-", "_")) in known)


def columns_of(rules: Sequence[tuple[str, RuleOfFrames]], policy: FramePolicy) -> RuleColumns:
    """Return the columns of rules that are carried out one after the other."""
    needed: dict[str, Column] = {}
    optional: dict[str, Column] = {}
    added: dict[str, Column] = {}
    for _, rule in rules:
        columns = rule.columns(policy)
        needed |= {each.name: each for each in columns.needed if each.name not in added}
        optional |= {each.name: each for each in columns.optional if each.name not in added}
        added |= {each.name: each for each in columns.added}
    return RuleColumns(
        needed=(*needed.values(),),
        optional=tuple(each for name, each in optional.items() if name not in needed),
        added=(*added.values(),),
    )


def opened_frame(path: Path, mapping: Path | None, columns: RuleColumns) -> pl.DataFrame:
    """Read a file, with the columns of a mapping.

    Raises:
        CliError: Naming what is wrong.
    """
    frame = read_frame(path)
    known = {**COLUMNS, **{each.name: each for each in (*columns.needed, *columns.optional)}}
    return frame if mapping is None else mapped(frame, read_mapping(mapping, known), path)


def framed(
    path: Path,
    out: Path,
    rules: Sequence[tuple[str, RuleOfFrames]],
    policy: FramePolicy,
    *,
    mapping: Path | None,
    screen: Console,
) -> pl.DataFrame:
    """Carry rules out over a file, write what results, and return it.

    Raises:
        CliError: If something given is wrong, naming the file and the column.
    """
    require_known(out)
    columns = columns_of(rules, policy)
    with _progress(screen) as bar:
        task = bar.add_task(f"read {path.name}", total=len(rules) + 2)
        frame = opened_frame(path, mapping, columns)
        if columns.missing(frame.columns):
            raise CliError(missing(frame, columns, path))
        known = {**COLUMNS, **{each.name: each for each in columns.optional}}
        frame = typed(frame, known.values(), path)
        for name, rule in rules:
            bar.update(task, advance=1, description=name)
            try:
                frame = rule.carry_out(frame, policy)
            except VintageRulesError as error:
                raise CliError(f"{path}: {error}") from error
        bar.update(task, advance=1, description=f"write {out.name}")
        write_frame(frame, out)
    return frame


def _progress(screen: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )


def errors_by_reason(frame: pl.DataFrame) -> Iterator[str]:
    """Give each reason why rows have no answer, the most frequent first, with their number."""
    counts = frame["error"].drop_nulls().value_counts(sort=True, name="rows")
    for reason, rows in sorted(counts.iter_rows(), key=lambda each: (-each[1], each[0])):
        yield f"{rows} {'row' if rows == 1 else 'rows'}: {reason}"


def dry_run(frame: pl.DataFrame, columns: RuleColumns) -> Group:
    """Show which columns the rules read and add, and which of them the file has."""
    read = table("column", "kind", "in the file", "meaning")
    for each, here in [(each, "missing") for each in columns.needed] + [
        (each, "no, optional") for each in columns.optional
    ]:
        found = "yes" if each.name in frame.columns else here
        add(read, each.name, str(each.kind), found, each.meaning)
    made = table("column", "kind", "meaning")
    for each in columns.added:
        add(made, each.name, str(each.kind), each.meaning)
    return Group(section("Columns that are read", read), section("Columns that are added", made))
