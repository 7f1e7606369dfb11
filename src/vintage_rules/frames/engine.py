"""The engines that carry the rules out: Polars, DuckDB and Spark, each through narwhals.

Theory. A rule is a function from a lazy narwhals frame to one with more columns, so that one
definition serves every engine. What is eager is computed by Polars over the same memory and comes
back as what it was: of pandas and PyArrow frames only the columns that a rule reads are shared, and
what it adds is attached, so that every other column and the index stay as they are.

Small tables are looked up by joins. Polars keeps the order of the rows; in DuckDB and Spark rows
have none, so that a frame needs an id of its own where order matters to its host.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from math import prod
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import narwhals as nw
from attrs import frozen

from vintage_rules.errors import InvalidValueError
from vintage_rules.frames.columns import Column, ColumnKind, RuleColumns

if TYPE_CHECKING:
    import polars as pl

# A native frame of an engine: narwhals checks at run time that it is one.
FrameT = TypeVar("FrameT")
Lazy: TypeAlias = "nw.LazyFrame[Any]"
Value: TypeAlias = str | int | bool | date | None
Table: TypeAlias = Mapping[str, Sequence[Value]]

_TYPES = {
    ColumnKind.AMOUNT: nw.Int64(),
    ColumnKind.COUNT: nw.Int64(),
    ColumnKind.CODE: nw.String(),
    ColumnKind.ID: nw.String(),
    ColumnKind.DAY: nw.Date(),
    ColumnKind.MOMENT: nw.Datetime("us", "UTC"),
    ColumnKind.FLAG: nw.Boolean(),
}
_LARGEST_GATHER = 1_000_000
_POLARS_TYPES: Mapping[type[nw.dtypes.DType], str] = {
    nw.Int64: "Int64",
    nw.String: "String",
    nw.Date: "Date",
    nw.Boolean: "Boolean",
}
_WORDS = {
    ColumnKind.AMOUNT: "whole numbers of the currency's last decimal, as int64",
    ColumnKind.COUNT: "whole numbers, as int64",
    ColumnKind.CODE: "strings",
    ColumnKind.ID: "strings",
    ColumnKind.DAY: "dates without a time",
    ColumnKind.MOMENT: "timestamps in UTC",
    ColumnKind.FLAG: "booleans",
}


class Engine:
    """One engine: what a rule needs of it beside the expressions of narwhals."""

    rows_are_ordered = True

    def table(self, table: Table) -> Lazy:
        """Return a small table as a frame of this engine."""
        return nw.from_native(_polars(table).lazy())

    def lookup(self, frame: Lazy, table: Table, on: Sequence[str]) -> Lazy:
        """Add the columns of a small table whose keys are unique; null where no key is equal.

        Texts are gathered by their codes where the table of all their combinations is small: that
        is quicker than a join, and streams as well.
        """
        import polars as pl

        small = _polars(table)
        native: pl.LazyFrame = frame.to_native()
        terms = {key: small[key].drop_nulls().unique().to_list() for key in on}
        combinations = prod(len(known) for known in terms.values())
        if combinations > _LARGEST_GATHER or any(small[key].dtype != pl.String for key in on):
            joined = native.join(
                small.lazy(), on=list(on), how="left", maintain_order="left", coalesce=True
            )
            return nw.from_native(joined)
        codes = [pl.col(key).cast(pl.Enum(known), strict=False) for key, known in terms.items()]
        place = pl.lit(0, dtype=pl.Int32)
        for code, known in zip(codes, terms.values(), strict=True):
            place = place * len(known) + code.to_physical().cast(pl.Int32)
        at = small.drop_nulls(on).with_columns(place.alias("table~place"))
        every = pl.DataFrame({"table~place": range(combinations)}, schema={"table~place": pl.Int32})
        dense = every.join(at, on="table~place", how="left", maintain_order="left")
        added = [name for name in small.columns if name not in on]
        return nw.from_native(
            native.with_columns(place.alias("table~place"))
            .with_columns(
                pl.lit(dense[name]).gather(pl.col("table~place")).alias(name) for name in added
            )
            .drop("table~place")
        )

    def gather(
        self, frame: Lazy, keys: Table, values: Table, types: Mapping[str, nw.dtypes.DType]
    ) -> Lazy:
        """Add what a table by code and day says: see `by_day`.

        Of each code the days follow one another, so that a row finds its own by its number.
        """
        del keys  # what other engines join by
        import polars as pl

        native: pl.LazyFrame = frame.to_native()
        place = pl.col("answer~first") + pl.col("answer~day").cast(pl.Int32)
        gathered: list[pl.Expr] = []
        for name, column in values.items():
            kind = getattr(pl, _POLARS_TYPES[type(types[name])])
            known = pl.Series(list(column), dtype=kind)
            # Most often no answer is an error: nothing has to be gathered for that.
            empty = known.null_count() == len(known)
            found = pl.lit(None, dtype=kind) if empty else pl.lit(known).gather(place)
            gathered.append(found.alias(name))
        return nw.from_native(native.with_columns(gathered))

    def listed(self, frame: Lazy) -> list[tuple[Any, ...]]:
        """Return the rows of what is few, such as the different addresses of a frame.

        What they are found among is read in batches, since it may be larger than memory.
        """
        native: pl.LazyFrame = frame.to_native()
        return native.collect(engine="streaming").rows()

    def divided(self, dividend: nw.Expr, divisor: nw.Expr | int) -> nw.Expr:
        """Return the whole quotient of what is not negative."""
        return dividend // divisor

    def numbered(self, frame: Lazy, name: str) -> Lazy:
        """Add the number of each row, in the order of the frame."""
        native: pl.LazyFrame = frame.to_native().with_row_index(name)
        return nw.from_native(native).with_columns(nw.col(name).cast(nw.Int64))


@frozen
class _DuckDB(Engine):
    """DuckDB, on the connection of a relation."""

    relation: Any
    rows_are_ordered = False

    def table(self, table: Table) -> Lazy:
        _small: Any = _arrow(table)  # the query finds it by its name
        found: Lazy = nw.from_native(self.relation.query("frame_of_a_rule", "SELECT * FROM _small"))
        return found

    def lookup(self, frame: Lazy, table: Table, on: Sequence[str]) -> Lazy:
        return frame.join(self.table(table), on=list(on), how="left")

    def gather(
        self, frame: Lazy, keys: Table, values: Table, types: Mapping[str, nw.dtypes.DType]
    ) -> Lazy:
        joined = self.lookup(frame, {**keys, **values}, list(keys))
        return joined.with_columns(nw.col(name).cast(dtype) for name, dtype in types.items())

    def listed(self, frame: Lazy) -> list[tuple[Any, ...]]:
        return _few(frame)

    def numbered(self, frame: Lazy, name: str) -> Lazy:
        raise _no_order(frame, name)


@frozen
class _Spark(Engine):
    """Spark, in the session of a frame."""

    session: Any
    rows_are_ordered = False

    def table(self, table: Table) -> Lazy:
        found: Lazy = nw.from_native(self.session.createDataFrame(_arrow(table)))
        return found

    def lookup(self, frame: Lazy, table: Table, on: Sequence[str]) -> Lazy:
        from pyspark.sql import functions

        small = functions.broadcast(self.table(table).to_native())
        return frame.join(nw.from_native(small), on=list(on), how="left")

    def gather(
        self, frame: Lazy, keys: Table, values: Table, types: Mapping[str, nw.dtypes.DType]
    ) -> Lazy:
        joined = self.lookup(frame, {**keys, **values}, list(keys))
        return joined.with_columns(nw.col(name).cast(dtype) for name, dtype in types.items())

    def divided(self, dividend: nw.Expr, divisor: nw.Expr | int) -> nw.Expr:
        # Spark divides doubles: the multiple of the divisor below has a quotient that is whole, and
        # the nearest whole number to what comes out is that quotient.
        return ((dividend - dividend % divisor) / divisor).round().cast(nw.Int64)

    def listed(self, frame: Lazy) -> list[tuple[Any, ...]]:
        return _few(frame)

    def numbered(self, frame: Lazy, name: str) -> Lazy:
        raise _no_order(frame, name)


def _few(frame: Lazy) -> list[tuple[Any, ...]]:
    found: Any = frame.collect(backend="polars")
    rows: list[tuple[Any, ...]] = found.rows()
    return rows


def _no_order(frame: Lazy, name: str) -> InvalidValueError:
    found = tuple(frame.collect_schema().names())
    return InvalidValueError("frame", found, f"a frame with the column {name.partition('~')[0]}")


_Compute: TypeAlias = Callable[[Engine, Lazy], Lazy]


def carry_out(frame: FrameT, columns: RuleColumns, compute: _Compute) -> FrameT:
    """Return a frame of any engine with what a rule adds to it, as a frame of that engine.

    Raises:
        InvalidValueError: If the frame lacks a column, or one is of another type, or it is a frame
            of an engine that no rule knows.
    """
    opened = _opened(frame)
    columns.require(opened.columns if isinstance(opened, nw.DataFrame) else _names(opened))
    found: Any
    match opened.implementation:
        case nw.Implementation.POLARS:
            found = _by_polars(opened, columns, compute)
        case nw.Implementation.DUCKDB:
            engine: Engine = _DuckDB(opened.to_native())
            found = _computed(engine, opened.lazy(), columns, compute).to_native()
        case nw.Implementation.PYSPARK:
            engine = _Spark(opened.to_native().sparkSession)
            found = _computed(engine, opened.lazy(), columns, compute).to_native()
        case nw.Implementation.PANDAS if isinstance(opened, nw.DataFrame):
            found = _to_pandas(opened, columns, compute)
        case nw.Implementation.PYARROW if isinstance(opened, nw.DataFrame):
            found = _to_pyarrow(opened, columns, compute)
        case unknown:
            raise InvalidValueError("frame", str(unknown), f"a frame of {_ENGINES}")
    result: FrameT = found
    return result


_ENGINES = "Polars, pandas, PyArrow, DuckDB or Spark"


def _opened(frame: object) -> nw.DataFrame[Any] | Lazy:
    try:
        opened: nw.DataFrame[Any] | Lazy = nw.from_native(frame)
    except TypeError:
        raise InvalidValueError("frame", type(frame).__name__, f"a frame of {_ENGINES}") from None
    return opened


def _names(frame: Lazy) -> list[str]:
    return frame.collect_schema().names()


def _by_polars(
    opened: nw.DataFrame[Any] | Lazy, columns: RuleColumns, compute: _Compute
) -> pl.DataFrame | pl.LazyFrame:
    lazy = opened.lazy()
    done: pl.LazyFrame = _computed(Engine(), lazy, columns, compute).to_native()
    return done if isinstance(opened, nw.LazyFrame) else done.collect()


def _beside(opened: nw.DataFrame[Any], columns: RuleColumns, compute: _Compute) -> pl.DataFrame:
    """Compute what is added to an eager frame, over its memory."""
    wanted = {column.name for column in (*columns.needed, *columns.optional, *columns.added)}
    shared = opened.select([name for name in opened.columns if name in wanted]).to_polars()
    done: pl.LazyFrame = _computed(
        Engine(), nw.from_native(shared.lazy()), columns, compute
    ).to_native()
    return done.select([column.name for column in columns.added]).collect()


def _to_pandas(opened: nw.DataFrame[Any], columns: RuleColumns, compute: _Compute) -> object:
    found: Any = _beside(opened, columns, compute).to_pandas(use_pyarrow_extension_array=True)
    native = opened.to_native()
    return native.assign(**{name: found[name].set_axis(native.index) for name in found})


def _to_pyarrow(opened: nw.DataFrame[Any], columns: RuleColumns, compute: _Compute) -> object:
    found, native = _beside(opened, columns, compute), opened.to_native()
    for name in found.columns:
        if name in native.column_names:
            native = native.drop_columns(name)
    for name in found.columns:
        native = native.append_column(name, found[name].to_arrow())
    return native


def _computed(engine: Engine, frame: Lazy, columns: RuleColumns, compute: _Compute) -> Lazy:
    schema = frame.collect_schema()
    names = schema.names()
    read = {column.name: column for column in (*columns.needed, *columns.optional)}
    casts = [
        expression
        for name in names
        if name in read
        if (expression := _typed(read[name], schema[name])) is not None
    ]
    typed = frame.with_columns(*casts) if casts else frame
    done = compute(engine, typed)
    added = [column.name for column in columns.added]
    return done.select(*[name for name in names if name not in added], *added)


def _typed(column: Column, found: nw.dtypes.DType) -> nw.Expr | None:
    """Return a column in the type of its kind; None where it has it already."""
    wanted = _TYPES[column.kind]
    if found == wanted or _means_the_same(column.kind, found):
        return None
    whole = column.kind in (ColumnKind.AMOUNT, ColumnKind.COUNT) and found.is_integer()
    text = wanted == nw.String() and isinstance(found, (nw.Categorical, nw.Enum))
    if whole or text or isinstance(found, (nw.Unknown, nw.Object)) or str(found) == "Null":
        return nw.col(column.name).cast(wanted)
    raise InvalidValueError(column.name, str(found), _WORDS[column.kind])


def _means_the_same(kind: ColumnKind, found: nw.dtypes.DType) -> bool:
    return kind is ColumnKind.MOMENT and isinstance(found, nw.Datetime)


def _polars(table: Table) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(table, strict=True)


def _arrow(table: Table) -> Any:  # noqa: ANN401 - PyArrow has no types
    frame: Any = _polars(table)
    return frame.to_arrow()
