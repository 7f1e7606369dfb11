"""What other houses do, as data: every shape of the policy at work.

The houses are made up from what many publish; each class is about one shape.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import attrs
import pytest

from tests.offers.house import (
    DAY,
    HOUR,
    HOUSE,
    MONDAY,
    OFFERS,
    OPEN,
    TICK,
    eur,
    events_of,
    happen,
    later,
    listed,
    names,
    reasons,
)
from vintage_rules.dates import NEVER, Calendar, Duration
from vintage_rules.errors import CorruptHistoryError, DayError
from vintage_rules.ids import BuyerId
from vintage_rules.machine import Refused
from vintage_rules.offers.commands import (
    AcceptOffer,
    ChangePrice,
    ChangeTerms,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    Relist,
    ReturnToSale,
    SellPiece,
    TakeDown,
    WithdrawOffer,
)
from vintage_rules.offers.counter_policy import NewOfferCounter
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import (
    CounterOffered,
    CounterWithdrawn,
    GrantEnded,
    OfferAccepted,
    OfferDeclined,
    OfferEnded,
    OfferLapsed,
    OfferMade,
    OfferWithdrawn,
    PieceReserved,
    PriceChanged,
    PriceGranted,
    PriceRestored,
    ReservationEnded,
)
from vintage_rules.offers.policy import (
    Acceptance,
    Fallback,
    Floor,
    FloorBase,
    ListingPolicy,
    OfferPolicy,
    PriceEdit,
    Reset,
    Withdrawal,
)
from vintage_rules.offers.refusals import OfferRefusal
from vintage_rules.offers.seller_policy import (
    AutoAccept,
    AutoDecline,
    LowerBound,
    UpperBound,
)
from vintage_rules.offers.states import Listing, ListingState
from vintage_rules.offers.terms import OfferState, Party, SellerTerms, Silence

ZOE, LOU, MIA = BuyerId("zoe"), BuyerId("lou"), BuyerId("mia")
SELLER, BUYER = Party.SELLER, Party.BUYER
TALK = NewOfferCounter(
    rounds=3,
    by=frozenset(Party),
    stands_for=Duration.of(12, "hours"),
    on_silence=Silence.LAPSE,
    stands_for_sources=("H1",),
    sources=("H1",),
)


def house(policy: OfferPolicy) -> ListingPolicy:
    """Give a house that negotiates in its own way."""
    return attrs.evolve(HOUSE, offers=policy)


PRIVATE = house(attrs.evolve(OFFERS, acceptance=Acceptance.PRIVATE))
RESERVING = house(attrs.evolve(OFFERS, acceptance=Acceptance.RESERVING))
TALKING = house(attrs.evolve(OFFERS, counter=TALK))


def offer(hours: int = 0, buyer: BuyerId = ZOE, price: int | str = 150) -> MakeOffer:
    """Offer a price some hours after Monday morning."""
    return MakeOffer(at=MONDAY + hours * HOUR, buyer=buyer, price=eur(price), signed_in=True)


def accept(hours: int, buyer: BuyerId = ZOE, by: Party = SELLER) -> AcceptOffer:
    """Accept some hours after Monday morning."""
    return AcceptOffer(at=MONDAY + hours * HOUR, buyer=buyer, by=by)


def decline(hours: int, buyer: BuyerId = ZOE, by: Party = SELLER) -> DeclineOffer:
    """Decline some hours after Monday morning."""
    return DeclineOffer(at=MONDAY + hours * HOUR, buyer=buyer, by=by)


def counter(
    hours: int, price: int | str = 180, by: Party = SELLER, buyer: BuyerId = ZOE
) -> CounterOffer:
    """Counter some hours after Monday morning."""
    return CounterOffer(at=MONDAY + hours * HOUR, buyer=buyer, price=eur(price), by=by)


def withdraw(hours: int, by: Party = BUYER) -> WithdrawOffer:
    """Withdraw some hours after Monday morning."""
    return WithdrawOffer(at=MONDAY + hours * HOUR, buyer=ZOE, by=by)


def state_of(listing: Listing, buyer: BuyerId = ZOE) -> OfferState:
    """Give the state of a buyer's latest offer."""
    found = listing.offer_of(buyer)
    assert found is not None, f"{buyer} has made no offer"
    return found.state


