"""The engines that carry the rules out: Polars, DuckDB and Spark, each through narwhals.

Theory. A rule is a function from a lazy narwhals frame to one with more columns, so that one
definition serves every engine. What is eager is computed by Polars over the same memory and comes
back as what it was: of pandas and PyArrow frames only the columns that a rule reads are shared, and
what it adds is attached, so that every other column and the index stay as they are.

Small tables are looked up by joins. Polars keeps the order of the rows; in DuckDB and Spark rows
have none, so that a frame needs an id of its own where order matters to its host.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import reduce
from itertools import product
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
_MOST_TERMS = 1_000
_BITS = 64
_LONG_LIST = 4
_FEW_CASES = 64
_SMALL_DIVISOR = 10_000
_EPOCH = date(1970, 1, 1)
_WORDS = {
    ColumnKind.AMOUNT: "whole numbers of the currency's last decimal, as int64",
    ColumnKind.COUNT: "whole numbers, as int64",
    ColumnKind.CODE: "strings",
    ColumnKind.ID: "strings",
    ColumnKind.DAY: "dates without a time",
    ColumnKind.MOMENT: "timestamps in UTC",
    ColumnKind.FLAG: "booleans",
}


class Engine(ABC):
    """One engine: what a rule needs of it beside the expressions of narwhals."""

    rows_are_ordered = True

    @abstractmethod
    def lookup(self, frame: Lazy, table: Table, on: Sequence[str]) -> Lazy:
        """Add the columns of a small table whose keys are unique; null where no key is equal."""

    @abstractmethod
    def gather(
        self, frame: Lazy, keys: Table, values: Table, types: Mapping[str, nw.dtypes.DType]
    ) -> Lazy:
        """Add what a table by code and day says: see `by_day`.

        Of each code the days follow one another, so that a row finds its own by its number.
        """

    @abstractmethod
    def listed(self, frame: Lazy) -> list[tuple[Any, ...]]:
        """Return the rows of what is few, such as the different addresses of a frame."""

    @abstractmethod
    def divided(self, dividend: nw.Expr, divisor: nw.Expr | int) -> nw.Expr:
        """Return the whole quotient of what is not negative."""

    @abstractmethod
    def numbered(self, frame: Lazy, name: str) -> Lazy:
        """Add the number of each row, in the order of the frame."""

    def spans(self, frame: Lazy, keys: Sequence[str], day: str) -> list[tuple[Any, ...]]:
        """Return the different terms of a frame, each with its first and last day."""
        days = nw.col(day)
        return self.listed(
            frame.select(*keys, day)
            .drop_nulls()
            .group_by(*keys)
            .agg(days.min().alias("span~first"), days.max().alias("span~last"))
        )

    def coded(self, frame: Lazy, name: str, terms: Sequence[str], into: str) -> Lazy:
        """Add the place of a text among some terms; null where it is none of them."""
        return self.lookup(frame, {name: terms, into: range(len(terms))}, [name])

    def named(self, frame: Lazy, bits: str, texts: Sequence[str], into: str) -> Lazy:
        """Add the texts whose bits are set in a number, with a comma between them.

        That is quicker than to join them row by row.
        """
        every = range(2 ** len(texts))
        joined = [
            ",".join(text for place, text in enumerate(texts) if number >> place & 1)
            for number in every
        ]
        return self.lookup(frame, {bits: every, into: joined}, [bits])

    def among(self, name: str, values: Collection[str]) -> nw.Expr:
        """Return whether a text is one of some values; no if it is null."""
        column = nw.col(name)
        if len(values) > _LONG_LIST:
            return column.is_in(sorted(values)).fill_null(value=False)
        # A few comparisons are quicker than a list.
        return any_of([column == value for value in sorted(values)]).fill_null(value=False)

    def is_missing(self, name: str) -> nw.Expr:
        """Return whether a text is null."""
        return nw.col(name).is_null()


def any_of(conditions: Sequence[nw.Expr]) -> nw.Expr:
    """Return whether one of some conditions holds."""
    if not conditions:
        return nw.lit(value=False)
    return reduce(lambda one, other: one | other, conditions)


def all_of(conditions: Sequence[nw.Expr]) -> nw.Expr:
    """Return whether all of some conditions hold."""
    return reduce(lambda one, other: one & other, conditions, nw.lit(value=True))


@frozen
class _Polars(Engine):
    """Polars; `given` are the categories of the texts that a frame gives as codes, by column."""

    given: Mapping[str, Sequence[str]]

    def lookup(self, frame: Lazy, table: Table, on: Sequence[str]) -> Lazy:
        """Gather by codes where the table of all their combinations is small, else join.

        A gather is quicker than a join, and streams as well.
        """
        import polars as pl

        native: pl.LazyFrame = frame.to_native()
        small = _polars(table)
        known = _terms(small, on)
        combinations = prod(map(len, known.values()))
        if combinations > _LARGEST_GATHER or not _coded(small, known):
            joined = native.join(
                small.lazy(), on=list(on), how="left", maintain_order="left", coalesce=True
            )
            return nw.from_native(joined)
        dense = _dense(small, known)
        added = [name for name in small.columns if name not in on]
        if len(known) == 1 and on[0] in self.given:
            by_category = dense[self._places(on[0], known[on[0]])]
            code = pl.col(_given(on[0])).to_physical()
            return nw.from_native(
                native.with_columns(_gathered(by_category[name], code) for name in added)
            )
        place = pl.lit(0, dtype=pl.Int32)
        for number, (key, terms) in enumerate(known.items()):
            code = self._code(key, terms)
            place = code if number == 0 else place * len(terms) + code
        return nw.from_native(
            native.with_columns(place.alias("table~place"))
            .with_columns(_gathered(dense[name], pl.col("table~place")) for name in added)
            .drop("table~place")
        )

    def coded(self, frame: Lazy, name: str, terms: Sequence[str], into: str) -> Lazy:
        import polars as pl

        native: pl.LazyFrame = frame.to_native()
        return nw.from_native(
            native.with_columns(self._code(name, terms).cast(pl.Int64).alias(into))
        )

    def _code(self, key: str, terms: Sequence[Any]) -> pl.Expr:
        """Return the place of a column's value among some terms; null for another."""
        import polars as pl

        if not isinstance(terms[0], str):
            return pl.col(key).cast(pl.Int32)  # a rule's own number, which is in the table
        if key not in self.given:
            return pl.col(key).cast(pl.Enum(terms), strict=False).to_physical().cast(pl.Int32)
        return pl.lit(self._places(key, terms)).gather(pl.col(_given(key)).to_physical())

    def _places(self, key: str, terms: Sequence[str]) -> pl.Series:
        """Return the place among some terms of each category that a frame gives."""
        import polars as pl

        places = {term: place for place, term in enumerate(terms)}
        return pl.Series([places.get(term) for term in self.given[key]], dtype=pl.Int32)

    def gather(
        self, frame: Lazy, keys: Table, values: Table, types: Mapping[str, nw.dtypes.DType]
    ) -> Lazy:
        del keys  # what other engines join by
        import polars as pl

        native: pl.LazyFrame = frame.to_native()
        place = pl.col("answer~first") + pl.col("answer~day").cast(pl.Int32)
        return nw.from_native(
            native.with_columns(place.alias("answer~place"))
            .with_columns(
                _gathered(_typed_series(name, column, types[name]), pl.col("answer~place"))
                for name, column in values.items()
            )
            .drop("answer~place")
        )

    def listed(self, frame: Lazy) -> list[tuple[Any, ...]]:
        """Read what they are found among in batches, since it may be larger than memory."""
        native: pl.LazyFrame = frame.to_native()
        return native.collect(engine="streaming").rows()

    def spans(self, frame: Lazy, keys: Sequence[str], day: str) -> list[tuple[Any, ...]]:
        """Find the combinations of a few codes by their bits: quicker than by groups."""
        if not all(key in self.given for key in keys):
            return super().spans(frame, keys, day)
        every = [*product(*(self.given[key] for key in keys))]
        if not 0 < len(every) <= _BITS:
            return super().spans(frame, keys, day)
        import polars as pl

        place = pl.lit(0, dtype=pl.Int32)
        for key in keys:
            place = place * len(self.given[key]) + pl.col(_given(key)).to_physical().cast(pl.Int32)
        place = pl.when(pl.col(day).is_not_null()).then(place)
        bits = pl.Series([1 << number for number in range(len(every))], dtype=pl.UInt64)
        native: pl.LazyFrame = frame.to_native()
        sound = pl.all_horizontal(pl.col(_given(key)).is_not_null() for key in keys)
        days = pl.when(sound).then(pl.col(day))
        found, first, last = (
            native.select(
                pl.lit(bits).gather(place).bitwise_or().alias("found"),
                days.min().alias("first"),
                days.max().alias("last"),
            )
            .collect(engine="streaming")
            .row(0)
        )
        there = found or 0
        return [(*terms, first, last) for number, terms in enumerate(every) if there >> number & 1]

    def divided(self, dividend: nw.Expr, divisor: nw.Expr | int) -> nw.Expr:
        return dividend // divisor

    def numbered(self, frame: Lazy, name: str) -> Lazy:
        native: pl.LazyFrame = frame.to_native().with_row_index(name)
        return nw.from_native(native).with_columns(nw.col(name).cast(nw.Int64))

    def among(self, name: str, values: Collection[str]) -> nw.Expr:
        """Compare the codes that a frame gives."""
        if name not in self.given:
            return super().among(name, values)
        known = [value for value in sorted(values) if value in self.given[name]]
        column = nw.col(_given(name))
        return any_of([column == value for value in known]).fill_null(value=False)

    def is_missing(self, name: str) -> nw.Expr:
        return nw.col(_given(name) if name in self.given else name).is_null()


