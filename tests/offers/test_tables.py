"""The tables are complete and obeyed, and no history can leave them.

That each edge leads where the clauses say is shown by the stories beside this file, not here.
"""

from __future__ import annotations

import typing
from collections.abc import Iterator

import pytest

from tests.offers.house import DAY, EDITION, HOUR, MONDAY, OPEN, eur, happen, listed
from vintage_rules.errors import CorruptHistoryError, InvalidValueError
from vintage_rules.ids import BuyerId
from vintage_rules.offers import events
from vintage_rules.offers.answers import AGREEMENTS
from vintage_rules.offers.commands import MakeOffer
from vintage_rules.offers.decide import LISTING
from vintage_rules.offers.events import (
    AlertRaised,
    AlertSet,
    CounterOffered,
    CounterWithdrawn,
    Event,
    GrantEnded,
    OfferAccepted,
    OfferCountered,
    OfferDeclined,
    OfferEnded,
    OfferLapsed,
    OfferMade,
    OfferSent,
    OfferWithdrawn,
    OfOffer,
    PieceCharged,
    PieceHidden,
    PieceListed,
    PieceOrdered,
    PieceRelisted,
    PieceReserved,
    PieceReturned,
    PieceSold,
    PieceTakenDown,
    PriceChanged,
    PriceGranted,
    PriceRestored,
    ReservationEnded,
    TermsChanged,
)
from vintage_rules.offers.evolve import consequences
from vintage_rules.offers.policy import (
    Acceptance,
)
from vintage_rules.offers.refusals import _SOURCES, OfferRefusal
from vintage_rules.offers.states import (
    AWAITED,
    FOR_SALE,
    GONE,
    RUNNING,
    UNSOLD,
    Listing,
    ListingState,
    Offer,
)
from vintage_rules.offers.terms import OfferState, Party, Silence
from vintage_rules.offers.transitions import (
    LISTING_DEADLINES,
    LISTING_TRANSITIONS,
    OFFER_DEADLINES,
    OFFER_TRANSITIONS,
)

ZOE = BuyerId("zoe")
AT, END, PRICE = MONDAY + HOUR, MONDAY + DAY, eur(150)
MADE = OfferMade(
    at=MONDAY,
    buyer=ZOE,
    price=PRICE,
    until=END,
    edition=EDITION,
    silence=Silence.LAPSE,
    accepted_until=None,
)
COUNTERED = CounterOffered(
    at=MONDAY,
    buyer=ZOE,
    price=PRICE,
    until=END,
    by=Party.SELLER,
    silence=Silence.LAPSE,
    accepted_until=None,
)
EVERY_EVENT: tuple[Event, ...] = (
    PieceListed(at=AT, price=PRICE, terms=OPEN, offers_from=AT),
    OfferMade(
        at=AT,
        buyer=ZOE,
        price=PRICE,
        until=END,
        edition=EDITION,
        silence=Silence.LAPSE,
        accepted_until=None,
    ),
    OfferSent(
        at=AT,
        buyer=ZOE,
        price=PRICE,
        until=END,
        edition=EDITION,
        silence=Silence.LAPSE,
        accepted_until=None,
    ),
    CounterOffered(
        at=AT,
        buyer=ZOE,
        price=PRICE,
        until=END,
        by=Party.SELLER,
        silence=Silence.LAPSE,
        accepted_until=None,
    ),
    CounterWithdrawn(at=AT, buyer=ZOE, price=PRICE, until=END),
    OfferAccepted(at=AT, buyer=ZOE, price=PRICE, until=END),
    PriceGranted(at=AT, buyer=ZOE, price=PRICE, until=END),
    PieceReserved(at=AT, buyer=ZOE, price=PRICE, until=END),
    PieceOrdered(at=AT, buyer=ZOE, price=PRICE, until=END),
    PieceCharged(at=AT, buyer=ZOE, price=PRICE, until=END),
    OfferCountered(at=AT, buyer=ZOE, price=PRICE, until=END),
    OfferDeclined(at=AT, buyer=ZOE),
    OfferLapsed(at=AT, buyer=ZOE),
    OfferWithdrawn(at=AT, buyer=ZOE),
    OfferEnded(at=AT, buyer=ZOE),
    GrantEnded(at=AT, buyer=ZOE),
    ReservationEnded(at=AT, buyer=ZOE, price=PRICE),
    PriceRestored(at=AT, price=PRICE),
    PriceChanged(at=AT, price=PRICE),
    TermsChanged(at=AT, terms=OPEN),
    PieceSold(at=AT, buyer=ZOE, price=PRICE, visible_until=END),
    PieceHidden(at=AT),
    PieceReturned(at=AT, price=PRICE, offers_from=AT),
    PieceTakenDown(at=AT, price=PRICE),
    PieceRelisted(at=AT, price=PRICE, offers_from=AT),
    AlertSet(at=AT, subscriber="ann"),
    AlertRaised(at=AT, subscriber="ann", used_up=True),
)


