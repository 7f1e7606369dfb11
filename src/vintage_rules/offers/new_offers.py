"""What is decided about a new offer, a buyer's or a seller's. Guards only, no consequences."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.dates import Calendar
from vintage_rules.ids import BuyerId
from vintage_rules.money import require_currency
from vintage_rules.offers.answers import Decided, accepted_until, answered_at_once
from vintage_rules.offers.assess import reasons_against_offer, reasons_against_sending
from vintage_rules.offers.commands import MakeOffer, SendOffer
from vintage_rules.offers.events import OfferMade, OfferSent
from vintage_rules.offers.policy import (
    ListingPolicy,
    OfferPolicy,
    Quota,
    Reset,
)
from vintage_rules.offers.refusals import OfferRefusal, refused
from vintage_rules.offers.states import FOR_SALE, Listing
from vintage_rules.offers.terms import Party
from vintage_rules.offers.timing import end_of


def make_offer(
    listing: Listing, command: MakeOffer, house: ListingPolicy, calendar: Calendar | None
) -> Decided:
    """Open an offer, and answer it at once if the seller's terms accept or decline it."""
    policy = house.offers
    at, buyer, price = command.at, command.buyer, command.price
    reasons = _against_offer(listing, command, policy)
    if reasons:
        return refused(reasons, policy)
    until = end_of(policy.stands_for, at, policy.zone, calendar)
    silence = policy.on_silence
    agreed_until = accepted_until(silence, until, policy, calendar)
    made = OfferMade(
        at=at,
        buyer=buyer,
        price=price,
        until=until,
        edition=policy.edition,
        silence=silence,
        accepted_until=agreed_until,
    )
    if policy.auto_accept is None and policy.auto_decline is None:
        return (made,)
    return (made, *answered_at_once(listing, made, house, calendar))


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
    agreed_until = accepted_until(silence, until, policy, calendar)
    sent = OfferSent(
        at=at,
        buyer=buyer,
        price=price,
        until=until,
        edition=policy.edition,
        silence=silence,
        accepted_until=agreed_until,
    )
    return (sent,)


def _against_sending(
    listing: Listing, command: SendOffer, policy: OfferPolicy
) -> tuple[OfferRefusal, ...]:
    own = listing.offer_of(command.buyer)
    particulars = listing.particulars
    opens, price = particulars.offers_from, command.price
    require_currency(price, particulars.initial_price.currency.code, "price")
    return reasons_against_sending(
        policy,
        price,
        particulars.initial_price,
        listing.price_for(command.buyer),
        particulars.terms.minimum,
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
        price,
        initial,
        listing.price if own is None else listing.price_for(command.buyer),
        terms.minimum,
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
    """Count the buyer's offers that use up their quota.

    They are those since it was last reset, in a state that counts.
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
