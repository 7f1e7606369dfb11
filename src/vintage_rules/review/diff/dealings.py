"""Examples about offers: prices around every floor, numbers around every quota, ends of times."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from functools import partial

from vintage_rules.dates import Duration
from vintage_rules.money import EXACT, Money, currency_of
from vintage_rules.offers.assess import OfferFacts, assess_offer
from vintage_rules.offers.policy import FloorBase, NewOfferCounter
from vintage_rules.offers.timing import end_of
from vintage_rules.orders.policy import HousePolicy
from vintage_rules.review.diff.examples import NOON, WEEKDAYS, Example, asked, until
from vintage_rules.review.limits import amount_limits
from vintage_rules.service.requests import assess_request
from vintage_rules.wording.phrases import Moment, Phrase, Term, phrase

_UNITS = 20_000  # of the smallest amount: 200.00 of most currencies
_MOST_PRICES = 9


def offer_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Offer around every floor, once more than every quota allows, and without an account."""
    yield from _prices(before, after)
    yield from _quotas(before, after)
    yield _guest(before, after)
    yield from _times(before, after)


def _initial(policy: HousePolicy) -> Money:
    return Money(_UNITS * _cent(policy), policy.currency)


def _cent(policy: HousePolicy) -> Decimal:
    return Decimal(1) / currency_of(policy.currency).sub_unit


def _prices(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    cent = _cent(before)
    floors = {floor for policy in (before, after) if (floor := _floor(policy)) is not None}
    limits = {limit for policy in (before, after) for limit in amount_limits(policy.listing.offers)}
    near = {limit + n * cent for limit in floors | limits for n in (-1, 0, 1)}
    for price in sorted(price for price in near if price > 0)[:_MOST_PRICES]:
        question = phrase(
            "diff.ask.offer",
            price=Money(price, before.currency),
            initial=_initial(before),
        )
        yield asked(question, partial(_assessed, price), before, after)


def _floor(policy: HousePolicy) -> Decimal | None:
    floor = policy.listing.offers.floor
    if floor is None or floor.base is FloorBase.SELLER:
        return None
    exact = EXACT.multiply(_initial(policy).amount, floor.kept)
    return exact.quantize(_cent(policy))


def _assessed(
    price: Decimal, policy: HousePolicy, *, made: int = 0, today: int = 0, signed_in: bool = True
) -> object:
    facts = OfferFacts(
        price=Money(price, policy.currency),
        initial_price=_initial(policy),
        open_to_offers=True,
        signed_in=signed_in,
        available=True,
        offers_made=made,
        offered_today=today,
    )
    return assess_offer(facts, policy.listing.offers)


def _nearly_all(policy: HousePolicy) -> Decimal:
    return _initial(policy).amount - _cent(policy)


def _quotas(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    quotas = [policy.listing.offers.quota for policy in (before, after)]
    pieces = {quota.per_piece for quota in quotas if quota.per_piece is not None}
    days = {quota.per_day for quota in quotas if quota.per_day is not None}
    for made in sorted({n for most in pieces for n in (most - 1, most)}):
        question = phrase("diff.ask.again", made=made)
        yield asked(question, partial(_again, made), before, after)
    for today in sorted({n for most in days for n in (most - 1, most)}):
        question = phrase("diff.ask.today", made=today)
        yield asked(question, partial(_today, today), before, after)


def _again(made: int, policy: HousePolicy) -> object:
    return _assessed(_nearly_all(policy), policy, made=made)


def _today(today: int, policy: HousePolicy) -> object:
    return _assessed(_nearly_all(policy), policy, today=today)


def _guest(before: HousePolicy, after: HousePolicy) -> Example:
    question = phrase("diff.ask.guest")
    return asked(question, lambda p: _assessed(_nearly_all(p), p, signed_in=False), before, after)


def _times(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Return the end of every time that starts at noon of a Monday."""
    for topic in ("stands-for", "lowered-for", "counter-stands-for", "opens-after"):
        question = phrase(f"diff.ask.{topic}", start=Moment(NOON, before.zone))
        yield asked(question, partial(_end_of, topic), before, after)


def _time(topic: str, policy: HousePolicy) -> Duration | None:
    offers = policy.listing.offers
    counter = offers.counter
    times = {
        "stands-for": offers.stands_for,
        "lowered-for": offers.lowered_for,
        "opens-after": offers.opens_after,
        "counter-stands-for": counter.stands_for if isinstance(counter, NewOfferCounter) else None,
    }
    return times[topic]


def _end_of(topic: str, policy: HousePolicy) -> Phrase | None:
    return _ends(_time(topic, policy), policy)


def _ends(time: Duration | None, policy: HousePolicy) -> Phrase | None:
    if time is None:
        return None
    return until(end_of(time, NOON, policy.zone, WEEKDAYS), policy.zone)


def catalogue_examples(before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Sell a piece at noon of a Monday, and look until when it is shown."""
    question = phrase("diff.ask.visible-for", start=Moment(NOON, before.zone))
    yield asked(question, lambda p: _ends(p.listing.catalogue.visible_for, p), before, after)


def request_examples(name: str, before: HousePolicy, after: HousePolicy) -> Iterator[Example]:
    """Request something."""
    question = phrase("diff.ask.request", request=Term("request", name))
    yield asked(question, lambda p: assess_request(name, p.service), before, after)
