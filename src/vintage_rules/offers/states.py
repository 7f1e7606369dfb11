"""What a piece and an offer can be. What events have established lives here, and no rule."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from attrs import frozen

from vintage_rules.ids import BuyerId, Edition
from vintage_rules.money import Money
from vintage_rules.offers.events import CounterOffered, OfferMade, OfferSent
from vintage_rules.offers.terms import OfferState, Party, SellerTerms


class ListingState(StrEnum):
    """The state of a piece.

    It is for sale at its initial price or a lower one, held for a buyer, sold and shown, sold and
    no longer shown, or taken down by its seller.
    """

    LISTED = "listed"
    LOWERED = "lowered"
    RESERVED = "reserved"
    SOLD = "sold"
    HIDDEN = "hidden"
    TAKEN_DOWN = "taken-down"


RUNNING = frozenset({OfferState.OPEN, OfferState.COUNTER_OPEN, OfferState.GRANTED})
FOR_SALE = frozenset({ListingState.LISTED, ListingState.LOWERED})
UNSOLD = frozenset({ListingState.LISTED, ListingState.LOWERED, ListingState.RESERVED})
GONE = frozenset({ListingState.SOLD, ListingState.HIDDEN})

AWAITED = {OfferState.OPEN: Party.SELLER, OfferState.COUNTER_OPEN: Party.BUYER}


@frozen(kw_only=True)
class Offer:
    """One buyer's offer, or one made to them, with the counter-offers in it, the last one standing.

    `until` is the moment, exclusive, at which time changes its state; None when time does not.
    """

    state: OfferState
    made: OfferMade
    counters: tuple[CounterOffered, ...]
    until: datetime | None

    @property
    def buyer(self) -> BuyerId:
        """Who made it."""
        return self.made.buyer

    @property
    def edition(self) -> Edition:
        """The edition of the policy it was opened under, and is answered under."""
        return self.made.edition

    @property
    def standing(self) -> OfferMade | CounterOffered:
        """The price proposed last, whether or not it still applies."""
        return self.counters[-1] if self.counters else self.made

    @property
    def price(self) -> Money:
        """The price proposed last."""
        return self.standing.price

    @property
    def runs(self) -> bool:
        """Whether it waits for an answer or still holds a price for its buyer."""
        return self.state in RUNNING

    @property
    def agreeable(self) -> tuple[Money, ...]:
        """The prices that may still be agreed on.

        Its own if that is granted, else every one proposed in it, since a withdrawn price may leave
        the one before it in force.
        """
        if self.state is OfferState.GRANTED:
            return (self.price,)
        return (self.made.price, *(counter.price for counter in self.counters))

    def last_price_of(self, party: Party, default: Money) -> Money:
        """Return the price a side has countered with last, or the one it began with."""
        for counter in reversed(self.counters):
            if counter.by is party:
                return counter.price
        return default

    @property
    def opened_by(self) -> Party:
        """Who proposed the first price in it."""
        return Party.SELLER if isinstance(self.made, OfferSent) else Party.BUYER


@frozen(kw_only=True)
class Particulars:
    """What seldom changes about a listing.

    Its initial price, the price it was listed at, which changes of the initial one leave as it is,
    its seller's terms, when offers open, and its subscribers.

    The three counts say how many offers there were when it was last listed again, last had its
    initial price changed, and last came back: a quota may start again there.
    """

    initial_price: Money
    list_price: Money
    terms: SellerTerms
    offers_from: datetime | None
    alerts: tuple[str, ...]
    back: bool
    offers_at_relisting: int
    offers_at_price_change: int
    offers_at_return: int


@frozen(kw_only=True)
class Listing:
    """A piece as its history has left it at the moment `at` of its last event.

    `price` is what it costs everybody, or what it sold for. `until` is the moment, exclusive, at
    which time ends its state: a lowered price, a reservation, its place in the catalogue. `holder`
    is who it is reserved for, or sold to if known.
    """

    at: datetime
    state: ListingState
    price: Money
    until: datetime | None
    holder: BuyerId | None
    offers: tuple[Offer, ...]
    particulars: Particulars

    @property
    def initial_price(self) -> Money:
        """The price to which a lowered one returns."""
        return self.particulars.initial_price

    @property
    def available(self) -> bool:
        """Whether anybody may buy it."""
        return self.state in FOR_SALE

    def offer_of(self, buyer: BuyerId) -> Offer | None:
        """Return a buyer's latest offer on this listing, or None."""
        for offer in reversed(self.offers):
            if offer.made.buyer == buyer:
                return offer
        return None

    def price_for(self, buyer: BuyerId | None) -> Money:
        """Return what the piece costs a buyer.

        The price agreed with them while it applies, unless the public one is lower.
        """
        own = None if buyer is None else self.offer_of(buyer)
        if own is None:
            return self.price
        reserved = self.state is ListingState.RESERVED and self.holder == buyer
        agreed = reserved or own.state is OfferState.GRANTED
        return min(own.price, self.price) if agreed else self.price
