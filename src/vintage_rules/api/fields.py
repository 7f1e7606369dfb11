"""Values of the library as fields of pydantic's models: read from the JSON that `to_json` writes.

`Money`, `Place` and every decision are taken as they are, and from JSON; they are written as
`to_json` writes them, and FastAPI shows their schema in its documentation.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints
from zoneinfo import ZoneInfo

from attrs import NOTHING, fields_dict, has
from pydantic_core import CoreSchema, core_schema

from vintage_rules.api.facts import day_of, moment_of
from vintage_rules.api.json_values import (
    DECISION,
    Json,
    decision_name,
    public_fields,
    public_name,
    to_json,
)
from vintage_rules.api.kinds import is_list, is_object
from vintage_rules.api.schemas import written_schema
from vintage_rules.dates import Duration
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import Edition
from vintage_rules.money import Money

T = TypeVar("T")


def core_schema_of(kind: type) -> CoreSchema:
    """Give pydantic's schema of a class: an instance, or its JSON."""
    annotation: Any = kind

    def read(given: object) -> object:
        if isinstance(given, kind):
            same: object = given
            return same
        return _reader(annotation)(given)

    return core_schema.no_info_plain_validator_function(
        read,
        serialization=core_schema.plain_serializer_function_ser_schema(to_json, when_used="json"),
    )


def json_schema_of(kind: type) -> dict[str, Json]:
    """Give the JSON Schema of a class."""
    return {"title": kind.__name__, **written_schema(kind)}


def from_json(kind: type[T], given: object) -> T:
    """Read a value from the JSON that `to_json` writes of it.

    Raises:
        InvalidValueError: For anything else.

    >>> from_json(Money, {"amount": "8.90", "currency": "EUR"})
    Money('8.90', 'EUR')
    """
    annotation: Any = kind
    found: T = _reader(annotation)(given)
    return found


@cache  # bounded by the annotations in the code of a program
def _reader(hint: Any) -> Callable[[Any], Any]:  # noqa: ANN401, C901 - one line for each kind
    if hint in _SCALARS:
        return _SCALARS[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if isinstance(hint, TypeVar):  # a code of any machine's reasons
        return _exactly(str)
    if origin is not None and has(origin):
        return _object(origin, arguments)
    if origin in {types.UnionType, Union}:
        return _one_of([_reader(each) for each in arguments])
    if origin is tuple and arguments[-1] is not Ellipsis:
        return _several(list(map(_reader, arguments)))
    if origin in {tuple, frozenset, Sequence}:
        return _many(_reader(arguments[0]), frozenset if origin is frozenset else tuple)
    if origin is not None and issubclass(origin, Mapping):
        key, value = map(_reader, arguments)
        return lambda given: {key(name): value(each) for name, each in _names(given).items()}
    if hasattr(hint, "__supertype__"):
        return _reader(hint.__supertype__)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return _code(hint)
    if isinstance(hint, type) and has(hint):
        return _object(hint)
    raise InvalidValueError("hint", hint, "a type that is read from JSON")


def _one_of(readers: Sequence[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    def read(given: object) -> object:
        refusals: list[Exception] = []
        for reader in readers:
            try:
                return reader(given)
            except (InvalidValueError, TypeError) as refusal:
                refusals.append(refusal)
        raise refusals[-1]

    return read


def _many(
    item: Callable[[Any], object], made: Callable[[Iterable[object]], object]
) -> Callable[[Any], Any]:
    return lambda given: made(item(each) for each in _items(given))


def _several(readers: Sequence[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    """Several values of kinds of their own, such as a parcel and why it has no price."""

    def read(given: object) -> object:
        found = _items(given)
        if len(found) != len(readers):
            raise InvalidValueError("", given, f"a list of {len(readers)}")
        return tuple(reader(each) for reader, each in zip(readers, found, strict=True))

    return read


def _object(kind: type, arguments: tuple[Any, ...] = ()) -> Callable[[Any], Any]:
    hints, own = get_type_hints(kind), fields_dict(kind)
    if arguments:
        generic = {
            name: hint for name, hint in hints.items() if getattr(hint, "__parameters__", ())
        }
        hints |= {name: hint[arguments] for name, hint in generic.items()}
    names = [(name, public_name(name), _reader(hints[name])) for name in public_fields(kind)]
    decision = decision_name(kind)
    known = {shown for _, shown, _ in names} | ({DECISION} if decision else set[str]())

    def read(given: object) -> object:
        found = _names(given)
        for name in found:
            if name not in known:
                raise InvalidValueError(name, name, f"one of {', '.join(sorted(known))}")
        if decision and found.get(DECISION) != decision:
            raise InvalidValueError(DECISION, found.get(DECISION), decision)
        values: dict[str, object] = {}
        for name, shown, reader in names:
            if shown in found:
                values[own[name].alias or name] = reader(found[shown])
            elif own[name].default is NOTHING:
                values[own[name].alias or name] = reader(None)
        return kind(**values)

    return read


def _code(kind: type[Enum]) -> Callable[[Any], Any]:
    def read(given: object) -> object:
        try:
            return kind(given)
        except ValueError:
            allowed = ", ".join(str(each.value) for each in kind)
            raise InvalidValueError("", given, f"one of {allowed}") from None

    return read


def _exactly(kind: type[T]) -> Callable[[Any], T]:
    return lambda given: _required(kind, given)


def _required(kind: type[T], given: object, field: str = "") -> T:
    if type(given) is not kind:
        raise InvalidValueError(field, given, _JSON_TYPES[kind])
    return given


_JSON_TYPES: Mapping[type, str] = {
    str: "a string",
    bool: "true or false",
    int: "a whole number",
    type(None): "null",
}


def _items(given: object) -> list[object]:
    if not is_list(given):
        raise InvalidValueError("", given, "a list")
    return given


def _names(given: object) -> dict[str, object]:
    if not is_object(given):
        raise InvalidValueError("", given, "an object")
    return given


def _money(given: object) -> Money:
    found = _names(given)
    if found.keys() != {"amount", "currency"}:
        allowed = 'money such as {"amount": "12.30", "currency": "EUR"}'
        raise InvalidValueError("", given, allowed)
    amount, currency = (_required(str, found[key], key) for key in ("amount", "currency"))
    return Money(amount, currency)


def _edition(given: object) -> Edition:
    name, _, since = _required(str, given).rpartition("@")
    return Edition(name=name, since=day_of(since))


def _duration(given: object) -> Duration:
    amount, _, unit = _required(str, given).rpartition(" ")
    return Duration.of(int(amount or 0), unit)


_SCALARS: Mapping[Any, Callable[[Any], Any]] = {
    str: _exactly(str),
    bool: _exactly(bool),
    int: _exactly(int),
    type(None): _exactly(type(None)),
    date: day_of,
    datetime: moment_of,
    time: lambda given: time.fromisoformat(_required(str, given)),
    Decimal: lambda given: Decimal(_required(str, given)),
    ZoneInfo: lambda given: ZoneInfo(_required(str, given)),
    Money: _money,
    Edition: _edition,
    Duration: _duration,
}
