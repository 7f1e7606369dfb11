"""Walking a policy document: every table with its path, every value with its own."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.policies.documents.common import Record, Table
from vintage_rules.policies.paths import Path
from vintage_rules.policies.shapes import is_list, is_table


def keys_of(record: Record) -> tuple[str, ...]:
    """Name what a table says, without its sources.

    >>> from vintage_rules.policies import load_policy
    >>> keys_of(load_policy("imparfaite").document)
    ('name', 'currency', 'zone', 'calendar', 'edition')
    """
    about_sources = Table.ABOUT_SOURCES if isinstance(record, Table) else frozenset[str]()
    return tuple(key for key in type(record).model_fields if key not in about_sources)


def tables_in(value: object, path: Path = ()) -> Iterator[tuple[Path, Table]]:
    """Give every table below a value that has a source of its own, with its path.

    >>> from vintage_rules.policies import load_policy
    >>> edition = load_policy("imparfaite").document.edition[0]
    >>> next(path for path, _ in tables_in(edition.pricing))
    ('fees', 0)
    """
    if isinstance(value, Table):
        yield path, value
    if isinstance(value, Record):
        for key in keys_of(value):
            yield from tables_in(getattr(value, key), (*path, key))
    elif is_table(value):
        for key, item in value.items():
            yield from tables_in(item, (*path, key))
    elif is_list(value):
        for i, item in enumerate(value):
            yield from tables_in(item, (*path, i))
