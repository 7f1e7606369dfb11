"""How changes are written: on PostgreSQL by one statement, on SQLite by a few.

A round trip to PostgreSQL costs more than the writing, and one of its statements can do everything
or nothing. SQLite lies in the process, and its statements do one thing each.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from itertools import count
from typing import TypeAlias

from sqlalchemy import BigInteger, Connection, Integer, bindparam, func, insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import DBAPIError

from vintage_rules.adapters.sql.feed import FEED_LOCK, LAST_WRITTEN
from vintage_rules.adapters.sql.rows import entries, put_rows, removed_rows, written_rows
from vintage_rules.adapters.sql.tables import State, outbox, personal, records, streams
from vintage_rules.errors import VersionConflictError
from vintage_rules.ports.store import Change

Rows = list[dict[str, object]]
# What makes all or nothing of the statements inside it.
Atomic: TypeAlias = Callable[[Connection], AbstractContextManager[None]]

# Streams are locked, and keys written, in the order of their names: two appends that meet wait for
# one another in one direction only. A position is drawn only once it is announced: see `feed.py`.
_ALL_CHANGES = """
WITH change AS (
    SELECT * FROM unnest(
        CAST(:streams AS text[]), CAST(:expected AS integer[]),
        CAST(:versions AS integer[]), CAST(:deadlines AS timestamptz[])
    ) WITH ORDINALITY AS change (stream, expected, version, deadline, place)
), held AS (
    SELECT stream, version FROM vintage_streams
    WHERE stream = ANY (CAST(:streams AS text[])) ORDER BY stream FOR UPDATE
), clash AS (
    SELECT place, coalesce(held.version, 0) AS found
    FROM change LEFT JOIN held ON held.stream = change.stream
    WHERE change.expected <> coalesce(held.version, 0)
), begun AS (
    INSERT INTO vintage_streams (stream, version, wakes_at)
    SELECT stream, version, deadline FROM change
    WHERE expected = 0 AND NOT EXISTS (SELECT FROM clash) ORDER BY stream
), grown AS (
    UPDATE vintage_streams AS kept SET version = change.version, wakes_at = change.deadline
    FROM change
    WHERE kept.stream = change.stream AND expected > 0 AND NOT EXISTS (SELECT FROM clash)
), announced AS MATERIALIZED (
    SELECT pg_advisory_xact_lock_shared(CAST(:feed_lock AS bigint) | last_value) IS NOT NULL AS done
    FROM vintage_feed
), written AS (
    INSERT INTO vintage_records (stream, position, name, at, data, feed_position)
    SELECT stream, position, name, at, data, nextval('vintage_feed') FROM (
        SELECT * FROM unnest(
            CAST(:record_streams AS text[]), CAST(:positions AS integer[]), CAST(:names AS text[]),
            CAST(:moments AS timestamptz[]), CAST(:datas AS text[])
        ) WITH ORDINALITY AS record (stream, position, name, at, data, place)
        WHERE NOT EXISTS (SELECT FROM clash) AND (SELECT done FROM announced)
        ORDER BY place
    ) AS record
), sent AS (
    INSERT INTO vintage_outbox
        (key, stream, kind, data, not_before, wakes_at, state, attempt, failures)
    SELECT key, stream, kind, data, not_before, not_before, 'waiting', 0, 0 FROM unnest(
        CAST(:keys AS text[]), CAST(:about AS text[]), CAST(:kinds AS text[]),
        CAST(:effects AS text[]), CAST(:not_before AS timestamptz[])
    ) AS sent (key, stream, kind, data, not_before)
    WHERE NOT EXISTS (SELECT FROM clash) ORDER BY key
    ON CONFLICT (key) DO NOTHING
), kept AS (
    INSERT INTO vintage_personal (stream, name, person, at, data)
    SELECT * FROM unnest(
        CAST(:kept_for AS text[]), CAST(:kept_as AS text[]), CAST(:people AS text[]),
        CAST(:since AS timestamptz[]), CAST(:personal AS text[])
    ) AS kept (stream, name, person, at, data)
    WHERE NOT EXISTS (SELECT FROM clash) ORDER BY stream, name
    ON CONFLICT (stream, name) DO UPDATE
    SET person = excluded.person, at = excluded.at, data = excluded.data
), entry AS (
    SELECT * FROM unnest(
        CAST(:lists AS text[]), CAST(:sorts AS text[]),
        CAST(:listed_streams AS text[]), CAST(:listed_names AS text[])
    ) AS entry (list, sort, stream, name)
), shown AS (
    INSERT INTO vintage_rows (stream, name, data)
    SELECT * FROM unnest(
        CAST(:row_streams AS text[]), CAST(:row_names AS text[]), CAST(:row_datas AS text[])
    ) AS shown (stream, name, data)
    WHERE NOT EXISTS (SELECT FROM clash) ORDER BY stream, name
    ON CONFLICT (stream, name) DO UPDATE SET data = excluded.data
), listed AS (
    INSERT INTO vintage_lists (list, sort, stream, name)
    SELECT * FROM entry WHERE NOT EXISTS (SELECT FROM clash) ORDER BY list, sort, stream, name
    ON CONFLICT DO NOTHING
), unlisted AS (
    DELETE FROM vintage_lists AS old USING unnest(
        CAST(:touched_streams AS text[]), CAST(:touched_names AS text[])
    ) AS touched (stream, name)
    WHERE old.stream = touched.stream AND old.name = touched.name
    AND NOT EXISTS (SELECT FROM clash)
    AND NOT EXISTS (
        SELECT FROM entry WHERE entry.list = old.list AND entry.sort = old.sort
        AND entry.stream = old.stream AND entry.name = old.name
    )
), removed AS (
    DELETE FROM vintage_rows AS old USING unnest(
        CAST(:removed_streams AS text[]), CAST(:removed_names AS text[])
    ) AS gone (stream, name)
    WHERE old.stream = gone.stream AND old.name = gone.name AND NOT EXISTS (SELECT FROM clash)
)
SELECT place, found FROM clash ORDER BY place LIMIT 1
"""
# psycopg keeps what it has parsed of statements up to 4,096 characters: this one is, on one line.
# Its columns are named, or SQLAlchemy would look at what comes back each time.
_AT_ONCE = text(" ".join(_ALL_CHANGES.split())).columns(place=BigInteger, found=Integer)

# Another has begun the same stream meanwhile, or two have waited for one another after all: nothing
# was written, and the statement is repeated.
_MET = {"23505", "40001", "40P01"}
_PATIENCE = 20

_VERSIONS = select(streams.c.stream, streams.c.version).where(
    streams.c.stream.in_(select(func.json_each(bindparam("names")).table_valued("value").c.value))
)
_STREAM = sqlite.insert(streams)
_GROW = _STREAM.on_conflict_do_update(
    index_elements=[streams.c.stream],
    set_={"version": _STREAM.excluded.version, "wakes_at": _STREAM.excluded.wakes_at},
)
_PERSONAL = sqlite.insert(personal)
_KEEP = _PERSONAL.on_conflict_do_update(
    index_elements=[personal.c.stream, personal.c.name],
    set_={name: _PERSONAL.excluded[name] for name in ("person", "at", "data")},
)
_SEND = sqlite.insert(outbox).on_conflict_do_nothing(index_elements=[outbox.c.key])


def single_statement(_connection: Connection) -> AbstractContextManager[None]:
    """Add nothing: a statement is all or nothing by itself."""
    return nullcontext()


def append_at_once(connection: Connection, changes: Sequence[Change], atomic: Atomic) -> None:
    """Write changes to PostgreSQL, with each attempt inside `atomic`.

    Raises:
        VersionConflictError: If another writer was first.
    """
    values = _columns(changes)
    for last in range(_PATIENCE - 1, -1, -1):
        try:
            with atomic(connection):
                clash = connection.execute(_AT_ONCE, values).one_or_none()
        except DBAPIError as error:
            if not last or getattr(error.orig, "sqlstate", None) not in _MET:
                raise
        else:
            if clash is not None:
                place: int = clash.place
                raise _conflict(changes[place - 1], clash.found)
            return


def append_in_steps(connection: Connection, changes: Sequence[Change], atomic: Atomic) -> None:
    """Write changes to SQLite, all inside `atomic`.

    Raises:
        VersionConflictError: If another writer was first.
    """
    with atomic(connection):
        _require_versions(connection, changes)
        connection.execute(_GROW, _stream_rows(changes))
        last = connection.scalar(LAST_WRITTEN) or 0
        connection.execute(insert(records), _record_rows(changes, last))
        if rows := _outbox_rows(changes):
            connection.execute(_SEND, rows)
        if rows := _personal_rows(changes):
            connection.execute(_KEEP, rows)
        put_rows(connection, changes)


def _require_versions(connection: Connection, changes: Sequence[Change]) -> None:
    names = json.dumps([change.stream for change in changes])
    rows = connection.execute(_VERSIONS, {"names": names})
    versions = {row.stream: row.version for row in rows}
    for change in changes:
        found = versions.get(change.stream, 0)
        if found != change.expected:
            raise _conflict(change, found)


def _conflict(change: Change, found: int) -> VersionConflictError:
    return VersionConflictError(change.stream, expected=change.expected, found=found)


def _stream_rows(changes: Sequence[Change]) -> Rows:
    return [
        {
            "stream": change.stream,
            "version": change.expected + len(change.records),
            "wakes_at": change.deadline,
        }
        for change in changes
    ]


def _record_rows(changes: Sequence[Change], last: int) -> Rows:
    feed = count(last + 1)
    return [
        {
            "stream": change.stream,
            "position": position,
            "name": record.name,
            "at": record.at,
            "data": record.data,
            "feed_position": next(feed),
        }
        for change in changes
        for position, record in enumerate(change.records, start=change.expected + 1)
    ]


def _outbox_rows(changes: Sequence[Change]) -> Rows:
    return [
        {
            "key": message.key,
            "stream": message.stream,
            "kind": message.kind,
            "data": message.data,
            "not_before": message.not_before,
            "wakes_at": message.not_before,
            "state": State.WAITING,
            "attempt": 0,
            "failures": 0,
        }
        for change in changes
        for message in change.outbox
    ]


def _personal_rows(changes: Sequence[Change]) -> Rows:
    return [
        {
            "stream": each.stream,
            "name": each.name,
            "person": each.person,
            "at": each.at,
            "data": each.data,
        }
        for change in changes
        for each in change.personal
    ]


def _columns(changes: Sequence[Change]) -> dict[str, object]:
    written = [
        (change.stream, position, record)
        for change in changes
        for position, record in enumerate(change.records, start=change.expected + 1)
    ]
    outbox_messages = [message for change in changes for message in change.outbox]
    kept = [each for change in changes for each in change.personal]
    shown, listed, gone = written_rows(changes), entries(changes), removed_rows(changes)
    return {
        "feed_lock": FEED_LOCK,
        "streams": _array([change.stream for change in changes]),
        "expected": _array([change.expected for change in changes]),
        "versions": _array([change.expected + len(change.records) for change in changes]),
        "deadlines": _array([change.deadline for change in changes]),
        "record_streams": _array([stream for stream, _, _ in written]),
        "positions": _array([position for _, position, _ in written]),
        "names": _array([record.name for _, _, record in written]),
        "moments": _array([record.at for _, _, record in written]),
        "datas": _array([record.data for _, _, record in written]),
        "keys": _array([one.key for one in outbox_messages]),
        "about": _array([one.stream for one in outbox_messages]),
        "kinds": _array([one.kind for one in outbox_messages]),
        "effects": _array([one.data for one in outbox_messages]),
        "not_before": _array([one.not_before for one in outbox_messages]),
        "kept_for": _array([one.stream for one in kept]),
        "kept_as": _array([one.name for one in kept]),
        "people": _array([one.person for one in kept]),
        "since": _array([one.at for one in kept]),
        "personal": _array([one.data for one in kept]),
        "row_streams": _array([stream for stream, _ in shown]),
        "row_names": _array([row.name for _, row in shown]),
        "row_datas": _array([row.data for _, row in shown]),
        "lists": _array([entry.list for entry in listed]),
        "sorts": _array([entry.sort for entry in listed]),
        "listed_streams": _array([entry.stream for entry in listed]),
        "listed_names": _array([entry.name for entry in listed]),
        "touched_streams": _array(
            [*(stream for stream, _ in shown), *(stream for stream, _ in gone)]
        ),
        "touched_names": _array([*(row.name for _, row in shown), *(name for _, name in gone)]),
        "removed_streams": _array([stream for stream, _ in gone]),
        "removed_names": _array([name for _, name in gone]),
    }


def _array(values: Sequence[str | int | datetime | None]) -> str:
    r"""Write an array as PostgreSQL reads one. psycopg looks at each value several times.

    >>> _array(['say "a\\b"', 12, None])
    '{"say \\"a\\\\b\\"",12,NULL}'
    """
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: str | int | datetime | None) -> str:
    match value:
        case None:
            return "NULL"
        case str():
            escaped = value.replace("\\", "\\\\").replace('"', '\\"')
            return f'"{escaped}"'
        case datetime():
            return f'"{value.isoformat()}"'
        case int():
            return str(value)
