"""What a seller's new initial price does where a house lets offers go on: both sides of every
limit.
"""

from __future__ import annotations

from decimal import Decimal

import attrs
import pytest

from tests.offers.house import (
    DAY,
    HOUR,
    MONDAY,
    OFFERS,
    OPEN,
    eur,
    events_of,
    happen,
    later,
    listed,
    reasons,
)
from tests.offers.test_shapes import (
    BUYER,
    LOU,
    MIA,
    SELLER,
    TALK,
    ZOE,
    accept,
    counter,
    house,
    offer,
    state_of,
    withdraw,
)
from vintage_rules.dates import NEVER
from vintage_rules.offers.commands import ChangePrice, SellPiece, SendOffer
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import OfferEnded, PriceChanged
from vintage_rules.offers.policy import (
    Acceptance,
    Fallback,
    Floor,
    FloorBase,
    ListingPolicy,
    OfferPolicy,
    PriceEdit,
    Withdrawal,
)
from vintage_rules.offers.seller_policy import (
    Audience,
    LowerBound,
    SellerOffers,
)
from vintage_rules.offers.states import ListingState
from vintage_rules.offers.terms import OfferState, Party, SellerTerms, Silence

KEEPING_OFFERS = attrs.evolve(OFFERS, price_edit=PriceEdit.KEEPS_OFFERS)
KEEPING = house(KEEPING_OFFERS)
TALKING_OFFERS = attrs.evolve(
    KEEPING_OFFERS,
    counter=TALK,
    withdrawal=Withdrawal(by=frozenset(Party), falls_back_to=Fallback.PREVIOUS, sources=()),
)
TALKING = house(TALKING_OFFERS)


def change(price: int | str, hours: int = 1) -> ChangePrice:
    """Change the initial price some hours after Monday morning."""
    return ChangePrice(at=MONDAY + hours * HOUR, price=eur(price))


def keeping(acceptance: Acceptance) -> ListingPolicy:
    """Give a house that keeps offers and accepts in another way."""
    return house(attrs.evolve(KEEPING_OFFERS, acceptance=acceptance))


