"""Opening a store by its URL, for the commands that work on one."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from vintage_rules.cli.errors import WRONG_USE, CliError, require_extra

if TYPE_CHECKING:
    from vintage_rules.adapters.sql import SqlStore


@contextmanager
def sql_store(url: str) -> Generator[SqlStore, None, None]:
    """Open a store.

    Raises:
        CliError: If the extra is missing, or the store cannot be opened.
    """
    require_extra("sql", "sqlalchemy", "--store: ")
    from vintage_rules.adapters.sql import SqlStore
    from vintage_rules.errors import InvalidValueError, OutsideError

    try:
        store = SqlStore.open(url)
    except InvalidValueError as error:
        raise CliError(f"--store: {error}", WRONG_USE) from None
    except OutsideError as error:
        raise CliError(f"--store: {error}") from None
    with store:
        yield store