class TestQuota:
    """How many offers, what uses them up, what gives them back."""

    def test_three_attempts(self) -> None:
        """The fourth is refused."""
        policy = house(attrs.evolve(OFFERS, quota=attrs.evolve(OFFERS.quota, per_piece=3)))
        listing = listed()
        for attempt in range(3):
            listing = happen(listing, offer(2 * attempt), decline(2 * attempt + 1), policy=policy)
        assert reasons(listing, offer(9), policy) == ["already-offered"]
        assert reasons(listing, offer(9, LOU), policy) == []

    def test_one_at_a_time(self) -> None:
        """Whatever the quota, the first must be over before the second is made."""
        policy = house(attrs.evolve(OFFERS, quota=attrs.evolve(OFFERS.quota, per_piece=None)))
        listing = happen(listed(), offer(), policy=policy)
        assert reasons(listing, offer(1), policy) == ["already-offered"]
        assert reasons(listing, offer(24), policy) == []

    def test_only_a_refusal_counts(self) -> None:
        """A lapsed offer leaves the buyer another, a declined one does not."""
        quota = attrs.evolve(OFFERS.quota, consumed_by=frozenset({OfferState.DECLINED}))
        policy = house(attrs.evolve(OFFERS, quota=quota))
        listing = happen(listed(), offer(), policy=policy)
        assert reasons(listing, offer(24), policy) == []
        twice = happen(listing, offer(24), decline(25), policy=policy)
        assert reasons(twice, offer(26), policy) == ["already-offered"]

    def test_the_latest_offer_is_answered(self) -> None:
        """An earlier one of the same buyer stays as it ended."""
        policy = house(attrs.evolve(OFFERS, quota=attrs.evolve(OFFERS.quota, per_piece=2)))
        listing = happen(
            listed(), offer(), offer(1, LOU), offer(30, ZOE, 160), accept(31), policy=policy
        )
        assert [(each.buyer, each.state) for each in listing.offers] == [
            (ZOE, OfferState.LAPSED),
            (LOU, OfferState.LAPSED),
            (ZOE, OfferState.ACCEPTED),
        ]
        assert listing.price == eur(160)

    @pytest.mark.parametrize(
        ("reset", "commands"),
        [
            (Reset.RELISTING, [TakeDown(at=MONDAY + DAY), Relist(at=MONDAY + DAY)]),
            (Reset.PRICE_EDIT, [ChangePrice(at=MONDAY + DAY, price=eur(190))]),
            (Reset.RETURN, [SellPiece(at=MONDAY + DAY), ReturnToSale(at=MONDAY + DAY)]),
        ],
    )
    def test_what_resets_it(
        self, reset: Reset, commands: list[TakeDown | Relist | ChangePrice | SellPiece]
    ) -> None:
        """Only what the house names gives the offers back, and only those made before."""
        listing = happen(listed(), offer(), *commands)
        for named in Reset:
            quota = attrs.evolve(OFFERS.quota, reset_by=frozenset({named}))
            policy = house(attrs.evolve(OFFERS, quota=quota))
            codes = [] if named is reset else ["already-offered"]
            assert reasons(listing, offer(25), policy) == codes
            if named is reset:
                again = happen(listing, offer(25), decline(26), policy=policy)
                assert reasons(again, offer(27), policy) == ["already-offered"]

    def test_the_last_reset_counts(self) -> None:
        """With several, offers made before any of them are forgotten."""
        quota = attrs.evolve(OFFERS.quota, reset_by=frozenset(Reset))
        policy = house(attrs.evolve(OFFERS, quota=quota))
        listing = happen(
            listed(),
            ChangePrice(at=MONDAY, price=eur(190)),
            offer(),
            TakeDown(at=MONDAY + HOUR),
            Relist(at=MONDAY + HOUR),
            policy=policy,
        )
        assert reasons(listing, offer(2), policy) == []

    def test_a_day_over_all_pieces(self) -> None:
        """The host counts, since no piece knows of the others."""
        policy = house(attrs.evolve(OFFERS, quota=attrs.evolve(OFFERS.quota, per_day=25)))
        busy = attrs.evolve(offer(), offered_today=25)
        assert reasons(listed(), busy, policy) == ["too-many-today"]
        assert reasons(listed(), attrs.evolve(busy, offered_today=24), policy) == []


class TestFloor:
    """The seller's own minimum, or a share of what the piece costs now."""

    def test_the_sellers_own(self) -> None:
        """It comes from the seller's terms, for offers and counters."""
        floor = Floor(
            base=FloorBase.SELLER,
            largest_cut=Decimal(0),
            bound=LowerBound.AT_LEAST,
            bound_sources=("H2",),
            sources=("H2",),
        )
        policy = house(attrs.evolve(OFFERS, floor=floor))
        listing = listed(terms=attrs.evolve(OPEN, minimum=eur(90)))
        assert reasons(listing, offer(price="89.99"), policy) == ["reduction-too-large"]
        offered = happen(listing, offer(price="90.00"), policy=policy)
        raised = happen(
            offered,
            ChangeTerms(at=MONDAY, terms=attrs.evolve(OPEN, minimum=eur(100))),
            policy=policy,
        )
        assert reasons(raised, counter(1, "99.99"), policy) == ["reduction-too-large"]
        assert reasons(raised, counter(1, "100.00"), policy) == []

    def test_a_share_of_the_price_of_the_moment(self) -> None:
        """30 % of 150 once the price is lowered; for counters the same."""
        assert OFFERS.floor is not None
        floor = attrs.evolve(OFFERS.floor, base=FloorBase.CURRENT)
        policy = house(attrs.evolve(OFFERS, floor=floor))
        lowered = happen(listed(), offer(), accept(1), policy=policy)
        assert reasons(lowered, offer(2, LOU, "104.99"), policy) == ["reduction-too-large"]
        offered = happen(lowered, offer(2, LOU, "105.00"), policy=policy)
        assert reasons(offered, counter(3, "105.01", buyer=LOU), policy) == []
        later_on = happen(offered, offer(24, MIA, 140), policy=policy)
        assert reasons(later_on, counter(25, "139.99", buyer=LOU), policy) == [
            "reduction-too-large"
        ]

    def test_no_sources_without_a_floor(self) -> None:
        """A house without a floor refuses no cut."""
        policy = house(attrs.evolve(OFFERS, floor=None))
        assert reasons(listed(), offer(price="0.01"), policy) == []


