"""Values as JSON: one form for each kind of value, whatever holds it.

A value is written as text at once. Dicts of dicts that an encoder then walks through would take
longer than the rule whose answer they are, and hold nothing that the text does not.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from json.encoder import encode_basestring as quoted
from operator import attrgetter
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo

from attrs import fields, has

from vintage_rules.dates import Duration
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import Edition
from vintage_rules.json_field import DecisionField
from vintage_rules.money import Money

DECISION = "decision"

Json: TypeAlias = "str | int | bool | Sequence[Json] | Mapping[str, Json] | None"
"""A JSON value as Python writes it: numbers are whole, and amounts are texts such as `12.30`."""
Writer: TypeAlias = "Callable[[Any], str]"


def to_json(value: object) -> Json:
    """Write any value of the library as JSON: decisions, events, views and policy values.

    An amount is `{"amount": "8.90", "currency": "EUR"}`, a day `2026-11-22`, a moment ISO 8601 in
    UTC, a rate a string, a code the text it is, an edition `imparfaite@2023-01-01`, a duration
    `14 days`, several values a list, and an attrs class an object of its fields; that of a decision
    says which one it is, as its `decision`. A field that is None is left out.

    Raises:
        InvalidValueError: For what has no JSON form, such as a float.

    >>> to_json({"fee": Money("8.9", "EUR"), "until": None, "on": date(2026, 11, 22)})
    {'fee': {'amount': '8.90', 'currency': 'EUR'}, 'on': '2026-11-22'}
    """
    written: Json = json.loads(json_text(value))
    return written


def json_text(value: object) -> str:
    """Write a value as `to_json` does, as one line of text.

    >>> json_text((Money("8.9", "EUR"), True))
    '[{"amount": "8.90", "currency": "EUR"}, true]'
    """
    return _WRITERS[type(value)](value)


def public_name(field: str) -> str:
    """Return the name in JSON of a field: `from_` is `from`.

    >>> public_name("from_"), public_name("price")
    ('from', 'price')
    """
    return field.removesuffix("_")


def public_fields(kind: type) -> tuple[str, ...]:
    """Name the fields of an attrs class that its JSON shows: those it is built from, its own first.

    >>> public_fields(Edition)
    ('name', 'since')
    """
    shown = (f for f in fields(kind) if f.init and not f.name.startswith("_"))
    return tuple(f.name for f in sorted(shown, key=attrgetter("inherited")))


def decision_name(kind: type) -> str | None:
    """Give the name by which the JSON of a decision says which one it is; None for other values.

    >>> from vintage_rules.pricing import FeeNotCharged
    >>> decision_name(FeeNotCharged), decision_name(Edition)
    ('fee-not-charged', None)
    """
    if not issubclass(kind, DecisionField):
        return None
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__).lower()


def _writer_for(kind: type) -> Writer:
    for known, writer in _BY_BASE:
        if issubclass(kind, known):
            return writer
    if has(kind):
        return _object_writer(kind)
    raise InvalidValueError("value", kind.__name__, "of a type that has a JSON form")


def fields_writer(names: Sequence[str], start: str = "") -> Writer:
    """Return the writer of these fields of an object, after the start of its text.

    A field that is None is left out.

    >>> fields_writer(["name"])(Edition(name="imparfaite", since=date(2023, 1, 1)))
    '{"name": "imparfaite"}'
    """
    keys = tuple((name, f'"{public_name(name)}": ') for name in names)
    writers = _WRITERS

    def write(value: object) -> str:
        written = [start] if start else []
        for name, key in keys:
            inner: object = getattr(value, name)
            if inner is not None:
                written.append(key + writers[type(inner)](inner))
        return "{" + ", ".join(written) + "}"

    return write


def _object_writer(kind: type) -> Writer:
    decision = decision_name(kind)
    start = "" if decision is None else f'"{DECISION}": "{decision}"'
    return fields_writer(public_fields(kind), start)


def _null(_value: None) -> str:
    return "null"


def _truth(value: bool) -> str:  # noqa: FBT001 - it is the value to write
    return "true" if value else "false"


def _code(value: Enum) -> str:
    return json_text(value.value)


def _text(value: object) -> str:
    return quoted(str(value))


def _money(value: Money) -> str:
    return f'{{"amount": "{value.amount!s}", "currency": "{value.currency.code}"}}'


def _moment(value: datetime) -> str:
    return '"' + value.astimezone(UTC).isoformat().replace("+00:00", "Z") + '"'


def _day(value: date | time) -> str:
    return f'"{value.isoformat()}"'


def _number(value: Decimal) -> str:
    return f'"{value:f}"'


def _list(value: Iterable[object]) -> str:
    return "[" + ", ".join([_WRITERS[type(item)](item) for item in value]) + "]"


def _set(value: AbstractSet[object]) -> str:
    """A set has no order of its own: it is written in that of its texts."""
    return _list(sorted(value, key=str))


def _mapping(value: Mapping[object, object]) -> str:
    given = ((name, inner) for name, inner in value.items() if inner is not None)
    return (
        "{" + ", ".join(f"{quoted(_name(name))}: {json_text(inner)}" for name, inner in given) + "}"
    )


def _name(name: object) -> str:
    """A pair of currencies is written EUR/GBP."""
    match name:
        case (str(source), str(target)):
            return f"{source}/{target}"
        case _:
            return str(name)


class _Writers(dict[type, Writer]):
    """The writer of each type: found when a value of it is first written."""

    def __missing__(self, kind: type) -> Writer:
        writer = self[kind] = _writer_for(kind)
        return writer


_WRITERS = _Writers(
    {
        str: quoted,
        int: str,
        bool: _truth,
        type(None): _null,
        Money: _money,
        Decimal: _number,
        datetime: _moment,
        date: _day,
        tuple: _list,
        list: _list,
        dict: _mapping,
        frozenset: _set,
        Edition: _text,
        Duration: _text,
    }
)
_BY_BASE: tuple[tuple[type, Writer], ...] = (
    (Enum, _code),
    (str, _text),
    (int, int.__repr__),
    (datetime, _moment),
    (date, _day),
    (time, _day),
    (ZoneInfo, _text),
    (Decimal, _number),
    (Mapping, _mapping),
    (AbstractSet, _set),
    (list, _list),
    (tuple, _list),
)
