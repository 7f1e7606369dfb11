"""The table of instructions becomes the outbox, and what was given up is dead-lettered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Rename the table, its indexes and the state; every row is kept."""
    _rename("vintage_instructions", "vintage_outbox")
    _restate("vintage_outbox", "given-up", "dead-lettered")
    _index("vintage_outbox_waiting", "vintage_outbox", "wakes_at", "wakes_at IS NOT NULL")
    _index("vintage_outbox_dead_letters", "vintage_outbox", "settled_at", "state = 'dead-lettered'")


def downgrade() -> None:
    """Restore every earlier name."""
    _rename("vintage_outbox", "vintage_instructions")
    _restate("vintage_instructions", "dead-lettered", "given-up")
    _index(
        "vintage_instructions_waiting", "vintage_instructions", "wakes_at", "wakes_at IS NOT NULL"
    )
    _index("vintage_instructions_stuck", "vintage_instructions", "settled_at", "state = 'given-up'")


def _rename(old: str, new: str) -> None:
    """Rename a table without its indexes, which are created again: SQLite cannot rename them."""
    for index in _INDEXES[old]:
        op.drop_index(index, old)
    op.rename_table(old, new)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text(f"ALTER INDEX {old}_pkey RENAME TO {new}_pkey"))


def _restate(table: str, old: str, new: str) -> None:
    rows = sa.table(table, sa.column("state"))
    op.execute(rows.update().where(rows.c.state == old).values(state=new))


def _index(name: str, table: str, first: str, where: str) -> None:
    some = sa.text(where)
    op.create_index(name, table, [first, "key"], postgresql_where=some, sqlite_where=some)


_INDEXES = {
    "vintage_instructions": ("vintage_instructions_waiting", "vintage_instructions_stuck"),
    "vintage_outbox": ("vintage_outbox_waiting", "vintage_outbox_dead_letters"),
}