class TestCounterAsNewOffer:
    """A counter-price is an offer to the other side, with its own time."""

    def test_it_waits_for_the_buyer(self) -> None:
        """The public price stays, the counter stands for its own 12 hours."""
        listing = happen(listed(), offer(), policy=TALKING)
        at = MONDAY + 2 * HOUR
        assert events_of(listing, counter(2), TALKING) == (
            CounterOffered(
                at=at,
                buyer=ZOE,
                price=eur(180),
                until=at + 12 * HOUR,
                by=SELLER,
                silence=Silence.LAPSE,
                accepted_until=None,
            ),
        )
        countered = happen(listing, counter(2), policy=TALKING)
        assert state_of(countered) is OfferState.COUNTER_OPEN
        assert (countered.state, countered.price) == (ListingState.LISTED, eur(200))
        assert LISTING.fall_due(countered, at + DAY) == (OfferLapsed(at=at + 12 * HOUR, buyer=ZOE),)
        assert state_of(later(countered, at + DAY)) is OfferState.LAPSED

    def test_the_buyer_accepts(self) -> None:
        """The seller's price becomes the public one; the seller cannot accept it themselves."""
        countered = happen(listed(), offer(), counter(2), policy=TALKING)
        assert reasons(countered, accept(3), TALKING) == ["not-your-turn"]
        assert events_of(countered, accept(3, by=BUYER), TALKING) == (
            OfferAccepted(
                at=MONDAY + 3 * HOUR, buyer=ZOE, price=eur(180), until=MONDAY + 27 * HOUR
            ),
        )
        accepted = happen(countered, accept(3, by=BUYER), policy=TALKING)
        assert (accepted.state, state_of(accepted)) == (ListingState.LOWERED, OfferState.ACCEPTED)
        assert reasons(accepted, accept(4, by=BUYER), TALKING) == ["already-answered"]

    def test_the_buyer_declines(self) -> None:
        """That ends it."""
        countered = happen(listed(), offer(), counter(2), policy=TALKING)
        declined = happen(countered, decline(3, by=BUYER), policy=TALKING)
        assert (state_of(declined), declined.state) == (OfferState.DECLINED, ListingState.LISTED)

    def test_the_buyer_counters(self) -> None:
        """Between what they offered and what was asked; then it is the seller's turn again."""
        countered = happen(listed(), offer(), counter(2), policy=TALKING)
        for price, codes in {
            "150.00": ["counter-out-of-range"],
            "150.01": [],
            "179.99": [],
            "180.00": ["counter-out-of-range"],
        }.items():
            assert reasons(countered, counter(3, price, BUYER), TALKING) == codes
        back = happen(countered, counter(3, 160, BUYER), policy=TALKING)
        assert state_of(back) is OfferState.OPEN
        for price, codes in {
            "160.00": ["counter-out-of-range"],
            "160.01": [],
            "179.99": [],
            "180.00": ["counter-out-of-range"],
        }.items():
            assert reasons(back, counter(4, price), TALKING) == codes
        assert happen(back, accept(4), policy=TALKING).price == eur(160)

    def test_rounds_are_counted(self) -> None:
        """Three counters, both sides together."""
        listing = happen(
            listed(), offer(), counter(1), counter(2, 160, BUYER), counter(3, 170), policy=TALKING
        )
        assert reasons(listing, counter(4, 165, BUYER), TALKING) == ["no-rounds-left"]
        refusal = LISTING.decide(listing, counter(4, 165, BUYER), TALKING)
        assert isinstance(refusal, Refused)
        assert refusal.sources == ("H1",)
        assert reasons(listing, accept(4, by=BUYER), TALKING) == []

    def test_who_may_counter(self) -> None:
        """Where only the seller may, the buyer accepts or declines."""
        policy = house(attrs.evolve(OFFERS, counter=attrs.evolve(TALK, by=frozenset({SELLER}))))
        countered = happen(listed(), offer(), counter(1), policy=policy)
        assert reasons(countered, counter(2, 160, BUYER), policy) == ["no-counters"]
        assert reasons(countered, decline(2, by=BUYER), policy) == []

    def test_nobody_may_counter(self) -> None:
        """A house without counters says so, with the sources of its answers."""
        policy = house(attrs.evolve(OFFERS, counter=None))
        listing = happen(listed(), offer(), policy=policy)
        refusal = LISTING.decide(listing, counter(1), policy)
        assert isinstance(refusal, Refused)
        assert refusal.reasons == (OfferRefusal.NO_COUNTERS,)
        assert refusal.sources == ("N4", "N7", "N9")

    def test_a_sale_ends_it(self) -> None:
        """A counter that waits is an open offer too."""
        countered = happen(listed(), offer(), counter(2), policy=TALKING)
        sold = happen(countered, SellPiece(at=MONDAY + 3 * HOUR), policy=TALKING)
        assert state_of(sold) is OfferState.ENDED


class TestOwnPrice:
    """Whoever has been granted a price need not offer as much or more."""

    def test_is_what_an_offer_must_be_below(self) -> None:
        """The public price is for the others."""
        granted = happen(listed(), offer(), accept(1), policy=PRIVATE)
        assert reasons(granted, offer(2, price=150), PRIVATE) == [
            "already-offered",
            "not-below-current-price",
        ]
        assert reasons(granted, offer(2, price=149), PRIVATE) == ["already-offered"]
        assert reasons(granted, offer(2, LOU, price=150), PRIVATE) == []


