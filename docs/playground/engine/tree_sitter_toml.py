"""The grammar of TOML, which the page has loaded: what the package of that name is elsewhere."""

from __future__ import annotations


def language() -> str:
    """Name the grammar."""
    return "toml"
