"""Names that were given and names that are known: what is said about one that is not."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from vintage_rules.errors import InvalidValueError


def one_of(found: str, known: Sequence[str]) -> str:
    """Say which names are allowed, and which of them was probably meant.

    >>> one_of("good", ["mode", "goods"])
    'one of goods, mode (goods?)'
    """
    allowed = "one of " + ", ".join(sorted(known))
    close = get_close_matches(found, known, n=1)
    return f"{allowed} ({close[0]}?)" if close else allowed


def require_known(given: Iterable[str], known: Sequence[str]) -> None:
    """Refuse the first name that is not known. Raises `InvalidValueError` naming it.

    >>> require_known(["mode", "good"], ["mode", "goods"])
    Traceback (most recent call last):
    ...
    vintage_rules.errors.InvalidValueError: good: must be one of goods, mode (goods?), got 'good'
    """
    for name in given:
        if name not in known:
            raise InvalidValueError(name, name, one_of(name, known))