def _given(name: str) -> str:
    """Return the column that keeps what a frame gives as codes."""
    return f"{name}~given"


def _terms(small: pl.DataFrame, on: Sequence[str]) -> dict[str, Sequence[Any]]:
    """Return the different values of each key; of numbers all from zero on."""
    import polars as pl

    known: dict[str, Sequence[Any]] = {}
    for key in on:
        found = small[key].drop_nulls().unique(maintain_order=True)
        numbers = found.dtype == pl.Int64 and len(found) > 0
        known[key] = range(max(found) + 1) if numbers else found.to_list()
    return known


def _coded(small: pl.DataFrame, known: Mapping[str, Sequence[Any]]) -> bool:
    """Return whether each key is a text, or a number of 0 or more."""
    import polars as pl

    return all(known.values()) and all(
        small[key].dtype == pl.String or (isinstance(terms, range) and min(small[key]) >= 0)
        for key, terms in known.items()
    )


def _dense(small: pl.DataFrame, known: Mapping[str, Sequence[Any]]) -> pl.DataFrame:
    """Return a table with a row for each combination of its keys, in the order of their codes."""
    import polars as pl

    place = pl.lit(0, dtype=pl.Int32)
    for key, terms in known.items():
        code = pl.col(key).replace_strict(
            list(terms), list(range(len(terms))), default=None, return_dtype=pl.Int32
        )
        place = place * len(terms) + code
    at = small.drop_nulls([*known]).with_columns(place.alias("table~place")).drop(*known)
    every = pl.DataFrame({"table~place": range(prod(map(len, known.values())))}).cast(pl.Int32)
    return every.join(at, on="table~place", how="left", maintain_order="left")


