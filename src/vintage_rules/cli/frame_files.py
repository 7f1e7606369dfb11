"""Frames from and to files: CSV, Parquet and Arrow, by the end of their name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from attrs import field, frozen
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from vintage_rules.cli.column_mapping import require_all
from vintage_rules.cli.errors import WRONG_USE, CliError, opened

if TYPE_CHECKING:
    import polars as pl

    from vintage_rules.frames.columns import Column, ColumnKind, RuleColumns

_ARROW = (".arrow", ".feather", ".ipc")
_ENDS = (".csv", ".parquet", *_ARROW)
_ALLOWED = "a file that ends in .csv, .parquet or .arrow"


def require_known(path: Path) -> None:
    """Refuse a file of another kind.

    Raises:
        CliError: With the kinds there are.
    """
    if path.suffix not in _ENDS:
        raise CliError(f"{path}: must be {_ALLOWED}", WRONG_USE)


def read_frame(path: Path) -> pl.DataFrame:
    """Read a file whole.

    Raises:
        CliError: If it cannot be read.
    """
    return _carried_out(path, lambda rows: rows.collect())


def batches(path: Path, size: int) -> Iterator[pl.DataFrame]:
    """Read a file some rows at a time, in their order; a file without rows is one batch.

    Raises:
        CliError: If it cannot be read.
    """
    rows = _carried_out(path, lambda rows: rows.collect_batches(chunk_size=size))
    found = False
    while (batch := _carried_out(path, lambda _: next(rows, None))) is not None:
        found = True
        yield batch
    if not found:
        yield read_frame(path)


def count_rows(path: Path) -> int:
    """Return how many rows a file has.

    Raises:
        CliError: If it cannot be read.
    """
    import polars as pl

    return int(_carried_out(path, lambda rows: rows.select(pl.len()).collect().item()))


def read_columns(path: Path) -> list[str]:
    """Return the names of the columns of a file.

    Raises:
        CliError: If it cannot be read.
    """
    return _carried_out(path, lambda rows: rows.collect_schema().names())


def has_runs(path: Path, column: str) -> bool:
    """Return whether equal values of a column follow one another in a file.

    Raises:
        CliError: If it cannot be read.
    """
    import polars as pl

    value = pl.col(column)
    begins = ~value.eq_missing(value.shift())
    return bool(
        _carried_out(
            path,
            lambda rows: (
                rows.select(begins.sum().alias("begins"), value.n_unique().alias("different"))
                .select(pl.col("begins") <= pl.col("different"))
                .collect(engine="streaming")
                .item()
            ),
        )
    )


_T = TypeVar("_T")


def _carried_out(path: Path, read: Callable[[pl.LazyFrame], _T]) -> _T:
    """Read a file. All columns of CSV are texts: whatever no rule reads is written as it was."""
    import polars as pl

    require_known(path)
    opened(path).close()
    try:
        if path.suffix == ".csv":
            return read(pl.scan_csv(path, infer_schema=False))
        return read(pl.scan_parquet(path) if path.suffix == ".parquet" else pl.scan_ipc(path))
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).partition("\n")[0]
        kind = path.suffix.removeprefix(".")
        raise CliError(f"{path}: cannot be read as {kind}: {reason}") from error


def typed(
    frame: pl.DataFrame, columns: Iterable[Column], path: Path, *, first: int = 1
) -> pl.DataFrame:
    """Return rows of a file, from the first on, with texts in the types of their columns.

    Raises:
        CliError: Naming the file, the column, the row and what was found.
    """
    import polars as pl

    texts = [each for each in columns if frame.schema.get(each.name) == pl.String]
    return frame.with_columns(_read(frame[each.name], each, path, first) for each in texts)


def _read(texts: pl.Series, column: Column, path: Path, first: int) -> pl.Series:
    made, allowed = _parsed(texts, column.kind)
    require_all(texts, made, allowed, path, column.name, first)
    return made


def _parsed(texts: pl.Series, kind: ColumnKind) -> tuple[pl.Series, str]:
    """Return texts in the type of their kind, null where one is none, and what is allowed."""
    import polars as pl

    from vintage_rules.frames.columns import ColumnKind

    match kind:
        case ColumnKind.AMOUNT:
            allowed = "a whole number of the currency's smallest unit, such as 1230 for 12.30"
            return texts.cast(pl.Int64, strict=False), allowed
        case ColumnKind.COUNT:
            return texts.cast(pl.Int64, strict=False), "a whole number"
        case ColumnKind.DAY:
            return texts.str.to_date("%Y-%m-%d", strict=False), "a day such as 2026-11-22"
        case ColumnKind.MOMENT:
            made = texts.str.to_datetime(time_zone="UTC", strict=False)
            return made, "a moment in UTC such as 2026-11-22T10:00:00Z"
        case ColumnKind.FLAG:
            known = {"true": True, "false": False}
            made = texts.replace_strict(known, default=None, return_dtype=pl.Boolean)
            return made, "true or false"
        case ColumnKind.CODE | ColumnKind.ID:
            return texts, "a text"


@frozen
class Parts:
    """Frames that are written one after the other, as parts in a folder, and then as one file."""

    folder: Path
    written: list[Path] = field(factory=list[Path])

    def add(self, frame: pl.DataFrame) -> None:
        """Write a part."""
        part = self.folder / f"{len(self.written)}.arrow"
        frame.write_ipc(part)
        self.written.append(part)

    def write(self, path: Path) -> None:
        """Write all parts as one file.

        Raises:
            CliError: If it cannot be written.
        """
        import polars as pl

        rows = pl.scan_ipc(self.written)
        try:
            path.open("wb").close()
            if path.suffix == ".csv":
                rows.sink_csv(path)
            elif path.suffix == ".parquet":
                rows.sink_parquet(path)
            else:
                rows.sink_ipc(path)
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise CliError(f"{path}: cannot be written: {reason}") from error


def missing(frame: pl.DataFrame, columns: RuleColumns, path: Path) -> str:
    """Describe the columns that a frame lacks: what each means, and of which kind it is."""
    lacks = columns.missing(frame.columns)
    lines = [f"  {each.name} ({each.kind}): {each.meaning}" for each in lacks]
    return "\n".join([f"{path}: these columns are missing:", *lines])


def rows_progress(screen: Console) -> Progress:
    """Return a bar that counts rows; it shows on a terminal alone, and leaves nothing behind."""
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=screen,
        transient=True,
        disable=not screen.is_terminal,
    )
