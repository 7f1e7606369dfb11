"""The commands about a piece itself: listed, sold, priced, taken down, returned, watched."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import moneyed

from vintage_rules.dates import Calendar
from vintage_rules.errors import InvalidValueError
from vintage_rules.ids import BuyerId, Edition
from vintage_rules.machine import Refused
from vintage_rules.money import Money, positive, require_currency
from vintage_rules.offers.alerts import AlertRefused, assess_alert
from vintage_rules.offers.answers import Decided, ended, ended_by_a_sale
from vintage_rules.offers.assess import may_stand
from vintage_rules.offers.commands import (
    ChangePrice,
    ChangeTerms,
    Relist,
    ReturnToSale,
    ReturnToSeller,
    SellPiece,
    SetAlert,
    TakeDown,
)
from vintage_rules.offers.events import (
    AlertRaised,
    AlertSet,
    PieceListed,
    PieceRelisted,
    PieceReturned,
    PieceSold,
    PieceTakenDown,
    PriceChanged,
    TermsChanged,
)
from vintage_rules.offers.policy import (
    ListingPolicy,
    OfferPolicy,
    PriceEdit,
)
from vintage_rules.offers.refusals import OfferRefusal, refused
from vintage_rules.offers.states import FOR_SALE, GONE, Listing, ListingState
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.offers.timing import end_of, in_utc


def list_piece(
    at: datetime,
    initial_price: moneyed.Money,
    terms: SellerTerms,
    policy: OfferPolicy,
    calendar: Calendar | None = None,
) -> PieceListed:
    """Put a piece up for sale: the first event of its history.

    Raises:
        MoneyError: If the price is not above 0.
        CurrencyMismatchError: If the terms are in another currency.
        InvalidValueError: If they lie outside the house's bounds.
        DayError: For a moment without an offset, or without a calendar where offers open after days
            that need one.

    >>> from datetime import UTC, date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> terms = SellerTerms.only(open_to_offers=True)
    >>> monday = datetime(2026, 9, 7, 8, tzinfo=UTC)
    >>> list_piece(monday, Money(200, "EUR"), terms, house.listing.offers).price
    Money('200.00', 'EUR')
    """
    moment = in_utc(at, "at")
    price = positive(initial_price, "initial_price")
    _require_terms(terms, price)
    bounds, outside = policy.seller_bounds, out_of_bounds(terms, price, policy)
    if bounds is not None and outside:
        allowed = f"from {bounds.lowest} to {bounds.highest} of the initial price"
        raise InvalidValueError(f"terms.{outside[0]}", getattr(terms, outside[0]), allowed)
    opens = _opens(moment, policy, calendar)
    return PieceListed(at=moment, price=price, terms=terms, offers_from=opens)


def _opens(at: datetime, policy: OfferPolicy, calendar: Calendar | None) -> datetime | None:
    return end_of(policy.opens_after, at, policy.zone, calendar)


def out_of_bounds(terms: SellerTerms, initial: Money, policy: OfferPolicy) -> tuple[str, ...]:
    """Name what a seller settled outside the house's bounds.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> terms = SellerTerms.only(open_to_offers=True)
    >>> out_of_bounds(terms, Money(200, "EUR"), house.listing.offers)
    ()
    """
    bounds = policy.seller_bounds
    if bounds is None:
        return ()
    amounts = {
        "minimum": terms.minimum,
        "accept_at": terms.accept_at,
        "decline_at": terms.decline_at,
    }
    return tuple(
        name
        for name, money in amounts.items()
        if money is not None and not bounds.admit(money.amount, initial.amount)
    )


def _require_terms(terms: SellerTerms, price: Money) -> None:
    code = price.currency.code
    if terms.minimum is not None:
        require_currency(terms.minimum, code, "terms.minimum")
    if terms.accept_at is not None:
        require_currency(terms.accept_at, code, "terms.accept_at")
    if terms.decline_at is not None:
        require_currency(terms.decline_at, code, "terms.decline_at")


def sell(
    listing: Listing, command: SellPiece, policy: ListingPolicy, calendar: Calendar | None
) -> Decided:
    """Sell a piece once, at what it costs that buyer now, and end every offer on it. Clause C1."""
    cost = listing.price_for(command.buyer)
    if command.price is not None:
        require_currency(command.price, cost.currency.code, "price")
    if not _may_buy(listing, command):
        return refused([OfferRefusal.NOT_AVAILABLE], policy.offers)
    if command.price is not None and command.price != cost:
        return refused([OfferRefusal.PRICE_DIFFERS], policy.offers)
    catalogue = policy.catalogue
    sold = PieceSold(
        at=command.at,
        buyer=command.buyer,
        price=cost,
        visible_until=end_of(catalogue.visible_for, command.at, catalogue.zone, calendar),
    )
    return (sold, *ended_by_a_sale(listing, command.at, policy.offers, to=None))


def _may_buy(listing: Listing, command: SellPiece) -> bool:
    held = listing.state is ListingState.RESERVED and listing.holder == command.buyer
    return held or listing.available


def change_price(listing: Listing, command: ChangePrice, policy: OfferPolicy) -> Decided:
    """Change the initial price, unless it is frozen while an offer or an agreed price runs.

    Where offers are kept, those end that could not be made at the new price, so that whatever is
    agreed later lies within the allowed cut. Clause N8.
    """
    require_currency(command.price, listing.initial_price.currency.code, "price")
    against = {
        OfferRefusal.NOT_AVAILABLE: listing.state in GONE,
        OfferRefusal.NOT_POSITIVE: command.price.amount <= 0,
        OfferRefusal.PRICE_FROZEN: _frozen(listing, policy.price_edit),
    }
    if any(against.values()):
        return refused((reason for reason, holds in against.items() if holds), policy)
    edited = PriceChanged(at=command.at, price=command.price)
    kept = _kept(listing, command.price, policy)
    return (edited, *(over for over in ended(listing, command.at) if over.buyer not in kept))


def _kept(listing: Listing, initial: Money, policy: OfferPolicy) -> frozenset[BuyerId]:
    """Return the buyers whose offer that runs goes on at another initial price."""
    if policy.price_edit is not PriceEdit.KEEPS_OFFERS:
        return frozenset()
    minimum = listing.particulars.terms.minimum
    return frozenset(
        offer.buyer
        for offer in listing.offers
        if offer.runs
        and all(may_stand(policy, price, initial, minimum) for price in offer.agreeable)
    )


def _frozen(listing: Listing, edit: PriceEdit) -> bool:
    """A reservation keeps its price in any house: it was given to one buyer alone."""
    if listing.state is ListingState.RESERVED:
        return True
    if edit is not PriceEdit.FROZEN:
        return False
    return listing.state is ListingState.LOWERED or any(offer.runs for offer in listing.offers)


def change_terms(listing: Listing, command: ChangeTerms, policy: OfferPolicy) -> Decided:
    """Change what the seller is open to; offers already made go on."""
    _require_terms(command.terms, listing.initial_price)
    against = {
        OfferRefusal.NOT_AVAILABLE: listing.state in GONE,
        OfferRefusal.TERMS_OUT_OF_BOUNDS: bool(
            out_of_bounds(command.terms, listing.initial_price, policy)
        ),
    }
    if any(against.values()):
        return refused((reason for reason, holds in against.items() if holds), policy)
    return (TermsChanged(at=command.at, terms=command.terms),)


def take_down(listing: Listing, command: TakeDown, policy: OfferPolicy) -> Decided:
    """Take a piece off sale and end every offer that runs."""
    if listing.state not in FOR_SALE | {ListingState.RESERVED}:
        return refused([OfferRefusal.NOT_AVAILABLE], policy)
    return (
        PieceTakenDown(at=command.at, price=listing.initial_price),
        *ended(listing, command.at),
    )


def relist(
    listing: Listing, command: Relist, policy: ListingPolicy, calendar: Calendar | None
) -> Decided:
    """Put a piece that was taken down up for sale again, at its initial price.

    Those who have waited for it since it was sold are notified. Clause A5.
    """
    if listing.state is not ListingState.TAKEN_DOWN:
        return refused([OfferRefusal.NOT_TAKEN_DOWN], policy.offers)
    opens = _opens(command.at, policy.offers, calendar)
    listed = PieceRelisted(at=command.at, price=listing.initial_price, offers_from=opens)
    return (listed, *_alerts(listing, command.at, policy))


def return_to_sale(
    listing: Listing, command: ReturnToSale, policy: ListingPolicy, calendar: Calendar | None
) -> Decided:
    """Put a sold piece that came back up for sale again, and notify all subscribers.

    Clauses A4, A5.
    """
    if listing.state not in GONE:
        return _refused(OfferRefusal.NOT_SOLD, policy.catalogue.sources, policy.edition)
    opens = _opens(command.at, policy.offers, calendar)
    back = PieceReturned(at=command.at, price=listing.initial_price, offers_from=opens)
    return (back, *_alerts(listing, command.at, policy))


def _alerts(listing: Listing, at: datetime, policy: ListingPolicy) -> Iterator[AlertRaised]:
    used_up = policy.alerts is None or policy.alerts.single_use
    for each in listing.particulars.alerts:
        yield AlertRaised(at=at, subscriber=each, used_up=used_up)


def return_to_seller(listing: Listing, command: ReturnToSeller, policy: ListingPolicy) -> Decided:
    """Take a piece out of its sale without listing it again: its seller does, or does not."""
    if listing.state not in GONE:
        return _refused(OfferRefusal.NOT_SOLD, policy.catalogue.sources, policy.edition)
    return (PieceTakenDown(at=command.at, price=listing.initial_price), *ended(listing, command.at))


def set_alert(listing: Listing, command: SetAlert, policy: ListingPolicy) -> Decided:
    """Note who waits for a sold piece, once each. Clause A5."""
    assessed = assess_alert(
        sold=listing.state in GONE,
        already_set=command.subscriber in listing.particulars.alerts,
        policy=policy,
    )
    if isinstance(assessed, AlertRefused):
        return assessed
    return (AlertSet(at=command.at, subscriber=command.subscriber),)


def _refused(
    reason: OfferRefusal, sources: tuple[str, ...], edition: Edition
) -> Refused[OfferRefusal]:
    return Refused(reasons=(reason,), sources=sources, edition=edition)
