"""What the shipped house says about a piece for sale, value by value, as its clauses say."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from vintage_rules.dates import Duration
from vintage_rules.offers.counter_policy import PublicCounter
from vintage_rules.offers.policy import (
    Acceptance,
    Floor,
    FloorBase,
    PriceEdit,
)
from vintage_rules.offers.seller_policy import (
    LowerBound,
)
from vintage_rules.offers.terms import OfferState, Silence
from vintage_rules.policies import load_policy

LISTING = load_policy("imparfaite").on(date(2026, 11, 22)).listing
OFFERS = LISTING.offers
A_DAY = Duration.of(24, "hours")


class TestN1OpenSellers:
    """N1: offers are for pieces whose seller negotiates, as soon as they are shown."""

    def test_a_piece_takes_offers_at_once(self) -> None:
        """No time passes between a listing and the first offer."""
        assert OFFERS.opens_after == Duration.of(0, "hours")
        assert OFFERS.opens_after_sources[0] == OFFERS.open_sources[0] == "N1"


class TestN2SignedInBuyers:
    """N2: only a signed-in buyer makes offers."""

    def test_a_buyer_signs_in(self) -> None:
        """The refusal cites the clause."""
        assert OFFERS.sign_in_required
        assert OFFERS.sign_in_sources == ("N2",)


class TestN3OneOffer:
    """N3: one offer per piece and buyer, on as many pieces as they like; any offer counts."""

    def test_one_for_each_piece_and_no_limit_a_day(self) -> None:
        """The quota is per piece alone."""
        assert (OFFERS.quota.per_piece, OFFERS.quota.per_day) == (1, None)
        assert OFFERS.quota.sources == ("N3",)

    @pytest.mark.parametrize("state", OfferState)
    def test_any_offer_counts(self, state: OfferState) -> None:
        """Whatever became of it, an expired one too."""
        assert state in OFFERS.quota.consumed_by

    def test_nothing_gives_it_back(self) -> None:
        """Neither a new price nor a return is named."""
        assert OFFERS.quota.reset_by == frozenset()


class TestN4N6Answers:
    """N4, N6: an agreed price or a counter-price is everybody's for 24 hours."""

    def test_a_counter_sets_the_public_price(self) -> None:
        """It needs no answer."""
        assert OFFERS.counter == PublicCounter(sources=("N4", "N6", "N8"))

    def test_an_accepted_price_is_public_for_a_day(self) -> None:
        """In elapsed time."""
        assert OFFERS.acceptance is Acceptance.PUBLIC
        assert OFFERS.lowered_for == A_DAY

    def test_only_the_seller_answers(self) -> None:
        """Nothing is accepted or declined without them, and nothing taken back."""
        assert (OFFERS.auto_accept, OFFERS.auto_decline, OFFERS.withdrawal) == (None, None, None)


class TestN7N9Time:
    """N7, N9: an offer stands for 24 hours and then lapses; the initial price waits with it."""

    def test_an_offer_stands_for_a_day(self) -> None:
        """In elapsed time, and silence is no answer."""
        assert OFFERS.stands_for == A_DAY
        assert OFFERS.on_silence is Silence.LAPSE
        assert OFFERS.answer_sources == ("N4", "N7", "N9")

    def test_the_initial_price_is_frozen(self) -> None:
        """While an offer or a lowered price runs the seller cannot change it."""
        assert OFFERS.price_edit is PriceEdit.FROZEN
        assert OFFERS.price_edit_sources[0] == "N9"


class TestN8LargestCut:
    """N8: no more than 30 % off the initial price, exactly 30 % allowed."""

    def test_the_floor(self) -> None:
        """For offers and counters alike."""
        assert OFFERS.floor == Floor(
            base=FloorBase.INITIAL,
            largest_cut=Decimal("0.30"),
            bound=LowerBound.AT_LEAST,
            bound_sources=("N8",),
            sources=("N8",),
        )
        assert OFFERS.price_sources == ("N8",)

    @pytest.mark.parametrize(("price", "allowed"), [("140.00", True), ("139.99", False)])
    def test_of_two_hundred(self, price: str, *, allowed: bool) -> None:
        """140.00 is allowed and 139.99 is not."""
        assert OFFERS.floor is not None
        bound = Decimal(200) * OFFERS.floor.kept
        assert OFFERS.floor.bound.admits(Decimal(price), bound) is allowed


class TestC1Availability:
    """C1: a piece that is gone cannot be offered on."""

    def test_is_cited(self) -> None:
        """The refusal is the cart's."""
        assert OFFERS.availability_sources == ("C1",)


class TestNegotiation:
    """N1 to N9, all but the mails."""

    def test_cites_its_clauses(self) -> None:
        """N5 is about mail alone, and decides nothing."""
        assert OFFERS.sources == ("N1", "N2", "N3", "N4", "N6", "N7", "N8", "N9")
        assert OFFERS.zone == "Europe/Paris"


class TestA4SoldPieces:
    """A4: a sold piece stays visible while its sale is less than 14 days old."""

    def test_fourteen_times_twenty_four_hours(self) -> None:
        """In elapsed time from the moment of the sale."""
        assert LISTING.catalogue.visible_for == Duration.of(14 * 24, "hours")
        assert LISTING.catalogue.sources == ("A4",)


class TestA5Alerts:
    """A5: one mail per alert, then it is used up."""

    def test_single_use(self) -> None:
        """Anybody may set one."""
        assert LISTING.alerts is not None
        assert LISTING.alerts.single_use
        assert LISTING.alerts.sources == ("A5",)
