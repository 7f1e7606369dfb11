"""Databases for stores, emptied between one test and the next."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from sqlalchemy import Engine, delete

from vintage_rules.adapters.sql.connecting import connect
from vintage_rules.adapters.sql.tables import metadata


@contextmanager
def looking_in(url: str) -> Generator[Engine]:
    """Connect to a database beside its stores."""
    engine = connect(url)
    try:
        yield engine
    finally:
        engine.dispose()


def empty(engine: Engine) -> None:
    """Delete everything that stores have written."""
    with engine.connect() as connection:
        for table in metadata.tables.values():
            connection.execute(delete(table))
