"""Exact money in int64: roundings, rates and splits, as expressions over columns.

Theory. A rate of at most eight decimals is a whole number of 10⁻ᵏ, so that a fee times 10ᵏ is a
whole number too: it is compared with minimum and maximum in that form and divided once, with the
remainder deciding the rounding. No amount of a row is beyond `LARGEST` (20 million, with two
decimals), no amount of a policy beyond `LARGEST_OF_POLICY`, and a base has at most ten parts, so
that every product stays below 2⁶³: Polars would wrap around there without a word.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce

import narwhals as nw

from vintage_rules.frames.engine import Engine, Lazy
from vintage_rules.money import Rounding, currency_of, decimals_of

LARGEST = 2_000_000_000
"""The largest amount of a row, in the currency's last decimal."""

LARGEST_OF_POLICY = 1_000_000_000
"""The largest amount of a policy, in the currency's last decimal."""

FINEST_DECIMALS = 8
"""The most decimals that a rate of a policy may have."""


def minor(amount: Decimal, currency: str) -> int:
    """Return an amount of a policy in the currency's last decimal.

    >>> minor(Decimal("15.00"), "EUR")
    1500
    """
    return int(amount.scaleb(decimals_of(currency_of(currency))))


def decimals(number: Decimal) -> int:
    """Return how many decimals a number needs.

    >>> decimals(Decimal("0.100"))
    1
    """
    exponent = number.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def whole(number: nw.Expr) -> nw.Expr:
    """Return a sum, a count or a condition as int64: engines widen sums as they like."""
    return number.cast(nw.Int64)


def number(value: int) -> nw.Expr:
    """Return a whole number as int64."""
    return nw.lit(value, dtype=nw.Int64)


def rounded(engine: Engine, scaled: nw.Expr, scale: int | nw.Expr, rounding: Rounding) -> nw.Expr:
    """Return what is not negative and a multiple of 1/scale, rounded to a whole number."""
    if isinstance(scale, int) and scale == 1:
        return scaled
    match rounding:
        case Rounding.DOWN:
            return engine.divided(scaled, scale)
        case Rounding.UP:
            return engine.divided(scaled + (scale - 1), scale)
        case Rounding.HALF_UP if isinstance(scale, int) and scale % 2 == 0:
            return engine.divided(scaled + scale // 2, scale)
        case Rounding.HALF_UP:
            return engine.divided(scaled * 2 + scale, scale * 2)
        case Rounding.HALF_EVEN:
            quotient = engine.divided(scaled, scale)
            twice = (scaled - quotient * scale) * 2
            up = (twice > scale) | ((twice == scale) & (quotient % 2 == 1))
            return quotient + whole(up)


def clipped(amount: nw.Expr, least: int | None = None, most: int | None = None) -> nw.Expr:
    """Return an amount between two bounds; null stays null."""
    if least is not None:
        amount = nw.when(amount < least).then(number(least)).otherwise(amount)
    if most is not None:
        amount = nw.when(amount > most).then(number(most)).otherwise(amount)
    return amount


def lesser(one: nw.Expr, other: nw.Expr) -> nw.Expr:
    """Return the lesser of two amounts; null where one is."""
    return nw.when(one < other).then(one).otherwise(other)


def summed(amounts: Sequence[nw.Expr]) -> nw.Expr:
    """Return the sum of some amounts; zero of none."""
    return reduce(lambda total, amount: total + amount, amounts) if amounts else number(0)


def first_of(*cases: tuple[nw.Expr, str | nw.Expr]) -> nw.Expr:
    """Return the text of the first condition that holds; null if none does."""
    found = nw.lit(None, dtype=nw.String)
    for condition, text in reversed(cases):
        then = nw.lit(text) if isinstance(text, str) else text
        found = nw.when(condition).then(then).otherwise(found)
    return found


class Groups:
    """Sums over the rows of a group, such as an order; of a row alone where there are no groups.

    `by` are the columns that name a group, `line` numbers its rows.
    """

    def __init__(self, engine: Engine, by: Sequence[str], line: str) -> None:
        self.engine = engine
        self.by = list(by)
        self._line = line

    def sum(self, amount: nw.Expr) -> nw.Expr:
        """Return the sum over the group."""
        return whole(amount.sum().over(*self.by)) if self.by else amount

    def any(self, flag: nw.Expr) -> nw.Expr:
        """Return whether it holds for a row of the group."""
        return whole(flag).max().over(*self.by) > 0 if self.by else flag

    def least(self, value: nw.Expr) -> nw.Expr:
        """Return the least value of the group."""
        return value.min().over(*self.by) if self.by else value

    def is_first(self) -> nw.Expr:
        """Return whether a row is the first of its group."""
        line = nw.col(self._line)
        return line == line.min().over(*self.by) if self.by else nw.lit(value=True)

    def split(self, frame: Lazy, amount: str, weight: str, into: str) -> Lazy:
        """Add what of an amount of the group falls on each row, by largest remainders.

        Evenly where all weights are zero; the parts add up to the amount: see `money.split`.
        """
        if not self.by:
            return frame.with_columns(nw.col(amount).alias(into))
        part, rest, rank = f"{into}~part", f"{into}~rest", f"{into}~rank"
        weights, total = f"{into}~weights", f"{into}~total"
        frame = frame.with_columns(self.sum(nw.col(weight)).alias(total))
        even = nw.col(total) == 0
        frame = frame.with_columns(
            nw.when(even).then(number(1)).otherwise(nw.col(weight)).alias(weights)
        ).with_columns(self.sum(nw.col(weights)).alias(total))
        product = nw.col(amount) * nw.col(weights)
        frame = frame.with_columns(self.engine.divided(product, nw.col(total)).alias(part))
        frame = frame.with_columns(
            (nw.col(amount) - self.sum(nw.col(part))).alias(rest),
            (product - nw.col(part) * nw.col(total)).alias(rank),
        )
        # Remainders are below 2³², the numbers of lines below 2³⁰: one number orders both.
        frame = frame.with_columns((nw.col(rank) * 2**30 - nw.col(self._line)).alias(rank))
        frame = frame.with_columns(
            whole(nw.col(rank).rank("min", descending=True).over(*self.by)).alias(rank)
        )
        frame = frame.with_columns((nw.col(part) + whole(nw.col(rank) <= nw.col(rest))).alias(into))
        return frame.drop(part, rest, rank, weights, total)
