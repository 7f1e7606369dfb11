"""Price and date orders on a Spark cluster: what `vintage-rules frame` does on one machine.

    spark-submit examples/spark/price_orders.py ORDERS PRICED

ORDERS is a directory of Parquet files, each row an order of one piece with its address; PRICED is
written with what the rules add. Locally: `python examples/spark/price_orders.py ORDERS PRICED`.
"""

from __future__ import annotations

import sys
from datetime import date

from pyspark.sql import SparkSession

from vintage_rules.frames import (
    FrameRule,
    compile_policy,
    estimate_deliveries,
    locate_places,
    quote_fees,
)
from vintage_rules.policies import load_policy

HOUSE = compile_policy(
    load_policy("imparfaite").on(date(2026, 11, 22)),
    FrameRule.QUOTE_FEES,
    FrameRule.ESTIMATE_DELIVERIES,
)


def main(source: str, out: str) -> None:
    """Read orders, add their territories, fees and days of arrival, and write them."""
    spark = SparkSession.builder.appName("orders").getOrCreate()
    orders = spark.read.parquet(source)
    priced = estimate_deliveries(quote_fees(locate_places(orders), HOUSE), HOUSE)
    priced.write.mode("overwrite").parquet(out)


if __name__ == "__main__":
    main(*sys.argv[1:])