class TestN8AnOfferAtANewPrice:
    """N8: a cut never exceeds 30 % of the initial price, and no offer is at or above it: whichever
    price that is.
    """

    @pytest.mark.parametrize(
        ("price", "kept"),
        [("150.00", False), ("150.01", True), ("214.28", True), ("214.29", False)],
    )
    def test_goes_on_while_it_could_be_made(self, price: str, *, kept: bool) -> None:
        """Below the new price, by 30 % at most: 70 % of 214.28 are 149.996, of 214.29 150.003."""
        listing = happen(listed(), offer(), policy=KEEPING)
        at = MONDAY + HOUR
        ended = () if kept else (OfferEnded(at=at, buyer=ZOE),)
        assert events_of(listing, change(price), KEEPING) == (
            PriceChanged(at=at, price=eur(price)),
            *ended,
        )
        after = happen(listing, change(price), policy=KEEPING)
        assert state_of(after) is (OfferState.OPEN if kept else OfferState.ENDED)
        assert (after.state, after.price) == (ListingState.LISTED, eur(price))

    @pytest.mark.parametrize(("price", "kept"), [("200.00", True), ("200.01", False)])
    def test_a_cut_of_exactly_30_per_cent(self, price: str, *, kept: bool) -> None:
        """140 are 70 % of 200, and less of a cent more."""
        listing = happen(listed(), offer(price=140), change(price), policy=KEEPING)
        assert state_of(listing) is (OfferState.OPEN if kept else OfferState.ENDED)

    def test_each_on_its_own(self) -> None:
        """At 210 one is too deep a cut, at 180 another no longer below; the third is accepted."""
        listing = happen(
            listed(), offer(price=190), offer(0, LOU, 140), offer(0, MIA, 160), policy=KEEPING
        )
        assert events_of(listing, change(210), KEEPING) == (
            PriceChanged(at=MONDAY + HOUR, price=eur(210)),
            OfferEnded(at=MONDAY + HOUR, buyer=LOU),
        )
        assert events_of(listing, change(180), KEEPING) == (
            PriceChanged(at=MONDAY + HOUR, price=eur(180)),
            OfferEnded(at=MONDAY + HOUR, buyer=ZOE),
        )
        lower = happen(listing, change(180), policy=KEEPING)
        agreed = happen(lower, accept(2, MIA), policy=KEEPING)
        assert (agreed.state, agreed.price) == (ListingState.LOWERED, eur(160))
        over = later(agreed, MONDAY + 26 * HOUR)
        assert (over.state, over.price) == (ListingState.LISTED, eur(180))

    @pytest.mark.parametrize("acceptance", list(Acceptance))
    @pytest.mark.parametrize(("made", "price"), [(180, 150), (140, 400)])
    def test_what_ended_cannot_be_accepted(
        self, acceptance: Acceptance, made: int, price: int
    ) -> None:
        """Above the new price, or a cut of 65 %: in no way of accepting."""
        policy = keeping(acceptance)
        listing = happen(listed(), offer(price=made), change(price), policy=policy)
        assert reasons(listing, accept(2), policy) == ["not-available"]
        assert listing.price_for(ZOE) == eur(price)

    @pytest.mark.parametrize(
        "silence", [Silence.ACCEPT, Silence.ACCEPT_PRIVATELY, Silence.ACCEPT_AND_RESERVE]
    )
    @pytest.mark.parametrize(("made", "price"), [(180, 150), (140, 400)])
    def test_nor_by_silence(self, silence: Silence, made: int, price: int) -> None:
        """Time brings nothing any more; where it goes on, silence agrees as ever."""
        policy = house(attrs.evolve(KEEPING_OFFERS, on_silence=silence))
        listing = happen(listed(), offer(price=made), policy=policy)
        gone = happen(listing, change(price), policy=policy)
        assert LISTING.fall_due(gone, MONDAY + 9 * DAY) == ()
        kept = happen(listing, change(190), policy=policy)
        agreed = later(kept, MONDAY + DAY)
        assert agreed.price_for(ZOE) == eur(made)
        assert later(agreed, MONDAY + 2 * DAY).price_for(ZOE) == eur(190)

    def test_what_silence_agreed_to_before_is_agreed(self) -> None:
        """It happened first; the public price it made ends with the edit."""
        policy = house(attrs.evolve(KEEPING_OFFERS, on_silence=Silence.ACCEPT))
        listing = happen(listed(), offer(), change(160, 24), policy=policy)
        assert (state_of(listing), listing.state) == (OfferState.ACCEPTED, ListingState.LISTED)
        assert (listing.price, listing.until) == (eur(160), None)

    def test_an_offer_for_ever(self) -> None:
        """It outlives many new prices, up to the first at which it could not be made."""
        policy = house(attrs.evolve(KEEPING_OFFERS, stands_for=NEVER))
        listing = happen(
            listed(), offer(), change(160, 100), change(151, 200), change(214, 300), policy=policy
        )
        assert state_of(listing) is OfferState.OPEN
        ended = happen(listing, change(150, 400), change(200, 500), policy=policy)
        assert state_of(ended) is OfferState.ENDED


