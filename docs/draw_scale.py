"""Draw the plot of `guide/scale.md` from the figures that `benchmarks/frame_scale.py` measured.

`python docs/draw_scale.py` writes `docs/guide/scale.svg` from `docs/guide/scale.csv`.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from vl_convert import vegalite_to_svg

GUIDE = Path(__file__).parent / "guide"
NAMES = {"polars": "Polars", "duckdb": "DuckDB"}


def drawn() -> str:
    """Return the plot: processor seconds by rows, both on logarithmic scales."""
    with (GUIDE / "scale.csv").open(encoding="utf-8", newline="") as file:
        rows = [
            {
                "engine": NAMES[line["engine"]],
                "millions": int(line["rows"]) / 1_000_000,
                "seconds": float(line["processor_seconds"]),
            }
            for line in csv.DictReader(file)
        ]
    chart = {
        "width": 520,
        "height": 300,
        "background": "white",
        "data": {"values": rows},
        "mark": {"type": "line", "point": True},
        "encoding": {
            "x": {"field": "millions", "type": "quantitative", "scale": {"type": "log"}}
            | {"title": "millions of rows"},
            "y": {"field": "seconds", "type": "quantitative", "scale": {"type": "log"}}
            | {"title": "seconds of the processor"},
            "color": {"field": "engine", "type": "nominal", "title": None},
        },
    }
    return f"{vegalite_to_svg(json.dumps(chart))}\n"


if __name__ == "__main__":
    (GUIDE / "scale.svg").write_text(drawn(), encoding="utf-8")
