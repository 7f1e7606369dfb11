"""Every value of an edition with its path and its source: what shows a policy."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from attrs import frozen

from vintage_rules.policies.book import PolicyBook
from vintage_rules.policies.documents.common import Context, Record, Table
from vintage_rules.policies.documents.values import written
from vintage_rules.policies.paths import Path, dotted
from vintage_rules.policies.shapes import is_list, is_table


@frozen(kw_only=True)
class PolicyRow:
    """One value of a policy: where it stands, what a document writes there, and its source."""

    path: str
    value: str
    sources: tuple[str, ...]


def policy_rows(book: PolicyBook, day: date) -> tuple[PolicyRow, ...]:
    """List every value of the edition in force on a day, with its source.

    Raises as `PolicyBook.on`.

    >>> from vintage_rules.policies import load_policy
    >>> rows = policy_rows(load_policy("imparfaite"), date(2026, 11, 22))
    >>> next(row for row in rows if row.path == "pricing.gift_card.maximum")
    PolicyRow(path='pricing.gift_card.maximum', value='500.00', sources=('C5',))
    """
    edition = book.document.edition[book.place(day)]
    return (*_rows(book.document, ("edition",)), *_rows(edition))


def _rows(record: Record, without: tuple[str, ...] = (), path: Path = ()) -> Iterator[PolicyRow]:
    for key in type(record).model_fields:
        about_sources = isinstance(record, Table) and key in Table.ABOUT_SOURCES
        if key not in without and not about_sources:
            sources = record.source_of(key) if isinstance(record, Table) else ()
            yield from _values(getattr(record, key), (*path, key), sources)


def _values(value: object, path: Path, sources: tuple[str, ...]) -> Iterator[PolicyRow]:
    """Go down to what has one source: a table has its own, all else that of its table."""
    if isinstance(value, (Context, Table)):
        yield from _rows(value, path=path)
    elif is_table(value):
        for key, item in value.items():
            yield from _values(item, (*path, key), sources)
    elif is_list(value) and value and isinstance(value[0], Record):
        for i, item in enumerate(value):
            yield from _values(item, (*path, i), sources)
    elif not _is_nothing(value):
        yield PolicyRow(path=dotted(path), value=_shown(value), sources=sources)


def _shown(value: object) -> str:
    if not isinstance(value, Record):
        return written(value)
    said = ((key, getattr(value, key)) for key in type(value).model_fields)
    pairs = (f"{key} = {written(item)}" for key, item in said if not _is_nothing(item))
    return f"{{ {', '.join(pairs)} }}"


def _is_nothing(value: object) -> bool:
    return value is None or value in ([], {})