def _gathered(column: pl.Series, place: pl.Expr) -> pl.Expr:
    """Return a column's values by their places; nothing is gathered where all are null."""
    import polars as pl

    if column.null_count() == len(column):
        return pl.lit(None, dtype=column.dtype).alias(column.name)
    return pl.lit(column).gather(place).alias(column.name)


def _typed_series(name: str, column: Sequence[Value], dtype: nw.dtypes.DType) -> pl.Series:
    import polars as pl

    return pl.Series(name, list(column), dtype=getattr(pl, type(dtype).__name__))


class _Sql(Engine):
    """What DuckDB and Spark share: their rows have no order, and they divide doubles best."""

    rows_are_ordered = False

    def divided(self, dividend: nw.Expr, divisor: nw.Expr | int) -> nw.Expr:
        if isinstance(divisor, int) and divisor <= _SMALL_DIVISOR:
            # Exact: no rate is above 1, so a dividend stays below 2⁵³, and there a quotient that is
            # not whole is further from the next whole number than a double is from it.
            return (dividend / divisor).floor().cast(nw.Int64)
        # Both divide doubles: the multiple of the divisor below has a quotient that is whole, and
        # the nearest whole number to what comes out is that quotient.
        return ((dividend - dividend % divisor) / divisor).round().cast(nw.Int64)

    def listed(self, frame: Lazy) -> list[tuple[Any, ...]]:
        found: Any = frame.collect(backend="polars")
        rows: list[tuple[Any, ...]] = found.rows()
        return rows

    def numbered(self, frame: Lazy, name: str) -> Lazy:
        found = tuple(frame.collect_schema().names())
        raise InvalidValueError("frame", found, f"a frame with the column {name.partition('~')[0]}")


