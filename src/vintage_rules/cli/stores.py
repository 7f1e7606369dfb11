"""Opening a store by its URL, for the commands that work on one."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

from vintage_rules.cli.errors import Trouble

if TYPE_CHECKING:
    from vintage_rules.adapters.sql import SqlStore


@contextmanager
def sql_store(url: str) -> Generator[SqlStore, None, None]:
    """Open a store. Raises `Trouble` where what it needs is missing, or it cannot be opened."""
    if find_spec("sqlalchemy") is None:
        raise Trouble("--store: needs what is not installed: pip install 'vintage-rules[sql]'")
    from vintage_rules.adapters.sql import SqlStore
    from vintage_rules.errors import InvalidValueError, OutsideError

    try:
        store = SqlStore.open(url)
    except (InvalidValueError, OutsideError) as error:
        raise Trouble(f"--store: {error}") from None
    with store:
        yield store
