"""Names that a package offers but loads only when they are first used.

A package whose modules each take a while to load would make everybody wait for all of them, those
too who need a single one. So a package states its names once, as imports that only type checkers
follow, and finds them here in its own compiled code, as the standard `modulefinder` does.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from types import CodeType


def lazily(package: str) -> tuple[Callable[[str], object], Callable[[], list[str]]]:
    """Return `__getattr__` and `__dir__` of the package that calls it.

    Its names are those that it imports `if TYPE_CHECKING:` from its own modules; `__all__` lists
    them.

    >>> import vintage_rules
    >>> vintage_rules.Money
    <class 'vintage_rules.money.Money'>
    >>> "quote_order" in vintage_rules.__all__
    True
    """

    def load(name: str) -> object:
        this = import_module(package)
        homes = _homes(package)
        if name == "__all__":
            return sorted(homes)
        if name not in homes:
            message = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(message, name=name, obj=this)
        found: object = getattr(import_module(homes[name]), name)
        setattr(this, name, found)
        return found

    def listed() -> list[str]:
        return sorted({*vars(import_module(package)), *_homes(package)})

    return load, listed


@cache  # bounded by the packages that load lazily
def _homes(package: str) -> dict[str, str]:
    """Return the module of each name that a package imports from modules of ours."""
    from dis import get_instructions

    code: CodeType = vars(import_module(package))["__loader__"].get_code(package)
    homes: dict[str, str] = {}
    module = ""
    for each in get_instructions(code):
        if each.opname == "IMPORT_NAME":
            module = str(each.argval)
        elif each.opname == "IMPORT_FROM" and module.startswith("vintage_rules."):
            homes[str(each.argval)] = module
    homes.pop(lazily.__name__, None)
    return homes
