"""Pictures of pieces, drawn from what a piece looks like: paper cut-outs of our own."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from examples.storefront.host import Look

COLOURS: Mapping[str, str] = {
    "camel": "#b88a5b",
    "cream": "#e9dfc9",
    "midnight": "#2b3450",
    "forest": "#3f5a49",
    "bordeaux": "#6f2b38",
    "mustard": "#c9982f",
    "rust": "#a8543a",
    "sky": "#8fb0c6",
    "blush": "#d9a7a0",
    "charcoal": "#3e3d3c",
}
PATTERNS = ("plain", "stripes", "checks", "dots")
_GROUNDS = ("#f1ece3", "#e8ebe6", "#efe6e2", "#e6e9ee", "#f0ead9")
_INK = "#2a2623"

# The outline of each garment in a field of 300 by 360, and the lines upon it.
GARMENTS: Mapping[str, tuple[str, str]] = {
    "coat": (
        (
            "M118 58 L150 72 L182 58 L222 82 L248 214 L222 220 L206 144 L212 318 L88 318 L94 144 "
            "L78 220 L52 214 L78 82 Z"
        ),
        (
            "M150 72 L150 318 M118 58 L136 120 L150 106 L164 120 L182 58 M162 158 h4 M162 200 h4 "
            "M162 242 h4 M104 238 h30 M168 264 h28"
        ),
    ),
    "dress": (
        (
            "M120 56 Q150 84 180 56 L204 66 L192 122 L186 164 L232 318 Q150 334 68 318 L114 164 "
            "L108 122 L96 66 Z"
        ),
        "M114 164 Q150 174 186 164 M132 180 L112 316 M168 180 L188 316 M150 178 L150 326",
    ),
    "jumper": (
        (
            "M116 84 Q150 104 184 84 L224 104 L252 244 L224 252 L208 176 L210 284 L90 284 L92 176 "
            "L76 252 L48 244 L76 104 Z"
        ),
        "M116 84 Q150 122 184 84 M90 268 h120 M52 230 l27 7 M248 230 l-27 7",
    ),
    "shirt": (
        (
            "M122 70 L150 86 L178 70 L222 90 L246 218 L220 224 L204 158 L208 300 Q150 310 92 300 "
            "L96 158 L80 224 L54 218 L78 90 Z"
        ),
        (
            "M150 86 L150 304 M122 70 L138 104 L150 86 L162 104 L178 70 M166 148 h26 v30 h-26 z "
            "M156 128 h1 M156 168 h1 M156 208 h1 M156 248 h1"
        ),
    ),
    "trousers": (
        "M100 54 L200 54 L206 110 L222 322 L168 322 L150 150 L132 322 L78 322 L94 110 Z",
        (
            "M98 72 h104 M150 72 L150 150 M114 72 L104 108 M186 72 L196 108 M116 150 L106 320 "
            "M184 150 L194 320"
        ),
    ),
    "skirt": (
        "M104 92 L196 92 L242 300 Q150 322 58 300 Z",
        "M102 110 Q150 118 198 110 M122 114 L94 306 M150 116 L150 312 M178 114 L206 306",
    ),
    "bag": (
        "M66 164 L234 164 L248 300 Q150 316 52 300 Z",
        "M104 164 Q104 74 150 74 Q196 74 196 164 M66 164 Q150 250 234 164 M142 208 h16 v18 h-16 z",
    ),
    "hat": (
        "M92 220 Q86 116 150 112 Q214 116 208 220 Q262 226 266 250 Q150 292 34 250 Q38 226 92 220Z",
        "M92 206 Q150 232 208 206 M92 220 Q150 246 208 220",
    ),
    "scarf": (
        (
            "M96 92 Q150 140 204 92 L226 118 Q196 158 172 166 L188 312 L140 318 L134 170 "
            "Q92 158 74 118 Z"
        ),
        (
            "M134 170 Q154 176 172 166 M96 92 Q150 172 226 118 M146 318 l2 18 M160 316 l2 18 "
            "M174 314 l2 18"
        ),
    ),
    "boots": (
        "M86 76 L142 76 L140 232 Q196 244 214 276 L214 300 L84 300 Z",
        "M86 96 h56 M84 286 L214 286 M100 300 v14 h-16 v-14 M140 232 Q120 240 96 238 M114 96 V230",
    ),
}


@lru_cache(maxsize=1024)
def picture(look: Look) -> str:
    """Return the picture of a piece as SVG."""
    outline, lines = GARMENTS[look.garment]
    colour = COLOURS[look.colour]
    number = sum(look.id.encode())
    ground, turn = _GROUNDS[number % len(_GROUNDS)], number % 7 - 3
    light = "#fff" if look.colour not in {"cream", "blush", "sky"} else "#4a4038"
    overlay = "" if look.pattern == "plain" else f'<path d="{outline}" fill="url(#p)"/>'
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 360">'
        f"<defs>{_pattern(look.pattern, light)}</defs>"
        f'<rect width="300" height="360" fill="{ground}"/>'
        '<ellipse cx="150" cy="332" rx="92" ry="9" fill="#2a2623" opacity=".10"/>'
        f'<g transform="rotate({turn} 150 180)"><path d="{outline}" fill="{colour}"/>{overlay}'
        f'<path d="{outline}" fill="none" stroke="{_INK}" stroke-opacity=".35" stroke-width="1.5"/>'
        f'<path d="{lines}" fill="none" stroke="{_INK}" stroke-opacity=".5" stroke-width="1.8" '
        'stroke-linecap="round"/></g></svg>'
    )


def _pattern(name: str, light: str) -> str:
    drawn = {
        "stripes": '<path d="M0 4h16M0 12h16" stroke-width="2.4"/>',
        "checks": '<path d="M0 8h16M8 0v16" stroke-width="3.2" stroke-opacity=".6"/>',
        "dots": '<circle cx="8" cy="8" r="2.2"/>',
    }.get(name)
    if drawn is None:
        return ""
    paint = (
        f'fill="{light}" stroke="{light}"' if name == "dots" else f'fill="none" stroke="{light}"'
    )
    return (
        '<pattern id="p" width="16" height="16" patternUnits="userSpaceOnUse">'
        f'<g {paint} opacity=".38">{drawn}</g></pattern>'
    )
