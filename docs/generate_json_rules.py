"""Write `reference/json_rules.md`: every rule of the JSON API, its facts and its answers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

from vintage_rules.api import rule_schema
from vintage_rules.api.facts import DAY_SCHEMA, MOMENT_SCHEMA, amount_schema
from vintage_rules.api.rules import HOMES
from vintage_rules.findings import items_in, table_in

PAGE = Path(__file__).parent / "reference" / "json_rules.md"
BEFORE = """# Rules of the JSON API

What `vintage-rules eval` and `vintage_rules.api.answer` can be given, and what each rule answers.
It is written by `python docs/generate_json_rules.py` from the types of the rules, as is what
`vintage-rules schema RULE` prints, which has the patterns and bounds too. A name with `?` may be
left out; `[]` is each item of a list. [The guide](../guide/json_api.md) shows every rule at work.
"""
Schema: TypeAlias = dict[str, object]


def page() -> str:
    """Give the page as it should be."""
    return "\n".join([BEFORE, *(line for name in HOMES for line in _rule(name))])


def _rule(name: str) -> Iterator[str]:
    schema = table_in(json.loads(json.dumps(rule_schema(name))))
    definitions = table_in(schema["$defs"])
    yield f"## {name}\n"
    yield f"{schema['description']}\n"
    yield "| fact | value |"
    yield "|---|---|"
    for path, what in _fields(table_in(definitions["facts"])):
        yield f"| `{path}` | {what} |"
    yield "\n| decision | value |"
    yield "|---|---|"
    for answer in map(table_in, items_in(table_in(definitions["answer"])["oneOf"])):
        properties = table_in(answer["properties"])
        if "decision" in properties:
            decision = table_in(properties["decision"])["const"]
            fields = [f"`{path}` {what}" for path, what in _fields(table_in(properties["value"]))]
            yield f"| `{decision}` | {'<br>'.join([str(answer['description']), *fields])} |"
    yield ""


def _fields(schema: Schema, path: str = "") -> Iterator[tuple[str, str]]:
    """Name every field of an object, and every field below it, with what it holds."""
    needed = items_in(schema.get("required"))
    for name, inner in table_in(schema["properties"]).items():
        here = f"{path}{name}"
        optional = "" if name in needed else "?"
        for steps, what in _value(table_in(inner)):
            first = not steps or steps == "[]"
            yield f"{here}{steps}{optional if first else ''}", what


def _value(schema: Schema) -> Iterator[tuple[str, str]]:
    """Say what a value is, and name what is in it, by the way there."""
    simple = _simple(schema)
    several = _several(schema)
    if simple is not None:
        yield "", simple
    elif len(several) == 1:
        yield from _value(several[0])
    elif several:
        yield "", " or ".join(what for each in several for _, what in _value(each))
    elif schema["type"] == "array":
        if "prefixItems" in schema:
            for place, each in enumerate(map(table_in, items_in(schema["prefixItems"]))):
                yield from ((f"[{place}]{steps}", what) for steps, what in _value(each))
        else:
            item = table_in(schema["items"])
            yield from ((f"[]{steps}", what) for steps, what in _value(item))
    elif "properties" in schema:
        yield "", "an object"
        yield from _fields(schema, ".")
    else:
        inner = table_in(schema["additionalProperties"])
        named = schema.get("description", "an object")
        yield "", f"{named}: of each, {' or '.join(what for _, what in _value(inner))}"


def _several(schema: Schema) -> list[Schema]:
    """Give the schemas of which a value has one, without that of null."""
    members = map(table_in, items_in(schema.get("anyOf")))
    return [each for each in members if each != {"type": "null"}]


def _simple(schema: Schema) -> str | None:
    """Say what a value without parts is; None for one that has some."""
    if schema == {}:
        return "any value"
    if _without_patterns(schema) == _without_patterns(amount_schema()):
        return "money"
    if set(table_in(schema.get("properties"))) == {"country", "postal_code", "city"}:
        return "a place"
    for known, what in ((DAY_SCHEMA, "a day"), (MOMENT_SCHEMA, "a moment")):
        if schema == known:
            return what
    if "enum" in schema:
        return ", ".join(f"`{each}`" for each in items_in(schema["enum"]))
    if "const" in schema:
        return f"`{schema['const']}`"
    words = {"string": "text", "integer": "a whole number", "boolean": "true or false"}
    kind = schema.get("type")
    if kind not in words:
        return None
    return str(schema.get("description", words[str(kind)]))


def _without_patterns(schema: object) -> object:
    if not isinstance(schema, dict):
        return schema
    return {k: _without_patterns(v) for k, v in table_in(schema).items() if k != "pattern"}


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"wrote {PAGE.name}")
