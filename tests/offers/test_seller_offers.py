"""Houses where a seller may offer a price to a buyer, who answers it as they would a counter-price.

Design, section 4: who may open an offer is the house's to say; offers of a seller are a part of it.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import attrs
import pytest

from tests.offers.house import (
    DAY,
    HOUSE,
    MONDAY,
    OFFERS,
    OPEN,
    TICK,
    eur,
    events_of,
    happen,
    listed,
    reasons,
)
from vintage_rules.dates import Calendar, Duration
from vintage_rules.errors import CurrencyMismatchError
from vintage_rules.ids import BuyerId
from vintage_rules.money import Money
from vintage_rules.offers.commands import (
    AcceptOffer,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    SellPiece,
    SendOffer,
)
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import OfferLapsed, OfferSent, PriceRestored
from vintage_rules.offers.policy import (
    Floor,
    FloorBase,
    ListingPolicy,
    OfferPolicy,
)
from vintage_rules.offers.seller_policy import (
    Audience,
    LowerBound,
    SellerOffers,
)
from vintage_rules.offers.states import ListingState
from vintage_rules.offers.terms import OfferState, Party, Silence

ZOE, LOU = BuyerId("zoe"), BuyerId("lou")
RULE = SellerOffers(
    to=Audience.WATCHERS,
    stands_for=Duration.of(48, "hours"),
    on_silence=Silence.LAPSE,
    sources=("H1",),
)


def house(offers: OfferPolicy) -> ListingPolicy:
    """Give a house that negotiates in its own way."""
    return attrs.evolve(HOUSE, offers=offers)


ALLOWED = attrs.evolve(OFFERS, seller_offers=RULE)
SENDING = house(ALLOWED)
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
        (back,) = LISTING.fall_due(piece, MONDAY + DAY)
        assert isinstance(back, PriceRestored)
        restored = LISTING.replay([back], piece)
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
            at=MONDAY,
            buyer=ZOE,
            price=eur(170),
            until=MONDAY + 2 * DAY,
            edition=OFFERS.edition,
            silence=Silence.LAPSE,
            accepted_until=None,
        )
        piece = happen(listed(), SENT, policy=SENDING)
        assert LISTING.fall_due(piece, MONDAY + 2 * DAY - TICK) == ()
        (lapsed,) = LISTING.fall_due(piece, MONDAY + 2 * DAY)
        assert isinstance(lapsed, OfferLapsed)
        assert LISTING.replay([lapsed], piece).state is ListingState.LISTED

    @pytest.mark.parametrize(
        ("price", "against"),
        [
            ("140", []),
            ("139.99", ["reduction-too-large"]),
            ("199.99", []),
            ("200", ["not-below-current-price"]),
            ("0", ["not-positive", "reduction-too-large"]),
        ],
    )
    def test_is_a_cut_that_the_house_allows(self, price: str, against: list[str]) -> None:
        """N8: below the price, and down to 30 % below the initial one, that included."""
        sent = attrs.evolve(SENT, price=eur(price))
        assert reasons(listed(), sent, SENDING) == against

    def test_is_measured_where_the_house_measures(self) -> None:
        """On the price it has by now, or on the lowest that its seller has named."""
        own = attrs.evolve(OPEN, minimum=eur(150))
        for base, cut, terms, lowest in (
            (FloorBase.CURRENT, Decimal("0.30"), OPEN, "126"),
            (FloorBase.SELLER, Decimal(0), own, "150"),
        ):
            floor = Floor(
                base=base,
                largest_cut=cut,
                bound=LowerBound.AT_LEAST,
                bound_sources=("H2",),
                sources=("H2",),
            )
            policy = house(attrs.evolve(ALLOWED, floor=floor))
            offered = MakeOffer(at=MONDAY, buyer=LOU, price=eur(160), signed_in=True)
            countered = CounterOffer(at=MONDAY, buyer=LOU, price=eur(180))
            piece = happen(listed(terms=terms, policy=policy), offered, countered, policy=policy)
            assert reasons(piece, attrs.evolve(SENT, price=eur(lowest)), policy) == []
            under = attrs.evolve(SENT, price=eur(lowest) - eur("0.01"))
            assert reasons(piece, under, policy) == ["reduction-too-large"]

    def test_is_in_the_currency_of_the_piece(self) -> None:
        """Another one is an error of the facts, told by its field."""
        with pytest.raises(CurrencyMismatchError, match=r"^price: must be in EUR, got GBP"):
            happen(listed(), attrs.evolve(SENT, price=Money(170, "GBP")), policy=SENDING)

    def test_not_before_offers_are_open(self) -> None:
        """A house that opens offers after a day opens them to its sellers then, too."""
        policy = house(attrs.evolve(ALLOWED, opens_after=Duration.of(24, "hours")))
        piece = listed(policy=policy)
        early = attrs.evolve(SENT, at=MONDAY + DAY - TICK)
        assert reasons(piece, early, policy) == ["too-soon"]
        assert reasons(piece, attrs.evolve(SENT, at=MONDAY + DAY), policy) == []

    def test_silence_that_accepts_lowers_the_price_for_its_time(self) -> None:
        """Two days to answer, in days of Paris; then its price for a day."""
        rule = attrs.evolve(RULE, stands_for=Duration.of(2, "days"), on_silence=Silence.ACCEPT)
        policy = house(attrs.evolve(ALLOWED, seller_offers=rule))
        calendar = Calendar.without_holidays("none")
        (sent,) = events_of(listed(), SENT, policy, calendar)
        until = datetime(2026, 9, 9, 22, tzinfo=UTC)
        assert sent == OfferSent(
            at=MONDAY,
            buyer=ZOE,
            price=eur(170),
            until=until,
            edition=OFFERS.edition,
            silence=Silence.ACCEPT,
            accepted_until=until + DAY,
        )

    def test_is_refused_where_the_house_has_none_of_it(self) -> None:
        """And where the buyer does not watch the piece."""
        assert reasons(listed(), SENT) == ["no-seller-offers"]
        stranger = attrs.evolve(SENT, watching=False)
        assert reasons(listed(), stranger, SENDING) == ["not-watching"]
