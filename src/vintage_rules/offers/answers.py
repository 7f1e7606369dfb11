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
from vintage_rules.money import require_currency, zero
from vintage_rules.offers.assess import (
    reasons_against_counter,
    reasons_against_offer,
    reasons_against_sending,
)
from vintage_rules.offers.commands import (
    AcceptOffer,
    CounterOffer,
    DeclineOffer,
    MakeOffer,
    SendOffer,
    WithdrawOffer,
)
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
)
from vintage_rules.offers.making import maker
from vintage_rules.offers.policy import (
    Acceptance,
    Fallback,
    ListingPolicy,
    NewOfferCounter,
    OfferPolicy,
    PublicCounter,
    Quota,
    Reset,
    SaleEffect,
)
from vintage_rules.offers.refusals import OfferRefusal, Refused, refused
from vintage_rules.offers.states import AWAITED, FOR_SALE, UNSOLD, Listing, ListingState, Offer
from vintage_rules.offers.terms import OfferState, Party, Silence
from vintage_rules.offers.timing import end_of

Decided: TypeAlias = tuple[Event, ...] | Refused
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
_offer_made, _offer_countered = maker(OfferMade), maker(OfferCountered)
_SELLING = frozenset({Acceptance.ORDER, Acceptance.CHARGE})
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
    listing: Listing, command: MakeOffer, house: ListingPolicy, calendar: Calendar | None
) -> Decided:
    """Open an offer, and answer it at once where the seller has settled what they accept or
    decline.
    """
    policy = house.offers
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
    return (made, *_answered_at_once(listing, made, house, calendar))


def send_offer(
    listing: Listing, command: SendOffer, policy: OfferPolicy, calendar: Calendar | None
) -> Decided:
    """Open an offer of the seller, which its buyer answers."""
    rule = policy.seller_offers
    reasons = _against_sending(listing, command, policy)
    if rule is None or reasons:
        return refused(reasons, policy)
    at, buyer, price, silence = command.at, command.buyer, command.price, rule.on_silence
    until = end_of(rule.stands_for, at, policy.zone, calendar)
    accepted_until = _accepted_until(silence, until, policy, calendar)
    return (OfferSent(at, buyer, price, until, policy.edition, silence, accepted_until),)


def _against_sending(
    listing: Listing, command: SendOffer, policy: OfferPolicy
) -> tuple[OfferRefusal, ...]:
    own = listing.offer_of(command.buyer)
    particulars = listing.particulars
    opens, price = particulars.offers_from, command.price
    require_currency(price, particulars.initial_price.currency.code, "price")
    return reasons_against_sending(
        policy,
        price=price,
        initial=particulars.initial_price,
        current=listing.price_for(command.buyer),
        minimum=particulars.terms.minimum,
        watching=command.watching,
        available=listing.available,
        opened=opens is not None and opens <= command.at,
        running=own is not None and own.runs,
    )


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
        authorised=command.authorised,
        completion=command.completion,
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
        offer.buyer == buyer and offer.opened_by is Party.BUYER and offer.state in quota.consumed_by
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
    listing: Listing, made: OfferMade, house: ListingPolicy, calendar: Calendar | None
) -> tuple[Event, ...]:
    policy = house.offers
    terms = listing.particulars.terms
    price = made.price.amount
    accepts, declines = policy.auto_accept, policy.auto_decline
    if accepts and terms.accept_at and accepts.bound.admits(price, terms.accept_at.amount):
        return _agreement(listing, made, made.at, house, calendar)
    if declines and terms.decline_at and declines.bound.admits(price, terms.decline_at.amount):
        return (OfferDeclined(at=made.at, buyer=made.buyer),)
    return ()


def _agreement(
    listing: Listing,
    standing: Priced,
    at: datetime,
    house: ListingPolicy,
    calendar: Calendar | None,
) -> tuple[Event, ...]:
    policy, catalogue = house.offers, house.catalogue
    buyer, agreed = standing.buyer, AGREEMENTS[policy.acceptance]
    if policy.acceptance not in _SELLING:
        until = end_of(policy.lowered_for, at, policy.zone, calendar)
        return (agreed(at, buyer, standing.price, until),)
    visible_until = end_of(catalogue.visible_for, at, catalogue.zone, calendar)
    sold = agreed(at, buyer, standing.price, visible_until)
    return (sold, *ended_by_a_sale(listing, at, policy, to=buyer))


def ended_by_a_sale(
    listing: Listing, at: datetime, policy: OfferPolicy, to: BuyerId | None
) -> tuple[Event, ...]:
    """End the offers that run on a piece that is sold, where they do not wait; an accepted one is
    over by itself.
    """
    if policy.sale is SaleEffect.KEEPS_OFFERS:
        return ()
    return tuple(event for event in ended(listing, at) if event.buyer != to)


def ended(listing: Listing, at: datetime) -> tuple[OfferEnded, ...]:
    """End every offer that runs."""
    return tuple(OfferEnded(at, offer.buyer) for offer in listing.offers if offer.runs)


def accept(
    listing: Listing, command: AcceptOffer, house: ListingPolicy, calendar: Calendar | None
) -> Decided:
    """Accept the price that stands in an offer, while the piece is for sale."""
    policy = house.offers
    offer = listing.offer_of(command.buyer)
    reasons = _unanswerable(listing, offer, command.by, FOR_SALE)
    if offer is None or reasons:
        return refused(reasons, policy)
    _require_edition(offer, policy)
    return _agreement(listing, offer.standing, command.at, house, calendar)


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
    if isinstance(offer.made, OfferSent):
        offered, asked = zero(initial.currency.code), offer.made.price
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
    elif AWAITED[offer.state] is command.by is Party.BUYER:
        reasons = (*reasons, OfferRefusal.NO_COUNTERS)
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