class TestAcceptedPrivately:
    """An accepted price is the buyer's own."""

    def test_nobody_else_sees_it(self) -> None:
        """The public price stays, the buyer has theirs."""
        listing = happen(listed(), offer(), offer(0, LOU, 160), policy=PRIVATE)
        at = MONDAY + HOUR
        assert events_of(listing, accept(1), PRIVATE) == (
            PriceGranted(at=at, buyer=ZOE, price=eur(150), until=at + DAY),
        )
        granted = happen(listing, accept(1), policy=PRIVATE)
        assert (granted.state, granted.price) == (ListingState.LISTED, eur(200))
        assert state_of(granted) is OfferState.GRANTED
        assert granted.price_for(ZOE) == eur(150)
        assert granted.price_for(LOU) == granted.price_for(None) == eur(200)

    def test_it_ends(self) -> None:
        """A tick before the buyer still pays their price."""
        granted = happen(listed(), offer(), accept(1), policy=PRIVATE)
        end = MONDAY + 25 * HOUR
        assert LISTING.next_deadline(granted) == end
        assert LISTING.fall_due(granted, end) == (GrantEnded(at=end, buyer=ZOE),)
        in_time = SellPiece(at=end - TICK, buyer=ZOE)
        assert happen(granted, in_time, policy=PRIVATE).price == eur(150)
        assert happen(granted, attrs.evolve(in_time, at=end), policy=PRIVATE).price == eur(200)
        over = later(granted, end)
        assert (state_of(over), over.state) == (OfferState.ACCEPTED, ListingState.LISTED)
        assert over.price_for(ZOE) == eur(200)

    def test_two_buyers_have_their_own(self) -> None:
        """One's price does not replace the other's, and ends while a public one runs."""
        both = happen(
            listed(), offer(), offer(0, LOU, 160), accept(1), accept(2, LOU), policy=PRIVATE
        )
        assert (both.price_for(ZOE), both.price_for(LOU)) == (eur(150), eur(160))
        mixed = happen(both, offer(3, MIA), accept(4, MIA))
        assert (mixed.state, mixed.price) == (ListingState.LOWERED, eur(150))
        over = later(mixed, MONDAY + 26 * HOUR)
        assert [state_of(over), state_of(over, LOU)] == [OfferState.ACCEPTED] * 2
        assert (over.state, over.until) == (ListingState.LOWERED, MONDAY + 28 * HOUR)

    def test_granted_while_a_public_price_runs(self) -> None:
        """The public price goes on."""
        lowered = happen(listed(), offer(), offer(0, LOU, 145), accept(1))
        granted = happen(lowered, accept(2, LOU), policy=PRIVATE)
        assert (granted.state, granted.price, granted.until) == (
            ListingState.LOWERED,
            eur(150),
            MONDAY + 25 * HOUR,
        )
        assert granted.price_for(LOU) == eur(145)

    def test_it_freezes_the_price_and_stands_alone(self) -> None:
        """It runs like an open offer: no new price, no second offer, no second answer."""
        quota = attrs.evolve(OFFERS.quota, per_piece=None)
        policy = house(attrs.evolve(OFFERS, acceptance=Acceptance.PRIVATE, quota=quota))
        granted = happen(listed(), offer(), accept(1), policy=policy)
        change = ChangePrice(at=MONDAY + 2 * HOUR, price=eur(190))
        assert reasons(granted, change, policy) == ["price-frozen"]
        assert reasons(granted, offer(2, ZOE, 140), policy) == ["already-offered"]
        assert reasons(granted, decline(2), policy) == ["already-answered"]

    def test_a_sale_ends_it(self) -> None:
        """A buyer whose own price ends with the sale is told."""
        granted = happen(listed(), offer(), accept(1), policy=PRIVATE)
        sold = happen(granted, SellPiece(at=MONDAY + 2 * HOUR, buyer=LOU), policy=PRIVATE)
        assert (state_of(sold), sold.price) == (OfferState.ENDED, eur(200))


class TestAcceptedReserving:
    """An accepted offer holds the piece for its buyer."""

    def test_nobody_else_may_buy(self) -> None:
        """The buyer may, at their price."""
        listing = happen(listed(), offer(), offer(0, LOU, 160), policy=RESERVING)
        at = MONDAY + HOUR
        assert events_of(listing, accept(1), RESERVING) == (
            PieceReserved(at=at, buyer=ZOE, price=eur(150), until=at + DAY),
        )
        held = happen(listing, accept(1), policy=RESERVING)
        assert (held.state, held.holder, held.price) == (ListingState.RESERVED, ZOE, eur(200))
        assert (state_of(held), held.available) == (OfferState.ACCEPTED, False)
        assert (held.price_for(ZOE), held.price_for(LOU)) == (eur(150), eur(200))
        for buyer in (LOU, None):
            buy = SellPiece(at=MONDAY + 2 * HOUR, buyer=buyer)
            assert reasons(held, buy, RESERVING) == ["not-available"]
        bought = happen(held, SellPiece(at=MONDAY + 2 * HOUR, buyer=ZOE), policy=RESERVING)
        assert (bought.state, bought.price) == (ListingState.SOLD, eur(150))
        assert (state_of(bought), state_of(bought, LOU)) == (OfferState.ACCEPTED, OfferState.ENDED)

    def test_others_wait(self) -> None:
        """They may not offer nor be accepted; they may be declined, and their offers lapse."""
        held = happen(
            listed(), offer(), offer(0, LOU, 160), offer(0, MIA, 170), accept(1), policy=RESERVING
        )
        assert reasons(held, accept(2, LOU), RESERVING) == ["not-available"]
        assert reasons(held, counter(2, 180, buyer=LOU), RESERVING) == ["not-available"]
        assert reasons(held, offer(2, BuyerId("eve")), RESERVING) == ["not-available"]
        assert reasons(held, ChangePrice(at=MONDAY + DAY, price=eur(190)), RESERVING) == [
            "price-frozen"
        ]
        declined = happen(held, decline(2, LOU), policy=RESERVING)
        assert (state_of(declined, LOU), declined.state) == (
            OfferState.DECLINED,
            ListingState.RESERVED,
        )
        lapsed = later(declined, MONDAY + DAY)
        assert (state_of(lapsed, MIA), lapsed.state) == (OfferState.LAPSED, ListingState.RESERVED)
        closed = happen(lapsed, ChangeTerms(at=MONDAY + DAY, terms=OPEN), policy=RESERVING)
        assert (closed.state, closed.holder) == (ListingState.RESERVED, ZOE)

    def test_it_ends(self) -> None:
        """At the end the piece is for sale to everybody at its initial price."""
        held = happen(listed(), offer(), accept(1), policy=RESERVING)
        end = MONDAY + 25 * HOUR
        assert LISTING.fall_due(held, end - TICK) == ()
        assert LISTING.fall_due(held, end) == (ReservationEnded(at=end, buyer=ZOE, price=eur(200)),)
        over = later(held, end)
        assert (over.state, over.holder, over.until) == (ListingState.LISTED, None, None)
        assert over.price_for(ZOE) == eur(200)

    def test_it_replaces_a_lowered_price(self) -> None:
        """A piece that is held has no public bargain; a price that was another's own still ends."""
        lowered = happen(listed(), offer(), offer(0, LOU, 145), accept(1))
        granted = happen(lowered, offer(1, MIA, 140), accept(1, MIA), policy=PRIVATE)
        held = happen(granted, accept(2, LOU), policy=RESERVING)
        assert (held.state, held.price, held.until) == (
            ListingState.RESERVED,
            eur(200),
            MONDAY + 26 * HOUR,
        )
        over = later(held, MONDAY + 25 * HOUR)
        assert (state_of(over, MIA), over.state) == (OfferState.ACCEPTED, ListingState.RESERVED)

    def test_it_may_be_taken_down(self) -> None:
        """The piece may be lost even then."""
        held = happen(listed(), offer(), accept(1), policy=RESERVING)
        down = happen(held, TakeDown(at=MONDAY + 2 * HOUR), policy=RESERVING)
        assert (down.state, down.holder, down.price) == (ListingState.TAKEN_DOWN, None, eur(200))


