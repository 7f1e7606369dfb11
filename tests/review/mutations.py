"""Documents that differ from a sound one in a single value, for every value there is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from datetime import date, timedelta
from decimal import Decimal

import tomli

from vintage_rules.findings import Path, is_list, is_table, items_in, table_in
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.house import policies_of, read_document
from vintage_rules.policies.paths import bare
from vintage_rules.policies.schema import Schema, policy_schema

SCHEMA = policy_schema()
WRITING_ONLY = {"extends"}


def parsed(text: str) -> dict[str, object]:
    """Read a document as it is written."""
    return tomli.loads(text, parse_float=Decimal)


def book_of(table: Mapping[str, object]) -> PolicyBook | None:
    """Build the policies of a document; None where what it says is refused."""
    document, _ = read_document(table)
    if document is None:
        return None
    name = str(document.page["name"])
    return PolicyBook(name=name, editions=policies_of(document), document=document)


def part_of(schema: Schema, path: Path) -> Schema:
    """Give the part of a schema that a path leads to; an empty one where it leads nowhere."""
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


def values_in(found: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    """Give every value with its path; a list of texts or numbers is one value."""
    if is_table(found):
        for key, value in found.items():
            if key not in WRITING_ONLY:
                yield from values_in(value, (*path, key))
    elif is_list(found) and any(is_table(item) for item in found):
        for i, item in enumerate(found):
            yield from values_in(item, (*path, i))
    else:
        yield path, found


def others(value: object, part: Schema) -> Iterator[object]:
    """Give values like this one that may stand in its place."""
    match value:
        case bool():
            yield not value
        case int():
            yield from (value + 1, value - 1)
        case Decimal():
            yield from (value + Decimal("0.01"), value - Decimal("0.01"))
        case date():
            yield value + timedelta(days=1)
        case list():
            yield from _other_lists(value, part)
        case str():
            yield from _other_texts(value, part)
        case _:
            pass


def _other_lists(value: list[object], part: Schema) -> Iterator[object]:
    allowed = items_in(table_in(part.get("items")).get("enum"))
    if "items" in part and "$ref" in table_in(part["items"]):
        name = str(table_in(part["items"])["$ref"]).rpartition("/")[2]
        allowed = items_in(table_in(table_in(SCHEMA["$defs"])[name]).get("enum"))
    for new in (*allowed, "other", "XK", "other_field"):
        if new not in value:
            yield [*value, new]
    if len(value) > 1:
        yield value[:-1]


def _other_texts(value: str, part: Schema) -> Iterator[object]:
    for word in items_in(part.get("enum")):
        if word != value:
            yield word
    number = re.compile(r"\d+(?!.*\d)")
    if number.search(value):
        yield number.sub(lambda found: str(int(found[0]) + 1).zfill(len(found[0])), value, count=1)
    yield from (f"{value}-x", "CHF", "EUR", "Europe/Rome", f"{value} bis")


def mutants(table: dict[str, object]) -> Iterator[tuple[Path, PolicyBook | None]]:
    """Change every value once, in the first way that leaves the document sound; None where none
    does.
    """
    for path, value in values_in(table):
        yield path, next(_sound(table, path, value), None)


def _sound(table: dict[str, object], path: Path, value: object) -> Iterator[PolicyBook]:
    for other in others(value, part_of(SCHEMA, path)):
        if other == value:
            continue
        changed = deepcopy(table)
        _put(changed, path, other)
        book = book_of(changed)
        if book is not None:
            yield book


def _put(table: dict[str, object], path: Path, value: object) -> None:
    here: object = table
    for step in path[:-1]:
        here = here[step] if is_list(here) and isinstance(step, int) else table_in(here)[str(step)]
    table_in(here)[str(path[-1])] = value


def named(table: Mapping[str, object], path: Path) -> str:
    """Write a path of a document as a comparison does: by names, without the edition."""
    here: object = table
    said = ""
    for step in path:
        if is_list(here) and isinstance(step, int):
            names = [table_in(item).get("name") for item in here]
            said += f"[{names[step] if all(names) else step}]"
            here = here[step]
        else:
            said += f".{bare(str(step))}"
            here = table_in(here)[str(step)]
    said = said.removeprefix(".")
    if not said.startswith("edition"):
        return said
    inside = re.sub(r"^edition\[\d+\]\.?", "", said)
    return f"edition.{inside}" if inside.startswith("source") else inside
