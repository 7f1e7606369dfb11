"""What is decided about one buyer's offer: made, accepted, declined, countered, withdrawn. Guards
only, no consequences.

What is decided here is about a listing on which everything that has fallen due has happened;
`decide` sees to that.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TypeAlias

from vintage_rules.dates import Calendar
from vintage_rules.ids import BuyerId
from vintage_rules.money import Money
from vintage_rules.offers.assess import (
    CounterFacts,
    OfferFacts,
    reasons_against_counter,
    reasons_against_offer,
)
from vintage_rules.offers.commands import (
    AcceptOffer,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    WithdrawOffer,
)
from vintage_rules.offers.events import (
    CounterOffered,
    CounterWithdrawn,
    Event,
    OfferAccepted,
    OfferCountered,
    OfferDeclined,
    OfferMade,
    OfferWithdrawn,
    PieceReserved,
    PriceGranted,
)
from vintage_rules.offers.policy import (
    Acceptance,
    Fallback,
    NewOfferCounter,
    OfferPolicy,
    PublicCounter,
    Quota,
    Reset,
)
from vintage_rules.offers.refusals import OfferRefusal, Refused, refused
from vintage_rules.offers.states import AWAITED, FOR_SALE, GONE, Listing, Offer, OfferState
from vintage_rules.offers.terms import Party, Silence
from vintage_rules.offers.timing import end_of

Decided: TypeAlias = tuple[Event, ...] | Refused
AgreementType: TypeAlias = type[OfferAccepted] | type[PriceGranted] | type[PieceReserved]

AGREEMENTS: Mapping[Acceptance, AgreementType] = {
    Acceptance.PUBLIC: OfferAccepted,
    Acceptance.PRIVATE: PriceGranted,
    Acceptance.RESERVING: PieceReserved,
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


def make_offer(
    listing: Listing, command: MakeOffer, policy: OfferPolicy, calendar: Calendar | None
) -> Decided:
    """Open an offer, and answer it at once where the seller has settled what they accept or
    decline.
    """
    reasons = reasons_against_offer(_facts_of(listing, command, policy.quota), policy)
    if reasons:
        return refused(reasons, policy)
    until = end_of(policy.stands_for, command.at, policy.zone, calendar)
    made = OfferMade(
        at=command.at,
        buyer=command.buyer,
        price=command.price,
        until=until,
        edition=policy.edition,
        silence=policy.on_silence,
        accepted_until=_accepted_until(policy.on_silence, until, policy, calendar),
    )
    return (made, *_answered_at_once(listing, made, policy, calendar))


def _facts_of(listing: Listing, command: MakeOffer, quota: Quota) -> OfferFacts:
    own = listing.offer_of(command.buyer)
    particulars = listing.particulars
    opens = particulars.offers_from
    return OfferFacts(
        price=command.price,
        initial_price=particulars.initial_price,
        current_price=listing.price_for(command.buyer),
        open_to_offers=particulars.terms.open_to_offers,
        signed_in=command.signed_in,
        available=listing.available,
        offers_made=0 if own is None else _counted(listing, command.buyer, quota),
        offer_running=own is not None and own.runs,
        offered_today=command.offered_today,
        opened=opens is not None and opens <= command.at,
        seller_minimum=particulars.terms.minimum,
    )


def _counted(listing: Listing, buyer: BuyerId, quota: Quota) -> int:
    """Count the buyer's offers that use up their quota: those since it was last reset, in a state
    that counts.
    """
    since = max(_resets(listing, quota), default=0)
    return sum(
        offer.buyer == buyer and offer.state in quota.consumed_by
        for offer in listing.offers[since:]
    )


def _resets(listing: Listing, quota: Quota) -> Iterator[int]:
    particulars = listing.particulars
    if Reset.RELISTING in quota.reset_by:
        yield particulars.offers_at_relisting
    if Reset.PRICE_EDIT in quota.reset_by:
        yield particulars.offers_at_price_change
    if Reset.RETURN in quota.reset_by:
        yield particulars.offers_at_return


def _accepted_until(
    silence: Silence, until: datetime | None, policy: OfferPolicy, calendar: Calendar | None
) -> datetime | None:
    """Give until when the price stands that silence accepts at a moment."""
    if until is None or silence not in _ACCEPTING:
        return None
    return end_of(policy.lowered_for, until, policy.zone, calendar)


def _answered_at_once(
    listing: Listing, made: OfferMade, policy: OfferPolicy, calendar: Calendar | None
) -> tuple[Event, ...]:
    terms = listing.particulars.terms
    price = made.price.amount
    accepts, declines = policy.auto_accept, policy.auto_decline
    if accepts and terms.accept_at and accepts.bound.admits(price, terms.accept_at.amount):
        return (_agreement(made.at, made.buyer, made.price, policy, calendar),)
    if declines and terms.decline_at and declines.bound.admits(price, terms.decline_at.amount):
        return (OfferDeclined(at=made.at, buyer=made.buyer),)
    return ()


def _agreement(
    at: datetime, buyer: BuyerId, price: Money, policy: OfferPolicy, calendar: Calendar | None
) -> Event:
    until = end_of(policy.lowered_for, at, policy.zone, calendar)
    return AGREEMENTS[policy.acceptance](at=at, buyer=buyer, price=price, until=until)


def accept(
    listing: Listing, command: AcceptOffer, policy: OfferPolicy, calendar: Calendar | None
) -> Decided:
    """Accept the price that stands in an offer, while the piece is for sale."""
    offer = listing.offer_of(command.buyer)
    reasons = {*_not_for_sale(listing), *_not_awaiting(offer, command.by)}
    if offer is None or reasons:
        return refused(reasons, policy)
    return (_agreement(command.at, command.buyer, offer.price, policy, calendar),)


def decline(listing: Listing, command: DeclineOffer, policy: OfferPolicy) -> Decided:
    """Decline an offer."""
    offer = listing.offer_of(command.buyer)
    reasons = {*_gone(listing), *_not_awaiting(offer, command.by)}
    if reasons:
        return refused(reasons, policy)
    return (OfferDeclined(at=command.at, buyer=command.buyer),)


def counter(
    listing: Listing, command: CounterOffer, policy: OfferPolicy, calendar: Calendar | None
) -> Decided:
    """Answer an offer with another price, which becomes the public one or waits for an answer."""
    offer = listing.offer_of(command.buyer)
    reasons = {*_not_for_sale(listing), *_not_awaiting(offer, command.by)}
    if offer is not None and offer.state in AWAITED:
        reasons.update(_against_counter(listing, offer, command, policy))
    shape = policy.counter
    if offer is None or shape is None or reasons:
        return refused(reasons or {OfferRefusal.NO_COUNTERS}, policy)
    match shape:
        case PublicCounter():
            return (_public_counter(command, policy, calendar),)
        case NewOfferCounter():
            return (_counter_offer(command, shape, policy, calendar),)


def _against_counter(
    listing: Listing, offer: Offer, command: CounterOffer, policy: OfferPolicy
) -> Iterator[OfferRefusal]:
    facts = CounterFacts(
        price=command.price,
        offered=offer.last_price_of(Party.BUYER, offer.made.price),
        asked=offer.last_price_of(Party.SELLER, listing.initial_price),
        initial_price=listing.initial_price,
        current_price=listing.price_for(command.buyer),
        seller_minimum=listing.particulars.terms.minimum,
    )
    yield from reasons_against_counter(facts, policy)
    if isinstance(policy.counter, NewOfferCounter):
        if command.by not in policy.counter.by:
            yield OfferRefusal.NO_COUNTERS
        if len(offer.counters) >= policy.counter.rounds:
            yield OfferRefusal.NO_ROUNDS_LEFT


def _public_counter(
    command: CounterOffer, policy: OfferPolicy, calendar: Calendar | None
) -> OfferCountered:
    until = end_of(policy.lowered_for, command.at, policy.zone, calendar)
    return OfferCountered(at=command.at, buyer=command.buyer, price=command.price, until=until)


def _counter_offer(
    command: CounterOffer, shape: NewOfferCounter, policy: OfferPolicy, calendar: Calendar | None
) -> CounterOffered:
    until = end_of(shape.stands_for, command.at, policy.zone, calendar)
    return CounterOffered(
        at=command.at,
        buyer=command.buyer,
        by=command.by,
        price=command.price,
        until=until,
        silence=shape.on_silence,
        accepted_until=_accepted_until(shape.on_silence, until, policy, calendar),
    )


def withdraw(listing: Listing, command: WithdrawOffer, policy: OfferPolicy) -> Decided:
    """Take back the price that waits for the other side; the one before it may stand again."""
    offer = listing.offer_of(command.buyer)
    other = Party.BUYER if command.by is Party.SELLER else Party.SELLER
    reasons = {*_gone(listing), *_not_awaiting(offer, other)}
    rule = policy.withdrawal
    if rule is None or command.by not in rule.by:
        reasons.add(OfferRefusal.NOT_WITHDRAWABLE)
    if offer is None or rule is None or reasons:
        return refused(reasons, policy)
    return (_withdrawn(offer, command, rule.falls_back_to),)


def _withdrawn(offer: Offer, command: WithdrawOffer, fallback: Fallback) -> Event:
    at, buyer = command.at, command.buyer
    if fallback is Fallback.PREVIOUS and offer.counters:
        before = offer.counters[-2] if len(offer.counters) > 1 else offer.made
        if before.until is None or before.until > at:
            return CounterWithdrawn(at=at, buyer=buyer, price=before.price, until=before.until)
    return OfferWithdrawn(at=at, buyer=buyer)


def _not_for_sale(listing: Listing) -> Iterator[OfferRefusal]:
    if listing.state not in FOR_SALE:
        yield OfferRefusal.NOT_AVAILABLE


def _gone(listing: Listing) -> Iterator[OfferRefusal]:
    if listing.state in GONE:
        yield OfferRefusal.NOT_AVAILABLE


def _not_awaiting(offer: Offer | None, party: Party) -> Iterator[OfferRefusal]:
    """Say why an offer does not wait for a party, if it does not."""
    if offer is None:
        yield OfferRefusal.NO_SUCH_OFFER
    elif offer.state not in AWAITED:
        yield _OVER[offer.state]
    elif AWAITED[offer.state] is not party:
        yield OfferRefusal.NOT_YOUR_TURN