class TestAcceptingACounter:
    """The three meanings of an acceptance hold for a counter that is accepted as well."""

    @pytest.mark.parametrize(
        ("acceptance", "listing_state", "offer_state"),
        [
            (Acceptance.PUBLIC, ListingState.LOWERED, OfferState.ACCEPTED),
            (Acceptance.PRIVATE, ListingState.LISTED, OfferState.GRANTED),
            (Acceptance.RESERVING, ListingState.RESERVED, OfferState.ACCEPTED),
        ],
    )
    def test_the_price_is_the_counters(
        self, acceptance: Acceptance, listing_state: ListingState, offer_state: OfferState
    ) -> None:
        """What stood last is what was agreed."""
        policy = house(attrs.evolve(OFFERS, counter=TALK, acceptance=acceptance))
        agreed = happen(listed(), offer(), counter(1), accept(2, by=BUYER), policy=policy)
        assert (agreed.state, state_of(agreed)) == (listing_state, offer_state)
        assert agreed.price_for(ZOE) == eur(180)


class TestSilence:
    """What it means when nobody answers is written down when the price is proposed."""

    @pytest.mark.parametrize(
        ("silence", "event", "offer_state", "listing_state"),
        [
            (Silence.LAPSE, OfferLapsed, OfferState.LAPSED, ListingState.LISTED),
            (Silence.DECLINE, OfferDeclined, OfferState.DECLINED, ListingState.LISTED),
            (Silence.ACCEPT, OfferAccepted, OfferState.ACCEPTED, ListingState.LOWERED),
            (Silence.ACCEPT_PRIVATELY, PriceGranted, OfferState.GRANTED, ListingState.LISTED),
            (
                Silence.ACCEPT_AND_RESERVE,
                PieceReserved,
                OfferState.ACCEPTED,
                ListingState.RESERVED,
            ),
        ],
    )
    def test_of_the_seller_and_of_the_buyer(
        self,
        silence: Silence,
        event: type[OfferLapsed | OfferDeclined | OfferAccepted | PriceGranted | PieceReserved],
        offer_state: OfferState,
        listing_state: ListingState,
    ) -> None:
        """After 24 hours for an offer, 12 for a counter; what is agreed then stands for 24."""
        counters = attrs.evolve(TALK, on_silence=silence)
        policy = house(attrs.evolve(OFFERS, on_silence=silence, counter=counters))
        offered = happen(listed(), offer(), policy=policy)
        countered = happen(offered, counter(1), policy=policy)
        for listing, end, price in (
            (offered, MONDAY + DAY, 150),
            (countered, MONDAY + 13 * HOUR, 180),
        ):
            (happened,) = LISTING.fall_due(listing, end)
            assert (type(happened), happened.at) == (event, end)
            after = later(listing, end)
            assert (state_of(after), after.state) == (offer_state, listing_state)
            if isinstance(happened, OfferAccepted | PriceGranted | PieceReserved):
                assert (happened.price, happened.until) == (eur(price), end + DAY)
                assert after.price_for(ZOE) == eur(price)
                assert len(LISTING.fall_due(listing, end + DAY)) == 2
            over = later(listing, end + DAY)
            assert (over.state, over.price_for(ZOE)) == (ListingState.LISTED, eur(200))

    @pytest.mark.parametrize("silence", list(Silence))
    def test_a_granted_price_ends_all_the_same(self, silence: Silence) -> None:
        """Once answered, what silence would have meant no longer matters."""
        policy = house(attrs.evolve(OFFERS, on_silence=silence, acceptance=Acceptance.PRIVATE))
        granted = happen(listed(), offer(), accept(1), policy=policy)
        end = MONDAY + 25 * HOUR
        assert LISTING.fall_due(granted, MONDAY + 90 * DAY) == (GrantEnded(at=end, buyer=ZOE),)

    def test_silence_cannot_give_away_what_is_held(self) -> None:
        """While the piece is held for one buyer, the silent offers of others lapse."""
        policy = house(
            attrs.evolve(
                OFFERS,
                acceptance=Acceptance.RESERVING,
                on_silence=Silence.ACCEPT_AND_RESERVE,
            )
        )
        held = happen(listed(), offer(), offer(1, LOU, 160), accept(2), policy=policy)
        assert LISTING.fall_due(held, MONDAY + 25 * HOUR) == (
            OfferLapsed(at=MONDAY + 25 * HOUR, buyer=LOU),
        )

    def test_two_acceptances_at_one_instant(self) -> None:
        """The offer made first is first; the second replaces its price."""
        policy = house(attrs.evolve(OFFERS, on_silence=Silence.ACCEPT))
        both = happen(listed(), offer(), offer(0, LOU, 160), policy=policy)
        end = MONDAY + DAY
        assert LISTING.fall_due(both, end) == (
            OfferAccepted(at=end, buyer=ZOE, price=eur(150), until=end + DAY),
            OfferAccepted(at=end, buyer=LOU, price=eur(160), until=end + DAY),
        )

    def test_an_offer_that_stands_for_ever(self) -> None:
        """Nothing falls due, and an answer is never late."""
        policy = house(
            attrs.evolve(OFFERS, stands_for=NEVER, on_silence=Silence.ACCEPT, lowered_for=NEVER)
        )
        listing = happen(listed(), offer(), policy=policy)
        assert LISTING.next_deadline(listing) is None
        lowered = happen(listing, accept(9000), policy=policy)
        assert (lowered.until, LISTING.fall_due(lowered, MONDAY + 9000 * DAY)) == (None, ())


