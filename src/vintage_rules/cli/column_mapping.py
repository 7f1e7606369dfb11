"""A mapping: which columns of a file hold what the rules read, as a TOML document.

Columns are computed from texts alone, never through floats: an amount has the decimals that it was
written with, and what does not fit is refused, not rounded.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from vintage_rules.cli.errors import CliError, opened
from vintage_rules.findings import is_table

if TYPE_CHECKING:
    import polars as pl

_KEYS = ("decimals", "format", "from", "value", "values")


@frozen(kw_only=True)
class Source:
    """Where a column comes from: a column of the file, or one value for all rows.

    `decimals` is how many decimals are written before the point is dropped, `format` how a day is
    written, `values` what is written for what.
    """

    column: str | None
    value: str | None
    values: Mapping[str, str] | None
    decimals: int | None
    format: str | None


def read_mapping(path: Path, known: Mapping[str, object]) -> Mapping[str, Source]:
    """Read a mapping of the columns that the rules know.

    Raises:
        CliError: Naming the file and the key.
    """
    with opened(path) as file:
        try:
            document: Mapping[str, object] = tomllib.load(file)
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise CliError(f"{path}: must be TOML: {error}") from error
    columns = document.get("columns")
    if set(document) != {"columns"} or not is_table(columns):
        found = ", ".join(document) or "nothing"
        raise CliError(f"{path}: must be one table, [columns], got {found}")
    for name in columns:
        if name not in known:
            raise CliError(
                f"{path}: columns: must be one of {', '.join(sorted(known))}, got {name!r}"
            )
    return {name: _source(path, name, written) for name, written in columns.items()}


def _source(path: Path, name: str, written: object) -> Source:
    at = f"{path}: columns.{name}"
    table = {"from": written} if isinstance(written, str) else written
    if not is_table(table):
        raise CliError(f"{at}: must be the name of a column or a table, got {table!r}")
    for key in table:
        if key not in _KEYS:
            raise CliError(f"{at}: must have only {', '.join(_KEYS)}, got {key!r}")
    if ("from" in table) == ("value" in table):
        raise CliError(f"{at}: must have from or value, and not both")
    values, decimals = table.get("values"), table.get("decimals")
    if values is not None and not is_table(values):
        raise CliError(f"{at}.values: must be a table, got {values!r}")
    if decimals is not None and not (isinstance(decimals, int) and decimals in range(7)):
        raise CliError(f"{at}.decimals: must be a whole number from 0 to 6, got {decimals!r}")
    return Source(
        column=_text(table, "from", at),
        value=_text(table, "value", at),
        values=None if values is None else {key: str(each) for key, each in values.items()},
        decimals=decimals,
        format=_text(table, "format", at),
    )


def _text(table: Mapping[str, object], key: str, at: str) -> str | None:
    text = table.get(key)
    if text is not None and not isinstance(text, str):
        raise CliError(f"{at}.{key}: must be a text, got {text!r}")
    return text


def mapped(
    frame: pl.DataFrame, mapping: Mapping[str, Source], path: Path, *, first: int = 1
) -> pl.DataFrame:
    """Return rows of a file, from the first on, with the columns of a mapping; the others stay.

    Raises:
        CliError: Naming the file, the column, the row and what was found.
    """
    import polars as pl

    made = [_made(frame, name, source, path, first) for name, source in mapping.items()]
    return frame.with_columns(pl.Series(name, each) for name, each in made)


def _made(
    frame: pl.DataFrame, name: str, source: Source, path: Path, first: int
) -> tuple[str, pl.Series]:
    import polars as pl

    if source.column is None:
        return name, pl.repeat(source.value, frame.height, dtype=pl.String, eager=True)
    if source.column not in frame.columns:
        raise CliError(
            f"{path}: {name}: must come from a column of the file, got {source.column!r}; "
            f"there are {', '.join(frame.columns)}"
        )
    found = frame[source.column]
    if source.values is not None:
        written = found.cast(pl.String)
        made = written.replace_strict(source.values, default=None, return_dtype=pl.String)
        require_all(written, made, f"one of {', '.join(source.values)}", path, source.column, first)
        return name, made
    if source.decimals is not None:
        written = found.cast(pl.String)
        made = _without_point(written, source.decimals)
        allowed = f"a number of at most {source.decimals} decimals"
        require_all(written, made, allowed, path, source.column, first)
        return name, made
    if source.format is not None:
        made = found.cast(pl.String).str.to_date(source.format, strict=False)
        require_all(found, made, f"a day written as {source.format}", path, source.column, first)
        return name, made
    return name, found


def _without_point(written: pl.Series, decimals: int) -> pl.Series:
    """Return numbers without their decimal point; null where one has too many decimals."""
    import polars as pl

    text = pl.col("text").str.strip_chars()
    whole = text.str.extract(r"^(-?\d+)(?:\.\d*)?$", 1)
    rest = text.str.extract(r"\.(\d*)$", 1).fill_null("").str.strip_chars_end("0")
    shown = pl.concat_str(whole, rest.str.pad_end(decimals, "0"))
    fits = rest.str.len_chars() <= decimals
    number = pl.when(fits).then(shown).otherwise(None).cast(pl.Int64, strict=False)
    return written.to_frame("text").select(number).to_series()


def require_all(  # noqa: PLR0917 - what an error names
    found: pl.Series, made: pl.Series, allowed: str, path: Path, column: str, first: int
) -> None:
    """Refuse a value that could not be read; `first` is the number of the first row.

    Raises:
        CliError: Naming the file, the column, the row and the value.
    """
    lost = (made.is_null() & found.is_not_null()).arg_true()
    if lost.len():
        row = int(lost[0])
        raise CliError(
            f"{path}: {column}: row {row + first}: must be {allowed}, got {found[row]!r}"
        )
