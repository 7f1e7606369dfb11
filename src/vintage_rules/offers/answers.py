"""What is decided about one buyer's offer: accepted, declined, countered, withdrawn.

Guards only, no consequences.

What is decided here is about a listing on which everything that has fallen due has happened;
`decide` sees to that.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TypeAlias

from vintage_rules.dates import Calendar
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import BuyerId
from vintage_rules.machine import Refused
from vintage_rules.money import require_currency, zero
from vintage_rules.offers.assess import (
    reasons_against_counter,
)
from vintage_rules.offers.commands import (
    AcceptOffer,
    CounterOffer,
    DeclineOffer,
    WithdrawOffer,
)
from vintage_rules.offers.counter_policy import NewOfferCounter, PublicCounter
from vintage_rules.offers.events import (
    CounterOffered,
    CounterWithdrawn,
    Event,
    OfferAccepted,
    OfferCountered,
    OfferDeclined,
    OfferEnded,
    OfferMade,
    OfferSent,
    OfferWithdrawn,
    PieceCharged,
    PieceOrdered,
    PieceReserved,
    Priced,
    PriceGranted,
    SoldByOffer,
)
from vintage_rules.offers.policy import (
    Acceptance,
    Fallback,
    ListingPolicy,
    OfferPolicy,
    SaleEffect,
)
from vintage_rules.offers.refusals import OfferRefusal, refused
from vintage_rules.offers.states import AWAITED, FOR_SALE, UNSOLD, Listing, ListingState, Offer
from vintage_rules.offers.terms import OfferState, Party, Silence
from vintage_rules.offers.timing import end_of

Decided: TypeAlias = tuple[Event, ...] | Refused[OfferRefusal]
AgreementType: TypeAlias = (
    type[OfferAccepted]
    | type[PriceGranted]
    | type[PieceReserved]
    | type[PieceOrdered]
    | type[PieceCharged]
)

AGREEMENTS: Mapping[Acceptance, AgreementType] = {
    Acceptance.PUBLIC: OfferAccepted,
    Acceptance.PRIVATE: PriceGranted,
    Acceptance.RESERVING: PieceReserved,
    Acceptance.ORDER: PieceOrdered,
    Acceptance.CHARGE: PieceCharged,
}
_ACCEPTING = frozenset({Silence.ACCEPT, Silence.ACCEPT_PRIVATELY, Silence.ACCEPT_AND_RESERVE})
_OVER: Mapping[OfferState, OfferRefusal] = {
    OfferState.GRANTED: OfferRefusal.ALREADY_ANSWERED,
    OfferState.ACCEPTED: OfferRefusal.ALREADY_ANSWERED,
    OfferState.COUNTERED: OfferRefusal.ALREADY_ANSWERED,
    OfferState.DECLINED: OfferRefusal.ALREADY_ANSWERED,
    OfferState.LAPSED: OfferRefusal.TOO_LATE,
    OfferState.WITHDRAWN: OfferRefusal.WITHDRAWN,
    OfferState.ENDED: OfferRefusal.NOT_AVAILABLE,
}


def accepted_until(
    silence: Silence, until: datetime | None, policy: OfferPolicy, calendar: Calendar | None
) -> datetime | None:
    """Return until when the price applies that silence accepts at a moment."""
    if until is None or silence not in _ACCEPTING:
        return None
    return end_of(policy.lowered_for, until, policy.zone, calendar)


def agreement(
    listing: Listing,
    standing: Priced,
    at: datetime,
    house: ListingPolicy,
    calendar: Calendar | None,
) -> tuple[Event, ...]:
    """Return what follows from an acceptance: the price of the moment, or the sale of the piece."""
    policy, catalogue = house.offers, house.catalogue
    buyer, agreed = standing.buyer, AGREEMENTS[policy.acceptance]
    until = end_of(policy.lowered_for, at, policy.zone, calendar)
    if not issubclass(agreed, SoldByOffer):
        return (agreed(at=at, buyer=buyer, price=standing.price, until=until),)
    visible_until = end_of(catalogue.visible_for, at, catalogue.zone, calendar)
    sold = agreed(at=at, buyer=buyer, price=standing.price, until=visible_until, order_until=until)
    return (sold, *ended_by_a_sale(listing, at, policy, to=buyer))


def ended_by_a_sale(
    listing: Listing, at: datetime, policy: OfferPolicy, to: BuyerId | None
) -> tuple[Event, ...]:
    """End the offers that run on a piece that is sold, unless they wait.

    An accepted one has already ended.
    """
    if policy.sale is SaleEffect.KEEPS_OFFERS:
        return ()
    return tuple(event for event in ended(listing, at) if event.buyer != to)


def ended(listing: Listing, at: datetime) -> tuple[OfferEnded, ...]:
    """End every offer that runs."""
    return tuple(OfferEnded(at=at, buyer=offer.buyer) for offer in listing.offers if offer.runs)


def accept(
    listing: Listing, command: AcceptOffer, house: ListingPolicy, calendar: Calendar | None
) -> Decided:
    """Accept the price proposed in an offer, while the piece is for sale."""
    policy = house.offers
    offer = listing.offer_of(command.buyer)
    reasons = _unanswerable(listing, offer, command.by, FOR_SALE)
    if offer is None or reasons:
        return refused(reasons, policy)
    _require_edition(offer, policy)
    return agreement(listing, offer.standing, command.at, house, calendar)


def decline(listing: Listing, command: DeclineOffer, policy: OfferPolicy) -> Decided:
    """Decline an offer."""
    offer = listing.offer_of(command.buyer)
    reasons = _unanswerable(listing, offer, command.by, UNSOLD)
    if offer is None or reasons:
        return refused(reasons, policy)
    _require_edition(offer, policy)
    return (OfferDeclined(at=command.at, buyer=command.buyer),)


def answered_at_once(
    listing: Listing,
    made: OfferMade | CounterOffered,
    house: ListingPolicy,
    calendar: Calendar | None,
) -> tuple[Event, ...]:
    """Answer a price that a buyer proposes, first or as a counter, by the seller's own terms."""
    policy, terms = house.offers, listing.particulars.terms
    price = made.price.amount
    accepts, declines = policy.auto_accept, policy.auto_decline
    if accepts and terms.accept_at and accepts.bound.admits(price, terms.accept_at.amount):
        return agreement(listing, made, made.at, house, calendar)
    if declines and terms.decline_at and declines.bound.admits(price, terms.decline_at.amount):
        return (OfferDeclined(at=made.at, buyer=made.buyer),)
    return ()


