"""The words on gift cards move out of the records, to where they can be erased."""

from __future__ import annotations

import json

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

RECORDS = sa.table(
    "vintage_records",
    sa.column("stream", sa.Text),
    sa.column("position", sa.Integer),
    sa.column("name", sa.Text),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("data", sa.Text),
)
PERSONAL = sa.table(
    "vintage_personal",
    sa.column("stream", sa.Text),
    sa.column("name", sa.Text),
    sa.column("person", sa.Text),
    sa.column("at", sa.DateTime(timezone=True)),
    sa.column("data", sa.Text),
)


def upgrade() -> None:
    """Move them; everything else of each record stays as it is."""
    ordered = sa.select(RECORDS).where(RECORDS.c.name == "card-ordered")
    for row in op.get_bind().execute(ordered).all():
        data = json.loads(row.data)
        words = data.pop("words", None)
        if words is not None:
            kept = {"stream": row.stream, "name": "words", "at": row.at, "person": data["buyer"]}
            op.execute(PERSONAL.insert().values(data=_text({"words": words}), **kept))
            op.execute(_record(row.stream, row.position).values(data=_text(data)))


def downgrade() -> None:
    """Put back what was not erased; a card without words had an empty text."""
    ordered = sa.select(RECORDS).where(RECORDS.c.name == "card-ordered")
    for row in op.get_bind().execute(ordered).all():
        its_words = (PERSONAL.c.stream == row.stream) & (PERSONAL.c.name == "words")
        kept = op.get_bind().scalar(sa.select(PERSONAL.c.data).where(its_words))
        words = "" if kept is None else json.loads(kept)["words"]
        data = json.loads(row.data) | {"words": words}
        op.execute(_record(row.stream, row.position).values(data=_text(data)))
        op.execute(PERSONAL.delete().where(its_words))


def _record(stream: str, position: int) -> sa.Update:
    return RECORDS.update().where(RECORDS.c.stream == stream, RECORDS.c.position == position)


def _text(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"))