class TestOtherFloors:
    """A house with another floor, or none, holds offers against that one."""

    @staticmethod
    def states(policy: OfferPolicy, terms: SellerTerms, *prices: int) -> list[OfferState]:
        """Give where an offer of 150 on 190 stands after each of these prices."""
        kept = house(policy)
        listing = happen(listed(190, terms=terms), offer(), policy=kept)
        return [state_of(happen(listing, change(price), policy=kept)) for price in prices]

    def test_none(self) -> None:
        """Any cut is allowed; only what is below the new price goes on."""
        policy = attrs.evolve(KEEPING_OFFERS, floor=None)
        assert self.states(policy, OPEN, 150, 151, 9000) == [
            OfferState.ENDED,
            OfferState.OPEN,
            OfferState.OPEN,
        ]

    def test_of_the_price_of_the_moment(self) -> None:
        """Which is the new one, since no lowered price outlives it."""
        floor = Floor(
            base=FloorBase.CURRENT,
            largest_cut=Decimal("0.25"),
            bound=LowerBound.AT_LEAST,
            bound_sources=(),
            sources=(),
        )
        for bound, at_the_bound in (
            (LowerBound.AT_LEAST, OfferState.OPEN),
            (LowerBound.ABOVE, OfferState.ENDED),
        ):
            policy = attrs.evolve(KEEPING_OFFERS, floor=attrs.evolve(floor, bound=bound))
            assert self.states(policy, OPEN, 199, 200, 201) == [
                OfferState.OPEN,
                at_the_bound,
                OfferState.ENDED,
            ]

    def test_of_the_sellers_own(self) -> None:
        """Their minimum stays what it is, whatever the piece costs."""
        floor = Floor(
            base=FloorBase.SELLER,
            largest_cut=Decimal(0),
            bound=LowerBound.AT_LEAST,
            bound_sources=(),
            sources=(),
        )
        policy = attrs.evolve(KEEPING_OFFERS, floor=floor)
        terms = attrs.evolve(OPEN, minimum=eur(150))
        assert self.states(policy, terms, 151, 9000) == [OfferState.OPEN, OfferState.OPEN]
        assert self.states(policy, OPEN, 151, 9000) == [OfferState.OPEN, OfferState.OPEN]


class TestN4ACounterAtANewPrice:
    """N4, N8: whatever stands, or may stand again, in an offer is held against the new price."""

    @pytest.mark.parametrize(
        ("price", "kept"),
        [("180.00", False), ("180.01", True), ("214.28", True), ("214.29", False)],
    )
    def test_every_price_in_it(self, price: str, *, kept: bool) -> None:
        """The counter of 180 must be below it, and the 150 it answers no deeper a cut than allowed:
        they stand again when the counter is withdrawn.
        """
        listing = happen(listed(), offer(), counter(1), change(price, 2), policy=TALKING)
        assert state_of(listing) is (OfferState.COUNTER_OPEN if kept else OfferState.ENDED)
        if kept:
            back = happen(listing, withdraw(3, SELLER), accept(4), policy=TALKING)
            assert (back.price, back.initial_price) == (eur(150), eur(price))
        else:
            answer = accept(3, by=BUYER)
            assert reasons(listing, answer, TALKING) == ["not-available"]
            assert reasons(listing, withdraw(3, SELLER), TALKING) == ["not-available"]

    def test_the_buyers_counter(self) -> None:
        """It waits for the seller, and ends or goes on with what it answers."""
        listing = happen(listed(), offer(), counter(1), counter(2, 160, BUYER), policy=TALKING)
        kept = happen(listing, change(190, 3), policy=TALKING)
        assert state_of(kept) is OfferState.OPEN
        assert happen(kept, accept(4), policy=TALKING).price == eur(160)
        assert state_of(happen(listing, change(180, 3), policy=TALKING)) is OfferState.ENDED

    def test_the_next_one_lies_below_the_new_price(self) -> None:
        """Strictly between the offer and the initial price of now."""
        kept = happen(listed(), offer(), change(160), policy=TALKING)
        assert reasons(kept, counter(2, 160), TALKING) == ["counter-out-of-range"]
        assert reasons(kept, counter(2, "159.99"), TALKING) == []

    @pytest.mark.parametrize(
        ("price", "kept"), [(170, False), (171, True), (242, True), (243, False)]
    )
    def test_what_the_seller_offered(self, price: int, *, kept: bool) -> None:
        """It is held against it as a buyer's offer is: 170 are 70 % of 242.86."""
        sending = SellerOffers(
            to=Audience.ANYBODY,
            stands_for=OFFERS.stands_for,
            on_silence=Silence.LAPSE,
            sources=(),
        )
        policy = house(attrs.evolve(KEEPING_OFFERS, seller_offers=sending))
        sent = SendOffer(at=MONDAY, buyer=ZOE, price=eur(170), watching=False)
        listing = happen(listed(), sent, change(price), policy=policy)
        assert state_of(listing) is (OfferState.COUNTER_OPEN if kept else OfferState.ENDED)

    def test_a_public_counter_ends_with_any_new_price(self) -> None:
        """As an accepted price does that is everybody's; the offers that wait go on."""
        listing = happen(listed(), offer(), offer(0, LOU), counter(1), policy=KEEPING)
        edited = happen(listing, change(190, 2), policy=KEEPING)
        assert (edited.state, edited.price, edited.until) == (ListingState.LISTED, eur(190), None)
        assert [state_of(edited), state_of(edited, LOU)] == [OfferState.COUNTERED, OfferState.OPEN]


