"""What events make of a listing, and what time alone brings. No policy and no guard lives here.

`evolve` holds every consequence, so replaying a history never changes it whatever the house decides
later. `fall_due` says what has happened by itself up to a moment, each thing dated when it
happened: asked late, twice or never in between, the history is the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TypeAlias

from attrs import evolve as changed

from vintage_rules.errors import CorruptHistoryError, InvalidValueError
from vintage_rules.ids import BuyerId
from vintage_rules.money import Money
from vintage_rules.offers.events import (
    Agreement,
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
    OfferWithdrawn,
    OfOneOffer,
    PieceHidden,
    PieceListed,
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
from vintage_rules.offers.states import Listing, ListingState, Offer, OfferState, Particulars
from vintage_rules.offers.tables import (
    LISTING_DEADLINES,
    LISTING_TRANSITIONS,
    OFFER_DEADLINES,
    listing_state_after,
    offer_state_after,
)

_Standing: TypeAlias = tuple[Money, datetime | None, BuyerId | None]


def replay(events: Iterable[Event], listing: Listing | None = None) -> Listing:
    """Give the piece that events have made, from its listing on or from the piece given.

    Raises `CorruptHistoryError` for events that cannot follow one another, `InvalidValueError` when
    there is nothing at all.
    """
    for event in events:
        listing = evolve(listing, event)
    if listing is None:
        raise InvalidValueError("events", (), "a history that begins with the listing of the piece")
    return listing


def evolve(listing: Listing | None, event: Event) -> Listing:
    """Give the piece as an event leaves it; of none, the one that its listing makes.

    Raises `CorruptHistoryError` when the event cannot follow, or is dated before the one before it.
    """
    if isinstance(event, PieceListed):
        return _listed(listing, event)
    if listing is None or event.at < listing.at:
        raise CorruptHistoryError(event, listing)
    state = listing_state_after(listing, event)
    price, until, holder = _standing(listing, event)
    return Listing(
        at=event.at,
        state=state,
        price=price,
        until=until,
        holder=holder,
        offers=_offers(listing, event),
        particulars=_particulars(listing, event),
    )


def _listed(listing: Listing | None, event: PieceListed) -> Listing:
    if listing is not None:
        raise CorruptHistoryError(event, listing)
    particulars = Particulars(
        initial_price=event.price,
        terms=event.terms,
        offers_from=event.offers_from,
        alerts=(),
        back=False,
        offers_at_relisting=0,
        offers_at_price_change=0,
        offers_at_return=0,
    )
    return Listing(
        at=event.at,
        state=ListingState.LISTED,
        price=event.price,
        until=None,
        holder=None,
        offers=(),
        particulars=particulars,
    )


def _standing(listing: Listing, event: Event) -> _Standing:
    """Give the public price, until when the piece's state lasts, and whose the piece is."""
    match event:
        case OfferAccepted() | OfferCountered():
            return event.price, event.until, None
        case PieceReserved():
            return listing.initial_price, event.until, event.buyer
        case PieceSold():
            return event.price, event.visible_until, event.buyer
        case (
            PriceRestored()
            | ReservationEnded()
            | PriceChanged()
            | PieceReturned()
            | PieceRelisted()
            | PieceTakenDown()
        ):
            return event.price, None, None
        case PieceHidden():
            return listing.price, None, listing.holder
        case _:
            return listing.price, listing.until, listing.holder


def _offers(listing: Listing, event: Event) -> tuple[Offer, ...]:
    match event:
        case OfferMade():
            return (*listing.offers, _opened(listing, event))
        case (
            Agreement()
            | OfferCountered()
            | OfferDeclined()
            | OfferLapsed()
            | OfferEnded()
            | OfferWithdrawn()
            | CounterOffered()
            | CounterWithdrawn()
            | GrantEnded()
        ):
            return _with_moved(listing, event)
        case _:
            return listing.offers


def _opened(listing: Listing, event: OfferMade) -> Offer:
    earlier = listing.offer_of(event.buyer)
    if earlier is not None and earlier.runs:
        raise CorruptHistoryError(event, earlier)
    return Offer(state=OfferState.OPEN, made=event, counters=(), until=event.until)