def counter(
    listing: Listing, command: CounterOffer, house: ListingPolicy, calendar: Calendar | None
) -> Decided:
    """Answer an offer with another price, which becomes the public one or waits for an answer.

    A buyer's is an offer like any other: the seller's own terms may answer it at once.
    """
    policy = house.offers
    offer, price = listing.offer_of(command.buyer), command.price
    if price.currency is not listing.price.currency:
        require_currency(price, listing.price.currency.code, "price")
    reasons = _unanswerable(listing, offer, command.by, FOR_SALE)
    if offer is not None and offer.state in AWAITED:
        _require_edition(offer, policy)
        reasons += _against_counter(listing, offer, command, policy)
    shape = policy.counter
    if shape is None or reasons:
        return refused(reasons, policy)
    if isinstance(shape, PublicCounter):
        until = end_of(policy.lowered_for, command.at, policy.zone, calendar)
        return (OfferCountered(at=command.at, buyer=command.buyer, price=price, until=until),)
    countered = _counter_offer(command, shape, policy, calendar)
    if command.by is not Party.BUYER:
        return (countered,)
    return (countered, *answered_at_once(listing, countered, house, calendar))


def _against_counter(
    listing: Listing, offer: Offer, command: CounterOffer, policy: OfferPolicy
) -> tuple[OfferRefusal, ...]:
    particulars = listing.particulars
    initial = particulars.initial_price
    offered, asked = offer.made.price, initial
    sent = isinstance(offer.made, OfferSent)
    if sent:
        offered, asked = zero(initial.currency.code), offer.made.price
    if offer.counters:
        offered = offer.last_price_of(Party.BUYER, offered)
        asked = offer.last_price_of(Party.SELLER, asked)
    reasons = reasons_against_counter(
        policy,
        command.price,
        initial,
        listing.price,
        particulars.terms.minimum,
        offered=offered,
        asked=asked,
    )
    shape = policy.counter
    if isinstance(shape, NewOfferCounter):
        if command.by not in shape.by:
            reasons = (*reasons, OfferRefusal.NO_COUNTERS)
        if len(offer.counters) >= shape.rounds:
            reasons = (*reasons, OfferRefusal.NO_ROUNDS_LEFT)
    elif sent and command.by is Party.BUYER:
        reasons = (*reasons, OfferRefusal.NO_COUNTERS)
    return reasons


def _counter_offer(
    command: CounterOffer, shape: NewOfferCounter, policy: OfferPolicy, calendar: Calendar | None
) -> CounterOffered:
    until = end_of(shape.stands_for, command.at, policy.zone, calendar)
    return CounterOffered(
        at=command.at,
        buyer=command.buyer,
        price=command.price,
        until=until,
        by=command.by,
        silence=shape.on_silence,
        accepted_until=accepted_until(shape.on_silence, until, policy, calendar),
    )


def withdraw(listing: Listing, command: WithdrawOffer, policy: OfferPolicy) -> Decided:
    """Take back the price that waits for the other side; the one before it may apply again."""
    offer = listing.offer_of(command.buyer)
    other = Party.BUYER if command.by is Party.SELLER else Party.SELLER
    reasons = _unanswerable(listing, offer, other, UNSOLD)
    rule = policy.withdrawal
    if rule is None or command.by not in rule.by:
        return refused((*reasons, OfferRefusal.NOT_WITHDRAWABLE), policy)
    if offer is None or reasons:
        return refused(reasons, policy)
    _require_edition(offer, policy)
    return (_withdrawn(offer, command, rule.falls_back_to),)


def _withdrawn(offer: Offer, command: WithdrawOffer, fallback: Fallback) -> Event:
    at, buyer = command.at, command.buyer
    if fallback is Fallback.PREVIOUS and offer.counters:
        before = offer.counters[-2] if len(offer.counters) > 1 else offer.made
        if before.until is None or before.until > at:
            return CounterWithdrawn(at=at, buyer=buyer, price=before.price, until=before.until)
    return OfferWithdrawn(at=at, buyer=buyer)


def _unanswerable(
    listing: Listing, offer: Offer | None, party: Party, states: frozenset[ListingState]
) -> tuple[OfferRefusal, ...]:
    """Say why a party cannot answer an offer: it does not wait for them, or the piece is gone."""
    gone = () if listing.state in states else (OfferRefusal.NOT_AVAILABLE,)
    if offer is None:
        return (*gone, OfferRefusal.NO_SUCH_OFFER)
    awaited = AWAITED.get(offer.state)
    if awaited is party:
        return gone
    return (*gone, OfferRefusal.NOT_YOUR_TURN if awaited else _OVER[offer.state])


def _require_edition(offer: Offer, policy: OfferPolicy) -> None:
    edition = offer.made.edition
    if edition is not policy.edition and edition != policy.edition:
        allowed = f"{edition}, under which the offer was opened"
        raise InvalidValueError("policy", str(policy.edition), allowed)
