"""Rows of pages: written with the records they come from, read by lists, replaced as a whole.

A row that is written again is taken out of its lists and put into those it now has. Rows are only
ever written by what has just locked or written their stream, so none is written by two at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import (
    Connection,
    Integer,
    Select,
    Text,
    bindparam,
    delete,
    insert,
    select,
    tuple_,
)

from vintage_rules.adapters.sql.tables import lists, rows, streams
from vintage_rules.errors import VersionConflictError
from vintage_rules.ports.store import Change, ListedRow, Row, RowKey, StreamRows

_STREAM = bindparam("wanted", type_=Text)
_NAMES = bindparam("names", expanding=True, type_=Text)
_PLACE = (lists.c.sort, lists.c.stream, lists.c.name)
_AFTER = tuple_(*(bindparam(f"after_{name}", type_=Text) for name in ("sort", "stream", "name")))

_PUT = (
    "INSERT INTO vintage_rows (stream, name, data) VALUES (?, ?, ?) "
    "ON CONFLICT (stream, name) DO UPDATE SET data = excluded.data"
)
_LIST = "INSERT INTO vintage_lists (list, sort, stream, name) VALUES (?, ?, ?, ?)"
_UNLIST = delete(lists).where(
    lists.c.stream == _STREAM, lists.c.name == bindparam("named", type_=Text)
)
_REMOVE = delete(rows).where(
    rows.c.stream == _STREAM, rows.c.name == bindparam("named", type_=Text)
)

ROWS = select(rows.c.name, rows.c.data).where(rows.c.stream == _STREAM).order_by(rows.c.name)
LISTS = select(lists.c.name, lists.c.list, lists.c.sort).where(lists.c.stream == _STREAM)
_PAGE = (
    select(*_PLACE, rows.c.data)
    .join_from(lists, rows, (rows.c.stream == lists.c.stream) & (rows.c.name == lists.c.name))
    .where(lists.c.list == _STREAM)
    .limit(bindparam("limit", type_=Integer))
)
_ASCENDING = _PAGE.order_by(*_PLACE)
_DESCENDING = _PAGE.order_by(*(column.desc() for column in _PLACE))

# A row that is deleted and written again has no version that an append which waits for its lock
# could go on with: it finds none, conflicts, and is decided again on the rows that are new.
_TAKE = delete(streams).where(streams.c.stream.in_(_NAMES)).returning(streams)
_DROP_ROWS = delete(rows).where(rows.c.stream.in_(_NAMES))
_DROP_LISTS = delete(lists).where(lists.c.stream.in_(_NAMES))


class Entry(NamedTuple):
    """One place of a row in a list."""

    list: str
    sort: str
    stream: str
    name: str


def written_rows(changes: Iterable[Change | StreamRows]) -> list[tuple[str, Row]]:
    """Return the rows that are written, each with its stream."""
    return [(change.stream, row) for change in changes for row in change.rows]


def removed_rows(changes: Iterable[Change]) -> list[tuple[str, str]]:
    """Return the streams and names of rows that are removed."""
    return [(change.stream, name) for change in changes for name in change.rows_removed]


def entries(changes: Iterable[Change | StreamRows]) -> list[Entry]:
    """Return the places in lists of the rows that are written."""
    return [
        Entry(name, sort, stream, row.name)
        for stream, row in written_rows(changes)
        for name, sort in row.lists.items()
    ]


def put_rows(connection: Connection, changes: Sequence[Change]) -> None:
    """Write the rows of changes to SQLite, within the transaction that writes the changes."""
    shown, gone = written_rows(changes), removed_rows(changes)
    old = [
        *(
            (change.stream, row.name)
            for change in changes
            if change.expected
            for row in change.rows
        ),
        *gone,
    ]
    if old:
        connection.execute(_UNLIST, _named(old))
    if gone:
        connection.execute(_REMOVE, _named(gone))
    # As tuples: naming many parameters takes SQLAlchemy longer than SQLite takes to write them.
    if shown:
        connection.exec_driver_sql(_PUT, [(stream, row.name, row.data) for stream, row in shown])
    if listed := entries(changes):
        connection.exec_driver_sql(_LIST, [tuple(entry) for entry in listed])


def _named(places: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"wanted": stream, "named": name} for stream, name in places]


def replace_rows(connection: Connection, rebuilt: Sequence[StreamRows]) -> None:
    """Replace all rows of some streams, within a transaction.

    Raises:
        VersionConflictError: If one of them does not hold as many records as expected.
    """
    names = {"names": sorted(each.stream for each in rebuilt)}
    held = [dict(row) for row in connection.execute(_TAKE, names).mappings()]
    versions = {row["stream"]: row["version"] for row in held}
    for each in rebuilt:
        found = versions.get(each.stream, 0)
        if found != each.version:
            raise VersionConflictError(each.stream, expected=each.version, found=found)
    connection.execute(insert(streams), held)
    connection.execute(_DROP_LISTS, names)
    connection.execute(_DROP_ROWS, names)
    if shown := written_rows(rebuilt):
        connection.execute(
            insert(rows),
            [{"stream": stream, "name": row.name, "data": row.data} for stream, row in shown],
        )
    if listed := entries(rebuilt):
        connection.execute(insert(lists), [entry._asdict() for entry in listed])


def rows_of(connection: Connection, stream: str) -> tuple[Row, ...]:
    """Return the rows of a stream with their places in lists."""
    found: dict[str, dict[str, str]] = {}
    for name, where, sort in connection.execute(LISTS, {"wanted": stream}):
        found.setdefault(name, {})[where] = sort
    return tuple(
        Row(name=name, data=data, lists=found.get(name, {}))
        for name, data in connection.execute(ROWS, {"wanted": stream})
    )


def page_of(
    connection: Connection, name: str, limit: int, after: RowKey | None, *, descending: bool
) -> tuple[ListedRow, ...]:
    """Return rows of a list, those after a place in it."""
    values: dict[str, object] = {"wanted": name, "limit": limit}
    if after is not None:
        values |= {
            "after_sort": after.sort,
            "after_stream": after.stream,
            "after_name": after.name,
        }
    found = connection.execute(_page(after, descending=descending), values)
    return tuple(
        ListedRow(key=RowKey(sort=sort, stream=stream, name=row_name), data=data)
        for sort, stream, row_name, data in found
    )


def _page(after: RowKey | None, *, descending: bool) -> Select[str, str, str, str]:
    statement = _DESCENDING if descending else _ASCENDING
    if after is None:
        return statement
    place = tuple_(*_PLACE)
    return statement.where(place < _AFTER if descending else place > _AFTER)
