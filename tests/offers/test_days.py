"""Houses that count days: what ends, ends with a day of the house, and holidays do not count."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import attrs
import pytest

from tests.offers.house import CATALOGUE, HOUSE, OFFERS, OPEN, eur, events_of, happen, listed
from vintage_rules.dates import Calendar, Duration
from vintage_rules.errors import DayError
from vintage_rules.ids import BuyerId
from vintage_rules.offers.commands import (
    AcceptOffer,
    Command,
    CounterOffer,
    MakeOffer,
    Relist,
    ReturnToSale,
    SellPiece,
    TakeDown,
)
from vintage_rules.offers.counter_policy import NewOfferCounter
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import (
    CounterOffered,
    OfferAccepted,
    OfferCountered,
    OfferMade,
    PieceRelisted,
    PieceReturned,
    PieceSold,
)
from vintage_rules.offers.negotiation import replay_negotiation
from vintage_rules.offers.policy import (
    ListingPolicy,
    OfferPolicy,
)
from vintage_rules.offers.seller_policy import (
    AutoAccept,
    LowerBound,
)
from vintage_rules.offers.terms import Party, Silence

ZOE, LOU = BuyerId("zoe"), BuyerId("lou")
THURSDAY = datetime(2026, 4, 30, 8, tzinfo=UTC)
FRANCE = Calendar("FR", [date(2026, 5, 1)])
TWO_DAYS = Duration.of(2, "ouvres")
# Friday is a holiday: Monday and Tuesday count, and Tuesday ends at midnight in Paris.
END = datetime(2026, 5, 5, 22, tzinfo=UTC)
LOWERED = attrs.evolve(OFFERS, lowered_for=TWO_DAYS)
PATIENT = NewOfferCounter(
    rounds=1,
    by=frozenset(Party),
    stands_for=TWO_DAYS,
    on_silence=Silence.ACCEPT,
    stands_for_sources=("H1",),
    sources=("H1",),
)
OFFER = MakeOffer(at=THURSDAY, buyer=ZOE, price=eur(150), signed_in=True)
COUNTER = CounterOffer(at=THURSDAY, buyer=ZOE, price=eur(180))


def house(offers: OfferPolicy) -> ListingPolicy:
    """Give a house that negotiates in its own way."""
    return attrs.evolve(HOUSE, offers=offers)


OPENING = house(attrs.evolve(OFFERS, opens_after=TWO_DAYS))
SHOWING = attrs.evolve(HOUSE, catalogue=attrs.evolve(CATALOGUE, visible_for=TWO_DAYS))


class TestN6AgreedPrices:
    """N6: an agreed price stands for two days on which people work."""

    @pytest.mark.parametrize("answer", [AcceptOffer(at=THURSDAY, buyer=ZOE), COUNTER])
    def test_an_answer(self, answer: Command) -> None:
        """Accepted and countered alike."""
        policy = house(LOWERED)
        piece = happen(listed(at=THURSDAY), OFFER, policy=policy)
        (answered,) = events_of(piece, answer, policy, FRANCE)
        assert isinstance(answered, (OfferAccepted, OfferCountered))
        assert answered.until == END
        with pytest.raises(DayError, match="since the policy says 2 ouvres, got None"):
            LISTING.decide(piece, answer, policy)

    def test_an_acceptance_at_once(self) -> None:
        """The seller has settled what they accept."""
        policy = house(
            attrs.evolve(LOWERED, auto_accept=AutoAccept(bound=LowerBound.AT_LEAST, sources=()))
        )
        piece = listed(at=THURSDAY, terms=attrs.evolve(OPEN, accept_at=eur(150)))
        _, accepted = events_of(piece, OFFER, policy, FRANCE)
        assert accepted == OfferAccepted(at=THURSDAY, buyer=ZOE, price=eur(150), until=END)

    def test_an_acceptance_by_silence(self) -> None:
        """It begins when the offer ends, on the holiday, and its days are counted from there."""
        policy = house(attrs.evolve(LOWERED, on_silence=Silence.ACCEPT))
        (made,) = events_of(listed(at=THURSDAY), OFFER, policy, FRANCE)
        assert isinstance(made, OfferMade)
        assert (made.until, made.accepted_until) == (THURSDAY + timedelta(hours=24), END)


class TestN4CounterOffers:
    """N4: a counter-offer stands for two days on which people work."""

    def test_stands_until_the_end_of_the_second(self) -> None:
        """And what silence makes of it begins there."""
        policy = house(attrs.evolve(OFFERS, counter=PATIENT))
        piece = happen(listed(at=THURSDAY), OFFER, policy=policy)
        (countered,) = events_of(piece, COUNTER, policy, FRANCE)
        assert isinstance(countered, CounterOffered)
        assert countered.until == END
        assert countered.accepted_until == END + timedelta(hours=24)

    def test_what_silence_makes_of_it_is_counted_in_days_as_well(self) -> None:
        """From Wednesday on: Thursday and Friday count."""
        policy = house(attrs.evolve(LOWERED, counter=PATIENT))
        piece = happen(listed(at=THURSDAY), OFFER, policy=policy)
        (countered,) = events_of(piece, COUNTER, policy, FRANCE)
        assert isinstance(countered, CounterOffered)
        assert countered.accepted_until == datetime(2026, 5, 8, 22, tzinfo=UTC)


class TestN1Opening:
    """N1: offers open two days on which people work after a piece is for sale again."""

    def test_relisted(self) -> None:
        """A piece that was taken down."""
        piece = happen(listed(at=THURSDAY), TakeDown(at=THURSDAY))
        (relisted,) = events_of(piece, Relist(at=THURSDAY), OPENING, FRANCE)
        assert relisted == PieceRelisted(at=THURSDAY, price=eur(200), offers_from=END)

    def test_returned(self) -> None:
        """A piece that was sold and came back."""
        piece = happen(listed(at=THURSDAY), SellPiece(at=THURSDAY))
        (returned,) = events_of(piece, ReturnToSale(at=THURSDAY), OPENING, FRANCE)
        assert returned == PieceReturned(at=THURSDAY, price=eur(200), offers_from=END)


class TestA4Catalogue:
    """A4: a sold piece is shown for two days on which people work."""

    def test_sold(self) -> None:
        """The end is written down with the sale."""
        (sold,) = events_of(listed(at=THURSDAY), SellPiece(at=THURSDAY), SHOWING, FRANCE)
        assert isinstance(sold, PieceSold)
        assert sold.visible_until == END

    def test_after_something_fell_due(self) -> None:
        """An offer lapses, and then the piece is sold the day after."""
        piece = happen(listed(at=THURSDAY), OFFER)
        friday = SellPiece(at=THURSDAY + timedelta(hours=24), buyer=LOU)
        lapsed, sold = events_of(piece, friday, SHOWING, FRANCE)
        assert lapsed.name == "offer-lapsed"
        assert isinstance(sold, PieceSold)
        assert sold.visible_until == END


class TestN1WhenAPieceIsListed:
    """N1: a house may open offers some time after a piece was listed."""

    def test_is_told_with_the_story(self) -> None:
        """Listed on Thursday, it takes none yet; one that has long been listed does."""
        until = THURSDAY + timedelta(hours=1)
        soon = replay_negotiation(
            eur(200), [OFFER], until, OPENING, listed_at=THURSDAY, calendar=FRANCE
        )
        assert (soon.events, [str(r) for r in soon.refusals[0].refused.reasons]) == (
            (),
            ["too-soon"],
        )
        long = replay_negotiation(eur(200), [OFFER], until, OPENING, calendar=FRANCE)
        assert [event.name for event in long.events] == ["offer-made"]
