"""What the library uses of the package `tree_sitter`, over the parser that the page has loaded.

No wheel of that package knows a browser, and the parser itself does: it is the same grammar.
"""

from __future__ import annotations

import json
from typing import NamedTuple

from playground_parser import parse  # type: ignore[import-not-found] # the page registers it


class Language(NamedTuple):
    """The grammar a parser reads: there is one."""

    name: str


class Node:
    """A node of a tree, with what is read of it."""

    def __init__(self, written: list[object]) -> None:
        self.type, row, column, text, self.has_error, children = written
        self.start_point = row, column
        self.text = None if text is None else str(text).encode()
        self.named_children = [Node(child) for child in children]  # type: ignore[attr-defined]


class Tree(NamedTuple):
    """The tree of a text."""

    root_node: Node


class Parser:
    """Reads texts with a grammar."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def parse(self, text: bytes) -> Tree:
        """Return the tree of a text."""
        return Tree(Node(json.loads(parse(text.decode()))))
