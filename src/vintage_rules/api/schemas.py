"""The JSON Schema of each rule: of its facts and of its answers, from the types of its function."""

from __future__ import annotations

import json
import types
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from enum import Enum
from importlib import resources
from inspect import getdoc
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from attrs import has

from vintage_rules.api.facts import DAY_SCHEMA, MOMENT_SCHEMA, amount_schema
from vintage_rules.api.json_values import (
    DECISION,
    Json,
    decision_name,
    public_fields,
    public_name,
)
from vintage_rules.api.kinds import Schema
from vintage_rules.api.rule import Answer, Rule, value_fields
from vintage_rules.api.rules import rule_named
from vintage_rules.dates import Duration
from vintage_rules.ids import Edition
from vintage_rules.money import Money
from vintage_rules.orders.policy import HousePolicy

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_SCALARS: Mapping[Any, Schema] = {
    str: {"type": "string"},
    bool: {"type": "boolean"},
    int: {"type": "integer"},
    date: DAY_SCHEMA,
    datetime: MOMENT_SCHEMA,
    Decimal: {"type": "string"},
    Edition: {"type": "string"},
    Duration: {"type": "string"},
    time: {"type": "string"},
    Money: amount_schema(),
}


def rule_schema(name: str, house: HousePolicy | None = None) -> dict[str, Json]:
    """Return the JSON Schema (2020-12) of a rule: `facts` and `answer` are its two definitions.

    Under a policy, names that the policy knows and its currency are part of the schema.

    Raises:
        Rejection: For a rule there is not.

    >>> schema = rule_schema("tender")
    >>> sorted(schema["$defs"])
    ['answer', 'facts']
    >>> schema["$defs"]["facts"]["required"]
    ['kind']
    """
    rule = rule_named(name)
    return {
        "$schema": DIALECT,
        "title": name,
        "description": _sentence(rule.function),
        **question_schema(name, {"$ref": "#/$defs/facts"}),
        "examples": [example_of(name)],
        "$defs": {"facts": rule.facts.schema(house), "answer": answer_schema(rule)},
    }


def question_schema(name: str, facts: Schema) -> dict[str, Json]:
    """Return the schema of a request to a rule, whose facts have a schema of their own."""
    return {
        "type": "object",
        "properties": {
            "id": {"type": "string"},
            "rule": {"const": name},
            "facts": facts,
            "policy": {"type": ["string", "null"]},
            "on": {"anyOf": [DAY_SCHEMA, {"type": "null"}]},
            "locale": {"type": ["string", "null"]},
        },
        "required": ["id", "rule", "facts"],
        "additionalProperties": False,
    }


def answer_schema(rule: Rule) -> Schema:
    """Return the schema of the answers of a rule: one for each decision, or an error."""
    return {"oneOf": [*decision_schemas(rule), ERROR_SCHEMA]}


def decision_schemas(rule: Rule) -> list[Schema]:
    """Return the schema of each answer of a rule that is a decision."""
    decisions: Sequence[type[Answer]] = _members(get_type_hints(rule.function)["return"])
    return [*map(_decision, decisions)]


_TEXTS: Schema = {"type": "array", "items": {"type": "string"}}
ERROR_SCHEMA: Schema = {
    "type": "object",
    "properties": {
        "id": {"type": ["string", "null"]},
        "error": {
            "type": "object",
            "properties": {"path": {"type": "string"}, "message": {"type": "string"}},
            "required": ["path", "message"],
            "additionalProperties": False,
        },
    },
    "required": ["id", "error"],
    "additionalProperties": False,
}


def _decision(kind: type[Answer]) -> Schema:
    hints = get_type_hints(kind)
    return {
        "type": "object",
        "description": _sentence(kind),
        "properties": {
            "id": {"type": "string"},
            "decision": {"const": kind.decision},
            "value": _object({name: hints[name] for name in value_fields(kind)}),
            "reasons": _TEXTS,
            "sources": _TEXTS,
            "policy": {"type": "string"},
            "text": {"type": "string"},
        },
        "required": ["id", "decision", "value", "reasons", "sources", "policy"],
        "additionalProperties": False,
    }


def _object(hints: Mapping[str, Any], decision: str | None = None) -> Schema:
    named: dict[str, Json] = {} if decision is None else {DECISION: {"const": decision}}
    own = {public_name(name): written_schema(hint) for name, hint in hints.items()}
    needed = (public_name(name) for name, hint in hints.items() if not _may_lack(hint))
    return {
        "type": "object",
        "properties": {**named, **own},
        "required": [*named, *needed],
        "additionalProperties": False,
    }


def written_schema(hint: Any) -> Schema:  # noqa: ANN401, C901 - one line for each kind
    """Give the schema of what `to_json` writes of a type; a field that is None is left out."""
    if hint in _SCALARS:
        return _SCALARS[hint]
    members = [each for each in _members(hint) if each is not type(None)]
    if len(members) > 1 or members[0] is not hint:
        schemas = [written_schema(each) for each in members]
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}
    if isinstance(hint, TypeVar):  # a code of any machine's reasons
        return {"type": "string"}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is not None and has(origin):
        return written_schema(origin)
    if origin is tuple and arguments[-1] is not Ellipsis:
        prefix = [written_schema(each) for each in arguments]
        return {"type": "array", "prefixItems": prefix, "items": False, "minItems": len(prefix)}
    if origin in {tuple, frozenset, Sequence}:
        return {"type": "array", "items": written_schema(arguments[0])}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": written_schema(arguments[1])}
    supertype = getattr(hint, "__supertype__", None)
    if supertype is not None:
        return written_schema(supertype)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return {"enum": [str(each.value) for each in hint]}
    if isinstance(hint, type) and has(hint):
        hints = get_type_hints(hint)
        return _object({name: hints[name] for name in public_fields(hint)}, decision_name(hint))
    raise TypeError(hint)


def _members(hint: Any) -> tuple[Any, ...]:  # noqa: ANN401 - the same
    return get_args(hint) if get_origin(hint) in {types.UnionType, Union} else (hint,)


def _may_lack(hint: Any) -> bool:  # noqa: ANN401 - the same
    return type(None) in _members(hint)


def _sentence(documented: object) -> str:
    """The first sentence of a docstring, on one line."""
    return " ".join((getdoc(documented) or "").partition("\n\n")[0].split())


def example_of(name: str) -> dict[str, Json]:
    """Return a request to a rule that is answered.

    >>> example_of("undelivered")["facts"]
    {'unpaid_customs': True}
    """
    lines = resources.files("vintage_rules.api").joinpath("examples.jsonl").read_text("utf-8")
    examples: list[dict[str, Json]] = [json.loads(line) for line in lines.splitlines()]
    return {"id": name, **next(each for each in examples if each["rule"] == name)}
