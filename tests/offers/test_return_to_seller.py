"""A sold piece that its buyer does not keep, given back to the seller, who may list it again."""

from __future__ import annotations

import attrs
import pytest

from tests.offers.house import (
    DAY,
    EDITION,
    HOUR,
    HOUSE,
    MONDAY,
    OFFERS,
    eur,
    events_of,
    happen,
    later,
    listed,
    names,
    reasons,
)
from vintage_rules.dates import Duration
from vintage_rules.ids import BuyerId
from vintage_rules.machine import Refused
from vintage_rules.offers.commands import (
    AcceptOffer,
    MakeOffer,
    Relist,
    ReturnToSeller,
    SellPiece,
    SendOffer,
    SetAlert,
    TakeDown,
)
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.policy import (
    SaleEffect,
)
from vintage_rules.offers.seller_policy import (
    Audience,
    SellerOffers,
)
from vintage_rules.offers.states import ListingState
from vintage_rules.offers.terms import OfferState, Silence

ZOE, LOU = BuyerId("zoe"), BuyerId("lou")
OFFER = MakeOffer(at=MONDAY, buyer=ZOE, price=eur(150), signed_in=True)
SALE = SellPiece(at=MONDAY + HOUR, buyer=LOU)
BACK = ReturnToSeller(at=MONDAY + 3 * HOUR)
PATIENT = attrs.evolve(HOUSE, offers=attrs.evolve(OFFERS, sale=SaleEffect.KEEPS_OFFERS))
SENDING = attrs.evolve(
    HOUSE,
    offers=attrs.evolve(
        OFFERS,
        seller_offers=SellerOffers(
            to=Audience.ANYBODY,
            stands_for=Duration.of(48, "hours"),
            on_silence=Silence.LAPSE,
            sources=(),
        ),
    ),
)


class TestASoldPieceGivenBack:
    """It is out of its sale, and not for sale: that is its seller's to decide."""

    @pytest.mark.parametrize(("days", "state"), [(1, ListingState.SOLD), (20, ListingState.HIDDEN)])
    def test_is_taken_down(self, days: int, state: ListingState) -> None:
        """At its initial price and nobody's, whether it is still shown as sold or not."""
        accepted = AcceptOffer(at=MONDAY, buyer=ZOE)
        sold = later(happen(listed(), OFFER, accepted, SALE), MONDAY + days * DAY)
        assert (sold.state, sold.price, sold.holder) == (state, eur(150), LOU)
        down = happen(sold, ReturnToSeller(at=MONDAY + days * DAY))
        assert (down.state, down.price, down.holder) == (ListingState.TAKEN_DOWN, eur(200), None)
        assert (down.until, LISTING.next_deadline(down)) == (None, None)

    def test_ends_the_offers_that_outlived_the_sale(self) -> None:
        """In a house where they wait for the piece to come back."""
        sold = happen(listed(), OFFER, SALE, policy=PATIENT)
        assert sold.offers[0].state is OfferState.OPEN
        assert names(events_of(sold, BACK, PATIENT)) == ["piece-taken-down", "offer-ended"]
        assert happen(sold, BACK, policy=PATIENT).offers[0].state is OfferState.ENDED

    def test_notifies_its_subscribers_once_it_is_listed_again(self) -> None:
        """Not before: there is nothing for them to buy until then."""
        sold = happen(listed(), SALE, SetAlert(at=MONDAY + 2 * HOUR, subscriber="mia"))
        assert names(events_of(sold, BACK)) == ["piece-taken-down"]
        again = Relist(at=MONDAY + DAY)
        assert names(events_of(happen(sold, BACK), again)) == ["piece-relisted", "alert-raised"]
        assert happen(sold, BACK, again).state is ListingState.LISTED


class TestAPieceThatIsNotSold:
    """There is no sale to take it out of."""

    def test_is_not_given_back(self) -> None:
        """The refusal says so, by the house's rule about sold pieces."""
        refusal = LISTING.decide(listed(), BACK, HOUSE)
        assert isinstance(refusal, Refused)
        assert (refusal.reasons, refusal.sources, refusal.edition) == (
            ("not-sold",),
            ("A4",),
            EDITION,
        )

    def test_is_not_given_back_twice(self) -> None:
        """Nor when its seller took it down."""
        assert reasons(happen(listed(), SALE, BACK), BACK) == ["not-sold"]
        assert reasons(happen(listed(), TakeDown(at=MONDAY)), BACK) == ["not-sold"]


def test_a_seller_offers_no_price_for_a_piece_that_is_gone() -> None:
    """Neither while it is sold, nor while it is down; once listed again, they may."""
    sold = happen(listed(), SALE, policy=SENDING)
    down = happen(sold, BACK, policy=SENDING)
    sent = SendOffer(at=MONDAY + 2 * DAY, buyer=ZOE, price=eur(170), watching=False)
    assert reasons(sold, sent, SENDING) == ["not-available"]
    assert reasons(down, sent, SENDING) == ["not-available"]
    again = happen(down, Relist(at=MONDAY + DAY), policy=SENDING)
    assert reasons(again, sent, SENDING) == []
