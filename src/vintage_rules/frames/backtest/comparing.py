"""What a change of policy would have done to past orders.

Theory. What a buyer pays is split among the others: sellers get their payouts, carriers the
shipping, and the house what is left, be it fees or, below zero, reductions that it bears. Only
orders that both policies price are compared; what one of them refuses is counted by the rule's
reason, since no sum says what its buyer would have done instead.

Orders are grouped by price, and changes by their size, in steps of 1, 2, 5, 10, 20 … of the
currency, over the range in which all but the rarest lie: so every currency has steps that fit.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import count

import polars as pl

from vintage_rules.frames.backtest.result import (
    Backtest,
    ChangedOrder,
    Crossing,
    Dimension,
    Group,
    NotPriced,
    Party,
    Step,
    Sums,
)
from vintage_rules.ids import Edition
from vintage_rules.money import Money, quantum_of, zero
from vintage_rules.orders.policy import HousePolicy

MOST_SHOWN = 10
BEFORE, AFTER = "before", "after"
_CHANGE = {party: f"{party}_change" for party in Party}
_SERIES = (1, 2, 5)
# Orders below the first band of prices, and above the last, of 1000.
_RARE = 20


def compare_orders(priced: pl.DataFrame, before: HousePolicy, after: HousePolicy) -> Backtest:
    """Compare what each order came to under two policies, given a row for each order.

    The columns are `order`, `country`, `month`, `mode` and `goods`; the amount of each party under
    each policy, such as `buyers_before`; `error_before` and `error_after`; and for each limit, such
    as `fee: at its maximum`, whether it holds: its name with `|before` and `|after`.
    """
    currency = before.currency
    both = _changes(priced)
    changed = both.filter("changed")
    paid = changed[_CHANGE[Party.BUYERS]].sort()
    return Backtest(
        before=before.edition,
        after=after.edition,
        currency=currency,
        orders=priced.height,
        compared=both.height,
        changed=changed.height,
        dearer=int((paid > 0).sum()),
        cheaper=int((paid < 0).sum()),
        median=None if paid.is_empty() else money_of(paid[(paid.len() - 1) // 2], currency),
        sums=_sums(both, currency),
        groups={each: tuple(_groups(both, each, currency)) for each in Dimension},
        steps=tuple(_steps(paid, currency)),
        most=tuple(_most(changed, currency)),
        not_priced=(
            *_not_priced(priced, before.edition, f"error_{BEFORE}"),
            *_not_priced(priced, after.edition, f"error_{AFTER}"),
        ),
        crossings=tuple(_crossings(both)),
    )


def money_of(units: int, currency: str) -> Money:
    """Return so many of the smallest units of a currency as money."""
    return Money(units * quantum_of(zero(currency).currency), currency)


def _changes(priced: pl.DataFrame) -> pl.DataFrame:
    """Return the orders that both policies price, with what changes for each party."""
    errors = (f"error_{BEFORE}", f"error_{AFTER}")
    return (
        priced.filter([pl.col(error).is_null() for error in errors])
        .with_columns(
            (pl.col(f"{party}_{AFTER}") - pl.col(f"{party}_{BEFORE}")).alias(_CHANGE[party])
            for party in Party
        )
        .with_columns(changed=pl.any_horizontal(pl.col(name) != 0 for name in _CHANGE.values()))
    )


def _sums(both: pl.DataFrame, currency: str) -> Mapping[Party, Sums]:
    totals = both.select(
        pl.col(f"{party}_{side}").sum() for party in Party for side in (BEFORE, AFTER)
    ).row(0, named=True)
    return {party: _sums_of(totals, party, currency) for party in Party}


def _sums_of(row: Mapping[str, int], party: Party, currency: str) -> Sums:
    return Sums(
        before=money_of(row[f"{party}_{BEFORE}"], currency),
        after=money_of(row[f"{party}_{AFTER}"], currency),
    )


def _groups(both: pl.DataFrame, by: Dimension, currency: str) -> Iterator[Group]:
    """Group orders: by country and mode the largest group first, else in their own order."""
    bounds = _bounds(both["goods"], currency)
    group = _band_of("goods", bounds) if by is Dimension.PRICE else pl.col(by.value)
    found = (
        both.group_by(group.alias("group"))
        .agg(
            pl.len().cast(pl.Int64).alias("orders"),
            pl.col("changed").sum(),
            *[pl.col(name).sum() for name in _CHANGE.values()],
        )
        .sort(pl.col("orders").neg() if by in _LARGEST_FIRST else "group", "group")
    )
    for row in found.iter_rows(named=True):
        change = {party: money_of(row[_CHANGE[party]], currency) for party in Party}
        least, below = _range(row["group"], bounds, currency) if by is Dimension.PRICE else _NONE
        yield Group(
            name="" if by is Dimension.PRICE else row["group"],
            least=least,
            below=below,
            orders=row["orders"],
            changed=row["changed"],
            change=change,
        )


_LARGEST_FIRST = (Dimension.COUNTRY, Dimension.MODE)
_NONE = (None, None)


def _bounds(amounts: pl.Series, currency: str) -> list[int]:
    """Return the bounds of 1, 2, 5 … that lie among all amounts but the rarest."""
    if amounts.is_empty():
        return []
    ordered = amounts.sort()
    low, high = (ordered[(ordered.len() - 1) * share // 1000] for share in (_RARE, 1000 - _RARE))
    return [bound for bound in _ladder(high, currency) if low < bound]


def _ladder(most: int, currency: str) -> Iterator[int]:
    """Give 1, 2, 5, 10, 20 … of a currency in its smallest unit, up to an amount."""
    unit = int(1 / quantum_of(zero(currency).currency))
    for power in count():
        for factor in _SERIES:
            bound = factor * 10**power * unit
            if bound > most:
                return
            yield bound


def _band_of(column: str, bounds: Sequence[int]) -> pl.Expr:
    """Return how many of the bounds an amount has reached."""
    return pl.sum_horizontal(
        pl.col(column) * 0, *[(pl.col(column) >= bound).cast(pl.Int64) for bound in bounds]
    )


def _range(band: int, bounds: Sequence[int], currency: str) -> tuple[Money | None, Money | None]:
    return (
        money_of(bounds[band - 1], currency) if band > 0 else None,
        money_of(bounds[band], currency) if band < len(bounds) else None,
    )


def _steps(paid: pl.Series, currency: str) -> Iterator[Step]:
    """Count changes to what buyers pay by size; what does not change is in no step."""
    sizes = paid.filter(paid != 0)
    up = [*_ladder(int(sizes.abs().max() or 0), currency)] if sizes.len() else []  # type: ignore[arg-type]
    bounds = sorted({-bound for bound in up} | {0} | set(up))
    counted = (
        pl.DataFrame({"paid": sizes})
        .group_by(_band_of("paid", bounds).alias("band"))
        .agg(pl.len().cast(pl.Int64).alias("orders"))
        .sort("band")
    )
    for row in counted.iter_rows(named=True):
        least, below = _range(row["band"], bounds, currency)
        yield Step(least=least, below=below, orders=row["orders"])


def _most(changed: pl.DataFrame, currency: str) -> Iterator[ChangedOrder]:
    """Give the orders of which one party's amount changes most."""
    most = pl.max_horizontal(pl.col(name).abs() for name in _CHANGE.values())
    rows = changed.with_columns(most=most).sort("most", "order", descending=[True, False])
    for row in rows.head(MOST_SHOWN).iter_rows(named=True):
        yield ChangedOrder(
            order=row["order"],
            country=row["country"],
            mode=row["mode"],
            sums={party: _sums_of(row, party, currency) for party in Party},
        )


def _not_priced(priced: pl.DataFrame, edition: Edition, error: str) -> Iterator[NotPriced]:
    refused = priced.filter(pl.col(error).is_not_null())
    counted = refused.group_by(error).agg(pl.len().cast(pl.Int64).alias("orders"))
    for row in counted.sort(pl.col("orders").neg(), error).iter_rows(named=True):
        yield NotPriced(edition=edition, reason=row[error], orders=row["orders"])


def _crossings(both: pl.DataFrame) -> Iterator[Crossing]:
    """Count the orders for which a limit holds under one policy alone."""
    for name in both.columns:
        limit, _, side = name.rpartition("|")
        if not limit or side != BEFORE:
            continue
        was, becomes = pl.col(name), pl.col(f"{limit}|{AFTER}")
        row = both.select(
            before=was.sum(),
            after=becomes.sum(),
            entered=(becomes & ~was).sum(),
            left=(was & ~becomes).sum(),
        ).row(0, named=True)
        yield Crossing(limit=limit, **row)
