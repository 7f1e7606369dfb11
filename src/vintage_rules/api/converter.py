"""The one converter: from the types of a rule's parameters to the reader of its facts.

A rule's facts are the keyword parameters of its function. The annotation of each becomes a `Kind`,
and an attrs class an object of its fields, so that a fact is described once, by its type; its JSON
Schema comes from there too. `Annotated` says what a type alone does not: its kind where a type has
several, bounds, the names a policy knows. A trailing underscore is no part of a name: `from_` is
`from`.
"""

from __future__ import annotations

import types
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from functools import cache
from inspect import Parameter, signature
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from attrs import NOTHING, evolve, fields, has

from vintage_rules.api.facts import FLAT, KINDS, REFINED
from vintage_rules.api.json_values import public_fields, public_name
from vintage_rules.api.kinds import (
    Field,
    Kind,
    ObjectKind,
    Refined,
    choice_kind,
    list_kind,
    mapping_kind,
    optional_kind,
    term_kind,
)
from vintage_rules.errors import InvalidValueError


def facts_of(function: Callable[..., object]) -> ObjectKind:
    """Return the object whose fields are the keyword parameters of a function.

    >>> def double(*, number: int, times: int = 2) -> int:
    ...     return number * times
    >>> facts_of(double).names
    ('number', 'times')
    """
    hints = get_type_hints(function, include_extras=True)
    parameters = signature(function).parameters.values()
    return _object(
        {
            each.name: (hints[each.name], each.default is Parameter.empty)
            for each in parameters
            if each.kind is Parameter.KEYWORD_ONLY
        }
    )


@cache  # bounded by the annotations in the code of a program
def kind_of(annotation: Any) -> Kind:  # noqa: ANN401 - an annotation may be anything
    """Return the kind of a type.

    Raises:
        InvalidValueError: For one that has no reader.

    >>> kind_of(list[int]).schema(None)
    {'type': 'array', 'items': {'type': 'integer'}}
    """
    known = KINDS.get(annotation)
    if known is not None:
        return known
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _marked_kind(*arguments)
    generic = None if origin is None else _generic_kind(origin, arguments)
    if generic is not None:
        return generic
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return term_kind(annotation)
    if isinstance(annotation, type) and has(annotation):
        return _class_kind(annotation, REFINED.get(annotation, {}))
    raise InvalidValueError("annotation", annotation, "a type that has a reader")


def _marked_kind(base: Any, *markers: Any) -> Kind:  # noqa: ANN401 - the same
    """The kind of what is annotated: one of the markers, or that of the type."""
    kind: Kind | None = None
    for marker in markers:
        if isinstance(marker, Kind):
            kind = marker
        elif isinstance(marker, Refined):
            kind = _class_kind(base, marker.fields)
        else:
            kind = marker.mark(kind or kind_of(base))
    return kind or kind_of(base)


def _class_kind(kind: type, refined: Mapping[str, Any]) -> Kind:
    return _object(_annotations(kind, refined)).making(kind)


def _generic_kind(origin: Any, arguments: tuple[Any, ...]) -> Kind | None:  # noqa: ANN401 - the same
    if origin is Literal:
        return choice_kind(arguments)
    if origin is tuple:
        return list_kind(kind_of(arguments[0]), tuple)
    if origin in {list, Sequence}:
        return list_kind(kind_of(arguments[0]))
    if origin is Mapping:
        return mapping_kind(kind_of(arguments[1]))
    if origin in {types.UnionType, Union} and arguments[-1] is type(None):
        return optional_kind(kind_of(Union[arguments[:-1]]))  # noqa: UP007 - it is computed
    return None


def _annotations(kind: type, refined: Mapping[str, Any]) -> dict[str, tuple[Any, bool]]:
    """The annotation of each field of an attrs class, and whether it must be given."""
    hints = get_type_hints(kind, include_extras=True) | dict(refined)
    needed = {each.name: each.default is NOTHING for each in fields(kind)}
    return {name: (hints[name], needed[name]) for name in public_fields(kind)}


def _object(annotations: Mapping[str, tuple[Any, bool]]) -> ObjectKind:
    found: list[Field] = []
    owners: dict[str, type] = {}
    for argument, (annotation, needed) in annotations.items():
        if annotation in FLAT:
            owners[argument] = annotation
            own = _object(_annotations(annotation, REFINED.get(annotation, {}))).fields
            found += [evolve(each, owner=argument) for each in own]
        else:
            found.append(Field(public_name(argument), argument, kind_of(annotation), needed))
    return ObjectKind.of(found, owners)
