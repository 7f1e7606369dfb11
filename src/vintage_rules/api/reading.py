"""One line of bytes into a JSON object, or a rejection that says what is wrong with it.

Stricter than `json`: a name given twice is refused instead of the last one winning, NaN and
infinities are no values, a number keeps the digits it was written with, and text is Unicode.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sized
from typing import Any, NoReturn, TypeAlias

from attrs import frozen

from vintage_rules.api.lines import TooLong
from vintage_rules.api.rejection import Rejection, Steps, path_of
from vintage_rules.errors import shortened

DEEPEST = 32
_LONGEST_WHOLE_NUMBER = 30
_HALVES = re.compile(r"\\u[dD][89a-fA-F]")


@frozen(repr=False)
class Written:
    """A number that no fact is made of, as it was written: 12.30, NaN, or one far too long.

    >>> Written("12.30")
    12.30
    """

    text: str

    def __repr__(self) -> str:
        return self.text


Read: TypeAlias = "bool | int | str | Written | list[Read] | dict[str, Read] | None"


_PLAIN = frozenset({bool, int, type(None), Written})


class _TwiceError(Exception):
    """A name was given twice: which one, and where, is found in a second reading."""


class _Twice(dict[str, Read]):
    """An object in which names were given twice."""

    names: tuple[str, ...]


def read_object(content: bytes) -> dict[str, Read]:
    r"""Read one JSON object.

    Raises:
        Rejection: With the path to what is wrong in it.

    >>> read_object(b'{"id": "a1", "weight_g": 1400}')
    {'id': 'a1', 'weight_g': 1400}
    >>> read_object(b'{"facts": {"mode": "direct", "mode": "grouped"}}')
    Traceback (most recent call last):
    ...
    vintage_rules.api.rejection.Rejection: facts.mode: must be given once, got it twice
    """
    found, usable = object_in(content)
    if not usable:
        refuse_unusable(found)
    return found


def object_in(
    content: Mapping[str, object] | bytes | str | TooLong,
) -> tuple[dict[str, Read], bool]:
    """Read one JSON object, whatever is in it, and say whether all of it is known to be usable.

    Raises:
        Rejection: If there is none.

    >>> object_in(b'{"id": "a1", "id": "b1"}')
    ({'id': 'b1'}, False)
    """
    match content:
        case TooLong(limit=limit):
            raise Rejection("", f"must be a line of at most {limit} bytes, got more")
        case bytes():
            return _object_of_text(_text(content))
        case str():
            return _object_of_text(_text(content.encode("utf-8", "surrogatepass")))
        case Mapping():
            # What a host holds in its hands has no type yet: `refuse_unusable` looks through it.
            found: dict[str, Any] = dict(content)
            return found, False
        case _:
            raise Rejection("", f"must be a JSON object, got {shortened(content)}")


def _object_of_text(text: str) -> tuple[dict[str, Read], bool]:
    """Read an object from text.

    Half of a pair of surrogates is written as an escape, and nesting takes brackets: without either
    there is nothing to look for.
    """
    try:
        found, usable = _parsed(_ONCE, text), _is_shallow(text) and not _HALVES.search(text)
    except _TwiceError:
        found, usable = _parsed(_TWICE, text), False
    if isinstance(found, dict):
        return found, usable
    if not _is_shallow(text):
        _refuse_depth("")
    raise Rejection("", f"must be a JSON object, got {shortened(found)}")


def _is_shallow(text: str) -> bool:
    return text.count("[") + text.count("{") <= DEEPEST


def text_of(found: dict[str, Read], name: str) -> str | None:
    """Return a text of an object that may hold what is unusable; None where this itself is.

    >>> text_of({"id": "a1", "on": 1}, "id")
    'a1'
    """
    text = found.get(name)
    twice = isinstance(found, _Twice) and name in found.names
    return text if isinstance(text, str) and _is_unicode(text) and not twice else None


def _text(content: bytes) -> str:
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        where = f"byte {content[error.start]:#04x} at position {error.start}"
        raise Rejection("", f"must be UTF-8, got {where}") from None


def _parsed(decoder: json.JSONDecoder, text: str) -> Read:
    if not text or text.isspace():
        raise Rejection("", "must be a JSON object, got an empty line")
    try:
        found: Read = decoder.decode(text)
    except json.JSONDecodeError as error:
        raise Rejection("", f"must be JSON, got {_place_of(error)}") from None
    except RecursionError:
        _refuse_depth("")
    return found


def _place_of(error: json.JSONDecodeError) -> str:
    around = (
        shortened(error.doc[error.pos : error.pos + 20]) if error.doc[error.pos :] else "the end"
    )
    return f"{around} at column {error.colno} ({error.msg.lower()})"


def _refuse_depth(path: str) -> NoReturn:
    raise Rejection(path, f"must be nested at most {DEEPEST} deep, got more")


def _once(pairs: list[tuple[str, Read]]) -> dict[str, Read]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise _TwiceError
    return found


def _twice(pairs: list[tuple[str, Read]]) -> dict[str, Read]:
    found = dict(pairs)
    if len(found) == len(pairs):
        return found
    times = Counter(name for name, _ in pairs)
    twice = _Twice(found)
    twice.names = tuple(name for name in times if times[name] > 1)
    return twice


def _whole_number(text: str) -> int | Written:
    return int(text) if len(text) <= _LONGEST_WHOLE_NUMBER else Written(text)


def _decoder(of_pairs: Callable[[list[tuple[str, Read]]], dict[str, Read]]) -> json.JSONDecoder:
    return json.JSONDecoder(
        object_pairs_hook=of_pairs,
        parse_float=Written,
        parse_int=_whole_number,
        parse_constant=Written,
    )


_ONCE, _TWICE = _decoder(_once), _decoder(_twice)


def refuse_unusable(found: Read) -> None:
    """Walk through what was read and refuse the first value that would be guessed at or lost."""
    waiting: list[tuple[Steps, Read]] = [((), found)]
    while waiting:
        steps, value = waiting.pop()
        match value:
            case dict():
                _refuse_names(steps, value)
                _refuse_deeper(steps, value)
                waiting.extend(
                    ((*steps, name), inner)
                    for name, inner in reversed(value.items())
                    if not _is_plain(inner)
                )
            case list():
                _refuse_deeper(steps, value)
                waiting.extend(
                    ((*steps, place), value[place])
                    for place in reversed(range(len(value)))
                    if not _is_plain(value[place])
                )
            case str() if not _is_unicode(value):
                raise Rejection(path_of(steps), f"must be Unicode text, got {shortened(value)}")
            case _:
                pass


def _is_plain(value: Read) -> bool:
    """Whether there is nothing to look for in a value, as in most: they need no path."""
    return value.isascii() if isinstance(value, str) else type(value) in _PLAIN


def _refuse_deeper(steps: Steps, holder: Sized) -> None:
    if holder and len(steps) == DEEPEST:
        _refuse_depth(path_of(steps[:1]))


def _refuse_names(steps: Steps, found: dict[str, Read]) -> None:
    for name in found:
        if not isinstance(name, str) or not _is_unicode(name):  # type: ignore[redundant-expr]
            raise Rejection(path_of(steps), f"must have names of Unicode text, got {name!a}")
    if isinstance(found, _Twice):
        raise Rejection(path_of((*steps, found.names[0])), "must be given once, got it twice")


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
