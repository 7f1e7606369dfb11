"""The streams of webhooks take the name that they have had since 0.2: `webhook/…`, not `notice/…`.

Without it, a webhook that 0.1 had received would be processed again when the provider repeats it.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

OLD, NEW = "notice/", "webhook/"


def upgrade() -> None:
    """Rename them in every table; their records stay as they are."""
    _rename(OLD, NEW, among=None)


def downgrade() -> None:
    """Restore the names of those whose first record 0.1 wrote."""
    _rename(NEW, OLD, among="notice-taken")


def _rename(old: str, new: str, *, among: str | None) -> None:
    records = sa.table("vintage_records", sa.column("stream"), sa.column("name"))
    streams = sa.select(records.c.stream).where(records.c.stream.startswith(old))
    if among is not None:
        streams = streams.where(records.c.name == among)
    found = list(op.get_bind().scalars(streams.distinct()))
    for name in ("vintage_streams", "vintage_records", "vintage_outbox"):
        table = sa.table(name, sa.column("stream"))
        for stream in found:
            renamed = table.update().where(table.c.stream == stream)
            op.execute(renamed.values(stream=new + stream.removeprefix(old)))