def _with_moved(listing: Listing, event: OfOneOffer) -> tuple[Offer, ...]:
    offer = listing.offer_of(event.buyer)
    if offer is None:
        raise CorruptHistoryError(event, listing)
    moved = _moved(offer, event)
    return tuple(moved if each is offer else each for each in listing.offers)


def _moved(offer: Offer, event: OfOneOffer) -> Offer:
    counters, until = _proposed(offer, event)
    state = offer_state_after(offer, event)
    return Offer(state=state, made=offer.made, counters=counters, until=until)


def _proposed(
    offer: Offer, event: OfOneOffer
) -> tuple[tuple[CounterOffered, ...], datetime | None]:
    """Give the counter-offers of an offer, and until when it stays as it is."""
    match event:
        case CounterOffered():
            return (*offer.counters, event), event.until
        case CounterWithdrawn() if offer.counters:
            return offer.counters[:-1], event.until
        case CounterWithdrawn():
            raise CorruptHistoryError(event, offer)
        case PriceGranted():
            return offer.counters, event.until
        case _:
            return offer.counters, None


def _particulars(listing: Listing, event: Event) -> Particulars:
    particulars = listing.particulars
    match event:
        case PriceChanged():
            count = len(listing.offers)
            return changed(particulars, initial_price=event.price, offers_at_price_change=count)
        case TermsChanged():
            return changed(particulars, terms=event.terms)
        case PieceRelisted():
            count = len(listing.offers)
            return changed(particulars, offers_from=event.offers_from, offers_at_relisting=count)
        case PieceReturned():
            return _back(listing, event)
        case AlertSet() | AlertRaised():
            return changed(particulars, alerts=_waiting(particulars.alerts, event))
        case _:
            return particulars


def _waiting(alerts: tuple[str, ...], event: AlertSet | AlertRaised) -> tuple[str, ...]:
    if isinstance(event, AlertSet):
        return (*alerts, event.subscriber)
    return tuple(each for each in alerts if not event.used_up or each != event.subscriber)


def _back(listing: Listing, event: PieceReturned) -> Particulars:
    return changed(
        listing.particulars,
        offers_from=event.offers_from,
        back=True,
        offers_at_return=len(listing.offers),
    )


def next_deadline(listing: Listing) -> datetime | None:
    """Give the moment at which time alone will change a piece next; None when it will not."""
    due = _next_due(listing)
    return None if due is None else due.at


def fall_due(listing: Listing, now: datetime) -> tuple[Event, ...]:
    """Give what time alone has brought up to and with a moment, in order of time.

    What happens at one instant happens to offers first, in the order they were made, and then to
    the listing.
    """
    brought: list[Event] = []
    due = _next_due(listing)
    while due is not None and due.at <= now:
        brought.append(due)
        listing = evolve(listing, due)
        due = _next_due(listing)
    return tuple(brought)


def _next_due(listing: Listing) -> Event | None:
    at = None
    first = None
    for offer in listing.offers:
        until = offer.until
        if until is not None and (at is None or until < at):
            at, first = until, offer
    if listing.until is not None and (at is None or listing.until < at):
        return _due_of_listing(listing, listing.until)
    if at is None or first is None:
        return None
    return _due_of_offer(listing, first, at)


def _due_of_offer(listing: Listing, offer: Offer, at: datetime) -> Event:
    kind = OFFER_DEADLINES[offer.state][offer.standing.silence]
    if (
        kind not in LISTING_TRANSITIONS[listing.state]
    ):  # nobody can be given what is held for another
        return OfferLapsed(at=at, buyer=offer.buyer)
    if issubclass(kind, Agreement):
        until = offer.standing.accepted_until
        return kind(at=at, buyer=offer.buyer, price=offer.price, until=until)
    return kind(at=at, buyer=offer.buyer)


def _due_of_listing(listing: Listing, at: datetime) -> Event:
    kind = LISTING_DEADLINES[listing.state]
    if issubclass(kind, PriceRestored):
        return kind(at=at, price=listing.initial_price)
    if issubclass(kind, ReservationEnded):
        return kind(at=at, buyer=listing.holder, price=listing.initial_price)
    return kind(at=at)
