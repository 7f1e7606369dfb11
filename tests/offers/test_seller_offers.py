"""Houses where a seller may offer a price to a buyer, who answers it as they would a counter-price.

Design, section 4: who may open an offer is the house's to say; offers of a seller are a part of it.
"""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from tests.offers.house import (
    DAY,
    HOUSE,
    MONDAY,
    OFFERS,
    TICK,
    eur,
    events_of,
    happen,
    listed,
    reasons,
)
from vintage_rules.dates import Duration
from vintage_rules.ids import BuyerId
from vintage_rules.offers.commands import (
    AcceptOffer,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    SellPiece,
    SendOffer,
)
from vintage_rules.offers.due import fall_due
from vintage_rules.offers.events import OfferLapsed, OfferSent, PriceRestored
from vintage_rules.offers.machine import replay
from vintage_rules.offers.policy import Audience, SellerOffers
from vintage_rules.offers.states import ListingState
from vintage_rules.offers.terms import OfferState, Party, Silence

ZOE, LOU = BuyerId("zoe"), BuyerId("lou")
SENDING = attrs.evolve(
    HOUSE,
    offers=attrs.evolve(
        OFFERS,
        seller_offers=SellerOffers(
            to=Audience.WATCHERS,
            stands_for=Duration.of(48, "hours"),
            on_silence=Silence.LAPSE,
            sources=("H1",),
        ),
    ),
)
SENT = SendOffer(at=MONDAY, buyer=ZOE, price=eur(170), watching=True)
SOON = MONDAY + timedelta(hours=1)


class TestAnOfferOfTheSeller:
    """It is between the two of them: the piece stays for sale, at its price, to everybody."""

    def test_changes_nothing_for_others(self) -> None:
        """Its public price is what it was, and anybody may buy."""
        piece = happen(listed(), SENT, policy=SENDING)
        assert (piece.state, piece.price) == (ListingState.LISTED, eur(200))
        assert piece.offers[0].state is OfferState.COUNTER_OPEN
        sold = happen(piece, SellPiece(at=SOON, buyer=LOU), policy=SENDING)
        assert (sold.state, sold.offers[0].state) == (ListingState.SOLD, OfferState.ENDED)

    def test_leaves_a_lowered_price_as_long_as_it_stands(self) -> None:
        """Another buyer's counter-price is everybody's for its day, and then comes back."""
        offered = MakeOffer(at=MONDAY, buyer=LOU, price=eur(150), signed_in=True)
        countered = CounterOffer(at=MONDAY, buyer=LOU, price=eur(180))
        later = attrs.evolve(SENT, at=SOON)
        piece = happen(listed(), offered, countered, later, policy=SENDING)
        assert (piece.state, piece.price) == (ListingState.LOWERED, eur(180))
        (back,) = fall_due(piece, MONDAY + DAY)
        assert isinstance(back, PriceRestored)
        restored = replay([back], piece)
        assert (restored.state, restored.price) == (ListingState.LISTED, eur(200))

    @pytest.mark.parametrize(
        ("answer", "state", "price"),
        [
            (AcceptOffer(at=SOON, buyer=ZOE, by=Party.BUYER), OfferState.ACCEPTED, 170),
            (DeclineOffer(at=SOON, buyer=ZOE, by=Party.BUYER), OfferState.DECLINED, 200),
        ],
    )
    def test_is_the_buyers_to_answer(
        self, answer: AcceptOffer | DeclineOffer, state: OfferState, price: int
    ) -> None:
        """The seller cannot answer what the seller has offered."""
        piece = happen(listed(), SENT, policy=SENDING)
        own = attrs.evolve(answer, by=Party.SELLER)
        assert reasons(piece, own, SENDING) == ["not-your-turn"]
        answered = happen(piece, answer, policy=SENDING)
        assert (answered.offers[0].state, answered.price) == (state, eur(price))

    def test_lapses_after_its_time(self) -> None:
        """After two days here, and not a moment before."""
        (sent,) = events_of(listed(), SENT, SENDING)
        assert sent == OfferSent(
            MONDAY, ZOE, eur(170), MONDAY + 2 * DAY, OFFERS.edition, Silence.LAPSE, None
        )
        piece = happen(listed(), SENT, policy=SENDING)
        assert fall_due(piece, MONDAY + 2 * DAY - TICK) == ()
        (lapsed,) = fall_due(piece, MONDAY + 2 * DAY)
        assert isinstance(lapsed, OfferLapsed)
        assert replay([lapsed], piece).state is ListingState.LISTED

    def test_is_refused_where_the_house_has_none_of_it(self) -> None:
        """And where the buyer does not watch the piece."""
        assert reasons(listed(), SENT) == ["no-seller-offers"]
        stranger = attrs.evolve(SENT, watching=False)
        assert reasons(listed(), stranger, SENDING) == ["not-watching"]
