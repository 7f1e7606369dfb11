"""One frame of rows on every engine, and what comes back of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import duckdb
import polars as pl

from tests.frames.rows import Row
from vintage_rules.frames.columns import Column, ColumnKind, RuleColumns

ROW = "number_of_row"
_TYPES: Mapping[ColumnKind, type[pl.DataType]] = {
    ColumnKind.AMOUNT: pl.Int64,
    ColumnKind.COUNT: pl.Int64,
    ColumnKind.CODE: pl.String,
    ColumnKind.ID: pl.String,
    ColumnKind.DAY: pl.Date,
    ColumnKind.FLAG: pl.Boolean,
}


def frame_of(rows: Sequence[Row], rule: RuleColumns) -> pl.DataFrame:
    """Return rows as a frame with the columns that a rule reads, and their number."""
    read: dict[str, Column] = {
        column.name: column
        for column in (*rule.needed, *rule.optional)
        if rows and column.name in rows[0]
    }
    schema = {name: _TYPES[column.kind] for name, column in read.items()}
    frame = pl.DataFrame(
        {name: [row[name] for row in rows] for name in schema}, schema=schema, strict=True
    )
    return frame.with_columns(pl.int_range(pl.len(), dtype=pl.Int64).alias(ROW))


Apply = Callable[[object], object]


def _eager(frame: pl.DataFrame, apply: Apply) -> object:
    return apply(frame)


def _lazy(frame: pl.DataFrame, apply: Apply) -> object:
    found = apply(frame.lazy())
    assert isinstance(found, pl.LazyFrame)
    return found.collect()


def _codes(frame: pl.DataFrame, apply: Apply) -> object:
    """Give each text as a code, and expect it back as it was given."""
    coded = frame.with_columns(
        text.cast(pl.Enum(text.drop_nulls().unique(maintain_order=True)))
        for text in frame.select(pl.col(pl.String)).iter_columns()
        if text.name != "error"
    )
    found = apply(coded)
    assert isinstance(found, pl.DataFrame)
    assert all(found.schema[name] == kind for name, kind in coded.schema.items() if name != "error")
    return found


def _pandas(frame: pl.DataFrame, apply: Apply) -> object:
    native = frame.to_pandas(use_pyarrow_extension_array=True)
    native.index = native.index + 100
    found = apply(native)
    assert list(found.index) == list(native.index)  # type: ignore[attr-defined]
    return pl.from_pandas(found)


def _pyarrow(frame: pl.DataFrame, apply: Apply) -> object:
    return pl.from_arrow(apply(frame.to_arrow()))


def _duckdb(frame: pl.DataFrame, apply: Apply) -> object:
    with duckdb.connect() as connection:
        found = apply(connection.from_arrow(frame.to_arrow()))
        assert isinstance(found, duckdb.DuckDBPyRelation)
        return found.pl().sort(ROW)


ENGINES: Mapping[str, Callable[[pl.DataFrame, Apply], object]] = {
    "polars": _eager,
    "polars-lazy": _lazy,
    "polars-codes": _codes,
    "pandas": _pandas,
    "pyarrow": _pyarrow,
    "duckdb": _duckdb,
}


def answers(engine: str, frame: pl.DataFrame, apply: Apply) -> list[Row]:
    """Return what a rule answers on an engine, by row and column."""
    found = ENGINES[engine](frame, apply)
    assert isinstance(found, pl.DataFrame)
    assert found[ROW].to_list() == frame[ROW].to_list()
    return found.to_dicts()