@frozen
class _DuckDB(_Sql):
    """DuckDB, on the connection of a relation."""

    relation: Any

    def _table(self, table: Table | pl.DataFrame) -> Lazy:
        _small: Any = _arrow(table)  # the query finds it by its name
        found: Lazy = nw.from_native(self.relation.query("frame_of_a_rule", "SELECT * FROM _small"))
        return found

    def lookup(self, frame: Lazy, table: Table, on: Sequence[str]) -> Lazy:
        """Join by the place among all combinations: DuckDB finds a number without a hash."""
        small = _polars(table)
        known = _terms(small, on)
        combinations = prod(map(len, known.values()))
        if combinations > _LARGEST_GATHER or not _coded(small, known) or not _in_sql(known):
            return frame.join(self._table(table), on=list(on), how="left")
        added = [name for name in small.columns if name not in on]
        written = all(str(small[name].dtype) in _SQL_TYPES for name in added)
        if len(small) <= _FEW_CASES and len(on) == 1 and written:
            cases = ", ".join(_cases_in_sql(small, on[0], name) for name in added)
            few: Lazy = nw.from_native(frame.to_native().project(f"*, {cases}"))
            return few
        place = ""
        for key, terms in known.items():
            code = _code_in_sql(key, terms)
            place = f"({place}) * {len(terms)} + {code}" if place else code
        native = frame.to_native().project(f'*, ({place})::INTEGER AS "table~place"')
        dense = self._table(_dense(small, known))
        found: Lazy = nw.from_native(native)
        return found.join(dense, on="table~place", how="left").drop("table~place")

    def coded(self, frame: Lazy, name: str, terms: Sequence[str], into: str) -> Lazy:
        code = f'({_code_in_sql(name, terms)})::BIGINT AS "{into}"'
        found: Lazy = nw.from_native(frame.to_native().project(f"*, {code}"))
        return found

    def gather(
        self, frame: Lazy, keys: Table, values: Table, types: Mapping[str, nw.dtypes.DType]
    ) -> Lazy:
        del keys  # the rows are numbered instead
        place = (nw.col("answer~first") + (nw.col("answer~day") - nw.lit(_EPOCH))).cast(nw.Int32)
        table = _typed_table(values, types).with_row_index("answer~place")
        small = self._table(table).with_columns(nw.col("answer~place").cast(nw.Int32))
        return (
            frame.with_columns(place.alias("answer~place"))
            .join(small, on="answer~place", how="left")
            .drop("answer~place")
        )


def _typed_table(values: Table, types: Mapping[str, nw.dtypes.DType]) -> pl.DataFrame:
    import polars as pl

    return pl.DataFrame(
        [_typed_series(name, column, types[name]) for name, column in values.items()]
    )


def _in_sql(known: Mapping[str, Sequence[Any]]) -> bool:
    """Return whether the terms are few, and can be written in a query."""
    few = max(map(len, known.values())) <= _MOST_TERMS
    return few and not any("\x00" in str(term) for terms in known.values() for term in terms)


_SQL_TYPES = {"Int64": "BIGINT", "Int32": "INTEGER", "String": "VARCHAR", "Boolean": "BOOLEAN"}


