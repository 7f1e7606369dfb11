"""What errors say: in lower case, without a period, wherever the library raises one."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

SOURCES = Path(__file__).parents[2] / "src" / "vintage_rules"
MAKERS = re.compile(r"\w+Error|Finding|Rejection|Described")
NAMED = re.compile(r"[A-Z]{2,}[A-Z0-9-]*s?\b|PayPal|Stripe|SQLite|PostgreSQL|Unicode|Decimals?\b")
FILLED_IN = "{}"
FEWEST = 250


def text_of(node: ast.expr) -> str | None:
    """Give a text of the source, with {} for what is filled in; None for anything else."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(text_of(each) or FILLED_IN for each in values)
        case _:
            return None


def texts_in(source: str) -> Iterator[tuple[int, str]]:
    """Give the sentences that errors and findings are made of, each with its line."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            texts = (text_of(each) for each in given) if MAKERS.fullmatch(name) else ()
            yield from ((node.lineno, text) for text in texts if text and " " in text)


def is_plain(text: str) -> bool:
    """Whether a text begins in lower case, or with a name, and does not end as a sentence."""
    begins = not text[0].isupper() or NAMED.match(text) is not None
    return begins and not text.endswith((".", "!", "…", " ")) and "  " not in text


def test_every_text_of_an_error_is_in_lower_case_without_a_period() -> None:
    """It follows the field: `rate: must be between 0 and 1, got 10`."""
    found = {
        f"{path.relative_to(SOURCES)}:{line}": text
        for path in sorted(SOURCES.rglob("*.py"))
        for line, text in texts_in(path.read_text("utf-8"))
    }
    assert len(found) > FEWEST
    assert {place: text for place, text in found.items() if not is_plain(text)} == {}


def test_a_sentence_would_be_found() -> None:
    """In one string or around what is filled in."""
    source = 'raise DayError("at", day, f"Between {first} and {last}.")\nFinding((), "above  0", 1)'
    texts = [text for _, text in texts_in(source)]
    assert texts == ["Between {} and {}.", "above  0"]
    assert not any(map(is_plain, texts))
