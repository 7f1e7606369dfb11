"""A house's editions by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from tests.policies.corner_shop import HOUSES
from vintage_rules.errors import DayError, NoEditionError
from vintage_rules.ids import Edition
from vintage_rules.policies import PolicyBook, load_policy

SHOP = load_policy(HOUSES / "corner-shop.toml")


class TestPolicyBook:
    """Which edition applies when."""

    def test_gives_the_edition_from_its_first_day_on(self) -> None:
        """The first day is in."""
        assert SHOP.on(date(2024, 1, 1)) is SHOP.latest
        assert str(SHOP.latest.edition) == "corner-shop@2024-01-01"

    def test_refuses_a_day_before_the_first(self) -> None:
        """The day before is out, and the error says so."""
        with pytest.raises(NoEditionError) as caught:
            SHOP.on(date(2023, 12, 31))
        said = "on: corner-shop has no edition before 2024-01-01, got 2023-12-31"
        assert str(caught.value) == said

    def test_refuses_a_moment(self) -> None:
        """A moment is no day: the host says which zone's day it means."""
        with pytest.raises(DayError):
            SHOP.on(datetime(2024, 1, 1, tzinfo=UTC))

    @given(
        gaps=st.lists(st.integers(1, 2_000), min_size=1, max_size=12),
        day=st.dates(date(2024, 1, 1), date(2060, 1, 1)),
    )
    def test_gives_the_last_that_has_begun(self, gaps: list[int], day: date) -> None:
        """Whatever the editions, the one in force is the last that is not later than the day."""
        days = [SHOP.latest.edition.since]
        for gap in gaps:
            days.append(days[-1] + timedelta(gap))
        editions = [
            evolve(SHOP.latest, edition=Edition(name="corner-shop", since=since)) for since in days
        ]
        book = PolicyBook(name="corner-shop", editions=tuple(editions), document=SHOP.document)
        assert book.on(day).edition.since == max(since for since in days if since <= day)
