"""Streams, their records, and what must be carried out for them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

MOMENT = sa.DateTime(timezone=True)
NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the three tables and what finds the things that wait."""
    op.create_table(
        "vintage_streams",
        sa.Column("stream", NAME, primary_key=True),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("wakes_at", MOMENT),
    )
    op.create_table(
        "vintage_records",
        sa.Column("stream", NAME, primary_key=True),
        sa.Column("position", sa.Integer, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_table(
        "vintage_instructions",
        sa.Column("key", NAME, primary_key=True),
        sa.Column("stream", NAME, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("data", sa.Text, nullable=False),
        sa.Column("not_before", MOMENT, nullable=False),
        sa.Column("wakes_at", MOMENT),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("attempt", sa.Integer, nullable=False),
        sa.Column("worker", sa.Text),
        sa.Column("settled_at", MOMENT),
        sa.Column("reason", sa.Text),
    )
    _index("vintage_streams", "waiting", ["wakes_at", "stream"], "wakes_at IS NOT NULL")
    _index("vintage_instructions", "waiting", ["wakes_at", "key"], "wakes_at IS NOT NULL")
    _index("vintage_instructions", "stuck", ["settled_at", "key"], "state = 'given-up'")


def downgrade() -> None:
    """Drop them with all they hold."""
    for table in ("vintage_instructions", "vintage_records", "vintage_streams"):
        op.drop_table(table)


def _index(table: str, name: str, columns: list[str], where: str) -> None:
    some = sa.text(where)
    op.create_index(f"{table}_{name}", table, columns, postgresql_where=some, sqlite_where=some)
