"""Personal data have a table of their own, and messages that are done are found by their moment."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    """Make the table and the indexes; every row is kept."""
    op.create_table(
        "vintage_personal",
        sa.Column("stream", NAME, primary_key=True),
        sa.Column("name", NAME, primary_key=True),
        sa.Column("person", NAME, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("data", sa.Text, nullable=False),
    )
    op.create_index("vintage_personal_people", "vintage_personal", ["person", "stream", "name"])
    op.create_index("vintage_personal_moments", "vintage_personal", ["at", "stream", "name"])
    some = sa.text("state = 'done'")
    op.create_index(
        "vintage_outbox_done",
        "vintage_outbox",
        ["settled_at", "key"],
        postgresql_where=some,
        sqlite_where=some,
    )


def downgrade() -> None:
    """Drop them; the personal data are lost."""
    op.drop_index("vintage_outbox_done", "vintage_outbox")
    op.drop_table("vintage_personal")
