"""A backtest as one page of HTML that loads nothing from elsewhere and has no script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from importlib.resources import files
from string import Template

from vintage_rules.frames.backtest.charts import Bar, Chart, drawn
from vintage_rules.frames.backtest.result import Backtest, Dimension, Group, Party
from vintage_rules.frames.backtest.words import DIMENSIONS, PARTIES, Texts
from vintage_rules.orders.labels import NO_LABELS, HouseLabels

NOTE = (
    "Only orders that both policies price are compared. What buyers pay is what sellers, the "
    "house and carriers get. Changes are those from the first policy to the second."
)
_TITLES = {
    Dimension.COUNTRY: "By country",
    Dimension.MONTH: "By month",
    Dimension.MODE: "By mode of shipping",
    Dimension.PRICE: "By price of the pieces",
}
_MOST_BARS = 12


@cache
def _page() -> Template:
    return Template(files("vintage_rules.frames.backtest").joinpath("page.html").read_text("utf-8"))


def backtest_page(found: Backtest, labels: HouseLabels = NO_LABELS) -> str:
    """Return a backtest as a page of HTML with its charts in it, in English.

    `labels` are what the house calls its modes. Needs the extra `report`.

    >>> from datetime import date
    >>> from vintage_rules.frames import compile_policy, past_orders
    >>> from vintage_rules.frames.backtest import backtest_orders
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> rules = compile_policy(house)
    >>> found = backtest_orders(past_orders(house, orders=100, seed=7), rules, rules)
    >>> backtest_page(found).partition("<title>")[2].partition("</title>")[0]
    'imparfaite@2023-01-01 → imparfaite@2023-01-01'
    """
    texts = Texts.english(labels)
    return _page().substitute(
        title=escape(f"{found.before} → {found.after}"),
        summary=escape(texts.summary(found)),
        note=escape(NOTE),
        sections="".join(_sections(found, texts)),
    )


def _sections(found: Backtest, texts: Texts) -> Iterator[str]:
    yield _section("Money", _money(found, texts))
    if found.changed:
        yield _section("How much orders change", _pair(_steps(found, texts)))
    for by in Dimension:
        yield _section(_TITLES[by], _pair(_groups(found, by, texts)))
    if found.most:
        yield _section("Orders that change most", most_changed(found, texts))
    if found.crossings:
        yield _section("Limits", _crossings(found, texts))
    if found.not_priced:
        yield _section("Orders without a price", _not_priced(found, texts))


def _section(title: str, body: str) -> str:
    return f"<section>\n<h2>{escape(title)}</h2>\n{body}</section>\n"


def _pair(parts: Iterable[str]) -> str:
    return f'<div class="pair">\n{"".join(f"<div>{part}</div>" for part in parts)}</div>\n'


def _money(found: Backtest, texts: Texts) -> str:
    rows = [
        [name, texts.money(sums.before), texts.money(sums.after), texts.signed(sums.change)]
        for party, name in PARTIES.items()
        for sums in [found.sums[party]]
    ]
    return _table("What each side pays or gets", ["", "before", "after", "change"], rows)


def _steps(found: Backtest, texts: Texts) -> Iterator[str]:
    named = [(texts.band(step.least, step.below), step) for step in found.steps]
    yield drawn(
        Chart(
            title="Orders by the change to what their buyers pay",
            unit="orders",
            bars=[Bar(name=name, value=step.orders) for name, step in named],
        )
    )
    rows = [
        [name, texts.count(step.orders), texts.share(step.orders, found.compared)]
        for name, step in named
    ]
    yield _table("The same in figures", ["change", "orders", "of all compared"], rows)


def _groups(found: Backtest, by: Dimension, texts: Texts) -> Iterator[str]:
    groups = found.groups[by]
    yield drawn(
        Chart(
            title=f"Change to what buyers pay, {_TITLES[by].lower()}",
            unit=found.currency,
            bars=[
                Bar(
                    name=texts.group(by, group),
                    value=float(group.change[Party.BUYERS].amount),
                )
                for group in groups[:_MOST_BARS]
            ],
        )
    )
    rows = [_row(by, group, texts) for group in groups]
    heads = [DIMENSIONS[by], "orders", "changed", *(party.value for party in Party)]
    yield _table("Change for each side", heads, rows)


def _row(by: Dimension, group: Group, texts: Texts) -> list[str]:
    counts = [texts.count(group.orders), texts.count(group.changed)]
    return [texts.group(by, group), *counts, *(texts.signed(group.change[each]) for each in Party)]


def most_changed(found: Backtest, texts: Texts) -> str:
    """Return the table of the orders that change most."""
    heads = ["order", "country", "mode"]
    for party in (Party.BUYERS, Party.SELLERS):
        heads += [f"{party} before", "after", "change"]
    rows = [
        [
            each.order,
            texts.country(each.country),
            texts.mode(each.mode),
            *(
                cell
                for party in (Party.BUYERS, Party.SELLERS)
                for sums in [each.sums[party]]
                for cell in (
                    texts.money(sums.before),
                    texts.money(sums.after),
                    texts.signed(sums.change),
                )
            ),
        ]
        for each in found.most
    ]
    return _table("The orders with the largest change to any side", heads, rows, texts=3)


def _crossings(found: Backtest, texts: Texts) -> str:
    rows = [
        [each.limit, *map(texts.count, (each.before, each.after, each.entered, each.left))]
        for each in found.crossings
    ]
    heads = ["limit", "orders before", "orders after", "newly", "no longer"]
    return _table("Orders for which a limit holds", heads, rows)


def _not_priced(found: Backtest, texts: Texts) -> str:
    rows = [[str(each.edition), each.reason, texts.count(each.orders)] for each in found.not_priced]
    return _table("Why a policy has no price", ["policy", "reason", "orders"], rows, texts=2)


def _table(
    caption: str, heads: Sequence[str], rows: Iterable[Sequence[str]], *, texts: int = 1
) -> str:
    """Write a table of which the first columns are texts and the others numbers."""
    head = "".join(
        f'<th scope="col"{_number(nth, texts)}>{escape(cell)}</th>'
        for nth, cell in enumerate(heads)
    )
    body = "".join(
        "<tr>"
        f'<th scope="row">{escape(row[0])}</th>'
        + "".join(
            f"<td{_number(nth, texts)}>{escape(cell)}</td>" for nth, cell in enumerate(row[1:], 1)
        )
        + "</tr>\n"
        for row in rows
    )
    label = escape(caption)
    return (
        f'<div class="table" role="region" aria-label="{label}" tabindex="0">\n<table>\n'
        f"<caption>{label}</caption>\n<thead><tr>{head}</tr></thead>\n"
        f"<tbody>\n{body}</tbody>\n</table>\n</div>\n"
    )


def _number(nth: int, texts: int) -> str:
    return "" if nth < texts else ' class="n"'
