"""Bar charts as SVG that takes its colours and its font from the page it is put into.

Each chart is drawn twice, for a wide page and for a narrow one: a chart that is only scaled down
has letters too small to read. The page shows one of the two.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape

from attrs import frozen

WIDE, NARROW = 480, 320
_ROW = 26
_LETTER = 12
# The font of the page may be wider than the one that the labels are measured with.
_SLACK = 28


@frozen(kw_only=True)
class Bar:
    """A bar: its name and its length."""

    name: str
    value: float


@frozen(kw_only=True)
class Chart:
    """Bars that lie below one another, with a title and the unit of their lengths."""

    title: str
    unit: str
    bars: Sequence[Bar]


def drawn(chart: Chart) -> str:
    """Return a chart as a figure of HTML, wide and narrow."""
    title = escape(chart.title)
    pictures = "".join(
        f'<div class="{name}" role="img" aria-label="{title}">{_svg(chart, width)}</div>'
        for name, width in (("wide", WIDE), ("narrow", NARROW))
    )
    return f"<figure>\n<figcaption>{title}</figcaption>\n{pictures}\n</figure>\n"


def _svg(chart: Chart, width: int) -> str:
    from vl_convert import vegalite_to_svg

    svg: str = vegalite_to_svg(json.dumps(_specification(chart, width)))
    # A picture that is named as a whole says nothing more of its parts.
    return svg.replace("<svg ", '<svg aria-hidden="true" focusable="false" ', 1)


def _specification(chart: Chart, width: int) -> dict[str, object]:
    short = width == NARROW
    names = {
        "field": "name",
        "type": "ordinal",
        "sort": None,
        "title": None,
        "axis": {"grid": False, "ticks": False, "labelPadding": 6},
    }
    lengths = {
        "field": "value",
        "type": "quantitative",
        "title": chart.unit,
        "axis": {"tickCount": 4, "format": "~s" if short else ",~f", "labelFlush": True},
    }
    falling = {"test": "datum.value < 0", "value": "var(--less)"}
    return {
        "data": {"values": [{"name": bar.name, "value": bar.value} for bar in chart.bars]},
        "width": width,
        "height": {"step": _ROW},
        "padding": {"left": _SLACK, "top": 5, "right": 5, "bottom": 5},
        "autosize": {"type": "fit-x", "contains": "padding"},
        "background": "transparent",
        "mark": {"type": "bar", "cornerRadiusEnd": 2},
        "encoding": {
            "y": names,
            "x": lengths,
            "color": {"condition": falling, "value": "var(--more)"},
        },
        "config": {
            "font": "system-ui, sans-serif",
            "view": {"stroke": None},
            "axis": {
                "labelFontSize": _LETTER,
                "titleFontSize": _LETTER,
                "titleFontWeight": "normal",
                "labelColor": "var(--ink)",
                "titleColor": "var(--soft)",
                "gridColor": "var(--line)",
                "domainColor": "var(--line)",
                "tickColor": "var(--line)",
                "labelLimit": 130,
            },
        },
    }
