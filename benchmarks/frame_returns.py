"""Whether many returns are accepted, and until when: `frames` beside code written by hand.

`python -m benchmarks.frame_returns 1_000_000` is as `python -m benchmarks.frame_speed`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date, timedelta

import duckdb
import numpy as np
import polars as pl

from benchmarks import openfisca_house
from benchmarks.frame_speed import CALENDARS, DAYS, FIRST, PLACES, race
from vintage_rules.frames import FrameRule, assess_returns, compile_policy
from vintage_rules.policies import load_policy
from vintage_rules.world import calendar

HOUSE = compile_policy(load_policy("imparfaite").on(date(2026, 11, 22)), FrameRule.ASSESS_RETURNS)
BASE = (FIRST - date(1970, 1, 1)).days
ANSWERS = ("decision", "last_day")
LAST_DAYS = [
    HOUSE.house.returns.returns.rules[0].terms.last_days[FIRST + timedelta(days=day), calendar(key)]  # type: ignore[union-attr]
    for key in CALENDARS
    for day in range(DAYS)
]


def requests(rows: int) -> pl.DataFrame:
    random = np.random.default_rng(7)
    place = random.integers(0, len(PLACES), rows)
    received = random.integers(0, DAYS, rows)
    days = {"received": received, "requested": received + random.integers(1, 25, rows)}
    return pl.DataFrame(
        {
            "reason": pl.repeat("withdrawal", rows, eager=True),
            "territory": pl.Series(PLACES).gather(place),
            "calendar": pl.Series(CALENDARS).gather(place),
            "place": place.astype(np.uint8),
            **{name: pl.Series(day + BASE).cast(pl.Int32) for name, day in days.items()},
            "returned_pieces": random.integers(1, 4, rows),
            "parcel_number": pl.Series(["XY1", None]).gather((random.random(rows) < 0.1) * 1),
            "in_writing": random.random(rows) < 0.9,
            "photos": np.zeros(rows, dtype=np.int64),
        }
    ).with_columns(pl.col("received", "requested").cast(pl.Date))


def coded(frame: pl.DataFrame) -> pl.DataFrame:
    """Give texts as codes."""
    kinds = {
        "reason": pl.Enum(["withdrawal"]),
        "territory": pl.Enum(PLACES),
        "calendar": pl.Enum(CALENDARS),
    }
    return frame.with_columns(pl.col(name).cast(kind) for name, kind in kinds.items())


def ours(frame: pl.DataFrame) -> pl.DataFrame:
    """Answer as rows by hand do, with the reason of each row that has no answer."""
    found = assess_returns(frame.lazy(), HOUSE)
    return found.select(*frame.columns, *ANSWERS, "error").collect()


def by_hand(frame: pl.DataFrame, code: pl.Expr) -> pl.DataFrame:
    at = code.cast(pl.Int32) * DAYS + pl.col("received").cast(pl.Int32) - BASE
    known = pl.col("parcel_number").is_not_null()
    taken = (pl.col("requested") <= pl.col("last_day")) & known & pl.col("in_writing")
    return (
        frame.lazy()
        .with_columns(pl.lit(pl.Series(LAST_DAYS)).gather(at).alias("last_day"))
        .with_columns(
            pl.when(taken).then(pl.lit("returnable")).otherwise(pl.lit("refused")).alias("decision")
        )
        .collect()
    )


def polars_codes(frame: pl.DataFrame) -> pl.DataFrame:
    return by_hand(frame, pl.col("calendar").to_physical())


def polars_names(frame: pl.DataFrame) -> pl.DataFrame:
    return by_hand(frame, pl.col("calendar").cast(pl.Enum(CALENDARS)).to_physical())


def numpy_codes(frame: pl.DataFrame) -> dict[str, np.ndarray[tuple[int], np.dtype[np.generic]]]:
    at = frame["place"].to_numpy().astype(np.int32) * DAYS
    at = at + frame["received"].to_physical().to_numpy() - BASE
    last = np.array(LAST_DAYS, dtype="datetime64[D]")[at]
    known = frame["parcel_number"].is_not_null().to_numpy()
    taken = (frame["requested"].to_numpy() <= last) & known & frame["in_writing"].to_numpy()
    return {"returnable": taken, "last_day": last}


SQL = """
SELECT r.*, d.last_day,
    CASE WHEN requested <= d.last_day AND parcel_number IS NOT NULL AND in_writing
        THEN 'returnable' ELSE 'refused' END AS decision
FROM requests r LEFT JOIN days d ON d.calendar = r.calendar AND d.day = r.received
"""


def prepared(frame: pl.DataFrame) -> dict[str, Callable[[], object]]:
    connection = duckdb.connect()
    table = pl.DataFrame(
        {
            "calendar": [place for place in CALENDARS for _ in range(DAYS)],
            "day": [FIRST + timedelta(days=day) for _ in PLACES for day in range(DAYS)],
            "last_day": LAST_DAYS,
        }
    )
    connection.register("given", frame.to_arrow())
    connection.execute("CREATE TABLE requests AS SELECT * FROM given")
    connection.register("days", table.to_arrow())
    sums = "count(*) FILTER (decision = 'returnable'), max(last_day)"
    tables = {"last_day": np.array(LAST_DAYS, dtype="datetime64[D]")}
    made = openfisca_house.system(tables, FIRST, DAYS)
    inputs = {
        "place": frame["place"].to_numpy(),
        "received": frame["received"].to_numpy(),
        "requested": frame["requested"].to_numpy(),
        "returned_pieces": frame["returned_pieces"].to_numpy(),
        "has_parcel_number": frame["parcel_number"].is_not_null().to_numpy(),
        "in_writing": frame["in_writing"].to_numpy(),
    }
    wanted = ("returnable", "last_day")
    codes = coded(frame)
    return {
        "frames over Polars, from names": lambda: ours(frame),
        "frames over Polars, from codes": lambda: ours(codes),
        "Polars by hand, from names": lambda: polars_names(frame),
        "Polars by hand, from codes": lambda: polars_codes(codes),
        "numpy by hand, from codes": lambda: numpy_codes(frame),
        "OpenFisca, from codes": lambda: openfisca_house.answers(made, inputs, *wanted),
        "frames over DuckDB": lambda: (
            assess_returns(connection.table("requests"), HOUSE).project(sums).fetchall()
        ),
        "DuckDB SQL by hand": lambda: connection.sql(SQL).project(sums).fetchall(),
    }


def main(rows: int) -> None:
    frame = requests(rows)
    found, codes = ours(frame).select(ANSWERS), coded(frame)
    assert found.equals(polars_names(frame).select(ANSWERS))
    assert ours(codes).select(ANSWERS).equals(found)
    assert polars_codes(codes).select(ANSWERS).equals(found)
    contenders = prepared(frame)
    for name in ("numpy by hand, from codes", "OpenFisca, from codes"):
        answers = contenders[name]()
        assert isinstance(answers, dict)
        assert (answers["returnable"] == (found["decision"] == "returnable").to_numpy()).all()
        assert (answers["last_day"] == found["last_day"].to_numpy()).all()
    race(contenders, rows)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
