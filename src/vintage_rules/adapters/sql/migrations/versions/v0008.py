"""Rows of pages, and the lists they are in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the tables; `rebuild` fills them from the records."""
    op.create_table(
        "vintage_rows",
        sa.Column("stream", NAME, primary_key=True),
        sa.Column("name", NAME, primary_key=True),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_table(
        "vintage_lists",
        sa.Column("list", NAME, primary_key=True),
        sa.Column("sort", NAME, primary_key=True),
        sa.Column("stream", NAME, primary_key=True),
        sa.Column("name", NAME, primary_key=True),
    )
    op.create_index("vintage_lists_rows", "vintage_lists", ["stream", "name"])


def downgrade() -> None:
    """Drop them; nothing is lost that the records do not hold."""
    op.drop_table("vintage_lists")
    op.drop_table("vintage_rows")
