"""Names that a package offers but loads only when they are first used.

A package whose modules each take a while to load would make everybody wait for all of them, those
too who need a single one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module


def lazily(
    package: str, homes: Mapping[str, str]
) -> tuple[list[str], Callable[[str], object], Callable[[], list[str]]]:
    """Give `__all__`, `__getattr__` and `__dir__` of a package, from its names by their module.

    >>> names, get, _ = lazily(
    ...     "vintage_rules", {"money": "Money share", "dates": "DayCount"}
    ... )
    >>> names
    ['DayCount', 'Money', 'share']
    >>> get("Money")
    <class 'vintage_rules.money.Money'>
    """
    home_of = {name: home for home, names in homes.items() for name in names.split()}
    public = sorted(home_of)

    def load(name: str) -> object:
        this = import_module(package)
        if name not in home_of:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=this)
        found: object = getattr(import_module(f"{package}.{home_of[name]}"), name)
        setattr(this, name, found)
        return found

    def listed() -> list[str]:
        return sorted({*vars(import_module(package)), *public})

    return public, load, listed
