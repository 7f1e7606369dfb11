"""A document that was read: its tables with all their values, as a page says them.

A page keeps what the rules do not need: the order of a list, what was written and what was left
out, and from where each value comes. Rows, comparisons and checks look at it; the rules take the
policies that are built from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import frozen

from vintage_rules.findings import Path, is_list, is_table
from vintage_rules.policies.shapes import Field, Shape


@frozen(eq=False)
class Page:
    """One table: its shape, what it says by key, which keys it writes, and its sources.

    A value is a `Decimal`, a `Duration` or the like, a list of values, a table of them, or another
    page; None where the page says nothing.
    """

    shape: Shape
    values: Mapping[str, object]
    written: frozenset[str]
    source: tuple[str, ...]
    sources: Mapping[str, tuple[str, ...]]

    def __getitem__(self, key: str) -> object:
        return self.values[key]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Page):
            return NotImplemented
        own, theirs = (self.values, self.source, self.sources), (other.values, other.source)
        return own == (*theirs, other.sources)

    __hash__ = None  # type: ignore[assignment]  # lists in it must not change unseen

    def source_of(self, key: str) -> tuple[str, ...]:
        """Return the sources of a value or topic: its own, or else the table's.

        None for what is left out.
        """
        if key in self.shape.keys and key not in self.written:
            return ()
        return self.sources.get(key, self.source)

    def fields(self) -> Iterator[tuple[Field, object]]:
        """Return every field with what the page says of it."""
        for field in self.shape.fields:
            yield field, self.values[field.key]

    def at(self, *path: str | int) -> object:
        """Return what a path leads to; None where it leads nowhere.

        >>> from vintage_rules.policies import load_policy
        >>> edition = load_policy("imparfaite").document.editions[0]
        >>> edition.at("pricing", "gift_card", "maximum")
        Decimal('500.00')
        """
        here: object = self
        for step in path:
            here = below(here, step)
        return here


def below(here: object, step: str | int) -> object:
    """Return what one step leads to; None where it leads nowhere.

    >>> below([1, 2], 1), below(3, "a")
    (2, None)
    """
    if isinstance(here, Page):
        return here.values.get(str(step))
    if is_list(here) and isinstance(step, int):
        return here[step] if step < len(here) else None
    return here.get(str(step)) if is_table(here) else None


def pages_in(value: object, path: Path = ()) -> Iterator[tuple[Path, Page]]:
    """Return every page below a value that has sources of its own, with its path.

    >>> from vintage_rules.policies import load_policy
    >>> edition = load_policy("imparfaite").document.editions[0]
    >>> next(path for path, _ in pages_in(edition["pricing"]))
    ('fees', 0)
    """
    if isinstance(value, Page):
        if value.shape.sourced:
            yield path, value
        for field, item in value.fields():
            yield from pages_in(item, (*path, field.key))
    elif is_table(value):
        for key, item in value.items():
            yield from pages_in(item, (*path, key))
    elif is_list(value):
        for i, item in enumerate(value):
            yield from pages_in(item, (*path, i))
