"""What time alone brings to a piece.

Each event is dated when it happened: called late, twice or never in between, the history is the
same.
"""

from __future__ import annotations

from datetime import datetime

from vintage_rules.offers.events import (
    Event,
    OfferLapsed,
    Priced,
    PriceRestored,
    ReservationEnded,
)
from vintage_rules.offers.states import Listing, Offer
from vintage_rules.offers.transitions import LISTING_DEADLINES, LISTING_TRANSITIONS, OFFER_DEADLINES


def next_due(listing: Listing, now: datetime) -> Event | None:
    """Return what time alone brings to a piece next, if it has by that moment; None when nothing.

    What happens at one instant happens to offers first, in the order they were made, and then to
    the piece. Clauses A4, N6, N7, N9.

    >>> from datetime import UTC, datetime, timedelta
    >>> from vintage_rules import Money
    >>> from vintage_rules.offers import LISTING
    >>> from vintage_rules.offers import PieceListed, PieceSold
    >>> from vintage_rules.offers import SellerTerms
    >>> monday = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> price, terms = Money(200, "EUR"), SellerTerms.only(open_to_offers=True)
    >>> listed = PieceListed(at=monday, price=price, terms=terms, offers_from=monday)
    >>> sold = PieceSold(
    ...     at=monday,
    ...     buyer="zoe",
    ...     price=price,
    ...     visible_until=monday + timedelta(hours=336),
    ... )
    >>> due = LISTING.fall_due(
    ...     LISTING.replay([listed, sold]), datetime(2027, 1, 1, tzinfo=UTC)
    ... )
    >>> [(event.name, event.at.isoformat()) for event in due]
    [('piece-hidden', '2026-09-21T08:00:00+00:00')]
    """
    offer = _first_due(listing)
    until = listing.until if offer is None else offer.until
    if until is None or until > now:
        return None
    if offer is None:
        return _due_of_listing(listing, until)
    return _due_of_offer(listing, offer, until)


def _first_due(listing: Listing) -> Offer | None:
    """Return the offer that time changes next; None where the piece is first or nothing is due."""
    first, first_until = None, None
    for offer in listing.offers:
        until = offer.until
        if until is not None and (first_until is None or until < first_until):
            first, first_until = offer, until
    own = listing.until
    if own is not None and first_until is not None and own < first_until:
        return None
    return first


def _due_of_offer(listing: Listing, offer: Offer, at: datetime) -> Event:
    kind = OFFER_DEADLINES[offer.state][offer.standing.silence]
    if kind not in LISTING_TRANSITIONS[listing.state]:  # what is held for one is given to no other
        return OfferLapsed(at=at, buyer=offer.buyer)
    if issubclass(kind, Priced):
        return kind(
            at=at, buyer=offer.buyer, price=offer.price, until=offer.standing.accepted_until
        )
    return kind(at=at, buyer=offer.buyer)


def _due_of_listing(listing: Listing, at: datetime) -> Event:
    kind = LISTING_DEADLINES[listing.state]
    if issubclass(kind, PriceRestored):
        return kind(at=at, price=listing.initial_price)
    if issubclass(kind, ReservationEnded):
        return kind(at=at, buyer=listing.holder, price=listing.initial_price)
    return kind(at=at)
