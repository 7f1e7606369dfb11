"""Rules over Parquet files that are larger than memory, by Polars and by DuckDB.

`python -m benchmarks.frame_scale 1_000_000 10_000_000` draws orders into `build/scale/`, places
their addresses, quotes their fees and dates their delivery from files to a file, each engine and
size in a process of its own, and prints seconds and peak memory. With `--keep` the measurements are
added to `docs/guide/scale.csv`, which the guide's plot is drawn from. Files are removed at the end.
"""

from __future__ import annotations

import argparse
import csv
import resource
import shutil
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

import numpy as np
import polars as pl
from attrs import frozen

from vintage_rules.frames import (
    FrameRule,
    compile_policy,
    estimate_deliveries,
    locate_places,
    quote_fees,
)
from vintage_rules.policies import load_policy

DIRECTORY = Path("build/scale")
FIGURES = Path("docs/guide/scale.csv")
FIELDS = ("engine", "rows", "seconds", "processor_seconds", "peak_gib")
ENGINES = ("polars", "duckdb")
CHUNK = 2_000_000
MEMORY = "4GB"  # what DuckDB may use before it spills to disk
HOUSE = compile_policy(
    load_policy("imparfaite").on(date(2026, 11, 22)),
    FrameRule.QUOTE_FEES,
    FrameRule.ESTIMATE_DELIVERIES,
)


def addresses() -> pl.DataFrame:
    """Some thousands of addresses, as a catalogue's buyers have."""
    french = [
        f"{department:02d}{town:03d}" for department in range(1, 90) for town in range(0, 400, 20)
    ]
    others = {
        "BE": range(1000, 9000, 40),
        "DE": range(10115, 90000, 400),
        "IT": range(10121, 90000, 400),
    }
    rows = [("FR", code) for code in french if not code.startswith("20")]
    rows += [(country, str(code)) for country, codes in others.items() for code in codes]
    rows += [("RE", "97400"), ("GB", "M1 1AE"), ("US", "10001"), ("JP", "100-0001")]
    return pl.DataFrame(rows, schema=["country", "postal_code"], orient="row")


def draw(directory: Path, rows: int) -> None:
    """Write orders to files of some millions."""
    directory.mkdir(parents=True)
    places = addresses()
    random = np.random.default_rng(7)
    for first in range(0, rows, CHUNK):
        count = min(CHUNK, rows - first)
        at = random.integers(0, places.height, count)
        chunk = pl.DataFrame(
            {
                "number": np.arange(first, first + count),
                "country": places["country"].gather(at),
                "postal_code": places["postal_code"].gather(at),
                "pieces": random.integers(100, 50_000, count),
                "mode": pl.Series(["direct", "grouped"]).gather(random.integers(0, 2, count)),
                "dispatched": pl.Series(random.integers(20_454, 20_819, count)).cast(pl.Int32),
            }
        ).with_columns(pl.col("dispatched").cast(pl.Date))
        chunk.write_parquet(directory / f"{first:012d}.parquet")


def by_polars(source: Path, out: Path) -> None:
    found = estimate_deliveries(
        quote_fees(locate_places(pl.scan_parquet(source / "*.parquet")), HOUSE), HOUSE
    )
    found.sink_parquet(out)


def by_duckdb(source: Path, out: Path) -> None:
    import duckdb

    with duckdb.connect() as connection:
        connection.execute(f"SET memory_limit = '{MEMORY}'")
        connection.execute(f"SET temp_directory = '{DIRECTORY}'")
        connection.execute("SET preserve_insertion_order = false")
        relation = connection.read_parquet(str(source / "*.parquet"))
        found = estimate_deliveries(quote_fees(locate_places(relation), HOUSE), HOUSE)
        found.write_parquet(str(out), compression="zstd")


@frozen
class Run:
    """One run: seconds by the clock and of the processor, peak memory, and what it answered."""

    seconds: float
    processor_seconds: float
    peak_gib: float
    answers: tuple[int, ...]


def measure(engine: str, source: Path, out: Path) -> Run:
    """Measure one run in this process."""
    started = time.perf_counter()
    {"polars": by_polars, "duckdb": by_duckdb}[engine](source, out)
    seconds = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    answers = pl.scan_parquet(out).select(
        pl.len(),
        pl.col("fee_quality_control").sum(),
        pl.col("latest").cast(pl.Int64).sum(),
        pl.col("error").count().alias("errors"),
    )
    return Run(
        seconds,
        used.ru_utime + used.ru_stime,
        used.ru_maxrss / 2**20,
        answers.collect(engine="streaming").row(0),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", nargs="*", type=int, default=[1_000_000])
    parser.add_argument("--engine", action="append", choices=ENGINES)
    parser.add_argument("--keep", action="store_true")
    given = parser.parse_args()
    for rows in given.rows:
        shutil.rmtree(DIRECTORY, ignore_errors=True)
        source, out = DIRECTORY / "orders", DIRECTORY / "answers.parquet"
        draw(source, rows)
        answered = set()
        for engine in given.engine or ENGINES:
            with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as alone:
                done = alone.submit(measure, engine, source, out).result()
            spent = f"{done.seconds:8.1f} s{done.processor_seconds:8.1f} s of the processor"
            print(f"{engine:8}{rows:12,} rows{spent}{done.peak_gib:7.2f} GiB", flush=True)
            answered.add(done.answers)
            out.unlink()
            if given.keep:
                keep(engine, rows, done)
        shutil.rmtree(DIRECTORY)
        assert len(answered) == 1, "all answer the same"


def keep(engine: str, rows: int, done: Run) -> None:
    """Put a measurement in the place of the one that was there."""
    with FIGURES.open(encoding="utf-8", newline="") as file:
        lines = [
            line
            for line in csv.DictReader(file)
            if (line["engine"], line["rows"]) != (engine, str(rows))
        ]
    figures = {
        "seconds": f"{done.seconds:.1f}",
        "processor_seconds": f"{done.processor_seconds:.1f}",
        "peak_gib": f"{done.peak_gib:.2f}",
    }
    lines.append({"engine": engine, "rows": str(rows), **figures})
    with FIGURES.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(sorted(lines, key=lambda line: (line["engine"], int(line["rows"]))))


if __name__ == "__main__":
    main()
