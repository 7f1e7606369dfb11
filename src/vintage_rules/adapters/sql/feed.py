"""One order of all records, in which a reader that goes on from the last one misses none.

On SQLite one writer writes at a time, and the order of positions is that of commits.

On PostgreSQL writers draw positions from a sequence, and do not commit in that order: of two that
draw 7 and 8, the second may commit first. A reader that sees 8 and goes on from there would never
see 7. Three ways are known to avoid it:

- let writers wait for one another, at a lock that each holds until it has committed: positions are
  then those of commits, and each append waits for the disk of the one before;
- note the transaction with each record, and give only what is older than every transaction that
  runs: one long transaction of any client of the server stops all readers, and the numbers of
  transactions do not survive a restore into another server;
- announce a position before it is drawn, which is what is done here.

Before a writer draws its positions, it takes a lock whose key is the position that was drawn last:
all of its own will be greater. The lock is shared, so writers do not wait, and it ends with their
transaction, when what they wrote can be seen. A reader looks first at the last position drawn, then
at those locks. A position up to the first of these two was either drawn by a writer that has ended,
or is greater than the key of a lock that is still held. So up to the least of them all, everything
that will ever be there is there; the records are read after that.

Locks are known to the server that writes: a feed is read from there, and not from a replica.
"""

from __future__ import annotations

from sqlalchemy import Connection, func, select, text

from vintage_rules.adapters.sql.connecting import POSTGRESQL
from vintage_rules.adapters.sql.tables import records

# Numbers of our own among a server's advisory locks: above bit 40, with the position below it.
_NUMBER = 0x766673
FEED_LOCK = _NUMBER << 40

LAST_WRITTEN = select(func.max(records.c.feed_position))

_LAST_DRAWN = text("SELECT last_value FROM vintage_feed")
_FIRST_ANNOUNCED = text("""
SELECT min(((CAST(classid AS bigint) & 255) << 32) | CAST(objid AS bigint)) FROM pg_locks
WHERE locktype = 'advisory' AND objsubid = 1 AND CAST(classid AS bigint) >> 8 = :number
AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
""")


def last_settled(connection: Connection) -> int:
    """Return the position up to which no record can appear any more that is not there now."""
    if connection.dialect.name != POSTGRESQL:
        return connection.scalar(LAST_WRITTEN) or 0
    drawn: int = connection.scalars(_LAST_DRAWN).one()
    announced: int | None = connection.scalar(_FIRST_ANNOUNCED, {"number": _NUMBER})
    return drawn if announced is None else min(drawn, announced)
