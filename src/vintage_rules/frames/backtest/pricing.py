"""Past orders priced under two policies, a row for each order, and compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

import polars as pl

from vintage_rules.errors import CurrencyMismatchError, UnknownTermError
from vintage_rules.frames.arithmetic import minor
from vintage_rules.frames.backtest.comparing import AFTER, BEFORE, compare_orders
from vintage_rules.frames.backtest.result import Backtest, Party
from vintage_rules.frames.columns import RuleColumns, columns, fee_column
from vintage_rules.frames.orders import order_columns, quote_orders
from vintage_rules.frames.places import PLACED, locate_places
from vintage_rules.frames.policy import FramePolicy
from vintage_rules.orders.fees import fees_of
from vintage_rules.pricing.fee_policy import Base, FeeComponent, FeePolicy, Payer, Per

_NOTHING: Mapping[str, str] = MappingProxyType({})
_PIECES = Base.of(("pieces",))


def _unseen(rows: int) -> None:
    """Ignore how many rows are done."""


def backtest_columns(before: FramePolicy, after: FramePolicy) -> RuleColumns:
    """Return the columns that `backtest_orders` reads under two policies; it adds none.

    >>> from datetime import date
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> house = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)))
    >>> [column.name for column in backtest_columns(house, house).needed]
    ['order', 'ordered', 'country', 'postal_code', 'price', 'weight_g', 'mode']
    """
    rules = (PLACED, order_columns(before), order_columns(after))
    added = {column.name for rule in rules for column in rule.added}
    needed = {
        column.name: column
        for column in (*columns("order", "ordered"), *(c for rule in rules for c in rule.needed))
        if column.name not in added
    }
    optional = {
        column.name: column
        for rule in rules
        for column in rule.optional
        if column.name not in added and column.name not in needed
    }
    return RuleColumns(needed=(*needed.values(),), optional=(*optional.values(),), added=())


def backtest_orders(
    orders: pl.DataFrame,
    before: FramePolicy,
    after: FramePolicy,
    *,
    instead: Mapping[str, str] = _NOTHING,
    priced: Callable[[int], None] = _unseen,
) -> Backtest:
    """Compare what past orders come to under two policies. A row is a piece of an order.

    `instead` gives the mode that buyers choose under the second policy where it lacks the one they
    had chosen: without it, such orders have no price there. `priced` is called with the number of
    rows each time that one policy has priced some more: twice the rows of the frame in all.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type.
        CurrencyMismatchError: If the policies are not in one currency.
        UnknownTermError: If `instead` leads to a mode that the second policy does not know.

    >>> from datetime import date
    >>> from vintage_rules.frames import compile_policy
    >>> from vintage_rules.policies import load_policy
    >>> from vintage_rules.frames import past_orders
    >>> day = date(2026, 11, 22)
    >>> grouped, direct = (
    ...     load_policy(n).on(day) for n in ("imparfaite", "imparfaite-direct")
    ... )
    >>> orders = past_orders(grouped, orders=1_000, seed=7)
    >>> found = backtest_orders(
    ...     orders,
    ...     compile_policy(grouped),
    ...     compile_policy(direct),
    ...     instead={"grouped": "direct"},
    ... )
    >>> found.sums[Party.HOUSE].after
    Money('0.00', 'EUR')
    """
    if before.currency != after.currency:
        raise CurrencyMismatchError("against", found=after.currency, expected=before.currency)
    for mode in instead.values():
        if mode not in after.house.shipping.modes:
            raise UnknownTermError("mode", mode, tuple(after.house.shipping.modes))
    backtest_columns(before, after).require(orders.columns)
    placed = locate_places(orders)
    # Most orders are of one piece, and far cheaper to price where no row has another beside it.
    alone = (pl.col("order").is_unique() & (pl.col("order") != "")).fill_null(value=False)
    parts = placed.with_columns(alone=alone).partition_by("alone", include_key=True)
    found = pl.concat(_priced(part, before, after, instead, priced) for part in parts)
    return compare_orders(found, before.house, after.house)


def _priced(
    part: pl.DataFrame,
    before: FramePolicy,
    after: FramePolicy,
    instead: Mapping[str, str],
    priced: Callable[[int], None],
) -> pl.DataFrame:
    """Price orders, a row for each; all of them are of one piece, or all may be of several.

    Both policies keep the rows in their order, so that they are put side by side without a join.
    """
    alone = bool(part["alone"][0])
    pieces = part.drop("alone", *(["order"] if alone else []))
    chosen = pieces.with_columns(pl.col("mode").replace(instead))
    sides: list[pl.DataFrame] = []
    for frame, policy, side in ((pieces, before, BEFORE), (chosen, after, AFTER)):
        sides.append(_side(frame, policy, side))
        priced(frame.height)
    rows = pl.concat([part.select("order", "ordered", "country", "mode"), *sides], how="horizontal")
    orders = rows if alone else _added_up(rows)
    return orders.select(
        "order",
        "country",
        pl.col("ordered").dt.strftime("%Y-%m").alias("month"),
        "mode",
        pl.col(f"goods_{BEFORE}").alias("goods"),
        *(amount for side in (BEFORE, AFTER) for amount in _parties(side)),
        f"error_{BEFORE}",
        f"error_{AFTER}",
        *_limits(before, after),
    )


def _side(pieces: pl.DataFrame, policy: FramePolicy, side: str) -> pl.DataFrame:
    quoted = quote_orders(pieces.lazy(), policy)
    fees = [fee_column(fee.name).name for fee in _fees(policy)]
    wanted = ("goods", "shipping", "total", "payout", "error", *fees)
    return quoted.select(pl.col(name).alias(f"{name}_{side}") for name in wanted).collect()


def _added_up(rows: pl.DataFrame) -> pl.DataFrame:
    """Add up what is of a piece, and keep once what is of the order."""
    of_pieces = (f"payout_{BEFORE}", f"payout_{AFTER}")
    of_orders = [name for name in rows.columns if name not in ("order", *of_pieces)]
    return rows.group_by("order", maintain_order=True).agg(
        pl.col(of_orders).first(), pl.col(of_pieces).sum()
    )


def _parties(side: str) -> Iterator[pl.Expr]:
    total, payout, shipping = (pl.col(f"{name}_{side}") for name in ("total", "payout", "shipping"))
    amounts = {
        Party.BUYERS: total,
        Party.SELLERS: payout,
        Party.HOUSE: total - payout - shipping,
        Party.CARRIERS: shipping,
    }
    return (amount.alias(f"{party}_{side}") for party, amount in amounts.items())


def _fees(policy: FramePolicy) -> tuple[FeePolicy, ...]:
    return (*fees_of(policy.house, Payer.BUYER), *fees_of(policy.house, Payer.SELLER))


def _limits(before: FramePolicy, after: FramePolicy) -> Iterator[pl.Expr]:
    """Give for each fee of either policy whether it is charged, and whether it is at a bound."""
    sides = {BEFORE: before, AFTER: after}
    held = {side: dict(_held(policy, side)) for side, policy in sides.items()}
    for limit in dict.fromkeys((*held[BEFORE], *held[AFTER])):
        for side in sides:
            holds = held[side].get(limit, pl.lit(value=False))
            yield holds.fill_null(value=False).alias(f"{limit}|{side}")


def _held(policy: FramePolicy, side: str) -> Iterator[tuple[str, pl.Expr]]:
    for fee in _fees(policy):
        charged = pl.col(f"{fee_column(fee.name).name}_{side}")
        yield f"{fee.name}: charged", charged > 0
        if fee.per is Per.ORDER:
            for part in fee.components:
                for tier, reached in _tiers(part, policy, side):
                    yield f"{fee.name}: {tier}", charged.is_not_null() & reached
        # What several components or several pieces come to together has no bound of its own.
        match fee.components:
            case (part,) if fee.per is Per.ORDER:
                bounds = {"minimum": part.minimum, "maximum": part.maximum}
            case _:
                continue
        for name, bound in bounds.items():
            if bound is not None:
                yield f"{fee.name}: at its {name}", charged == minor(bound, policy.currency)


def _tiers(part: FeeComponent, policy: FramePolicy, side: str) -> Iterator[tuple[str, pl.Expr]]:
    """Give the tiers that the price of the pieces chooses, and where it has reached them.

    One that begins at zero holds for every order; and a row keeps no other sum to choose by.
    """
    if part.chosen_by != _PIECES:
        return
    goods = pl.col(f"goods_{side}")
    for tier in part.tiers:
        start = minor(tier.start, policy.currency)
        if tier.inclusive and start:
            yield f"in its tier from {tier.start:f}", goods >= start
        elif not tier.inclusive:
            yield f"in its tier above {tier.start:f}", goods > start
