"""All rows computed again from the streams, while the shop runs."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from itertools import islice

from vintage_rules.errors import VersionConflictError
from vintage_rules.marketplace.storage.streams import rows_of_history
from vintage_rules.ports.store import EventStore, StreamRows

# Streams that are written at once: each transaction costs as much as writing many.
_BATCH = 200
_ATTEMPTS = 50


def rebuild_rows(store: EventStore, report: Callable[[int], None] | None = None) -> int:
    """Replace the rows of every stream by those its records lead to; return how many streams.

    A stream that is written to meanwhile is read again.

    Raises:
        VersionConflictError: For a stream that others write to without end.
    """
    names, done = store.streams(""), 0
    while batch := list(islice(names, _BATCH)):
        try:
            store.replace_rows([_rows(store, name) for name in batch])
        except VersionConflictError:
            for name in batch:
                _replace(store, name)
        done += len(batch)
        if report is not None:
            report(done)
    return done


def _replace(store: EventStore, name: str) -> None:
    for _ in range(_ATTEMPTS - 1):
        with suppress(VersionConflictError):
            return store.replace_rows([_rows(store, name)])
    return store.replace_rows([_rows(store, name)])


def _rows(store: EventStore, name: str) -> StreamRows:
    history = store.read(name)
    return StreamRows(stream=name, version=history.version, rows=tuple(rows_of_history(history)))
