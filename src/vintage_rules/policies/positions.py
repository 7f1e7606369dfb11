"""Where in a TOML text each key and value is: read only when something is wrong."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence

import tomli
import tree_sitter_toml
from attrs import frozen
from tree_sitter import Language, Node, Parser

from vintage_rules.findings import Path

_KEYS = ("bare_key", "quoted_key")
_TABLES = ("table", "table_array_element")
_CONTINUES, _CONTINUATION = 0b11000000, 0b10000000  # of UTF-8: a byte that begins no character


@frozen
class Position:
    """A line and a column, both counted from 1, in characters.

    >>> Position(14, 8)
    Position(line=14, column=8)
    """

    line: int
    column: int


@frozen
class Mark:
    """The place of a key, and where its value begins; for a table both are its header."""

    key: Position
    value: Position


class _Marker:
    """Walks a document once, keeping for every array of tables how many there were so far."""

    def __init__(self, text: str) -> None:
        self.starts = [_starts(line) for line in text.encode().split(b"\n")]
        self.marks: dict[Path, Mark] = {}
        self.last: dict[Path, int] = {}

    def document(self, root: Node) -> None:
        for node in root.named_children:
            if node.type in _TABLES and _is_sound(node.named_children[0]):
                self.table(node)
            elif node.type == "pair":
                self.pair(node, ())

    def table(self, node: Node) -> None:
        here = self.at(node)
        path: Path = ()
        *parents, name = self.keys(node.named_children[0])
        for parent in parents:
            path = self.entered((*path, parent))
            self.marks.setdefault(path, Mark(here, here))
        path = (*path, name)
        if node.type == "table_array_element":
            self.marks.setdefault(path, Mark(here, here))
            self.last[path] = self.last.get(path, -1) + 1
            path = self.entered(path)
        self.marks[path] = Mark(here, here)
        for child in node.named_children[1:]:
            if child.type == "pair":
                self.pair(child, path)

    def entered(self, path: Path) -> Path:
        return (*path, self.last[path]) if path in self.last else path

    def pair(self, node: Node, table: Path) -> None:
        if node.has_error:  # newer TOML than the grammar knows: the table's place is given instead
            return
        key, value = _without_comments(node)
        path = table
        for name in self.keys(key):
            path = (*path, name)
            self.marks.setdefault(path, Mark(self.at(key), self.at(value)))
        self.value(value, path)

    def value(self, node: Node, path: Path) -> None:
        if node.type == "inline_table":
            for child in node.named_children:
                if child.type == "pair":
                    self.pair(child, path)
        elif node.type == "array":
            for i, item in enumerate(_without_comments(node)):
                self.marks[(*path, i)] = Mark(self.at(item), self.at(item))
                self.value(item, (*path, i))

    def keys(self, node: Node) -> Iterator[str]:
        if node.type in _KEYS:
            text = (node.text or b"").decode()
            yield next(iter(tomli.loads(f"{text} = 0")))
        for child in node.named_children:
            yield from self.keys(child)

    def at(self, node: Node) -> Position:
        row, column = node.start_point
        starts = self.starts[row]
        characters = column if starts is None else bisect_left(starts, column)
        return Position(row + 1, characters + 1)


def _starts(line: bytes) -> Sequence[int] | None:
    """Give where each character of a line begins; None where each is one byte.

    Looked up for every value, so that a line of many values takes no longer than as many lines.
    """
    if line.isascii():
        return None
    return [i for i, byte in enumerate(line) if byte & _CONTINUES != _CONTINUATION]


def _is_sound(header: Node) -> bool:
    return header.type in (*_KEYS, "dotted_key") and not header.has_error


def _without_comments(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type != "comment"]


def positions(text: str) -> dict[Path, Mark]:
    r"""Return for the path of every key, table and item of a document its place.

    >>> marks = positions('[[fee]]\nname = "a"\nrate = 10\n')
    >>> marks["fee", 0, "rate"].value
    Position(line=3, column=8)
    """
    marker = _Marker(text)
    tree = Parser(Language(tree_sitter_toml.language())).parse(text.encode())
    marker.document(tree.root_node)
    return marker.marks


def position_of(path: Path, marks: Mapping[Path, Mark], *, key: bool = False) -> Position:
    r"""Return the place of a path, or else the nearest thing that holds it.

    >>> position_of(("fee", 0, "name"), positions("[[fee]]\nrate = 10\n"))
    Position(line=1, column=1)
    """
    for length in range(len(path), 0, -1):
        mark = marks.get(path[:length])
        if mark is not None:
            return mark.key if key and length == len(path) else mark.value
    return Position(1, 1)
