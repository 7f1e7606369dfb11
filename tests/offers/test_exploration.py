"""Every state a piece can reach in a few steps, looked at one by one.

Two states that differ only in when they were reached are one: what matters is how long things
still run. With that, the states of two buyers and one seller are few enough to see them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TypeAlias

import attrs
import pytest

from tests.offers.house import DAY, HOUR, HOUSE, MONDAY, OFFERS, OPEN, eur, later
from vintage_rules.dates import Duration
from vintage_rules.ids import BuyerId
from vintage_rules.machine import Refused
from vintage_rules.offers.commands import (
    AcceptOffer,
    ChangePrice,
    Command,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    Relist,
    ReturnToSale,
    SellPiece,
    SetAlert,
    TakeDown,
    WithdrawOffer,
)
from vintage_rules.offers.counter_policy import NewOfferCounter
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import Event, PieceReturned, PieceSold
from vintage_rules.offers.listing_commands import list_piece
from vintage_rules.offers.policy import (
    Acceptance,
    Fallback,
    ListingPolicy,
    PriceEdit,
    Withdrawal,
)
from vintage_rules.offers.states import AWAITED, FOR_SALE, RUNNING, Listing, ListingState
from vintage_rules.offers.terms import OfferState, Party, Silence

DEPTHS = {"house": 12, "talking": 6, "private": 12, "keeping": 36, "bargaining": 6}
ZOE, LOU = BuyerId("zoe"), BuyerId("lou")
STEPS = (HOUR, 23 * HOUR, 15 * DAY)

TALKING = attrs.evolve(
    HOUSE,
    offers=attrs.evolve(
        OFFERS,
        counter=NewOfferCounter(
            rounds=2,
            by=frozenset(Party),
            stands_for=Duration.of(24, "hours"),
            on_silence=Silence.DECLINE,
            stands_for_sources=(),
            sources=(),
        ),
        acceptance=Acceptance.RESERVING,
        withdrawal=Withdrawal(by=frozenset(Party), falls_back_to=Fallback.PREVIOUS, sources=()),
    ),
)
PRIVATE = attrs.evolve(
    HOUSE,
    offers=attrs.evolve(OFFERS, acceptance=Acceptance.PRIVATE, on_silence=Silence.ACCEPT_PRIVATELY),
)
KEEPING = attrs.evolve(
    HOUSE,
    offers=attrs.evolve(OFFERS, price_edit=PriceEdit.KEEPS_OFFERS, on_silence=Silence.ACCEPT),
)
BARGAINING = attrs.evolve(
    TALKING,
    offers=attrs.evolve(
        TALKING.offers,
        price_edit=PriceEdit.KEEPS_OFFERS,
        acceptance=Acceptance.PRIVATE,
        on_silence=Silence.ACCEPT_PRIVATELY,
    ),
)
POLICIES = {
    "house": HOUSE,
    "talking": TALKING,
    "private": PRIVATE,
    "keeping": KEEPING,
    "bargaining": BARGAINING,
}
UNKNOWN = {
    "house": (
        {ListingState.RESERVED},
        {OfferState.COUNTER_OPEN, OfferState.GRANTED, OfferState.WITHDRAWN},
    ),
    "talking": ({ListingState.LOWERED}, {OfferState.GRANTED, OfferState.COUNTERED}),
    "private": (
        {ListingState.RESERVED},
        {OfferState.COUNTER_OPEN, OfferState.LAPSED, OfferState.WITHDRAWN},
    ),
    "keeping": (
        {ListingState.RESERVED},
        {OfferState.COUNTER_OPEN, OfferState.GRANTED, OfferState.LAPSED, OfferState.WITHDRAWN},
    ),
    "bargaining": (
        {ListingState.LOWERED, ListingState.RESERVED},
        {OfferState.COUNTERED, OfferState.LAPSED},
    ),
}
EDITS = {PriceEdit.FROZEN: (190,), PriceEdit.KEEPS_OFFERS: (148, 170, 210)}

History: TypeAlias = tuple[Event, ...]
Seen: TypeAlias = dict[object, tuple[Listing, History]]


def commands(at: datetime, edit: PriceEdit) -> Iterator[Command]:
    """Give everything two buyers, a seller and the house may ask for at a moment."""
    yield MakeOffer(at=at, buyer=ZOE, price=eur(150), signed_in=True)
    yield MakeOffer(at=at, buyer=LOU, price=eur(145), signed_in=True)
    for buyer in (ZOE, LOU):
        yield AcceptOffer(at=at, buyer=buyer)
        yield DeclineOffer(at=at, buyer=buyer)
        yield CounterOffer(at=at, buyer=buyer, price=eur(180))
    yield AcceptOffer(at=at, buyer=ZOE, by=Party.BUYER)
    yield CounterOffer(at=at, buyer=ZOE, price=eur(160), by=Party.BUYER)
    yield WithdrawOffer(at=at, buyer=ZOE)
    yield WithdrawOffer(at=at, buyer=ZOE, by=Party.SELLER)
    yield SellPiece(at=at, buyer=ZOE)
    for price in EDITS[edit]:
        yield ChangePrice(at=at, price=eur(price))
    yield TakeDown(at=at)
    yield Relist(at=at)
    yield ReturnToSale(at=at)
    yield SetAlert(at=at, subscriber="ann")


def remaining(until: datetime | None, at: datetime) -> timedelta | None:
    """Give how long something still runs."""
    return None if until is None else until - at


def key_of(listing: Listing) -> object:
    """Give what tells a state from another, whenever it was reached."""
    at = listing.at
    offers = tuple(
        (each.buyer, each.state, each.price, len(each.counters), remaining(each.until, at))
        for each in listing.offers
    )
    until = remaining(listing.until, at)
    return (
        listing.state,
        listing.price,
        listing.initial_price,
        until,
        listing.holder,
        listing.particulars.alerts,
        offers,
    )


def explored(policy: ListingPolicy, depth: int) -> tuple[Seen, bool]:
    """Visit every state within so many commands, each with one history that leads there, and tell
    whether that is all there are.
    """
    first: History = (list_piece(MONDAY, eur(200), OPEN, policy.offers),)
    start = LISTING.replay(first)
    seen: Seen = {key_of(start): (start, first)}
    frontier = list(seen.values())
    for _ in range(depth):
        found: Seen = {}
        for listing, history in frontier:
            for after, events in followers(listing, policy):
                key = key_of(after)
                if key not in seen:
                    found.setdefault(key, (after, (*history, *events)))
        seen.update(found)
        frontier = list(found.values())
    return seen, not frontier


def followers(listing: Listing, policy: ListingPolicy) -> Iterator[tuple[Listing, History]]:
    """Give what one command makes of a state, at each of the moments tried."""
    before = key_of(listing)
    for step in STEPS:
        for command in commands(listing.at + step, policy.offers.price_edit):
            decided = LISTING.decide(listing, command, policy)
            if not isinstance(decided, Refused):
                yield LISTING.replay(decided, listing), decided
    assert key_of(listing) == before


@pytest.fixture(scope="module", params=DEPTHS)
def visited(request: pytest.FixtureRequest) -> tuple[ListingPolicy, Seen, bool]:
    """Explore this house and others that negotiate in other ways."""
    policy = POLICIES[str(request.param)]
    return policy, *explored(policy, DEPTHS[str(request.param)])


@pytest.fixture
def reached(visited: tuple[ListingPolicy, Seen, bool]) -> tuple[ListingPolicy, Seen]:
    """Give what was seen, whether or not it is all there is."""
    return visited[:2]


@pytest.mark.no_cover
class TestN3ToN9InEveryState:
    """N3, N6, N8, N9, C1: what must hold in every state that can be reached."""

    def test_there_is_something_to_see(self, reached: tuple[ListingPolicy, Seen]) -> None:
        """Every state of a piece and of an offer that the house knows is among them."""
        policy, seen = reached
        states = {listing.state for listing, _ in seen.values()}
        offers = {each.state for listing, _ in seen.values() for each in listing.offers}
        name = next(name for name, each in POLICIES.items() if each is policy)
        no_states, no_offers = UNKNOWN[name]
        assert states == set(ListingState) - no_states
        assert offers == set(OfferState) - no_offers
        assert len(seen) > 500

    def test_all_of_it_is_seen(self, visited: tuple[ListingPolicy, Seen, bool]) -> None:
        """Where nobody talks back and forth, no command leads to a state that was not visited."""
        policy, _, whole = visited
        assert whole == (policy not in (TALKING, BARGAINING))

    def test_n3_one_offer_for_each_buyer(self, reached: tuple[ListingPolicy, Seen]) -> None:
        """Under a quota of one nobody has two."""
        for listing, _ in reached[1].values():
            buyers = [offer.buyer for offer in listing.offers]
            assert len(set(buyers)) == len(buyers)

    def test_n6_n8_the_price_is_the_initial_one_or_within_the_cut(
        self, reached: tuple[ListingPolicy, Seen]
    ) -> None:
        """No state shows another price, and only a lowered or sold piece shows a lower one."""
        for listing, _ in reached[1].values():
            least = listing.initial_price.amount * Decimal("0.7")
            assert least <= listing.price.amount <= listing.initial_price.amount
            if listing.price != listing.initial_price:
                assert listing.state in {
                    ListingState.LOWERED,
                    ListingState.SOLD,
                    ListingState.HIDDEN,
                }
            for buyer in (ZOE, LOU, None):
                assert least <= listing.price_for(buyer).amount <= listing.price.amount

    def test_n8_whatever_waits_could_be_made_now(self, reached: tuple[ListingPolicy, Seen]) -> None:
        """An offer that runs on a piece is below its initial price, by 30 % of it at most."""
        for listing, _ in reached[1].values():
            initial = listing.initial_price.amount
            for offer in listing.offers:
                assert not offer.runs or initial * Decimal("0.7") <= offer.price.amount < initial

    def test_n6_the_price_comes_back(self, reached: tuple[ListingPolicy, Seen]) -> None:
        """Left alone, every piece that is not sold is at its initial price when nothing runs."""
        for listing, _ in reached[1].values():
            if listing.state in FOR_SALE or listing.state is ListingState.RESERVED:
                after = later(listing, listing.at + 3 * DAY)
                assert (after.state, after.price) == (ListingState.LISTED, listing.initial_price)
                assert LISTING.next_deadline(after) is None

    def test_n6_n9_nothing_runs_longer_than_it_may(
        self, reached: tuple[ListingPolicy, Seen]
    ) -> None:
        """What runs ends within 24 hours, and what is over has no end."""
        for listing, _ in reached[1].values():
            for offer in listing.offers:
                assert (offer.until is not None) == (offer.state in RUNNING)
                assert offer.until is None or listing.at < offer.until <= listing.at + DAY
            if listing.state in {ListingState.LOWERED, ListingState.RESERVED}:
                assert listing.until is not None
                assert listing.at < listing.until <= listing.at + DAY
            elif listing.state is not ListingState.SOLD:
                assert listing.until is None

    def test_n9_nothing_runs_on_a_piece_that_is_not_for_sale(
        self, reached: tuple[ListingPolicy, Seen]
    ) -> None:
        """A sale ends every offer, and so does taking down."""
        over = {ListingState.SOLD, ListingState.HIDDEN, ListingState.TAKEN_DOWN}
        for listing, _ in reached[1].values():
            if listing.state in over:
                assert not any(offer.runs for offer in listing.offers)

    def test_c1_sold_once(self, reached: tuple[ListingPolicy, Seen]) -> None:
        """Between two sales there is a return, in every history."""
        for listing, history in reached[1].values():
            turns = [
                type(event) for event in history if isinstance(event, PieceSold | PieceReturned)
            ]
            assert turns == [PieceSold, PieceReturned] * (len(turns) // 2) + [PieceSold] * (
                len(turns) % 2
            )
            gone = listing.state in {ListingState.SOLD, ListingState.HIDDEN}
            assert gone == (len(turns) % 2 == 1)

    def test_replaying_gives_the_same_piece(self, reached: tuple[ListingPolicy, Seen]) -> None:
        """Whole, or in two parts."""
        for listing, history in reached[1].values():
            assert LISTING.replay(history) == listing
            middle = len(history) // 2 + 1
            assert LISTING.replay(history[middle:], LISTING.replay(history[:middle])) == listing

    def test_histories_are_in_order_of_time(self, reached: tuple[ListingPolicy, Seen]) -> None:
        """No event is dated before the one before it."""
        for _, history in reached[1].values():
            moments = [event.at for event in history]
            assert moments == sorted(moments)

    def test_asking_in_between_changes_nothing(self, reached: tuple[ListingPolicy, Seen]) -> None:
        """What falls due is the same whether it is asked for at once or bit by bit."""
        for listing, _ in reached[1].values():
            end = listing.at + 20 * DAY
            half = LISTING.fall_due(listing, listing.at + 13 * HOUR)
            assert (
                *half,
                *LISTING.fall_due(LISTING.replay(half, listing), end),
            ) == LISTING.fall_due(listing, end)

    def test_who_is_awaited_is_never_too_late_at_once(
        self, reached: tuple[ListingPolicy, Seen]
    ) -> None:
        """An offer that waits can always be declined by whoever it waits for."""
        policy, seen = reached
        for listing, _ in seen.values():
            for offer in listing.offers:
                if offer.state in AWAITED:
                    party = AWAITED[offer.state]
                    decline = DeclineOffer(at=listing.at, buyer=offer.buyer, by=party)
                    assert not isinstance(LISTING.decide(listing, decline, policy), Refused)
