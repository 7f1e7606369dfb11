"""`vintage-rules backtest`: two policies over past orders, on the screen and as a page."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from rich.console import Console, Group, RenderableType
from rich.text import Text

from vintage_rules.api import to_json
from vintage_rules.cli.clock import today
from vintage_rules.cli.column_mapping import mapped, read_mapping
from vintage_rules.cli.difference import dated
from vintage_rules.cli.errors import WRONG_USE, CliError
from vintage_rules.cli.frame_files import missing, read_frame, rows_progress, typed
from vintage_rules.cli.policies import book_of
from vintage_rules.cli.quoting import day_asked
from vintage_rules.cli.screen import add, section, table
from vintage_rules.errors import NoEditionError, PolicyError, VintageRulesError
from vintage_rules.frames.backtest.pricing import backtest_columns, backtest_orders
from vintage_rules.frames.backtest.result import Backtest, Dimension, Party
from vintage_rules.frames.backtest.words import DIMENSIONS, PARTIES, Texts
from vintage_rules.frames.columns import COLUMNS
from vintage_rules.frames.policy import FramePolicy, compile_policy
from vintage_rules.frames.shapes import FrameRule
from vintage_rules.orders.labels import HouseLabels

_MOST_GROUPS = 8
_MOST_ORDERS = 5


def compiled(policy: str, on: str | None, option: str, *rules: FrameRule) -> FramePolicy:
    """Return a policy, `NAME|PATH` or `NAME|PATH@DAY`, made ready for rules over columns.

    Raises:
        CliError: If there is none, or columns cannot compute it.
    """
    name, day = dated(policy, day_asked(on) or today())
    try:
        return compile_policy(book_of(name).on(day), *rules or (FrameRule.QUOTE_ORDERS,))
    except NoEditionError as error:
        raise CliError(f"--{error}") from error
    except PolicyError as error:
        raise CliError(f"--{option}: {error}") from error


def tested(
    path: Path,
    before: FramePolicy,
    after: FramePolicy,
    columns: Path | None,
    instead: Sequence[str],
    *,
    screen: Console,
) -> Backtest:
    """Compare what the orders of a file come to under two policies, with a bar on a terminal.

    Raises:
        CliError: If something given is wrong, naming the file and the column.
    """
    chosen = _instead(instead)
    wanted = backtest_columns(before, after)
    known = {**COLUMNS, **{each.name: each for each in wanted.optional}}
    frame = read_frame(path)
    if columns is not None:
        frame = mapped(frame, read_mapping(columns, known), path)
    if wanted.missing(frame.columns):
        raise CliError(missing(frame, wanted, path))
    orders = typed(frame, known.values(), path)
    with rows_progress(screen) as bar:
        # Each row is priced twice.
        task = bar.add_task(path.name, total=2 * orders.height)

        def priced(rows: int) -> None:
            bar.advance(task, rows)

        try:
            return backtest_orders(orders, before, after, instead=chosen, priced=priced)
        except VintageRulesError as error:
            raise CliError(f"{path}: {error}") from error


def _instead(written: Iterable[str]) -> Mapping[str, str]:
    pairs = [each.partition("=") for each in written]
    for before, equals, after in pairs:
        if not (before and equals and after):
            found = f"{before}{equals}{after}"
            raise CliError(f"--instead: must be MODE=MODE, got {found!r}", WRONG_USE)
    return {before: after for before, _, after in pairs}


def backtest_as_json(found: Backtest) -> str:
    """Return what a backtest found as one JSON object, with amounts as the JSON API writes them."""
    return json.dumps(to_json(found), ensure_ascii=False, indent=2)


def write_page(found: Backtest, labels: HouseLabels, path: Path) -> None:
    """Write the page of a backtest.

    Raises:
        CliError: If the file cannot be written.
    """
    from vintage_rules.frames.backtest.page import backtest_page

    try:
        path.write_text(backtest_page(found, labels), encoding="utf-8")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CliError(f"{path}: cannot be written: {reason}") from error


def backtest_on_screen(found: Backtest, labels: HouseLabels) -> Group:
    """Show what a backtest found, within 80 columns."""
    texts = Texts.english(labels)
    parts: list[RenderableType] = [
        Text(f"{found.before} → {found.after}", style="bold"),
        Text(texts.summary(found)),
        Text(""),
        section("Money", _money(found, texts)),
    ]
    if found.changed:
        parts.append(section("Change to what buyers pay", _steps(found, texts)))
    parts.extend(
        section(f"Change in {found.currency}, {_BY[by]}", _groups(found, by, texts))
        for by in Dimension
    )
    if found.most:
        parts.append(section("Orders that change most", _most(found, texts)))
    if found.crossings:
        parts.append(section("Orders for which a limit holds", _crossings(found, texts)))
    if found.not_priced:
        parts.append(section("Orders without a price", _not_priced(found, texts)))
    return Group(*parts)


_BY = {
    Dimension.COUNTRY: "by country",
    Dimension.MONTH: "by month",
    Dimension.MODE: "by mode of shipping",
    Dimension.PRICE: "by price of the pieces",
}


def _money(found: Backtest, texts: Texts) -> RenderableType:
    made = table("", "before", "after", "change", right=(1, 2, 3))
    for party, name in PARTIES.items():
        sums = found.sums[party]
        add(
            made, name, texts.money(sums.before), texts.money(sums.after), texts.signed(sums.change)
        )
    return made


def _steps(found: Backtest, texts: Texts) -> RenderableType:
    made = table("change", "orders", "of all compared", right=(1, 2))
    for step in found.steps:
        share = texts.share(step.orders, found.compared)
        add(made, texts.band(step.least, step.below), texts.count(step.orders), share)
    return made


def _groups(found: Backtest, by: Dimension, texts: Texts) -> RenderableType:
    made = table(DIMENSIONS[by], "changed", *(party.value for party in Party), right=range(1, 6))
    groups = found.groups[by]
    for group in groups if by is not Dimension.COUNTRY else groups[:_MOST_GROUPS]:
        changes = (texts.whole(group.change[party]) for party in Party)
        add(made, texts.group(by, group), texts.count(group.changed), *changes)
    return made


def _most(found: Backtest, texts: Texts) -> RenderableType:
    made = table("order", "country", "buyer paid", "pays", "seller got", "gets", right=range(2, 6))
    for each in found.most[:_MOST_ORDERS]:
        amounts = [each.sums[party] for party in (Party.BUYERS, Party.SELLERS)]
        cells = (texts.money(side) for sums in amounts for side in (sums.before, sums.after))
        add(made, each.order, each.country, *cells)
    return made


def _crossings(found: Backtest, texts: Texts) -> RenderableType:
    made = table("limit", "before", "after", "newly", "no longer", right=range(1, 5))
    for each in found.crossings:
        counts = (each.before, each.after, each.entered, each.left)
        add(made, each.limit, *map(texts.count, counts))
    return made


def _not_priced(found: Backtest, texts: Texts) -> RenderableType:
    made = table("policy", "reason", "orders", right=(2,))
    for each in found.not_priced:
        add(made, str(each.edition), each.reason, texts.count(each.orders))
    return made
