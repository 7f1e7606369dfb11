"""A small house whose document the tests change, a few words at a time."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from vintage_rules.errors import PolicyDocumentError
from vintage_rules.policies import PolicyBook, parse_policy

HOUSES = Path(__file__).parent / "houses"
POINTS = Path(__file__).parent / "points"
CORNER_SHOP = (HOUSES / "corner-shop.toml").read_text("utf-8")


def changed(*changes: tuple[str, str]) -> str:
    """Give the document of the corner shop with some words replaced, each where it first occurs."""
    text = CORNER_SHOP
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def faults_of(document: str | bytes) -> list[str]:
    """Give what is said about a document that cannot be loaded, one fault an item."""
    content = document.encode() if isinstance(document, str) else document
    with pytest.raises(PolicyDocumentError) as caught:
        parse_policy(content, "shop.toml")
    return str(caught.value).splitlines()


@cache
def with_point(point: str) -> PolicyBook:
    """Load the corner shop with the second edition of a point."""
    text = CORNER_SHOP + (POINTS / f"{point}.toml").read_text("utf-8")
    return parse_policy(text.encode(), f"{point}.toml")
