"""A document as it is written, before anybody knows whether it makes sense."""

from __future__ import annotations

from typing import TypeGuard


def is_table(found: object) -> TypeGuard[dict[str, object]]:
    """Tell whether something is a table; its keys are texts, as in any document.

    >>> is_table({"a": 1}), is_table([])
    (True, False)
    """
    return isinstance(found, dict)


def is_list(found: object) -> TypeGuard[list[object]]:
    """Tell whether something is a list.

    >>> is_list([]), is_list("")
    (True, False)
    """
    return isinstance(found, list)


def table_in(found: object) -> dict[str, object]:
    """Give a table, or an empty one where there is none to look into.

    >>> table_in({"a": 1}), table_in(3)
    ({'a': 1}, {})
    """
    return found if is_table(found) else {}


def items_in(found: object) -> list[object]:
    """Give the items of a list, or none where there is no list.

    >>> items_in([1, 2]), items_in("no list")
    ([1, 2], [])
    """
    return found if is_list(found) else []
