"""Reading the tables shipped beside this module, and looking codes up by their prefix."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from pkgutil import get_data
from typing import Generic, TypeVar

Found = TypeVar("Found")


def text_of(file: str) -> str:
    """Return the text of a shipped file.

    >>> text_of("holidays.txt").startswith("# Public holidays from 2010 to 2050")
    True
    """
    # Cheaper to import than `importlib.resources`, and read from an archive just as well.
    content = get_data("vintage_rules.world", f"data/{file}")
    if content is None:
        raise FileNotFoundError(file)
    return content.decode()


def rows(name: str) -> Iterator[dict[str, str]]:
    """Return the rows of a shipped table, by column.

    >>> next(rows("territories"))["code"]
    'FR'
    """
    return csv.DictReader(io.StringIO(text_of(f"{name}.csv")))


def grouped(name: str, column: str) -> dict[str, tuple[dict[str, str], ...]]:
    """Return the rows of a shipped table, gathered by one of its columns.

    >>> len(grouped("holiday_regions", "country")["FR"])
    2
    """
    gathered: dict[str, list[dict[str, str]]] = {}
    for row in rows(name):
        gathered.setdefault(row[column], []).append(row)
    return {key: tuple(found) for key, found in gathered.items()}


def beginnings(codes: str) -> Iterator[str]:
    """Return the prefixes that a list of codes and ranges expands to; `*` is every code.

    >>> list(beginnings("57 2600..2618"))
    ['57', '260', '2610', '2611', '2612', '2613', '2614', '2615', '2616', '2617', '2618']
    """
    for word in codes.split():
        first, _, last = word.partition("..")
        if last:
            yield from _between(first, last)
        else:
            yield "" if word == "*" else word


def _between(first: str, last: str) -> Iterator[str]:
    """Return the fewest prefixes that cover all numbers from first to last, both of one length."""
    if set(first) <= {"0"} and set(last) <= {"9"}:
        yield ""
        return
    for digit in range(int(first[0]), int(last[0]) + 1):
        rest_of_first = first[1:] if digit == int(first[0]) else "0" * len(first[1:])
        rest_of_last = last[1:] if digit == int(last[0]) else "9" * len(last[1:])
        for rest in _between(rest_of_first, rest_of_last):
            yield f"{digit}{rest}"


class PrefixTable(Generic[Found]):
    """A table looked up by the longest known prefix of a code.

    >>> table = PrefixTable([("971", "GP"), ("97133", "BL")])
    >>> table.get("97133"), table.get("97110"), table.get("75011")
    ('BL', 'GP', None)
    """

    __slots__ = ("_entries", "_lengths")

    def __init__(self, entries: Iterable[tuple[str, Found]]) -> None:
        self._entries: Mapping[str, Found] = dict(entries)
        self._lengths = sorted({len(beginning) for beginning in self._entries}, reverse=True)

    def get(self, code: str) -> Found | None:
        """Return the value of the longest prefix of a code, or None."""
        for length in self._lengths:
            found = self._entries.get(code[:length])
            if found is not None:
                return found
        return None
