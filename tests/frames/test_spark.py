"""Every column equals the scalar rule on Spark: one session, all rules at once.

Spark needs Java 17 (`make java`) and the extra `spark`.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from importlib.util import find_spec
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