class TestAutomaticAnswers:
    """A seller's thresholds answer at once, and the operator is written out."""

    TERMS = SellerTerms(open_to_offers=True, minimum=None, accept_at=eur(170), decline_at=eur(150))

    @pytest.mark.parametrize(
        ("bound", "price", "event"),
        [
            (LowerBound.AT_LEAST, "170.00", "offer-accepted"),
            (LowerBound.AT_LEAST, "169.99", None),
            (LowerBound.ABOVE, "170.00", None),
            (LowerBound.ABOVE, "170.01", "offer-accepted"),
        ],
    )
    def test_accepts(self, bound: LowerBound, price: str, event: str | None) -> None:
        """At the threshold it is the operator that decides."""
        policy = house(attrs.evolve(OFFERS, auto_accept=AutoAccept(bound=bound, sources=("H3",))))
        events = events_of(listed(terms=self.TERMS), offer(price=price), policy)
        assert names(events) == ["offer-made", *([event] if event else [])]

    @pytest.mark.parametrize(
        ("bound", "price", "event"),
        [
            (UpperBound.AT_MOST, "150.00", "offer-declined"),
            (UpperBound.AT_MOST, "150.01", None),
            (UpperBound.BELOW, "150.00", None),
            (UpperBound.BELOW, "149.99", "offer-declined"),
        ],
    )
    def test_declines(self, bound: UpperBound, price: str, event: str | None) -> None:
        """A decline uses up the buyer's offer."""
        policy = house(attrs.evolve(OFFERS, auto_decline=AutoDecline(bound=bound, sources=("H3",))))
        listing = listed(terms=self.TERMS)
        events = events_of(listing, offer(price=price), policy)
        assert names(events) == ["offer-made", *([event] if event else [])]
        after = happen(listing, offer(price=price), policy=policy)
        assert reasons(after, offer(1, price=190), policy) == ["already-offered"]

    def test_the_price_is_the_offers(self) -> None:
        """What was offered is what is agreed, at the same instant."""
        auto = AutoAccept(bound=LowerBound.AT_LEAST, sources=("H3",))
        policy = house(attrs.evolve(OFFERS, auto_accept=auto))
        lowered = happen(listed(terms=self.TERMS), offer(price=180), policy=policy)
        assert (lowered.state, lowered.price, lowered.until) == (
            ListingState.LOWERED,
            eur(180),
            MONDAY + DAY,
        )

    def test_accepting_is_asked_first(self) -> None:
        """Where both thresholds meet, the buyer gets the piece."""
        policy = house(
            attrs.evolve(
                OFFERS,
                auto_accept=AutoAccept(bound=LowerBound.AT_LEAST, sources=("H3",)),
                auto_decline=AutoDecline(bound=UpperBound.AT_MOST, sources=("H3",)),
            )
        )
        terms = attrs.evolve(self.TERMS, decline_at=eur(170))
        listing = listed(terms=terms)
        assert names(events_of(listing, offer(price=170), policy))[1:] == ["offer-accepted"]
        assert names(events_of(listing, offer(price=169), policy))[1:] == ["offer-declined"]

    @pytest.mark.parametrize(
        ("price", "event"),
        [("170.00", "offer-accepted"), ("169.99", None)],
    )
    def test_a_buyers_counter_is_an_offer_too(self, price: str, event: str | None) -> None:
        """The seller counters with 190; what the buyer then proposes is answered at once."""
        policy = house(
            attrs.evolve(
                OFFERS,
                counter=TALK,
                auto_accept=AutoAccept(bound=LowerBound.AT_LEAST, sources=("H3",)),
            )
        )
        made = happen(listed(terms=self.TERMS), offer(price=151), policy=policy)
        asked = happen(made, counter(1, price=190), policy=policy)
        assert asked.state is ListingState.LISTED
        events = events_of(asked, counter(2, price=price, by=BUYER), policy)
        assert names(events) == ["counter-offered", *([event] if event else [])]

    def test_a_seller_without_thresholds_is_asked(self) -> None:
        """What was not settled is not guessed; nor is a house that has none bound by any."""
        policy = house(
            attrs.evolve(
                OFFERS,
                auto_accept=AutoAccept(bound=LowerBound.AT_LEAST, sources=("H3",)),
                auto_decline=AutoDecline(bound=UpperBound.AT_MOST, sources=("H3",)),
            )
        )
        assert names(events_of(listed(), offer(), policy)) == ["offer-made"]
        for price in (150, 170):
            assert names(events_of(listed(terms=self.TERMS), offer(price=price))) == ["offer-made"]


class TestDelayAfterListing:
    """Offers open some time after the piece was listed, listed again, or came back."""

    POLICY = house(
        attrs.evolve(OFFERS, opens_after=Duration.of(7, "hours"), opens_after_sources=("H4",))
    )

    def test_both_sides(self) -> None:
        """A tick before it is too soon."""
        listing = listed(policy=self.POLICY)
        opens = MONDAY + 7 * HOUR
        early = attrs.evolve(offer(), at=opens - TICK)
        refusal = LISTING.decide(listing, early, self.POLICY)
        assert isinstance(refusal, Refused)
        assert (refusal.reasons, refusal.sources) == (("too-soon",), ("H4",))
        assert reasons(listing, attrs.evolve(offer(), at=opens), self.POLICY) == []

    def test_listing_again_starts_it_anew(self) -> None:
        """From the moment it is listed again."""
        again = happen(
            listed(policy=self.POLICY),
            TakeDown(at=MONDAY + 8 * HOUR),
            Relist(at=MONDAY + 9 * HOUR),
            policy=self.POLICY,
        )
        assert reasons(again, offer(15), self.POLICY) == ["too-soon"]
        assert reasons(again, offer(16), self.POLICY) == []

    def test_coming_back_starts_it_anew(self) -> None:
        """From the moment it is back."""
        back = happen(
            listed(policy=self.POLICY),
            SellPiece(at=MONDAY + 8 * HOUR),
            ReturnToSale(at=MONDAY + 9 * HOUR),
            policy=self.POLICY,
        )
        assert reasons(back, offer(15), self.POLICY) == ["too-soon"]
        assert reasons(back, offer(16), self.POLICY) == []

    def test_offers_that_never_open(self) -> None:
        """A house may sell at fixed prices only."""
        policy = house(attrs.evolve(OFFERS, opens_after=NEVER))
        assert reasons(listed(policy=policy), offer(9999), policy) == ["too-soon"]

    def test_days_are_dates(self) -> None:
        """Seven days after a Monday morning end with the Monday after it, in the house's zone."""
        policy = house(attrs.evolve(OFFERS, opens_after=Duration.of(7, "days")))
        listing = listed(policy=policy, calendar=Calendar.without_holidays("none"))
        opens = datetime(2026, 9, 14, 22, tzinfo=UTC)
        assert listing.particulars.offers_from == opens

    def test_worked_days_need_a_calendar(self) -> None:
        """The offer stands for two days on which people work; without a calendar nobody knows."""
        policy = house(attrs.evolve(OFFERS, stands_for=Duration.of(2, "ouvres")))
        friday = attrs.evolve(offer(), at=datetime(2026, 4, 30, 8, tzinfo=UTC))
        listing = listed(at=friday.at)
        with pytest.raises(DayError, match="calendar: must be a calendar, since the policy says"):
            LISTING.decide(listing, friday, policy)
        france = Calendar("FR", [date(2026, 5, 1)])
        (made,) = events_of(listing, friday, policy, france)
        assert isinstance(made, OfferMade)
        assert made.until == datetime(2026, 5, 5, 22, tzinfo=UTC)


