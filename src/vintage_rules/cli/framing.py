"""`vintage-rules frame`: rules over the rows of a file."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from attrs import frozen
from rich.console import Console, Group

from vintage_rules.cli.column_mapping import Source, mapped, read_mapping
from vintage_rules.cli.errors import WRONG_USE, CliError
from vintage_rules.cli.frame_files import (
    Parts,
    batches,
    count_rows,
    has_runs,
    missing,
    read_columns,
    read_frame,
    require_known,
    rows_progress,
    typed,
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

ROWS = 500_000
"""How many rows of a file are read at a time."""


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
    return mapped(read_frame(path), _mapping(mapping, columns), path)


def _mapping(path: Path | None, columns: RuleColumns) -> Mapping[str, Source]:
    known = {**COLUMNS, **{each.name: each for each in (*columns.needed, *columns.optional)}}
    return {} if path is None else read_mapping(path, known)


def framed(
    path: Path,
    out: Path,
    rules: Sequence[tuple[str, RuleOfFrames]],
    policy: FramePolicy,
    *,
    mapping: Path | None,
    screen: Console,
    size: int = ROWS,
) -> Mapping[str, int]:
    """Carry rules out over a file, write what results, and count the reasons without an answer.

    The file is read some rows at a time, so that it may be larger than memory.

    Raises:
        CliError: If something given is wrong, naming the file and the column.
    """
    require_known(out)
    job = _Job(path=path, rules=rules, policy=policy, mapping=mapping)
    reasons: Counter[str] = Counter()
    with TemporaryDirectory(prefix="vintage-rules-") as folder, rows_progress(screen) as bar:
        parts = Parts(Path(folder))
        task = bar.add_task(path.name, total=count_rows(path))
        for batch in job.batches(size):
            done = job.carried_out(batch)
            reasons.update(done["error"].drop_nulls())
            parts.add(done)
            bar.advance(task, done.height)
        bar.update(task, description=f"write {out.name}")
        parts.write(out)
    return reasons


@frozen(kw_only=True)
class _Job:
    """The rules that are carried out over a file."""

    path: Path
    rules: Sequence[tuple[str, RuleOfFrames]]
    policy: FramePolicy
    mapping: Path | None

    def batches(self, size: int) -> Iterator[pl.DataFrame]:
        """Read the file in batches, with the columns of rules, each order in one of them.

        Orders whose rows do not follow one another are read at once.
        """
        columns = columns_of(self.rules, self.policy)
        sources = _mapping(self.mapping, columns)
        order = sources["order"].column if "order" in sources else "order"
        by_order = any(each.name == "order" for each in columns.optional)
        given = order is None or order in read_columns(self.path)
        if not (by_order and given):
            yield from self._read(batches(self.path, size), columns, sources)
        elif order is None or not has_runs(self.path, order):
            yield from self._read([read_frame(self.path)], columns, sources)
        else:
            yield from _whole_orders(self._read(batches(self.path, size), columns, sources))

    def _read(
        self, found: Iterable[pl.DataFrame], columns: RuleColumns, sources: Mapping[str, Source]
    ) -> Iterator[pl.DataFrame]:
        """Give rows the columns of rules, in the types of their kinds."""
        known = {**COLUMNS, **{each.name: each for each in columns.optional}}
        first = 1
        for rows in found:
            batch = mapped(rows, sources, self.path, first=first)
            if columns.missing(batch.columns):
                raise CliError(missing(batch, columns, self.path))
            yield typed(batch, known.values(), self.path, first=first)
            first += rows.height

    def carried_out(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return rows with what every rule adds."""
        for _, rule in self.rules:
            try:
                frame = rule.carry_out(frame, self.policy)
            except VintageRulesError as error:
                raise CliError(f"{self.path}: {error}") from error
        return frame


def _whole_orders(batches: Iterable[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """Keep the last order of a batch for the next one, which may hold more of its rows."""
    import polars as pl

    kept: pl.DataFrame | None = None
    for batch in batches:
        rows = batch if kept is None else pl.concat([kept, batch])
        last = rows["order"].eq_missing(rows["order"].last())
        kept, whole = rows.filter(last), rows.filter(~last)
        if whole.height:
            yield whole
    if kept is not None:
        yield kept


def errors_by_reason(counts: Mapping[str, int]) -> Iterator[str]:
    """Give each reason why rows have no answer, the most frequent first, with their number."""
    for reason, rows in sorted(counts.items(), key=lambda each: (-each[1], each[0])):
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
