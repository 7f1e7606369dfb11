"""Where things stand in a TOML text."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policies.corner_shop import HOUSES
from vintage_rules.findings import Path
from vintage_rules.policies.positions import Mark, Position, position_of, positions

TEXT = """\
name = "x" # é
"a key".'b' = { c = 1, "d.e" = [10, { f = 2 },
  # between
  30] }
[t.u]
"é€" = 1

[[row]]
[row.under]
x.y = [[1, 2], [3]]
[[row]]
[[row.deep]]
z = 1
[[row.deep]]
z = 2
"""


def leaves(node: object, path: Path = ()) -> list[Path]:
    """Give the path of everything in a document that is no table and no list."""
    if isinstance(node, dict):
        return [leaf for key, item in node.items() for leaf in leaves(item, (*path, key))]
    if isinstance(node, list):
        return [leaf for i, item in enumerate(node) for leaf in leaves(item, (*path, i))]
    return [path]


class TestPositions:
    """The places of keys and values."""

    @pytest.mark.parametrize(
        ("path", "key", "value"),
        [
            (("name",), (1, 1), (1, 8)),
            (("a key", "b"), (2, 1), (2, 15)),
            (("a key", "b", "c"), (2, 17), (2, 21)),
            (("a key", "b", "d.e"), (2, 24), (2, 32)),
            (("a key", "b", "d.e", 0), (2, 33), (2, 33)),
            (("a key", "b", "d.e", 1, "f"), (2, 39), (2, 43)),
            (("a key", "b", "d.e", 2), (4, 3), (4, 3)),
            (("t",), (5, 1), (5, 1)),
            (("t", "u"), (5, 1), (5, 1)),
            (("t", "u", "é€"), (6, 1), (6, 8)),
            (("row",), (8, 1), (8, 1)),
            (("row", 0), (8, 1), (8, 1)),
            (("row", 0, "under", "x", "y", 0, 1), (10, 12), (10, 12)),
            (("row", 1), (11, 1), (11, 1)),
            (("row", 1, "deep", 1), (14, 1), (14, 1)),
            (("row", 1, "deep", 1, "z"), (15, 1), (15, 5)),
        ],
    )
    def test_are_lines_and_columns_of_characters(
        self, path: Path, key: tuple[int, int], value: tuple[int, int]
    ) -> None:
        """Both counted from one; of a table, its header."""
        assert positions(TEXT)[path] == Mark(Position(*key), Position(*value))

    @pytest.mark.parametrize("name", ["corner-shop.toml", "grand-bazaar.toml"])
    def test_are_known_for_everything_in_a_document(self, name: str) -> None:
        """Every value that is read has a place of its own."""
        text = (HOUSES / name).read_text("utf-8")
        assert set(leaves(tomllib.loads(text))) <= set(positions(text))

    def test_of_what_is_not_there_is_what_holds_it(self) -> None:
        """The nearest table, or the beginning of the document."""
        marks = positions(TEXT)
        assert position_of(("row", 1, "deep", 0, "missing"), marks) == Position(12, 1)
        assert position_of(("nothing", 3), marks) == Position(1, 1)

    def test_of_a_key_may_be_asked(self) -> None:
        """Of an unknown key the key is wrong, not its value."""
        assert position_of(("name",), positions(TEXT), key=True) == Position(1, 1)
        assert position_of(("name",), positions(TEXT)) == Position(1, 8)

    def test_of_newer_toml_are_those_of_the_table(self) -> None:
        """What the grammar cannot read has its table's place, and nothing else is lost."""
        marks = positions("[a]\nb = {\n  c = 1,\n}\n[d]\ne = 1\n")
        assert position_of(("a", "b", "c"), marks).line in {1, 2, 3}
        assert position_of(("d", "e"), marks) == Position(6, 5)

    @given(st.text(alphabet="ab=\"[]{}.,# \n'\\é€1", max_size=60))
    def test_can_be_asked_of_any_text(self, text: str) -> None:
        """Nonsense has fewer places, but asking never fails."""
        lines = text.split("\n")
        for mark in positions(text).values():
            assert 1 <= mark.key.line <= len(lines)
            assert 1 <= mark.key.column <= len(lines[mark.key.line - 1]) + 1
