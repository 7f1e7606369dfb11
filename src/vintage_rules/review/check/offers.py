"""Checks of negotiation: prices no buyer may offer, answers that contradict, unused words."""

from __future__ import annotations

from collections.abc import Iterator

from vintage_rules.dates import Duration
from vintage_rules.findings import Path
from vintage_rules.money import Money, currency_of
from vintage_rules.offers.assess import OfferFacts, OfferRefused, assess_offer
from vintage_rules.offers.counter_policy import NewOfferCounter, PublicCounter
from vintage_rules.offers.policy import (
    Acceptance,
    Fallback,
    FloorBase,
    OfferPolicy,
    Quota,
)
from vintage_rules.offers.refusals import OfferRefusal
from vintage_rules.offers.seller_policy import (
    LowerBound,
    UpperBound,
)
from vintage_rules.offers.terms import OfferState, Party, Silence
from vintage_rules.review.check.flaws import CheckCode, Flaw, Sheet, flaw, of_amount, shown
from vintage_rules.review.limits import smallest_of
from vintage_rules.wording.phrases import Amount, listed

_AT: Path = ("listing", "offers")
_PRIVATE = (Silence.ACCEPT_PRIVATELY, Silence.ACCEPT_AND_RESERVE)
_RUNNING = frozenset({OfferState.OPEN, OfferState.COUNTER_OPEN})


def offer_flaws(sheet: Sheet) -> Iterator[Flaw]:
    """Check how a price is negotiated."""
    offers, currency = sheet.policy.listing.offers, sheet.policy.currency
    yield from _floor(offers, currency)
    yield from _automatic(offers, currency)
    yield from _times(offers)
    yield from _counters(offers)
    yield from _withdrawal(offers)
    yield from _quota(offers)


def _floor(offers: OfferPolicy, currency: str) -> Iterator[Flaw]:
    floor = offers.floor
    if floor is None:
        return
    where = (*_AT, "floor", "largest_cut")
    if floor.largest_cut == 1:
        least = Amount(smallest_of(currency), currency)
        yield flaw(CheckCode.FLOOR_ALWAYS_TRUE, where, of_amount(least))
    elif floor.base is not FloorBase.SELLER and _refuses_the_smallest_cut(offers, currency):
        initial = Money(100 * currency_of(currency).sub_unit, currency)
        below = Amount(initial.amount - smallest_of(currency), currency)
        yield flaw(CheckCode.NO_OFFER_POSSIBLE, where, of_amount(below), initial=initial)


def _refuses_the_smallest_cut(offers: OfferPolicy, currency: str) -> bool:
    initial = Money(100 * currency_of(currency).sub_unit, currency)
    facts = OfferFacts(
        price=Money(initial.amount - smallest_of(currency), currency),
        initial_price=initial,
        open_to_offers=True,
        signed_in=True,
        available=True,
        offers_made=0,
    )
    decision = assess_offer(facts, offers)
    reasons = decision.reasons if isinstance(decision, OfferRefused) else ()
    return OfferRefusal.REDUCTION_TOO_LARGE in reasons


def _automatic(offers: OfferPolicy, currency: str) -> Iterator[Flaw]:
    """Compare the operators of the two automatic answers."""
    accepts, declines = offers.auto_accept, offers.auto_decline
    if accepts is None or declines is None:
        return
    amount = Amount((100 * currency_of(currency).sub_unit) * smallest_of(currency), currency)
    bounds = (accepts.bound, declines.bound)
    where = (*_AT, "auto_decline", "bound")
    if bounds == (LowerBound.AT_LEAST, UpperBound.AT_MOST):
        yield flaw(CheckCode.AUTO_ANSWERS_CONTRADICT, where, of_amount(amount), amount=amount)
    if bounds == (LowerBound.ABOVE, UpperBound.BELOW):
        yield flaw(CheckCode.AUTO_ANSWERS_LEAVE_BOUNDARY, where, of_amount(amount), amount=amount)


def _times(offers: OfferPolicy) -> Iterator[Flaw]:
    waits: list[tuple[Path, Duration, Silence | None]] = [
        ((*_AT, "stands_for"), offers.stands_for, offers.on_silence),
        ((*_AT, "lowered_for"), offers.lowered_for, None),
    ]
    if isinstance(offers.counter, NewOfferCounter):
        counter = offers.counter
        waits.append(((*_AT, "counter", "stands_for"), counter.stands_for, counter.on_silence))
    for at, wait, silence in waits:
        if wait.ends and not wait.amount:
            yield flaw(CheckCode.NO_TIME, at, shown(str(wait)), key=str(at[-1]))
        if not wait.ends and silence not in (None, Silence.LAPSE):
            where, default = (*at[:-1], "on_silence"), str(silence)
            yield flaw(CheckCode.SILENCE_NEVER_COMES, where, shown(str(wait)), silence=default)


def _counters(offers: OfferPolicy) -> Iterator[Flaw]:
    counter = offers.counter
    if not isinstance(counter, NewOfferCounter):
        return
    if Party.SELLER not in counter.by:
        yield flaw(CheckCode.COUNTER_NEVER_MADE, (*_AT, "counter", "by"), shown(Party.BUYER))
    elif Party.BUYER not in counter.by and counter.rounds > 1:
        where, example = (*_AT, "counter", "rounds"), shown(str(counter.rounds))
        yield flaw(CheckCode.ROUNDS_NEVER_REACHED, where, example, rounds=counter.rounds)


def _withdrawal(offers: OfferPolicy) -> Iterator[Flaw]:
    withdrawal, counter = offers.withdrawal, offers.counter
    if withdrawal is None:
        return
    answers_by = counter.by if isinstance(counter, NewOfferCounter) else frozenset[Party]()
    if withdrawal.by == {Party.SELLER} and Party.SELLER not in answers_by:
        yield flaw(CheckCode.WITHDRAWAL_NEVER_MADE, (*_AT, "withdrawal", "by"), shown(Party.SELLER))
    elif withdrawal.falls_back_to is Fallback.PREVIOUS and not withdrawal.by & answers_by:
        where = (*_AT, "withdrawal", "falls_back_to")
        yield flaw(CheckCode.FALLBACK_NEVER_REACHED, where, shown(Fallback.PREVIOUS))


def _quota(offers: OfferPolicy) -> Iterator[Flaw]:
    quota = offers.quota
    if quota.per_piece is None:
        yield from _vain_resets(quota)
    elif quota.consumed_by <= _RUNNING | frozenset(_impossible(offers)):
        states = listed(sorted(quota.consumed_by))
        where, example = (*_AT, "quota", "consumed_by"), shown(min(quota.consumed_by))
        yield flaw(CheckCode.QUOTA_NEVER_USED_UP, where, example, states=states)


def _vain_resets(quota: Quota) -> Iterator[Flaw]:
    if quota.reset_by:
        where, example = (*_AT, "quota", "reset_by"), shown(min(quota.reset_by))
        yield flaw(CheckCode.RESET_NEVER_MATTERS, where, example)


def _impossible(offers: OfferPolicy) -> Iterator[OfferState]:
    """Name the states that no offer of this house ever reaches."""
    if not isinstance(offers.counter, PublicCounter):
        yield OfferState.COUNTERED
    if offers.withdrawal is None:
        yield OfferState.WITHDRAWN
    if offers.acceptance is Acceptance.PUBLIC and offers.on_silence not in _PRIVATE:
        yield OfferState.GRANTED
