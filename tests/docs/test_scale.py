"""The page on what is larger than memory shows the figures that were measured, and their plot."""

from __future__ import annotations

import csv
from pathlib import Path

from docs.draw_scale import NAMES, drawn

GUIDE = Path(__file__).parents[2] / "docs" / "guide"


class TestScale:
    """Figures in one file, a table and a plot of them."""

    def test_shows_every_figure(self) -> None:
        """The table is the file's, row by row, and so is the plot."""
        page = (GUIDE / "scale.md").read_text("utf-8")
        with (GUIDE / "scale.csv").open(encoding="utf-8", newline="") as file:
            figures = [*csv.DictReader(file)]
        assert len(figures) >= 6
        shown = [line for line in page.splitlines() if line.startswith(("| Polars", "| DuckDB"))]
        assert shown == [
            f"| {NAMES[line['engine']]} | {int(line['rows']):,} | {line['seconds']} "
            f"| {line['processor_seconds']} | {line['peak_gib']} GiB |"
            for line in figures
        ]
        assert (GUIDE / "scale.svg").read_text("utf-8") == drawn()
