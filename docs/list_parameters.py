"""List below each entry of the reference what it takes, with what each parameter means.

What they mean is found by `docs.entries`; a test requires it of every parameter and field. Below a
union of types are its members, with links.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from types import UnionType
from typing import get_args

from sphinx.application import Sphinx

from docs.entries import Entry, entries, meaning_of, methods_of, parameters_of


@cache
def by_path() -> dict[str, Entry]:
    """Give each entry, and each public method of its class, by the path that documents it."""
    return {each.path: each for entry in entries() for each in (entry, *methods_of(entry))}


@cache
def public_names() -> dict[object, str]:
    """Give the path of each public class, by the class."""
    return {entry.found: entry.path for entry in entries() if isinstance(entry.found, type)}


def parameter_fields(entry: Entry) -> Iterator[str]:
    """Write the parameters of an entry as fields, where there is anything to say of one of them."""
    for parameter in parameters_of(entry.found):
        if not parameter.name.startswith("_"):
            yield f":param {parameter.name}: {meaning_of(entry, parameter)}"


def members_of(union: object) -> Iterator[str]:
    """Write the members of a union as links to their entries."""
    if isinstance(union, UnionType):
        for member in get_args(union):
            path = public_names().get(member)
            name = getattr(member, "__name__", str(member))
            yield f":py:obj:`~{path}`" if path else f"``{name}``"


def place_of_fields(lines: list[str]) -> int:
    """Find the line before which parameters are listed: what is raised, or the first example.

    >>> place_of_fields(
    ...     ["Return it.", "", ":raises MoneyError: If …", "", ">>> quote()"]
    ... )
    2
    """
    for beginning in (":raises ", ">>> "):
        for number, line in enumerate(lines):
            if line.startswith(beginning):
                return number
    return len(lines)


def add_fields(  # noqa: PLR0917 - what Sphinx gives
    app: Sphinx, what: str, name: str, found: object, options: object, lines: list[str]
) -> None:
    """Add the fields of an entry to its docstring, and the members of a union to what it is."""
    del app, what, found, options
    entry = by_path().get(name)
    if entry is None:
        return
    if members := ", ".join(members_of(entry.found)):
        lines += ["", f"One of {members}."]
    if fields := [*parameter_fields(entry)]:
        place = place_of_fields(lines)
        together = place < len(lines) and lines[place].startswith(":raises ")
        lines[place:place] = ["", *fields, *([] if together else [""])]


def setup(app: Sphinx) -> None:
    """Connect it to Sphinx, after what cleans docstrings."""
    app.connect("autodoc-process-docstring", add_fields, priority=900)
