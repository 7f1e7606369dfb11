"""Questions about offers, at prices and in circumstances around a limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import partial

from attrs import evolve

from vintage_rules.fields import Amount as AmountKind
from vintage_rules.money import EXACT, Money
from vintage_rules.offers.assess import OfferFacts, assess_offer
from vintage_rules.offers.listing_commands import out_of_bounds
from vintage_rules.offers.policy import (
    Floor,
    FloorBase,
)
from vintage_rules.offers.terms import SellerTerms
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.policies.shapes import Value
from vintage_rules.review.limits import PolicyLimit, smallest_of
from vintage_rules.review.trials.trial import Trial, amount_of, around, count_of
from vintage_rules.wording.phrases import (
    Percent,
    Phrase,
    phrase,
)

UNITS = 20_000  # of the smallest amount: 200.00 of most currencies
_PERCENT = Decimal("0.01")


def initial_in(house: HousePolicy) -> Money:
    """Return the price at which the piece of the examples is listed.

    >>> from vintage_rules.policies import load_policy
    >>> initial_in(load_policy("imparfaite").latest)
    Money('200.00', 'EUR')
    """
    return Money(UNITS * smallest_of(house.currency), house.currency)


def offer_of(house: HousePolicy) -> OfferFacts:
    """Return an offer that is as good as any: a smallest amount off, by a buyer like any other.

    >>> from vintage_rules.policies import load_policy
    >>> offer_of(load_policy("imparfaite").latest).price
    Money('199.99', 'EUR')
    """
    initial = initial_in(house)
    return OfferFacts(
        price=initial - Money(smallest_of(house.currency), house.currency),
        initial_price=initial,
        open_to_offers=True,
        signed_in=True,
        available=True,
        offers_made=0,
        authorised=True,
    )


def offers_at(
    prices: Iterable[Decimal], house: HousePolicy, *, minimum: Money | None = None
) -> Iterator[Trial]:
    """Offer prices on a piece like any other, whose seller may have set a minimum."""
    for price in prices:
        at = Money(price, house.currency)
        question = phrase("diff.ask.offer", price=at, initial=initial_in(house))
        ask = partial(_offered, at.amount, None if minimum is None else minimum.amount)
        yield Trial(question=question, ask=ask, at=price, varies="price")


def _offered(price: Decimal, minimum: Decimal | None, house: HousePolicy) -> object:
    least = None if minimum is None else Money(minimum, house.currency)
    facts = evolve(offer_of(house), price=Money(price, house.currency), seller_minimum=least)
    return assess_offer(facts, house.listing.offers)


def of_an_offer(limit: PolicyLimit, house: HousePolicy) -> Iterator[Trial]:
    """Offer amounts around a limit, or offer as one who kept a share of their deals around it."""
    if isinstance(limit.field.form, Value) and isinstance(limit.field.form.kind, AmountKind):
        yield from offers_at(around(amount_of(limit), smallest_of(house.currency)), house)
        return
    share = amount_of(limit)
    for at in (share - _PERCENT, share):
        if at >= 0:
            question = phrase("diff.ask.completion", share=Percent(at))
            ask = partial(_completing, at)
            yield Trial(question=question, ask=ask, at=at, varies="share")


def _completing(share: Decimal, house: HousePolicy) -> object:
    return assess_offer(evolve(offer_of(house), completion=share), house.listing.offers)


def of_a_quota(limit: PolicyLimit, _: HousePolicy) -> Iterator[Trial]:
    """Make the last offer that the quota allows, and one more."""
    most, of_the_day = count_of(limit), limit.field.key == "per_day"
    for made in (most - 1, most):
        question = phrase("diff.ask.today" if of_the_day else "diff.ask.again", made=made)
        ask = partial(_after, made, of_the_day=of_the_day)
        yield Trial(question=question, ask=ask, at=made, varies="made")


def _after(made: int, house: HousePolicy, *, of_the_day: bool) -> object:
    facts = offer_of(house)
    if of_the_day:
        return assess_offer(evolve(facts, offered_today=made), house.listing.offers)
    return assess_offer(evolve(facts, offers_made=made), house.listing.offers)


def of_a_floor(limit: PolicyLimit, house: HousePolicy) -> Iterator[Trial]:
    """Offer just less than the largest cut leaves, that, and just more."""
    floor, initial, cent = limit.within(Floor), initial_in(house), smallest_of(house.currency)
    minimum = initial if floor.base is FloorBase.SELLER else None
    least = EXACT.multiply(initial.amount, floor.kept).quantize(cent)
    yield from offers_at(around(least, cent), house, minimum=minimum)


def of_bounds(limit: PolicyLimit, house: HousePolicy) -> Iterator[Trial]:
    """Settle minimums around a bound of what sellers settle."""
    initial, cent = initial_in(house), smallest_of(house.currency)
    bound = EXACT.multiply(initial.amount, amount_of(limit)).quantize(cent)
    for amount in around(bound, cent):
        if amount > 0:
            least = Money(amount, house.currency)
            question = phrase("diff.ask.seller-bound", amount=least, initial=initial)
            ask = partial(_admitted, amount)
            yield Trial(question=question, ask=ask, at=amount, varies="amount")


def _admitted(amount: Decimal, house: HousePolicy) -> Phrase:
    least = Money(amount, house.currency)
    terms = SellerTerms(open_to_offers=True, minimum=least, accept_at=None, decline_at=None)
    outside = out_of_bounds(terms, initial_in(house), house.listing.offers)
    return phrase("diff.not-allowed" if outside else "diff.allowed")
