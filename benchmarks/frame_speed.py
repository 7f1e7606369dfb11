"""Fee and delivery window of many orders: `frames` beside code written by hand, in one process.

`python -m benchmarks.frame_speed 1_000_000` prints million rows a second of the processor's time,
each the best of several interleaved rounds, and the ratio to Polars written by hand from the same
columns. All answer the same; each is checked before the clock starts. Names are strings; codes are
the same columns as Polars' `Enum`, which rows by hand gather from without a look at any text.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta

import duckdb
import numpy as np
import polars as pl

from benchmarks import openfisca_house
from vintage_rules.frames import FrameRule, compile_policy, estimate_deliveries, quote_fees
from vintage_rules.policies import load_policy
from vintage_rules.world import calendar

FIRST = date(2026, 1, 1)
DAYS = 365
PLACES = ["FR", "DE", "BE", "ES", "IT", "US", "JP", "GB-GBN"]
CALENDARS = ["FR", "DE", "BE", "ES", "IT", "US", "JP", "GB"]
ROUNDS = 5
HOUSE = compile_policy(
    load_policy("imparfaite").on(date(2026, 11, 22)),
    FrameRule.QUOTE_FEES,
    FrameRule.ESTIMATE_DELIVERIES,
)


def orders(rows: int) -> pl.DataFrame:
    random = np.random.default_rng(7)
    place = random.integers(0, len(PLACES), rows)
    return pl.DataFrame(
        {
            "pieces": random.integers(100, 50_000, rows),
            "mode": pl.Series(["direct", "grouped"]).gather(random.integers(0, 2, rows)),
            "territory": pl.Series(PLACES).gather(place),
            "calendar": pl.Series(CALENDARS).gather(place),
            "place": place.astype(np.uint8),
            "dispatched": pl.Series(random.integers(0, DAYS, rows)).cast(pl.Int32)
            + (FIRST - date(1970, 1, 1)).days,
        }
    ).with_columns(pl.col("dispatched").cast(pl.Date))


ANSWERS = ("fee_quality_control", "earliest", "latest")


def coded(frame: pl.DataFrame) -> pl.DataFrame:
    """Give texts as codes."""
    kinds = {
        "mode": pl.Enum(["direct", "grouped"]),
        "territory": pl.Enum(PLACES),
        "calendar": pl.Enum(CALENDARS),
    }
    return frame.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items())


def ours(frame: pl.DataFrame) -> pl.DataFrame:
    """Answer as rows by hand do, with the reason of each row that has no answer."""
    found = estimate_deliveries(quote_fees(frame.lazy(), HOUSE), HOUSE)
    return found.select(*frame.columns, *ANSWERS, "error").collect()


def windows() -> tuple[list[date], list[date]]:
    """The table that code by hand gathers from: by place, then by day."""
    delivery = HOUSE.house.shipping.delivery
    found = []
    for place, key in zip(PLACES, CALENDARS, strict=True):
        transit = delivery.times.get(place[:2]) or delivery.zones[0].transit
        kept = calendar(key)
        found += [
            kept.window(
                FIRST + timedelta(days=day), transit.minimum, transit.maximum, transit.count
            )
            for day in range(DAYS)
        ]
    return [window.earliest for window in found], [window.latest for window in found]


EARLIEST, LATEST = windows()
BASE = (FIRST - date(1970, 1, 1)).days


def by_hand(frame: pl.DataFrame, code: pl.Expr) -> pl.DataFrame:
    at = code.cast(pl.Int32) * DAYS + pl.col("dispatched").cast(pl.Int32) - BASE
    fee = ((pl.col("pieces") * 10 + 50) // 100).clip(upper_bound=1500)
    return (
        frame.lazy()
        .with_columns(
            pl.when(pl.col("mode") == "grouped").then(fee).alias("fee_quality_control"),
            pl.lit(pl.Series(EARLIEST)).gather(at).alias("earliest"),
            pl.lit(pl.Series(LATEST)).gather(at).alias("latest"),
        )
        .collect()
    )


def polars_codes(frame: pl.DataFrame) -> pl.DataFrame:
    return by_hand(frame, pl.col("territory").to_physical())


def polars_names(frame: pl.DataFrame) -> pl.DataFrame:
    return by_hand(frame, pl.col("territory").cast(pl.Enum(PLACES)).to_physical())


def numpy_codes(frame: pl.DataFrame) -> pl.DataFrame:
    pieces, place = frame["pieces"].to_numpy(), frame["place"].to_numpy().astype(np.int32)
    at = place * DAYS + frame["dispatched"].to_physical().to_numpy() - BASE
    grouped = (frame["mode"] == "grouped").to_numpy()
    fee = np.where(grouped, np.minimum((pieces * 10 + 50) // 100, 1500), -1)
    earliest = np.array(EARLIEST, dtype="datetime64[D]")[at]
    latest = np.array(LATEST, dtype="datetime64[D]")[at]
    return pl.DataFrame({"fee_quality_control": fee, "earliest": earliest, "latest": latest})


def loop(frame: pl.DataFrame) -> list[tuple[int | None, date, date]]:
    answers = []
    for pieces, mode, place, day in frame.select("pieces", "mode", "place", "dispatched").rows():
        at = place * DAYS + (day - FIRST).days
        fee = min((pieces * 10 + 50) // 100, 1500) if mode == "grouped" else None
        answers.append((fee, EARLIEST[at], LATEST[at]))
    return answers


SQL = """
SELECT o.*, CASE WHEN mode = 'grouped' THEN least((pieces * 10 + 50) // 100, 1500) END
    AS fee_quality_control, w.earliest, w.latest
FROM orders o LEFT JOIN windows w ON w.territory = o.territory AND w.day = o.dispatched
"""


def prepared(frame: pl.DataFrame) -> dict[str, Callable[[], object]]:
    connection = duckdb.connect()
    table = pl.DataFrame(
        {
            "territory": [place for place in PLACES for _ in range(DAYS)],
            "day": [FIRST + timedelta(days=day) for _ in PLACES for day in range(DAYS)],
            "earliest": EARLIEST,
            "latest": LATEST,
        }
    )
    connection.register("given", frame.to_arrow())
    connection.execute("CREATE TABLE orders AS SELECT * FROM given")
    connection.register("windows", table.to_arrow())

    def our_duckdb() -> None:
        relation = connection.table("orders")
        found = estimate_deliveries(quote_fees(relation, HOUSE), HOUSE)
        found.project(
            "sum(fee_quality_control), max(earliest), max(latest), count(error)"
        ).fetchall()

    def sql_by_hand() -> None:
        connection.sql(SQL).project(
            "sum(fee_quality_control), max(earliest), max(latest)"
        ).fetchall()

    tables = {
        "earliest": np.array(EARLIEST, dtype="datetime64[D]"),
        "latest": np.array(LATEST, dtype="datetime64[D]"),
    }
    made = openfisca_house.system(tables, FIRST, DAYS)
    inputs = {
        "pieces": frame["pieces"].to_numpy(),
        "mode": (frame["mode"] == "grouped").to_numpy().astype(np.int64),
        "place": frame["place"].to_numpy(),
        "dispatched": frame["dispatched"].to_numpy(),
    }
    codes = coded(frame)
    return {
        "frames over Polars, from names": lambda: ours(frame),
        "frames over Polars, from codes": lambda: ours(codes),
        "Polars by hand, from names": lambda: polars_names(frame),
        "Polars by hand, from codes": lambda: polars_codes(codes),
        "numpy by hand, from codes": lambda: numpy_codes(frame),
        "OpenFisca, from codes": lambda: openfisca_house.answers(made, inputs, *ANSWERS),
        "frames over DuckDB": our_duckdb,
        "DuckDB SQL by hand": sql_by_hand,
    }


def race(contenders: dict[str, Callable[[], object]], rows: int, **known: float) -> None:
    """Print what each contender makes of some rows, the best of several rounds, and the ratios.

    It is the processor's time that counts, of both cores: other work on the machine adds none.
    """
    best = dict.fromkeys(contenders, float("inf"))
    for _ in range(ROUNDS):
        for name, run in contenders.items():
            started = time.process_time()
            run()
            best[name] = min(best[name], time.process_time() - started)
    by_name, by_code = (best[f"Polars by hand, from {what}"] for what in ("names", "codes"))
    print(f"{'':32}million rows/s  to names  to codes")
    for name, seconds in {**best, **known}.items():
        ratios = f"{by_name / seconds:10.2f}{by_code / seconds:10.2f}"
        print(f"{name:32}{rows / seconds / 1e6:14.1f}{ratios}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"peak memory of the process: {peak:.2f} GiB")


def main(rows: int) -> None:
    frame = orders(rows)
    found, codes = ours(frame), coded(frame)
    by_names = polars_names(frame).select(ANSWERS)
    assert found.select(ANSWERS).equals(by_names)
    assert ours(codes).select(ANSWERS).equals(by_names)
    assert polars_codes(codes).select(ANSWERS).equals(by_names)
    contenders = prepared(frame)
    theirs = contenders["OpenFisca, from codes"]()
    assert isinstance(theirs, dict)
    assert (theirs[ANSWERS[0]] == found[ANSWERS[0]].fill_null(0).to_numpy()).all()
    assert (theirs["latest"] == found["latest"].to_numpy()).all()
    few = frame.head(100_000)
    started = time.process_time()
    loop(few)
    seconds = (time.process_time() - started) * rows / few.height
    race(contenders, rows, **{"Python loop": seconds})


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
