"""Consumer law that policies are compared with, by date of effect: a table, not legal advice."""

from __future__ import annotations

from datetime import date
from functools import cache

from attrs import frozen

from vintage_rules.world.tables import rows


@frozen(kw_only=True)
class Statute:
    """One rule of law: its subject, where it applies, its article, and the minimum it requires.

    `jurisdiction` is the country whose consumers it protects. `until` None means that no end is
    known. `severity` is how serious a policy below the minimum is; `verified` is `page` (seen in
    the text itself or a mirror of it), `secondary` or `memory`; `as_of` the day it was last looked
    at.
    """

    check: str
    jurisdiction: str
    article: str
    since: date
    until: date | None
    floor: str
    severity: str
    source: str
    verified: str
    as_of: date
    note: str

    def is_in_force(self, day: date) -> bool:
        """Return whether it is in force on a day, its first and last included."""
        return self.since <= day and (self.until is None or day <= self.until)


@cache
def all_statutes() -> tuple[Statute, ...]:
    """Return every row of the table, in force or not.

    >>> {statute.jurisdiction for statute in all_statutes()} == {"FR", "GB"}
    True
    """
    return tuple(_statute(row) for row in rows("statutes"))


def statutes(on: date) -> tuple[Statute, ...]:
    """Return the rules in force on a day.

    >>> checks = [
    ...     s.check for s in statutes(date(2026, 6, 18)) if s.jurisdiction == "FR"
    ... ]
    >>> "withdrawal-function" in checks
    False
    """
    return tuple(statute for statute in all_statutes() if statute.is_in_force(on))


def _statute(row: dict[str, str]) -> Statute:
    return Statute(
        check=row["check"],
        jurisdiction=row["jurisdiction"],
        article=row["article"],
        since=date.fromisoformat(row["since"]),
        until=date.fromisoformat(row["until"]) if row["until"] else None,
        floor=row["floor"],
        severity=row["severity"],
        source=row["source"],
        verified=row["verified"],
        as_of=date.fromisoformat(row["as_of"]),
        note=row["note"],
    )
