"""Whether a piece is seen in the catalogue."""

from __future__ import annotations

from datetime import date, datetime

import attrs
import pytest

from tests.offers.house import CATALOGUE, DAY, EDITION, HOUR, MONDAY, TICK
from vintage_rules.dates import NEVER, Calendar, Duration
from vintage_rules.errors import DayError
from vintage_rules.offers.catalogue import Hidden, OnSale, SoldVisible, assess_visibility

END = MONDAY + 14 * DAY
SEEN = SoldVisible(until=END, zone="Europe/Paris", sources=("A4",), edition=EDITION)
ON_SALE = OnSale(sources=("A4",), edition=EDITION)
HIDDEN = Hidden(sources=("A4",), edition=EDITION)


class TestA4VisibleFor14Days:
    """A4: a sold piece is shown, marked sold, while its sale is less than 14 days old."""

    @pytest.mark.parametrize(
        ("now", "seen"),
        [
            (MONDAY - TICK, ON_SALE),
            (MONDAY, SEEN),
            (MONDAY + HOUR, SEEN),
            (END - TICK, SEEN),
            (END, HIDDEN),
            (END + 900 * DAY, HIDDEN),
        ],
    )
    def test_both_ends(self, now: datetime, seen: OnSale | SoldVisible | Hidden) -> None:
        """The moment of the sale is in, fourteen days later is out."""
        assert assess_visibility(MONDAY, now, CATALOGUE) == seen

    @pytest.mark.parametrize("now", [MONDAY, END, END + 900 * DAY])
    def test_one_that_came_back_is_on_sale(self, now: datetime) -> None:
        """However long after its sale."""
        assert assess_visibility(MONDAY, now, CATALOGUE, returned=True) == ON_SALE

    def test_one_that_was_never_sold_is_on_sale(self) -> None:
        """Without a sale there is nothing to hide."""
        assert assess_visibility(None, MONDAY, CATALOGUE) == ON_SALE

    def test_moments_have_an_offset(self) -> None:
        """The field without one is named."""
        with pytest.raises(DayError, match="sold_at: must be a moment with an offset"):
            assess_visibility(MONDAY.replace(tzinfo=None), MONDAY, CATALOGUE)
        with pytest.raises(DayError, match="now: must be a moment with an offset"):
            assess_visibility(MONDAY, MONDAY.replace(tzinfo=None), CATALOGUE)

    def test_another_house_shows_it_for_ever(self) -> None:
        """What never ends has no end to tell."""
        policy = attrs.evolve(CATALOGUE, visible_for=NEVER)
        seen = assess_visibility(MONDAY, END + 900 * DAY, policy)
        assert seen == SoldVisible(
            until=None, zone="Europe/Paris", sources=("A4",), edition=EDITION
        )

    def test_another_house_counts_dates(self) -> None:
        """A day in Paris ends at midnight there."""
        policy = attrs.evolve(CATALOGUE, visible_for=Duration.of(1, "days"))
        calendar = Calendar("FR", [date(2026, 12, 25)])
        seen = assess_visibility(MONDAY, MONDAY, policy, calendar=calendar)
        assert isinstance(seen, SoldVisible)
        assert seen.until == MONDAY + 38 * HOUR