def _cases_in_sql(small: pl.DataFrame, key: str, name: str) -> str:
    """Return a column of a table with one key, in DuckDB: quicker than a join with a few rows."""
    kind = _SQL_TYPES[str(small[name].dtype)]
    whens = " ".join(
        f"WHEN {_literal(at)} THEN {_literal(value)}"
        for at, value in small.select(key, name).drop_nulls().rows()
    )
    case = f"CASE {_quoted(key)} {whens} END" if whens else "NULL"
    return f"({case})::{kind} AS {_quoted(name)}"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: object) -> str:
    return "'" + value.replace("'", "''") + "'" if isinstance(value, str) else str(value)


def _code_in_sql(key: str, terms: Sequence[Any]) -> str:
    """Return the place of a column's value among some terms, in DuckDB; null for another."""
    name = _quoted(key)
    if not isinstance(terms[0], str):
        return name  # a rule's own number, which is in the table
    return f"enum_code(TRY_CAST({name} AS ENUM({', '.join(map(_literal, terms))})))::INTEGER"


@frozen
class _Spark(_Sql):
    """Spark, in the session of a frame."""

    session: Any

    def lookup(self, frame: Lazy, table: Table, on: Sequence[str]) -> Lazy:
        from pyspark.sql import functions

        small = functions.broadcast(self.session.createDataFrame(_arrow(table)))
        return frame.join(nw.from_native(small), on=list(on), how="left")

    def gather(
        self, frame: Lazy, keys: Table, values: Table, types: Mapping[str, nw.dtypes.DType]
    ) -> Lazy:
        joined = self.lookup(frame, {**keys, **values}, list(keys))
        return joined.with_columns(nw.col(name).cast(dtype) for name, dtype in types.items())


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
            relation = opened.to_native()
            found = _computed(lambda _: _DuckDB(relation), opened.lazy(), columns, compute)
            found = found.to_native()
        case nw.Implementation.PYSPARK:
            session = opened.to_native().sparkSession
            found = _computed(lambda _: _Spark(session), opened.lazy(), columns, compute)
            found = found.to_native()
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
    done: pl.LazyFrame = _computed(_Polars, opened.lazy(), columns, compute).to_native()
    return done if isinstance(opened, nw.LazyFrame) else done.collect()


def _beside(opened: nw.DataFrame[Any], columns: RuleColumns, compute: _Compute) -> pl.DataFrame:
    """Compute what is added to an eager frame, over its memory."""
    wanted = {column.name for column in (*columns.needed, *columns.optional, *columns.added)}
    shared = opened.select([name for name in opened.columns if name in wanted]).to_polars()
    done: pl.LazyFrame = _computed(
        _Polars, nw.from_native(shared.lazy()), columns, compute
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


_MakeEngine: TypeAlias = Callable[[Mapping[str, Sequence[str]]], Engine]


def _computed(make: _MakeEngine, frame: Lazy, columns: RuleColumns, compute: _Compute) -> Lazy:
    """Compute what is added; every other column comes back as it was given."""
    schema = frame.collect_schema()
    names = schema.names()
    read = {column.name: column for column in (*columns.needed, *columns.optional)}
    casts = {
        name: expression
        for name in names
        if name in read
        if (expression := _typed(read[name], schema[name])) is not None
    }
    kept = [nw.col(name).alias(_given(name)) for name in casts]
    typed = frame.with_columns(*kept, **casts) if casts else frame
    engine = make(
        {
            name: [str(term) for term in dtype.categories]
            for name in casts
            if isinstance(dtype := schema[name], nw.Enum)
        }
    )
    done = compute(engine, typed)
    added = [column.name for column in columns.added]
    unchanged = [
        nw.col(_given(name)).alias(name) if name in casts else nw.col(name)
        for name in names
        if name not in added
    ]
    return done.select(*unchanged, *added)


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


def _arrow(table: Table | pl.DataFrame) -> Any:  # noqa: ANN401 - PyArrow has no types
    frame: Any = _polars(table) if isinstance(table, Mapping) else table
    return frame.to_arrow()