class TestWithdrawal:
    """Whoever proposed a price may take it back where the house lets them."""

    @staticmethod
    def policy(fallback: Fallback, *by: Party) -> ListingPolicy:
        """Give a house where those parties may withdraw."""
        rule = Withdrawal(by=frozenset(by), falls_back_to=fallback, sources=("H5",))
        return house(attrs.evolve(OFFERS, counter=TALK, withdrawal=rule))

    def test_an_offer(self) -> None:
        """It is gone, and the seller cannot accept it any more."""
        policy = self.policy(Fallback.PREVIOUS, BUYER)
        listing = happen(listed(), offer(), policy=policy)
        assert events_of(listing, withdraw(1), policy) == (
            OfferWithdrawn(at=MONDAY + HOUR, buyer=ZOE),
        )
        gone = happen(listing, withdraw(1), policy=policy)
        assert (state_of(gone), gone.state) == (OfferState.WITHDRAWN, ListingState.LISTED)
        assert LISTING.next_deadline(gone) is None
        refusal = LISTING.decide(gone, accept(2), policy)
        assert isinstance(refusal, Refused)
        assert (refusal.reasons, refusal.sources) == (("withdrawn",), ("H5",))

    def test_a_counter_falls_back(self) -> None:
        """The buyer's own price stands again for what is left of its time."""
        policy = self.policy(Fallback.PREVIOUS, SELLER)
        listing = happen(listed(), offer(), counter(1), policy=policy)
        assert events_of(listing, withdraw(2, SELLER), policy) == (
            CounterWithdrawn(at=MONDAY + 2 * HOUR, buyer=ZOE, price=eur(150), until=MONDAY + DAY),
        )
        back = happen(listing, withdraw(2, SELLER), policy=policy)
        assert (state_of(back), back.state) == (OfferState.OPEN, ListingState.LISTED)
        assert LISTING.fall_due(back, MONDAY + 2 * DAY) == (
            OfferLapsed(at=MONDAY + DAY, buyer=ZOE),
        )
        assert happen(back, accept(3), policy=policy).price == eur(150)

    def test_a_buyers_counter_falls_back(self) -> None:
        """The seller's counter stands again; its end has not moved."""
        policy = self.policy(Fallback.PREVIOUS, *Party)
        listing = happen(listed(), offer(), counter(1), counter(2, 160, BUYER), policy=policy)
        back = happen(listing, withdraw(3), policy=policy)
        assert state_of(back) is OfferState.COUNTER_OPEN
        assert LISTING.next_deadline(back) == MONDAY + 13 * HOUR
        assert happen(back, accept(4, by=BUYER), policy=policy).price == eur(180)

    def test_what_has_run_out_does_not_stand_again(self) -> None:
        """At the end of the earlier price's time, nothing is left; a tick before, it is."""
        policy = house(
            attrs.evolve(
                OFFERS,
                stands_for=Duration.of(2, "hours"),
                counter=TALK,
                withdrawal=Withdrawal(
                    by=frozenset(Party), falls_back_to=Fallback.PREVIOUS, sources=("H5",)
                ),
            )
        )
        listing = happen(listed(), offer(), counter(1), policy=policy)
        late = withdraw(2, SELLER)
        assert names(events_of(listing, late, policy)) == ["offer-withdrawn"]
        in_time = attrs.evolve(late, at=late.at - TICK)
        assert names(events_of(listing, in_time, policy)) == ["counter-withdrawn"]
        assert state_of(happen(listing, late, policy=policy)) is OfferState.WITHDRAWN

    def test_an_offer_for_ever_stands_again(self) -> None:
        """What never ends is never over."""
        rule = Withdrawal(by=frozenset(Party), falls_back_to=Fallback.PREVIOUS, sources=("H5",))
        policy = house(attrs.evolve(OFFERS, stands_for=NEVER, counter=TALK, withdrawal=rule))
        back = happen(listed(), offer(), counter(1), withdraw(2, SELLER), policy=policy)
        assert (state_of(back), LISTING.next_deadline(back)) == (OfferState.OPEN, None)

    def test_a_counter_may_fall_back_to_nothing(self) -> None:
        """Then withdrawing it ends the negotiation."""
        policy = self.policy(Fallback.NOTHING, SELLER)
        gone = happen(listed(), offer(), counter(1), withdraw(2, SELLER), policy=policy)
        assert state_of(gone) is OfferState.WITHDRAWN

    def test_only_ones_own(self) -> None:
        """What the other side proposed is theirs to take back, and only who may withdraws."""
        both = self.policy(Fallback.PREVIOUS, *Party)
        listing = happen(listed(), offer(), policy=both)
        assert reasons(listing, withdraw(1, SELLER), both) == ["not-your-turn"]
        sellers = self.policy(Fallback.PREVIOUS, SELLER)
        refusal = LISTING.decide(listing, withdraw(1), sellers)
        assert isinstance(refusal, Refused)
        assert (refusal.reasons, refusal.sources) == (("not-withdrawable",), ("H5",))
        assert reasons(listed(), withdraw(1), both) == ["no-such-offer"]
        assert reasons(happen(listing, decline(1)), withdraw(2), both) == ["already-answered"]
        assert reasons(listing, withdraw(24), both) == ["too-late"]

    def test_while_the_piece_is_held_for_another(self) -> None:
        """An offer that waits may be taken back, a counter too."""
        rule = Withdrawal(by=frozenset(Party), falls_back_to=Fallback.PREVIOUS, sources=("H5",))
        policy = house(
            attrs.evolve(OFFERS, acceptance=Acceptance.RESERVING, counter=TALK, withdrawal=rule)
        )
        held = happen(
            listed(), offer(), counter(0), offer(0, LOU, 160), accept(1, LOU), policy=policy
        )
        back = happen(held, withdraw(2, SELLER), policy=policy)
        assert (state_of(back), back.state) == (OfferState.OPEN, ListingState.RESERVED)
        gone = happen(back, withdraw(3), policy=policy)
        assert (state_of(gone), gone.state) == (OfferState.WITHDRAWN, ListingState.RESERVED)

    def test_while_a_lowered_price_runs(self) -> None:
        """The same, and the price goes on."""
        policy = self.policy(Fallback.PREVIOUS, *Party)
        lowered = happen(
            listed(), offer(), offer(0, LOU, 160), accept(1, LOU), counter(2), policy=policy
        )
        assert (state_of(lowered), lowered.state) == (
            OfferState.COUNTER_OPEN,
            ListingState.LOWERED,
        )
        back = happen(lowered, withdraw(3, SELLER), policy=policy)
        assert (state_of(back), back.state) == (OfferState.OPEN, ListingState.LOWERED)
        gone = happen(back, withdraw(4), policy=policy)
        assert (state_of(gone), gone.state, gone.price) == (
            OfferState.WITHDRAWN,
            ListingState.LOWERED,
            eur(160),
        )

    def test_no_history_takes_back_a_counter_that_was_not_made(self) -> None:
        """Such an event is corrupt."""
        listing = happen(listed(), offer())
        withdrawn = CounterWithdrawn(at=MONDAY, buyer=ZOE, price=eur(150), until=MONDAY + DAY)
        with pytest.raises(CorruptHistoryError) as corrupt:
            LISTING.evolve(listing, withdrawn)
        assert (corrupt.value.event, corrupt.value.state) == (withdrawn, listing.offers[0])


