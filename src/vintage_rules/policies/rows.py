"""Every value of an edition with its path and its source: what shows a policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from vintage_rules.findings import Path, as_written, is_list, is_table
from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.pages import Page
from vintage_rules.policies.paths import dotted


@frozen(kw_only=True)
class PolicyRow:
    """One value of a policy: its place, what a document writes there, and its source."""

    path: str
    value: str
    sources: tuple[str, ...]


def policy_rows(book: PolicyBook, day: date) -> tuple[PolicyRow, ...]:
    """List every value of the edition in force on a day, with its source.

    Raises what `PolicyBook.on` raises.

    >>> from vintage_rules.policies import load_policy
    >>> rows = policy_rows(load_policy("imparfaite"), date(2026, 11, 22))
    >>> next(row for row in rows if row.path == "pricing.gift_card.maximum")
    PolicyRow(path='pricing.gift_card.maximum', value='500.00', sources=('C5',))
    """
    edition = book.document.editions[book.place(day)]
    return (*_rows(book.document.page, without=("edition",)), *_rows(edition))


def _rows(page: Page, path: Path = (), *, without: tuple[str, ...] = ()) -> Iterator[PolicyRow]:
    for field, value in page.fields():
        if field.key not in without:
            sources = page.sources.get(field.key, page.source)
            yield from _values(value, (*path, field.key), sources)


def _values(value: object, path: Path, sources: tuple[str, ...]) -> Iterator[PolicyRow]:
    """Go down to what has one source: a table has its own, all else that of its table."""
    if isinstance(value, Page) and (value.shape.sourced or value.shape.holds_tables):
        yield from _rows(value, path)
    elif is_table(value):
        for key, item in value.items():
            yield from _values(item, (*path, key), sources)
    elif is_list(value) and value and isinstance(value[0], Page):
        for i, item in enumerate(value):
            yield from _values(item, (*path, i), sources)
    elif not _is_nothing(value):
        yield PolicyRow(path=dotted(path), value=_shown(value), sources=sources)


def _shown(value: object) -> str:
    if not isinstance(value, Page):
        return as_written(value)
    items = ((field.key, item) for field, item in value.fields())
    pairs = (f"{key} = {as_written(item)}" for key, item in items if not _is_nothing(item))
    return f"{{ {', '.join(pairs)} }}"


def _is_nothing(value: object) -> bool:
    return value is None or value in ([], {})
