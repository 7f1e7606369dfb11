"""What time alone brings: whatever the clocks do, and whenever anybody asks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.offers.house import (
    DAY,
    HOUR,
    HOUSE,
    MONDAY,
    TICK,
    eur,
    happen,
    later,
    listed,
    names,
)
from vintage_rules.dates import zone
from vintage_rules.errors import DayError
from vintage_rules.ids import BuyerId
from vintage_rules.machine import Refused
from vintage_rules.offers.commands import (
    AcceptOffer,
    CounterOffer,
    MakeOffer,
    SellPiece,
)
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import Event, PriceRestored
from vintage_rules.offers.states import Listing

PARIS = zone("Europe/Paris")


def offer(at: datetime, buyer: str = "zoe", price: int = 150) -> MakeOffer:
    """Offer a price at a moment."""
    return MakeOffer(at=at, buyer=BuyerId(buyer), price=eur(price), signed_in=True)


class TestN6ElapsedHours:
    """N6, N9: 24 hours are elapsed hours, whatever the clocks do."""

    @pytest.mark.parametrize(
        ("starts", "ends"),
        [
            ("2026-03-28T12:00:00+01:00", "2026-03-29T13:00:00+02:00"),  # the night an hour is lost
            ("2026-03-28T02:30:00+01:00", "2026-03-29T03:30:00+02:00"),  # 02:30 did not exist
            ("2026-10-24T12:00:00+02:00", "2026-10-25T11:00:00+01:00"),  # the night one is won
            ("2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00"),  # the first of two 02:30
            ("2026-10-25T02:30:00+01:00", "2026-10-26T02:30:00+01:00"),  # the second of the two
            ("2028-02-28T12:00:00+01:00", "2028-02-29T12:00:00+01:00"),  # a leap day
            ("2028-02-29T12:00:00+01:00", "2028-03-01T12:00:00+01:00"),
            ("2027-02-28T12:00:00+01:00", "2027-03-01T12:00:00+01:00"),  # none that year
            ("2026-12-31T12:00:00+01:00", "2027-01-01T12:00:00+01:00"),  # the end of a year
        ],
    )
    def test_offers_and_lowered_prices(self, starts: str, ends: str) -> None:
        """Both last exactly as long, written as Paris reads them."""
        at, end = datetime.fromisoformat(starts), datetime.fromisoformat(ends)
        assert at.astimezone(PARIS).isoformat() == starts
        listing = happen(listed(at=at), offer(at))
        assert LISTING.next_deadline(listing) == end
        lowered = happen(listing, AcceptOffer(at=at, buyer=BuyerId("zoe")))
        assert LISTING.fall_due(lowered, end - TICK) == ()
        (restored,) = LISTING.fall_due(lowered, end)
        assert restored == PriceRestored(at=end.astimezone(UTC), price=eur(200))
        assert restored.at.astimezone(PARIS).isoformat() == ends


class TestA4ElapsedDays:
    """A4: fourteen days of a sold piece are fourteen times 24 hours."""

    @pytest.mark.parametrize(
        ("sold", "hidden"),
        [
            ("2026-03-20T12:00:00+01:00", "2026-04-03T13:00:00+02:00"),
            ("2026-10-20T12:00:00+02:00", "2026-11-03T11:00:00+01:00"),
            ("2028-02-20T12:00:00+01:00", "2028-03-05T12:00:00+01:00"),
            ("2026-12-25T12:00:00+01:00", "2027-01-08T12:00:00+01:00"),
        ],
    )
    def test_over_a_change_of_clocks_and_of_years(self, sold: str, hidden: str) -> None:
        """The event is dated to the instant."""
        at = datetime.fromisoformat(sold)
        gone = happen(listed(at=at), SellPiece(at=at))
        (event,) = LISTING.fall_due(gone, at + 30 * DAY)
        assert event.at.astimezone(PARIS).isoformat() == hidden


def story() -> Listing:
    """A piece with three offers and a lowered price: four things fall due at four moments."""
    return happen(
        listed(),
        offer(MONDAY, "lou", 160),
        offer(MONDAY + HOUR, "zoe", 150),
        offer(MONDAY + 2 * HOUR, "mia", 170),
        offer(MONDAY + 3 * HOUR, "eve", 145),
        CounterOffer(at=MONDAY + 4 * HOUR, buyer=BuyerId("zoe"), price=eur(180)),
    )


class TestN7WhateverIsAsked:
    """N7, N6: asked late, asked twice, never asked in between: the history is the same."""

    def test_in_order_of_time(self) -> None:
        """Each is dated when it happened."""
        assert [
            (each.name, (each.at - MONDAY) / HOUR)
            for each in LISTING.fall_due(story(), MONDAY + 9 * DAY)
        ] == [
            ("offer-lapsed", 24),
            ("offer-lapsed", 26),
            ("offer-lapsed", 27),
            ("price-restored", 28),
        ]

    @given(asked=st.lists(st.integers(0, 60 * 60), max_size=8))
    def test_however_often(self, asked: list[int]) -> None:
        """Bringing the piece up to date at any moments gives what asking once at the end gives."""
        end = MONDAY + 60 * HOUR
        piece = story()
        told: list[Event] = []
        for minute in sorted(asked):
            now = MONDAY + minute * timedelta(minutes=1)
            due = LISTING.fall_due(piece, now)
            told.extend(due)
            piece = LISTING.replay(due, piece)
            assert LISTING.fall_due(piece, now) == ()
        told.extend(LISTING.fall_due(piece, end))
        assert tuple(told) == LISTING.fall_due(story(), end)

    def test_asking_changes_nothing(self) -> None:
        """The piece that was asked is the one it was."""
        piece = story()
        LISTING.fall_due(piece, MONDAY + 9 * DAY)
        assert piece == story()

    @pytest.mark.parametrize("hours", [5, 24, 25, 27, 28, 100])
    def test_deciding_needs_nobody_to_ask_first(self, hours: int) -> None:
        """A command on a stale piece gives the due events and then its own."""
        at = MONDAY + hours * HOUR
        sale = SellPiece(at=at)
        stale = LISTING.decide(story(), sale, HOUSE)
        fresh = LISTING.decide(later(story(), at), sale, HOUSE)
        assert not isinstance(stale, Refused)
        assert not isinstance(fresh, Refused)
        assert stale == (*LISTING.fall_due(story(), at), *fresh)
        assert LISTING.replay(stale, story()) == LISTING.replay(fresh, later(story(), at))

    def test_a_refusal_brings_nothing(self) -> None:
        """What fell due will be told to whoever asks next."""
        piece = story()
        late = AcceptOffer(at=MONDAY + 9 * DAY, buyer=BuyerId("lou"))
        assert isinstance(LISTING.decide(piece, late, HOUSE), Refused)
        assert names(LISTING.fall_due(piece, late.at))[-1] == "price-restored"

    def test_at_one_instant_offers_come_first(self) -> None:
        """Then the price; offers in the order they were made."""
        piece = happen(
            listed(),
            offer(MONDAY, "zoe"),
            offer(MONDAY, "lou", 160),
            AcceptOffer(at=MONDAY, buyer=BuyerId("zoe")),
            offer(MONDAY, "mia", 145),
        )
        due = LISTING.fall_due(piece, MONDAY + DAY)
        assert names(due) == ["offer-lapsed", "offer-lapsed", "price-restored"]
        assert [getattr(each, "buyer", None) for each in due] == ["lou", "mia", None]

    def test_what_is_due_first_comes_first(self) -> None:
        """A price that ends before an offer does is told before it, and is the next deadline."""
        piece = happen(
            listed(),
            offer(MONDAY),
            AcceptOffer(at=MONDAY, buyer=BuyerId("zoe")),
            offer(MONDAY + HOUR, "lou", 145),
        )
        assert LISTING.next_deadline(piece) == MONDAY + DAY
        assert names(LISTING.fall_due(piece, MONDAY + 2 * DAY)) == [
            "price-restored",
            "offer-lapsed",
        ]
        late = happen(piece, AcceptOffer(at=MONDAY + 2 * HOUR, buyer=BuyerId("lou")))
        again = happen(late, offer(MONDAY + 2 * HOUR, "mia", 144))
        assert LISTING.next_deadline(again) == MONDAY + 26 * HOUR

    def test_a_moment_without_an_offset(self) -> None:
        """Nobody knows when that is."""
        with pytest.raises(DayError, match="now: must be a moment with an offset"):
            LISTING.fall_due(listed(), MONDAY.replace(tzinfo=None))

    def test_any_offset_will_do(self) -> None:
        """A moment is the same wherever it is written."""
        there = (MONDAY + 30 * HOUR).astimezone(zone("Asia/Tokyo"))
        assert LISTING.fall_due(story(), there) == LISTING.fall_due(story(), MONDAY + 30 * HOUR)

    def test_nothing_is_due_on_a_plain_piece(self) -> None:
        """A piece for sale waits for people, not for time."""
        assert LISTING.next_deadline(listed()) is None
        assert LISTING.fall_due(listed(), MONDAY + 900 * DAY) == ()

    def test_the_state_holds_no_clock(self) -> None:
        """Two histories of the same events are equal, and can be told apart by any of them."""
        assert story() == story()
        assert story() != attrs.evolve(story(), at=MONDAY)
