"""Write the tables and keys of a policy document into `guide/policies.md`, from its JSON Schema."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from vintage_rules.policies import policy_schema
from vintage_rules.policies.shapes import is_list, is_table, items_in, table_in

PAGE = Path(__file__).parent / "guide" / "policies.md"
START = "<!-- what follows is written by python docs/generate_policy_keys.py -->\n"
ALWAYS_THERE = {"source", "sources"}
SHAPES = {
    "^[A-Z]{3}$": "[currency](#names-and-codes)",
    "^[A-Z]{2}": "[code](#names-and-codes)",
    "^[a-z][a-z0-9_]": "[field name](#names-and-codes)",
    "^[a-z0-9]+(-": "[name](#names-and-codes)",
    "^[0-9]{1,3} to": "[range of days](#days-and-times)",
    "^([0-9]{1,5} (minutes?": "[duration](#days-and-times)",
    "^([0-9]{1,5} (days?))": "[duration](#days-and-times) in days",
    "^([0-9]{1,5} (": "[duration](#days-and-times) of dates",
    "^(([01][0-9]": "[hour](#days-and-times)",
}


def page() -> str:
    """Give the page as it should be: what people wrote, and the tables."""
    before, _, _ = PAGE.read_text("utf-8").partition(START)
    return before + START + "\n" + "\n".join(sections())


def sections() -> Iterator[str]:
    """Write every table of a document once, with all the places where it may stand."""
    schema = policy_schema()
    places: dict[str, list[str]] = {}
    for name, place in _places(schema, "", schema):
        places.setdefault(name, []).append(place)
    yield from _section("the document", schema, ["at the top"], schema)
    for name, found in places.items():
        table = table_in(table_in(schema["$defs"])[name])
        yield from _section(str(table["title"]), table, found, schema)


def _places(
    schema: Mapping[str, object], path: str, table: Mapping[str, object]
) -> Iterator[tuple[str, str]]:
    """Give every table below one by the name of its shape, with how its header is written."""
    for key, value in table_in(table.get("properties")).items():
        if key in ALWAYS_THERE:
            continue
        name, place = _table_at(schema, f"{path}.{key}".lstrip("."), table_in(value))
        if name is not None:
            below = table_in(table_in(schema["$defs"])[name])
            inline = "source" not in table_in(below.get("properties"))
            yield name, _braces(place) if inline and not _nests(schema, below) else f"`{place}`"
            yield from _places(schema, place.strip("[]"), below)


def _table_at(
    schema: Mapping[str, object], path: str, value: Mapping[str, object]
) -> tuple[str | None, str]:
    if is_list(value.get("items")) or is_table(value.get("items")):
        name, _ = _table_at(schema, path, table_in(value["items"]))
        return name, f"[[{path}]]"
    patterns = table_in(value.get("patternProperties"))
    for of_each in (value.get("additionalProperties"), *patterns.values()):
        if is_table(of_each):
            name, _ = _table_at(schema, path, of_each)
            return name, f"[{path}.NAME]"
    name = str(value.get("$ref", "")).rpartition("/")[2]
    holds_keys = "properties" in table_in(table_in(schema["$defs"]).get(name))
    return (name if holds_keys else None), f"[{path}]"


def _braces(place: str) -> str:
    key = place.strip("[]")
    return f"`{key} = [{{ … }}]`" if place.startswith("[[") else f"`{key} = {{ … }}`"


def _nests(schema: Mapping[str, object], table: Mapping[str, object]) -> bool:
    values = table_in(table.get("properties")).values()
    return any(_table_at(schema, "", table_in(value))[0] is not None for value in values)


def _section(
    title: str, table: Mapping[str, object], places: list[str], schema: Mapping[str, object]
) -> Iterator[str]:
    yield f"### {title}\n"
    yield f"{table['description']} Written {', '.join(places)}.\n"
    yield "| key | value | needed | what |"
    yield "|---|---|---|---|"
    needed = _needed(title, table, schema)
    for key, value in table_in(table.get("properties")).items():
        if key not in ALWAYS_THERE:
            said = table_in(value)
            what = str(said.get("description", "")).replace("|", "\\|")
            yield f"| `{key}` | {_value(said, schema)} | {_yes(key in needed)} | {what} |"
    if "source" in needed:
        yield "| `source` | [source](#sources) | yes | where the values come from |"
        yield "| `sources` | table of: [source](#sources) | no | for single values: from where |"
    yield ""


def _yes(needed: bool) -> str:  # noqa: FBT001 - the one thing to say
    return "yes" if needed else "no"


def _needed(
    title: str, table: Mapping[str, object], schema: Mapping[str, object]
) -> tuple[object, ...]:
    """Give the keys without which a table is not whole, in an edition that extends no other."""
    edition = table_in(table_in(schema["$defs"])["EditionDocument"])
    whole = table_in(edition["else"])
    of_context = table_in(table_in(whole["properties"]).get(title))
    of_edition = whole["required"] if title == edition["title"] else ()
    required = (table.get("required"), of_context.get("required"), of_edition)
    return tuple(key for keys in required for key in items_in(keys))


def _value(value: Mapping[str, object], schema: Mapping[str, object]) -> str:
    match value:
        case {"oneOf": _}:
            return "[anchor](#days-and-times)"
        case {"$ref": str(reference)}:
            return _referred(reference.rpartition("/")[2], schema)
        case {"items": items}:
            return f"list of: {_value(table_in(items), schema)}"
        case {"patternProperties": patterns}:
            return f"table of: {_value(table_in(next(iter(table_in(patterns).values()))), schema)}"
        case {"additionalProperties": of_each} if is_table(of_each):
            return f"table of: {_value(of_each, schema)}"
        case _:
            return _simple_value(value)


def _simple_value(value: Mapping[str, object]) -> str:
    match value:
        case {"const": only}:
            return f"`{only}`"
        case {"enum": members}:
            return _one_of(members)
        case {"format": "date"}:
            return "[day](#days-and-times)"
        case {"type": "boolean"}:
            return "`true` or `false`"
        case {"type": "integer", "minimum": least, "maximum": most}:
            return f"whole number, {least} to {most}"
        case {"type": "number"}:
            return f"[{'rate' if 'maximum' in value else 'amount'}](#amounts-and-rates)"
        case {"pattern": str(pattern)}:
            shape = next(shape for start, shape in SHAPES.items() if pattern.startswith(start))
            return f"{shape}, or `never`" if pattern.endswith("|never)$") else shape
        case _:
            return "[time zone](#names-and-codes)"


def _referred(name: str, schema: Mapping[str, object]) -> str:
    found = table_in(table_in(schema["$defs"])[name])
    if "enum" in found:
        return _one_of(found["enum"])
    title = str(found["title"])
    return f"[{title}](#{title.replace(' ', '-')})"


def _one_of(members: object) -> str:
    listed = [str(member) for member in items_in(members)]
    if any(member.startswith("-") for member in listed):
        return f"{_one_of([m for m in listed if not m.startswith('-')])}; with `-` taken off"
    return ", ".join(f"`{member}`" for member in listed)


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    print(f"wrote {PAGE.name}")
