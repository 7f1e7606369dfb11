"""Whatever the bytes, a document loads or says what is wrong with it."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.policies.corner_shop import CORNER_SHOP
from vintage_rules.errors import PolicyDocumentError
from vintage_rules.policies import parse_policy

PLACE = re.compile(r"shop\.toml:(\d+):(\d+):")
LINES = CORNER_SHOP.splitlines()
VALUES = st.sampled_from(
    [
        "0",
        "-1",
        "true",
        "nan",
        "-inf",
        "1e400",
        "1e-400",
        "9999999999999999999999999",
        '""',
        '"x"',
        "'''\nx'''",
        "[]",
        "[[]]",
        "[1, 'a', {}]",
        "{}",
        "{ a = {} }",
        '{ source = "x" }',
        "2024-01-01",
        "09:30:00",
        "2024-01-01T00:00:00",
        '"\\ud7ff\\u0000"',
        "{ a = 1,\n b = 2 }",
    ]
)


def outcome(content: bytes) -> str:
    """Load a document, or check that what is said of it can be used."""
    try:
        parse_policy(content, "shop.toml")
    except PolicyDocumentError as error:
        faults = error.faults
    else:
        return "loaded"
    places = [(fault.line, fault.column) for fault in faults]
    assert faults
    assert places == sorted(places)
    assert all(PLACE.match(str(fault)) for fault in faults)
    assert all(len(str(fault)) < 1_000 for fault in faults)
    return "refused"


@given(st.binary(max_size=200))
def test_bytes(content: bytes) -> None:
    """Random bytes are no policy."""
    assert outcome(content) == "refused"


@given(st.text(alphabet="abe.=\"'[]{},#\n \\0159-:TZé\t", max_size=120))
def test_text(text: str) -> None:
    """Nor is a text that looks like TOML."""
    assert outcome(text.encode()) == "refused"


def with_value(place: int, value: str) -> bytes:
    """Write another value in a line of the document."""
    key, equals, _ = LINES[place].partition(" = ")
    lines = [*LINES[:place], f"{key} = {value}" if equals else LINES[place], *LINES[place + 1 :]]
    return "\n".join(lines).encode()


@given(st.integers(0, len(LINES) - 1), VALUES)
def test_values(place: int, value: str) -> None:
    """Any value may stand anywhere in a document."""
    assert outcome(with_value(place, value)) in {"loaded", "refused"}


@pytest.mark.parametrize("value", ["[[]]", "{ a = {} }"], ids=["list", "table"])
def test_values_that_hold_others(value: str) -> None:
    """A list or a table in any line is told as such: neither can be looked up in a set."""
    outcomes = Counter(outcome(with_value(place, value)) for place in range(len(LINES)))
    assert outcomes["refused"] > len(LINES) / 2


@given(st.lists(st.integers(0, len(LINES) - 1), min_size=1, max_size=6))
def test_missing_lines(places: list[int]) -> None:
    """Lines may be missing anywhere."""
    kept = [line for i, line in enumerate(LINES) if i not in places]
    assert outcome("\n".join(kept).encode()) in {"loaded", "refused"}


@given(st.integers(0, len(CORNER_SHOP)), st.text(max_size=4), st.integers(0, 8))
def test_slips(place: int, inserted: str, deleted: int) -> None:
    """A slip of the finger is told, or was none."""
    text = CORNER_SHOP[:place] + inserted + CORNER_SHOP[place + deleted :]
    assert outcome(text.encode("utf-8", "surrogatepass")) in {"loaded", "refused"}
