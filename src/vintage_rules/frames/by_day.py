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
from vintage_rules.frames.engine import Engine, Lazy, Value, all_of

FIRST, LAST = date(1990, 1, 1), date(2079, 12, 31)
"""The days that frames answer for."""

Answer: TypeAlias = Mapping[str, Value]
Remembered: TypeAlias = dict[tuple[tuple[str, ...], date], Answer]
_ONE_DAY = timedelta(days=1)


def answered_by_day(
    engine: Engine,
    frame: Lazy,
    *,
    keys: Sequence[str],
    day: str,
    answer: Callable[[Sequence[str], date], Answer],
    into: Mapping[str, nw.dtypes.DType],
    given_day: str | None = None,
    variants: tuple[str, int] | None = None,
    remembered: Remembered | None = None,
) -> Lazy:
    """Add the columns that a scalar rule answers for the keys and the day of each row.

    `into` are their names and types, and `answer` gives a value for each; all are null where a key
    or the day is, and where the day is none that frames answer for. What the rule raises is the
    text of the column `answer.error`. What is `remembered` of earlier frames is not computed again.

    `given_day` is the column that the day is, where it is not left out: listing that is quicker.
    `variants` are a column of numbers and how many there are: the rule answers for each of them,
    with the number, as a text, before the other keys, and each row has the answer of its own.
    """
    names = list(into)
    frame = frame.with_columns(_within(day).alias("answer~day"))
    given = frame.with_columns(_within(given_day or day).alias("span~day"))
    spans = [
        (tuple(terms), first, last) for *terms, first, last in engine.spans(given, keys, "span~day")
    ]
    listed_days = None
    if sum((last - first).days for _, first, last in spans) > _MANY:
        some = given.select(*keys, "span~day").drop_nulls().unique()
        listed_days = frozenset(engine.listed(some))
    identifying = _identifying(keys, [terms for terms, _, _ in spans])
    others = [key for key in keys if key not in identifying]
    if variants is not None:
        spans = [
            ((str(number), *terms), first, last)
            for number in range(variants[1])
            for terms, first, last in spans
        ]
        keys, identifying = (variants[0], *keys), (variants[0], *identifying)
    codes: dict[str, list[Value]] = {key: [] for key in (*keys, "answer~code", "answer~first")}
    answers: dict[str, list[Value]] = {name: [] for name in (*names, "answer~error")}
    days: list[Value] = []
    coded: list[Value] = []
    # A table without a row has no types: one that no row of the frame equals gives it some.
    for code, (terms, first, last) in enumerate(spans or [(("0",) * len(keys), FIRST, FIRST)]):
        for key, term in zip(keys, terms, strict=True):
            codes[key].append(int(term) if variants and key == variants[0] else term)
        # The place of its first day among the answers, were that day the first of all days.
        codes["answer~code"].append(code)
        codes["answer~first"].append(len(days) - (first - _EPOCH).days)
        for number in range((last - first).days + 1):
            at = first + number * _ONE_DAY
            days.append(at)
            coded.append(code)
            mine = terms[1:] if variants else terms
            there = bool(spans) and (listed_days is None or (*mine, at) in listed_days)
            found: Mapping[str, Value] = (
                _remembered(remembered, answer, terms, at, names) if there else {}
            )
            for name, column in answers.items():
                column.append(found.get(name))
    if others:
        whole = all_of([~engine.is_missing(key) for key in others])
        frame = frame.with_columns(
            nw.when(whole).then(nw.col("answer~day")).otherwise(None).alias("answer~day")
        )
    table = {name: column for name, column in codes.items() if name not in others}
    frame = engine.lookup(frame, table, identifying)
    types = {**into, "answer~error": nw.String()}
    return engine.gather(frame, {"answer~code": coded, "answer~day": days}, answers, types)


def _identifying(keys: Sequence[str], listed: Sequence[tuple[str, ...]]) -> Sequence[str]:
    """Return the keys that identify all others: a calendar often has one territory."""
    for number, key in enumerate(keys):
        if len({terms[number] for terms in listed}) == len(listed) > 0:
            return [key]
    return keys


def _within(day: str) -> nw.Expr:
    """Return the day where it is one that frames answer for."""
    known = (nw.col(day) >= nw.lit(FIRST)) & (nw.col(day) <= nw.lit(LAST))
    return nw.when(known).then(nw.col(day)).otherwise(None)


_EPOCH = date(1970, 1, 1)
_MOST_REMEMBERED = 100_000
_MANY = 20_000  # days: from there on it is quicker to list those that there are


def _remembered(
    remembered: Remembered | None,
    answer: Callable[[Sequence[str], date], Answer],
    terms: tuple[str, ...],
    day: date,
    names: Sequence[str],
) -> Answer:
    if remembered is None:
        return _answered(answer, terms, day, names)
    found = remembered.get((terms, day))
    if found is None:
        if len(remembered) >= _MOST_REMEMBERED:
            remembered.clear()
        found = remembered[terms, day] = _answered(answer, terms, day, names)
    return found


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
