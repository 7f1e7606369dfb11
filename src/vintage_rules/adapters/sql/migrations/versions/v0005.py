"""Records get a position among all, in which the feed gives them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

# Of records that have none, the order is that of their moments, which run on within a stream.
_NUMBER_ALL = """
WITH dated AS (
    SELECT stream, position, max(at) OVER (PARTITION BY stream ORDER BY position) AS since
    FROM vintage_records
), numbered AS (
    SELECT stream, position, row_number() OVER (ORDER BY since, stream, position) AS place
    FROM dated
)
UPDATE vintage_records SET feed_position = numbered.place FROM numbered
WHERE numbered.stream = vintage_records.stream AND numbered.position = vintage_records.position
"""


def upgrade() -> None:
    """Number every record; on PostgreSQL, go on from there by a sequence."""
    column = sa.Column("feed_position", sa.BigInteger, nullable=False, server_default="0")
    op.add_column("vintage_records", column)
    op.execute(sa.text(_NUMBER_ALL))
    op.create_index("vintage_records_feed", "vintage_records", ["feed_position"], unique=True)
    if op.get_bind().dialect.name == "postgresql":
        op.alter_column("vintage_records", "feed_position", server_default=None)
        op.execute(sa.text("CREATE SEQUENCE vintage_feed"))
        op.execute(sa.text("SELECT setval('vintage_feed', count(*) + 1) FROM vintage_records"))


def downgrade() -> None:
    """Drop the positions."""
    op.drop_index("vintage_records_feed", "vintage_records")
    op.drop_column("vintage_records", "feed_position")
    if op.get_bind().dialect.name == "postgresql":
        op.execute(sa.text("DROP SEQUENCE vintage_feed"))
