"""The JSON Schema of a policy document, so that an editor helps its author."""

from __future__ import annotations

import re
from typing import TypeAlias

from vintage_rules.policies.documents.house import HouseDocument
from vintage_rules.policies.documents.values import SOURCES_SCHEMA
from vintage_rules.policies.editions import CONTEXTS, TABLES
from vintage_rules.policies.paths import Path
from vintage_rules.policies.shapes import is_list, is_table, items_in, table_in

Schema: TypeAlias = dict[str, object]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SOURCES = "#/$defs/Sources"
_WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")


def policy_schema() -> Schema:
    """Give the JSON Schema (2020-12) of a policy document.

    It says what each value may be; how values fit together is checked when a document is loaded.

    >>> policy_schema()["required"]
    ['source', 'name', 'currency', 'zone', 'calendar', 'edition']
    """
    schema = table_in(_tidied(HouseDocument.model_json_schema()))
    definitions = _complete_unless_extending(table_in(schema["$defs"]))
    titled = {
        name: {**table_in(definition), "title": _words(name)}
        for name, definition in definitions.items()
    }
    sources = {"title": "sources", **SOURCES_SCHEMA}
    return {
        "$schema": _DIALECT,
        **schema,
        "title": "policy",
        "$defs": {**titled, "Sources": sources},
    }


def _words(name: str) -> str:
    return _WORD.sub(" ", name.removesuffix("Document")).lower()


def _tidied(node: object) -> object:
    """Take out the null, which TOML cannot write, and the shape of a source from every table."""
    if is_list(node):
        return [_tidied(item) for item in node]
    if not is_table(node):
        return node
    kept = {key: _tidied(value) for key, value in node.items() if key != "default"}
    if "anyOf" not in kept:
        return kept
    choices = [one for one in items_in(kept.pop("anyOf")) if one != {"type": "null"}]
    if choices == SOURCES_SCHEMA["anyOf"]:
        return {"$ref": _SOURCES, **kept}
    return {**table_in(choices[0]), **kept}


def _complete_unless_extending(definitions: Schema) -> Schema:
    """Let an edition that extends the previous one leave out what it takes over from it."""
    whole: Schema = {}
    loose: Schema = {}
    for context in CONTEXTS:
        name = f"{context.capitalize()}Document"
        definition = table_in(definitions[name])
        whole[context] = {"required": definition["required"]}
        loose[name] = {key: value for key, value in definition.items() if key != "required"}
    edition = table_in(definitions["EditionDocument"])
    always = [key for key in items_in(edition["required"]) if key not in TABLES]
    loose["EditionDocument"] = {
        **edition,
        "required": always,
        "if": {"required": ["extends"]},
        "else": {"required": list(TABLES), "properties": whole},
    }
    return {**definitions, **loose}


def part_of(schema: Schema, path: Path) -> Schema:
    """Give the part of a schema that a path leads to; an empty one where it leads nowhere.

    >>> part_of(policy_schema(), ("edition", 0, "since"))["format"]
    'date'
    """
    node = schema
    for step in path:
        known = _resolved(schema, node)
        if isinstance(step, int):
            node = table_in(known.get("items"))
        else:
            properties = table_in(known.get("properties"))
            node = table_in(properties.get(step, known.get("additionalProperties")))
    return _resolved(schema, node)


def _resolved(schema: Schema, node: Schema) -> Schema:
    """Give a node with what it refers to, its own words first."""
    name = str(node.get("$ref", "")).rpartition("/")[2]
    return {**table_in(table_in(schema["$defs"]).get(name)), **node}
