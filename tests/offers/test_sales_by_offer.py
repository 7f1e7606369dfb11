"""Houses where an accepted price is an order, charged at once or not, and where offers outlive a
sale.

Design, section 4: what an accepted price becomes, and what a sale does to other offers, is the
house's to say.
"""

from __future__ import annotations

from datetime import timedelta

import attrs
import pytest

from tests.offers.house import DAY, HOUSE, MONDAY, OFFERS, eur, events_of, happen, listed, reasons
from vintage_rules.dates import Duration
from vintage_rules.ids import BuyerId
from vintage_rules.offers.commands import (
    AcceptOffer,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    ReturnToSale,
    SellPiece,
    SendOffer,
)
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import Event, PieceCharged, PieceOrdered, SoldByOffer
from vintage_rules.offers.policy import (
    Acceptance,
    ListingPolicy,
    SaleEffect,
)
from vintage_rules.offers.seller_policy import (
    Audience,
    SellerOffers,
)
from vintage_rules.offers.states import Listing, ListingState
from vintage_rules.offers.terms import OfferState, Party, Silence

ZOE, LOU = BuyerId("zoe"), BuyerId("lou")
LONG = Duration.of(20 * 24, "hours")
SOON = MONDAY + timedelta(hours=1)
OFFER = MakeOffer(at=MONDAY, buyer=ZOE, price=eur(150), signed_in=True)
ACCEPT = AcceptOffer(at=SOON, buyer=ZOE)
SENDING = SellerOffers(
    to=Audience.ANYBODY, stands_for=Duration.of(48, "hours"), on_silence=Silence.LAPSE, sources=()
)


def selling(acceptance: Acceptance) -> ListingPolicy:
    """Give a house where an acceptance sells."""
    offers = attrs.evolve(OFFERS, acceptance=acceptance, seller_offers=SENDING)
    return attrs.evolve(HOUSE, offers=offers)


def lowered(policy: ListingPolicy) -> Listing:
    """Give a piece whose price lou's offer has brought down for a day."""
    offered = MakeOffer(at=MONDAY, buyer=LOU, price=eur(150), signed_in=True)
    countered = CounterOffer(at=MONDAY, buyer=LOU, price=eur(180))
    piece = happen(listed(), offered, countered, policy=policy)
    assert piece.state is ListingState.LOWERED
    return piece


@pytest.mark.parametrize(
    ("acceptance", "kind"), [(Acceptance.ORDER, PieceOrdered), (Acceptance.CHARGE, PieceCharged)]
)
@pytest.mark.parametrize("cheaper", [False, True])
class TestAnAcceptanceThatSells:
    """The piece is its buyer's at once, whether its price was lowered for others or not."""

    def test_is_a_sale(self, acceptance: Acceptance, kind: type[Event], *, cheaper: bool) -> None:
        """At the price of the offer; whoever comes later is refused."""
        policy = selling(acceptance)
        piece = happen(lowered(policy) if cheaper else listed(), OFFER, policy=policy)
        (accepted, *_) = events_of(piece, ACCEPT, policy)
        assert isinstance(accepted, kind)
        assert isinstance(accepted, SoldByOffer)
        sold = happen(piece, ACCEPT, policy=policy)
        assert sold.until == SOON + timedelta(days=14)  # A4: shown as any sold piece is
        assert accepted.order_until == SOON + DAY
        assert (sold.state, sold.holder, sold.price) == (ListingState.SOLD, ZOE, eur(150))
        assert sold.offers[-1].state is OfferState.ACCEPTED
        assert reasons(sold, SellPiece(at=SOON, buyer=LOU), policy) == ["not-available"]

    def test_of_what_the_seller_offered(
        self, acceptance: Acceptance, kind: type[Event], *, cheaper: bool
    ) -> None:
        """The buyer's acceptance sells as the seller's does."""
        policy = selling(acceptance)
        sent = SendOffer(at=MONDAY, buyer=ZOE, price=eur(170), watching=False)
        piece = happen(lowered(policy) if cheaper else listed(), sent, policy=policy)
        answer = AcceptOffer(at=SOON, buyer=ZOE, by=Party.BUYER)
        (accepted, *_) = events_of(piece, answer, policy)
        assert isinstance(accepted, kind)
        sold = happen(piece, answer, policy=policy)
        assert (sold.state, sold.holder, sold.price) == (ListingState.SOLD, ZOE, eur(170))
        assert sold.offers[-1].state is OfferState.ACCEPTED


PATIENT = attrs.evolve(
    HOUSE, offers=attrs.evolve(OFFERS, sale=SaleEffect.KEEPS_OFFERS, stands_for=LONG)
)
SALE = SellPiece(at=SOON, buyer=LOU)


class TestAnOfferThatOutlivesASale:
    """It waits in case the piece comes back, and ends as it would have: the piece stays sold."""

    def sold(self, policy: ListingPolicy = PATIENT, *first: AcceptOffer) -> Listing:
        """Give a piece that lou bought while zoe's offer ran."""
        return happen(listed(), OFFER, *first, SALE, policy=policy)

    def test_and_is_answered_by_nobody(self) -> None:
        """The seller has nothing to accept or decline while the piece is sold."""
        decline = DeclineOffer(at=MONDAY + 2 * DAY, buyer=ZOE)
        assert reasons(self.sold(), decline, PATIENT) == ["not-available"]

    @pytest.mark.parametrize(
        ("silence", "offer"),
        [(Silence.LAPSE, OfferState.LAPSED), (Silence.DECLINE, OfferState.DECLINED)],
    )
    @pytest.mark.parametrize(("days", "piece"), [(1, ListingState.SOLD), (20, ListingState.HIDDEN)])
    def test_and_ends_in_its_time(
        self, silence: Silence, offer: OfferState, days: int, piece: ListingState
    ) -> None:
        """Before the piece is hidden, or after."""
        policy = attrs.evolve(
            PATIENT,
            offers=attrs.evolve(
                PATIENT.offers,
                stands_for=Duration.of(days * 24, "hours"),
                on_silence=silence,
            ),
        )
        sold = self.sold(policy)
        ended = LISTING.replay(LISTING.fall_due(sold, MONDAY + days * DAY), sold)
        assert (ended.state, ended.offers[0].state) == (piece, offer)

    @pytest.mark.parametrize(("days", "state"), [(1, ListingState.SOLD), (20, ListingState.HIDDEN)])
    def test_and_a_price_of_ones_own_ends(self, days: int, state: ListingState) -> None:
        """Zoe's price was hers for so many days; nobody else's sale changes that."""
        granting = attrs.evolve(
            PATIENT,
            offers=attrs.evolve(
                PATIENT.offers,
                acceptance=Acceptance.PRIVATE,
                lowered_for=Duration.of(days * 24, "hours"),
            ),
        )
        sold = self.sold(granting, attrs.evolve(ACCEPT, at=MONDAY))
        assert sold.offers[0].state is OfferState.GRANTED
        piece = LISTING.replay(LISTING.fall_due(sold, MONDAY + days * DAY), sold)
        assert (piece.state, piece.offers[0].state) == (state, OfferState.ACCEPTED)

    def test_and_is_accepted_once_the_piece_is_back(self) -> None:
        """It never stopped running."""
        back = ReturnToSale(at=MONDAY + 3 * DAY)
        late = attrs.evolve(ACCEPT, at=MONDAY + 4 * DAY)
        piece = happen(self.sold(), back, late, policy=PATIENT)
        assert (piece.state, piece.price) == (ListingState.LOWERED, eur(150))