def listing_in(state: ListingState, offer: OfferState) -> Listing:
    """Give a piece in a state, with one offer in a state and one counter in it."""
    plain = listed()
    own = Offer(state=offer, made=MADE, counters=(COUNTERED,), until=None)
    return Listing(
        at=MONDAY,
        state=state,
        price=plain.price,
        until=None,
        holder=None,
        offers=(own,),
        particulars=plain.particulars,
    )


def every_pair() -> Iterator[tuple[ListingState, OfferState]]:
    """Give every state of a piece with every state of an offer."""
    return ((state, offer) for state in ListingState for offer in OfferState)


class TestTables:
    """`OFFER_TRANSITIONS`, `LISTING_TRANSITIONS`, `OFFER_DEADLINES`, `LISTING_DEADLINES`."""

    def test_every_state_has_a_row(self) -> None:
        """An empty row is an end."""
        assert set(OFFER_TRANSITIONS) == set(OfferState)
        assert set(LISTING_TRANSITIONS) == set(ListingState)

    def test_every_event_is_in_them(self) -> None:
        """What is in neither could never happen; a listing comes before any state."""
        kinds = set(typing.get_args(Event))
        known = {kind for row in LISTING_TRANSITIONS.values() for kind in row}
        assert known | {PieceListed} == kinds == {type(event) for event in EVERY_EVENT}
        of_offers = {kind for row in OFFER_TRANSITIONS.values() for kind in row}
        assert of_offers | {OfferMade, OfferSent} == {
            kind for kind in kinds if issubclass(kind, OfOffer)
        }

    def test_what_runs_can_end_and_what_is_over_cannot_change(self) -> None:
        """An offer has a row exactly while it runs."""
        assert {state for state, row in OFFER_TRANSITIONS.items() if row} == RUNNING

    def test_time_ends_what_runs(self) -> None:
        """Every state that runs has a deadline for every meaning of silence, and no other has."""
        assert set(OFFER_DEADLINES) == RUNNING
        assert all(set(row) == set(Silence) for row in OFFER_DEADLINES.values())
        for state, row in OFFER_DEADLINES.items():
            assert set(row.values()) <= set(OFFER_TRANSITIONS[state])
        for listing_state, kind in LISTING_DEADLINES.items():
            assert kind in LISTING_TRANSITIONS[listing_state]

    def test_every_event_can_be_told_apart(self) -> None:
        """Names are stable, written in kebab-case, and each stands once."""
        found = [event.name for event in EVERY_EVENT]
        assert len(set(found)) == len(found)
        assert all(name == name.lower() and " " not in name for name in found)

    def test_sets_of_states(self) -> None:
        """What the guards ask about is told from the clauses."""
        assert {ListingState.LISTED, ListingState.LOWERED} == FOR_SALE
        assert {*FOR_SALE, ListingState.RESERVED} == UNSOLD
        assert {ListingState.SOLD, ListingState.HIDDEN} == GONE
        assert {OfferState.OPEN: Party.SELLER, OfferState.COUNTER_OPEN: Party.BUYER} == AWAITED

    def test_every_acceptance_and_refusal_is_known(self) -> None:
        """No member of an enum is forgotten; alerts, returns and order in time bring their own."""
        assert set(AGREEMENTS) == set(Acceptance)
        elsewhere = {
            OfferRefusal.ALERT_ALREADY_SET,
            OfferRefusal.NO_ALERTS,
            OfferRefusal.NOT_SOLD,
            OfferRefusal.OUT_OF_ORDER,
        }
        assert set(_SOURCES) == set(OfferRefusal) - elsewhere

    def test_refusals_are_kebab_case_and_in_order(self) -> None:
        """Codes are stable and read in alphabetical order."""
        codes = [str(code) for code in OfferRefusal]
        assert codes == sorted(codes)
        assert all(code == code.lower().replace("_", "-") for code in codes)


