"""Answers that depend on calendars: computed once for each day and place, then gathered.

A first pass lists the places (or other terms) of a frame with their first and last day. The scalar
rule answers for each day between, and the rows gather the answers: no row counts days by itself,
and each has exactly what the scalar rule says.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta
from typing import TypeAlias

import narwhals as nw

from vintage_rules.errors import VintageRulesError
from vintage_rules.frames.engine import Engine, Lazy, Value

FIRST, LAST = date(1990, 1, 1), date(2079, 12, 31)
"""The days that frames answer for."""

Answer: TypeAlias = Mapping[str, Value]
_ONE_DAY = timedelta(days=1)


def answered_by_day(
    engine: Engine,
    frame: Lazy,
    *,
    keys: Sequence[str],
    day: str,
    answer: Callable[[Sequence[str], date], Answer],
    into: Mapping[str, nw.dtypes.DType],
) -> Lazy:
    """Add the columns that a scalar rule answers for the keys and the day of each row.

    `into` are their names and types, and `answer` gives a value for each; all are null where a key
    or the day is, and where the day is none that frames answer for. What the rule raises is the
    text of the column `answer.error`.
    """
    names = list(into)
    known = (nw.col(day) >= nw.lit(FIRST)) & (nw.col(day) <= nw.lit(LAST))
    frame = frame.with_columns(nw.when(known).then(nw.col(day)).otherwise(None).alias("answer~day"))
    listed = engine.listed(
        frame.select(*keys, "answer~day")
        .drop_nulls()
        .group_by(*keys)
        .agg(
            nw.col("answer~day").min().alias("answer~first"),
            nw.col("answer~day").max().alias("answer~last"),
        )
    )
    ranges = [(tuple(terms), first, last) for *terms, first, last in listed]
    listed_days = None
    if sum((last - first).days for _, first, last in ranges) > _MANY:
        some = frame.select(*keys, "answer~day").drop_nulls().unique()
        listed_days = frozenset(engine.listed(some))
    codes: dict[str, list[Value]] = {key: [] for key in (*keys, "answer~code", "answer~first")}
    answers: dict[str, list[Value]] = {name: [] for name in (*names, "answer~error")}
    days: list[Value] = []
    coded: list[Value] = []
    # A table without a row has no types: one that no row of the frame equals gives it some.
    for code, (terms, first, last) in enumerate(ranges or [(("\x00",) * len(keys), FIRST, FIRST)]):
        for key, term in zip(keys, terms, strict=True):
            codes[key].append(term)
        # The place of its first day among the answers, were that day the first of all days.
        codes["answer~code"].append(code)
        codes["answer~first"].append(len(days) - (first - _EPOCH).days)
        for number in range((last - first).days + 1):
            at = first + number * _ONE_DAY
            days.append(at)
            coded.append(code)
            there = bool(ranges) and (listed_days is None or (*terms, at) in listed_days)
            found: Mapping[str, Value] = _answered(answer, terms, at, names) if there else {}
            for name, column in answers.items():
                column.append(found.get(name))
    frame = engine.lookup(frame, codes, keys)
    types = {**into, "answer~error": nw.String()}
    return engine.gather(frame, {"answer~code": coded, "answer~day": days}, answers, types)


_EPOCH = date(1970, 1, 1)
_MANY = 20_000  # days: from there on it is quicker to list those that there are


def _answered(
    answer: Callable[[Sequence[str], date], Answer],
    terms: Sequence[str],
    day: date,
    names: Sequence[str],
) -> Answer:
    try:
        return {**answer(terms, day), "answer~error": None}
    except VintageRulesError as error:
        return {**dict.fromkeys(names), "answer~error": str(error).partition(", got")[0]}


def days_outside(day: str) -> tuple[nw.Expr, str]:
    """Return where a day is none that frames answer for, and the reason."""
    outside = (nw.col(day) < nw.lit(FIRST)) | (nw.col(day) > nw.lit(LAST))
    return outside, f"{day}: must be from {FIRST} to {LAST} in a frame"
