"""What Alembic runs: in the transaction of the connection it is given."""

from __future__ import annotations

from alembic import context
from sqlalchemy import Connection

from vintage_rules.adapters.sql.schema import VERSION_TABLE
from vintage_rules.adapters.sql.tables import metadata


def _ours(name: str | None, kind: str, _: object) -> bool:
    # A host may keep its own tables in the same database.
    return kind != "table" or name in metadata.tables


connection: Connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    include_name=_ours,
    compare_type=True,
)
context.run_migrations()
