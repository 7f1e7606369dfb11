"""Spark gives the same as Polars: hashes of all that both answer, compared.

`python -m benchmarks.frame_spark 10_000_000` draws orders as `frame_scale` does, carries the rules
out by Polars here and by `examples/spark/price_orders.py` on two cores, and prints both hashes.
"""

from __future__ import annotations

import os
import runpy
import shutil
import sys
import time

import polars as pl

from benchmarks.frame_scale import DIRECTORY, by_polars, draw

OPTIONS = (
    "--master local[2]",
    "--driver-memory 4g",
    "--conf spark.driver.bindAddress=127.0.0.1",
    "--conf spark.driver.host=127.0.0.1",
    "--conf spark.sql.session.timeZone=UTC",
    "--conf spark.ui.enabled=false",
    "pyspark-shell",
)


def hashed(files: str) -> tuple[int, int]:
    """The number of rows, and a number that depends on every value of every row, in any order."""
    rows = pl.scan_parquet(files)
    columns = sorted(rows.collect_schema().names())
    each = pl.struct(columns).hash(seed=1)
    found = rows.select(pl.len(), (each % 2**31).sum().alias("hash"))
    length, total = found.collect(engine="streaming").row(0)
    return length, total


def main(rows: int) -> None:
    directory = DIRECTORY.with_name("spark")
    shutil.rmtree(directory, ignore_errors=True)
    source, here, there = directory / "orders", directory / "here.parquet", directory / "there"
    draw(source, rows)
    os.environ["PYSPARK_SUBMIT_ARGS"] = " ".join(OPTIONS)
    sys.argv = ["price_orders.py", str(source), str(there)]
    spent: dict[str, float] = {}
    started = time.perf_counter()
    by_polars(source, here)
    spent["Polars"] = time.perf_counter() - started
    started = time.perf_counter()
    runpy.run_path("examples/spark/price_orders.py", run_name="__main__")
    spent["Spark"] = time.perf_counter() - started
    found = {"Polars": hashed(str(here)), "Spark": hashed(str(there / "*.parquet"))}
    for name, (length, total) in found.items():
        print(f"{name:8}{length:12,} rows{spent[name]:8.1f} s   {total:x}")
    shutil.rmtree(directory)
    assert found["Polars"] == found["Spark"], "both answer the same"


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
