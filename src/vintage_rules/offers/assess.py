"""Whether an offer or a counter-price may be made, by prices and circumstances alone.

No history is needed. Prices are compared exactly and never rounded; every reason against is
returned, not only the first.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TypeAlias

import moneyed
from attrs import field, frozen

from vintage_rules.decision import Decision
from vintage_rules.errors import InvalidValueError
from vintage_rules.money import EXACT, Money, exact, positive, require_currency
from vintage_rules.offers.commands import share_if_any
from vintage_rules.offers.policy import (
    Floor,
    FloorBase,
    OfferPolicy,
)
from vintage_rules.offers.refusals import OfferRefusal, sources_of
from vintage_rules.offers.seller_policy import (
    Audience,
)


def _price(price: moneyed.Money) -> Money:
    return exact(price, "price")


def _initial(price: moneyed.Money) -> Money:
    return positive(price, "initial_price")


def _current(price: moneyed.Money | None) -> Money | None:
    return None if price is None else positive(price, "current_price")


def _minimum(price: moneyed.Money | None) -> Money | None:
    return None if price is None else positive(price, "seller_minimum")


@frozen(kw_only=True)
class OfferFacts:
    """What is known when a buyer offers a price.

    `current_price` is what the piece costs this buyer now; None where that is the initial price.
    `offers_made` is how many of the buyer's offers on this piece count against their quota,
    `offer_running` whether one of them still runs, `offered_today` how many they made on any piece
    this day, `opened` whether offers on this piece are open yet. `authorised` is whether a
    payment is held for the offer, `completion` the share of their deals the buyer kept, None where
    they had none.

    Raises:
        MoneyError: For what is no exact price.
        CurrencyMismatchError: For two currencies.
    """

    price: Money = field(converter=_price)
    initial_price: Money = field(converter=_initial)
    current_price: Money | None = field(default=None, converter=_current)
    open_to_offers: bool
    signed_in: bool
    available: bool
    offers_made: int
    offer_running: bool = False
    offered_today: int = 0
    opened: bool = True
    authorised: bool = False
    completion: Decimal | None = field(default=None, converter=share_if_any)
    seller_minimum: Money | None = field(default=None, converter=_minimum)

    def __attrs_post_init__(self) -> None:
        _one_currency(self.initial_price, "price", self.price)
        _one_currency(self.initial_price, "current_price", self.current_price)
        _one_currency(self.initial_price, "seller_minimum", self.seller_minimum)
        if self.offers_made < 0:
            raise InvalidValueError("offers_made", self.offers_made, "0 or more")


@frozen(kw_only=True)
class CounterFacts:
    """What is known when a seller answers an offer with another price.

    `asked` is the initial price until the seller has named another. Raises what `OfferFacts`
    raises.
    """

    price: Money = field(converter=_price)
    offered: Money = field(converter=_price)
    asked: Money = field(converter=_price)
    initial_price: Money = field(converter=_initial)
    current_price: Money | None = field(default=None, converter=_current)
    seller_minimum: Money | None = field(default=None, converter=_minimum)

    def __attrs_post_init__(self) -> None:
        _one_currency(self.initial_price, "price", self.price)
        _one_currency(self.initial_price, "offered", self.offered)
        _one_currency(self.initial_price, "asked", self.asked)
        _one_currency(self.initial_price, "current_price", self.current_price)
        _one_currency(self.initial_price, "seller_minimum", self.seller_minimum)


def _one_currency(initial: Money, name: str, other: Money | None) -> None:
    if other is not None and other.currency is not initial.currency:
        require_currency(other, initial.currency.code, name)


@frozen(kw_only=True)
class OfferAdmissible(Decision):
    """The offer may be made."""


@frozen(kw_only=True)
class OfferRefused(Decision):
    """The offer may not be made, for all these reasons."""

    reasons: tuple[OfferRefusal, ...]


@frozen(kw_only=True)
class CounterAdmissible(Decision):
    """The counter-price may be named."""


@frozen(kw_only=True)
class CounterRefused(Decision):
    """The counter-price may not be named, for all these reasons."""

    reasons: tuple[OfferRefusal, ...]


OfferDecision: TypeAlias = OfferAdmissible | OfferRefused
"""Whether an offer is valid. Clauses N1 to N3, N8, N9."""
CounterDecision: TypeAlias = CounterAdmissible | CounterRefused
"""Whether a counter-price is valid. Clauses N4, N8."""

_NOTHING = Decimal(0)

# What an offer, or a price in answer to one, is checked for: a decision in favour rests on it.
_AGAINST_AN_OFFER = (
    OfferRefusal.ALREADY_OFFERED,
    OfferRefusal.COMPLETION_TOO_LOW,
    OfferRefusal.NOT_AUTHORISED,
    OfferRefusal.NOT_AVAILABLE,
    OfferRefusal.NOT_BELOW_CURRENT_PRICE,
    OfferRefusal.NOT_OPEN_TO_OFFERS,
    OfferRefusal.NOT_POSITIVE,
    OfferRefusal.NOT_SIGNED_IN,
    OfferRefusal.REDUCTION_TOO_LARGE,
    OfferRefusal.TOO_MANY_TODAY,
    OfferRefusal.TOO_SOON,
)
_AGAINST_A_COUNTER = (
    OfferRefusal.COUNTER_OUT_OF_RANGE,
    OfferRefusal.NO_COUNTERS,
    OfferRefusal.NOT_POSITIVE,
    OfferRefusal.REDUCTION_TOO_LARGE,
)


def assess_offer(facts: OfferFacts, policy: OfferPolicy) -> OfferDecision:
    """Return whether a buyer may offer a price. Clauses N1, N2, N3, N8, C1.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> decision = assess_offer(
    ...     OfferFacts(
    ...         price=Money("139.99", "EUR"),
    ...         initial_price=Money("200.00", "EUR"),
    ...         open_to_offers=True,
    ...         signed_in=False,
    ...         available=True,
    ...         offers_made=0,
    ...     ),
    ...     house.listing.offers,
    ... )
    >>> [str(reason) for reason in decision.reasons]
    ['not-signed-in', 'reduction-too-large']
    """
    reasons = reasons_against_offer(
        policy,
        facts.price,
        facts.initial_price,
        facts.current_price or facts.initial_price,
        facts.seller_minimum,
        open_to_offers=facts.open_to_offers,
        signed_in=facts.signed_in,
        available=facts.available,
        authorised=facts.authorised,
        completion=facts.completion,
        opened=facts.opened,
        running=facts.offer_running,
        made=facts.offers_made,
        today=facts.offered_today,
    )
    if reasons:
        sources = sources_of(reasons, policy)
        return OfferRefused(reasons=reasons, sources=sources, edition=policy.edition)
    sources = sources_of(_AGAINST_AN_OFFER, policy)
    return OfferAdmissible(sources=sources, edition=policy.edition)


def assess_counter(facts: CounterFacts, policy: OfferPolicy) -> CounterDecision:
    """Return whether an offer may be answered with a price. Clauses N4, N8.

    >>> from datetime import date
    >>> from vintage_rules.policies import load_policy
    >>> house = load_policy("imparfaite").on(date(2026, 11, 22))
    >>> decision = assess_counter(
    ...     CounterFacts(
    ...         price=Money("150.00", "EUR"),
    ...         offered=Money("150.00", "EUR"),
    ...         asked=Money("200.00", "EUR"),
    ...         initial_price=Money("200.00", "EUR"),
    ...     ),
    ...     house.listing.offers,
    ... )
    >>> [str(reason) for reason in decision.reasons]
    ['counter-out-of-range']
    """
    reasons = reasons_against_counter(
        policy,
        facts.price,
        facts.initial_price,
        facts.current_price or facts.initial_price,
        facts.seller_minimum,
        offered=facts.offered,
        asked=facts.asked,
    )
    if reasons:
        sources = sources_of(reasons, policy)
        return CounterRefused(reasons=reasons, sources=sources, edition=policy.edition)
    sources = sources_of(_AGAINST_A_COUNTER, policy)
    return CounterAdmissible(sources=sources, edition=policy.edition)


def reasons_against_offer(
    policy: OfferPolicy,
    price: Money,
    initial: Money,
    current: Money,
    minimum: Money | None,
    /,
    *,
    open_to_offers: bool,
    signed_in: bool,
    available: bool,
    authorised: bool,
    completion: Decimal | None,
    opened: bool,
    running: bool,
    made: int,
    today: int,
) -> tuple[OfferRefusal, ...]:
    """Return every reason against an offer, in alphabetical order, for amounts of one currency."""
    quota, per_day = policy.quota.per_piece, policy.quota.per_day
    against = _against_amount(policy, price, initial, current, minimum)
    if price.amount >= current.amount:
        against.append(OfferRefusal.NOT_BELOW_CURRENT_PRICE)
    if running or (quota is not None and made >= quota):
        against.append(OfferRefusal.ALREADY_OFFERED)
    if _completes_too_few(completion, policy.completion_at_least):
        against.append(OfferRefusal.COMPLETION_TOO_LOW)
    if policy.held and not authorised:
        against.append(OfferRefusal.NOT_AUTHORISED)
    if not available:
        against.append(OfferRefusal.NOT_AVAILABLE)
    if not (policy.taken and open_to_offers):
        against.append(OfferRefusal.NOT_OPEN_TO_OFFERS)
    if policy.sign_in_required and not signed_in:
        against.append(OfferRefusal.NOT_SIGNED_IN)
    if per_day is not None and today >= per_day:
        against.append(OfferRefusal.TOO_MANY_TODAY)
    if not opened:
        against.append(OfferRefusal.TOO_SOON)
    return tuple(sorted(against))


def _completes_too_few(completion: Decimal | None, least: Decimal | None) -> bool:
    """Return whether a buyer kept too few deals; a buyer without deals has broken none."""
    return least is not None and completion is not None and completion < least


def reasons_against_sending(
    policy: OfferPolicy,
    price: Money,
    initial: Money,
    current: Money,
    minimum: Money | None,
    /,
    *,
    watching: bool,
    available: bool,
    opened: bool,
    running: bool,
) -> tuple[OfferRefusal, ...]:
    """Return every reason against a seller's offer, in alphabetical order, for one currency."""
    rule = policy.seller_offers
    against = _against_amount(policy, price, initial, current, minimum)
    if price.amount >= current.amount:
        against.append(OfferRefusal.NOT_BELOW_CURRENT_PRICE)
    if running:
        against.append(OfferRefusal.ALREADY_OFFERED)
    if rule is None:
        against.append(OfferRefusal.NO_SELLER_OFFERS)
    elif rule.to is Audience.WATCHERS and not watching:
        against.append(OfferRefusal.NOT_WATCHING)
    if not available:
        against.append(OfferRefusal.NOT_AVAILABLE)
    if not opened:
        against.append(OfferRefusal.TOO_SOON)
    return tuple(sorted(against))


