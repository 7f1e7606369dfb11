"""The JSON Schema of a policy document, so that an editor helps its author."""

from __future__ import annotations

from typing import TypeAlias

from vintage_rules.policies.house import document_shape, edition_tables, holds_tables
from vintage_rules.policies.kinds import SOURCES_SCHEMA, value_schema
from vintage_rules.policies.reading import SOURCE_TEXT, SOURCES_TEXT
from vintage_rules.policies.shapes import (
    ByName,
    Choice,
    Field,
    Form,
    ListOf,
    One,
    Shape,
    Short,
    TableOf,
    Value,
    first_line,
)

Schema: TypeAlias = dict[str, object]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SOURCES = {"$ref": "#/$defs/Sources"}


def policy_schema() -> Schema:
    """Return the JSON Schema (2020-12) of a policy document.

    It says what each value may be; how values fit together is checked when a document is loaded.

    >>> policy_schema()["required"]
    ['source', 'name', 'currency', 'zone', 'calendar', 'edition']
    """
    definitions = _Definitions()
    document = definitions.table(document_shape())
    sources = {"title": "sources", **SOURCES_SCHEMA}
    return {
        "$schema": _DIALECT,
        **document,
        "title": "policy",
        "$defs": {**definitions.known, "Sources": sources},
    }


class _Definitions:
    """The schemas of all tables and choices that a document holds, by their names."""

    def __init__(self) -> None:
        self.known: Schema = {}

    def table(self, shape: Shape, short: Short | None = None) -> Schema:
        about_sources: Schema = {
            "source": {**_SOURCES, "description": SOURCE_TEXT},
            "sources": {
                "additionalProperties": _SOURCES,
                "description": SOURCES_TEXT,
                "type": "object",
            },
        }
        properties = {field.key: self._property(field) for field in shape.fields}
        required = [*(["source"] if shape.sourced else []), *_needed(shape)]
        schema: Schema = {
            "additionalProperties": False,
            "description": shape.text,
            "properties": {**(about_sources if shape.sourced else {}), **properties},
            "title": shape.title,
            "type": "object",
        }
        if shape.holds_tables:
            return schema  # which of them an edition must write depends on whether it extends one
        if any(field in edition_tables() for field in shape.fields):
            return {**schema, **_complete_unless_extending(required)}
        if short is not None:
            return {**schema, **_complete_unless_short(short, required)}
        return {**schema, "required": required} if required else schema

    def _property(self, field: Field) -> Schema:
        return {**self._form(field.form), "description": field.text}

    def _form(self, form: Form) -> Schema:
        match form:
            case Value(kind=Choice(members=members)):
                choice = {"description": first_line(members), "title": members.__name__}
                return self._defined(members.__name__, {**value_schema(form.kind), **choice})
            case Value():
                return value_schema(form.kind)
            case One():
                return self._referred(form.shape, form.short)
            case ByName():
                return _list_of(self._referred(form.shape), form.least)
            case ListOf():
                return _list_of(self._form(form.item), form.least)
            case TableOf():
                return self._table_of(form)

    def _table_of(self, form: TableOf) -> Schema:
        names = value_schema(form.key)
        return {
            "additionalProperties": self._form(form.item),
            "propertyNames": {key: names[key] for key in names if key != "type"},
            "type": "object",
        }

    def _referred(self, shape: Shape, short: Short | None = None) -> Schema:
        if shape.name not in self.known:
            self.known[shape.name] = {}  # its place, before those of the tables in it
            self.known[shape.name] = self.table(shape, short)
        return {"$ref": f"#/$defs/{shape.name}"}

    def _defined(self, name: str, schema: Schema) -> Schema:
        self.known[name] = schema
        return {"$ref": f"#/$defs/{name}"}


def _list_of(item: Schema, least: int) -> Schema:
    return {"items": item, "type": "array", **({"minItems": least} if least else {})}


def _needed(shape: Shape) -> list[str]:
    return [field.key for field in shape.fields if field.needed]


def _complete_unless_short(short: Short, required: list[str]) -> Schema:
    """Let a table whose flag is false hold what its short shape has, and no more."""
    keys = ["source", "sources", *short.shape.keys]
    return {
        "if": {"properties": {short.flag: {"const": False}}, "required": [short.flag]},
        "then": {"propertyNames": {"enum": keys}, "required": ["source", *_needed(short.shape)]},
        "else": {"required": required},
    }


def _complete_unless_extending(required: list[str]) -> Schema:
    """Let an edition that extends the previous one leave out what it takes over from it."""
    tables = [field.key for field in edition_tables()]
    whole = {
        field.key: {"required": _needed(field.form.shape)}
        for field in edition_tables()
        if holds_tables(field) and isinstance(field.form, One)
    }
    return {
        "required": [key for key in required if key not in tables],
        "if": {"required": ["extends"]},
        "else": {"required": [key for key in tables if key in required], "properties": whole},
    }
