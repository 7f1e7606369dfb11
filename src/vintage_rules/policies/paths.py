"""The place of a value in a document: the keys and the places in lists that lead to it."""

from __future__ import annotations

import json
import re

from vintage_rules.findings import Path

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def dotted(path: Path) -> str:
    """Write a path the way a document names it.

    >>> dotted(("edition", 0, "pricing", "fees", 2, "rate"))
    'edition[0].pricing.fees[2].rate'
    """
    steps = (f"[{step}]" if isinstance(step, int) else f".{bare(step)}" for step in path)
    return "".join(steps).removeprefix(".")


def bare(key: str) -> str:
    """Write a key as a document does: with quotes only where it needs them.

    >>> bare("rate"), bare("my rate")
    ('rate', '"my rate"')
    """
    return key if _BARE_KEY.fullmatch(key) else json.dumps(key, ensure_ascii=False)