class TestSeveralResets:
    """What gives a buyer their offers back may be any of several things, or none has happened."""

    def test_nothing_has_reset_it_yet(self) -> None:
        """Every offer since the listing counts."""
        quota = attrs.evolve(OFFERS.quota, reset_by=frozenset(Reset))
        policy = house(attrs.evolve(OFFERS, quota=quota))
        lapsed = happen(listed(), offer(), policy=policy)
        assert reasons(lapsed, offer(25), policy) == ["already-offered"]
        back = lapsed.particulars
        counts = (back.offers_at_relisting, back.offers_at_price_change, back.offers_at_return)
        assert (counts, back.back) == ((0, 0, 0), False)


class TestPriceEdit:
    """In another house a new initial price ends what runs."""

    POLICY = house(attrs.evolve(OFFERS, price_edit=PriceEdit.ENDS_OFFERS))

    def test_it_ends_offers_and_a_lowered_price(self) -> None:
        """Open offers end, the lowered price is gone."""
        listing = happen(listed(), offer(), offer(0, LOU, 160), accept(1, LOU), policy=self.POLICY)
        at = MONDAY + 2 * HOUR
        change = ChangePrice(at=at, price=eur(190))
        assert events_of(listing, change, self.POLICY) == (
            PriceChanged(at=at, price=eur(190)),
            OfferEnded(at=at, buyer=ZOE),
        )
        changed = happen(listing, change, policy=self.POLICY)
        assert (changed.state, changed.price, changed.until) == (
            ListingState.LISTED,
            eur(190),
            None,
        )
        assert state_of(changed) is OfferState.ENDED

    def test_a_reservation_is_kept(self) -> None:
        """What was given to one buyer alone is not taken back by a new price."""
        policy = house(
            attrs.evolve(OFFERS, price_edit=PriceEdit.ENDS_OFFERS, acceptance=Acceptance.RESERVING)
        )
        held = happen(listed(), offer(), accept(1), policy=policy)
        assert reasons(held, ChangePrice(at=MONDAY + DAY, price=eur(1)), policy) == ["price-frozen"]


class TestDurations:
    """Times are whatever the policy says, in its own units."""

    def test_minutes(self) -> None:
        """An offer for ninety minutes, a price for thirty."""
        policy = house(
            attrs.evolve(
                OFFERS,
                stands_for=Duration.of(90, "minutes"),
                lowered_for=Duration.of(30, "minutes"),
            )
        )
        listing = happen(listed(), offer(), policy=policy)
        assert LISTING.next_deadline(listing) == MONDAY + timedelta(minutes=90)
        lowered = happen(listing, accept(1), policy=policy)
        assert LISTING.fall_due(lowered, MONDAY + DAY) == (
            PriceRestored(at=MONDAY + timedelta(minutes=90), price=eur(200)),
        )

    def test_a_date_too_far(self) -> None:
        """A calendar ends somewhere, and so do the years."""
        policy = house(attrs.evolve(OFFERS, stands_for=Duration.of(9000, "years")))
        with pytest.raises(DayError, match="between the years 1 and 9999"):
            LISTING.decide(listed(), offer(), policy, Calendar.without_holidays("none"))
