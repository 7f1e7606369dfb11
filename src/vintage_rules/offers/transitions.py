"""What may follow what: every edge of the two machines, as data.

No rule and no consequence lives here.

What people and time do to an offer and to a piece is in `OFFER_TRANSITIONS` and
`LISTING_TRANSITIONS`: state, event, next state. What time alone brings is in `OFFER_DEADLINES` and
`LISTING_DEADLINES`: the event that happens when a state's `until` comes. The diagrams of the
documentation are generated from these tables, and `evolve` and `fall_due` look everything up in
them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

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
    PieceCharged,
    PieceHidden,
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
from vintage_rules.offers.states import ListingState
from vintage_rules.offers.terms import OfferState, Silence

OfferDeadline: TypeAlias = (
    type[OfferLapsed]
    | type[OfferDeclined]
    | type[OfferAccepted]
    | type[PriceGranted]
    | type[PieceReserved]
    | type[GrantEnded]
)
ListingDeadline: TypeAlias = type[PriceRestored] | type[ReservationEnded] | type[PieceHidden]

OFFER_TRANSITIONS: Mapping[OfferState, Mapping[type[Event], OfferState]] = {
    OfferState.OPEN: {
        OfferAccepted: OfferState.ACCEPTED,
        PriceGranted: OfferState.GRANTED,
        PieceReserved: OfferState.ACCEPTED,
        PieceOrdered: OfferState.ACCEPTED,
        PieceCharged: OfferState.ACCEPTED,
        OfferCountered: OfferState.COUNTERED,
        CounterOffered: OfferState.COUNTER_OPEN,
        CounterWithdrawn: OfferState.COUNTER_OPEN,
        OfferDeclined: OfferState.DECLINED,
        OfferLapsed: OfferState.LAPSED,
        OfferWithdrawn: OfferState.WITHDRAWN,
        OfferEnded: OfferState.ENDED,
    },
    OfferState.COUNTER_OPEN: {
        OfferAccepted: OfferState.ACCEPTED,
        PriceGranted: OfferState.GRANTED,
        PieceReserved: OfferState.ACCEPTED,
        PieceOrdered: OfferState.ACCEPTED,
        PieceCharged: OfferState.ACCEPTED,
        CounterOffered: OfferState.OPEN,
        CounterWithdrawn: OfferState.OPEN,
        OfferDeclined: OfferState.DECLINED,
        OfferLapsed: OfferState.LAPSED,
        OfferWithdrawn: OfferState.WITHDRAWN,
        OfferEnded: OfferState.ENDED,
    },
    OfferState.GRANTED: {
        GrantEnded: OfferState.ACCEPTED,
        OfferEnded: OfferState.ENDED,
    },
    OfferState.ACCEPTED: {},
    OfferState.COUNTERED: {},
    OfferState.DECLINED: {},
    OfferState.LAPSED: {},
    OfferState.WITHDRAWN: {},
    OfferState.ENDED: {},
}

LISTING_TRANSITIONS: Mapping[ListingState, Mapping[type[Event], ListingState]] = {
    ListingState.LISTED: {
        OfferMade: ListingState.LISTED,
        OfferSent: ListingState.LISTED,
        CounterOffered: ListingState.LISTED,
        CounterWithdrawn: ListingState.LISTED,
        PriceGranted: ListingState.LISTED,
        OfferDeclined: ListingState.LISTED,
        OfferLapsed: ListingState.LISTED,
        OfferWithdrawn: ListingState.LISTED,
        OfferEnded: ListingState.LISTED,
        GrantEnded: ListingState.LISTED,
        PriceChanged: ListingState.LISTED,
        TermsChanged: ListingState.LISTED,
        AlertRaised: ListingState.LISTED,
        OfferAccepted: ListingState.LOWERED,
        OfferCountered: ListingState.LOWERED,
        PieceReserved: ListingState.RESERVED,
        PieceSold: ListingState.SOLD,
        PieceOrdered: ListingState.SOLD,
        PieceCharged: ListingState.SOLD,
        PieceTakenDown: ListingState.TAKEN_DOWN,
    },
    ListingState.LOWERED: {
        OfferMade: ListingState.LOWERED,
        OfferSent: ListingState.LOWERED,
        CounterOffered: ListingState.LOWERED,
        CounterWithdrawn: ListingState.LOWERED,
        PriceGranted: ListingState.LOWERED,
        OfferDeclined: ListingState.LOWERED,
        OfferLapsed: ListingState.LOWERED,
        OfferWithdrawn: ListingState.LOWERED,
        GrantEnded: ListingState.LOWERED,
        TermsChanged: ListingState.LOWERED,
        OfferAccepted: ListingState.LOWERED,
        OfferCountered: ListingState.LOWERED,
        PriceRestored: ListingState.LISTED,
        PriceChanged: ListingState.LISTED,
        PieceReserved: ListingState.RESERVED,
        PieceSold: ListingState.SOLD,
        PieceOrdered: ListingState.SOLD,
        PieceCharged: ListingState.SOLD,
        PieceTakenDown: ListingState.TAKEN_DOWN,
    },
    ListingState.RESERVED: {
        CounterWithdrawn: ListingState.RESERVED,
        OfferDeclined: ListingState.RESERVED,
        OfferLapsed: ListingState.RESERVED,
        OfferWithdrawn: ListingState.RESERVED,
        GrantEnded: ListingState.RESERVED,
        TermsChanged: ListingState.RESERVED,
        ReservationEnded: ListingState.LISTED,
        PieceSold: ListingState.SOLD,
        PieceTakenDown: ListingState.TAKEN_DOWN,
    },
    ListingState.SOLD: {
        OfferEnded: ListingState.SOLD,
        OfferDeclined: ListingState.SOLD,
        OfferLapsed: ListingState.SOLD,
        GrantEnded: ListingState.SOLD,
        AlertSet: ListingState.SOLD,
        PieceHidden: ListingState.HIDDEN,
        PieceReturned: ListingState.LISTED,
        PieceTakenDown: ListingState.TAKEN_DOWN,
    },
    ListingState.HIDDEN: {
        OfferDeclined: ListingState.HIDDEN,
        OfferLapsed: ListingState.HIDDEN,
        GrantEnded: ListingState.HIDDEN,
        AlertSet: ListingState.HIDDEN,
        PieceReturned: ListingState.LISTED,
        PieceTakenDown: ListingState.TAKEN_DOWN,
    },
    ListingState.TAKEN_DOWN: {
        OfferEnded: ListingState.TAKEN_DOWN,
        PriceChanged: ListingState.TAKEN_DOWN,
        TermsChanged: ListingState.TAKEN_DOWN,
        PieceRelisted: ListingState.LISTED,
    },
}

OFFER_DEADLINES: Mapping[OfferState, Mapping[Silence, OfferDeadline]] = {
    OfferState.OPEN: {
        Silence.LAPSE: OfferLapsed,
        Silence.DECLINE: OfferDeclined,
        Silence.ACCEPT: OfferAccepted,
        Silence.ACCEPT_PRIVATELY: PriceGranted,
        Silence.ACCEPT_AND_RESERVE: PieceReserved,
    },
    OfferState.COUNTER_OPEN: {
        Silence.LAPSE: OfferLapsed,
        Silence.DECLINE: OfferDeclined,
        Silence.ACCEPT: OfferAccepted,
        Silence.ACCEPT_PRIVATELY: PriceGranted,
        Silence.ACCEPT_AND_RESERVE: PieceReserved,
    },
    OfferState.GRANTED: {  # what silence would have meant no longer matters
        Silence.LAPSE: GrantEnded,
        Silence.DECLINE: GrantEnded,
        Silence.ACCEPT: GrantEnded,
        Silence.ACCEPT_PRIVATELY: GrantEnded,
        Silence.ACCEPT_AND_RESERVE: GrantEnded,
    },
}

LISTING_DEADLINES: Mapping[ListingState, ListingDeadline] = {
    ListingState.LOWERED: PriceRestored,
    ListingState.RESERVED: ReservationEnded,
    ListingState.SOLD: PieceHidden,
}


FIRST_OFFER_STATES: Mapping[type[OfferMade], OfferState] = {
    OfferMade: OfferState.OPEN,
    OfferSent: OfferState.COUNTER_OPEN,
}
FIRST_LISTING_STATE = ListingState.LISTED
