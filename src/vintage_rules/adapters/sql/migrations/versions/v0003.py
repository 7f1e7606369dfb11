"""The outbox counts the failures of a message; those that wait have none yet."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add the column; every row is kept."""
    column = sa.Column("failures", sa.Integer, nullable=False, server_default="0")
    op.add_column("vintage_outbox", column)


def downgrade() -> None:
    """Drop the column."""
    op.drop_column("vintage_outbox", "failures")
