"""Names that were given and names that are known: the message about one that is not."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches


def one_of(found: str, known: Sequence[str]) -> str:
    """Say which names are allowed, and which of them was probably meant.

    >>> one_of("good", ["goods", "mode"])
    'one of goods, mode (goods?)'
    """
    allowed = "one of " + ", ".join(known)
    close = get_close_matches(found, known, n=1)
    return f"{allowed} ({close[0]}?)" if close else allowed
