"""Processes of a shop that are killed, few of them: `make kills` kills as many as one likes."""

from __future__ import annotations

from tests.kills.run import kill_in_town


def test_nothing_is_lost() -> None:
    """Five of its clients and workers are killed at random moments, on SQLite."""
    report = kill_in_town("sqlite", 2, 5)
    assert report.violations == ()
    assert report.kills.total() == 5
    assert report.records > 0
