"""What time alone brings to a piece.

Each thing is dated when it happened: called late, twice or never in between, the history is the
same.
"""

from __future__ import annotations

from datetime import datetime

from vintage_rules._making import maker
from vintage_rules.offers.events import (
    Event,
    OfferLapsed,
    Priced,
    PriceRestored,
    ReservationEnded,
)
from vintage_rules.offers.evolve import evolve
from vintage_rules.offers.states import Listing, Offer
from vintage_rules.offers.timing import in_utc
from vintage_rules.offers.transitions import LISTING_DEADLINES, LISTING_TRANSITIONS, OFFER_DEADLINES

_price_restored = maker(PriceRestored)


def next_deadline(listing: Listing) -> datetime | None:
    """Return the moment at which time alone will change a piece next; None when it will not.

    >>> from datetime import UTC, timedelta
    >>> from vintage_rules.money import Money
    >>> from vintage_rules.offers.events import PieceListed, PieceSold
    >>> from vintage_rules.offers.decide import LISTING
    >>> from vintage_rules.offers.terms import SellerTerms
    >>> monday = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> price, terms = Money(200, "EUR"), SellerTerms.only(open_to_offers=True)
    >>> listed = PieceListed(monday, price, terms, monday)
    >>> sold = PieceSold(monday, "zoe", price, monday + timedelta(hours=336))
    >>> next_deadline(LISTING.replay([listed, sold])).isoformat()
    '2026-09-21T08:00:00+00:00'
    """
    offer = _first_due(listing)
    if offer is None:
        return listing.until
    return offer.until


def fall_due(listing: Listing, now: datetime) -> tuple[Event, ...]:
    """Return what time alone has brought up to and with a moment, in order of time.

    What happens at one instant happens to offers first, in the order they were made, and then to
    the piece. Clauses A4, N6, N7, N9.

    Raises:
        DayError: For a moment without an offset.

    >>> from datetime import UTC, timedelta
    >>> from vintage_rules.money import Money
    >>> from vintage_rules.offers.events import PieceListed, PieceSold
    >>> from vintage_rules.offers.decide import LISTING
    >>> from vintage_rules.offers.terms import SellerTerms
    >>> monday = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> price, terms = Money(200, "EUR"), SellerTerms.only(open_to_offers=True)
    >>> listed = PieceListed(monday, price, terms, monday)
    >>> sold = PieceSold(monday, "zoe", price, monday + timedelta(hours=336))
    >>> [
    ...     event.name
    ...     for event in fall_due(
    ...         LISTING.replay([listed, sold]), datetime(2027, 1, 1, tzinfo=UTC)
    ...     )
    ... ]
    ['piece-hidden']
    """
    return brought_up_to(listing, in_utc(now, "now"))[1]


def brought_up_to(listing: Listing, now: datetime) -> tuple[Listing, tuple[Event, ...]]:
    """Return a piece as it is at a moment in UTC, and the events that made it so."""
    brought: tuple[Event, ...] = ()
    while (due := _next_due(listing, now)) is not None:
        brought += (due,)
        listing = evolve(listing, due)
    return listing, brought


def _first_due(listing: Listing) -> Offer | None:
    """Return the offer that time changes next, None if the piece is first or nothing is due."""
    first, first_until = None, None
    for offer in listing.offers:
        until = offer.until
        if until is not None and (first_until is None or until < first_until):
            first, first_until = offer, until
    own = listing.until
    if own is not None and first_until is not None and own < first_until:
        return None
    return first


def _next_due(listing: Listing, now: datetime) -> Event | None:
    offer = _first_due(listing)
    if offer is None:
        until = listing.until
        return None if until is None or until > now else _due_of_listing(listing, until)
    until = offer.until
    return None if until is None or until > now else _due_of_offer(listing, offer, until)


def _due_of_offer(listing: Listing, offer: Offer, at: datetime) -> Event:
    kind = OFFER_DEADLINES[offer.state][offer.standing.silence]
    if kind not in LISTING_TRANSITIONS[listing.state]:  # what is held for one is given to no other
        return OfferLapsed(at, offer.buyer)
    if issubclass(kind, Priced):
        return kind(at, offer.buyer, offer.price, offer.standing.accepted_until)
    return kind(at, offer.buyer)


def _due_of_listing(listing: Listing, at: datetime) -> Event:
    kind = LISTING_DEADLINES[listing.state]
    if issubclass(kind, PriceRestored):
        return _price_restored(at, listing.initial_price)
    if issubclass(kind, ReservationEnded):
        return kind(at, listing.holder, listing.initial_price)
    return kind(at)
