"""Every column equals the scalar rule on Spark: one session, all rules at once.

Spark needs Java 17 (`make java`) and the extra `spark`.
"""

from __future__ import annotations

import runpy
import shutil
from collections.abc import Iterator
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

import polars as pl
import pytest

from tests.frames.engines import ROW, frame_of
from tests.frames.houses import house
from tests.frames.test_equal import RULES, under
from vintage_rules.frames.policy import compile_policy

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

SCRIPT = Path(__file__).parents[2] / "examples" / "spark" / "price_orders.py"
pytestmark = [
    pytest.mark.skipif(
        find_spec("pyspark") is None, reason="needs the extra spark: pip install -e '.[spark]'"
    ),
    pytest.mark.skipif(shutil.which("java") is None, reason="needs Java 17: make java"),
    pytest.mark.filterwarnings("ignore"),  # Spark's own, of its own libraries
]


@pytest.fixture(scope="session")
def spark() -> Iterator[SparkSession]:
    """Start Spark once, on this machine alone."""
    from pyspark.sql import SparkSession

    here = "127.0.0.1"
    builder = SparkSession.builder.master("local[2]")
    for key, value in {
        "spark.driver.bindAddress": here,
        "spark.driver.host": here,
        "spark.sql.autoBroadcastJoinThreshold": "100m",
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "1",
        "spark.ui.enabled": "false",
    }.items():
        builder = builder.config(key, value)
    session = builder.getOrCreate()
    yield session
    session.stop()


class TestSpark:
    """Spark, in its own process."""

    def test_prices_orders_by_the_script_of_the_guide(
        self, spark: SparkSession, tmp_path: Path
    ) -> None:
        """From Parquet to Parquet: 120.55 by the workshop to Bordeaux, and a place that is none."""
        orders = pl.DataFrame(
            {
                "country": ["FR", "XX"],
                "postal_code": ["33000", "1"],
                "pieces": [12055, 12055],
                "mode": ["grouped", "grouped"],
                "dispatched": [date(2026, 5, 13)] * 2,
            }
        )
        (tmp_path / "in").mkdir()
        orders.write_parquet(tmp_path / "in" / "orders.parquet")
        script = runpy.run_path(str(SCRIPT))
        script["main"](str(tmp_path / "in"), str(tmp_path / "out"))
        priced = pl.read_parquet(tmp_path / "out" / "*.parquet").sort("country")
        assert priced["fee_quality_control"].to_list() == [1206, None]
        assert priced["latest"].to_list() == [date(2026, 5, 20), None]
        assert spark.version

    def test_equals_the_scalar_rules(self, spark: SparkSession) -> None:
        """Each row has what the scalar rule says of it, in each column, of every rule."""
        for name, rule in RULES.items():
            for policy in map(house, under(name, "spark")):
                compiled = compile_policy(policy, name)
                rows = rule.drawn(policy, Random(7), rule.count)
                frame = frame_of(rows, rule.columns(compiled))
                found = rule.frame(spark.createDataFrame(frame.to_arrow()), compiled)
                answers = pl.from_arrow(found.toArrow())  # type: ignore[attr-defined]
                assert isinstance(answers, pl.DataFrame)
                expected = rule.scalar(policy, rows)
                for one, other in zip(expected, answers.sort(ROW).to_dicts(), strict=True):
                    assert {column: other[column] for column in one} == one, name