def reasons_against_counter(
    policy: OfferPolicy,
    price: Money,
    initial: Money,
    current: Money,
    minimum: Money | None,
    /,
    *,
    offered: Money,
    asked: Money,
) -> tuple[OfferRefusal, ...]:
    """Return every reason against a counter-price, in alphabetical order, for one currency."""
    against = _against_amount(policy, price, initial, current, minimum)
    if not offered.amount < price.amount < asked.amount:
        against.append(OfferRefusal.COUNTER_OUT_OF_RANGE)
    if policy.counter is None:
        against.append(OfferRefusal.NO_COUNTERS)
    return tuple(sorted(against))


def _against_amount(
    policy: OfferPolicy, price: Money, initial: Money, current: Money, minimum: Money | None
) -> list[OfferRefusal]:
    against: list[OfferRefusal] = []
    if price.amount <= _NOTHING:
        against.append(OfferRefusal.NOT_POSITIVE)
    if _cut_too_deep(price.amount, policy.floor, initial, current, minimum):
        against.append(OfferRefusal.REDUCTION_TOO_LARGE)
    return against


def may_stand(policy: OfferPolicy, price: Money, initial: Money, minimum: Money | None) -> bool:
    """Return whether a price that was proposed could be at another initial price. Clause N8."""
    amount = price.amount
    too_deep = _cut_too_deep(amount, policy.floor, initial, initial, minimum)
    return amount < initial.amount and not too_deep


_multiply = EXACT.multiply


def _cut_too_deep(
    amount: Decimal, floor: Floor | None, initial: Money, current: Money, minimum: Money | None
) -> bool:
    """Compare exactly: the least is never rounded."""
    if floor is None:
        return False
    base: Money | None = initial
    if floor.base is not FloorBase.INITIAL:
        base = current if floor.base is FloorBase.CURRENT else minimum
    if base is None:
        return False
    return not floor.bound.admits(amount, _multiply(base.amount, floor.kept))
