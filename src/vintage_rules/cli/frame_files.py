"""Frames from and to files: CSV, Parquet and Arrow, by the end of their name."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

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
    """Read a file. All columns of CSV are texts: whatever no rule reads is written as it was.

    Raises:
        CliError: If it cannot be read.
    """
    import polars as pl

    require_known(path)
    opened(path).close()
    try:
        if path.suffix == ".csv":
            return pl.read_csv(path, infer_schema=False)
        return pl.read_parquet(path) if path.suffix == ".parquet" else pl.read_ipc(path)
    except (pl.exceptions.PolarsError, OSError) as error:
        reason = str(error).partition("\n")[0]
        kind = path.suffix.removeprefix(".")
        raise CliError(f"{path}: cannot be read as {kind}: {reason}") from error


def typed(frame: pl.DataFrame, columns: Iterable[Column], path: Path) -> pl.DataFrame:
    """Return the frame with columns that are texts in the types of their kinds.

    Raises:
        CliError: Naming the file, the column, the row and what was found.
    """
    import polars as pl

    texts = [each for each in columns if frame.schema.get(each.name) == pl.String]
    return frame.with_columns(_read(frame[each.name], each, path) for each in texts)


def _read(texts: pl.Series, column: Column, path: Path) -> pl.Series:
    made, allowed = _parsed(texts, column.kind)
    require_all(texts, made, allowed, path, column.name)
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


def write_frame(frame: pl.DataFrame, path: Path) -> None:
    """Write a frame.

    Raises:
        CliError: If it cannot be written.
    """
    try:
        with path.open("wb") as file:
            if path.suffix == ".csv":
                frame.write_csv(file)
            elif path.suffix == ".parquet":
                frame.write_parquet(file)
            else:
                frame.write_ipc(file)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CliError(f"{path}: cannot be written: {reason}") from error


def missing(frame: pl.DataFrame, columns: RuleColumns, path: Path) -> str:
    """Describe the columns that a frame lacks: what each means, and of which kind it is."""
    lacks = columns.missing(frame.columns)
    lines = [f"  {each.name} ({each.kind}): {each.meaning}" for each in lacks]
    return "\n".join([f"{path}: these columns are missing:", *lines])
