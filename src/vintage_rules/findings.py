"""What is wrong between the values of one table of a document, as they were written.

A class of a policy checks how its values fit together in a static method `findings`, given the
table before anything in it is known to make sense: so one mistake never hides another. What a
single value may be is no finding; its kind, in `fields`, says that.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from decimal import Decimal
from difflib import get_close_matches
from typing import TypeAlias, TypeGuard

from attrs import frozen

from vintage_rules.dates import NEVER, Duration, Unit
from vintage_rules.errors import shortened
from vintage_rules.fields import DayRange

Path: TypeAlias = tuple[str | int, ...]
Written: TypeAlias = Mapping[str, object]

INVALID = "invalid-value"
_ALIKE = 0.75
_AN_OPERATOR = 2

CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]"
_CLOCK = re.compile(CLOCK)
_DURATION = re.compile(r"([0-9]{1,5}) ([a-z]+)")
_COUNTED_UNITS = frozenset(unit.value for unit in Unit if unit is not Unit.NEVER)


class Described(str):
    """What was found, in words of ours rather than as it was written."""

    __slots__ = ()


@frozen
class Finding:
    """Something wrong below the place that is looked at: where, what is allowed, what was found."""

    at: Path
    allowed: str
    found: object
    code: str = INVALID


def is_table(found: object) -> TypeGuard[dict[str, object]]:
    """Return whether something is a table; its keys are texts, as in any document.

    >>> is_table({"a": 1}), is_table([])
    (True, False)
    """
    return isinstance(found, dict)


def is_list(found: object) -> TypeGuard[list[object]]:
    """Return whether something is a list.

    >>> is_list([]), is_list("")
    (True, False)
    """
    return isinstance(found, list)


def is_mapping(found: object) -> TypeGuard[Mapping[str, object]]:
    """Return whether something holds values under names, as policies do.

    >>> is_mapping({"a": 1}), is_mapping(())
    (True, False)
    """
    return isinstance(found, Mapping)


def is_tuple(found: object) -> TypeGuard[tuple[object, ...]]:
    """Return whether something is a tuple, as policies hold lists.

    >>> is_tuple(()), is_tuple([])
    (True, False)
    """
    return isinstance(found, tuple)


def table_in(found: object) -> dict[str, object]:
    """Return a table, or an empty one where there is none to look into.

    >>> table_in({"a": 1}), table_in(3)
    ({'a': 1}, {})
    """
    return found if is_table(found) else {}


def items_in(found: object) -> list[object]:
    """Return the items of a list, or none where there is no list.

    >>> items_in([1, 2]), items_in("no list")
    ([1, 2], [])
    """
    return found if is_list(found) else []


def within(found: object, *path: str) -> object:
    """Return what some keys lead to, None where they lead nowhere.

    >>> within({"a": {"b": 1}}, "a", "b"), within({}, "a", "b")
    (1, None)
    """
    for key in path:
        found = table_in(found).get(key)
    return found


def distinct_names(found: object) -> tuple[str, ...] | None:
    """Return the names in a list; None where it is none, is empty or says one twice.

    >>> distinct_names(["a", "b"]), distinct_names(["a", "a"])
    (('a', 'b'), None)
    """
    names = tuple(name for name in items_in(found) if isinstance(name, str))
    whole = is_list(found) and len(set(names)) == len(found)
    return names if names and whole else None


def is_less(one: object, other: object) -> bool:
    """Return whether of two values as written the first is less; not when they cannot be compared.

    >>> is_less(5, Decimal("15.00")), is_less("5", 15)
    (True, False)
    """
    if isinstance(one, (int, Decimal)) and isinstance(other, (int, Decimal)):
        return one < other
    if isinstance(one, time) and isinstance(other, time):
        return one < other
    return type(one) is date and type(other) is date and one < other


def hour_of(value: object) -> time | None:
    """Return the hour that a text names; None where it names none.

    >>> hour_of("09:30"), hour_of("24:00")
    (datetime.time(9, 30), None)
    """
    if not isinstance(value, str) or not _CLOCK.fullmatch(value):
        return None
    return time.fromisoformat(value)


def duration_of(value: object) -> Duration | None:
    """Return the duration that a text names, in any unit; None where it names none.

    >>> str(duration_of("1 hour")), duration_of("2 hour"), str(duration_of("never"))
    ('1 hours', None, 'never')
    """
    if value == Unit.NEVER.value:
        return NEVER
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        return None
    amount, word = int(found[1]), found[2]
    unit = f"{word}s" if amount == 1 and not word.endswith("s") else word
    return Duration.of(amount, unit) if unit in _COUNTED_UNITS else None


def most_like(found: object, known: Iterable[str]) -> str:
    """Return words that name the known word a text is most like, or none where it is like none.

    A text that is a part of one known word alone, between hyphens, is taken for that.

    >>> (
    ...     most_like("autentication", ["protection", "authentication"]),
    ...     most_like("accepted", ["requested", "return-accepted"]),
    ...     most_like("=", [">="]),
    ... )
    (', most likely authentication', ', most likely return-accepted', '')
    """
    words = [word for word in known if len(word) > _AN_OPERATOR]
    close = get_close_matches(str(found), words, n=1, cutoff=_ALIKE)
    close = close or [word for word in words if str(found) in word.split("-")]
    return f", most likely {close[0]}" if len(close) == 1 else ""


def in_order(table: Written, low: str, high: str, *, called: str) -> Iterator[Finding]:
    """Find an upper bound that is under the lower one.

    >>> written = {"minimum": 2, "maximum": 1}
    >>> [
    ...     finding.allowed
    ...     for finding in in_order(written, "minimum", "maximum", called="the minimum")
    ... ]
    ['at least the minimum, 2']
    """
    if is_less(table.get(high), table.get(low)):
        yield Finding((high,), f"at least {called}, {as_written(table.get(low))}", table.get(high))


def repeated(found: object, *, key: str | None = None) -> Iterator[Finding]:
    """Find the items of a list that are there before, or say under a key what one before says.

    >>> [finding.at for finding in repeated(["a", "b", "a"])]
    [(2,)]
    """
    seen: set[str] = set()
    for i, item in enumerate(items_in(found)):
        value = table_in(item).get(key) if key else item
        if value is not None and repr(value) in seen:
            yield Finding((i, key) if key else (i,), "named only once", value, "named-twice")
        seen.add(repr(value))


def not_ascending(found: object, *keys: str, code: str = "not-ascending") -> Iterator[Finding]:
    """Find the items of a list that say no more than the one before, under one of these keys.

    >>> [finding.at for finding in not_ascending([{"a": 1}, {"a": 1}], "a")]
    [(1, 'a')]
    """
    before: object = None
    for i, item in enumerate(items_in(found)):
        for key, value in table_in(item).items():
            if key not in keys:
                continue
            if is_less(value, before) or value == before:
                allowed = f"above {as_written(before)}, the one before"
                yield Finding((i, key), allowed, value, code)
            before = value


def covers_nothing(table: Written) -> Iterator[Finding]:
    """Find a part of the world that names neither areas nor codes.

    >>> [finding.found for finding in covers_nothing({"areas": []})]
    ['neither']
    """
    if not table.get("areas") and not table.get("codes"):
        yield Finding((), "for at least one area or code", Described("neither"))


def as_written(value: object) -> str:
    """Write a value the way a document does, for rows and for messages.

    >>> (
    ...     as_written(Decimal("0.10")),
    ...     as_written(True),
    ...     as_written(["visa", "mastercard"]),
    ... )
    ('0.10', 'true', 'visa, mastercard')
    >>> as_written([["card", "paypal"], ["gift-card"]])
    '[card, paypal], [gift-card]'
    """
    if is_list(value):
        return _listed(value)
    match value:
        case None:
            return "nothing"
        case bool():
            return "true" if value else "false"
        case Decimal():
            return f"{value:f}"
        case time():
            return f"{value:%H:%M}"
        case int() | str() | date() | Duration() | DayRange():
            return str(value)
        case _:
            return shortened(value)


def _listed(items: Sequence[object]) -> str:
    return ", ".join(f"[{as_written(i)}]" if is_list(i) else as_written(i) for i in items)