class TestAPriceOfOnesOwn:
    """An accepted price that is a buyer's own is theirs while it could be offered; and nobody pays
    more than the public price.
    """

    @pytest.mark.parametrize(
        ("price", "own"),
        [
            ("150.00", None),
            ("150.01", "150.00"),
            ("214.28", "150.00"),
            ("214.29", None),
        ],
    )
    def test_at_a_new_price(self, price: str, own: str | None) -> None:
        """Where it ends its buyer is told, and pays what everybody does."""
        policy = keeping(Acceptance.PRIVATE)
        granted = happen(listed(), offer(), accept(1), policy=policy)
        edited = happen(granted, change(price, 2), policy=policy)
        assert edited.price_for(ZOE) == eur(own or price)
        assert edited.price_for(LOU) == eur(price)
        assert state_of(edited) is (OfferState.ENDED if own is None else OfferState.GRANTED)
        sold = happen(edited, SellPiece(at=MONDAY + 3 * HOUR, buyer=ZOE), policy=policy)
        assert sold.price == eur(own or price)

    def test_agreed_on_a_counter_it_alone_is_looked_at(self) -> None:
        """What was proposed before it cannot stand again: of 250, 180 may be asked and 150 not."""
        policy = house(attrs.evolve(TALKING_OFFERS, acceptance=Acceptance.PRIVATE))
        granted = happen(listed(), offer(), counter(1), accept(2, by=BUYER), policy=policy)
        edited = happen(granted, change(250, 3), policy=policy)
        assert (state_of(edited), edited.price_for(ZOE)) == (OfferState.GRANTED, eur(180))

    def test_never_above_a_public_one(self) -> None:
        """A counter to another buyer lowers the price for everybody, and then comes back."""
        policy = keeping(Acceptance.PRIVATE)
        granted = happen(listed(), offer(price=185), accept(1), offer(2, LOU), policy=policy)
        lowered = happen(granted, counter(3, 160, buyer=LOU), policy=policy)
        assert lowered.price_for(ZOE) == lowered.price_for(LOU) == eur(160)
        sale = SellPiece(at=MONDAY + 4 * HOUR, buyer=ZOE, price=eur(160))
        assert happen(lowered, sale, policy=policy).price == eur(160)
        edited = happen(lowered, change(190, 5), policy=policy)
        assert edited.price_for(ZOE) == eur(185)

    def test_a_reserved_piece_keeps_its_price(self) -> None:
        """It was given to one buyer alone, in this house too; after it the offers are looked at."""
        policy = keeping(Acceptance.RESERVING)
        held = happen(listed(), offer(), accept(1), policy=policy)
        assert reasons(held, change(190, 2), policy) == ["price-frozen"]
        assert reasons(held, change(190, 25), policy) == []
