"""An `EventStore` in SQLite or PostgreSQL. Needs the extra `sql`; PostgreSQL `postgres` too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vintage_rules._lazy import lazily

if TYPE_CHECKING:
    from vintage_rules.adapters.sql.store import (
        SqlStore as SqlStore,
    )
else:
    __getattr__, __dir__ = lazily(__name__)