class TestObeyed:
    """`LISTING.evolve` does what the tables say and nothing else."""

    @pytest.mark.parametrize(("state", "offer"), list(every_pair()))
    def test_every_event_in_every_state(self, state: ListingState, offer: OfferState) -> None:
        """An edge leads where the table says; where there is none the history is corrupt."""
        listing = listing_in(state, offer)
        for event in EVERY_EVENT:
            row, own = LISTING_TRANSITIONS[state], OFFER_TRANSITIONS[offer]
            kind = type(event)
            again = kind in {OfferMade, OfferSent} and offer not in RUNNING
            follows = kind in row and (not isinstance(event, OfOffer) or kind in own or again)
            if not follows:
                with pytest.raises(CorruptHistoryError) as corrupt:
                    LISTING.evolve(listing, event)
                assert corrupt.value.event is event
                assert corrupt.value.state in {listing, *listing.offers}
                continue
            after = LISTING.evolve(listing, event)
            assert after.state is row[kind]
            assert after.at == AT
            assert after.offers[0].state is own.get(kind, offer)

    def test_a_history_begins_with_a_listing(self) -> None:
        """Nothing happens to a piece that is not there, and nothing is listed twice."""
        with pytest.raises(CorruptHistoryError) as early:
            LISTING.evolve(None, EVERY_EVENT[1])
        assert (early.value.event, early.value.state) == (EVERY_EVENT[1], None)
        with pytest.raises(CorruptHistoryError) as twice:
            LISTING.evolve(listed(), EVERY_EVENT[0])
        assert (twice.value.event, twice.value.state) == (EVERY_EVENT[0], listed())
        with pytest.raises(CorruptHistoryError):
            consequences(listed(), EVERY_EVENT[0], listed().state)
        allowed = r"events: must be a history that begins with its first event, got \(\)"
        with pytest.raises(InvalidValueError, match=allowed):
            LISTING.replay([])

    def test_time_does_not_run_backwards(self) -> None:
        """An event before the last one is corrupt, at the same instant it is not."""
        listing = happen(listed(), MakeOffer(at=AT, buyer="zoe", price=PRICE, signed_in=True))
        assert LISTING.evolve(listing, OfferDeclined(at=AT, buyer=ZOE)).at == AT
        with pytest.raises(CorruptHistoryError) as early:
            LISTING.evolve(listing, OfferDeclined(at=MONDAY, buyer=ZOE))
        assert (early.value.event, early.value.state) == (
            OfferDeclined(at=MONDAY, buyer=ZOE),
            listing,
        )

    def test_an_answer_needs_an_offer(self) -> None:
        """Of somebody who made none there is nothing to decline."""
        with pytest.raises(CorruptHistoryError, match="OfferDeclined cannot follow") as nobody:
            LISTING.evolve(listed(), OfferDeclined(at=AT, buyer=ZOE))
        assert nobody.value.state == listed()

    def test_nothing_is_missing_from_the_module(self) -> None:
        """Every event class of the module is in the union."""
        declared = {
            thing
            for thing in vars(events).values()
            if isinstance(thing, type) and isinstance(vars(thing).get("name"), str)
        }
        assert declared == set(typing.get_args(Event))
