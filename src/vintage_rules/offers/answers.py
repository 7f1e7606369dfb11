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
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import BuyerId
from vintage_rules.money import Money, require_currency
from vintage_rules.offers.assess import (
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
from vintage_rules.offers.making import maker
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
from vintage_rules.offers.states import AWAITED, FOR_SALE, UNSOLD, Listing, ListingState, Offer
from vintage_rules.offers.terms import OfferState, Party, Silence
from vintage_rules.offers.timing import end_of

Decided: TypeAlias = tuple[Event, ...] | Refused
AgreementType: TypeAlias = type[OfferAccepted] | type[PriceGranted] | type[PieceReserved]

AGREEMENTS: Mapping[Acceptance, AgreementType] = {
    Acceptance.PUBLIC: OfferAccepted,
    Acceptance.PRIVATE: PriceGranted,
    Acceptance.RESERVING: PieceReserved,
}
_offer_made, _offer_countered = maker(OfferMade), maker(OfferCountered)
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
    at, buyer, price = command.at, command.buyer, command.price
    reasons = _against_offer(listing, command, policy)
    if reasons:
        return refused(reasons, policy)
    until = end_of(policy.stands_for, at, policy.zone, calendar)
    silence = policy.on_silence
    accepted_until = _accepted_until(silence, until, policy, calendar)
    made = _offer_made(at, buyer, price, until, policy.edition, silence, accepted_until)
    if policy.auto_accept is None and policy.auto_decline is None:
        return (made,)
    return (made, *_answered_at_once(listing, made, policy, calendar))


def _against_offer(
    listing: Listing, command: MakeOffer, policy: OfferPolicy
) -> tuple[OfferRefusal, ...]:
    own = listing.offer_of(command.buyer)
    particulars, price = listing.particulars, command.price
    opens, terms, initial = particulars.offers_from, particulars.terms, particulars.initial_price
    if price.currency is not initial.currency:
        require_currency(price, initial.currency.code, "price")
    return reasons_against_offer(
        policy,
        price=price,
        initial=initial,
        current=listing.price if own is None else listing.price_for(command.buyer),
        minimum=terms.minimum,
        open_to_offers=terms.open_to_offers,
        signed_in=command.signed_in,
        available=listing.state in FOR_SALE,
        opened=opens is not None and opens <= command.at,
        running=own is not None and own.runs,
        made=0 if own is None else _counted(listing, command.buyer, policy.quota),
        today=command.offered_today,
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
    return AGREEMENTS[policy.acceptance](at, buyer, price, until)


def accept(
    listing: Listing, command: AcceptOffer, policy: OfferPolicy, calendar: Calendar | None
) -> Decided:
    """Accept the price that stands in an offer, while the piece is for sale."""
    offer = listing.offer_of(command.buyer)
    reasons = _unanswerable(listing, offer, command.by, FOR_SALE)
    if offer is None or reasons:
        return refused(reasons, policy)
    _require_edition(offer, policy)
    return (_agreement(command.at, command.buyer, offer.price, policy, calendar),)


def decline(listing: Listing, command: DeclineOffer, policy: OfferPolicy) -> Decided:
    """Decline an offer."""
    offer = listing.offer_of(command.buyer)
    reasons = _unanswerable(listing, offer, command.by, UNSOLD)
    if offer is None or reasons:
        return refused(reasons, policy)
    _require_edition(offer, policy)
    return (OfferDeclined(command.at, command.buyer),)


def counter(
    listing: Listing, command: CounterOffer, policy: OfferPolicy, calendar: Calendar | None
) -> Decided:
    """Answer an offer with another price, which becomes the public one or waits for an answer."""
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
        return (_offer_countered(command.at, command.buyer, price, until),)
    return (_counter_offer(command, shape, policy, calendar),)


def _against_counter(
    listing: Listing, offer: Offer, command: CounterOffer, policy: OfferPolicy
) -> tuple[OfferRefusal, ...]:
    particulars = listing.particulars
    initial = particulars.initial_price
    offered, asked = offer.made.price, initial
    if offer.counters:
        offered = offer.last_price_of(Party.BUYER, offered)
        asked = offer.last_price_of(Party.SELLER, asked)
    reasons = reasons_against_counter(
        policy,
        price=command.price,
        offered=offered,
        asked=asked,
        initial=initial,
        current=listing.price,
        minimum=particulars.terms.minimum,
    )
    shape = policy.counter
    if isinstance(shape, NewOfferCounter):
        if command.by not in shape.by:
            reasons = (*reasons, OfferRefusal.NO_COUNTERS)
        if len(offer.counters) >= shape.rounds:
            reasons = (*reasons, OfferRefusal.NO_ROUNDS_LEFT)
    return reasons


def _counter_offer(
    command: CounterOffer, shape: NewOfferCounter, policy: OfferPolicy, calendar: Calendar | None
) -> CounterOffered:
    until = end_of(shape.stands_for, command.at, policy.zone, calendar)
    at, buyer, price, silence = command.at, command.buyer, command.price, shape.on_silence
    accepted_until = _accepted_until(silence, until, policy, calendar)
    return CounterOffered(at, buyer, price, until, command.by, silence, accepted_until)


def withdraw(listing: Listing, command: WithdrawOffer, policy: OfferPolicy) -> Decided:
    """Take back the price that waits for the other side; the one before it may stand again."""
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
            return CounterWithdrawn(at, buyer, before.price, before.until)
    return OfferWithdrawn(at, buyer)


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
